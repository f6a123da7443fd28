//! The alarm list: a row an occurrence; sorted, filtered, acknowledged.

use bevy_egui::egui::Ui;

use crate::action::Action;
use crate::panels::frame::{Farm, Look};

mod empty;
mod filter_bar;
mod row;
mod state;
mod table;

use filter_bar::filter_bar_ui;
pub use state::AlarmListState;
use table::table_ui;

/// The list with its filters.
pub fn alarm_list_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    actions: &mut Vec<Action>,
) {
    filter_bar_ui(ui, look, farm, state, actions);
    let rows = state.rows(farm, look.now_ms);
    if rows.is_empty() {
        empty::nothing_ui(ui, look, farm, state);
        return;
    }
    table_ui(ui, look, farm, state, &rows, actions);
}
