//! Roles: what files give them to whom, what they permit where it is carried out, and what a panel shows
//! of it; and what is noted of what people do.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::tz::TimeZone;
use windvane::access::{Access, AccessChanged, Person, Places, Role, Session};
use windvane::action::Action;
use windvane::alarms::journal::Note;
use windvane::alarms::{Alarm, AlarmId, AlarmSource, Alarms, Deed, Order, Refused};
use windvane::fleet::{Fleet, TurbineRow};
use windvane::panels::desk::{DeskState, desk_ui};
use windvane::panels::frame::{AlarmDesk, Farm, Look};
use windvane::rules::RuleStates;
use windvane::scene::{LoadOptions, Priority, Scene, SceneSource, load};
use windvane::sound::{Audible, Cue, Sound};
use windvane::theme::{Theme, Variant, dress};

use crate::support::wait_for;

const SCENE: &str = r##"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
turbines = [{ id = "T01", model = "v80", east_m = 0, north_m = 0 }]

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

fn session(role: Role) -> Session {
    Session {
        user: "anna".into(),
        station: "desk 1".into(),
        role,
    }
}

fn oil_hot() -> AlarmId {
    AlarmId {
        object: "T01".into(),
        name: "Oil hot".into(),
    }
}

/// What was sent in an app, by kind.
#[derive(Resource, Default)]
struct Heard {
    orders: Vec<Order>,
    refused: Vec<Refused>,
    notes: Vec<Note>,
    changed: Vec<AccessChanged>,
}

fn app(scene: Option<&Path>) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, windvane::headless_plugin))
        .init_resource::<Heard>()
        .add_systems(
            PostUpdate,
            |mut orders: MessageReader<Order>,
             mut refused: MessageReader<Refused>,
             mut notes: MessageReader<Note>,
             mut changed: MessageReader<AccessChanged>,
             mut heard: ResMut<Heard>| {
                heard.orders.extend(orders.read().cloned());
                heard.refused.extend(refused.read().cloned());
                heard.notes.extend(notes.read().cloned());
                heard.changed.extend(changed.read().cloned());
            },
        );
    if let Some(path) = scene {
        let options = LoadOptions::default();
        let loaded = load(path, &options).unwrap();
        app.insert_resource(SceneSource {
            path: path.to_owned(),
            options,
            loaded: Some(loaded),
        });
    }
    app
}

fn heard(app: &App) -> &Heard {
    app.world().resource::<Heard>()
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.toml");
    (folder, path)
}

/// Every action that changes the state of an alarm, with the least role that may.
fn actions() -> Vec<(Action, Role)> {
    let alarms = vec![oil_hot()];
    vec![
        (Action::Acknowledge(Vec::new()), Role::Operator),
        (Action::Reset(Vec::new()), Role::Operator),
        (
            Action::Shelve {
                alarms: alarms.clone(),
                duration: Duration::from_secs(60),
                is_one_shot: false,
                reason: "Sensor".to_owned(),
            },
            Role::Operator,
        ),
        (Action::Unshelve(alarms.clone()), Role::Operator),
        (
            Action::Comment {
                alarm: oil_hot(),
                text: "Seen".to_owned(),
            },
            Role::Operator,
        ),
        (
            Action::TakeOutOfService {
                alarms: alarms.clone(),
                reason: "Repair".to_owned(),
            },
            Role::Engineer,
        ),
        (Action::ReturnToService(alarms), Role::Engineer),
    ]
}

#[test]
fn what_a_role_may_not_do_is_not_done_whoever_sends_it() {
    for role in Role::ALL {
        for (action, least) in actions() {
            let mut app = app(None);
            app.insert_resource(session(role));
            app.world_mut().write_message(action.clone());
            app.update();
            let heard = heard(&app);
            assert_eq!(
                heard.refused.is_empty(),
                role >= least,
                "{role:?} {action:?}"
            );
            if role < least {
                assert!(heard.orders.is_empty(), "{role:?} {action:?}");
                assert!(
                    app.world()
                        .resource::<Alarms>()
                        .laid_aside()
                        .next()
                        .is_none()
                );
            }
        }
    }
}

#[test]
fn an_order_carries_who_gave_it_where_and_as_what() {
    let mut app = app(None);
    app.insert_resource(session(Role::Operator));
    app.world_mut()
        .write_message(Action::Unshelve(vec![oil_hot()]));
    app.update();
    let order = &heard(&app).orders[0];
    assert_eq!(order.deed, Deed::Unshelve(oil_hot()));
    assert_eq!(order.by, session(Role::Operator).actor());
}

