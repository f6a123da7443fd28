//! Exporting, printing and verifying the journal: begun here, done on a thread, told when it is over.

use bevy_egui::egui::{Align, Button, Label, Layout, Ui, WidgetInfo, WidgetType};
use crossbeam_channel::Receiver;
use egui_phosphor::regular as icon;

use super::state::JournalState;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::program::SaveDialog;
use crate::panels::records::{Job, Lines, Outcome, Records};

/// In less than this, points, the buttons have no words.
const NARROW: f32 = 1_180.0;

/// What is being done, and what came of it.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    dialog: SaveDialog,
    /// What is done now, in words.
    running: Option<(&'static str, Receiver<Outcome>)>,
    told: Option<Outcome>,
}

impl Jobs {
    fn start(&mut self, journal: &dyn Records, words: &'static str, job: Job) {
        self.told = None;
        self.running = Some((words, journal.start(job)));
    }

    /// Something is done now.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    fn follow(&mut self) {
        let Some((_, receiver)) = &self.running else {
            return;
        };
        let outcome = match receiver.try_recv() {
            Ok(outcome) => outcome,
            Err(crossbeam_channel::TryRecvError::Empty) => return,
            Err(crossbeam_channel::TryRecvError::Disconnected) => {
                Err("It ended before it was done.".to_owned())
            }
        };
        self.running = None;
        self.told = Some(outcome);
    }
}

/// The buttons at the right end of the bar.
pub(super) fn buttons_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    journal: &dyn Records,
    state: &mut JournalState,
    width: f32,
) {
    state.jobs.follow();
    let lines = lines(look, farm, state);
    let jobs = &mut state.jobs;
    let is_free = !jobs.is_running();
    let button = |ui: &mut Ui, glyph: &str, words: &str, hint: &str| {
        let text = if width < NARROW { glyph } else { words };
        let response = ui.add_enabled(is_free, Button::new(text));
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, is_free, words));
        response.on_hover_text(hint).clicked()
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let hint = "Look whether any record was changed since it was written";
        if button(ui, icon::SEAL_CHECK, "Verify", hint) {
            jobs.start(journal, "Verifying…", Job::Verify);
        }
        let hint = "A page of what the filter passes, opened in the browser";
        if button(ui, icon::PRINTER, "Print…", hint) {
            jobs.start(journal, "Making the page…", Job::Print(lines.clone()));
        }
        let hint = "Write what the filter passes to a file";
        if button(ui, icon::FILE_CSV, "Export CSV…", hint) {
            let day = format::day(look.now_ms, look.zone);
            let name = format!("alarm-journal-{day}.csv");
            jobs.dialog.open_for("Export the journal", &name);
        }
    });
    if let Some(file) = jobs.dialog.ui(ui.ctx()) {
        jobs.start(journal, "Exporting…", Job::Export(lines, file));
    }
}

/// What the filter passes, and what is said of it on paper.
fn lines(look: &Look, farm: &Farm, state: &JournalState) -> Lines {
    let session = farm.desk.session;
    Lines {
        query: state.whole_query(),
        filters: state.filter.words(),
        title: farm.scene.map_or_else(String::new, |s| s.title.clone()),
        user: session.map_or_else(String::new, |s| s.user.to_string()),
        station: session.map_or_else(String::new, |s| s.station.to_string()),
        zone: look.zone.clone(),
        at_ms: look.now_ms,
    }
}

/// What is done, or what came of it, until it is seen.
pub(super) fn told_ui(ui: &mut Ui, look: &Look, state: &mut JournalState) {
    let jobs = &mut state.jobs;
    if let Some((words, _)) = &jobs.running {
        ui.label(look.quiet(*words));
        return;
    }
    let Some(told) = &jobs.told else { return };
    let words = match told {
        Ok(words) | Err(words) => words.clone(),
    };
    let glyph = if told.is_ok() {
        icon::CHECK
    } else {
        icon::WARNING
    };
    let is_seen = ui
        .horizontal(|ui| {
            ui.label(glyph);
            ui.add(Label::new(&words).wrap());
            ui.small_button("Close").clicked()
        })
        .inner;
    if is_seen {
        jobs.told = None;
    }
}
