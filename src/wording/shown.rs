//! What rules show at a turbine, in words: labels, and values on colour scales.

use bevy_egui::egui::Color32;

use super::{number, unit};
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::RuleStates;
use crate::scene::{Rule, RuleColor, RuleScale, Scene, Signal};
use crate::theme::rule_scale;

/// The labels that rules put on a turbine, with their values now; which rule each is of.
pub fn labels(
    scene: &Scene,
    states: &RuleStates,
    fleet: &Fleet,
    row: TurbineRow,
) -> Vec<(u16, String)> {
    let labels = states.outputs(row).labels();
    labels
        .filter_map(|rule| {
            let of = scene.rules.get(usize::from(rule))?;
            Some((rule, label(scene, fleet, of, row)?))
        })
        .collect()
}

/// The label of a rule for a turbine, with its values now; `None` for a rule without one.
pub fn label(scene: &Scene, fleet: &Fleet, rule: &Rule, row: TurbineRow) -> Option<String> {
    let template = rule.label.as_ref()?;
    Some(template.text(fleet, row, &scene.texts))
}

/// The signal that a scale shows, where it shows one as it is.
pub fn scale_signal<'a>(scene: &'a Scene, scale: &RuleScale) -> Option<&'a Signal> {
    let name = scale.of.source.trim();
    let mut signals = scene.models.iter().flat_map(|model| &model.signals);
    signals.find(|signal| *signal.name == *name)
}

/// A value on a scale, with its unit where one is known: `1,234 kW`.
pub fn on_scale(scene: &Scene, scale: &RuleScale, value: f64) -> String {
    let text = number(value, Some(scale.range));
    match scale_signal(scene, scale).map_or("", |signal| unit(&signal.unit)) {
        "" => text,
        unit => format!("{text} {unit}"),
    }
}

/// The ends of a scale, the unit at the upper one: `0` and `2,000 kW`.
pub fn scale_ends(scene: &Scene, scale: &RuleScale) -> [String; 2] {
    let [low, high] = scale.range;
    let low = number(low, None);
    let high = number(high, None);
    let unit = scale_signal(scene, scale).map_or("", |signal| unit(&signal.unit));
    [low, format!("{high} {unit}").trim_end().to_owned()]
}

/// The colour that a rule gives a turbine on which it shows: fixed, or that of the value now.
pub fn rule_color(
    scene: &Scene,
    states: &RuleStates,
    index: u16,
    row: TurbineRow,
) -> Option<[u8; 3]> {
    match scene.rules.get(usize::from(index))?.color.as_ref()? {
        RuleColor::Fixed(color) => Some(*color),
        RuleColor::Scale(scale) => {
            let value = states.scale_value(index, row)?;
            let color: Color32 = rule_scale(&scale.name)?.at(scale.share(value));
            Some([color.r(), color.g(), color.b()])
        }
    }
}
