//! The thread that sounds: it keeps time by itself, so that a hidden window is heard as well.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bevy::prelude::Resource;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::output::{Output, Stop};
use super::repeat::{Cue, Repeats};
use super::tone::samples;
use crate::scene::Priority;
use crate::wake::Wake;

/// After this time it is looked again whether there is a way to be heard.
const TRY_AGAIN: Duration = Duration::from_secs(30);

/// The app's end of the thread, which ends when this is dropped.
#[derive(Resource)]
pub(super) struct Speaker {
    kick: Sender<()>,
    shared: Arc<Mutex<Shared>>,
    trouble: Receiver<Option<String>>,
    stop: Stop,
}

/// What is to be heard, and how loud.
#[derive(Default)]
struct Shared {
    cue: Cue,
    volume: f32,
    wake: Wake,
}

impl Speaker {
    /// Starts the thread.
    ///
    /// # Errors
    /// A thread could not be started.
    pub fn start(wake: Wake) -> std::io::Result<Self> {
        let (kick, kicked) = bounded(1);
        let (outbox, trouble) = bounded(1);
        let stop = Stop::default();
        let shared = Arc::new(Mutex::new(Shared {
            wake,
            volume: 1.0,
            ..Shared::default()
        }));
        let thread = Thread {
            kicked,
            shared: Arc::clone(&shared),
            outbox,
            output: Output::new(stop.clone()),
            trouble: None,
        };
        std::thread::Builder::new()
            .name("sound".to_owned())
            .spawn(move || thread.run())?;
        Ok(Self {
            kick,
            shared,
            trouble,
            stop,
        })
    }

    /// Whom to wake when it works or fails.
    pub fn wake_by(&self, wake: &Wake) {
        self.lock().wake = wake.clone();
    }

    /// What is to be heard from now on.
    pub fn cue(&self, cue: Cue, volume: f32) {
        let mut shared = self.lock();
        let before = shared.cue;
        let announced = [before.announced, cue.announced];
        let now = Cue {
            stands: cue.stands,
            announced: announced
                .into_iter()
                .flatten()
                .min()
                .filter(|_| cue.stands.is_some()),
        };
        shared.volume = volume;
        if now == before {
            return;
        }
        shared.cue = now;
        drop(shared);
        // What is more urgent does not wait for what sounds, nor does silence.
        let is_more_urgent = cue
            .announced
            .is_some_and(|new| before.stands.is_none_or(|b| new < b));
        if cue.stands.is_none() || is_more_urgent {
            self.stop.stop();
        }
        // Kicked already, it will look.
        let _sent = self.kick.try_send(());
    }

    /// Cuts off what sounds.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Why nothing can be heard, or that it works again, when that has changed.
    pub fn news(&self) -> Option<Option<String>> {
        self.trouble.try_recv().ok()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Thread {
    kicked: Receiver<()>,
    shared: Arc<Mutex<Shared>>,
    outbox: Sender<Option<String>>,
    output: Output,
    trouble: Option<String>,
}

impl Thread {
    fn run(mut self) {
        let begun = Instant::now();
        let mut repeats = Repeats::default();
        self.look();
        loop {
            let until = repeats.next().map(|at| at.saturating_sub(begun.elapsed()));
            let until = match &self.trouble {
                Some(_) => until.unwrap_or(TRY_AGAIN).min(TRY_AGAIN),
                None => until.unwrap_or(Duration::from_secs(3_600)),
            };
            let (cue, volume) = match self.kicked.recv_timeout(until) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => self.take(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            match repeats.hear(cue, begun.elapsed()) {
                Some(priority) => self.play(priority, volume),
                None if self.trouble.is_some() => self.look(),
                None => {}
            }
        }
    }

    fn take(&self) -> (Cue, f32) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let cue = shared.cue;
        shared.cue.announced = None;
        (cue, shared.volume)
    }

    fn play(&mut self, priority: Priority, volume: f32) {
        let outcome = self.output.play(&samples(priority, volume));
        self.tell(outcome.err());
    }

    fn look(&mut self) {
        let outcome = self.output.look();
        self.tell(outcome.err());
    }

    fn tell(&mut self, trouble: Option<String>) {
        let trouble = trouble.map(|why| format!("No sound: {why}"));
        if trouble == self.trouble {
            return;
        }
        // Where the last news was not fetched yet, this is told at the next change.
        if self.outbox.try_send(trouble.clone()).is_ok() {
            self.trouble = trouble;
            let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            shared.wake.wake();
        }
    }
}
