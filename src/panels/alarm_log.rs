//! The log of the viewer: each change of an alarm in a line.

use bevy::prelude::*;

use crate::alarms::AlarmEvent;

/// Logs what happened to alarms since the last frame.
pub(super) fn log_alarms(mut events: MessageReader<AlarmEvent>) {
    for event in events.read() {
        let AlarmEvent {
            change,
            id,
            alarm,
            by,
            ..
        } = event;
        let mut what = change.name().replace('_', " ");
        if let Some(first) = what.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let by = by.as_ref().map_or_else(String::new, |by| {
            format!(" by {} at {}", by.user, by.station)
        });
        let priority = alarm
            .as_ref()
            .map_or_else(String::new, |a| format!(" ({})", a.priority.name()));
        tracing::info!("{what}: {}, {}{priority}{by}", id.name, id.object);
    }
}
