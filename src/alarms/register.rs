//! The register: every occurrence that stands, the most recent of the past, and their counts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bevy::prelude::*;

use super::occurrence::{Alarm, AlarmKey};
use crate::fleet::TurbineRow;
use crate::scene::Priority;

/// Occurrences of the past that are kept at least; the oldest go in one sweep at twice as many.
const PAST_KEPT: usize = 10_000;

/// The row of a turbine that is no longer in the scene: outside every column.
const NO_ROW: TurbineRow = TurbineRow(u32::MAX);

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

/// What happened to an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmChange {
    /// It was raised.
    Raised,
    /// Its condition has gone.
    Cleared,
    /// An operator acknowledged it.
    Acknowledged,
    /// Its rule or turbine is no longer in the scene.
    Withdrawn,
}

/// Sent for each change of an occurrence, with the occurrence as it is after it.
#[derive(Message, Debug, Clone, PartialEq)]
pub struct AlarmEvent {
    /// What happened.
    pub change: AlarmChange,
    /// To what.
    pub alarm: Alarm,
}

/// The alarms that stand, and the most recent of the past.
#[derive(Resource, Debug, Default)]
pub struct Alarms {
    /// Sorted by key, which is the order in which they were raised.
    standing: Vec<Alarm>,
    past: Vec<Alarm>,
    last_key: u64,
    counts: [Count; 4],
    by_turbine: HashMap<TurbineRow, TurbineAlarms>,
    events: Vec<AlarmEvent>,
    /// Rows or priorities moved: counts must follow though nothing happened to an alarm.
    has_moved: bool,
    /// What returned and nobody acknowledged, by rule and turbine: at most one each.
    returned: HashMap<(u16, TurbineRow), AlarmKey>,
    /// Returned occurrences whose alarm has come back; they end with the frame.
    superseded: HashSet<AlarmKey>,
}

impl Alarms {
    /// Every occurrence that is active or not acknowledged, in the order in which they were raised.
    pub fn standing(&self) -> &[Alarm] {
        &self.standing
    }

    /// Occurrences that are over, in the order in which they ended; at most 20,000.
    pub fn past(&self) -> &[Alarm] {
        &self.past
    }

    /// The occurrence with this key, if it stands.
    pub fn get(&self, key: AlarmKey) -> Option<&Alarm> {
        let at = self.position(key)?;
        self.standing.get(at)
    }

    /// How many of this priority stand.
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

    /// What stands at a turbine; `None` when nothing does.
    pub fn of_turbine(&self, turbine: TurbineRow) -> Option<TurbineAlarms> {
        self.by_turbine.get(&turbine).copied()
    }

    /// The turbines at which an alarm stands, in no order.
    pub fn turbines(&self) -> impl Iterator<Item = (TurbineRow, TurbineAlarms)> {
        self.by_turbine.iter().map(|(&row, &alarms)| (row, alarms))
    }

    /// Raises a new occurrence; its key and count are set here. An occurrence of the same alarm that
    /// had returned unacknowledged ends: the new one stands in for it and counts it.
    pub(super) fn raise(&mut self, mut alarm: Alarm) -> AlarmKey {
        self.last_key += 1;
        alarm.key = AlarmKey(self.last_key);
        alarm.times_raised = 1;
        if let Some(earlier) = self.returned.remove(&(alarm.rule, alarm.turbine)) {
            let times_raised = self.get(earlier).map_or(0, |earlier| earlier.times_raised);
            alarm.times_raised = times_raised.saturating_add(1);
            self.superseded.insert(earlier);
        }
        let key = alarm.key;
        self.tell(AlarmChange::Raised, &alarm);
        self.standing.push(alarm);
        key
    }

    /// Clears an active occurrence.
    pub(super) fn clear(&mut self, key: AlarmKey, now_ms: i64) {
        self.change(key, AlarmChange::Cleared, |alarm| {
            let active = alarm.is_active();
            alarm.cleared_ms.get_or_insert(now_ms);
            alarm.unknown = false;
            active
        });
        if let Some(alarm) = self.get(key).filter(|alarm| alarm.is_unacknowledged()) {
            let source = (alarm.rule, alarm.turbine);
            self.returned.insert(source, key);
        }
    }

    /// Acknowledges an occurrence. One that is acknowledged already keeps who did so first.
    pub(super) fn acknowledge(&mut self, key: AlarmKey, by: &Arc<str>, now_ms: i64) {
        self.change(key, AlarmChange::Acknowledged, |alarm| {
            let first = alarm.is_unacknowledged();
            alarm
                .acknowledged
                .get_or_insert_with(|| (now_ms, Arc::clone(by)));
            first
        });
        if let Some(alarm) = self.get(key) {
            let source = (alarm.rule, alarm.turbine);
            if self.returned.get(&source) == Some(&key) {
                self.returned.remove(&source);
            }
        }
    }

