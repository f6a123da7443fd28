//! Choosing where to write a file: the same dialog as for opening one.

use std::path::PathBuf;

use bevy_egui::egui::{Context, Id};
use egui_file_dialog::{DialogState, FileDialog};

use super::open_dialog::{name_focused_field, plain_dialog};

/// The dialog, while it is open.
#[derive(Default)]
pub struct SaveDialog(Option<Box<FileDialog>>);

impl std::fmt::Debug for SaveDialog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SaveDialog")
            .field(&self.0.is_some())
            .finish()
    }
}

impl SaveDialog {
    /// Opens it for the figures of the alarm system.
    pub fn open(&mut self) {
        self.open_for("Export CSV", "alarm-performance.csv");
    }

    /// Opens it for a CSV file of this name.
    pub fn open_for(&mut self, title: &str, file_name: &str) {
        let mut dialog = plain_dialog()
            .id(Id::new("save file"))
            .title(title)
            .add_save_extension("CSV", "csv")
            .default_save_extension("CSV")
            .default_file_name(file_name);
        dialog.config_mut().labels.save_button =
            format!("{} Save", egui_phosphor::regular::FLOPPY_DISK);
        dialog.save_file();
        self.0 = Some(Box::new(dialog));
    }

    /// Draws it; gives the file that was chosen.
    pub fn ui(&mut self, ctx: &Context) -> Option<PathBuf> {
        let dialog = self.0.as_mut()?;
        dialog.update(ctx);
        name_focused_field(ctx);
        match dialog.state() {
            DialogState::Open => None,
            DialogState::Picked(path) => {
                let path = path.clone();
                self.0 = None;
                Some(path)
            }
            _ => {
                self.0 = None;
                None
            }
        }
    }
}
