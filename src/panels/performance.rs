//! How well the alarm system does.

use bevy_egui::egui::Ui;

use crate::action::Action;
use crate::panels::frame::{Farm, Look, empty_ui};

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct PerformanceState {}

/// How well the alarm system does.
pub fn performance_ui(
    ui: &mut Ui,
    look: &Look,
    _farm: &Farm,
    _state: &mut PerformanceState,
    _actions: &mut Vec<Action>,
) {
    empty_ui(ui, look, "Nothing here yet.");
}
