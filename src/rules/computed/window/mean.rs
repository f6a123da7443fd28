//! The mean over time, as the sum of what the stretches have.

use super::ring::Ring;
use super::row::{Division, Row};
use super::{Keep, is_rounding, turn_of};

/// Of each stretch its mean, from an origin near the values, and how much of it was known. Seven
/// digits of the distance from the origin are kept.
#[derive(Debug)]
pub(super) struct Mean {
    division: Division,
    means: Ring<f32>,
    weights: Ring<u16>,
    /// Of a millisecond.
    weight: f64,
    /// Which part of a stretch a millisecond is.
    part: f64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// What means are counted from.
    origin: f64,
    /// Over the closed stretches, mean times weight.
    sum: f64,
    /// Of the present stretch, distance from the origin times milliseconds.
    present: f64,
    /// Over the closed stretches.
    weight: u32,
    /// How much of the present stretch is known.
    present_ms: u32,
}

/// What a millisecond weighs, so that a whole stretch fits 16 bits.
pub(super) fn weight_of_ms(division: Division) -> f64 {
    (f64::from(u16::MAX) / f64::from(division.bucket_ms)).min(1.0)
}

impl Mean {
    pub fn new(division: Division, count: usize) -> Self {
        let slots = usize::from(division.buckets);
        Self {
            division,
            means: Ring::new(slots, count, 0.0),
            weights: Ring::new(slots, count, 0),
            weight: weight_of_ms(division),
            part: f64::from(division.bucket_ms).recip(),
        }
    }

    /// Sums anew, about an origin that has followed the values: rounding does not gather.
    fn sum_anew(&mut self, place: usize, row: &mut Row<Sums>) {
        let origin = if row.value.is_finite() {
            row.value
        } else {
            row.state.origin
        };
        let shift = row.state.origin - origin;
        row.state.sum = 0.0;
        for slot in 0..usize::from(self.division.buckets) {
            let weight = self.weights.get(place, slot);
            if weight > 0 {
                let mean = (f64::from(self.means.get(place, slot)) + shift) as f32;
                self.means.set(place, slot, mean);
                row.state.sum += f64::from(mean) * f64::from(weight);
            }
        }
        row.state.origin = origin;
    }
}

impl Keep for Mean {
    type State = Sums;

    #[inline]
    fn stand(&self, state: &mut Sums, value: f64, ms: u32) {
        if state.weight == 0 && state.present_ms == 0 {
            state.origin = value;
            state.sum = 0.0;
        }
        state.present += (value - state.origin) * f64::from(ms);
        state.present_ms += ms;
    }

    fn close(&mut self, place: usize, row: &mut Row<Sums>) {
        let slot = usize::from(row.slot);
        let state = &mut row.state;
        let gone = self.weights.get(place, slot);
        state.sum -= f64::from(self.means.get(place, slot)) * f64::from(gone);
        state.weight -= u32::from(gone);
        let (mut mean, mut weight) = (0.0, 0);
        if state.present_ms > 0 {
            mean = (state.present / f64::from(state.present_ms)) as f32;
            weight = ((f64::from(state.present_ms) * self.weight) as u16).max(1);
        }
        self.means.set(place, slot, mean);
        self.weights.set(place, slot, weight);
        state.sum += f64::from(mean) * f64::from(weight);
        state.weight += u32::from(weight);
        (state.present, state.present_ms) = (0.0, 0);
        if slot == turn_of(place, self.division) {
            self.sum_anew(place, row);
        }
    }

    #[inline]
    fn outcome(&self, place: usize, row: &Row<Sums>, held: f64) -> f64 {
        let (state, slot) = (&row.state, usize::from(row.slot));
        // The oldest stretch leaves as the present one fills.
        let gone = f64::from(row.into_ms) * self.part * f64::from(self.weights.get(place, slot));
        let weight = f64::from(state.weight) - gone + f64::from(state.present_ms) * self.weight;
        let sum =
            state.sum - gone * f64::from(self.means.get(place, slot)) + state.present * self.weight;
        if weight <= 0.0 {
            return row.value;
        }
        let mean = state.origin + sum / weight;
        if is_rounding(mean, held) { held } else { mean }
    }

    fn forget_present(&self, state: &mut Sums) {
        (state.present, state.present_ms) = (0.0, 0);
    }

    fn forget(&mut self, place: usize) {
        for slot in 0..usize::from(self.division.buckets) {
            self.means.set(place, slot, 0.0);
            self.weights.set(place, slot, 0);
        }
    }

    fn carry_over(&mut self, place: usize, before: &Self, from: usize) {
        self.means.carry_over(place, &before.means, from);
        self.weights.carry_over(place, &before.weights, from);
    }

    fn bytes_a_bucket(&self) -> usize {
        size_of::<f32>() + size_of::<u16>()
    }
}
