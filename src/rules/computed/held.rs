//! Whether a condition has held without a break.

use super::identity::Moves;
use super::members::Members;
use super::stage::{Frame, Input};
use crate::fleet::SignalColumn;

/// No run under way.
const BROKEN: i64 = i64::MAX;

/// Since when a condition holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub of: Input,
    over_ms: i64,
    /// By place, on the monotonic clock.
    since_ms: Vec<i64>,
}

impl Held {
    pub fn new(of: Input, over_ms: i64, count: usize) -> Self {
        Self {
            of,
            over_ms,
            since_ms: vec![BROKEN; count],
        }
    }

    /// False and unknown break a run. What is heard counts from when it arrived, and a break between
    /// two frames is seen; what is worked out is seen once a frame.
    fn hear(&mut self, place: usize, truth: f64, at_ms: i64) {
        if let Some(since_ms) = self.since_ms.get_mut(place) {
            if truth.is_nan() || truth == 0.0 {
                *since_ms = BROKEN;
            } else {
                *since_ms = at_ms.min(*since_ms);
            }
        }
    }

    pub fn run(&mut self, frame: &mut Frame, members: &Members, column: SignalColumn) {
        let now_ms = frame.now.monotonic_ms;
        let mut writing = frame.fleet.lend(column);
        for update in frame.updates(self.of) {
            if let Some(place) = members.place(update.turbine) {
                self.hear(place, update.value, update.heard_ms);
            }
        }
        let visits = frame.visits(members, self.of);
        let truths = frame.fleet.known(self.of.column);
        for place in visits {
            let row = members.row(place);
            let truth = truths.get(row.index()).copied().unwrap_or(f64::NAN);
            self.hear(place, truth, now_ms);
            let since_ms = self.since_ms.get(place).copied().unwrap_or(BROKEN);
            let has_held = since_ms != BROKEN && now_ms - since_ms >= self.over_ms;
            writing.write(
                row,
                if truth.is_nan() {
                    truth
                } else {
                    f64::from(has_held)
                },
            );
        }
        frame.take_back(writing);
    }

    /// Takes over the runs of the same turbines before a reload.
    pub fn take_over(&mut self, before: &Self, moves: &Moves) {
        moves.copy(&mut self.since_ms, &before.since_ms);
    }
}
