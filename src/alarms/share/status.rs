//! What an operator is told of the other stations.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::prelude::Resource;

use crate::telemetry::Link;

/// What sharing is to do; read when it changes. Nothing by default: tests and pictures are no stations.
#[derive(Resource, Debug, Clone, PartialEq, Eq, Default)]
pub struct SharingConfig {
    /// Share, where the scene does not forbid it.
    pub is_enabled: bool,
}

/// A message that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedMessage {
    /// When it arrived, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Its topic.
    pub topic: String,
    /// Its first 200 bytes, what is not text escaped.
    pub excerpt: String,
    /// Why, in words.
    pub reason: String,
}

/// Another station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationSeen {
    /// Its name.
    pub name: Arc<str>,
    /// It was heard within the last 30 seconds.
    pub lives: bool,
    /// By how much its clock is ahead of this one, milliseconds; known while it is heard.
    pub ahead_ms: Option<i64>,
}

/// The connection to the other stations, as people are told of it.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub struct SharingStatus {
    /// The name of this station, as it is shared.
    pub station: Arc<str>,
    /// What the topics begin with; empty where nothing is shared.
    pub prefix: String,
    /// The broker's address, without credentials.
    pub broker: String,
    /// Connected or not.
    pub link: Link,
    /// All that the broker keeps was heard.
    pub is_synced: bool,
    /// The other stations, by name.
    pub stations: Vec<StationSeen>,
    /// What is wrong although the broker can be reached.
    pub notices: Vec<String>,
    /// Messages that could not be used.
    pub refused: u64,
    /// The last ones, newest last, at most 200.
    pub recent_refused: VecDeque<RefusedMessage>,
    /// Alarms that others share and this scene does not have.
    pub strangers: u64,
}
