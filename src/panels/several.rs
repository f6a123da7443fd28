//! Several selected turbines: how many, what they give together, and each in a line.

use std::collections::HashMap;

use bevy_egui::egui::{
    Align, Button, Layout, RichText, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, vec2,
};

use crate::action::Action;
use crate::alarms::Alarm;
use crate::fleet::TurbineRow;
use crate::panels::format;
use crate::panels::frame::{Farm, Look, unusable_reason};
use crate::panels::widgets::{left_aligned_ui, mark_ui, right_aligned_ui, unknown_mark_ui};
use crate::scene::{Scene, Signal};
use crate::theme::{TITLE, strong};
use crate::wording;

const ROW: f32 = 26.0;
const ID: f32 = 64.0;
const POWER: f32 = 84.0;

/// The selected turbines, when there are several: a click on one makes it the one.
pub fn several_ui(ui: &mut Ui, look: &Look, farm: &Farm, scene: &Scene, actions: &mut Vec<Action>) {
    let rows: Vec<TurbineRow> = farm
        .selected
        .into_iter()
        .chain(farm.view.also.iter().copied())
        .collect();
    let worst = worst_alarms(farm);
    ui.horizontal(|ui| {
        let words = format!("{} selected", {
            let (one, several) = wording::rows(scene);
            format::counted(rows.len(), one, several)
        });
        ui.label(strong(words).size(TITLE));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.button("Deselect").clicked() {
                actions.push(Action::Select(None));
            }
        });
    });
    ui.label(look.quiet(summary(farm, scene, &rows, &worst)));
    ui.add_space(4.0);
    ScrollArea::vertical()
        .id_salt("several")
        .auto_shrink(false)
        .show_rows(ui, ROW, rows.len(), |ui, shown| {
            for row in rows.get(shown).unwrap_or_default() {
                row_ui(
                    ui,
                    look,
                    farm,
                    scene,
                    *row,
                    worst.get(row).copied(),
                    actions,
                );
            }
        });
}

/// The most urgent standing alarm of each turbine; unacknowledged before acknowledged.
fn worst_alarms<'a>(farm: &Farm<'a>) -> HashMap<TurbineRow, &'a Alarm> {
    let mut worst: HashMap<TurbineRow, &Alarm> = HashMap::new();
    let rank = |a: &Alarm| (a.priority, a.acknowledged.is_some(), a.raised_ms);
    for alarm in farm.standing {
        let best = worst.entry(alarm.turbine).or_insert(alarm);
        if rank(alarm) < rank(best) {
            *best = alarm;
        }
    }
    worst
}

/// The signal that is the turbine's power, by its unit and name.
fn power_signal(scene: &Scene, row: TurbineRow) -> Option<&Signal> {
    let signals = &scene.model_of(row)?.signals;
    let is_power = |s: &&Signal| matches!(s.unit.as_str(), "kW" | "MW" | "W");
    signals
        .iter()
        .filter(is_power)
        .min_by_key(|s| (!s.name.contains("active"), !s.name.contains("power")))
}

fn power_kw(farm: &Farm, scene: &Scene, row: TurbineRow) -> Option<f64> {
    let signal = power_signal(scene, row)?;
    let value = farm.fleet?.usable(row, signal.column)?;
    Some(match signal.unit.as_str() {
        "MW" => value * 1e3,
        "W" => value / 1e3,
        _ => value,
    })
}

fn summary(
    farm: &Farm,
    scene: &Scene,
    rows: &[TurbineRow],
    worst: &HashMap<TurbineRow, &Alarm>,
) -> String {
    let known: Vec<f64> = rows
        .iter()
        .filter_map(|row| power_kw(farm, scene, *row))
        .collect();
    let power = match known.len() {
        0 => "power not known".to_owned(),
        n => {
            let megawatts = known.iter().sum::<f64>() / 1e3;
            let of = if n == rows.len() {
                String::new()
            } else {
                format!(" from {} of them", format::count(n as u64))
            };
            format!("{} MW{of}", wording::number(megawatts, Some([0.0, 100.0])))
        }
    };
    let alarmed = rows.iter().filter(|row| worst.contains_key(row)).count();
    match alarmed {
        0 => format!("{power} · no alarms"),
        n => format!("{power} · {} with alarms", format::count(n as u64)),
    }
}

fn row_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scene: &Scene,
    row: TurbineRow,
    alarm: Option<&Alarm>,
    actions: &mut Vec<Action>,
) {
    let Some(turbine) = scene.turbine(row) else {
        return;
    };
    let signal = power_signal(scene, row);
    let cell = signal.and_then(|s| farm.cell(row, s));
    let power = signal
        .zip(cell.filter(|c| c.quality.is_usable()))
        .map(|(s, c)| {
            let value = farm.value_text(s, c.value);
            format!("{value} {}", wording::unit(&s.unit))
        });
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), ROW),
        Layout::left_to_right(Align::Center),
        |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let button = Button::new(strong(&*turbine.id))
                .frame_when_inactive(false)
                .truncate();
            let id = ui
                .allocate_ui_with_layout(
                    vec2(ID, ROW),
                    Layout::left_to_right(Align::Center),
                    |ui| {
                        ui.set_min_width(ID);
                        ui.add(button)
                    },
                )
                .inner;
            let name = format!("Select {} alone", turbine.id);
            id.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
            if id.on_hover_text(&name).clicked() {
                actions.push(Action::Select(Some(row)));
            }
            let words = power.unwrap_or_else(|| "–".to_owned());
            right_aligned_ui(ui, POWER, RichText::new(words));
            match (
                alarm,
                signal.and_then(|_| unusable_reason(cell, look.now_ms)),
            ) {
                (Some(alarm), _) => {
                    let filled = alarm.acknowledged.is_some() || look.flash_is_filled();
                    mark_ui(ui, look.theme, alarm.priority, 18.0, filled);
                    left_aligned_ui(ui, ui.available_width(), RichText::new(&*alarm.name));
                }
                (None, Some(reason)) => {
                    unknown_mark_ui(ui, look.theme, 18.0);
                    left_aligned_ui(ui, ui.available_width(), look.quiet(reason));
                }
                (None, None) => {
                    ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
                    ui.label(look.quiet("no alarm"));
                }
            }
        },
    );
}
