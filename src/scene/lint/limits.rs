//! Limits far beyond anything that the signal's range lets expect.

use super::{Lints, with_unit};
use crate::rules::analysis::limits;
use crate::scene::model::{Expression, Rule};
use crate::scene::problem::Problem;

/// Limits lie outside the normal values, or they would ring in health: up to this share of the range's
/// width beyond it is taken for meant.
const MOST_BEYOND: f64 = 0.75;

pub(super) fn lint(lints: &mut Lints<'_>) {
    let mut found = Vec::new();
    for reading in &lints.readings {
        let Some(rule) = lints.rule(reading.index) else {
            continue;
        };
        found.extend(of(lints, rule, "when", &rule.when));
        let alarm = rule.alarm.as_ref();
        if let Some(clear_when) = alarm.and_then(|a| a.clear_when.as_ref())
            && lints.clear_key(rule) == "alarm/clear_when"
        {
            found.extend(of(lints, rule, "alarm/clear_when", clear_when));
        }
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

fn of<'a>(lints: &Lints<'a>, rule: &'a Rule, key: &str, expression: &Expression) -> Vec<Problem> {
    let mut found = Vec::new();
    for limit in limits(&expression.program) {
        let Some((signal, [low, high])) = lints.normal(rule, limit.signal) else {
            continue;
        };
        let beyond = (low - limit.limit).max(limit.limit - high) / (high - low);
        // Against a whole circle no limit outside makes sense, however near.
        let is_circle = signal.unit == "deg" && low == 0.0 && high >= 360.0;
        if beyond <= MOST_BEYOND && !(is_circle && beyond > 0.0) {
            continue;
        }
        let message = format!(
            "the limit {} is far outside the range of `{}`, {low} to {}",
            with_unit(limit.limit, &signal.unit),
            signal.name,
            with_unit(high, &signal.unit),
        );
        let help = "is it in another unit, or a digit too many? Else widen the `range`";
        let place = lints.within(rule, key, limit.span);
        let mut problem = Problem::warning("limit-out-of-range", place, message).help(help);
        if let Some(model) = lints.models_of(rule).next() {
            let there = lints.signal_place(model, signal, "range");
            problem = problem.label(there, "its normal values");
        }
        found.push(problem);
    }
    found
}
