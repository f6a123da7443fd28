//! Seconds since a signal was measured.

use super::members::Members;
use super::stage::{Frame, Input};
use crate::fleet::SignalColumn;

/// Whole seconds, so that a row changes once a second at most; known for a stale signal too.
pub(super) fn run(frame: &mut Frame, members: &Members, column: SignalColumn, of: Input) {
    let now_ms = frame.now.monotonic_ms;
    let mut writing = frame.fleet.lend(column);
    for place in frame.visits(members, of) {
        let row = members.row(place);
        let age_ms = frame
            .fleet
            .measured_ms(row, of.column)
            .map(|at| (now_ms - at).max(0));
        writing.write(row, age_ms.map_or(f64::NAN, |ms| (ms / 1_000) as f64));
    }
    frame.take_back(writing);
}
