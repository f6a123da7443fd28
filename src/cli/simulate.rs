//! `windvane simulate`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::PROBLEM;
use crate::demo::{
    Address, Climate, Farm, FaultRequest, Options, Report, Simulation, SimulationOptions,
    start_with, write_csv,
};
use crate::scene::{LoadOptions, Scene, load, write_problems};

/// Publish a simulated wind farm to any broker
///
/// Without a scene it is Horns Rev 1: 80 Vestas V80, one JSON message a turbine a second to
/// farm/{turbine}/telemetry. With a scene it publishes for that scene's turbines, topics and fields.
/// The same seed gives the same run.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane simulate --broker mqtt://localhost:1883\n  \
    windvane simulate --fault gearbox:T37@30s --fault icing:T12@2m+10m\n  \
    windvane simulate --statistics 10m > run.csv\n\n\
    Faults: gearbox, generator-bearing, communication, vibration, over-speed, icing, yaw,\n\
    converter, transformer, nacelle-fan, maintenance, gearbox-bearing, generator-cooling,\n\
    anemometer, pitch-offset, main-bearing")]
pub struct Args {
    /// The broker: mqtt://HOST:PORT, or mqtts:// for TLS. The scene's own without it, else the one
    /// on this machine
    #[arg(long, value_name = "URL")]
    broker: Option<String>,
    /// Publish for the turbines, topics and fields of this scene
    #[arg(long, value_name = "FILE")]
    scene: Option<PathBuf>,
    /// The environment variable that holds the broker's user name
    #[arg(long, value_name = "NAME", requires = "password_env")]
    username_env: Option<String>,
    /// The environment variable that holds the broker's password
    #[arg(long, value_name = "NAME", requires = "username_env")]
    password_env: Option<String>,
    /// How often each turbine publishes
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    interval: Duration,
    /// Only the first N turbines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    turbines: Option<u32>,
    /// End after this time; without it, at Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    run_for: Option<Duration>,
    /// Publish nothing: run this much simulated time and print a row of CSV for every minute
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    statistics: Option<Duration>,
    #[command(flatten)]
    run: RunArgs,
}

/// What `simulate` and `demo` have in common.
#[derive(clap::Args, Debug, Clone)]
pub(super) struct RunArgs {
    /// The same seed gives the same run
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Simulated seconds in a second
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,
    /// No faults
    #[arg(long)]
    calm: bool,
    /// Mean wind speed at hub height, m/s
    #[arg(long, value_name = "M/S", value_parser = bounded(0.0, 60.0))]
    wind: Option<f64>,
    /// Mean direction that the wind comes from, degrees from north
    #[arg(long, value_name = "DEG", value_parser = bounded(0.0, 360.0))]
    wind_direction: Option<f64>,
    /// Mean air temperature, degrees Celsius
    #[arg(long, value_name = "DEGC", allow_hyphen_values = true, value_parser = bounded(-50.0, 60.0))]
    temperature: Option<f64>,
    /// This fault in place of the shift's own: KIND:TURBINE@START, +DURATION after it if wanted; may be given often
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<FaultRequest>,
}

impl RunArgs {
    /// The simulator's options for a farm.
    pub(super) fn options(self, farm: Farm, interval: Duration, usual: Climate) -> Options {
        let climate = Climate {
            wind_ms: self.wind.unwrap_or(usual.wind_ms),
            direction_deg: self.wind_direction.unwrap_or(usual.direction_deg),
            ambient_c: self.temperature.unwrap_or(usual.ambient_c),
            ..usual
        };
        Options {
            farm: Arc::new(farm),
            simulation: SimulationOptions {
                seed: self.seed,
                calm: self.calm,
                faults: self.faults,
                climate,
            },
            interval,
            speed: self.speed,
        }
    }
}

/// A number between two others.
fn bounded(least: f64, most: f64) -> impl Fn(&str) -> Result<f64, String> + Clone {
    move |text| {
        let number = text.trim().parse::<f64>().ok();
        number
            .filter(|n| (least..=most).contains(n))
            .ok_or_else(|| format!("a number from {least} to {most}"))
    }
}

