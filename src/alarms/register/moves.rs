//! What a reload, another farm and a restart do to the register.

use std::collections::HashMap;

use super::{Alarms, LaidAside};
use crate::alarms::event::{AlarmChange, AlarmEvent};
use crate::alarms::occurrence::{Alarm, AlarmId, AlarmKey};
use crate::alarms::source::Source;
use crate::fleet::TurbineRow;
use crate::scene::Priority;

impl Alarms {
    /// Puts back what stood when the program ended, where `source_of` says its alarm is now and with
    /// the priority of its present definition; what has gone is withdrawn. Keys go on from `last_key`.
    /// Of the rest nothing is told: nothing happened to it.
    pub(in crate::alarms) fn restore(
        &mut self,
        standing: Vec<Alarm>,
        laid_aside: HashMap<AlarmId, LaidAside>,
        last_key: u64,
        place: impl Fn(&Alarm) -> Option<(Source, Priority)>,
        now_ms: i64,
    ) {
        self.last_key = self.last_key.max(last_key);
        for (id, laid) in laid_aside {
            // What people laid aside since the start is newer.
            self.laid_aside.entry(id).or_insert(laid);
        }
        let mut keys: HashMap<AlarmKey, ()> = self.all().map(|a| (a.key, ())).collect();
        for mut alarm in standing {
            self.last_key = self.last_key.max(alarm.key.0);
            let id = alarm.id();
            if keys.insert(alarm.key, ()).is_some() || self.current.contains_key(&id) {
                // Raised anew before this could be known: that one stands for it.
                self.past.push(alarm);
                continue;
            }
            match place(&alarm) {
                Some(place) => {
                    alarm.move_to(place);
                    alarm.unknown = alarm.is_active() && alarm.source.rule().is_none();
                    self.current.insert(id, alarm.key);
                    self.touched.insert(alarm.key);
                    self.standing.push(alarm);
                }
                None => self.withdraw(alarm, now_ms),
            }
        }
        self.standing.sort_by_key(|alarm| alarm.key);
        self.has_moved = true;
    }

    /// Moves the past to the turbines' present rows, and each standing occurrence to where `place`
    /// says its source and turbine are now, with the present priority; those that have gone are
    /// withdrawn.
    pub(in crate::alarms) fn rename(
        &mut self,
        now_ms: i64,
        place: impl Fn(&Alarm) -> Option<(Source, Priority)>,
        row_of: impl Fn(&str) -> Option<TurbineRow>,
    ) {
        self.has_moved = true;
        for alarm in &mut self.past {
            alarm.turbine = row_of(&alarm.turbine_id).unwrap_or(TurbineRow::NONE);
        }
        self.current.clear();
        let mut all = std::mem::take(&mut self.standing);
        all.append(&mut self.set_aside);
        all.sort_by_key(|alarm| alarm.key);
        for mut alarm in all {
            self.touched.insert(alarm.key);
            match place(&alarm) {
                Some(place) => {
                    alarm.move_to(place);
                    self.current.insert(alarm.id(), alarm.key);
                    self.standing.push(alarm);
                }
                None => self.withdraw(alarm, now_ms),
            }
        }
    }

    /// Another farm is opened: every occurrence of the old one is withdrawn, and its past forgotten.
    pub(in crate::alarms) fn leave_farm(&mut self, now_ms: i64) {
        self.rename(now_ms, |_| None, |_| None);
        self.past.clear();
        self.laid_aside.clear();
    }

    fn withdraw(&mut self, mut alarm: Alarm, now_ms: i64) {
        alarm.cleared_ms.get_or_insert(now_ms);
        alarm.is_withdrawn = true;
        alarm.waiting_since_ms = None;
        let event = AlarmEvent::of(AlarmChange::Withdrawn, &alarm, now_ms);
        self.events.push(event);
        self.past.push(alarm);
    }
}

impl Alarm {
    /// Stands for its alarm where that is in the present scene. An escalation stays.
    fn move_to(&mut self, ((source, turbine), priority): (Source, Priority)) {
        self.source = source;
        self.turbine = turbine;
        self.defined_priority = priority;
        self.priority = match self.escalated_ms {
            Some(_) => self.priority.min(priority),
            None => priority,
        };
    }
}
