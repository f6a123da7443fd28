//! The report as JSON.

use serde_json::{Value, json};

use super::Report;
use crate::alarms::performance::{Figures, measures};

pub(super) fn json(report: &Report) -> anyhow::Result<String> {
    let periods: Vec<Value> = report
        .periods
        .iter()
        .map(|(period, figures)| {
            let mut value = summary(figures);
            if let Value::Object(map) = &mut value {
                map.insert("is_partial".to_owned(), period.is_partial.into());
            }
            value
        })
        .collect();
    let value = json!({
        "title": report.title,
        "time_zone": report.zone.iana_name(),
        "measures": measures(&report.figures),
        "findings": report.findings(),
        "figures": report.figures,
        "by": report.by,
        "periods": periods,
    });
    let mut text = serde_json::to_string_pretty(&value)?;
    text.push('\n');
    Ok(text)
}

/// The figures of a period, without its lists.
fn summary(figures: &Figures) -> Value {
    json!({
        "span": figures.span,
        "covered_ms": figures.covered.ms,
        "alarms": figures.rates.alarms,
        "measures": measures(figures),
    })
}
