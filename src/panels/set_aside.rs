//! What is shelved, suppressed or out of service.

use bevy_egui::egui::Ui;

use crate::action::Action;
use crate::panels::frame::{Farm, Look, empty_ui};

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct SetAsideState {}

/// What is shelved, suppressed or out of service.
pub fn set_aside_ui(
    ui: &mut Ui,
    look: &Look,
    _farm: &Farm,
    _state: &mut SetAsideState,
    _actions: &mut Vec<Action>,
) {
    empty_ui(ui, look, "Nothing here yet.");
}
