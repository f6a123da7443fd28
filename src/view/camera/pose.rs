//! Where the camera stands and looks, as an orbit about a point.

use bevy::math::{Quat, Vec3};

use crate::view::farm::{Bounds, Farm};
use crate::view::geometry::Dimensions;

/// Vertical field of view, radians.
pub const FIELD_OF_VIEW: f32 = 0.61;
/// Nearest to a point that the camera comes, metres.
pub const NEAREST_M: f32 = 25.0;
/// No view is from nearer to what it looks at, metres.
const LEAST_M: f32 = 0.05;
/// Highest angle above the horizon, radians; only the map looks straight down.
pub const HIGHEST: f32 = 1.5;
/// Height of the map's camera above what it looks at, metres: above every blade and hill.
pub const MAP_HEIGHT_M: f32 = 6_000.0;
/// On the way to the map the camera goes away and its lens becomes longer, down to this part of its
/// field of view; the last step to parallel rays is not seen then.
const LONGEST_LENS: f32 = 0.06;
/// Straight down.
const DOWN: f32 = std::f32::consts::FRAC_PI_2;

/// An orbit about a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// What is looked at.
    pub focus: Vec3,
    /// Bearing of the camera seen from the focus: 0 is south of it, 90° east.
    pub yaw_rad: f32,
    /// Angle of the camera above the focus's horizon.
    pub pitch_rad: f32,
    /// Distance from the focus, metres. With a long lens the camera is farther away, so that the
    /// focus looks as from here.
    pub radius_m: f32,
    /// 0: as an eye sees; 1: as a map, with parallel rays; between them, a long lens.
    pub flatness: f32,
    /// Tangent of half of the field of view over that of [`FIELD_OF_VIEW`]: 1 but for a view that
    /// brings its own.
    pub lens: f32,
}

impl Default for Pose {
    fn default() -> Self {
        Self::looking(Vec3::new(0.0, 200.0, 1_000.0), Vec3::ZERO)
    }
}

impl Pose {
    /// From one place to another; never below the ground.
    pub fn looking(from: Vec3, at: Vec3) -> Self {
        let offset = from - at;
        let radius_m = offset.length().max(LEAST_M);
        Self {
            focus: at,
            yaw_rad: offset.x.atan2(offset.z),
            pitch_rad: (offset.y / offset.length().max(1e-3))
                .clamp(-1.0, 1.0)
                .asin(),
            radius_m,
            flatness: 0.0,
            lens: 1.0,
        }
    }

    /// A map about a place, north up, of which the view is as high as seen from `radius_m`.
    pub fn map(focus: Vec3, radius_m: f32) -> Self {
        Self {
            focus,
            yaw_rad: 0.0,
            pitch_rad: DOWN,
            radius_m,
            flatness: 1.0,
            lens: 1.0,
        }
    }

    /// Whether it is the map.
    pub fn is_map(&self) -> bool {
        self.flatness >= 1.0
    }

    /// Which way the camera looks: along its -z, with its y up. It never rolls.
    pub fn rotation(&self) -> Quat {
        Quat::from_rotation_y(self.yaw_rad) * Quat::from_rotation_x(-self.pitch_rad)
    }

    /// Tangent of half of the vertical field of view.
    pub fn half_tangent(&self) -> f32 {
        let lens = 1.0 - (1.0 - LONGEST_LENS) * self.flatness.clamp(0.0, 1.0);
        (FIELD_OF_VIEW / 2.0).tan() * self.lens * lens
    }

    /// Half of the height of the plane through the focus that the view shows, metres.
    pub fn half_height_m(&self) -> f32 {
        self.radius_m * (FIELD_OF_VIEW / 2.0).tan() * self.lens
    }

    /// From the focus to the camera, metres.
    pub fn distance_m(&self) -> f32 {
        if self.is_map() {
            MAP_HEIGHT_M
        } else {
            self.half_height_m() / self.half_tangent()
        }
    }

    /// Where the camera stands.
    pub fn eye(&self) -> Vec3 {
        self.focus + self.rotation() * Vec3::Z * self.distance_m()
    }

    /// From the south-west, where the wind mostly comes from, so that rotors show their discs; high
    /// enough to tell the rows apart, low enough to see the horizon: `yaw_rad`, `pitch_rad`.
    pub const USUAL: (f32, f32) = (-0.62, 0.32);