/// How often `--statistics` prints a row, simulated seconds.
const ROW_S: f64 = 60.0;

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let scene = match &args.scene {
        Some(path) => match load_scene(path)? {
            Some(scene) => Some(scene),
            None => return Ok(ExitCode::from(PROBLEM)),
        },
        None => None,
    };
    let mut farm = match &scene {
        Some(scene) => farm_of(scene),
        None => Farm::horns_rev_1(),
    };
    if let Some(turbines) = args.turbines {
        farm.machines.truncate(turbines as usize);
    }
    let options = args.run.options(farm, args.interval, Climate::default());
    if let Some(duration) = args.statistics {
        return statistics(&options, duration);
    }
    let broker = scene.as_ref().map(|scene| &scene.broker);
    let url = args
        .broker
        .or_else(|| broker.map(|broker| broker.url.clone()))
        .unwrap_or_else(|| "mqtt://localhost:1883".to_owned());
    if url == "embedded" {
        bail!("the scene's broker is inside the viewer; say which one with --broker");
    }
    let username_env = args
        .username_env
        .or_else(|| broker.and_then(|broker| broker.username_env.clone()));
    let password_env = args
        .password_env
        .or_else(|| broker.and_then(|broker| broker.password_env.clone()));
    let credentials = match (username_env, password_env) {
        (Some(user), Some(password)) => {
            Some((from_environment(&user)?, from_environment(&password)?))
        }
        (Some(user), None) => Some((from_environment(&user)?, String::new())),
        _ => None,
    };
    let handle = start_with(options, Address { url, credentials }, tell)?;
    wait(args.run_for)?;
    drop(handle);
    Ok(ExitCode::SUCCESS)
}

/// The scene, or `None` after its problems were told.
pub(super) fn load_scene(path: &Path) -> anyhow::Result<Option<Arc<Scene>>> {
    let (scene, problems) = match load(path, &LoadOptions::default()) {
        Ok(loaded) => (Some(loaded.scene), loaded.warnings),
        Err(problems) => (None, problems),
    };
    write_problems(&mut std::io::stderr().lock(), &problems, false)
        .context("cannot write the problems")?;
    Ok(scene)
}

/// The farm of a scene; says which of its signals nothing measures.
pub(super) fn farm_of(scene: &Scene) -> Farm {
    let (farm, unknown) = Farm::of_scene(scene);
    if !unknown.is_empty() {
        eprintln!(
            "Not simulated, because neither name nor field tells what they measure: {}",
            unknown.join(", ")
        );
    }
    farm
}

fn statistics(options: &Options, duration: Duration) -> anyhow::Result<ExitCode> {
    let mut simulation = Simulation::new(Arc::clone(&options.farm), &options.simulation)?;
    let mut out = std::io::stdout().lock();
    match write_csv(&mut simulation, duration.as_secs_f64(), ROW_S, &mut out) {
        // `| head` has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        other => other
            .context("cannot write the statistics")
            .map(|()| ExitCode::SUCCESS),
    }
}

fn from_environment(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("the environment variable {name} is not set"))
}

/// Waits for Ctrl-C, or for the time to pass.
fn wait(limit: Option<Duration>) -> anyhow::Result<()> {
    let (interrupt, interrupted) = crossbeam_channel::bounded(1);
    ctrlc::set_handler(move || {
        // Full: the first one is on its way.
        let _ = interrupt.try_send(());
    })
    .context("cannot listen for Ctrl-C")?;
    match limit {
        Some(limit) => {
            let _ = interrupted.recv_timeout(limit);
        }
        None => {
            let _ = interrupted.recv();
        }
    }
    Ok(())
}

fn tell(report: &Report) {
    match report {
        Report::Publishing { .. } => eprintln!("{report}; Ctrl-C ends it"),
        _ => eprintln!("{report}"),
    }
}
