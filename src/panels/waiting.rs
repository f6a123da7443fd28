//! What an active alarm waits for once its rule no longer holds, in words.

use crate::alarms::{self, Alarm};
use crate::panels::frame::{Farm, unusable_reason};
use crate::rules::{Comparison, Program, Truth};
use crate::scene::Signal;
use crate::wording;

/// What is seen now of an active alarm that no rule raises: `no data for 42 s`, `code 417`. `None`
/// where what was seen when it was raised is all.
pub fn seen_now(farm: &Farm, alarm: &Alarm, now_ms: i64) -> Option<String> {
    let (scene, fleet) = (farm.scene?, farm.fleet?);
    if !alarm.is_active() || alarm.source.rule().is_some() {
        return None;
    }
    let seen = alarms::seen(scene, fleet, (alarm.source, alarm.turbine), now_ms);
    (!seen.is_empty()).then_some(seen)
}

/// What an active alarm waits for whose rule does not hold now: `0.047 m/s² · clears below 0.04`,
/// `0.047 m/s² · no longer holds`, or `no data for 42 s`. `None` while the rule holds.
pub fn waits_for(farm: &Farm, alarm: &Alarm, now_ms: i64) -> Option<String> {
    let (scene, rules) = (farm.scene?, farm.rules?);
    let of = alarm.source.rule()?;
    let rule = scene.rules.get(usize::from(of))?;
    let model = scene.model_of(alarm.turbine)?;
    let value = |signal: &Signal| {
        let cell = farm.cell(alarm.turbine, signal);
        match (cell, unusable_reason(cell, now_ms)) {
            (_, Some(why)) => why,
            (cell, None) => {
                let value = cell.map_or(f64::NAN, |cell| cell.value);
                let (text, unit) = (farm.value_text(signal, value), wording::unit(&signal.unit));
                format!("{text} {unit}").trim_end().to_owned()
            }
        }
    };
    let simple = |program: &Program| {
        let (column, operator, limit) = program.compare_simple()?;
        Some((model.signal(column)?, operator, limit))
    };
    match rules.truth(of, alarm.turbine) {
        Truth::True => None,
        Truth::Unknown => {
            let mut read = model.signals.iter();
            let columns = rule.when.program.names();
            let why = read.find_map(|signal| {
                let is_read = columns.contains(&signal.column);
                unusable_reason(farm.cell(alarm.turbine, signal), now_ms).filter(|_| is_read)
            });
            Some(why.unwrap_or_else(|| "not known now".to_owned()))
        }
        Truth::False => {
            let clear = rule.alarm.as_ref().and_then(|a| a.clear_when.as_ref());
            if let Some((signal, operator, limit)) = clear.and_then(|c| simple(&c.program)) {
                let (value, limit) = (value(signal), wording::number(limit, None));
                return Some(format!(
                    "{value} · clears {} {limit}",
                    where_it_is(operator)
                ));
            }
            let values = match (simple(&rule.when.program), farm.fleet) {
                (Some((signal, ..)), _) => value(signal),
                (None, Some(fleet)) => wording::inputs(scene, fleet, rule, alarm.turbine),
                (None, None) => return Some("no longer holds".to_owned()),
            };
            Some(format!("{values} · no longer holds"))
        }
    }
}

fn where_it_is(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "at",
        Comparison::NotEqual => "away from",
        Comparison::Less => "below",
        Comparison::LessOrEqual => "at or below",
        Comparison::Greater => "above",
        Comparison::GreaterOrEqual => "at or above",
    }
}
