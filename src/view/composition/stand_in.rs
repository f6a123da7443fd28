//! A labelled box where a model is missing or cannot be read.

use bevy::prelude::*;

/// What stands in for a model.
#[derive(Component, Debug, Clone, PartialEq)]
pub struct StandIn {
    /// The node.
    pub node: usize,
    /// What is the matter: `Tank.glb is missing`.
    pub words: String,
}

impl StandIn {
    /// At a node.
    pub fn new(node: usize, words: String) -> Self {
        Self { node, words }
    }
}

/// Its side: a part of the composition's extent, metres.
pub fn side_m(nodes: &[Vec3]) -> f32 {
    let bounds = crate::view::farm::Bounds::about(nodes.iter().copied());
    let extent_m = bounds.map_or(0.0, |b| 2.0 * b.radius_m());
    (0.03 * extent_m).clamp(0.8, 6.0)
}

/// What undoes the scale of its node, so that the box has its size whatever that is.
pub fn upright(node: &GlobalTransform, side_m: f32) -> Transform {
    let (scale, _, _) = node.to_scale_rotation_translation();
    let part = |s: f32| {
        if s.abs() > 1e-6 {
            side_m / s.abs()
        } else {
            side_m
        }
    };
    let size = Vec3::new(part(scale.x), part(scale.y), part(scale.z));
    Transform::from_scale(size).with_translation(Vec3::Y * size.y / 2.0)
}
