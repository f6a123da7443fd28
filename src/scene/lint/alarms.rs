//! Alarms: what the operator is to do, and whether they clear as they should.

use super::conditions::beyond_normal;
use super::{Lints, with_unit};
use crate::rules::analysis::{Case, Cases, Spans};
use crate::scene::model::{AlarmDefinition, Rule, Signal, ValueKind};
use crate::scene::problem::{Problem, quoted};

pub(super) fn lint(lints: &mut Lints<'_>) {
    let mut found = Vec::new();
    for at in 0..lints.readings.len() {
        let rule = lints.readings.get(at).and_then(|r| lints.rule(r.index));
        let Some((rule, alarm)) = rule.and_then(|r| Some((r, r.alarm.as_ref()?))) else {
            continue;
        };
        found.extend(response(lints, rule, alarm));
        found.extend(clearing(lints, at, rule));
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

fn response(lints: &Lints<'_>, rule: &Rule, alarm: &AlarmDefinition) -> Option<Problem> {
    if !alarm.response.trim().is_empty() {
        return None;
    }
    let message = format!(
        "the alarm of {} does not say what the operator is to do",
        quoted(&rule.name)
    );
    let help = "add a `response`; what needs nobody to act is a colour, not an alarm";
    let place = lints.key_place(rule, "alarm");
    Some(Problem::warning("no-response", place, message).help(help))
}

fn clearing<'a>(lints: &mut Lints<'a>, at: usize, rule: &'a Rule) -> Option<Problem> {
    let reading = lints.readings.get(at)?;
    let holds = reading.when.0.holds.clone()?;
    let clear = reading.clear_when.as_ref()?.0.holds.clone()?;
    if holds.list().is_empty() {
        // Told of the rule.
        return None;
    }
    let key = lints.clear_key(rule);
    let place = lints.place(rule, key);
    let warn = |code, message: String| Problem::warning(code, place.clone(), message);
    if clear.list().is_empty() {
        let message = format!(
            "the alarm of {} can never clear: `clear_when` never holds",
            quoted(&rule.name)
        );
        let help = "no value fits the whole condition";
        return Some(warn("cannot-clear", message).help(help));
    }
    // While the rule holds, the clearing condition does not count.
    if lints.analysis.covers(&clear, holds.list().iter()) {
        let message = format!(
            "the alarm of {} can never clear: `clear_when` holds only where the rule does",
            quoted(&rule.name)
        );
        let help = "is its comparison the wrong way round?";
        let problem = warn("cannot-clear", message).help(help);
        return Some(problem.label(lints.place(rule, "when"), "the rule"));
    }
    beyond(lints, rule, key, &clear)
        .or_else(|| wide_deadband(lints, rule, key))
        .or_else(|| overlapping(lints, rule, &holds, &clear))
}

/// The alarm would stand on while everything is normal.
fn beyond<'a>(lints: &Lints<'a>, rule: &'a Rule, key: &str, clear: &Cases) -> Option<Problem> {
    let mut signals = Vec::new();
    for case in clear.list() {
        signals.push(beyond_normal(lints, rule, case)?);
    }
    let (signal, range) = *signals.first()?;
    let message = format!(
        "the alarm of {} does not clear while `{}` is normal, {}",
        quoted(&rule.name),
        signal.name,
        in_words(range, signal)
    );
    let (code, help) = match key {
        "alarm/deadband" => ("wide-deadband", "make the deadband smaller"),
        _ => (
            "cannot-clear",
            "is the limit of `clear_when` in another unit, or its comparison the wrong way round?",
        ),
    };
    let problem = Problem::warning(code, lints.place(rule, key), message).help(help);
    let model = lints.models_of(rule).next()?;
    Some(problem.label(
        lints.signal_place(model, signal, "range"),
        "its normal values",
    ))
}

fn in_words([low, high]: [f64; 2], signal: &Signal) -> String {
    format!("{low} to {}", with_unit(high, &signal.unit))
}

