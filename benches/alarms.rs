//! What the alarm room costs a frame: with 100,000 alarms defined and nothing changing, and in a storm
//! of 10,000 transitions a second.
//!
//! `cargo bench --bench alarms`. Only the room's own systems are counted, on one core.

#![allow(
    missing_docs,
    reason = "criterion's macros make functions without docs"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench may panic"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use bevy::ecs::schedule::SingleThreadedExecutor;
use bevy::prelude::*;
use criterion::{Criterion, criterion_group, criterion_main};
use windvane::RoomSet;
use windvane::access::{Role, Session};
use windvane::alarms::Alarms;
use windvane::clock::{self, Clock};
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::scene::{ActiveScene, LoadOptions, SceneReplaced, load};
use windvane::telemetry::Arrivals;

const TURBINES: usize = 5_000;
const RULES: usize = 20;
/// Frames in a second.
const FRAMES: usize = 60;
/// Transitions in a second of the storm.
const STORM: usize = 10_000;

/// When the room began, and how long it took.
#[derive(Resource)]
struct Room {
    began: Instant,
    took: Duration,
}

#[derive(Resource, Default)]
struct Fed(Vec<Sample>);

/// 20 rules that alarm, with delays, ladders and suppression, over 5,000 turbines.
fn scene_text() -> String {
    let mut text = String::from(
        "title = \"Bench\"\n\
         site = { latitude = 55.0, longitude = 8.0 }\n\
         broker = { url = \"mqtt://127.0.0.1:9\", stale_after = \"20days\" }\n\
         topics = [{ filter = \"farm/{turbine}/telemetry\", payload = \"json\" }]\n\n\
         [models.m]\nhub_height_m = 70\nrotor_diameter_m = 80\nrated_power_kw = 2000\n\
         [models.m.signals]\nspeed = { field = \"/speed\", range = [1, 2] }\n",
    );
    for rule in 0..RULES {
        writeln!(text, "s{rule} = {{ field = \"/s{rule}\", range = [0, 1] }}").unwrap();
    }
    for rule in 0..RULES {
        let stands_in_for = match rule % 2 {
            0 => format!("stands_in_for = [\"Alarm {}\"]\n", rule + 1),
            _ => String::new(),
        };
        write!(
            text,
            "[[rules]]\nname = \"Alarm {rule}\"\nwhen = \"s{rule} > 1\"\n[rules.alarm]\n\
             priority = \"high\"\nresponse = \"Act\"\nre_alarm = \"8h\"\n\
             escalate = {{ after = \"10min\", to = \"critical\" }}\n\
             suppress_when = \"speed < 0.5\"\n{stands_in_for}"
        )
        .unwrap();
    }
    for turbine in 0..TURBINES {
        writeln!(
            text,
            "[[turbines]]\nid = \"T{turbine:04}\"\nmodel = \"m\"\neast_m = {}\nnorth_m = {}",
            (turbine % 100) * 500,
            (turbine / 100) * 500
        )
        .unwrap();
    }
    text
}

fn app() -> App {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, scene_text()).unwrap();
    let scene = load(&path, &LoadOptions::default()).unwrap().scene;
    let mut app = App::new();
    app.add_plugins(MinimalPlugins)
        .insert_resource(Session {
            user: "bench".into(),
            station: "bench".into(),
            role: Role::Engineer,
        })
        .init_resource::<Fed>()
        .insert_resource(Room {
            began: Instant::now(),
            took: Duration::ZERO,
        })
        .add_plugins(windvane::headless_plugin)
        .add_systems(
            Update,
            (
                (|mut fed: ResMut<Fed>, mut arrivals: ResMut<Arrivals>| {
                    arrivals.0.append(&mut fed.0);
                })
                .after(RoomSet::Telemetry)
                .before(RoomSet::Fleet),
                (|mut room: ResMut<Room>| room.began = Instant::now())
                    .after(RoomSet::Rules)
                    .before(RoomSet::Alarms),
                (|mut room: ResMut<Room>| room.took = room.began.elapsed())
                    .after(RoomSet::Alarms)
                    .before(RoomSet::View),
            ),
        )
        .edit_schedule(Update, |schedule| {
            schedule.set_executor(SingleThreadedExecutor::new());
        });
    clock::stop(&mut app);
    app.insert_resource(ActiveScene {
        scene,
        generation: 1,
    });
    app.world_mut()
        .write_message(SceneReplaced { previous: None });
    app.update();
    for signal in 0..=RULES {
        let all = (0..TURBINES).map(|turbine| (turbine, signal));
        feed(&mut app, all, if signal == RULES { 1.5 } else { 0.0 });
        frame(&mut app);
    }
    app
}

/// Values of the signals of these rules at these turbines; the number of rules stands for the speed.
fn feed(app: &mut App, of: impl Iterator<Item = (usize, usize)>, value: f64) {
    let now_ms = app.world().resource::<Clock>().wall_ms;
    let scene = app.world().resource::<ActiveScene>().scene.clone();
    let column = |rule: usize| {
        let name = match rule {
            RULES => "speed".to_owned(),
            rule => format!("s{rule}"),
        };
        let at = scene.signals.iter().position(|s| **s == *name);
        SignalColumn(at.unwrap() as u16)
    };
    let columns: Vec<SignalColumn> = (0..=RULES).map(column).collect();
    let samples = of.map(|(turbine, rule)| Sample {
        source_time_ms: now_ms,
        arrival_ms: now_ms,
        value,
        turbine: TurbineRow(turbine as u32),
        signal: columns[rule],
        quality: Quality::Good,
        timed_by_source: false,
    });
    app.world_mut().resource_mut::<Fed>().0.extend(samples);
}

/// A frame; gives what the alarm room took of it.
fn frame(app: &mut App) -> Duration {
    let mut clock = app.world_mut().resource_mut::<Clock>();
    clock.wall_ms += 16;
    clock.monotonic += Duration::from_millis(16);
    app.update();
    app.world().resource::<Room>().took
}

fn alarm_room(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("alarm room, a frame");
    let mut calm = app();
    group.bench_function("100,000 alarms, nothing changes", |bencher| {
        bencher.iter_custom(|frames| (0..frames).map(|_| frame(&mut calm)).sum());
    });
    let mut storm = app();
    // 10,000 are active; each frame of the storm clears as many of them as it raises others. Nobody
    // acknowledges: in the end 50,000 stand.
    let every = |at: usize| (at % TURBINES, (at / TURBINES) * 2 % RULES);
    feed(&mut storm, (0..STORM).map(every), 2.0);
    frame(&mut storm);
    let standing = storm.world().resource::<Alarms>().standing().len();
    assert_eq!(standing, STORM);
    let mut at = 0;
    group.bench_function("10,000 active, 10,000 transitions a second", |bencher| {
        bencher.iter_custom(|frames| {
            let mut took = Duration::ZERO;
            for _ in 0..frames {
                let half = STORM / FRAMES / 2;
                feed(&mut storm, (at..at + half).map(every), 0.0);
                let raised = at + STORM..at + STORM + half;
                feed(&mut storm, raised.map(every), 2.0);
                at += half;
                took += frame(&mut storm);
            }
            took
        });
    });
    group.bench_function("10,000 are raised in one frame", |bencher| {
        bencher.iter_custom(|times| {
            let mut took = Duration::ZERO;
            for _ in 0..times {
                feed(&mut calm, (0..STORM).map(every), 2.0);
                took += frame(&mut calm);
                feed(&mut calm, (0..STORM).map(every), 0.0);
                frame(&mut calm);
            }
            took
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = alarm_room
}
criterion_main!(benches);
