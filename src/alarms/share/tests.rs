//! What must hold of joined documents, and of stations that hear each other badly.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::{
    Actor, Alarm, AlarmChange, AlarmEvent, AlarmId, AlarmKey, AlarmSource, Deed, Order, Shelf,
    ShelfEnd,
};
use super::check::{Heard, Received, Unusable, follows, read};
use super::document::{
    By, Document, Mark, Remark, Sent, Shared, SharedService, SharedShelf, Stand, State,
};
use super::replica::{Here, Outcome, Replica};
use super::sign::Key;
use super::topic::Topics;
use super::view::Context;
use crate::access::{Permission, Role};
use crate::fleet::TurbineRow;
use crate::scene::Priority;

const STATIONS: [&str; 3] = ["desk-1", "desk-2", "desk-3"];

fn id() -> AlarmId {
    AlarmId {
        object: "T37".into(),
        name: "Gearbox hot".into(),
    }
}

fn by(station: &str) -> By {
    By {
        user: "anna".into(),
        station: station.into(),
        role: Role::Operator,
    }
}

fn actor(station: &str) -> Actor {
    (&by(station)).into()
}

fn stand(n: u64, v: u64, state: State) -> Stand {
    Stand {
        n,
        v,
        state,
        set_aside: None,
        key: n,
        since_ms: 0,
        priority: Priority::High,
        value: "83 > 80".into(),
        suppressed_by: None,
    }
}

fn any_state() -> impl Strategy<Value = State> {
    prop::sample::select(vec![
        State::Normal,
        State::Acknowledged,
        State::Unacknowledged,
        State::Latched,
    ])
}

prop_compose! {
    fn any_by()(station in 0..3_usize, is_engineer: bool) -> By {
        let role = if is_engineer { Role::Engineer } else { Role::Operator };
        By { role, ..by(STATIONS[station]) }
    }
}

fn any_stands() -> impl Strategy<Value = BTreeMap<Arc<str>, Stand>> {
    let one = (1..4_u64, 0..3_u64, any_state()).prop_map(|(n, v, state)| stand(n, v, state));
    by_station(one)
}

fn any_marks() -> impl Strategy<Value = BTreeMap<Arc<str>, Mark>> {
    let one = (1..4_u64, any_by(), 0..3_i64).prop_map(|(n, by, at_ms)| Mark {
        n,
        since_ms: 0,
        at_ms,
        by,
        comment: None,
    });
    by_station(one)
}

fn by_station<T: std::fmt::Debug>(
    one: impl Strategy<Value = T>,
) -> impl Strategy<Value = BTreeMap<Arc<str>, T>> {
    let station = prop::sample::select(STATIONS.to_vec()).prop_map(Arc::from);
    prop::collection::btree_map(station, one, 0..=3)
}

prop_compose! {
    fn any_shelf()(counter in 1..4_u64, is_over: bool, by in any_by(), duration_ms in 0..2_u64) -> SharedShelf {
        SharedShelf { counter, is_over, by, at_ms: 0, duration_ms, is_one_shot: false, reason: Arc::default() }
    }
}

prop_compose! {
    fn any_service()(counter in 1..4_u64, is_over: bool, by in any_by()) -> SharedService {
        SharedService { counter, is_over, by, at_ms: 0, reason: Arc::default() }
    }
}

prop_compose! {
    fn any_shared()(
        stations in any_stands(),
        acknowledged in any_marks(),
        reset in any_marks(),
        shelf in prop::option::of(any_shelf()),
        out_of_service in prop::option::of(any_service()),
        comments in prop::collection::vec((1..30_u64, any_by(), 0..3_u8), 0..25),
    ) -> Shared {
        let mut shared = Shared { stations, acknowledged, reset, shelf, out_of_service, comments: Vec::new() };
        for (counter, by, text) in comments {
            let text = format!("comment {text}").into();
            let comments = vec![Remark { counter, by, at_ms: 0, text }];
            shared.join(&Shared { comments, ..Shared::default() });
        }
        shared
    }
}

