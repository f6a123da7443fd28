//! Levels of detail: each turbine shows the mesh that its height on the screen is worth.

use bevy::prelude::*;

use super::camera::{FarmCamera, Sight, Viewpoint};
use super::farm::{Farm, TurbineEntity};
use super::geometry::{DETAILS, Detail};
use super::material::TurbineMaterial;
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
    seen_from: Option<(Vec3, (f32, bool))>,
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

/// Swaps meshes where the camera came nearer or went away.
pub(super) fn choose_detail(
    farm: Res<Farm>,
    active: Option<Res<ActiveScene>>,
    mut farm_meshes: ResMut<FarmMeshes>,
    camera: Query<(&Camera, &Viewpoint), With<FarmCamera>>,
    mut turbines: Query<&mut Mesh3d, With<TurbineEntity>>,
) {
    let (Some(active), Ok((camera, viewpoint))) = (active, camera.single()) else {
        return;
    };
    let height_px = camera
        .physical_viewport_size()
        .map_or(720.0, |s| s.y as f32);
    let sight = Sight::new(&viewpoint.pose, 1.0);
    // At a distance of 1 m; at any distance where rays are parallel.
    let pixels_a_metre = height_px / (2.0 * sight.half.y);
    let eye = sight.eye;
    let lens = (pixels_a_metre, sight.is_parallel);
    if let Some((seen_from, (scale, was_parallel))) = farm_meshes.seen_from
        && seen_from.distance(eye) < 0.5
        && (scale - pixels_a_metre).abs() < 0.001 * scale
        && was_parallel == sight.is_parallel
    {
        return;
    }
    farm_meshes.seen_from = Some((eye, lens));
    let scene = &active.scene;
    let farm_meshes = &mut *farm_meshes;
    let rows = scene.turbines.iter().zip(&farm.feet).zip(&farm.entities);
    for (((turbine, foot), &entity), shown) in rows.zip(&mut farm_meshes.shown) {
        let Some(d) = farm.dimensions.get(turbine.model) else {
            continue;
        };
        let height_m = d.top_m();
        let distance = if sight.is_parallel {
            1.0
        } else {
            (*foot + Vec3::Y * (height_m * 0.6) - eye).length().max(1.0)
        };
        let next = level(height_m * pixels_a_metre / distance, *shown);
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
