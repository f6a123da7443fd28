//! What the frame's thread hands to the journal's: what happened, and how things stand after it.

use std::sync::Arc;

use super::super::{Alarm, AlarmChange, AlarmEvent, AlarmId, AlarmKey, LaidAside, ShelfEnd};
use super::{Note, Record};

/// What happened in a frame: kept as a whole or not at all.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Counts up from 1.
    pub number: u64,
    /// In their order.
    pub events: Vec<AlarmEvent>,
    /// In their order, after the events.
    pub notes: Vec<Note>,
    /// How things stand after it.
    pub after: After,
}

/// How things stand after a frame.
#[derive(Debug, Default)]
pub(super) struct After {
    /// It tells of all alarms, not only of those that the events are about.
    pub is_all: bool,
    /// Every occurrence that stands.
    pub standing: Vec<Alarm>,
    /// What people have laid aside.
    pub laid_aside: Vec<(AlarmId, LaidAside)>,
}

impl Batch {
    /// How many records it becomes.
    pub fn len(&self) -> usize {
        self.events.len() + self.notes.len()
    }
}

/// The record of an event, without its place.
pub(super) fn of_event(event: &AlarmEvent) -> Record {
    let alarm = event.alarm.as_ref();
    let key = alarm.map(|alarm| alarm.key);
    Record {
        seq: 0,
        at_ms: event.at_ms,
        change: event.change.name().into(),
        object: Arc::clone(&event.id.object),
        name: Arc::clone(&event.id.name),
        key: key.filter(|key| *key != AlarmKey::default()),
        priority: alarm.map(|alarm| alarm.priority),
        value: event.value.clone(),
        by: event.by.clone(),
        comment: event.comment.clone().or_else(|| said(&event.change)),
        until_ms: match &event.change {
            AlarmChange::Shelved(shelf) => Some(shelf.until_ms),
            _ => None,
        },
    }
}

/// The record of a note, without its place.
pub(super) fn of_note(note: &Note) -> Record {
    Record {
        seq: 0,
        at_ms: note.at_ms,
        change: Arc::clone(&note.change),
        object: Arc::clone(&note.object),
        name: Arc::clone(&note.name),
        key: None,
        priority: None,
        value: String::new(),
        by: note.by.clone(),
        comment: note.comment.clone(),
        until_ms: None,
    }
}

/// What belongs to a change itself.
fn said(change: &AlarmChange) -> Option<Arc<str>> {
    Some(match change {
        AlarmChange::Shelved(shelf) => Arc::clone(&shelf.reason),
        AlarmChange::OutOfService(out) => Arc::clone(&out.reason),
        AlarmChange::Suppressed(suppression) => Arc::clone(&suppression.by),
        AlarmChange::Unshelved(ShelfEnd::TimeUp) => "its time was up".into(),
        AlarmChange::Unshelved(ShelfEnd::Cleared) => "the alarm cleared".into(),
        AlarmChange::Escalated { from } => format!("before: {}", from.name()).into(),
        _ => return None,
    })
}