    /// The whole farm from a direction, in a view that is `aspect` wide by high.
    pub fn of_farm(farm: &Farm, aspect: f32, (yaw_rad, pitch_rad): (f32, f32)) -> Self {
        if let Some(content) = farm.content.filter(|_| farm.is_alone) {
            return Self::of_bounds(&content, aspect, (yaw_rad, pitch_rad));
        }
        let mut pose = Self {
            focus: farm.middle + Vec3::Y * (0.35 * farm.top_m),
            yaw_rad,
            pitch_rad,
            radius_m: 300.0,
            flatness: 0.0,
            lens: 1.0,
        };
        let (half_y, half_x) = half_extents(aspect);
        let points = |pose: &Self| {
            let (forward, right, up) = pose.axes();
            let focus = pose.focus;
            let tops = farm
                .turbine_feet()
                .flat_map(|foot| [foot, foot + Vec3::Y * farm.top_m]);
            let content = farm.content.map(|c| c.corners()).into_iter().flatten();
            tops.chain(content)
                .map(move |point| {
                    let v = point - focus;
                    Vec3::new(v.dot(right), v.dot(up), v.dot(forward))
                })
                .collect::<Vec<_>>()
        };
        // Each pass finds the distance, then centres what is seen from there; the last, the distance.
        for pass in 0..5 {
            let points = points(&pose);
            pose.radius_m = points.iter().fold(300.0, |radius_m: f32, v| {
                radius_m
                    .max(v.x.abs() / (half_x * 0.94) - v.z)
                    .max(v.y.abs() / (half_y * 0.80) - v.z)
            });
            if pass == 4 {
                break;
            }
            let (mut low, mut high) = (Vec3::MAX, Vec3::MIN);
            for v in &points {
                let seen = *v / (v.z + pose.radius_m).max(1.0);
                low = low.min(seen);
                high = high.max(seen);
            }
            if low.x <= high.x {
                let (forward, right, _) = pose.axes();
                let on_ground = forward.with_y(0.0).normalize_or_zero();
                let off = (low + high) * 0.5 * pose.radius_m;
                pose.focus +=
                    right * off.x + on_ground * off.y * 0.8 / pose.pitch_rad.sin().max(0.2);
            }
        }
        pose
    }

    /// The whole farm on the map.
    pub fn of_farm_on_map(farm: &Farm, aspect: f32) -> Self {
        let (mut low, mut high) = (Vec3::MAX, Vec3::MIN);
        let content = farm.content.map(|c| [c.low, c.high]).into_iter().flatten();
        for foot in farm.turbine_feet().chain(content) {
            low = low.min(foot);
            high = high.max(foot);
        }
        if low.x > high.x {
            (low, high) = (Vec3::ZERO, Vec3::ZERO);
        }
        let (half_y, half_x) = half_extents(aspect);
        let half = (high - low) / 2.0;
        // Room for the symbols and labels of the outermost ones, and for the corners' instruments.
        let radius_m = (half.x / (half_x * 0.86)).max(half.z / (half_y * 0.80));
        let least_m = if farm.is_alone { 2.0 } else { 600.0 };
        Self::map((low + high) / 2.0, radius_m.max(least_m))
    }

    /// A box from a direction, filling most of the view.
    pub fn of_bounds(bounds: &Bounds, aspect: f32, (yaw_rad, pitch_rad): (f32, f32)) -> Self {
        let mut pose = Self {
            focus: bounds.middle(),
            yaw_rad,
            pitch_rad,
            radius_m: (0.2 * bounds.radius_m()).max(LEAST_M),
            flatness: 0.0,
            lens: 1.0,
        };
        let (half_y, half_x) = half_extents(aspect);
        let (forward, right, up) = pose.axes();
        let radius_m = bounds
            .corners()
            .iter()
            .fold(pose.radius_m, |radius_m, corner| {
                let v = *corner - pose.focus;
                let depth = v.dot(forward);
                radius_m
                    .max(v.dot(right).abs() / (half_x * 0.86) - depth)
                    .max(v.dot(up).abs() / (half_y * 0.80) - depth)
            });
        pose.radius_m = radius_m;
        pose
    }

    /// The same with another vertical angle of view, radians.
    pub fn with_field_of_view(self, radians: f32) -> Self {
        let half = (radians / 2.0).clamp(0.02, 1.4);
        let lens = half.tan() / (FIELD_OF_VIEW / 2.0).tan();
        Self { lens, ..self }
    }

    /// The same from so many times as far.
    pub fn farther(self, times: f32) -> Self {
        let radius_m = self.radius_m * times;
        Self { radius_m, ..self }
    }

    /// One turbine in the middle of the map, no farther away than now.
    pub fn of_turbine_on_map(foot: Vec3, d: &Dimensions, from: &Self) -> Self {
        let near_m = 26.0 * d.rotor_radius_m;
        Self::map(foot, near_m.min(from.radius_m).max(NEAREST_M))
    }

    /// One turbine, filling about two thirds of the view's height, seen from where the camera was.
    pub fn of_turbine(foot: Vec3, d: &Dimensions, from: &Self) -> Self {
        Self {
            focus: foot + Vec3::Y * (0.78 * d.hub_height_m),
            yaw_rad: from.yaw_rad,
            pitch_rad: from.pitch_rad.clamp(0.07, 0.22),
            radius_m: (2.6 * d.top_m()).max(NEAREST_M),
            flatness: 0.0,
            lens: 1.0,
        }
    }

