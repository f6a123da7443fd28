//! How counts, durations and times are written on the panels; `wording` has numbers and units.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::wording::{grouped, number};

/// A count, thousands separated.
pub fn count(count: u64) -> String {
    grouped(&count.to_string())
}

/// A rate, as a whole number where it is 10 or more.
pub fn rate(per_s: f64) -> String {
    if per_s.is_finite() && per_s < 9.95 {
        number((per_s * 10.0).round() / 10.0, None)
    } else {
        number(per_s.round(), None)
    }
}

/// How long, in the two largest units that matter: `42 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`.
pub fn duration(duration_ms: i64) -> String {
    crate::wording::lasting(duration_ms)
}

/// A delay as people write it: `10 s`, `2 min`, `1 min 30 s`.
pub fn delay(delay: Duration) -> String {
    let secs = delay.as_secs();
    if (60..3600).contains(&secs) && secs.is_multiple_of(60) {
        return format!("{} min", secs / 60);
    }
    if delay.subsec_millis() > 0 && secs < 60 {
        return format!("{} s", delay.as_millis() as f64 / 1000.0);
    }
    duration(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX))
}

/// An age in its largest unit: `2 s`, `5 min`, `3 h`, `12 d`.
pub fn age(age_ms: i64) -> String {
    let s = age_ms.max(0) / 1000;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min", s / 60),
        3600..86_400 => format!("{} h", s / 3600),
        _ => format!("{} d", count((s / 86_400) as u64)),
    }
}

/// The time of day in a zone: `14:32:07`.
pub fn clock(time_ms: i64, zone: &TimeZone) -> String {
    format_in(time_ms, zone, "%H:%M:%S")
}

/// The minute of the day in a zone: `14:32`.
pub fn minute(time_ms: i64, zone: &TimeZone) -> String {
    format_in(time_ms, zone, "%H:%M")
}

/// The day in a zone, as files are named: `2025-11-22`.
pub fn day(time_ms: i64, zone: &TimeZone) -> String {
    format_in(time_ms, zone, "%Y-%m-%d")
}

/// The time of day if it is today's, with the day before it otherwise: `21 Nov 14:32:07`.
pub fn time(time_ms: i64, now_ms: i64, zone: &TimeZone) -> String {
    if day(time_ms, zone) == day(now_ms, zone) {
        return clock(time_ms, zone);
    }
    let year = |ms| format_in(ms, zone, "%Y");
    if year(time_ms) == year(now_ms) {
        format_in(time_ms, zone, "%-d %b %H:%M:%S")
    } else {
        format_in(time_ms, zone, "%-d %b %Y %H:%M:%S")
    }
}

/// The full time in UTC, for hovering over a local one.
pub fn utc(time_ms: i64) -> String {
    format_in(time_ms, &TimeZone::UTC, "%Y-%m-%d %H:%M:%S UTC")
}

/// The zone's abbreviation at a time: `CET`.
pub fn zone_name(time_ms: i64, zone: &TimeZone) -> String {
    format_in(time_ms, zone, "%Z")
}

fn format_in(time_ms: i64, zone: &TimeZone, format: &str) -> String {
    let Ok(time) = Timestamp::from_millisecond(time_ms) else {
        return "–".to_owned();
    };
    time.to_zoned(zone.clone()).strftime(format).to_string()
}

/// A name from a scene file as a label: `gearbox_oil_temperature` → `Gearbox oil temperature`.
pub fn label(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

/// `1 turbine`, `80 turbines`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(n as u64), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_written_as_people_write_it() {
        let text = |ms| delay(Duration::from_millis(ms));
        assert_eq!(text(10_000), "10 s");
        assert_eq!(text(1_500), "1.5 s");
        assert_eq!(text(600_000), "10 min");
        assert_eq!(text(90_000), "1 min 30 s");
    }

    #[test]
    fn durations_use_the_two_largest_units() {
        assert_eq!(duration(-5), "0 s");
        assert_eq!(duration(42_999), "42 s");
        assert_eq!(duration(185_000), "3 min 5 s");
        assert_eq!(duration(7_800_000), "2 h 10 min");
        assert_eq!(duration(i64::MAX), "106,751,991,167 d 7 h");
        assert_eq!(age(59_999), "59 s");
        assert_eq!(age(90_000), "1 min");
    }

    #[test]
    fn times_are_in_the_zone_with_the_day_when_it_is_another_one() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let noon = 1_763_812_927_000;
        assert_eq!(clock(noon, &zone), "13:02:07");
        assert_eq!(time(noon, noon + 1000, &zone), "13:02:07");
        assert_eq!(time(noon - 86_400_000, noon, &zone), "21 Nov 13:02:07");
        assert_eq!(utc(noon), "2025-11-22 12:02:07 UTC");
        assert_eq!(clock(i64::MAX, &zone), "–");
    }
}
