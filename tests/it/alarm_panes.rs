//! One alarm in full, and the journal, by their AccessKit tree.

mod detail;
mod journal;
mod memory;

use std::sync::Arc;

use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use jiff::tz::TimeZone;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::{Actor, Alarm, AlarmId, AlarmKey, AlarmSource};
use windvane::fleet::{Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};
use windvane::history::{History, HistoryConfig};
use windvane::panels::alarm_detail::{DetailState, alarm_detail_ui};
use windvane::panels::frame::{AlarmDesk, Farm, Look};
use windvane::panels::journal::{JournalState, journal_ui};
use windvane::rules::{RuleEngine, RuleStates};
use windvane::scene::{LoadOptions, Scene, load};
use windvane::theme::{Theme, Variant, dress};

use memory::MemoryJournal;

/// 14:32:07 on 22 November 2025, UTC.
const NOW_MS: i64 = 1_763_821_927_000;
const MINUTE_MS: i64 = 60_000;

const SCENE: &str = r##"
title = "Two turbines"

[site]
latitude = 55.486
longitude = 7.840
time_zone = "UTC"

[broker]
url = "mqtt://127.0.0.1:1"

[[topics]]
filter = "farm/{turbine}/telemetry"
payload = "json"

[models.v80]
name = "Vestas V80-2.0 MW"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
active_power = { field = "/WTUR/W", unit = "kW", range = [0, 2000] }
possible_power = { field = "/WTUR/AvlW", unit = "kW", range = [0, 2000] }
gearbox_oil_temperature = { field = "/WTRM/GbxOilTmp", unit = "degC", range = [0, 100] }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 560
north_m = 0

[[rules]]
name = "Gearbox oil hot"
part = "gearbox"
when = "gearbox_oil_temperature > 80"
color = "#d13212"

[rules.alarm]
priority = "high"
clear_when = "gearbox_oil_temperature < 74"
on_delay = "10s"
response = "Derate to 50 %"
consequence = "The gearbox is damaged within a day"

[[rules]]
name = "Power below the curve"
when = "possible_power > 500 && active_power < 0.7 * possible_power"
color = "#d9a800"

[rules.alarm]
priority = "low"
"##;

/// A farm, one of the two panes, and what was asked for in it.
struct Room {
    scene: Arc<Scene>,
    fleet: Fleet,
    rules: RuleStates,
    history: History,
    standing: Vec<Alarm>,
    past: Vec<Alarm>,
    revision: u64,
    journal: Option<MemoryJournal>,
    session: Session,
    theme: Theme,
    detail: DetailState,
    lines: JournalState,
    /// The journal in place of one alarm.
    is_journal: bool,
    now_ms: i64,
    asked: Vec<Action>,
}