    /// One turbine's nacelle from beside and a little behind, where no blade passes before it, on the
    /// side where the camera was; `nacelle_rad` clockwise from north.
    pub fn of_inside(foot: Vec3, d: &Dimensions, nacelle_rad: f32, from: &Self) -> Self {
        let (sin, cos) = nacelle_rad.sin_cos();
        let (rear, right) = (Vec3::new(-sin, 0.0, cos), Vec3::new(cos, 0.0, sin));
        let (behind, before) = d.nacelle_reach_m();
        let camera = Vec3::new(from.yaw_rad.sin(), 0.0, from.yaw_rad.cos());
        let side = if camera.dot(right) < 0.0 {
            -right
        } else {
            right
        };
        let towards = side + rear * 0.30;
        Self {
            focus: foot + Vec3::Y * d.hub_height_m + rear * ((behind - before) / 2.0),
            yaw_rad: towards.x.atan2(towards.z),
            pitch_rad: 0.20,
            radius_m: (2.1 * (behind + before)).max(NEAREST_M),
            flatness: 0.0,
            lens: 1.0,
        }
    }

    /// Part of the way from one pose to another, `t` from 0 to 1: distances in proportion, and the
    /// shorter way round.
    pub fn between(&self, to: &Self, t: f32) -> Self {
        let turn = (to.yaw_rad - self.yaw_rad + std::f32::consts::PI)
            .rem_euclid(std::f32::consts::TAU)
            - std::f32::consts::PI;
        // The lens grows longer once the camera nearly looks down, and the other way round.
        let flat = if to.flatness > self.flatness {
            (2.0 * t - 1.0).max(0.0)
        } else {
            (2.0 * t).min(1.0)
        };
        Self {
            focus: self.focus.lerp(to.focus, t),
            yaw_rad: self.yaw_rad + turn * t,
            pitch_rad: self.pitch_rad + (to.pitch_rad - self.pitch_rad) * t,
            radius_m: self.radius_m * (to.radius_m / self.radius_m.max(LEAST_M)).powf(t),
            flatness: self.flatness + (to.flatness - self.flatness) * flat,
            lens: self.lens + (to.lens - self.lens) * t,
        }
    }

    fn axes(&self) -> (Vec3, Vec3, Vec3) {
        let turn = self.rotation();
        (turn * Vec3::NEG_Z, turn * Vec3::X, turn * Vec3::Y)
    }
}

/// Tangents of half the field of view: vertical, horizontal.
fn half_extents(aspect: f32) -> (f32, f32) {
    let half_y = (FIELD_OF_VIEW / 2.0).tan();
    (half_y, half_y * aspect.max(0.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_from_a_place_stands_there() {
        let from = Vec3::new(300.0, 80.0, 400.0);
        let pose = Pose::looking(from, Vec3::new(10.0, 70.0, -20.0));
        assert!(pose.eye().distance(from) < 0.01);
    }

    #[test]
    fn a_flight_takes_the_shorter_way_round() {
        let a = Pose::looking(Vec3::new(-1.0, 10.0, -100.0), Vec3::ZERO);
        let b = Pose::looking(Vec3::new(1.0, 10.0, -100.0), Vec3::ZERO);
        let half = a.between(&b, 0.5);
        assert!(half.eye().z < -90.0, "{half:?}");
    }

    #[test]
    fn a_look_into_a_nacelle_is_from_beside_it_behind_the_rotor() {
        let d = Dimensions::new(70.0, 80.0, true);
        let from = Pose::looking(Vec3::new(300.0, 90.0, 200.0), Vec3::new(0.0, 70.0, 0.0));
        for nacelle_deg in [0.0_f32, 75.0, 190.0, 300.0] {
            let nacelle_rad = nacelle_deg.to_radians();
            let upwind = Vec3::new(nacelle_rad.sin(), 0.0, -nacelle_rad.cos());
            let pose = Pose::of_inside(Vec3::ZERO, &d, nacelle_rad, &from);
            let eye = pose.eye() - Vec3::Y * d.hub_height_m;
            assert!(eye.dot(upwind) < 0.0, "{nacelle_deg}: {pose:?}");
            let beside = Vec3::new(-upwind.z, 0.0, upwind.x);
            assert!(eye.dot(beside).abs() > 0.8 * pose.radius_m, "{pose:?}");
            assert!(pose.radius_m < 60.0);
        }
    }

    #[test]
    fn the_whole_farm_is_within_the_view() {
        let feet: Vec<Vec3> = (0..80)
            .map(|i| Vec3::new((i % 10) as f32 * 560.0, 0.0, (i / 10) as f32 * 560.0))
            .collect();
        let mut farm = Farm::default();
        farm.middle = Vec3::new(2520.0, 0.0, 1960.0);
        farm.feet = feet;
        farm.top_m = 110.0;
        for aspect in [0.8, 1.6, 2.4] {
            let pose = Pose::of_farm(&farm, aspect, Pose::USUAL);
            let (forward, right, up) = pose.axes();
            let (half_y, half_x) = half_extents(aspect);
            for foot in &farm.feet {
                let v = *foot - pose.eye();
                let depth = v.dot(forward);
                assert!(depth > 0.0);
                assert!((v.dot(right) / depth).abs() < half_x, "{aspect}");
                assert!((v.dot(up) / depth).abs() < half_y, "{aspect}");
            }
        }
    }
}
