//! The cells of a row.

use bevy_egui::egui::{Align, Color32, Label, Layout, RichText, Ui};
use egui_phosphor::regular as icon;

use crate::alarms::{Alarm, definition};
use crate::fleet::TurbineRow;
use crate::panels::alarm_list::Column;
use crate::panels::alarm_list::words::{notes, state_icon, state_words};
use crate::panels::alarm_rows::stood_ms;
use crate::panels::explain::{as_text, live_condition};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::waiting::{seen_now, waits_for};
use crate::panels::widgets::mark_ui;
use crate::theme::{BODY, SMALL, strong};

/// Draws the cell of a column.
pub(super) fn cell_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    alarm: &Alarm,
    is_first: bool,
    column: Column,
) {
    let tone = look.text_color(alarm.is_active() || alarm.is_unacknowledged());
    let text = |text: String| RichText::new(text).color(tone);
    let time = |ui: &mut Ui, at_ms: i64| {
        let words = format::time(at_ms, look.now_ms, look.zone);
        ui.add(Label::new(text(words)).truncate())
            .on_hover_text(format::utc(at_ms));
    };
    let defined = || farm.scene.and_then(|scene| definition(scene, alarm.source));
    match column {
        Column::Priority => {
            ui.add_space(8.0);
            let filled = !alarm.is_unacknowledged() || look.flash_is_filled();
            mark_ui(ui, look.theme, alarm.priority, 20.0, filled);
        }
        Column::Raised => time(ui, alarm.raised_ms),
        Column::Turbine => {
            // The program's own troubles are this station's.
            if alarm.turbine == TurbineRow::NONE {
                ui.label(look.quiet(icon::DESKTOP));
            }
            ui.add(Label::new(strong(&*alarm.turbine_id).color(tone)).truncate());
        }
        Column::Name => name_ui(ui, look, farm, alarm, is_first, tone),
        Column::Value => value_ui(ui, look, farm, alarm),
        Column::State => state_ui(ui, alarm, tone),
        Column::Duration => right_ui(ui, text(format::duration(stood_ms(alarm, look.now_ms)))),
        Column::Acknowledged => {
            if let Some((at, by)) = &alarm.acknowledged {
                let words = format!("{} {}", format::time(*at, look.now_ms, look.zone), by.user);
                ui.add(Label::new(look.quiet(words).size(BODY)).truncate())
                    .on_hover_text(format!("{} at {}", format::utc(*at), by.station));
            }
        }
        Column::Station => {
            if let Some((_, by)) = &alarm.acknowledged {
                let words = format!("{}, {}", by.station, by.role.name());
                quiet_ui(ui, look, &words);
            }
        }
        Column::TimesRaised => right_ui(ui, text(format::count(u64::from(alarm.times_raised)))),
        Column::Cleared => {
            if let Some(at_ms) = alarm.cleared_ms {
                time(ui, at_ms);
            }
        }
        Column::Consequence => quiet_ui(ui, look, defined().map_or("", |d| &d.consequence)),
        Column::Response => quiet_ui(ui, look, defined().map_or("", |d| &d.response)),
    }
}

/// Between numbers, which end at the right, and the column after them, points.
pub(super) const BESIDE_NUMBERS: f32 = 12.0;

fn right_ui(ui: &mut Ui, text: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add_space(BESIDE_NUMBERS);
        ui.label(text);
    });
}

fn quiet_ui(ui: &mut Ui, look: &Look, words: &str) {
    if !words.is_empty() {
        ui.add(Label::new(look.quiet(words).size(BODY)).truncate())
            .on_hover_text(words);
    }
}

/// The name, and in the quiet tone what is special about the occurrence.
fn name_ui(ui: &mut Ui, look: &Look, farm: &Farm, alarm: &Alarm, is_first: bool, tone: Color32) {
    ui.spacing_mut().item_spacing.x = 8.0;
    ui.add(Label::new(RichText::new(&*alarm.name).color(tone)).truncate());
    if is_first {
        let first = strong("first").size(SMALL).color(look.theme.text);
        ui.label(first)
            .on_hover_text("The first alarm of this group in the flood");
    }
    let notes = notes(farm, alarm);
    if !notes.is_empty() {
        ui.add(Label::new(look.quiet(notes.join(" · "))).truncate());
    }
    if let Some(last) = alarm.comments.last() {
        let words = format!("{} {}", icon::CHAT_TEXT, alarm.comments.len());
        let hint = format!("{}: {}", last.by.user, last.text);
        ui.add(Label::new(look.quiet(words)).truncate())
            .on_hover_text(hint);
    }
}

fn state_ui(ui: &mut Ui, alarm: &Alarm, tone: Color32) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let state = alarm.state();
    ui.label(RichText::new(state_icon(state)).color(tone));
    let mut words = state_words(state).to_owned();
    if alarm.unknown {
        words.push_str(", unknown now");
    }
    let words = if alarm.is_unacknowledged() {
        strong(words)
    } else {
        RichText::new(words)
    };
    ui.add(Label::new(words.color(tone)).truncate());
}

/// The condition with its live values while the alarm is active, or what it waits for; what they were when it is not.
fn value_ui(ui: &mut Ui, look: &Look, farm: &Farm, alarm: &Alarm) {
    let rule = farm
        .scene
        .and_then(|s| s.rules.get(usize::from(alarm.source.rule()?)));
    match rule {
        Some(rule) if alarm.is_active() => {
            let raised = format!("When raised: {}", alarm.value_at_raise);
            // The condition with values in it would claim what no longer is so.
            if let Some(words) = waits_for(farm, alarm, look.now_ms) {
                let shown = RichText::new(&words).size(BODY).color(look.theme.text);
                ui.add(Label::new(shown).truncate())
                    .on_hover_text(format!("{words}\n{}\n{raised}", rule.when.source));
                return;
            }
            let live = live_condition(farm, alarm.turbine, rule, look.now_ms);
            let words = as_text(&live);
            // `"tripped" == "tripped"` tells nobody anything; `state tripped` does.
            let inputs = farm.scene.zip(farm.fleet).filter(|_| words.contains('"'));
            if let Some((scene, fleet)) = inputs {
                let shown = crate::wording::inputs(scene, fleet, rule, alarm.turbine);
                let shown = RichText::new(shown).size(BODY).color(look.theme.text);
                ui.add(Label::new(shown).truncate())
                    .on_hover_text(format!("{}\n{raised}", rule.when.source));
                return;
            }
            ui.add(Label::new(crate::panels::why::pieces_job(look, &live, BODY)).truncate())
                .on_hover_text(format!("{words}\n{}\n{raised}", rule.when.source));
        }
        _ => {
            let seen = seen_now(farm, alarm, look.now_ms);
            quiet_ui(ui, look, seen.as_deref().unwrap_or(&alarm.value_at_raise));
        }
    }
}
