//! From the world to the screen and back, in egui points.

use bevy::ecs::system::SystemParam;
use bevy::math::{Dir3, Ray3d};
use bevy::prelude::*;
use bevy_egui::egui;

use super::camera::{FIELD_OF_VIEW, FarmCamera};
use super::{ViewArea, ViewCovered};

/// The farm's camera and where its picture lies on the screen.
#[derive(SystemParam)]
pub struct Projector<'w, 's> {
    camera:
        Query<'w, 's, (&'static Camera, &'static Transform, &'static Projection), With<FarmCamera>>,
    area: Res<'w, ViewArea>,
    covered: Res<'w, ViewCovered>,
}

/// A camera frozen for one frame.
#[derive(Debug, Clone, Copy)]
pub struct Frozen {
    /// Where the camera stands.
    pub eye: Vec3,
    right: Vec3,
    up: Vec3,
    forward: Vec3,
    half: Vec2,
    /// The view on the screen, points.
    pub area: egui::Rect,
}

impl Projector<'_, '_> {
    /// The camera as it is now, over this whole screen where the panels leave all of it. `None`
    /// while nothing of the view is on the screen.
    pub fn freeze(&self, screen: Option<egui::Rect>) -> Option<Frozen> {
        if self.covered.0 {
            return None;
        }
        let (camera, at, projection) = self.camera.single().ok()?;
        let Projection::Perspective(perspective) = projection else {
            return None;
        };
        let size = camera.physical_target_size()?.as_vec2();
        let area = self.area.0.or(screen).unwrap_or_else(|| {
            egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size.x, size.y))
        });
        let half_y = (perspective.fov / 2.0).tan();
        let aspect = area.width() / area.height().max(1.0);
        Some(Frozen {
            eye: at.translation,
            right: *at.right(),
            up: *at.up(),
            forward: *at.forward(),
            half: Vec2::new(half_y * aspect, half_y),
            area,
        })
    }

    /// The ray through a point of the screen, and the angle of a point there, radians.
    pub fn ray(&self, at: egui::Pos2) -> Option<(Ray3d, f32)> {
        let (camera, ..) = self.camera.single().ok()?;
        let screen = camera
            .logical_target_size()
            .map(|s| egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(s.x, s.y)));
        self.freeze(screen)?.ray(at)
    }
}

impl Frozen {
    /// A camera that is not the first window's, over this part of its own.
    pub fn of(at: &Transform, area: egui::Rect) -> Self {
        let half_y = (FIELD_OF_VIEW / 2.0).tan();
        let aspect = area.width() / area.height().max(1.0);
        Self {
            eye: at.translation,
            right: *at.right(),
            up: *at.up(),
            forward: *at.forward(),
            half: Vec2::new(half_y * aspect, half_y),
            area,
        }
    }

    /// The ray through a point of the screen, and the angle of a point there, radians.
    pub fn ray(&self, at: egui::Pos2) -> Option<(Ray3d, f32)> {
        let x = ((at.x - self.area.center().x) / self.area.width().max(1.0)) * 2.0 * self.half.x;
        let y = ((self.area.center().y - at.y) / self.area.height().max(1.0)) * 2.0 * self.half.y;
        let direction = Dir3::new(self.forward + self.right * x + self.up * y).ok()?;
        let point_rad = 2.0 * self.half.y / self.area.height().max(1.0);
        Some((Ray3d::new(self.eye, direction), point_rad))
    }

    /// Where a place appears, and its depth in metres; `None` behind the camera.
    pub fn point(&self, place: Vec3) -> Option<(egui::Pos2, f32)> {
        let v = place - self.eye;
        let depth = v.dot(self.forward);
        if depth < 1.0 {
            return None;
        }
        let x = v.dot(self.right) / (depth * self.half.x);
        let y = v.dot(self.up) / (depth * self.half.y);
        let c = self.area.center();
        let at = egui::pos2(
            c.x + x * self.area.width() / 2.0,
            c.y - y * self.area.height() / 2.0,
        );
        Some((at, depth))
    }

    /// Points on the screen that a metre at this depth takes.
    pub fn points_a_metre(&self, depth_m: f32) -> f32 {
        self.area.height() / (2.0 * self.half.y * depth_m.max(1.0))
    }

    /// Which way a bearing points on the screen, as if seen from above; for the compass.
    pub fn bearing_deg(&self) -> f32 {
        self.forward
            .x
            .atan2(-self.forward.z)
            .to_degrees()
            .rem_euclid(360.0)
    }
}

impl Frozen {
    /// Whether any of a sphere can be seen.
    pub fn sees_sphere(&self, centre: Vec3, radius_m: f32) -> bool {
        let v = centre - self.eye;
        let depth = v.dot(self.forward);
        let beside = |along: f32, half: f32| {
            // Distance beyond a side plane of the frustum.
            (along.abs() - depth * half) / half.hypot(1.0)
        };
        depth > -radius_m
            && beside(v.dot(self.right), self.half.x) < radius_m
            && beside(v.dot(self.up), self.half.y) < radius_m
    }
}
