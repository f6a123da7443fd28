//! Figures as CSV, and how they are written for people.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::figures::Figures;
use super::measure::measures;
use super::rates::INTERVAL_MS;
use super::span::{Period, Span};

/// A number with as many digits as it is worth: `0.42`, `12.5`, `1,240`.
pub(super) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 100.0 || v.fract() == 0.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    crate::wording::grouped(&format!("{value:.decimals$}"))
}

/// A share as per cent: `0.4 %`, `12 %`.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        p if p > 0.0 && p < 0.1 => "< 0.1 %".to_owned(),
        p if p < 10.0 && p.fract() != 0.0 => format!("{p:.1} %"),
        p => format!("{p:.0} %"),
    }
}

/// How long, in the two largest units that matter: `42 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`.
pub(super) fn time(ms: i64) -> String {
    let s = ms.max(0) / 1000;
    match s {
        0..60 => format!("{s} s"),
        60..3600 if s % 60 == 0 => format!("{} min", s / 60),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600..86_400 if s % 3600 / 60 == 0 => format!("{} h", s / 3600),
        3600..86_400 => format!("{} h {} min", s / 3600, s % 3600 / 60),
        _ => format!("{} d {} h", s / 86_400, s % 86_400 / 3600),
    }
}

fn stamp(at_ms: i64, zone: &TimeZone) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        |_| String::new(),
        |at| {
            at.to_zoned(zone.clone())
                .strftime("%Y-%m-%dT%H:%M:%S%:z")
                .to_string()
        },
    )
}

/// The figures and their targets as CSV: a line a figure, and a block a period where there are any.
pub fn csv(figures: &Figures, periods: &[(Period, Figures)], zone: &TimeZone) -> String {
    let mut out = String::from("from,until,covered_s,figure,value,target,state,source\r\n");
    let all = std::iter::once(figures).chain(periods.iter().map(|(_, figures)| figures));
    for figures in all {
        let from = stamp(figures.span.from_ms, zone);
        let until = stamp(figures.span.until_ms, zone);
        for measure in measures(figures) {
            let value = measure.value.map_or_else(String::new, |v| v.to_string());
            // Writing into a text cannot fail.
            let _ = write!(
                out,
                "{from},{until},{},{},{value},{},{},{}\r\n",
                figures.covered.ms / 1000,
                measure.key,
                quoted(measure.target),
                quoted(measure.verdict.words()),
                quoted(measure.source),
            );
        }
    }
    out.push_str("\r\nturbine,alarm,priority,alarms,share,chattering,fleeting,acknowledged\r\n");
    for alarm in &figures.alarms {
        let _ = write!(
            out,
            "{},{},{},{},{},{},{},{}\r\n",
            quoted(&alarm.id.object),
            quoted(&alarm.id.name),
            alarm.priority.name(),
            alarm.announced,
            alarm.share,
            alarm.chattering,
            alarm.fleeting,
            alarm.acknowledged,
        );
    }
    out
}

/// How many alarms came in each 10 minutes, as CSV.
pub fn intervals_csv(figures: &Figures, zone: &TimeZone) -> String {
    let mut out = String::from("from,alarms\r\n");
    for (count, at) in figures.per_interval.iter().zip(0_i64..) {
        let from_ms = figures.span.from_ms + at * INTERVAL_MS;
        let _ = write!(out, "{},{count}\r\n", stamp(from_ms, zone));
    }
    out
}

/// A field of CSV. What a spreadsheet would take for a formula is led by a quote mark.
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// A span in words, in a zone: `16 Nov 06:00 – 14:00`, `16 Nov 2026 – 23 Nov 2026`.
pub fn span_words(span: Span, zone: &TimeZone) -> String {
    let at = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .ok()
            .map(|at| at.to_zoned(zone.clone()))
    };
    let (Some(from), Some(until)) = (at(span.from_ms), at(span.until_ms)) else {
        return "–".to_owned();
    };
    let is_midnight = |at: &jiff::Zoned| at.time() == jiff::civil::Time::midnight();
    let day = |at: &jiff::Zoned| at.strftime("%-d %b %Y").to_string();
    if is_midnight(&from) && is_midnight(&until) {
        let last = until.date().yesterday().unwrap_or(until.date());
        if last == from.date() {
            return from.strftime("%a %-d %b %Y").to_string();
        }
        return format!("{} – {}", day(&from), last.strftime("%-d %b %Y"));
    }
    let clock = |at: &jiff::Zoned| at.strftime("%H:%M").to_string();
    let until_words = if until.date() == from.date() {
        clock(&until)
    } else if until.year() == from.year() {
        until.strftime("%-d %b %H:%M").to_string()
    } else {
        format!("{} {}", day(&until), clock(&until))
    };
    format!("{} {} – {until_words}", day(&from), clock(&from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_no_more_digits_than_they_are_worth() {
        assert_eq!(number(0.4219), "0.42");
        assert_eq!(number(12.51), "12.5");
        assert_eq!(number(1240.4), "1,240");
        assert_eq!(number(5.0), "5");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.0004), "< 0.1 %");
        assert_eq!(percent(0.0123), "1.2 %");
        assert_eq!(percent(0.4119), "41 %");
        assert_eq!(time(30_000), "30 s");
        assert_eq!(time(90_000), "1 min 30 s");
        assert_eq!(time(7_200_000), "2 h");
    }

    #[test]
    fn a_field_that_a_spreadsheet_would_run_is_led_by_a_quote() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn spans_are_told_shortly() {
        let ms = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        let words = |from: &str, until: &str| {
            let span = Span {
                from_ms: ms(from),
                until_ms: ms(until),
            };
            span_words(span, &TimeZone::UTC)
        };
        assert_eq!(
            words("2026-11-16T06:00Z", "2026-11-16T14:00Z"),
            "16 Nov 2026 06:00 – 14:00"
        );
        assert_eq!(
            words("2026-11-16T00:00Z", "2026-11-17T00:00Z"),
            "Mon 16 Nov 2026"
        );
        assert_eq!(
            words("2026-11-01T00:00Z", "2026-12-01T00:00Z"),
            "1 Nov 2026 – 30 Nov 2026"
        );
        assert_eq!(
            words("2026-11-16T22:00Z", "2026-11-17T06:00Z"),
            "16 Nov 2026 22:00 – 17 Nov 06:00"
        );
    }
}
