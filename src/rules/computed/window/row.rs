//! One turbine's window as time passes: which value stood for how long, in which stretch.

use super::super::members::TURN_MS;
use super::{BUCKETS, Keep, LEAST_BUCKET_MS};

/// No window is longer: two years, milliseconds.
const MOST_OVER_MS: i64 = 2 * 366 * 86_400_000;

/// The share of a window that must be known before anything is told of it.
pub const LEAST_SHARE: f64 = 0.5;

/// How a window is divided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Division {
    /// How many closed stretches it has, at most 60.
    pub buckets: u8,
    /// How long each is, milliseconds.
    pub bucket_ms: u32,
}

impl Division {
    /// That of a window of this length.
    pub fn of(over_ms: i64) -> Self {
        let over_ms = over_ms.clamp(1, MOST_OVER_MS);
        let buckets = (over_ms / LEAST_BUCKET_MS).clamp(1, i64::from(BUCKETS));
        let bucket_ms = over_ms.div_euclid(buckets) + i64::from(over_ms % buckets > 0);
        Self {
            buckets: u8::try_from(buckets).unwrap_or(BUCKETS),
            bucket_ms: u32::try_from(bucket_ms).unwrap_or(u32::MAX),
        }
    }

    /// How long the window is, milliseconds.
    pub fn over_ms(self) -> i64 {
        i64::from(self.buckets) * i64::from(self.bucket_ms)
    }

    fn mask(self) -> u64 {
        (1 << self.buckets) - 1
    }
}

/// A value that is heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heard {
    /// NaN where it is unknown.
    pub value: f64,
    /// When it was measured, milliseconds on the source's clock.
    pub time_ms: i64,
    /// When it arrived, milliseconds on the monotonic clock.
    pub heard_ms: i64,
}

/// One turbine's window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<S> {
    /// Up to when it has been followed, milliseconds on the source's clock.
    at_ms: i64,
    /// What stands now; NaN where it is unknown.
    pub value: f64,
    /// The closed stretches at whose end a value stood, the last one as the lowest bit.
    known: u64,
    /// How much of the present stretch is over, milliseconds.
    pub into_ms: u32,
    /// Since when the value was measured, milliseconds.
    pub stood_ms: u32,
    /// When it was last followed: the low bits of the monotonic clock, milliseconds.
    seen_ms: u32,
    /// The oldest closed stretch, which the next one takes the place of.
    pub slot: u8,
    /// What the statistic keeps.
    pub state: S,
}

const NEVER_MS: i64 = i64::MIN;

impl<S: Default> Default for Row<S> {
    fn default() -> Self {
        Self {
            at_ms: NEVER_MS,
            value: f64::NAN,
            known: 0,
            into_ms: 0,
            stood_ms: 0,
            seen_ms: 0,
            slot: 0,
            state: S::default(),
        }
    }
}

impl<S: Copy + Default> Row<S> {
    /// Whether it has heard nothing yet.
    pub fn is_fresh(&self) -> bool {
        self.at_ms == NEVER_MS
    }

    /// Whether it is to be followed as time passes: something is known, and it was not followed just now.
    #[inline]
    pub fn is_due(&self, now_ms: i64) -> bool {
        let since_ms = (now_ms as u32).wrapping_sub(self.seen_ms);
        !self.value.is_nan() && i64::from(since_ms) >= TURN_MS
    }

    /// Whether enough of the window is known to tell of it.
    #[inline]
    pub fn is_covered(&self, division: Division) -> bool {
        let covered = (self.known & division.mask()).count_ones();
        covered * 2 >= u32::from(division.buckets)
    }

    /// How many stretches ago the oldest known one was closed, 0 for the last; `None` without one.
    #[inline]
    pub fn oldest_known(&self, division: Division) -> Option<u32> {
        let known = self.known & division.mask();
        (known != 0).then(|| 63 - known.leading_zeros())
    }

    /// The place in the ring of the stretch that was closed so many stretches ago.
    #[inline]
    pub fn slot_ago(&self, division: Division, ago: u32) -> usize {
        let buckets = usize::from(division.buckets);
        (usize::from(self.slot) + 2 * buckets - 1 - ago as usize) % buckets
    }

