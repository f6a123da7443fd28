//! Conditions, deeds, time, clocks, reloads and restarts in any order: what must hold whatever comes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use windvane::action::Action;
use windvane::alarms::{
    Alarm, AlarmChange, AlarmId, AlarmKey, AlarmState, Deed, LaidAside, Restored, replay,
};
use windvane::scene::{Priority, Scene};

use super::desk::{ALARMS, Desk, SCENE, SIGNALS, TURBINES, id, scene};

#[derive(Debug, Clone)]
enum Op {
    Is(usize, usize, f64),
    Acknowledge(usize),
    Reset(usize),
    Shelve(usize, usize, u64, bool),
    Unshelve(usize, usize),
    Out(usize, usize),
    Return(usize, usize),
    Comment(usize, usize),
    Elsewhere(usize, usize),
    Pass(u64),
    SetClock(i64),
    Reload(usize),
    Restart(i64),
}

fn op() -> impl Strategy<Value = Op> {
    let turbine = || 0..TURBINES.len();
    let alarm = || (0..TURBINES.len(), 0..ALARMS.len());
    prop_oneof![
        8 => (turbine(), 0..SIGNALS.len(), prop::sample::select(vec![0.0, 0.7, 1.5, 2.5, 3.5, f64::NAN]))
            .prop_map(|(t, s, value)| Op::Is(t, s, value)),
        4 => (0..20_usize).prop_map(Op::Acknowledge),
        2 => (0..20_usize).prop_map(Op::Reset),
        2 => (alarm(), 1..9_000_u64, any::<bool>()).prop_map(|((t, a), secs, once)| Op::Shelve(t, a, secs, once)),
        1 => alarm().prop_map(|(t, a)| Op::Unshelve(t, a)),
        1 => alarm().prop_map(|(t, a)| Op::Out(t, a)),
        1 => alarm().prop_map(|(t, a)| Op::Return(t, a)),
        1 => alarm().prop_map(|(t, a)| Op::Comment(t, a)),
        1 => alarm().prop_map(|(t, a)| Op::Elsewhere(t, a)),
        4 => (0..400_u64).prop_map(Op::Pass),
        1 => (-9_000..9_000_i64).prop_map(Op::SetClock),
        1 => (0..4_usize).prop_map(Op::Reload),
        1 => (-4_000..4_000_i64).prop_map(Op::Restart),
    ]
}

/// Variants of the scene that take the place of each other.
fn variants() -> [Arc<Scene>; 4] {
    let in_front =
        "turbines = [\n    { id = \"T00\", model = \"v80\", east_m = -500, north_m = 0 },";
    let plain = "name = \"Plain\"";
    let set_aside = format!("{plain}\nenabled = false");
    [
        scene(SCENE),
        scene(&SCENE.replace("turbines = [", in_front)),
        scene(&SCENE.replace(plain, &set_aside)),
        scene(&SCENE.replace("priority = \"medium\"", "priority = \"critical\"")),
    ]
}

/// What of an occurrence must be the same however it is found out.
fn essence(alarm: &Alarm) -> String {
    format!(
        "{:?} {} {} {:?} {:?} raised {} ack {:?} x{} waits {:?} said {}",
        alarm.key,
        alarm.turbine_id,
        alarm.name,
        alarm.state(),
        alarm.set_aside(),
        alarm.raised_ms,
        alarm.acknowledged,
        alarm.times_raised,
        alarm.waiting_since_ms,
        alarm.comments.len(),
    )
}

struct Trial {
    desk: Desk,
    scenes: [Arc<Scene>; 4],
    variant: usize,
    /// By alarm, since when in time that passed a shelf has been there, and which.
    shelved: HashMap<AlarmId, (Duration, i64)>,
    passed: Duration,
}

impl Trial {
    fn new(scenes: [Arc<Scene>; 4]) -> Self {
        let mut desk = Desk::new(&scenes[0]);
        for (turbine, signal) in TURBINES.iter().flat_map(|t| SIGNALS.map(|s| (t, s))) {
            desk.is_at(turbine, signal, 0.0);
        }
        Self {
            desk,
            scenes,
            variant: 0,
            shelved: HashMap::new(),
            passed: Duration::ZERO,
        }
    }

    fn nth(&self, at: usize) -> Vec<AlarmKey> {
        let keys: Vec<AlarmKey> = self.desk.all().map(|alarm| alarm.key).collect();
        let at = at.checked_rem(keys.len());
        at.map(|at| keys[at]).into_iter().collect()
    }

