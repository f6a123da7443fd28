//! What was before each edit, to go back to and forth again.

use super::draft::DraftRule;

/// Edits that can be undone.
const MOST: usize = 500;
/// Edits of one field within this time are one edit, seconds.
const ONE_EDIT_S: f64 = 1.0;

/// The rules at one time.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshot {
    pub rules: Vec<DraftRule>,
    pub selected: Option<u64>,
}

/// What an edit was of: typing in one field goes on with the last edit.
pub(super) type EditKey = (&'static str, u64);

/// The edits.
#[derive(Debug, Default)]
pub(super) struct History {
    past: Vec<Snapshot>,
    future: Vec<Snapshot>,
    last: Option<(EditKey, f64)>,
}

impl History {
    /// Notes how it was before an edit at a time, seconds.
    pub fn note(&mut self, before: Snapshot, key: EditKey, time_s: f64) {
        let goes_on = self
            .last
            .is_some_and(|(last, at)| last == key && time_s - at < ONE_EDIT_S);
        self.last = Some((key, time_s));
        self.future.clear();
        if goes_on && !self.past.is_empty() {
            return;
        }
        if self.past.len() >= MOST {
            self.past.remove(0);
        }
        self.past.push(before);
    }

    /// The state before the last edit; `now` is the present one.
    pub fn undo(&mut self, now: Snapshot) -> Option<Snapshot> {
        self.last = None;
        let before = self.past.pop()?;
        self.future.push(now);
        Some(before)
    }

    /// The state after the edit that was undone last.
    pub fn redo(&mut self, now: Snapshot) -> Option<Snapshot> {
        self.last = None;
        let after = self.future.pop()?;
        self.past.push(now);
        Some(after)
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The next edit is one of its own.
    pub fn close(&mut self) {
        self.last = None;
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}
