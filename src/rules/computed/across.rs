//! Statistics over the farm, and over a turbine's neighbours.

use super::AcrossStatistic;
use super::members::{Members, TURN_MS};
use super::neighbours::Neighbours;
use super::stage::Frame;
use super::statistics::of_known;
use crate::fleet::SignalColumn;
use crate::scene::ValueKind;

/// A statistic of a column over several turbines.
#[derive(Debug)]
pub(super) struct Across {
    pub of: SignalColumn,
    pub statistic: AcrossStatistic,
    /// Of the column.
    pub kind: ValueKind,
    /// The turbines that count.
    pub sources: Members,
    /// How many turns, of all or of each row, are left until the last change has been seen.
    turns_left: usize,
    last_ms: Option<i64>,
    known: Vec<f64>,
}

/// More turbines than this find their neighbours in turn, not all in the scene's first frame.
const MANY: usize = 8_192;

impl Across {
    pub fn new(
        of: SignalColumn,
        statistic: AcrossStatistic,
        kind: ValueKind,
        sources: Members,
    ) -> Self {
        Self {
            of,
            statistic,
            kind,
            sources,
            turns_left: 0,
            last_ms: None,
            known: Vec::new(),
        }
    }

    /// Over all: once a second, if something changed since.
    pub fn run_farm(&mut self, frame: &mut Frame, members: &Members, column: SignalColumn) {
        if frame.is_whole || frame.fleet.is_changed(self.of) {
            self.turns_left = 1;
        }
        let now_ms = frame.now.monotonic_ms;
        let is_due = frame.is_whole || self.last_ms.is_none_or(|last| now_ms - last >= TURN_MS);
        if self.turns_left == 0 || !is_due {
            return;
        }
        self.turns_left = 0;
        self.last_ms = Some(now_ms);
        let values = frame.fleet.known(self.of);
        self.known.clear();
        if self.sources.are_all() {
            self.known.extend(values.iter().filter(|v| !v.is_nan()));
        } else {
            let rows = self.sources.rows();
            let values = rows.filter_map(|row| values.get(row.index()));
            self.known.extend(values.filter(|v| !v.is_nan()));
        }
        let outcome = of_known(self.statistic, self.kind, &mut self.known);
        let mut writing = frame.fleet.lend(column);
        for row in members.rows() {
            writing.write(row, outcome);
        }
        frame.take_back(writing);
    }

    /// Over the neighbours: each row in its turn, until every row has seen the last change.
    pub fn run_nearest(
        &mut self,
        frame: &mut Frame,
        members: &Members,
        column: SignalColumn,
        neighbours: &mut Neighbours,
    ) {
        if frame.is_whole || frame.fleet.is_changed(self.of) {
            self.turns_left = members.len();
        }
        let at_once = frame.is_whole && members.len() <= MANY;
        let turns = match at_once {
            true => [0..members.len(), 0..0],
            false => members.turns(frame.since_ms, frame.now.monotonic_ms),
        };
        let count: usize = turns.iter().map(ExactSizeIterator::len).sum();
        if self.turns_left == 0 || count == 0 {
            return;
        }
        self.turns_left = self.turns_left.saturating_sub(count);
        let mut writing = frame.fleet.lend(column);
        let values = frame.fleet.known(self.of);
        for place in turns.into_iter().flatten() {
            self.known.clear();
            let others = neighbours.of(place);
            let values = others.filter_map(|other| values.get(other.index()));
            self.known.extend(values.filter(|v| !v.is_nan()));
            let outcome = of_known(self.statistic, self.kind, &mut self.known);
            writing.write(members.row(place), outcome);
        }
        frame.take_back(writing);
    }
}
