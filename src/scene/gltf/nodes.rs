//! The nodes of the file's scene, each with its name and its place in the world.

use bevy::math::{Mat4, Quat, Vec3};
use gltf::json::Root;

use super::Fault;
use crate::scene::problem::quoted;

const MOST_NODES: usize = 100_000;
const DEEPEST: usize = 256;

/// A node in its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Its index in the file.
    pub index: usize,
    /// Its parent, by position in [`Nodes::list`].
    pub parent: Option<usize>,
    /// Its name, its mesh's, or `node 5`.
    pub name: String,
    /// From its own frame to the file's.
    pub world: Mat4,
    /// Its mesh.
    pub mesh: Option<usize>,
    /// Steps from the scene's root.
    pub depth: usize,
}

/// All nodes, parents before their children.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes {
    pub list: Vec<Node>,
}

impl Nodes {
    /// A node and those above it.
    pub fn upwards(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(at), |&at| self.list.get(at)?.parent)
    }

    pub fn get(&self, at: usize) -> Option<&Node> {
        self.list.get(at)
    }
}

/// Places the nodes of the default scene.
pub(super) fn place(root: &Root) -> Result<Nodes, Fault> {
    if root.nodes.len() > MOST_NODES {
        return Err(Fault::broken(format!("more than {MOST_NODES} nodes")));
    }
    let scene = root.scene.map_or(0, |s| s.value());
    let tops: Vec<usize> = match root.scenes.get(scene) {
        Some(scene) => scene.nodes.iter().map(|n| n.value()).collect(),
        None => {
            let mut is_child = vec![false; root.nodes.len()];
            for child in root.nodes.iter().flat_map(|n| n.children.iter().flatten()) {
                if let Some(mark) = is_child.get_mut(child.value()) {
                    *mark = true;
                }
            }
            (0..root.nodes.len())
                .filter(|&i| is_child.get(i) == Some(&false))
                .collect()
        }
    };
    let mut nodes = Nodes::default();
    let mut seen = vec![false; root.nodes.len()];
    let mut waiting: Vec<(usize, Option<usize>)> = tops.iter().rev().map(|&i| (i, None)).collect();
    while let Some((index, parent)) = waiting.pop() {
        let (Some(node), Some(seen)) = (root.nodes.get(index), seen.get_mut(index)) else {
            return Err(Fault::broken(format!("there is no node {index}")));
        };
        let name = name(root, index);
        if std::mem::replace(seen, true) {
            return Err(Fault::broken(format!(
                "the node {} has two parents, or is its own ancestor",
                quoted(&name)
            )));
        }
        let above = parent.and_then(|p| nodes.list.get(p));
        let world = above.map_or(Mat4::IDENTITY, |p| p.world) * local(node);
        if !world.is_finite() {
            return Err(Fault::broken(format!(
                "the place of the node {} is not finite",
                quoted(&name)
            )));
        }
        let depth = above.map_or(0, |p| p.depth + 1);
        if depth > DEEPEST {
            return Err(Fault::broken(format!(
                "its nodes are more than {DEEPEST} deep"
            )));
        }
        let at = nodes.list.len();
        let children = node.children.iter().flatten().rev();
        waiting.extend(children.map(|c| (c.value(), Some(at))));
        nodes.list.push(Node {
            index,
            parent,
            name,
            world,
            mesh: node.mesh.map(|m| m.value()),
            depth,
        });
    }
    Ok(nodes)
}

/// A node's name, its mesh's, or its number.
pub(super) fn name(root: &Root, index: usize) -> String {
    let node = root.nodes.get(index);
    let mesh = node.and_then(|n| root.meshes.get(n.mesh?.value()));
    node.and_then(|n| n.name.clone())
        .filter(|n| !n.is_empty())
        .or_else(|| mesh?.name.clone())
        .unwrap_or_else(|| format!("node {index}"))
}

fn local(node: &gltf::json::Node) -> Mat4 {
    if let Some(matrix) = &node.matrix {
        return Mat4::from_cols_array(matrix);
    }
    let rotation = node.rotation.unwrap_or_default().0;
    let rotation = Quat::from_array(rotation);
    let rotation = if rotation.length_squared() > 1e-12 {
        rotation.normalize()
    } else {
        Quat::IDENTITY
    };
    Mat4::from_scale_rotation_translation(
        Vec3::from(node.scale.unwrap_or([1.0; 3])),
        rotation,
        Vec3::from(node.translation.unwrap_or_default()),
    )
}
