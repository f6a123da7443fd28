//! The texture that sea and land are drawn with: waves and patches, at every scale from one tile.
//!
//! Each coarser level holds the mean slope and the mean square of the slope of the finer one. What
//! waves lose at a distance thereby comes back as roughness: the far sea glitters and mirrors as the
//! near one does, and no pattern is left that a pixel could beat against.

use std::f32::consts::TAU;

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Texels a side.
pub const SIDE: usize = 256;
/// Waves of one tile.
const WAVES: usize = 110;
/// Shortest and longest, as waves a tile.
const FEWEST: f32 = 3.0;
const MOST: f32 = 52.0;
/// Slopes of so many standard deviations are full scale.
const FULL_SCALE: f32 = 4.0;

/// One level of the texture: slope along and across the wind (standard deviation 1 over both), the
/// square of the slope, and patches from 0 to 1.
#[derive(Debug, Clone)]
struct Level {
    side: usize,
    texels: Vec<[f32; 4]>,
}

impl Level {
    fn halved(&self) -> Self {
        let side = self.side / 2;
        let at = |x: usize, y: usize| {
            self.texels
                .get(y * self.side + x)
                .copied()
                .unwrap_or([0.0; 4])
        };
        let texels = (0..side * side)
            .map(|i| {
                let (x, y) = (2 * (i % side), 2 * (i / side));
                let four = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)];
                std::array::from_fn(|c| four.iter().filter_map(|t| t.get(c)).sum::<f32>() / 4.0)
            })
            .collect();
        Self { side, texels }
    }

    fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
        let slope = move |s: f32| byte(0.5 + s / (2.0 * FULL_SCALE));
        self.texels
            .iter()
            .flat_map(move |&[along, across, square, patch]| {
                [slope(along), slope(across), byte(square / 8.0), byte(patch)]
            })
    }
}

/// The texture with all its levels; `blended` over two of them at each pixel, which costs a processor
/// that draws twice as much.
pub fn texture(blended: bool) -> Image {
    let mut level = finest();
    let mut data = Vec::with_capacity(SIDE * SIDE * 6);
    let mut levels = 0;
    loop {
        data.extend(level.bytes());
        levels += 1;
        if level.side == 1 {
            break;
        }
        level = level.halved();
    }
    let size = Extent3d {
        width: SIDE as u32,
        height: SIDE as u32,
        depth_or_array_layers: 1,
    };
    let mut image = Image::new_uninit(
        size,
        TextureDimension::D2,
        TextureFormat::Rgba8Unorm,
        RenderAssetUsages::RENDER_WORLD,
    );
    image.texture_descriptor.mip_level_count = levels;
    image.data = Some(data);
    image.sampler = ImageSampler::Descriptor(ImageSamplerDescriptor {
        label: Some("surface".to_owned()),
        address_mode_u: ImageAddressMode::Repeat,
        address_mode_v: ImageAddressMode::Repeat,
        mag_filter: ImageFilterMode::Linear,
        min_filter: ImageFilterMode::Linear,
        mipmap_filter: if blended {
            ImageFilterMode::Linear
        } else {
            ImageFilterMode::Nearest
        },
        ..ImageSamplerDescriptor::default()
    });
    image
}

