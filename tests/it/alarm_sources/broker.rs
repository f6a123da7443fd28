//! A real broker that is stopped: one alarm, not one a turbine.

use std::time::Duration;

use bevy::prelude::*;
use windvane::alarms::{Alarm, Alarms};
use windvane::scene::{LoadOptions, SceneSource, load};
use windvane::telemetry::{Link, TelemetryStatus};

use crate::support::{Mosquitto, wait_for};

const TURBINES: usize = 80;

fn scene(url: &str) -> String {
    let mut scene = format!(
        r#"
site = {{ latitude = 55.0, longitude = 8.0 }}
broker = {{ url = "{url}", stale_after = "1s" }}
topics = [{{ filter = "farm/{{turbine}}/telemetry", payload = "json" }}]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
signals.oil = {{ field = "/oil", unit = "degC", range = [30, 70] }}

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

fn standing(app: &App) -> Vec<(String, String)> {
    let words = |a: &Alarm| (a.turbine_id.to_string(), a.name.to_string());
    let alarms = app.world().resource::<Alarms>();
    alarms.standing().iter().map(words).collect()
}

#[test]
fn a_broker_that_is_stopped_is_one_alarm_and_not_eighty() {
    if !["/usr/sbin/mosquitto", "/usr/bin/mosquitto"]
        .iter()
        .any(|path| std::path::Path::new(path).exists())
    {
        println!("skipped: mosquitto is not installed");
        return;
    }
    let mut mosquitto = Mosquitto::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, scene(&mosquitto.url())).unwrap();
    let options = LoadOptions::default();
    let loaded = load(&path, &options).unwrap_or_else(|p| panic!("{p:?}"));
    let mut app = App::new();
    app.add_plugins(MinimalPlugins)
        .insert_resource(SceneSource {
            path,
            options,
            loaded: Some(loaded),
        })
        .add_plugins(windvane::headless_plugin);
    wait_for("the connection", || {
        app.update();
        let status = app.world().resource::<TelemetryStatus>();
        (status.link == Link::Connected).then_some(())
    });
    for n in 1..=TURBINES {
        mosquitto.publish(&format!("farm/T{n:02}/telemetry"), r#"{"oil": 50}"#);
    }
    wait_for("the turbines' values", || {
        app.update();
        let status = app.world().resource::<TelemetryStatus>();
        (status.values >= TURBINES as u64).then_some(())
    });
    mosquitto.kill();
    wait_for("the alarm", || {
        app.update();
        std::thread::sleep(Duration::from_millis(10));
        let standing = standing(&app);
        let is_raised = standing.iter().any(|(_, name)| name == "Broker lost");
        is_raised.then_some(())
    });
    // Every turbine is stale by now, and none of them says so by itself.
    let of_turbines = standing(&app)
        .into_iter()
        .filter(|(_, name)| name == "No communication");
    assert_eq!(of_turbines.count(), 0);
    mosquitto.restart();
    wait_for("the alarm's end", || {
        app.update();
        std::thread::sleep(Duration::from_millis(10));
        let alarms = app.world().resource::<Alarms>();
        let mut lost = alarms.standing().iter();
        let lost = lost.find(|a| &*a.name == "Broker lost");
        lost.is_none_or(|a| !a.is_active()).then_some(())
    });
}