fn joined(a: &Shared, b: &Shared) -> Shared {
    let mut both = a.clone();
    both.join(b);
    both
}

proptest! {
    #[test]
    fn joining_is_commutative_associative_and_idempotent(a in any_shared(), b in any_shared(), c in any_shared()) {
        prop_assert_eq!(joined(&a, &b), joined(&b, &a));
        prop_assert_eq!(joined(&joined(&a, &b), &c), joined(&a, &joined(&b, &c)));
        prop_assert_eq!(&joined(&a, &a), &a);
        let both = joined(&a, &b);
        prop_assert_eq!(&joined(&both, &a), &both, "what is known is not lost");
        prop_assert_eq!(a.clone().join(&b), both != a, "it is told whether there was news");
        prop_assert_eq!(both.says_more_than(&a), both != a);
        prop_assert!(!a.says_more_than(&both));
    }

    #[test]
    fn what_was_not_seen_is_never_acknowledged(mut a in any_shared(), b in any_shared()) {
        a.acknowledged.clear();
        a.acknowledge(&by("desk-1"), 0, None);
        let mut both = joined(&a, &Shared { acknowledged: BTreeMap::new(), ..b });
        for (station, stand) in &both.stations {
            let seen = a.stations.get(station).map_or(0, |s| s.n);
            prop_assert_eq!(both.is_acknowledged(station), stand.n <= seen);
        }
        both.acknowledge(&by("desk-2"), 0, None);
        prop_assert!(both.stations.keys().all(|s| both.is_acknowledged(s)));
    }

    #[test]
    fn of_two_shelves_of_one_time_the_one_that_is_over_wins(a in any_shelf(), b in any_shelf()) {
        let (a, b) = (SharedShelf { counter: 2, ..a }, SharedShelf { counter: 2, ..b });
        let of = |shelf: &SharedShelf| Shared { shelf: Some(shelf.clone()), ..Shared::default() };
        let both = joined(&of(&a), &of(&b));
        prop_assert_eq!(both.shelf.unwrap().is_over, a.is_over || b.is_over);
    }
}

/// A station with one alarm, and as much of a register as that takes.
struct Desk {
    replica: Replica,
    alarm: Option<Alarm>,
    last_key: u64,
    now_ms: i64,
    shelved_until_ms: Option<i64>,
    out: Vec<Received>,
    refused: Vec<String>,
}

/// What stations hear of each other.
struct World {
    desks: Vec<Desk>,
    /// By desk, what was sent to it and has not arrived.
    lines: Vec<Vec<Received>>,
    /// Occurrences that an operator saw when he acknowledged: the station, and since when.
    seen: Vec<(Arc<str>, i64)>,
    permits: fn(&By, Permission) -> Result<(), String>,
}

impl World {
    fn new(clocks_ms: &[i64]) -> Self {
        let desk = |(name, now_ms): (&&str, &i64)| Desk {
            replica: Replica::new((*name).into()),
            alarm: None,
            last_key: 0,
            now_ms: *now_ms,
            shelved_until_ms: None,
            out: Vec::new(),
            refused: Vec::new(),
        };
        Self {
            desks: STATIONS.iter().zip(clocks_ms).map(desk).collect(),
            lines: clocks_ms.iter().map(|_| Vec::new()).collect(),
            seen: Vec::new(),
            permits: |by, permission| by.role.may(permission).map_err(|d| d.to_string()),
        }
    }

    fn here<T>(&mut self, at: usize, lives: bool, f: impl FnOnce(&mut Replica, &Here) -> T) -> T {
        let clocks: Vec<i64> = self.desks.iter().map(|desk| desk.now_ms).collect();
        let ahead_ms = |station: &str| {
            let other = STATIONS.iter().position(|s| *s == station)?;
            Some(clocks[other] - clocks[at])
        };
        let here = Here {
            now_ms: clocks[at],
            ahead_ms: if lives { &ahead_ms } else { &|_| None },
            lives: &|_| lives,
            permits: &self.permits,
        };
        f(&mut self.desks[at].replica, &here)
    }

