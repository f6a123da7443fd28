//! The few words on a label: the values that a rule rests on.

use crate::fleet::{Fleet, Quality, TurbineRow};
use crate::rules::Texts;
use crate::scene::{Scene, Signal, ValueKind};

/// The value that decides a rule for a turbine, as a person writes it: `83.2 °C`. `None` where the
/// rule reads nothing that the model has.
pub(super) fn key_value(
    scene: &Scene,
    fleet: &Fleet,
    turbine: TurbineRow,
    rule: u16,
) -> Option<String> {
    let rule = scene.rules.get(usize::from(rule))?;
    let model = scene.model_of(turbine)?;
    let signal = rule
        .when
        .program
        .signals()
        .iter()
        .find_map(|&column| model.signal(column))?;
    Some(value_text(fleet, turbine, signal, &scene.texts))
}

/// A signal's value with its unit, or why there is none.
fn value_text(fleet: &Fleet, turbine: TurbineRow, signal: &Signal, texts: &Texts) -> String {
    let Some(cell) = fleet.cell(turbine, signal.column) else {
        return "no data".to_owned();
    };
    match cell.quality {
        Quality::Missing | Quality::Stale => return "no data".to_owned(),
        Quality::Bad => return "bad quality".to_owned(),
        Quality::Good | Quality::Uncertain => {}
    }
    match signal.kind {
        ValueKind::Number => number_text(cell.value, &signal.unit),
        ValueKind::Boolean if cell.value != 0.0 => signal.name.replace('_', " "),
        ValueKind::Boolean => format!("not {}", signal.name.replace('_', " ")),
        ValueKind::Text => texts
            .text(cell.value as u32)
            .map_or_else(String::new, |t| t.to_string()),
    }
}

/// A number with as many digits as it is worth.
fn number_text(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    let unit = match unit {
        "degC" => "°C",
        "deg" => "°",
        other => other,
    };
    let space = if unit == "°" || unit.is_empty() {
        ""
    } else {
        "\u{202f}"
    };
    format!("{value:.digits$}{space}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_no_more_digits_than_they_are_worth() {
        assert_eq!(number_text(83.21, "degC"), "83.2\u{202f}°C");
        assert_eq!(number_text(1420.4, "kW"), "1420\u{202f}kW");
        assert_eq!(number_text(2.345, "mm/s"), "2.35\u{202f}mm/s");
        assert_eq!(number_text(271.0, "deg"), "271°");
    }
}
