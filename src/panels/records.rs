//! How panes read the journal: they ask, go on, and take the answer in a later frame.

use std::fmt::Debug;

use crate::alarms::journal::{Asked, JournalError, JournalHandle, Query, Record};

/// Whoever answers questions to the journal. Neither asking nor taking the answer waits.
pub trait Records: Debug + Sync {
    /// Asks; the answer comes in a later frame.
    fn ask(&self, query: Query) -> Box<dyn Answer>;
}

/// An answer that may still be on its way.
pub trait Answer: Debug + Send + Sync {
    /// The lines, the newest first, once they are there; given once.
    fn take(&mut self) -> Option<Result<Vec<Record>, JournalError>>;
}

impl Records for JournalHandle {
    fn ask(&self, query: Query) -> Box<dyn Answer> {
        Box::new(Self::ask(self, query))
    }
}

impl Answer for Asked {
    fn take(&mut self) -> Option<Result<Vec<Record>, JournalError>> {
        self.answer()
    }
}

/// One question at a time, and what came of the last one.
#[derive(Debug, Default)]
pub struct Asking {
    pending: Option<Box<dyn Answer>>,
}

impl Asking {
    /// Asks, in place of what was asked before.
    pub fn ask(&mut self, records: &dyn Records, query: Query) {
        self.pending = Some(records.ask(query));
    }

    /// Whether an answer is awaited.
    pub fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// Awaits no answer any more.
    pub fn forget(&mut self) {
        self.pending = None;
    }

    /// The answer, once it is there.
    pub fn take(&mut self) -> Option<Result<Vec<Record>, JournalError>> {
        let answer = self.pending.as_mut()?.take()?;
        self.pending = None;
        Some(answer)
    }
}
