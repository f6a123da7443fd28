//! Levels of detail: triangles joined where they meet, and made fewer part by part.

use std::collections::{BTreeMap, HashMap};

use bevy::math::Vec3;

use super::Request;
use super::bake::{Baked, Patch};
use super::model::{GltfMesh, GltfModel};
use super::picture::{Pictures, encoded};
use crate::scene::model::Surface;

/// Triangles of the nearest level at most: a model of more is made simpler.
const NEAREST: usize = 60_000;
/// Triangles of each level beyond it, about; for models that have that many.
const FARTHER: [usize; 3] = [700, 140, 44];
/// No part is made of fewer, triangles.
const FEWEST: usize = 6;
/// How far a surface may move, as a share of the part's extent.
const ERROR: [f32; 3] = [0.02, 0.08, 0.3];

/// A part's triangles, joined where they meet.
#[derive(Debug, Default)]
struct Joined {
    positions: Vec<[f32; 3]>,
    normals: Vec<Vec3>,
    colours: Vec<[f32; 4]>,
    indices: Vec<u32>,
    /// The vertex at a place, in millimetres.
    places: HashMap<[i64; 3], u32>,
}

/// Makes the levels of a baked model.
pub(super) fn finish(
    baked: Baked,
    pictures: Pictures,
    request: &Request,
    fingerprint: u64,
) -> GltfModel {
    let triangles_in_file = baked.patches.iter().map(|p| p.indices.len()).sum::<usize>() / 3;
    let mut groups: BTreeMap<(Surface, u32), Joined> = BTreeMap::new();
    for patch in &baked.patches {
        // What is within is seen from near only.
        if patch.surface.is_outside() {
            let group = groups.entry((patch.surface, patch.blade)).or_default();
            join(group, patch, &pictures);
        }
    }
    let [middle, far, speck] = std::array::from_fn(|level| {
        farther(
            &groups,
            FARTHER.get(level).copied().unwrap_or(FEWEST),
            ERROR.get(level).copied().unwrap_or(1.0),
        )
    });
    let near = nearest(&baked.patches, triangles_in_file);
    GltfModel {
        fingerprint,
        levels: [near, middle, far, speck],
        paint: pictures.paint(),
        hub_height_m: baked.hub_height_m,
        rotor_radius_m: baked.rotor_radius_m,
        overhang_m: baked.overhang_m,
        tilt_deg: baked.tilt_deg,
        tower_radius_m: baked.tower_radius_m,
        reach_m: baked.reach_m,
        top_m: baked.top_m,
        blades_pitch: baked.blades_pitch,
        turns_as_one: baked.turns_as_one,
        sense: baked.sense,
        calm: request.calm,
        triangles_in_file,
    }
}

fn tag(surface: Surface, blade: u32) -> u32 {
    surface as u32 | (blade << 8)
}

fn coded(colour: [f32; 3], layer: u8) -> [u8; 4] {
    let [r, g, b] = colour.map(|c| (encoded(c.clamp(0.0, 1.0)) * 255.0).round() as u8);
    [r, g, b, layer]
}

/// The nearest level: every vertex as it is in the file.
fn nearest(patches: &[Patch], triangles: usize) -> GltfMesh {
    let mut mesh = GltfMesh::default();
    for patch in patches {
        let positions: Vec<[f32; 3]> = patch.positions.iter().map(|p| p.to_array()).collect();
        let share = patch.indices.len() / 3;
        let indices = if triangles > NEAREST {
            let target = (share * NEAREST / triangles).max(FEWEST);
            fewer(
                &positions,
                &patch.indices,
                target,
                ERROR.first().copied().unwrap_or(0.0),
            )
        } else {
            patch.indices.clone()
        };
        // Layers are few: see `picture::MOST_LAYERS`.
        let layer = patch
            .layer
            .and_then(|l| u8::try_from(l + 1).ok())
            .unwrap_or(0);
        let mut used: HashMap<u32, u32> = HashMap::new();
        for old in indices {
            let index = *used.entry(old).or_insert_with(|| {
                let at = old as usize;
                mesh.positions
                    .push(positions.get(at).copied().unwrap_or_default());
                let normal = patch.normals.get(at).copied().unwrap_or_default();
                mesh.normals.push(normal.normalize_or(Vec3::Y).to_array());
                mesh.parts.push(tag(patch.surface, patch.blade));
                mesh.uvs
                    .push(patch.uvs.get(at).copied().unwrap_or_default());
                let colour = patch.colours.get(at).copied().unwrap_or([1.0; 3]);
                mesh.paints.push(coded(colour, layer));
                (mesh.positions.len() - 1) as u32
            });
            mesh.indices.push(index);
        }
    }
    mesh
}

