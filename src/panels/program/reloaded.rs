//! What a reload changed, in one line: rules, signals, turbines, topics, and whose colour is another.

use std::collections::HashMap;

use bevy::prelude::*;

use crate::fleet::TurbineRow;
use crate::panels::format;
use crate::rules::{Appearance, RuleStates};
use crate::scene::{ActiveScene, Model, Rule, Scene, SceneReplaced};

/// Colours that are told apart: one bit each.
const MOST_COLOURS: usize = 64;
/// Changes of colour that are told; the rest is in the view.
const MOST_EFFECTS: usize = 2;

/// The colours that turbines had when the scene was replaced.
#[derive(Resource, Debug, Default)]
pub(super) struct ColoursBefore {
    palette: Vec<[u8; 3]>,
    /// By row of the former scene, the colours of its palette as bits.
    turbines: Vec<u64>,
}

/// Keeps the colours of the frame before, while the rules of the new scene have not run yet.
pub(super) fn remember_colours(
    mut replaced: MessageReader<SceneReplaced>,
    states: Option<Res<RuleStates>>,
    mut before: ResMut<ColoursBefore>,
) {
    let Some(previous) = replaced.read().last().and_then(|r| r.previous.clone()) else {
        return;
    };
    let Some(states) = states else { return };
    let mut palette = Vec::new();
    before.turbines = colours(&previous, &states, &mut palette);
    before.palette = palette;
}

/// The colours of every turbine; new ones are added to the palette.
fn colours(scene: &Scene, states: &RuleStates, palette: &mut Vec<[u8; 3]>) -> Vec<u64> {
    let of_rule: Vec<u64> = scene
        .rules
        .iter()
        .map(|rule| {
            let Some(colour) = rule.color.as_ref().and_then(|c| c.fixed()) else {
                return 0;
            };
            let at = palette.iter().position(|known| *known == colour);
            let at = at.unwrap_or_else(|| {
                palette.push(colour);
                palette.len() - 1
            });
            if at < MOST_COLOURS { 1 << at } else { 0 }
        })
        .collect();
    let of_appearance = |appearance: Appearance| {
        let rules = appearance.surfaces.iter().filter_map(|shown| shown.rule);
        let bits = rules.filter_map(|rule| of_rule.get(usize::from(rule)));
        bits.fold(0, |all, bit| all | bit)
    };
    let rows = (0..scene.turbines.len() as u32).map(TurbineRow);
    rows.map(|row| of_appearance(states.appearance(row)))
        .collect()
}

/// A change of colour, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Effect {
    colour: [u8; 3],
    /// They have it now and had not; or the other way about.
    has_come: bool,
    turbines: Vec<TurbineRow>,
}

/// What a reload changed, in words, and the turbines that look otherwise.
pub(super) fn words(
    old: &Scene,
    active: &ActiveScene,
    before: &ColoursBefore,
    states: Option<&RuleStates>,
) -> (String, Vec<TurbineRow>) {
    let new = &active.scene;
    let effects = states.map_or_else(Vec::new, |states| effects(old, new, before, states));
    let mut told = changes(old, new);
    let mut turbines: Vec<TurbineRow> = Vec::new();
    for effect in effects.iter().take(MOST_EFFECTS) {
        let name = colour_name(effect.colour);
        let count = format::counted(effect.turbines.len(), "turbine", "turbines");
        let (these, those) = match effect.turbines.len() {
            1 => ("was", "is"),
            _ => ("were", "are"),
        };
        told.push(match effect.has_come {
            true => format!("{count} now {name} that {these} not"),
            false => format!("{count} {those} {name} no longer"),
        });
        turbines.extend(&effect.turbines);
    }
    turbines.sort_unstable();
    turbines.dedup();
    let told = match told.is_empty() {
        true => "Scene reloaded: nothing that is shown has changed".to_owned(),
        false => format!("Scene reloaded: {}", told.join("; ")),
    };
    (told, turbines)
}

