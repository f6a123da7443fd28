//! Alarm floods: more alarms than a person can act on (EEMUA 191, ISA-18.2).

use std::collections::VecDeque;

use bevy::prelude::*;

use super::event::{AlarmChange, AlarmEvent};
use super::register::Alarms;
use crate::clock::Clock;
use crate::scene::SceneReplaced;

/// Alarms are counted over this long, milliseconds.
pub const FLOOD_WINDOW_MS: i64 = 10 * 60_000;
/// A flood begins when more than this many come within the window.
pub const FLOOD_BEGINS_ABOVE: u32 = 10;
/// A flood ends when fewer than this many came within the window.
pub const FLOOD_ENDS_BELOW: u32 = 5;

/// A flood that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flood {
    /// When the first of its alarms was raised, milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// How many were raised in the last ten minutes.
    pub recent: u32,
}

/// A flood that is over, or lasts to the end of what was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloodPeriod {
    /// When the first of its alarms was raised, milliseconds since 1970 UTC.
    pub begun_ms: i64,
    /// When fewer than five came within ten minutes; `None` while it lasts.
    pub ended_ms: Option<i64>,
    /// How many alarms were raised in it.
    pub raised: u32,
    /// The most that were raised within ten minutes.
    pub peak: u32,
}

/// Follows how many alarms come. To the second: that bounds what it remembers, in a storm too.
#[derive(Debug, Clone, Default)]
pub struct FloodDetector {
    /// Seconds in which alarms were raised, and how many, oldest first.
    recent: VecDeque<(i64, u32)>,
    in_window: u32,
    flood: Option<FloodPeriod>,
}

impl FloodDetector {
    /// Takes note of an alarm. Times that go backwards count as the latest that was told.
    pub fn raised(&mut self, at_ms: i64) {
        let second = at_ms.div_euclid(1_000);
        let latest = self.recent.back().map_or(second, |(s, _)| (*s).max(second));
        self.leave_behind(latest);
        match self.recent.back_mut() {
            Some((of, count)) if *of == latest => *count += 1,
            _ => self.recent.push_back((latest, 1)),
        }
        self.in_window += 1;
        if let Some(flood) = &mut self.flood {
            flood.raised += 1;
            flood.peak = flood.peak.max(self.in_window);
        } else if self.in_window > FLOOD_BEGINS_ABOVE {
            let first = self.recent.front().map_or(latest, |(second, _)| *second);
            self.flood = Some(FloodPeriod {
                begun_ms: first * 1_000,
                ended_ms: None,
                raised: self.in_window,
                peak: self.in_window,
            });
        }
    }

    /// Lets time pass. Gives the flood that has ended by it.
    pub fn advance(&mut self, now_ms: i64) -> Option<FloodPeriod> {
        let now = now_ms.div_euclid(1_000);
        // A clock that was set back must not keep a flood alive until it has caught up.
        let ahead: u32 = self
            .recent
            .iter()
            .filter(|(s, _)| *s > now)
            .map(|(_, n)| n)
            .sum();
        if ahead > 0 {
            self.recent.retain(|(second, _)| *second <= now);
            match self.recent.back_mut() {
                Some((second, count)) if *second == now => *count += ahead,
                _ => self.recent.push_back((now, ahead)),
            }
        }
        self.leave_behind(now)
    }

    /// Forgets what is older than the window; gives the flood that ends by it.
    fn leave_behind(&mut self, now: i64) -> Option<FloodPeriod> {
        let mut ended = None;
        while let Some((second, count)) = self.recent.front().copied() {
            let leaves = second.saturating_add(FLOOD_WINDOW_MS / 1_000);
            if leaves > now {
                break;
            }
            self.recent.pop_front();
            self.in_window -= count;
            if self.in_window < FLOOD_ENDS_BELOW
                && let Some(flood) = self.flood.take()
            {
                ended = Some(FloodPeriod {
                    ended_ms: Some(leaves * 1_000),
                    ..flood
                });
            }
        }
        ended
    }

    /// The flood that lasts.
    pub fn flood(&self) -> Option<Flood> {
        self.flood.map(|flood| Flood {
            since_ms: flood.begun_ms,
            recent: self.in_window,
        })
    }

    /// How many alarms were raised within the last ten minutes.
    pub fn recent(&self) -> u32 {
        self.in_window
    }
}

