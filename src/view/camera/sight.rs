//! What a pose sees, as geometry: rays through points of the view, and where places appear in it.

use bevy::math::{Dir3, Ray3d, Vec2, Vec3};

use super::pose::Pose;

/// Nearer than this to the camera, metres, nothing of a farm is seen.
const NEAR_M: f32 = 1.0;
/// What is small is looked at from near: a part of the distance to it.
const NEAR_PART: f32 = 0.02;

/// Nearer than this to the camera nothing is seen, metres.
pub fn near_m(pose: &Pose) -> f32 {
    if pose.is_map() {
        NEAR_M
    } else {
        (NEAR_PART * pose.radius_m).clamp(0.01, NEAR_M)
    }
}

/// A pose with the shape of its view. Points of the view are given from (-1, -1), its left lower
/// corner, to (1, 1).
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    /// Where the camera stands.
    pub eye: Vec3,
    /// To the right of the view.
    pub right: Vec3,
    /// Towards the view's upper edge.
    pub up: Vec3,
    /// Along its middle.
    pub forward: Vec3,
    /// Half of the view's width and height: metres where rays are parallel, else tangents.
    pub half: Vec2,
    /// Nearer than this nothing is seen, metres.
    pub near_m: f32,
    /// As on a map: what is far is as large as what is near.
    pub is_parallel: bool,
}

impl Sight {
    /// What a pose sees in a view that is `aspect` wide by high.
    pub fn new(pose: &Pose, aspect: f32) -> Self {
        let turn = pose.rotation();
        let half = if pose.is_map() {
            pose.half_height_m()
        } else {
            pose.half_tangent()
        };
        Self {
            eye: pose.eye(),
            right: turn * Vec3::X,
            up: turn * Vec3::Y,
            forward: turn * Vec3::NEG_Z,
            half: Vec2::new(half * aspect, half),
            near_m: near_m(pose),
            is_parallel: pose.is_map(),
        }
    }

    /// The ray through a point of the view.
    pub fn ray(&self, at: Vec2) -> Option<Ray3d> {
        let across = self.right * (at.x * self.half.x) + self.up * (at.y * self.half.y);
        let (origin, direction) = if self.is_parallel {
            (self.eye + across, self.forward)
        } else {
            (self.eye, self.forward + across)
        };
        Some(Ray3d::new(origin, Dir3::new(direction).ok()?))
    }

    /// Where a place appears, and its depth in metres; `None` behind the camera.
    pub fn point(&self, place: Vec3) -> Option<(Vec2, f32)> {
        let v = place - self.eye;
        let depth_m = v.dot(self.forward);
        if depth_m < self.near_m {
            return None;
        }
        let across = Vec2::new(v.dot(self.right), v.dot(self.up)) / self.half;
        let at = if self.is_parallel {
            across
        } else {
            across / depth_m
        };
        Some((at, depth_m))
    }

    /// Half of the view's height at a depth, metres.
    pub fn half_height_m(&self, depth_m: f32) -> f32 {
        if self.is_parallel {
            self.half.y
        } else {
            self.half.y * depth_m.max(self.near_m)
        }
    }

    /// The part of a segment that the view shows, as fractions of it.
    pub fn clip(&self, a: Vec3, b: Vec3) -> Option<(f32, f32)> {
        let inside = |p: Vec3| {
            let v = p - self.eye;
            let depth = v.dot(self.forward);
            let across = Vec2::new(v.dot(self.right), v.dot(self.up));
            let edge = if self.is_parallel {
                self.half
            } else {
                self.half * depth
            };
            [
                depth - self.near_m,
                edge.x - across.x,
                edge.x + across.x,
                edge.y - across.y,
                edge.y + across.y,
            ]
        };
        let (mut from, mut to) = (0.0_f32, 1.0_f32);
        for (at_a, at_b) in inside(a).into_iter().zip(inside(b)) {
            match (at_a >= 0.0, at_b >= 0.0) {
                (true, true) => {}
                (false, false) => return None,
                (false, true) => from = from.max(at_a / (at_a - at_b)),
                (true, false) => to = to.min(at_a / (at_a - at_b)),
            }
        }
        (from < to).then_some((from, to))
    }

