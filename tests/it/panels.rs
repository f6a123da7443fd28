//! The panels by their AccessKit tree: what an operator finds there, and what a click asks for.

mod alarm;
mod cards;
mod dialogs;
mod lists;
mod palette;
mod set_aside;

use std::sync::Arc;

use bevy_egui::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::tz::TimeZone;
use windvane::access::{Role, Session};
use windvane::action::Action;
use windvane::alarms::flood::Flood;
use windvane::alarms::share::{RefusedMessage, SharingStatus, StationSeen};
use windvane::alarms::{Actor, Alarm, AlarmId, AlarmKey, AlarmSource, Alarms};
use windvane::fleet::{Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};
use windvane::panels::alarm_rows::StateFilter;
use windvane::panels::desk::{DeskState, desk_ui};
use windvane::panels::frame::{AlarmDesk, Farm, Look, ViewState};
use windvane::panels::problems::Problem;
use windvane::rules::{RuleEngine, RuleStates};
use windvane::scene::{LoadOptions, NamedView, Priority, Scene, load};
use windvane::telemetry::{Link, RejectReason, Rejected, TelemetryStatus};
use windvane::theme::{Theme, Variant, dress};
use windvane::view::colour::{ColourCounts, ColourScale, count_colours};
use windvane::view::{ColourBy, HoverCard, Manner, NamedViews, Overlay, Overlays};

mod program;

/// 14:32:07 on 22 November 2025, UTC.
const NOW_MS: i64 = 1_763_821_927_000;

/// A fleet in which nothing is heard of for longer than half a minute without being stale.
fn at(now_ms: i64) -> FleetTime {
    FleetTime {
        wall_ms: now_ms,
        monotonic_ms: now_ms,
        stale_after_ms: 30_000,
    }
}

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
gearbox_oil_temperature = { field = "/WTRM/GbxOilTmp", unit = "degC", range = [0, 100] }
nacelle_direction = { field = "/WNAC/Dir", unit = "deg", range = [0, 360] }

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
response = "Derate to 50 %"

[[rules]]
name = "No power"
when = "active_power < 1"
color = "#d9a800"

[rules.alarm]
priority = "low"
clear_when = "active_power > 50"
"##;

/// A farm, the desk, and what was asked for at it.
struct Desk {
    scene: Option<Arc<Scene>>,
    fleet: Fleet,
    rules: RuleStates,
    standing: Vec<Alarm>,
    past: Vec<Alarm>,
    /// In place of `standing` and `past`, where it matters.
    alarms: Option<Alarms>,
    session: Option<Session>,
    flood: Option<Flood>,
    sharing: Option<SharingStatus>,
    revision: u64,
    telemetry: Option<TelemetryStatus>,
    problems: Vec<Problem>,
    selected: Option<TurbineRow>,
    also: Vec<TurbineRow>,
    views: NamedViews,
    overlays: Overlays,
    manner: Manner,
    theme: Theme,
    state: DeskState,
    asked: Vec<Action>,
    colour_by: ColourBy,
    scale: ColourScale,
    hover: HoverCard,
}

impl Desk {
    fn empty() -> Self {
        Self {
            scene: None,
            fleet: Fleet::default(),
            rules: RuleStates::default(),
            standing: Vec::new(),
            past: Vec::new(),
            alarms: None,
            session: None,
            flood: None,
            sharing: None,
            revision: 0,
            telemetry: None,
            problems: Vec::new(),
            selected: None,
            also: Vec::new(),
            views: NamedViews::default(),
            overlays: Overlays::default(),
            manner: Manner::Orbit,
            theme: Theme::new(Variant::Light),
            state: DeskState::default(),
            asked: Vec::new(),
            colour_by: ColourBy::Rules,
            scale: ColourScale::default(),
            hover: HoverCard::default(),
        }
    }