    /// Takes a value that was heard, after whatever was heard before. A value stands until the next,
    /// for at most `stale_ms`; what was measured before the time up to which the window was followed
    /// counts from there. A source clock set back by more begins the window anew.
    #[inline]
    pub fn hear<K: Keep<State = S>>(
        &mut self,
        keep: &mut K,
        place: usize,
        division: Division,
        heard: Heard,
        stale_ms: i64,
    ) {
        if self.is_fresh() {
            self.at_ms = heard.time_ms;
        }
        let passed_ms = heard.time_ms.saturating_sub(self.at_ms);
        if passed_ms > 0 {
            let stands_ms = self.stands_ms(stale_ms).min(passed_ms);
            self.pass(keep, place, division, stands_ms);
            self.value = f64::NAN;
            self.pass(keep, place, division, passed_ms - stands_ms);
        } else if passed_ms < -stale_ms.max(i64::from(division.bucket_ms)) {
            *self = Self::default();
            keep.forget(place);
            self.at_ms = heard.time_ms;
        }
        self.value = heard.value;
        self.stood_ms = u32::try_from(self.at_ms - heard.time_ms).unwrap_or(0);
        self.seen_ms = heard.heard_ms as u32;
        if !heard.value.is_nan() {
            keep.take(&mut self.state, heard.value);
        }
    }

    /// Lets time pass without a new value.
    #[inline]
    pub fn follow<K: Keep<State = S>>(
        &mut self,
        keep: &mut K,
        place: usize,
        division: Division,
        now_ms: i64,
        stale_ms: i64,
    ) {
        // What is unknown stands still: a burst of what was measured meanwhile may yet come.
        if self.value.is_nan() {
            return;
        }
        let passed_ms = (now_ms as u32).wrapping_sub(self.seen_ms);
        self.seen_ms = now_ms as u32;
        // A value that arrives in this very frame may be stamped a little later than the frame.
        if passed_ms <= i32::MAX as u32 {
            let stands_ms = i64::from(passed_ms).min(self.stands_ms(stale_ms));
            self.pass(keep, place, division, stands_ms);
        }
    }

    /// For how long the present value may stand yet.
    fn stands_ms(&self, stale_ms: i64) -> i64 {
        if self.value.is_nan() {
            return 0;
        }
        (stale_ms - i64::from(self.stood_ms)).max(0)
    }

    /// The present value stands for so long.
    #[inline]
    fn pass<K: Keep<State = S>>(
        &mut self,
        keep: &mut K,
        place: usize,
        division: Division,
        passed_ms: i64,
    ) {
        if passed_ms <= 0 {
            return;
        }
        self.at_ms = self.at_ms.saturating_add(passed_ms);
        let bucket_ms = i64::from(division.bucket_ms);
        let mut left_ms = passed_ms;
        if left_ms > division.over_ms() + bucket_ms {
            // Nothing of the window is left: as much as fills it is enough.
            left_ms = division.over_ms() + left_ms % bucket_ms;
            keep.forget_present(&mut self.state);
            let skipped_ms = u32::try_from(passed_ms - left_ms).unwrap_or(u32::MAX);
            self.stood_ms = self.stood_ms.saturating_add(skipped_ms);
        }
        let is_known = !self.value.is_nan();
        loop {
            let room_ms = bucket_ms - i64::from(self.into_ms);
            let here_ms = left_ms.min(room_ms) as u32;
            self.stood_ms = self.stood_ms.saturating_add(here_ms);
            if is_known && here_ms > 0 {
                keep.stand(&mut self.state, self.value, here_ms);
            }
            if left_ms < room_ms {
                self.into_ms += here_ms;
                return;
            }
            left_ms -= room_ms;
            self.into_ms = 0;
            self.known = self.known << 1 | u64::from(is_known);
            keep.close(place, self);
            self.slot = if self.slot + 1 < division.buckets {
                self.slot + 1
            } else {
                0
            };
        }
    }
}
