//! What raises alarms beside the rules: silence, the turbines' own codes, the program's troubles.

use bevy::prelude::*;

mod disk;
mod troubles;

pub use disk::WatchedFolder;
pub use troubles::TroubleReport;

/// Fills the [`Readings`](super::Readings).
pub(super) fn plugin(app: &mut App) {
    app.add_plugins((troubles::plugin, disk::plugin));
}
