//! The states of alarms after ISA-18.2, through the rooms: each row of the table, ladders, restarts,
//! clocks, and whatever comes in any order.

mod desk;
mod docs;
mod random;
mod table;

use std::time::Duration;

use windvane::action::Action;
use windvane::alarms::AlarmState::{Acknowledged, ReturnedUnacknowledged, Unacknowledged};
use windvane::alarms::{Deed, Restored, SetAside, replay};
use windvane::scene::Priority;

use self::desk::{Desk, SCENE, id, scene};

fn desk() -> Desk {
    Desk::new(&scene(SCENE))
}

fn shelve(turbine: &str, name: &str, secs: u64) -> Action {
    Action::Shelve {
        alarms: vec![id(turbine, name)],
        duration: Duration::from_secs(secs),
        is_one_shot: false,
        reason: "Known".to_owned(),
    }
}

/// Names of what is shown, in the order in which it was raised.
fn shown(desk: &Desk) -> Vec<String> {
    let standing = desk.alarms().standing().iter();
    standing.map(|alarm| alarm.name.to_string()).collect()
}

#[test]
fn of_a_ladder_only_the_highest_limit_is_shown_and_on_the_way_down_the_next() {
    let mut desk = desk();
    desk.is_at("T01", "level", 1.5);
    assert_eq!(shown(&desk), ["Low"]);
    desk.is_at("T01", "level", 2.5);
    assert_eq!(shown(&desk), ["High"]);
    // Both higher ones cross in one frame from here.
    desk.is_at("T01", "level", 3.5);
    assert_eq!(shown(&desk), ["Highest"]);
    assert_eq!(desk.alarms().set_aside().len(), 2);
    desk.is_at("T01", "level", 2.5);
    assert_eq!(desk.state("T01", "High"), Some(Unacknowledged));
    assert_eq!(desk.aside("T01", "High"), None);
    assert_eq!(desk.aside("T01", "Low"), Some(SetAside::Suppressed));
    assert_eq!(desk.state("T01", "Highest"), Some(ReturnedUnacknowledged));
}

#[test]
fn limits_that_are_crossed_at_once_call_once() {
    let mut desk = desk();
    desk.is_at("T01", "level", 3.5);
    let calls = desk.heard.iter().filter(|event| event.calls());
    let names: Vec<&str> = calls.map(|event| &*event.id.name).collect();
    assert_eq!(names, ["Highest"]);
    desk.is_at("T01", "level", 0.0);
    assert_eq!(
        shown(&desk),
        ["Highest"],
        "what was never shown needs nobody"
    );
}

#[test]
fn the_next_lower_limit_is_shown_when_the_higher_one_is_shelved() {
    let mut desk = desk();
    desk.is_at("T01", "level", 3.5);
    desk.act(shelve("T01", "Highest", 600));
    assert_eq!(shown(&desk), ["High"]);
    desk.pass(600);
    assert_eq!(shown(&desk), ["Highest"]);
    assert_eq!(desk.aside("T01", "High"), Some(SetAside::Suppressed));
}

#[test]
fn an_alarm_that_is_out_of_service_silences_no_other_and_a_shelved_one_still_does() {
    let mut desk = desk();
    desk.is_at("T01", "lost", 2.0);
    desk.is_at("T01", "cut_off", 2.0);
    desk.act(shelve("T01", "Lost", 600));
    assert_eq!(desk.aside("T01", "Cut off"), Some(SetAside::Suppressed));
    desk.act(Action::TakeOutOfService {
        alarms: vec![id("T01", "Lost")],
        reason: "False alarm".to_owned(),
    });
    assert_eq!(shown(&desk), ["Cut off"]);
}

#[test]
fn only_alarms_of_the_same_turbine_hold_back() {
    let mut desk = desk();
    desk.is_at("T01", "lost", 2.0);
    desk.is_at("T02", "cut_off", 2.0);
    assert_eq!(shown(&desk), ["Lost", "Cut off"]);
}

