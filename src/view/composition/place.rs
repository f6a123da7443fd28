//! Where a node stands in its parent, as Bevy has it.

use bevy::math::EulerRot;
use bevy::prelude::*;

use crate::scene::NodePlace;

/// The transform of a place. The axes of a composition are those of the view: x east, y up, z south.
/// Turns are about x, then about the turned y, then about the turned z, as three.js's `XYZ`.
pub fn transform(place: &NodePlace) -> Transform {
    let [x, y, z] = place.rotation.to_array().map(|angle| angle as f32);
    Transform {
        translation: place.position.as_vec3(),
        rotation: Quat::from_euler(EulerRot::XYZ, x, y, z),
        scale: place.scale.as_vec3(),
    }
}

/// Whether a scale turns left into right.
pub fn is_mirroring(scale: Vec3) -> bool {
    scale.x * scale.y * scale.z < 0.0
}

#[cfg(test)]
mod tests {
    use bevy::math::DVec3;

    use super::*;

    #[test]
    fn turns_are_those_of_three_js() {
        // R = Rx(90°) Ry(90°): z goes to x by Ry, which Rx leaves; x goes to -z, and that to y.
        let quarter = std::f64::consts::FRAC_PI_2;
        let place = NodePlace {
            position: DVec3::new(1.0, 2.0, 3.0),
            rotation: DVec3::new(quarter, quarter, 0.0),
            scale: DVec3::new(2.0, 1.0, -1.0),
        };
        let at = transform(&place);
        let met = |p: Vec3| at.transform_point(p);
        assert!(met(Vec3::X).distance(Vec3::new(1.0, 4.0, 3.0)) < 1e-5);
        assert!(met(Vec3::Z).distance(Vec3::new(0.0, 2.0, 3.0)) < 1e-5);
        assert!(met(Vec3::Y).distance(Vec3::new(1.0, 2.0, 4.0)) < 1e-5);
        assert!(is_mirroring(at.scale));
    }
}
