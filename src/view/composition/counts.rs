//! What of a composition is drawn, for the report.

use std::collections::{HashMap, HashSet};

use bevy::camera::primitives::Aabb;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use super::model::ModelRoot;
use super::{NodeEntity, Solid};
use crate::view::project::Frozen;

/// Counts what is drawn.
#[derive(SystemParam)]
pub struct Drawn<'w, 's> {
    nodes: Query<'w, 's, (), With<NodeEntity>>,
    models: Query<'w, 's, (), With<ModelRoot>>,
    solids: Query<
        'w,
        's,
        (
            &'static Mesh3d,
            Option<&'static MeshMaterial3d<StandardMaterial>>,
            &'static GlobalTransform,
            Option<&'static Aabb>,
        ),
        With<Solid>,
    >,
    meshes: Res<'w, Assets<Mesh>>,
}

/// Counts of a composition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nodes.
    pub nodes: usize,
    /// Models, each time that one stands somewhere.
    pub models: usize,
    /// Triangles in view.
    pub triangles: usize,
    /// Meshes with their materials in view: drawn at once wherever they stand.
    pub draw_calls: usize,
}

impl Drawn<'_, '_> {
    /// What this view shows.
    pub fn counts(&self, view: &Frozen) -> Counts {
        let mut counts = Counts {
            nodes: self.nodes.iter().count(),
            models: self.models.iter().count(),
            ..Counts::default()
        };
        let mut calls = HashSet::new();
        let mut triangles: HashMap<AssetId<Mesh>, usize> = HashMap::new();
        for (mesh, material, at, aabb) in &self.solids {
            let is_seen = aabb.is_none_or(|aabb| {
                let middle = at.transform_point(aabb.center.into());
                let reach = at.affine().transform_vector3a(aabb.half_extents).length();
                view.sees_sphere(middle, reach)
            });
            if !is_seen {
                continue;
            }
            counts.triangles += *triangles.entry(mesh.id()).or_insert_with(|| {
                let mesh = self.meshes.get(&mesh.0);
                let indices = mesh.and_then(|m| m.try_indices().ok());
                indices.map_or(0, |i| i.len() / 3)
            });
            calls.insert((mesh.id(), material.map(|m| m.id())));
        }
        counts.draw_calls = calls.len();
        counts
    }
}
