//! Sun, sky and haze: the theme's colours as light, by the height of the sun.

use bevy::light::{CascadeShadowConfigBuilder, DirectionalLightShadowMap};
use bevy::prelude::*;

use super::camera::Flight;
use super::farm::Farm;
use super::gpu::SoftwareRenderer;
use super::rows::{Rows, linear};
use super::wind::Wind;
use crate::RoomSet;
use crate::clock::Clock;
use crate::scene::{ActiveScene, Ground, SiteDaylight};
use crate::theme::{Hour, Theme, Variant};

mod sea;
mod sun;
pub mod surface;

pub use sun::{Daylight, SkyPosition};

/// More turbines than this cast no shadows: each is drawn once more a cascade.
const MOST_SHADOW_CASTERS: usize = 400;
/// How far from the camera shadows are drawn, metres.
const SHADOWS_TO_M: f32 = 2_400.0;
/// A sun lower than this casts no shadows, degrees: they would reach beyond the shadow map.
const LEAST_SHADOW_HEIGHT_DEG: f32 = 3.0;
/// Below this the sun lights nothing any more, and the moon nothing yet, degrees.
const MOON_FROM_DEG: f32 = -4.0;
/// The sun moves a quarter of a degree in this time, milliseconds; more often nobody sees it.
const SUN_STEP_MS: i64 = 60_000;

/// A longer pause between frames is no time for the sea.
const LONGEST_STEP_S: f64 = 0.25;
/// The sea begins anew after this, seconds: an f32 then still tells how far a wave has come.
const SEA_DAY_S: f64 = 86_400.0;

/// The sun, at night the moon.
#[derive(Component, Debug)]
pub(in crate::view) struct Sun;

/// Where the sun stands, and since which minute.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct SunNow {
    /// Where.
    pub at: SkyPosition,
    minute: i64,
}

impl Default for SunNow {
    fn default() -> Self {
        Self {
            at: SkyPosition::AFTERNOON,
            minute: i64::MIN,
        }
    }
}

impl SunNow {
    /// What lights the farm: the sun, or the moon once that is down.
    fn light(&self) -> SkyPosition {
        if self.at.height_deg > MOON_FROM_DEG {
            self.at
        } else {
            SkyPosition::MOON
        }
    }

    fn casts_shadows(&self) -> bool {
        self.at.height_deg > LEAST_SHADOW_HEIGHT_DEG
    }
}

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(DirectionalLightShadowMap { size: 2048 })
        .insert_resource(GlobalAmbientLight::NONE)
        .init_resource::<Daylight>()
        .init_resource::<SunNow>()
        .add_systems(Startup, spawn_sun)
        .add_systems(
            Update,
            (follow_scene, move_sun, cast_shadows, light_the_rows)
                .chain()
                .in_set(RoomSet::View),
        );
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
        Transform::default().looking_to(-SkyPosition::AFTERNOON.direction(), Vec3::Y),
    ));
}

/// A scene says by which light it is seen when it opens, and when its file says another; between
/// them the operator chooses.
fn follow_scene(
    active: Option<Res<ActiveScene>>,
    mut daylight: ResMut<Daylight>,
    mut followed: Local<Option<SiteDaylight>>,
) {
    let Some(active) = active.filter(|a| a.is_changed()) else {
        return;
    };
    let said = active.scene.site.daylight;
    if followed.replace(said) == Some(said) || matches!(*daylight, Daylight::Fixed(_)) {
        return;
    }
    daylight.set_if_neq(said.into());
}

/// Once a minute, and when another light is chosen: nothing here makes a frame be drawn.
fn move_sun(
    active: Option<Res<ActiveScene>>,
    daylight: Res<Daylight>,
    clock: Res<Clock>,
    mut sun: ResMut<SunNow>,
    mut light: Query<&mut Transform, With<Sun>>,
) {
    let minute = clock.wall_ms.div_euclid(SUN_STEP_MS);
    let is_due = minute != sun.minute
        || daylight.is_changed()
        || active.as_ref().is_some_and(|a| a.is_changed());
    if !is_due {
        return;
    }
    let site = active.as_ref().map(|a| &a.scene.site);
    let at = daylight.sun(site, minute * SUN_STEP_MS);
    *sun = SunNow { at, minute };
    if let Ok(mut transform) = light.single_mut() {
        let mut light = sun.light();
        // Shadow maps are not drawn by then, but their frames must have a place.
        light.height_deg = light.height_deg.max(LEAST_SHADOW_HEIGHT_DEG);
        transform.set_if_neq(Transform::default().looking_to(-light.direction(), Vec3::Y));
    }
}

