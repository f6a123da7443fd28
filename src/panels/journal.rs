//! The alarm journal.

use bevy_egui::egui::Ui;

use crate::action::Action;
use crate::panels::frame::{Farm, Look, empty_ui};

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct JournalState {}

/// The alarm journal.
pub fn journal_ui(
    ui: &mut Ui,
    look: &Look,
    _farm: &Farm,
    _state: &mut JournalState,
    _actions: &mut Vec<Action>,
) {
    empty_ui(ui, look, "Nothing here yet.");
}
