//! What a user may tune about the connection.

use std::time::Duration;

use bevy::prelude::*;

/// Settings of the connection, beside those that the scene makes. Read at each (re)connection.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct TelemetryConfig {
    /// For reaching the broker and for its first answers. Whole seconds, at least one.
    pub connect_timeout: Duration,
    /// How often the broker is asked for a sign of life; after two intervals without one the
    /// connection counts as lost. Whole seconds, at least one.
    pub keep_alive: Duration,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(10),
        }
    }
}
