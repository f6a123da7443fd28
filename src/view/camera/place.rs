//! The two cameras: one for the farm, one that lays the egui panels over the whole window.

use bevy::camera::visibility::{NoCpuCulling, RenderLayers};
use bevy::camera::{CameraOutputMode, ImageRenderTarget, RenderTarget, Viewport};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::light::ShadowFilteringMethod;
use bevy::prelude::*;
use bevy::render::render_resource::BlendState;
use bevy_egui::{EguiContext, EguiGlobalSettings, PrimaryEguiContext};

use super::lens::perspective;
use super::pose::FIELD_OF_VIEW;
use super::viewpoint::Viewpoint;
use crate::view::ViewArea;
use crate::view::gpu::{GpuCulling, SoftwareRenderer};

/// The camera that sees the farm.
#[derive(Component, Debug)]
pub struct FarmCamera;

/// Where the cameras draw to: an image instead of the window.
#[derive(Resource, Debug, Clone, Default)]
pub struct CameraTarget(pub Option<Handle<Image>>);

/// Pixels a point of that image.
#[derive(Resource, Debug, Clone, Copy)]
pub struct TargetScale(pub f32);

impl Default for TargetScale {
    fn default() -> Self {
        Self(1.0)
    }
}

pub(super) fn spawn_cameras(
    mut commands: Commands,
    (target, scale): (Res<CameraTarget>, Res<TargetScale>),
    culling: Option<Res<GpuCulling>>,
    software: Option<Res<SoftwareRenderer>>,
    mut egui_settings: ResMut<EguiGlobalSettings>,
) {
    egui_settings.auto_create_primary_context = false;
    let target = match &target.0 {
        Some(image) => RenderTarget::Image(ImageRenderTarget {
            handle: image.clone(),
            scale_factor: scale.0,
        }),
        None => RenderTarget::default(),
    };
    let mut farm_camera = commands.spawn((
        FarmCamera,
        Camera3d::default(),
        target.clone(),
        Projection::Perspective(perspective(FIELD_OF_VIEW, 1.0)),
        // The theme's colours arrive on the screen as they are.
        Tonemapping::None,
        Msaa::Sample4,
        Viewpoint::default(),
        Transform::from_xyz(0.0, 200.0, 1_000.0).looking_at(Vec3::ZERO, Vec3::Y),
    ));
    if culling.is_some_and(|c| c.0) {
        farm_camera.insert(NoCpuCulling);
    }
    if software.is_some_and(|s| s.0) {
        // Nine samples a pixel of sea is more than a processor should pay for a soft edge.
        farm_camera.insert(ShadowFilteringMethod::Hardware2x2);
    }
    commands.spawn((PrimaryEguiContext, camera_over_farm(target)));
}

/// A camera that lays what egui draws over what the farm's camera drew.
pub fn camera_over_farm(target: RenderTarget) -> impl Bundle {
    (
        Camera2d,
        target,
        RenderLayers::none(),
        Msaa::Off,
        Tonemapping::None,
        Camera {
            order: 1,
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            clear_color: ClearColorConfig::Custom(Color::NONE),
            ..default()
        },
    )
}

/// Keeps the farm's camera to the part of the window that the panels leave.
pub(super) fn fill_view_area(
    area: Res<ViewArea>,
    mut egui: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    mut camera: Query<&mut Camera, With<FarmCamera>>,
) {
    let (Ok(mut egui), Ok(mut camera)) = (egui.single_mut(), camera.single_mut()) else {
        return;
    };
    let scale = egui.bypass_change_detection().get_mut().pixels_per_point();
    let full = camera.physical_target_size();
    let wanted = area.0.zip(full).and_then(|(rect, full)| {
        let min = (Vec2::new(rect.min.x, rect.min.y) * scale)
            .round()
            .max(Vec2::ZERO)
            .as_uvec2();
        let max = (Vec2::new(rect.max.x, rect.max.y) * scale)
            .round()
            .max(Vec2::ZERO)
            .as_uvec2();
        let min = min.min(full.saturating_sub(UVec2::ONE));
        let size = max.min(full).saturating_sub(min);
        (size.x > 1 && size.y > 1).then(|| Viewport {
            physical_position: min,
            physical_size: size,
            ..default()
        })
    });
    let place = |v: &Option<Viewport>| v.as_ref().map(|v| (v.physical_position, v.physical_size));
    if place(&camera.viewport) != place(&wanted) {
        camera.viewport = wanted;
    }
}
