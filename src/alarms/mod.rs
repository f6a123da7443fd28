//! Alarms after ISA-18.2: raised and cleared by rules, acknowledged by operators.

use bevy::prelude::*;

mod occurrence;

pub use occurrence::{Alarm, AlarmKey, AlarmState, Alarms};

/// Follows the rules and carries out the operator's acknowledgements.
pub(super) fn plugin(_app: &mut App) {}
