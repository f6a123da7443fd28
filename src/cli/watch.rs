//! `windvane watch`: the rooms without a window, and what changes in them as JSON lines.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bevy::app::TaskPoolPlugin;
use bevy::ecs::schedule::{ScheduleLabel as _, SingleThreadedExecutor};
use bevy::prelude::*;
use cpu_time::ProcessTime;
use crossbeam_channel::{Receiver, bounded};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::alarms::journal::{JournalPatience, JournalStore};
use crate::wake::Wake;

mod lines;
mod stats;

use lines::Lines;

/// Under load, at most about 60 updates a second: one then serves many messages.
const SHORTEST_UPDATE: Duration = Duration::from_millis(16);
/// Without messages, delays of alarms and stale signals are looked at this often.
const LONGEST_UPDATE: Duration = Duration::from_millis(100);
/// Lines wait for the journal at most so long; then that is told of, and they are printed.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The telemetry room brings its counts up to date several times a second; after this they are.
const LAST_COUNTS: Duration = Duration::from_millis(300);

/// Print each change of colour and of alarm as a JSON line, without a window
///
/// Runs until Ctrl-C or SIGTERM. What the connection and the scene file do is told on standard
/// error. Events: "scene" (opened or reloaded: what follows starts from neutral turbines), "color",
/// "shows" (labels, icons and opacity that rules give, when others give them), "alarm".
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The scene file
    scene: PathBuf,
    /// Connect to this broker in place of the scene's: mqtt://HOST:PORT, mqtts://HOST:PORT, embedded
    #[arg(long, value_name = "URL")]
    broker: Option<String>,
    #[command(flatten)]
    twinmaker: super::import::TwinMakerArgs,
    #[command(flatten)]
    access: super::access::AccessArgs,
    #[command(flatten)]
    keep: super::journal::KeepArgs,
    #[command(flatten)]
    sharing: super::sharing::SharingArgs,
    /// Print one JSON object at the end: messages, values, what was rejected, CPU time, memory
    #[arg(long)]
    stats: bool,
    /// End by itself after this long: 30s, 5m, 2h
    #[arg(long = "for", value_name = "DURATION", value_parser = humantime::parse_duration)]
    duration: Option<Duration>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // A second Ctrl-C ends the program at once, should it hang.
        signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&ended))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&ended)))
            .context("cannot listen for Ctrl-C")?;
    }
    let (wake, woken) = bounded(1);
    let mut app = app();
    args.access.open(&mut app);
    args.sharing.open(&mut app);
    app.insert_resource(Wake::new(move || {
        // A full channel means that the loop will wake anyway.
        let _sent = wake.try_send(());
    }));
    // Nobody waits for a frame here: a line is printed once what it tells is on the disk.
    app.insert_resource(args.keep.store(JournalStore::of_user))
        .insert_resource(JournalPatience(LONGEST_WAIT));
    let options = args.twinmaker.options(args.broker.as_deref());
    if let Some(exit) = super::open::scene(&mut app, &args.scene, options)? {
        return Ok(exit);
    }
    app.finish();
    app.cleanup();

    let is_over = || {
        ended.load(Ordering::Relaxed) || args.duration.is_some_and(|limit| begun.elapsed() >= limit)
    };
    let has_reader = follow(&mut app, &woken, is_over)?;
    if args.stats && has_reader {
        std::thread::sleep(LAST_COUNTS);
        app.update();
        let stats = stats::collect(app.world(), ProcessTime::now(), begun.elapsed());
        writeln!(io::stdout(), "{stats}").context("cannot write to standard output")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The rooms that need no window, and what prints their changes.
fn app() -> App {
    let mut app = App::new();
    app.add_plugins((
        TaskPoolPlugin::default(),
        crate::headless_plugin,
        lines::plugin,
    ));
    // The rooms follow one upon the other: handing systems from thread to thread only costs.
    for schedule in [
        First.intern(),
        PreUpdate.intern(),
        Update.intern(),
        PostUpdate.intern(),
    ] {
        app.edit_schedule(schedule, |schedule| {
            schedule.set_executor(SingleThreadedExecutor::new());
        });
    }
    app
}

/// Updates whenever there is something new. False if nobody reads what is printed any more.
fn follow(app: &mut App, woken: &Receiver<()>, is_over: impl Fn() -> bool) -> anyhow::Result<bool> {
    let mut out = io::stdout();
    while !is_over() {
        let begun = Instant::now();
        app.update();
        let mut lines = app.world_mut().resource_mut::<Lines>();
        let written = out.write_all(lines.bypass_change_detection().as_bytes());
        lines.bypass_change_detection().clear();
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(false),
            written => written.context("cannot write to standard output")?,
        }
        std::thread::sleep(SHORTEST_UPDATE.saturating_sub(begun.elapsed()));
        // Woken or not: the update looks for itself.
        let _woken = woken.recv_timeout(LONGEST_UPDATE);
    }
    Ok(true)
}