/// Which colours came and went, those of most turbines first, what came before what went.
fn effects(old: &Scene, new: &Scene, before: &ColoursBefore, states: &RuleStates) -> Vec<Effect> {
    let mut palette = before.palette.clone();
    let now = colours(new, states, &mut palette);
    let same_rows = old.turbines.len() == new.turbines.len()
        && old
            .turbines
            .iter()
            .zip(&new.turbines)
            .all(|(a, b)| a.id == b.id);
    let old_rows: HashMap<&str, usize> = match same_rows {
        true => HashMap::new(),
        false => old
            .turbines
            .iter()
            .zip(0..)
            .map(|(t, row)| (&*t.id, row))
            .collect(),
    };
    let mut effects: Vec<Effect> = Vec::new();
    for (at, (bits, turbine)) in now.iter().zip(&new.turbines).enumerate() {
        let old_row = if same_rows {
            Some(at)
        } else {
            old_rows.get(&*turbine.id).copied()
        };
        // A turbine that is new has no colour that it had before.
        let Some(had) = old_row.and_then(|row| before.turbines.get(row)) else {
            continue;
        };
        let differing = bits ^ had;
        if differing == 0 {
            continue;
        }
        for (colour, bit) in palette.iter().zip((0..MOST_COLOURS).map(|at| 1_u64 << at)) {
            if differing & bit == 0 {
                continue;
            }
            let has_come = bits & bit != 0;
            let row = TurbineRow(at as u32);
            let known = effects
                .iter_mut()
                .find(|e| e.colour == *colour && e.has_come == has_come);
            match known {
                Some(effect) => effect.turbines.push(row),
                None => effects.push(Effect {
                    colour: *colour,
                    has_come,
                    turbines: vec![row],
                }),
            }
        }
    }
    effects.sort_by_key(|e| (!e.has_come, std::cmp::Reverse(e.turbines.len())));
    effects
}

/// `2 rules changed`, `1 signal added`, each kind of thing once.
fn changes(old: &Scene, new: &Scene) -> Vec<String> {
    let mut told = Vec::new();
    let mut tell = |count: usize, one: &str, many: &str, what: &str| {
        if count > 0 {
            told.push(format!("{} {what}", format::counted(count, one, many)));
        }
    };
    let by_name = |rules: &[Rule]| -> HashMap<std::sync::Arc<str>, usize> {
        rules.iter().map(|r| r.name.clone()).zip(0..).collect()
    };
    let (olds, news) = (by_name(&old.rules), by_name(&new.rules));
    let added = new
        .rules
        .iter()
        .filter(|r| !olds.contains_key(&r.name))
        .count();
    let removed = old
        .rules
        .iter()
        .filter(|r| !news.contains_key(&r.name))
        .count();
    let pairs: Vec<(&Rule, &Rule)> = new
        .rules
        .iter()
        .filter_map(|rule| Some((old.rules.get(*olds.get(&rule.name)?)?, rule)))
        .collect();
    let switched = |on: bool| {
        let has = |(a, b): &&(&Rule, &Rule)| a.is_enabled != on && b.is_enabled == on;
        pairs.iter().filter(has).count()
    };
    let changed = pairs.iter().filter(|(a, b)| !is_same(a, b)).count();
    let order = |scene: &Scene, other: &HashMap<std::sync::Arc<str>, usize>| -> Vec<_> {
        let common = scene.rules.iter().filter(|r| other.contains_key(&r.name));
        common.map(|r| r.name.clone()).collect()
    };
    let is_reordered = order(old, &news) != order(new, &olds);
    tell(changed, "rule", "rules", "changed");
    tell(added, "rule", "rules", "added");
    tell(removed, "rule", "rules", "removed");
    tell(switched(false), "rule", "rules", "set aside");
    tell(switched(true), "rule", "rules", "in force again");
    let signals = |scene: &Scene| -> HashMap<String, String> {
        let of = |m: &Model| -> Vec<(String, String)> {
            let signals = m.signals.iter();
            let kept = signals.map(|s| (format!("{}/{}", m.id, s.name), format!("{s:?}")));
            kept.map(|(key, text)| (key, without_column(&text)))
                .collect()
        };
        scene.models.iter().flat_map(of).collect()
    };
    let (olds, news) = (signals(old), signals(new));
    let count = |of: &HashMap<String, String>, f: &dyn Fn(&String, &String) -> bool| {
        of.iter().filter(|(key, text)| f(key, text)).count()
    };
    tell(
        count(&news, &|key, _| !olds.contains_key(key)),
        "signal",
        "signals",
        "added",
    );
    tell(
        count(&olds, &|key, _| !news.contains_key(key)),
        "signal",
        "signals",
        "removed",
    );
    let differs = |key: &String, text: &String| olds.get(key).is_some_and(|old| old != text);
    tell(count(&news, &differs), "signal", "signals", "changed");
    let topics = |a: &Scene, b: &Scene| a.topics.iter().filter(|t| !b.topics.contains(t)).count();
    tell(topics(new, old), "topic", "topics", "added or changed");
    if topics(new, old) == 0 {
        tell(topics(old, new), "topic", "topics", "removed");
    }
    let ids = |scene: &Scene| -> std::collections::HashSet<std::sync::Arc<str>> {
        scene.turbines.iter().map(|t| t.id.clone()).collect()
    };
    let same_ids = old.turbines.len() == new.turbines.len()
        && old
            .turbines
            .iter()
            .zip(&new.turbines)
            .all(|(a, b)| a.id == b.id);
    if !same_ids {
        let (olds, news) = (ids(old), ids(new));
        tell(
            news.difference(&olds).count(),
            "turbine",
            "turbines",
            "added",
        );
        tell(
            olds.difference(&news).count(),
            "turbine",
            "turbines",
            "removed",
        );
    }
    if is_reordered && told.is_empty() {
        told.push("rules reordered".to_owned());
    }
    told
}

