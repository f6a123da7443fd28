//! What passes the filter of the list.

use crate::alarms::{Alarm, AlarmState};
use crate::panels::alarm_rows::names::Names;
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
    /// Cleared, and kept until they are reset.
    Latched,
    /// Over.
    Past,
}

impl StateFilter {
    /// All of them with the words shown.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Standing, "Standing"),
        (Self::Unacknowledged, "Unacknowledged"),
        (Self::Active, "Active"),
        (Self::Acknowledged, "Acknowledged"),
        (Self::Returned, "Returned, not acknowledged"),
        (Self::Latched, "Latched"),
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
            Self::Returned => matches!(state, ReturnedUnacknowledged | LatchedUnacknowledged),
            Self::Latched => matches!(state, LatchedUnacknowledged | Latched),
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
    fn shows(&self, alarm: &Alarm) -> bool {
        let by_priority = self.priorities.is_empty() || self.priorities.contains(&alarm.priority);
        by_priority && self.state.shows(alarm.state())
    }
}

/// The places of the alarms that pass, in `standing` followed by `past`.
pub(super) fn passing(standing: &[Alarm], past: &[Alarm], filter: &AlarmFilter) -> Vec<u32> {
    // What stands is never of the past, and the other way round.
    let (alarms, from) = match filter.state {
        StateFilter::Past => (past, standing.len() as u32),
        _ => (standing, 0),
    };
    let text = filter.text.to_lowercase();
    // A word is a bit; nobody types more.
    let words: Vec<&str> = text.split_whitespace().take(64).collect();
    if words.is_empty() {
        let all = (from..).zip(alarms);
        return all
            .filter(|(_, alarm)| filter.shows(alarm))
            .map(|(place, _)| place)
            .collect();
    }
    let wanted = u64::MAX >> (64 - words.len());
    let found = |text: &str| {
        let text = text.to_lowercase();
        let bits = words.iter().enumerate();
        bits.filter(|(_, word)| text.contains(**word))
            .fold(0_u64, |bits, (at, _)| bits | 1 << at)
    };
    let (mut names, mut bits) = (Names::default(), Vec::new());
    let mut passing = Vec::new();
    for (place, alarm) in (from..).zip(alarms) {
        if !filter.shows(alarm) {
            continue;
        }
        let mut has = 0;
        for name in [&alarm.turbine_id, &alarm.name] {
            let at = names.add(name) as usize;
            if at == bits.len() {
                bits.push(found(name));
            }
            has |= bits.get(at).copied().unwrap_or_default();
        }
        if has == wanted {
            passing.push(place);
        }
    }
    passing
}