#[test]
fn a_file_that_changes_changes_the_role_and_a_broken_one_does_not() {
    let (_folder, path) = folder();
    std::fs::write(&path, "station = \"Room 1\"\ndefault = \"operator\"\n").unwrap();
    let mut app = app(None);
    let problems = Access::open(&mut app, Places::of_system(path.clone()));
    assert!(problems.is_empty());
    app.update();
    let role = |app: &App| app.world().resource::<Session>().role;
    assert_eq!(role(&app), Role::Operator);
    assert_eq!(&*app.world().resource::<Session>().station, "Room 1");
    std::fs::write(&path, "default = \"oprator\"\n").unwrap();
    let told = wait_for("the broken file to be told", || {
        app.update();
        heard(&app).changed.first().cloned()
    });
    assert!(
        told.is_problem && told.words.contains("oprator"),
        "{told:?}"
    );
    assert_eq!(role(&app), Role::Operator);
    let user = Person::of_process().user;
    std::fs::write(&path, format!("[users]\n\"{user}\" = \"viewer\"\n")).unwrap();
    wait_for("the new role", || {
        app.update();
        (role(&app) == Role::Viewer).then_some(())
    });
    let heard = heard(&app);
    let last = heard.changed.last().unwrap();
    assert!(last.words.starts_with("You are now viewer"), "{last:?}");
    assert!(
        heard
            .notes
            .iter()
            .any(|note| &*note.change == "access_changed")
    );
}

#[test]
fn that_a_scene_is_opened_and_read_anew_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, SCENE).unwrap();
    let mut app = app(Some(&path));
    app.insert_resource(session(Role::Engineer));
    let changes = |app: &App| -> Vec<String> {
        let notes = heard(app).notes.iter();
        notes.map(|note| note.change.to_string()).collect()
    };
    app.update();
    app.update();
    assert_eq!(changes(&app), ["scene_opened"]);
    let opened = heard(&app).notes.last().unwrap();
    assert_eq!(opened.by, Some(session(Role::Engineer).actor()));
    std::fs::write(&path, SCENE.replace("> 80", "> 85")).unwrap();
    wait_for("the scene to be read anew", || {
        app.update();
        changes(&app)
            .contains(&"scene_reloaded".to_owned())
            .then_some(())
    });
    let reloaded = heard(&app).notes.last().unwrap();
    assert_eq!((&*reloaded.object, &reloaded.by), ("scene.toml", &None));
}

