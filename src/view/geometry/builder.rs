//! Gathers triangles with smooth normals, and a surface, a blade and a tone per vertex.

use bevy::asset::RenderAssetUsages;
use bevy::math::{Affine3A, Vec3};
use bevy::mesh::{Indices, Mesh, MeshVertexAttribute, PrimitiveTopology, VertexFormat};

use super::tag::Tag;

/// What a vertex belongs to: [`Tag`].
pub const ATTRIBUTE_PART: MeshVertexAttribute =
    MeshVertexAttribute::new("Turbine_Part", 0x7769_6e64_7661_6e65, VertexFormat::Uint32);

/// A mesh under construction.
#[derive(Debug, Default)]
pub(super) struct MeshBuilder {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    parts: Vec<u32>,
    indices: Vec<u32>,
}

/// How rings are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skin {
    /// Closed rings, seen from outside.
    Outside,
    /// Closed rings, seen from within.
    Inside,
    /// Rings that begin and end at a sharp edge: first and last point lie in one place.
    Creased,
}

impl MeshBuilder {
    pub fn vertex(&mut self, position: Vec3, normal: Vec3, tag: Tag) -> u32 {
        let index = self.positions.len() as u32;
        self.positions.push(position.to_array());
        self.normals.push(normal.normalize_or(Vec3::Y).to_array());
        self.parts.push(tag.bits());
        index
    }

    /// Joins rings of equally many points. A ring that is given twice makes a sharp edge.
    pub fn loft(&mut self, rings: &[Vec<Vec3>], skin: Skin, tag: Tag) {
        let first = self.positions.len() as u32;
        let around = rings.first().map_or(0, Vec::len);
        if around < 3 || rings.len() < 2 {
            return;
        }
        let closed = skin != Skin::Creased;
        let point = |ring: usize, i: usize| -> Vec3 {
            rings
                .get(ring)
                .and_then(|r| r.get(i))
                .copied()
                .unwrap_or_default()
        };
        let round = |ring: usize, i: usize| {
            let (before, after) = if closed {
                ((i + around - 1) % around, (i + 1) % around)
            } else {
                (i.saturating_sub(1), (i + 1).min(around - 1))
            };
            point(ring, after) - point(ring, before)
        };
        let mut normals = Vec::with_capacity(rings.len() * around);
        let mut outward = 0.0;
        for (ring, points) in rings.iter().enumerate() {
            let centre = points.iter().copied().sum::<Vec3>() / around as f32;
            let (below, above) = (ring.saturating_sub(1), (ring + 1).min(rings.len() - 1));
            for (i, &here) in points.iter().enumerate() {
                // The end of a cone is turned as the ring beside it is.
                let turn = [ring, above, below]
                    .map(|r| round(r, i))
                    .into_iter()
                    .find(|t| t.length_squared() > 1e-10)
                    .unwrap_or_default();
                let normal = turn.cross(point(above, i) - point(below, i));
                let normal = normal.normalize_or(here - centre);
                outward += normal.dot(here - centre);
                normals.push(normal);
            }
        }
        let flip = (outward < 0.0) != (skin == Skin::Inside);
        for (here, normal) in rings.iter().flatten().zip(normals) {
            self.vertex(*here, if flip { -normal } else { normal }, tag);
        }
        let around = around as u32;
        for ring in 0..rings.len() as u32 - 1 {
            for i in 0..if closed { around } else { around - 1 } {
                let (a, b) = (
                    first + ring * around + i,
                    first + ring * around + (i + 1) % around,
                );
                let (c, d) = (a + around, b + around);
                self.facing_triangle([a, b, c]);
                self.facing_triangle([b, d, c]);
            }
        }
    }

    /// Closes a ring with a fan that faces `towards`.
    pub fn cap(&mut self, ring: &[Vec3], towards: Vec3, tag: Tag) {
        let centre = ring.iter().copied().sum::<Vec3>() / ring.len().max(1) as f32;
        let middle = self.vertex(centre, towards, tag);
        let rim: Vec<u32> = ring.iter().map(|&p| self.vertex(p, towards, tag)).collect();
        for (&i, &j) in rim.iter().zip(rim.iter().cycle().skip(1)) {
            self.facing_triangle([middle, i, j]);
        }
    }

