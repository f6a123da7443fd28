//! How long alarms wait for someone to acknowledge them.

use serde::Serialize;

/// Up to so many waits are kept as they are; more are counted by length, to a hundredth.
const EXACT: usize = 50_000;
/// Of a class of lengths to the next.
const RATIO: f64 = 1.01;

/// How long alarms waited, in short.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Waits {
    /// How many were acknowledged.
    pub count: u64,
    /// Half of them took no longer, milliseconds.
    pub median_ms: Option<i64>,
    /// Nine of ten took no longer, milliseconds.
    pub ninety_percent_ms: Option<i64>,
    /// The longest, milliseconds.
    pub longest_ms: Option<i64>,
}

/// Waits as they come; memory is bounded.
#[derive(Debug, Clone, Default)]
pub(super) struct WaitTally {
    exact: Vec<i64>,
    /// How many are in each class, once they are too many to be kept.
    classes: Vec<u32>,
    count: u64,
    longest_ms: i64,
}

impl WaitTally {
    pub fn push(&mut self, wait_ms: i64) {
        let wait_ms = wait_ms.max(0);
        self.count += 1;
        self.longest_ms = self.longest_ms.max(wait_ms);
        if self.classes.is_empty() && self.exact.len() < EXACT {
            self.exact.push(wait_ms);
            return;
        }
        for wait_ms in std::mem::take(&mut self.exact) {
            self.classify(wait_ms);
        }
        self.classify(wait_ms);
    }

    fn classify(&mut self, wait_ms: i64) {
        let class = ((wait_ms as f64 + 1.0).ln() / RATIO.ln()) as usize;
        if class >= self.classes.len() {
            self.classes.resize(class + 1, 0);
        }
        if let Some(n) = self.classes.get_mut(class) {
            *n = n.saturating_add(1);
        }
    }

    /// Adds those of another tally.
    pub fn merge(&mut self, other: &Self) {
        for wait_ms in &other.exact {
            self.push(*wait_ms);
        }
        if other.classes.is_empty() {
            return;
        }
        for wait_ms in std::mem::take(&mut self.exact) {
            self.classify(wait_ms);
        }
        self.classes
            .resize(self.classes.len().max(other.classes.len()), 0);
        for (n, more) in self.classes.iter_mut().zip(&other.classes) {
            *n = n.saturating_add(*more);
        }
        self.count += other.count;
        self.longest_ms = self.longest_ms.max(other.longest_ms);
    }

    pub fn finish(mut self) -> Waits {
        self.exact.sort_unstable();
        Waits {
            count: self.count,
            median_ms: self.quantile(0.5),
            ninety_percent_ms: self.quantile(0.9),
            longest_ms: (self.count > 0).then_some(self.longest_ms),
        }
    }

    /// The wait that this share of all did not exceed (nearest rank).
    fn quantile(&self, share: f64) -> Option<i64> {
        let rank = ((self.count as f64 * share).ceil() as u64).max(1);
        if self.classes.is_empty() {
            return self.exact.get(usize::try_from(rank).ok()? - 1).copied();
        }
        let mut up_to = 0;
        let class = self.classes.iter().position(|n| {
            up_to += u64::from(*n);
            up_to >= rank
        })?;
        let middle = RATIO.powf(class as f64 + 0.5) - 1.0;
        Some((middle.round() as i64).min(self.longest_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_nine_tenths_are_of_the_nearest_rank() {
        let mut tally = WaitTally::default();
        for secs in [10, 50, 20, 40, 30, 60, 70, 80, 90, 100] {
            tally.push(secs * 1_000);
        }
        let waits = tally.finish();
        assert_eq!(waits.median_ms, Some(50_000));
        assert_eq!(waits.ninety_percent_ms, Some(90_000));
        assert_eq!(waits.longest_ms, Some(100_000));
    }

    #[test]
    fn without_an_acknowledgement_nothing_is_claimed() {
        assert_eq!(WaitTally::default().finish(), Waits::default());
    }

    #[test]
    fn more_waits_than_are_kept_are_told_to_a_hundredth() {
        let mut tally = WaitTally::default();
        for n in 0..200_000_i64 {
            tally.push((n * 7919 % 200_000) * 10);
        }
        let waits = tally.finish();
        let close = |got: Option<i64>, to: f64| (got.unwrap_or(0) as f64 / to - 1.0).abs() < 0.011;
        assert!(close(waits.median_ms, 1_000_000.0), "{waits:?}");
        assert!(close(waits.ninety_percent_ms, 1_800_000.0), "{waits:?}");
    }
}