    fn does(&mut self, op: &Op) {
        let of = |t: &usize, a: &usize| id(TURBINES[*t], ALARMS[*a].0);
        let desk = &mut self.desk;
        match op {
            Op::Is(t, s, value) => desk.is_at(TURBINES[*t], SIGNALS[*s], *value),
            Op::Acknowledge(at) => {
                let keys = self.nth(*at);
                self.desk.act(Action::Acknowledge(keys));
            }
            Op::Reset(at) => {
                let keys = self.nth(*at);
                self.desk.act(Action::Reset(keys));
            }
            Op::Shelve(t, a, secs, once) => desk.act(Action::Shelve {
                alarms: vec![of(t, a)],
                duration: Duration::from_secs(*secs),
                is_one_shot: *once,
                reason: "Known".to_owned(),
            }),
            Op::Unshelve(t, a) => desk.act(Action::Unshelve(vec![of(t, a)])),
            Op::Out(t, a) => desk.act(Action::TakeOutOfService {
                alarms: vec![of(t, a)],
                reason: "Broken".to_owned(),
            }),
            Op::Return(t, a) => desk.act(Action::ReturnToService(vec![of(t, a)])),
            Op::Comment(t, a) => desk.act(Action::Comment {
                alarm: of(t, a),
                text: "Seen".to_owned(),
            }),
            Op::Elsewhere(t, a) => {
                let raised_ms = desk.clock().wall_ms - 1_000;
                desk.order(Deed::RaisedElsewhere {
                    id: of(t, a),
                    value: String::new(),
                    raised_ms,
                });
            }
            Op::Pass(secs) => {
                self.passed += Duration::from_secs(*secs);
                desk.pass(*secs);
            }
            Op::SetClock(secs) => desk.set_clock(*secs),
            Op::Reload(variant) => {
                self.variant = *variant;
                desk.reload(&self.scenes[*variant]);
            }
            Op::Restart(secs) => {
                // The time in which a program does not run counts by the wall clock only.
                self.shelved.clear();
                let mut kept = Restored::from(replay(&desk.heard));
                // Commented, escalated and moved to another priority alike.
                kept.last_key = desk.alarms().last_key();
                desk.restart(*secs, &kept);
                desk.repeat();
            }
        }
    }

    /// Whether the scene has an alarm now.
    fn has(&self, name: &str) -> bool {
        self.variant != 2 || name != "Plain"
    }

    fn check(&mut self, op: &Op, before: &BTreeMap<AlarmKey, Alarm>, heard: usize) {
        self.check_listed(op);
        self.check_gone(op, before, heard);
        self.check_conditions(op);
        self.check_counts();
        self.check_shelves(op);
        self.check_replay(op);
    }

    fn check_listed(&self, op: &Op) {
        let alarms = self.desk.alarms();
        for alarm in alarms.standing() {
            assert_eq!(alarm.set_aside(), None, "{op:?}: {alarm:?}");
        }
        for alarm in alarms.set_aside() {
            assert!(alarm.set_aside().is_some(), "{op:?}: {alarm:?}");
        }
        let ids: BTreeSet<AlarmId> = self.desk.all().map(Alarm::id).collect();
        assert_eq!(ids.len(), self.desk.all().count(), "one of each: {op:?}");
        let keys: Vec<AlarmKey> = (self.desk.heard.iter())
            .filter(|event| event.change == AlarmChange::Raised)
            .filter_map(|event| Some(event.alarm.as_ref()?.key))
            .collect();
        let rises = keys.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(rises, "a key was given twice: {keys:?}");
    }

    /// What stood and no longer does has gone by something that is told.
    fn check_gone(&self, op: &Op, before: &BTreeMap<AlarmKey, Alarm>, heard: usize) {
        let now: BTreeSet<AlarmKey> = self.desk.all().map(|alarm| alarm.key).collect();
        let news = &self.desk.heard[heard..];
        for (key, alarm) in before.iter().filter(|(key, _)| !now.contains(key)) {
            let replaced = news.iter().any(|event| {
                let by = event.alarm.as_ref().map(|a| a.key);
                event.change == AlarmChange::Raised && event.id == alarm.id() && by != Some(*key)
            });
            let of_it: Vec<&AlarmChange> = (news.iter())
                .filter(|event| event.alarm.as_ref().is_some_and(|a| a.key == *key))
                .map(|event| &event.change)
                .collect();
            let is_told = replaced || !of_it.is_empty();
            assert!(is_told, "{op:?}: vanished without a record: {alarm:?}");
            let is_latched = matches!(
                alarm.state(),
                AlarmState::Latched | AlarmState::LatchedUnacknowledged
            );
            let lets_go = |change: &&AlarmChange| {
                matches!(change, AlarmChange::Reset | AlarmChange::Withdrawn)
            };
            if is_latched {
                let was_let_go = replaced || of_it.iter().any(lets_go);
                assert!(was_let_go, "{op:?}: latched, and not reset: {alarm:?}");
            }
        }
    }

