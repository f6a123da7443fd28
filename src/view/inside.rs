//! The selected turbine, cut open: its parts are drawn, and its shells left away on the camera's side.

use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::NotShadowCaster;
use bevy::mesh::MeshTag;
use bevy::prelude::*;

use super::Selection;
use super::detail::FarmMeshes;
use super::farm::{Farm, OfFarm};
use super::geometry::inside_mesh;
use super::project::Projector;
use crate::fleet::TurbineRow;
use crate::scene::{ActiveScene, GltfModel, Scene};

/// A turbine is opened when its nacelle is at least this long on the screen, points: from farther away,
/// a nacelle in its part's colour tells more than a speck within.
const OPEN_FROM: f32 = 84.0;
/// It is closed again when it is this much smaller, so that nothing flickers.
const HYSTERESIS: f32 = 0.15;

/// The turbine that is cut open, if one is.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Opened(pub Option<TurbineRow>);

/// What is within the opened turbine.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InsideOf(TurbineRow);

/// Opens the selected turbine where it is near enough to see something within, and closes it.
pub(super) fn open_selected(
    mut commands: Commands,
    active: Option<Res<ActiveScene>>,
    farm: Res<Farm>,
    selection: Res<Selection>,
    projector: Projector,
    mut opened: ResMut<Opened>,
    mut farm_meshes: ResMut<FarmMeshes>,
    mut meshes: ResMut<Assets<Mesh>>,
    insides: Query<(Entity, &InsideOf)>,
) {
    let (Some(active), Some(view)) = (active, projector.freeze(None)) else {
        return;
    };
    let wanted = selection.turbine.filter(|&turbine| {
        let model = active.scene.turbine(turbine).map(|t| t.model);
        let d = model.and_then(|m| farm.dimensions.get(m));
        let (Some(foot), Some(d)) = (farm.foot(turbine), d) else {
            return false;
        };
        let file = file_of(turbine, &active.scene);
        if view.is_map() || file.is_some_and(|file| !file.has_inside()) {
            return false;
        }
        let distance_m = view.sight.eye.distance(foot + Vec3::Y * d.hub_height_m);
        let (behind, before) = d.nacelle_reach_m();
        let length = view.points_a_metre(distance_m) * (behind + before);
        let slack = if opened.0 == Some(turbine) {
            1.0 - HYSTERESIS
        } else {
            1.0
        };
        length >= OPEN_FROM * slack
    });
    opened.set_if_neq(Opened(wanted));
    let shown = insides.iter().next().map(|(_, inside)| inside.0);
    if shown == wanted {
        return;
    }
    for (entity, _) in &insides {
        commands.entity(entity).despawn();
    }
    let turbine = wanted.and_then(|row| Some((row, active.scene.turbine(row)?, farm.foot(row)?)));
    let Some((row, turbine, foot)) = turbine else {
        return;
    };
    if file_of(row, &active.scene).is_some() {
        // What is within is part of its own mesh.
        return;
    }
    let (Some(d), Some(material)) = (
        farm.dimensions.get(turbine.model),
        farm_meshes.materials.get(turbine.model).cloned(),
    ) else {
        return;
    };
    let Some(inside) = farm_meshes
        .bypass_change_detection()
        .inside
        .get_mut(turbine.model)
    else {
        return;
    };
    let (mesh, _) = inside.get_or_insert_with(|| {
        let (mesh, triangles) = inside_mesh(d);
        (meshes.add(mesh), triangles)
    });
    commands.spawn((
        Mesh3d(mesh.clone()),
        material,
        MeshTag(row.0),
        Transform::from_translation(foot),
        GlobalTransform::from_translation(foot),
        NoFrustumCulling,
        NotShadowCaster,
        InsideOf(row),
        OfFarm,
    ));
}

/// The file that a turbine is drawn from, if it is.
fn file_of(turbine: TurbineRow, scene: &Scene) -> Option<&GltfModel> {
    scene.model_of(turbine)?.gltf.as_deref()
}
