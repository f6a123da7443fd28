//! The thread that loads scenes and watches their files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, never, select};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::load::{Input, LoadOptions, load_with_inputs};
use super::model::Scene;
use super::problem::Problems;
use super::progress::LoadProgress;
use crate::rules::Texts;
use crate::wake::Wake;

/// Editors write a file in several steps; they are given this long to finish.
const SETTLE: Duration = Duration::from_millis(100);
/// But a file that is written to all the time is read at last.
const LONGEST_SETTLE: Duration = Duration::from_millis(300);
/// One that keeps growing or shrinking is being written: half of it must not be read.
const LONGEST_WRITE: Duration = Duration::from_secs(3);
/// A scene is read anew so often when its files change while it is read.
const MOST_READINGS: usize = 3;
/// Network file systems tell nothing; looking at the files' times is cheap.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Where no watcher could be had.
const LOOK_OFTEN: Duration = Duration::from_millis(250);
/// Deeply nested values of a hostile file take stack to read and to drop.
const STACK_BYTES: usize = 16 << 20;

/// What the thread is asked to do.
pub(super) enum Command {
    /// Load this scene and watch its files.
    Open(PathBuf, LoadOptions),
    /// Watch the files of a scene that was loaded already.
    Follow(PathBuf, LoadOptions, Vec<Input>, Arc<Texts>),
    /// Wake the app by this from now on.
    WakeBy(Wake),
}

/// What came of loading a scene.
#[derive(Debug)]
pub(super) struct Outcome {
    pub path: PathBuf,
    pub at: SystemTime,
    pub result: Result<(Arc<Scene>, Problems), Problems>,
}

/// The app's end of the thread. The thread ends when this is dropped.
pub(super) struct Handle {
    pub commands: Sender<Command>,
    pub outcomes: Receiver<Outcome>,
    pub progress: LoadProgress,
}

/// Starts the thread.
pub(super) fn start() -> std::io::Result<Handle> {
    let (commands, inbox) = bounded(16);
    let (outbox, outcomes) = bounded(4);
    let progress = LoadProgress::default();
    let noted = progress.clone();
    let run = move || {
        Thread {
            outbox,
            progress: noted,
            wake: Wake::default(),
            open: None,
            is_shown: false,
            texts: Arc::default(),
        }
        .run(&inbox);
    };
    let thread = std::thread::Builder::new()
        .name("scene".to_owned())
        .stack_size(STACK_BYTES);
    thread.spawn(run)?;
    Ok(Handle {
        commands,
        outcomes,
        progress,
    })
}

/// The scene that is open, or would be if it had no errors.
struct Open {
    path: PathBuf,
    options: LoadOptions,
    inputs: Vec<Input>,
    stamps: Vec<Option<Stamp>>,
    /// Held because dropping it ends the watching; `None` where there is none to be had.
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    changes: Receiver<()>,
}

/// What tells cheaply that a file may have changed.
type Stamp = (Option<SystemTime>, u64);

struct Thread {
    outbox: Sender<Outcome>,
    progress: LoadProgress,
    wake: Wake,
    open: Option<Open>,
    /// A good scene was handed on: it is what the app shows.
    is_shown: bool,
    /// Shared by every load of the same scene: rules and live values must agree on the numbers.
    texts: Arc<Texts>,
}

impl Thread {
    fn run(mut self, inbox: &Receiver<Command>) {
        loop {
            let (changes, pause) = match &self.open {
                Some(open) if open.watcher.is_some() => (open.changes.clone(), LOOK_EVERY),
                Some(open) => (open.changes.clone(), LOOK_OFTEN),
                None => (never(), Duration::from_secs(3_600)),
            };
            select! {
                recv(inbox) -> command => match command {
                    Ok(Command::Open(path, options)) => {
                        if self.open(path, options).is_err() { return; }
                    }
                    Ok(Command::Follow(path, options, inputs, texts)) => {
                        self.texts = texts;
                        self.is_shown = true;
                        self.open = Some(Open::new(path, options, inputs));
                        // It may have changed between its loading and now.
                        if self.reload().is_err() { return; }
                    }
                    Ok(Command::WakeBy(wake)) => self.wake = wake,
                    Err(_) => return,
                },
                recv(changes) -> _ => {
                    if let Some(open) = &self.open { open.settle(); }
                    if self.reload().is_err() { return; }
                }
                default(pause) => {
                    if self.open.as_ref().is_some_and(Open::has_other_stamps)
                        && self.reload().is_err()
                    {
                        return;
                    }
                }
            }
        }
    }

    /// Opens another scene. One with errors is told and left alone while there is a good one to go on
    /// with; the first is watched nevertheless, so that it opens once it is put right.
    fn open(&mut self, path: PathBuf, options: LoadOptions) -> Result<(), AppIsGone> {
        let texts = Arc::default();
        let (outcome, inputs) = self.read(&path, &options, &texts);
        if outcome.result.is_ok() || !self.is_shown {
            self.texts = texts;
            self.is_shown = outcome.result.is_ok();
            self.open = Some(Open::new(path, options, inputs));
        }
        self.tell(outcome)
    }

