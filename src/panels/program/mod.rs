//! The program around the farm: welcome, menu, opening scenes, progress, toasts.

use std::path::PathBuf;

use bevy::prelude::*;
use bevy_egui::egui;

mod card;
mod dropped;
pub mod gone;
mod loading;
mod menu;
mod modals;
mod news;
mod open_dialog;
pub mod recent;
mod reloaded;
mod save_dialog;
mod screen_reader;
pub mod toasts;
mod toasts_ui;
mod welcome;

use crate::RoomSet;
use crate::action::Action;
use crate::panels::frame::{Farm, Look};
use crate::scene::Loading;
pub use dropped::refusal;
use gone::GoneCheck;
pub use loading::loading_words;
pub use menu::{MenuRequest, menu_ui};
use modals::OpenModal;
use open_dialog::OpenDialog;
use recent::RecentScenes;
pub use save_dialog::SaveDialog;
use toasts::Toasts;
pub use toasts::{Tell, Toast, ToastKind, ToastTarget};
pub use welcome::welcome_ui;

/// What the program around the farm remembers between frames.
#[derive(Debug, Default)]
pub struct ProgramState {
    /// Scenes that were opened before.
    pub recent: RecentScenes,
    /// The folder from which a file was opened last.
    pub folder: Option<PathBuf>,
    /// How much larger than usual everything is drawn; as it is for `None`.
    pub zoom: Option<f32>,
    /// Messages that go by themselves.
    pub toasts: Toasts,
    /// The scene that is being loaded.
    pub loading: Option<Loading>,
    /// The demo was asked for and is not there yet.
    pub is_demo_starting: bool,
    /// The zoom that is remembered was handed to egui.
    is_zoom_set: bool,
    dialog: OpenDialog,
    modal: OpenModal,
    gone: GoneCheck,
}

impl ProgramState {
    /// A dialog is open that takes the keys.
    pub fn has_modal(&self) -> bool {
        self.dialog.is_open() || self.modal != OpenModal::None
    }

    /// Lets a file be chosen.
    pub fn choose_file(&mut self) {
        self.dialog.open(self.folder.as_deref());
    }

    /// Opens a scene file.
    pub fn open(&mut self, path: PathBuf, actions: &mut Vec<Action>) {
        if let Some(folder) = path.parent() {
            self.folder = Some(folder.to_owned());
        }
        actions.push(Action::OpenScene(path));
    }

    /// Starts the demo.
    pub fn run_demo(&mut self, actions: &mut Vec<Action>) {
        self.is_demo_starting = true;
        actions.push(Action::RunDemo);
    }

    fn follow_menu(&mut self, request: MenuRequest, actions: &mut Vec<Action>) {
        match request {
            MenuRequest::ChooseFile => self.choose_file(),
            MenuRequest::Open(path) => self.open(path, actions),
            MenuRequest::Demo => self.run_demo(actions),
            MenuRequest::NewWindow => actions.push(Action::NewWindow),
            MenuRequest::Mapping => actions.push(Action::ShowMapping),
            // The desk shows them.
            MenuRequest::Keys | MenuRequest::Rules => {}
            MenuRequest::About => self.modal = OpenModal::About,
        }
    }
}

/// Keys of the program itself; they hold while a text is typed, too.
pub fn keys(ctx: &egui::Context, state: &mut ProgramState) {
    let open = egui::KeyboardShortcut::new(egui::Modifiers::COMMAND, egui::Key::O);
    if !state.has_modal() && ctx.input_mut(|i| i.consume_shortcut(&open)) {
        state.choose_file();
    }
    match state.zoom.filter(|_| !state.is_zoom_set) {
        Some(zoom) => ctx.set_zoom_factor(zoom),
        // egui itself has Ctrl with plus, minus and nought.
        None => state.zoom = Some(ctx.zoom_factor()).filter(|z| (z - 1.0).abs() > 0.01),
    }
    state.is_zoom_set = true;
}

/// What lies over the desk: dialogs, the hint while a file is dragged, progress, toasts. `view` is where the view is.
/// Returns whether the scene's problems were asked for.
pub fn overlays_ui(
    ctx: &egui::Context,
    look: &Look,
    farm: &Farm,
    state: &mut ProgramState,
    view: egui::Rect,
    menu: Option<MenuRequest>,
    actions: &mut Vec<Action>,
) -> bool {
    if let Some(request) = menu {
        state.follow_menu(request, actions);
    }
    if let Some(path) = state.dialog.ui(ctx) {
        state.open(path, actions);
    }
    state.modal = modals::modal_ui(ctx, look, state.modal);
    dropped::dropped_ui(ctx, look, state, actions);
    if farm.scene.is_some() {
        loading::loading_card_ui(ctx, look, state.loading.as_ref(), view);
    }
    match toasts_ui::toasts_ui(ctx, look, &mut state.toasts, view) {
        Some(ToastTarget::Problems) => true,
        Some(ToastTarget::Turbines(turbines)) => {
            actions.push(Action::SelectSeveral(turbines));
            false
        }
        None => false,
    }
}

/// Tells what has happened, and lets screen readers act.
pub(super) fn plugin(app: &mut App) {
    app.add_message::<Tell>()
        .add_plugins(screen_reader::plugin)
        .init_resource::<reloaded::ColoursBefore>()
        .add_systems(
            Update,
            reloaded::remember_colours
                .after(RoomSet::Scene)
                .before(RoomSet::Rules),
        )
        .add_systems(
            Update,
            (news::follow_loading, news::remember, news::tell)
                .chain()
                .after(RoomSet::Alarms),
        );
}
