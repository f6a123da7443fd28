//! The demo within a running program: broker and simulator started on request, ended with its scene.

use std::path::PathBuf;

use bevy::prelude::*;
use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::{Farm, Handle, Options, scene_path, start};
use crate::RoomSet;
use crate::action::Action;
use crate::scene::{ActiveScene, LoadOptions, OpenScene};
use crate::telemetry::embedded::{self, EmbeddedBroker};
use crate::wake::Wake;

/// The demo that runs; it ends when another scene is open.
#[derive(Resource, Debug)]
pub struct RunningDemo {
    /// Its scene file.
    pub scene: PathBuf,
    /// Where it publishes.
    pub broker: EmbeddedBroker,
    simulator: Handle,
}

impl RunningDemo {
    /// Takes note of a demo that was started already.
    pub fn new(scene: PathBuf, broker: EmbeddedBroker, simulator: Handle) -> Self {
        Self {
            scene,
            broker,
            simulator,
        }
    }

    /// Starts broker and simulator with what `windvane demo` has as a rule. A broker of an earlier
    /// demo serves again: it cannot be stopped.
    fn start(options: Options, broker: Option<EmbeddedBroker>) -> Result<Self, String> {
        let scene = scene_path().map_err(|error| in_full(&error))?;
        let broker = match broker {
            Some(broker) => broker,
            None => embedded::start(None).map_err(|error| in_full(&error))?,
        };
        let simulator = start(options, &broker.url).map_err(|error| in_full(&error))?;
        Ok(Self::new(scene, broker, simulator))
    }
}

/// The demo could not be started.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct DemoFailed(pub String);

/// A demo that is being started on its thread.
#[derive(Resource)]
struct Starting(Receiver<Result<RunningDemo, String>>);

/// The broker of the last demo.
#[derive(Resource)]
struct LastBroker(EmbeddedBroker);

/// Runs the demo when asked to.
pub fn plugin(app: &mut App) {
    app.add_message::<Action>()
        .add_message::<OpenScene>()
        .add_message::<DemoFailed>()
        .add_systems(Update, (begin, open, end).chain().before(RoomSet::Scene));
}

fn begin(
    mut actions: MessageReader<Action>,
    running: Option<Res<RunningDemo>>,
    starting: Option<Res<Starting>>,
    last: Option<Res<LastBroker>>,
    wake: Res<Wake>,
    mut requests: MessageWriter<OpenScene>,
    mut failed: MessageWriter<DemoFailed>,
    mut commands: Commands,
) {
    let is_asked = actions.read().filter(|a| **a == Action::RunDemo).count() > 0;
    if !is_asked || starting.is_some() {
        return;
    }
    if let Some(running) = running {
        requests.write(request(&running));
        return;
    }
    let (done, outcome) = bounded(1);
    let (wake, last) = (wake.clone(), last.map(|last| last.0.clone()));
    let run = move || {
        let options = Options {
            farm: std::sync::Arc::new(Farm::horns_rev_1()),
            ..Options::default()
        };
        // Nobody takes it where the program has ended meanwhile.
        let _ = done.send(RunningDemo::start(options, last));
        wake.wake();
    };
    let thread = std::thread::Builder::new().name("demo".to_owned());
    match thread.spawn(run) {
        Ok(_) => commands.insert_resource(Starting(outcome)),
        Err(error) => {
            failed.write(DemoFailed(error.to_string()));
        }
    }
}

fn open(
    starting: Option<Res<Starting>>,
    mut requests: MessageWriter<OpenScene>,
    mut failed: MessageWriter<DemoFailed>,
    mut commands: Commands,
) {
    let Some(starting) = starting else { return };
    match starting.0.try_recv() {
        Err(TryRecvError::Empty) => return,
        Ok(Ok(demo)) => {
            requests.write(request(&demo));
            commands.insert_resource(LastBroker(demo.broker.clone()));
            commands.insert_resource(demo);
        }
        Ok(Err(reason)) => {
            failed.write(DemoFailed(reason));
        }
        Err(TryRecvError::Disconnected) => {
            failed.write(DemoFailed("its thread has ended".to_owned()));
        }
    }
    commands.remove_resource::<Starting>();
}

/// Ends the simulator once another scene has taken the place of the demo's.
fn end(
    running: Option<Res<RunningDemo>>,
    active: Option<Res<ActiveScene>>,
    mut was_open: Local<bool>,
    mut commands: Commands,
) {
    let (Some(running), Some(active)) = (running, active) else {
        *was_open = false;
        return;
    };
    let is_open = active.scene.broker.url == running.broker.url;
    if *was_open && !is_open {
        commands.insert_resource(LastBroker(running.broker.clone()));
        commands.queue(|world: &mut World| {
            let Some(demo) = world.remove_resource::<RunningDemo>() else {
                return;
            };
            // Its thread says farewell to the broker, which a frame must not wait for.
            let thread = std::thread::Builder::new().name("demo end".to_owned());
            if let Err(error) = thread.spawn(move || drop(demo.simulator)) {
                warn!("The demo was ended without a farewell: {error}");
            }
        });
    }
    *was_open = is_open;
}

fn request(demo: &RunningDemo) -> OpenScene {
    OpenScene {
        path: demo.scene.clone(),
        options: LoadOptions {
            broker: Some(demo.broker.url.clone()),
            ..LoadOptions::default()
        },
    }
}

/// An error with its causes, in one line.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}
