//! The card of the turbine under the pointer: what it is, what is wrong, its key values.

use bevy_egui::egui::{Align, Area, Context, Id, Label, Layout, Order, Pos2, Rect, Ui, Vec2, vec2};

use crate::alarms::Alarm;
use crate::fleet::{Quality, SignalColumn, TurbineRow};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::legend::card;
use crate::panels::waiting::seen_now;
use crate::panels::widgets::{mark_ui, unknown_mark_ui};
use crate::scene::{Drive, Model, Scene, Signal, ValueKind};
use crate::theme::{BODY, SMALL, rule_icon, strong};
use crate::wording;

/// Key values at most.
const MOST_VALUES: usize = 5;
const WIDTH: f32 = 236.0;
/// Between the card and what it must not cover, points.
const GAP: f32 = 14.0;

/// The card, if one is due. Asks for the frame in which it will be.
pub fn hover_card_ui(ctx: &Context, look: &Look, farm: &Farm, area: Rect) {
    let hover = farm.view.hover;
    if let Some(due) = hover.due {
        ctx.request_repaint_after(due);
    }
    let (Some(turbine), Some(pointer)) = (hover.shown, hover.pointer) else {
        return;
    };
    let id = Id::new("hover card");
    let size = bevy_egui::egui::AreaState::load(ctx, id)
        .and_then(|state| state.size)
        .unwrap_or(vec2(WIDTH + 20.0, 160.0));
    let at = place(size, hover.turbine, pointer, area);
    Area::new(id)
        // Nothing of it can be pointed at: it must never come between the pointer and the plant.
        .interactable(false)
        .order(Order::Middle)
        .fixed_pos(at)
        .constrain(false)
        .fade_in(false)
        .show(ctx, |ui| {
            card(look).show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = 2.0;
                content_ui(ui, look, farm, turbine);
            });
        });
}

/// Where a card of this size goes: beside the turbine, inside the view, never over the pointer; over a
/// turbine that leaves no room beside it, in the corner farthest from the pointer.
fn place(size: Vec2, turbine: Option<Rect>, pointer: Pos2, area: Rect) -> Pos2 {
    let inner = area.shrink(8.0);
    let about = turbine.unwrap_or_else(|| Rect::from_center_size(pointer, Vec2::ZERO));
    // Of a turbine that fills the view, only what is about the pointer counts.
    let about = about.intersect(Rect::from_center_size(pointer, area.size() * 0.6));
    let about = about.union(Rect::from_center_size(pointer, Vec2::splat(8.0)));
    let y =
        (pointer.y - size.y / 2.0).clamp(inner.top(), (inner.bottom() - size.y).max(inner.top()));
    let x =
        (pointer.x - size.x / 2.0).clamp(inner.left(), (inner.right() - size.x).max(inner.left()));
    let places = [
        Pos2::new(about.right() + GAP, y),
        Pos2::new(about.left() - GAP - size.x, y),
        Pos2::new(x, about.top() - GAP - size.y),
        Pos2::new(x, about.bottom() + GAP),
    ];
    let fits = |at: &Pos2| inner.contains_rect(Rect::from_min_size(*at, size));
    places.into_iter().find(fits).unwrap_or_else(|| {
        let left = pointer.x > area.center().x;
        let upper = pointer.y > area.center().y;
        Pos2::new(
            if left {
                inner.left()
            } else {
                inner.right() - size.x
            },
            if upper {
                inner.top()
            } else {
                inner.bottom() - size.y
            },
        )
    })
}

