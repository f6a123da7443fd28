//! Choosing a scene file: `egui-file-dialog` with this program's icons and words.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{Context, Id};
use egui_file_dialog::{DialogState, FileDialog, OpeningMode};
use egui_phosphor::regular as icon;

/// The dialog, while it is open.
#[derive(Default)]
pub(super) struct OpenDialog(Option<Box<FileDialog>>);

impl std::fmt::Debug for OpenDialog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OpenDialog").field(&self.is_open()).finish()
    }
}

impl OpenDialog {
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Opens it in this folder; in the working one where there is none.
    pub fn open(&mut self, folder: Option<&Path>) {
        let mut dialog = dialog();
        if let Some(folder) = folder.filter(|f| f.is_dir()) {
            dialog = dialog.initial_directory(folder.to_owned());
        }
        dialog.pick_file();
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

/// The crate gives its text fields no names.
pub(super) fn name_focused_field(ctx: &Context) {
    if let Some(id) = ctx
        .memory(|m| m.focused())
        .filter(|_| ctx.text_edit_focused())
    {
        ctx.accesskit_node_builder(id, |node| {
            if node.label().is_none() {
                node.set_label("Search or type a path");
            }
        });
    }
}

fn dialog() -> FileDialog {
    plain_dialog()
        .id(Id::new("open scene"))
        .title("Open a scene")
        .add_file_filter_extensions("Scene files (.toml, .json)", vec!["toml", "json"])
        .default_file_filter("Scene files (.toml, .json)")
}

/// A dialog in this program's icons and words.
pub(super) fn plain_dialog() -> FileDialog {
    let word = |glyph: &str, word: &str| format!("{glyph} {word}");
    let mut dialog = FileDialog::new()
        .opening_mode(OpeningMode::AlwaysInitialDir)
        .default_size([720.0, 440.0])
        .min_size([420.0, 260.0])
        .anchor(bevy_egui::egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .resizable(true)
        .movable(false)
        .show_new_folder_button(false)
        .show_system_files_option(false)
        .show_working_directory_button(true)
        .err_icon(icon::WARNING_CIRCLE)
        .default_file_icon(icon::FILE_CODE)
        .default_folder_icon(icon::FOLDER)
        .device_icon(icon::HARD_DRIVE)
        .removable_device_icon(icon::USB)
        // Names, not icons alone: they are all that a screen reader has.
        .parent_directory_icon(&word(icon::ARROW_UP, "Up"))
        .back_icon(&word(icon::ARROW_LEFT, "Back"))
        .forward_icon(&word(icon::ARROW_RIGHT, "Forward"))
        .menu_icon(&word(icon::LIST, "Menu"))
        // Its field is black in every theme.
        .show_search(false)
        .path_edit_icon(&word(icon::PENCIL_SIMPLE, "Type"))
        .directory_separator("/");
    let config = dialog.config_mut();
    icon::WARNING.clone_into(&mut config.warn_icon);
    icon::PUSH_PIN.clone_into(&mut config.pinned_icon);
    // The words have the icons of a font in them that this program does not carry.
    let labels = dialog.labels_mut();
    labels.reload = word(icon::ARROW_CLOCKWISE, "Reload");
    labels.working_directory = word(icon::TERMINAL, "Working folder");
    labels.show_hidden = "Show hidden files".to_owned();
    labels.heading_pinned = "Pinned".to_owned();
    labels.heading_places = "Places".to_owned();
    labels.heading_devices = "Devices".to_owned();
    labels.heading_removable_devices = "Removable devices".to_owned();
    labels.home_dir = word(icon::HOUSE, "Home");
    labels.desktop_dir = word(icon::DESKTOP, "Desktop");
    labels.documents_dir = word(icon::FILE_TEXT, "Documents");
    labels.downloads_dir = word(icon::DOWNLOAD_SIMPLE, "Downloads");
    labels.audio_dir = word(icon::MUSIC_NOTE, "Audio");
    labels.pictures_dir = word(icon::IMAGE, "Pictures");
    labels.videos_dir = word(icon::FILM_STRIP, "Videos");
    labels.pin_folder = word(icon::PUSH_PIN, "Pin this folder");
    labels.unpin_folder = word(icon::PUSH_PIN_SLASH, "Unpin");
    labels.rename_pinned_folder = word(icon::PENCIL_SIMPLE, "Rename");
    labels.selected_file = "File:".to_owned();
    labels.file_filter_all_files = "All files".to_owned();
    labels.open_button = word(icon::FOLDER_OPEN, "Open");
    labels.cancel_button = word(icon::X, "Cancel");
    dialog
}
