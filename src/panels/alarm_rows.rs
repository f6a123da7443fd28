//! Which alarms the list shows, and in which order.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::alarms::{Alarm, AlarmKey, AlarmState};
use crate::scene::Priority;

/// Which states the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateFilter {
    /// Active or not acknowledged: what an operator has to do with.
    #[default]
    Standing,
    /// Not acknowledged, active or not.
    Unacknowledged,
    /// Active, whoever has acknowledged them.
    Active,
    /// Acknowledged, and still active.
    Acknowledged,
    /// Cleared before anyone acknowledged them.
    Returned,
    /// Over.
    Past,
}

impl StateFilter {
    /// All of them with the words shown.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Standing, "Standing"),
        (Self::Unacknowledged, "Unacknowledged"),
        (Self::Active, "Active"),
        (Self::Acknowledged, "Acknowledged"),
        (Self::Returned, "Returned, not acknowledged"),
        (Self::Past, "Past"),
    ];

    /// The words shown.
    pub fn words(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(f, _)| *f == self)
            .map_or("", |(_, words)| words)
    }

    fn shows(self, state: AlarmState) -> bool {
        use AlarmState::{
            Acknowledged, Latched, LatchedUnacknowledged, Normal, ReturnedUnacknowledged,
            Unacknowledged, Withdrawn,
        };
        match self {
            Self::Standing => !matches!(state, Normal | Withdrawn),
            Self::Unacknowledged => matches!(
                state,
                Unacknowledged | ReturnedUnacknowledged | LatchedUnacknowledged
            ),
            Self::Active => matches!(state, Unacknowledged | Acknowledged),
            Self::Acknowledged => state == Acknowledged,
            Self::Returned => {
                matches!(
                    state,
                    ReturnedUnacknowledged | LatchedUnacknowledged | Latched
                )
            }
            Self::Past => matches!(state, Normal | Withdrawn),
        }
    }
}

/// What the list is filtered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlarmFilter {
    /// Every word of it must be in the turbine's or the alarm's name, in any case.
    pub text: String,
    /// Only these priorities; all while it is empty.
    pub priorities: Vec<Priority>,
    /// Only these states.
    pub state: StateFilter,
}

impl AlarmFilter {
    /// Whether an alarm passes.
    pub fn shows(&self, alarm: &Alarm) -> bool {
        let by_priority = self.priorities.is_empty() || self.priorities.contains(&alarm.priority);
        by_priority && self.state.shows(alarm.state()) && self.text_shows(alarm)
    }

    fn text_shows(&self, alarm: &Alarm) -> bool {
        if self.text.trim().is_empty() {
            return true;
        }
        let text = format!("{} {}", alarm.turbine_id, alarm.name).to_lowercase();
        let wanted = self.text.to_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    }
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortBy {
    /// Unacknowledged first, then by priority, then the newest.
    #[default]
    Urgency,
    /// When it was raised.
    Raised,
    /// The turbine's name, numbers by their size.
    Turbine,
    /// The alarm's name.
    Name,
    /// The state.
    State,
    /// How long it has stood.
    Duration,
    /// When it was acknowledged.
    Acknowledged,
}

/// The alarms that pass the filter, in the order shown, as indexes into `standing` followed by `past`.
pub fn shown(
    standing: &[Alarm],
    past: &[Alarm],
    filter: &AlarmFilter,
    sort: SortBy,
    reversed: bool,
    now_ms: i64,
) -> Vec<u32> {
    let all = standing.iter().chain(past);
    let mut rows: Vec<(u32, &Alarm)> = (0..).zip(all).filter(|(_, a)| filter.shows(a)).collect();
    rows.sort_by(|(_, a), (_, b)| {
        let order = compare(a, b, sort, now_ms);
        if reversed { order.reverse() } else { order }
    });
    rows.into_iter().map(|(index, _)| index).collect()
}

/// Of these, the ones that can be acknowledged.
pub fn acknowledgeable(rows: &[&Alarm]) -> Vec<AlarmKey> {
    rows.iter()
        .filter(|a| a.acknowledged.is_none())
        .map(|a| a.key)
        .collect()
}

/// Of the selected ones, those that are shown and can be acknowledged.
pub fn acknowledgeable_selected(rows: &[&Alarm], selected: &HashSet<AlarmKey>) -> Vec<AlarmKey> {
    rows.iter()
        .filter(|a| a.acknowledged.is_none() && selected.contains(&a.key))
        .map(|a| a.key)
        .collect()
}

/// How long it has stood, or stood until it cleared, milliseconds.
pub fn stood_ms(alarm: &Alarm, now_ms: i64) -> i64 {
    alarm.cleared_ms.unwrap_or(now_ms) - alarm.raised_ms
}

fn compare(a: &Alarm, b: &Alarm, sort: SortBy, now_ms: i64) -> Ordering {
    let newest = || (b.raised_ms, b.key).cmp(&(a.raised_ms, a.key));
    let first = match sort {
        SortBy::Urgency => {
            (a.acknowledged.is_some(), a.priority).cmp(&(b.acknowledged.is_some(), b.priority))
        }
        SortBy::Raised => Ordering::Equal,
        SortBy::Turbine => natural(&a.turbine_id, &b.turbine_id),
        SortBy::Name => a.name.cmp(&b.name),
        SortBy::State => (a.state() as u8).cmp(&(b.state() as u8)),
        SortBy::Duration => stood_ms(b, now_ms).cmp(&stood_ms(a, now_ms)),
        SortBy::Acknowledged => {
            let when = |alarm: &Alarm| alarm.acknowledged.as_ref().map(|(at, _)| *at);
            when(b).cmp(&when(a))
        }
    };
    first.then_with(newest)
}

/// T9 before T10: runs of digits are compared by their size.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let (a_run, a_rest) = run(a);
        let (b_run, b_rest) = run(b);
        let by_size = match (a_run.parse::<u128>(), b_run.parse::<u128>()) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            _ => a_run.cmp(b_run),
        };
        if by_size != Ordering::Equal {
            return by_size;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.len().cmp(&b.len())
}

/// The digits, or what is not digits, that a text begins with, and the rest of it.
fn run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text
        .find(|c: char| c.is_ascii_digit() != digits)
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turbines_are_ordered_by_the_size_of_their_numbers() {
        let mut ids = ["T10", "T9", "A", "T010b", "T1", ""];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(ids, ["", "A", "T1", "T9", "T10", "T010b"]);
    }
}
