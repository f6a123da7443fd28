//! Which alarms the list shows, in which order, and how they are grouped.

mod cause;
mod filter;
mod group;
mod names;
mod sort;

pub use filter::{AlarmFilter, StateFilter};
pub use group::{Group, GroupBy, Line, Shown};
pub use names::natural;
pub use sort::{SortBy, stood_ms};

use crate::alarms::Alarm;
use crate::alarms::flood::Flood;
use std::collections::HashSet;
use std::sync::Arc;

/// What the list shows is computed from this; the same gives the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What it is filtered by.
    pub filter: AlarmFilter,
    /// What it is sorted by.
    pub sort: SortBy,
    /// The other way round.
    pub reversed: bool,
    /// What is a group.
    pub group_by: GroupBy,
    /// Groups of which only the heading is shown.
    pub folded: HashSet<Arc<str>>,
    /// When the flood that lasts began, milliseconds since 1970 UTC.
    pub flood_since_ms: Option<i64>,
}

impl Asked {
    /// A list of everything that stands, the most urgent first.
    pub fn everything(flood: Option<Flood>) -> Self {
        Self {
            filter: AlarmFilter::default(),
            sort: SortBy::default(),
            reversed: false,
            group_by: GroupBy::default(),
            folded: HashSet::new(),
            flood_since_ms: flood.map(|flood| flood.since_ms),
        }
    }
}

/// The lines of the list. Alarms are told by their place in `standing` followed by `past`.
pub fn shown(standing: &[Alarm], past: &[Alarm], asked: &Asked, now_ms: i64) -> Shown {
    let places = filter::passing(standing, past, &asked.filter);
    let order = sort::sorted(standing, past, &places, asked.sort, asked.reversed, now_ms);
    group::lines(standing, past, &places, order, asked)
}

/// The alarm at a place.
pub(super) fn at<'a>(standing: &'a [Alarm], past: &'a [Alarm], place: u32) -> Option<&'a Alarm> {
    let place = place as usize;
    let in_past = || past.get(place.checked_sub(standing.len())?);
    standing.get(place).or_else(in_past)
}
