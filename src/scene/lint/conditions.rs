//! Conditions, and parts of them, that never hold or always do.

use super::{Lints, Reading, with_unit};
use crate::rules::analysis::{Case, Fixed, Spans};
use crate::scene::model::{Rule, RuleColor};
use crate::scene::problem::{Problem, quoted};

pub(super) fn lint(lints: &mut Lints<'_>) {
    let mut found = Vec::new();
    for reading in &lints.readings {
        let Some(rule) = lints.rule(reading.index) else {
            continue;
        };
        for fixed in &reading.when.1 {
            found.extend(of_part(lints, rule, "when", &rule.when.source, fixed));
        }
        let alarm = rule.alarm.as_ref();
        let clear_when = alarm.and_then(|a| a.clear_when.as_ref());
        if let (Some(clear_when), Some((_, fixed))) = (clear_when, &reading.clear_when)
            && lints.clear_key(rule) == "alarm/clear_when"
        {
            // That it never holds as a whole is told of the alarm.
            for fixed in fixed.iter().filter(|f| f.holds || !f.is_whole) {
                let key = "alarm/clear_when";
                found.extend(of_part(lints, rule, key, &clear_when.source, fixed));
            }
        }
        found.extend(while_normal(lints, rule, reading));
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

fn of_part(
    lints: &Lints<'_>,
    rule: &Rule,
    key: &str,
    source: &str,
    fixed: &Fixed,
) -> Option<Problem> {
    let written = source.get(fixed.span.clone()).unwrap_or_default();
    let is_literal = matches!(written, "true" | "false");
    if is_literal && !fixed.is_whole || (fixed.holds && fixed.is_whole && is_base(rule, key)) {
        return None;
    }
    let place = lints.within(rule, key, fixed.span.clone());
    let (code, message) = match (fixed.holds, key) {
        (false, "when") if fixed.is_whole => (
            "never-holds",
            format!("the rule {} can never hold", quoted(&rule.name)),
        ),
        (true, "when") if fixed.is_whole => (
            "always-holds",
            format!("the rule {} always holds", quoted(&rule.name)),
        ),
        (false, _) => ("never-holds", format!("{} never holds", quoted(written))),
        (true, _) => ("always-holds", format!("{} always holds", quoted(written))),
    };
    let help = match (fixed.holds, fixed.is_whole) {
        (false, true) => {
            "no value fits the whole condition: is an `&&` an `||`, or a comparison the wrong way \
             round? A rule to keep and not use takes enabled = false"
        }
        (true, true) => {
            "whatever the values are, it holds: is an `||` an `&&`, or a comparison the wrong way \
             round?"
        }
        (false, false) => "this part makes no difference: no value fits it",
        (true, false) => "this part makes no difference: every value fits it",
    };
    Some(Problem::warning(code, place, message).help(help))
}

/// The rule gives every turbine a colour by value, or a label, and raises no alarm: `true` is its natural
/// condition.
fn is_base(rule: &Rule, key: &str) -> bool {
    let by_value = matches!(rule.color, Some(RuleColor::Scale(_)));
    key == "when" && rule.alarm.is_none() && (by_value || rule.label.is_some())
}

/// A rule that holds for every normal value of its signals.
fn while_normal<'a>(lints: &Lints<'a>, rule: &'a Rule, reading: &Reading) -> Option<Problem> {
    let fails = reading.when.0.fails.as_ref()?;
    if fails.list().is_empty() || is_base(rule, "when") {
        return None;
    }
    let mut outside = Vec::new();
    for case in fails.list() {
        outside.push(beyond_normal(lints, rule, case)?);
    }
    let (signal, [low, high]) = *outside.first()?;
    let message = format!(
        "the rule {} holds for every normal value: `{}` is from {} to {}",
        quoted(&rule.name),
        signal.name,
        low,
        with_unit(high, &signal.unit)
    );
    let help = "a turbine that is well needs neither colour nor alarm: is the comparison the wrong way \
                round, or the limit in another unit?";
    let mut problem =
        Problem::warning("always-holds", lints.place(rule, "when"), message).help(help);
    if let Some(model) = lints.models_of(rule).next() {
        let there = lints.signal_place(model, signal, "range");
        problem = problem.label(there, "its normal values");
    }
    Some(problem)
}

/// A signal of the case none of whose values there is normal.
pub(super) fn beyond_normal<'a>(
    lints: &Lints<'a>,
    rule: &'a Rule,
    case: &Case,
) -> Option<(&'a crate::scene::model::Signal, [f64; 2])> {
    case.limits().iter().find_map(|(axis, spans)| {
        let column = lints.analysis.axis(*axis)?.signal?;
        let (signal, range) = lints.normal(rule, column)?;
        let [low, high] = range;
        let is_beyond = spans.and(&Spans::between(low, high)).is_empty();
        is_beyond.then_some((signal, range))
    })
}
