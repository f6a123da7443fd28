//! What a field most likely is: a name, a unit, a part and a range for a signal made of it.

mod known;
mod words;

use super::model::{Part, ValueKind};
use crate::demo::quantity_of;

/// A signal as it is proposed; the engineer corrects it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestion {
    /// Snake case.
    pub name: String,
    /// Empty for none.
    pub unit: String,
    /// What its values are.
    pub kind: ValueKind,
    /// The lowest and the highest normal value.
    pub range: Option<[f64; 2]>,
    /// The part that it tells about.
    pub part: Option<Part>,
}

/// What is known of a field.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// JSON pointer, or a level of the topic.
    pub field: &'a str,
    /// What its values are.
    pub kind: ValueKind,
    /// The lowest and the highest number that was seen.
    pub seen: Option<[f64; 2]>,
    /// Of the model, kilowatts; 0 where it is not known.
    pub rated_power_kw: f64,
}

/// Proposes a signal: by the table of known quantities where the field's name is in it, else by its
/// words.
pub fn suggest(evidence: &Evidence) -> Suggestion {
    let words = words::words_of(evidence.field);
    let (words, told_unit) = words::split_unit(words);
    let by_words = words.join("_");
    let known = quantity_of(&by_words, evidence.field).map(known::of_quantity);
    // A quantity that only one word of many names is a guess too many: "oil_pump_power_supply_state".
    let known = known.filter(|known| known::is_close(known, &words, evidence.field));
    let name = match &known {
        Some(known) if words.len() <= 1 || known::is_in_table(evidence.field) => {
            known::numbered(known.name, evidence.field)
        }
        _ => by_words,
    };
    let mut suggestion = Suggestion {
        name: identifier(&name),
        kind: evidence.kind,
        ..Suggestion::default()
    };
    suggestion.part = known
        .as_ref()
        .and_then(|known| known.part)
        .or_else(|| words::part_of(&words, evidence.field));
    if evidence.kind != ValueKind::Number {
        return suggestion;
    }
    suggestion.unit = match (told_unit, &known) {
        (Some(unit), _) => unit.to_owned(),
        (None, Some(known)) => scaled(known.unit, evidence).to_owned(),
        (None, None) => words::unit_of(&words).to_owned(),
    };
    suggestion.range = evidence
        .seen
        .map(|seen| widened(seen, suggestion.unit.as_str(), &words));
    suggestion
}

/// A power that is far from the model's own is sent in another unit.
fn scaled<'a>(unit: &'a str, evidence: &Evidence) -> &'a str {
    let most = evidence
        .seen
        .map_or(0.0, |[low, high]| low.abs().max(high.abs()));
    let rated = evidence.rated_power_kw;
    match unit {
        "kW" if rated > 0.0 && most > 20.0 * rated => "W",
        "kW" if rated > 0.0 && most > 0.0 && most < rated / 200.0 => "MW",
        unit => unit,
    }
}

/// Round numbers around what was seen: what is normal is more than what came by in a minute.
fn widened([low, high]: [f64; 2], unit: &str, words: &[String]) -> [f64; 2] {
    let is_direction = words
        .iter()
        .any(|w| matches!(w.as_str(), "direction" | "bearing"));
    if unit == "deg" && is_direction && low >= 0.0 && high <= 360.0 {
        return [0.0, 360.0];
    }
    if unit == "%" && low >= 0.0 && high <= 100.0 {
        return [0.0, 100.0];
    }
    let span = (high - low).max(high.abs().max(low.abs()) * 0.2).max(1e-3);
    let step = 10_f64.powf(span.log10().floor());
    let step = if span / step >= 5.0 { step } else { step / 2.0 };
    let floor = ((low - span * 0.25) / step).floor() * step;
    let ceiling = ((high + span * 0.25) / step).ceil() * step;
    // What is never negative is not proposed to be.
    let floor = if low >= 0.0 { floor.max(0.0) } else { floor };
    let tidy = |v: f64| (v * 1e6).round() / 1e6;
    [tidy(floor), tidy(ceiling)]
}

