//! Where the sun stands, and by which clock.

use bevy::math::Vec3;
use bevy::prelude::Resource;
use solar_positioning::time::JulianDate;
use solar_positioning::{Location, RefractionCorrection, SolarPositions};

use crate::scene::{Site, SiteDaylight};
use crate::view::site_frame::direction_of_bearing;

/// Julian date of 1970-01-01T00:00Z.
const UNIX_EPOCH_JD: f64 = 2_440_587.5;
const MS_A_DAY: f64 = 86_400_000.0;
/// Seconds between atomic and solar time in the 2020s: a sixtieth of a degree in four minutes.
const DELTA_T_S: f64 = 69.2;

/// By which light the farm is seen. Set from the scene's `site.daylight` when a scene opens; the
/// program may set another at any time.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Daylight {
    /// The sun as it stands now.
    #[default]
    Clock,
    /// The sun as it stood at this time, milliseconds since 1970 UTC.
    Fixed(i64),
    /// An afternoon, day and night.
    AlwaysDay,
}

/// A direction on the sky.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkyPosition {
    /// Degrees clockwise from north.
    pub bearing_deg: f32,
    /// Degrees above the horizon.
    pub height_deg: f32,
}

impl SkyPosition {
    /// An afternoon in the south-west, from over the shoulder of a viewer who looks north.
    pub const AFTERNOON: Self = Self {
        bearing_deg: 215.0,
        height_deg: 38.0,
    };
    /// The moon that lights every night: where it really is does not matter to a plant.
    pub const MOON: Self = Self {
        bearing_deg: 195.0,
        height_deg: 42.0,
    };

    /// Towards it, in the frame of the view.
    pub fn direction(self) -> Vec3 {
        let (sin, cos) = self.height_deg.to_radians().sin_cos();
        direction_of_bearing(self.bearing_deg) * cos + Vec3::Y * sin
    }

    /// The sun over a place at a time, milliseconds since 1970 UTC, by NREL's Solar Position
    /// Algorithm with the refraction of a standard atmosphere. `None` for a time beyond the years -2000
    /// to 6000.
    pub fn of_sun(latitude_deg: f64, longitude_deg: f64, utc_ms: i64) -> Option<Self> {
        let julian_date = UNIX_EPOCH_JD + utc_ms as f64 / MS_A_DAY;
        let time = JulianDate::new(julian_date, DELTA_T_S).ok()?;
        let place = Location {
            latitude: latitude_deg,
            longitude: longitude_deg,
        };
        let refraction = Some(RefractionCorrection::standard());
        let sun = SolarPositions::new()
            .at_from_julian(time, place, 0.0, refraction)
            .ok()?;
        Some(Self {
            bearing_deg: sun.azimuth() as f32,
            height_deg: sun.elevation_angle() as f32,
        })
    }
}

impl Daylight {
    /// Where the sun stands over a site by this light, while the clock shows `now_ms`.
    pub fn sun(self, site: Option<&Site>, now_ms: i64) -> SkyPosition {
        let at = match self {
            Self::Clock => Some(now_ms),
            Self::Fixed(at_ms) => Some(at_ms),
            Self::AlwaysDay => None,
        };
        at.zip(site)
            .and_then(|(at_ms, site)| {
                SkyPosition::of_sun(site.latitude_deg, site.longitude_deg, at_ms)
            })
            .unwrap_or(SkyPosition::AFTERNOON)
    }
}

impl From<SiteDaylight> for Daylight {
    fn from(site: SiteDaylight) -> Self {
        match site {
            SiteDaylight::Clock => Self::Clock,
            SiteDaylight::Day => Self::AlwaysDay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc_ms(text: &str) -> i64 {
        text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
    }

    /// The worked example of NREL/TP-560-34302, table A5.1: Golden, Colorado, 2003-10-17 12:30:30
    /// UTC-7: azimuth 194.34024°, zenith 50.11162° (there at 1,830 m; the difference is 0.001°).
    #[test]
    fn the_sun_stands_where_nrels_example_says() {
        let sun =
            SkyPosition::of_sun(39.742_476, -105.1786, utc_ms("2003-10-17T19:30:30Z")).unwrap();
        assert!((sun.bearing_deg - 194.340_24).abs() < 0.01, "{sun:?}");
        assert!(
            (sun.height_deg - (90.0 - 50.111_62)).abs() < 0.01,
            "{sun:?}"
        );
    }

    /// By geometry: at the solstice the sun culminates at 90° - latitude + 23.44°, in the south.
    #[test]
    fn at_midsummer_noon_it_stands_in_the_south_and_at_midnight_below_the_north() {
        let noon = SkyPosition::of_sun(55.486, 7.84, utc_ms("2026-06-21T11:30:30Z")).unwrap();
        assert!(
            (noon.height_deg - (90.0 - 55.486 + 23.44)).abs() < 0.05,
            "{noon:?}"
        );
        assert!((noon.bearing_deg - 180.0).abs() < 1.0, "{noon:?}");
        let midnight = SkyPosition::of_sun(55.486, 7.84, utc_ms("2026-06-21T23:30:30Z")).unwrap();
        assert!(
            (midnight.height_deg + (90.0 - 55.486 - 23.44)).abs() < 0.1,
            "{midnight:?}"
        );
        assert!((midnight.bearing_deg - 360.0).abs() < 1.0 || midnight.bearing_deg < 1.0);
    }

    #[test]
    fn in_the_southern_summer_it_stands_in_the_north() {
        let noon = SkyPosition::of_sun(-33.9, 18.4, utc_ms("2026-12-21T10:45:00Z")).unwrap();
        assert!(
            noon.height_deg > 78.0 && noon.direction().z < 0.0,
            "{noon:?}"
        );
    }

    #[test]
    fn always_day_is_day_and_a_fixed_time_does_not_follow_the_clock() {
        let site = Site {
            latitude_deg: 55.486,
            longitude_deg: 7.84,
            ..Site::default()
        };
        let (noon, midnight) = (
            utc_ms("2026-01-10T11:30:00Z"),
            utc_ms("2026-01-10T23:30:00Z"),
        );
        assert_eq!(
            Daylight::AlwaysDay.sun(Some(&site), midnight),
            SkyPosition::AFTERNOON
        );
        assert!(Daylight::Clock.sun(Some(&site), midnight).height_deg < -30.0);
        let fixed = Daylight::Fixed(noon);
        assert_eq!(
            fixed.sun(Some(&site), noon),
            fixed.sun(Some(&site), midnight)
        );
    }
}
