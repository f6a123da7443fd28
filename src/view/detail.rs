//! Levels of detail: each turbine shows the mesh that its height on the screen is worth.

use bevy::prelude::*;

use super::camera::{FarmCamera, Pose, Sight, Viewpoint};
use super::farm::{Farm, TurbineEntity};
use super::geometry::{DETAILS, Detail};
use super::material::TurbineMaterial;
use super::windows::{SideCamera, SideCameras, SideView};
use crate::scene::ActiveScene;

/// Least height on the screen, in pixels, for each level but the coarsest.
const LEAST_PIXELS: [f32; DETAILS - 1] = [640.0, 200.0, 60.0, 18.0];
/// A level is left only when it misses its limit by this much, so that nothing flickers.
const HYSTERESIS: f32 = 0.12;

/// The meshes of each model, and what each turbine shows.
#[derive(Resource, Debug, Default)]
pub struct FarmMeshes {
    /// By model, by level: the mesh and its triangles.
    pub by_model: Vec<[(Handle<Mesh>, usize); DETAILS]>,
    /// By row.
    pub shown: Vec<Detail>,
    /// By model: what is within, and its triangles, once one was opened.
    pub inside: Vec<Option<(Handle<Mesh>, usize)>>,
    /// By model.
    pub materials: Vec<MeshMaterial3d<TurbineMaterial>>,
    /// Each camera that sees the farm.
    seen_from: Vec<Eye>,
}

impl FarmMeshes {
    /// The mesh of a model at a level.
    pub fn handle(&self, model: usize, detail: Detail) -> Handle<Mesh> {
        self.entry(model, detail)
            .map(|e| e.0.clone())
            .unwrap_or_default()
    }

    /// The triangles of a model at a level.
    pub fn triangles(&self, model: usize, detail: Detail) -> usize {
        self.entry(model, detail).map_or(0, |e| e.1)
    }

    fn entry(&self, model: usize, detail: Detail) -> Option<&(Handle<Mesh>, usize)> {
        self.by_model.get(model)?.get(detail as usize)
    }
}

/// The level for a height on the screen, staying at the present one near its limits.
fn level(pixels: f32, present: Detail) -> Detail {
    let wanted = |scale: f32| {
        let i = LEAST_PIXELS
            .iter()
            .position(|&least| pixels >= least * scale);
        Detail::ALL
            .get(i.unwrap_or(DETAILS - 1))
            .copied()
            .unwrap_or(Detail::Speck)
    };
    let (finer, coarser) = (wanted(1.0 + HYSTERESIS), wanted(1.0 - HYSTERESIS));
    if present < coarser {
        coarser.min(wanted(1.0))
    } else if present > finer {
        finer
    } else {
        present
    }
}

/// A camera that sees the farm.
#[derive(Debug, Clone, Copy)]
struct Eye {
    at: Vec3,
    /// At a distance of 1 m; at any distance where rays are parallel.
    pixels_a_metre: f32,
    is_parallel: bool,
}

impl Eye {
    fn new(camera: &Camera, pose: &Pose) -> Self {
        let height_px = camera
            .physical_viewport_size()
            .map_or(720.0, |s| s.y as f32);
        let sight = Sight::new(pose, 1.0);
        Self {
            at: sight.eye,
            pixels_a_metre: height_px / (2.0 * sight.half.y),
            is_parallel: sight.is_parallel,
        }
    }

    /// Whether nothing is to be told from what was seen before.
    fn is_as(&self, before: &Self) -> bool {
        let scale = before.pixels_a_metre;
        self.at.distance(before.at) < 0.5
            && (self.pixels_a_metre - scale).abs() < 0.001 * scale
            && self.is_parallel == before.is_parallel
    }

    fn pixels_a_metre_at(&self, place: Vec3) -> f32 {
        if self.is_parallel {
            self.pixels_a_metre
        } else {
            self.pixels_a_metre / self.at.distance(place).max(1.0)
        }
    }
}

/// Swaps meshes where a camera came nearer or went away: each turbine is as fine as the one that sees it
/// largest needs.
pub(super) fn choose_detail(
    farm: Res<Farm>,
    active: Option<Res<ActiveScene>>,
    mut farm_meshes: ResMut<FarmMeshes>,
    first: Query<(&Camera, &Viewpoint), With<FarmCamera>>,
    sides: Query<(&SideView, &SideCameras)>,
    cameras: Query<&Camera, With<SideCamera>>,
    mut turbines: Query<&mut Mesh3d, With<TurbineEntity>>,
) {
    let Some(active) = active else { return };
    let first = first.iter().map(|(camera, v)| (camera, v.pose));
    let sides = sides
        .iter()
        .filter_map(|(side, of)| Some((cameras.get(of.farm).ok()?, side.pose?)));
    let eyes: Vec<Eye> = first
        .chain(sides)
        .filter(|(camera, _)| camera.is_active)
        .map(|(camera, pose)| Eye::new(camera, &pose))
        .collect();
    let before = &farm_meshes.seen_from;
    let as_before = eyes.len() == before.len() && eyes.iter().zip(before).all(|(a, b)| a.is_as(b));
    if eyes.is_empty() || as_before {
        return;
    }
    farm_meshes.seen_from.clone_from(&eyes);
    let scene = &active.scene;
    let farm_meshes = &mut *farm_meshes;
    let rows = scene.turbines.iter().zip(&farm.feet).zip(&farm.entities);
    for (((turbine, foot), &entity), shown) in rows.zip(&mut farm_meshes.shown) {
        let Some(d) = farm.dimensions.get(turbine.model) else {
            continue;
        };
        let height_m = d.top_m();
        let middle = *foot + Vec3::Y * (height_m * 0.6);
        let pixels = eyes.iter().fold(0.0, |most: f32, eye| {
            most.max(height_m * eye.pixels_a_metre_at(middle))
        });
        let next = level(pixels, *shown);
        if next == *shown {
            continue;
        }
        let mesh = farm_meshes
            .by_model
            .get(turbine.model)
            .and_then(|m| m.get(next as usize));
        if let (Some((mesh, _)), Ok(mut shown_mesh)) = (mesh, turbines.get_mut(entity)) {
            shown_mesh.0 = mesh.clone();
            *shown = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_kept_near_its_limit_and_left_beyond_it() {
        assert_eq!(level(190.0, Detail::Near), Detail::Near);
        assert_eq!(level(210.0, Detail::Middle), Detail::Middle);
        assert_eq!(level(160.0, Detail::Near), Detail::Middle);
        assert_eq!(level(300.0, Detail::Middle), Detail::Near);
        assert_eq!(level(800.0, Detail::Speck), Detail::Close);
        assert_eq!(level(3.0, Detail::Near), Detail::Speck);
    }
}
