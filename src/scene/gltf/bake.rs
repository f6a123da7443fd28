//! From the file's frame to the frames of a turbine's parts, at its real size.
//!
//! The view moves vertices as it moves those of generated turbines: see `view::geometry`.

use std::f32::consts::TAU;

use bevy::math::{Quat, Vec2, Vec3};

use super::gather::Piece;
use super::material::{Look, Looks};
use super::nodes::Nodes;
use super::parts::Parts;
use super::rotor::{Rotor, farthest, surfaces};
use super::{About, Fault, Remarks, Request};
use crate::scene::model::{Part, Surface};
use crate::scene::problem::quoted;

/// Numbers of the scene and of the file that differ by more are told.
const TOLERANCE: f32 = 0.05;
/// Blades that stand more than this from where a third of a turn puts them do not pitch, radians.
const BLADE_TOLERANCE: f32 = 0.17;

/// A piece in its part's frame.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    pub surface: Surface,
    pub blade: u32,
    pub positions: Vec<Vec3>,
    pub normals: Vec<Vec3>,
    pub uvs: Vec<[f32; 2]>,
    /// Linear, without the texture.
    pub colours: Vec<[f32; 3]>,
    pub layer: Option<usize>,
    pub indices: Vec<u32>,
}

/// The whole model.
#[derive(Debug, Default)]
pub(super) struct Baked {
    pub patches: Vec<Patch>,
    pub hub_height_m: f32,
    pub rotor_radius_m: f32,
    pub overhang_m: f32,
    pub tilt_deg: f32,
    pub tower_radius_m: f32,
    pub reach_m: f32,
    pub top_m: f32,
    pub blades_pitch: bool,
    pub turns_as_one: bool,
    pub sense: f32,
}

/// Where a rotor's blades are: which piece belongs to which, and how far that one is turned back.
struct Blades {
    /// How far the whole rotor is turned so that the first blade points up, radians.
    phase: f32,
    /// The third of a turn that each piece's blade stands at; `None` where blades do not pitch.
    slots: Option<Vec<u32>>,
    /// How far along the axis their roots are from the centre.
    roots: f32,
}

