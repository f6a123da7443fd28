//! The thread that looks whether the access files have changed.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::{Granted, Grants, Person};
use crate::wake::Wake;

/// A look at the times of at most a few files costs next to nothing, and holds on network drives, too.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(100);

/// The app's end of the thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    pub wakes: Sender<Wake>,
    pub granted: Receiver<Granted>,
}

/// What tells cheaply that a file may have changed: its time, its length, and who may read it.
type Stamp = Option<(Option<SystemTime>, u64, std::fs::Permissions)>;

/// Starts the thread. `last` is what the files gave when they were read.
///
/// # Errors
/// A thread could not be started.
pub(super) fn start(mut grants: Grants, mut last: Granted, wake: Wake) -> std::io::Result<Watch> {
    let (wakes, inbox) = bounded::<Wake>(4);
    let (outbox, granted) = bounded(4);
    let run = move || {
        let mut wake = wake;
        // They may have changed between their reading and now: the first look reads them again.
        let mut stamps: Option<Vec<Stamp>> = None;
        loop {
            match inbox.recv_timeout(LOOK_EVERY) {
                Ok(other) => wake = other,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let mut now = stamps_now(&grants);
            if stamps.as_ref() == Some(&now) {
                continue;
            }
            std::thread::sleep(SETTLE);
            now = stamps_now(&grants);
            stamps = Some(now);
            let granted = grants.grant(&Person::of_process());
            if granted == last {
                continue;
            }
            last.clone_from(&granted);
            if outbox.send(granted).is_err() {
                return;
            }
            wake.wake();
        }
    };
    let thread = std::thread::Builder::new().name("access".to_owned());
    thread.spawn(run)?;
    Ok(Watch { wakes, granted })
}

fn stamps_now(grants: &Grants) -> Vec<Stamp> {
    grants.places().all().map(|path| stamp(path)).collect()
}

fn stamp(path: &Path) -> Stamp {
    let facts = std::fs::metadata(path).ok()?;
    Some((facts.modified().ok(), facts.len(), facts.permissions()))
}
