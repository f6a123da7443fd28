//! Which span is shown: a shift, day, week or month, the one now or one before, or times of one's own.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use crate::alarms::performance::{By, Span, period_at};

/// What kind of span is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// A shift.
    Shift,
    /// A day.
    #[default]
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// From a time to another.
    Own,
}

impl Choice {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Shift, "Shift"),
        (Self::Day, "Day"),
        (Self::Week, "Week"),
        (Self::Month, "Month"),
        (Self::Own, "From – to"),
    ];

    fn by(self) -> Option<By> {
        match self {
            Self::Shift => Some(By::Shift),
            Self::Day => Some(By::Day),
            Self::Week => Some(By::Week),
            Self::Month => Some(By::Month),
            Self::Own => None,
        }
    }
}

/// Which span is chosen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen {
    /// What kind.
    pub choice: Choice,
    /// So many before the one now.
    pub back: u32,
    /// From this time on, as typed.
    pub from: String,
    /// Before this time, as typed.
    pub until: String,
}

/// Further back than this nobody steps.
const MOST_BACK: u32 = 2_000;

impl Chosen {
    /// The span; it ends now at the latest. `None` where the times that were typed are none.
    pub fn span(&self, now_ms: i64, zone: &TimeZone, shifts: &[Time]) -> Option<Span> {
        let Some(by) = self.choice.by() else {
            let span = Span {
                from_ms: time(&self.from, zone)?,
                until_ms: time(&self.until, zone).unwrap_or(now_ms).min(now_ms),
            };
            return (span.length_ms() > 0).then_some(span);
        };
        let mut span = period_at(now_ms, by, zone, shifts)?;
        for _ in 0..self.back.min(MOST_BACK) {
            span = period_at(span.from_ms - 1, by, zone, shifts)?;
        }
        span.until_ms = span.until_ms.min(now_ms).max(span.from_ms + 1);
        Some(span)
    }
}

/// A time of the site: `2026-11-16 06:00`, or the midnight that a day begins with.
fn time(text: &str, zone: &TimeZone) -> Option<i64> {
    let text = text.trim();
    let civil = text.parse::<DateTime>().ok().or_else(|| {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(date.to_datetime(Time::midnight()))
    })?;
    let at = zone.to_ambiguous_zoned(civil).compatible().ok()?;
    Some(at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    /// 14:32:07 on 22 November 2025, UTC.
    const NOW_MS: i64 = 1_763_821_927_000;

    #[test]
    fn the_present_period_ends_now_and_those_before_are_whole() {
        let mut chosen = Chosen::default();
        let span = |chosen: &Chosen| chosen.span(NOW_MS, &TimeZone::UTC, &[]).expect("a span");
        assert_eq!(span(&chosen).until_ms, NOW_MS);
        assert_eq!(span(&chosen).from_ms % (24 * HOUR), 0);
        chosen.back = 2;
        assert_eq!(span(&chosen).length_ms(), 24 * HOUR);
        chosen.choice = Choice::Shift;
        assert_eq!(span(&chosen).length_ms(), 8 * HOUR);
    }

    #[test]
    fn times_of_ones_own_are_of_the_site_and_end_now() {
        let chosen = |from: &str, until: &str| Chosen {
            choice: Choice::Own,
            from: from.to_owned(),
            until: until.to_owned(),
            ..Chosen::default()
        };
        let span = |chosen: Chosen| chosen.span(NOW_MS, &TimeZone::UTC, &[]);
        let day = span(chosen("2025-11-20", "2025-11-21 12:00")).expect("a span");
        assert_eq!(day.length_ms(), 36 * HOUR);
        assert_eq!(
            span(chosen("2025-11-20", "")).map(|s| s.until_ms),
            Some(NOW_MS)
        );
        assert_eq!(span(chosen("", "")), None);
        assert_eq!(span(chosen("2025-11-21", "2025-11-20")), None);
    }
}
