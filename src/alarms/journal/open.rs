//! Opens the journal of a scene: the lock, the desk's name, what is done about a damaged file.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::{Actor, Alarm, AlarmId, LaidAside};
use super::fault::{Fault, FaultKind};
use super::reader::open_to_read;
use super::states::{States, to_alarm, to_laid_aside};
use super::writer::{Writer, set_aside, states_of, with};
use super::{JournalStore, Note};

/// Programs that may run at a desk at the same time with a journal each.
const MOST_PROGRAMS: u32 = 9;

/// Which journal is to be opened, and for whom.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    /// Where journals are kept.
    pub store: JournalStore,
    /// The scene file.
    pub scene: PathBuf,
    /// Who opens it; the station without what tells apart the programs of a desk.
    pub by: Actor,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// It is of a demo: the oldest of many are removed.
    pub is_demo: bool,
}

/// A journal that is this program's to write.
#[derive(Debug)]
pub(super) struct Place {
    /// The file.
    pub file: PathBuf,
    /// The desk's name in it.
    pub station: Arc<str>,
    /// Nobody else writes the journal while this is open.
    _lock: File,
}

/// Finds the file of this program and locks it.
pub(super) fn place(opening: &Opening) -> Result<Place, (Option<PathBuf>, Fault)> {
    for program in 1..=MOST_PROGRAMS {
        let station = match program {
            1 => Arc::clone(&opening.by.station),
            n => format!("{}-{n}", opening.by.station).into(),
        };
        let Some(file) = opening.store.file(&opening.scene, &station) else {
            return Err((None, Fault::unfit("no journal is kept")));
        };
        match lock(&file) {
            Ok(Some(lock)) => {
                return Ok(Place {
                    file,
                    station,
                    _lock: lock,
                });
            }
            Ok(None) if matches!(opening.store, JournalStore::File(_)) => {
                let what = "another Windvane writes it; close that one, or give another file by \
                    --journal";
                return Err((Some(file), Fault::passing(what)));
            }
            Ok(None) => {}
            Err(error) => return Err((Some(file), Fault::of_io(&error))),
        }
    }
    let what = format!("{MOST_PROGRAMS} programs of this desk write journals of the scene already");
    Err((None, Fault::passing(what)))
}

/// Locks a journal; `None` if another program has done so.
fn lock(file: &Path) -> std::io::Result<Option<File>> {
    if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    let lock = options
        .write(true)
        .create(true)
        .truncate(false)
        .open(with(file, ".lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Opens the journal of a place and notes that it was. Keeps a damaged one aside and says so, as it does
/// of one that was `kept` aside before.
pub(super) fn writer(
    place: &Place,
    opening: &Opening,
    kept: Option<&Path>,
    notices: &mut Vec<String>,
) -> Result<Writer, Fault> {
    let (mut writer, aside) = match Writer::open(&place.file) {
        Err(fault) if fault.kind == FaultKind::Damaged => {
            let aside = set_aside(&place.file, opening.at_ms).map_err(|e| Fault::of_io(&e))?;
            let told = format!(
                "the journal {}: it is kept as {}, and a new one was begun; alarms that stood are \
                 raised anew",
                fault.at(&place.file),
                aside.display()
            );
            let comment = tells_of(&aside);
            notices.push(told);
            let mut writer = Writer::open(&place.file)?;
            // What the damaged one may have given is not given again.
            writer.skip_keys(u64::try_from(opening.at_ms).unwrap_or_default());
            (writer, Some(comment))
        }
        opened => (opened?, kept.map(tells_of)),
    };
    let note = |change: &str, comment: String| Note {
        change: change.into(),
        object: Arc::clone(&place.station),
        name: "".into(),
        by: Some(Actor {
            station: Arc::clone(&place.station),
            ..opening.by.clone()
        }),
        comment: Some(comment.into()),
        at_ms: opening.at_ms,
    };
    if writer.is_new() {
        let scene = opening.scene.display();
        let scene = aside.unwrap_or_else(|| format!("Of {scene}."));
        writer.take_note(&note("journal_begun", scene));
    }
    let version = env!("CARGO_PKG_VERSION");
    writer.take_note(&note("started", format!("Windvane {version}")));
    Ok(writer)
}

/// What the first record says of the damaged journal before.
fn tells_of(aside: &Path) -> String {
    let name = aside.file_name().unwrap_or_default().to_string_lossy();
    format!("The journal before was damaged; it is kept as {name}.")
}

/// What was restored of the states of a journal.
#[derive(Debug, Default)]
pub(super) struct Stood {
    pub standing: Vec<Alarm>,
    pub laid_aside: Vec<(AlarmId, LaidAside)>,
    /// States that this version cannot read.
    pub lost: usize,
}

impl Stood {
    /// From the states.
    pub fn of(states: &States) -> Self {
        let mut stood = Self::default();
        for (_, state) in states.standing.values() {
            match to_alarm(state) {
                Ok(alarm) => stood.standing.push(alarm),
                Err(_) => stood.lost += 1,
            }
        }
        for (id, state) in &states.laid_aside {
            match to_laid_aside(state) {
                Ok(laid) => stood.laid_aside.push((id.clone(), laid)),
                Err(_) => stood.lost += 1,
            }
        }
        stood
    }

    /// From a file that can be read, though not written.
    pub fn of_file(file: &Path) -> Option<Self> {
        let reader = open_to_read(file).ok()?;
        let states = states_of(&reader.connection).ok()?;
        Some(Self::of(&states))
    }
}
