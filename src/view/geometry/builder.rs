//! Gathers triangles with smooth normals, a surface and a blade per vertex.

use bevy::asset::RenderAssetUsages;
use bevy::math::Vec3;
use bevy::mesh::{Indices, Mesh, MeshVertexAttribute, PrimitiveTopology, VertexFormat};

use crate::scene::Surface;

/// What a vertex belongs to: the surface in the low byte, the blade in the next.
pub const ATTRIBUTE_PART: MeshVertexAttribute =
    MeshVertexAttribute::new("Turbine_Part", 0x7769_6e64_7661_6e65, VertexFormat::Uint32);

/// A surface and a blade as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u32);

impl Tag {
    pub fn new(surface: Surface, blade: u32) -> Self {
        Self(surface as u32 | (blade << 8))
    }
}

/// A mesh under construction.
#[derive(Debug, Default)]
pub(super) struct MeshBuilder {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    parts: Vec<u32>,
    indices: Vec<u32>,
}

impl MeshBuilder {
    fn vertex(&mut self, position: Vec3, normal: Vec3, tag: Tag) -> u32 {
        let index = self.positions.len() as u32;
        self.positions.push(position.to_array());
        self.normals.push(normal.normalize_or(Vec3::Y).to_array());
        self.parts.push(tag.0);
        index
    }

    /// Joins closed rings of equally many points; the surface faces away from the rings' centres.
    pub fn loft(&mut self, rings: &[Vec<Vec3>], tag: Tag) {
        let first = self.positions.len() as u32;
        let around = rings.first().map_or(0, Vec::len);
        let at = |ring: usize, i: usize| -> Vec3 {
            rings
                .get(ring.min(rings.len() - 1))
                .and_then(|r| r.get(i % around.max(1)))
                .copied()
                .unwrap_or_default()
        };
        for ring in 0..rings.len() {
            let centre = rings.get(ring).map_or(Vec3::ZERO, |r| {
                r.iter().copied().sum::<Vec3>() / around.max(1) as f32
            });
            for i in 0..around {
                let here = at(ring, i);
                let along = at(ring + 1, i) - at(ring.saturating_sub(1), i);
                let round = at(ring, i + 1) - at(ring, i + around - 1);
                let mut normal = round.cross(along).normalize_or(here - centre);
                if normal.dot(here - centre) < 0.0 {
                    normal = -normal;
                }
                self.vertex(here, normal, tag);
            }
        }
        for ring in 0..rings.len().saturating_sub(1) as u32 {
            for i in 0..around as u32 {
                let j = (i + 1) % around as u32;
                let (a, b) = (
                    first + ring * around as u32 + i,
                    first + ring * around as u32 + j,
                );
                let (c, d) = (a + around as u32, b + around as u32);
                self.facing_triangle([a, b, c]);
                self.facing_triangle([b, d, c]);
            }
        }
    }

    /// Closes a ring with a fan that shares its outline.
    pub fn cap(&mut self, ring: &[Vec3], tag: Tag) {
        let (Some(&a), Some(&b), Some(&c)) = (ring.first(), ring.get(1), ring.get(ring.len() / 2))
        else {
            return;
        };
        let centre = ring.iter().copied().sum::<Vec3>() / ring.len() as f32;
        let normal = (b - a).cross(c - a);
        for normal in [normal, -normal] {
            let middle = self.vertex(centre, normal, tag);
            let rim: Vec<u32> = ring.iter().map(|&p| self.vertex(p, normal, tag)).collect();
            for (&i, &j) in rim.iter().zip(rim.iter().cycle().skip(1)) {
                self.facing_triangle([middle, i, j]);
            }
        }
    }

    /// A flat band between pairs of edge points, visible from both sides.
    pub fn strip(&mut self, edges: &[[Vec3; 2]], tag: Tag) {
        for pair in edges.windows(2) {
            let [[a, b], [c, d]] = pair else { continue };
            let normal = (*b - *a).cross(*c - *a);
            for normal in [normal, -normal] {
                let [a, b, c, d] = [*a, *b, *c, *d].map(|p| self.vertex(p, normal, tag));
                self.facing_triangle([a, b, c]);
                self.facing_triangle([b, d, c]);
            }
        }
    }

    /// A frustum about the y axis, open at its ends.
    pub fn frustum(&mut self, from: (f32, f32), to: (f32, f32), sides: usize, tag: Tag) {
        self.turned(&[from, to], sides, tag);
    }

    /// A body of revolution about the y axis through `(height, radius)` pairs.
    pub fn turned(&mut self, outline: &[(f32, f32)], sides: usize, tag: Tag) {
        let rings: Vec<Vec<Vec3>> = outline
            .iter()
            .map(|&(y, r)| {
                (0..sides)
                    .map(|i| {
                        let (sin, cos) =
                            (std::f32::consts::TAU * i as f32 / sides as f32).sin_cos();
                        Vec3::new(r * sin, y, r * cos)
                    })
                    .collect()
            })
            .collect();
        self.loft(&rings, tag);
    }

    /// Turns a triangle so that its front is where its normals point.
    fn facing_triangle(&mut self, [a, b, c]: [u32; 3]) {
        let p = |i: u32| Vec3::from(self.positions.get(i as usize).copied().unwrap_or_default());
        let n = |i: u32| Vec3::from(self.normals.get(i as usize).copied().unwrap_or_default());
        let face = (p(b) - p(a)).cross(p(c) - p(a));
        if face.length_squared() < 1e-12 {
            return;
        }
        if face.dot(n(a) + n(b) + n(c)) >= 0.0 {
            self.indices.extend([a, b, c]);
        } else {
            self.indices.extend([a, c, b]);
        }
    }

    /// Moves the vertices that were added after the first `count`.
    pub fn transform_since(&mut self, count: usize, f: impl Fn(Vec3, Vec3) -> (Vec3, Vec3)) {
        let vertices = self.positions.iter_mut().zip(&mut self.normals).skip(count);
        for (position, normal) in vertices {
            let (p, n) = f(Vec3::from(*position), Vec3::from(*normal));
            *position = p.to_array();
            *normal = n.to_array();
        }
    }

    pub fn vertex_count(&self) -> usize {
        self.positions.len()
    }

    pub fn build(self) -> Mesh {
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        )
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
        .with_inserted_attribute(ATTRIBUTE_PART, self.parts)
        .with_inserted_indices(Indices::U32(self.indices))
    }

    pub fn triangle_count(&self) -> usize {
        self.indices.len() / 3
    }
}
