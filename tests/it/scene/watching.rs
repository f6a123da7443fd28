//! A scene in a running app: reloaded when its files change, kept when they are bad.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use windvane::action::Action;
use windvane::scene::{ActiveScene, SceneProblems, SceneReplaced, SceneSource};

use super::{Files, HEAD, LoadOptions, TURBINE, after_head};

#[derive(Resource, Default)]
struct Replacements(Vec<Option<usize>>);

/// An app with a scene in it, without a window.
fn app(files: &Files, is_loaded: bool) -> App {
    let path = files.path("scene.toml");
    let options = LoadOptions::default();
    let loaded = is_loaded.then(|| windvane::scene::load(&path, &options).unwrap());
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, windvane::headless_plugin))
        .init_resource::<Replacements>()
        .add_systems(
            Last,
            |mut from: MessageReader<SceneReplaced>, mut to: ResMut<Replacements>| {
                let turbines = from
                    .read()
                    .map(|r| r.previous.as_ref().map(|s| s.turbines.len()));
                to.0.extend(turbines);
            },
        )
        .insert_resource(SceneSource {
            path,
            options,
            loaded,
        });
    app
}

fn turbines(app: &App) -> usize {
    let active = app.world().get_resource::<ActiveScene>();
    active.map_or(0, |active| active.scene.turbines.len())
}

fn generation(app: &App) -> u64 {
    app.world().resource::<ActiveScene>().generation
}

fn errors(app: &App) -> usize {
    app.world().resource::<SceneProblems>().problems.errors()
}

/// Runs frames until this holds.
fn run_until(app: &mut App, what: &str, holds: impl Fn(&App) -> bool) {
    let begun = Instant::now();
    while !holds(app) {
        assert!(begun.elapsed() < Duration::from_secs(30), "in vain: {what}");
        app.update();
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn two_turbines() -> String {
    format!("{HEAD}{TURBINE}{}", TURBINE.replace("T01", "T02"))
}

#[test]
fn a_scene_that_was_loaded_before_is_there_in_the_first_frame() {
    let files = after_head(TURBINE);
    let mut app = app(&files, true);
    app.update();
    assert_eq!((turbines(&app), generation(&app)), (1, 1));
    assert_eq!(app.world().resource::<Replacements>().0, [None]);
}

#[test]
fn a_saved_file_replaces_the_scene_and_a_bad_one_does_not() {
    let files = after_head(TURBINE);
    let mut app = app(&files, false);
    run_until(&mut app, "the scene is opened", |app| turbines(app) == 1);

    files.write("scene.toml", two_turbines());
    run_until(&mut app, "the new scene is there", |app| turbines(app) == 2);
    assert_eq!(generation(&app), 2);

    files.write("scene.toml", format!("{HEAD}bad"));
    run_until(&mut app, "the errors are shown", |app| errors(app) > 0);
    assert_eq!((turbines(&app), generation(&app)), (2, 2));
    let problems = app.world().resource::<SceneProblems>();
    assert!(problems.has_failed());
    assert_eq!(problems.file, files.path("scene.toml"));
    assert_eq!(problems.problems.list()[0].line, 20);

    files.write("scene.toml", format!("{HEAD}{TURBINE}"));
    run_until(&mut app, "the repaired scene is there", |app| {
        turbines(app) == 1
    });
    assert!(app.world().resource::<SceneProblems>().problems.is_empty());
    app.update();
    assert_eq!(
        app.world().resource::<Replacements>().0,
        [None, Some(1), Some(2)]
    );
}

#[test]
fn a_file_that_an_editor_puts_in_the_place_of_the_old_one_is_read() {
    let files = after_head(TURBINE);
    let mut app = app(&files, true);
    app.update();
    for round in 0..3 {
        let (text, count) = if round % 2 == 0 {
            (two_turbines(), 2)
        } else {
            (format!("{HEAD}{TURBINE}"), 1)
        };
        files.write("scene.toml~", text);
        std::fs::rename(files.path("scene.toml~"), files.path("scene.toml")).unwrap();
        run_until(&mut app, "the renamed file is read", |app| {
            turbines(app) == count
        });
    }
}

#[test]
fn layouts_and_included_files_are_watched_even_before_they_exist() {
    let table = "[[turbines_from]]\nfile = \"csv/l.csv\"\nid = \"id\"\neast_m = \"x\"\nnorth_m = \"y\"\n\
                 model = \"v80\"\n";
    let files = Files::new().with(
        "scene.toml",
        format!("include = [\"more/m.toml\"]\n{HEAD}{table}"),
    );
    let mut app = app(&files, false);
    run_until(&mut app, "both files are missed", |app| errors(app) == 2);
    files.write("more/m.toml", TURBINE);
    run_until(&mut app, "one file is missed", |app| errors(app) == 1);
    files.write("csv/l.csv", "id,x,y\nA,1,2\n");
    run_until(&mut app, "the scene is opened", |app| turbines(app) == 2);
    files.write("csv/l.csv", "id,x,y\nA,1,2\nB,3,4\n");
    run_until(&mut app, "the new row is there", |app| turbines(app) == 3);
}

#[test]
fn a_file_saved_without_a_change_replaces_nothing() {
    let files = after_head(TURBINE);
    let mut app = app(&files, true);
    app.update();
    files.write("scene.toml", format!("{HEAD}{TURBINE}"));
    // A change of contents afterwards shows that the first save has been looked at.
    std::thread::sleep(Duration::from_millis(400));
    files.write("scene.toml", two_turbines());
    run_until(&mut app, "the changed scene is there", |app| {
        turbines(app) == 2
    });
    assert_eq!(generation(&app), 2);
}

#[test]
fn another_scene_is_opened_on_request_and_then_watched() {
    let files = after_head(TURBINE);
    let mut app = app(&files, true);
    app.update();
    files.write("other.toml", two_turbines());
    app.world_mut()
        .write_message(Action::OpenScene(files.path("other.toml")));
    run_until(&mut app, "the other scene is opened", |app| {
        turbines(app) == 2
    });
    files.write("other.toml", format!("{HEAD}{TURBINE}"));
    run_until(&mut app, "the other scene is reloaded", |app| {
        turbines(app) == 1
    });
}

#[test]
fn a_scene_that_arrives_wakes_the_app() {
    let files = after_head(TURBINE);
    let mut app = app(&files, true);
    let (sender, woken) = crossbeam_channel::bounded(16);
    app.insert_resource(windvane::wake::Wake::new(move || {
        let _is_full = sender.try_send(());
    }));
    app.update();
    files.write("scene.toml", two_turbines());
    // The connection's thread wakes the app too: the next wake-up may be its.
    while turbines(&app) != 2 {
        woken
            .recv_timeout(Duration::from_secs(30))
            .expect("the app is woken");
        app.update();
    }
}
