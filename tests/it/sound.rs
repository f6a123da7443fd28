//! Which alarms are heard, through the rooms without a window: what is new, until it is acknowledged,
//! silenced or over.

use bevy::prelude::*;
use windvane::RoomSet;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::{AlarmId, Alarms};
use windvane::clock::{self, Clock};
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::scene::{LoadOptions, SceneSource, load};
use windvane::sound::{Sound, SoundOutput};
use windvane::telemetry::Arrivals;

const SCENE: &str = r##"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
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
alarm = { priority = "high", response = "Derate" }
"##;

#[derive(Resource, Default)]
struct Fed(Vec<Sample>);

struct Desk {
    app: App,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn of(role: Role) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.toml");
        std::fs::write(&path, SCENE).unwrap();
        let options = LoadOptions::default();
        let loaded = Some(load(&path, &options).unwrap());
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(SceneSource {
                path,
                options,
                loaded,
            })
            .insert_resource(Session {
                role,
                ..Session::default()
            })
            .init_resource::<Fed>()
            .add_plugins(windvane::headless_plugin)
            .add_systems(
                Update,
                (|mut fed: ResMut<Fed>, mut arrivals: ResMut<Arrivals>| {
                    arrivals.0.append(&mut fed.0);
                })
                .after(RoomSet::Telemetry)
                .before(RoomSet::Fleet),
            );
        clock::stop(&mut app);
        app.update();
        let _folder = folder;
        Self { app, _folder }
    }

    fn oil(&mut self, turbine: u32, value: f64) -> bool {
        let mut clock = self.app.world_mut().resource_mut::<Clock>();
        clock.wall_ms += 1_000;
        let now_ms = clock.wall_ms;
        self.app.world_mut().resource_mut::<Fed>().0.push(Sample {
            source_time_ms: now_ms,
            arrival_ms: now_ms,
            value,
            turbine: TurbineRow(turbine),
            signal: SignalColumn(0),
            quality: Quality::Good,
            timed_by_source: false,
        });
        self.sounds()
    }

    fn ask(&mut self, action: Action) -> bool {
        self.app.world_mut().write_message(action);
        self.sounds()
    }

    fn sounds(&mut self) -> bool {
        self.app.update();
        self.app.update();
        self.app.world().resource::<Sound>().is_sounding
    }

    fn acknowledge_all(&mut self) -> bool {
        let alarms = self.app.world().resource::<Alarms>().standing();
        let keys = alarms.iter().map(|alarm| alarm.key).collect();
        self.ask(Action::Acknowledge(keys))
    }
}

#[test]
fn a_new_alarm_sounds_until_it_is_acknowledged() {
    let mut desk = Desk::of(Role::Operator);
    assert!(!desk.sounds());
    assert!(desk.oil(0, 90.0));
    assert!(desk.oil(0, 91.0), "it still stands");
    assert!(!desk.acknowledge_all());
    assert!(!desk.oil(0, 92.0));
}

#[test]
fn silence_is_for_everybody_acknowledges_nothing_and_ends_with_the_next_alarm() {
    let mut desk = Desk::of(Role::Viewer);
    assert!(desk.oil(0, 90.0));
    assert!(!desk.ask(Action::Silence));
    let standing = desk.app.world().resource::<Alarms>().unacknowledged();
    assert_eq!(standing, 1);
    assert!(!desk.oil(0, 91.0), "the same alarm stays silent");
    assert!(desk.oil(1, 90.0), "another one is heard");
    assert!(!desk.ask(Action::Silence));
}

#[test]
fn what_has_returned_to_normal_is_not_heard() {
    let mut desk = Desk::of(Role::Operator);
    assert!(desk.oil(0, 90.0));
    assert!(!desk.oil(0, 20.0));
    let waiting = desk.app.world().resource::<Alarms>().unacknowledged();
    assert_eq!(waiting, 1, "though it waits to be acknowledged");
    assert!(desk.oil(0, 90.0), "it is heard when it comes back");
}

#[test]
fn what_is_shelved_is_not_heard_and_is_again_once_the_shelf_ends() {
    let mut desk = Desk::of(Role::Operator);
    let id = AlarmId {
        object: "T01".into(),
        name: "Oil hot".into(),
    };
    assert!(desk.oil(0, 90.0));
    assert!(!desk.ask(Action::Silence));
    let shelved = desk.ask(Action::Shelve {
        alarms: vec![id.clone()],
        duration: std::time::Duration::from_secs(600),
        is_one_shot: false,
        reason: "Sensor".to_owned(),
    });
    assert!(!shelved);
    assert!(desk.ask(Action::Unshelve(vec![id])), "it is announced anew");
}

#[test]
fn without_an_output_nothing_is_started() {
    let desk = Desk::of(Role::Operator);
    let world = desk.app.world();
    assert_eq!(*world.resource::<SoundOutput>(), SoundOutput::None);
    let sound = world.resource::<Sound>();
    assert_eq!((sound.has_output, &sound.trouble), (false, &None));
}
