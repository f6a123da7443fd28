//! How far the loading of a scene is, for the app to show while its thread is at it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bevy::prelude::Resource;

/// Turbines between two notes: often enough to be seen, seldom enough to cost nothing.
pub(super) const TURBINES_A_NOTE: usize = 500;

/// What is being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadStep {
    /// A file is read from disk.
    Reading(String),
    /// The rows of a CSV file are checked; so many turbines of it are known.
    Turbines(String, usize),
    /// Rules are compiled and all parts are held against each other.
    Checking,
    /// The view of so many turbines is built.
    Building(usize),
}

/// A scene on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loading {
    /// The scene file.
    pub path: PathBuf,
    /// What is being done.
    pub step: LoadStep,
    began: Instant,
}

impl Loading {
    /// For how long it has been at it.
    pub fn lasts(&self) -> Duration {
        self.began.elapsed()
    }

    /// One that begins now.
    pub fn new(path: &Path, step: LoadStep) -> Self {
        Self {
            path: path.to_owned(),
            step,
            began: Instant::now(),
        }
    }
}

/// The note that the loading thread writes and the app reads.
#[derive(Resource, Debug, Clone, Default)]
pub struct LoadProgress(Arc<Mutex<Option<Loading>>>);

impl LoadProgress {
    /// What is being loaded now.
    pub fn now(&self) -> Option<Loading> {
        self.note().clone()
    }

    pub(super) fn begin(&self, path: &Path) {
        let name = file_name(path);
        *self.note() = Some(Loading::new(path, LoadStep::Reading(name)));
    }

    pub(super) fn step(&self, step: LoadStep) {
        if let Some(loading) = &mut *self.note() {
            loading.step = step;
        }
    }

    pub(super) fn end(&self) {
        *self.note() = None;
    }

    fn note(&self) -> MutexGuard<'_, Option<Loading>> {
        // Whoever holds it only assigns to it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last part of a path, as people read it.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_told_only_between_begin_and_end() {
        let progress = LoadProgress::default();
        progress.step(LoadStep::Checking);
        assert_eq!(progress.now(), None);
        progress.begin(Path::new("a/farm.toml"));
        let step = |p: &LoadProgress| p.now().map(|l| l.step);
        assert_eq!(
            step(&progress),
            Some(LoadStep::Reading("farm.toml".to_owned()))
        );
        progress.step(LoadStep::Turbines("l.csv".to_owned(), 500));
        assert_eq!(
            step(&progress),
            Some(LoadStep::Turbines("l.csv".to_owned(), 500))
        );
        progress.end();
        assert_eq!(progress.now(), None);
    }
}
