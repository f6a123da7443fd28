//! Flights: to a turbine, or back to the whole farm.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use bevy_panorbit_camera::PanOrbitCamera;

use super::place::FarmCamera;
use super::pose::Pose;
use crate::action::Action;
use crate::scene::{ActiveScene, Scene};
use crate::view::farm::Farm;
use crate::view::rows::Rows;
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
#[derive(Debug, Clone)]
pub(super) struct Placed {
    scene: Arc<Scene>,
    aspect: f32,
    pose: Pose,
}

/// A farm of fewer metres across still has room about it.
const LEAST_SURROUNDINGS_M: f32 = 2_000.0;

/// A start view that looks into a turbine follows its nacelle when that has turned by this much.
const LEAST_TURN_RAD: f32 = 0.2;

/// Whether a scene file is the same farm as before, changed or not, so that the camera may stay.
fn is_same_farm(before: &Path, now: &Path, farm: &Farm, focus: Vec3) -> bool {
    let surroundings_m = (2.0 * farm.radius_m).max(LEAST_SURROUNDINGS_M);
    before == now && focus.distance(farm.middle) < surroundings_m
}

/// How far from what it looks at the camera may go, metres.
fn farthest_m(farm: &Farm) -> f32 {
    4.0 * farm.radius_m + 6_000.0
}

/// Carries out what the operator asks of the camera and the selection.
pub(super) fn start_flights(
    mut actions: MessageReader<Action>,
    active: Option<Res<ActiveScene>>,
    (farm, rows): (Res<Farm>, Res<Rows>),
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
        let focus = orbit.focus;
        let same_farm = placed.as_mut().is_some_and(|p| {
            let same_scene = Arc::ptr_eq(&p.scene, &active.scene);
            let (before, now) = (&p.scene.path, &active.scene.path);
            if !same_scene && is_same_farm(before, now, &farm, focus) {
                p.scene = Arc::clone(&active.scene);
                orbit.zoom_upper_limit = Some(farthest_m(&farm));
            }
            Arc::ptr_eq(&p.scene, &active.scene)
        });
        let reshaped = placed
            .as_ref()
            .is_some_and(|p| p.aspect != aspect && p.pose == Pose::of(&orbit));
        // A nacelle turns when it is first heard of.
        let turned = start.is_inside()
            && placed.as_ref().is_some_and(|p| {
                let now = start.pose(&farm, &active.scene, &rows, aspect);
                p.pose == Pose::of(&orbit) && (now.yaw_rad - p.pose.yaw_rad).abs() > LEAST_TURN_RAD
            });
        if !same_farm || reshaped || turned {
            let pose = start.pose(&farm, &active.scene, &rows, aspect);
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
                scene: Arc::clone(&active.scene),
                aspect,
                pose,
            });
            orbit.zoom_upper_limit = Some(farthest_m(&farm));
            pose.apply(&mut orbit);
            flight.0 = None;
        }
    }
    for action in actions.read() {
        match action {
            Action::Select(turbine) => {
                selection.turbine = *turbine;
                selection.also.clear();
            }
            Action::SelectSeveral(turbines) => {
                selection.turbine = turbines.first().copied();
                selection.also = turbines.iter().skip(1).copied().collect();
            }
            Action::FlyTo(turbine) => {
                let again = selection.turbine == Some(*turbine);
                selection.turbine = Some(*turbine);
                selection.also.clear();
                let model = active
                    .as_ref()
                    .and_then(|a| a.scene.turbine(*turbine))
                    .map(|t| t.model);
                let d = model.and_then(|m| farm.dimensions.get(m));
                if let (Some(foot), Some(d)) = (farm.foot(*turbine), d) {
                    let from = Pose::of(&orbit);
                    let whole = Pose::of_turbine(foot, d, &from);
                    let nacelle_rad = rows.get(*turbine).map_or(0.0, |r| r.yaw_rad);
                    let inside = Pose::of_inside(foot, d, nacelle_rad, &from);
                    // Asked for again, the camera goes on to what is within, and then back out.
                    let is_near = from.focus.distance(whole.focus) < d.hub_height_m
                        && from.radius_m < 1.3 * whole.radius_m
                        && from.radius_m > 1.3 * inside.radius_m;
                    flight.start(from, if again && is_near { inside } else { whole });
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
    if selection.all().chain(selection.hovered).any(|t| gone(&t)) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_camera_stays_on_a_reload_and_not_for_another_farm() {
        let farm = |x: f32| {
            let mut farm = Farm::default();
            farm.middle = Vec3::new(x, 0.0, 0.0);
            farm.radius_m = 3_000.0;
            farm
        };
        let (a, b) = (Path::new("a.toml"), Path::new("b.toml"));
        assert!(is_same_farm(a, a, &farm(5_000.0), Vec3::ZERO));
        assert!(!is_same_farm(a, a, &farm(7_000.0), Vec3::ZERO));
        assert!(!is_same_farm(a, b, &farm(0.0), Vec3::ZERO));
    }
}
