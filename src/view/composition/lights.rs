//! Lights of a composition.
//!
//! three.js, as scene composers use it, has no units: a white surface that faces a directional light of
//! intensity 1 is white. Bevy's lights are in lux and lumens, seen through an exposure; the factors here
//! make the same of the same intensity. What comes from all sides (ambient, hemisphere and the
//! environment preset) becomes one environment map of three colours: above, about and below.

use bevy::camera::Exposure;
use bevy::light::{CascadeShadowConfig, CascadeShadowConfigBuilder};
use bevy::prelude::*;

use super::{OfComposition, Stage};
use crate::RoomSet;
use crate::scene::{Component as Part, Composition, LightKind, LightSpec};
use crate::theme::{Theme, Variant};
use crate::view::camera::FarmCamera;
use crate::view::farm::Farm;
use crate::view::gpu::SoftwareRenderer;
use crate::view::light::Sun;

/// A white surface is at most so bright where all lights meet: more would be lost to white.
const BRIGHTEST: f32 = 1.15;
/// In a dim room.
const IN_THE_DARK: f32 = 0.78;

/// A light of the composition.
#[derive(Component, Debug)]
pub(super) struct CompositionLight;

/// Light from all sides, linear: above, about, below.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Around {
    above: Vec3,
    about: Vec3,
    below: Vec3,
}

impl Around {
    const NONE: Self = Self {
        above: Vec3::ZERO,
        about: Vec3::ZERO,
        below: Vec3::ZERO,
    };

    fn even(color: Vec3) -> Self {
        Self {
            above: color,
            about: color,
            below: color,
        }
    }

    fn graded(above: Vec3, below: Vec3) -> Self {
        Self {
            above,
            about: (above + below) / 2.0,
            below,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            above: self.above + other.above,
            about: self.about + other.about,
            below: self.below + other.below,
        }
    }

    fn times(self, factor: f32) -> Self {
        Self {
            above: self.above * factor,
            about: self.about * factor,
            below: self.below * factor,
        }
    }

    fn brightest(&self) -> f32 {
        self.above.max(self.about).max(self.below).max_element()
    }
}

/// A directional light.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Beam {
    /// Where it goes.
    direction: Vec3,
    /// Linear, with the intensity.
    color: Vec3,
    casts_shadow: bool,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (follow, subdue_sun)
            .after(super::Standing)
            .in_set(RoomSet::View),
    );
}

/// The environment of a preset, and the beam that goes with it where the scene has none.
fn preset(name: Option<&str>) -> (Around, f32) {
    match name {
        Some("directional") => (Around::graded(Vec3::splat(0.50), Vec3::splat(0.22)), 0.75),
        Some("chromatic") => (
            Around {
                above: Vec3::new(0.56, 0.62, 0.76),
                about: Vec3::new(0.58, 0.50, 0.52),
                below: Vec3::new(0.38, 0.30, 0.24),
            },
            0.45,
        ),
        _ => (
            Around {
                above: Vec3::splat(0.74),
                about: Vec3::splat(0.56),
                below: Vec3::splat(0.34),
            },
            0.45,
        ),
    }
}

/// An sRGB colour as shaders and lights want it.
pub(super) fn linear([r, g, b]: [u8; 3]) -> Vec3 {
    Color::srgb_u8(r, g, b).to_linear().to_vec3()
}

/// Puts up the lights of a composition when it, the theme or what it reaches changes.
fn follow(
    stage: Res<Stage>,
    (farm, theme): (Res<Farm>, Res<Theme>),
    software: Res<SoftwareRenderer>,
    mut commands: Commands,
    old: Query<Entity, With<CompositionLight>>,
    places: Query<&GlobalTransform>,
    camera: Query<(Entity, Option<&Exposure>), With<FarmCamera>>,
    mut images: ResMut<Assets<Image>>,
    mut done: Local<Option<(u64, bool, Variant)>>,
) {
    let Ok((camera, exposure)) = camera.single() else {
        return;
    };
    let state = (stage.revision, stage.is_settled(), theme.variant);
    if *done == Some(state) {
        return;
    }
    *done = Some(state);
    for light in &old {
        commands.entity(light).despawn();
    }
    let Some(composition) = stage.composition.as_deref() else {
        commands.entity(camera).remove::<EnvironmentMapLight>();
        return;
    };
    let exposure = exposure.copied().unwrap_or_default().exposure();
    let dim = match theme.variant {
        Variant::Light => 1.0,
        Variant::Dark => IN_THE_DARK,
    };
    let extent_m = farm.content.map_or(20.0, |c| c.radius_m());
    let (mut around, mut beams, points) = gather(composition, &stage, &places);
    let from_beams = beams.iter().map(|b| b.color.max_element()).sum::<f32>();
    let factor = dim * (BRIGHTEST / (around.brightest() + from_beams).max(0.01)).min(1.0);
    around = around.times(factor);
    let color = |v: Vec3| Color::LinearRgba(LinearRgba::from_vec3(v));
    let mut map = EnvironmentMapLight::hemispherical_gradient(
        &mut images,
        color(around.above),
        color(around.about),
        color(around.below),
    );
    map.intensity = 1.0 / exposure;
    commands.entity(camera).insert(map);
    if !farm.is_alone {
        // The sun of the site is the beam.
        beams.clear();
    }
    let cascades = cascades(extent_m, software.0);
    for beam in beams {
        let strength = beam.color.max_element().max(1e-6);
        commands.spawn((
            CompositionLight,
            OfComposition,
            DirectionalLight {
                color: color(beam.color / strength),
                illuminance: strength * factor * std::f32::consts::PI / exposure,
                shadow_maps_enabled: beam.casts_shadow,
                ..default()
            },
            cascades.clone(),
            Transform::default().looking_to(beam.direction, Vec3::Y),
        ));
    }
    for (at, light) in points {
        // three.js' older lights do not fade by themselves; these do. At a third of their range, or of
        // the composition, both are the same.
        let range_m = if light.distance > 0.0 {
            light.distance
        } else {
            2.0 * extent_m
        };
        let same_at_m = (range_m / 3.0).max(0.1);
        let lux = light.intensity * dim * std::f32::consts::PI / exposure;
        let [r, g, b] = light.color;
        commands.spawn((
            CompositionLight,
            OfComposition,
            PointLight {
                color: Color::srgb_u8(r, g, b),
                intensity: lux * 4.0 * std::f32::consts::PI * same_at_m * same_at_m,
                range: range_m,
                shadow_maps_enabled: false,
                ..default()
            },
            Transform::from_translation(at),
        ));
    }
}

