//! The register: every occurrence that stands, the most recent of the past, what is laid aside, and
//! the counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use super::event::AlarmEvent;
use super::occurrence::{Alarm, AlarmId, AlarmKey, OutOfService, Shelf};
use crate::fleet::TurbineRow;
use crate::scene::Priority;

mod moves;
mod people;
mod process;
mod settle;
#[cfg(test)]
mod tests;

/// Occurrences of the past that are kept at least; the oldest go in one sweep at twice as many.
const PAST_KEPT: usize = 10_000;

/// How many alarms of a priority there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Whose condition stands.
    pub active: usize,
    /// That nobody has acknowledged, active or returned to normal.
    pub unacknowledged: usize,
}

/// What stands at one turbine, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurbineAlarms {
    /// The most urgent one: unacknowledged ones before acknowledged ones of the same priority.
    pub most_urgent: AlarmKey,
    /// Its priority.
    pub priority: Priority,
    /// Any is unacknowledged.
    pub unacknowledged: bool,
    /// How many stand.
    pub count: u32,
}

/// What people have laid aside of an alarm, whether or not it is active.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LaidAside {
    /// Its shelf.
    pub shelf: Option<Arc<Shelf>>,
    /// It is out of service.
    pub out_of_service: Option<Arc<OutOfService>>,
}

/// The alarms that stand, and the most recent of the past.
#[derive(Resource, Debug, Default)]
pub struct Alarms {
    /// Shown; sorted by key, which is the order in which they were raised.
    standing: Vec<Alarm>,
    /// Standing, but shelved, suppressed or out of service; sorted by key.
    set_aside: Vec<Alarm>,
    past: Vec<Alarm>,
    last_key: u64,
    counts: [Count; 4],
    /// By row.
    by_turbine: Vec<Option<TurbineAlarms>>,
    events: Vec<AlarmEvent>,
    /// Rows or priorities moved: what is derived from them must follow though nothing happened to an
    /// alarm.
    has_moved: bool,
    /// The occurrence that stands of an alarm: there is never more than one at the end of a frame.
    current: HashMap<AlarmId, AlarmKey>,
    /// Occurrences that are over; they go to the past with the end of the frame.
    ending: BTreeSet<AlarmKey>,
    /// Occurrences that something happened to in this frame: only they may have to be moved.
    touched: BTreeSet<AlarmKey>,
    laid_aside: HashMap<AlarmId, LaidAside>,
}

impl Alarms {
    /// Every occurrence that is shown: active, latched or not acknowledged, and neither shelved,
    /// suppressed nor out of service. In the order in which they were raised.
    pub fn standing(&self) -> &[Alarm] {
        &self.standing
    }

    /// Every occurrence that is active or latched but shelved, suppressed or out of service, in the
    /// order in which they were raised.
    pub fn set_aside(&self) -> &[Alarm] {
        &self.set_aside
    }

    /// Occurrences that are over, in the order in which they ended; at most 20,000.
    pub fn past(&self) -> &[Alarm] {
        &self.past
    }

    /// What people have laid aside, active or not, in no order.
    pub fn laid_aside(&self) -> impl Iterator<Item = (&AlarmId, &LaidAside)> {
        self.laid_aside.iter()
    }

    /// What people have laid aside of this alarm.
    pub fn laid_aside_of(&self, id: &AlarmId) -> Option<&LaidAside> {
        self.laid_aside.get(id)
    }

    /// The occurrence with this key, if it stands, set aside or not.
    pub fn get(&self, key: AlarmKey) -> Option<&Alarm> {
        find(&self.standing, key).or_else(|| find(&self.set_aside, key))
    }

    /// The occurrence of an alarm that stands, active or not, set aside or not. There is one at most:
    /// one that comes back takes the place of the one before.
    pub fn of_id(&self, id: &AlarmId) -> Option<&Alarm> {
        self.get(*self.current.get(id)?)
    }

    /// The last key that was given.
    pub fn last_key(&self) -> u64 {
        self.last_key
    }

    /// How many of this priority are shown.
    pub fn count(&self, priority: Priority) -> Count {
        let [critical, high, medium, low] = self.counts;
        match priority {
            Priority::Critical => critical,
            Priority::High => high,
            Priority::Medium => medium,
            Priority::Low => low,
        }
    }

    /// How many wait for an operator.
    pub fn unacknowledged(&self) -> usize {
        self.counts.iter().map(|count| count.unacknowledged).sum()
    }

    /// What is shown at a turbine; `None` when nothing is.
    pub fn of_turbine(&self, turbine: TurbineRow) -> Option<TurbineAlarms> {
        *self.by_turbine.get(turbine.index())?
    }

    /// The turbines at which an alarm is shown, in the order of their rows.
    pub fn turbines(&self) -> impl Iterator<Item = (TurbineRow, TurbineAlarms)> {
        let rows = (0..).map(TurbineRow).zip(&self.by_turbine);
        rows.filter_map(|(row, alarms)| Some((row, (*alarms)?)))
    }

    /// Every occurrence that stands, set aside or not, the shown ones first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Alarm> {
        self.standing.iter().chain(&self.set_aside)
    }

    /// What happened since the frame before ended, from the event of this number on.
    pub(super) fn events_from(&self, number: usize) -> &[AlarmEvent] {
        self.events.get(number..).unwrap_or_default()
    }

    /// Takes note of what happened to an occurrence, and of whether it is over with it.
    fn note(&mut self, event: AlarmEvent) {
        if let Some(alarm) = &event.alarm {
            self.touched.insert(alarm.key);
            if alarm.is_over() {
                self.ending.insert(alarm.key);
            }
        }
        self.events.push(event);
    }

    fn current_mut(&mut self, id: &AlarmId) -> Option<&mut Alarm> {
        let key = *self.current.get(id)?;
        self.get_mut(key)
    }

    fn get_mut(&mut self, key: AlarmKey) -> Option<&mut Alarm> {
        if self.ending.contains(&key) {
            return None;
        }
        let of = |alarms: &[Alarm]| alarms.binary_search_by_key(&key, |alarm| alarm.key);
        if let Ok(at) = of(&self.standing) {
            return self.standing.get_mut(at);
        }
        let at = of(&self.set_aside).ok()?;
        self.set_aside.get_mut(at)
    }
}

fn find(alarms: &[Alarm], key: AlarmKey) -> Option<&Alarm> {
    let at = alarms.binary_search_by_key(&key, |alarm| alarm.key).ok()?;
    alarms.get(at)
}