fn windvane(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args(args)
        .env_remove("WINDVANE_ACCESS")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_command_says_who_one_is_as_what_and_why() {
    let (_folder, path) = folder();
    let user = Person::of_process().user;
    let file = path.display().to_string();
    std::fs::write(&path, format!("[users]\n\"{user}\" = \"operator\"\n")).unwrap();
    let output = windvane(&["access", "--access", &file, "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["user"], *user);
    assert_eq!(
        (&json["role"], &json["by"]),
        (&"operator".into(), &"user".into())
    );
    assert_eq!(
        (&json["file"], &json["line"]),
        (&file.as_str().into(), &2.into())
    );
    let may_not = json["may_not"].as_array().unwrap();
    assert!(may_not.contains(&"edit scenes and rules".into()));
    // Without the option the environment names the file.
    let output = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .arg("access")
        .env("WINDVANE_ACCESS", &path)
        .output()
        .unwrap();
    let words = text(&output.stdout);
    assert!(words.contains("role     operator"), "{words}");
    assert!(words.contains("By your own entry in"), "{words}");
}

#[test]
fn a_broken_file_is_told_with_its_place_by_every_command_that_reads_it() {
    let (_folder, path) = folder();
    let file = path.display().to_string();
    std::fs::write(&path, "[users]\nanna = \"oprator\"\n").unwrap();
    for args in [
        &["access", "--access", &file][..],
        &["access", "check", &file],
    ] {
        let output = windvane(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        let told = text(&output.stderr);
        assert!(told.contains("access.toml:2:8"), "{told}");
        assert!(told.contains("did you mean `operator`?"), "{told}");
    }
    let output = windvane(&["access", "--access", &file]);
    assert!(text(&output.stdout).contains("role     viewer"));
    let output = windvane(&["access", "check", &file, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&json["problems"][0]["line"], output.status.code()),
        (&2.into(), Some(1))
    );
    std::fs::write(
        &path,
        "default = \"operator\"\n[users]\nanna = \"engineer\"\n",
    )
    .unwrap();
    let output = windvane(&["access", "check", &file, "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&json["default"], &json["users"]["anna"]),
        (&"operator".into(), &"engineer".into())
    );
    let output = windvane(&["access", "check", "no-such-file.toml"]);
    assert_eq!(output.status.code(), Some(1));
}

/// A desk with one alarm, at which somebody sits.
struct Desk {
    scene: Arc<Scene>,
    session: Session,
    sound: Sound,
    standing: Vec<Alarm>,
    fleet: Fleet,
    state: DeskState,
    asked: Vec<Action>,
}

fn desk(role: Role) -> (tempfile::TempDir, Harness<'static, Desk>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, SCENE).unwrap();
    let scene = load(&path, &LoadOptions::default()).unwrap().scene;
    let fleet = Fleet::new(scene.turbines.len(), scene.column_count());
    let alarm = Alarm::raised(
        AlarmSource::Rule(0),
        oil_hot(),
        TurbineRow(0),
        Priority::High,
        1_000,
    );
    let sound = Sound {
        has_output: true,
        is_sounding: true,
        ..Sound::default()
    };
    let state = Desk {
        scene,
        session: session(role),
        sound,
        standing: vec![alarm],
        fleet,
        state: DeskState::default(),
        asked: Vec::new(),
    };
    let theme = Theme::new(Variant::Light);
    let mut is_dressed = false;
    let mut harness = Harness::builder()
        .with_size(egui::vec2(1_280.0, 800.0))
        .build_ui_state(
            move |ui, desk: &mut Desk| {
                if !std::mem::replace(&mut is_dressed, true) {
                    dress(ui.ctx(), &theme);
                    return;
                }
                let look = Look {
                    theme: &theme,
                    zone: &TimeZone::UTC,
                    now_ms: 2_000,
                };
                let rules = RuleStates::default();
                let farm = Farm {
                    scene: Some(&desk.scene),
                    fleet: Some(&desk.fleet),
                    rules: Some(&rules),
                    standing: &desk.standing,
                    desk: AlarmDesk {
                        session: Some(&desk.session),
                        sound: Some(&desk.sound),
                        ..AlarmDesk::default()
                    },
                    ..Farm::default()
                };
                desk_ui(ui.ctx(), &look, &farm, &mut desk.state, &mut desk.asked);
            },
            state,
        );
    harness.run_steps(4);
    (folder, harness)
}

#[test]
fn a_viewer_sees_the_buttons_disabled_with_the_reason_and_can_silence() {
    let (_folder, mut harness) = desk(Role::Viewer);
    harness.get_by_label("anna · viewer");
    for label in ["Acknowledge", "Acknowledge 1 visible"] {
        let button = harness.get_by_label(label);
        let node = button.accesskit_node();
        assert!(node.is_disabled(), "{label}");
        let why = node.data().description().unwrap_or_default();
        assert!(
            why.contains("takes the role operator; yours is viewer"),
            "{label}: {why}"
        );
        button.click();
    }
    harness.run_steps(2);
    // The row beneath may take the click, and shows its turbine: nothing is acknowledged.
    let asked = std::mem::take(&mut harness.state_mut().asked);
    let is_deed = |action: &Action| !matches!(action, Action::FlyTo(_) | Action::Select(_));
    assert!(!asked.iter().any(is_deed), "{asked:?}");
    harness.get_by_label("Silence (Q)").click();
    harness.run_steps(2);
    assert_eq!(harness.state().asked, [Action::Silence]);
    harness.key_press(egui::Key::Q);
    harness.run_steps(2);
    assert_eq!(harness.state().asked, [Action::Silence, Action::Silence]);
}

#[test]
fn an_operator_acknowledges_and_finds_the_rules_to_look_at_only() {
    let (_folder, mut harness) = desk(Role::Operator);
    harness.get_by_label("Acknowledge").click();
    harness.run_steps(2);
    assert!(matches!(
        harness.state().asked[..],
        [Action::Acknowledge(_)]
    ));
    harness.state_mut().state.editor.ask(None);
    wait_for("the rules", || {
        harness.run_steps(1);
        harness.query_by_label("New rule").map(drop)
    });
    for label in ["New rule", "Delete the rule", "Save"] {
        assert!(
            harness.get_by_label(label).accesskit_node().is_disabled(),
            "{label}"
        );
    }
    harness.get_by_label_contains("To edit scenes and rules takes the role engineer");
}

/// Feeds the sound with what stands, as the program does.
fn hear(audible: &mut Audible, app: &App) -> Cue {
    let alarms = app.world().resource::<Alarms>();
    audible.follow(std::iter::empty(), alarms);
    audible.take_cue()
}

#[test]
fn nothing_that_is_not_there_is_heard_and_silence_needs_no_alarm() {
    let app = app(None);
    let mut audible = Audible::default();
    assert_eq!(hear(&mut audible, &app), Cue::default());
    audible.silence(Some(app.world().resource::<Alarms>()));
    assert_eq!(hear(&mut audible, &app), Cue::default());
}
