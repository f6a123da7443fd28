//! Each figure beside the target of the standards.

use serde::Serialize;

use super::figures::Figures;
use super::rates::INTERVAL_MS;
use super::table::{number, percent, time};
use crate::scene::Priority;

const HOUR_MS: i64 = 3_600_000;

/// Shares of fewer alarms than this say nothing.
const FEWEST: u64 = 20;

/// How a figure does against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is met.
    Met,
    /// It is not, but the standard calls it manageable.
    Manageable,
    /// It is not met.
    NotMet,
    /// There is too little to tell.
    NoData,
    /// The standards set no number.
    NoTarget,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Manageable => "manageable",
            Self::NotMet => "not met",
            Self::NoData => "no data",
            Self::NoTarget => "no target",
        }
    }
}

/// A figure beside its target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// A name that stays: for programs.
    pub key: &'static str,
    /// What it is, for people.
    pub name: &'static str,
    /// The figure; `None` without data.
    pub value: Option<f64>,
    /// The figure as people read it.
    pub text: String,
    /// The target as people read it; empty where there is none.
    pub target: &'static str,
    /// How it does.
    pub verdict: Verdict,
    /// Where the target is from.
    pub source: &'static str,
}

const ISA: &str = "ISA-18.2 clause 16, IEC 62682";
const EEMUA: &str = "EEMUA 191";
const OWN: &str = "";

/// Every figure beside its target, in the order in which a report has them.
pub fn measures(figures: &Figures) -> Vec<Measure> {
    let mut all = Vec::with_capacity(24);
    rates(figures, &mut all);
    nuisance(figures, &mut all);
    priorities(figures, &mut all);
    people(figures, &mut all);
    all
}

fn rates(figures: &Figures, all: &mut Vec<Measure>) {
    let rates = &figures.rates;
    let least = |value: Option<f64>, good: f64, bearable: f64| match value {
        None => Verdict::NoData,
        Some(value) if value <= good => Verdict::Met,
        Some(value) if value <= bearable => Verdict::Manageable,
        Some(_) => Verdict::NotMet,
    };
    let below = |value: Option<f64>, limit: f64| match value {
        None => Verdict::NoData,
        Some(value) if value < limit => Verdict::Met,
        Some(_) => Verdict::NotMet,
    };
    let rate = |key, name, value: Option<f64>, target, verdict| Measure {
        key,
        name,
        value,
        text: value.map_or_else(none, number),
        target,
        verdict,
        source: ISA,
    };
    let share = |key, name, value: Option<f64>, target, verdict| Measure {
        text: value.map_or_else(none, percent),
        ..rate(key, name, value, target, verdict)
    };
    // Of less than its own time a rate says nothing, and what is said of a day needs some of it.
    let of_hours = |value: Option<f64>| value.filter(|_| figures.covered.ms >= HOUR_MS);
    let of_10_min = |value: Option<f64>| value.filter(|_| figures.covered.ms >= INTERVAL_MS);
    let (per_day, per_hour) = (of_hours(rates.per_day), of_hours(rates.per_hour));
    let per_10_min = of_10_min(rates.per_10_min);
    let day = least(per_day, 144.0, 288.0);
    let hour = least(per_hour, 6.0, 12.0);
    let ten = least(per_10_min, 1.0, 2.0);
    let most = least(rates.most_in_10_min, 10.0, 10.0);
    let above_10 = rates.above_1_2_5_10.map(|[_, _, _, above]| above);
    all.extend([
        rate(
            "alarms_per_day",
            "Alarms a day",
            per_day,
            "at most 144 (288 manageable)",
            day,
        ),
        rate(
            "alarms_per_hour",
            "Alarms an hour",
            per_hour,
            "at most 6 (12 manageable)",
            hour,
        ),
        rate(
            "alarms_per_10_min",
            "Alarms in 10 minutes, mean",
            per_10_min,
            "at most 1 (2 manageable)",
            ten,
        ),
        rate(
            "most_in_10_min",
            "Alarms in 10 minutes, most",
            rates.most_in_10_min,
            "at most 10",
            most,
        ),
        share(
            "intervals_above_10",
            "10-minute periods above 10",
            above_10,
            "below 1 %",
            below(above_10, 0.01),
        ),
        share(
            "hours_above_30",
            "Hours above 30 alarms",
            rates.hours_above_30,
            "below 1 %",
            below(rates.hours_above_30, 0.01),
        ),
        share(
            "flooded",
            "Time in flood",
            figures.flooded,
            "below 1 %",
            below(figures.flooded, 0.01),
        ),
    ]);
}

