//! Nodes and their hierarchy.

use std::collections::HashSet;

use bevy::math::DVec3;

use super::components;
use super::document::Context;
use super::json::Value;
use super::report::Report;
use super::values;
use crate::scene::problem::{Problem, quoted};
use crate::scene::{Composition, Node, NodePlace};

/// Nodes, children and components.
pub(super) fn read<'a>(
    root: Value<'a>,
    context: &mut Context<'a, '_>,
    composition: &mut Composition,
    report: &mut Report<'_>,
) {
    const CODE: &str = "twinmaker-node";
    let Some(list) = root.get("nodes").filter(|n| n.is_list()) else {
        let place = root.get("nodes").unwrap_or(root).place();
        report.fatal(CODE, place, "the scene has no list of `nodes`");
        return;
    };
    for (index, node) in list.items().enumerate() {
        let transform = node.get("transform").filter(|t| t.is_table());
        if transform.is_none() {
            let cause = format!("the node #{index} has no `transform`");
            report.fatal(CODE, node.place(), cause);
        }
        let name = values::text(node.get("name"));
        let vector = |name: &str| transform.and_then(|t| t.get(name));
        composition.nodes.push(Node {
            name: match name {
                "" => format!("Node {}", index + 1),
                name => name.to_owned(),
            },
            place: NodePlace {
                position: values::vector(vector("position"), DVec3::ZERO, report),
                rotation: values::vector(vector("rotation"), DVec3::ZERO, report),
                scale: values::vector(vector("scale"), DVec3::ONE, report),
            },
            children: Vec::new(),
            components: Vec::new(),
        });
        if node
            .get("properties")
            .is_some_and(|p| p.get("matterportId").is_some_and(Value::is_truthy))
        {
            let message = "Matterport is not supported: the node is shown without its space";
            let problem = Problem::warning("twinmaker-unsupported", node.place(), message);
            report.own(problem);
        }
    }
    let count = composition.nodes.len();
    for (index, node) in list.items().enumerate() {
        let components = components::read(node, context, report);
        let children = children(node, index, count, report);
        if let Some(into) = composition.nodes.get_mut(index) {
            into.components = components;
            into.children = children;
        }
    }
}

fn children(node: Value<'_>, index: usize, count: usize, report: &mut Report<'_>) -> Vec<usize> {
    const CODE: &str = "twinmaker-child";
    let Some(list) = node.some("children") else {
        return Vec::new();
    };
    if !list.is_list() {
        let cause = format!("the children of node #{index} are not a list");
        report.fatal(CODE, list.place(), cause);
    }
    let mut children = Vec::new();
    for child in list.items() {
        match node_index(child, count) {
            Some(child) => children.push(child),
            None => {
                let cause = format!("Invalid child#[{}] found in node#[{index}]", child.source());
                let message = format!("there is no node {}", quoted(child.source()));
                let problem = Problem::error(CODE, child.place(), message);
                let help = format!("there are {count} nodes, counted from 0");
                report.fatal_as(problem.help(help), cause);
            }
        }
    }
    children
}

/// The node that an index names.
fn node_index(value: Value<'_>, count: usize) -> Option<usize> {
    let number = match value.text() {
        // What JavaScript takes as an index, too.
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
        Some(_) => return None,
        None => value.number()?,
    };
    let is_index = number >= 0.0 && number < count as f64 && number.fract() == 0.0;
    is_index.then_some(number as usize)
}

/// Which nodes stand in the world itself, and that every node stands in one place only.
pub(super) fn roots(root: Value<'_>, composition: &mut Composition, report: &mut Report<'_>) {
    const CODE: &str = "twinmaker-root";
    let Some(list) = root.get("rootNodeIndexes").filter(|r| r.is_list()) else {
        let place = root.get("rootNodeIndexes").unwrap_or(root).place();
        report.fatal(CODE, place, "the scene has no list of `rootNodeIndexes`");
        return;
    };
    let count = composition.nodes.len();
    let mut seen = HashSet::new();
    for item in list.items() {
        match node_index(item, count) {
            Some(index) if seen.insert(index) => composition.roots.push(index),
            Some(index) => {
                let message = format!("the node #{index} is a root already");
                report.own(Problem::warning(CODE, item.place(), message));
            }
            None => {
                let cause = format!("Invalid root#[{}]", item.source());
                let message = format!("there is no node {}", quoted(item.source()));
                report.fatal_as(Problem::error(CODE, item.place(), message), cause);
            }
        }
    }
    let nodes = root.get("nodes").into_iter().flat_map(Value::items);
    let places: Vec<Value<'_>> = nodes.collect();
    for (parent, child) in to_trees(composition) {
        let place = places.get(parent).map_or_else(
            || root.place(),
            |node| node.get("children").unwrap_or(*node).place(),
        );
        let name = |index: usize| {
            let node = composition.nodes.get(index);
            quoted(node.map_or("", |n| n.name.as_str()))
        };
        let message = format!(
            "{} is already in the scene, above or beside its parent {}: it is shown once",
            name(child),
            name(parent)
        );
        report.own(Problem::warning("twinmaker-cycle", place, message));
    }
}

/// Takes away the children that would stand in a second place or above themselves. Gives those that
/// are shown, with their parents.
pub(in crate::scene) fn to_trees(composition: &mut Composition) -> Vec<(usize, usize)> {
    let count = composition.nodes.len();
    let mut is_placed = vec![false; count];
    let mut cut = Vec::new();
    for &index in &composition.roots {
        if let Some(placed) = is_placed.get_mut(index) {
            *placed = true;
        }
    }
    // What hangs on no root is made sound as well, though it is not shown.
    let mut open: Vec<usize> = composition.roots.iter().rev().copied().collect();
    let (mut next, mut is_shown) = (0, true);
    loop {
        while let Some(index) = open.pop() {
            let Some(node) = composition.nodes.get_mut(index) else {
                continue;
            };
            let children = std::mem::take(&mut node.children);
            let mut kept = Vec::with_capacity(children.len());
            for child in children {
                match is_placed.get_mut(child) {
                    Some(placed) if !*placed => {
                        *placed = true;
                        kept.push(child);
                    }
                    _ if is_shown => cut.push((index, child)),
                    _ => {}
                }
            }
            open.extend(kept.iter().rev());
            node.children = kept;
        }
        is_shown = false;
        while next < count && is_placed.get(next) == Some(&true) {
            next += 1;
        }
        if next >= count {
            return cut;
        }
        if let Some(placed) = is_placed.get_mut(next) {
            *placed = true;
        }
        open.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composition(children: &[&[usize]], roots: &[usize]) -> Composition {
        Composition {
            nodes: children
                .iter()
                .map(|children| Node {
                    children: children.to_vec(),
                    ..Node::default()
                })
                .collect(),
            roots: roots.to_vec(),
            ..Composition::default()
        }
    }

    #[test]
    fn cycles_and_second_parents_are_cut() {
        let mut ring = composition(&[&[1], &[2], &[0]], &[0]);
        assert_eq!(to_trees(&mut ring), [(2, 0)]);
        let mut shared = composition(&[&[1, 2], &[2], &[]], &[0]);
        assert_eq!(to_trees(&mut shared), [(1, 2)]);
        let mut lost = composition(&[&[], &[2], &[1]], &[0]);
        assert_eq!(to_trees(&mut lost), []);
        assert_eq!(lost.nodes[1].children, [2]);
        assert!(lost.nodes[2].children.is_empty());
        let mut itself = composition(&[&[0, 0]], &[0]);
        assert_eq!(to_trees(&mut itself).len(), 2);
        assert!(itself.nodes[0].children.is_empty());
    }
}
