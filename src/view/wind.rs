//! The wind over the farm, as its turbines report it.

use std::time::Duration;

use bevy::prelude::*;

use crate::RoomSet;
use crate::clock::Clock;
use crate::fleet::{Fleet, TurbineRow};
use crate::scene::{ActiveScene, Drive, Scene, metres_a_second};

/// The wind is taken anew this often; gusts of one turbine are not the farm's wind.
const EVERY: Duration = Duration::from_secs(2);

/// The wind, over all turbines whose reports can be used.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct Wind {
    /// Median of the speeds, m/s.
    pub speed_m_s: Option<f32>,
    /// Median of the directions that it comes from, degrees clockwise from north. That of the
    /// nacelles where no signal tells the wind's.
    pub from_deg: Option<f32>,
    /// How many turbines report a speed or a direction.
    pub reporting: usize,
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Wind>()
        .add_systems(Update, follow_reports.in_set(RoomSet::View));
}

fn follow_reports(
    active: Option<Res<ActiveScene>>,
    fleet: Option<Res<Fleet>>,
    clock: Res<Clock>,
    mut wind: ResMut<Wind>,
    mut next: Local<Duration>,
) {
    let (Some(active), Some(fleet)) = (active, fleet) else {
        return;
    };
    // Until the first reports are in, each frame may bring them.
    let is_due = clock.monotonic >= *next || wind.reporting == 0 || active.is_changed();
    if !is_due {
        return;
    }
    *next = clock.monotonic + EVERY;
    wind.set_if_neq(Wind::of(&active.scene, &fleet));
}

impl Wind {
    /// The wind that a fleet reports.
    pub fn of(scene: &Scene, fleet: &Fleet) -> Self {
        let drivers: Vec<_> = scene
            .models
            .iter()
            .map(|model| {
                let direction = model.driver(Drive::WindDirection);
                (
                    model
                        .driver(Drive::WindSpeed)
                        .map(|s| (s.column, metres_a_second(&s.unit).unwrap_or(1.0))),
                    direction.or(model.driver(Drive::Yaw)).map(|s| s.column),
                )
            })
            .collect();
        if drivers
            .iter()
            .all(|(speed, direction)| speed.is_none() && direction.is_none())
        {
            return Self::default();
        }
        let (mut speeds, mut directions, mut reporting) = (Vec::new(), Vec::new(), 0);
        for (index, turbine) in scene.turbines.iter().enumerate() {
            let row = TurbineRow(index as u32);
            let Some(&(speed, direction)) = drivers.get(turbine.model) else {
                continue;
            };
            let speed = speed.and_then(|(column, m_s)| Some(fleet.usable(row, column)? * m_s));
            let direction = direction.and_then(|column| fleet.usable(row, column));
            reporting += usize::from(speed.is_some() || direction.is_some());
            speeds.extend(speed.filter(|v| v.is_finite()));
            directions.extend(direction.filter(|v| v.is_finite()));
        }
        Self {
            speed_m_s: median(&mut speeds).map(|v| v.max(0.0) as f32),
            from_deg: median_direction(&directions).map(|v| v as f32),
            reporting,
        }
    }
}

fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    if values.is_empty() {
        return None;
    }
    let (lower, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if !is_even {
        return Some(upper);
    }
    let below = lower.iter().copied().fold(f64::MIN, f64::max);
    Some(f64::midpoint(below, upper))
}

/// The median about the circular mean, so that 350° and 10° are neighbours and one vane that points
/// the wrong way does not matter. `None` where the directions cancel out.
fn median_direction(directions_deg: &[f64]) -> Option<f64> {
    let (east, north) = directions_deg
        .iter()
        .map(|deg| deg.to_radians().sin_cos())
        .fold((0.0, 0.0), |(e, n), (sin, cos)| (e + sin, n + cos));
    let length = east.hypot(north) / directions_deg.len().max(1) as f64;
    if length < 0.05 {
        return None;
    }
    let mean_deg = east.atan2(north).to_degrees();
    let mut off: Vec<f64> = directions_deg
        .iter()
        .map(|deg| (deg - mean_deg + 180.0).rem_euclid(360.0) - 180.0)
        .collect();
    Some((mean_deg + median(&mut off)?).rem_euclid(360.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_meet_across_north() {
        let mean = median_direction(&[350.0, 10.0, 355.0, 5.0]).unwrap();
        assert!(!(1e-6..=359.999_999).contains(&mean), "{mean}");
        let westerly = median_direction(&[268.0, 270.0, 275.0]).unwrap();
        assert!((westerly - 270.0).abs() < 1e-9);
        let wrapped = median_direction(&[-10.0, 710.0, 350.0]).unwrap();
        assert!((wrapped - 350.0).abs() < 1e-9, "{wrapped}");
    }

    #[test]
    fn a_vane_that_points_the_wrong_way_does_not_turn_the_wind() {
        let wind = median_direction(&[241.0, 243.0, 244.0, 242.0, 63.0]).unwrap();
        assert!((241.0..=244.0).contains(&wind), "{wind}");
    }

    #[test]
    fn no_reports_and_opposite_ones_are_no_wind() {
        assert_eq!(median_direction(&[]), None);
        assert_eq!(median_direction(&[0.0, 180.0]), None);
        assert_eq!(median(&mut []), None);
    }

    #[test]
    fn the_median_is_between_the_middle_two() {
        assert_eq!(median(&mut [9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&mut [8.0, 2.0, 100.0, 4.0]), Some(6.0));
    }

    #[test]
    fn knots_and_kilometres_an_hour_are_understood() {
        assert!((metres_a_second("kn").unwrap() * 10.0 - 5.144).abs() < 1e-3);
        assert!((metres_a_second("km/h").unwrap() * 36.0 - 10.0).abs() < 1e-9);
        assert!((metres_a_second("m/s").unwrap() - 1.0).abs() < 1e-12);
    }
}
