//! The triangles of the file, in its own frame.

use std::collections::BTreeMap;

use bevy::math::{Mat3, Vec3};
use gltf::json::mesh::{Mode, Primitive, Semantic};
use gltf::json::validation::Checked;

use super::accessor::{indices, vectors};
use super::file::File;
use super::nodes::Nodes;
use super::{About, Fault, Remarks};
use crate::scene::problem::quoted;

/// A viewer of many turbines draws a model of a thousandth of this.
const MOST_VERTICES: usize = 2_000_000;
const MOST_INDICES: usize = 6_000_000;
/// Farther from the origin than any turbine, in any unit.
const FARTHEST: f32 = 1e7;

/// The triangles of one primitive of one node.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// The node, by position in [`Nodes::list`].
    pub node: usize,
    pub material: Option<usize>,
    pub positions: Vec<Vec3>,
    pub normals: Vec<Vec3>,
    /// By number of the set.
    pub uvs: BTreeMap<u32, Vec<[f32; 2]>>,
    /// Linear.
    pub colours: Vec<[f32; 3]>,
    pub indices: Vec<u32>,
}

/// Gathers all triangles.
pub(super) fn pieces(
    file: &File,
    nodes: &Nodes,
    remarks: &mut Remarks,
) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let (mut vertices, mut corners) = (0, 0);
    let mut not_triangles = 0;
    for (at, node) in nodes.list.iter().enumerate() {
        let Some(number) = node.mesh else { continue };
        let mesh = file
            .root
            .meshes
            .get(number)
            .ok_or_else(|| Fault::broken(format!("there is no mesh {number}")))?;
        for primitive in &mesh.primitives {
            let Some(piece) = piece(file, nodes, at, primitive)? else {
                not_triangles += 1;
                continue;
            };
            vertices += piece.positions.len();
            corners += piece.indices.len();
            if vertices > MOST_VERTICES || corners > MOST_INDICES {
                return Err(Fault::new(
                    About::File,
                    "gltf-size",
                    format!(
                        "more than {} million vertices or {} million triangles",
                        MOST_VERTICES / 1_000_000,
                        MOST_INDICES / 3_000_000
                    ),
                )
                .help("simplify it: npx @gltf-transform/cli simplify in.glb out.glb"));
            }
            pieces.push(piece);
        }
    }
    if not_triangles > 0 {
        remarks.warn(
            About::File,
            "gltf-lines",
            format!("{not_triangles} of its primitives are points or lines and are not drawn"),
            "",
        );
    }
    if pieces.iter().all(|p| p.indices.is_empty()) {
        return Err(Fault::broken("there are no triangles in its scene"));
    }
    Ok(pieces)
}

