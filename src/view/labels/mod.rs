//! Labels over the view: which turbine, what is wrong, at any distance and without colour alone.

use bevy::prelude::*;
use bevy_egui::{EguiPrimaryContextPass, egui};

use crate::fleet::TurbineRow;

mod callout;
mod choose;
mod cluster;
mod coordinates;
mod drilldown;
mod grid;
mod layout;
mod numbers;
mod overlay;
mod paint;
mod pointers;
mod preview;
mod rings;
mod symbols;
mod wind;
mod words;

pub(super) use overlay::overlay_on;
pub(super) use paint::{Remembered, Told, paint_labels_on};
/// What lies at a place on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    pub rect: egui::Rect,
    pub turbine: TurbineRow,
    /// It stands for several alarmed turbines; `turbine` is the most urgent.
    pub is_cluster: bool,
}

/// The labels on the screen and whose they are, in the order in which they were painted.
#[derive(Resource, Debug, Default, PartialEq)]
pub(super) struct PlacedLabels(Vec<Placed>);

impl PlacedLabels {
    /// The turbine whose label is here.
    pub fn at(&self, at: egui::Pos2) -> Option<TurbineRow> {
        self.uppermost(at).map(|placed| placed.turbine)
    }

    /// The most urgent turbine of the cluster that is here.
    pub fn cluster_at(&self, at: egui::Pos2) -> Option<TurbineRow> {
        let placed = self.uppermost(at).filter(|placed| placed.is_cluster);
        placed.map(|placed| placed.turbine)
    }

    /// Where the label of a turbine is, if it has one.
    pub fn of(&self, turbine: TurbineRow) -> Option<egui::Rect> {
        let mut placed = self.0.iter();
        placed.find(|p| p.turbine == turbine).map(|p| p.rect)
    }

    fn uppermost(&self, at: egui::Pos2) -> Option<&Placed> {
        self.0.iter().rfind(|placed| placed.rect.contains(at))
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<PlacedLabels>()
        .init_resource::<drilldown::Callouts>()
        .init_resource::<coordinates::Reading>();
    // Before the panels, so that nothing of the view lies over them.
    app.add_systems(
        EguiPrimaryContextPass,
        (
            grid::grid_ui,
            wind::strokes_ui,
            symbols::symbols_ui,
            drilldown::callouts_ui,
            rings::rings_ui,
            preview::preview_ui,
            paint::labels_ui,
            overlay::overlay_ui,
            wind::figures_ui,
            coordinates::coordinates_ui,
        )
            .chain(),
    );
}
