//! Spans of time and how they are divided: by shift, day, week or month in the site's time zone.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;

/// Shifts where nothing else is said: early, late and night.
pub const SHIFTS: [Time; 3] = [
    Time::constant(6, 0, 0, 0),
    Time::constant(14, 0, 0, 0),
    Time::constant(22, 0, 0, 0),
];
/// A span is divided into no more periods than this; what is left over is one last period.
const MOST_PERIODS: usize = 20_000;
/// A day has no more shifts than this.
const MOST_SHIFTS: usize = 24;

/// From a time on, before another; milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Span {
    /// From this time on.
    pub from_ms: i64,
    /// Before this time.
    pub until_ms: i64,
}

impl Span {
    /// How long it is, milliseconds.
    pub fn length_ms(self) -> i64 {
        self.until_ms.saturating_sub(self.from_ms).max(0)
    }

    /// Whether a time lies in it.
    pub fn contains(self, at_ms: i64) -> bool {
        (self.from_ms..self.until_ms).contains(&at_ms)
    }

    /// The part of it that lies in another one; empty at the other's start where there is none.
    pub fn within(self, other: Self) -> Self {
        let from_ms = self
            .from_ms
            .clamp(other.from_ms, other.until_ms.max(other.from_ms));
        Self {
            from_ms,
            until_ms: self.until_ms.min(other.until_ms).max(from_ms),
        }
    }
}

/// What a span is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Shifts of the operators.
    Shift,
    /// Days, from midnight to midnight.
    Day,
    /// Weeks, from Monday on.
    Week,
    /// Months of the calendar.
    Month,
}

/// One of the parts of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// What of it lies in the span.
    pub span: Span,
    /// The span holds only a part of it.
    pub is_partial: bool,
}

/// Reads times of day at which shifts begin: `06:00,14:00,22:00`, in any order.
///
/// # Errors
/// What is wrong with them.
pub fn parse_shifts(text: &str) -> Result<Vec<Time>, String> {
    let mut shifts = Vec::new();
    for part in text.split(',').map(str::trim) {
        let time = part
            .split_once(':')
            .and_then(|(h, m)| Time::new(h.parse().ok()?, m.parse().ok()?, 0, 0).ok());
        shifts.push(time.ok_or_else(|| format!("{part:?} is no time of day, such as 06:00"))?);
    }
    shifts.sort_unstable();
    shifts.dedup();
    if shifts.len() > MOST_SHIFTS {
        return Err(format!("more than {MOST_SHIFTS} shifts a day"));
    }
    Ok(shifts)
}

/// The whole period that a time lies in. Days on which the clocks change are as long as they are.
pub fn period_at(at_ms: i64, by: By, zone: &TimeZone, shifts: &[Time]) -> Option<Span> {
    let at = Timestamp::from_millisecond(at_ms).ok()?;
    let date = at.to_zoned(zone.clone()).date();
    let first_of = |date: Date| match by {
        By::Shift | By::Day => Some(date),
        By::Week => {
            let days = i64::from(date.weekday().to_monday_zero_offset());
            date.checked_sub(days.days()).ok()
        }
        By::Month => Some(date.first_of_month()),
    };
    let midnight = [Time::midnight()];
    let starts = match by {
        By::Shift if shifts.is_empty() => &SHIFTS[..],
        By::Shift => shifts,
        _ => &midnight[..],
    };
    let next_of = |date: Date| match by {
        By::Shift | By::Day => date.tomorrow().ok(),
        By::Week => date.checked_add(1.week()).ok(),
        By::Month => date.checked_add(1.month()).ok(),
    };
    // The period before the one that the date begins, for shifts over midnight.
    let before = match by {
        By::Shift => date.yesterday().ok(),
        _ => first_of(date),
    };
    let dates = std::iter::successors(before, |date| next_of(*date)).take(4);
    let bounds = dates.flat_map(|date| starts.iter().map(move |time| date.to_datetime(*time)));
    let mut from_ms = None;
    for bound in bounds {
        // A time that the clocks leave out is the moment after; one that comes twice is the first.
        let bound = zone.to_ambiguous_zoned(bound).compatible().ok()?;
        let bound = bound.timestamp().as_millisecond();
        if bound > at_ms {
            return Some(Span {
                from_ms: from_ms?,
                until_ms: bound,
            });
        }
        from_ms = Some(bound);
    }
    None
}