fn nuisance(figures: &Figures, all: &mut Vec<Measure>) {
    let is_watched = figures.covered.ms > 0;
    let count = |key, name, n: u64, target, is_met: bool, source| Measure {
        key,
        name,
        value: is_watched.then_some(n as f64),
        text: if is_watched { number(n as f64) } else { none() },
        target,
        verdict: judged(is_watched, is_met),
        source,
    };
    let top = figures.top_ten.filter(|_| figures.rates.alarms >= FEWEST);
    let chattering = figures.alarms.iter().filter(|a| a.chattering > 0).count() as u64;
    let fleeting = figures.alarms.iter().filter(|a| a.fleeting > 0).count() as u64;
    let standing = &figures.standing;
    all.extend([
        Measure {
            key: "top_ten",
            name: "Ten most frequent, share",
            value: top,
            text: figures.top_ten.map_or_else(none, percent),
            target: "at most 5 %",
            verdict: judged(top.is_some(), top.is_some_and(|top| top <= 0.05)),
            source: ISA,
        },
        count(
            "chattering",
            "Chattering alarms",
            chattering,
            "none",
            chattering == 0,
            ISA,
        ),
        count(
            "fleeting",
            "Fleeting alarms",
            fleeting,
            "none",
            fleeting == 0,
            ISA,
        ),
        count(
            "stale_most",
            "Stale alarms, most at once",
            standing.most_stale,
            "below 5",
            standing.most_stale < 5,
            ISA,
        ),
        count(
            "stale_now",
            "Stale alarms at the end",
            standing.stale_now,
            "below 5",
            standing.stale_now < 5,
            ISA,
        ),
        Measure {
            key: "standing_mean",
            name: "Standing alarms, mean",
            value: standing.mean,
            text: standing.mean.map_or_else(none, number),
            target: "below 10",
            verdict: judged(
                standing.mean.is_some(),
                standing.mean.is_some_and(|n| n < 10.0),
            ),
            source: EEMUA,
        },
        Measure {
            verdict: if is_watched {
                Verdict::NoTarget
            } else {
                Verdict::NoData
            },
            ..count(
                "standing_most",
                "Standing alarms, most",
                standing.most,
                "",
                true,
                OWN,
            )
        },
    ]);
}

/// The standard's shares for four priorities: about 80 % low, 15 % medium, 5 % high and below 1 % of
/// the highest. "About" is read as up to a quarter more for medium and high, and for low as what that
/// leaves at least.
fn priorities(figures: &Figures, all: &mut Vec<Measure>) {
    let enough = figures.rates.alarms >= FEWEST;
    for (priority, key, name, target, least, most) in [
        (
            Priority::Critical,
            "critical_share",
            "Priority critical",
            "below 1 %",
            0.0,
            0.01,
        ),
        (
            Priority::High,
            "high_share",
            "Priority high",
            "about 5 %",
            0.0,
            0.0625,
        ),
        (
            Priority::Medium,
            "medium_share",
            "Priority medium",
            "about 15 %",
            0.0,
            0.1875,
        ),
        (
            Priority::Low,
            "low_share",
            "Priority low",
            "about 80 %",
            0.74,
            1.0,
        ),
    ] {
        let share = figures.share(priority);
        let is_met = share.is_some_and(|share| (least..=most).contains(&share));
        all.push(Measure {
            key,
            name,
            value: share.filter(|_| enough),
            text: share.map_or_else(none, percent),
            target,
            verdict: judged(enough && share.is_some(), is_met),
            source: ISA,
        });
    }
}

fn people(figures: &Figures, all: &mut Vec<Measure>) {
    let waits = figures.all_waits;
    let wait = |key, name, ms: Option<i64>| Measure {
        key,
        name,
        value: ms.map(|ms| ms as f64 / 1000.0),
        text: ms.map_or_else(none, time),
        target: "",
        verdict: if ms.is_some() {
            Verdict::NoTarget
        } else {
            Verdict::NoData
        },
        source: OWN,
    };
    let oldest = figures
        .waiting
        .first()
        .map(|(_, since)| figures.span.until_ms - since);
    all.extend([
        wait(
            "acknowledged_median_s",
            "Time to acknowledge, median",
            waits.median_ms,
        ),
        wait(
            "acknowledged_90_percent_s",
            "Time to acknowledge, 90 %",
            waits.ninety_percent_ms,
        ),
        wait("waiting_longest_s", "Unacknowledged, longest now", oldest),
    ]);
    if figures.waiting.is_empty()
        && figures.covered.ms > 0
        && let Some(longest) = all.last_mut()
    {
        longest.text = "none".to_owned();
        longest.verdict = Verdict::NoTarget;
    }
    let is_watched = figures.covered.ms > 0;
    for (key, name, of) in [
        ("shelved_now", "Shelved now", &figures.shelved),
        ("suppressed_now", "Suppressed now", &figures.suppressed),
        (
            "out_of_service_now",
            "Out of service now",
            &figures.out_of_service,
        ),
    ] {
        let times = match of.times {
            0 => String::new(),
            1 => format!(" (once, {})", time(of.total_ms)),
            n => format!(" ({n} times, {})", time(of.total_ms)),
        };
        all.push(Measure {
            key,
            name,
            value: is_watched.then_some(of.now as f64),
            text: if is_watched {
                format!("{}{times}", of.now)
            } else {
                none()
            },
            target: "",
            verdict: if is_watched {
                Verdict::NoTarget
            } else {
                Verdict::NoData
            },
            source: OWN,
        });
    }
    let without = figures.without_response.len() as u64;
    let is_known = figures.defined > 0;
    all.push(Measure {
        key: "without_response",
        name: "Alarms without a response text",
        value: is_known.then_some(without as f64),
        text: if is_known {
            format!("{without} of {}", figures.defined)
        } else {
            none()
        },
        target: "none",
        verdict: judged(is_known, without == 0),
        source: ISA,
    });
}

fn judged(is_known: bool, is_met: bool) -> Verdict {
    match (is_known, is_met) {
        (false, _) => Verdict::NoData,
        (true, true) => Verdict::Met,
        (true, false) => Verdict::NotMet,
    }
}

fn none() -> String {
    "–".to_owned()
}