/// Bakes all pieces.
pub(super) fn bake(
    nodes: &Nodes,
    parts: &Parts,
    pieces: Vec<Piece>,
    looks: &Looks,
    rotor: Option<Rotor>,
    request: &Request,
    remarks: &mut Remarks,
) -> Result<Baked, Fault> {
    let surfaces = surfaces(nodes, parts, &pieces, rotor.and_then(|r| r.node));
    tell_of_unmapped(nodes, parts, &pieces, &surfaces, remarks);
    let is_turned = |s: &Surface| (Surface::Hub..=Surface::Pitch).contains(s);
    let of = |wanted: &dyn Fn(&Surface) -> bool| -> Vec<&Piece> {
        let both = surfaces.iter().zip(&pieces);
        both.filter(|(s, _)| wanted(s)).map(|(_, p)| p).collect()
    };
    let (turned, standing) = (of(&is_turned), of(&|s| !is_turned(s)));
    let ground = ground(&pieces);
    let tower = of(&|s| *s == Surface::Tower);
    let tower = if tower.is_empty() { standing } else { tower };
    let top = rotor.map_or_else(|| highest(&pieces), |r| r.centre.y);
    let (axis_at, tower_radius) = cross_section(&tower, ground + 0.3 * (top - ground))
        .or_else(|| rotor.map(|r| (Vec2::new(r.centre.x, r.centre.z), 0.0)))
        .unwrap_or_default();
    let mut foot = Vec3::new(axis_at.x, ground, axis_at.y);
    let upwind = rotor.map(|r| upwind(r, foot, request));
    let radius = rotor.map_or(0.0, |r| farthest(&turned, r.centre, r.axis));
    let scale = scale(radius, top - ground, rotor.is_some(), request, remarks)?;
    let heading = match (upwind, request.heading_deg) {
        (Some(u), _) if u.x.hypot(u.z) > 0.2 => u.x.atan2(-u.z),
        (_, given) => given.unwrap_or(0.0).to_radians(),
    };
    let turn = Quat::from_rotation_y(heading);
    let mut baked = Baked {
        sense: 1.0,
        tower_radius_m: tower_radius * scale,
        turns_as_one: !surfaces.contains(&Surface::Nacelle),
        ..Baked::default()
    };
    let mut frame = None;
    let mut blades = None;
    if let (Some(mut rotor), Some(upwind)) = (rotor, upwind) {
        let found = find_blades(nodes, parts, &pieces, &surfaces, &rotor, upwind);
        rotor.centre += upwind * found.roots;
        // The hub is over the tower's axis: what is left of an offset moves the tower.
        let aside = (turn * (rotor.centre - foot)).x;
        foot += turn.inverse() * Vec3::new(aside, 0.0, 0.0);
        let hub = turn * (rotor.centre - foot) * scale;
        let tilt = (turn * upwind).y.clamp(-0.5, 0.5).asin();
        baked.hub_height_m = hub.y;
        baked.overhang_m = -hub.z;
        baked.tilt_deg = tilt.to_degrees();
        baked.rotor_radius_m = radius * scale;
        baked.blades_pitch = found.slots.is_some();
        // Right-handed about the direction of the wind is clockwise from upwind.
        if rotor.spin.is_some_and(|spin| spin.dot(upwind) > 0.0) {
            baked.sense = -1.0;
        }
        frame = Some((hub, Quat::from_rotation_x(tilt).inverse()));
        blades = Some(found);
    } else {
        baked.hub_height_m = request.hub_height_m;
        baked.rotor_radius_m = request.rotor_diameter_m / 2.0;
    }
    compare_hub(&baked, request, remarks);
    for (number, (piece, surface)) in pieces.into_iter().zip(surfaces).enumerate() {
        let look = looks.get(&piece.material).cloned().unwrap_or_default();
        let mut patch = patch(piece, surface, &look);
        for position in &mut patch.positions {
            *position = turn * (*position - foot) * scale;
        }
        patch.normals.iter_mut().for_each(|n| *n = turn * *n);
        if let (Some((hub, untilt)), Some(blades), true) = (frame, &blades, is_turned(&surface)) {
            let slot = blades.slots.as_ref().and_then(|s| s.get(number)).copied();
            let slot = slot.filter(|_| surface == Surface::Blades).unwrap_or(0);
            patch.blade = slot;
            let back = blades.phase - slot as f32 * TAU / 3.0;
            let untilt = Quat::from_rotation_z(back) * untilt;
            for position in &mut patch.positions {
                *position = untilt * (*position - hub);
            }
            patch.normals.iter_mut().for_each(|n| *n = untilt * *n);
        } else {
            for p in &patch.positions {
                baked.reach_m = baked.reach_m.max(p.x.hypot(p.z));
                baked.top_m = baked.top_m.max(p.y);
            }
        }
        baked.patches.push(patch);
    }
    let swept = baked.rotor_radius_m.hypot(baked.overhang_m) * 1.02;
    baked.reach_m = baked.reach_m.max(swept) * 1.01;
    baked.top_m = baked
        .top_m
        .max(baked.hub_height_m + baked.rotor_radius_m * 1.02);
    Ok(baked)
}

fn patch(piece: Piece, surface: Surface, look: &Look) -> Patch {
    let colours = piece
        .colours
        .iter()
        .map(|c| {
            let mut mixed = *c;
            for (c, f) in mixed.iter_mut().zip(look.factor) {
                *c = if c.is_finite() { *c * f } else { f };
            }
            mixed
        })
        .collect();
    let uvs = piece.uvs.get(&look.uv_set);
    // A texture without coordinates cannot be drawn.
    let layer = look.layer.filter(|_| uvs.is_some());
    let uvs = match uvs {
        Some(uvs) => uvs.iter().map(|&uv| look.uv(uv)).collect(),
        None => vec![[0.0; 2]; piece.positions.len()],
    };
    Patch {
        surface,
        blade: 0,
        positions: piece.positions,
        normals: piece.normals,
        uvs,
        colours,
        layer,
        indices: piece.indices,
    }
}

/// Where the file's ground is: its y = 0 if that is near its lowest point.
fn ground(pieces: &[Piece]) -> f32 {
    let lowest = pieces
        .iter()
        .flat_map(|p| &p.positions)
        .map(|p| p.y)
        .fold(f32::MAX, f32::min);
    let height = highest(pieces) - lowest;
    if (-0.25 * height..=0.02 * height).contains(&lowest) {
        0.0
    } else {
        lowest
    }
}

