//! Alarm floods (ISA-18.2): they begin above 10 alarms in 10 minutes and end below 5.

use std::collections::VecDeque;

use serde::Serialize;

use super::rates::INTERVAL_MS;

/// When a flood begins and ends, by the alarms of the last 10 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloodLimits {
    /// It begins above this many.
    pub begins_above: usize,
    /// It ends below this many.
    pub ends_below: usize,
}

impl FloodLimits {
    /// The standard's, for so many operator positions that share the alarms.
    pub fn of_positions(positions: u32) -> Self {
        let positions = positions.max(1) as usize;
        Self {
            begins_above: 10 * positions,
            ends_below: 5 * positions,
        }
    }
}

impl Default for FloodLimits {
    fn default() -> Self {
        Self::of_positions(1)
    }
}

/// One flood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flood {
    /// When the first of the alarms came that made it a flood, milliseconds since 1970 UTC.
    pub from_ms: i64,
    /// When fewer than 5 had come in 10 minutes; the end of the span where it goes on.
    pub until_ms: i64,
    /// How many alarms came in it.
    pub alarms: u64,
    /// The most that came within 10 minutes.
    pub most_in_10_min: usize,
    /// It goes on at the end of the span.
    pub goes_on: bool,
}

/// The alarms of the last 10 minutes, and the floods that they made.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    limits: FloodLimits,
    /// Times and how many came then, oldest first.
    recent: VecDeque<(i64, usize)>,
    count: usize,
    most: usize,
    flood: Option<Flood>,
    over: Vec<Flood>,
}

impl Window {
    pub fn new(limits: FloodLimits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Takes note of an alarm.
    pub fn push(&mut self, at_ms: i64) {
        if self.recent.back().is_some_and(|(last, _)| *last > at_ms) {
            // The clock was set back: what came before cannot be compared with what comes now.
            self.break_off(at_ms);
        }
        // Where one leaves the window as another comes, it stays as full as it was.
        self.end_by(at_ms - 1);
        self.expire(at_ms);
        match self.recent.back_mut() {
            Some((last, n)) if *last == at_ms => *n += 1,
            _ => self.recent.push_back((at_ms, 1)),
        }
        self.count += 1;
        self.most = self.most.max(self.count);
        if let Some(flood) = &mut self.flood {
            flood.alarms += 1;
            flood.most_in_10_min = flood.most_in_10_min.max(self.count);
        } else if self.count > self.limits.begins_above {
            let from_ms = self.recent.front().map_or(at_ms, |(first, _)| *first);
            // A flood that has just ended may share its last alarms with this one.
            let ended_ms = self.over.last().map_or(i64::MIN, |before| before.until_ms);
            self.flood = Some(Flood {
                from_ms: from_ms.max(ended_ms.min(at_ms)),
                until_ms: at_ms,
                alarms: self.count as u64,
                most_in_10_min: self.count,
                goes_on: true,
            });
        }
    }

    /// Nothing was watched between two times: a flood does not go on over it.
    pub fn break_off(&mut self, at_ms: i64) {
        if let Some(mut flood) = self.flood.take() {
            let last_ms = self.recent.back().map_or(at_ms, |(last, _)| *last);
            flood.until_ms = last_ms.max(flood.from_ms);
            flood.goes_on = false;
            self.over.push(flood);
        }
        self.recent.clear();
        self.count = 0;
    }

    /// The most that came within 10 minutes, and the floods up to a time.
    pub fn finish(mut self, until_ms: i64) -> (usize, Vec<Flood>) {
        self.end_by(until_ms);
        if let Some(mut flood) = self.flood.take() {
            flood.until_ms = until_ms.max(flood.from_ms);
            self.over.push(flood);
        }
        (self.most, self.over)
    }

    /// Ends the flood if it was over by this time.
    fn end_by(&mut self, at_ms: i64) {
        let Some(flood) = &mut self.flood else { return };
        // It ends when the last but so many leaves the window.
        let mut kept = 0;
        let ends_below = self.limits.ends_below;
        let last_needed = self.recent.iter().rev().find(|(_, n)| {
            kept += n;
            kept >= ends_below
        });
        let Some((last_needed, _)) = last_needed else {
            return;
        };
        let end_ms = last_needed.saturating_add(INTERVAL_MS);
        if end_ms <= at_ms {
            flood.until_ms = end_ms;
            flood.goes_on = false;
            self.over.extend(self.flood.take());
        }
    }

    fn expire(&mut self, now_ms: i64) {
        while let Some((at_ms, n)) = self.recent.front()
            && now_ms.saturating_sub(*at_ms) >= INTERVAL_MS
        {
            self.count -= n;
            self.recent.pop_front();
        }
    }
}

/// The floods among alarms that came at these times, which are in order, up to a time.
pub fn floods(
    times_ms: impl IntoIterator<Item = i64>,
    limits: FloodLimits,
    until_ms: i64,
) -> Vec<Flood> {
    let mut window = Window::new(limits);
    for at_ms in times_ms {
        window.push(at_ms);
    }
    window.finish(until_ms).1
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: i64 = 60_000;

    fn of(times: &[i64], until_ms: i64) -> Vec<Flood> {
        floods(times.iter().copied(), FloodLimits::default(), until_ms)
    }

    #[test]
    fn ten_alarms_in_ten_minutes_are_no_flood_and_eleven_are() {
        let times: Vec<i64> = (0..11).map(|n| n * 50_000).collect();
        assert_eq!(of(&times[..10], 100 * MIN), []);
        let floods = of(&times, 100 * MIN);
        assert_eq!(floods.len(), 1);
        assert_eq!(floods[0].alarms, 11);
        assert_eq!(floods[0].from_ms, 0);
    }

    #[test]
    fn a_flood_ends_when_fewer_than_five_came_in_ten_minutes() {
        // One every 50 s up to 500 s. The fifth last, at 300 s, leaves the window at 900 s.
        let times: Vec<i64> = (0..11).map(|n| n * 50_000).collect();
        let floods = of(&times, 100 * MIN);
        assert_eq!(floods[0].until_ms, 900_000);
        assert!(!floods[0].goes_on);
    }

    #[test]
    fn eleven_alarms_of_which_the_first_left_the_window_are_no_flood() {
        let mut times: Vec<i64> = vec![0];
        times.extend((1..11).map(|n| 10 * MIN + n));
        assert_eq!(of(&times, 100 * MIN), []);
    }

    #[test]
    fn a_flood_goes_on_while_five_or_more_come_in_ten_minutes() {
        let mut times: Vec<i64> = (0..11).map(|n| n * 1_000).collect();
        // Five every 10 minutes for an hour: one every 2 minutes.
        times.extend((1..31).map(|n| n * 2 * MIN));
        let floods = of(&times, 61 * MIN);
        assert_eq!(floods.len(), 1);
        assert!(floods[0].goes_on);
        assert_eq!(floods[0].alarms, 41);
        assert_eq!(floods[0].until_ms, 61 * MIN);
    }

    #[test]
    fn a_clock_that_is_set_back_ends_a_flood_where_it_was() {
        let mut times: Vec<i64> = (0..12).map(|n| 1_000_000 + n).collect();
        times.push(5);
        let floods = of(&times, 2_000_000);
        assert_eq!(floods.len(), 1);
        assert_eq!(floods[0].until_ms, 1_000_011);
    }

    #[test]
    fn two_positions_bear_twice_as_much() {
        let times = (0..20).map(|n| n * 1_000);
        assert!(floods(times.clone(), FloodLimits::of_positions(2), MIN).is_empty());
        assert_eq!(floods(times, FloodLimits::default(), MIN).len(), 1);
    }
}
