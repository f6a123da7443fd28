//! The change from the first value of a window to the last, and how fast it was.

use super::Keep;
use super::ring::Ring;
use super::row::{Division, Row};

/// Of each stretch the value that stood at its end, and for how long it had.
#[derive(Debug)]
pub(super) struct Change {
    division: Division,
    is_rate: bool,
    values: Ring<f64>,
    stood_ms: Ring<u32>,
}

impl Change {
    pub fn new(division: Division, count: usize, is_rate: bool) -> Self {
        let slots = usize::from(division.buckets);
        Self {
            division,
            is_rate,
            values: Ring::new(slots, count, f64::NAN),
            stood_ms: Ring::new(slots, if is_rate { count } else { 0 }, 0),
        }
    }
}

impl Keep for Change {
    type State = ();

    fn stand(&self, (): &mut (), _value: f64, _ms: u32) {}

    fn close(&mut self, place: usize, row: &mut Row<()>) {
        let slot = usize::from(row.slot);
        self.values.set(place, slot, row.value);
        if self.is_rate {
            self.stood_ms.set(place, slot, row.stood_ms);
        }
    }

    #[inline]
    fn outcome(&self, place: usize, row: &Row<()>, _held: f64) -> f64 {
        let Some(ago) = row.oldest_known(self.division) else {
            return f64::NAN;
        };
        let slot = row.slot_ago(self.division, ago);
        let delta = row.value - self.values.get(place, slot);
        if !self.is_rate || delta == 0.0 {
            return delta;
        }
        // Values are as old as their measurement, so that a steady climb has its own rate however it is
        // sampled; but what was sent once and stood is not taken for a slow change.
        let most_ms = self.division.over_ms() / 10;
        let since = |stood_ms: u32| i64::from(stood_ms).min(most_ms);
        let first_ms = i64::from(row.into_ms)
            + i64::from(ago) * i64::from(self.division.bucket_ms)
            + since(self.stood_ms.get(place, slot));
        let elapsed_ms = first_ms - since(row.stood_ms);
        if elapsed_ms <= 0 {
            return f64::NAN;
        }
        delta / (elapsed_ms as f64 / 1_000.0)
    }

    fn forget_present(&self, (): &mut ()) {}

    fn forget(&mut self, _place: usize) {}

    fn carry_over(&mut self, place: usize, before: &Self, from: usize) {
        self.values.carry_over(place, &before.values, from);
        if self.is_rate {
            self.stood_ms.carry_over(place, &before.stood_ms, from);
        }
    }

    fn bytes_a_bucket(&self) -> usize {
        let stood = if self.is_rate { size_of::<u32>() } else { 0 };
        size_of::<f64>() + stood
    }
}
