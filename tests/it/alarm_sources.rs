//! Alarms that no rule raises, through the rooms without a window: silence, codes, troubles.

use std::time::Duration;

use bevy::prelude::*;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::{Alarm, AlarmSource, AlarmState, Alarms, ReadAnew, Trouble, TroubleReport};
use windvane::clock::{self, Clock};
use windvane::fleet::TurbineRow;
use windvane::scene::{LoadOptions, OpenScene, SceneSource, load};
use windvane::telemetry::{ByHand, Link, TelemetryStatus, take_by_hand};

mod broker;
mod tables;

const FARM: &str = r##"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9", stale_after = "30s" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
turbines = [
    { id = "T01", model = "v80", east_m = 0, north_m = 0 },
    { id = "T02", model = "v80", east_m = 500, north_m = 0 },
    { id = "T03", model = "v80", east_m = 1000, north_m = 0 },
]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
oil = { field = "/oil", unit = "degC", range = [30, 70] }
power = { field = "/power", unit = "kW", range = [0, 2000] }
codes = { field = "/codes", type = "text", stale_after = "never" }
energy = { field = "/energy", unit = "kWh", range = [0, 1e9], stale_after = "15m" }

[[alarm_codes]]
signal = "codes"
no_alarm = [144]

[[alarm_codes.codes]]
code = 318
text = "Hydraulic oil level low"
priority = "high"
response = "Order a crew"

[[alarm_codes.codes]]
code = "E12"
text = "Smoke in the nacelle"
priority = "critical"
latching = true
"##;

/// The rooms without a window, with a clock that stands until it is moved and messages by hand.
struct Desk {
    app: App,
    folder: tempfile::TempDir,
}

impl Desk {
    fn of(scene: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.toml");
        std::fs::write(&path, scene).unwrap();
        let options = LoadOptions::default();
        let loaded = load(&path, &options).unwrap_or_else(|p| panic!("{p:?}"));
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(SceneSource {
                path,
                options,
                loaded: Some(loaded),
            })
            .insert_resource(Session {
                user: "anna".into(),
                station: "desk 1".into(),
                role: Role::Operator,
            })
            .add_plugins(windvane::headless_plugin);
        take_by_hand(&mut app, "the test");
        clock::stop(&mut app);
        app.update();
        app.update();
        Self { app, folder }
    }

    fn new() -> Self {
        Self::of(FARM)
    }

    /// A message of a turbine, in the next frame.
    fn publish(&mut self, turbine: &str, payload: &str) {
        let topic = format!("farm/{turbine}/telemetry");
        let mut by_hand = self.app.world_mut().resource_mut::<ByHand>();
        by_hand.publish(&topic, payload.to_owned());
    }

