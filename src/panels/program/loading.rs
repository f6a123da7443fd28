//! How far the loading of a scene is, in words and as a card over the view.

use std::time::Duration;

use bevy_egui::egui::{Align2, Area, Context, Frame, Id, Label, Margin, Order, Rect, Ui, vec2};

use crate::panels::format;
use crate::panels::frame::Look;
use crate::scene::{LoadStep, Loading};
use crate::theme::{DISPLAY, LARGE, strong};

/// What takes no longer needs no words.
const WORTH_TELLING: Duration = Duration::from_millis(150);
/// Between two looks at the counts.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What is being done: `Reading layout.csv… 41,000 turbines`.
pub fn loading_words(step: &LoadStep) -> String {
    let turbines = |n: usize| format::counted(n, "turbine", "turbines");
    match step {
        LoadStep::Reading(file) => format!("Reading {file}…"),
        LoadStep::Turbines(file, n) => format!("Reading {file}… {}", turbines(*n)),
        LoadStep::Checking => "Checking the scene…".to_owned(),
        LoadStep::Building(n) => format!("Building the view… {}", turbines(*n)),
    }
}

fn keep_looking(ctx: &Context, loading: &Loading) {
    match loading.step {
        // The scene waits for the frames that tell of it.
        LoadStep::Building(_) => ctx.request_repaint(),
        _ => ctx.request_repaint_after(LOOK_AGAIN),
    }
}

fn name(loading: &Loading) -> String {
    let name = loading.path.file_stem().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// A card over the view of the scene that is still open.
pub(super) fn loading_card_ui(ctx: &Context, look: &Look, loading: Option<&Loading>, view: Rect) {
    let Some(loading) = loading else { return };
    keep_looking(ctx, loading);
    let is_building = matches!(loading.step, LoadStep::Building(_));
    if loading.lasts() < WORTH_TELLING && !is_building {
        return;
    }
    Area::new(Id::new("loading"))
        .order(Order::Middle)
        .interactable(false)
        .pivot(Align2::CENTER_TOP)
        .fixed_pos(view.center_top() + vec2(0.0, 24.0))
        .show(ctx, |ui| {
            Frame::new()
                .fill(look.theme.panel)
                .stroke(ui.visuals().window_stroke)
                .corner_radius(4)
                .shadow(ui.visuals().popup_shadow)
                .inner_margin(Margin::symmetric(16, 12))
                .show(ui, |ui| {
                    ui.label(strong(name(loading)).size(LARGE));
                    ui.label(look.quiet(loading_words(&loading.step)));
                });
        });
}

/// The whole window while the first scene is loaded.
pub(super) fn loading_page_ui(ui: &mut Ui, look: &Look, loading: &Loading) {
    keep_looking(ui.ctx(), loading);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.4 - 40.0).max(24.0));
        ui.add(Label::new(strong(name(loading)).size(DISPLAY)).truncate());
        ui.add_space(8.0);
        ui.label(loading_words(&loading.step));
        ui.add_space(4.0);
        ui.label(look.quiet(loading.path.display().to_string()));
    });
}
