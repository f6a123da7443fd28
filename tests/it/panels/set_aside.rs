//! What is set aside: a register with shelves, its pane, and the word in the banner.

use bevy::prelude::*;
use windvane::RoomSet;
use windvane::alarms::{Condition, Deed, Order, Reading, Readings};
use windvane::clock::{self, Clock};
use windvane::scene::SceneSource;

use super::*;

/// A desk with a register: `T01`'s gearbox alarm is active and shelved, `T02`'s is shelved and normal,
/// `T02`'s other alarm is out of service.
fn set_aside() -> Desk {
    let mut desk = Desk::of_two_turbines();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("two.toml");
    std::fs::write(&path, SCENE).expect("written");
    let options = LoadOptions::default();
    let loaded = load(&path, &options).expect("a scene");
    let mut app = App::new();
    app.add_plugins(MinimalPlugins)
        .insert_resource(SceneSource {
            path,
            options,
            loaded: Some(loaded),
        })
        .add_plugins(windvane::headless_plugin)
        .add_systems(Update, raise.after(RoomSet::Rules).before(RoomSet::Alarms));
    clock::stop(&mut app);
    app.world_mut().resource_mut::<Clock>().wall_ms = NOW_MS;
    app.update();
    let id = |object: &str, name: &str| AlarmId {
        object: object.into(),
        name: name.into(),
    };
    let shelve = |object: &str, minutes: i64, is_one_shot: bool| Deed::Shelve {
        id: id(object, "Gearbox oil hot"),
        until_ms: NOW_MS + minutes * 60_000,
        is_one_shot,
        reason: "Sensor faulty".into(),
    };
    let out = Deed::TakeOutOfService {
        id: id("T02", "No power"),
        reason: "Work order 12".into(),
    };
    for deed in [shelve("T01", 45, false), shelve("T02", 20, true), out] {
        app.world_mut().write_message(Order {
            deed,
            by: actor("ada"),
            at_ms: NOW_MS,
            comment: None,
        });
    }
    app.update();
    desk.alarms = app.world_mut().remove_resource::<Alarms>();
    let register = desk.alarms.as_ref().expect("a register");
    assert_eq!(register.set_aside().len(), 1);
    assert_eq!(register.standing().len(), 0);
    desk.revision += 1;
    desk
}

fn raise(mut readings: ResMut<Readings>) {
    readings.0.push(Reading {
        source: (AlarmSource::Rule(0), TurbineRow(0)),
        condition: Condition::Abnormal,
        value: "83 °C".to_owned(),
    });
}

fn open_pane(desk: Desk) -> Harness<'static, Desk> {
    let mut harness = desk.open();
    harness.get_by_label("Set aside 3").click();
    harness.run_steps(3);
    harness
}

#[test]
fn shelved_alarms_are_listed_active_or_not_with_what_is_left() {
    let harness = open_pane(set_aside());
    for words in ["Shelved 2", "Suppressed 0", "Out of service 1"] {
        harness.get_by_label(words);
    }
    let active = harness.get_by_label("Set aside: T01, Gearbox oil hot, active");
    let normal = harness.get_by_label("Set aside: T02, Gearbox oil hot, normal");
    assert!(
        normal.rect().top() < active.rect().top(),
        "what ends first stands first"
    );
    harness.get_by_label("20 min 0 s");
    harness.get_by_label("45 min 0 s");
    harness.get_by_label("or cleared");
    assert_eq!(harness.get_all_by_label("Sensor faulty").count(), 2);
}

#[test]
fn a_shelf_is_ended_by_its_button_or_a_key_and_prolonged_by_shelving_anew() {
    let mut harness = open_pane(set_aside());
    let first = |harness: &Harness<Desk>| {
        harness
            .get_all_by_label("Unshelve")
            .next()
            .map(|n| n.rect())
    };
    assert!(first(&harness).is_some());
    harness
        .get_all_by_label("Unshelve")
        .next()
        .expect("one")
        .click();
    harness.run_steps(2);
    let id = |object: &str| AlarmId {
        object: object.into(),
        name: "Gearbox oil hot".into(),
    };
    assert_eq!(asked(&mut harness), [Action::Unshelve(vec![id("T02")])]);
    let row = harness.get_by_label("Set aside: T01, Gearbox oil hot, active");
    row.click();
    harness.run_steps(2);
    asked(&mut harness);
    harness.get_by_label("Unshelve 1 selected");
    let by_key = press(&mut harness, Modifiers::NONE, Key::U);
    assert_eq!(by_key, [Action::Unshelve(vec![id("T01")])]);
    harness.get_by_label("Shelve anew…").click();
    harness.run_steps(3);
    harness.get_by_label("Shelve Gearbox oil hot of T01");
}

#[test]
fn what_is_out_of_service_is_returned_by_an_engineer_only() {
    let mut desk = set_aside();
    desk.session = Some(Session {
        role: Role::Operator,
        ..Session::default()
    });
    let mut harness = open_pane(desk);
    harness.get_by_label("Out of service 1").click();
    harness.run_steps(3);
    harness.get_by_label("Work order 12");
    let button = harness.get_by_label("Return to service");
    assert!(button.accesskit_node().is_disabled());
    harness.state_mut().session = None;
    harness.run_steps(2);
    harness.get_by_label("Return to service").click();
    harness.run_steps(2);
    let id = AlarmId {
        object: "T02".into(),
        name: "No power".into(),
    };
    assert_eq!(asked(&mut harness), [Action::ReturnToService(vec![id])]);
}

#[test]
fn the_banner_says_how_many_are_set_aside_and_leads_there() {
    let mut harness = set_aside().open();
    harness.get_by_label("3 set aside").click();
    harness.run_steps(3);
    harness.get_by_label("Shelved 2");
}

#[test]
fn an_empty_list_says_what_it_is_for() {
    let mut harness = Desk::of_two_turbines().open();
    harness.get_by_label("Set aside").click();
    harness.run_steps(3);
    harness.get_by_label("Nothing is shelved.");
    harness.get_by_label("Suppressed 0").click();
    harness.run_steps(3);
    harness.get_by_label("Nothing is suppressed.");
}
