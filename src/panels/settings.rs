//! What the program remembers between runs: theme, layout, whether the panels are folded, windows.

use std::io;
use std::path::{Path, PathBuf};

use bevy::prelude::Resource;
use egui_tiles::Tree;
use serde::{Deserialize, Serialize};

use crate::files;
use crate::panels::alarm_list::AlarmListSettings;
use crate::panels::layout::Pane;
use crate::panels::layout_mend::mend;
use crate::panels::program::recent::RecentScenes;
use crate::theme::Variant;
use crate::view::windows::{WindowMemory, WindowPlace};

const FILE: &str = "panels.json";
/// A settings file is a few kilobytes; more is not one.
const LARGEST_FILE_BYTES: u64 = 1 << 20;

/// Where the settings are kept.
#[derive(Resource, Debug, Clone, PartialEq, Eq, Default)]
pub enum PanelSettingsStore {
    /// Nowhere: neither read nor written. For pictures and tests.
    #[default]
    None,
    /// In this folder.
    Folder(PathBuf),
}

impl PanelSettingsStore {
    /// The user's configuration folder; [`Self::None`] where the user has none.
    pub fn of_user() -> Self {
        directories::ProjectDirs::from("", "", "windvane").map_or(Self::None, |dirs| {
            Self::Folder(dirs.config_dir().to_owned())
        })
    }
}

impl PanelSettingsStore {
    /// The folder that is used: of the store that was given, or the user's own where there is a
    /// window; none without either.
    pub fn in_use(given: Option<&Self>, has_window: bool) -> Option<PathBuf> {
        let store = match given {
            Some(store) => store.clone(),
            None if has_window => Self::of_user(),
            None => Self::None,
        };
        match store {
            Self::Folder(folder) => Some(folder),
            Self::None => None,
        }
    }
}

/// The settings as they are written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelSettings {
    /// Light or dark.
    pub theme: Variant,
    /// Only the view and the bars are shown.
    pub folded: bool,
    /// Only the legend's heading is shown.
    pub legend_folded: bool,
    /// What was last chosen in the search, newest first.
    pub recent_commands: Vec<String>,
    /// Where the panes stand; the default for the window's size without one.
    pub layout: Option<Tree<Pane>>,
    /// How the alarm list is arranged.
    pub alarm_list: AlarmListSettings,
    /// How much larger than usual everything is drawn.
    pub zoom: Option<f32>,
    /// Alarms are not to be heard.
    pub is_sound_off: bool,
    /// How loud they are heard, 0 to 1; as loud as can be without one.
    pub volume: Option<f32>,
    /// The folder from which a file was opened last.
    pub folder: Option<PathBuf>,
    /// Scenes that were opened before.
    pub recent: RecentScenes,
    /// Where the first window is.
    pub first_window: Option<WindowPlace>,
    /// The windows beside it.
    pub windows: Vec<WindowMemory>,
}

/// Reads the settings of a folder. With them comes a note for the operator where they could not be
/// read: the defaults are used then, and a file that is no settings file is kept aside.
pub fn read(folder: &Path) -> (PanelSettings, Option<String>) {
    let path = folder.join(FILE);
    let text = match read_bounded(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return (PanelSettings::default(), None);
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return (PanelSettings::default(), Some(keep_aside(&path)));
        }
        Err(error) => {
            let note = format!("Settings not read: {}: {error}", path.display());
            return (PanelSettings::default(), Some(note));
        }
    };
    let usable = |mut settings: PanelSettings| {
        let is_usable = settings.layout.as_mut().is_none_or(mend);
        is_usable.then_some(settings)
    };
    let settings = serde_json::from_str(&text).ok().and_then(usable);
    let Some(mut settings) = settings else {
        return (PanelSettings::default(), Some(keep_aside(&path)));
    };
    settings.recent.settle();
    settings.zoom = settings.zoom.filter(|z| (0.5..=3.0).contains(z));
    settings.volume = settings.volume.filter(|v| (0.0..=1.0).contains(v));
    (settings, None)
}

/// Writes settings to a folder, which is made if need be. Whoever reads meanwhile sees the old file
/// or the new one, never a part of one.
///
/// # Errors
/// What the file system gives.
pub fn write(folder: &Path, json: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    files::replace(&folder.join(FILE), json.as_bytes())
}

