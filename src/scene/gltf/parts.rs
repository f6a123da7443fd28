//! Which part of the turbine each node is, by the patterns of the scene.

use wildmatch::WildMatch;

use super::nodes::Nodes;
use super::{About, Fault, Request, node_help};
use crate::scene::model::{Part, Surface};
use crate::scene::problem::quoted;

/// What the patterns make of the nodes, by position in [`Nodes::list`].
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// The part that a node belongs to, by its own name or the nearest one above.
    pub of_node: Vec<Option<Part>>,
    /// The part that a node's own name matched.
    own: Vec<Option<Part>>,
}

impl Parts {
    /// The topmost nodes of a part: those that no node of the same part is above.
    pub fn tops(&self, part: Part, nodes: &Nodes) -> Vec<usize> {
        let is_own = |at: usize| self.own.get(at).copied().flatten() == Some(part);
        (0..self.own.len())
            .filter(|&at| is_own(at) && !nodes.upwards(at).skip(1).any(is_own))
            .collect()
    }
}

/// The surface that shows a part of a file.
pub(super) fn surface(part: Part) -> Surface {
    match part {
        Part::Foundation => Surface::Foundation,
        Part::Tower => Surface::Tower,
        Part::Nacelle => Surface::Nacelle,
        Part::Rotor => Surface::Hub,
        Part::Blades => Surface::Blades,
        Part::Pitch => Surface::Pitch,
        Part::MainBearing => Surface::MainBearing,
        Part::Shaft => Surface::Shaft,
        Part::Gearbox => Surface::Gearbox,
        Part::Brake => Surface::Brake,
        Part::Generator => Surface::Generator,
        Part::Converter => Surface::Converter,
        Part::Transformer => Surface::Transformer,
        Part::Yaw => Surface::Yaw,
        Part::TowerBase => Surface::TowerBase,
    }
}

/// Finds the part of each node. Every pattern that matches nothing is told.
pub(super) fn assign(nodes: &Nodes, request: &Request) -> Result<Parts, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut own: Vec<Option<(Part, usize)>> = vec![None; nodes.list.len()];
    for (part, patterns) in &request.parts {
        for (number, pattern) in patterns.iter().enumerate() {
            let matcher = WildMatch::new(pattern);
            let exactness = pattern.chars().filter(|c| !matches!(c, '*' | '?')).count();
            let mut has_matched = false;
            for (node, own) in nodes.list.iter().zip(&mut own) {
                if !matcher.matches(&node.name) {
                    continue;
                }
                has_matched = true;
                // The pattern that says more about the name is meant.
                match own {
                    Some((other, at)) if *other != *part && *at == exactness => {
                        let message = format!(
                            "the node {} is both {} and {}",
                            quoted(&node.name),
                            name(*other),
                            name(*part)
                        );
                        let about = About::Pattern(*part, number);
                        let help = "write a pattern that matches one of them more exactly";
                        faults.push(Fault::new(about, "gltf-node", message).help(help));
                    }
                    Some((_, at)) if *at > exactness => {}
                    own => *own = Some((*part, exactness)),
                }
            }
            if !has_matched {
                let about = About::Pattern(*part, number);
                faults.push(no_node(about, pattern, nodes));
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let own: Vec<Option<Part>> = own.into_iter().map(|o| o.map(|(part, _)| part)).collect();
    let of_node = (0..nodes.list.len())
        .map(|at| {
            let mut above = nodes.upwards(at);
            above.find_map(|a| own.get(a).copied().flatten())
        })
        .collect();
    Ok(Parts { of_node, own })
}

/// A pattern that matches nothing.
pub(super) fn no_node(about: About, pattern: &str, nodes: &Nodes) -> Fault {
    let message = if pattern.is_empty() {
        "an empty name matches no node".to_owned()
    } else {
        format!("no node is called {}", quoted(pattern))
    };
    let mut fault = Fault::new(about, "gltf-node", message);
    fault.help = node_help(pattern.trim_matches('*'), nodes);
    fault
}

fn name(part: Part) -> &'static str {
    let found = Part::ALL.iter().find(|(p, _)| *p == part);
    found.map_or("", |(_, name)| name)
}
