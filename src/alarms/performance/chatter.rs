//! Chattering alarms (three or more cycles a minute) and fleeting ones (gone before anyone could act).

use std::collections::VecDeque;

/// Cycles are counted over this long, milliseconds.
pub(super) const WINDOW_MS: i64 = 60_000;
/// So many cycles within the window are chattering.
const CYCLES: usize = 3;
/// What clears sooner without repeating is fleeting, milliseconds. The standard names no number.
pub(super) const FLEETING_MS: i64 = 60_000;
/// More cycles a minute are counted as this many.
const MOST: usize = 1_000;

/// The last minute of one alarm, and what was found so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Chatter {
    recent: VecDeque<Cycle>,
    /// Occurrences that were part of chattering.
    pub chattering: u64,
    /// Occurrences that were gone soon and did not repeat.
    pub fleeting: u64,
    /// The most cycles in a minute.
    pub most_a_minute: usize,
}

#[derive(Debug, Clone, Copy)]
struct Cycle {
    at_ms: i64,
    is_chattering: bool,
    is_short: bool,
}

impl Chatter {
    /// The alarm was raised.
    pub fn raised(&mut self, at_ms: i64) {
        let is_old = |c: &Cycle| !(0..WINDOW_MS).contains(&at_ms.saturating_sub(c.at_ms));
        while self.recent.len() >= MOST || self.recent.front().is_some_and(is_old) {
            self.recent.pop_front();
        }
        self.recent.push_back(Cycle {
            at_ms,
            is_chattering: false,
            is_short: false,
        });
        self.most_a_minute = self.most_a_minute.max(self.recent.len());
        if self.recent.len() < CYCLES {
            return;
        }
        // Those before the first that chatters already are marked; from the newest back is enough.
        for cycle in self.recent.iter_mut().rev() {
            if cycle.is_chattering {
                break;
            }
            cycle.is_chattering = true;
            self.chattering += 1;
            self.fleeting -= u64::from(cycle.is_short);
        }
    }

    /// The occurrence that was raised at a time has cleared after so long.
    pub fn cleared(&mut self, raised_ms: i64, active_ms: i64) {
        if active_ms >= FLEETING_MS {
            return;
        }
        let last = self.recent.back_mut().filter(|c| c.at_ms == raised_ms);
        if let Some(last) = last
            && !last.is_chattering
            && !last.is_short
        {
            last.is_short = true;
            self.fleeting += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Occurrences as (raised, cleared), seconds.
    fn of(occurrences: &[(i64, i64)]) -> Chatter {
        let mut chatter = Chatter::default();
        for (raised, cleared) in occurrences {
            chatter.raised(raised * 1_000);
            chatter.cleared(raised * 1_000, (cleared - raised) * 1_000);
        }
        chatter
    }

    #[test]
    fn three_cycles_within_a_minute_chatter_and_are_not_fleeting() {
        let chatter = of(&[(0, 5), (20, 25), (59, 62)]);
        assert_eq!((chatter.chattering, chatter.fleeting), (3, 0));
        assert_eq!(chatter.most_a_minute, 3);
    }

    #[test]
    fn three_cycles_over_a_whole_minute_are_fleeting() {
        let chatter = of(&[(0, 5), (20, 25), (60, 62)]);
        assert_eq!((chatter.chattering, chatter.fleeting), (0, 3));
        assert_eq!(chatter.most_a_minute, 2);
    }

    #[test]
    fn each_further_cycle_of_a_burst_counts_once() {
        let chatter = of(&[(0, 5), (20, 25), (40, 45), (60, 65), (80, 85), (500, 505)]);
        assert_eq!((chatter.chattering, chatter.fleeting), (5, 1));
    }

    #[test]
    fn what_stands_for_a_minute_is_not_fleeting() {
        assert_eq!(of(&[(0, 60)]).fleeting, 0);
        assert_eq!(of(&[(0, 59)]).fleeting, 1);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_chattering() {
        assert_eq!(of(&[(1_000, 1_001), (1_010, 1_011), (5, 6)]).chattering, 0);
    }
}