/// The periods that a span consists of, in order; they leave nothing out.
pub fn periods(span: Span, by: By, zone: &TimeZone, shifts: &[Time]) -> Vec<Period> {
    let mut periods = Vec::new();
    let mut at_ms = span.from_ms;
    while at_ms < span.until_ms {
        let whole = period_at(at_ms, by, zone, shifts).filter(|_| periods.len() < MOST_PERIODS);
        let part = whole.map_or(
            Span {
                from_ms: at_ms,
                until_ms: span.until_ms,
            },
            |whole| whole.within(span),
        );
        if part.length_ms() == 0 {
            break;
        }
        periods.push(Period {
            span: part,
            is_partial: whole != Some(part),
        });
        at_ms = part.until_ms;
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR_MS: i64 = 3_600_000;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a time").as_millisecond()
    }

    fn copenhagen() -> TimeZone {
        TimeZone::get("Europe/Copenhagen").expect("the zone is known")
    }

    #[test]
    fn the_day_on_which_clocks_go_forward_has_23_hours_and_the_other_25() {
        for (noon, hours) in [
            ("2026-03-29T12:00Z", 23),
            ("2026-10-25T12:00Z", 25),
            ("2026-07-01T12:00Z", 24),
        ] {
            let day = period_at(ms(noon), By::Day, &copenhagen(), &[]).expect("a day");
            assert_eq!(day.length_ms(), hours * HOUR_MS, "{noon}");
        }
    }

    #[test]
    fn a_night_shift_over_the_change_of_clocks_is_an_hour_shorter_or_longer() {
        for (at, hours) in [
            ("2026-03-29T00:30Z", 7),
            ("2026-10-25T00:30Z", 9),
            ("2026-07-01T23:30Z", 8),
        ] {
            let shift = period_at(ms(at), By::Shift, &copenhagen(), &SHIFTS).expect("a shift");
            assert_eq!(shift.length_ms(), hours * HOUR_MS, "{at}");
        }
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let zone = copenhagen();
        let week = period_at(ms("2026-11-22T12:00Z"), By::Week, &zone, &[]).expect("a week");
        assert_eq!(week.from_ms, ms("2026-11-15T23:00Z"));
        assert_eq!(week.until_ms, ms("2026-11-22T23:00Z"));
        let month = period_at(ms("2026-02-28T12:00Z"), By::Month, &zone, &[]).expect("a month");
        assert_eq!(month.from_ms, ms("2026-01-31T23:00Z"));
        assert_eq!(month.until_ms, ms("2026-02-28T23:00Z"));
    }

    #[test]
    fn a_shift_begins_at_its_first_instant() {
        let zone = TimeZone::UTC;
        let at = ms("2026-11-22T06:00Z");
        let shift = period_at(at, By::Shift, &zone, &SHIFTS).expect("a shift");
        assert_eq!(shift.from_ms, at);
        let before = period_at(at - 1, By::Shift, &zone, &SHIFTS).expect("a shift");
        assert_eq!(before.until_ms, at);
        assert_eq!(before.from_ms, ms("2026-11-21T22:00Z"));
    }

    #[test]
    fn shift_times_are_read_in_any_order_and_nonsense_is_refused() {
        let two = parse_shifts("18:00, 06:00").expect("two times");
        assert_eq!(two.len(), 2);
        assert!(two.is_sorted());
        assert!(parse_shifts("25:00").is_err());
        assert!(parse_shifts("").is_err());
        assert!(parse_shifts("6").is_err());
    }

    proptest! {
        #[test]
        fn periods_leave_nothing_out_and_do_not_overlap(
            from_ms in 1_500_000_000_000_i64..1_900_000_000_000,
            hours in 0_i64..3_000,
            by in prop_oneof![Just(By::Shift), Just(By::Day), Just(By::Week), Just(By::Month)],
        ) {
            let span = Span { from_ms, until_ms: from_ms + hours * HOUR_MS };
            let all = periods(span, by, &copenhagen(), &SHIFTS);
            let mut at = from_ms;
            for period in &all {
                prop_assert_eq!(period.span.from_ms, at);
                prop_assert!(period.span.length_ms() > 0);
                at = period.span.until_ms;
            }
            prop_assert_eq!(at, span.until_ms);
        }
    }
}
