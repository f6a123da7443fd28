//! One occurrence of an alarm and its state.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::order::Actor;
use super::source::AlarmSource;
use crate::fleet::TurbineRow;
use crate::scene::Priority;

/// One occurrence of an alarm: counts up from 1, never given twice by a station. 0 stands for none: an
/// alarm that is normal, of which something is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
pub struct AlarmKey(pub u64);

/// Which alarm, whatever file or row it stands in: the same at every station and over every reload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlarmId {
    /// The turbine's name; for the program's own troubles the station's.
    pub object: Arc<str>,
    /// The alarm's name: its rule's, its code's text, or what the program calls it.
    pub name: Arc<str>,
}

/// The state of an occurrence (ISA-18.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlarmState {
    /// Active, not acknowledged (UNACK).
    Unacknowledged,
    /// Active, acknowledged (ACKED).
    Acknowledged,
    /// No longer active, not acknowledged (RTNUN).
    ReturnedUnacknowledged,
    /// No longer active, not acknowledged, and kept until an operator resets it.
    LatchedUnacknowledged,
    /// No longer active, acknowledged, and kept until an operator resets it.
    Latched,
    /// No longer active, acknowledged: of the past.
    Normal,
    /// Its rule or its turbine is no longer in the scene: whether it would stand is not known.
    Withdrawn,
}

/// Why an alarm is not shown among the others though it is evaluated. More than one may hold; the
/// first in this order is the one that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SetAside {
    /// By an engineer, for maintenance.
    OutOfService,
    /// By logic: a condition, or another alarm.
    Suppressed,
    /// By an operator, for a time.
    Shelved,
}

/// An alarm laid aside by an operator; it always ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// When it ends by itself, milliseconds since 1970 UTC.
    pub until_ms: i64,
    /// It also ends when the alarm clears.
    pub is_one_shot: bool,
    /// Why.
    pub reason: Arc<str>,
    /// Since when, milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// Who.
    pub by: Actor,
}

/// An alarm taken out of service by an engineer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutOfService {
    /// Why.
    pub reason: Arc<str>,
    /// Since when, milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// Who.
    pub by: Actor,
}

/// An alarm held back by logic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// What holds it back, in words: `No communication`, `rotor_speed < 1`.
    pub by: Arc<str>,
    /// Since when, milliseconds since 1970 UTC.
    pub since_ms: i64,
}

/// What someone wrote about an occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// What.
    pub text: Arc<str>,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Who.
    pub by: Actor,
}

/// One occurrence of an alarm. What of it holds for the present scene only (`source`, `turbine`) is not
/// stored with it: whoever restores it finds them by its [`AlarmId`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Which.
    pub key: AlarmKey,
    /// What raised it, in terms of the present scene.
    #[serde(skip, default = "nothing")]
    pub source: AlarmSource,
    /// The name of the alarm.
    pub name: Arc<str>,
    /// Whose; [`TurbineRow::NONE`] for the program's own troubles.
    #[serde(skip, default = "nowhere")]
    pub turbine: TurbineRow,
    /// The name of the turbine; of the station for the program's own troubles.
    pub turbine_id: Arc<str>,
    /// How soon someone must act: the escalated one, once it was escalated.
    pub priority: Priority,
    /// When the condition had held for the on-delay, milliseconds since 1970 UTC.
    pub raised_ms: i64,
    /// When it cleared; `None` while it is active.
    pub cleared_ms: Option<i64>,
    /// When it was acknowledged, and by whom.
    pub acknowledged: Option<(i64, Actor)>,
    /// The values of the rule's signals when it was raised, as text: `83.2 > 80 °C`.
    pub value_at_raise: String,
    /// The rule's inputs are unknown now: whether it still is active cannot be told.
    pub unknown: bool,
    /// How many times the alarm was raised since it was last acknowledged, this one included.
    pub times_raised: u32,
    /// Its rule or turbine was taken out of the scene while it stood: it did not clear.
    pub is_withdrawn: bool,
    /// Once cleared it stays until it is reset.
    pub is_latching: bool,
    /// When it was reset, and by whom.
    pub reset: Option<(i64, Actor)>,
    /// When it was raised to a higher priority because nobody acknowledged it.
    pub escalated_ms: Option<i64>,
    /// When it was last announced anew because it stood for long.
    pub re_alarmed_ms: Option<i64>,
    /// Laid aside by an operator.
    pub shelf: Option<Arc<Shelf>>,
    /// Held back by logic.
    pub suppression: Option<Arc<Suppression>>,
    /// Taken out of service.
    pub out_of_service: Option<Arc<OutOfService>>,
    /// What was written about it, oldest first.
    pub comments: Vec<Comment>,
}

