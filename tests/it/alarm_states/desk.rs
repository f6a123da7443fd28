//! A desk without a window, with a clock that stands until it is moved and a scene that is put in place
//! by hand.

use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use windvane::RoomSet;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::{
    Alarm, AlarmEvent, AlarmId, AlarmState, Alarms, Deed, Order, Restored, SetAside,
};
use windvane::clock::{self, Clock};
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::scene::{ActiveScene, LoadOptions, Scene, SceneReplaced, load};
use windvane::telemetry::{Arrivals, take_by_hand};

use crate::support::folder_with;

/// Signals, each of which decides one kind of alarm.
pub const SIGNALS: [&str; 9] = [
    "plain",
    "slow",
    "trip",
    "level",
    "idle_fault",
    "stand",
    "cut_off",
    "lost",
    "urgent",
];

pub const SCENE: &str = r#"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9", stale_after = "20days" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
alarms = { communication = { enabled = false }, stale_data = { enabled = false } }
turbines = [
    { id = "T01", model = "v80", east_m = 0, north_m = 0 },
    { id = "T02", model = "v80", east_m = 500, north_m = 0 },
]
allow = ["unused-signal", "no-effect"]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
[models.v80.signals]
plain = { field = "/plain" }
slow = { field = "/slow" }
trip = { field = "/trip" }
level = { field = "/level" }
idle_fault = { field = "/idle_fault" }
stand = { field = "/stand" }
cut_off = { field = "/cut_off" }
lost = { field = "/lost" }
urgent = { field = "/urgent" }

[[rules]]
name = "Plain"
when = "plain > 1"
alarm = { priority = "medium", longest_shelf = "1h", response = "Look" }

[[rules]]
name = "Slow"
when = "slow > 1"
alarm = { priority = "low", on_delay = "10s", off_delay = "20s", clear_when = "slow < 0.5", response = "Look" }

[[rules]]
name = "Trip"
when = "trip > 1"
alarm = { priority = "high", latching = true, response = "Find out why, then reset" }

[[rules]]
name = "Highest"
when = "level > 3"
alarm = { priority = "critical", stands_in_for = ["High"], response = "Stop" }

[[rules]]
name = "High"
when = "level > 2"
alarm = { priority = "high", stands_in_for = ["Low"], response = "Derate" }

[[rules]]
name = "Low"
when = "level > 1"
alarm = { priority = "low", response = "Watch" }

[[rules]]
name = "Idle fault"
when = "idle_fault > 1"
alarm = { priority = "low", suppress_when = "stand > 1", response = "Look" }

[[rules]]
name = "Cut off"
when = "cut_off > 1"
alarm = { priority = "medium", suppressed_by = ["Lost"], response = "Look" }

[[rules]]
name = "Lost"
when = "lost > 1"
alarm = { priority = "high", response = "Look" }

[[rules]]
name = "Urgent"
when = "urgent > 1"
[rules.alarm]
priority = "low"
escalate = { after = "60s", to = "high" }
re_alarm = "5min"
response = "Go"
"#;

/// The names of the alarms of [`SCENE`] with the signal that raises each, above which value.
pub const ALARMS: [(&str, &str, f64); 10] = [
    ("Plain", "plain", 1.0),
    ("Slow", "slow", 1.0),
    ("Trip", "trip", 1.0),
    ("Highest", "level", 3.0),
    ("High", "level", 2.0),
    ("Low", "level", 1.0),
    ("Idle fault", "idle_fault", 1.0),
    ("Cut off", "cut_off", 1.0),
    ("Lost", "lost", 1.0),
    ("Urgent", "urgent", 1.0),
];

pub const TURBINES: [&str; 2] = ["T01", "T02"];

/// Loads a scene from its text.
pub fn scene(text: &str) -> Arc<Scene> {
    let folder = folder_with(&[("scene.toml", text)]);
    match load(&folder.path().join("scene.toml"), &LoadOptions::default()) {
        Ok(loaded) => loaded.scene,
        Err(problems) => panic!("{problems:?}"),
    }
}

#[derive(Resource, Default)]
struct Fed(Vec<Sample>);

#[derive(Resource, Default)]
struct Heard(Vec<AlarmEvent>);

pub struct Desk {
    app: App,
    /// Every event since the first start.
    pub heard: Vec<AlarmEvent>,
    /// What was said of each turbine's signals last.
    said: Vec<(String, &'static str, f64)>,
}

impl Desk {
    pub fn new(scene: &Arc<Scene>) -> Self {
        Self::start(scene, 1_700_000_000_000, None)
    }

