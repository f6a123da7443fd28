//! A desk without a window that keeps a journal, with a clock that stands until it is moved.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use windvane::RoomSet;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::journal::{
    JournalHandle, JournalNotice, JournalPatience, JournalStore, Note, Query, Record, open_to_read,
};
use windvane::alarms::{Alarm, AlarmId, Alarms, LaidAside};
use windvane::clock::{self, Clock};
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::scene::{LoadOptions, SceneSource, load};
use windvane::telemetry::{Arrivals, take_by_hand};

use crate::support::wait_for;

const SCENE: &str = r##"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9", stale_after = "10h" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
alarms = { communication = { enabled = false }, stale_data = { enabled = false } }
turbines = [
    { id = "T01", model = "v80", east_m = 0, north_m = 0 },
    { id = "T02", model = "v80", east_m = 500, north_m = 0 },
    { id = "T03", model = "v80", east_m = 900, north_m = 0 },
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
alarm = { priority = "high", clear_when = "oil < 75" }

[[rules]]
name = "Oil very hot"
when = "oil > 95"
color = "#e0700c"
alarm = { priority = "critical", latching = true }
"##;

/// What is compared of an occurrence: all that outlives the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Stands {
    pub key: u64,
    pub alarm: Alarm,
}

/// The rooms without a window.
pub struct Desk {
    pub app: App,
    pub file: PathBuf,
}

#[derive(Resource, Default)]
struct Fed(Vec<Sample>);

#[derive(Resource, Default)]
struct Noticed(Vec<String>);

impl Desk {
    /// With the journal `desk.db` in a folder, which has the scene too.
    pub fn with_file(folder: &Path) -> Self {
        let file = folder.join("desk.db");
        Self::with_store(folder, JournalStore::File(file))
    }

    pub fn with_store(folder: &Path, store: JournalStore) -> Self {
        let path = folder.join("scene.toml");
        if !path.exists() {
            std::fs::write(&path, SCENE).unwrap();
        }
        let options = LoadOptions::default();
        let loaded = load(&path, &options).unwrap();
        let file = store.file(&path, "desk 1").unwrap_or_default();
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
                role: Role::Engineer,
            })
            .insert_resource(store)
            // A busy machine may be slow, and is not what is tested.
            .insert_resource(JournalPatience(Duration::from_secs(30)))
            .init_resource::<Fed>()
            .init_resource::<Noticed>()
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
                |mut notices: MessageReader<JournalNotice>, mut noticed: ResMut<Noticed>| {
                    noticed
                        .0
                        .extend(notices.read().map(|notice| notice.0.clone()));
                },
            );
        take_by_hand(&mut app, "the test");
        clock::stop(&mut app);
        app.update();
        let mut desk = Self { app, file };
        desk.opened();
        desk
    }

    /// Waits until what stood is back.
    fn opened(&mut self) {
        wait_for("the journal", || {
            self.app.update();
            (!self.handle().is_opening()).then_some(())
        });
        // What stood is taken over in this frame at the latest.
        self.app.update();
        self.app.update();
    }

    pub fn handle(&self) -> JournalHandle {
        self.app.world().resource::<JournalHandle>().clone()
    }

    pub fn notices(&self) -> &[String] {
        &self.app.world().resource::<Noticed>().0
    }

    pub fn station(&self) -> Arc<str> {
        Arc::clone(&self.app.world().resource::<Session>().station)
    }

    /// Lets time pass, a frame a second.
    pub fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            let mut clock = self.app.world_mut().resource_mut::<Clock>();
            clock.wall_ms += 1_000;
            clock.monotonic += Duration::from_secs(1);
            self.app.update();
        }
    }

    /// A value of the oil temperature arrives.
    pub fn oil(&mut self, turbine: u32, value: f64) {
        let now_ms = self.app.world().resource::<Clock>().wall_ms;
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

    pub fn act(&mut self, action: Action) {
        self.app.world_mut().write_message(action);
        self.app.update();
    }

    pub fn acknowledge_all(&mut self) {
        let keys = self.alarms().standing().iter().map(|a| a.key).collect();
        self.act(Action::Acknowledge(keys));
    }

    pub fn shelve(&mut self, turbine: &str, seconds: u64) {
        self.act(Action::Shelve {
            alarms: vec![oil_hot(turbine)],
            duration: Duration::from_secs(seconds),
            is_one_shot: false,
            reason: "crew on site".to_owned(),
        });
    }

    pub fn comment(&mut self, turbine: &str, text: &str) {
        self.act(Action::Comment {
            alarm: oil_hot(turbine),
            text: text.to_owned(),
        });
    }

    pub fn note(&mut self, change: &str, object: &str) {
        let at_ms = self.app.world().resource::<Clock>().wall_ms;
        let by = self.app.world().resource::<Session>().actor();
        self.app.world_mut().write_message(Note {
            change: change.into(),
            object: object.into(),
            name: "".into(),
            by: Some(by),
            comment: None,
            at_ms,
        });
        self.app.update();
    }

    pub fn alarms(&self) -> &Alarms {
        self.app.world().resource::<Alarms>()
    }

    /// Every occurrence that stands, set aside or not, by key.
    pub fn stands(&self) -> Vec<Stands> {
        let alarms = self.alarms();
        let all = alarms.standing().iter().chain(alarms.set_aside());
        let mut all: Vec<Stands> = all
            .map(|alarm| Stands {
                key: alarm.key.0,
                // Nothing is known of the inputs when the program begins.
                alarm: Alarm {
                    unknown: false,
                    ..alarm.clone()
                },
            })
            .collect();
        all.sort_by_key(|alarm| alarm.key);
        all
    }

    /// What is laid aside, by alarm.
    pub fn laid_aside(&self) -> Vec<(AlarmId, LaidAside)> {
        let all = self.alarms().laid_aside();
        let mut all: Vec<_> = all.map(|(id, laid)| (id.clone(), laid.clone())).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// What is in the journal now, the oldest first, but for the sessions of people.
    pub fn records(&self) -> Vec<Record> {
        let reader = open_to_read(&self.file).unwrap();
        let mut records = reader.records(&Query::default()).unwrap();
        records.retain(|record| !record.change.starts_with("session"));
        records.reverse();
        records
    }
}

pub fn oil_hot(turbine: &str) -> AlarmId {
    AlarmId {
        object: turbine.into(),
        name: "Oil hot".into(),
    }
}
