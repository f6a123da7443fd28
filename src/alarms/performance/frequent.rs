//! Which alarms make up the load: each alarm of each turbine, and each rule over all turbines.

use std::sync::Arc;

use serde::Serialize;

use super::delays::DelayTrial;
use crate::alarms::AlarmId;
use crate::scene::Priority;

/// One alarm of one turbine, and what it did in the span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Frequent {
    /// Which.
    pub id: AlarmId,
    /// The most urgent priority that it was announced with.
    pub priority: Priority,
    /// How many times it was announced.
    pub announced: u64,
    /// How many of these were new occurrences, and not old ones announced anew.
    pub occurrences: u64,
    /// Of all that were announced, 0 to 1.
    pub share: f64,
    /// Occurrences that were part of chattering.
    pub chattering: u64,
    /// The most cycles in a minute.
    pub most_a_minute: u64,
    /// Occurrences that were gone within a minute and did not repeat.
    pub fleeting: u64,
    /// Occurrences that someone acknowledged.
    pub acknowledged: u64,
    /// Occurrences that came back before anyone had acknowledged them.
    pub missed: u64,
    /// How long it was active together, of occurrences that cleared, milliseconds.
    pub active_ms: i64,
    /// What longer off-delays would have left of its occurrences.
    pub off_delays: Vec<DelayTrial>,
    /// What longer on-delays would have left of its occurrences.
    pub on_delays: Vec<DelayTrial>,
}

/// One rule, or another source of alarms, over all turbines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByRule {
    /// The alarm's name: its rule's.
    pub name: Arc<str>,
    /// How many times it was announced.
    pub announced: u64,
    /// Of all that were announced, 0 to 1.
    pub share: f64,
    /// At how many turbines.
    pub turbines: u64,
    /// Occurrences that were part of chattering.
    pub chattering: u64,
    /// Occurrences that were gone within a minute and did not repeat.
    pub fleeting: u64,
    /// Occurrences that someone acknowledged.
    pub acknowledged: u64,
}