    fn raise(&mut self, at: usize, others_live: bool) {
        let desk = &mut self.desks[at];
        if desk.alarm.as_ref().is_some_and(Alarm::is_active) {
            return;
        }
        desk.last_key += 1;
        let mut alarm = Alarm::raised(
            AlarmSource::Rule(0),
            id(),
            TurbineRow(0),
            Priority::High,
            desk.now_ms,
        );
        alarm.key = AlarmKey(desk.last_key);
        desk.alarm = Some(alarm.clone());
        let outcome = self.here(at, others_live, |replica, here| {
            replica.raised(&alarm, here, false)
        });
        assert!(outcome.says_more);
        self.publish(at);
        self.tell(at, AlarmChange::Raised, None);
        self.carry_out(at, outcome);
    }

    fn clear(&mut self, at: usize) {
        let desk = &mut self.desks[at];
        if let Some(alarm) = desk.alarm.as_mut().filter(|alarm| alarm.is_active()) {
            alarm.cleared_ms = Some(desk.now_ms);
            self.tell(at, AlarmChange::Cleared, None);
        }
    }

    fn acknowledge(&mut self, at: usize) {
        let desk = &mut self.desks[at];
        let Some(alarm) = desk
            .alarm
            .as_mut()
            .filter(|alarm| alarm.is_unacknowledged())
        else {
            return;
        };
        let by = actor(STATIONS[at]);
        alarm.acknowledged = Some((desk.now_ms, by.clone()));
        let stations = &desk.replica.get(&id()).unwrap().stations;
        self.seen.extend(
            stations
                .iter()
                .map(|(s, stand)| (Arc::clone(s), stand.since_ms)),
        );
        self.tell(at, AlarmChange::Acknowledged, Some(by));
    }

    fn shelve(&mut self, at: usize, for_ms: i64) {
        let desk = &mut self.desks[at];
        let until_ms = desk.now_ms + for_ms;
        desk.shelved_until_ms = Some(until_ms);
        let by = actor(STATIONS[at]);
        let (reason, since_ms) = ("sensor".into(), desk.now_ms);
        let shelf = Shelf {
            until_ms,
            is_one_shot: false,
            reason,
            since_ms,
            by: by.clone(),
        };
        self.tell(at, AlarmChange::Shelved(shelf.into()), Some(by));
    }

    fn unshelve(&mut self, at: usize) {
        if self.desks[at].shelved_until_ms.take().is_some() {
            self.tell(
                at,
                AlarmChange::Unshelved(ShelfEnd::Unshelved),
                Some(actor(STATIONS[at])),
            );
        }
    }

    /// An event of the register, as the app tells it.
    fn tell(&mut self, at: usize, change: AlarmChange, by: Option<Actor>) {
        let desk = &mut self.desks[at];
        let event = AlarmEvent {
            change,
            id: id(),
            alarm: desk.alarm.clone(),
            at_ms: desk.now_ms,
            by,
            comment: None,
            value: String::new(),
        };
        if desk.replica.happened(&event) {
            self.publish(at);
        }
    }

    fn publish(&mut self, at: usize) {
        let desk = &mut self.desks[at];
        let Some(shared) = desk.replica.get(&id()).cloned() else {
            return;
        };
        let sent = Sent {
            station: STATIONS[at].into(),
            session: 1,
            at_ms: desk.now_ms,
        };
        let context = Context {
            definition: None,
            is_there: &|_| true,
            shelved_until_ms: desk.replica.shelved_until_ms(&id()),
        };
        let document = Document::new(&id(), shared, sent, context);
        desk.out.push(received(&document));
        for (other, line) in self.lines.iter_mut().enumerate() {
            if other != at {
                line.push(received(&document));
            }
        }
    }

    fn deliver(&mut self, at: usize, which: usize, stays: bool) {
        let line = &mut self.lines[at];
        if line.is_empty() {
            return;
        }
        let which = which % line.len();
        let message = if stays {
            line[which].clone()
        } else {
            line.remove(which)
        };
        self.hear(at, &message, true, false);
    }

