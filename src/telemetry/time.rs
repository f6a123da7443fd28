//! Source times: RFC 3339 texts and epoch numbers, and which of them can be believed.

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A source whose clock is further ahead than this is wrong, not early.
const FURTHEST_AHEAD_MS: i64 = DAY_MS;
const FURTHEST_BEHIND_MS: i64 = 10 * 366 * DAY_MS;

pub(super) use crate::clock::now_ms;

/// The time that a number stands for, in milliseconds since 1970 UTC. Its size tells its unit:
/// below 10¹¹ it is seconds (until the year 5138), below 10¹⁴ milliseconds (from 1973 on), below
/// 10¹⁷ microseconds, and nanoseconds from there.
pub(super) fn from_number(epoch: f64) -> Option<i64> {
    let size = epoch.abs();
    let ms = match size {
        _ if size < 1e11 => epoch * 1e3,
        _ if size < 1e14 => epoch,
        _ if size < 1e17 => epoch / 1e3,
        _ => epoch / 1e6,
    };
    (ms.abs() < 1e15).then(|| ms.round() as i64)
}

/// The time of an RFC 3339 text, in milliseconds since 1970 UTC.
pub(super) fn from_text(text: &str) -> Option<i64> {
    // A time that is longer than this carries something else with it.
    if text.len() > 64 {
        return None;
    }
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(time.as_millisecond())
}

/// Whether a source time can be believed by one who reads it at `arrival_ms`: at most a day ahead,
/// at most ten years behind.
pub(super) fn is_plausible(source_ms: i64, arrival_ms: i64) -> bool {
    let ahead_ms = source_ms.saturating_sub(arrival_ms);
    (-FURTHEST_BEHIND_MS..=FURTHEST_AHEAD_MS).contains(&ahead_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_MS: i64 = 1_766_400_000_123;

    #[test]
    fn the_size_of_a_number_tells_its_unit() {
        assert_eq!(from_number(1_766_400_000.123), Some(AT_MS));
        assert_eq!(from_number(1_766_400_000_123.0), Some(AT_MS));
        assert_eq!(from_number(1_766_400_000_123_000.0), Some(AT_MS));
        assert_eq!(from_number(1_766_400_000_123_000_000.0), Some(AT_MS));
        assert_eq!(from_number(f64::NAN), None);
        assert_eq!(from_number(1e300), None);
    }

    #[test]
    fn texts_are_rfc_3339_with_any_offset_and_fraction() {
        assert_eq!(from_text("2025-12-22T10:40:00.123Z"), Some(AT_MS));
        assert_eq!(from_text("2025-12-22T11:40:00.1234567+01:00"), Some(AT_MS));
        assert_eq!(from_text("2025-12-22T10:40:00"), None, "no offset");
        assert_eq!(from_text("yesterday"), None);
        assert_eq!(from_text(""), None);
        assert_eq!(from_text("2025-02-30T00:00:00Z"), None, "no such day");
    }

    #[test]
    fn far_past_and_future_are_not_believed() {
        assert!(is_plausible(AT_MS, AT_MS));
        assert!(is_plausible(AT_MS + DAY_MS, AT_MS));
        assert!(!is_plausible(AT_MS + DAY_MS + 1, AT_MS));
        assert!(is_plausible(AT_MS - 9 * 365 * DAY_MS, AT_MS));
        assert!(!is_plausible(0, AT_MS));
        assert!(!is_plausible(i64::MIN, AT_MS));
        assert!(!is_plausible(i64::MAX, AT_MS));
    }
}
