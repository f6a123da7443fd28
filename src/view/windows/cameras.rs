//! The two cameras of a further window: as the first window's, and gone with their window.

use bevy::camera::visibility::NoCpuCulling;
use bevy::camera::{RenderTarget, Viewport};
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::light::ShadowFilteringMethod;
use bevy::prelude::*;
use bevy::window::{RawHandleWrapper, WindowRef};
use bevy_egui::{EguiContext, EguiContextSettings, egui};

use super::{OfSide, SideCamera, SideCameras, SideView};
use crate::view::camera::camera_over_farm;
use crate::view::{FarmCamera, TurbineEntity};

/// What a view is drawn to where there is no window.
#[derive(Component, Debug, Clone)]
pub struct SideTarget(pub Handle<Image>);

/// How the first window's camera draws: the others draw the same way.
type Manner = (
    &'static Msaa,
    &'static Tonemapping,
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
    let Ok((msaa, tonemapping, shadows)) = first.single() else {
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
            Projection::default(),
            *tonemapping,
            *msaa,
            Transform::from_xyz(0.0, 200.0, 1_000.0).looking_at(Vec3::ZERO, Vec3::Y),
        ));
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
                camera_over_farm(target),
            ))
            .id();
        commands.entity(side).insert(SideCameras { farm, ui });
    }
}

/// Lets cameras draw, or not, before anything of the frame is made for them: one that wakes up later in a
/// frame has no shadow cascades in it, which Bevy takes for certain.
pub(super) fn activate(
    sides: Query<(&SideView, &SideCameras)>,
    mut cameras: Query<&mut Camera, With<OfSide>>,
) {
    for (side, of) in &sides {
        for (camera, is_active) in [of.farm, of.ui].into_iter().zip(side.active) {
            if let Ok(mut camera) = cameras.get_mut(camera)
                && camera.is_active != is_active
            {
                camera.is_active = is_active;
            }
        }
    }
}

/// Bevy tells a view of what the GPU culls only when it is spawned: a view that is younger than the farm
/// would be empty. While there is one, the processor culls.
pub(super) fn cull_for_each(
    mut commands: Commands,
    young: Query<(), With<SideCamera>>,
    turbines: Query<Entity, (With<TurbineEntity>, With<NoCpuCulling>)>,
) {
    if young.is_empty() {
        return;
    }
    for turbine in &turbines {
        commands.entity(turbine).remove::<NoCpuCulling>();
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