#[test]
fn a_shelf_ends_though_the_clock_is_set_back() {
    let mut desk = desk();
    desk.is_at("T01", "plain", 2.0);
    desk.act(shelve("T01", "Plain", 600));
    desk.set_clock(-7_200);
    desk.pass(599);
    assert_eq!(desk.aside("T01", "Plain"), Some(SetAside::Shelved));
    desk.pass(1);
    assert_eq!(shown(&desk), ["Plain"]);
}

#[test]
fn a_shelf_of_an_alarm_that_the_scene_does_not_have_is_refused() {
    let mut desk = desk();
    desk.act(shelve("T01", "Made up", 600));
    desk.act(shelve("T09", "Plain", 600));
    assert_eq!(desk.alarms().laid_aside().count(), 0);
}

#[test]
fn states_shelves_and_timers_run_on_over_a_restart() {
    let mut desk = desk();
    desk.is_at("T01", "urgent", 2.0);
    desk.is_at("T01", "plain", 2.0);
    desk.is_at("T02", "plain", 2.0);
    desk.act(shelve("T01", "Plain", 600));
    desk.act(shelve("T02", "Plain", 100));
    desk.pass(30);
    let key = desk.of("T01", "Urgent").unwrap().key;
    let kept = Restored::from(replay(&desk.heard));
    desk.restart(29, &kept);
    assert_eq!(desk.of("T01", "Urgent").unwrap().key, key);
    assert!(
        desk.of("T01", "Urgent").unwrap().unknown,
        "nothing was heard yet"
    );
    assert_eq!(desk.aside("T01", "Plain"), Some(SetAside::Shelved));
    let before = desk.heard.len();
    desk.repeat();
    assert!(!desk.of("T01", "Urgent").unwrap().unknown);
    assert_eq!(
        desk.heard.len(),
        before,
        "what still holds is not raised anew"
    );
    desk.pass(1);
    assert_eq!(desk.of("T01", "Urgent").unwrap().priority, Priority::High);
    desk.pass(40);
    assert_eq!(desk.aside("T02", "Plain"), None, "its time was up");
    desk.pass(500);
    assert_eq!(desk.aside("T01", "Plain"), None);
}

#[test]
fn what_cleared_while_the_program_did_not_run_clears_after_its_off_delay() {
    let mut desk = desk();
    desk.is_at("T01", "slow", 2.0);
    desk.pass(10);
    let kept = Restored::from(replay(&desk.heard));
    desk.restart(60, &kept);
    desk.is_at("T01", "slow", 0.0);
    desk.pass(19);
    assert_eq!(desk.state("T01", "Slow"), Some(Unacknowledged));
    desk.pass(1);
    assert_eq!(desk.state("T01", "Slow"), Some(ReturnedUnacknowledged));
}

#[test]
fn a_shelf_ends_though_the_clock_was_set_back_while_the_program_did_not_run() {
    let mut desk = desk();
    desk.is_at("T01", "plain", 2.0);
    desk.act(shelve("T01", "Plain", 600));
    let kept = Restored::from(replay(&desk.heard));
    desk.restart(-30 * 86_400, &kept);
    desk.pass(3_600);
    assert_eq!(desk.aside("T01", "Plain"), None);
}

#[test]
fn what_stood_and_is_no_longer_in_the_scene_is_withdrawn_at_the_start() {
    let mut desk = desk();
    desk.is_at("T01", "plain", 2.0);
    let mut kept = Restored::from(replay(&desk.heard));
    kept.standing[0].name = "Of another time".into();
    desk.restart(5, &kept);
    assert_eq!(desk.all().count(), 0);
    assert_eq!(desk.events(1, "T01", "Of another time"), ["withdrawn"]);
    desk.repeat();
    let key = desk.of("T01", "Plain").unwrap().key;
    assert!(key > kept.standing[0].key, "keys are never given twice");
}

