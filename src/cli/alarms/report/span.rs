//! Which span is asked for.

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::Args;
use crate::alarms::performance::{By, Span, period_at};

/// The span that is asked for.
pub(super) fn span(
    args: &Args,
    by: Option<By>,
    zone: &TimeZone,
    now_ms: i64,
) -> anyhow::Result<Span> {
    let at = |text: &Option<String>, what: &str| {
        let ms = text
            .as_ref()
            .map(|text| time(text, zone).context(what.to_owned()));
        ms.transpose()
    };
    // What is to come is not known yet.
    let until_ms = at(&args.until, "--until")?.unwrap_or(now_ms).min(now_ms);
    let from_ms = match at(&args.from, "--from")? {
        Some(from_ms) => from_ms,
        None => {
            let last_ms = i64::try_from(args.last.as_millis()).unwrap_or(i64::MAX);
            let from_ms = until_ms.saturating_sub(last_ms).max(0);
            let period = by.and_then(|by| period_at(from_ms, by, zone, &args.shifts.0));
            period.map_or(from_ms, |period| period.from_ms)
        }
    };
    ensure!(from_ms < until_ms, "the span ends before it begins");
    Ok(Span { from_ms, until_ms })
}

/// A time with a zone of its own, or of the site's: a day begins at its midnight.
fn time(text: &str, zone: &TimeZone) -> anyhow::Result<i64> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.as_millisecond());
    }
    let civil = match text.parse::<Date>() {
        Ok(date) if !text.contains(['T', 't', ' ']) => {
            date.to_datetime(jiff::civil::Time::midnight())
        }
        _ => text.parse::<DateTime>().ok().with_context(|| {
            format!("{text:?} is no time, such as 2026-11-16 or 2026-11-16T06:00")
        })?,
    };
    let at = zone.to_ambiguous_zoned(civil).compatible()?;
    Ok(at.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_of_the_site_unless_they_say_so() {
        let zone = TimeZone::get("Europe/Copenhagen").expect("the zone is known");
        let ms = |text: &str| text.parse::<Timestamp>().expect("a time").as_millisecond();
        let same =
            |text: &str, utc: &str| assert_eq!(time(text, &zone).ok(), Some(ms(utc)), "{text}");
        same("2026-11-16", "2026-11-15T23:00Z");
        same("2026-07-16T06:00", "2026-07-16T04:00Z");
        same("2026-07-16 06:00:30", "2026-07-16T04:00:30Z");
        same("2026-07-16T06:00Z", "2026-07-16T06:00Z");
        assert!(time("yesterday", &zone).is_err());
    }
}
