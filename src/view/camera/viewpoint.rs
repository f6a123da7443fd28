//! How the camera is moved: about a point, over the ground, to the pointer, or as by a person.

use bevy::math::{Ray3d, Vec2, Vec3};
use bevy::prelude::Component;

use super::pose::{HIGHEST, NEAREST_M, Pose};
use super::sight::on_plane;

/// The eye is at least so high above the ground, metres.
const EYE_M: f32 = 1.7;
/// Lowest angle of the camera, radians: a turbine can be looked up at from its foot.
const LOWEST: f32 = -1.3;
/// Nothing that is looked at is higher, metres.
const HIGHEST_FOCUS_M: f32 = 4_000.0;
/// The nearest that the map comes.
const NEAREST_MAP_M: f32 = 120.0;
/// How far ahead of a person the focus is kept, metres.
const AHEAD_M: f32 = 150.0;
/// A wheel's notch brings the camera nearer by this much (natural logarithm).
pub const NOTCH: f32 = 0.17;
/// A wheel's notch takes about three times this long, seconds.
const ZOOM_S: f32 = 0.05;

/// How the camera moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// About a point that it looks at.
    #[default]
    Orbit,
    /// Over a map, north up.
    Map,
    /// As a person, who walks and looks around.
    Person,
}

/// Where the farm's camera is, and how it moves.
#[derive(Component, Debug, Clone, Default, PartialEq)]
pub struct Viewpoint {
    /// Where it is.
    pub pose: Pose,
    /// How it moves.
    pub manner: Manner,
    /// How far from what it looks at it may go, metres.
    pub farthest_m: f32,
    /// How near to what it looks at it may go, metres; that of a farm without one.
    pub nearest_m: Option<f32>,
    /// Yaw and pitch to come back to from the map.
    pub before_map: Option<(f32, f32)>,
    /// About which place it still zooms, and by how much.
    zoom: Option<(Vec3, f32)>,
}

impl Viewpoint {
    /// Puts the camera there at once.
    pub fn place(&mut self, pose: Pose) {
        self.zoom = None;
        self.pose = pose;
        self.manner = if pose.is_map() {
            Manner::Map
        } else {
            Manner::Orbit
        };
    }

    /// Turns about the focus by what the pointer moved, in heights of the view.
    pub fn orbit(&mut self, moved: Vec2) {
        let half_turn = std::f32::consts::PI;
        let pose = &mut self.pose;
        pose.yaw_rad = (pose.yaw_rad - moved.x * half_turn) % std::f32::consts::TAU;
        pose.pitch_rad = (pose.pitch_rad + moved.y * half_turn).clamp(LOWEST, HIGHEST);
    }

    /// Takes hold of the ground where one ray meets it and draws it to where another one does. Where
    /// they do not, or too far away, the camera goes along by `moved` heights of the view.
    pub fn drag_ground(
        &mut self,
        from: Option<Ray3d>,
        to: Option<Ray3d>,
        ground_m: f32,
        moved: Vec2,
    ) {
        let pose = &mut self.pose;
        let limit_m = if pose.is_map() {
            f32::MAX
        } else {
            5.0 * pose.radius_m + 200.0
        };
        let met = |ray: Option<Ray3d>| {
            let (at, distance_m) = on_plane(ray?, ground_m)?;
            (distance_m < limit_m).then_some(at)
        };
        let way = if let (Some(from), Some(to)) = (met(from), met(to)) {
            from - to
        } else {
            let (turn, height_m) = (pose.rotation(), 2.0 * pose.half_height_m());
            let ahead = (turn * (Vec3::NEG_Z + Vec3::Y))
                .with_y(0.0)
                .normalize_or_zero();
            (ahead * moved.y - turn * Vec3::X * moved.x) * height_m
        };
        pose.focus += way.with_y(0.0);
    }

    /// Asks for the camera to come nearer to a place (by the natural logarithm, less than 0: to go
    /// away); it takes a few frames.
    pub fn zoom_towards(&mut self, anchor: Vec3, nearer: f32) {
        let left = self.zoom.map_or(0.0, |(_, left)| left);
        self.zoom = Some((anchor, left + nearer));
    }

    /// Whether a zoom is under way.
    pub fn is_zooming(&self) -> bool {
        self.zoom.is_some()
    }

