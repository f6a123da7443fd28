//! The latest value, time and quality of every signal of every turbine, as columns.

use std::time::Duration;

use bevy::prelude::*;

mod columns;
mod derived;
mod staleness;

pub(crate) use derived::{Update, Writing};

pub use columns::{Cell, Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};

use crate::RoomSet;
use crate::clock::Clock;
use crate::scene::{ActiveScene, SceneReplaced};
use crate::telemetry::Arrivals;
use staleness::SweepTimer;

/// Writes samples into the columns and marks silent signals stale.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Fleet>()
        .init_resource::<SweepTimer>()
        .add_systems(
            Update,
            (begin_frame, follow_scene, apply_arrivals, staleness::sweep)
                .chain()
                .in_set(RoomSet::Fleet),
        );
}

fn begin_frame(mut fleet: ResMut<Fleet>) {
    // Only a change of the columns is a change of the fleet, and most frames bring none.
    fleet.bypass_change_detection().clear_dirty();
}

/// Lays the columns out anew when the scene changed, and carries over what is known.
fn follow_scene(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    mut fleet: ResMut<Fleet>,
) {
    let (Some(first), Some(active)) = (replaced.read().next().cloned(), active) else {
        return;
    };
    replaced.clear();
    let scene = &active.scene;
    let mut next = Fleet::of(scene);
    if let Some(previous) = first.previous {
        next.carry_over(&fleet, &previous, scene);
    }
    *fleet = next;
}

fn apply_arrivals(
    arrivals: Option<Res<Arrivals>>,
    clock: Res<Clock>,
    active: Option<Res<ActiveScene>>,
    mut fleet: ResMut<Fleet>,
) {
    let (Some(arrivals), Some(active)) = (arrivals, active) else {
        return;
    };
    if arrivals.0.is_empty() {
        return;
    }
    let now = time(&clock, active.scene.broker.stale_after);
    for sample in &arrivals.0 {
        fleet.apply(sample, now);
    }
}

/// The time of this frame, in whole milliseconds.
pub(crate) fn time(clock: &Clock, stale_after: Duration) -> FleetTime {
    FleetTime {
        wall_ms: clock.wall_ms,
        monotonic_ms: millis(clock.monotonic),
        stale_after_ms: millis(stale_after),
    }
}

/// A duration in whole milliseconds.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}