/// The column is where a signal is kept, and moves when others come.
fn without_column(signal: &str) -> String {
    let end = signal.find("name:").unwrap_or(0);
    signal.get(end..).unwrap_or(signal).to_owned()
}

/// Whether a rule says the same as before, whether or not it is in force.
fn is_same(a: &Rule, b: &Rule) -> bool {
    let alarm = |rule: &Rule| {
        let alarm = rule.alarm.as_ref()?;
        let clear = alarm.clear_when.as_ref().map(|c| c.source.clone());
        let words = (alarm.consequence.clone(), alarm.response.clone());
        Some((
            alarm.priority,
            clear,
            alarm.on_delay,
            alarm.off_delay,
            words,
        ))
    };
    let label = |rule: &Rule| format!("{:?}", rule.label);
    a.when.source == b.when.source
        && (a.part, &a.color, &a.icon, &a.applies) == (b.part, &b.color, &b.icon, &b.applies)
        && a.opacity.to_bits() == b.opacity.to_bits()
        && a.language == b.language
        && label(a) == label(b)
        && alarm(a) == alarm(b)
}

/// A colour in a word: red, orange, yellow, green, blue, purple, pink, grey, black or white.
fn colour_name([r, g, b]: [u8; 3]) -> &'static str {
    let [r, g, b] = [r, g, b].map(|c| f32::from(c) / 255.0);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let span = most - least;
    if span < 0.12 {
        return match most {
            most if most < 0.2 => "black",
            most if most > 0.9 => "white",
            _ => "grey",
        };
    }
    let hue = if most <= r {
        60.0 * ((g - b) / span)
    } else if most <= g {
        60.0 * ((b - r) / span + 2.0)
    } else {
        60.0 * ((r - g) / span + 4.0)
    };
    match hue.rem_euclid(360.0) {
        hue if hue < 14.0 => "red",
        hue if hue < 42.0 => "orange",
        hue if hue < 68.0 => "yellow",
        hue if hue < 165.0 => "green",
        hue if hue < 255.0 => "blue",
        hue if hue < 295.0 => "purple",
        hue if hue < 338.0 => "pink",
        _ => "red",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_of_alarms_have_the_names_that_people_give_them() {
        let named = |hex: u32| colour_name([(hex >> 16) as u8, (hex >> 8) as u8, hex as u8]);
        let cases = [
            (0x00C4_122F, "red"),
            (0x00E0_700C, "orange"),
            (0x00D9_A800, "yellow"),
            (0x007B_4FB5, "purple"),
            (0x002E_8B57, "green"),
            (0x001A_63A1, "blue"),
            (0x0080_8080, "grey"),
            (0x00FF_FFFF, "white"),
            (0x0010_1010, "black"),
        ];
        for (hex, name) in cases {
            assert_eq!(named(hex), name, "{hex:06x}");
        }
    }
}
