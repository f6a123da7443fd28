//! A composition in the view: its nodes as entities, with models, tags, flows, texts and lights.

use std::sync::Arc;

use bevy::prelude::*;

use super::camera::CameraMoves;
use super::farm;
use crate::RoomSet;
use crate::scene::Composition;

mod animation;
mod build;
mod cameras;
mod counts;
mod extent;
mod files;
mod floor;
mod fontawesome;
mod jpeg;
mod lights;
mod marks;
mod materials;
mod model;
mod motion;
mod outcome;
mod overlay;
mod paint;
mod pick;
mod place;
mod stand_in;
mod surroundings;
mod text;

pub(super) use cameras::views;
pub(super) use counts::{Counts, Drawn};
pub use files::register_source;
pub use marks::PlacedTags;
pub use motion::MotionInView;
pub(super) use motion::watch_motion;
pub(super) use pick::MeshPick;
pub use stand_in::StandIn;
pub use text::with_values;

/// A node's entity.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
#[component(immutable)]
pub struct NodeEntity(pub usize);

/// Marks what is drawn of a composition and counts to its extent.
#[derive(Component, Debug, Default)]
pub struct Solid;

/// What belongs to the composition that is open and goes with it.
#[derive(Component, Debug, Default)]
pub struct OfComposition;

/// The composition that stands in the view.
#[derive(Resource, Debug, Default)]
pub struct Stage {
    /// The composition; `None` where the scene has none.
    pub composition: Option<Arc<Composition>>,
    /// The entity of each node that is reached from a root, by index.
    pub nodes: Vec<Option<Entity>>,
    /// By node, the one above it.
    pub parents: Vec<Option<usize>>,
    /// By node, whether it is mirrored by negative scales.
    mirrored: Vec<bool>,
    /// The models still to come.
    pub waiting: usize,
    /// Counts up with each change of what stands there.
    pub revision: u64,
    /// The revision whose extent is known.
    measured: u64,
}

impl Stage {
    /// Whether all that will be there is there.
    pub fn is_settled(&self) -> bool {
        self.composition.is_none() || (self.waiting == 0 && self.measured == self.revision)
    }

    /// The entity of a node.
    pub fn entity(&self, node: usize) -> Option<Entity> {
        self.nodes.get(node).copied().flatten()
    }

    /// A node and those above it.
    fn upwards(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(node), |&n| self.parents.get(n).copied().flatten())
    }
}

/// The node that was clicked last: its panel is shown.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct ChosenNode(pub Option<usize>);

/// When what of a composition is done.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Standing;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Stage>()
        .init_resource::<ChosenNode>()
        .init_asset_loader::<jpeg::JpegLoader>()
        .add_plugins((
            lights::plugin,
            marks::plugin,
            materials::plugin,
            motion::plugin,
            overlay::plugin,
            paint::plugin,
            surroundings::plugin,
        ))
        .add_systems(
            Update,
            build::follow_scene
                .after(RoomSet::Scene)
                .after(farm::build_farm)
                .before(RoomSet::Fleet),
        )
        .add_systems(
            Update,
            (model::stand_up, animation::play)
                .chain()
                .in_set(Standing)
                .in_set(RoomSet::View)
                .before(CameraMoves),
        )
        .add_systems(Last, extent::measure);
}
