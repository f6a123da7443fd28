//! What is noted in the journal beside the alarms: edits of the scene, sessions, the program's own run.

use std::sync::Arc;

use bevy::prelude::Message;

use super::super::Actor;

/// Something that people or the program did and that belongs into the journal, as an edited scene
/// file. Whoever did it sends this once it is done.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What happened, one word as the journal shows it: `edited`, `session_started`.
    pub change: Arc<str>,
    /// To what: a file's name, a turbine, the station.
    pub object: Arc<str>,
    /// What of it: a rule's name, a setting; may be empty.
    pub name: Arc<str>,
    /// Who did it; `None` where the program did.
    pub by: Option<Actor>,
    /// What was said with it, or what is different now.
    pub comment: Option<Arc<str>>,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
}
