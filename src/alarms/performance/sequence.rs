//! Alarms that come right after another of the same turbine: the other one may suppress them.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;

use serde::Serialize;

/// What comes sooner after another counts as following it, milliseconds.
pub const FOLLOWS_WITHIN_MS: i64 = 30_000;
/// So many alarms of a turbine are remembered.
const REMEMBERED: usize = 32;
/// So many pairs of names are counted.
const MOST_PAIRS: usize = 20_000;

/// An alarm that came after another of the same turbine while that was active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sequence {
    /// The one that came first.
    pub first: Arc<str>,
    /// The one that followed.
    pub then: Arc<str>,
    /// How many times it followed within 30 s.
    pub followed: u64,
    /// How many times it came at all.
    pub of: u64,
}

/// Pairs as they come. Names and turbines are indexes.
#[derive(Debug, Clone, Default)]
pub(super) struct SequenceTally {
    recent: HashMap<usize, VecDeque<(usize, usize, i64)>>,
    /// By the first's name and the other's: within 30 s.
    pairs: HashMap<(usize, usize), u64>,
}

impl SequenceTally {
    /// An alarm was raised; `is_active` tells whether another still is.
    pub fn raised(
        &mut self,
        (object, name, alarm): (usize, usize, usize),
        at_ms: i64,
        is_active: impl Fn(usize) -> bool,
    ) {
        let recent = self.recent.entry(object).or_default();
        let is_recent = |at: i64| (0..=FOLLOWS_WITHIN_MS).contains(&at_ms.saturating_sub(at));
        recent.retain(|(_, _, at)| is_recent(*at));
        if recent.len() >= REMEMBERED {
            recent.pop_front();
        }
        for (first, first_alarm, _) in recent.iter() {
            if *first == name || !is_active(*first_alarm) {
                continue;
            }
            let has_room = self.pairs.len() < MOST_PAIRS;
            if let Some(n) = self.pairs.get_mut(&(*first, name)) {
                *n += 1;
            } else if has_room {
                self.pairs.insert((*first, name), 1);
            }
        }
        // The alarm's last time is enough.
        recent.retain(|(_, known, _)| *known != alarm);
        recent.push_back((name, alarm, at_ms));
    }

    pub fn finish(self) -> impl Iterator<Item = ((usize, usize), u64)> {
        self.pairs.into_iter()
    }
}