    /// Whether any of a sphere can be seen.
    pub fn sees_sphere(&self, centre: Vec3, radius_m: f32) -> bool {
        let v = centre - self.eye;
        let depth = v.dot(self.forward);
        // Distance beyond a side plane.
        let beside = |along: f32, half: f32| {
            if self.is_parallel {
                along.abs() - half
            } else {
                (along.abs() - depth * half) / half.hypot(1.0)
            }
        };
        depth > -radius_m
            && beside(v.dot(self.right), self.half.x) < radius_m
            && beside(v.dot(self.up), self.half.y) < radius_m
    }

    /// The compass bearing towards the view's upper edge, degrees.
    pub fn bearing_deg(&self) -> f32 {
        self.right
            .z
            .atan2(self.right.x)
            .to_degrees()
            .rem_euclid(360.0)
    }
}

/// Where a ray meets the horizontal plane at a height, and how far along it.
pub fn on_plane(ray: Ray3d, height_m: f32) -> Option<(Vec3, f32)> {
    let distance_m = (height_m - ray.origin.y) / ray.direction.y;
    (distance_m.is_finite() && distance_m > 0.0)
        .then(|| (ray.origin + *ray.direction * distance_m, distance_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poses() -> [Pose; 3] {
        let seen = Pose::looking(Vec3::new(300.0, 200.0, 900.0), Vec3::new(10.0, 70.0, -20.0));
        [
            seen,
            Pose {
                flatness: 0.7,
                ..seen
            },
            Pose::map(Vec3::new(500.0, 0.0, -700.0), 4_000.0),
        ]
    }

    #[test]
    fn a_ray_through_where_a_place_appears_meets_the_place() {
        for pose in poses() {
            let sight = Sight::new(&pose, 1.6);
            for place in [pose.focus, pose.focus + Vec3::new(60.0, 0.0, -40.0)] {
                let (at, depth_m) = sight.point(place).unwrap();
                let ray = sight.ray(at).unwrap();
                let met = ray.origin + *ray.direction * (place - ray.origin).dot(*ray.direction);
                assert!(met.distance(place) < 0.02 + 1e-5 * depth_m, "{pose:?}");
            }
        }
    }

    #[test]
    fn on_the_map_the_same_length_is_as_large_near_as_far_and_north_is_up() {
        let sight = Sight::new(&Pose::map(Vec3::ZERO, 4_000.0), 1.6);
        let size = |height: f32| {
            let a = sight.point(Vec3::new(0.0, height, 0.0)).unwrap().0;
            let b = sight.point(Vec3::new(0.0, height, -100.0)).unwrap().0;
            b - a
        };
        assert!(size(0.0).y > 0.0 && size(0.0).x.abs() < 1e-5);
        assert!(size(0.0).distance(size(400.0)) < 1e-5);
        assert!(sight.bearing_deg().abs() < 0.01);
    }

    #[test]
    fn a_lens_that_grows_longer_keeps_the_size_of_what_is_looked_at() {
        let [seen, long, _] = poses();
        let half = |pose: &Pose| Sight::new(pose, 1.0).half_height_m(pose.distance_m());
        assert!((half(&seen) - half(&long)).abs() < 0.1);
    }

    #[test]
    fn a_segment_is_clipped_to_the_view() {
        let sight = Sight::new(&Pose::map(Vec3::ZERO, 1_000.0), 1.0);
        let half_m = sight.half.x;
        let (a, b) = (Vec3::X * -4.0 * half_m, Vec3::X * 4.0 * half_m);
        let (from, to) = sight.clip(a, b).unwrap();
        assert!((from - 0.375).abs() < 1e-4 && (to - 0.625).abs() < 1e-4);
        assert_eq!(sight.clip(a - Vec3::Z * 9e3, b - Vec3::Z * 9e3), None);
    }
}