    /// What the process says stands, and what holds back does so.
    fn check_conditions(&self, op: &Op) {
        for turbine in TURBINES {
            for (name, signal, limit) in ALARMS {
                if name == "Slow" || !self.has(name) {
                    continue;
                }
                let value = self.desk.said(turbine, signal).unwrap_or(f64::NAN);
                let alarm = self.desk.of(turbine, name);
                let is_active = alarm.is_some_and(Alarm::is_active);
                if value > limit {
                    assert!(
                        is_active,
                        "{op:?}: {turbine} {name} is not there at {value}"
                    );
                } else if !value.is_nan() {
                    assert!(!is_active, "{op:?}: {turbine} {name} stands at {value}");
                }
            }
            let is_shown = |name: &str| {
                let alarm = self.desk.of(turbine, name);
                alarm.is_some_and(|a| a.is_active() && a.set_aside().is_none())
            };
            let lost = self.desk.of(turbine, "Lost");
            if lost.is_some_and(|a| a.is_active() && a.out_of_service.is_none()) {
                assert!(!is_shown("Cut off"), "{op:?}: {turbine}");
            }
            if is_shown("Highest") {
                assert!(!is_shown("High") && !is_shown("Low"), "{op:?}: {turbine}");
            }
            if is_shown("High") {
                assert!(!is_shown("Low"), "{op:?}: {turbine}");
            }
            if self.desk.said(turbine, "stand").is_some_and(|v| v > 1.0) {
                assert!(!is_shown("Idle fault"), "{op:?}: {turbine}");
            }
        }
    }

    fn check_counts(&self) {
        let alarms = self.desk.alarms();
        for priority in Priority::ALL {
            let of = || alarms.standing().iter().filter(|a| a.priority == priority);
            let count = alarms.count(priority);
            assert_eq!(count.active, of().filter(|a| a.is_active()).count());
            let waiting = of().filter(|a| a.is_unacknowledged()).count();
            assert_eq!(count.unacknowledged, waiting);
        }
        let at_turbines: u32 = alarms.turbines().map(|(_, at)| at.count).sum();
        assert_eq!(at_turbines as usize, alarms.standing().len());
    }

    /// No shelf is longer than its alarm allows, whatever the clock says.
    fn check_shelves(&mut self, op: &Op) {
        let mut shelved = HashMap::new();
        for (id, laid) in self.desk.alarms().laid_aside() {
            let Some(shelf) = &laid.shelf else { continue };
            let (since, _) = *(self.shelved.get(id))
                .filter(|(_, stamp)| *stamp == shelf.since_ms)
                .unwrap_or(&(self.passed, shelf.since_ms));
            shelved.insert(id.clone(), (since, shelf.since_ms));
            let longest = if *id.name == *"Plain" {
                3_600
            } else {
                8 * 3_600
            };
            let has_been = self.passed - since;
            assert!(has_been < Duration::from_secs(longest), "{op:?}: {id:?}");
        }
        self.shelved = shelved;
    }

    /// The events alone lead to the same states.
    fn check_replay(&self, op: &Op) {
        let replayed = replay(&self.desk.heard);
        let all: BTreeMap<AlarmKey, &Alarm> = self.desk.all().map(|a| (a.key, a)).collect();
        let here: Vec<String> = all.values().map(|alarm| essence(alarm)).collect();
        let there: Vec<String> = replayed.standing().map(essence).collect();
        assert_eq!(here, there, "{op:?}");
        // Until when is bounded anew by a restart, of which no event tells.
        let facts = |laid: &LaidAside| (laid.shelf.is_some(), laid.out_of_service.is_some());
        let laid = self.desk.alarms().laid_aside();
        let laid: BTreeMap<_, _> = laid.map(|(id, laid)| (id, facts(laid))).collect();
        let there = replayed.laid_aside();
        let there: BTreeMap<_, _> = there.map(|(id, laid)| (id, facts(laid))).collect();
        assert_eq!(laid, there, "{op:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_no_alarm_is_lost_and_the_events_tell_it_all(
        ops in prop::collection::vec(op(), 1..60)
    ) {
        let mut trial = Trial::new(variants());
        for op in &ops {
            let before = trial.desk.all().map(|alarm| (alarm.key, alarm.clone())).collect();
            let heard = trial.desk.heard.len();
            trial.does(op);
            trial.check(op, &before, heard);
        }
    }
}