    /// Goes on with the zoom for so many seconds.
    pub fn go_on(&mut self, seconds: f32) {
        let Some((anchor, left)) = self.zoom.take() else {
            return;
        };
        let part = left * (1.0 - (-seconds / ZOOM_S).exp());
        let is_last = left.abs() < 0.004;
        self.zoom_by(anchor, if is_last { left } else { part });
        if !is_last {
            self.zoom = Some((anchor, left - part));
        }
    }

    /// Comes nearer to a place at once: it stays where it is in the view.
    pub fn zoom_by(&mut self, anchor: Vec3, nearer: f32) {
        let pose = &mut self.pose;
        let least_m = if pose.is_map() {
            self.nearest_m.map_or(NEAREST_MAP_M, |m| 10.0 * m)
        } else {
            self.nearest_m.unwrap_or(NEAREST_M)
        };
        let most_m = self.farthest_m.max(2.0 * least_m);
        let wanted_m = (pose.radius_m * (-nearer).exp()).clamp(least_m, most_m);
        let part = wanted_m / pose.radius_m.max(1e-3);
        pose.focus = anchor + (pose.focus - anchor) * part;
        pose.radius_m = wanted_m;
    }

    /// Looks around from where the camera stands; radians to the right and down.
    pub fn look(&mut self, turned: Vec2) {
        let (eye, pose) = (self.pose.eye(), &mut self.pose);
        pose.yaw_rad = (pose.yaw_rad - turned.x) % std::f32::consts::TAU;
        pose.pitch_rad = (pose.pitch_rad + turned.y).clamp(-HIGHEST, HIGHEST);
        pose.focus += eye - pose.eye();
    }

    /// Goes on foot: to the right, up, and ahead along the ground, metres.
    pub fn step(&mut self, right_m: f32, up_m: f32, ahead_m: f32) {
        let turn = self.pose.rotation();
        let ahead = (turn * Vec3::X).cross(Vec3::NEG_Y);
        self.pose.focus += turn * Vec3::X * right_m + Vec3::Y * up_m + ahead * ahead_m;
    }

    /// Stays where it is, and becomes a person.
    pub fn become_person(&mut self) {
        let eye = self.pose.eye();
        self.zoom = None;
        self.manner = Manner::Person;
        self.pose.flatness = 0.0;
        self.pose.radius_m = AHEAD_M;
        self.pose.focus += eye - self.pose.eye();
    }

    /// Stays where it is, and turns about what is ahead again.
    pub fn become_orbit(&mut self, ground_m: f32) {
        let (eye, ahead) = (self.pose.eye(), self.pose.rotation() * Vec3::NEG_Z);
        self.manner = Manner::Orbit;
        let height_m = (eye.y - ground_m).max(EYE_M);
        let to_ground_m = height_m / (-ahead.y).max(1e-3);
        let radius_m = to_ground_m.min(4.0 * height_m + 2.0 * AHEAD_M);
        let least_m = self.nearest_m.unwrap_or(NEAREST_M);
        self.pose.radius_m = radius_m.clamp(least_m, self.farthest_m.max(least_m));
        self.pose.focus += eye - self.pose.eye();
    }

