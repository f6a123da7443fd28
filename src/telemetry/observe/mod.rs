//! What arrives, whether it is mapped or not: looked at only while somebody wants to see it.
//!
//! While nobody does, a message costs one load of an atomic. While somebody does, every message is
//! counted and a bounded number of them is looked into.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bevy::prelude::*;

mod listen;
mod pattern;
mod payload;
mod seen;
mod watcher;

pub use seen::{Matched, Seen, SeenField, SeenKind, SeenLevel, SeenTopic};

use super::TelemetryConfig;
use crate::scene::{ActiveScene, Scene};
use crate::wake::Wake;
use watcher::Watcher;

/// Listening to everything ends by itself after this long.
pub const LISTENS_FOR: Duration = Duration::from_secs(60);

/// From where messages are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Ear {
    /// Nobody wants to see any.
    None,
    /// Those of the scene's filters.
    Filters,
    /// Those of `#`, over a connection of its own.
    Everything,
}

/// How listening to everything goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Listening {
    /// Only what the scene subscribes to is heard.
    #[default]
    Off,
    /// Until this time, milliseconds since 1970 UTC.
    Until(i64),
    /// It did not work; why, in words.
    Failed(String),
}

/// The app's way to what arrives.
#[derive(Resource, Debug, Clone, Default)]
pub struct Observation(Arc<Shared>);

/// What the app and the threads that hear messages share.
#[derive(Default)]
pub(super) struct Shared {
    ear: AtomicU8,
    /// Counts up with each start and end of listening, so that a thread knows that it is over.
    session: AtomicU64,
    watcher: Mutex<Watcher>,
    seen: Mutex<Arc<Seen>>,
    listening: Mutex<Listening>,
    wake: Mutex<Wake>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// Nothing that holds one of these locks leaves half of anything behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Observation {
    /// Looks at what arrives from now on, or no longer; with that, listening to everything ends.
    pub fn watch(&self, is_wanted: bool) {
        let is_on = self.0.ear() != Ear::None;
        if is_on == is_wanted {
            return;
        }
        if is_wanted {
            lock(&self.0.watcher).resume();
            self.0.set_ear(Ear::Filters);
        } else {
            self.stop_listening();
            self.0.set_ear(Ear::None);
        }
    }

    /// What was seen, as of a quarter of a second ago at most.
    pub fn seen(&self) -> Arc<Seen> {
        Arc::clone(&lock(&self.0.seen))
    }

    /// How listening to everything goes.
    pub fn listening(&self) -> Listening {
        lock(&self.0.listening).clone()
    }

    /// Subscribes to `#` over a connection of its own, for a minute.
    pub fn listen_to_everything(&self, scene: &ActiveScene, config: &TelemetryConfig) {
        let shared = Arc::clone(&self.0);
        let session = shared.session.fetch_add(1, Ordering::AcqRel) + 1;
        let started = listen::start(shared, Arc::clone(&scene.scene), config.clone(), session);
        if let Err(error) = started {
            let words = format!("No thread could be started: {error}");
            *lock(&self.0.listening) = Listening::Failed(words);
        }
    }

    /// Goes back to what the scene subscribes to.
    pub fn stop_listening(&self) {
        self.0.session.fetch_add(1, Ordering::AcqRel);
        *lock(&self.0.listening) = Listening::Off;
        if self.0.ear() == Ear::Everything {
            self.0.set_ear(Ear::Filters);
        }
    }

    /// Whom to wake when there is something new.
    pub(super) fn set_wake(&self, wake: Wake) {
        *lock(&self.0.wake) = wake;
    }

    /// What the telemetry thread shares.
    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.0)
    }
}

impl Shared {
    fn ear(&self) -> Ear {
        match self.ear.load(Ordering::Relaxed) {
            1 => Ear::Filters,
            2 => Ear::Everything,
            _ => Ear::None,
        }
    }

    fn set_ear(&self, ear: Ear) {
        self.ear.store(ear as u8, Ordering::Relaxed);
    }

    fn is_current(&self, session: u64) -> bool {
        self.session.load(Ordering::Acquire) == session
    }

    /// Takes over a scene.
    pub fn adopt(&self, scene: &Arc<Scene>) {
        lock(&self.watcher).follow(scene);
    }

    /// Takes note of a message, if this is where messages are looked at.
    #[inline]
    pub fn see(&self, from: Ear, topic: &str, payload: &[u8], is_retained: bool, now_ms: i64) {
        if self.ear.load(Ordering::Relaxed) == from as u8 {
            lock(&self.watcher).see(topic, payload, is_retained, now_ms);
        }
    }

    /// Writes up what was seen, at most four times a second, and wakes the app for it.
    pub fn publish(&self, from: Ear, now_ms: i64) {
        if self.ear.load(Ordering::Relaxed) != from as u8 {
            return;
        }
        let seen = lock(&self.watcher).publish(now_ms);
        if let Some(seen) = seen {
            *lock(&self.seen) = Arc::new(seen);
            let wake = lock(&self.wake).clone();
            wake.wake();
        }
    }
}
