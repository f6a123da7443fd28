//! How the camera of a further window moves: dragged and wheeled. Pure maths on poses.

use std::f32::consts::PI;
use std::path::PathBuf;

use bevy::math::{Ray3d, Vec3};
use bevy_egui::egui;

use crate::view::camera::{HIGHEST, NEAREST_M, NOTCH, Pose};

/// Lowest angle above the horizon, radians: the camera never goes below the ground.
pub const LOWEST: f32 = 0.02;

/// Where the camera was put: for which scene and shape of the view.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub scene: PathBuf,
    pub aspect: f32,
    pub pose: Pose,
}

/// Round the focus by a drag: half a turn over the height of the view.
pub fn orbit(pose: &mut Pose, drag: egui::Vec2, height: f32) {
    let turn = drag / height.max(1.0) * PI;
    pose.yaw_rad = (pose.yaw_rad - turn.x).rem_euclid(2.0 * PI);
    pose.pitch_rad = (pose.pitch_rad + turn.y).clamp(LOWEST, HIGHEST);
}

/// Over the ground by a drag: what is looked at follows the pointer.
pub fn pan(pose: &mut Pose, drag: egui::Vec2, height: f32, farthest_m: f32) {
    let metres = 2.0 * pose.half_height_m() / height.max(1.0);
    let (sin, cos) = pose.yaw_rad.sin_cos();
    let right = Vec3::new(cos, 0.0, -sin);
    let towards_viewer = Vec3::new(sin, 0.0, cos);
    // The ground is seen at a slant; near the horizon a drag would run away with the camera.
    let slant = pose.pitch_rad.sin().max(0.2);
    let moved = pose.focus - right * drag.x * metres - towards_viewer * drag.y * metres / slant;
    let on_ground = moved.with_y(0.0).clamp_length_max(farthest_m);
    pose.focus = on_ground.with_y(pose.focus.y);
}

/// Nearer by so many notches of a wheel, towards what is under the pointer.
pub fn zoom(pose: &mut Pose, notches: f32, pointer: Option<Ray3d>, farthest_m: f32) {
    let radius_m = (pose.radius_m * (-NOTCH * notches).exp()).clamp(NEAREST_M, farthest_m);
    let share = radius_m / pose.radius_m.max(1.0);
    if let Some(place) = pointer.and_then(|ray| place_under(pose, ray)) {
        pose.focus = place + (pose.focus - place) * share;
    }
    pose.radius_m = radius_m;
}

/// Where a ray meets the height of the focus, unless that is far behind it.
fn place_under(pose: &Pose, ray: Ray3d) -> Option<Vec3> {
    let distance_m = (pose.focus.y - ray.origin.y) / ray.direction.y;
    let is_near = distance_m > 0.0 && distance_m < 3.0 * pose.radius_m;
    is_near.then(|| ray.origin + *ray.direction * distance_m)
}

#[cfg(test)]
mod tests {
    use bevy::math::Dir3;

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
    fn what_is_under_the_pointer_stays_there_while_the_wheel_turns() {
        let place = Vec3::new(600.0, 40.0, 100.0);
        let towards = |pose: &Pose| (place - pose.eye()).normalize();
        let ray = Ray3d::new(POSE.eye(), Dir3::new(towards(&POSE)).unwrap());
        let mut pose = POSE;
        zoom(&mut pose, 4.0, Some(ray), 10_000.0);
        assert!(pose.radius_m < 0.6 * POSE.radius_m);
        assert!(towards(&pose).distance(towards(&POSE)) < 1e-3);
    }

    #[test]
    fn no_drag_takes_the_camera_below_the_ground_over_the_zenith_or_out_of_the_world() {
        let mut pose = POSE;
        for drag in [egui::vec2(90.0, 4e4), egui::vec2(-7e5, -9e4)] {
            orbit(&mut pose, drag, 600.0);
            assert!((LOWEST..=HIGHEST).contains(&pose.pitch_rad));
            pan(&mut pose, drag, 600.0, 5_000.0);
            assert!(pose.focus.with_y(0.0).length() < 5_001.0);
        }
        zoom(&mut pose, 500.0, None, 9_000.0);
        assert!((pose.radius_m - NEAREST_M).abs() < 0.1);
        zoom(&mut pose, -500.0, None, 9_000.0);
        assert!((pose.radius_m - 9_000.0).abs() < 0.1);
    }

    #[test]
    fn a_drag_to_the_right_takes_the_ground_along() {
        let mut pose = Pose {
            yaw_rad: 0.0,
            ..POSE
        };
        pan(&mut pose, egui::vec2(60.0, 0.0), 600.0, 90_000.0);
        assert!(pose.focus.x < POSE.focus.x);
        pan(&mut pose, egui::vec2(0.0, 60.0), 600.0, 90_000.0);
        assert!(pose.focus.z < POSE.focus.z, "down: what is farther comes");
    }
}
