//! What the register promises.

use super::super::AlarmState;
use super::super::event::AlarmChange;
use super::super::occurrence::AlarmId;
use super::super::order::Actor;
use super::super::source::AlarmSource;
use super::*;
use crate::access::Role;

fn alarm(rule: u16, turbine: u32, priority: Priority) -> Alarm {
    let id = AlarmId {
        object: format!("T{turbine:02}").into(),
        name: format!("Alarm {rule}").into(),
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
    let key = alarms.raise(alarm(0, 1, Priority::High), None);
    assert_eq!(alarms.get(key).unwrap().state(), AlarmState::Unacknowledged);
    alarms.acknowledge(key, &by(), 2_000, None);
    assert_eq!(alarms.get(key).unwrap().state(), AlarmState::Acknowledged);
    alarms.clear(key, 3_000, None);
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
    let key = alarms.raise(alarm(0, 1, Priority::High), None);
    alarms.clear(key, 3_000, None);
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
    let first = alarms.raise(alarm(0, 1, Priority::High), None);
    alarms.clear(first, 3_000, None);
    alarms.settle();
    let second = alarms.raise(alarm(0, 1, Priority::High), None);
    alarms.settle();
    assert_ne!(first, second);
    assert_eq!(alarms.standing().len(), 1);
    assert_eq!(alarms.get(second).unwrap().times_raised, 2);
    assert_eq!(alarms.past().first().unwrap().key, first);
}

#[test]
fn the_first_acknowledgement_is_the_one_that_is_kept() {
    let mut alarms = Alarms::default();
    let key = alarms.raise(alarm(0, 1, Priority::High), None);
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
    alarms.raise(alarm(0, 1, Priority::Low), None);
    let critical = alarms.raise(alarm(1, 1, Priority::Critical), None);
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
    let stays = alarms.raise(alarm(0, 1, Priority::Low), None);
    alarms.raise(alarm(1, 1, Priority::High), None);
    alarms.settle();
    alarms.rename(
        9_000,
        |a| {
            let is_first = a.source == AlarmSource::Rule(0);
            is_first.then_some(((AlarmSource::Rule(5), TurbineRow(8)), Priority::Medium))
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
        let key = alarms.raise(alarm(0, n as u32, Priority::Low), None);
        alarms.acknowledge(key, &by(), 0, None);
        alarms.clear(key, 0, None);
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
