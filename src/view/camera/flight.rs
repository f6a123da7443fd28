//! Flights: from one view to another, eased, and over at once when the person takes the camera.

use std::time::Duration;

use bevy::prelude::*;

use super::place::FarmCamera;
use super::pose::Pose;
use super::viewpoint::Viewpoint;

/// A flight under way.
#[derive(Resource, Debug, Default)]
pub struct Flight(Option<Leg>);

#[derive(Debug, Clone, Copy)]
struct Leg {
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
        // 400 to 900 ms by distance, in proportion to how far it is seen from.
        let way = from.focus.distance(to.focus) / (from.radius_m + to.radius_m)
            + (from.radius_m / to.radius_m.max(1.0)).ln().abs() * 0.25
            + (from.flatness - to.flatness).abs();
        let duration = Duration::from_secs_f32((0.4 + 0.35 * way).clamp(0.4, 0.9));
        self.0 = Some(Leg {
            from,
            to,
            duration,
            gone: Duration::ZERO,
        });
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
    // A long pause between frames is not part of the flight.
    leg.gone += time.delta().min(Duration::from_millis(100));
    let t = (leg.gone.as_secs_f32() / leg.duration.as_secs_f32()).clamp(0.0, 1.0);
    let eased = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    if t >= 1.0 {
        viewpoint.place(leg.to);
        flight.0 = None;
    } else {
        viewpoint.place(leg.from.between(&leg.to, eased));
    }
}
