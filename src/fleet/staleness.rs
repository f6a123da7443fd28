//! Signals that have fallen silent become stale.

use std::time::Duration;

use bevy::prelude::*;

use super::{Fleet, time};
use crate::clock::Clock;
use crate::scene::ActiveScene;

/// When the columns were last swept, and how often they are.
#[derive(Resource, Debug, Default)]
pub(super) struct SweepTimer {
    last: Duration,
    /// The scene's generation that the interval is of.
    of: u64,
    interval: Duration,
}

/// Between sweeps: a tenth of the shortest `stale_after`, so that a signal is called stale at most a tenth late,
/// and no more often than a glance can tell.
fn interval(stale_after: Duration) -> Duration {
    (stale_after / 10).clamp(Duration::from_millis(50), Duration::from_secs(1))
}

/// Marks signals stale that were not heard of for their own `stale_after` or the scene's.
pub(super) fn sweep(
    clock: Res<Clock>,
    active: Option<Res<ActiveScene>>,
    mut timer: ResMut<SweepTimer>,
    mut fleet: ResMut<Fleet>,
) {
    let Some(active) = active else { return };
    let stale_after = active.scene.broker.stale_after;
    if timer.of != active.generation {
        let own = active.scene.models.iter().flat_map(|m| &m.signals);
        let shortest = own.filter_map(|s| s.stale_after).min();
        timer.of = active.generation;
        timer.interval = interval(shortest.map_or(stale_after, |own| own.min(stale_after)));
    }
    if clock.monotonic.saturating_sub(timer.last) < timer.interval {
        return;
    }
    timer.last = clock.monotonic;
    if fleet
        .bypass_change_detection()
        .sweep_stale(time(&clock, stale_after))
    {
        fleet.set_changed();
    }
}
