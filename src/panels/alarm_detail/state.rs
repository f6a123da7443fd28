//! What the pane remembers: which alarm it shows, and what is being written about it.

use super::past::PastState;
use crate::alarms::{Alarm, AlarmId, AlarmKey};
use crate::panels::frame::Farm;

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct DetailState {
    shown: Option<Shown>,
    /// The row of the list that was followed last.
    followed: Option<AlarmKey>,
    /// The pane is to come to the front.
    is_asked: bool,
    /// An alarm was drawn in the last frame.
    pub(super) is_drawn: bool,
    /// The first alarm is to be shown once there is one.
    wants_first: bool,
    /// The operator wants to go back to where he came from.
    pub(super) goes_back: bool,
    /// What is to be asked before something is done.
    pub(super) question: Option<(Question, AlarmId)>,
    /// A comment that is being written.
    pub(super) comment: String,
    /// The comment takes the keyboard in the next frame.
    pub(super) focus_comment: bool,
    pub(super) past: PastState,
}

/// What takes a dialog: a time, a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// For how long the alarm is shelved, and why.
    Shelve,
    /// Why it is taken out of service.
    TakeOutOfService,
}

/// The alarm that is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub id: AlarmId,
    pub key: Option<AlarmKey>,
    /// As it was when it was last seen: it may leave the register while it is read.
    pub last: Option<Alarm>,
}

impl DetailState {
    /// Shows an occurrence, in front of other panes.
    pub fn ask(&mut self, key: AlarmKey) {
        self.show_key(key);
        self.is_asked = true;
    }

    /// Whether anything is known of an occurrence beyond the journal.
    pub fn knows(&self, farm: &Farm, key: AlarmKey) -> bool {
        find(farm, key).is_some()
    }

    /// Shows an alarm whether or not it stands, in front of other panes.
    pub fn ask_of(&mut self, id: AlarmId) {
        self.show(Shown {
            id,
            key: None,
            last: None,
        });
        self.is_asked = true;
    }

    /// Shows the first alarm that there is, if none is shown by then.
    pub fn ask_first(&mut self) {
        self.wants_first = true;
    }

    /// Shows the row that is selected in the list, when that is another than before.
    pub fn follow(&mut self, row: Option<AlarmKey>) {
        if row == self.followed {
            return;
        }
        self.followed = row;
        if let Some(key) = row {
            self.show_key(key);
        }
    }

    fn show_key(&mut self, key: AlarmKey) {
        // What is being written about it stays.
        if self.shown.as_ref().is_some_and(|s| s.key == Some(key)) {
            return;
        }
        let unknown: std::sync::Arc<str> = "".into();
        self.show(Shown {
            id: AlarmId {
                object: unknown.clone(),
                name: unknown,
            },
            key: Some(key),
            last: None,
        });
    }

    fn show(&mut self, shown: Shown) {
        self.shown = Some(shown);
        self.wants_first = false;
        self.comment.clear();
        self.past = PastState::default();
    }

    /// Whether the pane is to come to the front; asked once.
    pub fn take_asked(&mut self) -> bool {
        std::mem::take(&mut self.is_asked)
    }

    /// A frame begins in which nothing of it is on the screen yet.
    pub fn begin_frame(&mut self) {
        self.is_drawn = false;
    }

    /// Whether an alarm is on the screen here.
    pub fn is_drawn(&self) -> bool {
        self.is_drawn
    }

    /// Whether the operator left the pane by its arrow; asked once.
    pub fn take_back(&mut self) -> bool {
        std::mem::take(&mut self.goes_back)
    }

    /// What is to be asked before something is done to which alarm; asked once.
    pub fn take_question(&mut self) -> Option<(Question, AlarmId)> {
        self.question.take()
    }

    /// The alarm to show, as it is now or as it last was.
    pub(super) fn resolve(&mut self, farm: &Farm) -> Option<Shown> {
        if self.shown.is_none() && self.wants_first {
            let first = farm.standing.iter();
            let first = first.min_by_key(|a| (!a.is_unacknowledged(), a.priority, a.key))?;
            self.ask(first.key);
        }
        let shown = self.shown.as_mut()?;
        let now = match shown.key {
            Some(key) => find(farm, key),
            None => of_id(farm, &shown.id),
        };
        if let Some(now) = now
            && shown.last.as_ref() != Some(now)
        {
            shown.id = now.id();
            shown.last = Some(now.clone());
        }
        // A key that nothing is known of.
        let is_known = shown.last.is_some() || shown.key.is_none();
        is_known.then(|| shown.clone())
    }
}

/// An occurrence wherever it is kept.
fn find<'a>(farm: &Farm<'a>, key: AlarmKey) -> Option<&'a Alarm> {
    let aside = farm.desk.alarms.map_or(&[][..], |a| a.set_aside());
    let mut standing = farm.standing.iter().chain(aside);
    let in_past = || farm.past.iter().rev().find(|a| a.key == key);
    standing.find(|a| a.key == key).or_else(in_past)
}

/// The occurrence of an alarm that stands, set aside or not.
pub(super) fn of_id<'a>(farm: &Farm<'a>, id: &AlarmId) -> Option<&'a Alarm> {
    let aside = farm.desk.alarms.map_or(&[][..], |a| a.set_aside());
    let all = farm.standing.iter().chain(aside);
    all.filter(|a| a.turbine_id == id.object && a.name == id.name)
        .max_by_key(|a| (a.is_active(), a.key))
}
