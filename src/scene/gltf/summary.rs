//! What a glTF file contains, for engineers who map it to a turbine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bevy::math::Vec3;
use gltf::json::animation::Property;
use gltf::json::validation::Checked;

use super::file::File;
use super::gather::{Piece, pieces};
use super::nodes::Nodes;
use super::{Remarks, extensions, nodes};
use crate::scene::problem::printable;

/// Lists the nodes of a file with their sizes, its animations, textures and what of it is not read.
///
/// # Errors
/// Why the file cannot be read.
pub fn summary(
    bytes: &[u8],
    siblings: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<String, String> {
    let told = |fault: super::Fault| match fault.help {
        Some(help) => format!("{}\n{help}", fault.message),
        None => fault.message,
    };
    let (root, _, _) = File::parse(bytes).map_err(told)?;
    extensions::check(&root).map_err(told)?;
    let file = File::read(bytes, siblings).map_err(told)?;
    let nodes = nodes::place(&file.root).map_err(told)?;
    let mut remarks = Remarks::default();
    let pieces = pieces(&file, &nodes, &mut remarks).map_err(told)?;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, &file, &nodes, &pieces);
    for remark in remarks.0 {
        let _ = writeln!(text, "{}", remark.message);
    }
    Ok(text
        .chars()
        .map(|c| if c == '\n' { c } else { printable(c) })
        .collect())
}

fn write(text: &mut String, file: &File, nodes: &Nodes, pieces: &[Piece]) -> std::fmt::Result {
    let triangles: usize = pieces.iter().map(|p| p.indices.len() / 3).sum();
    let kind = if file.is_binary { "GLB" } else { "glTF" };
    let (low, high) = extent(pieces.iter());
    let size = high - low;
    writeln!(
        text,
        "{kind}, {triangles} triangles, {:.4} × {:.4} × {:.4} units (x, y up, z)",
        size.x, size.y, size.z
    )?;
    if let Some(generator) = &file.root.asset.generator {
        writeln!(text, "made by {generator}")?;
    }
    let mut of_node: BTreeMap<usize, Vec<&Piece>> = BTreeMap::new();
    for piece in pieces {
        of_node.entry(piece.node).or_default().push(piece);
    }
    let moved = animated(file);
    writeln!(text, "\nnodes:")?;
    for (at, node) in nodes.list.iter().enumerate() {
        let indent = 2 + 2 * node.depth.min(20);
        write!(text, "{:indent$}{:?}", "", node.name)?;
        if let Some(own) = of_node.get(&at) {
            let count: usize = own.iter().map(|p| p.indices.len() / 3).sum();
            let (low, high) = extent(own.iter().copied());
            let vector = |v: Vec3| format!("{:.3} {:.3} {:.3}", v.x, v.y, v.z);
            let (low, high) = (vector(low), vector(high));
            write!(text, "  {count} triangles, from {low} to {high}")?;
        }
        for property in moved.get(&node.index).into_iter().flatten() {
            write!(text, "  [animated: {property}]")?;
        }
        writeln!(text)?;
    }
    let named = |name: &Option<String>, number: usize| match name {
        Some(name) => format!("{name:?}"),
        None => format!("number {number}"),
    };
    for (number, animation) in file.root.animations.iter().enumerate() {
        let name = named(&animation.name, number);
        let channels = animation.channels.len();
        writeln!(text, "\nanimation {name}: {channels} channels")?;
    }
    for (number, material) in file.root.materials.iter().enumerate() {
        let has_texture = material.pbr_metallic_roughness.base_color_texture.is_some();
        let colour = if has_texture {
            "base-colour texture"
        } else {
            "plain base colour"
        };
        writeln!(text, "material {}: {colour}", named(&material.name, number))?;
    }
    let skipped = [
        ("skins", file.root.skins.len(), "drawn as they rest"),
        ("cameras", file.root.cameras.len(), "not used"),
    ];
    for (what, count, how) in skipped {
        if count > 0 {
            writeln!(text, "{count} {what}: {how}")?;
        }
    }
    if !file.root.extensions_used.is_empty() {
        writeln!(text, "extensions: {}", file.root.extensions_used.join(", "))?;
    }
    Ok(())
}

/// What animations change, by node.
fn animated(file: &File) -> BTreeMap<usize, BTreeSet<&'static str>> {
    let mut moved: BTreeMap<usize, BTreeSet<&'static str>> = BTreeMap::new();
    for channel in file.root.animations.iter().flat_map(|a| &a.channels) {
        let property = match channel.target.path {
            Checked::Valid(Property::Translation) => "translation",
            Checked::Valid(Property::Rotation) => "rotation",
            Checked::Valid(Property::Scale) => "scale",
            _ => "weights",
        };
        let node = channel.target.node.value();
        moved.entry(node).or_default().insert(property);
    }
    moved
}

fn extent<'a>(pieces: impl Iterator<Item = &'a Piece>) -> (Vec3, Vec3) {
    let positions = pieces.flat_map(|p| &p.positions);
    let (low, high) = positions.fold((Vec3::MAX, Vec3::MIN), |(l, h), &p| (l.min(p), h.max(p)));
    if low.x <= high.x {
        (low, high)
    } else {
        (Vec3::ZERO, Vec3::ZERO)
    }
}
