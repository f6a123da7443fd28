//! The disk that the journal is on, looked at on a thread of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use bevy::prelude::*;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::TroubleReport;
use crate::alarms::{AlarmSet, Trouble};
use crate::wake::Wake;

/// Between looks.
const INTERVAL: Duration = Duration::from_secs(30);
/// Nearly full with less than this free, or than a twentieth of the disk if that is less.
const LEAST_FREE_BYTES: u64 = 1 << 30;
const LEAST_FREE_SHARE: u64 = 20;

/// The folder whose disk must not fill up: the journal's. None is watched without one.
#[derive(Resource, Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchedFolder(pub Option<PathBuf>);

/// The thread that looks at the present folder; it ends when this is dropped.
#[derive(Resource, Default)]
struct Looking(Option<(Receiver<TroubleReport>, Sender<()>)>);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<WatchedFolder>()
        .init_resource::<Looking>()
        .init_resource::<Wake>()
        .add_systems(
            Update,
            (follow_folder, pass_on).chain().in_set(AlarmSet::Watch),
        );
}

fn follow_folder(
    folder: Res<WatchedFolder>,
    wake: Res<Wake>,
    mut looking: ResMut<Looking>,
    mut reports: MessageWriter<TroubleReport>,
) {
    if !folder.is_changed() {
        return;
    }
    if looking.0.take().is_some() {
        reports.write(report(None));
    }
    let Some(folder) = folder.0.clone() else {
        return;
    };
    match start(folder, space, wake.clone()) {
        Ok(started) => looking.0 = Some(started),
        Err(error) => warn!("Free space on the disk is not watched: {error}"),
    }
}

fn pass_on(looking: Res<Looking>, mut reports: MessageWriter<TroubleReport>) {
    if let Some((found, _)) = &looking.0 {
        reports.write_batch(found.try_iter());
    }
}

/// How much is free on a disk, and how much it holds, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Space {
    free: u64,
    total: u64,
}

impl Space {
    /// Nearly full; once it is, until twice as much is free.
    fn is_nearly_full(self, was: bool) -> bool {
        let least = LEAST_FREE_BYTES.min(self.total / LEAST_FREE_SHARE);
        self.free < if was { 2 * least } else { least }
    }
}

fn report(found: Option<(Space, &Path)>) -> TroubleReport {
    TroubleReport {
        trouble: Trouble::DiskSpace,
        is_present: found.is_some(),
        what: found.map_or_else(String::new, |(space, folder)| {
            let free_mb = space.free / 1_000_000;
            format!("{free_mb} MB free at {}", folder.display())
        }),
    }
}

fn start(
    folder: PathBuf,
    probe: fn(&Path) -> io::Result<Space>,
    wake: Wake,
) -> io::Result<(Receiver<TroubleReport>, Sender<()>)> {
    let (found, reports) = bounded(1);
    let (stop, stopped) = bounded::<()>(0);
    let look = move || {
        let mut was_full = false;
        loop {
            // A folder that cannot be looked at is the journal's to tell of.
            let looked = probe(&folder);
            if looked
                .as_ref()
                .is_err_and(|e| e.kind() == io::ErrorKind::Unsupported)
            {
                return;
            }
            if let Ok(space) = looked {
                let is_full = space.is_nearly_full(was_full);
                if is_full || was_full {
                    // One that was not taken yet is as good; the next follows in half a minute.
                    let seen = is_full.then_some((space, folder.as_path()));
                    if found.try_send(report(seen)).is_ok() {
                        was_full = is_full;
                        wake.wake();
                    }
                }
            }
            if stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    };
    thread::Builder::new().name("disk".into()).spawn(look)?;
    Ok((reports, stop))
}

/// Of the folder, or of the nearest one above it that exists.
#[cfg(unix)]
fn space(folder: &Path) -> io::Result<Space> {
    let exists = folder.ancestors().find(|f| f.exists());
    let found = rustix::fs::statvfs(exists.unwrap_or(folder))?;
    Ok(Space {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
    })
}

/// The standard library cannot tell.
#[cfg(not(unix))]
fn space(_folder: &Path) -> io::Result<Space> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn a_disk_is_nearly_full_below_a_gibibyte_until_there_are_two() {
        let space = |free| Space {
            free,
            total: 500 * GIB,
        };
        assert!(!space(GIB).is_nearly_full(false));
        assert!(space(GIB - 1).is_nearly_full(false));
        assert!(space(2 * GIB - 1).is_nearly_full(true));
        assert!(!space(2 * GIB).is_nearly_full(true));
    }

    #[test]
    fn a_small_disk_may_have_less_than_a_gibibyte_free() {
        let space = Space {
            free: GIB / 2,
            total: 8 * GIB,
        };
        assert!(!space.is_nearly_full(false));
    }

    #[test]
    fn a_full_disk_is_told_with_what_is_free() {
        fn full(_: &Path) -> io::Result<Space> {
            Ok(Space {
                free: 312_000_000,
                total: 500 * GIB,
            })
        }
        let (reports, _stop) = start("/journals".into(), full, Wake::default()).unwrap();
        let told = reports.recv().unwrap();
        assert!(told.is_present);
        assert_eq!(told.what, "312 MB free at /journals");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let space = space(&folder.path().join("not/yet")).unwrap();
        assert!(space.total > 0);
    }
}
