//! The least or the greatest value, exactly, at a constant cost on average.

use super::ring::Ring;
use super::row::{Division, Row};
use super::{Keep, turn_of};

/// A queue of two stacks in one ring. The older stretches hold the extreme of themselves and all later
/// ones of the older part, so that the oldest tells of that part as a whole; of the newer ones, one
/// number is the extreme. When the older part is used up, the newer becomes it, once in a window.
#[derive(Debug)]
pub(super) struct Extreme {
    division: Division,
    is_greatest: bool,
    values: Ring<f64>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Newer {
    /// The extreme of the newer closed stretches; NaN without one.
    newer: f64,
    /// Of the present stretch.
    present: f64,
    /// How many older stretches are left; above all until the first one is closed.
    older: u8,
}

impl Default for Newer {
    fn default() -> Self {
        Self {
            newer: f64::NAN,
            present: f64::NAN,
            older: u8::MAX,
        }
    }
}

impl Extreme {
    pub fn new(division: Division, count: usize, is_greatest: bool) -> Self {
        Self {
            division,
            is_greatest,
            values: Ring::new(usize::from(division.buckets), count, f64::NAN),
        }
    }

    /// Of two, of which each may be NaN.
    #[inline]
    fn of(&self, a: f64, b: f64) -> f64 {
        if self.is_greatest { a.max(b) } else { a.min(b) }
    }

    fn turn_over(&mut self, place: usize, row: &mut Row<Newer>) {
        let mut extreme = f64::NAN;
        for ago in 0..u32::from(self.division.buckets) {
            let slot = row.slot_ago(self.division, ago);
            extreme = self.of(extreme, self.values.get(place, slot));
            self.values.set(place, slot, extreme);
        }
        row.state.newer = f64::NAN;
        row.state.older = self.division.buckets;
    }
}

impl Keep for Extreme {
    type State = Newer;

    const TAKES_INFINITE: bool = true;

    #[inline]
    fn take(&self, state: &mut Newer, value: f64) {
        state.present = self.of(state.present, value);
    }

    #[inline]
    fn stand(&self, state: &mut Newer, value: f64, _ms: u32) {
        state.present = self.of(state.present, value);
    }

    fn close(&mut self, place: usize, row: &mut Row<Newer>) {
        if row.state.older == u8::MAX {
            // Not all turbines turn over in the same frame.
            row.state.older = 1 + turn_of(place, self.division) as u8;
        } else if row.state.older == 0 {
            self.turn_over(place, row);
        }
        let present = row.state.present;
        row.state.older -= 1;
        row.state.newer = self.of(row.state.newer, present);
        row.state.present = f64::NAN;
        self.values.set(place, usize::from(row.slot), present);
    }

    #[inline]
    fn outcome(&self, place: usize, row: &Row<Newer>, _held: f64) -> f64 {
        let state = &row.state;
        let newer = self.of(self.of(state.newer, state.present), row.value);
        match state.older {
            0 | u8::MAX => newer,
            _ => self.of(newer, self.values.get(place, usize::from(row.slot))),
        }
    }

    fn forget_present(&self, state: &mut Newer) {
        state.present = f64::NAN;
    }

    fn forget(&mut self, place: usize) {
        for slot in 0..usize::from(self.division.buckets) {
            self.values.set(place, slot, f64::NAN);
        }
    }

    fn carry_over(&mut self, place: usize, before: &Self, from: usize) {
        self.values.carry_over(place, &before.values, from);
    }

    fn bytes_a_bucket(&self) -> usize {
        size_of::<f64>()
    }
}