fn wide_deadband<'a>(lints: &Lints<'a>, rule: &'a Rule, key: &str) -> Option<Problem> {
    if key != "alarm/deadband" {
        return None;
    }
    let (column, _, limit) = rule.when.program.compare_simple()?;
    let clear = rule.alarm.as_ref()?.clear_when.as_ref()?;
    let (_, _, moved) = clear.program.compare_simple()?;
    let (signal, [low, high]) = lints.normal(rule, column)?;
    if (limit - moved).abs() < high - low {
        return None;
    }
    let message = format!(
        "the deadband of {} is as wide as the range of `{}`, {}",
        quoted(&rule.name),
        signal.name,
        in_words([low, high], signal)
    );
    let help = "a twentieth of the range keeps an alarm from flickering";
    let problem = Problem::warning("wide-deadband", lints.place(rule, key), message).help(help);
    let model = lints.models_of(rule).next()?;
    Some(problem.label(
        lints.signal_place(model, signal, "range"),
        "its normal values",
    ))
}

/// A clearing condition that begins on the rule's side of the limit.
fn overlapping(lints: &Lints<'_>, rule: &Rule, holds: &Cases, clear: &Cases) -> Option<Problem> {
    let name = quoted(&rule.name);
    let place = || lints.place(rule, "alarm/clear_when");
    let the_rule = || lints.place(rule, "when");
    if let (Some((axis, own)), Some((other, good))) = (holds.single_axis(), clear.single_axis())
        && axis == other
    {
        let about = lints.analysis.axis(axis)?;
        if about.kind != ValueKind::Number {
            return None;
        }
        let signal = about.signal.map_or("the value", |s| lints.name_of(s));
        let healthy = own.not();
        let leaves_none = healthy.and(&good.not()).is_empty();
        if leaves_none && own.pieces() == 1 {
            let message = format!(
                "`clear_when` of {name} holds wherever the rule does not: it gives the alarm no deadband"
            );
            let help = "let it hold only at some distance from the rule's limit, or leave it out";
            let problem = Problem::warning("no-deadband", place(), message).help(help);
            return Some(problem.label(the_rule(), "the rule"));
        }
        let shared = own.and(good);
        if !shared.is_empty() {
            let message = format!(
                "`clear_when` of {name} is on the wrong side of the limit: it holds for `{signal}` {}, \
                 where the rule does too, and does not for all good values",
                shared.in_words()
            );
            let help =
                "clear on the good side: when = \"t > 80\" goes with clear_when = \"t < 75\"";
            let problem = Problem::warning("clear-on-wrong-side", place(), message).help(help);
            return Some(problem.label(the_rule(), "the rule"));
        }
        return None;
    }
    let (axis, shared) = (holds.list().iter())
        .flat_map(|h| clear.list().iter().map(move |c| (h, c)))
        .find_map(|(h, c)| shared(lints, h, c))?;
    let column = lints.analysis.axis(axis)?.signal?;
    let message = format!(
        "`clear_when` of {name} holds where the rule still does, for `{}` {}: there it gives the alarm \
         no deadband",
        lints.name_of(column),
        shared.in_words()
    );
    let help = "let it hold only at some distance from the rule's limit";
    let problem = Problem::warning("no-deadband", place(), message).help(help);
    Some(problem.label(the_rule(), "the rule"))
}

/// The numbers for which a case of the rule and one of the clearing condition both hold: only where the
/// latter asks for nothing but signals of which the rule says something.
fn shared(lints: &Lints<'_>, holds: &Case, clear: &Case) -> Option<(u32, Spans)> {
    let both = holds.and(clear)?;
    let is_signal = |axis: u32| {
        lints
            .analysis
            .axis(axis)
            .is_some_and(|a| a.signal.is_some())
    };
    let is_plain = both.limits().iter().all(|(axis, _)| is_signal(*axis));
    let is_within = clear
        .limits()
        .iter()
        .all(|(axis, _)| holds.on(*axis).is_some());
    if !is_plain || !is_within {
        return None;
    }
    clear.limits().iter().find_map(|(axis, _)| {
        let is_number = lints.analysis.axis(*axis)?.kind == ValueKind::Number;
        Some((*axis, both.on(*axis)?.clone())).filter(|_| is_number)
    })
}
