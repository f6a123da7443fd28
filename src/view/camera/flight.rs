//! Flights: from one view to another, eased, and over at once when the person takes the camera.

use std::time::Duration;

use bevy::prelude::*;

use super::place::FarmCamera;
use super::pose::Pose;
use super::viewpoint::Viewpoint;

/// The flight of the first window's camera, if one is under way.
#[derive(Resource, Debug, Default)]
pub struct Flight(Option<Leg>);

/// A flight under way.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    from: Pose,
    to: Pose,
    duration: Duration,
    gone: Duration,
}

impl Flight {
    /// Whether the camera is flying.
    pub fn is_under_way(&self) -> bool {
        self.0.is_some()
    }

    /// Ends it where the camera is.
    pub fn interrupt(&mut self) {
        self.0 = None;
    }

    /// Where it leads.
    pub fn destination(&self) -> Option<Pose> {
        self.0.map(|leg| leg.to)
    }

    pub(super) fn start(&mut self, from: Pose, to: Pose) {
        self.0 = Some(Leg::new(from, to));
    }
}

impl Leg {
    /// 400 to 900 ms by distance, in proportion to how far it is seen from.
    pub fn new(from: Pose, to: Pose) -> Self {
        let way = from.focus.distance(to.focus) / (from.radius_m + to.radius_m)
            + (from.radius_m / to.radius_m.max(1.0)).ln().abs() * 0.25
            + (from.flatness - to.flatness).abs();
        Self {
            from,
            to,
            duration: Duration::from_secs_f32((0.4 + 0.35 * way).clamp(0.4, 0.9)),
            gone: Duration::ZERO,
        }
    }

    /// Where the camera is after a further step, and whether it has arrived.
    pub fn step(&mut self, passed: Duration) -> (Pose, bool) {
        // A long pause between frames is not part of the flight.
        self.gone += passed.min(Duration::from_millis(100));
        let t = (self.gone.as_secs_f32() / self.duration.as_secs_f32()).clamp(0.0, 1.0);
        if t >= 1.0 {
            return (self.to, true);
        }
        let eased = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        (self.from.between(&self.to, eased), false)
    }
}

/// Moves the camera on its way.
pub(super) fn fly(
    mut flight: ResMut<Flight>,
    time: Res<Time<Real>>,
    mut camera: Query<&mut Viewpoint, With<FarmCamera>>,
) {
    let (Some(leg), Ok(mut viewpoint)) =
        (&mut flight.bypass_change_detection().0, camera.single_mut())
    else {
        return;
    };
    let (pose, has_arrived) = leg.step(time.delta());
    viewpoint.place(pose);
    if has_arrived {
        flight.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSE: Pose = Pose {
        focus: Vec3::new(100.0, 40.0, -200.0),
        yaw_rad: 0.4,
        pitch_rad: 0.5,
        radius_m: 2_000.0,
        flatness: 0.0,
        lens: 1.0,
    };

    #[test]
    fn a_flight_arrives_within_a_second_and_a_pause_is_no_part_of_it() {
        let to = Pose {
            radius_m: 300.0,
            ..POSE
        };
        let mut leg = Leg::new(POSE, to);
        assert!(!leg.step(Duration::from_secs(60)).1);
        let arrived = (0..60).find_map(|_| {
            let (pose, has_arrived) = leg.step(Duration::from_millis(17));
            has_arrived.then_some(pose)
        });
        assert!(arrived.unwrap().eye().distance(to.eye()) < 1.0);
    }
}
