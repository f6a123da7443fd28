//! Materials of a composition: those of the files, and the same recoloured, each once.

use std::collections::HashMap;

use bevy::asset::AssetId;
use bevy::gltf::GltfMaterial;
use bevy::prelude::*;

use crate::theme::Theme;

/// A mesh that rules may recolour.
#[derive(Component, Debug, Clone)]
pub struct Painted {
    /// Its material when no rule holds.
    pub original: Handle<StandardMaterial>,
}

impl Painted {
    /// With this material at first.
    pub fn new(original: Handle<StandardMaterial>) -> Self {
        Self { original }
    }
}

/// What a rule makes of a material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Paint {
    /// Nothing.
    #[default]
    Original,
    /// Another colour: sRGB and alpha.
    Color([u8; 4]),
    /// Less of it, in 255ths.
    Opacity(u8),
    /// What it ought to show is not known.
    Unknown,
}

/// Materials that are shared.
#[derive(Resource, Debug, Default)]
pub struct Palette {
    of_files: HashMap<AssetId<GltfMaterial>, Handle<StandardMaterial>>,
    plain: Option<Handle<StandardMaterial>>,
    mirrored: HashMap<AssetId<Mesh>, Handle<Mesh>>,
    recoloured: HashMap<(AssetId<StandardMaterial>, Paint), Handle<StandardMaterial>>,
}

impl Palette {
    /// Lets go of everything: another composition comes.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Lets go of what depends on the theme.
    pub fn forget_theme(&mut self) {
        self.recoloured
            .retain(|(_, paint), _| *paint != Paint::Unknown);
    }

    /// The material of a file as it is drawn.
    pub fn of_file(
        &mut self,
        material: Option<&Handle<GltfMaterial>>,
        files: &Assets<GltfMaterial>,
        materials: &mut Assets<StandardMaterial>,
    ) -> Handle<StandardMaterial> {
        let known = material.and_then(|m| Some((m.id(), files.get(m)?)));
        let Some((id, material)) = known else {
            let plain = self.plain.get_or_insert_with(|| {
                materials.add(StandardMaterial {
                    base_color: Color::srgb(0.8, 0.8, 0.8),
                    perceptual_roughness: 0.8,
                    ..default()
                })
            });
            return plain.clone();
        };
        let handle = self.of_files.entry(id);
        let handle = handle.or_insert_with(|| materials.add(standard(material)));
        handle.clone()
    }

    /// A mesh whose triangles face the other way, for a place that is mirrored.
    pub fn mirrored(&mut self, mesh: &Handle<Mesh>, meshes: &mut Assets<Mesh>) -> Handle<Mesh> {
        if let Some(known) = self.mirrored.get(&mesh.id()) {
            return known.clone();
        }
        let turned = meshes.get(mesh).cloned();
        let turned = turned.and_then(|m| m.with_inverted_winding().ok());
        let handle = turned.map_or_else(|| mesh.clone(), |m| meshes.add(m));
        self.mirrored.insert(mesh.id(), handle.clone());
        handle
    }

    /// A material as a rule has it.
    pub fn painted(
        &mut self,
        original: &Handle<StandardMaterial>,
        paint: Paint,
        theme: &Theme,
        materials: &mut Assets<StandardMaterial>,
    ) -> Handle<StandardMaterial> {
        if paint == Paint::Original {
            return original.clone();
        }
        let key = (original.id(), paint);
        if let Some(known) = self.recoloured.get(&key) {
            return known.clone();
        }
        let Some(before) = materials.get(original).cloned() else {
            return original.clone();
        };
        let handle = materials.add(repainted(before, paint, theme));
        self.recoloured.insert(key, handle.clone());
        handle
    }
}

fn repainted(before: StandardMaterial, paint: Paint, theme: &Theme) -> StandardMaterial {
    let alpha_mode = |alpha: f32| {
        if alpha < 1.0 {
            AlphaMode::Blend
        } else {
            AlphaMode::Opaque
        }
    };
    match paint {
        Paint::Original => before,
        Paint::Opacity(opacity) => {
            let alpha = f32::from(opacity) / 255.0;
            StandardMaterial {
                base_color: before
                    .base_color
                    .with_alpha(before.base_color.alpha() * alpha),
                alpha_mode: if alpha < 1.0 {
                    AlphaMode::Blend
                } else {
                    before.alpha_mode
                },
                ..before
            }
        }
        Paint::Color([r, g, b, a]) => {
            let color = Color::srgba_u8(r, g, b, a);
            StandardMaterial {
                alpha_mode: alpha_mode(f32::from(a) / 255.0),
                ..flat(before, color)
            }
        }
        Paint::Unknown => {
            let [r, g, b, _] = theme.unknown.to_array();
            flat(before, Color::srgb_u8(r, g, b))
        }
    }
}

/// One colour that is the same in light and shade: red is to be red from every side.
fn flat(before: StandardMaterial, color: Color) -> StandardMaterial {
    let linear = color.to_linear();
    // Already as it is to be seen: the last factor takes the exposure out.
    let emissive = LinearRgba {
        alpha: 0.0,
        ..linear * 0.45
    };
    let base = LinearRgba {
        alpha: linear.alpha,
        ..linear * 0.55
    };
    StandardMaterial {
        base_color: base.into(),
        base_color_texture: None,
        emissive,
        emissive_texture: None,
        emissive_exposure_weight: 0.0,
        metallic: 0.0,
        metallic_roughness_texture: None,
        perceptual_roughness: 0.8,
        reflectance: 0.2,
        ..before
    }
}

fn standard(m: &GltfMaterial) -> StandardMaterial {
    StandardMaterial {
        base_color: m.base_color,
        base_color_channel: m.base_color_channel.clone(),
        base_color_texture: m.base_color_texture.clone(),
        emissive: m.emissive,
        emissive_channel: m.emissive_channel.clone(),
        emissive_texture: m.emissive_texture.clone(),
        // three.js shows a file's own glow as it is, whatever the exposure.
        emissive_exposure_weight: 0.0,
        perceptual_roughness: m.perceptual_roughness,
        metallic: m.metallic,
        metallic_roughness_channel: m.metallic_roughness_channel.clone(),
        metallic_roughness_texture: m.metallic_roughness_texture.clone(),
        reflectance: m.reflectance,
        normal_map_channel: m.normal_map_channel.clone(),
        normal_map_texture: m.normal_map_texture.clone(),
        occlusion_channel: m.occlusion_channel.clone(),
        occlusion_texture: m.occlusion_texture.clone(),
        ior: m.ior,
        clearcoat: m.clearcoat,
        clearcoat_perceptual_roughness: m.clearcoat_perceptual_roughness,
        double_sided: m.double_sided,
        cull_mode: m.cull_mode,
        unlit: m.unlit,
        alpha_mode: m.alpha_mode,
        uv_transform: m.uv_transform,
        ..default()
    }
}

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Palette>();
}
