//! `[[rules]]` and their alarms.

use std::collections::HashMap;

use super::Farm;
use super::alarms::alarm;
use super::expression::{Context, is_name};
use super::looks;
use super::models::Models;
use crate::rules::Texts;
use crate::scene::format::RuleEntry;
use crate::scene::load::Page;
use crate::scene::model::Rule;
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::theme::{RULE_ICONS, rule_icon};

pub(super) fn rules(
    pages: &[Page],
    farm: &Farm<'_>,
    texts: &Texts,
    problems: &mut Problems,
) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut by_name: HashMap<String, (usize, String)> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        for i in 0..page.count("/rules") {
            let pointer = format!("/rules/{i}");
            let Some(entry) = page.rest_of_piece::<RuleEntry>(&pointer, problems) else {
                continue;
            };
            let name_pointer = format!("{pointer}/name");
            let name_place = || page.document.place(&name_pointer);
            if entry.name.trim().is_empty() {
                problems.push(Problem::error(
                    "bad-value",
                    name_place(),
                    "a rule needs a name",
                ));
            } else if let Some((other, there)) = by_name.get(&entry.name)
                && let Some(other) = pages.get(*other)
            {
                let message = format!("there are two rules {}", quoted(&entry.name));
                let problem = Problem::error("duplicate-rule", name_place(), message);
                problems.push(problem.label(other.document.place(there), "the first is here"));
            } else {
                by_name.insert(entry.name.clone(), (at, name_pointer.clone()));
            }
            if rules.len() >= usize::from(u16::MAX) {
                problems.push(Problem::error(
                    "too-many",
                    name_place(),
                    "more than 65,535 rules",
                ));
                return rules;
            }
            rules.extend(rule(entry, page, &pointer, (pages, farm, texts), problems));
        }
    }
    rules
}

