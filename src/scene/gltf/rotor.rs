//! The rotor: what turns, about which point and axis.

use std::collections::{BTreeSet, HashSet};

use bevy::math::{Mat3, Quat, Vec3};
use gltf::json::Animation;
use gltf::json::animation::{Interpolation, Property};
use gltf::json::validation::Checked;
use wildmatch::WildMatch;

use super::accessor::vectors;
use super::file::File;
use super::gather::Piece;
use super::nodes::{self, Nodes};
use super::parts::{Parts, no_node, surface};
use super::{About, Fault, Remarks, Request};
use crate::scene::model::{Part, Surface};
use crate::scene::problem::quoted;

/// Turns of an animation about other axes than its own, as a share of all turning.
const WOBBLE: f32 = 0.05;
/// A node's origin farther than this from the rotor's middle is not its axis, as a share of its
/// radius.
const OFF_AXIS: f32 = 0.03;

/// The rotor in the file's frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotor {
    /// The node that turns, by position in [`Nodes::list`].
    pub node: Option<usize>,
    /// A point of the axis: the hub's centre.
    pub centre: Vec3,
    /// The axis, a unit vector up- or downwind.
    pub axis: Vec3,
    /// The axis about which the animation turns right-handed.
    pub spin: Option<Vec3>,
}

/// The surface of each piece: by its node's part, with the rotor if it turns, else with the tower.
pub(super) fn surfaces(
    nodes: &Nodes,
    parts: &Parts,
    pieces: &[Piece],
    rotor: Option<usize>,
) -> Vec<Surface> {
    let of = |piece: &Piece| {
        if let Some(part) = parts.of_node.get(piece.node).copied().flatten() {
            return surface(part);
        }
        let turns = rotor.is_some_and(|r| nodes.upwards(piece.node).any(|at| at == r));
        if turns { Surface::Hub } else { Surface::Tower }
    };
    pieces.iter().map(of).collect()
}

/// Finds the rotor; `None` where nothing turns.
pub(super) fn find(
    file: &File,
    nodes: &Nodes,
    parts: &Parts,
    pieces: &[Piece],
    request: &Request,
    remarks: &mut Remarks,
) -> Result<Option<Rotor>, Fault> {
    let node = turning_node(file, nodes, parts, request)?;
    unplayed(file, nodes, node, remarks);
    let turned: Vec<&Piece> = surfaces(nodes, parts, pieces, node)
        .into_iter()
        .zip(pieces)
        .filter(|(s, _)| (Surface::Hub..=Surface::Pitch).contains(s))
        .map(|(_, piece)| piece)
        .collect();
    if turned.iter().all(|p| p.indices.is_empty()) {
        return Ok(None);
    }
    let spin = match node {
        Some(node) => spin(file, nodes, node)?,
        None => None,
    };
    let given = request.rotor_axis.map(Vec3::from);
    if given.is_some_and(|axis| axis.try_normalize().is_none()) {
        let fault = Fault::new(About::RotorAxis, "gltf-rotor", "the axis has no direction");
        return Err(fault.help("[0, 0, 1] is one along z, in the file's frame"));
    }
    let Some(axis) = given.or(spin).and_then(Vec3::try_normalize) else {
        let message = match node.and_then(|n| nodes.get(n)) {
            Some(node) => format!(
                "no animation turns the node {}: the rotor's axis is not known",
                quoted(&node.name)
            ),
            None => "no animation turns the rotor: its axis is not known".to_owned(),
        };
        let help = "give it, in the file's frame: rotor_axis = [0, 0, 1]";
        return Err(Fault::new(About::RotorAxis, "gltf-rotor", message).help(help));
    };
    let origin = node
        .and_then(|n| nodes.get(n))
        .map(|n| n.world.transform_point3(Vec3::ZERO));
    let middle = middle(&turned);
    let radius = farthest(&turned, middle, axis);
    let centre = match origin {
        // An animation turns about its node's origin by definition.
        Some(origin) if spin.is_some() => origin,
        Some(origin) if (origin - middle).reject_from(axis).length() < OFF_AXIS * radius => origin,
        _ => middle,
    };
    Ok(Some(Rotor {
        node,
        centre,
        axis,
        spin,
    }))
}

/// The node that turns: the one that is named, or the animated one of the blades and the hub.
fn turning_node(
    file: &File,
    nodes: &Nodes,
    parts: &Parts,
    request: &Request,
) -> Result<Option<usize>, Fault> {
    if let Some(pattern) = &request.rotor {
        let matcher = WildMatch::new(pattern);
        let found = nodes.list.iter().position(|n| matcher.matches(&n.name));
        return match found {
            Some(at) => Ok(Some(at)),
            None => Err(no_node(About::Rotor, pattern, nodes)),
        };
    }
    let hubs = parts.tops(Part::Rotor, nodes);
    let blades = parts.tops(Part::Blades, nodes);
    let animations = file.root.animations.iter();
    let turned: HashSet<usize> = animations
        .flat_map(rotations)
        .map(|(_, target)| target)
        .collect();
    let is_turned = |at: usize| nodes.get(at).is_some_and(|n| turned.contains(&n.index));
    let animated = hubs
        .iter()
        .chain(&blades)
        .find_map(|&at| nodes.upwards(at).find(|&above| is_turned(above)));
    Ok(animated.or(match (hubs.as_slice(), blades.as_slice()) {
        ([hub], _) => Some(*hub),
        ([], [blades]) => Some(*blades),
        _ => None,
    }))
}

