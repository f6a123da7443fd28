//! How far a composition reaches, and where its entities are: for the camera and the selection.

use bevy::camera::primitives::Aabb;
use bevy::prelude::*;

use super::model::TakenBy;
use super::paint::node_of;
use super::pick::row_of;
use super::{NodeEntity, Solid, Stage};
use crate::scene::Component as Part;
use crate::view::farm::{Bounds, Farm};

/// A composition is at least so large, metres.
const LEAST_M: f32 = 0.5;

/// Measures once all that has changed has its place in the world and its box.
pub(super) fn measure(
    mut stage: ResMut<Stage>,
    mut farm: ResMut<Farm>,
    solids: Query<(Entity, &GlobalTransform, Option<&Aabb>, Has<Mesh3d>), With<Solid>>,
    nodes: Query<(&NodeEntity, &GlobalTransform)>,
    ancestry: Query<(Option<&NodeEntity>, Option<&TakenBy>, Option<&ChildOf>)>,
) {
    if stage.measured == stage.revision || stage.composition.is_none() {
        return;
    }
    if solids
        .iter()
        .any(|(.., aabb, has_mesh)| has_mesh && aabb.is_none())
    {
        return;
    }
    let Some(composition) = stage.composition.clone() else {
        return;
    };
    let mut all: Vec<Vec3> = Vec::new();
    let mut of_rows: std::collections::HashMap<_, Vec<Vec3>> = std::collections::HashMap::new();
    for (entity, at, aabb, _) in &solids {
        let Some(aabb) = aabb else { continue };
        let bounds = Bounds {
            low: aabb.min().into(),
            high: aabb.max().into(),
        };
        let corners = bounds.corners().map(|corner| at.transform_point(corner));
        all.extend(corners);
        let node = node_of(entity, &ancestry);
        if let Some(row) = node.and_then(|n| row_of(&stage, n)) {
            of_rows.entry(row).or_default().extend(corners);
        }
    }
    for (node, at) in &nodes {
        let parts = composition.nodes.get(node.0);
        let parts = parts.map(|n| n.components.as_slice()).unwrap_or_default();
        let marks = parts
            .iter()
            .any(|p| matches!(p, Part::Tag(_) | Part::Overlay(_)));
        if marks {
            all.push(at.translation());
        }
        all.extend(parts.iter().filter_map(|part| match part {
            Part::Tag(tag) => Some(at.transform_point(tag.offset.as_vec3())),
            _ => None,
        }));
        if let Some(row) = row_of(&stage, node.0).filter(|_| marks) {
            of_rows.entry(row).or_default().push(at.translation());
        }
    }
    if all.is_empty() {
        all.extend(nodes.iter().map(|(_, at)| at.translation()));
    }
    let roomy = |b: Bounds, least_m: f32| {
        let lacking = (least_m - b.radius_m()).max(0.0);
        Bounds {
            low: b.low - lacking,
            high: b.high + lacking,
        }
    };
    let content = Bounds::about(all).map(|b| roomy(b, LEAST_M));
    let content = content.or(Some(Bounds {
        low: Vec3::splat(-LEAST_M),
        high: Vec3::splat(LEAST_M),
    }));
    let least_m = content.map_or(LEAST_M, |c| 0.02 * c.radius_m());
    let boxes = of_rows
        .into_iter()
        .filter_map(|(row, points)| Some((row, roomy(Bounds::about(points)?, least_m))));
    farm.entity_boxes = boxes.collect();
    farm.content = content;
    stage.measured = stage.revision;
}