fn highest(pieces: &[Piece]) -> f32 {
    let heights = pieces.iter().flat_map(|p| &p.positions).map(|p| p.y);
    heights.fold(f32::MIN, f32::max)
}

/// Centre and radius of what is cut at a height.
fn cross_section(pieces: &[&Piece], height: f32) -> Option<(Vec2, f32)> {
    let (mut low, mut high) = (Vec2::MAX, Vec2::MIN);
    for piece in pieces {
        for corner in piece.indices.chunks_exact(3) {
            let p = |i: usize| {
                let vertex = corner.get(i % 3).map_or(0, |&c| c as usize);
                piece.positions.get(vertex).copied().unwrap_or_default()
            };
            for i in 0..3 {
                let (a, b) = (p(i), p(i + 1));
                if (a.y < height) == (b.y < height) {
                    continue;
                }
                let cut = a.lerp(b, (height - a.y) / (b.y - a.y));
                low = low.min(Vec2::new(cut.x, cut.z));
                high = high.max(Vec2::new(cut.x, cut.z));
            }
        }
    }
    (low.x <= high.x).then(|| ((low + high) / 2.0, (high - low).max_element() / 2.0))
}

/// The direction in which the rotor looks: to the side of the tower on which the hub is, unless the
/// scene says where; for a hub above the tower, against the wind that turns it clockwise.
fn upwind(rotor: Rotor, foot: Vec3, request: &Request) -> Vec3 {
    let axis = rotor.axis;
    let side = match request.heading_deg {
        Some(heading) => {
            let (sin, cos) = heading.to_radians().sin_cos();
            axis.dot(Vec3::new(sin, 0.0, -cos))
        }
        None => {
            let overhang = (rotor.centre - foot).with_y(0.0).dot(axis);
            let height = (rotor.centre.y - foot.y).abs();
            if overhang.abs() > 0.005 * height {
                overhang
            } else {
                rotor
                    .spin
                    .map_or(axis.dot(Vec3::NEG_Z), |spin| -spin.dot(axis))
            }
        }
    };
    if side < 0.0 { -axis } else { axis }
}

/// Metres a unit of the file.
fn scale(
    radius: f32,
    height: f32,
    has_rotor: bool,
    request: &Request,
    remarks: &mut Remarks,
) -> Result<f32, Fault> {
    if let Some(scale) = request.scale {
        let diameter = 2.0 * radius * scale;
        if has_rotor && differ(diameter, request.rotor_diameter_m) {
            remarks.warn(
                About::Scale,
                "gltf-scale",
                format!(
                    "the rotor is {diameter:.1} m wide at this scale; rotor_diameter_m is {}",
                    request.rotor_diameter_m
                ),
                "without `scale` it is fitted to rotor_diameter_m",
            );
        }
        return Ok(scale);
    }
    let (have, want) = if has_rotor {
        (2.0 * radius, request.rotor_diameter_m)
    } else {
        (height, request.hub_height_m)
    };
    let scale = want / have;
    if scale.is_finite() && scale > 1e-9 && scale < 1e9 {
        Ok(scale)
    } else {
        let message = "it has no extent that a scale could be taken from";
        Err(Fault::new(About::Scale, "gltf-scale", message))
    }
}

fn differ(a: f32, b: f32) -> bool {
    (a - b).abs() > TOLERANCE * b.abs()
}

fn compare_hub(baked: &Baked, request: &Request, remarks: &mut Remarks) {
    if differ(baked.hub_height_m, request.hub_height_m) {
        remarks.warn(
            About::Scale,
            "gltf-scale",
            format!(
                "its hub is {:.1} m above the ground at this scale; hub_height_m is {}",
                baked.hub_height_m, request.hub_height_m
            ),
            "it is drawn as it is: a model of other proportions fits better",
        );
    }
}

