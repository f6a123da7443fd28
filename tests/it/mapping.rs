//! The mapping helper: what arrives, what it is mapped to, and signals made of it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use bevy::prelude::*;
use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use jiff::tz::TimeZone;
use windvane::panels::frame::{Farm, Look};
use windvane::panels::mapping::{Filter, MappingState, Sort, TopicForm, mapping_ui};
use windvane::scene::{ActiveScene, LoadOptions, Scene, SceneSource, load};
use windvane::telemetry::{
    Listening, Matched, Observation, Seen, SeenField, SeenKind, SeenLevel, SeenTopic,
    TelemetryConfig,
};
use windvane::theme::{Theme, Variant, dress};

use crate::support::{Mosquitto, wait_for};

const SCENE: &str = r#"# A farm.
title = "Mapped"
site = { latitude = 55.0, longitude = 8.0, time_zone = "UTC" }
broker = { url = "mqtt://127.0.0.1:1" }

[[topics]]
filter = "farm/{turbine}/telemetry"
payload = "json"
time = "/ts"

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
active_power  = { field = "/WTUR/W", unit = "kW" } # at the grid
brake_applied = { field = "/WTRM/Brk", type = "boolean" }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0
"#;

struct Files(tempfile::TempDir);

impl Files {
    fn new(scene: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scene.toml"), scene).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("scene.toml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    fn scene(&self) -> Arc<Scene> {
        load(&self.path(), &LoadOptions::default()).unwrap().scene
    }
}

fn field(pointer: &str, kind: SeenKind, value: &str, range: Option<[f64; 2]>) -> SeenField {
    SeenField {
        pointer: pointer.into(),
        kind,
        is_mixed: false,
        value: value.into(),
        per_s: 1.0,
        last_ms: 1_000,
        sources: 1,
        models: vec![(0, 1)],
        range,
        history: range.map_or_else(Vec::new, |[low, high]| vec![(0, low), (1_000, high)]),
    }
}

fn topic(filter: &str, matched: Matched, fields: Vec<SeenField>) -> SeenTopic {
    SeenTopic {
        filter: filter.into(),
        matched,
        levels: Vec::new(),
        sample_topic: filter.replace("{turbine}", "T01").into(),
        sample: r#"{"WTRM":{"GbxOilTmp":61.5}}"#.into(),
        is_sample_cut: false,
        is_json: true,
        messages: 10,
        per_s: 1.0,
        last_ms: 1_000,
        is_retained: false,
        sources: 1,
        unknown_turbines: Vec::new(),
        fields,
        fields_left_out: false,
    }
}

fn seen() -> Seen {
    let fields = vec![
        field("/ts", SeenKind::Text, "2026-01-01T00:00:00Z", None),
        field(
            "/WTUR/W",
            SeenKind::Number,
            "1500",
            Some([1_400.0, 1_600.0]),
        ),
        field(
            "/WTRM/GbxOilTmp",
            SeenKind::Number,
            "61.5",
            Some([55.0, 63.0]),
        ),
        field("/WTRM/Brk", SeenKind::Text, "on", None),
    ];
    let mut other = topic("met/mast/wind", Matched::Not, Vec::new());
    other.levels = ["met", "mast", "wind"].map(level).into();
    Seen {
        revision: 1,
        at_ms: 1_000,
        topics: vec![
            topic("farm/{turbine}/telemetry", Matched::Mapping(0), fields),
            other,
        ],
        messages_left_out: 0,
    }
}

fn level(text: &str) -> SeenLevel {
    SeenLevel {
        text: text.into(),
        varies: false,
        is_turbine: false,
    }
}

fn pane(scene: Arc<Scene>) -> Harness<'static, MappingState> {
    let theme = Theme::new(Variant::Light);
    let mut is_dressed = false;
    let mut harness = Harness::builder()
        .with_size(egui::vec2(1_280.0, 640.0))
        .build_ui_state(
            move |ui, state: &mut MappingState| {
                if !is_dressed {
                    dress(ui.ctx(), &theme);
                    is_dressed = true;
                    return;
                }
                let look = Look {
                    theme: &theme,
                    zone: &TimeZone::UTC,
                    now_ms: 2_000,
                };
                let farm = Farm {
                    scene: Some(&scene),
                    ..Farm::default()
                };
                mapping_ui(ui, &look, &farm, state);
            },
            MappingState::default(),
        );
    harness.state_mut().seen = Arc::new(seen());
    harness.run_steps(3);
    harness
}

