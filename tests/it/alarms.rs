//! Alarms through the rooms without a window: scene file, samples, rules, states, reload.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use windvane::RoomSet;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::{AlarmChange, AlarmEvent, AlarmState, Alarms};
use windvane::clock::{self, Clock};
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::scene::{ActiveScene, LoadOptions, SceneSource, load};
use windvane::telemetry::{Arrivals, take_by_hand};

const SCENE: &str = r##"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9", stale_after = "30s" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
alarms = { communication = { enabled = false }, stale_data = { enabled = false } }
turbines = [
    { id = "T01", model = "v80", east_m = 0, north_m = 0 },
    { id = "T02", model = "v80", east_m = 500, north_m = 0 },
]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
signals.oil = { field = "/oil", unit = "degC" }

[[rules]]
name = "Oil hot"
when = "oil > 80"
color = "#e0700c"
alarm = { priority = "high", clear_when = "oil < 75", on_delay = "10s", response = "Derate" }
"##;

/// The rooms without a window, with a clock that stands until it is moved.
struct Desk {
    app: App,
    scene_path: PathBuf,
    _folder: tempfile::TempDir,
}

#[derive(Resource, Default)]
struct Fed(Vec<Sample>);

#[derive(Resource, Default)]
struct Heard(Vec<AlarmEvent>);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scene_path = folder.path().join("scene.toml");
        std::fs::write(&scene_path, SCENE).unwrap();
        let options = LoadOptions::default();
        let loaded = load(&scene_path, &options).unwrap();
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(SceneSource {
                path: scene_path.clone(),
                options,
                loaded: Some(loaded),
            })
            .insert_resource(Session {
                user: "anna".into(),
                station: "desk 1".into(),
                role: Role::Operator,
            })
            .init_resource::<Fed>()
            .init_resource::<Heard>()
            .add_plugins(windvane::headless_plugin)
            .add_systems(
                Update,
                (|mut fed: ResMut<Fed>, mut arrivals: ResMut<Arrivals>| {
                    arrivals.0.append(&mut fed.0);
                })
                .after(RoomSet::Telemetry)
                .before(RoomSet::Fleet),
            )
            .add_systems(
                Last,
                |mut events: MessageReader<AlarmEvent>, mut heard: ResMut<Heard>| {
                    heard.0.extend(events.read().cloned());
                },
            );
        take_by_hand(&mut app, "the test");
        clock::stop(&mut app);
        app.update();
        Self {
            app,
            scene_path,
            _folder: folder,
        }
    }

    fn clock(&self) -> Clock {
        *self.app.world().resource::<Clock>()
    }

    /// Lets time pass, a frame a second.
    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            let mut clock = self.app.world_mut().resource_mut::<Clock>();
            clock.wall_ms += 1_000;
            clock.monotonic += Duration::from_secs(1);
            self.app.update();
        }
    }

    /// A value of the oil temperature arrives.
    fn oil(&mut self, turbine: u32, value: f64) {
        let now_ms = self.clock().wall_ms;
        self.app.world_mut().resource_mut::<Fed>().0.push(Sample {
            source_time_ms: now_ms,
            arrival_ms: now_ms,
            value,
            turbine: TurbineRow(turbine),
            signal: SignalColumn(0),
            quality: Quality::Good,
            timed_by_source: false,
        });
        self.app.update();
    }

    fn acknowledge_all(&mut self) {
        let keys = self
            .alarms()
            .standing()
            .iter()
            .map(|alarm| alarm.key)
            .collect();
        self.app
            .world_mut()
            .write_message(Action::Acknowledge(keys));
        self.app.update();
    }

    fn alarms(&self) -> &Alarms {
        self.app.world().resource::<Alarms>()
    }

    /// Of the turbines' alarms, not of the program's own troubles.
    fn states(&self) -> Vec<AlarmState> {
        self.alarms()
            .standing()
            .iter()
            .filter(|alarm| alarm.turbine != TurbineRow::NONE)
            .map(|alarm| alarm.state())
            .collect()
    }

    /// Saves the scene anew and waits until the app follows.
    fn save(&mut self, text: &str) {
        let before = self.app.world().resource::<ActiveScene>().generation;
        std::fs::write(&self.scene_path, text).unwrap();
        let begun = Instant::now();
        while self.app.world().resource::<ActiveScene>().generation == before {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the scene was not reloaded"
            );
            std::thread::sleep(Duration::from_millis(20));
            self.app.update();
        }
        self.app.update();
    }

    fn changes(&self) -> Vec<AlarmChange> {
        self.app
            .world()
            .resource::<Heard>()
            .0
            .iter()
            .map(|event| event.change.clone())
            .collect()
    }
}

