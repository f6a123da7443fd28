//! Clips of models that play.

use bevy::animation::AnimationPlayer;
use bevy::animation::graph::{AnimationGraph, AnimationGraphHandle};
use bevy::prelude::*;

/// An object whose clips are to play.
#[derive(Component, Debug, Default)]
pub struct AnimationRoot {
    /// The clips.
    pub clips: Vec<Handle<AnimationClip>>,
}

/// A mesh that a clip moves.
#[derive(Component, Debug, Default)]
pub struct Animated;

/// Starts the clips of new objects, over and over.
pub(super) fn play(
    mut commands: Commands,
    mut graphs: ResMut<Assets<AnimationGraph>>,
    roots: Query<(Entity, &AnimationRoot), Without<AnimationPlayer>>,
) {
    for (entity, root) in &roots {
        let (graph, nodes) = AnimationGraph::from_clips(root.clips.iter().cloned());
        let mut player = AnimationPlayer::default();
        for node in nodes {
            player.play(node).repeat();
        }
        let graph = AnimationGraphHandle(graphs.add(graph));
        commands.entity(entity).insert((player, graph));
    }
}
