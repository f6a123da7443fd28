//! Turbines as rows of a GPU buffer: written here, uploaded in runs, read by the shaders.

use bevy::prelude::*;

use crate::RoomSet;

mod fill;
mod layout;
mod table;
mod upload;

pub(in crate::view) use fill::follow_appearance;
pub use layout::{Row, SurfaceStyle, linear};
pub use table::Rows;

/// Keeps the rows in step with the rules, the alarms, the drive signals and the selection.
pub(super) fn plugin(app: &mut App) {
    // The drives are read before the rules run, because those clear the list of dirty rows.
    app.init_resource::<Rows>()
        .add_systems(
            Update,
            fill::follow_drives
                .after(super::farm::build_farm)
                .after(RoomSet::Fleet)
                .before(RoomSet::Rules),
        )
        .add_systems(
            Update,
            (follow_appearance, fill::follow_selection)
                .chain()
                .after(super::inside::open_selected)
                .in_set(RoomSet::View),
        )
        .add_plugins(upload::plugin);
}
