//! The value before the present one.

use super::identity::Moves;
use super::members::Members;
use super::stage::{Frame, Input};
use crate::fleet::{SignalColumn, Update};

/// The last two values of each turbine.
#[derive(Debug, Clone)]
pub(super) struct Previous {
    pub of: Input,
    /// By place.
    pairs: Vec<Pair>,
}

#[derive(Debug, Clone, Copy)]
struct Pair {
    before: f64,
    last: f64,
    measured_ms: i64,
}

impl Pair {
    const NONE: Self = Self {
        before: f64::NAN,
        last: f64::NAN,
        measured_ms: i64::MIN,
    };

    /// The same value measured at another time is another value; what is unknown in between breaks the
    /// chain, since nobody knows what came before.
    fn hear(&mut self, value: f64, measured_ms: i64) {
        if value.is_nan() {
            *self = Self::NONE;
        } else if self.last.to_bits() != value.to_bits() || self.measured_ms != measured_ms {
            self.before = self.last;
            self.last = value;
            self.measured_ms = measured_ms;
        }
    }
}

impl Previous {
    /// What is kept of a turbine.
    pub const BYTES_A_ROW: usize = size_of::<Pair>();

    pub fn new(of: Input, count: usize) -> Self {
        Self {
            of,
            pairs: vec![Pair::NONE; count],
        }
    }

    pub fn run(&mut self, frame: &mut Frame, members: &Members, column: SignalColumn) {
        let mut writing = frame.fleet.lend(column);
        for update in frame.updates(self.of) {
            self.hear(members, update);
        }
        let visits = frame.changes(members, self.of);
        let known = frame.fleet.known(self.of.column);
        for place in visits {
            let row = members.row(place);
            let Some(pair) = self.pairs.get_mut(place) else {
                continue;
            };
            let value = known.get(row.index()).copied().unwrap_or(f64::NAN);
            // What is worked out has no time of its own: it is another when its value is. A value that
            // was carried over a reload is the first.
            if !self.of.is_heard {
                pair.hear(value, 0);
            } else if pair.last.is_nan() {
                pair.hear(value, frame.measured(row, self.of.column).0);
            }
            writing.write(row, pair.before);
        }
        frame.take_back(writing);
    }

    fn hear(&mut self, members: &Members, update: &Update) {
        let place = members.place(update.turbine);
        if let Some(pair) = place.and_then(|place| self.pairs.get_mut(place)) {
            pair.hear(update.value, update.time_ms);
        }
    }

    /// Takes over what is known of the same turbines before a reload.
    pub fn take_over(&mut self, before: &Self, moves: &Moves) {
        moves.copy(&mut self.pairs, &before.pairs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_measured_again_is_a_new_one_and_sent_again_is_not() {
        let mut pair = Pair::NONE;
        pair.hear(1.0, 10);
        assert!(pair.before.is_nan());
        pair.hear(2.0, 20);
        assert_eq!(pair.before, 1.0);
        pair.hear(2.0, 20);
        assert_eq!(pair.before, 1.0);
        pair.hear(2.0, 30);
        assert_eq!(pair.before, 2.0);
    }

    #[test]
    fn after_an_unknown_value_nothing_is_known_of_what_came_before() {
        let mut pair = Pair::NONE;
        pair.hear(1.0, 10);
        pair.hear(f64::NAN, 20);
        pair.hear(2.0, 30);
        assert!(pair.before.is_nan());
        pair.hear(3.0, 40);
        assert_eq!(pair.before, 2.0);
    }
}
