//! Which journal a command reads.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::access::{Places, Session};
use crate::alarms::journal::{JournalReader, JournalStore, open_to_read};

/// Which journal a command reads.
#[derive(clap::Args, Debug, Clone)]
pub struct PlaceArgs {
    /// The scene file
    pub scene: PathBuf,
    /// Read this journal in place of the one of the scene and this desk
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Read the journal of this station that is kept on this machine
    #[arg(long, value_name = "NAME", conflicts_with = "journal")]
    pub station: Option<String>,
}

impl PlaceArgs {
    /// Opens it.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(&self) -> anyhow::Result<JournalReader> {
        let file = match &self.journal {
            Some(file) => file.clone(),
            None => of_scene(&self.scene, self.station.as_deref())?,
        };
        Ok(open_to_read(&file)?)
    }
}

/// Who sits here, and at which desk, by the access files.
pub fn here() -> Session {
    Session::load(&Places::of_machine(None)).session
}

/// The journal of a scene and a station; of this desk without one.
///
/// # Errors
/// There is none; which others there are.
pub fn of_scene(scene: &Path, station: Option<&str>) -> anyhow::Result<PathBuf> {
    let here = here().station;
    let station = station.unwrap_or(&here);
    let Some(file) = JournalStore::of_user().file(scene, station) else {
        bail!("the system tells of no folder for data; give the journal's file");
    };
    if file.exists() {
        return Ok(file);
    }
    let others = others(&file);
    if others.is_empty() {
        bail!(
            "{} has no journal of the station {station} here: {} does not exist",
            scene.display(),
            file.display()
        );
    }
    bail!(
        "{} has no journal of the station {station} here, but of: {}",
        scene.display(),
        others.join(", ")
    );
}

fn others(file: &Path) -> Vec<String> {
    let folder = file.parent().and_then(|folder| folder.read_dir().ok());
    let files = folder.into_iter().flatten().flatten();
    let mut names: Vec<String> = files
        .map(|entry| PathBuf::from(entry.file_name()))
        .filter(|name| name.extension() == Some(OsStr::new("db")))
        .filter_map(|name| Some(name.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}
