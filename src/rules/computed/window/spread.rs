//! The standard deviation over time.

use super::mean::weight_of_ms;
use super::ring::Ring;
use super::row::{Division, Row};
use super::{Keep, is_rounding, turn_of};

/// Of each stretch its mean from an origin, the variance within it, and how much of it was known.
#[derive(Debug)]
pub(super) struct Spread {
    division: Division,
    means: Ring<f64>,
    variances: Ring<f32>,
    weights: Ring<u16>,
    /// Of a millisecond.
    weight: f64,
    /// Which part of a stretch a millisecond is.
    part: f64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Squares {
    /// What means are counted from.
    origin: f64,
    /// Over the closed stretches, mean times weight.
    sum: f64,
    /// Over the closed stretches, mean square times weight.
    squares: f64,
    /// Of the present stretch, distance from the origin times milliseconds.
    present: f64,
    /// The same of its square.
    present_squares: f64,
    /// Over the closed stretches.
    weight: u32,
    /// How much of the present stretch is known.
    present_ms: u32,
}

impl Spread {
    pub fn new(division: Division, count: usize) -> Self {
        let slots = usize::from(division.buckets);
        Self {
            division,
            means: Ring::new(slots, count, 0.0),
            variances: Ring::new(slots, count, 0.0),
            weights: Ring::new(slots, count, 0),
            weight: weight_of_ms(division),
            part: f64::from(division.bucket_ms).recip(),
        }
    }

    /// Mean and mean square of a closed stretch, and its weight.
    fn closed(&self, place: usize, slot: usize) -> (f64, f64, u16) {
        let mean = self.means.get(place, slot);
        let square = f64::from(self.variances.get(place, slot)) + mean * mean;
        (mean, square, self.weights.get(place, slot))
    }

    /// Sums anew, about an origin that has followed the values: rounding does not gather.
    fn sum_anew(&mut self, place: usize, row: &mut Row<Squares>) {
        let origin = if row.value.is_finite() {
            row.value
        } else {
            row.state.origin
        };
        let shift = row.state.origin - origin;
        (row.state.sum, row.state.squares) = (0.0, 0.0);
        for slot in 0..usize::from(self.division.buckets) {
            self.means
                .set(place, slot, self.means.get(place, slot) + shift);
            let (mean, square, weight) = self.closed(place, slot);
            row.state.sum += mean * f64::from(weight);
            row.state.squares += square * f64::from(weight);
        }
        row.state.origin = origin;
    }
}

impl Keep for Spread {
    type State = Squares;

    #[inline]
    fn stand(&self, state: &mut Squares, value: f64, ms: u32) {
        if state.weight == 0 && state.present_ms == 0 {
            state.origin = value;
            (state.sum, state.squares) = (0.0, 0.0);
        }
        let away = value - state.origin;
        state.present += away * f64::from(ms);
        state.present_squares += away * away * f64::from(ms);
        state.present_ms += ms;
    }

    fn close(&mut self, place: usize, row: &mut Row<Squares>) {
        let slot = usize::from(row.slot);
        let (mean, square, gone) = self.closed(place, slot);
        let state = &mut row.state;
        state.sum -= mean * f64::from(gone);
        state.squares -= square * f64::from(gone);
        state.weight -= u32::from(gone);
        let (mut mean, mut variance, mut weight) = (0.0, 0.0, 0);
        if state.present_ms > 0 {
            let ms = f64::from(state.present_ms);
            mean = state.present / ms;
            variance = (state.present_squares / ms - mean * mean).max(0.0) as f32;
            weight = ((ms * self.weight) as u16).max(1);
        }
        self.means.set(place, slot, mean);
        self.variances.set(place, slot, variance);
        self.weights.set(place, slot, weight);
        state.sum += mean * f64::from(weight);
        state.squares += (f64::from(variance) + mean * mean) * f64::from(weight);
        state.weight += u32::from(weight);
        (state.present, state.present_squares, state.present_ms) = (0.0, 0.0, 0);
        if slot == turn_of(place, self.division) {
            self.sum_anew(place, row);
        }
    }

    fn outcome(&self, place: usize, row: &Row<Squares>, held: f64) -> f64 {
        let state = &row.state;
        let (mean, square, weight) = self.closed(place, usize::from(row.slot));
        // The oldest stretch leaves as the present one fills.
        let gone = f64::from(row.into_ms) * self.part * f64::from(weight);
        let weight = f64::from(state.weight) - gone + f64::from(state.present_ms) * self.weight;
        if weight <= 0.0 {
            return 0.0;
        }
        let mean = (state.sum - gone * mean + state.present * self.weight) / weight;
        let square = (state.squares - gone * square + state.present_squares * self.weight) / weight;
        let variance = square - mean * mean;
        // Below this nothing is left of the difference but rounding.
        if variance <= 1e-13 * square {
            return 0.0;
        }
        let deviation = variance.sqrt();
        if is_rounding(deviation, held) {
            held
        } else {
            deviation
        }
    }

    fn forget_present(&self, state: &mut Squares) {
        (state.present, state.present_squares, state.present_ms) = (0.0, 0.0, 0);
    }

    fn forget(&mut self, place: usize) {
        for slot in 0..usize::from(self.division.buckets) {
            self.means.set(place, slot, 0.0);
            self.variances.set(place, slot, 0.0);
            self.weights.set(place, slot, 0);
        }
    }

    fn carry_over(&mut self, place: usize, before: &Self, from: usize) {
        self.means.carry_over(place, &before.means, from);
        self.variances.carry_over(place, &before.variances, from);
        self.weights.carry_over(place, &before.weights, from);
    }

    fn bytes_a_bucket(&self) -> usize {
        size_of::<f64>() + size_of::<f32>() + size_of::<u16>()
    }
}
