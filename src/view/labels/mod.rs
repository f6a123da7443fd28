//! Labels over the view: which turbine, what is wrong, at any distance and without colour alone.

use bevy::prelude::*;
use bevy_egui::{EguiPrimaryContextPass, egui};

use crate::fleet::TurbineRow;

mod choose;
mod layout;
mod overlay;
mod paint;
mod words;

pub(super) use overlay::overlay_on;
pub(super) use paint::{Told, paint_labels_on};

/// The labels on the screen and whose they are, in the order in which they were painted.
#[derive(Resource, Debug, Default, PartialEq)]
pub(super) struct PlacedLabels(Vec<(egui::Rect, TurbineRow)>);

impl PlacedLabels {
    /// The turbine whose label is here.
    pub fn at(&self, at: egui::Pos2) -> Option<TurbineRow> {
        let uppermost = self.0.iter().rfind(|(rect, _)| rect.contains(at))?;
        Some(uppermost.1)
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<PlacedLabels>();
    // Before the panels, so that nothing of the view lies over them.
    app.add_systems(
        EguiPrimaryContextPass,
        (paint::labels_ui, overlay::overlay_ui).chain(),
    );
}