/// The floods among alarms raised at these times, oldest first, as seen at `until_ms`.
pub fn floods(raised_ms: impl IntoIterator<Item = i64>, until_ms: i64) -> Vec<FloodPeriod> {
    let mut detector = FloodDetector::default();
    let mut found = Vec::new();
    for at_ms in raised_ms {
        found.extend(detector.advance(at_ms));
        detector.raised(at_ms);
    }
    found.extend(detector.advance(until_ms));
    found.extend(detector.flood);
    found
}

/// How many alarms come at this desk.
#[derive(Resource, Debug, Default)]
pub struct FloodWatch(pub FloodDetector);

/// Counts alarms as they are raised and shown; those that are set aside burden nobody.
pub(super) fn watch(
    mut events: MessageReader<AlarmEvent>,
    mut replaced: MessageReader<SceneReplaced>,
    alarms: Res<Alarms>,
    clock: Res<Clock>,
    mut watch: ResMut<FloodWatch>,
    mut has_begun: Local<bool>,
) {
    let watch = &mut watch.bypass_change_detection().0;
    if replaced.read().any(|replaced| replaced.previous.is_none()) {
        // Another farm.
        *watch = FloodDetector::default();
        *has_begun = false;
    }
    watch.advance(clock.wall_ms);
    if !std::mem::replace(&mut *has_begun, true) {
        // What was restored from the journal was raised before anyone listened.
        let mut restored: Vec<i64> = alarms.standing().iter().map(|a| a.raised_ms).collect();
        restored.sort_unstable();
        for at_ms in restored {
            watch.raised(at_ms);
        }
        events.clear();
        watch.advance(clock.wall_ms);
        return;
    }
    for event in events.read() {
        let is_shown = |a: &super::Alarm| a.set_aside().is_none();
        if event.change == AlarmChange::Raised && event.alarm.as_ref().is_some_and(is_shown) {
            watch.raised(event.at_ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn after(times: impl IntoIterator<Item = i64>) -> FloodDetector {
        let mut detector = FloodDetector::default();
        for at_ms in times {
            detector.raised(at_ms);
        }
        detector
    }

    #[test]
    fn ten_alarms_in_ten_minutes_are_none_and_eleven_are_a_flood() {
        let mut detector = after((0..10).map(|n| n * MINUTE / 2));
        assert_eq!(detector.flood(), None);
        detector.raised(5 * MINUTE);
        let flood = Flood {
            since_ms: 0,
            recent: 11,
        };
        assert_eq!(detector.flood(), Some(flood));
    }

    #[test]
    fn eleven_alarms_in_more_than_ten_minutes_are_none() {
        let detector = after((0..11).map(|n| n * MINUTE));
        assert_eq!((detector.flood(), detector.recent()), (None, 10));
    }

    #[test]
    fn a_flood_goes_on_at_five_and_ends_at_four() {
        // Eleven at once, then five more in the fifth minute.
        let mut detector = after([0; 11].into_iter().chain([5 * MINUTE; 5]));
        assert_eq!(detector.advance(10 * MINUTE - 1), None);
        assert_eq!(detector.advance(10 * MINUTE), None);
        assert_eq!(detector.flood().unwrap().recent, 5, "five are not fewer");
        let ended = detector.advance(16 * MINUTE);
        let flood = FloodPeriod {
            begun_ms: 0,
            ended_ms: Some(15 * MINUTE),
            raised: 16,
            peak: 16,
        };
        assert_eq!(ended, Some(flood), "when the five left, not when asked");
        assert_eq!(detector.flood(), None);
    }

    #[test]
    fn a_storm_is_counted_and_what_is_remembered_is_bounded() {
        let detector = after((0..200_000).map(|n| n / 10));
        assert_eq!(detector.recent(), 200_000);
        assert!(detector.recent.len() <= 601);
    }

    #[test]
    fn a_clock_that_is_set_back_prolongs_no_flood() {
        let mut detector = after([60 * MINUTE; 12]);
        detector.advance(0);
        assert!(detector.flood().is_some());
        assert!(detector.advance(10 * MINUTE).is_some());
    }

    #[test]
    fn past_floods_are_found_with_the_one_that_lasts() {
        let first = [0; 12];
        let second = [100 * MINUTE; 11];
        let all = floods(first.into_iter().chain(second), 101 * MINUTE);
        let ends: Vec<_> = all.iter().map(|f| (f.begun_ms, f.ended_ms)).collect();
        assert_eq!(ends, [(0, Some(10 * MINUTE)), (100 * MINUTE, None)]);
        assert_eq!(floods([0; 10], MINUTE), []);
    }
}
