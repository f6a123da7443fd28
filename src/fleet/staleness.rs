//! Signals that have fallen silent become stale.

use std::time::Duration;

use bevy::prelude::*;

use super::{Fleet, time};
use crate::clock::Clock;
use crate::scene::ActiveScene;

/// When the columns were last swept.
#[derive(Resource, Debug, Default)]
pub(super) struct SweepTimer(Duration);

/// Between sweeps: a tenth of `stale_after`, so that a signal is called stale at most a tenth late,
/// and no more often than a glance can tell.
fn interval(stale_after: Duration) -> Duration {
    (stale_after / 10).clamp(Duration::from_millis(50), Duration::from_secs(1))
}

/// Marks signals stale that were not heard of for the scene's `stale_after`.
pub(super) fn sweep(
    clock: Res<Clock>,
    active: Option<Res<ActiveScene>>,
    mut timer: ResMut<SweepTimer>,
    mut fleet: ResMut<Fleet>,
) {
    let Some(active) = active else { return };
    let stale_after = active.scene.broker.stale_after;
    if clock.monotonic.saturating_sub(timer.0) < interval(stale_after) {
        return;
    }
    timer.0 = clock.monotonic;
    if fleet
        .bypass_change_detection()
        .sweep_stale(time(&clock, stale_after))
    {
        fleet.set_changed();
    }
}
