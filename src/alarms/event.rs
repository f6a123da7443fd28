//! What happened to alarms: told in order, each once.

use std::sync::Arc;

use bevy::prelude::Message;
use serde::{Deserialize, Serialize};

use super::occurrence::{Alarm, AlarmId, OutOfService, Shelf, Suppression};
use super::order::Actor;
use crate::scene::Priority;

/// Why a shelf ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShelfEnd {
    /// Its time was up.
    TimeUp,
    /// It was for one occurrence, which cleared.
    Cleared,
    /// Someone ended it.
    Unshelved,
}

/// What happened to an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmChange {
    /// It was raised.
    Raised,
    /// Its condition has gone.
    Cleared,
    /// An operator acknowledged it.
    Acknowledged,
    /// A latched one that has cleared was let go.
    Reset,
    /// It was laid aside for a time.
    Shelved(Arc<Shelf>),
    /// The shelf ended.
    Unshelved(ShelfEnd),
    /// Logic holds it back.
    Suppressed(Arc<Suppression>),
    /// Logic no longer holds it back.
    Unsuppressed,
    /// It was taken out of service.
    OutOfService(Arc<OutOfService>),
    /// It was returned to service.
    ReturnedToService,
    /// Nobody acknowledged it: it has a higher priority now.
    Escalated {
        /// The priority before.
        from: Priority,
    },
    /// It stood acknowledged for long: it is to be acknowledged anew.
    ReAlarmed,
    /// Something was written about it.
    Commented,
    /// Its rule or turbine is no longer in the scene.
    Withdrawn,
}

impl AlarmChange {
    /// Its name in journals and JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Cleared => "cleared",
            Self::Acknowledged => "acknowledged",
            Self::Reset => "reset",
            Self::Shelved(_) => "shelved",
            Self::Unshelved(_) => "unshelved",
            Self::Suppressed(_) => "suppressed",
            Self::Unsuppressed => "unsuppressed",
            Self::OutOfService(_) => "out_of_service",
            Self::ReturnedToService => "returned_to_service",
            Self::Escalated { .. } => "escalated",
            Self::ReAlarmed => "re_alarmed",
            Self::Commented => "commented",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Sent for each change of an alarm.
#[derive(Message, Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlarmEvent {
    /// What happened.
    pub change: AlarmChange,
    /// To which alarm.
    pub id: AlarmId,
    /// The occurrence as it is after it; `None` where the alarm is normal.
    pub alarm: Option<Alarm>,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Who did it; `None` where the process or time did.
    pub by: Option<Actor>,
    /// What was said with it.
    pub comment: Option<Arc<str>>,
    /// The values and the limit at that time: `78.1 > 80 °C`.
    pub value: String,
}

impl AlarmEvent {
    /// Whether it is news that calls an operator, with a sound: raised, announced anew, given a higher
    /// priority, or let go by what had set it aside, and shown, active and not acknowledged.
    pub fn calls(&self) -> bool {
        let is_news = match &self.change {
            AlarmChange::Raised
            | AlarmChange::ReAlarmed
            | AlarmChange::Escalated { .. }
            | AlarmChange::Unshelved(_)
            | AlarmChange::Unsuppressed
            | AlarmChange::ReturnedToService => true,
            AlarmChange::Cleared
            | AlarmChange::Acknowledged
            | AlarmChange::Reset
            | AlarmChange::Shelved(_)
            | AlarmChange::Suppressed(_)
            | AlarmChange::OutOfService(_)
            | AlarmChange::Commented
            | AlarmChange::Withdrawn => false,
        };
        let waits = |a: &Alarm| a.is_active() && a.is_unacknowledged() && a.set_aside().is_none();
        is_news && self.alarm.as_ref().is_some_and(waits)
    }

    pub(super) fn new(change: AlarmChange, id: AlarmId, alarm: Option<Alarm>, at_ms: i64) -> Self {
        Self {
            change,
            id,
            alarm,
            at_ms,
            by: None,
            comment: None,
            value: String::new(),
        }
    }

    pub(super) fn of(change: AlarmChange, alarm: &Alarm, at_ms: i64) -> Self {
        Self::new(change, alarm.id(), Some(alarm.clone()), at_ms)
    }

    pub(super) fn by(mut self, by: &Actor) -> Self {
        self.by = Some(by.clone());
        self
    }

    pub(super) fn said(mut self, comment: Option<Arc<str>>) -> Self {
        self.comment = comment;
        self
    }
}
