//! How many alarms came: in each period of 10 minutes, each hour, each day.

use serde::Serialize;

use super::coverage::Gaps;
use super::span::Span;

/// The standard's period: 10 minutes, milliseconds.
pub const INTERVAL_MS: i64 = 600_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: f64 = 86_400_000.0;
/// Longer spans are counted as this many periods of 10 minutes: some 60 years.
const MOST_INTERVALS: i64 = 3_200_000;

/// How many alarms an operator position had. A period counts where at least half of it was watched.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Rates {
    /// Alarms of the span, of all positions.
    pub alarms: u64,
    /// A day, on average; `None` where nothing was watched.
    pub per_day: Option<f64>,
    /// An hour, on average.
    pub per_hour: Option<f64>,
    /// 10 minutes, on average.
    pub per_10_min: Option<f64>,
    /// The most that came within any 10 minutes.
    pub most_in_10_min: Option<f64>,
    /// Periods of 10 minutes that count, one after the other from the span's start.
    pub intervals: u64,
    /// The share of them above 1, 2, 5 and 10 alarms.
    pub above_1_2_5_10: Option<[f64; 4]>,
    /// Hours that count, one after the other from the span's start.
    pub hours: u64,
    /// The share of them above 30 alarms.
    pub hours_above_30: Option<f64>,
}

/// Counts for each 10 minutes of a span.
#[derive(Debug, Clone)]
pub(super) struct RateTally {
    span: Span,
    counts: Vec<u32>,
}

impl RateTally {
    pub fn new(span: Span) -> Self {
        let intervals = (span.length_ms() + INTERVAL_MS - 1) / INTERVAL_MS;
        let intervals = intervals.clamp(0, MOST_INTERVALS) as usize;
        Self {
            span,
            counts: vec![0; intervals],
        }
    }

    /// Takes note of an alarm within the span.
    pub fn push(&mut self, at_ms: i64) {
        let interval = at_ms.saturating_sub(self.span.from_ms) / INTERVAL_MS;
        let interval = usize::try_from(interval).ok();
        if let Some(n) = interval.and_then(|at| self.counts.get_mut(at)) {
            *n = n.saturating_add(1);
        }
    }

    pub fn finish(&self, alarms: u64, most: usize, gaps: &Gaps, positions: u32) -> Rates {
        let positions = f64::from(positions.max(1));
        let covered_ms = gaps.covered_ms(self.span);
        let per =
            |ms: f64| (covered_ms > 0).then(|| alarms as f64 / positions * ms / covered_ms as f64);
        let (intervals, above) =
            self.shares(1, &[1.0, 2.0, 5.0, 10.0].map(|n| n * positions), gaps);
        let (hours, hours_above) =
            self.shares((HOUR_MS / INTERVAL_MS) as usize, &[30.0 * positions], gaps);
        let share = |n: u64, of: u64| n as f64 / of as f64;
        Rates {
            alarms,
            per_day: per(DAY_MS),
            per_hour: per(HOUR_MS as f64),
            per_10_min: per(INTERVAL_MS as f64),
            most_in_10_min: (covered_ms > 0).then(|| most as f64 / positions),
            intervals,
            above_1_2_5_10: <[u64; 4]>::try_from(above)
                .ok()
                .filter(|_| intervals > 0)
                .map(|above| above.map(|n| share(n, intervals))),
            hours,
            hours_above_30: hours_above
                .first()
                .filter(|_| hours > 0)
                .map(|n| share(*n, hours)),
        }
    }

    /// How many groups of so many periods count, and how many of them are above each limit.
    fn shares(&self, group: usize, limits: &[f64], gaps: &Gaps) -> (u64, Vec<u64>) {
        let mut counted = 0;
        let mut above = vec![0; limits.len()];
        let length_ms = INTERVAL_MS * group as i64;
        for (counts, at) in self.counts.chunks(group.max(1)).zip(0_i64..) {
            let from_ms = self.span.from_ms + at * length_ms;
            let whole = Span {
                from_ms,
                until_ms: from_ms + length_ms,
            };
            let watched_ms = gaps.covered_ms(whole.within(self.span));
            if watched_ms * 2 < length_ms {
                continue;
            }
            counted += 1;
            let count = f64::from(counts.iter().sum::<u32>());
            for (above, limit) in above.iter_mut().zip(limits) {
                *above += u64::from(count > *limit);
            }
        }
        (counted, above)
    }

    pub fn into_counts(self) -> Vec<u32> {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: i64 = 60_000;

    fn rates(span_min: i64, alarms_min: &[i64], gaps_min: &[(i64, i64)]) -> Rates {
        let span = Span {
            from_ms: 0,
            until_ms: span_min * MIN,
        };
        let mut tally = RateTally::new(span);
        for at in alarms_min {
            tally.push(at * MIN);
        }
        let mut gaps = Gaps::default();
        for (from, until) in gaps_min {
            let gap = Span {
                from_ms: from * MIN,
                until_ms: until * MIN,
            };
            gaps.add(gap, span);
        }
        tally.finish(alarms_min.len() as u64, 0, &gaps, 1)
    }

    #[test]
    fn rates_are_means_over_the_time_that_was_watched() {
        let rates = rates(120, &[5, 6, 7, 65], &[(60, 80)]);
        // 4 alarms in 100 minutes.
        assert_eq!(rates.per_10_min, Some(0.4));
        assert_eq!(rates.per_hour, Some(2.4));
        assert!((rates.per_day.unwrap_or(0.0) - 57.6).abs() < 1e-9);
        assert_eq!(rates.intervals, 10);
        // Only the first 10 minutes had more than 1 and more than 2.
        assert_eq!(rates.above_1_2_5_10, Some([0.1, 0.1, 0.0, 0.0]));
    }

    #[test]
    fn an_alarm_on_the_bound_belongs_to_the_period_that_begins() {
        let rates = rates(20, &[10, 11], &[]);
        assert_eq!(rates.above_1_2_5_10, Some([0.5, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn an_hour_counts_above_thirty_and_not_at_thirty() {
        let thirty: Vec<i64> = vec![3; 30];
        assert_eq!(rates(60, &thirty, &[]).hours_above_30, Some(0.0));
        let more: Vec<i64> = vec![3; 31];
        assert_eq!(rates(60, &more, &[]).hours_above_30, Some(1.0));
    }

    #[test]
    fn what_was_not_watched_has_no_rate() {
        let rates = rates(60, &[], &[(0, 60)]);
        assert_eq!(rates.per_10_min, None);
        assert_eq!(rates.above_1_2_5_10, None);
        assert_eq!(rates.hours_above_30, None);
        assert_eq!(rates.intervals, 0);
    }
}