fn cast_shadows(
    farm: Res<Farm>,
    now: Res<SunNow>,
    mut sun: Query<&mut DirectionalLight, With<Sun>>,
) {
    let Ok(mut sun) = sun.single_mut() else {
        return;
    };
    if farm.is_alone {
        return;
    }
    let turbines = farm.turbine_feet().count();
    let few = turbines > 0 && turbines <= MOST_SHADOW_CASTERS;
    let wanted = few && now.casts_shadows();
    if sun.shadow_maps_enabled != wanted {
        sun.shadow_maps_enabled = wanted;
    }
}

fn light_the_rows(
    theme: Res<Theme>,
    farm: Res<Farm>,
    (sun, wind): (Res<SunNow>, Res<Wind>),
    light: Query<&DirectionalLight, With<Sun>>,
    (time, flight, software): (Res<Time<Real>>, Res<Flight>, Res<SoftwareRenderer>),
    mut rows: ResMut<Rows>,
    mut sea_s: Local<f64>,
) {
    // While nothing moves the sea stands too: it would only jump from one picture to the next.
    if rows.turning_in_view() || flight.is_under_way() {
        *sea_s = (*sea_s + time.delta_secs_f64().min(LONGEST_STEP_S)) % SEA_DAY_S;
    }
    let shadows = light.single().is_ok_and(|s| s.shadow_maps_enabled);
    let rows = rows.bypass_change_detection();
    let now_s = rows.now_s();
    let dark = theme.variant == Variant::Dark;
    let height_deg = sun.at.height_deg;
    let hour = Hour::at(theme.variant, height_deg);
    let at_sea = farm.ground == Ground::Sea;
    // Far rows stay legible: about a third of them is haze at twice the farm's extent.
    let haze_a_metre = 0.42 / (2.0 * farm.radius_m + 6_000.0);
    let [above, below] = hour.ambient;
    let sun_strength = hour.sun.max_element();
    // How long a shadow may be before it fades with the sun.
    let shadow = ((height_deg - LEAST_SHADOW_HEIGHT_DEG) / 8.0).clamp(0.0, 1.0);
    let direction = sun.light().direction();

    let head = &mut rows.head;
    head.time_haze_wave_shadow = Vec4::new(
        now_s,
        haze_a_metre,
        if at_sea { 1.0 } else { 0.0 },
        if shadows { 1.0 } else { 0.0 },
    );
    head.sun_direction = direction.extend(0.0);
    // What is a pixel wide is as bright as the bright side of what is near.
    let brightest = 0.94 * (sun_strength + 0.5 * (above + below));
    head.light = Vec4::new(sun_strength, above, below, brightest.min(1.0));
    let state = sea::SeaState::of(&wind);
    head.sun_tint = (hour.sun / sun_strength.max(1e-3)).extend(state.breaks_above());
    head.sky_zenith = hour
        .zenith
        .extend(if shadow > 0.0 { SHADOWS_TO_M } else { 0.0 });
    head.sky_horizon = hour.horizon.extend(0.0);
    // The sky's warm side: none while the sun stands high or is long down.
    let low_sun = 1.0 - ((height_deg - 6.0) / 24.0).clamp(0.0, 1.0);
    head.sky_glow = hour.glow.extend(0.25 + 0.65 * low_sun * (1.0 - hour.night));
    head.ground = if at_sea { hour.sea } else { hour.land }.extend(farm.plane_m);
    head.land = hour.land.extend(hour.night);
    // A dim room wants no dazzling path of light.
    let glint = if dark { 0.35 } else { 1.0 };
    head.ground_glint = (hour.glow * (sun_strength * glint)).extend(0.0);
    head.accent = linear(theme.accent);
    head.ink = linear(theme.mark_ink);
    head.unknown = linear(theme.unknown);
    head.unknown_ground = linear(if dark { theme.ground } else { theme.panel });
    let darkness = if dark { 0.35 } else { 0.24 };
    head.extra = Vec4::new(
        darkness * shadow,
        if software.0 { 0.0 } else { 1.0 },
        *sea_s as f32,
        (hour.night - 0.3).max(0.0) / 0.7,
    );
    let (sin, cos) = state.towards_deg.to_radians().sin_cos();
    head.sea = Vec4::new(sin, -cos, state.slope, state.whitecaps);
}
