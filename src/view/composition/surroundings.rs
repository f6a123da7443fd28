//! Background, fog and ground of a composition that stands alone.

use bevy::image::{ImageAddressMode, ImageSampler, ImageSamplerDescriptor};
use bevy::light::NotShadowCaster;
use bevy::pbr::{DistanceFog, FogFalloff};
use bevy::prelude::*;

use super::floor::{Floor, FloorMaterial};
use super::{OfComposition, Stage, files};
use crate::RoomSet;
use crate::theme::Theme;
use crate::view::camera::{FarmCamera, Viewpoint, grid_spacing_m};
use crate::view::farm::Farm;
use crate::view::{Overlay, Overlays};

/// The ground plane's half side, metres: as three.js' scene composers have it.
const GROUND_HALF_M: f32 = 500.0;

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(super::floor::plugin).add_systems(
        Update,
        (background, ground, floor, grid)
            .after(super::Standing)
            .in_set(RoomSet::View),
    );
}

fn color([r, g, b]: [u8; 3]) -> Color {
    Color::srgb_u8(r, g, b)
}

/// The colour behind a composition.
pub(super) fn backdrop(stage: &Stage, theme: &Theme) -> Color {
    let of_scene = stage
        .composition
        .as_ref()
        .and_then(|c| c.surroundings.background);
    let [r, g, b, _] = theme.ground.to_array();
    of_scene.map_or(Color::srgb_u8(r, g, b), color)
}

fn background(
    stage: Res<Stage>,
    (farm, theme): (Res<Farm>, Res<Theme>),
    mut camera: Query<(Entity, &mut Camera, Has<DistanceFog>), With<FarmCamera>>,
    mut commands: Commands,
    mut done: Local<u64>,
) {
    let is_due = *done != stage.revision || theme.is_changed();
    let Ok((entity, mut camera, has_fog)) = camera.single_mut() else {
        return;
    };
    if !is_due {
        return;
    }
    *done = stage.revision;
    if !farm.is_alone {
        camera.clear_color = ClearColorConfig::Default;
        if has_fog {
            commands.entity(entity).remove::<DistanceFog>();
        }
        return;
    }
    camera.clear_color = ClearColorConfig::Custom(backdrop(&stage, &theme));
    let fog = stage.composition.as_ref().and_then(|c| c.surroundings.fog);
    match fog {
        Some((of_fog, start, end)) => {
            commands.entity(entity).insert(DistanceFog {
                color: color(of_fog),
                falloff: FogFalloff::Linear { start, end },
                ..default()
            });
        }
        None if has_fog => {
            commands.entity(entity).remove::<DistanceFog>();
        }
        None => {}
    }
}

#[derive(Component, Debug)]
struct GroundPlane;

fn ground(
    stage: Res<Stage>,
    server: Res<AssetServer>,
    old: Query<Entity, With<GroundPlane>>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut done: Local<Option<usize>>,
) {
    let composition = stage.composition.as_ref();
    let now = composition.map(|c| std::sync::Arc::as_ptr(c) as usize);
    if *done == now {
        return;
    }
    *done = now;
    for entity in &old {
        commands.entity(entity).try_despawn();
    }
    let Some(surroundings) = composition.map(|c| &c.surroundings) else {
        return;
    };
    let texture = surroundings.ground_texture.as_deref();
    let (tint, opacity) = match (surroundings.ground, texture) {
        (Some((tint, opacity)), _) => (tint, opacity),
        (None, Some(_)) => ([255; 3], 1.0),
        (None, None) => return,
    };
    if opacity <= 0.0 {
        return;
    }
    let texture = texture.map(|file| {
        let repeats = |settings: &mut bevy::image::ImageLoaderSettings| {
            settings.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
                address_mode_u: ImageAddressMode::Repeat,
                address_mode_v: ImageAddressMode::Repeat,
                ..ImageSamplerDescriptor::linear()
            });
        };
        let builder = server.load_builder().with_settings(repeats);
        builder.load::<Image>(files::asset_path(file))
    });
    let material = materials.add(StandardMaterial {
        base_color: color(tint).with_alpha(opacity.clamp(0.0, 1.0)),
        base_color_texture: texture,
        alpha_mode: if opacity < 1.0 {
            AlphaMode::Blend
        } else {
            AlphaMode::Opaque
        },
        perceptual_roughness: 1.0,
        reflectance: 0.1,
        // What lies on the ground is before it.
        depth_bias: -50.0,
        cull_mode: None,
        ..default()
    });
    commands.spawn((
        GroundPlane,
        OfComposition,
        Mesh3d(meshes.add(Plane3d::new(Vec3::Y, Vec2::splat(GROUND_HALF_M)))),
        MeshMaterial3d(material),
        NotShadowCaster,
        Transform::IDENTITY,
    ));
}

/// The grid's lines are as far apart as those of a farm's, which has their labels.
fn grid(
    camera: Query<(&Viewpoint, &Camera), With<FarmCamera>>,
    floors: Query<&MeshMaterial3d<FloorMaterial>, With<Floor>>,
    mut materials: ResMut<Assets<FloorMaterial>>,
) {
    let Ok((viewpoint, camera)) = camera.single() else {
        return;
    };
    let height = camera.logical_viewport_size().map_or(800.0, |size| size.y);
    let spacing_m = grid_spacing_m(&viewpoint.pose, height);
    for floor in &floors {
        let now = materials.get(&floor.0).map(|m| m.look.place.w);
        if now.is_some_and(|w| w.to_bits() != spacing_m.to_bits())
            && let Some(mut material) = materials.get_mut(&floor.0)
        {
            material.look.place.w = spacing_m;
        }
    }
}

/// The grid on request, and a soft floor beneath what has no ground of its own.
fn floor(
    stage: Res<Stage>,
    (farm, theme, overlays): (Res<Farm>, Res<Theme>, Res<Overlays>),
    old: Query<Entity, With<Floor>>,
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<FloorMaterial>>,
) {
    let is_due = stage.is_changed() || theme.is_changed() || overlays.is_changed();
    if !is_due && !farm.is_changed() {
        return;
    }
    for entity in &old {
        commands.entity(entity).try_despawn();
    }
    let (Some(composition), Some(content)) = (&stage.composition, farm.content) else {
        return;
    };
    if !farm.is_alone {
        return;
    }
    let has_ground = composition
        .surroundings
        .ground
        .is_some_and(|(_, opacity)| opacity > 0.0)
        || composition.surroundings.ground_texture.is_some();
    let has_grid = overlays.is_shown(Overlay::Grid);
    if has_ground && !has_grid {
        return;
    }
    let radius_m = content.radius_m().max(0.5);
    let material = FloorMaterial::new(
        &theme,
        backdrop(&stage, &theme),
        (content.middle(), radius_m),
        (has_grid, has_ground),
    );
    let half = Vec2::splat(6.0 * radius_m);
    commands.spawn((
        Floor,
        OfComposition,
        Mesh3d(meshes.add(Plane3d::new(Vec3::Y, half))),
        MeshMaterial3d(materials.add(material)),
        NotShadowCaster,
        // Floors of compositions are at their height 0; what lies lower has none.
        Transform::from_translation(
            content
                .middle()
                .with_y(content.low.y.min(0.0) - 0.002 * radius_m),
        ),
    ));
}
