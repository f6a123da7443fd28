//! WGS 84 latitude and longitude to metres east and north of the site.

/// WGS 84 ellipsoid: semi-major axis in metres and flattening (NGA.STND.0036, table 3.1).
const SEMI_MAJOR_AXIS_M: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
const ECCENTRICITY_SQUARED: f64 = FLATTENING * (2.0 - FLATTENING);

/// The plane that touches the ellipsoid at the site's origin.
///
/// Geodetic to Earth-centred coordinates, and from there to east, north and up: ESA Navipedia,
/// "Ellipsoidal and Cartesian Coordinates Conversion" and "Transformations between ECEF and ENU
/// coordinates".
#[derive(Debug, Clone, Copy)]
pub struct TangentPlane {
    origin: [f64; 3],
    origin_deg: [f64; 2],
    sin_latitude: f64,
    cos_latitude: f64,
    sin_longitude: f64,
    cos_longitude: f64,
}

impl TangentPlane {
    /// The plane at a place, degrees.
    pub fn new(latitude_deg: f64, longitude_deg: f64) -> Self {
        let (sin_latitude, cos_latitude) = latitude_deg.to_radians().sin_cos();
        let (sin_longitude, cos_longitude) = longitude_deg.to_radians().sin_cos();
        Self {
            origin: earth_centred(latitude_deg, longitude_deg),
            origin_deg: [latitude_deg, longitude_deg],
            sin_latitude,
            cos_latitude,
            sin_longitude,
            cos_longitude,
        }
    }

    /// Metres east and north of the origin, which mean something within a few hundred kilometres.
    pub fn east_north(&self, latitude_deg: f64, longitude_deg: f64) -> [f64; 2] {
        let [x, y, z] = earth_centred(latitude_deg, longitude_deg);
        let [x0, y0, z0] = self.origin;
        let (dx, dy, dz) = (x - x0, y - y0, z - z0);
        let east = self.cos_longitude * dy - self.sin_longitude * dx;
        let outward = self.cos_longitude * dx + self.sin_longitude * dy;
        let north = self.cos_latitude * dz - self.sin_latitude * outward;
        [east, north]
    }

    /// Latitude and longitude of the place on the ellipsoid that is so many metres east and north, for
    /// places within a few hundred kilometres; degrees.
    pub fn latitude_longitude(&self, [east_m, north_m]: [f64; 2]) -> [f64; 2] {
        let [mut latitude, mut longitude] = self.origin_deg;
        // Each round goes the way that is left as if the earth were flat there.
        for _ in 0..8 {
            let [east, north] = self.east_north(latitude, longitude);
            let (sin, cos) = latitude.to_radians().sin_cos();
            let w = (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt();
            let meridian_m = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / w.powi(3);
            let parallel_m = SEMI_MAJOR_AXIS_M / w * cos.max(1e-6);
            latitude += ((north_m - north) / meridian_m).to_degrees();
            longitude += ((east_m - east) / parallel_m).to_degrees();
            latitude = latitude.clamp(-90.0, 90.0);
        }
        [latitude, (longitude + 180.0).rem_euclid(360.0) - 180.0]
    }

    /// Metres from the origin, straight through the earth: on the plane, places on the far side of
    /// the earth would seem near.
    pub fn distance_m(&self, latitude_deg: f64, longitude_deg: f64) -> f64 {
        let there = earth_centred(latitude_deg, longitude_deg);
        let squares = there.iter().zip(self.origin).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f64>().sqrt()
    }
}

/// Earth-centred, Earth-fixed coordinates of a point on the ellipsoid, metres.
fn earth_centred(latitude_deg: f64, longitude_deg: f64) -> [f64; 3] {
    let (sin_latitude, cos_latitude) = latitude_deg.to_radians().sin_cos();
    let (sin_longitude, cos_longitude) = longitude_deg.to_radians().sin_cos();
    // Radius of curvature in the prime vertical.
    let n = SEMI_MAJOR_AXIS_M / (1.0 - ECCENTRICITY_SQUARED * sin_latitude.powi(2)).sqrt();
    [
        n * cos_latitude * cos_longitude,
        n * cos_latitude * sin_longitude,
        n * (1.0 - ECCENTRICITY_SQUARED) * sin_latitude,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_steps_agree_with_the_radii_of_curvature() {
        let step_deg = 1e-3_f64;
        for latitude in [-55.0_f64, 0.0, 45.0, 55.486, 70.0] {
            let plane = TangentPlane::new(latitude, 7.84);
            let w = 1.0 - ECCENTRICITY_SQUARED * latitude.to_radians().sin().powi(2);
            let meridian = SEMI_MAJOR_AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / w.powf(1.5);
            let parallel = SEMI_MAJOR_AXIS_M / w.sqrt() * latitude.to_radians().cos();
            let [east, north] = plane.east_north(latitude + step_deg, 7.84);
            assert!(east.abs() < 1e-6, "{east}");
            assert!((north - meridian * step_deg.to_radians()).abs() < 2e-3);
            let [east, north] = plane.east_north(latitude, 7.84 + step_deg);
            assert!((east - parallel * step_deg.to_radians()).abs() < 1e-4);
            assert!(north.abs() < 2e-3, "{north}");
        }
    }

    #[test]
    fn a_quarter_of_the_earth_away_stands_at_the_semi_axes() {
        // The pole seen from the equator, and the equator seen across a quarter turn.
        let plane = TangentPlane::new(0.0, 0.0);
        let [_, north] = plane.east_north(90.0, 0.0);
        assert!((north - 6_356_752.314).abs() < 1e-2, "{north}");
        let [east, _] = plane.east_north(0.0, 90.0);
        assert!((east - SEMI_MAJOR_AXIS_M).abs() < 1e-6, "{east}");
    }

    #[test]
    fn metres_lead_back_to_the_place_that_they_came_from() {
        for (latitude, longitude) in [(55.486, 7.84), (-33.9, 179.999), (0.0, -60.0)] {
            let plane = TangentPlane::new(latitude, longitude);
            for [dlat, dlon] in [[0.0, 0.0], [0.05, -0.03], [-2.0, 1.5]] {
                let place = [latitude + dlat, longitude + dlon];
                let metres = plane.east_north(place[0], place[1]);
                let [lat, lon] = plane.latitude_longitude(metres);
                let turned = (lon - place[1] + 180.0).rem_euclid(360.0) - 180.0;
                assert!(
                    (lat - place[0]).abs() < 1e-6 && turned.abs() < 1e-6,
                    "{lat} {lon}"
                );
            }
        }
    }

    #[test]
    fn the_date_line_is_no_border() {
        let [east, north] = TangentPlane::new(-17.0, 179.99).east_north(-17.0, -179.99);
        assert!((2_000.0..2_300.0).contains(&east), "{east}");
        assert!(north.abs() < 1.0);
    }
}
