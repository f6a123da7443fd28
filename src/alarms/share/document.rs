//! What is published of an alarm: the plain view for every reader, and what stations join.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::Actor;
use crate::access::Role;
use crate::scene::Priority;

/// The number of this format.
pub const FORMAT: u32 = 1;

/// What is known of one alarm: the retained payload of its topic.
///
/// Everything but `shared` is for whoever reads along: a dashboard, a pager. Stations read `shared`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// The number of this format. What is added later keeps the number; what breaks readers does not.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The turbine's name; a station's for the program's own troubles.
    pub turbine: Arc<str>,
    /// The alarm's name: its rule's, its code's text, or what the program calls it.
    pub alarm: Arc<str>,
    /// The state after ISA-18.2, over all stations that are there.
    pub state: State,
    /// Why it is not shown among the others though it is evaluated; null when it is.
    pub set_aside: Option<Aside>,
    /// How soon someone must act.
    pub priority: Priority,
    /// The values and the limit when it was raised: `83.2 > 80 °C`. Empty when it never was.
    pub value: Arc<str>,
    /// When it was raised, RFC 3339 in UTC; null when it never was.
    pub since: Option<String>,
    /// Who acknowledged it; null while anything of it waits for an operator.
    pub acknowledged_by: Option<Done>,
    /// When the shelf ends at the latest, RFC 3339 in UTC; null when it is not shelved.
    pub shelved_until: Option<String>,
    /// How long the shelf lasts after this message was sent, milliseconds: this, and no clock, is what
    /// stations go by. Null when it is not shelved.
    pub shelf_remaining_ms: Option<u64>,
    /// What holds it back by design: `No communication`; null when nothing does.
    pub suppressed_by: Option<Arc<str>>,
    /// What happens when nobody acts.
    pub consequence: Arc<str>,
    /// What the operator is to do.
    pub response: Arc<str>,
    /// Who sent this message, and when.
    pub sent: Sent,
    /// What stations join.
    pub shared: Shared,
}

/// The state of an alarm (ISA-18.2).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not active, nothing to acknowledge.
    Normal,
    /// No longer active, acknowledged, and kept until an operator resets it.
    Latched,
    /// No longer active, not acknowledged, and kept until an operator resets it.
    LatchedUnacknowledged,
    /// No longer active, not acknowledged.
    ReturnedUnacknowledged,
    /// Active, acknowledged.
    Acknowledged,
    /// Active, not acknowledged.
    Unacknowledged,
}

impl State {
    /// Of these facts.
    pub fn of(is_active: bool, is_latched: bool, is_unacknowledged: bool) -> Self {
        match (is_active, is_unacknowledged) {
            (true, true) => Self::Unacknowledged,
            (true, false) => Self::Acknowledged,
            (false, true) if is_latched => Self::LatchedUnacknowledged,
            (false, false) if is_latched => Self::Latched,
            (false, true) => Self::ReturnedUnacknowledged,
            (false, false) => Self::Normal,
        }
    }

    /// The condition stands.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Unacknowledged)
    }

    /// Cleared, and kept until it is reset.
    pub fn is_latched(self) -> bool {
        matches!(self, Self::Latched | Self::LatchedUnacknowledged)
    }

    /// Waits for an operator.
    pub fn is_unacknowledged(self) -> bool {
        matches!(
            self,
            Self::Unacknowledged | Self::ReturnedUnacknowledged | Self::LatchedUnacknowledged
        )
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Latched => "Latched",
            Self::LatchedUnacknowledged => "Latched, unacknowledged",
            Self::ReturnedUnacknowledged => "Returned unacknowledged",
            Self::Acknowledged => "Acknowledged",
            Self::Unacknowledged => "Unacknowledged",
        }
    }
}

/// Why an alarm is not shown among the others.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Aside {
    /// By an operator, for a time.
    Shelved,
    /// By logic: a condition, or another alarm.
    Suppressed,
    /// By an engineer, for maintenance.
    OutOfService,
}

impl Aside {
    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Shelved => "Shelved",
            Self::Suppressed => "Suppressed",
            Self::OutOfService => "Out of service",
        }
    }
}

/// Who did something, when, and what was said with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Done {
    /// Who.
    pub by: By,
    /// When, RFC 3339 in UTC, by the clock of that station.
    pub at: String,
    /// What was said with it.
    pub comment: Option<Arc<str>>,
}

/// Who sent a message, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sent {
    /// The station.
    #[schemars(length(max = 64))]
    pub station: Arc<str>,
    /// The run of the program there: another number after each start.
    pub session: u64,
    /// Milliseconds since 1970 UTC by that station's clock.
    pub at_ms: i64,
}

/// Who, where, as what.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct By {
    /// The user of the operating system.
    #[schemars(length(max = 64))]
    pub user: Arc<str>,
    /// The station.
    #[schemars(length(max = 64))]
    pub station: Arc<str>,
    /// As what: `viewer`, `operator` or `engineer`. Claimed by the sender.
    #[schemars(with = "String", extend("enum" = ["viewer", "operator", "engineer"]))]
    pub role: Role,
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        Self {
            user: super::limits::name(&actor.user),
            station: super::limits::name(&actor.station),
            role: actor.role,
        }
    }
}

