//! Scenes as they arrive from their thread: opened, replaced, or failed with their problems.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bevy::prelude::*;
use crossbeam_channel::TrySendError;

use super::load::{LoadOptions, Loaded};
use super::model::{ActiveScene, Scene, SceneReplaced};
use super::problem::{Problem, Problems, Severity};
use super::progress::{LoadProgress, LoadStep};
use super::source::Place;
use super::watch::{self, Command, Handle, Outcome};
use crate::RoomSet;
use crate::action::Action;
use crate::wake::Wake;

/// Building the view of more turbines than this takes long enough to be told of first.
const MANY_TURBINES: usize = 5_000;
/// Frames in which that is told before the view is built.
const FRAMES_OF_NOTICE: u8 = 3;

/// Open a scene in place of the present one, with a broker other than its own if need be. Operators
/// ask by [`Action::OpenScene`]; the program itself by this.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct OpenScene {
    /// The scene file.
    pub path: PathBuf,
    /// What is given beside it.
    pub options: LoadOptions,
}

/// The scene to open at start. Insert it before the app runs.
#[derive(Resource, Debug, Clone)]
pub struct SceneSource {
    /// The scene file.
    pub path: PathBuf,
    /// What is given beside it; scenes that are opened later go without.
    pub options: LoadOptions,
    /// The scene, if it was loaded already: it is there in the first frame then.
    pub loaded: Option<Loaded>,
}

/// The problems of the scene that was loaded last. Empty if it had none.
#[derive(Resource, Debug, Clone, Default, PartialEq)]
pub struct SceneProblems {
    /// The scene file that was loaded last.
    pub file: PathBuf,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The problems: errors if it failed, warnings if it did not.
    pub problems: Problems,
}

impl SceneProblems {
    /// The file has errors: what is shown is the last good scene, if there was one.
    pub fn has_failed(&self) -> bool {
        self.problems.errors() > 0
    }
}

/// What the thread is told and what it tells.
#[derive(Resource)]
struct Loading {
    handle: Handle,
    /// The scene that was given at the start, and what was given beside it.
    first: Option<(PathBuf, LoadOptions)>,
    /// A large scene that waits until the window has told of it, and for how many frames more.
    held: Option<(Outcome, u8)>,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<SceneProblems>()
        .init_resource::<Wake>()
        .init_resource::<LoadProgress>()
        .add_message::<SceneReplaced>()
        .add_message::<OpenScene>()
        .add_message::<Action>()
        .add_systems(PreStartup, start)
        .add_systems(Update, (ask, apply).chain().in_set(RoomSet::Scene));
}

fn start(mut commands: Commands, source: Option<Res<SceneSource>>, wake: Res<Wake>) {
    let first = source.as_ref().map(|s| (s.path.clone(), s.options.clone()));
    match watch::start() {
        Ok(handle) => {
            tell(&handle, Command::WakeBy(wake.clone()));
            if let Some(source) = &source {
                if source.loaded.is_none() {
                    // Before the thread gets to it: the first frame is not that of an empty program.
                    handle.progress.begin(&source.path);
                }
                let (path, options) = (source.path.clone(), source.options.clone());
                tell(
                    &handle,
                    match &source.loaded {
                        Some(loaded) => {
                            let texts = Arc::clone(&loaded.scene.texts);
                            Command::Follow(path, options, loaded.inputs.clone(), texts)
                        }
                        None => Command::Open(path, options),
                    },
                );
            }
            commands.insert_resource(handle.progress.clone());
            commands.insert_resource(Loading {
                handle,
                first,
                held: None,
            });
        }
        Err(error) => {
            let path = source.as_ref().map(|s| s.path.clone()).unwrap_or_default();
            let message = format!("scenes cannot be loaded: no thread could be started: {error}");
            let mut problems = Problems::default();
            problems.push(Problem::error("internal", Place::of_file(&path), message));
            commands.insert_resource(SceneProblems {
                file: path,
                at_ms: millis(SystemTime::now()),
                problems,
            });
        }
    }
    if let Some(source) = source
        && let Some(loaded) = source.loaded.clone()
    {
        let outcome = Outcome {
            path: source.path.clone(),
            at: SystemTime::now(),
            result: Ok((loaded.scene, loaded.warnings)),
        };
        commands.queue(move |world: &mut World| settle(world, outcome));
        commands.remove_resource::<SceneSource>();
    }
}

