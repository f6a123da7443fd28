//! The 3D window: turbines, ground, sky, camera, labels and picking.

use bevy::prelude::*;

use crate::fleet::TurbineRow;

/// What the operator has selected and points at.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The selected turbine.
    pub turbine: Option<TurbineRow>,
    /// The turbine under the pointer.
    pub hovered: Option<TurbineRow>,
}

/// The part of the window that the panels leave to the 3D view, in egui points. Written by the
/// panels each frame; the whole window without panels.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct ViewArea(pub Option<bevy_egui::egui::Rect>);

/// Draws the farm and follows the camera.
pub fn plugin(_app: &mut App) {}
