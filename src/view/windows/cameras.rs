//! The two cameras of a further window: as the first window's, and gone with their window.

use bevy::camera::visibility::{NoCpuCulling, RenderLayers};
use bevy::camera::{CameraOutputMode, RenderTarget, Viewport};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::light::ShadowFilteringMethod;
use bevy::prelude::*;
use bevy::render::render_resource::BlendState;
use bevy::window::{RawHandleWrapper, WindowRef};
use bevy_egui::{EguiContext, EguiContextSettings, egui};

use super::{OfSide, SideCamera, SideCameras, SideView};
use crate::view::FarmCamera;
use crate::view::camera::FIELD_OF_VIEW;

/// What a view is drawn to where there is no window.
#[derive(Component, Debug, Clone)]
pub struct SideTarget(pub Handle<Image>);

/// How the first window's camera draws: the others draw the same way.
type Manner = (
    &'static Msaa,
    &'static Tonemapping,
    Has<NoCpuCulling>,
    Option<&'static ShadowFilteringMethod>,
);

/// Gives a view its cameras once its window is there: only then do egui and the screen reader find it.
pub(super) fn spawn_cameras(
    mut commands: Commands,
    waiting: Query<
        (Entity, Option<&SideTarget>, Has<RawHandleWrapper>),
        (With<SideView>, Without<SideCameras>),
    >,
    first: Query<Manner, With<FarmCamera>>,
) {
    let Ok((msaa, tonemapping, no_cpu_culling, shadows)) = first.single() else {
        return;
    };
    for (side, image, is_open) in &waiting {
        let target = match image {
            Some(image) => RenderTarget::Image(image.0.clone().into()),
            None if is_open => RenderTarget::Window(WindowRef::Entity(side)),
            None => continue,
        };
        let mut farm = commands.spawn((
            SideCamera,
            OfSide,
            Camera3d::default(),
            Camera {
                is_active: false,
                ..default()
            },
            target.clone(),
            Projection::Perspective(PerspectiveProjection {
                fov: FIELD_OF_VIEW,
                near: 1.0,
                far: 200_000.0,
                ..default()
            }),
            *tonemapping,
            *msaa,
            Transform::from_xyz(0.0, 200.0, 1_000.0).looking_at(Vec3::ZERO, Vec3::Y),
        ));
        if no_cpu_culling {
            farm.insert(NoCpuCulling);
        }
        if let Some(shadows) = shadows {
            farm.insert(*shadows);
        }
        let farm = farm.id();
        let ui = commands
            .spawn((
                OfSide,
                EguiContext::default(),
                // One system draws all windows: a schedule for each would fix their number.
                EguiContextSettings {
                    run_manually: true,
                    ..default()
                },
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
            ))
            .id();
        commands.entity(side).insert(SideCameras { farm, ui });
    }
}

/// A camera whose window is gone would be an error in the next frame: they go at once.
pub(super) fn despawn_cameras(
    removed: On<Remove, SideCameras>,
    cameras: Query<&SideCameras>,
    mut commands: Commands,
) {
    if let Ok(cameras) = cameras.get(removed.entity) {
        for camera in [cameras.farm, cameras.ui] {
            commands.entity(camera).try_despawn();
        }
    }
}

/// Keeps a camera to a part of its window, points.
pub(super) fn fill(camera: &mut Mut<Camera>, area: Option<egui::Rect>, scale: f32) {
    let (Some(area), Some(full)) = (area, camera.physical_target_size()) else {
        return;
    };
    let pixels = |p: egui::Pos2| {
        (Vec2::new(p.x, p.y) * scale)
            .round()
            .max(Vec2::ZERO)
            .as_uvec2()
    };
    let low = pixels(area.min).min(full.saturating_sub(UVec2::ONE));
    let size = pixels(area.max).min(full).saturating_sub(low);
    let present = camera.viewport.as_ref();
    if size.min_element() < 2
        || present.is_some_and(|v| (v.physical_position, v.physical_size) == (low, size))
    {
        return;
    }
    camera.viewport = Some(Viewport {
        physical_position: low,
        physical_size: size,
        ..default()
    });
}
