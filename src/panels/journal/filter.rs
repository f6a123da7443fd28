//! What of the journal is shown: a stretch of time, a turbine, priorities, a kind of change, words.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::alarms::journal::Query;
use crate::scene::Priority;

const HOUR_MS: i64 = 3_600_000;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Range {
    /// The last hour.
    Hour,
    /// The last shift.
    Shift,
    /// The last day.
    #[default]
    Day,
    /// The last week.
    Week,
    /// Everything.
    All,
    /// From and until times that are typed.
    Own,
}

impl Range {
    /// All of them with the words shown.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Hour, "Last hour"),
        (Self::Shift, "Last 8 h"),
        (Self::Day, "Last 24 h"),
        (Self::Week, "Last 7 days"),
        (Self::All, "Any time"),
        (Self::Own, "From … to …"),
    ];

    /// The words shown.
    pub fn words(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(range, _)| *range == self).map_or("", |(_, w)| w)
    }

    fn span_ms(self) -> Option<i64> {
        match self {
            Self::Hour => Some(HOUR_MS),
            Self::Shift => Some(8 * HOUR_MS),
            Self::Day => Some(24 * HOUR_MS),
            Self::Week => Some(7 * 24 * HOUR_MS),
            Self::All | Self::Own => None,
        }
    }
}

/// Kinds of changes, by the names that the journal has for them.
pub const KINDS: [(&str, &[&str]); 8] = [
    ("Every change", &[]),
    ("Raised and cleared", &["raised", "cleared"]),
    ("Raised", &["raised"]),
    ("Acknowledged and reset", &["acknowledged", "reset"]),
    ("Shelved, unshelved", &["shelved", "unshelved"]),
    ("Suppressed", &["suppressed", "unsuppressed"]),
    (
        "Out of service, returned",
        &["out_of_service", "returned_to_service"],
    ),
    ("Comments", &["commented"]),
];

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalFilter {
    /// When.
    pub range: Range,
    /// From when of an own range, as typed: `2026-11-23 06:00`.
    pub from: String,
    /// Until when of an own range, as typed.
    pub until: String,
    /// Of this turbine; of all while it is empty.
    pub object: String,
    /// Only these priorities; all while it is empty.
    pub priorities: Vec<Priority>,
    /// Which of [`KINDS`].
    pub kind: usize,
    /// Every word of it is in a line.
    pub text: String,
}

impl JournalFilter {
    /// What passes, in words: `Last 24 h, turbine T37, “oil”`.
    pub fn words(&self) -> String {
        let mut told = vec![match self.range {
            Range::Own => {
                let open = |text: &str, otherwise: &str| match text.trim() {
                    "" => otherwise.to_owned(),
                    text => text.to_owned(),
                };
                format!(
                    "{} to {}",
                    open(&self.from, "the beginning"),
                    open(&self.until, "now")
                )
            }
            range => range.words().to_owned(),
        }];
        if !self.object.trim().is_empty() {
            told.push(format!("turbine {}", self.object.trim()));
        }
        if !self.priorities.is_empty() {
            let names: Vec<&str> = self.priorities.iter().map(|p| p.name()).collect();
            told.push(format!("priority {}", names.join(", ")));
        }
        if let Some((words, _)) = KINDS.get(self.kind).filter(|_| self.kind > 0) {
            told.push(words.to_lowercase());
        }
        if !self.text.trim().is_empty() {
            told.push(format!("“{}”", self.text.trim()));
        }
        told.join("; ")
    }

    /// What is asked of the journal.
    ///
    /// # Errors
    /// What cannot be read of what was typed.
    pub fn query(&self, now_ms: i64, zone: &TimeZone) -> Result<Query, String> {
        let (from_ms, until_ms) = match self.range {
            Range::Own => (time(&self.from, zone)?, time(&self.until, zone)?),
            range => (range.span_ms().map(|span| now_ms - span), None),
        };
        let object = self.object.trim();
        let (_, changes) = KINDS.get(self.kind).copied().unwrap_or_default();
        Ok(Query {
            from_ms,
            until_ms,
            object: (!object.is_empty()).then(|| object.into()),
            priorities: self.priorities.clone(),
            changes: changes.iter().map(|c| (*c).into()).collect(),
            text: self.text.trim().to_owned(),
            ..Query::default()
        })
    }
}

/// A time as people type it, in the zone: `2026-11-23 06:00`, `2026-11-23`. Nothing is no bound.
fn time(text: &str, zone: &TimeZone) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let whole = match text.split_once(' ') {
        Some(_) => text.to_owned(),
        None => format!("{text} 00:00"),
    };
    let read = DateTime::strptime("%Y-%m-%d %H:%M:%S", &whole)
        .or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", &whole));
    let zoned = read.ok().and_then(|time| time.to_zoned(zone.clone()).ok());
    let zoned = zoned.ok_or_else(|| format!("“{text}” is no time: type 2026-11-23 06:00"))?;
    Ok(Some(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_763_821_927_000;

    #[test]
    fn a_filter_asks_for_what_it_says() {
        let filter = JournalFilter {
            object: " T37 ".to_owned(),
            kind: 2,
            text: "oil".to_owned(),
            ..JournalFilter::default()
        };
        let query = filter.query(NOW_MS, &TimeZone::UTC).expect("a query");
        assert_eq!(query.from_ms, Some(NOW_MS - 24 * HOUR_MS));
        assert_eq!(query.object.as_deref(), Some("T37"));
        assert_eq!(query.changes, ["raised".into()]);
        assert_eq!((query.text.as_str(), query.until_ms), ("oil", None));
        assert_eq!(filter.words(), "Last 24 h; turbine T37; raised; “oil”");
    }

    #[test]
    fn an_own_range_is_typed_in_the_zone_of_the_site() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let own = |from: &str| JournalFilter {
            range: Range::Own,
            from: from.to_owned(),
            ..JournalFilter::default()
        };
        let from = |text: &str| own(text).query(NOW_MS, &zone).map(|q| q.from_ms);
        assert_eq!(from("2025-11-22 15:32:07"), Ok(Some(NOW_MS)));
        assert_eq!(from("2025-11-22 15:32"), Ok(Some(NOW_MS - 7_000)));
        assert_eq!(from(""), Ok(None));
        assert!(from("yesterday").is_err());
    }
}
