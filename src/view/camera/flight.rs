//! Flights: to a turbine, or back to the whole farm.

use std::time::Duration;

use bevy::prelude::*;
use bevy_panorbit_camera::PanOrbitCamera;

use super::place::FarmCamera;
use super::pose::Pose;
use crate::action::Action;
use crate::scene::ActiveScene;
use crate::view::farm::Farm;
use crate::view::{Selection, StartView};

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

    fn start(&mut self, from: Pose, to: Pose) {
        // 400 to 900 ms by distance, in proportion to how far it is seen from.
        let way = from.focus.distance(to.focus) / (from.radius_m + to.radius_m)
            + (from.radius_m / to.radius_m.max(1.0)).ln().abs() * 0.25;
        let duration = Duration::from_secs_f32((0.4 + 0.35 * way).clamp(0.4, 0.9));
        self.0 = Some(Leg {
            from,
            to,
            duration,
            gone: Duration::ZERO,
        });
    }
}

/// Where the camera was put for which farm and shape of the view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    middle: Vec3,
    radius_m: f32,
    aspect: f32,
    pose: Pose,
}

/// Carries out what the operator asks of the camera and the selection.
pub(super) fn start_flights(
    mut actions: MessageReader<Action>,
    active: Option<Res<ActiveScene>>,
    farm: Res<Farm>,
    start: Res<StartView>,
    mut selection: ResMut<Selection>,
    mut flight: ResMut<Flight>,
    mut camera: Query<(&Camera, &mut PanOrbitCamera), With<FarmCamera>>,
    mut placed: Local<Option<Placed>>,
) {
    let Ok((camera, mut orbit)) = camera.single_mut() else {
        return;
    };
    let aspect = camera
        .physical_viewport_size()
        .map_or(1.6, |s| s.x as f32 / s.y.max(1) as f32);
    // A farm that is seen for the first time is seen whole, or as was asked for; at once. As long as
    // nobody has moved the camera, it follows the view's shape: the panels take their places after the
    // farm is there.
    if let Some(active) = active.as_ref().filter(|_| !farm.feet.is_empty()) {
        let same_farm =
            placed.is_some_and(|p| (p.middle, p.radius_m) == (farm.middle, farm.radius_m));
        let reshaped = placed.is_some_and(|p| p.aspect != aspect && p.pose == Pose::of(&orbit));
        if !same_farm || reshaped {
            let pose = start.pose(&farm, &active.scene, aspect);
            if !same_farm && let Some(turbine) = start.turbine(&active.scene) {
                selection.turbine = Some(turbine);
            }
            if !same_farm && !start.is_known(&active.scene) {
                warn!(
                    "There is no view or turbine {:?}: showing the whole farm.",
                    *start
                );
            }
            *placed = Some(Placed {
                middle: farm.middle,
                radius_m: farm.radius_m,
                aspect,
                pose,
            });
            orbit.zoom_upper_limit = Some(4.0 * farm.radius_m + 6_000.0);
            pose.apply(&mut orbit);
            flight.0 = None;
        }
    }
    for action in actions.read() {
        match action {
            Action::Select(turbine) => selection.turbine = *turbine,
            Action::FlyTo(turbine) => {
                selection.turbine = Some(*turbine);
                let model = active
                    .as_ref()
                    .and_then(|a| a.scene.turbine(*turbine))
                    .map(|t| t.model);
                let d = model.and_then(|m| farm.dimensions.get(m));
                if let (Some(foot), Some(d)) = (farm.foot(*turbine), d) {
                    let from = Pose::of(&orbit);
                    flight.start(from, Pose::of_turbine(foot, d, &from));
                }
            }
            Action::FitAll => {
                let from = Pose::of(&orbit);
                flight.start(from, Pose::of_farm(&farm, aspect, Pose::USUAL));
            }
            _ => {}
        }
    }
    // A turbine that is gone is not selected any more.
    let gone = |t: &crate::fleet::TurbineRow| t.index() >= farm.feet.len();
    if selection.turbine.as_ref().is_some_and(gone) || selection.hovered.as_ref().is_some_and(gone)
    {
        *selection = Selection::default();
    }
}

/// Moves the camera on its way.
pub(super) fn fly(
    mut flight: ResMut<Flight>,
    time: Res<Time<Real>>,
    mut camera: Query<&mut PanOrbitCamera, With<FarmCamera>>,
) {
    let (Some(leg), Ok(mut orbit)) = (&mut flight.bypass_change_detection().0, camera.single_mut())
    else {
        return;
    };
    // A long pause between frames is not part of the flight.
    leg.gone += time.delta().min(Duration::from_millis(100));
    let t = (leg.gone.as_secs_f32() / leg.duration.as_secs_f32()).clamp(0.0, 1.0);
    let eased = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    leg.from.between(&leg.to, eased).apply(&mut orbit);
    if t >= 1.0 {
        flight.0 = None;
    }
}