    /// Takes note of whether the inputs of an active occurrence are known.
    pub(super) fn set_known(&mut self, key: AlarmKey, known: bool) {
        if let Some(at) = self.position(key)
            && let Some(alarm) = self.standing.get_mut(at)
        {
            alarm.unknown = !known;
        }
    }

    /// Moves the past to the turbines' present rows, and each standing occurrence to where `moved` says its rule and turbine are now, with the
    /// rule's present name and priority; those that have gone are withdrawn.
    pub(super) fn rename(
        &mut self,
        now_ms: i64,
        moved: impl Fn(&Alarm) -> Option<(u16, TurbineRow, Priority)>,
        row_of: impl Fn(&str) -> Option<TurbineRow>,
    ) {
        self.has_moved = true;
        for alarm in &mut self.past {
            alarm.turbine = row_of(&alarm.turbine_id).unwrap_or(NO_ROW);
        }
        self.returned.clear();
        for mut alarm in std::mem::take(&mut self.standing) {
            if let Some((rule, turbine, priority)) = moved(&alarm) {
                if !alarm.is_active() {
                    self.returned.insert((rule, turbine), alarm.key);
                }
                self.standing.push(Alarm {
                    rule,
                    turbine,
                    priority,
                    ..alarm
                });
            } else {
                alarm.cleared_ms.get_or_insert(now_ms);
                alarm.is_withdrawn = true;
                self.tell(AlarmChange::Withdrawn, &alarm);
                self.past.push(alarm);
            }
        }
    }

    /// Another farm is opened: every occurrence of the old one is withdrawn, and its past forgotten.
    pub(super) fn leave_farm(&mut self, now_ms: i64) {
        self.rename(now_ms, |_| None, |_| None);
        self.past.clear();
    }

