//! Writing the figures as CSV, to a file that is chosen.

use bevy_egui::egui::Context;

use super::state::PerformanceState;
use crate::alarms::performance::csv;
use crate::panels::frame::Look;
pub(super) use crate::panels::program::SaveDialog;

/// Draws the dialog while it is open, and writes what was chosen.
pub(super) fn dialog_ui(ctx: &Context, look: &Look, state: &mut PerformanceState) {
    let Some(path) = state.dialog.ui(ctx) else {
        return;
    };
    if let Some(shown) = &state.shown {
        let text = csv(&shown.figures, &[], look.zone);
        state.told = None;
        state.write(path, text);
    }
}