    fn hear(&mut self, at: usize, message: &Received, lives: bool, is_retained: bool) {
        let outcome = self
            .here(at, lives, |replica, here| {
                replica.receive(&id(), message, is_retained, true, here)
            })
            .unwrap();
        let says_more = outcome.says_more;
        self.carry_out(at, outcome);
        if says_more {
            self.publish(at);
        }
    }

    /// What the register does with orders.
    fn carry_out(&mut self, at: usize, outcome: Outcome) {
        self.desks[at].refused.extend(outcome.refused);
        for Order {
            deed, by, at_ms, ..
        } in outcome.orders
        {
            let desk = &mut self.desks[at];
            match deed {
                Deed::Acknowledge(key) => {
                    let alarm = desk.alarm.as_mut().unwrap();
                    assert_eq!(alarm.key, key);
                    assert!(alarm.is_unacknowledged());
                    alarm.acknowledged = Some((at_ms, by.clone()));
                    self.tell(at, AlarmChange::Acknowledged, Some(by));
                }
                Deed::RaisedElsewhere { raised_ms, .. } => {
                    desk.last_key += 1;
                    let mut alarm = Alarm::raised(
                        AlarmSource::Rule(0),
                        id(),
                        TurbineRow(0),
                        Priority::High,
                        raised_ms,
                    );
                    alarm.key = AlarmKey(desk.last_key);
                    desk.alarm = Some(alarm);
                    self.tell(at, AlarmChange::Raised, Some(by.clone()));
                    let desk = &mut self.desks[at];
                    desk.alarm.as_mut().unwrap().cleared_ms = Some(at_ms);
                    self.tell(at, AlarmChange::Cleared, Some(by));
                }
                Deed::Shelve {
                    until_ms, reason, ..
                } => {
                    desk.shelved_until_ms = Some(until_ms);
                    let shelf = Shelf {
                        until_ms,
                        is_one_shot: false,
                        reason,
                        since_ms: at_ms,
                        by: by.clone(),
                    };
                    self.tell(at, AlarmChange::Shelved(shelf.into()), Some(by));
                }
                Deed::Unshelve(_) => {
                    if desk.shelved_until_ms.take().is_some() {
                        self.tell(at, AlarmChange::Unshelved(ShelfEnd::Unshelved), Some(by));
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        self.desks[at].replica.settle();
    }

    /// Everybody hears the last of everybody until nothing is new.
    fn exchange(&mut self) {
        for _ in 0..20 {
            self.lines.iter_mut().for_each(Vec::clear);
            for at in 0..self.desks.len() {
                self.publish(at);
            }
            let lines = std::mem::take(&mut self.lines);
            self.lines = lines.iter().map(|_| Vec::new()).collect();
            for (at, line) in lines.iter().enumerate() {
                for message in line {
                    self.hear(at, message, true, false);
                }
            }
            if self.lines.iter().all(Vec::is_empty) {
                return;
            }
        }
        panic!("stations go on telling each other the same");
    }

    fn shared(&self, at: usize) -> &Shared {
        self.desks[at].replica.get(&id()).unwrap()
    }

    fn is_acknowledged(&self, at: usize) -> bool {
        !self.desks[at].alarm.as_ref().unwrap().is_unacknowledged()
    }
}

fn received(document: &Document) -> Received {
    let topics = Topics::new(None, "test");
    let payload = serde_json::to_vec(document).unwrap();
    let topic = topics.alarm(&id()).unwrap();
    match read(&topics, None, &topic, &payload).unwrap() {
        Heard::Alarm(_, Some(received)) => *received,
        other => panic!("{other:?}"),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Raise(usize),
    Clear(usize),
    Acknowledge(usize),
    Shelve(usize),
    Unshelve(usize),
    Deliver(usize, usize),
    Repeat(usize, usize),
    Lose(usize, usize),
    Restart(usize),
}

fn any_step() -> impl Strategy<Value = Step> {
    let at = || 0..3_usize;
    prop_oneof![
        3 => at().prop_map(Step::Raise),
        3 => at().prop_map(Step::Clear),
        2 => at().prop_map(Step::Acknowledge),
        1 => at().prop_map(Step::Shelve),
        1 => at().prop_map(Step::Unshelve),
        6 => (at(), 0..20_usize).prop_map(|(a, b)| Step::Deliver(a, b)),
        2 => (at(), 0..20_usize).prop_map(|(a, b)| Step::Repeat(a, b)),
        2 => (at(), 0..20_usize).prop_map(|(a, b)| Step::Lose(a, b)),
        1 => at().prop_map(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn stations_converge_and_nothing_unseen_is_acknowledged(steps in prop::collection::vec(any_step(), 1..60)) {
        let hour_ms = 3_600_000;
        let mut world = World::new(&[10 * hour_ms, 11 * hour_ms, 9 * hour_ms]);
        for step in steps {
            for desk in &mut world.desks {
                desk.now_ms += 1_000;
            }
            match step {
                Step::Raise(at) => world.raise(at, false),
                Step::Clear(at) => world.clear(at),
                Step::Acknowledge(at) => world.acknowledge(at),
                Step::Shelve(at) => world.shelve(at, 1_800_000),
                Step::Unshelve(at) => world.unshelve(at),
                Step::Deliver(at, which) => world.deliver(at, which, false),
                Step::Repeat(at, which) => world.deliver(at, which, true),
                Step::Lose(at, which) => {
                    let line = &mut world.lines[at];
                    if !line.is_empty() {
                        let which = which % line.len();
                        line.remove(which);
                    }
                }
                Step::Restart(at) => {
                    // Without a journal: neither what stood nor the numbers are known any more.
                    let desk = &mut world.desks[at];
                    desk.replica = Replica::new(STATIONS[at].into());
                    desk.alarm = None;
                    desk.last_key = 0;
                    desk.shelved_until_ms = None;
                }
            }
            for (at, desk) in world.desks.iter().enumerate() {
                let Some(alarm) = desk.alarm.as_ref().filter(|a| !a.is_unacknowledged()) else {
                    continue;
                };
                let shared = desk.replica.get(&id()).unwrap();
                let own = &shared.stations[STATIONS[at]];
                prop_assert_eq!(own.key, alarm.key.0);
                // A later one of the same desk stands for those before it.
                let is_seen = world
                    .seen
                    .iter()
                    .any(|(s, since_ms)| **s == *STATIONS[at] && *since_ms >= own.since_ms);
                prop_assert!(is_seen, "nobody saw {:?} of {}", own, STATIONS[at]);
            }
        }
        world.exchange();
        for at in 1..3 {
            prop_assert_eq!(world.desks[0].replica.get(&id()), world.desks[at].replica.get(&id()));
        }
        for (at, desk) in world.desks.iter().enumerate() {
            let Some(shared) = desk.replica.get(&id()) else { continue };
            let is_shelved = shared.shelved().is_some();
            prop_assert_eq!(desk.shelved_until_ms.is_some(), is_shelved, "desk {}", at);
            if let Some(alarm) = &desk.alarm {
                let is_acknowledged = shared.is_acknowledged(STATIONS[at]);
                prop_assert_eq!(!alarm.is_unacknowledged(), is_acknowledged, "desk {}", at);
            }
        }
    }
}

#[test]
fn an_acknowledgement_reaches_every_desk_that_had_announced_the_alarm() {
    let mut world = World::new(&[0, 0, 0]);
    for at in 0..3 {
        world.raise(at, true);
    }
    world.exchange();
    world.acknowledge(1);
    world.deliver(0, 0, false);
    assert!(world.is_acknowledged(0) && !world.is_acknowledged(2));
    world.exchange();
    assert!(world.is_acknowledged(2));
    let alarm = world.desks[2].alarm.as_ref().unwrap();
    assert_eq!(&*alarm.acknowledged.as_ref().unwrap().1.station, "desk-2");
    assert!(!world.shared(0).is_unacknowledged());
}

#[test]
fn what_was_raised_while_cut_off_is_not_acknowledged_by_those_who_did_not_see_it() {
    let mut world = World::new(&[0, 0, 0]);
    world.raise(0, false);
    world.acknowledge(0);
    world.raise(1, false);
    world.exchange();
    assert!(world.is_acknowledged(0));
    assert!(!world.is_acknowledged(1));
    assert!(world.shared(0).is_unacknowledged());
}

#[test]
fn who_raises_what_a_living_station_holds_acknowledged_joins_it() {
    let mut world = World::new(&[0, 0, 0]);
    world.raise(0, true);
    world.acknowledge(0);
    world.exchange();
    world.raise(1, true);
    assert!(world.is_acknowledged(1), "before anything sounds");
    world.raise(2, false);
    assert!(
        !world.is_acknowledged(2),
        "a station that is not heard silences nothing"
    );
}

#[test]
fn an_alarm_that_cleared_here_and_comes_back_is_a_new_one() {
    let mut world = World::new(&[0, 0, 0]);
    world.raise(0, true);
    world.raise(1, true);
    world.exchange();
    world.acknowledge(0);
    world.exchange();
    world.clear(1);
    world.raise(1, true);
    assert!(!world.is_acknowledged(1));
    world.exchange();
    assert!(!world.is_acknowledged(1) && world.is_acknowledged(0));
}

#[test]
fn a_shelf_lasts_as_long_at_a_station_whose_clock_is_an_hour_off() {
    let hour_ms = 3_600_000;
    for ahead_ms in [-hour_ms, hour_ms] {
        let mut world = World::new(&[10 * hour_ms, 10 * hour_ms + ahead_ms, 0]);
        world.shelve(0, 600_000);
        let message = world.desks[0].out[0].clone();
        for desk in &mut world.desks {
            desk.now_ms += 60_000;
        }
        // Kept by the broker, before and after the station's clock is known.
        world.hear(1, &message, false, true);
        let desk = &world.desks[1];
        let lasts_ms = desk.shelved_until_ms.map_or(0, |until| until - desk.now_ms);
        assert!(lasts_ms <= 600_000, "never prolonged: {lasts_ms}");
        let orders = world.here(1, true, |replica, here| replica.correct(STATIONS[0], here));
        world.carry_out(
            1,
            Outcome {
                orders,
                ..Outcome::default()
            },
        );
        let desk = &world.desks[1];
        // One that was taken for over has ended; one that was taken for longer is cut.
        let lasts_ms = desk.shelved_until_ms.map_or(0, |until| until - desk.now_ms);
        assert_eq!(lasts_ms, 540_000, "clock ahead by {ahead_ms} ms");
    }
}

#[test]
fn a_deed_for_which_the_role_is_lacking_has_no_effect_and_is_told() {
    let mut world = World::new(&[0, 0, 0]);
    world.permits = |by, permission| match by.role.may(permission) {
        Ok(()) if by.user.as_ref() == "anna" => {
            Role::Operator.may(permission).map_err(|d| d.to_string())
        }
        other => other.map_err(|d| d.to_string()),
    };
    world.raise(0, true);
    let mut forged = Shared::default();
    forged.serve(SharedService {
        counter: 0,
        is_over: false,
        by: By {
            role: Role::Engineer,
            ..by("desk-9")
        },
        at_ms: 0,
        reason: Arc::default(),
    });
    let mut message = world.desks[0].out[0].clone();
    message.shared = forged;
    world.hear(0, &message, true, false);
    let refused = &world.desks[0].refused;
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(
        refused[0].contains("out of service by anna at desk-9 (as engineer)"),
        "{refused:?}"
    );
}

#[test]
fn messages_that_would_silence_what_is_to_come_are_refused() {
    let mut world = World::new(&[0, 0, 0]);
    world.raise(0, true);
    let honest = world.shared(0).clone();
    let mark = |n| Mark {
        n,
        since_ms: 0,
        at_ms: 0,
        by: by("desk-9"),
        comment: None,
    };
    let mut ahead = honest.clone();
    ahead.acknowledged.insert("desk-1".into(), mark(2));
    let mut jump = honest.clone();
    jump.stations
        .insert("desk-1".into(), stand(1 << 50, 0, State::Acknowledged));
    jump.acknowledged.insert("desk-1".into(), mark(1 << 50));
    let document = |shared: Shared| {
        let sent = Sent {
            station: "desk-9".into(),
            session: 1,
            at_ms: 0,
        };
        let context = Context {
            definition: None,
            is_there: &|_| true,
            shelved_until_ms: None,
        };
        serde_json::to_vec(&Document::new(&id(), shared, sent, context)).unwrap()
    };
    let topics = Topics::new(None, "test");
    let topic = topics.alarm(&id()).unwrap();
    let refused = read(&topics, None, &topic, &document(ahead));
    assert!(
        matches!(
            refused,
            Err(Unusable::Ahead {
                n: 2,
                announced: 1,
                ..
            })
        ),
        "{refused:?}"
    );
    let passed = read(&topics, None, &topic, &document(jump.clone()));
    assert!(passed.is_ok(), "{passed:?}");
    assert_eq!(follows(&honest, &jump), Err(Unusable::Jump(1 << 50)));
    // One within the bounds is taken in; the station that it speaks for says it better.
    jump.stations
        .insert("desk-1".into(), stand(1_000, 0, State::Acknowledged));
    jump.acknowledged.insert("desk-1".into(), mark(1_000));
    let mut message = world.desks[0].out[0].clone();
    message.shared = jump;
    world.hear(0, &message, true, false);
    assert!(!world.is_acknowledged(0));
    assert!(world.shared(0).is_unacknowledged());
    assert_eq!(world.shared(0).stations["desk-1"].n, 1_001);
}

#[test]
fn what_is_no_document_is_refused_with_the_reason() {
    let topics = Topics::new(None, "test");
    let topic = topics.alarm(&id()).unwrap();
    let mut world = World::new(&[0, 0, 0]);
    world.raise(0, true);
    let sent = Sent {
        station: "desk-1".into(),
        session: 1,
        at_ms: 0,
    };
    let context = Context {
        definition: None,
        is_there: &|_| true,
        shelved_until_ms: None,
    };
    let good = Document::new(&id(), world.shared(0).clone(), sent, context);
    let good = serde_json::to_value(good).unwrap();
    let with = |pointer: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        read(&topics, None, &topic, changed.to_string().as_bytes())
            .unwrap_err()
            .to_string()
    };
    let of_bytes = |bytes: &[u8]| read(&topics, None, &topic, bytes).unwrap_err().to_string();
    assert!(of_bytes(b"{").contains("EOF"));
    assert!(of_bytes(b"\xff\xfe").contains("not as the schema"));
    assert!(of_bytes(&vec![b' '; 70_000]).contains("70000 bytes"));
    assert!(with("/format", 2.into()).contains("format 2"));
    assert!(with("/turbine", "T38".into()).contains("Gearbox hot at T38"));
    assert!(with("/shared/stations/desk-1/n", (-1).into()).contains("invalid value"));
    assert!(with("/shared/stations/desk-1/n", "1".into()).contains("invalid type"));
    assert!(with("/shared/stations/desk-1/n", u64::MAX.into()).contains("counter"));
    assert!(with("/shared/stations/desk-1/value", "x".repeat(121).into()).contains("121 bytes"));
    let many: serde_json::Map<_, _> = (0..65)
        .map(|n| {
            (
                format!("d{n}"),
                good["shared"]["stations"]["desk-1"].clone(),
            )
        })
        .collect();
    assert!(with("/shared/stations", many.into()).contains("64 stations"));
    let key = Key::new(b"secret").unwrap();
    let unsigned = read(&topics, Some(&key), &topic, good.to_string().as_bytes());
    assert_eq!(unsigned, Err(Unusable::Unsigned));
    let mut signed = good.to_string();
    key.sign(&topic, &mut signed);
    assert!(read(&topics, Some(&key), &topic, signed.as_bytes()).is_ok());
    assert!(
        read(&topics, None, &topic, signed.as_bytes()).is_ok(),
        "who has no key reads it too"
    );
}

impl World {
    /// What a station looks for once a second, so long after now.
    fn look_for_missed(&mut self, at: usize, after_ms: i64) -> usize {
        for desk in &mut self.desks {
            desk.now_ms += after_ms;
        }
        let (orders, _) = self.here(at, true, |replica, here| replica.missed(here));
        let count = orders.len();
        self.carry_out(
            at,
            Outcome {
                orders,
                ..Outcome::default()
            },
        );
        count
    }
}

#[test]
fn what_one_station_missed_waits_there_too_once_and_is_acknowledged_with_it() {
    for acknowledges in [0, 1] {
        let mut world = World::new(&[1_000_000, 4_600_000]);
        world.raise(0, true);
        world.clear(0);
        world.exchange();
        assert_eq!(world.look_for_missed(1, 1_000), 0, "telemetry may be late");
        assert_eq!(world.look_for_missed(1, 10_000), 1);
        let alarm = world.desks[1].alarm.clone().unwrap();
        assert!(alarm.is_unacknowledged() && !alarm.is_active());
        world.exchange();
        assert!(
            !world.shared(0).stations.contains_key("desk-2"),
            "it is no occurrence of the station that did not see it"
        );
        assert_eq!(world.look_for_missed(1, 60_000), 0, "it stands");
        assert_eq!(world.look_for_missed(0, 60_000), 0, "it is its own");
        world.acknowledge(acknowledges);
        world.exchange();
        assert!(world.is_acknowledged(0) && world.is_acknowledged(1));
        assert_eq!(world.look_for_missed(1, 60_000), 0);
        world.raise(0, true);
        world.exchange();
        assert_eq!(world.look_for_missed(1, 0), 0);
        assert_eq!(world.look_for_missed(1, 10_000), 1, "another occurrence");
    }
}

#[test]
fn what_stands_is_acknowledged_shelved_or_of_a_lost_station_is_not_raised_for_it() {
    let missed = |world: &mut World| {
        world.exchange();
        (0..3)
            .map(|_| world.look_for_missed(1, 10_000))
            .sum::<usize>()
    };
    let mut world = World::new(&[1_000_000, 1_000_000]);
    world.raise(1, true);
    world.raise(0, true);
    assert_eq!(missed(&mut world), 0, "it is active here");
    let mut world = World::new(&[1_000_000, 1_000_000]);
    world.raise(0, true);
    world.acknowledge(0);
    assert_eq!(missed(&mut world), 0, "acknowledged");
    let mut world = World::new(&[1_000_000, 1_000_000]);
    world.raise(0, true);
    world.shelve(0, 3_600_000);
    assert_eq!(missed(&mut world), 0, "shelved");
    let mut world = World::new(&[1_000_000, 1_000_000]);
    world.raise(0, true);
    world.exchange();
    world.desks[1].now_ms += 100_000;
    let (orders, may_be_soon) = world.here(1, false, |replica, here| replica.missed(here));
    assert!(
        orders.is_empty() && !may_be_soon,
        "its station is not heard"
    );
}

#[test]
fn what_was_missed_is_known_as_such_after_a_restart() {
    let mut world = World::new(&[1_000_000, 1_000_000]);
    world.raise(0, true);
    world.exchange();
    world.look_for_missed(1, 1_000);
    assert_eq!(world.look_for_missed(1, 10_000), 1);
    let alarm = world.desks[1].alarm.clone().unwrap();
    world.desks[1].replica = Replica::new(STATIONS[1].into());
    world.exchange();
    assert!(!world.desks[1].replica.note(&id(), &alarm));
    world.acknowledge(0);
    world.exchange();
    assert!(world.is_acknowledged(1));
}