    fn of_two_turbines() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("two.toml");
        std::fs::write(&path, SCENE).expect("written");
        let scene = match load(&path, &LoadOptions::default()) {
            Ok(loaded) => loaded.scene,
            Err(problems) => panic!("{problems}"),
        };
        let fleet = Fleet::new(scene.turbines.len(), scene.signals.len());
        let mut desk = Self {
            scene: Some(scene),
            fleet,
            ..Self::empty()
        };
        desk.run_rules();
        desk
    }

    fn signal(&self, name: &str) -> SignalColumn {
        let scene = self.scene.as_ref().expect("a scene");
        let at = scene.signals.iter().position(|s| &**s == name);
        SignalColumn(at.expect("a signal of the scene") as u16)
    }

    fn hear(&mut self, turbine: u32, signal: &str, value: f64, age_ms: i64) {
        let sample = Sample {
            source_time_ms: NOW_MS - age_ms,
            arrival_ms: NOW_MS - age_ms,
            value,
            turbine: TurbineRow(turbine),
            signal: self.signal(signal),
            quality: Quality::Good,
            timed_by_source: false,
        };
        self.fleet.apply(&sample, at(NOW_MS));
        self.run_rules();
    }

    fn run_rules(&mut self) {
        let scene = self.scene.as_ref().expect("a scene");
        self.rules = RuleStates::default();
        RuleEngine::default().rebuild(scene, &mut self.rules, &self.fleet);
    }

    fn raise(&mut self, rule: u16, turbine: u32, age_ms: i64) -> AlarmKey {
        let scene = self.scene.as_ref().expect("a scene");
        let of = &scene.rules[usize::from(rule)];
        let key = AlarmKey(self.standing.len() as u64 + 1);
        let id = AlarmId {
            object: Arc::clone(&scene.turbines[turbine as usize].id),
            name: Arc::clone(&of.name),
        };
        let priority = of.alarm.as_ref().map_or(Priority::Low, |a| a.priority);
        let (source, row) = (AlarmSource::Rule(rule), TurbineRow(turbine));
        self.standing.push(Alarm {
            key,
            value_at_raise: "81 > 80 °C".to_owned(),
            ..Alarm::raised(source, id, row, priority, NOW_MS - age_ms)
        });
        self.revision += 1;
        key
    }

    fn ui(&mut self, ctx: &egui::Context) {
        let look = Look {
            theme: &self.theme,
            zone: &TimeZone::UTC,
            now_ms: NOW_MS,
        };
        let counts = match self.scene.as_deref() {
            Some(scene) => count_colours(scene, &self.rules, &self.fleet, &self.scale),
            None => ColourCounts::default(),
        };
        let farm = Farm {
            scene: self.scene.as_deref(),
            fleet: Some(&self.fleet),
            rules: Some(&self.rules),
            standing: self
                .alarms
                .as_ref()
                .map_or(&self.standing, Alarms::standing),
            past: &self.past,
            alarms_revision: self.revision,
            telemetry: self.telemetry.as_ref(),
            problems: &self.problems,
            selected: self.selected,
            view: ViewState {
                also: &self.also,
                views: Some(&self.views),
                overlays: Some(&self.overlays),
                manner: self.manner,
                colour_by: Some(&self.colour_by),
                scale: self.scale.0.as_ref(),
                counts: Some(&counts),
                hover: self.hover,
            },
            desk: AlarmDesk {
                alarms: self.alarms.as_ref(),
                session: self.session.as_ref(),
                flood: self.flood,
                sharing: self.sharing.as_ref(),
                ..AlarmDesk::default()
            },
        };
        let output = desk_ui(ctx, &look, &farm, &mut self.state, &mut self.asked);
        if output.switch_theme {
            self.theme = Theme::new(self.theme.variant.other());
        }
    }

    fn open<'a>(self) -> Harness<'a, Self> {
        self.open_at(1280.0)
    }

    fn open_at<'a>(self, width: f32) -> Harness<'a, Self> {
        let mut is_dressed = false;
        let mut harness = Harness::builder()
            .with_size(egui::vec2(width, 800.0))
            .build_ui_state(
                move |ui, desk: &mut Self| {
                    if std::mem::replace(&mut is_dressed, true) {
                        desk.ui(ui.ctx());
                    } else {
                        dress(ui.ctx(), &desk.theme);
                    }
                },
                self,
            );
        harness.run_steps(3);
        harness
    }
}

fn two_alarms() -> (Desk, AlarmKey, AlarmKey) {
    let mut desk = Desk::of_two_turbines();
    desk.hear(0, "gearbox_oil_temperature", 83.2, 2_000);
    desk.hear(1, "active_power", 0.0, 2_000);
    let hot = desk.raise(0, 0, 90_000);
    let still = desk.raise(1, 1, 30_000);
    (desk, hot, still)
}

