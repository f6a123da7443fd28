//! A real broker that is stopped: one alarm, not one a turbine.

use std::path::Path;
use std::time::Duration;

use bevy::prelude::*;
use windvane::alarms::{Alarm, Alarms};
use windvane::demo::{self, Options, SimulationOptions};
use windvane::scene::{LoadOptions, SceneSource, load};

use crate::support::{Mosquitto, wait_for};

const TURBINES: usize = 80;

/// What the simulator sends, of which one signal is read.
fn scene(url: &str) -> String {
    let mut scene = format!(
        r#"
site = {{ latitude = 55.0, longitude = 8.0 }}
broker = {{ url = "{url}", stale_after = "2s" }}
topics = [{{ filter = "farm/{{turbine}}/telemetry", payload = "json" }}]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
signals.oil = {{ field = "/WTRM/GbxOilTmp", unit = "degC", range = [30, 70] }}

[alarms.communication]
on_delay = "0s"
"#
    );
    for n in 1..=TURBINES {
        let turbine = format!(
            "\n[[turbines]]\nid = \"T{n:02}\"\nmodel = \"v80\"\neast_m = {}\nnorth_m = 0\n",
            n * 500
        );
        scene.push_str(&turbine);
    }
    scene
}

/// The first alarm of this name.
fn find(app: &App, name: &str) -> Option<Alarm> {
    let mut standing = app.world().resource::<Alarms>().standing().iter();
    standing.find(|alarm| &*alarm.name == name).cloned()
}

#[test]
fn a_broker_that_is_stopped_is_one_alarm_and_not_eighty() {
    let programs = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"];
    if !programs.iter().any(|path| Path::new(path).exists()) {
        println!("skipped: mosquitto is not installed");
        return;
    }
    let mut mosquitto = Mosquitto::start();
    let options = Options {
        simulation: SimulationOptions {
            calm: true,
            ..SimulationOptions::default()
        },
        interval: Duration::from_millis(500),
        ..Options::default()
    };
    let _simulator = demo::start(options, &mosquitto.url()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, scene(&mosquitto.url())).unwrap();
    let options = LoadOptions::default();
    let loaded = load(&path, &options).unwrap_or_else(|p| panic!("{p:?}"));
    let oil = loaded.scene.models[0].signals[0].column;
    let mut app = App::new();
    app.add_plugins(MinimalPlugins)
        .insert_resource(SceneSource {
            path,
            options,
            loaded: Some(loaded),
        })
        .add_plugins(windvane::headless_plugin);
    let known = |app: &App| {
        let fleet = app.world().resource::<windvane::fleet::Fleet>();
        fleet.known(oil).iter().filter(|v| !v.is_nan()).count()
    };
    wait_for("every turbine to speak", || {
        app.update();
        (known(&app) == TURBINES).then_some(())
    });
    mosquitto.kill();
    wait_for("the alarm and every turbine to be stale", || {
        app.update();
        std::thread::sleep(Duration::from_millis(10));
        find(&app, "Broker lost").filter(|_| known(&app) == 0)
    });
    let none = find(&app, "No communication");
    assert_eq!(none, None, "no turbine is told of by itself");
    mosquitto.restart();
    wait_for("the alarm's end", || {
        app.update();
        std::thread::sleep(Duration::from_millis(10));
        find(&app, "Broker lost")
            .is_none_or(|a| !a.is_active())
            .then_some(())
    });
    wait_for("every turbine to speak again", || {
        app.update();
        (known(&app) == TURBINES).then_some(())
    });
    assert_eq!(find(&app, "No communication"), None);
}
