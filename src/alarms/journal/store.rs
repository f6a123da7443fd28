//! Where the journal of a scene and a station is kept.

use std::path::{Path, PathBuf};

use bevy::prelude::Resource;
use sha2::{Digest as _, Sha256};

/// Journals of demos that are kept.
const DEMOS_KEPT: usize = 5;

/// Where journals are kept. Commands insert it; without it nothing is kept, as tests and pictures
/// want it.
#[derive(Resource, Debug, Clone, PartialEq, Eq, Default)]
pub enum JournalStore {
    /// No journal is kept.
    #[default]
    None,
    /// In this folder, a folder for each scene and a file in it for each station.
    Folder(PathBuf),
    /// In this file.
    File(PathBuf),
}

impl JournalStore {
    /// In the folder of the user's data; none where the system does not tell of one.
    pub fn of_user() -> Self {
        match data_folder() {
            Some(folder) => Self::Folder(folder.join("journals")),
            None => Self::None,
        }
    }

    /// A new one for a run of the demo, which begins with nothing.
    pub fn of_demo(now_ms: i64) -> Self {
        let Some(folder) = demo_folder() else {
            return Self::None;
        };
        let name = format!("{now_ms}-{}", std::process::id());
        Self::Folder(folder.join(name))
    }

    /// The file of a scene's journal at a station; `None` where none is kept.
    pub fn file(&self, scene: &Path, station: &str) -> Option<PathBuf> {
        match self {
            Self::None => None,
            Self::File(file) => Some(file.clone()),
            Self::Folder(folder) => {
                let file = format!("{}.db", file_name(station));
                Some(folder.join(folder_name(scene)).join(file))
            }
        }
    }
}

/// The folder in which the program keeps what the user does not edit.
pub(super) fn data_folder() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "windvane")?;
    Some(dirs.data_dir().to_owned())
}

fn demo_folder() -> Option<PathBuf> {
    Some(data_folder()?.join("demo"))
}

/// Leaves the journals of the last few demos: nobody has to answer for what happens in one.
pub(super) fn remove_old_demos() {
    let Some(folder) = demo_folder() else { return };
    let runs = folder.read_dir().into_iter().flatten().flatten();
    // Their names begin with their times, which have as many digits for the next 250 years.
    let mut runs: Vec<PathBuf> = runs.map(|entry| entry.path()).collect();
    runs.sort();
    let kept = runs.len().saturating_sub(DEMOS_KEPT - 1);
    for run in runs.into_iter().take(kept) {
        if let Err(error) = std::fs::remove_dir_all(&run) {
            tracing::warn!("{} is not removed: {error}", run.display());
        }
    }
}

/// `north-sea.toml-1f3a9c04`: two scenes of the same file name have different ones.
fn folder_name(scene: &Path) -> String {
    let path = scene.canonicalize();
    let path = path.unwrap_or_else(|_| std::path::absolute(scene).unwrap_or(scene.to_owned()));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let hash: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    format!("{}-{hash}", file_name(&name))
}

/// What every file system takes as a name; never empty, hidden or of two meanings.
fn file_name(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut name: String = text
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .take(80)
        .collect();
    if name.is_empty() || name.starts_with('.') {
        name.insert(0, '_');
    }
    if name == text {
        return name;
    }
    // Two names that differ only in what was replaced are two files.
    let digest = Sha256::digest(text.as_bytes());
    let hash: String = digest.iter().take(2).map(|b| format!("{b:02x}")).collect();
    format!("{name}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_and_a_station_have_a_file_of_their_own() {
        let store = JournalStore::Folder("/data".into());
        let file = |scene: &str, station: &str| store.file(Path::new(scene), station).unwrap();
        let desk = file("/farms/a/scene.toml", "desk 1");
        assert_eq!(desk, file("/farms/a/scene.toml", "desk 1"));
        assert_ne!(desk, file("/farms/b/scene.toml", "desk 1"));
        assert_ne!(desk, file("/farms/a/scene.toml", "desk/1"));
        assert_eq!(desk.components().count(), 4, "{}", desk.display());
        assert_eq!(JournalStore::None.file(Path::new("x"), "desk"), None);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["..", "../../etc", "", ".", "a/b", "a\\b", "C:x"] {
            let name = file_name(name);
            assert!(!name.starts_with('.') && !name.is_empty(), "{name}");
            assert!(!name.contains(['/', '\\', ':']), "{name}");
        }
    }
}