/// Finds the blades: where the first one points, and whether there are three that can pitch.
fn find_blades(
    nodes: &Nodes,
    parts: &Parts,
    pieces: &[Piece],
    surfaces: &[Surface],
    rotor: &Rotor,
    upwind: Vec3,
) -> Blades {
    // The turned rotor's x, y and z, without its tilt: east, up and downwind.
    let right = Vec3::Y.cross(-upwind).normalize_or(Vec3::X);
    let up = (-upwind).cross(right);
    let angle = |p: Vec3| (-p.dot(right)).atan2(p.dot(up));
    let from_axis = |p: &Vec3| (*p - rotor.centre).reject_from(rotor.axis).length();
    let turned = || {
        let both = pieces.iter().zip(surfaces);
        both.filter(|(_, s)| (Surface::Hub..=Surface::Pitch).contains(*s))
    };
    let tip = turned()
        .flat_map(|(piece, _)| &piece.positions)
        .max_by(|a, b| from_axis(a).total_cmp(&from_axis(b)))
        .map_or(0.0, |p| angle(*p - rotor.centre));
    let mut blades = Blades {
        phase: -tip,
        slots: None,
        roots: 0.0,
    };
    let tops = parts.tops(Part::Blades, nodes);
    if tops.len() != 3 {
        return blades;
    }
    let blade_of = |piece: &Piece| {
        let mut above = nodes.upwards(piece.node);
        above.find_map(|at| tops.iter().position(|&top| top == at))
    };
    let mut roots = Vec::new();
    for blade in 0..3 {
        let own = || {
            turned()
                .filter(|(p, s)| **s == Surface::Blades && blade_of(p) == Some(blade))
                .flat_map(|(piece, _)| &piece.positions)
        };
        let (near, far) = own().fold((f32::MAX, 0.0_f32), |(near, far), p| {
            (near.min(from_axis(p)), far.max(from_axis(p)))
        });
        let limit = near + 0.06 * (far - near);
        let root: Vec<Vec3> = own()
            .filter(|p| from_axis(p) <= limit)
            .map(|p| *p - rotor.centre)
            .collect();
        if root.is_empty() || far < 2.0 * near.max(1e-6) {
            return blades;
        }
        // The middle of its extent: vertices are shared more at some places than at others.
        let middle = |direction: Vec3| {
            let along = root.iter().map(|p| p.dot(direction));
            let (low, high) = along.fold((f32::MAX, f32::MIN), |(l, h), a| (l.min(a), h.max(a)));
            direction * ((low + high) / 2.0)
        };
        let rough = root.iter().copied().sum::<Vec3>().reject_from(rotor.axis);
        let outwards = rough.normalize_or(up);
        let across = rotor.axis.cross(outwards);
        roots.push(middle(outwards) + middle(across) + middle(rotor.axis));
    }
    let first = roots.first().map_or(0.0, |r| angle(*r));
    let slots: Vec<Option<u32>> = roots
        .iter()
        .map(|r| {
            let thirds = (angle(*r) - first).rem_euclid(TAU) / (TAU / 3.0);
            let off = (thirds - thirds.round()).abs() * TAU / 3.0;
            (off < BLADE_TOLERANCE).then_some(thirds.round() as u32 % 3)
        })
        .collect();
    let mut distinct: Vec<u32> = slots.iter().copied().flatten().collect();
    distinct.sort_unstable();
    if distinct != [0, 1, 2] {
        return blades;
    }
    blades.phase = -first;
    blades.roots = roots.iter().map(|r| r.dot(upwind)).sum::<f32>() / 3.0;
    let of_piece = |piece: &Piece| {
        let slot = blade_of(piece).and_then(|b| slots.get(b).copied().flatten());
        slot.unwrap_or(0)
    };
    blades.slots = Some(pieces.iter().map(of_piece).collect());
    blades
}

/// Tells of what belongs to no part.
fn tell_of_unmapped(
    nodes: &Nodes,
    parts: &Parts,
    pieces: &[Piece],
    surfaces: &[Surface],
    remarks: &mut Remarks,
) {
    let mut names: Vec<String> = pieces
        .iter()
        .zip(surfaces)
        .filter(|(p, s)| {
            **s == Surface::Tower && parts.of_node.get(p.node).copied().flatten().is_none()
        })
        .filter_map(|(p, _)| Some(quoted(&nodes.get(p.node)?.name)))
        .collect();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let more = names.len().saturating_sub(5);
    names.truncate(5);
    let mut listed = names.join(", ");
    if more > 0 {
        listed.push_str(&format!(" and {more} more"));
    }
    remarks.warn(
        About::File,
        "gltf-node",
        format!("no part has {listed}: drawn with the tower"),
        "name these nodes in `parts`, so that rules colour them as what they are",
    );
}
