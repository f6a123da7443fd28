//! The camera: about a point, over a map or on foot; flights; and the part of the window it fills.

use bevy::camera::CameraUpdateSystems;
use bevy::prelude::*;

use crate::RoomSet;

mod actions;
mod flight;
mod ground;
mod hand;
mod held;
mod history;
mod input;
mod lens;
mod person;
mod place;
mod pose;
mod sight;
mod start;
mod steer;
mod tour;
mod viewpoint;

pub use flight::{Flight, Leg};
pub use ground::ground_height_m;
pub(super) use hand::POINTS_A_NOTCH;
pub use hand::{Gesture, Hand};
pub use history::History;
pub use input::PointerInView;
pub(super) use input::follow_pointer;
pub(super) use lens::{MapSymbols, grid_spacing_m, look_from};
pub(super) use place::camera_over_farm;
pub use place::{CameraTarget, FarmCamera, TargetScale};
pub use pose::Pose;
pub(super) use pose::{HIGHEST, NEAREST_M};
pub use sight::{Sight, on_plane};
pub(super) use start::farthest_m;
pub(super) use viewpoint::NOTCH;
pub use viewpoint::{Manner, Viewpoint};

/// The camera stands where this frame shows it from.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CameraMoves;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<super::StartView>()
        .init_resource::<CameraTarget>()
        .init_resource::<TargetScale>()
        .init_resource::<Flight>()
        .init_resource::<History>()
        .init_resource::<Hand>()
        .init_resource::<MapSymbols>()
        .init_resource::<PointerInView>()
        .add_systems(Startup, place::spawn_cameras)
        .add_systems(
            Update,
            (
                steer::read_hand,
                steer::steer,
                start::place_at_start,
                actions::follow_actions,
                flight::fly,
                person::hold_cursor,
                lens::look,
                lens::tell_shaders,
            )
                .chain()
                .in_set(CameraMoves)
                .in_set(RoomSet::View),
        )
        .add_systems(
            PostUpdate,
            (
                follow_pointer,
                place::fill_view_area.before(CameraUpdateSystems),
            ),
        );
}