fn actor(user: &str) -> Actor {
    Actor {
        user: user.into(),
        station: "desk 1".into(),
        role: Role::Operator,
    }
}

fn has_label(harness: &Harness<Desk>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn asked(harness: &mut Harness<Desk>) -> Vec<Action> {
    std::mem::take(&mut harness.state_mut().asked)
}

#[test]
fn acknowledge_on_a_row_asks_for_that_alarm_alone() {
    let (desk, hot, _) = two_alarms();
    let mut harness = desk.open();
    // By priority, the hot gearbox stands first.
    let buttons: Vec<_> = harness.get_all_by_label("Acknowledge").collect();
    assert_eq!(buttons.len(), 2);
    buttons[0].click();
    drop(buttons);
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Acknowledge(vec![hot])]);
}

#[test]
fn an_acknowledged_alarm_has_no_button_and_says_by_whom() {
    let (mut desk, _, _) = two_alarms();
    desk.standing[0].acknowledged = Some((NOW_MS - 5_000, actor("ada")));
    let harness = desk.open();
    assert_eq!(harness.get_all_by_label("Acknowledge").count(), 1);
    assert!(has_label(&harness, "14:32:02 ada"));
}

#[test]
fn acknowledge_all_takes_only_what_the_filter_shows() {
    let (desk, _, still) = two_alarms();
    let mut harness = desk.open();
    assert!(has_label(&harness, "Acknowledge 2 visible"));
    harness.state_mut().state.list.filter.text = "t02 POWER".to_owned();
    harness.run_steps(2);
    harness.get_by_label("Acknowledge 1 visible").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Acknowledge(vec![still])]);
}

#[test]
fn a_priority_button_shows_only_that_priority() {
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    harness.get_by_label("Only low").click();
    harness.run_steps(2);
    assert!(has_label(
        &harness,
        "Low alarm: T02, No power, Unacknowledged"
    ));
    assert!(!has_label(&harness, "High alarm: T01"));
    harness.get_by_label("Clear filter").click();
    harness.run_steps(2);
    assert!(has_label(&harness, "High alarm: T01"));
}

#[test]
fn a_click_on_a_row_flies_there_and_ctrl_click_selects_more() {
    let (desk, hot, still) = two_alarms();
    let mut harness = desk.open();
    harness.get_by_label_contains("High alarm: T01").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::FlyTo(TurbineRow(0))]);
    let other = harness.get_by_label_contains("Low alarm: T02");
    other.click_modifiers(Modifiers::COMMAND);
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), []);
    harness.get_by_label("Acknowledge 2 selected").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Acknowledge(vec![hot, still])]);
}

#[test]
fn keys_move_in_the_list_and_acknowledge_what_is_selected() {
    let (desk, _, still) = two_alarms();
    let mut harness = desk.open();
    for key in [Key::ArrowDown, Key::ArrowDown, Key::A, Key::F] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert_eq!(
        asked(&mut harness),
        [
            Action::FlyTo(TurbineRow(0)),
            Action::FlyTo(TurbineRow(1)),
            Action::Acknowledge(vec![still]),
            Action::FitAll,
        ]
    );
}

#[test]
fn a_click_anywhere_on_a_row_selects_it_and_flies_to_its_turbine() {
    for share in [0.02, 0.3, 0.5, 0.7] {
        let (desk, hot, _) = two_alarms();
        let mut harness = desk.open();
        let row = harness.get_by_label_contains("High alarm: T01").rect();
        assert!(row.width() > 1000.0, "{row} is the whole row");
        let at = egui::pos2(row.left() + row.width() * share, row.center().y);
        harness.hover_at(at);
        harness.run_steps(2);
        for pressed in [true, false] {
            harness.event(egui::Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
            harness.run_steps(1);
        }
        harness.run_steps(2);
        assert_eq!(
            asked(&mut harness),
            [Action::FlyTo(TurbineRow(0))],
            "{share}"
        );
        assert!(harness.state().state.list.selected.contains(&hot));
    }
}

#[test]
fn keys_of_the_list_do_nothing_while_it_is_not_on_the_screen() {
    let (desk, hot, _) = two_alarms();
    let mut harness = desk.open();
    harness.state_mut().state.list.selected.insert(hot);
    let press_all = |harness: &mut Harness<Desk>| {
        for key in [Key::A, Key::ArrowDown, Key::ArrowUp] {
            harness.key_press(key);
            harness.run_steps(2);
        }
        asked(harness)
    };
    harness.get_by_label("Connection").click();
    harness.run_steps(3);
    assert_eq!(press_all(&mut harness), [], "behind another tab");
    harness.get_by_label("Alarms 2").click();
    harness.run_steps(3);
    harness.key_press(Key::F10);
    harness.run_steps(3);
    assert_eq!(press_all(&mut harness), [], "folded");
    harness.key_press(Key::F10);
    harness.run_steps(3);
    harness.key_press(Key::A);
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Acknowledge(vec![hot])]);
}

