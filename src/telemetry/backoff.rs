//! How long to wait before the next attempt to connect.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);
/// A machine that refuses at once is up, and its broker may be back at any moment; asking is cheap.
const LONGEST_REFUSED: Duration = Duration::from_secs(4);

/// Exponential back-off with full jitter: each wait is drawn between half a second and a ceiling
/// that doubles with every failure, so that many twins do not all return to a broker at once.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// A connection has held: start again from the shortest waits.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure; `refused` if the machine was reached but nothing listened.
    pub fn next_wait(&mut self, refused: bool) -> Duration {
        let ceiling = self.ceiling(refused);
        self.failures = self.failures.saturating_add(1);
        rand::random_range(SHORTEST..=ceiling)
    }

    fn ceiling(&self, refused: bool) -> Duration {
        let longest = if refused { LONGEST_REFUSED } else { LONGEST };
        let doublings = self.failures.saturating_add(1).min(16);
        SHORTEST.saturating_mul(1 << doublings).min(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_stay_between_half_a_second_and_a_ceiling_that_doubles() {
        let mut backoff = Backoff::default();
        for ceiling_ms in [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
            assert_eq!(backoff.ceiling(false).as_millis(), ceiling_ms);
            let wait = backoff.next_wait(false).as_millis();
            assert!((500..=ceiling_ms).contains(&wait), "{wait} ms");
        }
    }

    #[test]
    fn a_refusing_machine_is_asked_at_least_every_four_seconds() {
        let mut backoff = Backoff::default();
        for _ in 0..100 {
            assert!(backoff.next_wait(true) <= LONGEST_REFUSED);
        }
    }

    #[test]
    fn a_thousand_failures_do_not_overflow_and_a_reset_starts_again() {
        let mut backoff = Backoff { failures: u32::MAX };
        assert!(backoff.next_wait(false) <= LONGEST);
        backoff.reset();
        assert!(backoff.next_wait(false) <= Duration::from_secs(1));
    }
}
