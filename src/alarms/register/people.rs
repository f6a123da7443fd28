//! What people do to occurrences.

use std::sync::Arc;

use super::Alarms;
use crate::alarms::event::{AlarmChange, AlarmEvent, ShelfEnd};
use crate::alarms::occurrence::{Alarm, AlarmId, AlarmKey, Comment, OutOfService, Shelf};
use crate::alarms::order::Actor;

/// Comments that an occurrence keeps; all are in the journal.
const COMMENTS_KEPT: usize = 50;

impl Alarms {
    /// Acknowledges an occurrence. One that is acknowledged already keeps who did so first. What was
    /// escalated has its defined priority again: the call was answered.
    pub(in crate::alarms) fn acknowledge(
        &mut self,
        key: AlarmKey,
        by: &Actor,
        now_ms: i64,
        comment: Option<Arc<str>>,
    ) {
        let Some(alarm) = self.get_mut(key).filter(|a| a.is_unacknowledged()) else {
            return;
        };
        alarm.acknowledged = Some((now_ms, by.clone()));
        alarm.waiting_since_ms = None;
        alarm.escalated_ms = None;
        alarm.priority = alarm.defined_priority;
        let event = AlarmEvent::of(AlarmChange::Acknowledged, alarm, now_ms);
        self.note(event.by(by).said(comment));
    }

    /// Lets go of a latched occurrence that has cleared. Who resets it has not acknowledged it: one
    /// that nobody acknowledged goes on waiting, as returned unacknowledged.
    pub(in crate::alarms) fn reset(&mut self, key: AlarmKey, by: &Actor, now_ms: i64) {
        let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.is_latched()) else {
            return;
        };
        alarm.reset = Some((now_ms, by.clone()));
        let event = AlarmEvent::of(AlarmChange::Reset, alarm, now_ms);
        self.note(event.by(by));
    }

    /// Lays an alarm aside, in place of an earlier shelf.
    pub(in crate::alarms) fn shelve(&mut self, id: &AlarmId, shelf: Shelf) {
        let shelf = Arc::new(shelf);
        let entry = self.laid_aside.entry(id.clone()).or_default();
        entry.shelf = Some(Arc::clone(&shelf));
        let snapshot = self.follow_laid_aside(id, shelf.since_ms);
        let change = AlarmChange::Shelved(Arc::clone(&shelf));
        let event = AlarmEvent::new(change, id.clone(), snapshot, shelf.since_ms);
        self.note(event.by(&shelf.by));
    }

    /// Ends a shelf, if there is one. What is still active is announced anew.
    pub(in crate::alarms) fn end_shelf(
        &mut self,
        id: &AlarmId,
        end: ShelfEnd,
        by: Option<&Actor>,
        now_ms: i64,
    ) {
        let shelf = self.laid_aside.get_mut(id).and_then(|l| l.shelf.take());
        if shelf.is_none() {
            return;
        }
        let snapshot = self.follow_laid_aside(id, now_ms);
        let mut event = AlarmEvent::new(AlarmChange::Unshelved(end), id.clone(), snapshot, now_ms);
        event.by = by.cloned();
        self.note(event);
    }

    /// Takes an alarm out of service.
    pub(in crate::alarms) fn take_out_of_service(&mut self, id: &AlarmId, out: OutOfService) {
        let out = Arc::new(out);
        let entry = self.laid_aside.entry(id.clone()).or_default();
        entry.out_of_service = Some(Arc::clone(&out));
        let snapshot = self.follow_laid_aside(id, out.since_ms);
        let change = AlarmChange::OutOfService(Arc::clone(&out));
        let event = AlarmEvent::new(change, id.clone(), snapshot, out.since_ms);
        self.note(event.by(&out.by));
    }

    /// Returns an alarm to service, if it is out of it. What is still active is announced anew.
    pub(in crate::alarms) fn return_to_service(&mut self, id: &AlarmId, by: &Actor, now_ms: i64) {
        let laid = self.laid_aside.get_mut(id);
        if laid.and_then(|l| l.out_of_service.take()).is_none() {
            return;
        }
        let snapshot = self.follow_laid_aside(id, now_ms);
        let event = AlarmEvent::new(AlarmChange::ReturnedToService, id.clone(), snapshot, now_ms);
        self.note(event.by(by));
    }

    /// Writes something about an alarm.
    pub(in crate::alarms) fn comment(&mut self, id: &AlarmId, comment: &Comment) {
        let alarm = self.current_mut(id);
        let snapshot = alarm.map(|alarm| {
            if alarm.comments.len() == COMMENTS_KEPT {
                alarm.comments.remove(0);
            }
            alarm.comments.push(comment.clone());
            alarm.clone()
        });
        let event = AlarmEvent::new(AlarmChange::Commented, id.clone(), snapshot, comment.at_ms);
        let said = Some(Arc::clone(&comment.text));
        self.note(event.by(&comment.by).said(said));
    }

    /// Lets what stands of an alarm follow what people have laid aside of it; gives it as it is then.
    fn follow_laid_aside(&mut self, id: &AlarmId, now_ms: i64) -> Option<Alarm> {
        let laid = self.laid_aside.get(id).cloned().unwrap_or_default();
        let alarm = self.current_mut(id)?;
        let lets_go = (alarm.shelf.is_some() && laid.shelf.is_none())
            || (alarm.out_of_service.is_some() && laid.out_of_service.is_none());
        alarm.shelf = laid.shelf;
        alarm.out_of_service = laid.out_of_service;
        if alarm.shelf.is_some() || alarm.out_of_service.is_some() {
            // Whoever laid it aside knew of it.
            alarm.waiting_since_ms = None;
        }
        if lets_go && alarm.is_active() {
            alarm.acknowledged = None;
            alarm.wait_from(now_ms);
        }
        Some(alarm.clone())
    }
}