fn read_bounded(path: &Path) -> io::Result<String> {
    use io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    file.take(LARGEST_FILE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn keep_aside(path: &Path) -> String {
    let aside = path.with_extension("json.bad");
    match std::fs::rename(path, &aside) {
        Ok(()) => format!("Settings could not be used; kept as {}", aside.display()),
        Err(error) => format!("Settings in {} cannot be used: {error}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::layout::default_tree;

    #[test]
    fn settings_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = PanelSettings {
            theme: Variant::Dark,
            folded: true,
            legend_folded: true,
            recent_commands: vec!["turbine:T37".to_owned()],
            layout: Some(default_tree(bevy_egui::egui::vec2(1920.0, 1080.0))),
            alarm_list: AlarmListSettings {
                group_by: "turbine".to_owned(),
                reasons: vec!["Sensor faulty".to_owned()],
                ..AlarmListSettings::default()
            },
            zoom: Some(1.5),
            is_sound_off: true,
            volume: Some(0.5),
            folder: Some(PathBuf::from("/scenes")),
            recent: RecentScenes::default(),
            first_window: Some(WindowPlace::default()),
            windows: vec![WindowMemory::default()],
        };
        let json = serde_json::to_string(&settings).expect("JSON");
        let deep = folder.path().join("a/b");
        write(&deep, &json).expect("written");
        let (back, note) = read(&deep);
        assert_eq!(note, None);
        assert_eq!((back.theme, back.folded), (Variant::Dark, true));
        assert_eq!((back.is_sound_off, back.volume), (true, Some(0.5)));
        assert_eq!(back.alarm_list, settings.alarm_list);
        assert_eq!(
            (back.legend_folded, &back.recent_commands),
            (true, &settings.recent_commands)
        );
        assert_eq!(
            serde_json::to_string(&back).expect("JSON").len(),
            json.len()
        );
    }

    #[test]
    fn settings_of_a_time_with_fewer_panes_are_kept_and_their_layout_gets_the_new_ones() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut layout = default_tree(bevy_egui::egui::vec2(1280.0, 800.0));
        let new = [
            Pane::Alarm,
            Pane::SetAside,
            Pane::Journal,
            Pane::Performance,
        ];
        for pane in new {
            let id = layout.tiles.find_pane(&pane).expect("it is there");
            layout.remove_recursively(id);
        }
        let settings = PanelSettings {
            theme: Variant::Dark,
            layout: Some(layout),
            ..PanelSettings::default()
        };
        let json = serde_json::to_string(&settings).expect("JSON");
        write(folder.path(), &json).expect("written");
        let (back, note) = read(folder.path());
        assert_eq!((note, back.theme), (None, Variant::Dark));
        let layout = back.layout.expect("a layout");
        for pane in Pane::ALL {
            assert!(layout.tiles.find_pane(&pane).is_some(), "{pane:?}");
        }
    }

    #[test]
    fn a_first_run_has_the_defaults_and_nothing_to_say() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(read(folder.path()), (PanelSettings::default(), None));
    }

    #[test]
    fn a_corrupt_file_is_kept_aside_and_the_defaults_are_used() {
        for bad in [
            &b"{\"theme\":"[..],
            b"",
            b"\xff\xfe\x00",
            b"{\"layout\":{\"root\":7}}",
        ] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            std::fs::write(folder.path().join(FILE), bad).expect("written");
            let (settings, note) = read(folder.path());
            assert_eq!(settings, PanelSettings::default());
            assert!(note.expect("a note").contains("panels.json.bad"));
            let kept = std::fs::read(folder.path().join("panels.json.bad")).expect("kept");
            assert_eq!(kept, bad);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("written");
        assert!(write(&file, "{}").is_err());
        // The file's place is taken by a folder: the rename fails, and no part is left.
        let taken = folder.path().join("taken");
        std::fs::create_dir_all(taken.join(FILE).join("x")).expect("made");
        assert!(write(&taken, "{}").is_err());
        let left = std::fs::read_dir(&taken).expect("read").count();
        assert_eq!(left, 1);
    }
}
