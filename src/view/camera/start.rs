//! Where the camera stands when a farm is seen for the first time.

use std::path::Path;
use std::sync::Arc;

use bevy::prelude::*;

use super::flight::Flight;
use super::history::History;
use super::place::FarmCamera;
use super::pose::Pose;
use super::viewpoint::Viewpoint;
use crate::scene::{ActiveScene, Scene};
use crate::view::farm::{Bounds, Farm};
use crate::view::rows::Rows;
use crate::view::{NamedViews, Selection, StartView};

/// Where the camera was put for which farm and shape of the view.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    scene: Arc<Scene>,
    aspect: f32,
    content: Option<Bounds>,
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
pub fn farthest_m(farm: &Farm) -> f32 {
    if let Some(content) = farm.content.filter(|_| farm.is_alone) {
        return 12.0 * content.radius_m() + 20.0;
    }
    4.0 * farm.radius_m + 6_000.0
}

/// How wide by high the view is.
pub(super) fn aspect(camera: &Camera) -> f32 {
    camera
        .physical_viewport_size()
        .map_or(1.6, |s| s.x as f32 / s.y.max(1) as f32)
}

/// A farm that is seen for the first time is seen whole, or as was asked for; at once. As long as
/// nobody has moved the camera, it follows the view's shape: the panels take their places after the
/// farm is there.
pub(super) fn place_at_start(
    active: Option<Res<ActiveScene>>,
    (farm, named, rows): (Res<Farm>, Res<NamedViews>, Res<Rows>),
    start: Res<StartView>,
    mut selection: ResMut<Selection>,
    (mut flight, mut history): (ResMut<Flight>, ResMut<History>),
    mut camera: Query<(&Camera, &mut Viewpoint), With<FarmCamera>>,
    mut placed: Local<Option<Placed>>,
) {
    let (Ok((camera, mut viewpoint)), Some(active)) = (camera.single_mut(), active) else {
        return;
    };
    if farm.is_empty() {
        return;
    }
    let aspect = aspect(camera);
    let focus = viewpoint.pose.focus;
    let same_farm = placed.as_mut().is_some_and(|p| {
        let same_scene = Arc::ptr_eq(&p.scene, &active.scene);
        let (before, now) = (&p.scene.path, &active.scene.path);
        if !same_scene && is_same_farm(before, now, &farm, focus) {
            p.scene = Arc::clone(&active.scene);
            viewpoint.farthest_m = farthest_m(&farm);
        }
        Arc::ptr_eq(&p.scene, &active.scene)
    });
    let reshaped = placed.as_ref().is_some_and(|p| {
        // The models of a composition come after it.
        let differs = p.aspect.to_bits() != aspect.to_bits() || p.content != farm.content;
        differs && p.pose == viewpoint.pose
    });
    let pose = || start.pose(&farm, &active.scene, (&named, &rows), aspect);
    // A nacelle turns when it is first heard of.
    let turned = start.is_inside()
        && placed.as_ref().is_some_and(|p| {
            p.pose == viewpoint.pose && (pose().yaw_rad - p.pose.yaw_rad).abs() > LEAST_TURN_RAD
        });
    if same_farm && !reshaped && !turned {
        return;
    }
    let pose = pose();
    if !same_farm {
        history.clear();
        if let Some(turbine) = start.turbine(&active.scene, &named) {
            selection.turbine = Some(turbine);
        }
        if !start.is_known(&active.scene, &named) {
            warn!(
                "There is no view or turbine {:?}: showing the whole farm.",
                *start
            );
        }
    }
    *placed = Some(Placed {
        scene: Arc::clone(&active.scene),
        aspect,
        content: farm.content,
        pose,
    });
    viewpoint.farthest_m = farthest_m(&farm);
    viewpoint.nearest_m = farm.is_alone.then(|| farm.nearest_m());
    viewpoint.place(pose);
    flight.interrupt();
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
