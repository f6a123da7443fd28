//! Recolours meshes as the rules say.

use std::collections::HashMap;

use bevy::prelude::*;

use super::materials::{Paint, Painted, Palette};
use super::model::TakenBy;
use super::outcome::{Judge, Outcome};
use super::{NodeEntity, Stage};
use crate::RoomSet;
use crate::scene::{Binding, Component as Part, Composition, Target};
use crate::theme::Theme;

/// Which meshes follow which node, and what they show.
#[derive(Debug, Default)]
pub(super) struct Followers {
    revision: u64,
    by_node: HashMap<usize, (Paint, Vec<Entity>)>,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, repaint.after(super::Standing).in_set(RoomSet::View));
}

/// The binding by which a node colours what is below it.
fn shader(composition: &Composition, node: usize) -> Option<&Binding> {
    let parts = &composition.nodes.get(node)?.components;
    parts.iter().find_map(|part| match part {
        Part::Shader(binding) => Some(binding),
        _ => None,
    })
}

/// The node of a mesh or an object, or of the nearest above it that has one.
pub(super) fn node_of(
    entity: Entity,
    nodes: &Query<(Option<&NodeEntity>, Option<&TakenBy>, Option<&ChildOf>)>,
) -> Option<usize> {
    let mut at = entity;
    loop {
        let (node, taken, above) = nodes.get(at).ok()?;
        if let Some(node) = taken.map(|t| t.0).or_else(|| node.map(|n| n.0)) {
            return Some(node);
        }
        at = above?.parent();
    }
}

/// Asks the rules of each node that colours, and repaints what follows it where the answer is another.
fn repaint(
    stage: Res<Stage>,
    judge: Judge,
    theme: Res<Theme>,
    mut palette: ResMut<Palette>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    ancestry: Query<(Option<&NodeEntity>, Option<&TakenBy>, Option<&ChildOf>)>,
    mut meshes: Query<(Entity, &Painted, &mut MeshMaterial3d<StandardMaterial>)>,
    mut followers: Local<Followers>,
) {
    let Some(composition) = stage.composition.as_deref() else {
        followers.by_node.clear();
        return;
    };
    let is_new = followers.revision != stage.revision;
    if is_new {
        followers.revision = stage.revision;
        followers.by_node.clear();
        for (entity, ..) in &meshes {
            let own = node_of(entity, &ancestry);
            let mut up = own.into_iter().flat_map(|node| stage.upwards(node));
            if let Some(node) = up.find(|&n| shader(composition, n).is_some()) {
                let followers = followers.by_node.entry(node).or_default();
                followers.1.push(entity);
            }
        }
    }
    let is_other_theme = theme.is_changed();
    if is_other_theme {
        palette.forget_theme();
    }
    if !is_new && !is_other_theme && !judge.may_differ() {
        return;
    }
    for (&node, (shown, entities)) in &mut followers.by_node {
        let Some(binding) = shader(composition, node) else {
            continue;
        };
        let paint = paint(&judge.outcome(composition, binding));
        let is_stale = is_other_theme && paint == Paint::Unknown;
        if paint == *shown && !is_stale && !is_new {
            continue;
        }
        *shown = paint;
        for &entity in entities.iter() {
            let Ok((_, painted, mut material)) = meshes.get_mut(entity) else {
                continue;
            };
            let wanted = palette.painted(&painted.original, paint, &theme, &mut materials);
            if material.0 != wanted {
                material.0 = wanted;
            }
        }
    }
}

fn paint(outcome: &Outcome) -> Paint {
    match outcome {
        Outcome::Unknown => Paint::Unknown,
        Outcome::Target(Target::Color(color)) => Paint::Color(*color),
        Outcome::Target(Target::Opacity(opacity)) => {
            Paint::Opacity((opacity.clamp(0.0, 1.0) * 255.0).round() as u8)
        }
        _ => Paint::Original,
    }
}
