//! The alarm journal: what happened and what people did, the newest first.

use std::time::Duration;

use bevy_egui::egui::{Frame, Label, Margin, Stroke, Ui};

pub mod filter;
mod filter_bar;
mod jobs;
mod of_handle;
mod state;
mod table;
mod words;

pub use state::JournalState;

use crate::action::Action;
use crate::panels::empty::{Empty, empty_state_ui, empty_ui};
use crate::panels::frame::{Farm, Look};
use filter::JournalFilter;

/// While an answer is awaited, or something is typed, a frame comes so soon.
const ANSWER: Duration = Duration::from_millis(100);

/// The alarm journal.
pub fn journal_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut JournalState,
    actions: &mut Vec<Action>,
) {
    let Some(journal) = farm.desk.journal else {
        let empty = Empty {
            icon: egui_phosphor::regular::BOOK_OPEN,
            words: "No journal is kept.",
            hint: "The program was started without one; what happens now is forgotten at its end.",
            button: None,
        };
        empty_state_ui(ui, look, &empty);
        return;
    };
    state.follow_scene(farm.scene);
    filter_bar::filter_bar_ui(ui, look, farm, journal, state);
    jobs::told_ui(ui, look, state);
    ui.add_space(4.0);
    if let Some(trouble) = journal.trouble() {
        trouble_ui(ui, look, &format!("Nothing is written now: {trouble}"));
    }
    let failure = state.failure(look.now_ms).map(str::to_owned);
    if let Some(why) = &failure {
        trouble_ui(ui, look, &format!("The journal cannot be read: {why}"));
    }
    let mut is_near_end = false;
    if !state.lines.is_empty() {
        is_near_end = table::table_ui(ui, look, farm, state, actions);
    } else if !state.is_first() {
        nothing_ui(ui, look, state);
    } else if failure.is_none() {
        empty_ui(ui, look, "Reading the journal…");
    }
    state.follow(journal, look.now_ms, look.zone, is_near_end);
    if state.is_pending() || state.is_typing() || state.jobs.is_running() {
        ui.ctx().request_repaint_after(ANSWER);
    }
}

fn trouble_ui(ui: &mut Ui, look: &Look, words: &str) {
    let frame = Frame::new()
        .fill(look.theme.ground)
        .stroke(Stroke::new(1.0, look.theme.line))
        .corner_radius(4)
        .inner_margin(Margin::symmetric(8, 4));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(words).wrap());
    });
    ui.add_space(4.0);
}

fn nothing_ui(ui: &mut Ui, look: &Look, state: &mut JournalState) {
    let is_filtered = state.filter != JournalFilter::default();
    let empty = Empty {
        icon: egui_phosphor::regular::BOOK_OPEN,
        words: if is_filtered {
            "No record passes the filter."
        } else {
            "Nothing was recorded in the last 24 h."
        },
        hint: "",
        button: Some(if is_filtered {
            "Clear filter"
        } else {
            "Show all"
        }),
    };
    if empty_state_ui(ui, look, &empty) {
        state.filter = JournalFilter {
            range: if is_filtered {
                filter::Range::default()
            } else {
                filter::Range::All
            },
            ..JournalFilter::default()
        };
    }
}
