//! Why a turbine looks as it does: every rule that applies, with the live values in it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::fleet::TurbineRow;
use crate::panels::format;
use crate::panels::frame::{Farm, unusable_reason};
use crate::rules::{Read, RuleStates, Truth, Value};
use crate::scene::{Model, Priority, Rule, RuleColor, Scene, Signal, ValueKind};
use crate::units::Unit;
use crate::wording;

/// A piece of a condition with live values in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As the engineer wrote it.
    Source(String),
    /// A live value, and its unit.
    Value(String, String),
    /// A signal whose value cannot be used.
    Unknown(String),
}

/// One rule at one turbine.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The rule, as an index into `Scene::rules`.
    pub rule: u16,
    /// Its name.
    pub name: Arc<str>,
    /// What it is worth to be told of, if it raises an alarm.
    pub priority: Option<Priority>,
    /// The colour that it gives, by its scale that of the value now.
    pub color: Option<[u8; 3]>,
    /// Whether it holds.
    pub truth: Truth,
    /// The turbine shows something of it: a colour, a label, an icon or an opacity.
    pub is_shown: bool,
    /// The turbine shows its colour on some surface.
    pub is_colouring: bool,
    /// What it shows, with its values now: `Label: 83 °C`.
    pub outputs: Vec<String>,
    /// It holds, and its alarm is raised only when it has held for this long.
    pub on_delay: Option<Duration>,
    /// The condition as written.
    pub source: Arc<str>,
    /// The condition with live values in it.
    pub live: Vec<Piece>,
    /// Why it is unknown: `Gearbox oil temperature: no data for 42 s`.
    pub unusable: Vec<String>,
    /// What happens when nobody acts.
    pub consequence: String,
    /// What the operator is to do.
    pub response: String,
}

/// Every rule that applies to a turbine: what shows first, then what holds, is unknown, and does not.
pub fn explain_turbine(farm: &Farm, turbine: TurbineRow, now_ms: i64) -> Vec<Explanation> {
    let (Some(scene), Some(rules)) = (farm.scene, farm.rules) else {
        return Vec::new();
    };
    let (Some(model), Some(at)) = (
        scene.model_of(turbine),
        scene.turbine(turbine).map(|t| t.model),
    ) else {
        return Vec::new();
    };
    let surfaces = rules.appearance(turbine).surfaces;
    let outputs = rules.outputs(turbine);
    let mut explained: Vec<Explanation> = scene
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.applies.get(at).copied().unwrap_or(false))
        .map(|(index, rule)| {
            let index = index as u16;
            let is_colouring = surfaces.iter().any(|s| s.rule == Some(index));
            let explained = explain_rule(
                farm,
                turbine,
                model,
                (index, rule),
                rules.truth(index, turbine),
                is_colouring,
                now_ms,
            );
            Explanation {
                color: wording::rule_color(scene, rules, index, turbine).or(explained.color),
                is_shown: is_colouring || outputs.shows(index),
                outputs: shown_by(farm, scene, rules, index, rule, turbine),
                on_delay: waits(farm, index, rule, turbine),
                ..explained
            }
        })
        .collect();
    explained.sort_by_key(|e| rank(e.truth, e.is_shown));
    explained
}

/// The condition of a rule at a turbine, with live values in it.
pub fn live_condition(farm: &Farm, turbine: TurbineRow, rule: &Rule, now_ms: i64) -> Vec<Piece> {
    let model = farm.scene.and_then(|s| s.model_of(turbine));
    let Some(model) = model else {
        return vec![Piece::Source(rule.when.source.to_string())];
    };
    let program = &rule.when.program;
    let live = program.reads().into_iter().map(|read| {
        let piece = match model.signal(read.column) {
            Some(signal) => live_value(farm, turbine, signal, now_ms),
            None => worked_out(farm, turbine, &read),
        };
        (read.span, piece)
    });
    with_live_values(&rule.when.source, live)
}

/// The outcome of a function of time or of the farm, or a limit.
fn worked_out(farm: &Farm, turbine: TurbineRow, read: &Read) -> Piece {
    let known = farm.fleet.map(|f| f.known(read.column));
    let value = known.and_then(|k| k.get(turbine.index())).copied();
    let unit = read.unit.as_ref().map_or("", Unit::name);
    let unit = if unit == "1" { "" } else { wording::unit(unit) };
    match (value, read.kind) {
        (Some(value), ValueKind::Number) if !value.is_nan() => {
            Piece::Value(wording::number(value, None), unit.to_owned())
        }
        (Some(value), ValueKind::Boolean) if !value.is_nan() => {
            Piece::Value((value != 0.0).to_string(), String::new())
        }
        _ => Piece::Unknown("?".to_owned()),
    }
}

/// Pieces as one line of text: `83.2 °C > 80`.
pub fn as_text(pieces: &[Piece]) -> String {
    let one = |piece: &Piece| match piece {
        Piece::Source(text) | Piece::Unknown(text) => text.clone(),
        Piece::Value(value, unit) if unit.is_empty() => value.clone(),
        Piece::Value(value, unit) => format!("{value} {unit}"),
    };
    pieces.iter().map(one).collect()
}

