//! A line of the journal, and what of it is asked for.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::{Actor, AlarmKey};
use crate::scene::Priority;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Counts up from 1 without a gap.
    pub seq: u64,
    /// When, milliseconds since 1970 UTC, by the clock of the station that keeps the journal.
    pub at_ms: i64,
    /// What happened: [`super::super::AlarmChange::name`], or what else people did, as `edited`.
    pub change: Arc<str>,
    /// The turbine's name; the station's for the program's own troubles.
    pub object: Arc<str>,
    /// The alarm's name.
    pub name: Arc<str>,
    /// The occurrence, where there was one.
    pub key: Option<AlarmKey>,
    /// Its priority, where there was one.
    pub priority: Option<Priority>,
    /// The values and the limit at that time: `78.1 > 80 °C`.
    pub value: String,
    /// Who did it; `None` where the process or time did.
    pub by: Option<Actor>,
    /// What was said: a comment, the reason of a shelf.
    pub comment: Option<Arc<str>>,
    /// When what it began ends: a shelf, milliseconds since 1970 UTC.
    pub until_ms: Option<i64>,
}

/// Which lines of the journal are asked for; everything by default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// From this time on, milliseconds since 1970 UTC.
    pub from_ms: Option<i64>,
    /// Before this time, milliseconds since 1970 UTC.
    pub until_ms: Option<i64>,
    /// Of this turbine.
    pub object: Option<Arc<str>>,
    /// Of the alarm of this name.
    pub name: Option<Arc<str>>,
    /// Of these priorities; all while it is empty.
    pub priorities: Vec<Priority>,
    /// Only these changes, by name; all while it is empty.
    pub changes: Vec<Arc<str>>,
    /// Every word of it is in the turbine, the alarm, the value, the user or the comment, in any case.
    pub text: String,
    /// Before this line: for the next page.
    pub before_seq: Option<u64>,
    /// At most so many lines, the newest first; all without one.
    pub limit: Option<usize>,
}

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// What the file system or the database says.
    #[error("{}: {what}", file.display())]
    Unusable {
        /// The file.
        file: PathBuf,
        /// What is wrong, and what to do about it.
        what: String,
    },
    /// There is none: the program was told to keep none, or knows of no place for it.
    #[error("No journal is kept")]
    NotKept,
    /// More was asked for than is answered at a time.
    #[error("The journal is busy; ask again")]
    Busy,
}
