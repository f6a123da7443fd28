//! The few words on a label: the value that a rule rests on, written as the panels write it.

use crate::fleet::{Fleet, Quality, TurbineRow};
use crate::scene::{Rule, Scene, Signal, ValueKind};
use crate::wording;

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
    let is_known = fleet
        .cell(turbine, signal.column)
        .is_some_and(|c| matches!(c.quality, Quality::Good | Quality::Uncertain));
    if is_known && let Some(value) = compared(scene, fleet, rule, turbine) {
        return Some(label_text(signal, &value));
    }
    reading(scene, fleet, turbine, signal)
}

/// A signal of a turbine, with its unit, or why there is none.
pub(super) fn reading(
    scene: &Scene,
    fleet: &Fleet,
    turbine: TurbineRow,
    signal: &Signal,
) -> Option<String> {
    let cell = fleet.cell(turbine, signal.column);
    let words = match cell.map(|c| c.quality) {
        None | Some(Quality::Missing | Quality::Stale) => "no data".to_owned(),
        Some(Quality::Bad) => "bad quality".to_owned(),
        Some(Quality::Good | Quality::Uncertain) => {
            let value = wording::value(&scene.texts, signal, cell?.value);
            label_text(signal, &value)
        }
    };
    Some(words)
}

/// The left side of a rule that is one comparison: with the digits that tell it from the limit, as in
/// the alarm list.
fn compared(scene: &Scene, fleet: &Fleet, rule: &Rule, turbine: TurbineRow) -> Option<String> {
    rule.when.program.compare_simple()?;
    let inputs = wording::inputs(scene, fleet, rule, turbine);
    let (value, _) = inputs.split_once(' ')?;
    value
        .starts_with(|c: char| c.is_ascii_digit() || c == '−')
        .then(|| value.to_owned())
}

/// A value with its unit; yes and no with what they are about.
fn label_text(signal: &Signal, value: &str) -> String {
    if signal.kind == ValueKind::Boolean {
        return format!("{} {value}", signal.name);
    }
    match wording::unit(&signal.unit) {
        "" => value.to_owned(),
        unit => format!("{value} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::SignalColumn;

    fn signal(unit: &str, kind: ValueKind) -> Signal {
        Signal {
            column: SignalColumn(0),
            name: "grid_fault".into(),
            field: "/f".to_owned(),
            unit: unit.to_owned(),
            range: None,
            kind,
            drives: None,
            part: None,
            ..Signal::default()
        }
    }

    #[test]
    fn a_label_says_a_value_as_the_alarm_list_does() {
        let text = |unit, kind, value| label_text(&signal(unit, kind), value);
        assert_eq!(text("degC", ValueKind::Number, "83.2"), "83.2 °C");
        assert_eq!(text("", ValueKind::Text, "fault"), "fault");
        assert_eq!(text("", ValueKind::Boolean, "yes"), "grid_fault yes");
    }
}
