//! `windvane demo`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bevy::app::App;
use bevy::ecs::world::World;

use super::simulate::RunArgs;
use super::view::LookArgs;
use crate::alarms::{AlarmState, Alarms};
use crate::demo::{self, Farm, RunningDemo};
use crate::telemetry::embedded;
use crate::view::app::ViewOptions;
use crate::view::{WaitFor, has_display};

/// How often a simulated turbine publishes.
const INTERVAL: Duration = Duration::from_secs(1);
/// Written without a display, unless another file is named.
const PICTURE: &str = "windvane-demo.png";

/// Show a simulated wind farm: embedded broker, simulator and viewer
///
/// Horns Rev 1 with 80 turbines, and the faults of a bad shift: the first develops within a minute.
/// Without a display it renders off-screen until an alarm stands, writes a picture and prints the
/// alarms.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane demo\n  \
    windvane demo --fault gearbox:T37@10s\n  \
    windvane demo --off-screen --wait-for alarm --size 1920x1080 --picture demo.png")]
pub struct Args {
    /// Port of the embedded broker on 127.0.0.1; a free one without it
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    look: LookArgs,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(mut args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let is_alone = !args.look.off_screen && !has_display();
    if is_alone {
        eprintln!("No display: rendering off-screen until an alarm stands.");
        args.look.off_screen = true;
        args.look
            .picture
            .get_or_insert_with(|| PathBuf::from(PICTURE));
        if args.look.wait_for == WaitFor::Scene {
            args.look.wait_for = WaitFor::Alarm;
        }
    }
    let scene = demo::scene_path().context("the demo's scene")?;
    let broker = embedded::start(args.port)?;
    eprintln!(
        "Simulating Horns Rev 1 on {}; to listen: mosquitto_sub -p {} -t 'farm/#'",
        broker.url, broker.port
    );
    let simulator = demo::start(args.run.options(Farm::horns_rev_1(), INTERVAL), &broker.url)?;
    let options = ViewOptions {
        scene: Some(scene.clone()),
        broker: Some(broker.url.clone()),
        ..args.look.options(started)
    };
    let demo = RunningDemo::new(scene, broker, simulator);
    let set_up = move |app: &mut App| {
        app.insert_resource(demo);
    };
    let outcome = args.look.run(&options, set_up, |world| {
        // First, so that it does not complain of the broker that ends with the program.
        drop(world.remove_resource::<RunningDemo>());
        print_alarms(world);
    });
    if let (Ok(_), Some(picture)) = (&outcome, &args.look.picture) {
        eprintln!("Picture: {}", picture.display());
    }
    outcome
}

/// Prints the alarms that stand, most urgent first.
fn print_alarms(world: &World) {
    let Some(alarms) = world.get_resource::<Alarms>() else {
        return;
    };
    let mut standing: Vec<_> = alarms.standing().iter().collect();
    standing.sort_by_key(|alarm| (alarm.priority, alarm.raised_ms));
    for alarm in &standing {
        let state = match alarm.state() {
            AlarmState::Unacknowledged => "unacknowledged",
            AlarmState::Acknowledged => "acknowledged",
            AlarmState::ReturnedUnacknowledged => "returned, unacknowledged",
            AlarmState::Normal => "normal",
        };
        println!(
            "{} {:8} {:4} {}: {} ({state})",
            alarm.priority.number(),
            alarm.priority.name(),
            alarm.turbine_id,
            alarm.name,
            alarm.value_at_raise,
        );
    }
    match standing.len() {
        1 => println!("1 alarm"),
        n => println!("{n} alarms"),
    }
}
