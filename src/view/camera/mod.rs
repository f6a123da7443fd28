//! The camera: orbit, pan and zoom, flights, and the part of the window that it fills.

use bevy::camera::CameraUpdateSystems;
use bevy::input::InputSystems;
use bevy::prelude::*;
use bevy_panorbit_camera::{PanOrbitCameraPlugin, PanOrbitCameraSystemSet};

use crate::RoomSet;

mod flight;
mod input;
mod place;
mod pose;

pub use flight::Flight;
pub use input::PointerInView;
pub(super) use input::{follow_pointer, is_free};
pub use place::{CameraTarget, FarmCamera};
pub use pose::Pose;
pub(super) use pose::{FIELD_OF_VIEW, HIGHEST, LOWEST, NEAREST_M};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(PanOrbitCameraPlugin)
        .init_resource::<super::StartView>()
        .init_resource::<CameraTarget>()
        .init_resource::<Flight>()
        .init_resource::<PointerInView>()
        .add_systems(Startup, place::spawn_cameras)
        .add_systems(
            Update,
            (flight::start_flights, flight::fly)
                .chain()
                .in_set(RoomSet::View),
        )
        .add_systems(PreUpdate, input::move_by_cursor.before(InputSystems))
        .add_systems(
            PostUpdate,
            (
                follow_pointer.before(PanOrbitCameraSystemSet),
                place::fill_view_area.before(CameraUpdateSystems),
            ),
        );
}
