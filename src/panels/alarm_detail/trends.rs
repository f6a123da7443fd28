//! The trends of the alarm, with its own times in them; for alarms that no rule raises, what was last
//! heard.

use bevy_egui::egui::{Align, Grid, Label, Layout, Ui};

use super::charts::charts;
use super::past::{Occurrence, Told};
use super::subject::Subject;
use crate::alarms::{Alarm, AlarmSource};
use crate::fleet::Quality;
use crate::panels::format;
use crate::panels::frame::{Farm, Look, unusable_reason};
use crate::panels::trend::{Moment, MomentKind, TrendView, trend_ui};
use crate::theme::strong;
use crate::wording;

const HOUR_MS: i64 = 3_600_000;
/// Heights of the trend that counts most and of the others, points.
const HEIGHTS: [f32; 2] = [144.0, 104.0];
/// So many signals are listed.
const LISTED: usize = 8;

/// Draws what was measured.
pub(super) fn trends_ui(ui: &mut Ui, look: &Look, farm: &Farm, subject: &Subject, told: &Told<'_>) {
    let (Some((_, rule)), Some(row)) = (subject.rule, subject.row) else {
        last_heard_ui(ui, look, farm, subject);
        return;
    };
    let until_ms = look.now_ms;
    let span_ms = [until_ms - HOUR_MS, until_ms];
    let mut views = charts(farm, rule, row, span_ms);
    if views.is_empty() {
        ui.label(look.quiet("The rule reads no numbers: there is no trend."));
        return;
    }
    let (active_ms, moments) = times(subject.alarm.as_ref(), told, look.now_ms);
    for (index, view) in views.iter_mut().enumerate() {
        view.active_ms.clone_from(&active_ms);
        let [first, others] = HEIGHTS;
        let height = if index == 0 { first } else { others };
        if index == 0 {
            view.moments.clone_from(&moments);
        }
        heading_ui(ui, look, view);
        trend_ui(ui, look, view, height);
        ui.add_space(4.0);
    }
}

/// What is shown, and its value now.
fn heading_ui(ui: &mut Ui, look: &Look, view: &TrendView) {
    if let [line] = view.lines.as_slice() {
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                match line.now {
                    Some(value) => {
                        if !view.unit.is_empty() {
                            ui.label(look.quiet(&view.unit));
                        }
                        ui.label(strong(view.text(value)));
                    }
                    None => {
                        ui.label(look.quiet("no data now"));
                    }
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(look.quiet(&view.title)).truncate())
                        .on_hover_text(&view.title);
                });
            });
        });
        return;
    }
    // What they are is said by their names.
    for (index, line) in view.lines.iter().enumerate() {
        ui.horizontal(|ui| {
            let stroke = if index == 0 { "—" } else { "- -" };
            let value = line
                .now
                .map_or_else(|| "no data".to_owned(), |v| view.text_with_unit(v));
            ui.label(look.quiet(format!("{stroke}  {}", line.name)));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(strong(value))
            });
        });
    }
}

/// When the alarm was active, and what happened to it, in every occurrence that is known.
fn times(alarm: Option<&Alarm>, told: &Told<'_>, now_ms: i64) -> (Vec<[i64; 2]>, Vec<Moment>) {
    let occurrences: &[Occurrence] = match told {
        Told::Journal(past) => &past.occurrences,
        Told::Memory(past, _) => &past.occurrences,
        Told::Awaited => &[],
    };
    let mut active = Vec::new();
    let mut moments = Vec::new();
    let mut mark = |at_ms: Option<i64>, kind| {
        moments.extend(at_ms.map(|at_ms| Moment { at_ms, kind }));
    };
    let earlier = occurrences
        .iter()
        .filter(|o| Some(o.key) != alarm.map(|a| a.key));
    for Occurrence {
        raised_ms,
        cleared_ms,
        ..
    } in earlier
    {
        if let Some(raised) = raised_ms {
            active.push([*raised, cleared_ms.unwrap_or(now_ms)]);
        }
    }
    if let Some(alarm) = alarm {
        active.push([alarm.raised_ms, alarm.cleared_ms.unwrap_or(now_ms)]);
        mark(
            alarm.acknowledged.as_ref().map(|(at, _)| *at),
            MomentKind::Acknowledged,
        );
        mark(
            alarm.cleared_ms.filter(|_| !alarm.is_withdrawn),
            MomentKind::Cleared,
        );
        mark(alarm.escalated_ms, MomentKind::Escalated(alarm.priority));
        mark(Some(alarm.raised_ms), MomentKind::Raised(alarm.priority));
    }
    (active, moments)
}

/// When something last came from the turbine, where no rule tells which signal counts.
fn last_heard_ui(ui: &mut Ui, look: &Look, farm: &Farm, subject: &Subject) {
    let (Some(scene), Some(row)) = (farm.scene, subject.row) else {
        return;
    };
    let Some(model) = scene.model_of(row) else {
        return;
    };
    if let Some(AlarmSource::Code(code)) = subject.source
        && let Some(code) = scene.other_alarms.codes.get(usize::from(code))
    {
        let signal = model.signal(code.signal);
        let now = signal.and_then(|s| Some(farm.value_text(s, farm.cell(row, s)?.value)));
        let now = now.unwrap_or_else(|| "no data".to_owned());
        ui.label(format!(
            "Code {} of the turbine; it sends {now} now.",
            code.code
        ));
    }
    let heard = model.signals.iter().filter(|s| s.expression.is_none());
    let mut heard: Vec<_> = heard
        .filter_map(|s| Some((s, farm.cell(row, s)?)))
        .collect();
    heard.retain(|(_, cell)| cell.quality != Quality::Missing);
    let Some(newest) = heard.iter().map(|(_, cell)| cell.arrival_ms).max() else {
        ui.label(look.quiet(format!("Nothing was ever heard of {}.", subject.id.object)));
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let when = format::time(newest, look.now_ms, look.zone);
        ui.label(strong(format!("Last data {when}")));
        ui.label(look.quiet(format!("{} ago", format::duration(look.now_ms - newest))));
    });
    // Those that have been silent longest first.
    heard.sort_by_key(|(signal, cell)| (cell.quality.is_usable(), cell.arrival_ms, signal.column));
    Grid::new("last heard")
        .num_columns(3)
        .spacing([12.0, 4.0])
        .show(ui, |ui| {
            for (signal, cell) in heard.iter().take(LISTED) {
                ui.label(look.quiet(format::label(&signal.name)));
                let unit = wording::unit(&signal.unit);
                let value = farm.value_text(signal, cell.value);
                ui.label(format!("{value} {unit}").trim_end());
                let why = unusable_reason(Some(*cell), look.now_ms);
                ui.label(look.quiet(why.unwrap_or_else(|| "good".to_owned())));
                ui.end_row();
            }
        });
    if heard.len() > LISTED {
        ui.label(look.quiet(format!("and {} more signals", heard.len() - LISTED)));
    }
}