#[test]
fn escape_closes_what_is_open_before_it_deselects() {
    let (desk, ..) = two_alarms();
    let mut harness = desk.open();
    harness.get_by_label("State: Standing").click();
    harness.run_steps(3);
    assert!(has_label(&harness, "Returned, not acknowledged"));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!has_label(&harness, "Returned, not acknowledged"));
    assert_eq!(asked(&mut harness), []);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Select(None)]);
}

#[test]
fn escape_in_the_filter_clears_it_and_leaves_the_selection() {
    let (desk, ..) = two_alarms();
    let mut harness = desk.open();
    harness.key_press(Key::Slash);
    harness.run_steps(2);
    harness.event(egui::Event::Text("fa".to_owned()));
    harness.run_steps(2);
    assert_eq!(harness.state().state.list.filter.text, "fa");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(harness.state().state.list.filter.text, "");
    assert_eq!(asked(&mut harness), []);
}

#[test]
fn a_past_alarm_of_a_turbine_that_is_gone_is_selected_and_flies_nowhere() {
    let (mut desk, ..) = two_alarms();
    for (turbine, id) in [(7, "T08"), (0, "T99")] {
        let mut over = desk.standing[0].clone();
        over.key = AlarmKey(100 + u64::from(turbine));
        over.turbine = TurbineRow(turbine);
        over.turbine_id = id.into();
        over.cleared_ms = Some(NOW_MS - 10_000);
        over.acknowledged = Some((NOW_MS - 20_000, actor("ada")));
        desk.past.push(over);
    }
    let mut harness = desk.open();
    harness.state_mut().state.list.filter.state = StateFilter::Past;
    harness.run_steps(3);
    for (id, key) in [("T08", AlarmKey(107)), ("T99", AlarmKey(100))] {
        harness
            .get_by_label_contains(&format!("High alarm: {id}"))
            .click();
        harness.run_steps(3);
        assert!(harness.state().state.list.selected.contains(&key));
        assert_eq!(asked(&mut harness), []);
    }
}

#[test]
fn keys_do_nothing_while_the_filter_is_typed() {
    let (desk, hot, _) = two_alarms();
    let mut harness = desk.open();
    harness.state_mut().state.list.selected.insert(hot);
    harness.key_press(Key::Slash);
    harness.run_steps(2);
    harness.event(egui::Event::Text("fa".to_owned()));
    harness.key_press(Key::F);
    harness.key_press(Key::A);
    harness.run_steps(3);
    assert_eq!(asked(&mut harness), []);
    assert_eq!(harness.state().state.list.filter.text, "fa");
}

#[test]
fn past_alarms_are_found_by_the_state_filter() {
    let (mut desk, _, _) = two_alarms();
    let mut over = desk.standing.remove(0);
    over.cleared_ms = Some(NOW_MS - 10_000);
    over.acknowledged = Some((NOW_MS - 20_000, actor("ada")));
    desk.past.push(over);
    let mut harness = desk.open();
    assert!(!has_label(&harness, "High alarm: T01"));
    harness.state_mut().state.list.filter.state = StateFilter::Past;
    harness.run_steps(2);
    assert!(has_label(
        &harness,
        "High alarm: T01, Gearbox oil hot, Over"
    ));
    assert!(has_label(&harness, "1 min 20 s"));
}

#[test]
fn the_banner_counts_active_and_unacknowledged_alarms_of_each_priority() {
    let (mut desk, _, _) = two_alarms();
    desk.standing[0].acknowledged = Some((NOW_MS, actor("ada")));
    let harness = desk.open();
    for words in [
        "Critical: 0 active, 0 unacknowledged",
        "High: 1 active, 0 unacknowledged",
        "Low: 1 active, 1 unacknowledged",
        "1 unacknowledged",
    ] {
        harness.get_by_label(words);
    }
    assert!(has_label(&harness, "14:32:07"));
}

