//! Writing what was proposed into the scene's files, on a thread of its own.

use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use crate::access::{Denied, EditPermit};
use crate::scene::Origin;
use crate::scene::edit::signals::{NewSignal, NewTopic, add_signal, topics_file, write_topic};
use crate::scene::edit::{Draft, EditError, Edited};
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
    running: Option<Receiver<Result<Vec<Edited>, String>>>,
    /// What whoever maps may write with; not known before the first frame.
    permit: Option<Result<EditPermit, Denied>>,
    /// What was written and not yet told.
    edits: Vec<Edited>,
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

    /// What is written is written with this.
    pub fn follow_permit(&mut self, permit: Result<EditPermit, Denied>) {
        self.permit = Some(permit);
    }

    /// Whether the user may write.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may(&self) -> Result<(), Denied> {
        match &self.permit {
            Some(Err(denied)) => Err(*denied),
            _ => Ok(()),
        }
    }

    /// What was written since this was last asked.
    pub fn take_edits(&mut self) -> Vec<Edited> {
        std::mem::take(&mut self.edits)
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
        let permit = match &self.permit {
            Some(Ok(permit)) => permit.clone(),
            Some(Err(denied)) => {
                let _ = sender.send(Err(denied.to_string()));
                self.running = Some(receiver);
                return;
            }
            None => return,
        };
        let wake = self.wake.clone();
        let write = move || {
            let outcome = run(&job, &permit);
            // A pane that is gone needs no answer.
            let _ = sender.send(outcome);
            wake.wake();
        };
        let thread = std::thread::Builder::new().name("mapping writer".to_owned());
        self.running = Some(receiver);
        if let Err(error) = thread.spawn(write) {
            let (sender, receiver) = bounded(1);
            let _ = sender.send(Err(format!("No thread could be started: {error}")));
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
            Ok(Err(words)) => {
                self.running = None;
                Some((false, words))
            }
            Ok(Ok(edits)) => {
                self.running = None;
                let names: Vec<String> = edits.iter().map(Edited::file_name).collect();
                let what = edits.first().map_or("Nothing", |edit| &edit.what);
                let words = format!("{what} was added to {}.", names.join(" and "));
                self.edits.extend(edits);
                Some((true, words))
            }
        }
    }
}

/// Writes, and gives what was added to which files; takes as long as the disk.
///
/// # Errors
/// Why nothing was written, or not everything, in words.
pub fn run(job: &Job, permit: &EditPermit) -> Result<Vec<Edited>, String> {
    let words = |error: EditError| error.to_string();
    let edited = |file: &Path, what: &str| Edited {
        file: file.to_owned(),
        what: what.to_owned(),
        by: permit.by().clone(),
    };
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
            let mut edits = Vec::new();
            for draft in &mut drafts {
                draft.save(permit).map_err(words)?;
                edits.push(edited(draft.path(), &signal.name));
            }
            Ok(edits)
        }
        Job::Topic(files, topic) => {
            let file = topics_file(files).ok_or("The scene is not written in any TOML file.")?;
            write_topic(&file, topic, permit).map_err(words)?;
            Ok(vec![edited(&file, &topic.filter)])
        }
    }
}
