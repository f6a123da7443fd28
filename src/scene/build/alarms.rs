//! The alarms of rules, and which of them hold back which.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::connection::duration;
use super::expression::Context;
use super::rules::clear_by_deadband;
use crate::scene::format::AlarmTable;
use crate::scene::load::Page;
use crate::scene::model::{AlarmDefinition, Escalation, Expression, OtherAlarms, Rule};
use crate::scene::problem::{Problem, Problems, quoted, suggestion};

/// From, to, and what is wrong beyond.
type Bounds = (Duration, Duration, &'static str);

const SOME: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const ANY: Bounds = (Duration::ZERO, Duration::MAX, "");
const RE_ALARM: Bounds = (
    SOME,
    Duration::MAX,
    "an alarm is announced anew after a second at the soonest: leave `re_alarm` out for one that is not",
);
const ESCALATE: Bounds = (
    SOME,
    Duration::MAX,
    "an alarm is escalated after a second at the soonest: give it the priority itself",
);
const SHELF: Bounds = (
    SOME,
    DAY,
    "a shelf is from a second to 24 hours long: what is to be quiet for longer is taken out of service",
);

/// The alarm at `POINTER/alarm`.
pub(super) fn alarm(
    table: &AlarmTable,
    (when, compiled): (&str, Option<&Expression>),
    page: &Page,
    pointer: &str,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<AlarmDefinition> {
    let at = |key: &str| format!("{pointer}/alarm/{key}");
    let clear_when = match (&table.clear_when, table.deadband) {
        (Some(_), Some(_)) => {
            let place = page.document.place(&at("deadband"));
            let message = "an alarm has either `clear_when` or `deadband`";
            problems.push(Problem::error("bad-value", place, message));
            return None;
        }
        (Some(source), None) => Some(context.compile(source, &at("clear_when"), problems)?),
        (None, Some(deadband)) => {
            let limit = compiled.and_then(|c| c.program.compare_simple());
            let limit = limit.map(|(_, _, limit)| limit);
            let Some(source) = clear_by_deadband(when, limit, deadband) else {
                let place = page.document.place(&at("deadband"));
                let message =
                    "a `deadband` needs a rule that compares one signal with one number or limit";
                let help = "such as when = \"gearbox_oil_temperature > 80\"; else use `clear_when`";
                problems.push(Problem::error("bad-deadband", place, message).help(help));
                return None;
            };
            // What is wrong with its signal is told of `when`, and once.
            let mut told = Problems::default();
            let clear = context.compile(&source, &at("deadband"), &mut told);
            if clear.is_none() && problems.errors() == 0 {
                // `when` is well, so nobody else would tell.
                let place = page.document.place(&at("deadband"));
                let message = "no clearing condition can be made of this `deadband`";
                let help = "write the condition itself as `clear_when`";
                problems.push(Problem::error("bad-deadband", place, message).help(help));
            }
            Some(clear?)
        }
        (None, None) => None,
    };
    let mut length = |key: &str, text: &Option<String>, bounds: &Bounds| match text {
        Some(text) => {
            let length = duration(text, page, &at(key), problems)?;
            if (bounds.0..=bounds.1).contains(&length) {
                return Some(Some(length));
            }
            let place = page.document.place(&at(key));
            problems.push(Problem::error("bad-value", place, bounds.2));
            None
        }
        None => Some(None),
    };
    let on_delay = length("on_delay", &table.on_delay, &ANY);
    let off_delay = length("off_delay", &table.off_delay, &ANY);
    let re_alarm = length("re_alarm", &table.re_alarm, &RE_ALARM);
    let longest_shelf = length("longest_shelf", &table.longest_shelf, &SHELF);
    let after = table.escalate.as_ref().map(|e| Some(e.after.clone()));
    let after = length("escalate/after", &after.flatten(), &ESCALATE);
    let escalation = match (&table.escalate, after?) {
        (Some(table), Some(after)) => Some(Escalation {
            after,
            to: table.to,
        }),
        _ => None,
    };
    if escalation.is_some_and(|e| e.to >= table.priority) {
        let place = page.document.place(&at("escalate/to"));
        let message = format!(
            "an alarm of priority {} cannot be escalated to {}",
            table.priority.name(),
            escalation.map_or("", |e| e.to.name())
        );
        let help = "name a more urgent priority: critical, high, medium, low is their order";
        problems.push(Problem::error("bad-value", place, message).help(help));
        return None;
    }
    let suppress_when = match &table.suppress_when {
        Some(source) => Some(context.compile(source, &at("suppress_when"), problems)?),
        None => None,
    };
    let names = |names: &[String]| names.iter().map(|name| name.as_str().into()).collect();
    Some(AlarmDefinition {
        clear_when,
        on_delay: on_delay?.unwrap_or_default(),
        off_delay: off_delay?.unwrap_or_default(),
        cause: table.cause.clone(),
        consequence: table.consequence.clone(),
        response: table.response.clone(),
        is_latching: table.latching == Some(true),
        re_alarm: re_alarm?,
        escalation,
        longest_shelf: longest_shelf?.unwrap_or(AlarmDefinition::LONGEST_SHELF),
        suppress_when,
        suppressed_by: names(&table.suppressed_by),
        stands_in_for: names(&table.stands_in_for),
        ..AlarmDefinition::new(table.priority)
    })
}

/// Alarms that are there whatever a scene says.
const BUILT_IN: [&str; 2] = ["No communication", "Data not updated"];

/// Checks which alarms hold back which: that there are such alarms, that no alarm holds back itself,
/// and that none is held back by one that may be held back itself.
pub(super) fn check_suppression(
    pages: &[Page],
    rules: &[Rule],
    others: &OtherAlarms,
    is_incomplete: bool,
    problems: &mut Problems,
) {
    // A rule that has errors is told of by itself, not by those that name it.
    let written: usize = pages.iter().map(|page| page.count("/rules")).sum();
    let may_lack = is_incomplete || written != rules.len();
    let of_rules = rules
        .iter()
        .filter_map(|r| Some((&*r.name, r.alarm.as_ref()?)));
    let of_codes = others.codes.iter().map(|c| (&*c.text, &c.alarm));
    let [communication, stale] = BUILT_IN;
    let built_in = [
        others.communication.as_ref().map(|a| (communication, a)),
        others.stale_data.as_ref().map(|a| (stale, a)),
    ];
    let all: HashMap<&str, &AlarmDefinition> = of_rules
        .chain(of_codes)
        .chain(built_in.into_iter().flatten())
        .collect();
    let by_file = |page| (Page::path(page), page);
    let page_of: HashMap<_, _> = pages.iter().map(by_file).collect();
    let mut told = HashSet::new();
    for rule in rules {
        let (Some(alarm), Some(page)) = (&rule.alarm, page_of.get(&*rule.origin.file)) else {
            continue;
        };
        let lists = [
            ("suppressed_by", &alarm.suppressed_by),
            ("stands_in_for", &alarm.stands_in_for),
        ];
        for (key, names) in lists {
            for (i, name) in names.iter().enumerate() {
                let pointer = format!("{}/alarm/{key}/{i}", rule.origin.pointer);
                let place = || page.document.place(&pointer);
                if !all.contains_key(&**name) && !BUILT_IN.contains(&&**name) {
                    if may_lack {
                        continue;
                    }
                    let is_rule = rules.iter().any(|r| r.name == *name);
                    let (message, help) = match is_rule {
                        true => (
                            format!("the rule {} raises no alarm", quoted(name)),
                            Some(
                                "give it an alarm, or write its condition as `suppress_when`"
                                    .to_owned(),
                            ),
                        ),
                        false => (
                            format!("there is no alarm {}", quoted(name)),
                            suggestion(name, known(&all), "the alarms are"),
                        ),
                    };
                    let problem = Problem::error("unknown-alarm", place(), message);
                    problems.push(problem.maybe_help(help));
                    continue;
                }
                if **name == *rule.name {
                    let message = format!("the alarm {} cannot suppress itself", quoted(name));
                    problems.push(Problem::error("circular-suppression", place(), message));
                    continue;
                }
                let (holder, held) = match key {
                    "suppressed_by" => (&**name, &*rule.name),
                    _ => (&*rule.name, &**name),
                };
                if let Some(circle) = circle(&all, holder, held) {
                    let mut members = circle.clone();
                    members.sort_unstable();
                    if told.insert(members) {
                        problems.push(in_circle(place(), &circle));
                    }
                } else if key == "suppressed_by"
                    && let Some(holder) = all.get(&**name)
                {
                    let problem = chained(place(), (&rule.name, alarm), (name, holder));
                    problem.into_iter().for_each(|p| problems.push(p));
                }
            }
        }
    }
}

fn known<'a>(all: &HashMap<&'a str, &AlarmDefinition>) -> Vec<&'a str> {
    let mut names: Vec<&str> = all.keys().copied().chain(BUILT_IN).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whom an alarm holds back.
fn holds<'a>(all: &HashMap<&'a str, &'a AlarmDefinition>, name: &str) -> Vec<&'a str> {
    let lower = all.get(name).into_iter().flat_map(|a| &a.stands_in_for);
    let lower = lower.filter_map(|lower| all.get_key_value(&**lower));
    let names_it = |alarm: &AlarmDefinition| alarm.suppressed_by.iter().any(|by| **by == *name);
    let held = all.iter().filter(|(_, alarm)| names_it(alarm));
    lower.chain(held).map(|(name, _)| *name).collect()
}

/// The way on which what is held back holds back in the end who holds it.
fn circle<'a>(
    all: &HashMap<&'a str, &'a AlarmDefinition>,
    holder: &'a str,
    held: &'a str,
) -> Option<Vec<&'a str>> {
    let mut from: HashMap<&str, &str> = HashMap::new();
    let mut open = vec![held];
    while let Some(at) = open.pop() {
        if at == holder {
            let mut way = vec![holder];
            let mut step = holder;
            while step != held {
                step = from.get(step)?;
                way.push(step);
            }
            way.reverse();
            return Some(way);
        }
        for next in holds(all, at) {
            if next != held && !from.contains_key(next) {
                from.insert(next, at);
                open.push(next);
            }
        }
    }
    None
}

