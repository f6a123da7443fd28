//! Another scene in a running program: telemetry, values and alarms follow it, nothing is left over.

use std::path::Path;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use windvane::action::Action;
use windvane::alarms::Alarms;
use windvane::demo::RunningDemo;
use windvane::fleet::{Fleet, SignalColumn, TurbineRow};
use windvane::scene::{ActiveScene, LoadOptions, SceneProblems, SceneSource};
use windvane::telemetry::{Link, TelemetryStatus};

use crate::support::{Mosquitto, folder_with};

/// Two farms whose turbines, signals and rules have the same names.
const SCENE: &str = r##"
title = "TITLE"

[site]
latitude = 55.486
longitude = 7.840

[broker]
url = "BROKER"

[[topics]]
filter = "farm/{turbine}"
payload = "json"

[models.v80]
name = "V80"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
oil = { field = "/oil", unit = "degC", range = [0, 100] }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[rules]]
name = "Hot"
part = "gearbox"
when = "oil > 80"
color = "#d13212"

[rules.alarm]
priority = "high"
"##;

fn scene(title: &str, broker: &str) -> String {
    SCENE.replace("TITLE", title).replace("BROKER", broker)
}

fn app(path: &Path) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, windvane::headless_plugin))
        .add_plugins(windvane::demo::session_plugin)
        .insert_resource(SceneSource {
            path: path.to_owned(),
            options: LoadOptions::default(),
            loaded: None,
        });
    app
}

fn run_until(app: &mut App, what: &str, holds: impl Fn(&World) -> bool) {
    let began = Instant::now();
    while !holds(app.world()) {
        assert!(began.elapsed() < Duration::from_secs(60), "in vain: {what}");
        app.update();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn title(world: &World) -> &str {
    let active = world.get_resource::<ActiveScene>();
    active.map_or("", |a| a.scene.title.as_str())
}

fn is_connected(world: &World) -> bool {
    world.resource::<TelemetryStatus>().link == Link::Connected
}

fn oil(world: &World) -> Option<f64> {
    let fleet = world.resource::<Fleet>();
    fleet.usable(TurbineRow(0), SignalColumn(0))
}

#[test]
fn values_and_alarms_are_the_new_farms_alone() {
    let (a, b) = (Mosquitto::start(), Mosquitto::start());
    let files = folder_with(&[
        ("a.toml", &scene("A", &a.url())),
        ("b.toml", &scene("B", &b.url())),
    ]);
    let mut app = app(&files.path().join("a.toml"));
    run_until(&mut app, "A's broker", is_connected);
    a.publish("farm/T01", "{\"oil\":91}");
    run_until(&mut app, "an alarm at A", |w| {
        w.resource::<Alarms>().standing().len() == 1
    });
    app.world_mut()
        .write_message(Action::OpenScene(files.path().join("b.toml")));
    run_until(&mut app, "B is open", |w| title(w) == "B");
    let alarms = app.world().resource::<Alarms>();
    assert_eq!((alarms.standing(), alarms.past()), (&[][..], &[][..]));
    assert_eq!(oil(app.world()), None, "A's value says nothing of B");
    let port = b.port.to_string();
    run_until(&mut app, "B's broker", |w| {
        let status = w.resource::<TelemetryStatus>();
        is_connected(w) && status.broker.contains(&port)
    });
    // A is no longer listened to; B is.
    a.publish("farm/T01", "{\"oil\":99}");
    b.publish("farm/T01", "{\"oil\":21}");
    run_until(&mut app, "B's value", |w| oil(w).is_some());
    assert_eq!(oil(app.world()), Some(21.0));
    let status = app.world().resource::<TelemetryStatus>();
    assert!(status.messages <= 1, "A's messages are not counted for B");
    assert!(app.world().resource::<Alarms>().standing().is_empty());
}

#[test]
fn a_scene_with_errors_leaves_the_old_one_open_and_followed() {
    let files = folder_with(&[
        ("a.toml", &scene("A", "mqtt://127.0.0.1:1")),
        ("bad.toml", "title = 7"),
    ]);
    let path = files.path().join("a.toml");
    let mut app = app(&path);
    run_until(&mut app, "A is open", |w| title(w) == "A");
    app.world_mut()
        .write_message(Action::OpenScene(files.path().join("bad.toml")));
    run_until(&mut app, "its errors are told", |w| {
        w.resource::<SceneProblems>().has_failed()
    });
    assert_eq!(title(app.world()), "A");
    let file = app.world().resource::<SceneProblems>().file.clone();
    assert_eq!(file, files.path().join("bad.toml"));
    // The scene that is open is still the one whose file is watched.
    std::fs::write(&path, scene("A again", "mqtt://127.0.0.1:1")).expect("written");
    run_until(&mut app, "A is reloaded", |w| title(w) == "A again");
}

#[test]
fn the_demo_starts_on_request_and_ends_when_another_scene_is_opened() {
    let files = folder_with(&[("a.toml", &scene("A", "mqtt://127.0.0.1:1"))]);
    let path = files.path().join("a.toml");
    let mut app = app(&path);
    run_until(&mut app, "A is open", |w| title(w) == "A");
    app.world_mut().write_message(Action::RunDemo);
    run_until(&mut app, "the demo's turbines are heard", |w| {
        title(w) == "Horns Rev 1" && w.resource::<TelemetryStatus>().values > 0
    });
    let broker = app.world().resource::<RunningDemo>().broker.clone();
    app.world_mut().write_message(Action::OpenScene(path));
    run_until(&mut app, "the demo ends", |w| {
        title(w) == "A" && !w.contains_resource::<RunningDemo>()
    });
    app.world_mut().write_message(Action::RunDemo);
    run_until(&mut app, "the demo runs again", |w| {
        title(w) == "Horns Rev 1" && is_connected(w)
    });
    let again = app.world().resource::<RunningDemo>().broker.clone();
    assert_eq!(again, broker, "its broker serves again");
}
