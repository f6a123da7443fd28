//! The plain view of an alarm, for readers that are no stations.

use std::sync::Arc;

use super::super::AlarmId;
use super::document::{Aside, Document, Done, FORMAT, Mark, Sent, Shared, Stand};
use super::limits::{LONGEST_TEXT, cut};
use crate::scene::{AlarmDefinition, Priority};

/// What the view rests on beside what is shared.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The alarm as the scene defines it, where it does.
    pub definition: Option<&'a AlarmDefinition>,
    /// The stations whose word counts: those that are there.
    pub is_there: &'a dyn Fn(&str) -> bool,
    /// When the shelf ends by this machine's clock, milliseconds since 1970 UTC.
    pub shelved_until_ms: Option<i64>,
}

impl Document {
    /// The document of an alarm. When it is sent is filled in by whoever sends it.
    pub fn new(id: &AlarmId, shared: Shared, sent: Sent, context: Context) -> Self {
        let is_there = context.is_there;
        // Where none of its stations is there, the last word of all of them is the best there is.
        let is_orphaned = !shared.stations.keys().any(|station| is_there(station));
        let counts = |station: &str| is_orphaned || is_there(station);
        let state = shared.state(counts);
        let own = shared.stations.get(&sent.station);
        let others = shared
            .stations
            .iter()
            .filter(|(station, _)| counts(station));
        let others = others.map(|(_, stand)| stand);
        let told: Option<&Stand> = own
            .filter(|own| own.state == state)
            .or_else(|| others.clone().find(|stand| stand.state == state))
            .or(own);
        let is_shelved = shared.shelved().is_some();
        let suppressed_by = told.and_then(|stand| stand.suppressed_by.clone());
        let set_aside = match (shared.out_of_service(), &suppressed_by, is_shelved) {
            (Some(_), ..) => Some(Aside::OutOfService),
            (None, Some(_), _) => Some(Aside::Suppressed),
            (None, None, true) => Some(Aside::Shelved),
            (None, None, false) => None,
        };
        let priority = others.map(|stand| stand.priority).min();
        let of_scene = context.definition.map(|d| d.priority);
        let text = |text: Option<&String>| match text {
            Some(text) => cut(&text.as_str().into(), LONGEST_TEXT),
            None => Arc::default(),
        };
        let shelved_until_ms = context.shelved_until_ms.filter(|_| is_shelved);
        Self {
            format: FORMAT,
            turbine: Arc::clone(&id.object),
            alarm: Arc::clone(&id.name),
            state,
            set_aside,
            priority: priority.or(of_scene).unwrap_or(Priority::Low),
            value: told.map_or_else(Arc::default, |stand| Arc::clone(&stand.value)),
            since: told.and_then(|stand| rfc_3339(stand.since_ms)),
            acknowledged_by: match state.is_unacknowledged() {
                true => None,
                false => last_mark(&shared, counts).and_then(done),
            },
            shelved_until: shelved_until_ms.and_then(rfc_3339),
            shelf_remaining_ms: shelved_until_ms.map(|until| remaining(until, sent.at_ms)),
            suppressed_by,
            consequence: text(context.definition.map(|d| &d.consequence)),
            response: text(context.definition.map(|d| &d.response)),
            sent,
            shared,
        }
    }

    /// Is sent at this time.
    pub fn at(mut self, now_ms: i64, shelved_until_ms: Option<i64>) -> Self {
        self.sent.at_ms = now_ms;
        if self.shelf_remaining_ms.is_some() {
            let until = shelved_until_ms.unwrap_or(now_ms);
            self.shelf_remaining_ms = Some(remaining(until, now_ms));
        }
        self
    }
}

fn remaining(until_ms: i64, now_ms: i64) -> u64 {
    u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or_default()
}

/// The acknowledgement of what was announced last.
fn last_mark(shared: &Shared, counts: impl Fn(&str) -> bool) -> Option<&Mark> {
    let marks = shared.acknowledged.iter();
    let current = marks.filter(|(station, mark)| {
        let stand = shared.stations.get(*station);
        counts(station)
            && stand.is_some_and(|stand| stand.n == mark.n && stand.since_ms == mark.since_ms)
    });
    current.map(|(_, mark)| mark).max_by_key(|mark| mark.at_ms)
}

fn done(mark: &Mark) -> Option<Done> {
    Some(Done {
        by: mark.by.clone(),
        at: rfc_3339(mark.at_ms)?,
        comment: mark.comment.clone(),
    })
}

/// A time as the plain view writes it; `None` for one that no calendar has.
pub fn rfc_3339(ms: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
