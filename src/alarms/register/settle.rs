//! The end of a frame: what is over goes to the past, what is set aside goes aside, counts follow.

use std::collections::BTreeSet;
use std::mem;

use super::{Alarms, PAST_KEPT, TurbineAlarms, find};
use crate::alarms::event::AlarmEvent;
use crate::alarms::occurrence::{Alarm, AlarmKey};

impl Alarms {
    /// The changes since the last call. Ends the frame. What nothing happened to is not looked at,
    /// but for the counts.
    pub(in crate::alarms) fn settle(&mut self) -> Vec<AlarmEvent> {
        self.has_moved = false;
        self.laid_aside
            .retain(|_, l| l.shelf.is_some() || l.out_of_service.is_some());
        let ending = mem::take(&mut self.ending);
        let touched = mem::take(&mut self.touched);
        let belongs_aside = |alarm: &Alarm| alarm.set_aside().is_some();
        let goes = |alarms: &[Alarm], aside: bool| -> BTreeSet<AlarmKey> {
            let of = |key: &&AlarmKey| {
                let alarm = find(alarms, **key);
                alarm.is_some_and(|a| ending.contains(key) || belongs_aside(a) != aside)
            };
            touched.iter().filter(of).copied().collect()
        };
        let (leave, come_back) = (goes(&self.standing, false), goes(&self.set_aside, true));
        let from_standing = take(&mut self.standing, &leave);
        let from_aside = take(&mut self.set_aside, &come_back);
        let is_over = |alarm: &Alarm| ending.contains(&alarm.key);
        let (over, aside): (Vec<_>, Vec<_>) = from_standing.into_iter().partition(is_over);
        let (over_aside, back): (Vec<_>, Vec<_>) = from_aside.into_iter().partition(is_over);
        for alarm in over.iter().chain(&over_aside) {
            let id = alarm.id();
            if self.current.get(&id) == Some(&alarm.key) {
                self.current.remove(&id);
            }
        }
        self.past.extend(over);
        self.past.extend(over_aside);
        if self.past.len() > 2 * PAST_KEPT {
            self.past.drain(..self.past.len() - PAST_KEPT);
        }
        merge(&mut self.set_aside, aside);
        merge(&mut self.standing, back);
        self.count_anew();
        mem::take(&mut self.events)
    }

    fn count_anew(&mut self) {
        self.counts = Default::default();
        self.by_turbine.clear();
        for alarm in &self.standing {
            if let Some(count) = self.counts.get_mut(alarm.priority as usize) {
                count.active += usize::from(alarm.is_active());
                count.unacknowledged += usize::from(alarm.is_unacknowledged());
            }
            let row = alarm.turbine.index();
            if alarm.turbine == crate::fleet::TurbineRow::NONE {
                continue;
            }
            if self.by_turbine.len() <= row {
                self.by_turbine.resize(row + 1, None);
            }
            let Some(entry) = self.by_turbine.get_mut(row) else {
                continue;
            };
            let entry = entry.get_or_insert(TurbineAlarms {
                most_urgent: alarm.key,
                priority: alarm.priority,
                unacknowledged: false,
                count: 0,
            });
            let more_urgent = alarm.priority < entry.priority
                || (alarm.priority == entry.priority
                    && alarm.is_unacknowledged()
                    && !entry.unacknowledged);
            if more_urgent {
                entry.most_urgent = alarm.key;
                entry.priority = alarm.priority;
            }
            entry.unacknowledged |= alarm.is_unacknowledged();
            entry.count += 1;
        }
    }

    /// Rows, definitions or all that stands may be others since the last [`Self::settle`].
    pub(in crate::alarms) fn has_moved(&self) -> bool {
        self.has_moved
    }

    /// Whether anything changed since the last [`Self::settle`].
    pub(in crate::alarms) fn is_settled(&self) -> bool {
        self.events.is_empty() && !self.has_moved
    }
}

/// Takes these out of what is sorted by key.
fn take(alarms: &mut Vec<Alarm>, keys: &BTreeSet<AlarmKey>) -> Vec<Alarm> {
    let Some(first) = keys.first() else {
        return Vec::new();
    };
    let from = alarms.partition_point(|alarm| alarm.key < *first);
    let of = |alarm: &mut Alarm| keys.contains(&alarm.key);
    alarms.extract_if(from.., of).collect()
}

/// Adds to what is sorted by key.
fn merge(alarms: &mut Vec<Alarm>, more: Vec<Alarm>) {
    if !more.is_empty() {
        alarms.extend(more);
        alarms.sort_by_key(|alarm| alarm.key);
    }
}
