//! Sun, sky and haze: the theme's colours as light.

use bevy::light::{CascadeShadowConfigBuilder, DirectionalLightShadowMap};
use bevy::prelude::*;

use super::camera::Flight;
use super::farm::Farm;
use super::gpu::SoftwareRenderer;
use super::rows::{Rows, linear};
use super::site_frame::direction_of_bearing;
use crate::RoomSet;
use crate::scene::Ground;
use crate::theme::{Theme, Variant};

/// More turbines than this cast no shadows: each is drawn once more a cascade.
const MOST_SHADOW_CASTERS: usize = 400;
/// How far from the camera shadows are drawn, metres.
const SHADOWS_TO_M: f32 = 2_400.0;
/// Bearing and height of the sun, degrees: an afternoon in the south-west, from over the shoulder
/// of a viewer who looks north.
const SUN: (f32, f32) = (215.0, 38.0);

/// Crossing swells of the sea; fewer where the processor computes each of them for each pixel.
const SWELLS: f32 = 6.0;
const SWELLS_SOFTWARE: f32 = 3.0;
/// A longer pause between frames is no time for the sea.
const LONGEST_STEP_S: f64 = 0.25;
/// The sea begins anew after this, seconds: an f32 then still tells how far a wave has come.
const SEA_DAY_S: f64 = 86_400.0;

/// The sun.
#[derive(Component, Debug)]
struct Sun;

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(DirectionalLightShadowMap { size: 2048 })
        .insert_resource(GlobalAmbientLight::NONE)
        .add_systems(Startup, spawn_sun)
        .add_systems(
            Update,
            (cast_shadows, light_the_rows).chain().in_set(RoomSet::View),
        );
}

fn towards_sun() -> Vec3 {
    let (bearing_deg, height_deg) = SUN;
    let (sin, cos) = height_deg.to_radians().sin_cos();
    direction_of_bearing(bearing_deg) * cos + Vec3::Y * sin
}

fn spawn_sun(mut commands: Commands, software: Option<Res<SoftwareRenderer>>) {
    let software = software.is_some_and(|s| s.0);
    commands.spawn((
        Sun,
        DirectionalLight {
            shadow_maps_enabled: false,
            shadow_depth_bias: 0.3,
            shadow_normal_bias: 1.2,
            ..default()
        },
        CascadeShadowConfigBuilder {
            num_cascades: if software { 2 } else { 3 },
            minimum_distance: 5.0,
            first_cascade_far_bound: 450.0,
            maximum_distance: SHADOWS_TO_M,
            ..default()
        }
        .build(),
        Transform::default().looking_to(-towards_sun(), Vec3::Y),
    ));
}

fn cast_shadows(farm: Res<Farm>, mut sun: Query<&mut DirectionalLight, With<Sun>>) {
    let Ok(mut sun) = sun.single_mut() else {
        return;
    };
    let wanted = !farm.feet.is_empty() && farm.feet.len() <= MOST_SHADOW_CASTERS;
    if sun.shadow_maps_enabled != wanted {
        sun.shadow_maps_enabled = wanted;
    }
}

fn light_the_rows(
    theme: Res<Theme>,
    farm: Res<Farm>,
    sun: Query<&DirectionalLight, With<Sun>>,
    (time, flight, software): (Res<Time<Real>>, Res<Flight>, Res<SoftwareRenderer>),
    mut rows: ResMut<Rows>,
    mut sea_s: Local<f64>,
) {
    // While nothing moves the sea stands too: it would only jump from one picture to the next.
    if rows.turning_in_view() || flight.is_under_way() {
        *sea_s = (*sea_s + time.delta_secs_f64().min(LONGEST_STEP_S)) % SEA_DAY_S;
    }
    let shadows = sun.single().is_ok_and(|s| s.shadow_maps_enabled);
    let rows = rows.bypass_change_detection();
    let now_s = rows.now_s();
    let dark = theme.variant == Variant::Dark;
    let at_sea = farm.ground == Ground::Sea;
    let ground = linear(if at_sea { theme.sea } else { theme.land });
    let horizon = linear(theme.sky_horizon);
    // Far rows stay legible: a sixth of them is haze at twice the farm's extent.
    let haze_a_metre = 0.18 / (2.0 * farm.radius_m + 6_000.0);
    let head = &mut rows.head;
    head.time_haze_wave_shadow = Vec4::new(
        now_s,
        haze_a_metre,
        if at_sea { 1.0 } else { 0.0 },
        if shadows { 1.0 } else { 0.0 },
    );
    head.sun_direction = towards_sun().extend(0.0);
    head.light = if dark {
        Vec4::new(0.62, 0.62, 0.42, 0.0)
    } else {
        Vec4::new(0.50, 0.62, 0.42, 0.0)
    };
    head.sky_zenith = linear(theme.sky_zenith);
    head.sky_horizon = horizon;
    head.ground = ground;
    head.ground_glint = horizon * if dark { 0.9 } else { 0.6 };
    head.accent = linear(theme.accent);
    head.ink = linear(theme.mark_ink);
    head.unknown = linear(theme.unknown);
    head.unknown_ground = linear(if dark { theme.ground } else { theme.panel });
    let swells = if software.0 { SWELLS_SOFTWARE } else { SWELLS };
    head.extra = Vec4::new(if dark { 0.35 } else { 0.22 }, swells, *sea_s as f32, 0.0);
}
