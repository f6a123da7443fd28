//! From the world to the screen and back, in egui points.

use bevy::ecs::system::SystemParam;
use bevy::math::Ray3d;
use bevy::prelude::*;
use bevy_egui::egui;

use super::camera::{FarmCamera, Pose, Sight, Viewpoint, on_plane};
use super::{ViewArea, ViewCovered};

/// The farm's camera and where its picture lies on the screen.
#[derive(SystemParam)]
pub struct Projector<'w, 's> {
    camera: Query<'w, 's, (&'static Camera, &'static Viewpoint), With<FarmCamera>>,
    area: Res<'w, ViewArea>,
    covered: Res<'w, ViewCovered>,
}

/// A camera frozen for one frame.
#[derive(Debug, Clone, Copy)]
pub struct Frozen {
    /// What it sees.
    pub sight: Sight,
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
        let (camera, viewpoint) = self.camera.single().ok()?;
        let size = camera.physical_target_size()?.as_vec2();
        let area = self.area.0.or(screen).unwrap_or_else(|| {
            egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size.x, size.y))
        });
        let aspect = area.width() / area.height().max(1.0);
        Some(Frozen {
            sight: Sight::new(&viewpoint.pose, aspect),
            area,
        })
    }

    /// The same over the whole of what the camera draws to, where the panels leave all of it.
    pub fn freeze_on_target(&self) -> Option<Frozen> {
        let (camera, ..) = self.camera.single().ok()?;
        let screen = camera
            .logical_target_size()
            .map(|s| egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(s.x, s.y)));
        self.freeze(screen)
    }

    /// Where the camera is, and how it moves.
    pub fn viewpoint(&self) -> Option<&Viewpoint> {
        Some(self.camera.single().ok()?.1)
    }
}

impl Frozen {
    /// A camera that is not the first window's, over this part of its own.
    pub fn of(pose: &Pose, area: egui::Rect) -> Self {
        let aspect = area.width() / area.height().max(1.0);
        Self {
            sight: Sight::new(pose, aspect),
            area,
        }
    }

    /// Where a place appears, and its depth in metres; `None` behind the camera.
    pub fn point(&self, place: Vec3) -> Option<(egui::Pos2, f32)> {
        let (at, depth_m) = self.sight.point(place)?;
        let half = self.area.size() / 2.0;
        let at = self.area.center() + egui::vec2(at.x * half.x, -at.y * half.y);
        Some((at, depth_m))
    }

    /// The ray through a point of the screen.
    pub fn ray(&self, at: egui::Pos2) -> Option<Ray3d> {
        let half = self.area.size().max(egui::vec2(2.0, 2.0)) / 2.0;
        let off = at - self.area.center();
        self.sight.ray(Vec2::new(off.x / half.x, -off.y / half.y))
    }

    /// Points on the screen that a metre at this depth takes.
    pub fn points_a_metre(&self, depth_m: f32) -> f32 {
        self.area.height() / (2.0 * self.sight.half_height_m(depth_m))
    }

    /// What lies on the ground under a point of the screen; `None` above the horizon.
    pub fn ground_at(&self, at: egui::Pos2, ground_m: f32) -> Option<(Vec3, f32)> {
        on_plane(self.ray(at)?, ground_m)
    }

    /// Whether it is the map.
    pub fn is_map(&self) -> bool {
        self.sight.is_parallel
    }

    /// Which way a bearing points on the screen, as if seen from above; for the compass.
    pub fn bearing_deg(&self) -> f32 {
        self.sight.bearing_deg()
    }

    /// Whether any of a sphere can be seen.
    pub fn sees_sphere(&self, centre: Vec3, radius_m: f32) -> bool {
        self.sight.sees_sphere(centre, radius_m)
    }
}