#[test]
fn each_field_says_what_it_is_mapped_to_and_what_is_not_is_marked() {
    let harness = pane(Files::new(SCENE).scene());
    harness.get_by_label("active_power");
    harness.get_by_label("Time of the message");
    harness.get_by_label("not mapped yet");
    harness.get_by_label("brake_applied is true or false");
    harness.get_by_label("Fits no filter");
    harness.get_by_label("2 topics, 4 fields, 1 not mapped yet, 1 topic fits no filter");
}

#[test]
fn one_click_makes_a_signal_and_the_rest_of_the_file_stays_as_it_was() {
    let files = Files::new(SCENE);
    let mut harness = pane(files.scene());
    harness
        .get_by_label("Make a signal of /WTRM/GbxOilTmp")
        .click();
    harness.run_steps(2);
    let written = wait_for("the signal in the file", || {
        Some(files.text()).filter(|text| text != SCENE)
    });
    let line = "gearbox_oil_temperature = { field = \"/WTRM/GbxOilTmp\", unit = \"degC\", \
                range = [50, 70], part = \"gearbox\" }\n";
    let before = "brake_applied = { field = \"/WTRM/Brk\", type = \"boolean\" }\n";
    assert_eq!(written, SCENE.replace(before, &format!("{before}{line}")));
    files.scene();
    wait_for("the word of it", || {
        harness.run_steps(1);
        let told = harness.query_by_label_contains("was added to scene.toml");
        told.map(drop)
    });
}

/// Replaces the name of the signal by typing.
fn retype(harness: &mut Harness<MappingState>, name: &str) {
    harness.get_by_label("Name of the signal").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.run_steps(1);
    harness.event(egui::Event::Text(name.to_owned()));
    harness.run_steps(3);
}

#[test]
fn a_proposal_can_be_corrected_before_it_is_written() {
    let files = Files::new(SCENE);
    let mut harness = pane(files.scene());
    harness.get_by_label("/WTRM/GbxOilTmp").click();
    harness.run_steps(3);
    harness.get_by_label("Recent values");
    retype(&mut harness, "Oil hot");
    harness.get_by_label_contains("small letters");
    retype(&mut harness, "oil");
    harness.get_by_label("Make a signal").click();
    harness.run_steps(2);
    wait_for("the signal in the file", || {
        // In line with the signals above it.
        let line = "\noil           = { field = \"/WTRM/GbxOilTmp\"";
        files.text().contains(line).then_some(())
    });
}

#[test]
fn filters_show_only_what_is_meant() {
    let scene = Files::new(SCENE).scene();
    let mut harness = pane(scene);
    harness.get_by_label("Not mapped yet").click();
    harness.run_steps(2);
    assert!(harness.query_by_label("active_power").is_none());
    harness.get_by_label("not mapped yet");
    harness.state_mut().filter = Filter {
        text: "wtur".into(),
        ..Filter::default()
    };
    harness.run_steps(2);
    harness.get_by_label("active_power");
    assert!(harness.query_by_label("/ts").is_none());
}

#[test]
fn an_order_by_what_changes_stands_until_it_is_asked_for_again() {
    let mut harness = pane(Files::new(SCENE).scene());
    harness.state_mut().sort = Sort::Rate;
    harness.run_steps(2);
    let top =
        |harness: &Harness<MappingState>, label: &str| harness.get_by_label(label).rect().top();
    let before = top(&harness, "/ts");
    let mut later = seen();
    later.topics[0].fields[3].per_s = 99.0;
    harness.state_mut().seen = Arc::new(later);
    harness.run_steps(2);
    assert_eq!(top(&harness, "/ts"), before, "rows do not jump");
}