    fn start(scene: &Arc<Scene>, wall_ms: i64, restored: Option<Restored>) -> Self {
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(Session {
                user: "anna".into(),
                station: "desk 1".into(),
                role: Role::Engineer,
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
        app.insert_resource(Clock {
            wall_ms,
            monotonic: Duration::from_secs(5),
        });
        if let Some(restored) = restored {
            app.insert_resource(restored);
        }
        let mut desk = Self {
            app,
            heard: Vec::new(),
            said: Vec::new(),
        };
        desk.put(scene, None);
        desk
    }

    fn put(&mut self, scene: &Arc<Scene>, previous: Option<Arc<Scene>>) {
        let world = self.app.world_mut();
        let generation = world.get_resource::<ActiveScene>();
        let generation = generation.map_or(1, |active| active.generation + 1);
        world.insert_resource(ActiveScene {
            scene: Arc::clone(scene),
            generation,
        });
        world.write_message(SceneReplaced { previous });
        self.frame();
    }

    /// The scene is saved anew.
    pub fn reload(&mut self, scene: &Arc<Scene>) {
        let previous = Arc::clone(&self.app.world().resource::<ActiveScene>().scene);
        self.put(scene, Some(previous));
    }

    /// The program ends, and starts again `after_secs` later with what was kept, as text.
    pub fn restart(&mut self, after_secs: i64, kept: &Restored) {
        let scene = Arc::clone(&self.app.world().resource::<ActiveScene>().scene);
        let text = serde_json::to_string(kept).unwrap();
        let kept = serde_json::from_str(&text).unwrap();
        let wall_ms = self.clock().wall_ms + after_secs * 1_000;
        let before = std::mem::take(&mut self.heard);
        let said = std::mem::take(&mut self.said);
        *self = Self::start(&scene, wall_ms, Some(kept));
        self.heard.splice(0..0, before);
        self.said = said;
    }

    /// The turbines say again what they said last.
    pub fn repeat(&mut self) {
        for (turbine, signal, value) in self.said.clone() {
            self.is_at(&turbine, signal, value);
        }
    }

    fn frame(&mut self) {
        self.app.update();
        let mut heard = self.app.world_mut().resource_mut::<Heard>();
        self.heard.append(&mut heard.0);
    }

    pub fn clock(&self) -> Clock {
        *self.app.world().resource::<Clock>()
    }

    /// Lets time pass in one frame.
    pub fn pass(&mut self, seconds: u64) {
        let mut clock = self.app.world_mut().resource_mut::<Clock>();
        clock.wall_ms += 1_000 * seconds as i64;
        clock.monotonic += Duration::from_secs(seconds);
        self.frame();
    }

    /// Somebody sets the clock of the machine.
    pub fn set_clock(&mut self, by_secs: i64) {
        self.app.world_mut().resource_mut::<Clock>().wall_ms += 1_000 * by_secs;
        self.frame();
    }

    /// A turbine says a value.
    pub fn is_at(&mut self, turbine: &str, signal: &'static str, value: f64) {
        self.said.retain(|(t, s, _)| t != turbine || *s != signal);
        self.said.push((turbine.to_owned(), signal, value));
        let scene = Arc::clone(&self.app.world().resource::<ActiveScene>().scene);
        let row = scene.turbines.iter().position(|t| *t.id == *turbine);
        let column = scene.signals.iter().position(|s| **s == *signal);
        let now_ms = self.clock().wall_ms;
        self.app.world_mut().resource_mut::<Fed>().0.push(Sample {
            source_time_ms: now_ms,
            arrival_ms: now_ms,
            value,
            turbine: TurbineRow(row.unwrap() as u32),
            signal: SignalColumn(column.unwrap() as u16),
            quality: Quality::Good,
            timed_by_source: false,
        });
        self.frame();
    }

    /// What a turbine said of a signal last.
    pub fn said(&self, turbine: &str, signal: &str) -> Option<f64> {
        let of = |(t, s, _): &&(String, &str, f64)| t == turbine && *s == signal;
        self.said.iter().find(of).map(|(_, _, value)| *value)
    }

    pub fn act(&mut self, action: Action) {
        self.app.world_mut().write_message(action);
        self.frame();
    }

    /// Something is ordered by another station.
    pub fn order(&mut self, deed: Deed) {
        let order = Order {
            deed,
            by: windvane::alarms::Actor {
                user: "bert".into(),
                station: "desk 2".into(),
                role: Role::Operator,
            },
            at_ms: self.clock().wall_ms,
            comment: None,
        };
        self.app.world_mut().write_message(order);
        self.frame();
    }

    pub fn alarms(&self) -> &Alarms {
        self.app.world().resource::<Alarms>()
    }

    /// Every occurrence that stands, shown or not.
    pub fn all(&self) -> impl Iterator<Item = &Alarm> {
        let alarms = self.alarms();
        alarms.standing().iter().chain(alarms.set_aside())
    }

    pub fn of(&self, turbine: &str, name: &str) -> Option<&Alarm> {
        self.alarms().of_id(&id(turbine, name))
    }

    pub fn state(&self, turbine: &str, name: &str) -> Option<AlarmState> {
        self.of(turbine, name).map(Alarm::state)
    }

    pub fn aside(&self, turbine: &str, name: &str) -> Option<SetAside> {
        self.of(turbine, name)?.set_aside()
    }

    /// The names of what happened to an alarm, from the event of this number on.
    pub fn events(&self, from: usize, turbine: &str, name: &str) -> Vec<&'static str> {
        let id = id(turbine, name);
        let of = self.heard[from..].iter().filter(|event| event.id == id);
        of.map(|event| event.change.name()).collect()
    }
}

pub fn id(turbine: &str, name: &str) -> AlarmId {
    AlarmId {
        object: turbine.into(),
        name: name.into(),
    }
}
