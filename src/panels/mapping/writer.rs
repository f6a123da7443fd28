//! Writing what was proposed into the scene's files, on a thread of its own.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::scene::Origin;
use crate::scene::edit::signals::{NewSignal, NewTopic, add_signal, topics_file, write_topic};
use crate::scene::edit::{Draft, EditError};
use crate::wake::Wake;

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    /// A signal of the models that are written there.
    Signal(Vec<Origin>, NewSignal),
    /// A topic of the scene with these files, of which the first is the scene file itself.
    Topic(Vec<PathBuf>, NewTopic),
}

/// What writes, and what came of it.
#[derive(Default)]
pub(super) struct Writer {
    running: Option<Receiver<(bool, String)>>,
    wake: Wake,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Whom to wake when something was written.
    pub fn wake_by(&mut self, wake: &Wake) {
        self.wake = wake.clone();
    }

    /// Something is being written.
    pub fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    /// Starts writing; one thing at a time.
    pub fn start(&mut self, job: Job) {
        if self.is_busy() {
            return;
        }
        let (sender, receiver) = bounded(1);
        let wake = self.wake.clone();
        let write = move || {
            let outcome = run(&job).map_or_else(|words| (false, words), |words| (true, words));
            // A pane that is gone needs no answer.
            let _ = sender.send(outcome);
            wake.wake();
        };
        let thread = std::thread::Builder::new().name("mapping writer".to_owned());
        self.running = Some(receiver);
        if let Err(error) = thread.spawn(write) {
            let (sender, receiver) = bounded(1);
            let _ = sender.send((false, format!("No thread could be started: {error}")));
            self.running = Some(receiver);
        }
    }

    /// What came of it, once.
    pub fn outcome(&mut self) -> Option<(bool, String)> {
        let outcome = self.running.as_ref()?.try_recv();
        match outcome {
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                self.running = None;
                Some((false, "It could not be written.".to_owned()))
            }
            Ok(outcome) => {
                self.running = None;
                Some(outcome)
            }
        }
    }
}

/// Writes; takes as long as the disk.
///
/// # Errors
/// Why nothing was written, or not everything, in words.
pub fn run(job: &Job) -> Result<String, String> {
    let words = |error: EditError| error.to_string();
    match job {
        Job::Signal(origins, signal) => {
            let mut drafts: Vec<Draft> = Vec::new();
            for origin in origins {
                let known = drafts.iter().position(|d| *d.path() == *origin.file);
                let at = match known {
                    Some(at) => at,
                    None => {
                        drafts.push(Draft::open(&origin.file).map_err(words)?);
                        drafts.len() - 1
                    }
                };
                if let Some(draft) = drafts.get_mut(at) {
                    add_signal(draft, &origin.pointer, signal).map_err(words)?;
                }
            }
            let mut files = Vec::new();
            for draft in &mut drafts {
                draft.save().map_err(words)?;
                files.push(short_name(draft.path()));
            }
            Ok(format!(
                "{} was added to {}.",
                signal.name,
                files.join(" and ")
            ))
        }
        Job::Topic(files, topic) => {
            let file = topics_file(files).ok_or("The scene is not written in any TOML file.")?;
            write_topic(&file, topic).map_err(words)?;
            Ok(format!(
                "{} was added to {}.",
                topic.filter,
                short_name(&file)
            ))
        }
    }
}

fn short_name(path: &std::path::Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