fn in_circle(place: crate::scene::source::Place, circle: &[&str]) -> Problem {
    let first = circle.first().copied().unwrap_or_default();
    let names = circle.iter().copied().chain([first]).map(quoted);
    let names: Vec<String> = names.collect();
    let message = format!(
        "alarms suppress each other in a circle: {}",
        names.join(" suppresses ")
    );
    let help = "were all of them active, none would be shown: take one of them out of the circle";
    Problem::error("circular-suppression", place, message).help(help)
}

/// Who is held back by an alarm that may be held back itself is held back by the same as that.
fn chained(
    place: crate::scene::source::Place,
    (name, alarm): (&str, &AlarmDefinition),
    (holder_name, holder): (&str, &AlarmDefinition),
) -> Option<Problem> {
    let source = |alarm: &AlarmDefinition| alarm.suppress_when.as_ref().map(|e| e.source.clone());
    let (what, help) = if holder.suppress_when.is_some() && source(holder) != source(alarm) {
        let condition = source(holder).unwrap_or_default();
        let help = format!("write suppress_when = {} here too", quoted(&condition));
        ("a condition".to_owned(), help)
    } else {
        let is_named = |by: &&std::sync::Arc<str>| alarm.suppressed_by.contains(by);
        let missing = holder.suppressed_by.iter().find(|by| !is_named(by))?;
        let help = format!("name {} here too", quoted(missing));
        (quoted(missing), help)
    };
    let message = format!(
        "{} is suppressed by {}, which is itself suppressed by {what}: nobody would see either",
        quoted(name),
        quoted(holder_name)
    );
    Some(Problem::error("chained-suppression", place, message).help(help))
}