    /// Keeps the camera within its limits: above the ground most of all.
    pub fn keep_within(&mut self, ground_m: impl Fn(Vec3) -> f32) {
        let pose = &mut self.pose;
        if self.manner == Manner::Person {
            let eye = pose.eye();
            let lowest = ground_m(eye) + EYE_M;
            let highest = 2.0 * HIGHEST_FOCUS_M + self.farthest_m;
            pose.focus.y += eye.y.clamp(lowest, highest) - eye.y;
            return;
        }
        let ground_at_focus = ground_m(pose.focus);
        if self.manner == Manner::Map {
            pose.focus.y = ground_at_focus;
            return;
        }
        pose.focus.y = pose
            .focus
            .y
            .clamp(ground_at_focus, ground_at_focus + HIGHEST_FOCUS_M);
        let lowest_eye = ground_m(pose.eye()) + EYE_M;
        let least_sine = (lowest_eye - pose.focus.y) / pose.distance_m().max(1.0);
        if least_sine >= HIGHEST.sin() {
            pose.focus.y = lowest_eye - HIGHEST.sin() * pose.distance_m();
            pose.pitch_rad = HIGHEST;
        } else {
            pose.pitch_rad = pose.pitch_rad.max(least_sine.clamp(-1.0, 1.0).asin());
        }
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::Vec2;

    use super::*;
    use crate::view::camera::sight::Sight;

    fn viewpoint(pose: Pose) -> Viewpoint {
        let mut viewpoint = Viewpoint {
            farthest_m: 20_000.0,
            ..Viewpoint::default()
        };
        viewpoint.place(pose);
        viewpoint
    }

    fn poses() -> [Pose; 2] {
        let seen = Pose::looking(
            Vec3::new(900.0, 600.0, 1_900.0),
            Vec3::new(10.0, 40.0, -20.0),
        );
        [seen, Pose::map(Vec3::new(500.0, 0.0, -700.0), 4_000.0)]
    }

    #[test]
    fn what_is_under_the_pointer_stays_under_it_while_the_camera_zooms() {
        for pose in poses() {
            let mut viewpoint = viewpoint(pose);
            let pointer = Vec2::new(0.6, -0.45);
            let ray = Sight::new(&pose, 1.6).ray(pointer).unwrap();
            let (under, _) = on_plane(ray, 0.0).unwrap();
            viewpoint.zoom_towards(under, 5.0 * NOTCH);
            let mut frames = 0;
            while viewpoint.is_zooming() {
                viewpoint.go_on(0.016);
                viewpoint.keep_within(|_| 0.0);
                let (at, _) = Sight::new(&viewpoint.pose, 1.6).point(under).unwrap();
                assert!(at.distance(pointer) < 2e-3, "{at} after {frames} frames");
                frames += 1;
            }
            assert!((3..60).contains(&frames), "{frames}");
            let part = viewpoint.pose.radius_m / pose.radius_m;
            assert!((part - (-5.0 * NOTCH).exp()).abs() < 1e-3, "{part}");
        }
    }

    #[test]
    fn the_ground_that_was_taken_hold_of_stays_under_the_pointer() {
        for pose in poses() {
            let mut viewpoint = viewpoint(pose);
            let sight = Sight::new(&pose, 1.6);
            let (from, to) = (Vec2::new(0.3, -0.6), Vec2::new(-0.1, -0.4));
            let (held, _) = on_plane(sight.ray(from).unwrap(), 0.0).unwrap();
            viewpoint.drag_ground(sight.ray(from), sight.ray(to), 0.0, to - from);
            let (at, _) = Sight::new(&viewpoint.pose, 1.6).point(held).unwrap();
            assert!(at.distance(to) < 1e-3, "{at}");
        }
    }

    #[test]
    fn the_camera_never_goes_below_the_ground_and_never_rolls() {
        let mut viewpoint = viewpoint(Pose::looking(
            Vec3::new(0.0, 60.0, 300.0),
            Vec3::new(0.0, 70.0, 0.0),
        ));
        for step in 0..200 {
            viewpoint.orbit(Vec2::new(0.03, -0.05));
            if step > 100 {
                viewpoint.zoom_by(Vec3::new(0.0, 0.0, -50.0), 0.1);
            }
            viewpoint.keep_within(|_| 12.0);
            assert!(viewpoint.pose.eye().y > 12.0 + EYE_M - 0.1);
            assert!((viewpoint.pose.rotation() * Vec3::X).y.abs() < 1e-4);
        }
        viewpoint.become_person();
        viewpoint.step(0.0, -500.0, 40.0);
        viewpoint.keep_within(|_| 12.0);
        assert!((viewpoint.pose.eye().y - 12.0 - EYE_M).abs() < 1e-2);
    }

    #[test]
    fn becoming_a_person_and_turning_the_head_moves_nothing() {
        let mut viewpoint = viewpoint(poses()[0]);
        let eye = viewpoint.pose.eye();
        viewpoint.become_person();
        viewpoint.look(Vec2::new(0.7, -0.3));
        assert!(viewpoint.pose.eye().distance(eye) < 0.01);
        viewpoint.become_orbit(0.0);
        assert!(viewpoint.pose.eye().distance(eye) < 0.05);
    }
}