#[test]
fn what_was_suppressed_before_a_restart_does_not_ring_before_its_signals_have_come() {
    let mut desk = desk();
    desk.is_at("T01", "stand", 2.0);
    desk.is_at("T01", "idle_fault", 2.0);
    let kept = Restored::from(replay(&desk.heard));
    desk.restart(5, &kept);
    assert_eq!(desk.aside("T01", "Idle fault"), Some(SetAside::Suppressed));
    desk.pass(61);
    assert_eq!(
        desk.aside("T01", "Idle fault"),
        None,
        "it never came: doubt silences nothing"
    );
}

#[test]
fn what_another_station_saw_waits_for_an_operator_here_and_only_once() {
    let mut desk = desk();
    let elsewhere = |desk: &mut Desk| {
        let raised_ms = desk.clock().wall_ms - 3_000;
        desk.order(Deed::RaisedElsewhere {
            id: id("T01", "Plain"),
            value: "2 > 1".to_owned(),
            raised_ms,
        });
    };
    elsewhere(&mut desk);
    assert_eq!(desk.state("T01", "Plain"), Some(ReturnedUnacknowledged));
    let alarm = desk.of("T01", "Plain").unwrap().clone();
    assert_eq!(alarm.value_at_raise, "2 > 1");
    elsewhere(&mut desk);
    assert_eq!(desk.of("T01", "Plain").unwrap().key, alarm.key);
    desk.order(Deed::Acknowledge(alarm.key));
    assert_eq!(desk.of("T01", "Plain"), None);
    desk.is_at("T01", "plain", 2.0);
    desk.act(Action::Acknowledge(vec![
        desk.of("T01", "Plain").unwrap().key,
    ]));
    elsewhere(&mut desk);
    assert_eq!(
        desk.state("T01", "Plain"),
        Some(Acknowledged),
        "it is seen here"
    );
}

#[test]
fn nothing_is_lost_by_a_reload_that_moves_rules_and_turbines() {
    let mut desk = desk();
    desk.is_at("T02", "urgent", 2.0);
    desk.is_at("T02", "stand", 2.0);
    desk.is_at("T02", "idle_fault", 2.0);
    desk.is_at("T02", "slow", 2.0);
    desk.is_at("T02", "plain", 2.0);
    desk.act(shelve("T02", "Plain", 600));
    desk.pass(5);
    let before = desk.heard.len();
    let moved = "turbines = [\n    { id = \"T00\", model = \"v80\", east_m = -500, north_m = 0 },";
    let first = "[[rules]]\nname = \"New\"\nwhen = \"plain > 9\"\nalarm = { priority = \"low\", response = \"Look\" }\n\n[[rules]]\nname = \"Plain\"";
    let text = SCENE.replace("turbines = [", moved);
    desk.reload(&scene(&text.replace("[[rules]]\nname = \"Plain\"", first)));
    desk.pass(0);
    assert_eq!(desk.heard.len(), before, "{:?}", &desk.heard[before..]);
    assert_eq!(desk.aside("T02", "Idle fault"), Some(SetAside::Suppressed));
    assert_eq!(desk.aside("T02", "Plain"), Some(SetAside::Shelved));
    desk.pass(5);
    assert_eq!(
        desk.state("T02", "Slow"),
        Some(Unacknowledged),
        "its delay ran on"
    );
    desk.pass(50);
    assert_eq!(desk.of("T02", "Urgent").unwrap().priority, Priority::High);
    desk.pass(540);
    assert_eq!(desk.aside("T02", "Plain"), None);
}

#[test]
fn an_occurrence_that_takes_the_place_of_another_counts_it_while_nobody_acknowledged() {
    let mut desk = desk();
    for _ in 0..3 {
        desk.is_at("T01", "trip", 2.0);
        desk.is_at("T01", "trip", 0.0);
    }
    assert_eq!(desk.all().count(), 1);
    assert_eq!(desk.of("T01", "Trip").unwrap().times_raised, 3);
    assert_eq!(desk.alarms().past().len(), 2);
}
