//! What to do about it: findings in words, with what the records say a change would have made of them.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::delays::DelayTrial;
use super::figures::Figures;
use super::frequent::Frequent;
use super::known::KnownAlarms;
use super::table::{percent, time};
use crate::alarms::AlarmId;
use crate::scene::Priority;

/// What is found of one alarm once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// It repeats three or more times a minute.
    Chattering,
    /// It makes up much of the load.
    Frequent,
    /// It is gone before anyone can act.
    Fleeting,
    /// It stands for over a day.
    Stale,
    /// It comes right after another.
    Follows,
    /// Nobody acknowledges it.
    NeverAcknowledged,
    /// It does not say what to do.
    NoResponse,
}

/// Something to act on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// The alarm's name: its rule's.
    pub name: Arc<str>,
    /// The turbine, where it is one's.
    pub object: Option<Arc<str>>,
    /// The rule, as an index into the scene's, where it is one's.
    pub rule: Option<u16>,
    /// Where the rule is written: `rules/v80.toml:12`.
    pub place: Option<Arc<str>>,
    /// How much of the load it makes up, 0 to 1.
    pub share: f64,
    /// What was found.
    pub words: String,
    /// What to do about it, with numbers from the records.
    pub advice: String,
}

/// No more findings of a kind are told of.
const MOST_OF_A_KIND: usize = 10;
/// An alarm with fewer occurrences is not judged by them.
const FEWEST: u64 = 5;
/// What makes up more of the load is told of, whatever else it does.
const MUCH: f64 = 0.05;
/// A delay is proposed where it leaves no more than this of the occurrences.
const GOOD_ENOUGH: f64 = 0.25;
/// What follows another at least so often is told of.
const NEARLY_ALWAYS: f64 = 0.9;

/// The findings, the kinds in order and the worst of each first.
pub fn findings(figures: &Figures, known: &KnownAlarms) -> Vec<Finding> {
    let mut all = Vec::new();
    let new = |kind, name: &Arc<str>, object: Option<&Arc<str>>, share| {
        let known = known.get(name);
        Finding {
            kind,
            name: Arc::clone(name),
            object: object.map(Arc::clone),
            rule: known.and_then(|k| k.rule),
            place: known.and_then(|k| k.place.clone()),
            share,
            words: String::new(),
            advice: String::new(),
        }
    };
    let of =
        |kind, alarm: &Frequent| new(kind, &alarm.id.name, Some(&alarm.id.object), alarm.share);
    for alarm in figures.chattering().into_iter().take(MOST_OF_A_KIND) {
        let words = format!(
            "{} of the load: {}, {} of them chattering (up to {} a minute)",
            percent(alarm.share),
            times(alarm.announced),
            alarm.chattering,
            alarm.most_a_minute
        );
        all.push(Finding {
            words,
            advice: delay_advice(alarm, known),
            ..of(FindingKind::Chattering, alarm)
        });
    }
    let is_much = |a: &&Frequent| a.share >= MUCH && a.announced >= FEWEST && a.chattering == 0;
    for alarm in figures.alarms.iter().filter(is_much).take(MOST_OF_A_KIND) {
        all.push(Finding {
            words: format!(
                "{} of the load: {}",
                percent(alarm.share),
                times(alarm.announced)
            ),
            advice: delay_advice(alarm, known),
            ..of(FindingKind::Frequent, alarm)
        });
    }
    let is_fleeting = |a: &&Frequent| {
        let is_mostly = a.fleeting >= FEWEST && a.fleeting * 2 >= a.occurrences;
        is_mostly && a.chattering == 0 && a.share < MUCH
    };
    for alarm in figures
        .fleeting()
        .into_iter()
        .filter(is_fleeting)
        .take(MOST_OF_A_KIND)
    {
        let words = format!(
            "{} of {} were gone within a minute",
            alarm.fleeting, alarm.announced
        );
        all.push(Finding {
            words,
            advice: delay_advice(alarm, known),
            ..of(FindingKind::Fleeting, alarm)
        });
    }
    stale(figures, &mut all, &new);
    follows(figures, known, &mut all, &new);
    never_acknowledged(figures, &mut all, &new);
    for name in figures.without_response.iter().take(MOST_OF_A_KIND) {
        let came = figures.rules.iter().find(|r| r.name == *name);
        let words = match came {
            Some(rule) => format!(
                "does not say what to do, and came {}",
                times(rule.announced)
            ),
            None => "does not say what to do".to_owned(),
        };
        all.push(Finding {
            words,
            advice: "Write a response; what needs none is no alarm.".to_owned(),
            ..new(
                FindingKind::NoResponse,
                name,
                None,
                came.map_or(0.0, |r| r.share),
            )
        });
    }
    all
}