fn explain_rule(
    farm: &Farm,
    turbine: TurbineRow,
    model: &Model,
    (index, rule): (u16, &Rule),
    truth: Truth,
    is_colouring: bool,
    now_ms: i64,
) -> Explanation {
    let read = rule.when.program.names();
    let unusable = model.signals.iter().filter(|s| read.contains(&s.column));
    let unusable = unusable
        .filter_map(|signal| {
            let why = unusable_reason(farm.cell(turbine, signal), now_ms)?;
            Some(format!("{}: {why}", format::label(&signal.name)))
        })
        .collect();
    let alarm = rule.alarm.as_ref();
    Explanation {
        rule: index,
        name: Arc::clone(&rule.name),
        priority: alarm.map(|a| a.priority),
        color: rule.color.as_ref().and_then(RuleColor::fixed),
        truth,
        is_shown: is_colouring,
        is_colouring,
        outputs: Vec::new(),
        on_delay: None,
        source: Arc::clone(&rule.when.source),
        live: live_condition(farm, turbine, rule, now_ms),
        unusable,
        consequence: alarm.map(|a| a.consequence.clone()).unwrap_or_default(),
        response: alarm.map(|a| a.response.clone()).unwrap_or_default(),
    }
}

/// What a rule that holds shows at a turbine, in words.
fn shown_by(
    farm: &Farm,
    scene: &Scene,
    rules: &RuleStates,
    index: u16,
    rule: &Rule,
    turbine: TurbineRow,
) -> Vec<String> {
    if rules.truth(index, turbine) != Truth::True {
        return Vec::new();
    }
    let mut told = Vec::new();
    if let Some(RuleColor::Scale(scale)) = &rule.color {
        let of = wording::scale_signal(scene, scale);
        let of = of.map_or_else(|| scale.of.source.to_string(), |s| format::label(&s.name));
        let [low, high] = wording::scale_ends(scene, scale);
        let value = farm.fleet.map(|fleet| {
            let value = scale.of.program.value(fleet, turbine, &scene.texts);
            match value {
                Value::Number(value) => wording::on_scale(scene, scale, value),
                _ => "not known".to_owned(),
            }
        });
        let value = value.unwrap_or_default();
        told.push(format!(
            "Colour: {of} {value}, on a scale from {low} to {high}"
        ));
    }
    let label = farm
        .fleet
        .and_then(|f| wording::label(scene, f, rule, turbine));
    told.extend(label.map(|label| format!("Label: {label}")));
    told.extend(rule.icon.as_ref().map(|icon| format!("Icon: {icon}")));
    if rule.opacity < 1.0 {
        told.push(format!("Opacity: {:.0} %", rule.opacity * 100.0));
    }
    told
}

/// How long a rule that holds must do so before its alarm is raised, while it is not.
fn waits(farm: &Farm, index: u16, rule: &Rule, turbine: TurbineRow) -> Option<Duration> {
    let delay = rule.alarm.as_ref()?.on_delay;
    let holds = farm.rules?.truth(index, turbine) == Truth::True;
    let mut standing = farm.standing.iter();
    let is_raised =
        standing.any(|a| a.source.rule() == Some(index) && a.turbine == turbine && a.is_active());
    (holds && !is_raised && !delay.is_zero()).then_some(delay)
}

fn rank(truth: Truth, is_shown: bool) -> u8 {
    match (truth, is_shown) {
        (Truth::True, true) => 0,
        (Truth::True, false) => 1,
        (Truth::Unknown, _) => 2,
        (Truth::False, _) => 3,
    }
}

fn live_value(farm: &Farm, turbine: TurbineRow, signal: &Signal, now_ms: i64) -> Piece {
    let cell = farm.cell(turbine, signal);
    match (cell, unusable_reason(cell, now_ms)) {
        (Some(cell), None) => {
            let text = farm.value_text(signal, cell.value);
            let text = match signal.kind {
                ValueKind::Boolean => (cell.value != 0.0).to_string(),
                ValueKind::Text => format!("\"{text}\""),
                ValueKind::Number => text,
            };
            Piece::Value(text, wording::unit(&signal.unit).to_owned())
        }
        _ => Piece::Unknown("?".to_owned()),
    }
}

/// Puts pieces in the place of what they tell of, in the order of the source.
fn with_live_values(
    source: &str,
    live: impl IntoIterator<Item = (Range<usize>, Piece)>,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut told = 0;
    let as_written = |pieces: &mut Vec<Piece>, part: Range<usize>| {
        if let Some(text) = source.get(part).filter(|t| !t.is_empty()) {
            pieces.push(Piece::Source(text.to_owned()));
        }
    };
    for (span, piece) in live {
        if span.start >= told {
            as_written(&mut pieces, told..span.start);
            told = span.end;
            pieces.push(piece);
        }
    }
    as_written(&mut pieces, told..source.len());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(source: &str, of: &[(&str, Piece)]) -> String {
        let place = |(part, piece): &(&str, Piece)| {
            let start = source.find(part).unwrap();
            (start..start + part.len(), piece.clone())
        };
        as_text(&with_live_values(source, of.iter().map(place)))
    }

    #[test]
    fn live_values_stand_in_the_place_of_what_they_tell_of_and_nowhere_else() {
        let hot = Piece::Value("83.2".to_owned(), "°C".to_owned());
        let gone = Piece::Unknown("?".to_owned());
        assert_eq!(live("oil > 80", &[("oil", hot.clone())]), "83.2 °C > 80");
        assert_eq!(
            live(
                "max(oil, gone) > 1e5",
                &[("oil", hot.clone()), ("gone", gone)]
            ),
            "max(83.2 °C, ?) > 1e5"
        );
        assert_eq!(
            live("avg(oil, 10 min) > 80 degC", &[("avg(oil, 10 min)", hot)]),
            "83.2 °C > 80 degC"
        );
        assert_eq!(live("true", &[]), "true");
        assert_eq!(live("", &[]), "");
    }

    #[test]
    fn what_shows_comes_first_and_what_does_not_hold_last() {
        let order = [
            rank(Truth::True, true),
            rank(Truth::True, false),
            rank(Truth::Unknown, false),
            rank(Truth::False, false),
        ];
        assert!(order.is_sorted_by(|a, b| a < b));
    }
}
