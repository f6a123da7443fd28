//! What the journal's thread tells the others.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::{Alarm, AlarmId, LaidAside};

/// How far the journal's thread is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The last batch that is on the disk.
    pub committed: u64,
    /// The file of the open scene's journal.
    pub file: Option<PathBuf>,
    /// What stood is not known yet.
    pub is_opening: bool,
    /// How many files were opened: one of the same name may be another.
    pub files: u64,
    /// The answer to being told to open a journal.
    pub opened: Option<Opened>,
    /// Why nothing is written now, with the file's name.
    pub fault: Option<String>,
    /// What people are to know, each once.
    pub notices: Vec<String>,
    /// Not all that happened was taken in: how everything stands is to be told.
    pub wants_all: bool,
    /// The thread has ended.
    pub is_over: bool,
}

/// What a journal said when it was opened, or that it could not be.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// The desk's name in it.
    pub station: Option<Arc<str>>,
    /// Every occurrence that stood.
    pub standing: Vec<Alarm>,
    /// What people had laid aside.
    pub laid_aside: Vec<(AlarmId, LaidAside)>,
    /// The last key that was given.
    pub last_key: u64,
}

/// What the threads share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    progress: Mutex<Progress>,
    changed: Condvar,
    /// Records that are on their way to the disk.
    waiting: AtomicUsize,
}

impl Shared {
    /// How far the thread is.
    pub fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes it, and tells those who wait.
    pub fn change<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> T {
        let changed = change(&mut self.progress());
        self.changed.notify_all();
        changed
    }

    /// Waits until something is so, at most so long. Whether it is.
    pub fn wait(&self, longest: Duration, is_so: impl Fn(&Progress) -> bool) -> bool {
        let until = Instant::now() + longest;
        let mut progress = self.progress();
        while !is_so(&progress) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(progress, left);
            progress = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Records that are on their way to the disk.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// So many more are.
    pub fn add_waiting(&self, count: usize) {
        self.waiting.fetch_add(count, Ordering::AcqRel);
    }

    /// So many have arrived, or were given up.
    pub fn remove_waiting(&self, count: usize) {
        self.waiting.fetch_sub(count, Ordering::AcqRel);
    }
}
