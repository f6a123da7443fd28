//! What belongs to each turbine beside its own mesh: its light at night, foam and mirror image where
//! it stands in water, the wake behind its rotor. One mesh a kind; the vertex shader reads the rows.

use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::mesh::{Indices, MeshVertexAttribute, PrimitiveTopology, VertexFormat};
use bevy::prelude::*;

use super::farm::Farm;
use super::geometry::Dimensions;
use super::rows::Rows;
use super::{Overlay, Overlays};
use crate::RoomSet;
use crate::scene::{Ground, Scene};

/// Place in the mark, and two of its dimensions, metres.
pub const ATTRIBUTE_CORNER: MeshVertexAttribute =
    MeshVertexAttribute::new("Corner", 0x57_494e_4401, VertexFormat::Float32x4);
/// The turbine's row; the kind in the top four bits.
pub const ATTRIBUTE_ROW: MeshVertexAttribute =
    MeshVertexAttribute::new("Row", 0x57_494e_4402, VertexFormat::Uint32);

/// Farms of more turbines have no marks: one of theirs is smaller than a pixel.
const MOST_MARKED: usize = 10_000;
/// Pieces of a wake along its length.
const WAKE_PIECES: usize = 9;

/// A kind of mark, as the shader numbers it.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum MarkKind {
    /// The steady red light on a nacelle.
    Light = 0,
    /// Foam and mirror image: 1 and 2 in the shader.
    Waterline = 1,
    /// Slow air behind a rotor.
    Wake = 3,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, show_marks.in_set(RoomSet::View));
}

/// Lights are there at night, wakes on request.
fn show_marks(
    overlays: Res<Overlays>,
    rows: Res<Rows>,
    mut marks: Query<(&MarkKind, &mut Visibility)>,
) {
    for (kind, mut visibility) in &mut marks {
        let is_shown = match kind {
            MarkKind::Light => rows.head.extra.w > 0.0,
            MarkKind::Waterline => true,
            MarkKind::Wake => overlays.is_shown(Overlay::Wakes),
        };
        let wanted = if is_shown {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        };
        visibility.set_if_neq(wanted);
    }
}

/// What every mark's entity has beside mesh and material.
pub(super) type Marked = (
    MarkKind,
    NoFrustumCulling,
    NotShadowCaster,
    NotShadowReceiver,
);

/// The meshes of a farm's marks.
pub(super) fn marks(farm: &Farm, scene: &Scene) -> Vec<(Marked, Mesh)> {
    if farm.feet.len() > MOST_MARKED {
        return Vec::new();
    }
    let mut kinds = vec![MarkKind::Light, MarkKind::Wake];
    if farm.ground == Ground::Sea {
        kinds.push(MarkKind::Waterline);
    }
    kinds
        .into_iter()
        .map(|kind| {
            let mut mesh = MarkMesh::default();
            let stands = scene.turbines.iter().zip(&farm.feet).enumerate();
            for (row, (turbine, &foot)) in stands {
                if let Some(d) = farm.dimensions.get(turbine.model) {
                    mesh.add(kind, foot, row as u32, d);
                }
            }
            let marked = (kind, NoFrustumCulling, NotShadowCaster, NotShadowReceiver);
            (marked, mesh.build())
        })
        .collect()
}

#[derive(Debug, Default)]
struct MarkMesh {
    feet: Vec<[f32; 3]>,
    corners: Vec<[f32; 4]>,
    rows: Vec<u32>,
    indices: Vec<u32>,
}

impl MarkMesh {
    fn add(&mut self, kind: MarkKind, foot: Vec3, row: u32, d: &Dimensions) {
        match kind {
            MarkKind::Light => {
                // On the roof, behind the tower.
                let up = d.hub_height_m + d.nacelle_half_height_m + 1.0;
                let back = 0.7 * (d.nacelle_length_m - d.overhang_m);
                self.strip(foot, row, [-1.0, 1.0], 1, [up, back]);
            }
            MarkKind::Waterline => {
                let kind = 1 << 28;
                let r = d.foundation_radius_m;
                self.strip(foot, row | kind, [-1.0, 1.0], 1, [r, r]);
                let kind = 2 << 28;
                self.strip(foot, row | kind, [0.0, 1.0], 4, [r, 0.9 * d.hub_height_m]);
            }
            MarkKind::Wake => {
                let row = row | (3 << 28);
                let (radius, hub) = (d.rotor_radius_m, d.hub_height_m);
                // One level, one upright: from wherever it is seen one of them is broad.
                self.strip(foot, row, [0.0, 1.0], WAKE_PIECES, [radius, hub]);
                self.strip(foot, row, [0.0, 1.0], WAKE_PIECES, [radius, -hub]);
            }
        }
    }

    /// A strip of three places across, from -1 to 1, and so many pieces between two ends.
    fn strip(&mut self, foot: Vec3, row: u32, [from, to]: [f32; 2], pieces: usize, size: [f32; 2]) {
        let first = self.feet.len() as u32;
        let [a, b] = size;
        for piece in 0..=pieces {
            let along = from + (to - from) * piece as f32 / pieces as f32;
            for across in [-1.0, 0.0, 1.0] {
                self.feet.push(foot.to_array());
                self.corners.push([across, along, a, b]);
                self.rows.push(row);
            }
        }
        for piece in 0..pieces as u32 {
            for half in 0..2 {
                let at = first + 3 * piece + half;
                self.indices
                    .extend([at, at + 1, at + 3, at + 3, at + 1, at + 4]);
            }
        }
    }

    fn build(self) -> Mesh {
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        )
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.feet)
        .with_inserted_attribute(ATTRIBUTE_CORNER, self.corners)
        .with_inserted_attribute(ATTRIBUTE_ROW, self.rows)
        .with_inserted_indices(Indices::U32(self.indices))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_that_of_a_vertex_and_every_vertex_knows_its_turbine() {
        let d = Dimensions::new(70.0, 80.0, true);
        for kind in [MarkKind::Light, MarkKind::Waterline, MarkKind::Wake] {
            let mut mesh = MarkMesh::default();
            mesh.add(kind, Vec3::ZERO, 0, &d);
            mesh.add(kind, Vec3::X, 1, &d);
            let count = mesh.feet.len();
            assert_eq!((mesh.corners.len(), mesh.rows.len()), (count, count));
            assert_eq!(mesh.indices.iter().max(), Some(&(count as u32 - 1)));
            let of_second = mesh.rows.iter().filter(|&r| r & 0x0FFF_FFFF == 1).count();
            assert_eq!(2 * of_second, count, "{kind:?}");
        }
    }
}