fn finest() -> Level {
    let mut random = ChaCha8Rng::seed_from_u64(0x5EA);
    let mut texels = vec![[0.0_f32; 4]; SIDE * SIDE];
    for _ in 0..WAVES {
        let per_tile = FEWEST * (MOST / FEWEST).powf(random.random::<f32>());
        // Most run with the wind, a few across it.
        let spread: f32 = (0..3).map(|_| random.random::<f32>() - 0.5).sum();
        let angle = spread * 1.25;
        // Whole waves only, so that the tile repeats without a seam.
        let (kx, ky) = (
            (per_tile * angle.cos()).round(),
            (per_tile * angle.sin()).round(),
        );
        let length = kx.hypot(ky).max(1.0);
        let (along, across) = (kx / length, ky / length);
        // Slopes fall off slowly towards short waves.
        let slope = (per_tile / FEWEST).powf(-0.22);
        let phase = TAU * random.random::<f32>();
        let turn = TAU / SIDE as f32;
        for (y, row) in texels.chunks_exact_mut(SIDE).enumerate() {
            // Along a row each texel turns the wave by the same angle: no cosine for each.
            let (mut sin, mut cos) = (phase + turn * ky * y as f32).sin_cos();
            let (step_sin, step_cos) = (turn * kx).sin_cos();
            for texel in row {
                let [s, t, ..] = texel;
                *s += slope * along * cos;
                *t += slope * across * cos;
                (sin, cos) = (
                    sin * step_cos + cos * step_sin,
                    cos * step_cos - sin * step_sin,
                );
            }
        }
    }
    let squares: f32 = texels.iter().map(|[s, t, ..]| s * s + t * t).sum();
    let scale = (squares / texels.len() as f32).sqrt().recip();
    for (texel, patch) in texels.iter_mut().zip(patches(&mut random)) {
        let [s, t, ..] = *texel;
        let (s, t) = (s * scale, t * scale);
        *texel = [s, t, s * s + t * t, patch];
    }
    Level { side: SIDE, texels }
}

/// Value noise of five octaves that repeats with the tile: mean 0.5.
fn patches(random: &mut ChaCha8Rng) -> Vec<f32> {
    let mut sum = vec![0.0_f32; SIDE * SIDE];
    for (octave, cells) in [4_usize, 8, 16, 32, 64].into_iter().enumerate() {
        let lattice: Vec<f32> = (0..cells * cells)
            .map(|_| random.random::<f32>() - 0.5)
            .collect();
        let at = |x: usize, y: usize| {
            lattice
                .get((y % cells) * cells + x % cells)
                .copied()
                .unwrap_or_default()
        };
        let weight = 0.62_f32.powi(octave as i32);
        for (i, value) in sum.iter_mut().enumerate() {
            let place = |texel: usize| {
                let v = texel as f32 * cells as f32 / SIDE as f32;
                let t = v.fract();
                (v as usize, t * t * (3.0 - 2.0 * t))
            };
            let ((x, u), (y, v)) = (place(i % SIDE), place(i / SIDE));
            let upper = at(x, y) + (at(x + 1, y) - at(x, y)) * u;
            let lower = at(x, y + 1) + (at(x + 1, y + 1) - at(x, y + 1)) * u;
            *value += weight * (upper + (lower - upper) * v);
        }
    }
    sum.into_iter().map(|v| 0.5 + 0.62 * v).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waves_lose_at_a_distance_is_kept_as_roughness() {
        let mut level = finest();
        while level.side > 1 {
            level = level.halved();
        }
        let [along, across, square, patch] = level.texels[0];
        assert!(
            along.abs() < 0.01 && across.abs() < 0.01,
            "{along} {across}"
        );
        assert!((square - 1.0).abs() < 0.01, "{square}");
        assert!((patch - 0.5).abs() < 0.05, "{patch}");
    }

    #[test]
    fn the_tile_repeats_without_a_seam() {
        let level = finest();
        let slope = |x: usize, y: usize| level.texels[(y % SIDE) * SIDE + x % SIDE][0];
        let steps = |from: usize| -> f32 {
            (0..SIDE)
                .map(|y| (slope(from, y) - slope(from + 1, y)).abs())
                .sum()
        };
        let within = steps(SIDE / 2);
        let across_the_seam = steps(SIDE - 1);
        assert!(across_the_seam < 1.5 * within, "{across_the_seam} {within}");
    }

    #[test]
    fn every_level_is_there() {
        let image = texture(true);
        assert_eq!(image.texture_descriptor.mip_level_count, 9);
        let texels: usize = (0..9).map(|l| (SIDE >> l) * (SIDE >> l)).sum();
        assert_eq!(image.data.unwrap().len(), 4 * texels);
    }
}