#[test]
fn the_banner_keeps_its_counts_where_there_is_little_room() {
    for (width, keeps_title) in [(1100.0, true), (720.0, false)] {
        let (desk, ..) = two_alarms();
        let harness = desk.open_at(width);
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(width, 800.0));
        for words in [
            "Critical: 0 active, 0 unacknowledged",
            "High: 1 active, 1 unacknowledged",
            "Low: 1 active, 1 unacknowledged",
        ] {
            let count = harness.get_by_label(words).rect();
            assert!(screen.contains_rect(count), "{words} at {width}: {count}");
        }
        let drawn = drawn_texts(&harness);
        let fractions = drawn.iter().filter(|text| *text == "1/1").count();
        assert_eq!(fractions, 2, "high and low at {width}: {drawn:?}");
        assert_eq!(has_label(&harness, "Two turbines"), keeps_title, "{width}");
        assert!(has_label(&harness, "14:32:07"));
    }
}

/// Every text that was painted in the last frame.
fn drawn_texts(harness: &Harness<Desk>) -> Vec<String> {
    let shapes = harness.output().shapes.iter();
    let text = |shape: &egui::epaint::ClippedShape| match &shape.shape {
        egui::Shape::Text(text) => Some(text.galley.text().to_owned()),
        _ => None,
    };
    shapes.filter_map(text).collect()
}

#[test]
fn what_is_wrong_with_a_live_connection_is_told() {
    let notice = "The broker refused the filter farm/#.";
    let mut desk = Desk::of_two_turbines();
    desk.telemetry = Some(TelemetryStatus {
        link: Link::Connected,
        notices: vec![notice.to_owned()],
        ..TelemetryStatus::default()
    });
    let mut harness = desk.open();
    assert!(has_label(&harness, "1 warning"));
    harness.get_by_label("Connection").click();
    harness.run_steps(3);
    harness.get_by_label(notice);
    let status = harness.state_mut().telemetry.as_mut().expect("a status");
    status.notices.clear();
    harness.run_steps(2);
    assert!(!has_label(&harness, "warning"));
}

#[test]
fn the_other_stations_and_what_was_refused_of_them_are_told() {
    let mut desk = Desk::of_two_turbines();
    desk.telemetry = Some(TelemetryStatus {
        link: Link::Connected,
        ..TelemetryStatus::default()
    });
    let station = |name: &str, lives: bool, ahead_ms: Option<i64>| StationSeen {
        name: name.into(),
        lives,
        ahead_ms,
    };
    desk.sharing = Some(SharingStatus {
        station: "desk-1".into(),
        prefix: "windvane/north".to_owned(),
        broker: "127.0.0.1:1883".to_owned(),
        link: Link::Connected,
        is_synced: true,
        stations: vec![
            station("desk-2", true, Some(4_200)),
            station("desk-3", false, None),
        ],
        refused: 1_204,
        recent_refused: [RefusedMessage {
            at_ms: NOW_MS,
            topic: "windvane/north/alarms/T01/Oil".to_owned(),
            excerpt: "{".to_owned(),
            reason: "not as the schema has it".to_owned(),
        }]
        .into(),
        ..SharingStatus::default()
    });
    let mut harness = desk.open();
    harness.get_by_label("Connection").click();
    harness.run_steps(3);
    for words in [
        "Other stations",
        "over 127.0.0.1:1883",
        "desk-2",
        "clock 4 s ahead",
        "desk-3",
        "is not heard",
        "1,204",
    ] {
        harness.get_by_label(words);
    }
    assert!(has_label(&harness, "Refused: not as the schema has it"));
    harness.state_mut().sharing = None;
    harness.run_steps(2);
    assert!(!has_label(&harness, "Other stations"));
}

#[test]
fn the_inspector_says_why_a_turbine_is_red() {
    let (mut desk, _, _) = two_alarms();
    desk.hear(0, "active_power", 1420.4, 3_000);
    desk.selected = Some(TurbineRow(0));
    let harness = desk.open();
    harness.get_by_label("Coloured by “Gearbox oil hot”.");
    assert!(harness.get_all_by_label("83.2 °C > 80").count() > 0);
    harness.get_by_label("gearbox_oil_temperature > 80");
    harness.get_by_label("Response: Derate to 50 %");
    harness.get_by_label("does not hold");
}