#[test]
fn an_alarm_goes_through_its_states_and_keeps_who_and_when() {
    let mut desk = Desk::new();
    desk.oil(1, 83.2);
    desk.pass(9);
    assert_eq!(desk.states(), []);
    desk.pass(1);
    assert_eq!(desk.states(), [AlarmState::Unacknowledged]);
    let alarm = desk.alarms().standing()[0].clone();
    assert_eq!((&*alarm.turbine_id, &*alarm.name), ("T02", "Oil hot"));
    assert_eq!(alarm.value_at_raise, "83.2 > 80 °C");

    desk.acknowledge_all();
    assert_eq!(desk.states(), [AlarmState::Acknowledged]);
    desk.oil(1, 77.0);
    assert_eq!(
        desk.states(),
        [AlarmState::Acknowledged],
        "77 is not below the clearing limit"
    );
    desk.oil(1, 74.0);
    assert_eq!(desk.states(), []);
    let past = desk.alarms().past()[0].clone();
    let now_ms = desk.clock().wall_ms;
    assert_eq!(past.cleared_ms, Some(now_ms));
    let (at_ms, by) = past.acknowledged.as_ref().unwrap();
    assert_eq!((*at_ms, &*by.user), (now_ms, "anna"));
    assert_eq!(
        desk.changes(),
        [
            AlarmChange::Raised,
            AlarmChange::Acknowledged,
            AlarmChange::Cleared
        ]
    );
}

#[test]
fn an_alarm_that_cleared_by_itself_waits_to_be_acknowledged() {
    let mut desk = Desk::new();
    desk.oil(0, 90.0);
    desk.pass(10);
    desk.oil(0, 60.0);
    assert_eq!(desk.states(), [AlarmState::ReturnedUnacknowledged]);
    desk.acknowledge_all();
    assert_eq!(desk.states(), []);
}

#[test]
fn an_alarm_whose_turbine_falls_silent_stays_and_is_marked_unknown() {
    let mut desk = Desk::new();
    desk.oil(0, 90.0);
    desk.pass(10);
    assert!(!desk.alarms().standing()[0].unknown);
    desk.pass(25);
    assert_eq!(desk.states(), [AlarmState::Unacknowledged]);
    assert!(desk.alarms().standing()[0].unknown);
    desk.oil(0, 90.0);
    assert!(!desk.alarms().standing()[0].unknown);
}

#[test]
fn an_alarm_survives_a_reload_that_leaves_its_rule_alone() {
    let mut desk = Desk::new();
    desk.oil(1, 90.0);
    desk.pass(10);
    desk.acknowledge_all();
    let before = desk.alarms().standing()[0].clone();
    // A turbine more in front, another colour, another priority: rows and looks change, not the rule.
    let edited = SCENE
        .replace("#e0700c", "#c4122f")
        .replace("\"high\"", "\"critical\"")
        .replace(
            "turbines = [",
            "turbines = [\n    { id = \"T00\", model = \"v80\", east_m = -500, north_m = 0 },",
        );
    desk.save(&edited);
    let after = desk.alarms().standing()[0].clone();
    assert_eq!(after.key, before.key);
    assert_eq!(after.acknowledged, before.acknowledged);
    assert_eq!((after.turbine, &*after.turbine_id), (TurbineRow(2), "T02"));
    assert_eq!(after.priority.name(), "critical");
    desk.oil(2, 60.0);
    assert_eq!(desk.states(), [], "and it clears under its new row");
}

#[test]
fn an_alarm_whose_condition_was_edited_is_withdrawn_and_raised_anew() {
    let mut desk = Desk::new();
    desk.oil(1, 90.0);
    desk.pass(10);
    desk.acknowledge_all();
    desk.save(&SCENE.replace("oil > 80", "oil > 85"));
    assert_eq!(desk.states(), []);
    assert_eq!(desk.changes().last(), Some(&AlarmChange::Withdrawn));
    desk.pass(10);
    assert_eq!(desk.states(), [AlarmState::Unacknowledged]);
}

#[test]
fn a_scene_with_errors_leaves_the_last_good_one_and_its_alarms() {
    let mut desk = Desk::new();
    desk.oil(1, 90.0);
    desk.pass(10);
    std::fs::write(&desk.scene_path, SCENE.replace("oil > 80", "oli > 80")).unwrap();
    let begun = Instant::now();
    while !desk
        .app
        .world()
        .resource::<windvane::scene::SceneProblems>()
        .has_failed()
    {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the problem was not reported"
        );
        std::thread::sleep(Duration::from_millis(20));
        desk.app.update();
    }
    assert_eq!(desk.states(), [AlarmState::Unacknowledged]);
    desk.save(&SCENE.replace("Derate", "Stop"));
    assert!(
        !desk
            .app
            .world()
            .resource::<windvane::scene::SceneProblems>()
            .has_failed()
    );
    assert_eq!(desk.states(), [AlarmState::Unacknowledged]);
}

#[test]
fn an_alarm_of_the_past_follows_its_turbine_over_a_reload() {
    let mut desk = Desk::new();
    desk.oil(1, 90.0);
    desk.pass(10);
    desk.acknowledge_all();
    desk.oil(1, 60.0);
    let in_front =
        "turbines = [\n    { id = \"T00\", model = \"v80\", east_m = -500, north_m = 0 },";
    desk.save(&SCENE.replace("turbines = [", in_front));
    assert_eq!(desk.alarms().past()[0].turbine, TurbineRow(2));
}

#[test]
fn a_delay_runs_on_over_a_reload() {
    let mut desk = Desk::new();
    desk.oil(1, 90.0);
    desk.pass(6);
    desk.save(&SCENE.replace("Derate", "Stop"));
    desk.pass(4);
    assert_eq!(desk.states(), [AlarmState::Unacknowledged]);
}
