//! What an operator does to alarms beyond a click: shelving, taking out of service, comments. The
//! dialogs, and the menu that every list of alarms has.

use bevy_egui::egui::Context;

use crate::action::Action;
use crate::alarms::AlarmId;
use crate::panels::frame::{Farm, Look};

mod dialog;
mod menu;
mod reason;
mod shelf;
mod subject;

pub use menu::{DeedsOf, deeds_menu_ui};
pub(super) use shelf::defined;
pub use shelf::{longest_shelf, parse_duration};
pub use subject::subject;

use shelf::ShelfChoice;

/// What a dialog asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskFor {
    /// For how long these alarms are laid aside, and why.
    Shelve,
    /// Why these alarms are taken out of service.
    TakeOutOfService,
    /// What is written about these alarms.
    Comment,
}

/// A dialog that is open.
#[derive(Debug)]
struct Asked {
    what: AskFor,
    alarms: Vec<AlarmId>,
    /// The reason, or the comment.
    text: String,
    shelf: ShelfChoice,
    /// The text takes the keyboard in the next frame.
    focus: bool,
}

/// The dialog that is open, if one is, and what was written in earlier ones.
#[derive(Debug, Default)]
pub struct AlarmDialogs {
    open: Option<Asked>,
    /// Reasons that were given before, newest first.
    pub reasons: Vec<String>,
}

impl AlarmDialogs {
    /// Asks for what is to be done to these alarms. Nothing is asked of none.
    pub fn ask(&mut self, what: AskFor, mut alarms: Vec<AlarmId>) {
        // Two occurrences may be of one alarm.
        alarms.sort();
        alarms.dedup();
        if alarms.is_empty() {
            return;
        }
        self.open = Some(Asked {
            what,
            alarms,
            text: String::new(),
            shelf: ShelfChoice::default(),
            focus: true,
        });
    }

    /// A dialog is open that takes the keys.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Draws the dialog that is open.
pub fn dialogs_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let Some(mut asked) = state.open.take() else {
        return;
    };
    match dialog::dialog_ui(ctx, look, farm, &mut asked, &state.reasons) {
        dialog::Answer::None => state.open = Some(asked),
        dialog::Answer::Left => {}
        dialog::Answer::Given(given) => {
            let text = asked.text.trim().to_owned();
            if asked.what != AskFor::Comment {
                reason::remember(&mut state.reasons, &text);
            }
            actions.extend(given);
        }
    }
}
