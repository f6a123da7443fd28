//! The turbine inspector: what it is, why it looks so, and every signal.

use bevy_egui::egui::{Align, Label, Layout, RichText, ScrollArea, Sense, Ui, vec2};

use crate::action::Action;
use crate::fleet::{Cell, Quality, TurbineRow};
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::explain::explain_turbine;
use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui, quality_word};
use crate::panels::several::several_ui;
use crate::panels::waiting::waits_for;
use crate::panels::why::{others_ui, why_ui};
use crate::panels::widgets::{
    left_aligned_ui, mark_ui, range_bar_ui, right_aligned_ui, section_ui,
};
use crate::scene::{Model, Signal};
use crate::theme::{TITLE, strong};
use crate::wording;

/// Everything about the selected turbine.
pub fn inspector_ui(ui: &mut Ui, look: &Look, farm: &Farm, actions: &mut Vec<Action>) {
    let Some(scene) = farm.scene else {
        empty_ui(ui, look, "No scene is open.");
        return;
    };
    if !farm.view.also.is_empty() {
        return several_ui(ui, look, farm, scene, actions);
    }
    let chosen = farm
        .selected
        .and_then(|row| Some((row, scene.turbine(row)?, scene.model_of(row)?)));
    let Some((row, turbine, model)) = chosen else {
        let empty = Empty {
            icon: egui_phosphor::regular::CURSOR_CLICK,
            words: "No turbine selected.",
            hint: "Click one in the view, or an alarm in the list.",
            button: None,
        };
        empty_state_ui(ui, look, &empty);
        return;
    };
    ui.horizontal(|ui| {
        ui.label(strong(&*turbine.id).size(TITLE));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("Fly to").clicked() {
                actions.push(Action::FlyTo(row));
            }
            let name = RichText::new(&model.name).color(look.theme.quiet);
            left_aligned_ui(ui, ui.available_width(), name);
        });
    });
    let place = format!(
        "{} m east, {} m north · hub {} m · rotor {} m · {} kW",
        wording::number(turbine.east_m.round(), None),
        wording::number(turbine.north_m.round(), None),
        wording::number(f64::from(model.hub_height_m), None),
        wording::number(f64::from(model.rotor_diameter_m), None),
        wording::number(f64::from(model.rated_power_kw), None),
    );
    ui.add(Label::new(look.quiet(place)).truncate());
    ScrollArea::vertical()
        .id_salt("inspector")
        .auto_shrink(false)
        .show(ui, |ui| {
            alarms_ui(ui, look, farm, row, actions);
            let rules = explain_turbine(farm, row, look.now_ms);
            section_ui(ui, look.theme, "Why it looks so");
            why_ui(ui, look, &rules);
            section_ui(ui, look.theme, "Signals");
            signals_ui(ui, look, farm, row, model);
            others_ui(ui, look, &rules);
        });
}

/// The alarms that stand at this turbine, each with its button.
fn alarms_ui(ui: &mut Ui, look: &Look, farm: &Farm, row: TurbineRow, actions: &mut Vec<Action>) {
    let mut alarms: Vec<_> = farm.standing.iter().filter(|a| a.turbine == row).collect();
    alarms.sort_by_key(|a| (a.acknowledged.is_some(), a.priority, -a.raised_ms));
    if alarms.is_empty() {
        return;
    }
    section_ui(ui, look.theme, "Alarms");
    for alarm in alarms {
        ui.horizontal(|ui| {
            let unacknowledged = alarm.acknowledged.is_none();
            let filled = !unacknowledged || look.flash_is_filled();
            mark_ui(ui, look.theme, alarm.priority, 20.0, filled);
            let since = match alarm.cleared_ms {
                None => format::time(alarm.raised_ms, look.now_ms, look.zone),
                Some(at) => format!("cleared {}", format::time(at, look.now_ms, look.zone)),
            };
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if unacknowledged && ui.button("Acknowledge").clicked() {
                    actions.push(Action::Acknowledge(vec![alarm.key]));
                }
                ui.label(look.quiet(since));
                left_aligned_ui(ui, ui.available_width(), strong(&*alarm.name))
                    .on_hover_text(&*alarm.name);
            });
        });
        let waits = waits_for(farm, alarm, look.now_ms).filter(|_| alarm.is_active());
        if let Some(words) = waits {
            ui.horizontal(|ui| {
                ui.add_space(28.0);
                ui.add(Label::new(look.quiet(words)).wrap());
            });
        }
    }
}

fn signals_ui(ui: &mut Ui, look: &Look, farm: &Farm, row: TurbineRow, model: &Model) {
    for signal in &model.signals {
        signal_ui(ui, look, farm, signal, farm.cell(row, signal));
    }
    if model.signals.is_empty() {
        ui.label(look.quiet("The model has no signals."));
    }
}

/// One signal: name, value, unit, range bar, age and quality.
fn signal_ui(ui: &mut Ui, look: &Look, farm: &Farm, signal: &Signal, cell: Option<Cell>) {
    const VALUE: f32 = 64.0;
    const UNIT: f32 = 36.0;
    const BAR: f32 = 48.0;
    const LEAST_NAME: f32 = 80.0;
    const STATUS: f32 = 88.0;
    let heard = cell.filter(|c| c.quality != Quality::Missing);
    let is_usable = heard.is_some_and(|c| c.quality.is_usable());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        // In a narrow pane the value and its age count for more than where it lies in its range.
        let has_bar = ui.available_width() >= LEAST_NAME + VALUE + UNIT + BAR + STATUS + 16.0;
        let bar = if has_bar { BAR } else { 0.0 };
        let room = ui.available_width() - VALUE - UNIT - bar - STATUS - 16.0;
        left_aligned_ui(
            ui,
            room.max(LEAST_NAME),
            RichText::new(format::label(&signal.name)),
        )
        .on_hover_text(format!("{} · field {}", signal.name, signal.field));
        let value = heard.map_or_else(|| "–".to_owned(), |c| farm.value_text(signal, c.value));
        right_aligned_ui(ui, VALUE, strong(value).color(look.text_color(is_usable)));
        left_aligned_ui(ui, UNIT, look.quiet(wording::unit(&signal.unit)));
        match signal.range.filter(|_| has_bar) {
            Some(range) => {
                let shown = heard.filter(|_| is_usable).map(|c| c.value);
                range_bar_ui(ui, look.theme, shown, range, BAR);
            }
            None => {
                // As high as a bar, so that the rows keep their distance.
                ui.allocate_exact_size(vec2(bar, 16.0), Sense::hover());
            }
        }
        let status = heard.map_or_else(
            || "no data".to_owned(),
            |c| {
                let age = format::age(look.now_ms - c.source_time_ms);
                format!("{age} · {}", quality_word(c.quality))
            },
        );
        let tone = if is_usable {
            look.theme.quiet
        } else {
            look.theme.text
        };
        let response = right_aligned_ui(ui, STATUS, look.quiet(status).color(tone));
        if let Some(cell) = heard {
            response.on_hover_text(format!(
                "Measured {}\nArrived {}",
                format::utc(cell.source_time_ms),
                format::utc(cell.arrival_ms)
            ));
        }
    });
}
