//! The system's own player of sound files, on Windows and macOS. Not tried on either so far.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::wav::wav;

const LOOK_EVERY: Duration = Duration::from_millis(20);
/// No sound lasts so long.
const LONGEST: Duration = Duration::from_secs(10);

/// Cuts off what sounds, from another thread.
#[derive(Clone, Default)]
pub(in crate::sound) struct Stop(Arc<Mutex<Option<Child>>>);

impl Stop {
    /// Ends the present sound, if there is one.
    pub fn stop(&self) {
        let child = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut child) = child {
            // Ended already, it is silent.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Plays by a process of the system.
pub(in crate::sound) struct Output {
    stop: Stop,
    file: PathBuf,
}

impl Output {
    /// One that can be stopped by this.
    pub fn new(stop: Stop) -> Self {
        let name = format!("windvane-sound-{}.wav", std::process::id());
        let file = std::env::temp_dir().join(name);
        Self { stop, file }
    }

    /// Whether there is a player is known once it has played.
    ///
    /// # Errors
    /// None.
    pub fn look(&self) -> Result<(), String> {
        Ok(())
    }

    /// Plays, and returns once it was heard or cut off.
    ///
    /// # Errors
    /// It was not heard, in words.
    pub fn play(&self, samples: &[i16]) -> Result<(), String> {
        std::fs::write(&self.file, wav(samples))
            .map_err(|error| format!("{}: {error}.", self.file.display()))?;
        let mut command = self.command();
        let command = command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("the system's player: {error}."))?;
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        let begun = Instant::now();
        loop {
            let mut playing = self.stop.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(child) = playing.as_mut() else {
                return Ok(());
            };
            match child.try_wait() {
                Ok(None) if begun.elapsed() < LONGEST => {}
                Ok(Some(status)) if status.success() => {
                    *playing = None;
                    return Ok(());
                }
                _ => {
                    drop(playing);
                    self.stop.stop();
                    return Err("the system's player did not play it.".to_owned());
                }
            }
            drop(playing);
            std::thread::sleep(LOOK_EVERY);
        }
    }

    #[cfg(target_os = "macos")]
    fn command(&self) -> Command {
        let mut command = Command::new("/usr/bin/afplay");
        command.arg(&self.file);
        command
    }

    #[cfg(windows)]
    fn command(&self) -> Command {
        let mut command =
            Command::new(r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe");
        let path = self.file.display().to_string().replace('\'', "''");
        command.args(["-NoProfile", "-NonInteractive", "-Command"]);
        command.arg(format!(
            "(New-Object Media.SoundPlayer '{path}').PlaySync()"
        ));
        command
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // One that was never written is not there.
        let _ = std::fs::remove_file(&self.file);
    }
}
