//! What other stations sent and this one refused belongs into the journal: whoever tries to silence an
//! alarm leaves a trace.

use std::collections::HashMap;
use std::time::Duration;

use bevy::prelude::*;

use super::station::Station;
use super::status::RefusedMessage;
use super::topic::Of;
use crate::alarms::journal::Note;
use crate::clock::Clock;

/// One note a topic and reason within this time; what else comes is counted.
const QUIET: Duration = Duration::from_secs(60);
/// Topics and reasons that are told apart at most, and so notes a minute.
const MOST_KINDS: usize = 60;
/// Bytes of a payload that are noted.
const EXCERPT_BYTES: usize = 80;

/// What was noted of late.
#[derive(Default)]
pub(super) struct Noted {
    seen: u64,
    kinds: HashMap<(String, String), Kind>,
    /// Of too many kinds to be told apart.
    others: Option<Kind>,
}

struct Kind {
    first: RefusedMessage,
    since: Duration,
    /// That came after what was noted.
    more: u64,
}

/// Notes what was refused since the frame before.
pub(super) fn note(
    station: Res<Station>,
    clock: Res<Clock>,
    mut noted: Local<Noted>,
    mut notes: MessageWriter<Note>,
) {
    let new = {
        let held = station.post.lock();
        let count = held.refused_count.saturating_sub(noted.seen);
        noted.seen = held.refused_count;
        let kept = usize::try_from(count).unwrap_or(usize::MAX);
        let skipped = held.refused.len().saturating_sub(kept);
        held.refused
            .iter()
            .skip(skipped)
            .cloned()
            .collect::<Vec<_>>()
    };
    let topics = station.line.as_ref().map(|line| &line.topics);
    let of = |topic: &str| match topics.and_then(|topics| topics.read(topic)) {
        Some(Of::Alarm(id)) => (id.object, id.name),
        Some(Of::Presence(other) | Of::Heartbeat(other)) => (other, "".into()),
        None => ("Other stations".into(), "".into()),
    };
    let told = noted.take(new, clock.monotonic);
    notes.write_batch(told.into_iter().map(|(refused, more)| {
        let (object, name) = of(&refused.topic);
        Note {
            change: "refused".into(),
            object,
            name,
            by: None,
            comment: Some(words(&refused, more).into()),
            at_ms: refused.at_ms,
        }
    }));
}

impl Noted {
    /// What of it is to be noted now, and how many more there were like it.
    fn take(&mut self, new: Vec<RefusedMessage>, now: Duration) -> Vec<(RefusedMessage, u64)> {
        let mut told = Vec::new();
        let mut end = |kind: &Kind| {
            let is_over = now.saturating_sub(kind.since) >= QUIET;
            if is_over && kind.more > 0 {
                told.push((kind.first.clone(), kind.more));
            }
            is_over
        };
        self.kinds.retain(|_, kind| !end(kind));
        if self.others.as_ref().is_some_and(&mut end) {
            self.others = None;
        }
        for refused in new {
            let key = (refused.topic.clone(), refused.reason.clone());
            let is_full = self.kinds.len() >= MOST_KINDS;
            let known = match self.kinds.get_mut(&key) {
                Some(kind) => Some(kind),
                None if is_full => self.others.as_mut(),
                None => None,
            };
            if let Some(kind) = known {
                kind.more += 1;
                kind.first = refused;
                continue;
            }
            told.push((refused.clone(), 0));
            let kind = Kind {
                first: refused,
                since: now,
                more: 0,
            };
            match is_full {
                true => self.others = Some(kind),
                false => {
                    self.kinds.insert(key, kind);
                }
            }
        }
        told
    }
}

fn words(refused: &RefusedMessage, more: u64) -> String {
    let mut words = refused.reason.clone();
    if !refused.topic.is_empty() {
        words += &format!(" Topic: {}.", refused.topic);
    }
    if !refused.excerpt.is_empty() {
        let end = refused.excerpt.floor_char_boundary(EXCERPT_BYTES);
        let begin = refused.excerpt.get(..end).unwrap_or_default();
        words += &format!(" Payload: {begin}");
    }
    match more {
        0 => words,
        more => format!("{more} more within a minute, the last: {words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(topic: &str, at_ms: i64) -> RefusedMessage {
        RefusedMessage {
            at_ms,
            topic: topic.to_owned(),
            excerpt: "{".to_owned(),
            reason: "not as the schema has it".to_owned(),
        }
    }

    #[test]
    fn of_a_flood_of_refusals_one_is_noted_a_minute_with_their_number() {
        let mut noted = Noted::default();
        let flood = |n: i64| (0..n).map(|at| refused("a", at)).collect::<Vec<_>>();
        let told = noted.take(flood(1_000), Duration::ZERO);
        assert_eq!(told, [(refused("a", 0), 0)]);
        assert_eq!(noted.take(flood(5), Duration::from_secs(30)), []);
        let told = noted.take(Vec::new(), QUIET);
        assert_eq!(told, [(refused("a", 4), 1_004)]);
        assert!(words(&told[0].0, told[0].1).starts_with("1004 more within a minute"));
        assert_eq!(noted.take(Vec::new(), QUIET * 3), []);
    }

    #[test]
    fn the_kinds_that_are_told_apart_are_bounded() {
        let mut noted = Noted::default();
        let many: Vec<_> = (0..10_000).map(|n| refused(&n.to_string(), n)).collect();
        let told = noted.take(many, Duration::ZERO);
        assert_eq!(told.len(), MOST_KINDS + 1);
        assert_eq!(noted.kinds.len(), MOST_KINDS);
        let rest = noted.take(Vec::new(), QUIET);
        assert_eq!(rest.len(), 1);
        assert_eq!(rest[0].1, 10_000 - MOST_KINDS as u64 - 1);
    }
}
