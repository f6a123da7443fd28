//! Writes the settings on a thread of its own, a moment after they last changed.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::panels::settings::{PanelSettings, write};

/// Settings must have been the same for this long before they are written: a drag is one change.
const SETTLED_MS: i64 = 1_000;
/// How long the end of the program waits for the last write.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// The thread that writes, and what it was last given.
#[derive(Resource)]
pub(super) struct SettingsWriter {
    jobs: Option<Sender<String>>,
    outcomes: Receiver<Option<String>>,
    thread: Option<JoinHandle<()>>,
    /// What is in the file, as far as this program knows.
    saved: String,
    /// What is about to be written, and since when it has been so.
    pending: Option<(String, i64)>,
}

impl SettingsWriter {
    /// Starts the thread. `saved` is what the file holds.
    ///
    /// # Errors
    /// A thread could not be started.
    pub fn start(folder: PathBuf, saved: &PanelSettings) -> std::io::Result<Self> {
        let (jobs, to_do) = bounded::<String>(1);
        let (done, outcomes) = bounded(1);
        let thread = std::thread::Builder::new()
            .name("settings".to_owned())
            .spawn(move || {
                for json in to_do {
                    let note = write(&folder, &json).err().map(|error| {
                        format!("Settings are not saved: {}: {error}", folder.display())
                    });
                    // Only the newest outcome counts.
                    let _ = done.try_send(note);
                }
            })?;
        Ok(Self {
            jobs: Some(jobs),
            outcomes,
            thread: Some(thread),
            saved: as_json(saved),
            pending: None,
        })
    }

    /// Takes note of the present settings; has them written once they have settled. Returns a note
    /// for the operator when a write has ended: `Some(None)` when it went well.
    pub fn follow(&mut self, settings: &PanelSettings, now_ms: i64) -> Option<Option<String>> {
        let json = as_json(settings);
        if json == self.saved {
            self.pending = None;
        } else {
            let since = match self.pending.take() {
                Some((before, since)) if before == json => since,
                _ => now_ms,
            };
            let is_settled = !(0..SETTLED_MS).contains(&(now_ms - since));
            if is_settled && self.try_send(&json) {
                self.saved = json;
            } else {
                self.pending = Some((json, since));
            }
        }
        self.outcomes.try_recv().ok()
    }

    fn try_send(&self, json: &str) -> bool {
        let jobs = self.jobs.as_ref();
        jobs.is_some_and(|jobs| jobs.try_send(json.to_owned()).is_ok())
    }

    /// No outcome of a write waits to be told.
    pub fn is_quiet(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// Whether something waits to be written, so that a frame must come for it.
    pub fn is_pending(&self) -> bool {
        self.pending.is_some()
    }
}

impl Drop for SettingsWriter {
    /// Writes what has not settled yet. A folder that hangs must not keep the program from ending.
    fn drop(&mut self) {
        if let (Some(jobs), Some((json, _))) = (&self.jobs, self.pending.take()) {
            let _ = jobs.send_timeout(json, LAST_WRITE);
        }
        drop(self.jobs.take());
        let Some(thread) = self.thread.take() else {
            return;
        };
        let began = std::time::Instant::now();
        while !thread.is_finished() && began.elapsed() < LAST_WRITE {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn as_json(settings: &PanelSettings) -> String {
    serde_json::to_string_pretty(settings).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::settings::read;
    use crate::theme::Variant;

    #[test]
    fn a_change_is_written_once_it_has_settled_and_at_the_end_in_any_case() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = PanelSettings::default();
        let path = folder.path().to_owned();
        let mut writer = SettingsWriter::start(path, &settings).expect("a thread");
        settings.theme = Variant::Dark;
        assert_eq!(writer.follow(&settings, 0), None);
        assert_eq!(writer.follow(&settings, SETTLED_MS - 1), None);
        assert!(writer.is_pending());
        writer.follow(&settings, SETTLED_MS);
        assert!(!writer.is_pending());
        let outcome = writer.outcomes.recv_timeout(Duration::from_secs(30));
        assert_eq!(outcome, Ok(None));
        assert_eq!(read(folder.path()).0.theme, Variant::Dark);
        settings.folded = true;
        writer.follow(&settings, SETTLED_MS + 1);
        drop(writer);
        assert!(read(folder.path()).0.folded);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_and_nothing_ends() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("written");
        let settings = PanelSettings::default();
        let mut writer = SettingsWriter::start(file, &settings).expect("a thread");
        let changed = PanelSettings {
            folded: true,
            ..PanelSettings::default()
        };
        writer.follow(&changed, 0);
        writer.follow(&changed, SETTLED_MS);
        let outcome = writer.outcomes.recv_timeout(Duration::from_secs(30));
        assert!(
            outcome
                .expect("an outcome")
                .expect("a note")
                .contains("not saved")
        );
    }
}
