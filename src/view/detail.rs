//! Levels of detail: each turbine shows the mesh that its height on the screen is worth.

use bevy::prelude::*;

use super::camera::FarmCamera;
use super::farm::{Farm, TurbineEntity};
use super::geometry::Detail;
use super::windows::SideCamera;
use crate::scene::ActiveScene;

/// Least height on the screen, in pixels, for each level but the coarsest.
const LEAST_PIXELS: [f32; 3] = [240.0, 70.0, 16.0];
/// A level is left only when it misses its limit by this much, so that nothing flickers.
const HYSTERESIS: f32 = 0.12;

/// The meshes of each model, and what each turbine shows.
#[derive(Resource, Debug, Default)]
pub struct FarmMeshes {
    /// By model, by level: the mesh and its triangles.
    pub by_model: Vec<[(Handle<Mesh>, usize); 4]>,
    /// By row.
    pub shown: Vec<Detail>,
    /// Each camera's place, and its pixels a radian.
    seen_from: Vec<(Vec3, f32)>,
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
            .get(i.unwrap_or(3))
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

/// The cameras that see the farm.
type Eyes = Or<(With<FarmCamera>, With<SideCamera>)>;

/// Swaps meshes where a camera came nearer or went away: each turbine is as fine as the one that sees it
/// largest needs.
pub(super) fn choose_detail(
    farm: Res<Farm>,
    active: Option<Res<ActiveScene>>,
    mut farm_meshes: ResMut<FarmMeshes>,
    cameras: Query<(&Camera, &Transform, &Projection), Eyes>,
    mut turbines: Query<&mut Mesh3d, With<TurbineEntity>>,
) {
    let Some(active) = active else { return };
    let eyes: Vec<(Vec3, f32)> = cameras
        .iter()
        .filter(|(camera, ..)| camera.is_active)
        .filter_map(|(camera, at, projection)| {
            let Projection::Perspective(perspective) = projection else {
                return None;
            };
            let height_px = camera
                .physical_viewport_size()
                .map_or(720.0, |s| s.y as f32);
            let pixels_a_radian = height_px / (2.0 * (perspective.fov / 2.0).tan());
            Some((at.translation, pixels_a_radian))
        })
        .collect();
    let before = &farm_meshes.seen_from;
    let as_before = eyes.len() == before.len()
        && eyes
            .iter()
            .zip(before)
            .all(|(a, b)| a.0.distance(b.0) < 0.5 && (a.1 - b.1).abs() < 1.0);
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
        let middle = foot.with_y(height_m * 0.6);
        let pixels = eyes.iter().fold(0.0, |most: f32, (eye, pixels_a_radian)| {
            most.max(height_m * pixels_a_radian / middle.distance(*eye).max(1.0))
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
        assert_eq!(level(235.0, Detail::Near), Detail::Near);
        assert_eq!(level(245.0, Detail::Middle), Detail::Middle);
        assert_eq!(level(200.0, Detail::Near), Detail::Middle);
        assert_eq!(level(300.0, Detail::Middle), Detail::Near);
        assert_eq!(level(300.0, Detail::Speck), Detail::Near);
        assert_eq!(level(3.0, Detail::Near), Detail::Speck);
    }
}