    /// A flat band between pairs of edge points, visible from both sides.
    pub fn strip(&mut self, edges: &[[Vec3; 2]], tag: Tag) {
        for pair in edges.windows(2) {
            let [[a, b], [c, d]] = pair else { continue };
            let normal = (*b - *a).cross(*c - *a) + (*d - *b).cross(*d - *c);
            for normal in [normal, -normal] {
                let [a, b, c, d] = [*a, *b, *c, *d].map(|p| self.vertex(p, normal, tag));
                self.facing_triangle([a, b, c]);
                self.facing_triangle([b, d, c]);
            }
        }
    }

    /// A body of revolution about the y axis through `(height, radius)` pairs, from below to above;
    /// a pair that is given twice makes a sharp edge.
    pub fn turned(&mut self, outline: &[(f32, f32)], sides: usize, skin: Skin, tag: Tag) {
        let rings: Vec<Vec<Vec3>> = outline.iter().map(|&o| circle(o, sides)).collect();
        self.loft(&rings, skin, tag);
    }

    /// The same with a sharp edge at every pair.
    pub fn lathed(&mut self, outline: &[(f32, f32)], sides: usize, tag: Tag) {
        let twice: Vec<_> = outline.iter().flat_map(|&o| [o, o]).collect();
        self.turned(&twice, sides, Skin::Outside, tag);
    }

    /// A box.
    pub fn block(&mut self, centre: Vec3, half: Vec3, tag: Tag) {
        for (normal, u, v) in [
            (Vec3::X, Vec3::Y, Vec3::Z),
            (Vec3::Y, Vec3::Z, Vec3::X),
            (Vec3::Z, Vec3::X, Vec3::Y),
        ] {
            for normal in [normal, -normal] {
                let at = |a: f32, b: f32| centre + half * (normal + u * a + v * b);
                let [a, b, c, d] = [at(-1.0, -1.0), at(1.0, -1.0), at(-1.0, 1.0), at(1.0, 1.0)]
                    .map(|p| self.vertex(p, normal, tag));
                self.facing_triangle([a, b, c]);
                self.facing_triangle([b, d, c]);
            }
        }
    }

    /// A round bar between two places, with closed ends.
    pub fn bar(&mut self, from: Vec3, to: Vec3, radius: f32, sides: usize, tag: Tag) {
        let along = (to - from).normalize_or(Vec3::Y);
        let (u, v) = along.any_orthonormal_pair();
        let ring = |at: Vec3| -> Vec<Vec3> {
            (0..sides)
                .map(|i| {
                    let (sin, cos) = (std::f32::consts::TAU * i as f32 / sides as f32).sin_cos();
                    at + radius * (u * cos + v * sin)
                })
                .collect()
        };
        let ends = [ring(from), ring(to)];
        self.loft(&ends, Skin::Outside, tag);
        if sides > 4 {
            let [from, to] = ends;
            self.cap(&from, -along, tag);
            self.cap(&to, along, tag);
        }
    }

    /// Draws in another frame: what is added there is moved to where that frame stands.
    pub fn placed(&mut self, frame: Affine3A, draw: impl FnOnce(&mut Self)) {
        let before = self.positions.len();
        draw(self);
        let added = self
            .positions
            .iter_mut()
            .zip(&mut self.normals)
            .skip(before);
        for (position, normal) in added {
            *position = frame.transform_point3(Vec3::from(*position)).to_array();
            *normal = frame
                .transform_vector3(Vec3::from(*normal))
                .normalize_or(Vec3::Y)
                .to_array();
        }
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

    /// Every vertex with what it belongs to.
    #[cfg(test)]
    pub fn vertices(&self) -> impl Iterator<Item = (Vec3, Vec3, u32)> + '_ {
        let places = self.positions.iter().zip(&self.normals).zip(&self.parts);
        places.map(|((p, n), &part)| (Vec3::from(*p), Vec3::from(*n), part))
    }
}

/// Points about the y axis at a height and a radius.
pub(super) fn circle((y, radius): (f32, f32), sides: usize) -> Vec<Vec3> {
    (0..sides)
        .map(|i| {
            let (sin, cos) = (std::f32::consts::TAU * i as f32 / sides as f32).sin_cos();
            Vec3::new(radius * sin, y, radius * cos)
        })
        .collect()
}
