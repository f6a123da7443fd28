//! The height of the ground under the camera, which never goes below it.

use bevy::math::Vec3;

use crate::view::farm::Farm;

/// Height of the ground at a place, metres: 0 at sea and on flat land.
pub fn ground_height_m(_farm: &Farm, _at: Vec3) -> f32 {
    0.0
}