type New<'a> = &'a dyn Fn(FindingKind, &Arc<str>, Option<&Arc<str>>, f64) -> Finding;

fn stale(figures: &Figures, all: &mut Vec<Finding>, new: New) {
    for stale in figures.standing.stale.iter().take(MOST_OF_A_KIND) {
        let AlarmId { object, name } = &stale.id;
        let share = figures
            .alarms
            .iter()
            .find(|a| a.id == stale.id)
            .map_or(0.0, |a| a.share);
        let (words, advice) = if stale.until_ms.is_none() {
            (
                format!("has stood for {}", time(stale.for_ms)),
                "Have it mended; until then shelve it or take it out of service with the work order \
                 as the reason. If nobody has to act, it is no alarm.",
            )
        } else {
            (
                format!("stood for {}", time(stale.for_ms)),
                "If nobody had to act all that time, it is no alarm: a colour of the rule tells it too.",
            )
        };
        all.push(Finding {
            words,
            advice: advice.to_owned(),
            ..new(FindingKind::Stale, name, Some(object), share)
        });
    }
}

fn follows(figures: &Figures, known: &KnownAlarms, all: &mut Vec<Finding>, new: New) {
    let mut told: Vec<(&Arc<str>, &Arc<str>)> = Vec::new();
    for sequence in &figures.sequences {
        let is_much =
            sequence.of >= FEWEST && sequence.followed as f64 >= sequence.of as f64 * NEARLY_ALWAYS;
        // Of two that follow each other, the more frequent order is told.
        let is_told = told.iter().any(|(first, then)| {
            **then == sequence.then || (**first == sequence.then && **then == sequence.first)
        });
        let is_suppressed = known
            .get(&sequence.then)
            .is_some_and(|k| k.suppressed_by.contains(&sequence.first));
        if !is_much || is_told || is_suppressed || told.len() >= MOST_OF_A_KIND {
            continue;
        }
        told.push((&sequence.first, &sequence.then));
        let rule = figures.rules.iter().find(|r| r.name == sequence.then);
        all.push(Finding {
            words: format!(
                "{} of {} came within 30 s of “{}” at the same turbine",
                sequence.followed, sequence.of, sequence.first
            ),
            advice: format!(
                "If it tells nothing beyond that: suppressed_by = [\"{}\"] would have left {} of {}.",
                sequence.first,
                sequence.of.saturating_sub(sequence.followed),
                sequence.of
            ),
            ..new(FindingKind::Follows, &sequence.then, None, rule.map_or(0.0, |r| r.share))
        });
    }
}

fn never_acknowledged(figures: &Figures, all: &mut Vec<Finding>, new: New) {
    let is_left =
        |rule: &&super::frequent::ByRule| rule.announced >= FEWEST && rule.acknowledged == 0;
    for rule in figures.rules.iter().filter(is_left).take(MOST_OF_A_KIND) {
        let turbines = match rule.turbines {
            1 => "one turbine".to_owned(),
            n => format!("{n} turbines"),
        };
        all.push(Finding {
            words: format!("came {} at {turbines}, and nobody acknowledged it", times(rule.announced)),
            advice: "If nobody has to act, it is no alarm: leave the rule its colour and take its alarm away, \
                     or write what the operator is to do."
                .to_owned(),
            ..new(FindingKind::NeverAcknowledged, &rule.name, None, rule.share)
        });
    }
}

