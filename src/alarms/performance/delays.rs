//! What a longer delay would have made of an alarm's occurrences, tried on those that there were.

use std::time::Duration;

use serde::Serialize;

/// Delays that are tried beside the present ones, seconds.
pub const EXTRA_DELAYS_SECS: [u64; 8] = [5, 10, 15, 30, 60, 120, 300, 600];

/// What one longer delay would have made of an alarm's occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DelayTrial {
    /// Longer than the present delay by this much, seconds.
    pub extra_secs: u64,
    /// So many occurrences would have been left.
    pub left: u64,
}

/// The occurrences of one alarm under each of the longer delays.
///
/// A longer off-delay joins two occurrences where the condition comes back before the alarm would have
/// cleared; a longer on-delay leaves out those whose condition went before. Both follow from the times
/// of the records and the present delays: the condition held from the on-delay before an alarm was
/// raised until the off-delay before it cleared.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Delays {
    occurrences: u64,
    /// Joined to the one before, by off-delay.
    joined: [u32; EXTRA_DELAYS_SECS.len()],
    /// Too short to be raised, by on-delay.
    left_out: [u32; EXTRA_DELAYS_SECS.len()],
}

impl Delays {
    /// The alarm was raised so long after it had cleared; `None` where it had not before.
    pub fn raised(&mut self, since_cleared_ms: Option<i64>, on_delay: Duration) {
        self.occurrences += 1;
        let Some(gap_ms) = since_cleared_ms else {
            return;
        };
        count_below(&mut self.joined, gap_ms, on_delay);
    }

    /// An occurrence that was counted has cleared after so long.
    pub fn cleared(&mut self, active_ms: i64, off_delay: Duration) {
        count_below(&mut self.left_out, active_ms, off_delay);
    }

    /// What is left with longer off-delays.
    pub fn with_off_delay(&self) -> [DelayTrial; EXTRA_DELAYS_SECS.len()] {
        self.trials(&self.joined)
    }

    /// What is left with longer on-delays.
    pub fn with_on_delay(&self) -> [DelayTrial; EXTRA_DELAYS_SECS.len()] {
        self.trials(&self.left_out)
    }

    fn trials(
        &self,
        gone: &[u32; EXTRA_DELAYS_SECS.len()],
    ) -> [DelayTrial; EXTRA_DELAYS_SECS.len()] {
        let mut gone = gone.iter();
        EXTRA_DELAYS_SECS.map(|extra_secs| DelayTrial {
            extra_secs,
            left: self
                .occurrences
                .saturating_sub(gone.next().map_or(0, |n| u64::from(*n))),
        })
    }
}

fn count_below(counts: &mut [u32; EXTRA_DELAYS_SECS.len()], ms: i64, present: Duration) {
    let present_ms = i64::try_from(present.as_millis()).unwrap_or(i64::MAX);
    for (count, extra_secs) in counts.iter_mut().zip(EXTRA_DELAYS_SECS) {
        let limit_ms = present_ms.saturating_add_unsigned(extra_secs * 1_000);
        *count = count.saturating_add(u32::from(ms < limit_ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(trials: [DelayTrial; 8], secs: u64) -> u64 {
        let trial = trials.iter().find(|t| t.extra_secs == secs);
        trial.map_or(u64::MAX, |t| t.left)
    }

    #[test]
    fn an_off_delay_joins_occurrences_whose_gap_is_shorter() {
        let mut delays = Delays::default();
        delays.raised(None, Duration::ZERO);
        for gap_secs in [4, 9, 29, 30, 700] {
            delays.raised(Some(gap_secs * 1_000), Duration::ZERO);
        }
        let trials = delays.with_off_delay();
        assert_eq!(left(trials, 5), 5);
        assert_eq!(left(trials, 10), 4);
        assert_eq!(left(trials, 30), 3);
        assert_eq!(left(trials, 600), 2);
    }

    #[test]
    fn an_on_delay_leaves_out_what_is_shorter_without_the_off_delay() {
        let mut delays = Delays::default();
        // With an off-delay of 10 s, 14 s of alarm are 4 s of condition.
        for active_secs in [14, 15, 300] {
            delays.raised(None, Duration::ZERO);
            delays.cleared(active_secs * 1_000, Duration::from_secs(10));
        }
        let trials = delays.with_on_delay();
        assert_eq!(left(trials, 5), 2);
        assert_eq!(left(trials, 10), 1);
    }

    #[test]
    fn the_present_on_delay_is_part_of_the_gap_between_conditions() {
        let mut delays = Delays::default();
        delays.raised(None, Duration::from_secs(10));
        // Raised 14 s after it cleared: the condition came back after 4 s.
        delays.raised(Some(14_000), Duration::from_secs(10));
        assert_eq!(left(delays.with_off_delay(), 5), 1);
    }
}