    /// Loads the scene again if any of its files has other contents.
    fn reload(&mut self) -> Result<(), AppIsGone> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        open.stamps = open.stamps_now();
        if open.inputs.iter().all(|input| input.look_again() == *input) {
            return Ok(());
        }
        let (path, options) = (open.path.clone(), open.options.clone());
        self.load(path, options)
    }

    fn load(&mut self, path: PathBuf, options: LoadOptions) -> Result<(), AppIsGone> {
        let texts = Arc::clone(&self.texts);
        let (mut outcome, mut inputs) = self.read(&path, &options, &texts);
        for _ in 1..MOST_READINGS {
            // What was written to in the meantime may have been read half.
            let Some(open) = self.open.as_ref().filter(|open| open.has_other_stamps()) else {
                break;
            };
            open.settle();
            if let Some(open) = &mut self.open {
                open.stamps = open.stamps_now();
            }
            (outcome, inputs) = self.read(&path, &options, &texts);
        }
        self.is_shown |= outcome.result.is_ok();
        match &mut self.open {
            Some(open) if open.path == path => open.follow(inputs),
            _ => self.open = Some(Open::new(path, options, inputs)),
        }
        self.tell(outcome)
    }

    /// Reads and checks a scene, and notes how far it is.
    fn read(
        &self,
        path: &Path,
        options: &LoadOptions,
        texts: &Arc<Texts>,
    ) -> (Outcome, Vec<Input>) {
        self.progress.begin(path);
        self.wake.wake();
        let (result, inputs) = load_with_inputs(path, options, Arc::clone(texts), &self.progress);
        self.progress.end();
        let outcome = Outcome {
            path: path.to_owned(),
            at: SystemTime::now(),
            result,
        };
        (outcome, inputs)
    }

    fn tell(&self, outcome: Outcome) -> Result<(), AppIsGone> {
        self.outbox.send(outcome).map_err(|_gone| AppIsGone)?;
        self.wake.wake();
        Ok(())
    }
}

struct AppIsGone;

impl Open {
    fn new(path: PathBuf, options: LoadOptions, inputs: Vec<Input>) -> Self {
        let (sender, changes) = bounded(1);
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading the files is an event too.
            if event.is_ok_and(|event| event.kind.is_access()) {
                return;
            }
            match sender.try_send(()) {
                // One message is as good as many: all files are looked at.
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        });
        let watcher = watcher
            .inspect_err(|error| tracing::warn!("cannot watch {}: {error}", path.display()))
            .ok();
        let mut open = Self {
            path,
            options,
            inputs: Vec::new(),
            stamps: Vec::new(),
            watcher,
            watched: BTreeSet::new(),
            changes,
        };
        open.follow(inputs);
        open
    }

    /// Watches the folders of these files: editors replace files rather than write to them.
    fn follow(&mut self, inputs: Vec<Input>) {
        self.stamps = inputs.iter().map(|input| stamp(&input.path)).collect();
        self.inputs = inputs;
        let folders: BTreeSet<PathBuf> = self
            .inputs
            .iter()
            .filter_map(|input| folder(&input.path))
            .collect();
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for gone in self.watched.difference(&folders) {
            if let Err(error) = watcher.unwatch(gone) {
                tracing::debug!("cannot stop watching {}: {error}", gone.display());
            }
        }
        let mut failed = false;
        for new in folders.difference(&self.watched) {
            if let Err(error) = watcher.watch(new, RecursiveMode::NonRecursive) {
                tracing::warn!("cannot watch {}: {error}", new.display());
                failed = true;
            }
        }
        self.watched = folders;
        if failed {
            self.watcher = None;
            self.watched.clear();
        }
    }

    fn stamps_now(&self) -> Vec<Option<Stamp>> {
        self.inputs.iter().map(|input| stamp(&input.path)).collect()
    }

    fn has_other_stamps(&self) -> bool {
        self.stamps_now() != self.stamps
    }

    /// Waits until no more changes come, but not for ever; longer while a file's size changes.
    fn settle(&self) {
        let begun = Instant::now();
        let mut before = self.stamps_now();
        loop {
            std::thread::sleep(SETTLE);
            let is_quiet = self.changes.try_recv().is_err();
            let now = self.stamps_now();
            let is_written = now != before;
            before = now;
            let longest = if is_written {
                LONGEST_WRITE
            } else {
                LONGEST_SETTLE
            };
            if is_quiet && !is_written || begun.elapsed() >= longest {
                return;
            }
        }
    }
}

/// The nearest folder around a file that exists.
fn folder(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .skip(1)
        .map(|p| {
            if p.as_os_str().is_empty() {
                Path::new(".")
            } else {
                p
            }
        })
        .find(|p| p.is_dir())
        .map(Path::to_owned)
}

fn stamp(path: &Path) -> Option<Stamp> {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.modified().ok(), facts.len()))
}