#[test]
fn the_inspector_shows_values_with_unit_age_and_quality() {
    let (mut desk, _, _) = two_alarms();
    desk.hear(0, "active_power", 1420.4, 3_000);
    desk.selected = Some(TurbineRow(0));
    let harness = desk.open();
    for words in [
        "1,420",
        "kW",
        "3 s · good",
        "83.2",
        "°C",
        "2 s · good",
        "no data",
    ] {
        assert!(has_label(&harness, words), "{words}");
    }
}

#[test]
fn an_alarm_whose_rule_no_longer_holds_says_what_it_waits_for() {
    let (mut desk, ..) = two_alarms();
    desk.hear(0, "gearbox_oil_temperature", 79.2, 1_000);
    desk.hear(1, "active_power", 20.0, 1_000);
    desk.selected = Some(TurbineRow(1));
    let harness = desk.open();
    let count = |words: &str| harness.query_all_by_label(words).count();
    assert_eq!(count("79.2 °C · no longer holds"), 1, "in the list");
    assert_eq!(
        count("20 kW · clears above 50"),
        2,
        "in the list and the inspector"
    );
    assert!(!has_label(&harness, "79.2 °C > 80"));
}

#[test]
fn an_alarm_whose_signal_is_silent_says_for_how_long() {
    let mut desk = Desk::of_two_turbines();
    desk.hear(0, "gearbox_oil_temperature", 83.2, 42_000);
    desk.fleet.sweep_stale(at(NOW_MS));
    desk.run_rules();
    desk.raise(0, 0, 90_000);
    let harness = desk.open();
    harness.get_by_label("no data for 42 s");
}

#[test]
fn a_silent_signal_makes_its_rule_unknown_and_the_inspector_says_for_how_long() {
    let mut desk = Desk::of_two_turbines();
    desk.hear(0, "gearbox_oil_temperature", 83.2, 42_000);
    desk.hear(0, "active_power", 900.0, 0);
    desk.fleet.sweep_stale(at(NOW_MS));
    desk.run_rules();
    desk.selected = Some(TurbineRow(0));
    let harness = desk.open();
    harness.get_by_label("State not known: a rule lacks data.");
    harness.get_by_label("Gearbox oil temperature: no data for 42 s");
    harness.get_by_label("42 s · stale");
}

#[test]
fn empty_panels_say_what_their_emptiness_means() {
    let harness = Desk::empty().open();
    assert!(has_label(&harness, "Run the demo"));
    let mut desk = Desk::of_two_turbines();
    let harness = Desk::of_two_turbines().open();
    harness.get_by_label("No data yet: nothing heard of 2 turbines.");
    harness.get_by_label("No turbine selected.");
    desk.hear(0, "active_power", 900.0, 0);
    let mut harness = desk.open();
    harness.get_by_label("No alarms. 2 turbines, 1 without data.");
    harness.state_mut().hear(1, "active_power", 900.0, 0);
    harness.state_mut().state.list = Default::default();
    harness.run_steps(2);
    harness.get_by_label("No alarms. 2 turbines report well.");
}

#[test]
fn the_bars_say_how_the_connection_is() {
    let mut desk = Desk::of_two_turbines();
    desk.telemetry = Some(TelemetryStatus {
        broker: "mqtt://127.0.0.1:1".to_owned(),
        link: Link::Disconnected {
            reason: "broker refused".to_owned(),
            retry_ms: NOW_MS + 5_000,
        },
        since_ms: NOW_MS - 42_000,
        rejected: 3,
        coalesced: 1_234,
        ..TelemetryStatus::default()
    });
    let mut harness = desk.open();
    harness.get_by_label("Not connected for 42 s: broker refused; next try in 5 s");
    for words in [
        "Not connected since 14:31:25",
        "0 values/s",
        "3 rejected",
        "1,234 coalesced",
    ] {
        harness.get_by_label(words);
    }
    let status = harness.state_mut().telemetry.as_mut().expect("a status");
    status.link = Link::Connected;
    status.messages_per_s = 1_240.0;
    harness.run_steps(2);
    harness.get_by_label("Live 1,240 msg/s");
}