#[test]
fn a_topic_is_proposed_with_the_level_that_is_a_turbine() {
    let mut of_turbine = topic(
        "met/{turbine}/wind",
        Matched::Not,
        vec![field("/timestamp", SeenKind::Text, "now", None)],
    );
    of_turbine.levels = ["met", "T01", "wind"].map(level).into();
    of_turbine.levels[1].is_turbine = true;
    let form = TopicForm::propose(&of_turbine);
    assert_eq!(form.filter(), "met/{turbine}/wind");
    assert_eq!((form.fault(), form.time.as_str()), (None, "/timestamp"));
    of_turbine.is_json = false;
    assert_eq!(
        TopicForm::propose(&of_turbine).filter(),
        "met/{turbine}/{signal}"
    );
    of_turbine.levels[1].is_turbine = false;
    assert!(TopicForm::propose(&of_turbine).fault().is_some());
    of_turbine.levels[0].varies = true;
    of_turbine.is_json = true;
    assert_eq!(
        TopicForm::propose(&of_turbine).filter(),
        "{turbine}/T01/wind"
    );
}

/// The program without a window on a scene file at this broker.
fn app(files: &Files) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, windvane::headless_plugin))
        .insert_resource(SceneSource {
            path: files.path(),
            options: LoadOptions::default(),
            loaded: None,
        });
    app
}

fn publish(broker: &Mosquitto, topic: &str, payload: &str) {
    let port = broker.port.to_string();
    let arguments = ["-h", "127.0.0.1", "-p", &port, "-t", topic, "-m", payload];
    let sent = Command::new("mosquitto_pub").args(arguments).status();
    assert!(sent.expect("mosquitto_pub").success());
}

#[test]
fn everything_is_heard_only_while_asked_for_and_nothing_of_it_is_rejected() {
    let broker = Mosquitto::start();
    let files = Files::new(&SCENE.replace("mqtt://127.0.0.1:1", &broker.url()));
    let mut app = app(&files);
    wait_for("the connection", || {
        app.update();
        let status = app
            .world()
            .resource::<windvane::telemetry::TelemetryStatus>();
        (status.link == windvane::telemetry::Link::Connected).then_some(())
    });
    let observation = app.world().resource::<Observation>().clone();
    publish(&broker, "farm/T01/telemetry", r#"{"WTUR":{"W":1}}"#);
    app.update();
    assert_eq!(observation.seen().revision, 0, "nobody wanted to see it");
    observation.watch(true);
    let heard = |filter: &str| {
        let seen = observation.seen();
        seen.topics.iter().find(|t| *t.filter == *filter).cloned()
    };
    let mapped = wait_for("a topic of the scene", || {
        publish(&broker, "farm/T01/telemetry", r#"{"WTUR":{"W":7}}"#);
        app.update();
        heard("farm/{turbine}/telemetry")
    });
    assert_eq!(mapped.matched, Matched::Mapping(0));
    assert_eq!(
        (&*mapped.fields[0].pointer, mapped.fields[0].value.as_str()),
        ("/WTUR/W", "7")
    );
    publish(&broker, "met/T01/wind", "8.5");
    let active = app.world().resource::<ActiveScene>().clone();
    observation.listen_to_everything(&active, &TelemetryConfig::default());
    let other = wait_for("a topic that no filter fits", || {
        publish(&broker, "met/T01/wind", "8.5");
        heard("met/{turbine}/wind")
    });
    assert_eq!((other.matched, other.is_json), (Matched::Not, false));
    assert!(matches!(observation.listening(), Listening::Until(_)));
    observation.stop_listening();
    assert_eq!(observation.listening(), Listening::Off);
    app.update();
    let status = app
        .world()
        .resource::<windvane::telemetry::TelemetryStatus>();
    assert_eq!(
        status.rejected, 0,
        "what is only listened to is not decoded"
    );
}