/// Joins a patch's vertices with those of its group that are at the same place.
fn join(group: &mut Joined, patch: &Patch, pictures: &Pictures) {
    let key = |p: &Vec3| p.to_array().map(|c| (c * 1_000.0).round() as i64);
    let mut joined = Vec::with_capacity(patch.positions.len());
    for (at, position) in patch.positions.iter().enumerate() {
        let index = *group.places.entry(key(position)).or_insert_with(|| {
            group.positions.push(position.to_array());
            group.normals.push(Vec3::ZERO);
            group.colours.push([0.0; 4]);
            (group.positions.len() - 1) as u32
        });
        joined.push(index);
        let mut colour = patch.colours.get(at).copied().unwrap_or([1.0; 3]);
        if let (Some(layer), Some(&uv)) = (patch.layer, patch.uvs.get(at)) {
            let texture = pictures.average(layer, uv);
            colour.iter_mut().zip(texture).for_each(|(c, t)| *c *= t);
        }
        let normal = patch.normals.get(at).copied().unwrap_or_default();
        if let Some(sum) = group.normals.get_mut(index as usize) {
            *sum += normal;
        }
        if let Some(sum) = group.colours.get_mut(index as usize) {
            let [r, g, b] = colour;
            sum.iter_mut()
                .zip([r, g, b, 1.0])
                .for_each(|(s, c)| *s += c);
        }
    }
    for corner in patch.indices.chunks_exact(3) {
        let [a, b, c] = [0, 1, 2].map(|i| {
            let old = corner.get(i).map_or(0, |&c| c as usize);
            joined.get(old).copied().unwrap_or_default()
        });
        if a != b && b != c && a != c {
            group.indices.extend([a, b, c]);
        }
    }
}

/// A level beyond the nearest.
fn farther(groups: &BTreeMap<(Surface, u32), Joined>, target: usize, error: f32) -> GltfMesh {
    let mut mesh = GltfMesh::default();
    // A part gets its share by what it takes to tell its shape, not by how finely it was modelled.
    let weight = |group: &Joined| (group.indices.len() as f32 / 3.0).sqrt();
    let whole: f32 = groups.values().map(weight).sum();
    for (&(surface, blade), group) in groups {
        let share = (target as f32 * weight(group) / whole.max(1.0)) as usize;
        let indices = fewer(&group.positions, &group.indices, share.max(FEWEST), error);
        let mut used: HashMap<u32, u32> = HashMap::new();
        for old in indices {
            let index = *used.entry(old).or_insert_with(|| {
                let at = old as usize;
                mesh.positions
                    .push(group.positions.get(at).copied().unwrap_or_default());
                let normal = group.normals.get(at).copied().unwrap_or_default();
                mesh.normals.push(normal.normalize_or(Vec3::Y).to_array());
                mesh.parts.push(tag(surface, blade));
                mesh.uvs.push([0.0; 2]);
                let [r, g, b, n] = group.colours.get(at).copied().unwrap_or([1.0; 4]);
                mesh.paints
                    .push(coded([r, g, b].map(|c| c / n.max(1.0)), 0));
                (mesh.positions.len() - 1) as u32
            });
            mesh.indices.push(index);
        }
    }
    mesh
}

/// Leaves about so many triangles, of the vertices that there are.
fn fewer(positions: &[[f32; 3]], indices: &[u32], target: usize, error: f32) -> Vec<u32> {
    let wanted = 3 * target;
    if indices.len() <= wanted {
        return indices.to_vec();
    }
    let mut kept = vec![0; indices.len()];
    let count = meshopt_rs::simplify::simplify(&mut kept, indices, positions, wanted, error);
    kept.truncate(count);
    // Where edges meet more than two triangles, or nothing meets, the careful way gives up early.
    if count > 2 * wanted {
        let mut rough = vec![0; indices.len()];
        let count = meshopt_rs::simplify::simplify_sloppy(&mut rough, indices, positions, wanted);
        rough.truncate(count);
        if count > 0 {
            return rough;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    fn soup(seed: u64, triangles: usize, spread: f32) -> (Vec<[f32; 3]>, Vec<u32>) {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let count = triangles.max(4);
        let positions = (0..count)
            .map(|_| std::array::from_fn(|_| random.random_range(-1.0..=1.0) * spread))
            .collect();
        let indices = (0..3 * triangles)
            .map(|_| random.random_range(0..count as u32))
            .collect();
        (positions, indices)
    }

    #[test]
    fn any_triangles_are_made_fewer_without_a_fault() {
        for seed in 0..40 {
            let spread = [0.0, 1e-6, 1.0, 1e6][seed as usize % 4];
            let (positions, indices) = soup(seed, 300, spread);
            for target in [6, 50, 299] {
                let kept = fewer(&positions, &indices, target, 0.3);
                assert_eq!(kept.len() % 3, 0);
                assert!(kept.len() <= indices.len());
                assert!(kept.iter().all(|&i| (i as usize) < positions.len()));
            }
        }
    }

    #[test]
    fn a_round_tower_becomes_a_prism_of_few_triangles() {
        let (around, rings) = (32, 40);
        let positions: Vec<[f32; 3]> = (0..rings * around)
            .map(|i| {
                let angle = std::f32::consts::TAU * (i % around) as f32 / around as f32;
                [2.0 * angle.cos(), (i / around) as f32, 2.0 * angle.sin()]
            })
            .collect();
        let mut indices = Vec::new();
        for ring in 0..rings - 1 {
            for i in 0..around {
                let [a, b] = [i, (i + 1) % around].map(|i| (ring * around + i) as u32);
                let [c, d] = [a, b].map(|v| v + around as u32);
                indices.extend([a, c, b, b, c, d]);
            }
        }
        let kept = fewer(&positions, &indices, 24, 0.3);
        assert!((3..=48).contains(&(kept.len() / 3)), "{}", kept.len() / 3);
        let heights = kept.iter().map(|&i| positions[i as usize][1]);
        let (low, high) = heights.fold((f32::MAX, f32::MIN), |(l, h), y| (l.min(y), h.max(y)));
        assert!(low < 1.0 && high > 38.0, "{low} {high}");
    }
}