#[test]
fn rejected_payloads_and_scene_problems_have_their_tabs() {
    let mut desk = Desk::of_two_turbines();
    let reject = Rejected {
        arrival_ms: NOW_MS - 1_000,
        topic: "farm/T99/telemetry".to_owned(),
        excerpt: "{\"WTUR\":".to_owned(),
        reason: RejectReason::UnknownTurbine,
        detail: "no turbine T99".to_owned(),
    };
    desk.telemetry = Some(TelemetryStatus {
        rejected: 1,
        rejected_by_reason: vec![(RejectReason::UnknownTurbine, 1)],
        recent_rejects: [reject].into(),
        ..TelemetryStatus::default()
    });
    desk.problems = vec![Problem {
        is_error: true,
        message: "unknown key `colour`".to_owned(),
        place: "farm.toml:3:1".to_owned(),
        snippet: Some(("colour = \"red\"".to_owned(), 0, 6)),
        help: Some("did you mean `color`?".to_owned()),
        code: "unknown-key",
        ..Problem::default()
    }];
    let mut harness = desk.open();
    harness.get_by_label("Rejected payloads 1").click();
    harness.run_steps(3);
    for words in [
        "farm/T99/telemetry",
        "unknown turbine: no turbine T99",
        "{\"WTUR\":",
    ] {
        harness.get_by_label(words);
    }
    harness.get_by_label("Scene problems 1").click();
    harness.run_steps(3);
    for words in [
        "unknown key `colour`",
        "farm.toml:3:1",
        "did you mean `color`?",
    ] {
        harness.get_by_label(words);
    }
    harness
        .get_by_label("1 error: the last good scene stays open until the file is saved without.");
    harness.get_by_label("Copy farm.toml:3:1");
    harness.get_by_label("unknown-key").click();
    harness.run_steps(3);
    harness.get_by_label("A table has a key that there is not; the nearest known one is named.");
    harness.get_by_label("Told of");
}

#[test]
fn one_key_folds_the_panels_and_the_view_takes_their_room() {
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    harness.get_by_label("Alarms 2");
    harness.key_press(Key::F10);
    harness.run_steps(2);
    assert!(!has_label(&harness, "Alarms 2"));
    harness.get_by_label("2 unacknowledged");
    harness.get_by_label("Show the panels (F10)").click();
    harness.run_steps(2);
    harness.get_by_label("Alarms 2");
}

#[test]
fn the_theme_is_switched_by_its_button() {
    let mut harness = Desk::empty().open();
    harness.get_by_label("Dark theme").click();
    harness.run_steps(2);
    harness.get_by_label("Light theme");
    assert_eq!(harness.state().theme.variant, Variant::Dark);
}

#[test]
fn the_first_acknowledge_button_is_where_the_window_test_clicks() {
    let mut desk = Desk::of_two_turbines();
    desk.hear(0, "gearbox_oil_temperature", 83.2, 2_000);
    desk.raise(0, 0, 90_000);
    let harness = desk.open();
    let (right, bottom) = crate::window::BUTTON_FROM_CORNER;
    let place = egui::pos2(1280.0 - right as f32, 800.0 - bottom as f32);
    let button = harness.get_by_label("Acknowledge").rect();
    assert!(button.contains(place), "{place} is not in {button}");
}

#[test]
fn everything_that_can_be_clicked_has_a_name() {
    let (mut desk, _, _) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    let harness = desk.open();
    let mut nameless = Vec::new();
    let mut open = vec![harness.root()];
    while let Some(node) = open.pop() {
        let inner = node.accesskit_node();
        let is_button = matches!(
            format!("{:?}", inner.role()).as_str(),
            "Button" | "TextInput" | "ComboBox" | "CheckBox" | "Link"
        );
        if is_button && inner.label().is_none_or(|l| l.trim().is_empty()) {
            nameless.push(format!("{:?} {:?}", inner.role(), node.rect()));
        }
        open.extend(node.children());
    }
    assert_eq!(nameless, Vec::<String>::new());
}

fn press(harness: &mut Harness<Desk>, with: Modifiers, key: Key) -> Vec<Action> {
    harness.key_press_modifiers(with, key);
    harness.run_steps(2);
    asked(harness)
}

