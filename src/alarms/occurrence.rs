//! One occurrence of an alarm and its state.

use std::sync::Arc;

use crate::fleet::TurbineRow;
use crate::scene::Priority;

/// One occurrence of an alarm: counts up from 1, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlarmKey(pub u64);

/// The state of an occurrence (ISA-18.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlarmState {
    /// Active, not acknowledged (UNACK).
    Unacknowledged,
    /// Active, acknowledged (ACKED).
    Acknowledged,
    /// No longer active, not acknowledged (RTNUN).
    ReturnedUnacknowledged,
    /// No longer active, acknowledged: of the past.
    Normal,
    /// Its rule or its turbine is no longer in the scene: whether it would stand is not known.
    Withdrawn,
}

/// One occurrence of an alarm.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Which.
    pub key: AlarmKey,
    /// The rule that raised it, as an index into the present `Scene::rules`.
    pub rule: u16,
    /// The name of the rule.
    pub name: Arc<str>,
    /// Whose.
    pub turbine: TurbineRow,
    /// The name of the turbine.
    pub turbine_id: Arc<str>,
    /// How soon someone must act.
    pub priority: Priority,
    /// When the condition had held for the on-delay, milliseconds since 1970 UTC.
    pub raised_ms: i64,
    /// When it cleared; `None` while it is active.
    pub cleared_ms: Option<i64>,
    /// When it was acknowledged, and by whom.
    pub acknowledged: Option<(i64, Arc<str>)>,
    /// The values of the rule's signals when it was raised, as text: `83.2 > 80 °C`.
    pub value_at_raise: String,
    /// The rule's inputs are unknown now: whether it still is active cannot be told.
    pub unknown: bool,
    /// How many times the alarm was raised since it was last acknowledged, this one included.
    pub times_raised: u32,
    /// Its rule or turbine was taken out of the scene while it stood: it did not clear.
    pub is_withdrawn: bool,
}

impl Alarm {
    /// The condition stands (until the off-delay has passed).
    pub fn is_active(&self) -> bool {
        self.cleared_ms.is_none()
    }

    /// Active and acknowledged are two facts; together they are the state.
    pub fn state(&self) -> AlarmState {
        if self.is_withdrawn {
            return AlarmState::Withdrawn;
        }
        match (self.is_active(), self.acknowledged.is_some()) {
            (true, false) => AlarmState::Unacknowledged,
            (true, true) => AlarmState::Acknowledged,
            (false, false) => AlarmState::ReturnedUnacknowledged,
            (false, true) => AlarmState::Normal,
        }
    }

    /// Whether an operator still has to look at it.
    pub fn is_unacknowledged(&self) -> bool {
        self.acknowledged.is_none()
    }
}
