//! What the process, logic and time do to occurrences.

use std::sync::Arc;

use super::Alarms;
use crate::alarms::event::{AlarmChange, AlarmEvent, ShelfEnd};
use crate::alarms::occurrence::{Alarm, AlarmKey, Suppression};
use crate::alarms::order::Actor;
use crate::scene::Priority;

impl Alarms {
    /// Raises a new occurrence; its key, its count and what people laid aside of it are set here. An
    /// earlier occurrence of the same alarm that still stood, returned or latched, ends: the new one
    /// takes its place, and counts it if nobody acknowledged it.
    pub(in crate::alarms) fn raise(&mut self, mut alarm: Alarm, by: Option<&Actor>) -> AlarmKey {
        self.last_key += 1;
        alarm.key = AlarmKey(self.last_key);
        alarm.times_raised = 1;
        let id = alarm.id();
        if let Some(earlier) = self.current_mut(&id) {
            // What takes its place is reset in its stead.
            earlier.is_latching = false;
            if earlier.is_unacknowledged() {
                alarm.times_raised = earlier.times_raised.saturating_add(1);
            }
            let earlier = earlier.key;
            self.touched.insert(earlier);
            self.ending.insert(earlier);
        }
        if let Some(laid) = self.laid_aside.get(&id) {
            alarm.shelf.clone_from(&laid.shelf);
            alarm.out_of_service.clone_from(&laid.out_of_service);
        }
        alarm.waiting_since_ms = alarm.set_aside().is_none().then_some(alarm.raised_ms);
        let (key, at_ms) = (alarm.key, alarm.raised_ms);
        let mut event = AlarmEvent::of(AlarmChange::Raised, &alarm, at_ms);
        event.by = by.cloned();
        self.current.insert(id, key);
        // Where it belongs is settled with the frame; both are sorted by key.
        self.standing.push(alarm);
        self.note(event);
        key
    }

    /// Clears an active occurrence.
    pub(in crate::alarms) fn clear(&mut self, key: AlarmKey, now_ms: i64, by: Option<&Actor>) {
        let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.is_active()) else {
            return;
        };
        alarm.cleared_ms = Some(now_ms);
        alarm.unknown = false;
        if alarm.suppression.is_some() {
            let is_laid_aside = alarm.shelf.is_some() || alarm.out_of_service.is_some();
            let was_shown = alarm.waiting_since_ms.is_some() || is_laid_aside;
            if alarm.is_unacknowledged() && !was_shown {
                // Held back from its beginning to its end, it was an alarm for nobody.
                alarm.is_latching = false;
            } else if alarm.is_unacknowledged() || alarm.is_latching {
                // Logic holds back what is active. For this one an operator was called.
                alarm.suppression = None;
            }
        }
        let id = alarm.id();
        let ends_shelf = alarm.shelf.as_ref().is_some_and(|s| s.is_one_shot);
        let mut event = AlarmEvent::of(AlarmChange::Cleared, alarm, now_ms);
        event.by = by.cloned();
        self.note(event);
        if ends_shelf {
            self.end_shelf(&id, ShelfEnd::Cleared, None, now_ms);
        }
    }

    /// Holds an active occurrence back, or lets it through with `None`. What was acknowledged before
    /// stays so; what was raised meanwhile is new to the operator.
    pub(in crate::alarms) fn suppress(&mut self, key: AlarmKey, by: Option<Arc<str>>, now_ms: i64) {
        let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.is_active()) else {
            return;
        };
        if alarm.suppression.as_ref().map(|s| &s.by) == by.as_ref() {
            return;
        }
        let suppression = by.map(|by| {
            Arc::new(Suppression {
                by,
                since_ms: now_ms,
            })
        });
        alarm.suppression.clone_from(&suppression);
        let change = match suppression {
            Some(suppression) => AlarmChange::Suppressed(suppression),
            None => {
                alarm.wait_from(now_ms);
                AlarmChange::Unsuppressed
            }
        };
        let event = AlarmEvent::of(change, alarm, now_ms);
        self.note(event);
    }

    /// Gives what nobody acknowledged a higher priority.
    pub(in crate::alarms) fn escalate(&mut self, key: AlarmKey, to: Priority, now_ms: i64) {
        let Some(alarm) = self.get_mut(key).filter(|a| to < a.priority) else {
            return;
        };
        let from = alarm.priority;
        alarm.escalated_ms = Some(now_ms);
        alarm.priority = to;
        let event = AlarmEvent::of(AlarmChange::Escalated { from }, alarm, now_ms);
        self.note(event);
    }

    /// Announces anew what stands acknowledged for long: it is to be acknowledged again.
    pub(in crate::alarms) fn re_alarm(&mut self, key: AlarmKey, now_ms: i64) {
        let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.is_active()) else {
            return;
        };
        alarm.re_alarmed_ms = Some(now_ms);
        alarm.acknowledged = None;
        alarm.wait_from(now_ms);
        let event = AlarmEvent::of(AlarmChange::ReAlarmed, alarm, now_ms);
        self.note(event);
    }

    /// Takes note of whether the inputs of an active occurrence are known.
    pub(in crate::alarms) fn set_known(&mut self, key: AlarmKey, known: bool) {
        if let Some(alarm) = self.get_mut(key) {
            alarm.unknown = !known;
        }
    }
}
