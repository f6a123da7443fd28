//! The mapping helper: what arrives over MQTT, what it is mapped to, and one click to map the rest.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_egui::egui::{self, Ui};

mod bar;
mod details;
mod form;
mod rows;
mod sample;
mod table;
mod writer;

pub use form::{SignalForm, TopicForm};
pub use rows::{Filter, MapRow, RowKey, Sort, Status, rows_of};
pub use writer::{Job, run};

use crate::action::Action;
use crate::panels::PanelState;
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::frame::{Farm, Look};
use crate::panels::layout::Pane;
use crate::scene::ActiveScene;
use crate::scene::edit::Edited;
use crate::telemetry::{Listening, Observation, Seen, TelemetryConfig};
use crate::wake::Wake;
use writer::Writer;

/// In less width than this, points, the details have no room beside the table.
const NARROW: f32 = 720.0;
/// Width of the details, points.
const DETAILS: f32 = 372.0;

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct MappingState {
    /// What was seen.
    pub seen: Arc<Seen>,
    /// How listening to everything goes.
    pub listening: Listening,
    /// What is shown.
    pub filter: Filter,
    /// The order.
    pub sort: Sort,
    /// The row whose details are shown.
    pub selected: Option<RowKey>,
    /// Topics whose fields are hidden.
    folded: Vec<RowKey>,
    signal: Option<(RowKey, SignalForm)>,
    topic: Option<(RowKey, TopicForm)>,
    writer: Writer,
    /// What came of the last writing: whether it went well, and the words.
    told: Option<(bool, String)>,
    /// Ranks by a value that changes all the time, taken when they were asked for.
    ranks: rows::Ranks,
    /// Start listening, or stop.
    listen_request: Option<bool>,
    is_drawn: bool,
}

impl MappingState {
    /// Whether the pane was drawn since this was last asked: something is worth looking at only then.
    pub fn take_drawn(&mut self) -> bool {
        std::mem::take(&mut self.is_drawn)
    }

    /// What was written since this was last asked.
    pub fn take_edits(&mut self) -> Vec<Edited> {
        self.writer.take_edits()
    }
}

/// The pane.
pub fn mapping_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &mut MappingState) {
    state.is_drawn = true;
    let Some(scene) = farm.scene else {
        crate::panels::frame::empty_ui(ui, look, "No scene is open: nothing is heard.");
        return;
    };
    state.writer.follow_permit(farm.desk.edit_permit());
    state.told = state.writer.outcome().or(state.told.take());
    let seen = Arc::clone(&state.seen);
    state.ranks.follow(state.sort, &seen);
    let rows = rows_of(&seen, scene, &state.filter, state.sort, &state.ranks);
    bar::bar_ui(ui, look, scene, &seen, state);
    if seen.topics.is_empty() {
        let empty = Empty {
            icon: egui_phosphor::regular::BROADCAST,
            words: "Nothing has arrived since this was opened.",
            hint: "What the broker kept is shown as soon as it is subscribed to anew. To see topics \
                   that the scene does not know, listen to everything.",
            ..Empty::default()
        };
        empty_state_ui(ui, look, &empty);
        return;
    }
    let has_room = ui.available_width() >= NARROW;
    let chosen = state.selected.clone();
    let chosen = chosen.and_then(|key| key.find(&seen).map(|found| (key, found)));
    match chosen {
        Some((key, found)) if has_room => {
            let place = ui.available_rect_before_wrap();
            let split = place.right() - DETAILS;
            let [left, right] = [
                egui::Rect::from_min_max(place.min, egui::pos2(split - 12.0, place.bottom())),
                egui::Rect::from_min_max(egui::pos2(split, place.top()), place.max),
            ];
            let line = egui::Stroke::new(1.0, look.theme.line);
            ui.painter().vline(split - 6.0, place.y_range(), line);
            table_in(ui, left, |ui| {
                table::table_ui(ui, look, scene, &seen, &rows, state);
            });
            ui.scope_builder(egui::UiBuilder::new().max_rect(right), |ui| {
                details::details_ui(ui, look, scene, &key, found, state);
            });
        }
        Some((key, found)) => details::details_ui(ui, look, scene, &key, found, state),
        None => {
            let place = ui.available_rect_before_wrap();
            table_in(ui, place, |ui| {
                table::table_ui(ui, look, scene, &seen, &rows, state);
            });
        }
    }
}

/// Draws the table in a place: it stays scrolled where it is when the details open beside it.
fn table_in(ui: &mut Ui, place: egui::Rect, add: impl FnOnce(&mut Ui)) {
    let id = ui.id().with("mapping table");
    let builder = egui::UiBuilder::new().max_rect(place).id(id);
    ui.scope_builder(builder, add);
}

/// Brings what was seen to the pane, and shows it if asked.
pub(super) fn bring(
    observation: Option<Res<Observation>>,
    mut actions: MessageReader<Action>,
    wake: Option<Res<Wake>>,
    mut panels: ResMut<PanelState>,
) {
    let desk = &mut panels.bypass_change_detection().0;
    if actions.read().any(|action| *action == Action::ShowMapping) {
        crate::panels::desk::show_pane(desk, Pane::Mapping);
    }
    let mapping = &mut desk.mapping;
    if let Some(wake) = wake {
        mapping.writer.wake_by(&wake);
    }
    if let Some(observation) = observation {
        mapping.seen = observation.seen();
        mapping.listening = observation.listening();
    }
}

/// Looks at what arrives while the pane is on the screen.
pub(super) fn follow(
    observation: Option<Res<Observation>>,
    active: Option<Res<ActiveScene>>,
    config: Option<Res<TelemetryConfig>>,
    mut panels: ResMut<PanelState>,
) {
    let mapping = &mut panels.bypass_change_detection().0.mapping;
    let is_drawn = mapping.take_drawn();
    let request = mapping.listen_request.take();
    let Some(observation) = observation else {
        return;
    };
    observation.watch(is_drawn);
    match (request, active, config) {
        (Some(true), Some(active), Some(config)) => {
            observation.listen_to_everything(&active, &config);
        }
        (Some(false), ..) => observation.stop_listening(),
        _ => {}
    }
}