fn piece(
    file: &File,
    nodes: &Nodes,
    at: usize,
    primitive: &Primitive,
) -> Result<Option<Piece>, Fault> {
    let Some(node) = nodes.get(at) else {
        return Ok(None);
    };
    let mode = match primitive.mode {
        Checked::Valid(mode @ (Mode::Triangles | Mode::TriangleStrip | Mode::TriangleFan)) => mode,
        Checked::Valid(_) => return Ok(None),
        Checked::Invalid => return Err(Fault::broken("a primitive has an unknown mode")),
    };
    let attribute = |semantic: Semantic| {
        let found = primitive.attributes.get(&Checked::Valid(semantic));
        found.map(|accessor| accessor.value())
    };
    let here = |why: &str| Fault::broken(format!("the mesh of {} {why}", quoted(&node.name)));
    let Some(positions) = attribute(Semantic::Positions) else {
        return Err(here("has no positions"));
    };
    let mut positions: Vec<Vec3> = vectors::<3>(file, positions)?
        .into_iter()
        .map(|p| node.world.transform_point3(Vec3::from(p)))
        .collect();
    if positions
        .iter()
        .any(|p| !p.is_finite() || p.abs().max_element() > FARTHEST)
    {
        return Err(here("has positions that are not finite"));
    }
    let count = positions.len();
    let listed = match primitive.indices {
        Some(accessor) => indices(file, accessor.value())?,
        None => (0..count as u32).collect(),
    };
    if let Some(wrong) = listed.iter().find(|&&i| i as usize >= count) {
        return Err(here(&format!("names vertex {wrong} of {count}")));
    }
    let mut triangles = triangles(mode, &listed);
    let linear = Mat3::from_mat4(node.world);
    if linear.determinant() < 0.0 {
        triangles.iter_mut().for_each(|t| t.swap(1, 2));
    }
    let normals = match attribute(Semantic::Normals) {
        Some(accessor) => {
            let turned = normal_matrix(linear);
            vectors::<3>(file, accessor)?
                .into_iter()
                .map(|n| (turned * Vec3::from(n)).normalize_or_zero())
                .collect()
        }
        None => Vec::new(),
    };
    let colours = match attribute(Semantic::Colors(0)) {
        Some(accessor) => vectors::<3>(file, accessor)?,
        None => vec![[1.0; 3]; count],
    };
    let mut uvs = BTreeMap::new();
    for set in 0..4 {
        if let Some(accessor) = attribute(Semantic::TexCoords(set)) {
            uvs.insert(set, vectors::<2>(file, accessor)?);
        }
    }
    let lengths_agree = (normals.is_empty() || normals.len() == count)
        && colours.len() == count
        && uvs.values().all(|u| u.len() == count);
    if !lengths_agree {
        return Err(here("has attributes of different lengths"));
    }
    let mut piece = Piece {
        node: at,
        material: primitive.material.map(|m| m.value()),
        positions: std::mem::take(&mut positions),
        normals,
        uvs,
        colours,
        indices: triangles.into_iter().flatten().collect(),
    };
    if piece.normals.is_empty() {
        flat_normals(&mut piece);
    }
    Ok(Some(piece))
}

/// The inverse transpose, but for its length: right where the scale differs by direction.
fn normal_matrix(linear: Mat3) -> Mat3 {
    let (x, y, z) = (linear.x_axis, linear.y_axis, linear.z_axis);
    let sign = if linear.determinant() < 0.0 {
        -1.0
    } else {
        1.0
    };
    Mat3::from_cols(y.cross(z) * sign, z.cross(x) * sign, x.cross(y) * sign)
}

fn triangles(mode: Mode, listed: &[u32]) -> Vec<[u32; 3]> {
    match mode {
        Mode::TriangleStrip => listed
            .windows(3)
            .enumerate()
            .filter_map(|(i, w)| match *w {
                [a, b, c] if i % 2 == 0 => Some([a, b, c]),
                [a, b, c] => Some([b, a, c]),
                _ => None,
            })
            .collect(),
        Mode::TriangleFan => {
            let Some((&hub, rim)) = listed.split_first() else {
                return Vec::new();
            };
            let pairs = rim.windows(2).filter_map(|w| match *w {
                [b, c] => Some([hub, b, c]),
                _ => None,
            });
            pairs.collect()
        }
        _ => listed
            .chunks_exact(3)
            .filter_map(|c| <[u32; 3]>::try_from(c).ok())
            .collect(),
    }
}

/// As glTF asks where a file has no normals: flat ones, which need vertices of their own.
fn flat_normals(piece: &mut Piece) {
    let mut flat = Piece {
        node: piece.node,
        material: piece.material,
        ..Piece::default()
    };
    for corner in piece.indices.chunks_exact(3) {
        let p = |i: usize| {
            let vertex = corner.get(i).map_or(0, |&c| c as usize);
            piece.positions.get(vertex).copied().unwrap_or_default()
        };
        let normal = (p(1) - p(0)).cross(p(2) - p(0)).normalize_or_zero();
        for &vertex in corner {
            let vertex = vertex as usize;
            flat.indices.push(flat.positions.len() as u32);
            flat.positions
                .push(piece.positions.get(vertex).copied().unwrap_or_default());
            flat.normals.push(normal);
            flat.colours
                .push(piece.colours.get(vertex).copied().unwrap_or([1.0; 3]));
            for (set, uvs) in &piece.uvs {
                let uv = uvs.get(vertex).copied().unwrap_or_default();
                flat.uvs.entry(*set).or_default().push(uv);
            }
        }
    }
    *piece = flat;
}
