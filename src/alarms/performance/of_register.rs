//! What the program remembers of its alarms as records: for where no journal is kept.

use std::sync::Arc;

use crate::alarms::journal::Record;
use crate::alarms::{Actor, Alarm, Alarms};

/// From here on older occurrences of the past may have been forgotten.
const MAY_BE_CUT: usize = 10_000;

/// What the program remembers since its start, in order, as a journal would have it.
pub fn records_in_memory(alarms: &Alarms, started_ms: i64) -> Vec<Record> {
    let all = || {
        let standing = alarms.standing().iter().chain(alarms.set_aside());
        alarms.past().iter().chain(standing)
    };
    let mut records = Vec::with_capacity(3 * all().count() + 1);
    if alarms.past().len() < MAY_BE_CUT {
        records.push(record(started_ms, "started", None, None));
    }
    for alarm in all() {
        let mut push = |at_ms: Option<i64>, change, by: Option<&Actor>| {
            if let Some(at_ms) = at_ms {
                records.push(record(at_ms, change, Some(alarm), by));
            }
        };
        push(Some(alarm.raised_ms), "raised", None);
        let acknowledged = alarm.acknowledged.as_ref();
        push(
            acknowledged.map(|(at, _)| *at),
            "acknowledged",
            acknowledged.map(|(_, by)| by),
        );
        push(alarm.re_alarmed_ms, "re_alarmed", None);
        let change = if alarm.is_withdrawn {
            "withdrawn"
        } else {
            "cleared"
        };
        push(alarm.cleared_ms, change, None);
        push(
            alarm.out_of_service.as_ref().map(|o| o.since_ms),
            "out_of_service",
            None,
        );
        push(
            alarm.suppression.as_ref().map(|s| s.since_ms),
            "suppressed",
            None,
        );
        push(alarm.shelf.as_ref().map(|s| s.since_ms), "shelved", None);
    }
    // What is done at the same instant to one alarm stays in its order.
    records.sort_by_key(|r| r.at_ms);
    for (record, seq) in records.iter_mut().zip(1..) {
        record.seq = seq;
    }
    records
}

fn record(at_ms: i64, change: &str, alarm: Option<&Alarm>, by: Option<&Actor>) -> Record {
    Record {
        seq: 0,
        at_ms,
        change: change.into(),
        object: alarm.map_or_else(|| "".into(), |a| Arc::clone(&a.turbine_id)),
        name: alarm.map_or_else(|| "".into(), |a| Arc::clone(&a.name)),
        key: alarm.map(|a| a.key),
        priority: alarm.map(|a| a.priority),
        value: String::new(),
        by: by.cloned(),
        comment: None,
        until_ms: None,
    }
}
