//! One alarm in full.

use bevy_egui::egui::Ui;

use crate::action::Action;
use crate::panels::frame::{Farm, Look, empty_ui};

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct DetailState {}

/// One alarm in full.
pub fn alarm_detail_ui(
    ui: &mut Ui,
    look: &Look,
    _farm: &Farm,
    _state: &mut DetailState,
    _actions: &mut Vec<Action>,
) {
    empty_ui(ui, look, "Nothing here yet.");
}
