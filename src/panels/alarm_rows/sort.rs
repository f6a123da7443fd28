//! The order of the list: one number an alarm, so that sorting compares numbers and no texts.

use std::cmp::Reverse;

use crate::alarms::{Alarm, AlarmKey};
use crate::panels::alarm_rows::at;
use crate::panels::alarm_rows::names::{natural, ranks_of};

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
    /// How often it was raised.
    TimesRaised,
    /// When it cleared.
    Cleared,
}

/// How long it has stood, or stood until it cleared, milliseconds.
pub fn stood_ms(alarm: &Alarm, now_ms: i64) -> i64 {
    alarm
        .cleared_ms
        .unwrap_or(now_ms)
        .saturating_sub(alarm.raised_ms)
}

/// An alarm on its way into the list: when it was raised, which it is, and its place.
pub(super) type Member = (i64, AlarmKey, u32);

/// The alarms at these places in order.
pub(super) fn sorted(
    standing: &[Alarm],
    past: &[Alarm],
    places: &[u32],
    sort: SortBy,
    reversed: bool,
    now_ms: i64,
) -> Vec<Member> {
    let alarms = || places.iter().filter_map(|place| at(standing, past, *place));
    let ranks = match sort {
        SortBy::Turbine => ranks_of(alarms(), |alarm| &alarm.turbine_id, natural),
        SortBy::Name => ranks_of(alarms(), |alarm| &alarm.name, str::cmp),
        _ => Vec::new(),
    };
    let mut ranks = ranks.into_iter().map(i64::from);
    let newest = i64::MAX;
    let mut rows: Vec<_> = places
        .iter()
        .filter_map(|place| Some((*place, at(standing, past, *place)?)))
        .map(|(place, alarm)| {
            let first = match sort {
                SortBy::Urgency => {
                    i64::from(!alarm.is_unacknowledged()) * 8 + alarm.priority as i64
                }
                SortBy::Raised => 0,
                SortBy::Turbine | SortBy::Name => ranks.next().unwrap_or_default(),
                SortBy::State => alarm.state() as i64,
                SortBy::Duration => -stood_ms(alarm, now_ms),
                SortBy::Acknowledged => match &alarm.acknowledged {
                    Some((at_ms, _)) => -at_ms,
                    None => newest,
                },
                SortBy::TimesRaised => -i64::from(alarm.times_raised),
                SortBy::Cleared => alarm.cleared_ms.map_or(newest, |at_ms| -at_ms),
            };
            (first, Reverse((alarm.raised_ms, alarm.key)), place)
        })
        .collect();
    rows.sort_unstable();
    if reversed {
        rows.reverse();
    }
    rows.into_iter()
        .map(|(_, Reverse((raised_ms, key)), place)| (raised_ms, key, place))
        .collect()
}
