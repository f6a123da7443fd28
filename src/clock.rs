//! The time of the frame: one for stamps, one for delays.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bevy::prelude::*;

/// The time of this frame. Stamps come from the wall clock; delays are measured on a clock that no
/// time server sets back.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct Clock {
    /// Wall clock, milliseconds since 1970 UTC.
    pub wall_ms: i64,
    /// Since the program started; never runs backwards.
    pub monotonic: Duration,
}

/// The instant from which [`Clock::monotonic`] counts. Without this resource the clock stands until
/// it is set by hand, as tests do.
#[derive(Resource, Debug, Clone, Copy)]
struct Running(Instant);

/// By how much this program's wall clock is wrong on purpose, milliseconds.
static WRONG_BY_MS: AtomicI64 = AtomicI64::new(0);

/// Sets this program's wall clock wrong by so many milliseconds, to try what stations do whose clocks
/// differ.
pub fn set_wrong(by_ms: i64) {
    WRONG_BY_MS.store(by_ms, Ordering::Relaxed);
}

/// How long the program has run, as far as it was asked before; never runs backwards.
pub fn running_for() -> Duration {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    BEGUN.get_or_init(Instant::now).elapsed()
}

/// The wall clock now, milliseconds since 1970 UTC.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    now_ms.saturating_add(WRONG_BY_MS.load(Ordering::Relaxed))
}

/// Reads the clock once at the start of each frame.
pub(super) fn plugin(app: &mut App) {
    running_for();
    app.insert_resource(Running(Instant::now()))
        .insert_resource(Clock {
            wall_ms: now_ms(),
            monotonic: Duration::ZERO,
        })
        .add_systems(First, read.run_if(resource_exists::<Running>));
}

fn read(mut clock: ResMut<Clock>, running: Res<Running>) {
    *clock = Clock {
        wall_ms: now_ms(),
        monotonic: running.0.elapsed(),
    };
}

/// Stops the clock of an app: it is then set by hand.
pub fn stop(app: &mut App) {
    app.world_mut().remove_resource::<Running>();
}