/// What the card says.
pub fn content_ui(ui: &mut Ui, look: &Look, farm: &Farm, row: TurbineRow) {
    let Some(scene) = farm.scene else { return };
    let (Some(turbine), Some(model)) = (scene.turbine(row), scene.model_of(row)) else {
        return;
    };
    ui.horizontal(|ui| {
        ui.label(strong(&*turbine.id).size(BODY + 1.0));
        ui.add(Label::new(look.quiet(&model.name)).truncate());
    });
    let alarms = most_urgent_first(farm, row);
    if let Some(alarm) = alarms.first() {
        alarm_ui(ui, look, farm, alarm, alarms.len() - 1);
    }
    labels_ui(ui, look, farm, scene, row);
    let values = key_signals(farm, row, model, &alarms);
    if !values.is_empty() {
        ui.add_space(4.0);
    }
    for signal in values {
        value_ui(ui, look, farm, row, signal);
    }
    if let Some(words) = silence(look, farm, row, model) {
        ui.horizontal(|ui| {
            unknown_mark_ui(ui, look.theme, 16.0);
            ui.add(Label::new(words).wrap());
        });
    }
    ui.add_space(4.0);
    ui.label(look.quiet("Click to inspect · double click to fly"));
}

/// What rules say on its label, and which.
fn labels_ui(ui: &mut Ui, look: &Look, farm: &Farm, scene: &Scene, row: TurbineRow) {
    let (Some(states), Some(fleet)) = (farm.rules, farm.fleet) else {
        return;
    };
    for (rule, text) in wording::labels(scene, states, fleet, row) {
        let rule = scene.rules.get(usize::from(rule));
        ui.horizontal(|ui| {
            let glyph = rule.and_then(|r| rule_icon(r.icon.as_deref()?));
            if let Some(glyph) = glyph {
                ui.label(look.quiet(glyph));
            }
            ui.label(strong(text).size(SMALL + 1.0));
            let name = rule.map_or("", |r| &*r.name);
            ui.add(Label::new(look.quiet(name)).truncate());
        });
    }
}

fn most_urgent_first<'a>(farm: &Farm<'a>, row: TurbineRow) -> Vec<&'a Alarm> {
    let mut alarms: Vec<&Alarm> = farm.standing.iter().filter(|a| a.turbine == row).collect();
    alarms.sort_by_key(|a| (a.priority, a.acknowledged.is_some(), -a.raised_ms));
    alarms
}

fn alarm_ui(ui: &mut Ui, look: &Look, farm: &Farm, alarm: &Alarm, more: usize) {
    ui.horizontal(|ui| {
        let filled = !alarm.is_unacknowledged() || look.flash_is_filled();
        mark_ui(ui, look.theme, alarm.priority, 18.0, filled);
        ui.add(Label::new(strong(&*alarm.name)).truncate());
    });
    let rule = farm
        .scene
        .and_then(|s| s.rules.get(usize::from(alarm.source.rule()?)));
    let now = match (farm.scene, farm.fleet, rule) {
        (Some(scene), Some(fleet), Some(rule)) => {
            wording::inputs(scene, fleet, rule, alarm.turbine)
        }
        _ => seen_now(farm, alarm, look.now_ms).unwrap_or_else(|| alarm.value_at_raise.clone()),
    };
    let mut words = now;
    if more > 0 {
        let others = format::counted(more, "more alarm", "more alarms");
        words = format!("{words} · {others}");
    }
    ui.horizontal(|ui| {
        ui.add_space(24.0);
        ui.add(Label::new(look.quiet(words)).wrap());
    });
}

/// The signals worth a line: what its alarms rest on, then power, wind and rotor speed.
fn key_signals<'m>(
    farm: &Farm,
    row: TurbineRow,
    model: &'m Model,
    alarms: &[&Alarm],
) -> Vec<&'m Signal> {
    let Some(scene) = farm.scene else {
        return Vec::new();
    };
    let shown = farm.rules.map(|r| r.appearance(row)).unwrap_or_default();
    let rules = alarms
        .iter()
        .filter_map(|a| a.source.rule())
        .chain(shown.surfaces.iter().filter_map(|s| s.rule));
    let of_rules = rules
        .filter_map(|rule| scene.rules.get(usize::from(rule)))
        .flat_map(|rule| rule.when.program.names().iter().copied());
    let named = |has: &dyn Fn(&Signal) -> bool| {
        let signal = model.signals.iter().find(|s| has(s));
        signal.map(|s| s.column)
    };
    let is_number = |s: &Signal| s.kind == ValueKind::Number;
    let usual = [
        farm.view.scale.map(|s| s.column),
        named(&|s| &*s.name == "active_power")
            .or_else(|| named(&|s| is_number(s) && s.name.contains("power"))),
        named(&|s| &*s.name == "wind_speed")
            .or_else(|| named(&|s| is_number(s) && s.name.contains("wind"))),
        named(&|s| s.drives == Some(Drive::Rotor))
            .or_else(|| named(&|s| s.name.contains("rotor_speed"))),
        named(&|s| s.kind == ValueKind::Text),
        named(&|s| s.name.contains("temperature")),
    ];
    let mut columns: Vec<SignalColumn> = Vec::new();
    for column in usual.into_iter().flatten().take(4).chain(of_rules) {
        if columns.len() < MOST_VALUES && !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
        .into_iter()
        .filter_map(|c| model.signal(c))
        .collect()
}

