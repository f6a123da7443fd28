//! The alarm list: a row an occurrence; sorted, filtered, grouped, acknowledged.

use bevy_egui::egui::Ui;

use crate::action::Action;
use crate::panels::alarm_deeds::AlarmDialogs;
use crate::panels::frame::{Farm, Look};

mod cells;
mod columns;
mod empty;
mod filter_bar;
mod flood_line;
mod group_row;
mod keys;
mod row;
mod state;
mod table;
mod words;

pub use columns::{Column, Columns};
use filter_bar::filter_bar_ui;
pub use keys::{follow_key, is_of_list, show_selected};
pub(super) use state::fly_to;
pub use state::{AlarmListSettings, AlarmListState};
use table::table_ui;
pub use words::state_words;

/// The list with its filters.
pub fn alarm_list_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    filter_bar_ui(ui, look, farm, state, dialogs, actions);
    flood_line::flood_line_ui(ui, look, farm, state);
    let shown = state.shown(farm, look.now_ms);
    if shown.lines.is_empty() {
        state.leave_screen();
        empty::nothing_ui(ui, look, farm, state);
        return;
    }
    table_ui(ui, look, farm, state, &shown, dialogs, actions);
}
