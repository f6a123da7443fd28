//! Which records a command is asked for.

use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::alarms::journal::{Query, local};
use crate::clock::now_ms;
use crate::scene::Priority;

/// Which records are asked for.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct FilterArgs {
    /// From this time on: 2026-06-21, 2026-06-21T05:00, 2026-06-21T03:00Z, or -2h before now
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    from: Option<i64>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    until: Option<i64>,
    /// Of this turbine
    #[arg(long, value_name = "NAME")]
    turbine: Option<String>,
    /// Of the alarm of this name
    #[arg(long, value_name = "NAME")]
    alarm: Option<String>,
    /// Of this priority: critical, high, medium, low. Can be given several times
    #[arg(long, value_name = "NAME", value_parser = priority)]
    priority: Vec<Priority>,
    /// Only this change: raised, cleared, acknowledged, shelved, edited … Can be given several times
    #[arg(long, value_name = "NAME")]
    change: Vec<String>,
    /// With each of these words in turbine, alarm, value, user or comment
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
}

impl FilterArgs {
    /// As a query.
    pub fn query(&self, limit: Option<usize>) -> Query {
        Query {
            from_ms: self.from,
            until_ms: self.until,
            object: self.turbine.as_deref().map(Into::into),
            name: self.alarm.as_deref().map(Into::into),
            priorities: self.priority.clone(),
            changes: self.change.iter().map(|c| c.as_str().into()).collect(),
            text: self.text.clone().unwrap_or_default(),
            before_seq: None,
            limit,
        }
    }

    /// In words, for whoever reads what was printed.
    pub fn words(&self, limit: Option<usize>, zone: &TimeZone) -> String {
        let mut words = Vec::new();
        if let Some(from) = self.from {
            words.push(format!("from {}", local(from, zone)));
        }
        if let Some(until) = self.until {
            words.push(format!("before {}", local(until, zone)));
        }
        if let Some(turbine) = &self.turbine {
            words.push(format!("turbine {turbine}"));
        }
        if let Some(alarm) = &self.alarm {
            words.push(format!("alarm {alarm}"));
        }
        if !self.priority.is_empty() {
            let names: Vec<&str> = self.priority.iter().map(|p| p.name()).collect();
            words.push(format!("priority {}", names.join(" or ")));
        }
        if !self.change.is_empty() {
            words.push(self.change.join(" or "));
        }
        if let Some(text) = &self.text {
            words.push(format!("with \u{201c}{text}\u{201d}"));
        }
        if let Some(limit) = limit {
            words.push(format!("the newest {limit} at most"));
        }
        if words.is_empty() {
            return "all".to_owned();
        }
        words.join(", ")
    }
}

/// A time as people write it, as milliseconds since 1970 UTC.
fn time(text: &str) -> Result<i64, String> {
    let wrong = || {
        format!("{text:?} is no time: 2026-06-21, 2026-06-21T05:00, 2026-06-21T03:00Z, -2h or now")
    };
    if text == "now" {
        return Ok(now_ms());
    }
    if let Some(before) = text.strip_prefix('-') {
        let before: Duration = humantime::parse_duration(before).map_err(|e| e.to_string())?;
        let before = i64::try_from(before.as_millis()).unwrap_or(i64::MAX);
        return Ok(now_ms().saturating_sub(before));
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.as_millisecond());
    }
    let local = text.parse::<DateTime>().ok();
    let local = local.or_else(|| {
        Some(
            text.parse::<Date>()
                .ok()?
                .to_datetime(jiff::civil::Time::MIN),
        )
    });
    let zoned = local.ok_or_else(wrong)?.to_zoned(TimeZone::system());
    zoned
        .map(|zoned| zoned.timestamp().as_millisecond())
        .map_err(|error| error.to_string())
}

fn priority(text: &str) -> Result<Priority, String> {
    let found = Priority::ALL.into_iter().find(|p| p.name() == text);
    found.ok_or_else(|| format!("{text:?} is none of critical, high, medium, low"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(time("1970-01-01T01:00Z"), Ok(3_600_000));
        assert_eq!(time("1970-01-01T01:00+01:00"), Ok(0));
        let two_hours_ago = time("-2h").unwrap();
        assert!((now_ms() - two_hours_ago - 7_200_000).abs() < 60_000);
        let day = time("2026-06-21").unwrap();
        assert_eq!(time("2026-06-21T00:00"), Ok(day));
        assert!(time("soon").is_err() && time("-soon").is_err());
    }
}