fn value_ui(ui: &mut Ui, look: &Look, farm: &Farm, row: TurbineRow, signal: &Signal) {
    let cell = farm.cell(row, signal);
    let heard = cell.filter(|c| c.quality != Quality::Missing);
    let is_usable = heard.is_some_and(|c| c.quality.is_usable());
    ui.horizontal(|ui| {
        ui.set_min_height(18.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.allocate_ui_with_layout(
                vec2(34.0, 18.0),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(34.0);
                    ui.label(look.quiet(wording::unit(&signal.unit)));
                },
            );
            let value = heard.map_or_else(|| "–".to_owned(), |c| farm.value_text(signal, c.value));
            let tone = look.text_color(is_usable);
            ui.label(strong(value).size(SMALL + 1.0).color(tone));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(look.quiet(format::label(&signal.name))).truncate());
            });
        });
    });
}

/// What is not known of the turbine, in words; `None` when all is.
fn silence(look: &Look, farm: &Farm, row: TurbineRow, model: &Model) -> Option<String> {
    let cells = || model.signals.iter().filter_map(|s| farm.cell(row, s));
    let count = model.signals.len();
    let unusable = count - cells().filter(|c| c.quality.is_usable()).count();
    if unusable == 0 {
        return None;
    }
    let newest = cells()
        .filter(|c| c.quality != Quality::Missing)
        .map(|c| c.arrival_ms)
        .max();
    Some(match newest {
        None => "No data yet".to_owned(),
        Some(at) if unusable == count => {
            format!("No data for {}", format::duration(look.now_ms - at))
        }
        Some(_) => format!("{unusable} of {count} values not known"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect {
        min: Pos2::new(0.0, 40.0),
        max: Pos2::new(900.0, 540.0),
    };
    const SIZE: Vec2 = Vec2::new(256.0, 180.0);

    #[test]
    fn the_card_covers_neither_the_turbine_nor_the_pointer_and_stays_in_the_view() {
        for x in (10..900).step_by(40) {
            for y in (50..540).step_by(35) {
                let pointer = Pos2::new(x as f32, y as f32);
                let turbine = Rect::from_center_size(pointer, vec2(60.0, 100.0));
                let card = Rect::from_min_size(place(SIZE, Some(turbine), pointer, AREA), SIZE);
                assert!(AREA.contains_rect(card), "{pointer}: {card}");
                assert!(!card.contains(pointer), "{pointer}: {card}");
                assert!(
                    !card.intersects(turbine.intersect(AREA)),
                    "{pointer}: {card}"
                );
            }
        }
    }

    #[test]
    fn the_card_of_a_turbine_that_fills_the_view_leaves_the_pointer_free() {
        for x in (10..900).step_by(40) {
            for y in (50..540).step_by(35) {
                let pointer = Pos2::new(x as f32, y as f32);
                let turbine = AREA.expand(300.0);
                let card = Rect::from_min_size(place(SIZE, Some(turbine), pointer, AREA), SIZE);
                assert!(AREA.contains_rect(card), "{pointer}: {card}");
                assert!(!card.contains(pointer), "{pointer}: {card}");
            }
        }
    }
}