impl Room {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("two.toml");
        std::fs::write(&path, SCENE).expect("written");
        let scene = match load(&path, &LoadOptions::default()) {
            Ok(loaded) => loaded.scene,
            Err(problems) => panic!("{problems}"),
        };
        let mut history = History::default();
        history.follow(&scene, None, HistoryConfig::default());
        let mut room = Self {
            fleet: Fleet::of(&scene),
            rules: RuleStates::default(),
            history,
            standing: Vec::new(),
            past: Vec::new(),
            revision: 0,
            journal: None,
            session: Session {
                user: "ada".into(),
                station: "desk 1".into(),
                role: Role::Engineer,
            },
            theme: Theme::new(Variant::Light),
            detail: DetailState::default(),
            lines: JournalState::default(),
            is_journal: false,
            now_ms: NOW_MS,
            asked: Vec::new(),
            scene,
        };
        room.run_rules();
        room
    }

    fn with_role(mut self, role: Role) -> Self {
        self.session.role = role;
        self
    }

    /// The oil of T01 warms from 60 °C an hour ago to 84 °C now, and is above the limit for 10 minutes.
    fn with_hot_oil() -> (Self, AlarmKey) {
        let mut room = Self::new();
        for minutes_ago in (0..=60).rev() {
            let value = 60.0 + 0.4 * f64::from(60 - minutes_ago);
            room.hear(
                0,
                "gearbox_oil_temperature",
                value,
                i64::from(minutes_ago) * MINUTE_MS,
            );
        }
        let key = room.raise(0, 0, 9 * MINUTE_MS);
        room.run_rules();
        (room, key)
    }

    fn signal(&self, name: &str) -> SignalColumn {
        let at = self.scene.signals.iter().position(|s| &**s == name);
        SignalColumn(at.expect("a signal of the scene") as u16)
    }

    fn hear(&mut self, turbine: u32, signal: &str, value: f64, age_ms: i64) {
        let at_ms = NOW_MS - age_ms;
        let sample = Sample {
            source_time_ms: at_ms,
            arrival_ms: at_ms,
            value,
            turbine: TurbineRow(turbine),
            signal: self.signal(signal),
            quality: Quality::Good,
            timed_by_source: false,
        };
        let now = FleetTime {
            wall_ms: at_ms,
            monotonic_ms: at_ms,
            stale_after_ms: 2 * MINUTE_MS,
        };
        self.fleet.clear_dirty();
        self.fleet.apply(&sample, now);
        self.history.keep(&self.fleet, at_ms);
    }

    fn run_rules(&mut self) {
        self.rules = RuleStates::default();
        RuleEngine::default().rebuild(&self.scene, &mut self.rules, &self.fleet);
    }

    fn occurrence(&self, key: u64, rule: u16, turbine: u32, age_ms: i64) -> Alarm {
        let of = &self.scene.rules[usize::from(rule)];
        let id = AlarmId {
            object: Arc::clone(&self.scene.turbines[turbine as usize].id),
            name: Arc::clone(&of.name),
        };
        let priority = of.alarm.as_ref().expect("an alarm").priority;
        let (source, row) = (AlarmSource::Rule(rule), TurbineRow(turbine));
        Alarm {
            key: AlarmKey(key),
            value_at_raise: "80.4 > 80 °C".to_owned(),
            ..Alarm::raised(source, id, row, priority, NOW_MS - age_ms)
        }
    }

    fn raise(&mut self, rule: u16, turbine: u32, age_ms: i64) -> AlarmKey {
        let alarm = self.occurrence(self.standing.len() as u64 + 11, rule, turbine, age_ms);
        let key = alarm.key;
        self.standing.push(alarm);
        self.revision += 1;
        key
    }

    fn ui(&mut self, ui: &mut egui::Ui) {
        let look = Look {
            theme: &self.theme,
            zone: &TimeZone::UTC,
            now_ms: self.now_ms,
        };
        let journal = self.journal.as_ref();
        let farm = Farm {
            scene: Some(&self.scene),
            fleet: Some(&self.fleet),
            rules: Some(&self.rules),
            standing: &self.standing,
            past: &self.past,
            alarms_revision: self.revision,
            desk: AlarmDesk {
                session: Some(&self.session),
                history: Some(&self.history),
                journal: journal.map(|j| j as &dyn windvane::panels::records::Records),
                ..AlarmDesk::default()
            },
            ..Farm::default()
        };
        if self.is_journal {
            journal_ui(ui, &look, &farm, &mut self.lines, &mut self.asked);
        } else {
            alarm_detail_ui(ui, &look, &farm, &mut self.detail, &mut self.asked);
        }
    }

    fn open<'a>(self) -> Harness<'a, Self> {
        self.open_at(380.0, 1400.0)
    }

    fn open_at<'a>(self, width: f32, height: f32) -> Harness<'a, Self> {
        let mut is_dressed = false;
        let mut harness = Harness::builder()
            .with_size(egui::vec2(width, height))
            .build_ui_state(
                move |ui, room: &mut Self| {
                    if std::mem::replace(&mut is_dressed, true) {
                        room.ui(ui);
                    } else {
                        dress(ui.ctx(), &room.theme);
                    }
                },
                self,
            );
        harness.run_steps(4);
        harness
    }
}

fn actor(user: &str) -> Actor {
    Actor {
        user: user.into(),
        station: "desk 1".into(),
        role: Role::Operator,
    }
}

fn has(harness: &Harness<Room>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn asked(harness: &mut Harness<Room>) -> Vec<Action> {
    std::mem::take(&mut harness.state_mut().asked)
}

fn click(harness: &mut Harness<Room>, name: &str) -> Vec<Action> {
    harness.get_by_label(name).click();
    harness.run_steps(3);
    asked(harness)
}
