//! The log of the viewer: each change of an alarm in a line.

use bevy::prelude::*;

use crate::alarms::{AlarmChange, AlarmEvent};

/// Logs what happened to alarms since the last frame.
pub(super) fn log_alarms(mut events: MessageReader<AlarmEvent>) {
    for AlarmEvent { change, alarm } in events.read() {
        let what = match change {
            AlarmChange::Raised => "Raised",
            AlarmChange::Cleared => "Cleared",
            AlarmChange::Acknowledged => "Acknowledged",
            AlarmChange::Withdrawn => "Withdrawn",
        };
        let by = match (&alarm.acknowledged, change) {
            (Some((_, by)), AlarmChange::Acknowledged) => format!(" by {by}"),
            _ => String::new(),
        };
        let (name, turbine) = (&alarm.name, &alarm.turbine_id);
        tracing::info!("{what}: {name}, {turbine} ({}){by}", alarm.priority.name());
    }
}