    /// The changes since the last call. Ends the frame: what is over goes to the past, and the
    /// counts follow.
    pub(super) fn settle(&mut self) -> Vec<AlarmEvent> {
        self.has_moved = false;
        let superseded = std::mem::take(&mut self.superseded);
        let over = |alarm: &mut Alarm| {
            let is_acknowledged = !alarm.is_unacknowledged();
            !alarm.is_active() && (is_acknowledged || superseded.contains(&alarm.key))
        };
        self.past.extend(self.standing.extract_if(.., over));
        if self.past.len() > 2 * PAST_KEPT {
            self.past.drain(..self.past.len() - PAST_KEPT);
        }
        self.counts = Default::default();
        self.by_turbine.clear();
        for alarm in &self.standing {
            if let Some(count) = self.counts.get_mut(alarm.priority as usize) {
                count.active += usize::from(alarm.is_active());
                count.unacknowledged += usize::from(alarm.is_unacknowledged());
            }
            let entry = self
                .by_turbine
                .entry(alarm.turbine)
                .or_insert(TurbineAlarms {
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
        std::mem::take(&mut self.events)
    }

    /// Whether anything changed since the last [`Self::settle`].
    pub(super) fn is_settled(&self) -> bool {
        self.events.is_empty() && !self.has_moved
    }

    fn position(&self, key: AlarmKey) -> Option<usize> {
        self.standing
            .binary_search_by_key(&key, |alarm| alarm.key)
            .ok()
    }

    fn change(&mut self, key: AlarmKey, change: AlarmChange, f: impl FnOnce(&mut Alarm) -> bool) {
        let Some(at) = self.position(key) else { return };
        let Some(alarm) = self.standing.get_mut(at) else {
            return;
        };
        if f(alarm) {
            let alarm = alarm.clone();
            self.tell(change, &alarm);
        }
    }

    fn tell(&mut self, change: AlarmChange, alarm: &Alarm) {
        self.events.push(AlarmEvent {
            change,
            alarm: alarm.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::AlarmState;
    use super::*;

    fn alarm(rule: u16, turbine: u32, priority: Priority) -> Alarm {
        Alarm {
            key: AlarmKey(0),
            rule,
            name: "Gearbox oil hot".into(),
            turbine: TurbineRow(turbine),
            turbine_id: format!("T{turbine:02}").into(),
            priority,
            raised_ms: 1_000,
            cleared_ms: None,
            acknowledged: None,
            value_at_raise: String::new(),
            unknown: false,
            times_raised: 0,
            is_withdrawn: false,
        }
    }

    fn by() -> Arc<str> {
        "anna".into()
    }

    #[test]
    fn active_and_acknowledged_are_two_facts() {
        let mut alarms = Alarms::default();
        let key = alarms.raise(alarm(0, 1, Priority::High));
        assert_eq!(alarms.get(key).unwrap().state(), AlarmState::Unacknowledged);
        alarms.acknowledge(key, &by(), 2_000);
        assert_eq!(alarms.get(key).unwrap().state(), AlarmState::Acknowledged);
        alarms.clear(key, 3_000);
        assert_eq!(alarms.get(key).unwrap().state(), AlarmState::Normal);
        alarms.settle();
        assert!(alarms.standing().is_empty());
        let past = alarms.past().first().unwrap();
        assert_eq!((past.raised_ms, past.cleared_ms), (1_000, Some(3_000)));
        assert_eq!(past.acknowledged, Some((2_000, by())));
    }

    #[test]
    fn an_alarm_that_cleared_stands_until_it_is_acknowledged() {
        let mut alarms = Alarms::default();
        let key = alarms.raise(alarm(0, 1, Priority::High));
        alarms.clear(key, 3_000);
        alarms.settle();
        assert_eq!(
            alarms.get(key).unwrap().state(),
            AlarmState::ReturnedUnacknowledged
        );
        assert_eq!(
            alarms.count(Priority::High),
            Count {
                active: 0,
                unacknowledged: 1
            }
        );
        alarms.acknowledge(key, &by(), 4_000);
        alarms.settle();
        assert!(alarms.standing().is_empty());
    }

    #[test]
    fn an_alarm_that_comes_back_is_a_new_occurrence_that_counts_the_earlier_one() {
        let mut alarms = Alarms::default();
        let first = alarms.raise(alarm(0, 1, Priority::High));
        alarms.clear(first, 3_000);
        alarms.settle();
        let second = alarms.raise(alarm(0, 1, Priority::High));
        alarms.settle();
        assert_ne!(first, second);
        assert_eq!(alarms.standing().len(), 1);
        assert_eq!(alarms.get(second).unwrap().times_raised, 2);
        assert_eq!(alarms.past().first().unwrap().key, first);
    }

    #[test]
    fn the_first_acknowledgement_is_the_one_that_is_kept() {
        let mut alarms = Alarms::default();
        let key = alarms.raise(alarm(0, 1, Priority::High));
        alarms.acknowledge(key, &by(), 2_000);
        alarms.acknowledge(key, &"bert".into(), 3_000);
        assert_eq!(alarms.get(key).unwrap().acknowledged, Some((2_000, by())));
        let changes: Vec<_> = alarms
            .settle()
            .into_iter()
            .map(|event| event.change)
            .collect();
        assert_eq!(changes, [AlarmChange::Raised, AlarmChange::Acknowledged]);
    }

    #[test]
    fn a_turbine_shows_its_most_urgent_alarm() {
        let mut alarms = Alarms::default();
        alarms.raise(alarm(0, 1, Priority::Low));
        let critical = alarms.raise(alarm(1, 1, Priority::Critical));
        alarms.acknowledge(critical, &by(), 2_000);
        alarms.settle();
        let at = alarms.of_turbine(TurbineRow(1)).unwrap();
        assert_eq!(
            (at.priority, at.most_urgent),
            (Priority::Critical, critical)
        );
        assert_eq!((at.unacknowledged, at.count), (true, 2));
        assert_eq!(alarms.of_turbine(TurbineRow(2)), None);
    }

    #[test]
    fn an_alarm_whose_rule_has_gone_is_withdrawn_and_the_others_move() {
        let mut alarms = Alarms::default();
        let stays = alarms.raise(alarm(0, 1, Priority::Low));
        alarms.raise(alarm(1, 1, Priority::High));
        alarms.settle();
        alarms.rename(
            9_000,
            |a| (a.rule == 0).then_some((5, TurbineRow(8), Priority::Medium)),
            |_| None,
        );
        let events = alarms.settle();
        assert_eq!(events.first().unwrap().change, AlarmChange::Withdrawn);
        let past = alarms.past().first().unwrap();
        assert_eq!(past.state(), AlarmState::Withdrawn, "it did not clear");
        let moved = alarms.get(stays).unwrap();
        assert_eq!((moved.rule, moved.turbine), (5, TurbineRow(8)));
        assert_eq!(moved.priority, Priority::Medium);
    }

    #[test]
    fn the_past_is_bounded() {
        let mut alarms = Alarms::default();
        for n in 0..(2 * PAST_KEPT + 5) {
            let key = alarms.raise(alarm(0, n as u32, Priority::Low));
            alarms.acknowledge(key, &by(), 0);
            alarms.clear(key, 0);
            if n % 1_000 == 0 {
                alarms.settle();
            }
        }
        alarms.settle();
        assert!(alarms.past().len() <= 2 * PAST_KEPT);
        assert_eq!(
            alarms.past().last().unwrap().turbine,
            TurbineRow(2 * PAST_KEPT as u32 + 4)
        );
    }
}
