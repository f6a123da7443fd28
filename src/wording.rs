//! Values in words: units, digits and the live inputs of a rule, the same in every room.

use crate::fleet::{Fleet, TurbineRow};
use crate::rules::Texts;
use crate::scene::{Rule, Scene, Signal, ValueKind};

mod shown;

pub use shown::{label, labels, on_scale, rule_color, scale_ends, scale_signal};

/// No measurement of a turbine carries more significant digits than this.
const MOST_SIGNIFICANT_DIGITS: i32 = 5;
const MOST_DECIMALS: usize = 3;

/// What the rows of a scene are called, one and several: entities where nodes of a composition show
/// them all.
pub fn rows(scene: &Scene) -> (&'static str, &'static str) {
    let is_entities = scene.composition.is_some() && scene.models.iter().all(|m| m.is_entity);
    if is_entities {
        ("entity", "entities")
    } else {
        ("turbine", "turbines")
    }
}

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
    let text = match range {
        // As many decimals in every row and at every moment: a live number does not jump about.
        Some(_) => &text,
        None if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.'),
        None => &text,
    };
    let is_zero = !text.contains(|c: char| matches!(c, '1'..='9'));
    grouped(if is_zero {
        text.trim_start_matches('-')
    } else {
        text
    })
}

/// A length of time in its two largest units: `42 s`, `3 min 20 s`, `2 d 4 h`.
pub fn lasting(duration_ms: i64) -> String {
    let s = duration_ms.max(0) / 1000;
    match s {
        0..60 => format!("{s} s"),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600..86_400 => format!("{} h {} min", s / 3600, s % 3600 / 60),
        _ => format!(
            "{} d {} h",
            grouped(&(s / 86_400).to_string()),
            s % 86_400 / 3600
        ),
    }
}

/// Digits with thousands separated, and a true minus sign.
pub fn grouped(text: &str) -> String {
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

/// A value of a signal as people read it, without its unit: a number, yes or no, or a text.
pub fn value(texts: &Texts, signal: &Signal, value: f64) -> String {
    match signal.kind {
        ValueKind::Number => number(value, signal.range),
        ValueKind::Boolean => if value == 0.0 { "no" } else { "yes" }.to_owned(),
        ValueKind::Text => texts
            .text(value as u32)
            .map_or_else(|| "–".to_owned(), |text| text.to_string()),
    }
}

/// A number with as many more digits as tell it from another: 80.4 beside 80 is not "80".
fn told_from(value: f64, other: f64, range: Option<[f64; 2]>) -> String {
    let usual = number(value, range);
    if usual != number(other, range) || value == other {
        return usual;
    }
    let more = (1..=6).map(|decimals| format!("{value:.decimals$}"));
    let mut telling = more.filter(|text| text.parse::<f64>().is_ok_and(|shown| shown != other));
    telling.next().map_or(usual, |text| grouped(&text))
}

/// The live inputs of a rule at a turbine: `83.2 > 80 °C` where the rule is one comparison, else the
/// value of each signal that it reads.
pub fn inputs(scene: &Scene, fleet: &Fleet, rule: &Rule, row: TurbineRow) -> String {
    let Some(model) = scene.model_of(row) else {
        return String::new();
    };
    let program = &rule.when.program;
    let shown = |signal: &Signal| match fleet.usable(row, signal.column) {
        Some(known) => value(&scene.texts, signal, known),
        None => "?".to_owned(),
    };
    let with_unit = |text: String, signal: &Signal| match unit(&signal.unit) {
        "" => text,
        unit => format!("{text} {unit}"),
    };
    if let Some((column, operator, limit)) = program.compare_simple()
        && let Some(signal) = model.signal(column)
        && signal.kind == ValueKind::Number
    {
        let value = match fleet.usable(row, column) {
            Some(known) => told_from(known, limit, signal.range),
            None => "?".to_owned(),
        };
        return with_unit(format!("{value} {} {limit}", operator.symbol()), signal);
    }
    let signals = program
        .names()
        .iter()
        .filter_map(|&column| model.signal(column));
    let values: Vec<String> = signals
        .map(|signal| format!("{} {}", signal.name, with_unit(shown(signal), signal)))
        .collect();
    values.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_just_beyond_its_limit_is_not_shown_as_the_limit() {
        assert_eq!(told_from(80.4, 80.0, Some([0.0, 2000.0])), "80.4");
        assert_eq!(told_from(80.004, 80.0, Some([0.0, 100.0])), "80.004");
        assert_eq!(told_from(83.21, 80.0, Some([0.0, 100.0])), "83.2");
        assert_eq!(told_from(80.0, 80.0, None), "80");
    }

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
        assert_eq!(number(-0.04, Some([0.0, 100.0])), "0.0");
        assert_eq!(number(81.0, Some([0.0, 100.0])), "81.0");
    }

    #[test]
    fn units_are_written_as_people_write_them() {
        assert_eq!(unit("degC"), "°C");
        assert_eq!(unit("deg"), "°");
        assert_eq!(unit("mps"), "m/s");
        assert_eq!(unit("kW"), "kW");
    }
}
