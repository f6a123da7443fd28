//! Scene files: read, checked with line and column, watched, and handed on as one [`Scene`].

use bevy::prelude::*;

mod model;

pub use model::*;

/// Loads the scene at start, watches its files and reloads them.
pub(super) fn plugin(_app: &mut App) {}