impl From<&By> for Actor {
    fn from(by: &By) -> Self {
        Self {
            user: Arc::clone(&by.user),
            station: Arc::clone(&by.station),
            role: by.role,
        }
    }
}

/// What stations join: whatever the order, the number and the loss of messages, stations that have
/// heard the same have the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Shared {
    /// What each station sees of the alarm, by station; at most 64.
    pub stations: BTreeMap<Arc<str>, Stand>,
    /// Up to which `n` of each station it is acknowledged. An acknowledgement covers exactly what its
    /// station had seen.
    pub acknowledged: BTreeMap<Arc<str>, Mark>,
    /// Up to which `n` of each station it was reset.
    pub reset: BTreeMap<Arc<str>, Mark>,
    /// The last shelf.
    pub shelf: Option<SharedShelf>,
    /// The last time that it was taken out of service.
    pub out_of_service: Option<SharedService>,
    /// What was written about it, oldest first; the newest 20.
    #[schemars(length(max = 20))]
    pub comments: Vec<Remark>,
}

/// What a station sees of an alarm: written by that station alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Stand {
    /// How many times the station has announced the alarm: raised it, or raised it anew because it
    /// stood for long.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub n: u64,
    /// Counts what the station wrote here since.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub v: u64,
    /// The state at this station.
    pub state: State,
    /// Why it is not shown among the others there.
    pub set_aside: Option<Aside>,
    /// The number of the occurrence there.
    pub key: u64,
    /// When it was announced there, milliseconds since 1970 UTC by that station's clock.
    pub since_ms: i64,
    /// The priority there: a higher one once it was escalated.
    pub priority: Priority,
    /// The values and the limit when it was raised there.
    #[schemars(length(max = 120))]
    pub value: Arc<str>,
    /// What holds it back there by design.
    #[schemars(length(max = 120))]
    pub suppressed_by: Option<Arc<str>>,
}

/// Up to where something was done, by whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Up to this `n` of the station.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub n: u64,
    /// The `since_ms` of that announcement: a station that lost its memory counts from 1 again, and what
    /// was done to its first alarm then is not done to its first one now.
    pub since_ms: i64,
    /// When, milliseconds since 1970 UTC by the clock of whoever did it.
    pub at_ms: i64,
    /// Who.
    pub by: By,
    /// What was said with it.
    #[schemars(length(max = 200))]
    pub comment: Option<Arc<str>>,
}

/// A shelf, or the end of one. The later of two is the one with the larger `counter`; of equal ones
/// that which is over; then the name of the station decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SharedShelf {
    /// Larger than every counter that the station had seen in this document.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub counter: u64,
    /// It has ended: by its time, or because someone ended it.
    pub is_over: bool,
    /// Who laid the alarm aside, or took it back.
    pub by: By,
    /// When, milliseconds since 1970 UTC by that station's clock.
    pub at_ms: i64,
    /// For how long, milliseconds; 0 for the end of a shelf.
    pub duration_ms: u64,
    /// It also ends when the alarm clears.
    pub is_one_shot: bool,
    /// Why.
    #[schemars(length(max = 500))]
    pub reason: Arc<str>,
}

/// An alarm taken out of service, or returned to it; the later of two as with shelves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SharedService {
    /// Larger than every counter that the station had seen in this document.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub counter: u64,
    /// It was returned to service.
    pub is_over: bool,
    /// Who.
    pub by: By,
    /// When, milliseconds since 1970 UTC by that station's clock.
    pub at_ms: i64,
    /// Why.
    #[schemars(length(max = 500))]
    pub reason: Arc<str>,
}

/// What someone wrote about the alarm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// Larger than every counter that the station had seen in this document.
    #[schemars(range(max = 9_007_199_254_740_991_u64))]
    pub counter: u64,
    /// Who.
    pub by: By,
    /// When, milliseconds since 1970 UTC by that station's clock.
    pub at_ms: i64,
    /// What.
    #[schemars(length(max = 500))]
    pub text: Arc<str>,
}

/// The retained payload of a station's own topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Presence {
    /// The number of this format.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The station.
    #[schemars(length(max = 64))]
    pub station: Arc<str>,
    /// The run of the program there.
    pub session: u64,
    /// It is there. False is sent by the station when it ends, or by the broker when it is lost.
    pub is_there: bool,
    /// It evaluates alarms: false for a command of the shell.
    pub watches: bool,
}

/// What a station says every ten seconds, never retained: who hears it knows that the station lives
/// and can be heard now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Heartbeat {
    /// The number of this format.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// The station.
    #[schemars(length(max = 64))]
    pub station: Arc<str>,
    /// The run of the program there.
    pub session: u64,
    /// Counts up within the session.
    pub seq: u64,
    /// How long the program has run, milliseconds: of two of one name the younger takes another.
    pub up_ms: u64,
    /// The station's clock, milliseconds since 1970 UTC.
    pub clock_ms: i64,
    /// It has just come and asks the others for theirs.
    pub asks: bool,
}
