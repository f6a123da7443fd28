//! How numbers, units, durations and times are written: in one place, the same everywhere.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// No measurement of a turbine carries more significant digits than this.
const MOST_SIGNIFICANT_DIGITS: i32 = 5;
const MOST_DECIMALS: usize = 3;

/// A unit as people write it: `degC` → `°C`. Units that need no change are returned as they are.
pub fn unit(unit: &str) -> &str {
    match unit {
        "degC" | "celsius" | "Cel" => "°C",
        "degF" => "°F",
        "deg" | "degree" | "degrees" => "°",
        "deg/s" => "°/s",
        "mps" | "m/s" => "m/s",
        "mps2" | "m/s2" | "m/s^2" => "m/s²",
        "kg/m3" | "kg/m^3" => "kg/m³",
        "m2" => "m²",
        "m3" => "m³",
        "um" => "µm",
        "percent" | "pct" => "%",
        "ohm" => "Ω",
        "kohm" => "kΩ",
        "kvar" | "kVAr" => "kvar",
        other => other,
    }
}

/// A measured number: no more digits than it carries, at most five significant ones, thousands
/// separated. `range` tells how fine a digit can mean something.
pub fn number(value: f64, range: Option<[f64; 2]>) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size >= 1e9 || (size > 0.0 && size < 1e-4) {
        return format!("{value:.2e}");
    }
    let magnitude = if size >= 1.0 {
        size.log10().floor() as i32 + 1
    } else {
        1
    };
    let by_size = (MOST_SIGNIFICANT_DIGITS - magnitude).clamp(0, 4) as usize;
    let by_range = range.map_or(MOST_DECIMALS, |[low, high]| {
        // A thousandth of the range is the finest that is of any use.
        let span = (high - low).abs().max(f64::MIN_POSITIVE);
        (3.0 - span.log10().ceil()).clamp(0.0, MOST_DECIMALS as f64) as usize
    });
    let decimals = if size > 0.0 && size < 0.01 {
        4
    } else {
        by_size.min(by_range)
    };
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    grouped(if text == "-0" { "0" } else { text })
}

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

fn grouped(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("−", rest),
        None => ("", text),
    };
    let (whole, fraction) = rest
        .split_once('.')
        .map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// How long, in the two largest units that matter: `42 s`, `3 min 5 s`, `2 h 10 min`, `4 d 3 h`.
pub fn duration(duration_ms: i64) -> String {
    let s = duration_ms.max(0) / 1000;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600..86_400 => format!("{} h {} min", s / 3600, s % 3600 / 60),
        _ => format!("{} d {} h", count((s / 86_400) as u64), s % 86_400 / 3600),
    }
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

/// The time of day if it is today's, with the day before it otherwise: `21 Nov 14:32:07`.
pub fn time(time_ms: i64, now_ms: i64, zone: &TimeZone) -> String {
    let day = |ms| format_in(ms, zone, "%Y-%m-%d");
    if day(time_ms) == day(now_ms) {
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
    fn numbers_carry_no_more_digits_than_the_measurement() {
        assert_eq!(number(83.2, Some([0.0, 100.0])), "83.2");
        assert_eq!(number(83.199_996_948, Some([0.0, 100.0])), "83.2");
        assert_eq!(number(81.0, None), "81");
        assert_eq!(number(1421.6, Some([0.0, 2000.0])), "1,422");
        assert_eq!(number(0.0, None), "0");
        assert_eq!(number(-0.000_001, Some([0.0, 1.0])), "-1.00e-6");
        assert_eq!(number(-12.5, None), "−12.5");
        assert_eq!(number(1_234_567.0, None), "1,234,567");
        assert_eq!(number(1e308, None), "1.00e308");
        assert_eq!(number(f64::NAN, None), "–");
        assert_eq!(number(-0.04, Some([0.0, 100.0])), "0");
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

    #[test]
    fn units_are_written_as_people_write_them() {
        assert_eq!(unit("degC"), "°C");
        assert_eq!(unit("deg"), "°");
        assert_eq!(unit("mps"), "m/s");
        assert_eq!(unit("kW"), "kW");
    }
}
