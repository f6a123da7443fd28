//! Where the camera of a further window is put, and flies to.

use super::draw::Scenery;
use super::{SideView, Vantage, steer};
use crate::fleet::TurbineRow;
use crate::view::camera::{Leg, Pose};

pub(super) fn aspect(side: &SideView) -> f32 {
    side.area.map_or(1.6, |a| a.width() / a.height().max(1.0))
}

fn fly(side: &mut SideView, to: Pose) {
    if let Some(from) = side.pose {
        side.flight = Some(Leg::new(from, to));
    }
}

pub(super) fn fit(side: &mut SideView, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    // From above stays from above.
    let from = side
        .pose
        .map_or(Pose::USUAL, |p| (p.yaw_rad, p.pitch_rad.max(Pose::USUAL.1)));
    fly(side, Pose::of_farm(farm, aspect(side), from));
}

pub(super) fn send(side: &mut SideView, vantage: &Vantage, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    if let Some(scene) = scenery.panels.scene {
        let known = (&*scenery.drawn.named, &*scenery.drawn.rows);
        let to = vantage.start_view().pose(farm, scene, known, aspect(side));
        fly(side, to);
    }
}

pub(super) fn fly_to(side: &mut SideView, turbine: TurbineRow, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    let model = scenery
        .panels
        .scene
        .and_then(|s| s.turbine(turbine))
        .map(|t| t.model);
    let dimensions = model.and_then(|m| farm.dimensions.get(m));
    if let (Some(foot), Some(d), Some(from)) = (farm.foot(turbine), dimensions, side.pose) {
        fly(side, Pose::of_turbine(foot, d, &from));
    }
}

/// A farm that is seen for the first time is seen from where was asked for; at once. As long as nobody
/// has moved the camera, it follows the window's shape.
pub(super) fn place(side: &mut SideView, vantage: &Vantage, scenery: &Scenery) {
    let farm = &scenery.drawn.told.farm;
    let Some(scene) = scenery.panels.scene.filter(|_| !farm.is_empty()) else {
        return;
    };
    let aspect = aspect(side);
    let known = side.placed.as_ref().filter(|p| p.scene == scene.path);
    let is_due = match (known, side.pose) {
        (Some(placed), Some(pose)) => {
            placed.aspect != aspect && placed.pose == pose && side.flight.is_none()
        }
        // Remembered from the last run: if it is of this farm, it stays.
        (None, Some(pose)) if side.placed.is_none() => {
            pose.focus.distance(farm.middle) > 2.0 * farm.radius_m + 6_000.0
        }
        _ => true,
    };
    if is_due {
        let start = if vantage.is_of(scene, &scenery.drawn.named) {
            vantage.clone()
        } else {
            Vantage("farm".to_owned())
        };
        let known = (&*scenery.drawn.named, &*scenery.drawn.rows);
        let pose = start.start_view().pose(farm, scene, known, aspect);
        side.pose = Some(pose);
        side.flight = None;
    }
    if is_due || known.is_none() {
        side.placed = side.pose.map(|pose| steer::Placed {
            scene: scene.path.clone(),
            aspect,
            pose,
        });
    }
}

pub(super) fn follow_selection(side: &mut SideView, scenery: &Scenery) {
    let selected = scenery.panels.selected;
    let was = std::mem::replace(&mut side.selected, selected);
    if let Some(turbine) = selected.filter(|_| side.follows && was != selected) {
        fly_to(side, turbine, scenery);
    }
}