/// The delay that would have left least for what it costs, in words.
fn delay_advice(alarm: &Frequent, known: &KnownAlarms) -> String {
    let (on_delay, off_delay) = known.delays(&alarm.id.name);
    let is_known = known.get(&alarm.id.name).is_some();
    let longest_on_secs = match alarm.priority {
        Priority::Critical => 10,
        Priority::High => 30,
        Priority::Medium | Priority::Low => 120,
    };
    let total = alarm.occurrences;
    let off = best(&alarm.off_delays, total, u64::MAX);
    let on = best(&alarm.on_delays, total, longest_on_secs);
    let word = |what: &str, trial: &DelayTrial, present: Duration| {
        let secs = present.as_secs() + trial.extra_secs;
        let delay = time(i64::try_from(secs * 1000).unwrap_or(i64::MAX));
        let now = match (is_known, present.as_secs()) {
            (true, 0) => "none now".to_owned(),
            (true, secs) => format!(
                "now {}",
                time(i64::try_from(secs * 1000).unwrap_or(i64::MAX))
            ),
            (false, _) => "longer than now".to_owned(),
        };
        format!(
            "{what} of {delay} ({now}) would have left {} of {total}",
            trial.left
        )
    };
    let few = few(total);
    match (off, on) {
        (Some(off), Some(on)) if off.left > few && on.left < off.left => format!(
            "{}; {}, but each one would come that much later.",
            word("An off-delay", off, off_delay),
            word("an on-delay", on, on_delay)
        ),
        (Some(off), _) => format!("{}.", word("An off-delay", off, off_delay)),
        (None, Some(on)) => format!(
            "{}, but each one would come that much later.",
            word("An on-delay", on, on_delay)
        ),
        (None, None) => "No delay up to 10 min would have left much fewer: look at its limit and at what causes it."
            .to_owned(),
    }
}

/// The shortest delay that leaves few enough; or else the one that leaves least, if that is worth it.
fn best(trials: &[DelayTrial], total: u64, longest_secs: u64) -> Option<&DelayTrial> {
    let allowed = || trials.iter().filter(|t| t.extra_secs <= longest_secs);
    let good = allowed().find(|t| t.left <= few(total));
    let least = || allowed().min_by_key(|t| (t.left, t.extra_secs));
    good.or_else(least).filter(|t| t.left * 2 <= total)
}

/// So many occurrences are few of these.
fn few(total: u64) -> u64 {
    ((total as f64 * GOOD_ENOUGH) as u64).max(1)
}

fn times(n: u64) -> String {
    match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trials(left: [u64; 8]) -> Vec<DelayTrial> {
        let mut left = left.into_iter();
        let trial = |extra_secs| DelayTrial {
            extra_secs,
            left: left.next().unwrap_or(0),
        };
        super::super::EXTRA_DELAYS_SECS.map(trial).to_vec()
    }

    fn alarm(off: [u64; 8], on: [u64; 8]) -> Frequent {
        Frequent {
            id: AlarmId {
                object: "T12".into(),
                name: "Gearbox oil hot".into(),
            },
            priority: Priority::Low,
            announced: 38,
            occurrences: 38,
            share: 0.41,
            chattering: 30,
            most_a_minute: 4,
            fleeting: 0,
            acknowledged: 1,
            missed: 30,
            active_ms: 0,
            off_delays: trials(off),
            on_delays: trials(on),
        }
    }

    #[test]
    fn the_shortest_delay_that_is_enough_is_proposed_with_what_it_would_have_left() {
        let none = [38; 8];
        let alarm = alarm([38, 30, 20, 5, 4, 3, 2, 1], none);
        assert_eq!(
            delay_advice(&alarm, &KnownAlarms::default()),
            "An off-delay of 30 s (longer than now) would have left 5 of 38."
        );
    }

    #[test]
    fn an_on_delay_is_proposed_with_what_it_costs() {
        let none = [38; 8];
        let alarm = alarm(none, [38, 38, 7, 7, 7, 7, 0, 0]);
        let advice = delay_advice(&alarm, &KnownAlarms::default());
        assert!(advice.starts_with("An on-delay of 15 s"), "{advice}");
        assert!(advice.ends_with("later."), "{advice}");
    }

    #[test]
    fn where_no_delay_helps_none_is_proposed() {
        let advice = delay_advice(&alarm([38; 8], [37; 8]), &KnownAlarms::default());
        assert!(advice.starts_with("No delay"), "{advice}");
    }
}
