//! The height of the ground under the camera, which never goes below it.

use bevy::math::Vec3;

use crate::view::farm::Farm;

/// Height of the ground at a place, metres: at sea that of the water.
pub fn ground_height_m(farm: &Farm, at: Vec3) -> f32 {
    farm.ground_at(at)
}
