//! What stands before the operator: how much at once, and what stands for over a day.

use std::collections::BTreeMap;

use serde::Serialize;

use super::coverage::Gaps;
use super::span::Span;
use crate::alarms::AlarmId;

/// What stands for longer is stale: a day, milliseconds.
pub(super) const STALE_MS: i64 = 86_400_000;

/// An alarm that stood for over 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleAlarm {
    /// Which.
    pub id: AlarmId,
    /// Since when it was active, milliseconds since 1970 UTC.
    pub raised_ms: i64,
    /// Until when; `None` while it stands.
    pub until_ms: Option<i64>,
    /// For how long, up to the end of the span, milliseconds.
    pub for_ms: i64,
}

/// How much stood before the operator.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Standing {
    /// On average over the time that was watched; `None` where nothing was.
    pub mean: Option<f64>,
    /// The most at once.
    pub most: u64,
    /// At the end of the span.
    pub now: u64,
    /// Stale ones at the end of the span.
    pub stale_now: u64,
    /// The most stale ones at once.
    pub most_stale: u64,
    /// Every alarm that was stale, the longest first.
    pub stale: Vec<StaleAlarm>,
}

/// Stretches of standing as they end.
#[derive(Debug, Clone)]
pub(super) struct StandingTally {
    span: Span,
    standing: u64,
    most: u64,
    stale_steps: Steps,
    /// Time that alarms stood for together, milliseconds.
    total_ms: i64,
    stale: Vec<(usize, i64, Option<i64>)>,
}

/// Changes of a count, by time.
#[derive(Debug, Clone, Default)]
struct Steps(BTreeMap<i64, i64>);

impl Steps {
    fn add(&mut self, from_ms: i64, until_ms: i64) {
        *self.0.entry(from_ms).or_default() += 1;
        *self.0.entry(until_ms).or_default() -= 1;
    }

    fn most(&self) -> i64 {
        let mut count = 0;
        let counts = self.0.values().map(|step| {
            count += step;
            count
        });
        counts.max().unwrap_or(0)
    }
}

impl StandingTally {
    /// At the start of the span so many stand.
    pub fn new(span: Span, standing: u64) -> Self {
        Self {
            span,
            standing,
            most: standing,
            stale_steps: Steps::default(),
            total_ms: 0,
            stale: Vec::new(),
        }
    }

    /// One more stands.
    pub fn stands(&mut self) {
        self.standing += 1;
        self.most = self.most.max(self.standing);
    }

    /// An alarm stood before the operator; `until_ms` is `None` while it does.
    pub fn stood(
        &mut self,
        alarm: usize,
        raised_ms: Option<i64>,
        from_ms: i64,
        until_ms: Option<i64>,
    ) {
        let stood = Span {
            from_ms,
            until_ms: until_ms.unwrap_or(self.span.until_ms),
        };
        let seen = stood.within(self.span);
        self.total_ms += seen.length_ms();
        match (raised_ms, until_ms) {
            (Some(_), Some(_)) => self.standing = self.standing.saturating_sub(1),
            // It stood from the beginning, and all that was counted since was one more.
            (None, _) => self.most += 1,
            (Some(_), None) => {}
        }
        // Where nobody knows since when it was active, it is not called stale.
        let Some(raised_ms) = raised_ms else { return };
        let stale = Span {
            from_ms: stood.from_ms.max(raised_ms.saturating_add(STALE_MS)),
            ..stood
        };
        let stale = stale.within(self.span);
        if stale.length_ms() > 0 && stood.until_ms > raised_ms.saturating_add(STALE_MS) {
            self.stale_steps.add(stale.from_ms, stale.until_ms);
            self.stale.push((alarm, raised_ms, until_ms));
        }
    }

    /// `id` names an alarm.
    pub fn finish(self, gaps: &Gaps, now: u64, id: impl Fn(usize) -> Option<AlarmId>) -> Standing {
        let covered_ms = gaps.covered_ms(self.span);
        let until_ms = self.span.until_ms;
        let stale = self
            .stale
            .into_iter()
            .filter_map(|(alarm, raised_ms, until)| {
                Some(StaleAlarm {
                    id: id(alarm)?,
                    raised_ms,
                    until_ms: until,
                    for_ms: until.unwrap_or(until_ms).saturating_sub(raised_ms),
                })
            });
        let mut stale: Vec<StaleAlarm> = stale.collect();
        // One that was set aside for a while stood twice, and is one.
        stale.sort_by_key(|s| (s.id.clone(), s.raised_ms, std::cmp::Reverse(s.for_ms)));
        stale.dedup_by_key(|s| (s.id.clone(), s.raised_ms));
        stale.sort_by_key(|s| (std::cmp::Reverse(s.for_ms), s.id.clone()));
        Standing {
            mean: (covered_ms > 0).then(|| self.total_ms as f64 / covered_ms as f64),
            most: self.most,
            now,
            stale_now: stale.iter().filter(|s| s.until_ms.is_none()).count() as u64,
            most_stale: self.stale_steps.most().max(0) as u64,
            stale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn standing(stood: &[(i64, i64)], span_hours: i64) -> Standing {
        let span = Span {
            from_ms: 0,
            until_ms: span_hours * HOUR,
        };
        let mut tally = StandingTally::new(span, 0);
        for (n, (from, until)) in stood.iter().enumerate() {
            let from_ms = from * HOUR;
            let until_ms = Some(until * HOUR).filter(|u| *u < span.until_ms);
            tally.stood(n, Some(from_ms), from_ms, until_ms);
        }
        let id = |n: usize| {
            Some(AlarmId {
                object: format!("T{n}").into(),
                name: "Hot".into(),
            })
        };
        tally.finish(&Gaps::default(), 0, id)
    }

    #[test]
    fn what_is_active_for_24_hours_is_stale_only_after_them() {
        assert_eq!(standing(&[(0, 24)], 48).stale, []);
        let over = standing(&[(0, 25)], 48);
        assert_eq!(over.stale.len(), 1);
        assert_eq!(over.stale_now, 0);
        assert_eq!(over.stale[0].for_ms, 25 * HOUR);
    }

    #[test]
    fn an_alarm_raised_before_the_span_is_stale_from_its_beginning() {
        let standing = standing(&[(-30, 90)], 48);
        assert_eq!(standing.stale_now, 1);
        assert_eq!(standing.most_stale, 1);
        assert_eq!(standing.stale[0].for_ms, 78 * HOUR);
    }

    #[test]
    fn the_mean_is_weighted_by_time() {
        let standing = standing(&[(0, 12), (6, 12), (12, 24)], 24);
        assert_eq!(standing.mean, Some(30.0 / 24.0));
    }
}