fn cascades(extent_m: f32, software: bool) -> CascadeShadowConfig {
    CascadeShadowConfigBuilder {
        num_cascades: if software { 1 } else { 3 },
        minimum_distance: 0.1,
        first_cascade_far_bound: (1.5 * extent_m).clamp(2.0, 400.0),
        maximum_distance: (5.0 * extent_m).clamp(10.0, 3_000.0),
        ..default()
    }
    .build()
}

type Points = Vec<(Vec3, LightSpec)>;

fn gather(
    composition: &Composition,
    stage: &Stage,
    places: &Query<&GlobalTransform>,
) -> (Around, Vec<Beam>, Points) {
    let mut around = Around::NONE;
    let (mut beams, mut points) = (Vec::new(), Vec::new());
    let mut has_own = false;
    for (index, node) in composition.nodes.iter().enumerate() {
        let Some(entity) = stage.entity(index) else {
            continue;
        };
        let at = places.get(entity).map(GlobalTransform::translation);
        let at = at.unwrap_or_default();
        let lights = node.components.iter().filter_map(|part| match part {
            Part::Light(light) => Some(light),
            _ => None,
        });
        for light in lights {
            has_own = true;
            let color = linear(light.color) * light.intensity.clamp(0.0, 50.0);
            match light.kind {
                LightKind::Ambient => around = around.plus(Around::even(color)),
                LightKind::Hemisphere => {
                    let ground = linear(light.ground_color) * light.intensity.clamp(0.0, 50.0);
                    around = around.plus(Around::graded(color, ground));
                }
                LightKind::Directional => beams.push(Beam {
                    direction: (-at).normalize_or(Vec3::NEG_Y),
                    color,
                    casts_shadow: light.casts_shadow,
                }),
                LightKind::Point => points.push((at, *light)),
            }
        }
    }
    let name = composition.surroundings.environment.as_deref();
    let (of_preset, beam) = preset(name);
    if name.is_some() || !has_own {
        around = around.plus(of_preset);
    }
    if beams.is_empty() {
        beams.push(Beam {
            direction: Vec3::new(-0.45, -0.8, -0.55).normalize(),
            color: Vec3::splat(beam),
            casts_shadow: true,
        });
    }
    if around.brightest() < 0.12 {
        // Metal needs something to mirror.
        around = around.plus(Around::graded(Vec3::splat(0.18), Vec3::splat(0.08)));
    }
    (around, beams, points)
}

/// The site's sun lights nothing of a composition that stands alone, and as much as a beam where it
/// stands beside turbines.
fn subdue_sun(
    stage: Res<Stage>,
    farm: Res<Farm>,
    mut sun: Query<(&mut DirectionalLight, &mut Visibility), With<Sun>>,
) {
    let Ok((mut light, mut visibility)) = sun.single_mut() else {
        return;
    };
    let wanted = if farm.is_alone {
        Visibility::Hidden
    } else {
        Visibility::Inherited
    };
    visibility.set_if_neq(wanted);
    let beam_lux = 0.75 * std::f32::consts::PI / Exposure::default().exposure();
    if stage.composition.is_some() && (light.illuminance - beam_lux).abs() > 1.0 {
        light.illuminance = beam_lux;
    }
    if farm.is_alone && light.shadow_maps_enabled {
        light.shadow_maps_enabled = false;
    }
}
