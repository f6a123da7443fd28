//! `windvane demo`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bevy::app::App;
use bevy::ecs::world::World;

use super::PROBLEM;
use super::simulate::{RunArgs, farm_of, load_scene};
use super::view::LookArgs;
use crate::alarms::journal::JournalStore;
use crate::alarms::{AlarmState, Alarms};
use crate::demo::{self, Climate, Farm, Held, Options, RunningDemo, SHIPPED, Shipped};
use crate::telemetry::embedded;
use crate::view::app::ViewOptions;
use crate::view::{WaitFor, has_display};

/// Written without a display, unless another file is named.
const PICTURE: &str = "windvane-demo.png";
const HORNS_REV_LONGITUDE_DEG: f64 = 7.84;
/// More turbines than this publish less often, unless told how often.
const LARGE_FLEET: usize = 5_000;

/// Show a simulated wind farm: embedded broker, simulator and viewer
///
/// Horns Rev 1 with 80 turbines, and the faults of a bad shift: the first develops within a minute;
/// or any other scene. Without a display it renders off-screen until an alarm stands, writes a picture
/// and prints the alarms.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane demo\n  \
    windvane demo --scene ridge\n  \
    windvane demo --scene my-farm.toml --interval 5s\n  \
    windvane demo --fault gearbox:T37@10s\n  \
    windvane demo --off-screen --wait-for alarm --size 1920x1080 --picture demo.png\n  \
    windvane demo --at 8m --fault gearbox:T37@0s --view T37 --picture hot.png\n\n\
    Scenes: horns-rev-1 (80 turbines at sea), ridge (40 on land), turbine (one in detail),\n\
    country (75,000), or the path of a scene file. Faults: see windvane simulate --help")]
pub struct Args {
    /// The scene: horns-rev-1, ridge, turbine, country, or a scene file
    #[arg(long, value_name = "NAME|FILE", default_value = "horns-rev-1")]
    scene: String,
    /// How often each turbine publishes; once a second without it, a country every 30 s
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    interval: Option<Duration>,
    /// Off screen: carry the simulation to this time at once and hold it there, without a broker. The
    /// same seed gives the same picture
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, conflicts_with_all = ["port", "wait_for"])]
    at: Option<Duration>,
    /// With --at: when the simulation begins, such as 2026-06-21T10:00:00Z; at noon of that day at the
    /// farm without it
    #[arg(long, value_name = "TIMESTAMP", requires = "at")]
    from: Option<jiff::Timestamp>,
    /// Port of the embedded broker on 127.0.0.1; a free one without it
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    keep: super::journal::KeepArgs,
    #[command(flatten)]
    look: LookArgs,
}

/// What is shown: a scene that ships, or a file.
struct Shown {
    title: String,
    path: PathBuf,
    farm: Farm,
    interval: Duration,
    climate: Climate,
    longitude_deg: f64,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(mut args: Args) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let is_alone = args.at.is_none() && !args.look.off_screen && !has_display();
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
    let Some(shown) = shown(&args.scene)? else {
        return Ok(ExitCode::from(PROBLEM));
    };
    let interval = args.interval.unwrap_or(shown.interval);
    let options = args
        .run
        .clone()
        .options(shown.farm, interval, shown.climate);
    let view = ViewOptions {
        scene: Some(shown.path),
        ..args.look.options(started)
    };
    let outcome = if let Some(at) = args.at {
        let view = ViewOptions {
            off_screen: true,
            ..view
        };
        let held = Held::new(&options, at)?;
        let held = match args.from {
            Some(from) => held.from(from.as_millisecond()),
            None => held.from_noon_at(shown.longitude_deg),
        };
        args.look.run_held(&view, held, |world| print_alarms(world))
    } else {
        live(&args, &shown.title, options, view)
    };
    if let (Ok(_), Some(picture)) = (&outcome, &args.look.picture) {
        eprintln!("Picture: {}", picture.display());
    }
    outcome
}

fn live(args: &Args, title: &str, options: Options, view: ViewOptions) -> anyhow::Result<ExitCode> {
    let broker = embedded::start(args.port)?;
    eprintln!(
        "Simulating {title} on {}; to listen: mosquitto_sub -p {} -t '#'",
        broker.url, broker.port
    );
    let simulator = demo::start(options, &broker.url)?;
    let view = ViewOptions {
        broker: Some(broker.url.clone()),
        ..view
    };
    let scene = view.scene.clone().unwrap_or_default();
    let demo = RunningDemo::new(scene, broker, simulator);
    // A picture keeps nothing, unless it is told to.
    let usual = match view.off_screen {
        true => || JournalStore::None,
        false => JournalStore::of_user,
    };
    let store = args.keep.store(usual);
    let set_up = move |app: &mut App| {
        app.insert_resource(demo).insert_resource(store);
    };
    args.look.run(&view, set_up, |world| {
        // First, so that it does not complain of the broker that ends with the program.
        drop(world.remove_resource::<RunningDemo>());
        print_alarms(world);
    })
}

/// The scene of this name or file, or `None` after its problems were told.
fn shown(asked: &str) -> anyhow::Result<Option<Shown>> {
    if let Some(scene) = demo::shipped(asked) {
        return of_shipped(scene);
    }
    let path = Path::new(asked);
    if !path.is_file() {
        let names = SHIPPED.each_ref().map(|scene| scene.name).join(", ");
        bail!("{asked} is neither a scene file nor one that ships ({names})");
    }
    let Some(scene) = load_scene(path)? else {
        return Ok(None);
    };
    let farm = farm_of(&scene);
    let seconds = if farm.machines.len() > LARGE_FLEET {
        30
    } else {
        1
    };
    Ok(Some(Shown {
        title: scene.title.clone(),
        path: path.to_owned(),
        farm,
        interval: Duration::from_secs(seconds),
        longitude_deg: scene.site.longitude_deg,
        climate: Climate::default(),
    }))
}

fn of_shipped(shipped: &Shipped) -> anyhow::Result<Option<Shown>> {
    let path = shipped.path().context("the demo's scene")?;
    // Horns Rev is built in: it runs even while somebody has broken its rules in the editor.
    let (farm, longitude_deg) = if shipped.name == "horns-rev-1" {
        (Farm::horns_rev_1(), HORNS_REV_LONGITUDE_DEG)
    } else {
        match load_scene(&path)? {
            Some(scene) => (farm_of(&scene), scene.site.longitude_deg),
            None => return Ok(None),
        }
    };
    Ok(Some(Shown {
        title: shipped.title.to_owned(),
        path,
        farm,
        interval: shipped.interval,
        climate: shipped.climate,
        longitude_deg,
    }))
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
            AlarmState::LatchedUnacknowledged => "latched, unacknowledged",
            AlarmState::Latched => "latched",
            AlarmState::Normal => "normal",
            AlarmState::Withdrawn => "withdrawn",
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
