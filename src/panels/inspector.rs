//! The turbine inspector: what it is, why it looks so, and every signal.

use bevy_egui::egui::{
    Align, Label, Layout, Link, Response, RichText, ScrollArea, TextWrapMode, Ui, WidgetInfo,
    WidgetType, vec2,
};

use crate::access::Permission;
use crate::action::Action;
use crate::fleet::{Cell, Quality, TurbineRow};
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::explain::explain_turbine;
use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui, quality_word};
use crate::panels::several::several_ui;
use crate::panels::waiting::{seen_now, waits_for};
use crate::panels::why::{others_ui, why_ui};
use crate::panels::widgets::{
    button_if, left_aligned_ui, mark_ui, range_bar_ui, right_aligned_ui, section_ui,
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
            words: match wording::rows(scene) {
                ("entity", _) => "Nothing selected.",
                _ => "No turbine selected.",
            },
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
    ui.add(Label::new(look.quiet(place)).wrap());
    ScrollArea::vertical()
        .id_salt("inspector")
        .auto_shrink(false)
        .show(ui, |ui| {
            alarms_ui(ui, look, farm, row, actions);
            let rules = explain_turbine(farm, row, look.now_ms);
            section_ui(ui, look.theme, "Why it looks so");
            let by = farm.view.scale.map(|s| &*s.name);
            why_ui(ui, look, &rules, by, actions);
            section_ui(ui, look.theme, "Signals");
            signals_ui(ui, look, farm, row, model);
            others_ui(ui, look, &rules, actions);
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
                let may = farm.desk.may(Permission::Acknowledge);
                if unacknowledged && button_if(ui, may, "Acknowledge").clicked() {
                    actions.push(Action::Acknowledge(vec![alarm.key]));
                }
                ui.label(look.quiet(since));
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let name = Link::new(strong(&*alarm.name).color(look.theme.text));
                    let hint = format!("Show {}", alarm.name);
                    ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
                    if ui.add(name).on_hover_text(hint).clicked() {
                        actions.push(Action::ShowAlarm(alarm.key));
                    }
                });
            });
        });
        let waits = waits_for(farm, alarm, look.now_ms)
            .or_else(|| seen_now(farm, alarm, look.now_ms))
            .filter(|_| alarm.is_active());
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

/// One signal: name, value, unit, range bar and age; in place of the last two, why a value cannot be
/// used. A name that is too long for its column goes on in a second line.
fn signal_ui(ui: &mut Ui, look: &Look, farm: &Farm, signal: &Signal, cell: Option<Cell>) {
    const VALUE: f32 = 60.0;
    const UNIT: f32 = 34.0;
    const BAR: f32 = 44.0;
    const AGE: f32 = 40.0;
    const GAP: f32 = 4.0;
    let heard = cell.filter(|c| c.quality != Quality::Missing);
    let is_usable = heard.is_some_and(|c| c.quality.is_usable());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        let room = ui.available_width() - VALUE - UNIT - BAR - AGE - 4.0 * GAP;
        let hint = format!("{} · field {}", signal.name, signal.field);
        name_ui(ui, room.max(60.0), &format::label(&signal.name)).on_hover_text(hint);
        let value = heard.map_or_else(|| "–".to_owned(), |c| farm.value_text(signal, c.value));
        let value = strong(value).color(look.text_color(is_usable));
        match wording::unit(&signal.unit) {
            // Words take the unit's room as well.
            "" => {
                right_aligned_ui(ui, VALUE + GAP + UNIT, value);
            }
            unit => {
                right_aligned_ui(ui, VALUE, value);
                left_aligned_ui(ui, UNIT, look.quiet(unit));
            }
        }
        let told = heard.map_or_else(
            || "no data".to_owned(),
            |c| {
                let age = format::age(look.now_ms - c.source_time_ms);
                format!("{age} · {}", quality_word(c.quality))
            },
        );
        let response = match heard.filter(|_| is_usable) {
            Some(cell) => {
                match signal.range {
                    Some(range) => {
                        range_bar_ui(ui, look.theme, Some(cell.value), range, BAR);
                    }
                    None => {
                        ui.add_space(BAR + GAP);
                    }
                }
                let age = format::age(look.now_ms - cell.source_time_ms);
                right_aligned_ui(ui, AGE, look.quiet(age))
            }
            None => {
                let words = look.quiet(&told).color(look.theme.text);
                right_aligned_ui(ui, BAR + GAP + AGE, words)
            }
        };
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &told));
        if let Some(cell) = heard {
            response.on_hover_text(format!(
                "{told}\nMeasured {}\nArrived {}",
                format::utc(cell.source_time_ms),
                format::utc(cell.arrival_ms)
            ));
        }
    });
}

/// A signal's name in a column of this width, in as many lines as it takes.
fn name_ui(ui: &mut Ui, width: f32, name: &str) -> Response {
    let layout = Layout::top_down(Align::LEFT).with_cross_align(Align::LEFT);
    ui.allocate_ui_with_layout(vec2(width, 20.0), layout, |ui| {
        ui.set_min_width(width);
        ui.set_max_width(width);
        ui.add(Label::new(name).wrap())
    })
    .inner
}
