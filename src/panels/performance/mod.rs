//! How well the alarm system does: each figure beside its target, when alarms came, and what to do.

use bevy_egui::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2};

use crate::action::Action;
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::frame::{Farm, Look, empty_ui};

mod bar;
mod choice;
mod export;
mod lists;
mod plot;
mod rows;
mod state;
mod worker;

pub use choice::{Choice, Chosen};
pub use lists::List;
pub use state::PerformanceState;

/// In less width than this, points, everything stands below each other.
const NARROW: f32 = 960.0;
/// Widths of the columns at the left and at the right, points.
const FIGURES: f32 = 404.0;
const LISTS: f32 = 420.0;
/// Between columns, points.
const GAP: f32 = 24.0;

/// How well the alarm system does.
pub fn performance_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut PerformanceState,
    actions: &mut Vec<Action>,
) {
    if farm.scene.is_none() {
        empty_ui(ui, look, "No scene is open: no alarms are known.");
        return;
    }
    state.follow(look, farm);
    bar::bar_ui(ui, look, farm, state);
    export::dialog_ui(ui.ctx(), look, state);
    let Some(shown) = state.shown.clone() else {
        let (words, hint) = match &state.trouble {
            Some(trouble) => ("The figures could not be worked out.", trouble.as_str()),
            None => ("Working the figures out …", ""),
        };
        let empty = Empty {
            icon: egui_phosphor::regular::CHART_BAR,
            words,
            hint,
            ..Empty::default()
        };
        empty_state_ui(ui, look, &empty);
        return;
    };
    let room = ui.available_rect_before_wrap();
    if room.width() < NARROW {
        ScrollArea::vertical()
            .id_salt("performance")
            .auto_shrink(false)
            .show(ui, |ui| {
                rows::rows_ui(ui, look, &shown);
                ui.add_space(12.0);
                plot::plot_ui(ui, look, &shown, 160.0);
                ui.add_space(12.0);
                rows::priorities_ui(ui, look, &shown);
                ui.add_space(12.0);
                lists::lists_ui(ui, look, farm, &shown, &mut state.list, actions);
            });
        return;
    }
    let left = room.left() + FIGURES;
    let lists = if room.width() < 1400.0 {
        LISTS
    } else {
        room.width() * 0.34
    };
    let right = room.right() - lists;
    let column = |from: f32, until: f32| {
        Rect::from_min_max(pos2(from, room.top()), pos2(until, room.bottom()))
    };
    for x in [left + GAP / 2.0, right - GAP / 2.0] {
        let hairline = ui.visuals().widgets.noninteractive.bg_stroke;
        ui.painter().vline(x, room.y_range(), hairline);
    }
    column_ui(ui, column(room.left(), left), "figures", |ui| {
        rows::rows_ui(ui, look, &shown);
    });
    column_ui(ui, column(left + GAP, right - GAP), "plot", |ui| {
        let height = (room.height() - 212.0).clamp(96.0, 320.0);
        plot::plot_ui(ui, look, &shown, height);
        ui.add_space(8.0);
        rows::priorities_ui(ui, look, &shown);
    });
    column_ui(ui, column(right, room.right()), "lists", |ui| {
        lists::lists_ui(ui, look, farm, &shown, &mut state.list, actions);
    });
    ui.allocate_rect(room, bevy_egui::egui::Sense::empty());
}

fn column_ui(ui: &mut Ui, place: Rect, name: &str, add: impl FnOnce(&mut Ui)) {
    let id = ui.id().with(name);
    ui.scope_builder(UiBuilder::new().max_rect(place).id(id), |ui| {
        ScrollArea::vertical()
            .id_salt(name)
            .auto_shrink(false)
            .show(ui, add);
    });
}
