//! The thread that reads and writes the files of rules: a disk may take its time, a frame may not.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::access::EditPermit;
use crate::scene::edit::{EditError, RuleFile, SaveError, SaveRules, save_rules};
use crate::wake::Wake;

/// Deeply nested values of a hostile file take stack to read and to drop.
const STACK_BYTES: usize = 16 << 20;

/// What the thread is asked to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Read these files.
    Read(Vec<PathBuf>),
    /// Save rules, as whoever has the permit.
    Save(SaveRules, EditPermit),
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Read(Result<Vec<RuleFile>, EditError>),
    Saved(SaveRules, EditPermit, Result<Vec<RuleFile>, SaveError>),
}

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Sender<Job>,
    done: Receiver<Done>,
    is_busy: bool,
}

impl Worker {
    /// Starts it.
    ///
    /// # Errors
    /// A thread could not be started.
    pub fn start(wake: Wake) -> std::io::Result<Self> {
        let (jobs, to_do) = bounded::<Job>(1);
        let (outbox, done) = bounded(1);
        let run = move || {
            for job in to_do {
                if outbox.send(carry_out(job)).is_err() {
                    return;
                }
                wake.wake();
            }
        };
        std::thread::Builder::new()
            .name("rule files".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(run)?;
        Ok(Self {
            jobs,
            done,
            is_busy: false,
        })
    }

    /// Hands a job over, if it has none.
    pub fn ask(&mut self, job: Job) -> bool {
        if self.is_busy {
            return false;
        }
        self.is_busy = self.jobs.try_send(job).is_ok();
        self.is_busy
    }

    /// It has a job.
    pub fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// What it has done since.
    pub fn done(&mut self) -> Option<Done> {
        let done = self.done.try_recv().ok()?;
        self.is_busy = false;
        Some(done)
    }
}

fn carry_out(job: Job) -> Done {
    match job {
        Job::Read(files) => Done::Read(files.iter().map(|path| RuleFile::open(path)).collect()),
        Job::Save(request, permit) => {
            let outcome = save_rules(&request, &permit);
            Done::Saved(request, permit, outcome)
        }
    }
}
