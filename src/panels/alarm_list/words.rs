//! An alarm's state and what is special about it, in words and shapes.

use egui_phosphor::regular as icon;

use crate::alarms::{Alarm, AlarmState, definition};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::priority_word;

/// The name of a state.
pub fn state_words(state: AlarmState) -> &'static str {
    match state {
        AlarmState::Unacknowledged => "Unacknowledged",
        AlarmState::Acknowledged => "Acknowledged",
        AlarmState::ReturnedUnacknowledged => "Returned, unack.",
        AlarmState::LatchedUnacknowledged => "Latched, unack.",
        AlarmState::Latched => "Latched",
        AlarmState::Normal => "Over",
        AlarmState::Withdrawn => "Withdrawn",
    }
}

/// The shape of a state, from the icon font.
pub(super) fn state_icon(state: AlarmState) -> &'static str {
    match state {
        AlarmState::Unacknowledged => icon::BELL_RINGING,
        AlarmState::Acknowledged | AlarmState::Normal => icon::CHECK,
        AlarmState::ReturnedUnacknowledged => icon::ARROW_U_UP_LEFT,
        AlarmState::LatchedUnacknowledged | AlarmState::Latched => icon::LOCK_SIMPLE,
        AlarmState::Withdrawn => icon::MINUS,
    }
}

/// What is special about an occurrence: `×3`, `again`, `escalated from medium`.
pub(super) fn notes(farm: &Farm, alarm: &Alarm) -> Vec<String> {
    let mut notes = Vec::new();
    if alarm.times_raised > 1 {
        notes.push(format!("×{}", format::count(u64::from(alarm.times_raised))));
    }
    if alarm.re_alarmed_ms.is_some() {
        notes.push("again".to_owned());
    }
    if alarm.escalated_ms.is_some() {
        let defined = farm.scene.and_then(|scene| definition(scene, alarm.source));
        notes.push(match defined.filter(|d| d.priority != alarm.priority) {
            Some(d) => format!("escalated from {}", d.priority.name()),
            None => "escalated".to_owned(),
        });
    }
    notes
}

/// What a screen reader says of a row.
pub(super) fn row_name(farm: &Farm, alarm: &Alarm, is_first: bool) -> String {
    let mut name = format!(
        "{} alarm: {}, {}, {}",
        priority_word(alarm.priority),
        alarm.turbine_id,
        alarm.name,
        state_words(alarm.state())
    );
    if is_first {
        name.push_str(", first");
    }
    for note in notes(farm, alarm) {
        name.push_str(", ");
        name.push_str(&note);
    }
    name
}

/// A row as text, for the clipboard: its cells with tabs between them.
pub(super) fn row_text(look: &Look, alarm: &Alarm) -> String {
    let acknowledged = alarm
        .acknowledged
        .as_ref()
        .map_or_else(String::new, |(at, by)| {
            format!("{} {} at {}", format::utc(*at), by.user, by.station)
        });
    [
        priority_word(alarm.priority),
        &format::utc(alarm.raised_ms),
        &alarm.turbine_id,
        &alarm.name,
        &alarm.value_at_raise,
        state_words(alarm.state()),
        &format::duration(crate::panels::alarm_rows::stood_ms(alarm, look.now_ms)),
        &acknowledged,
    ]
    .join("\t")
}
