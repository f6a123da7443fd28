//! How panes read the journal: they ask, go on, and take the answer in a later frame.

use std::fmt::Debug;
use std::path::PathBuf;

use crossbeam_channel::Receiver;
use jiff::tz::TimeZone;

use crate::alarms::journal::{JournalError, Query, Record};

/// Whoever answers questions to the journal. Neither asking nor taking the answer waits.
pub trait Records: Debug + Sync {
    /// Asks; the answer comes in a later frame.
    fn ask(&self, query: Query) -> Box<dyn Answer>;

    /// Changes whenever lines were added: whoever shows some asks anew then.
    fn generation(&self) -> u64;

    /// Why nothing is written now, and what to do about it; `None` while all is well.
    fn trouble(&self) -> Option<String>;

    /// Begins what takes longer than a frame, on a thread of its own. What came of it, in a sentence,
    /// is sent once.
    fn start(&self, job: Job) -> Receiver<Outcome>;
}

/// What takes longer than a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    /// Writes these lines to this file as CSV.
    Export(Lines, PathBuf),
    /// Makes a page of these lines, and opens it where it can be printed.
    Print(Lines),
    /// Looks whether any line was changed since it was written.
    Verify,
}

/// Lines of the journal, and what is said of them on paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// Which.
    pub query: Query,
    /// Which, in words.
    pub filters: String,
    /// The farm's name.
    pub title: String,
    /// Who asks.
    pub user: String,
    /// At which desk.
    pub station: String,
    /// The zone of local times.
    pub zone: TimeZone,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
}

/// What came of a job, in a sentence; as an error what went wrong and what to do.
pub type Outcome = Result<String, String>;

/// An answer that may still be on its way.
pub trait Answer: Debug + Send + Sync {
    /// The lines, the newest first, once they are there; given once.
    fn take(&mut self) -> Option<Result<Vec<Record>, JournalError>>;
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
