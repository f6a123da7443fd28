//! The pane of the alarm system's performance: figures beside targets, findings that lead to their rules.

use std::sync::Arc;

use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use jiff::tz::TimeZone;
use windvane::action::Action;
use windvane::alarms::journal::Record;
use windvane::alarms::performance::{SharedRecords, known_alarms, with_places};
use windvane::fleet::TurbineRow;
use windvane::panels::frame::{AlarmDesk, Farm, Look};
use windvane::panels::performance::{Choice, List, PerformanceState, performance_ui};
use windvane::scene::{LoadOptions, Scene, load};
use windvane::theme::{Theme, Variant, dress};

use crate::support::wait_for;

#[path = "../../benches/alarm_journal.rs"]
#[allow(dead_code, reason = "the bench uses more of it")]
mod alarm_journal;

mod picture;

const DAY_MS: i64 = 86_400_000;
/// 14:32:07 on 22 November 2025, UTC.
const NOW_MS: i64 = 1_763_821_927_000;

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
gearbox_oil_temperature = { field = "/WTRM/GbxOilTmp", unit = "degC", range = [0, 100] }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T12"
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
on_delay = "10s"
"##;

fn scene() -> Arc<Scene> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("two.toml");
    std::fs::write(&path, SCENE).expect("written");
    match load(&path, &LoadOptions::default()) {
        Ok(loaded) => loaded.scene,
        Err(problems) => panic!("{problems}"),
    }
}

fn record(at_ms: i64, change: &str, turbine: &str) -> Record {
    Record {
        seq: u64::try_from(at_ms - NOW_MS + 40 * DAY_MS).expect("of this month"),
        at_ms,
        change: change.into(),
        object: turbine.into(),
        name: "Gearbox oil hot".into(),
        key: None,
        priority: Some(windvane::scene::Priority::High),
        value: String::new(),
        by: None,
        comment: None,
        until_ms: None,
    }
}

/// T12 chatters: 24 cycles of 20 s today, and T01 has stood for two days.
fn chattering() -> Vec<Record> {
    let mut records = vec![
        record(NOW_MS - 30 * DAY_MS, "started", "desk"),
        record(NOW_MS - 2 * DAY_MS, "raised", "T01"),
    ];
    for n in 0..24 {
        let at_ms = NOW_MS - 3_600_000 + n * 20_000;
        records.push(record(at_ms, "raised", "T12"));
        records.push(record(at_ms + 6_000, "cleared", "T12"));
    }
    records
}

struct Pane {
    scene: Arc<Scene>,
    records: SharedRecords,
    state: PerformanceState,
    asked: Vec<Action>,
}

fn open<'a>(records: Vec<Record>) -> Harness<'a, Pane> {
    let pane = Pane {
        scene: scene(),
        records: SharedRecords(Arc::new(records)),
        state: PerformanceState::default(),
        asked: Vec::new(),
    };
    let mut is_dressed = false;
    let mut harness = Harness::builder()
        .with_size(egui::vec2(1280.0, 900.0))
        .build_ui_state(
            move |ui, pane: &mut Pane| {
                let theme = Theme::new(Variant::Light);
                if !std::mem::replace(&mut is_dressed, true) {
                    dress(ui.ctx(), &theme);
                    return;
                }
                let look = Look {
                    theme: &theme,
                    zone: &TimeZone::UTC,
                    now_ms: NOW_MS,
                };
                let farm = Farm {
                    scene: Some(&pane.scene),
                    desk: AlarmDesk {
                        records: Some(&pane.records),
                        ..AlarmDesk::default()
                    },
                    ..Farm::default()
                };
                performance_ui(ui, &look, &farm, &mut pane.state, &mut pane.asked);
            },
            pane,
        );
    wait_for("the figures", || {
        harness.run_steps(1);
        has_label(&harness, "Alarms a day").then_some(())
    });
    harness.run_steps(2);
    harness
}

fn has_label(harness: &Harness<Pane>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

#[test]
fn each_figure_stands_beside_its_target_and_says_whether_it_is_met() {
    let harness = open(chattering());
    assert!(has_label(
        &harness,
        "Chattering alarms: 1, target none: not met"
    ));
    assert!(has_label(
        &harness,
        "Stale alarms at the end: 1, target below 5: met"
    ));
    assert!(has_label(&harness, "Time to acknowledge, median: –"));
}

#[test]
fn a_finding_says_what_a_delay_would_have_left_and_leads_to_its_rule() {
    let mut harness = open(chattering());
    // On-delay of 10 s now; the gaps between conditions are 4 s.
    assert!(has_label(
        &harness,
        "An off-delay of 5 s (none now) would have left 1 of 24."
    ));
    harness
        .get_all_by_label("Edit the rule Gearbox oil hot")
        .next()
        .expect("a link")
        .click();
    harness.run_steps(2);
    let asked = &harness.state().asked;
    assert_eq!(*asked, [Action::EditRule(Some(0))]);
}

#[test]
fn a_chattering_alarm_is_selected_by_a_click() {
    let mut harness = open(chattering());
    harness.state_mut().state.list = List::Chattering;
    harness.run_steps(2);
    harness
        .get_by_label_contains("T12  Gearbox oil hot")
        .click();
    harness.run_steps(2);
    let asked = &harness.state().asked;
    assert_eq!(*asked, [Action::Select(Some(TurbineRow(1)))]);
}

#[test]
fn an_empty_journal_is_no_good_record() {
    let harness = open(Vec::new());
    assert!(has_label(&harness, "target none: no data"));
    assert!(!has_label(&harness, ": met"));
    assert!(has_label(&harness, "not watched"));
}

#[test]
fn another_span_is_worked_out_when_it_is_chosen() {
    let mut harness = open(chattering());
    harness.get_by_label("Shift").click();
    harness.run_steps(2);
    assert_eq!(harness.state().state.chosen.choice, Choice::Shift);
    harness.get_by_label("The one before").click();
    wait_for("the shift before, without an alarm", || {
        harness.run_steps(1);
        has_label(&harness, "Chattering alarms: 0").then_some(())
    });
}

#[test]
fn rules_are_told_with_the_file_and_line_of_the_scene() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("two.toml");
    std::fs::write(&path, SCENE).expect("written");
    let scene = load(&path, &LoadOptions::default())
        .expect("it is sound")
        .scene;
    let known = with_places(known_alarms(&scene), &scene);
    let rule = known.get("Gearbox oil hot").expect("it has an alarm");
    let line = SCENE
        .lines()
        .position(|l| l == "[[rules]]")
        .expect("it is there")
        + 1;
    assert_eq!(
        rule.place.as_deref(),
        Some(format!("two.toml:{line}").as_str())
    );
    assert!(!rule.has_response);
}