/// The text as a name that rules can use: letters, digits and underscores, no digit first.
pub fn identifier(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        None => "signal".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("signal_{name}"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(field: &str, seen: [f64; 2]) -> Suggestion {
        suggest(&Evidence {
            field,
            kind: ValueKind::Number,
            seen: Some(seen),
            rated_power_kw: 2_000.0,
        })
    }

    fn name_and_unit(field: &str) -> (String, String) {
        let suggestion = of(field, [40.0, 60.0]);
        (suggestion.name, suggestion.unit)
    }

    #[test]
    fn names_of_iec_61400_25_become_the_names_that_scenes_use() {
        for (field, name, unit) in [
            ("/WTRM/GbxOilTmp", "gearbox_oil_temperature", "degC"),
            ("/data/WROT/RotSpd", "rotor_speed", "rpm"),
            ("/WTUR/W", "active_power", "kW"),
            ("WGEN.SttTmp2", "generator_winding_temperature_2", "degC"),
            ("/WMET/HorWdDir", "wind_direction", "deg"),
            ("/WCNV/DclV", "dc_link_voltage", "V"),
        ] {
            assert_eq!(name_and_unit(field), (name.into(), unit.into()), "{field}");
        }
    }

    #[test]
    fn other_names_are_split_into_words_and_their_abbreviations_written_out() {
        for (field, name, unit) in [
            ("/gearboxOilTemp_degC", "gearbox_oil_temperature", "degC"),
            ("/hydraulic_pressure_bar", "hydraulic_pressure", "bar"),
            ("/nested/rotor-speed-rpm", "rotor_speed", "rpm"),
            ("/WTRM/LubPres", "lubrication_pressure", "bar"),
            ("/WNAC/Hum", "nacelle_humidity", "%"),
            ("/P_kw", "p", "kW"),
            ("/WGEN/CoolFanSpd", "generator_cooling_fan_speed", "rpm"),
            ("/mystery", "mystery", ""),
            ("/2ndStage", "signal_2_nd_stage", ""),
            ("/", "signal", ""),
        ] {
            assert_eq!(name_and_unit(field), (name.into(), unit.into()), "{field}");
        }
    }

    #[test]
    fn parts_follow_from_logical_nodes_and_words() {
        assert_eq!(of("/WTRM/GbxOilTmp", [1.0, 2.0]).part, Some(Part::Gearbox));
        assert_eq!(of("/WCNV/FanSpd", [1.0, 2.0]).part, Some(Part::Converter));
        assert_eq!(of("/yaw_motor_current", [1.0, 2.0]).part, Some(Part::Yaw));
        assert_eq!(of("/WMET/HorWdSpd", [1.0, 2.0]).part, None);
    }

    #[test]
    fn a_power_far_from_the_models_own_is_in_another_unit() {
        assert_eq!(of("/WTUR/W", [0.0, 1_900.0]).unit, "kW");
        assert_eq!(of("/WTUR/W", [0.0, 1.9e6]).unit, "W");
        assert_eq!(of("/WTUR/W", [0.2, 1.9]).unit, "MW");
    }

    #[test]
    fn ranges_are_round_and_hold_what_was_seen() {
        for seen in [
            [41.3, 63.9],
            [0.0, 0.0],
            [-3.2, 4.0],
            [0.001, 0.002],
            [1e6, 3e6],
        ] {
            let [low, high] = of("/x", seen).range.expect("it has one");
            assert!(low <= seen[0] && high >= seen[1] && low < high, "{seen:?}");
        }
        assert_eq!(of("/x", [41.3, 63.9]).range, Some([35.0, 70.0]));
        assert_eq!(
            of("/WMET/HorWdDir", [200.0, 210.0]).range,
            Some([0.0, 360.0])
        );
    }

    #[test]
    fn what_is_no_number_has_neither_unit_nor_range() {
        let evidence = Evidence {
            field: "/WTUR/TurSt",
            kind: ValueKind::Text,
            ..Evidence::default()
        };
        let suggestion = suggest(&evidence);
        assert_eq!(
            (suggestion.name.as_str(), suggestion.unit.as_str()),
            ("state", "")
        );
        assert_eq!((suggestion.kind, suggestion.range), (ValueKind::Text, None));
    }
}
