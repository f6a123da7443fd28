//! The states of an alarm in sentences.

use std::time::Duration;

use crate::alarms::{Actor, Alarm, AlarmState, SetAside};
use crate::panels::format;
use crate::panels::frame::Look;
use crate::scene::AlarmDefinition;

/// A time as it stands in a sentence.
fn at(look: &Look, time_ms: i64) -> String {
    format::time(time_ms, look.now_ms, look.zone)
}

/// Who, where.
pub(super) fn who(by: &Actor) -> String {
    format!("{} at {}", by.user, by.station)
}

/// How long an alarm has been, or was, active.
pub(super) fn stood(alarm: &Alarm, now_ms: i64) -> String {
    format::duration(crate::panels::alarm_rows::stood_ms(alarm, now_ms))
}

/// The state in two or three words, and since when.
pub(super) fn state(look: &Look, alarm: &Alarm) -> (&'static str, String) {
    let stood = stood(alarm, look.now_ms);
    let cleared = |ms: Option<i64>| ms.map_or_else(String::new, |ms| at(look, ms));
    let since = at(look, alarm.raised_ms);
    match alarm.state() {
        AlarmState::Unacknowledged => ("Unacknowledged", format!("for {stood}, since {since}")),
        AlarmState::Acknowledged => ("Acknowledged", format!("stands for {stood}, since {since}")),
        AlarmState::ReturnedUnacknowledged => (
            "Returned unacknowledged",
            format!("cleared {} after {stood}", cleared(alarm.cleared_ms)),
        ),
        AlarmState::LatchedUnacknowledged => (
            "Latched, unacknowledged",
            format!("cleared {} after {stood}", cleared(alarm.cleared_ms)),
        ),
        AlarmState::Latched => (
            "Latched",
            format!("cleared {}; waits for a reset", cleared(alarm.cleared_ms)),
        ),
        AlarmState::Normal => (
            "Over",
            format!("stood for {stood}, until {}", cleared(alarm.cleared_ms)),
        ),
        AlarmState::Withdrawn => (
            "Withdrawn",
            "its rule or turbine is no longer in the scene".to_owned(),
        ),
    }
}

/// Everything that sets it aside, a sentence each.
pub(super) fn set_aside(look: &Look, alarm: &Alarm) -> Vec<(SetAside, String)> {
    let mut told = Vec::new();
    if let Some(out) = &alarm.out_of_service {
        let (since, by) = (at(look, out.since_ms), who(&out.by));
        told.push((
            SetAside::OutOfService,
            format!("Out of service since {since} by {by}: {}", out.reason),
        ));
    }
    if let Some(by) = &alarm.suppression {
        let since = at(look, by.since_ms);
        told.push((
            SetAside::Suppressed,
            format!("Suppressed since {since} by “{}”", by.by),
        ));
    }
    if let Some(shelf) = &alarm.shelf {
        let left = format::duration(shelf.until_ms - look.now_ms);
        let until = at(look, shelf.until_ms);
        let once = if shelf.is_one_shot {
            ", or until it clears"
        } else {
            ""
        };
        told.push((
            SetAside::Shelved,
            format!(
                "Shelved until {until} ({left} left){once}, by {}: {}",
                who(&shelf.by),
                shelf.reason
            ),
        ));
    }
    told
}

/// When it is raised and cleared beside its condition, and what happens then: a sentence each.
pub(super) fn manner(definition: &AlarmDefinition) -> Vec<String> {
    let mut told = Vec::new();
    let delay = |d: Duration| format::delay(d);
    match (definition.on_delay, definition.off_delay) {
        (Duration::ZERO, Duration::ZERO) => {}
        (on, Duration::ZERO) => told.push(format!("Raised when it has held for {}.", delay(on))),
        (Duration::ZERO, off) => told.push(format!("Clears {} later.", delay(off))),
        (on, off) => told.push(format!(
            "Raised when it has held for {}; clears {} later.",
            delay(on),
            delay(off)
        )),
    }
    if definition.is_latching {
        told.push("Latching: once cleared it stays until it is reset.".to_owned());
    }
    if let Some(after) = definition.re_alarm {
        told.push(format!(
            "Announced anew {} after it was acknowledged.",
            delay(after)
        ));
    }
    if let Some(escalation) = definition.escalation {
        told.push(format!(
            "Becomes {} when nobody has acknowledged it for {}.",
            escalation.to.name(),
            delay(escalation.after)
        ));
    }
    if let Some(when) = &definition.suppress_when {
        told.push(format!("Suppressed while {}.", when.source));
    }
    if !definition.suppressed_by.is_empty() {
        let names = definition.suppressed_by.join("”, “");
        told.push(format!("Suppressed by “{names}” of the same turbine."));
    }
    if !definition.stands_in_for.is_empty() {
        let names = definition.stands_in_for.join("”, “");
        told.push(format!("Stands in for “{names}”."));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Escalation, Priority};

    #[test]
    fn an_alarm_of_nothing_but_its_rule_has_no_manner() {
        assert!(manner(&AlarmDefinition::new(Priority::Low)).is_empty());
    }

    #[test]
    fn delays_and_what_follows_are_told() {
        let definition = AlarmDefinition {
            on_delay: Duration::from_secs(10),
            off_delay: Duration::from_secs(60),
            is_latching: true,
            escalation: Some(Escalation {
                after: Duration::from_secs(600),
                to: Priority::Critical,
            }),
            ..AlarmDefinition::new(Priority::High)
        };
        let told = manner(&definition);
        assert_eq!(
            told[0],
            "Raised when it has held for 10 s; clears 1 min later."
        );
        assert!(told[1].starts_with("Latching"));
        assert_eq!(
            told[2],
            "Becomes critical when nobody has acknowledged it for 10 min."
        );
    }
}
