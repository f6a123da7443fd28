//! The register: every occurrence that stands, the most recent of the past, what is laid aside, and
//! the counts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bevy::prelude::*;

use super::event::{AlarmChange, AlarmEvent, ShelfEnd};
use super::occurrence::{Alarm, AlarmId, AlarmKey, Comment, OutOfService, Shelf, Suppression};
use super::order::Actor;
use super::source::{AlarmSource, Source};
use crate::fleet::TurbineRow;
use crate::scene::Priority;

/// Occurrences of the past that are kept at least; the oldest go in one sweep at twice as many.
const PAST_KEPT: usize = 10_000;
/// Comments that an occurrence keeps; all are in the journal.
const COMMENTS_KEPT: usize = 50;

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
#[derive(Debug, Clone, Default, PartialEq)]
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
    by_turbine: HashMap<TurbineRow, TurbineAlarms>,
    events: Vec<AlarmEvent>,
    /// Rows or priorities moved: counts must follow though nothing happened to an alarm.
    has_moved: bool,
    /// What returned and nobody acknowledged, by source: at most one each.
    returned: HashMap<Source, AlarmKey>,
    /// Returned occurrences whose alarm has come back; they end with the frame.
    superseded: HashSet<AlarmKey>,
    laid_aside: HashMap<AlarmId, LaidAside>,
    suppressed: HashMap<Source, Arc<Suppression>>,
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

    /// The occurrences of an alarm that stand: at most one that is active.
    pub fn of_id(&self, id: &AlarmId) -> impl Iterator<Item = &Alarm> {
        let all = self.standing.iter().chain(&self.set_aside);
        all.filter(move |a| a.turbine_id == id.object && a.name == id.name)
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
        self.by_turbine.get(&turbine).copied()
    }

    /// The turbines at which an alarm is shown, in no order.
    pub fn turbines(&self) -> impl Iterator<Item = (TurbineRow, TurbineAlarms)> {
        self.by_turbine.iter().map(|(&row, &alarms)| (row, alarms))
    }

    /// Raises a new occurrence; its key, its count and what it is set aside by are set here. An
    /// occurrence of the same alarm that had returned unacknowledged ends: the new one stands in for
    /// it and counts it.
    pub(super) fn raise(&mut self, mut alarm: Alarm) -> AlarmKey {
        self.last_key += 1;
        alarm.key = AlarmKey(self.last_key);
        alarm.times_raised = 1;
        let source = (alarm.source, alarm.turbine);
        if let Some(earlier) = self.returned.remove(&source) {
            let times_raised = self.get(earlier).map_or(0, |earlier| earlier.times_raised);
            alarm.times_raised = times_raised.saturating_add(1);
            self.superseded.insert(earlier);
        }
        if let Some(laid) = self.laid_aside.get(&alarm.id()) {
            alarm.shelf.clone_from(&laid.shelf);
            alarm.out_of_service.clone_from(&laid.out_of_service);
        }
        alarm.suppression = self.suppressed.get(&source).cloned();
        let (key, at_ms) = (alarm.key, alarm.raised_ms);
        self.events
            .push(AlarmEvent::of(AlarmChange::Raised, &alarm, at_ms));
        // Where it belongs is settled with the frame; both are sorted by key.
        self.standing.push(alarm);
        key
    }

    /// Clears an active occurrence.
    pub(super) fn clear(&mut self, key: AlarmKey, now_ms: i64) {
        let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.is_active()) else {
            return;
        };
        alarm.cleared_ms = Some(now_ms);
        alarm.unknown = false;
        let (source, id) = ((alarm.source, alarm.turbine), alarm.id());
        let is_unacknowledged = alarm.is_unacknowledged();
        let ends_shelf = alarm.shelf.as_ref().is_some_and(|s| s.is_one_shot);
        let event = AlarmEvent::of(AlarmChange::Cleared, alarm, now_ms);
        self.events.push(event);
        if is_unacknowledged {
            self.returned.insert(source, key);
        }
        if ends_shelf {
            self.end_shelf(&id, ShelfEnd::Cleared, None, now_ms);
        }
    }

    /// Acknowledges an occurrence. One that is acknowledged already keeps who did so first.
    pub(super) fn acknowledge(
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
        let source = (alarm.source, alarm.turbine);
        let event = AlarmEvent::of(AlarmChange::Acknowledged, alarm, now_ms);
        self.events.push(event.by(by).said(comment));
        if self.returned.get(&source) == Some(&key) {
            self.returned.remove(&source);
        }
    }

    /// Lets go of a latched occurrence that has cleared.
    pub(super) fn reset(&mut self, key: AlarmKey, by: &Actor, now_ms: i64) {
        let Some(alarm) = self.get_mut(key).filter(|alarm| alarm.is_latched()) else {
            return;
        };
        alarm.reset = Some((now_ms, by.clone()));
        let event = AlarmEvent::of(AlarmChange::Reset, alarm, now_ms);
        self.events.push(event.by(by));
    }

    /// Lays an alarm aside, in place of an earlier shelf.
    pub(super) fn shelve(&mut self, id: &AlarmId, shelf: Shelf) {
        let shelf = Arc::new(shelf);
        let entry = self.laid_aside.entry(id.clone()).or_default();
        entry.shelf = Some(Arc::clone(&shelf));
        let snapshot = self.follow_laid_aside(id);
        let change = AlarmChange::Shelved(Arc::clone(&shelf));
        let event = AlarmEvent::new(change, id.clone(), snapshot, shelf.since_ms);
        self.events.push(event.by(&shelf.by));
    }

    /// Ends a shelf, if there is one.
    pub(super) fn end_shelf(
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
        let snapshot = self.follow_laid_aside(id);
        let mut event = AlarmEvent::new(AlarmChange::Unshelved(end), id.clone(), snapshot, now_ms);
        event.by = by.cloned();
        self.events.push(event);
    }

    /// Takes an alarm out of service.
    pub(super) fn take_out_of_service(&mut self, id: &AlarmId, out: OutOfService) {
        let out = Arc::new(out);
        let entry = self.laid_aside.entry(id.clone()).or_default();
        entry.out_of_service = Some(Arc::clone(&out));
        let snapshot = self.follow_laid_aside(id);
        let change = AlarmChange::OutOfService(Arc::clone(&out));
        let event = AlarmEvent::new(change, id.clone(), snapshot, out.since_ms);
        self.events.push(event.by(&out.by));
    }

    /// Returns an alarm to service, if it is out of it.
    pub(super) fn return_to_service(&mut self, id: &AlarmId, by: &Actor, now_ms: i64) {
        let laid = self.laid_aside.get_mut(id);
        if laid.and_then(|l| l.out_of_service.take()).is_none() {
            return;
        }
        let snapshot = self.follow_laid_aside(id);
        let event = AlarmEvent::new(AlarmChange::ReturnedToService, id.clone(), snapshot, now_ms);
        self.events.push(event.by(by));
    }

    /// Holds an alarm back, or lets it through with `None`.
    pub(super) fn set_suppressed(
        &mut self,
        source: Source,
        suppression: Option<Suppression>,
        now_ms: i64,
    ) {
        let suppression = suppression.map(Arc::new);
        match &suppression {
            Some(by) => self.suppressed.insert(source, Arc::clone(by)),
            None => self.suppressed.remove(&source),
        };
        let all = self.standing.iter_mut().chain(&mut self.set_aside);
        for alarm in all.filter(|a| (a.source, a.turbine) == source) {
            let was = alarm.suppression.take();
            alarm.suppression.clone_from(&suppression);
            let change = match (&was, &suppression) {
                (None, Some(by)) => AlarmChange::Suppressed(Arc::clone(by)),
                (Some(_), None) => AlarmChange::Unsuppressed,
                _ => continue,
            };
            self.events.push(AlarmEvent::of(change, alarm, now_ms));
        }
    }

    /// Writes something about an alarm.
    pub(super) fn comment(&mut self, id: &AlarmId, comment: &Comment) {
        let mut snapshot = None;
        for alarm in self.all_of(id) {
            if alarm.comments.len() == COMMENTS_KEPT {
                alarm.comments.remove(0);
            }
            alarm.comments.push(comment.clone());
            snapshot = Some(alarm.clone());
        }
        let change = AlarmChange::Commented;
        let event = AlarmEvent::new(change, id.clone(), snapshot, comment.at_ms);
        let said = Some(Arc::clone(&comment.text));
        self.events.push(event.by(&comment.by).said(said));
    }

    /// Gives what nobody acknowledged a higher priority.
    pub(super) fn escalate(&mut self, key: AlarmKey, to: Priority, now_ms: i64) {
        let Some(alarm) = self.get_mut(key) else {
            return;
        };
        let from = alarm.priority;
        alarm.escalated_ms = Some(now_ms);
        alarm.priority = to;
        let event = AlarmEvent::of(AlarmChange::Escalated { from }, alarm, now_ms);
        self.events.push(event);
        self.has_moved = true;
    }

    /// Announces anew what stands acknowledged for long: it is to be acknowledged again.
    pub(super) fn re_alarm(&mut self, key: AlarmKey, now_ms: i64) {
        let Some(alarm) = self.get_mut(key) else {
            return;
        };
        alarm.re_alarmed_ms = Some(now_ms);
        alarm.acknowledged = None;
        let event = AlarmEvent::of(AlarmChange::ReAlarmed, alarm, now_ms);
        self.events.push(event);
    }

    /// Takes note of whether the inputs of an active occurrence are known.
    pub(super) fn set_known(&mut self, key: AlarmKey, known: bool) {
        if let Some(alarm) = self.get_mut(key) {
            alarm.unknown = !known;
        }
    }

    /// Puts back what stood when the program ended: nothing is told of it. Keys go on from `last_key`.
    pub(super) fn restore(
        &mut self,
        standing: Vec<Alarm>,
        laid_aside: HashMap<AlarmId, LaidAside>,
        last_key: u64,
    ) {
        self.last_key = self.last_key.max(last_key);
        self.laid_aside = laid_aside;
        for alarm in standing {
            self.last_key = self.last_key.max(alarm.key.0);
            if !alarm.is_active() && alarm.is_unacknowledged() {
                self.returned
                    .insert((alarm.source, alarm.turbine), alarm.key);
            }
            self.standing.push(alarm);
        }
        self.standing.sort_by_key(|alarm| alarm.key);
        self.has_moved = true;
    }

    /// Moves the past to the turbines' present rows, and each standing occurrence to where `moved`
    /// says its source and turbine are now, with the present priority; those that have gone are
    /// withdrawn.
    pub(super) fn rename(
        &mut self,
        now_ms: i64,
        moved: impl Fn(&Alarm) -> Option<(AlarmSource, TurbineRow, Priority)>,
        row_of: impl Fn(&str) -> Option<TurbineRow>,
    ) {
        self.has_moved = true;
        for alarm in &mut self.past {
            alarm.turbine = row_of(&alarm.turbine_id).unwrap_or(TurbineRow::NONE);
        }
        self.returned.clear();
        // Whoever suppresses says so anew of the new scene.
        self.suppressed.clear();
        let mut all = std::mem::take(&mut self.standing);
        all.append(&mut self.set_aside);
        all.sort_by_key(|alarm| alarm.key);
        for mut alarm in all {
            if let Some((source, turbine, priority)) = moved(&alarm) {
                if !alarm.is_active() && alarm.is_unacknowledged() {
                    self.returned.insert((source, turbine), alarm.key);
                }
                let priority = match alarm.escalated_ms {
                    Some(_) => alarm.priority.min(priority),
                    None => priority,
                };
                self.standing.push(Alarm {
                    source,
                    turbine,
                    priority,
                    ..alarm
                });
            } else {
                alarm.cleared_ms.get_or_insert(now_ms);
                alarm.is_withdrawn = true;
                let event = AlarmEvent::of(AlarmChange::Withdrawn, &alarm, now_ms);
                self.events.push(event);
                self.past.push(alarm);
            }
        }
    }

    /// Another farm is opened: every occurrence of the old one is withdrawn, and its past forgotten.
    pub(super) fn leave_farm(&mut self, now_ms: i64) {
        self.rename(now_ms, |_| None, |_| None);
        self.past.clear();
        self.laid_aside.clear();
    }

    /// The changes since the last call. Ends the frame: what is over goes to the past, what is set
    /// aside goes aside and what no longer is comes back, and the counts follow.
    pub(super) fn settle(&mut self) -> Vec<AlarmEvent> {
        self.has_moved = false;
        self.laid_aside
            .retain(|_, l| l.shelf.is_some() || l.out_of_service.is_some());
        let superseded = std::mem::take(&mut self.superseded);
        let over = |alarm: &mut Alarm| {
            // Whoever set it aside knew of it, or was not to: nobody has to acknowledge what has gone.
            let is_known = !alarm.is_unacknowledged() || alarm.set_aside().is_some();
            let has_gone = !alarm.is_active() && !alarm.is_latched();
            has_gone && (is_known || superseded.contains(&alarm.key))
        };
        self.past.extend(self.standing.extract_if(.., over));
        self.past.extend(self.set_aside.extract_if(.., over));
        if self.past.len() > 2 * PAST_KEPT {
            self.past.drain(..self.past.len() - PAST_KEPT);
        }
        let is_aside = |alarm: &mut Alarm| alarm.set_aside().is_some();
        let aside: Vec<Alarm> = self.standing.extract_if(.., is_aside).collect();
        let is_back = |alarm: &mut Alarm| alarm.set_aside().is_none();
        let back: Vec<Alarm> = self.set_aside.extract_if(.., is_back).collect();
        merge(&mut self.set_aside, aside);
        merge(&mut self.standing, back);
        self.count_anew();
        std::mem::take(&mut self.events)
    }

    fn count_anew(&mut self) {
        self.counts = Default::default();
        self.by_turbine.clear();
        for alarm in &self.standing {
            if let Some(count) = self.counts.get_mut(alarm.priority as usize) {
                count.active += usize::from(alarm.is_active());
                count.unacknowledged += usize::from(alarm.is_unacknowledged());
            }
            if alarm.turbine == TurbineRow::NONE {
                continue;
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
    }

    /// Whether anything changed since the last [`Self::settle`].
    pub(super) fn is_settled(&self) -> bool {
        self.events.is_empty() && !self.has_moved
    }

    /// Lets what stands of an alarm follow what people have laid aside of it; gives one as it is then.
    fn follow_laid_aside(&mut self, id: &AlarmId) -> Option<Alarm> {
        let laid = self.laid_aside.get(id).cloned().unwrap_or_default();
        let mut snapshot = None;
        for alarm in self.all_of(id) {
            alarm.shelf.clone_from(&laid.shelf);
            alarm.out_of_service.clone_from(&laid.out_of_service);
            snapshot = Some(alarm.clone());
        }
        snapshot
    }

    fn all_of(&mut self, id: &AlarmId) -> impl Iterator<Item = &mut Alarm> {
        let all = self.standing.iter_mut().chain(&mut self.set_aside);
        all.filter(move |a| a.turbine_id == id.object && a.name == id.name)
    }

    fn get_mut(&mut self, key: AlarmKey) -> Option<&mut Alarm> {
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

/// Adds to what is sorted by key.
fn merge(alarms: &mut Vec<Alarm>, more: Vec<Alarm>) {
    if !more.is_empty() {
        alarms.extend(more);
        alarms.sort_by_key(|alarm| alarm.key);
    }
}

#[cfg(test)]
mod tests {
    use super::super::AlarmState;
    use super::*;
    use crate::access::Role;

    fn alarm(rule: u16, turbine: u32, priority: Priority) -> Alarm {
        let id = AlarmId {
            object: format!("T{turbine:02}").into(),
            name: "Gearbox oil hot".into(),
        };
        Alarm::raised(
            AlarmSource::Rule(rule),
            id,
            TurbineRow(turbine),
            priority,
            1_000,
        )
    }

    fn by() -> Actor {
        Actor {
            user: "anna".into(),
            station: "desk 1".into(),
            role: Role::Operator,
        }
    }

    #[test]
    fn active_and_acknowledged_are_two_facts() {
        let mut alarms = Alarms::default();
        let key = alarms.raise(alarm(0, 1, Priority::High));
        assert_eq!(alarms.get(key).unwrap().state(), AlarmState::Unacknowledged);
        alarms.acknowledge(key, &by(), 2_000, None);
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
        alarms.acknowledge(key, &by(), 4_000, None);
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
        alarms.acknowledge(key, &by(), 2_000, None);
        let bert = Actor {
            user: "bert".into(),
            ..by()
        };
        alarms.acknowledge(key, &bert, 3_000, None);
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
        alarms.acknowledge(critical, &by(), 2_000, None);
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
            |a| {
                let is_first = a.source == AlarmSource::Rule(0);
                is_first.then_some((AlarmSource::Rule(5), TurbineRow(8), Priority::Medium))
            },
            |_| None,
        );
        let events = alarms.settle();
        assert_eq!(events.first().unwrap().change, AlarmChange::Withdrawn);
        let past = alarms.past().first().unwrap();
        assert_eq!(past.state(), AlarmState::Withdrawn, "it did not clear");
        let moved = alarms.get(stays).unwrap();
        assert_eq!(
            (moved.source, moved.turbine),
            (AlarmSource::Rule(5), TurbineRow(8))
        );
        assert_eq!(moved.priority, Priority::Medium);
    }

    #[test]
    fn the_past_is_bounded() {
        let mut alarms = Alarms::default();
        for n in 0..(2 * PAST_KEPT + 5) {
            let key = alarms.raise(alarm(0, n as u32, Priority::Low));
            alarms.acknowledge(key, &by(), 0, None);
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