    /// Lets time pass, a frame a second, in which these turbines send oil and power.
    fn pass(&mut self, seconds: u64, sending: &[&str]) {
        for _ in 0..seconds {
            for turbine in sending {
                self.publish(turbine, r#"{"oil": 50, "power": 900}"#);
            }
            self.second();
        }
    }

    fn second(&mut self) {
        let mut clock = self.app.world_mut().resource_mut::<Clock>();
        clock.wall_ms += 1_000;
        clock.monotonic += Duration::from_secs(1);
        self.app.update();
    }

    /// A message that arrives at once.
    fn hear(&mut self, turbine: &str, payload: &str) {
        self.publish(turbine, payload);
        self.app.update();
        self.app.update();
    }

    fn link(&mut self, link: Link) {
        let mut status = self.app.world_mut().resource_mut::<TelemetryStatus>();
        status.link = link;
    }

    fn report(&mut self, trouble: Trouble, what: Option<&str>) {
        self.app.world_mut().write_message(TroubleReport {
            trouble,
            is_present: what.is_some(),
            what: what.unwrap_or_default().to_owned(),
        });
        self.app.update();
        self.app.update();
    }

    fn alarms(&self) -> &Alarms {
        self.app.world().resource::<Alarms>()
    }

    /// What stands and is active: turbine, name and value.
    fn active(&self) -> Vec<(String, String, String)> {
        let standing = self.alarms().standing().iter().filter(|a| a.is_active());
        let words = |a: &Alarm| {
            let value = a.value_at_raise.clone();
            (a.turbine_id.to_string(), a.name.to_string(), value)
        };
        standing.map(words).collect()
    }

    fn names(&self) -> Vec<(String, String)> {
        let active = self.active();
        active
            .into_iter()
            .map(|(who, what, _)| (who, what))
            .collect()
    }

    fn alarm(&self, name: &str) -> &Alarm {
        let alarms = self.alarms();
        let mut all = alarms.standing().iter().chain(alarms.set_aside());
        all.find(|a| &*a.name == name)
            .unwrap_or_else(|| panic!("no {name:?} in {:?}", self.active()))
    }

    /// Saves the scene anew and waits until it is open.
    fn save(&mut self, scene: &str) {
        let path = self.folder.path().join("scene.toml");
        std::fs::write(&path, scene).unwrap();
        let generation = |app: &App| {
            let active = app.world().resource::<windvane::scene::ActiveScene>();
            active.generation
        };
        let before = generation(&self.app);
        self.app.world_mut().write_message(OpenScene {
            path,
            options: LoadOptions::default(),
        });
        let app = &mut self.app;
        crate::support::wait_for("the scene to be open again", || {
            app.update();
            (generation(app) > before).then_some(())
        });
    }
}

fn pair(who: &str, what: &str) -> (String, String) {
    (who.to_owned(), what.to_owned())
}

const ALL: [&str; 3] = ["T01", "T02", "T03"];

#[test]
fn a_turbine_that_falls_silent_while_others_speak_raises_one_alarm_that_ends_when_it_speaks() {
    let mut desk = Desk::new();
    desk.pass(40, &ALL);
    assert_eq!(desk.active(), []);
    desk.pass(38, &["T01", "T03"]);
    assert_eq!(
        desk.active(),
        [],
        "stale after 30 s, then an on-delay of 10 s"
    );
    desk.pass(6, &["T01", "T03"]);
    assert_eq!(desk.names(), [pair("T02", "No communication")]);
    let value = &desk.active()[0].2;
    assert!(
        ["no data for 41 s", "no data for 42 s", "no data for 43 s"].contains(&value.as_str()),
        "{value}"
    );
    desk.pass(15, &ALL);
    assert_eq!(desk.active(), []);
    assert_eq!(
        desk.alarm("No communication").state(),
        AlarmState::ReturnedUnacknowledged
    );
}

#[test]
fn a_signal_that_stops_while_others_come_is_named() {
    let mut desk = Desk::new();
    desk.pass(40, &ALL);
    for _ in 0..65 {
        desk.publish("T02", r#"{"power": 900}"#);
        desk.pass(1, &["T01", "T03"]);
    }
    assert_eq!(desk.names(), [pair("T02", "Data not updated")]);
    let value = &desk.active()[0].2;
    assert!(value.starts_with("oil: no data for 1 min"), "{value}");
    // Then the rest of it stops too: that the sensor is well again is not known.
    desk.pass(60, &["T01", "T03"]);
    assert!(desk.names().contains(&pair("T02", "No communication")));
    assert!(desk.alarm("Data not updated").unknown);
    desk.pass(15, &ALL);
    assert_eq!(desk.active(), []);
}

#[test]
fn nothing_is_raised_at_the_start_and_a_turbine_that_never_speaks_is_found_after_a_while() {
    let mut desk = Desk::new();
    desk.pass(25, &["T01"]);
    assert_eq!(desk.active(), [], "the others may speak yet");
    desk.pass(5, &["T01", "T02"]);
    desk.pass(20, &["T01", "T02"]);
    assert_eq!(desk.names(), [pair("T03", "No communication")]);
    assert_eq!(desk.active()[0].2, "no data yet");
}

#[test]
fn a_farm_of_which_nothing_comes_is_one_trouble_and_not_an_alarm_a_turbine() {
    let mut desk = Desk::new();
    desk.pass(40, &ALL);
    desk.pass(120, &[]);
    assert_eq!(desk.names(), [pair("desk 1", "No telemetry")]);
    // It comes back turbine by turbine: each is given the time to speak.
    desk.pass(20, &["T01"]);
    assert_eq!(desk.active(), []);
    desk.pass(40, &["T01", "T02"]);
    assert_eq!(desk.names(), [pair("T03", "No communication")]);
}

#[test]
fn a_lost_broker_is_one_alarm_and_leaves_what_stood_unknown() {
    let mut desk = Desk::new();
    desk.pass(40, &ALL);
    desk.pass(50, &["T01", "T03"]);
    assert_eq!(desk.names(), [pair("T02", "No communication")]);
    desk.link(Link::Disconnected {
        reason: "connection refused".into(),
        retry_ms: 0,
    });
    desk.pass(4, &[]);
    assert_eq!(desk.names().len(), 1, "the on-delay gives the retries time");
    desk.pass(120, &[]);
    let expected = [
        pair("T02", "No communication"),
        pair("desk 1", "Broker lost"),
    ];
    assert_eq!(desk.names(), expected);
    assert_eq!(
        desk.alarm("Broker lost").value_at_raise,
        "connection refused"
    );
    assert_eq!(desk.alarm("Broker lost").turbine, TurbineRow::NONE);
    assert!(desk.alarm("No communication").unknown);
    desk.link(Link::Connected);
    desk.pass(1, &[]);
    desk.pass(20, &["T01", "T02"]);
    assert_eq!(desk.active(), [], "T03 may speak yet");
    desk.pass(30, &["T01", "T02"]);
    assert_eq!(desk.names(), [pair("T03", "No communication")]);
}

#[test]
fn what_comes_rarely_by_nature_is_not_stale_before_its_time() {
    let mut desk = Desk::new();
    desk.hear("T01", r#"{"energy": 5, "codes": 0}"#);
    desk.pass(14 * 60, &ALL);
    assert_eq!(desk.active(), []);
    desk.pass(120, &ALL);
    assert_eq!(desk.names(), [pair("T01", "Data not updated")]);
    assert!(desk.active()[0].2.starts_with("energy: no data for 15 min"));
}

#[test]
fn codes_raise_their_alarms_alone_and_in_lists_and_clear_when_they_have_gone() {
    let mut desk = Desk::new();
    desk.hear("T01", r#"{"codes": 318}"#);
    assert_eq!(desk.names(), [pair("T01", "Hydraulic oil level low")]);
    assert_eq!(desk.active()[0].2, "code 318");
    let alarm = desk.alarm("Hydraulic oil level low");
    assert!(matches!(alarm.source, AlarmSource::Code(_)));
    desk.hear("T01", r#"{"codes": [144, "E12", 318]}"#);
    assert_eq!(desk.active().len(), 2, "144 is no alarm");
    desk.hear("T02", r#"{"codes": "318; 144"}"#);
    assert_eq!(desk.active().len(), 3);
    desk.hear("T01", r#"{"codes": []}"#);
    assert_eq!(desk.names(), [pair("T02", "Hydraulic oil level low")]);
    assert_eq!(
        desk.alarm("Smoke in the nacelle").state(),
        AlarmState::LatchedUnacknowledged
    );
}

#[test]
fn a_code_in_no_table_is_not_lost_and_a_second_one_is_announced_anew() {
    let mut desk = Desk::new();
    desk.hear("T01", r#"{"codes": [417, 318]}"#);
    let unknown = desk.alarm("Unknown alarm code").clone();
    assert_eq!(unknown.value_at_raise, "code 417");
    assert_eq!(unknown.priority, windvane::scene::Priority::Medium);
    desk.app
        .world_mut()
        .write_message(Action::Acknowledge(vec![unknown.key]));
    desk.app.update();
    desk.hear("T01", r#"{"codes": [417, 93, 318]}"#);
    let again = desk.alarm("Unknown alarm code");
    assert_ne!(again.key, unknown.key);
    assert!(again.is_active() && again.is_unacknowledged());
    assert_eq!(again.value_at_raise, "codes 417, 93");
    desk.hear("T01", r#"{"codes": 318}"#);
    assert_eq!(desk.names(), [pair("T01", "Hydraulic oil level low")]);
}

#[test]
fn endless_new_lists_of_codes_raise_no_more_than_one_alarm_a_turbine() {
    let mut desk = Desk::new();
    for n in 1..2_000 {
        desk.publish("T01", &format!(r#"{{"codes": "X{n}"}}"#));
        desk.app.update();
    }
    desk.app.update();
    desk.app.update();
    assert_eq!(desk.names(), [pair("T01", "Unknown alarm code")]);
    let standing = desk.alarms().standing();
    assert!(standing.len() <= 2, "{}", standing.len());
}

#[test]
fn an_alarm_of_a_code_stands_over_a_reload_and_ends_with_its_line() {
    let mut desk = Desk::new();
    desk.hear("T02", r#"{"codes": 318}"#);
    let key = desk.alarm("Hydraulic oil level low").key;
    desk.save(&FARM.replace("title = \"Test\"", "title = \"Other\""));
    desk.app.update();
    assert_eq!(desk.alarm("Hydraulic oil level low").key, key);
    assert_eq!(desk.names().len(), 1);
    desk.hear("T02", r#"{"codes": 0}"#);
    assert_eq!(desk.active(), []);
}

#[test]
fn a_code_that_went_while_the_scene_was_saved_clears() {
    let mut desk = Desk::new();
    desk.hear("T02", r#"{"codes": 318}"#);
    // Of a signal of another name nothing is known.
    desk.save(&FARM.replace("energy =", "work ="));
    desk.app.update();
    assert_eq!(desk.names(), [pair("T02", "Hydraulic oil level low")]);
    desk.hear("T02", r#"{"codes": 0}"#);
    assert_eq!(desk.active(), []);
}

#[test]
fn troubles_are_raised_by_whoever_reports_them_and_end_when_they_are_over() {
    let mut desk = Desk::new();
    desk.report(Trouble::JournalFailed, Some("disk full"));
    assert_eq!(desk.names(), [pair("desk 1", "Journal not written")]);
    assert_eq!(desk.active()[0].2, "disk full");
    desk.report(Trouble::JournalFailed, Some("disk full"));
    assert_eq!(desk.active().len(), 1, "said again is not raised again");
    desk.report(Trouble::JournalFailed, None);
    assert_eq!(desk.active(), []);
}

#[test]
fn a_scene_that_is_rejected_is_an_alarm_until_it_is_mended() {
    let mut desk = Desk::new();
    let path = desk.folder.path().join("scene.toml");
    std::fs::write(&path, FARM.replace("\"high\"", "\"hihg\"")).unwrap();
    desk.app.world_mut().write_message(OpenScene {
        path,
        options: LoadOptions::default(),
    });
    let app = &mut desk.app;
    crate::support::wait_for("the alarm", || {
        app.update();
        let alarms = app.world().resource::<Alarms>();
        let found = alarms
            .standing()
            .iter()
            .find(|a| &*a.name == "Scene file rejected");
        found.map(|alarm| alarm.value_at_raise.clone())
    });
    let value = &desk.alarm("Scene file rejected").value_at_raise;
    assert!(value.starts_with("scene.toml:"), "{value}");
    desk.save(FARM);
    desk.app.update();
    desk.app.update();
    assert_eq!(desk.active(), []);
}

#[test]
fn what_is_switched_off_raises_nothing() {
    let off = "alarms = { communication = { enabled = false } }\n";
    let mut desk = Desk::of(&format!("{off}{FARM}"));
    desk.pass(40, &ALL);
    desk.pass(80, &["T01", "T03"]);
    assert_eq!(desk.active(), []);
}

#[test]
fn what_the_scene_says_of_silence_counts() {
    let said = "alarms = { communication = { priority = \"critical\", on_delay = \"0s\", \
                response = \"Call\" } }\n";
    let mut desk = Desk::of(&format!("{said}{FARM}"));
    desk.pass(40, &ALL);
    desk.pass(33, &["T01", "T03"]);
    let alarm = desk.alarm("No communication");
    assert_eq!(alarm.priority, windvane::scene::Priority::Critical);
}

#[test]
fn an_alarm_that_was_taken_over_is_told_of_whatever_is_the_case() {
    let mut desk = Desk::new();
    desk.pass(40, &ALL);
    desk.hear("T02", r#"{"codes": 318}"#);
    desk.pass(50, &["T01", "T03"]);
    assert_eq!(desk.names().len(), 2);
    let sources = desk.alarms().standing().iter();
    let sources = sources.map(|a| (a.source, a.turbine)).collect();
    desk.app.world_mut().write_message(ReadAnew(sources));
    desk.pass(2, &["T01", "T03"]);
    assert_eq!(desk.names().len(), 2, "it still is the case");
    assert!(!desk.alarm("No communication").unknown);
    assert!(!desk.alarm("Hydraulic oil level low").unknown);
}
