//! Whether the files of recent scenes are still there, asked on a thread: a network folder may hang.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use crate::panels::program::recent::RecentScenes;

/// How long an answer holds.
const HOLDS: Duration = Duration::from_secs(3);

/// Which files are gone, as far as is known.
#[derive(Debug, Default)]
pub struct GoneCheck {
    gone: HashSet<PathBuf>,
    asked: Option<(Instant, Vec<PathBuf>)>,
    answer: Option<Receiver<HashSet<PathBuf>>>,
}

impl GoneCheck {
    /// Keeps what is known of these scenes up to date; to be called while they are shown. Whether an
    /// answer is under way, for which a frame must come.
    pub fn follow(&mut self, recent: &RecentScenes) -> bool {
        if let Some(answer) = &self.answer {
            match answer.try_recv() {
                Ok(gone) => {
                    self.gone = gone;
                    self.answer = None;
                }
                Err(crossbeam_channel::TryRecvError::Disconnected) => self.answer = None,
                Err(crossbeam_channel::TryRecvError::Empty) => return true,
            }
        }
        let list = recent.list();
        let is_fresh = self.asked.as_ref().is_some_and(|(at, paths)| {
            at.elapsed() < HOLDS && paths.iter().eq(list.iter().map(|s| &s.path))
        });
        if is_fresh || list.is_empty() {
            return false;
        }
        let paths: Vec<PathBuf> = list.iter().map(|s| s.path.clone()).collect();
        self.asked = Some((Instant::now(), paths.clone()));
        let (done, answer) = bounded(1);
        let ask = move || {
            let gone = paths.into_iter().filter(|p| !p.is_file()).collect();
            // Nobody waits for it once the list is off the screen.
            let _ = done.send(gone);
        };
        let thread = std::thread::Builder::new().name("recent scenes".to_owned());
        match thread.spawn(ask) {
            Ok(_) => self.answer = Some(answer),
            Err(error) => tracing::debug!("recent scenes are not looked for: {error}"),
        }
        self.answer.is_some()
    }

    /// Whether a scene's file is known to be gone.
    pub fn is_gone(&self, path: &Path) -> bool {
        self.gone.contains(path)
    }
}