#[test]
fn keys_of_the_view_ask_for_what_the_list_says() {
    let (mut desk, ..) = two_alarms();
    desk.selected = Some(TurbineRow(1));
    desk.views.scene = vec![NamedView {
        name: "South-west row".to_owned(),
        camera_m: [0.0, -900.0, 200.0],
        target_m: [0.0, 0.0, 50.0],
        fov_deg: None,
    }];
    let mut harness = desk.open();
    let none = Modifiers::NONE;
    for (with, key, action) in [
        (none, Key::F, Action::FlyTo(TurbineRow(1))),
        (none, Key::Home, Action::FitAll),
        (none, Key::M, Action::ToggleMap),
        (none, Key::P, Action::ToggleFirstPerson),
        (none, Key::N, Action::TourNext),
        (Modifiers::SHIFT, Key::N, Action::TourPrevious),
        (Modifiers::ALT, Key::ArrowLeft, Action::Back),
        (Modifiers::ALT, Key::ArrowRight, Action::Forward),
        (
            none,
            Key::Num1,
            Action::GoToView("South-west row".to_owned()),
        ),
        (none, Key::G, Action::Show(Overlay::Grid, true)),
    ] {
        assert_eq!(press(&mut harness, with, key), [action], "{key:?}");
    }
    assert_eq!(
        press(&mut harness, none, Key::Num2),
        [],
        "there is no second view"
    );
    // The arrows that move the camera do not move in the list.
    assert_eq!(press(&mut harness, Modifiers::SHIFT, Key::ArrowDown), []);
    assert_eq!(press(&mut harness, Modifiers::CTRL, Key::ArrowDown), []);
}

#[test]
fn on_foot_letters_are_steps_and_escape_leaves() {
    let (mut desk, hot, _) = two_alarms();
    desk.state.list.selected.insert(hot);
    desk.manner = Manner::Person;
    let mut harness = desk.open();
    for key in [Key::A, Key::ArrowDown, Key::N, Key::G, Key::Num1] {
        assert_eq!(press(&mut harness, Modifiers::NONE, key), [], "{key:?}");
    }
    let left = press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(left, [Action::ToggleFirstPerson]);
    assert!(!harness.state().state.list.selected.is_empty());
}

#[test]
fn the_list_of_keys_opens_with_a_question_mark_and_closes_with_escape() {
    let (desk, ..) = two_alarms();
    let mut harness = desk.open();
    assert!(!has_label(&harness, "Next alarmed turbine"));
    press(&mut harness, Modifiers::SHIFT, Key::Questionmark);
    harness.run_steps(3);
    assert!(has_label(&harness, "Next alarmed turbine"));
    assert!(has_label(&harness, "Draw the ground along"));
    assert_eq!(press(&mut harness, Modifiers::NONE, Key::Escape), []);
    harness.run_steps(3);
    assert!(!has_label(&harness, "Next alarmed turbine"));
}

#[test]
fn the_list_of_views_goes_saves_and_forgets() {
    let (mut desk, ..) = two_alarms();
    let view = |name: &str| NamedView {
        name: name.to_owned(),
        camera_m: [0.0, -900.0, 200.0],
        target_m: [0.0, 0.0, 50.0],
        fov_deg: None,
    };
    desk.views.scene = vec![view("From the road")];
    desk.views.user = vec![view("My corner")];
    let mut harness = desk.open();
    press(&mut harness, Modifiers::NONE, Key::V);
    harness.run_steps(3);
    let click = |harness: &mut Harness<Desk>, label: &str| {
        harness.get_by_label(label).click();
        harness.run_steps(3);
        asked(harness)
    };
    let go = |name: &str| [Action::GoToView(name.to_owned())];
    assert_eq!(click(&mut harness, "From the road"), go("From the road"));
    assert_eq!(click(&mut harness, "map"), go("map"));
    let forgotten = click(&mut harness, "Forget My corner");
    assert_eq!(forgotten, [Action::ForgetView("My corner".to_owned())]);
    assert!(
        !has_label(&harness, "Forget From the road"),
        "it is the scene's"
    );
    let saved = click(&mut harness, "Save");
    assert_eq!(saved, [Action::SaveView("View 1".to_owned())]);
}

#[test]
fn several_selected_turbines_are_counted_and_one_can_be_picked_out() {
    let (mut desk, ..) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    desk.also = vec![TurbineRow(1)];
    let mut harness = desk.open();
    assert!(has_label(&harness, "2 turbines selected"));
    assert!(has_label(&harness, "2 with alarms"));
    harness.get_by_label("Select T02 alone").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Select(Some(TurbineRow(1)))]);
}