fn rule(
    entry: RuleEntry,
    page: &Page,
    pointer: &str,
    (pages, farm, texts): (&[Page], &Farm<'_>, &Texts),
    problems: &mut Problems,
) -> Option<Rule> {
    let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
    let applies = applies(&entry, page, pointer, farm.models, problems);
    let context = Context {
        farm,
        pages,
        applies: &applies,
        has_models: entry.models.is_some(),
        knows_models: !page.unusable.touches(&format!("{pointer}/models")),
        texts,
        document: &page.document,
        language: entry.language.unwrap_or_default(),
        is_number: entry.number == Some(true),
    };
    let when = context.compile(&entry.when, &format!("{pointer}/when"), problems);
    let color = entry
        .color
        .as_ref()
        .and_then(|color| looks::color(color, pointer, &context, problems));
    let label = entry
        .label
        .as_deref()
        .and_then(|label| looks::label(label, pointer, &context, problems));
    if !page.unusable.touches(pointer)
        && entry.color.is_none()
        && entry.icon.is_none()
        && entry.label.is_none()
        && entry.opacity.is_none()
        && entry.tag.is_none()
        && entry.number.is_none()
        && entry.alarm.is_none()
    {
        let message = format!("the rule {} does nothing", quoted(&entry.name));
        let help = "give it a `color`, a `label`, an `icon`, an `opacity` or an alarm";
        problems.push(Problem::warning("no-effect", place("name"), message).help(help));
    }
    if let Some(icon) = entry.icon.as_deref().filter(|i| rule_icon(i).is_none()) {
        let message = format!("there is no icon {}", quoted(icon));
        let names = RULE_ICONS.iter().map(|(name, _)| *name);
        let help = suggestion(icon, names, "the icons are");
        let problem = Problem::warning("unknown-icon", place("icon"), message);
        problems.push(problem.maybe_help(help));
    }
    let alarm = match &entry.alarm {
        Some(table) => Some(alarm(
            table,
            (&entry.when, when.as_ref()),
            page,
            pointer,
            &context,
            problems,
        )?),
        None => None,
    };
    Some(Rule {
        name: entry.name.into(),
        when: when?,
        applies,
        part: entry.part,
        color,
        icon: entry.icon.filter(|icon| rule_icon(icon).is_some()),
        label,
        opacity: entry.opacity.map_or(1.0, |o| o as f32),
        alarm,
        language: entry.language.unwrap_or_default(),
        is_enabled: entry.enabled.unwrap_or(true),
        origin: page.origin(pointer),
    })
}

fn applies(
    entry: &RuleEntry,
    page: &Page,
    pointer: &str,
    models: &Models,
    problems: &mut Problems,
) -> Vec<bool> {
    let Some(named) = &entry.models else {
        return vec![true; models.list.len()];
    };
    let mut applies = vec![false; models.list.len()];
    // Rules of a map may be kept for nodes that are yet to come.
    if named.is_empty() && entry.map.is_none() {
        let place = page.document.place(&format!("{pointer}/models"));
        let help = "leave `models` out for a rule that is for all";
        let problem = Problem::error("bad-value", place, "the rule is for no model");
        problems.push(problem.help(help));
    }
    for (i, id) in named.iter().enumerate() {
        match models.by_id.get(id.as_str()) {
            Some(&model) => {
                if let Some(applies) = applies.get_mut(model) {
                    *applies = true;
                }
            }
            None if models.may_lack => {}
            None => {
                let place = page.document.place(&format!("{pointer}/models/{i}"));
                let message = format!("there is no model {}", quoted(id));
                let help = suggestion(id, models.ids(), "the models are");
                problems.push(Problem::error("unknown-model", place, message).maybe_help(help));
            }
        }
    }
    applies
}

/// The condition that clears an alarm raised by `when`, with the limit moved by the deadband.
/// Nothing if `when` is not one comparison of one name with one number or limit. `in_unit` is the
/// number in the unit of the signal, where it is written in another.
pub(crate) fn clear_by_deadband(when: &str, in_unit: Option<f64>, deadband: f64) -> Option<String> {
    let when = unwrapped(when);
    let at = when.find(['<', '>'])?;
    let (left, rest) = (when.get(..at)?, when.get(at..)?);
    let is_greater = rest.starts_with('>');
    let (is_or_equal, right) = match rest.get(1..)? {
        right if right.starts_with('=') => (true, right.get(1..)?),
        right => (false, right),
    };
    let (left, right) = (left.trim(), right.trim());
    let (name, limit, is_greater) = match (is_name(left), is_name(right)) {
        (true, false) => (left, right, is_greater),
        // `80 < t` is `t > 80`.
        (false, true) => (right, left, !is_greater),
        _ => return None,
    };
    let comparison = match (is_greater, is_or_equal) {
        (true, false) => "<=",
        (true, true) => "<",
        (false, false) => ">=",
        (false, true) => ">",
    };
    if limit.strip_prefix("limits.").is_some_and(is_name) {
        let sign = if is_greater { '-' } else { '+' };
        return Some(format!("{name} {comparison} {limit} {sign} {deadband}"));
    }
    let is_number = limit
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let has_unit = limit.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let limit: f64 = match is_number {
        true => limit.parse().ok()?,
        false => in_unit.filter(|_| has_unit)?,
    };
    let moved = if is_greater {
        limit - deadband
    } else {
        limit + deadband
    };
    // 80.3 - 0.1 is meant to be 80.2.
    let moved = (moved * 1e9).round() / 1e9;
    if !moved.is_finite() {
        return None;
    }
    // The syntax has integers too, which do not reach as far: a large number is written with its point.
    Some(if moved.abs() < 1e15 {
        format!("{name} {comparison} {moved}")
    } else {
        format!("{name} {comparison} {moved:?}")
    })
}

/// Without blanks and parentheses around the whole.
fn unwrapped(mut text: &str) -> &str {
    loop {
        text = text.trim();
        match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) if !inner.contains(['(', ')']) || inner.trim().starts_with('(') => {
                text = inner;
            }
            _ => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadband_moves_the_limit_to_the_good_side() {
        for (when, clear) in [
            ("t > 80", "t <= 75"),
            ("t >= 80.5", "t < 75.5"),
            ("t < -10", "t >= -5"),
            ("t<=1e2", "t > 105"),
            (" 80 < t ", "t <= 75"),
            ("(80 >= t)", "t > 85"),
            ("((t > 80))", "t <= 75"),
        ] {
            assert_eq!(
                clear_by_deadband(when, None, 5.0).as_deref(),
                Some(clear),
                "{when}"
            );
        }
        assert_eq!(
            clear_by_deadband("t > 80.3", None, 0.1).as_deref(),
            Some("t <= 80.2")
        );
    }

    #[test]
    fn a_deadband_counts_in_the_unit_of_the_signal_and_moves_limits_too() {
        let clear = |when, in_unit| clear_by_deadband(when, in_unit, 5.0);
        let expected = |clear: &str| Some(clear.to_owned());
        assert_eq!(clear("t > 176 degF", Some(80.0)), expected("t <= 75"));
        assert_eq!(
            clear("t > limits.hot", None),
            expected("t <= limits.hot - 5")
        );
        assert_eq!(
            clear("limits.cold > t", None),
            expected("t >= limits.cold + 5")
        );
        assert_eq!(clear("t > 80 furlongs", None), None);
    }

    #[test]
    fn a_deadband_means_nothing_for_other_conditions() {
        for when in [
            "t == 80",
            "t > u",
            "t > 80 && u > 3",
            "t + 1 > 80",
            "80 < 90",
            "!(t > 80)",
            "t",
            "",
            "t > 1e400",
            "(t) > (80)",
            "t > inf",
        ] {
            assert_eq!(clear_by_deadband(when, None, 5.0), None, "{when}");
        }
    }
}
