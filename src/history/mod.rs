//! The last hour of what the rules of alarms read, in memory, so that a trend shows what came before.
//!
//! Time is cut into slots of the same length. Of each slot and signal of each turbine the least, the
//! greatest and the last value are kept: a peak is seen however short it was, and an hour of a signal
//! takes 4 KiB at most. A farm that would take more than the budget has longer slots instead of fewer
//! turbines, because what came before an alarm is the point.

use std::time::Duration;

use bevy::prelude::*;

mod extent;
mod keeper;
mod plan;
mod trend;

pub use keeper::History;
pub use trend::{Bucket, Trend};

use crate::RoomSet;
use crate::clock::Clock;
use crate::fleet::Fleet;
use crate::scene::{ActiveScene, SceneReplaced};

/// How much is kept.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryConfig {
    /// How far back.
    pub span: Duration,
    /// At most this many bytes, whatever the farm's size.
    pub budget_bytes: usize,
}

impl Default for HistoryConfig {
    fn default() -> Self {
        Self {
            span: Duration::from_secs(3_600),
            budget_bytes: 64 << 20,
        }
    }
}

/// Keeps the [`History`], once the rules have read what it keeps.
pub(crate) fn plugin(app: &mut App) {
    app.init_resource::<HistoryConfig>()
        .init_resource::<History>()
        .add_systems(
            Update,
            (follow_scene, keep).chain().in_set(RoomSet::History),
        );
}

fn follow_scene(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    config: Res<HistoryConfig>,
    mut history: ResMut<History>,
) {
    let Some(active) = active else { return };
    let first = replaced.read().next().cloned();
    replaced.clear();
    match first {
        Some(first) => history.follow(&active.scene, first.previous.as_deref(), *config),
        // The settings were changed, or the scene was there before this room.
        None if config.is_changed() || history.is_new() => {
            history.follow(&active.scene, Some(&active.scene), *config);
        }
        None => {}
    }
}

fn keep(fleet: Res<Fleet>, clock: Res<Clock>, mut history: ResMut<History>) {
    history.keep(&fleet, clock.wall_ms);
}
