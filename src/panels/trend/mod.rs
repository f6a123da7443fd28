//! The trend of what a rule compares: its values over the last hour, its limits, and when its alarm
//! stood.

mod moments;
mod plot;
mod scale;

pub use moments::{Moment, MomentKind};
pub use plot::trend_ui;

use crate::history::Trend;

/// What a trend shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TrendView {
    /// What is shown, as a heading.
    pub title: String,
    /// The unit of every value, as people write it; empty for none.
    pub unit: String,
    /// The usual range of the values, which tells how many digits carry something.
    pub range: Option<[f64; 2]>,
    /// The values are true (1) or false (0).
    pub is_truth: bool,
    /// One or several; the first is drawn as a plain line, the others dashed.
    pub lines: Vec<TrendLine>,
    /// Where the alarm is raised.
    pub limits: Vec<Level>,
    /// Where it clears; between the two nothing changes.
    pub clears: Vec<Level>,
    /// From when to when, milliseconds since 1970 UTC.
    pub span_ms: [i64; 2],
    /// Since when values are kept; milliseconds since 1970 UTC.
    pub since_ms: Option<i64>,
    /// When the alarm was active, milliseconds since 1970 UTC.
    pub active_ms: Vec<[i64; 2]>,
    /// What happened to the alarm.
    pub moments: Vec<Moment>,
}

/// A line of a trend.
#[derive(Debug, Clone, PartialEq)]
pub struct TrendLine {
    /// What it is, where there are several.
    pub name: String,
    /// Its past.
    pub trend: Trend,
    /// Its value now; `None` where it is not known.
    pub now: Option<f64>,
}

/// A value that a trend is seen against.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The value.
    pub value: f64,
    /// What is said at it: `> 80`.
    pub words: String,
}

impl TrendView {
    /// A value as it is written here, without its unit.
    pub(in crate::panels) fn text(&self, value: f64) -> String {
        match (self.is_truth, value) {
            (true, 0.0) => "no".to_owned(),
            (true, _) => "yes".to_owned(),
            (false, _) => crate::wording::number(value, self.range),
        }
    }

    /// A round value at an axis.
    fn axis_text(&self, value: f64) -> String {
        if self.is_truth {
            return self.text(value);
        }
        crate::wording::number(value, None)
    }

    /// A value with its unit.
    pub(in crate::panels) fn text_with_unit(&self, value: f64) -> String {
        match &*self.unit {
            "" => self.text(value),
            unit => format!("{} {unit}", self.text(value)),
        }
    }

    /// Values of at least one line are known, or one is known now.
    pub fn has_data(&self) -> bool {
        let is_known = |line: &TrendLine| line.now.is_some() || !line.trend.buckets.is_empty();
        self.lines.iter().any(is_known)
    }

    /// What it shows, in a sentence for those who do not see it.
    fn told(&self) -> String {
        let name = if self.title.is_empty() {
            "Trend"
        } else {
            &self.title
        };
        let ranges = self.lines.iter().filter_map(|line| line.trend.range());
        let range = ranges.reduce(|[a, b], [c, d]| [a.min(c), b.max(d)]);
        let mut told = match range {
            Some([low, high]) => format!(
                "Trend of {name}: {} to {} in the last hour",
                self.text(low),
                self.text_with_unit(high)
            ),
            None => format!("Trend of {name}: no data in the last hour"),
        };
        for level in &self.limits {
            told.push_str(&format!("; limit {} {}", level.words, self.unit));
        }
        told.trim_end().to_owned()
    }
}
