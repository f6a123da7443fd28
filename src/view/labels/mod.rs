//! Labels over the view: which turbine, what is wrong, at any distance and without colour alone.

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

mod choose;
mod layout;
mod overlay;
mod paint;
mod words;

pub(super) fn plugin(app: &mut App) {
    // Before the panels, so that nothing of the view lies over them.
    app.add_systems(
        EguiPrimaryContextPass,
        (paint::labels_ui, overlay::overlay_ui).chain(),
    );
}
