//! Values in words: units, digits and the live inputs of a rule, the same in every room.

use crate::fleet::{Fleet, TurbineRow};
use crate::rules::Truth;
use crate::scene::{Rule, Scene, Signal, ValueKind};

/// A unit as people write it: `degC` is °C. Units that need no other spelling come back as they are.
pub fn unit(unit: &str) -> &str {
    match unit {
        "degC" => "°C",
        "degF" => "°F",
        "deg" => "°",
        "deg/s" => "°/s",
        "percent" => "%",
        "m/s2" | "m/s^2" => "m/s²",
        "mm/s2" | "mm/s^2" => "mm/s²",
        "m3" | "m^3" => "m³",
        "kg/m3" | "kg/m^3" => "kg/m³",
        "ohm" => "Ω",
        other => other,
    }
}

/// A number with the digits that a measurement of its size carries: 4 significant ones, no trailing
/// decimals beyond what is useful.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let decimals = match size {
        0.0 => 0,
        s if s >= 1_000.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 1.0 => 2,
        s if s >= 0.001 => 3,
        _ => return format!("{value:.2e}"),
    };
    if size >= 1e9 {
        format!("{value:.3e}")
    } else {
        format!("{value:.decimals$}")
    }
}

/// A value of a signal without its unit.
pub fn value(scene: &Scene, signal: &Signal, value: f64) -> String {
    match signal.kind {
        ValueKind::Number => number(value),
        ValueKind::Boolean => if value == 0.0 { "false" } else { "true" }.to_owned(),
        ValueKind::Text => scene
            .texts
            .text(value as u32)
            .map_or_else(|| "?".to_owned(), |text| text.to_string()),
    }
}

/// The live inputs of a rule at a turbine: `83.2 > 80 °C` where the rule is one comparison, else the
/// value of each signal that it reads.
pub fn inputs(scene: &Scene, fleet: &Fleet, rule: &Rule, row: TurbineRow) -> String {
    let Some(model) = scene.model_of(row) else {
        return String::new();
    };
    let program = &rule.when.program;
    let shown = |signal: &Signal| match fleet.usable(row, signal.column) {
        Some(known) => value(scene, signal, known),
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
        return with_unit(format!("{} {} {limit}", shown(signal), operator.symbol()), signal);
    }
    let signals = program
        .signals()
        .iter()
        .filter_map(|&column| model.signal(column));
    let values: Vec<String> = signals
        .map(|signal| format!("{} {}", signal.name, with_unit(shown(signal), signal)))
        .collect();
    values.join(", ")
}

/// An outcome in a word.
pub fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "holds",
        Truth::False => "does not hold",
        Truth::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_carries_the_digits_of_a_measurement() {
        let cases = [
            (0.0, "0"),
            (83.21, "83.2"),
            (-3.456, "-3.46"),
            (1_420.4, "1420"),
            (0.0123, "0.012"),
            (0.000_012, "1.20e-5"),
            (2.5e12, "2.500e12"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn units_are_written_as_people_write_them() {
        assert_eq!(unit("degC"), "°C");
        assert_eq!(unit("rpm"), "rpm");
    }
}