/// Hands the operator's wishes to the thread.
fn ask(
    loading: Option<Res<Loading>>,
    mut actions: MessageReader<Action>,
    mut requests: MessageReader<OpenScene>,
    wake: Res<Wake>,
) {
    let Some(loading) = loading else { return };
    if wake.is_changed() {
        tell(&loading.handle, Command::WakeBy(wake.clone()));
    }
    for action in actions.read() {
        if let Action::OpenScene(path) = action {
            let given = loading.first.iter().find(|(first, _)| first == path);
            let options = given.map(|(_, options)| options.clone());
            let command = Command::Open(path.clone(), options.unwrap_or_default());
            tell(&loading.handle, command);
        }
    }
    for OpenScene { path, options } in requests.read() {
        let command = Command::Open(path.clone(), options.clone());
        tell(&loading.handle, command);
    }
}

fn tell(handle: &Handle, command: Command) {
    match handle.commands.try_send(command) {
        Ok(()) => {}
        Err(TrySendError::Full(_)) => {
            tracing::warn!("too many scenes are being opened: this one is not");
        }
        Err(TrySendError::Disconnected(_)) => {
            tracing::error!("scenes can no longer be loaded: restart the program");
        }
    }
}

/// Takes what has arrived.
fn apply(world: &mut World) {
    let open = world.get_resource::<ActiveScene>();
    let open = open.map(|active| Arc::clone(&active.scene));
    let is_built = |scene: &Scene| open.as_ref().is_some_and(|open| stands_alike(open, scene));
    let Some(mut loading) = world.get_resource_mut::<Loading>() else {
        return;
    };
    let loading = loading.bypass_change_detection();
    let mut outcomes = Vec::new();
    for outcome in loading.handle.outcomes.try_iter() {
        // A newer one takes the place of one that waits.
        loading.held = None;
        match &outcome.result {
            Ok((scene, _)) if scene.turbines.len() > MANY_TURBINES && !is_built(scene) => {
                loading.handle.progress.begin(&outcome.path);
                let building = LoadStep::Building(scene.turbines.len());
                loading.handle.progress.step(building);
                loading.held = Some((outcome, FRAMES_OF_NOTICE));
            }
            _ => outcomes.push(outcome),
        }
    }
    match loading.held.take() {
        Some((outcome, 0)) => {
            loading.handle.progress.end();
            outcomes.push(outcome);
        }
        Some((outcome, frames)) => loading.held = Some((outcome, frames - 1)),
        None => {}
    }
    for outcome in outcomes {
        settle(world, outcome);
    }
}

/// A good scene replaces the one before; a bad one leaves it as it is.
fn settle(world: &mut World, outcome: Outcome) {
    let problems = match outcome.result {
        Ok((scene, warnings)) => {
            let file = outcome.path.display();
            let count = scene.turbines.len();
            let (one, several) = crate::wording::rows(&scene);
            let word = if count == 1 { one } else { several };
            tracing::info!("opened {file}: {count} {word}");
            let previous = world.get_resource::<ActiveScene>();
            let generation = previous.map_or(1, |active| active.generation + 1);
            // What is known of another farm holds nothing for this one, whatever its turbines' names.
            let previous = previous
                .filter(|active| is_same_file(&active.scene.path, &scene.path))
                .map(|active| active.scene.clone());
            world.insert_resource(ActiveScene { scene, generation });
            world.write_message(SceneReplaced { previous });
            warnings
        }
        Err(problems) => {
            let first = problems
                .list()
                .iter()
                .find(|p| p.severity == Severity::Error);
            let first = first.map_or("", |p| p.message.as_str());
            let file = outcome.path.display();
            tracing::warn!("{file}: {}: {first}", problems.summary());
            problems
        }
    };
    world.insert_resource(SceneProblems {
        file: outcome.path,
        at_ms: millis(outcome.at),
        problems,
    });
}

/// Whether a scene has as many turbines of each model as another, so that little has to be built for it.
fn stands_alike(a: &Scene, b: &Scene) -> bool {
    let models = |scene: &Scene| scene.turbines.iter().map(|t| t.model).collect::<Vec<_>>();
    a.path == b.path && a.models.len() == b.models.len() && models(a) == models(b)
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    a == b || real(a) == real(b)
}

fn millis(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