/// The rotation channels of an animation: their samplers and the nodes that they turn.
fn rotations(animation: &Animation) -> impl Iterator<Item = (usize, usize)> + '_ {
    animation
        .channels
        .iter()
        .filter(|c| matches!(c.target.path, Checked::Valid(Property::Rotation)))
        .map(|c| (c.sampler.value(), c.target.node.value()))
}

/// The axis about which an animation turns a node right-handed, in the file's frame.
fn spin(file: &File, nodes: &Nodes, at: usize) -> Result<Option<Vec3>, Fault> {
    let Some(node) = nodes.get(at) else {
        return Ok(None);
    };
    let found = file.root.animations.iter().find_map(|animation| {
        let (sampler, _) = rotations(animation).find(|&(_, target)| target == node.index)?;
        animation.samplers.get(sampler)
    });
    let Some(sampler) = found else {
        return Ok(None);
    };
    let mut keys: Vec<Quat> = vectors::<4>(file, sampler.output.value())?
        .into_iter()
        .map(Quat::from_array)
        .collect();
    if sampler.interpolation == Checked::Valid(Interpolation::CubicSpline) {
        // In-tangent, value, out-tangent.
        keys = keys.into_iter().skip(1).step_by(3).collect();
    }
    let (mut sum, mut turned) = (Vec3::ZERO, 0.0);
    for pair in keys.windows(2) {
        let [a, b] = pair else { continue };
        if !a.is_finite() || !b.is_finite() || a.length() < 1e-3 || b.length() < 1e-3 {
            return Err(Fault::broken(
                "the rotor's animation is not made of rotations",
            ));
        }
        let step = (b.normalize() * a.normalize().inverse()).normalize();
        let step = if step.w < 0.0 { -step } else { step };
        let half = step.xyz();
        let angle = 2.0 * half.length().atan2(step.w);
        sum += half.normalize_or_zero() * angle;
        turned += angle;
    }
    if turned < 1e-3 || sum.length() < (1.0 - WOBBLE) * turned {
        return Ok(None);
    }
    let parent = node.parent.and_then(|p| nodes.get(p));
    let linear = parent.map_or(Mat3::IDENTITY, |p| Mat3::from_mat4(p.world));
    // An axis of rotation turns round in a mirror.
    Ok((linear * sum * linear.determinant().signum()).try_normalize())
}

/// The middle of a rotor's surface: a point of its axis if its blades are alike.
fn middle(pieces: &[&Piece]) -> Vec3 {
    let (mut sum, mut area) = (Vec3::ZERO, 0.0);
    for piece in pieces {
        for corner in piece.indices.chunks_exact(3) {
            let p = |i: usize| {
                let vertex = corner.get(i).map_or(0, |&c| c as usize);
                piece.positions.get(vertex).copied().unwrap_or_default()
            };
            let (a, b, c) = (p(0), p(1), p(2));
            let weight = (b - a).cross(c - a).length();
            sum += (a + b + c) / 3.0 * weight;
            area += weight;
        }
    }
    if area > 0.0 {
        sum / area
    } else {
        pieces
            .first()
            .and_then(|p| p.positions.first())
            .copied()
            .unwrap_or_default()
    }
}

/// The distance of the farthest vertex from an axis.
pub(super) fn farthest(pieces: &[&Piece], centre: Vec3, axis: Vec3) -> f32 {
    let positions = pieces.iter().flat_map(|p| &p.positions);
    positions
        .map(|&p| (p - centre).reject_from(axis).length())
        .fold(0.0, f32::max)
}

/// Tells of animations that are not played.
fn unplayed(file: &File, nodes: &Nodes, rotor: Option<usize>, remarks: &mut Remarks) {
    const MOST_NAMED: usize = 5;
    let rotor = rotor.and_then(|r| nodes.get(r)).map(|n| n.index);
    let targets: BTreeSet<usize> = file
        .root
        .animations
        .iter()
        .flat_map(|a| &a.channels)
        .map(|c| {
            let is_turn = matches!(c.target.path, Checked::Valid(Property::Rotation));
            (is_turn, c.target.node.value())
        })
        .filter(|&(is_turn, target)| !(is_turn && Some(target) == rotor))
        .map(|(_, target)| target)
        .collect();
    let mut names: Vec<String> = targets
        .into_iter()
        .map(|target| quoted(&nodes::name(&file.root, target)))
        .collect();
    if names.is_empty() {
        return;
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    let mut listed = names.join(", ");
    if more > 0 {
        listed.push_str(&format!(" and {more} more"));
    }
    remarks.warn(
        About::File,
        "gltf-animation",
        format!("its animations of {listed} are not played"),
        "signals move the rotor, the nacelle (yaw) and the blades (pitch); nothing else moves",
    );
}
