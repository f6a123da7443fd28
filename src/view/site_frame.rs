//! The frame of the view: x east, y up, z south, metres from the site's origin.

use bevy::math::Vec3;

use crate::scene::Turbine;

/// A place in the view from metres east, north and up.
pub fn view_from_site(east_m: f64, north_m: f64, up_m: f64) -> Vec3 {
    Vec3::new(east_m as f32, up_m as f32, -north_m as f32)
}

/// Metres east, north and up of a place in the view.
pub fn site_from_view(place: Vec3) -> [f64; 3] {
    [place.x, -place.z, place.y].map(f64::from)
}

/// The foot of a turbine in the view.
pub fn foot(turbine: &Turbine) -> Vec3 {
    view_from_site(turbine.east_m, turbine.north_m, turbine.up_m)
}

/// The direction that a compass bearing (degrees clockwise from north) points in.
pub fn direction_of_bearing(bearing_deg: f32) -> Vec3 {
    let (sin, cos) = bearing_deg.to_radians().sin_cos();
    Vec3::new(sin, 0.0, -cos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn north_is_minus_z_and_east_is_x() {
        assert!(direction_of_bearing(0.0).distance(Vec3::NEG_Z) < 1e-6);
        assert!(direction_of_bearing(90.0).distance(Vec3::X) < 1e-6);
        assert_eq!(view_from_site(1.0, 2.0, 3.0), Vec3::new(1.0, 3.0, -2.0));
        let back = site_from_view(Vec3::new(1.0, 3.0, -2.0));
        assert!(
            back.iter()
                .zip([1.0, 2.0, 3.0])
                .all(|(a, b)| (a - b).abs() < 1e-9)
        );
    }
}
