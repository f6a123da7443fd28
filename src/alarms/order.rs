//! What people do to alarms, whether at this desk, from a shell or at another station.

use std::sync::Arc;

use bevy::prelude::Message;
use serde::{Deserialize, Serialize};

use super::{AlarmId, AlarmKey};
use crate::access::Role;

/// Who did something, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The user of the operating system.
    pub user: Arc<str>,
    /// The desk.
    pub station: Arc<str>,
    /// As what.
    pub role: Role,
}

impl Actor {
    /// The program itself: what ends by its time.
    pub fn program(station: &Arc<str>) -> Self {
        Self {
            user: "Windvane".into(),
            station: Arc::clone(station),
            role: Role::Engineer,
        }
    }
}

/// One thing that is done to an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// An occurrence is acknowledged.
    Acknowledge(AlarmKey),
    /// A latched occurrence that has cleared is let go.
    Reset(AlarmKey),
    /// An alarm is laid aside for a time.
    Shelve {
        /// Which.
        id: AlarmId,
        /// When it ends at the latest, milliseconds since 1970 UTC.
        until_ms: i64,
        /// It also ends when the alarm clears.
        is_one_shot: bool,
        /// Why.
        reason: Arc<str>,
    },
    /// A shelf is ended.
    Unshelve(AlarmId),
    /// An alarm is taken out of service.
    TakeOutOfService {
        /// Which.
        id: AlarmId,
        /// Why.
        reason: Arc<str>,
    },
    /// An alarm is returned to service.
    ReturnToService(AlarmId),
    /// Something is written about an alarm.
    Comment {
        /// About which.
        id: AlarmId,
        /// What.
        text: Arc<str>,
    },
    /// Another station saw an alarm raised that this one did not see. It stands here as returned
    /// unacknowledged, so that it waits for an operator and for nothing else; where an occurrence of it
    /// waits already nothing changes.
    RaisedElsewhere {
        /// Which.
        id: AlarmId,
        /// The values and the limit there: `83.2 > 80 °C`.
        value: String,
        /// When, milliseconds since 1970 UTC of that station.
        raised_ms: i64,
    },
}

/// A deed with who does it: permitted already, by whoever sends it.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What.
    pub deed: Deed,
    /// Who.
    pub by: Actor,
    /// When, milliseconds since 1970 UTC of this machine.
    pub at_ms: i64,
    /// What was said with it.
    pub comment: Option<Arc<str>>,
}
