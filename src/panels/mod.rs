//! The egui panels: banner, alarm list, turbine inspector, connection, scene problems, rejects.

use bevy::prelude::*;

/// Docks the panels around the view and sends the operator's actions.
pub fn plugin(_app: &mut App) {}