impl Alarm {
    /// An occurrence that has just been raised, of a key that the register gives.
    pub fn raised(
        source: AlarmSource,
        id: AlarmId,
        turbine: TurbineRow,
        priority: Priority,
        raised_ms: i64,
    ) -> Self {
        Self {
            key: AlarmKey::default(),
            source,
            name: id.name,
            turbine,
            turbine_id: id.object,
            priority,
            raised_ms,
            cleared_ms: None,
            acknowledged: None,
            value_at_raise: String::new(),
            unknown: false,
            times_raised: 1,
            is_withdrawn: false,
            is_latching: false,
            reset: None,
            escalated_ms: None,
            re_alarmed_ms: None,
            shelf: None,
            suppression: None,
            out_of_service: None,
            comments: Vec::new(),
        }
    }

    /// Which alarm it is an occurrence of.
    pub fn id(&self) -> AlarmId {
        AlarmId {
            object: Arc::clone(&self.turbine_id),
            name: Arc::clone(&self.name),
        }
    }

    /// The condition stands (until the off-delay has passed).
    pub fn is_active(&self) -> bool {
        self.cleared_ms.is_none()
    }

    /// Cleared, and kept until it is reset.
    pub fn is_latched(&self) -> bool {
        self.is_latching && !self.is_active() && self.reset.is_none()
    }

    /// Active and acknowledged are two facts, latched a third; together they are the state.
    pub fn state(&self) -> AlarmState {
        if self.is_withdrawn {
            return AlarmState::Withdrawn;
        }
        match (self.is_active(), self.acknowledged.is_some()) {
            (true, false) => AlarmState::Unacknowledged,
            (true, true) => AlarmState::Acknowledged,
            (false, false) if self.is_latched() => AlarmState::LatchedUnacknowledged,
            (false, true) if self.is_latched() => AlarmState::Latched,
            (false, false) => AlarmState::ReturnedUnacknowledged,
            (false, true) => AlarmState::Normal,
        }
    }

    /// Why it is not shown among the others; `None` when it is.
    pub fn set_aside(&self) -> Option<SetAside> {
        if self.out_of_service.is_some() {
            Some(SetAside::OutOfService)
        } else if self.suppression.is_some() {
            Some(SetAside::Suppressed)
        } else {
            self.shelf.as_ref().map(|_| SetAside::Shelved)
        }
    }

    /// Whether an operator still has to look at it.
    pub fn is_unacknowledged(&self) -> bool {
        self.acknowledged.is_none()
    }

    /// How long it was or has been active.
    pub fn active_for(&self, now_ms: i64) -> Duration {
        let until = self.cleared_ms.unwrap_or(now_ms);
        Duration::from_millis(u64::try_from(until - self.raised_ms).unwrap_or_default())
    }
}

/// The source of an occurrence that was read back and has not found its place yet.
fn nothing() -> AlarmSource {
    AlarmSource::Communication
}

/// The turbine of an occurrence that was read back and has not found its place yet.
fn nowhere() -> TurbineRow {
    TurbineRow::NONE
}
