//! The slots: one that is open, and the closed ones of the last hour.

use std::collections::{HashMap, VecDeque};

use bevy::prelude::Resource;

use super::HistoryConfig;
use super::extent::Extent;
use super::plan::Plan;
use super::trend::{Bucket, Trend};
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::scene::Scene;

/// A program that was not run for longer than this (the machine slept) has not seen what was then.
const LONGEST_PAUSE_MS: i64 = 60_000;

/// The last hour of what the rules of alarms read.
#[derive(Resource, Debug, Default)]
pub struct History {
    plan: Plan,
    /// By column of the fleet, its place in a slot.
    place_of: Vec<Option<u16>>,
    turbines: usize,
    /// Oldest first.
    closed: VecDeque<Slot>,
    open: Option<Slot>,
    /// The memory of a slot that has gone, for the next.
    spare: Vec<Extent>,
}

/// One stretch of time: of each kept column in turn, every turbine.
#[derive(Debug, Clone)]
struct Slot {
    /// Milliseconds since 1970 UTC; a multiple of the length of a slot.
    from_ms: i64,
    extents: Vec<Extent>,
}

impl History {
    /// Whether it has not yet been laid out for a scene.
    pub(super) fn is_new(&self) -> bool {
        self.plan.slots == 0
    }

    /// Lays it out for a scene, and takes over what is known of the turbines and signals that the same
    /// scene had before under the same names.
    pub fn follow(&mut self, scene: &Scene, before: Option<&Scene>, config: HistoryConfig) {
        let plan = Plan::new(scene, config);
        let mut place_of = vec![None; scene.column_count()];
        for (place, column) in (0..).zip(&plan.columns) {
            if let Some(entry) = place_of.get_mut(column.index()) {
                *entry = Some(place);
            }
        }
        let next = Self {
            plan,
            place_of,
            turbines: scene.turbines.len(),
            ..Self::default()
        };
        let previous = std::mem::replace(self, next);
        if let Some(before) = before
            && previous.plan.slot_ms == self.plan.slot_ms
        {
            self.take_over(previous, before, scene);
        }
    }

    fn take_over(&mut self, previous: Self, before: &Scene, scene: &Scene) {
        let old_rows = (0..).zip(&before.turbines).map(|(row, t)| (&*t.id, row));
        let old_rows: HashMap<&str, usize> = old_rows.collect();
        let rows: Vec<Option<usize>> = scene
            .turbines
            .iter()
            .map(|t| old_rows.get(&*t.id).copied())
            .collect();
        let places: Vec<Option<u16>> = self
            .plan
            .columns
            .iter()
            .map(|column| {
                // What has no name cannot be told from something else.
                let name = scene.signals.get(column.index())?;
                let from = before.signals.iter().position(|s| s == name)?;
                *previous.place_of.get(from)?
            })
            .collect();
        let moved = |slot: Slot| {
            let from = |place: &Option<u16>| {
                let start = place.map(|p| usize::from(p) * previous.turbines);
                let of_row = move |row: &Option<usize>| Some(start? + (*row)?);
                rows.iter().map(of_row).collect::<Vec<_>>()
            };
            let extents = places.iter().flat_map(from).map(|at| {
                let extent = at.and_then(|at| slot.extents.get(at));
                extent.copied().unwrap_or(Extent::NONE)
            });
            Slot {
                from_ms: slot.from_ms,
                extents: extents.collect(),
            }
        };
        self.closed = previous.closed.into_iter().map(moved).collect();
        self.closed.extend(previous.open.map(moved));
    }

    /// Takes note of the rows that changed in this frame.
    pub fn keep(&mut self, fleet: &Fleet, now_ms: i64) {
        if self.plan.columns.is_empty() || self.turbines == 0 {
            return;
        }
        self.advance(fleet, now_ms);
        let Some(open) = &mut self.open else { return };
        let of_columns = open.extents.chunks_exact_mut(self.turbines);
        for (column, extents) in self.plan.columns.iter().zip(of_columns) {
            let known = fleet.known(*column);
            for row in fleet.dirty_rows() {
                if let (Some(value), Some(extent)) =
                    (known.get(row.index()), extents.get_mut(row.index()))
                {
                    extent.add(*value);
                }
            }
        }
    }

    /// Closes the open slot when its time is over, and begins the next.
    fn advance(&mut self, fleet: &Fleet, now_ms: i64) {
        let slot_ms = self.plan.slot_ms;
        let from_ms = now_ms.div_euclid(slot_ms) * slot_ms;
        let mut begins = Vec::new();
        if let Some(open) = self.open.take_if(|open| open.from_ms != from_ms) {
            // What holds until the first value of the slot, which may have come in this frame.
            begins = std::mem::take(&mut self.spare);
            begins.clear();
            begins.reserve_exact(open.extents.len());
            begins.extend(open.extents.iter().map(Extent::held));
            let paused_ms = from_ms - open.from_ms;
            self.closed.push_back(open);
            if (slot_ms..=LONGEST_PAUSE_MS).contains(&paused_ms) {
                self.fill_until(from_ms);
            }
        }
        if self.open.is_none() {
            // It was open before the scene was loaded anew.
            self.open = self.closed.pop_back_if(|last| last.from_ms == from_ms);
        }
        if self.open.is_some() {
            return;
        }
        // A clock that was set back: what it calls the future is not known to be any.
        while self.closed.back().is_some_and(|s| s.from_ms >= from_ms) {
            self.closed.pop_back();
        }
        let oldest_ms = from_ms - slot_ms.saturating_mul(self.plan.slots as i64);
        let is_past = |slot: &Slot| slot.from_ms < oldest_ms;
        while self.closed.front().is_some_and(is_past) || self.closed.len() > self.plan.slots {
            let oldest = self.closed.pop_front();
            self.spare = oldest.map_or_else(Vec::new, |slot| slot.extents);
        }
        if begins.is_empty() {
            begins.reserve_exact(self.plan.columns.len() * self.turbines);
            for column in &self.plan.columns {
                let known = fleet.known(*column).iter().copied();
                let padded = known.chain(std::iter::repeat(f64::NAN));
                begins.extend(padded.take(self.turbines).map(Extent::of));
            }
        }
        self.open = Some(Slot {
            from_ms,
            extents: begins,
        });
    }

    /// A calm window is seldom drawn: in the slots that no frame fell into, values were as they last
    /// were.
    fn fill_until(&mut self, from_ms: i64) {
        while let Some(last) = self.closed.back()
            && last.from_ms + self.plan.slot_ms < from_ms
        {
            let next = Slot {
                from_ms: last.from_ms + self.plan.slot_ms,
                extents: last.extents.iter().map(Extent::held).collect(),
            };
            self.closed.push_back(next);
        }
    }

    /// What is known of a signal of a turbine between two times, milliseconds since 1970 UTC. `None`
    /// where it is not kept: no rule of an alarm reads it, or the farm is past all measure.
    pub fn trend(
        &self,
        turbine: TurbineRow,
        column: SignalColumn,
        from_ms: i64,
        until_ms: i64,
    ) -> Option<Trend> {
        let place = usize::from((*self.place_of.get(column.index())?)?);
        if turbine.index() >= self.turbines {
            return None;
        }
        let at = place * self.turbines + turbine.index();
        let slot_ms = self.plan.slot_ms;
        let slots = self.closed.iter().chain(&self.open);
        let within = |slot: &&Slot| slot.from_ms + slot_ms > from_ms && slot.from_ms < until_ms;
        let buckets = slots.filter(within).filter_map(|slot| {
            let extent = slot.extents.get(at).filter(|e| e.is_known())?;
            Some(Bucket {
                from_ms: slot.from_ms,
                min: f64::from(extent.min),
                max: f64::from(extent.max),
                last: (!extent.last.is_nan()).then(|| f64::from(extent.last)),
            })
        });
        Some(Trend {
            buckets: buckets.collect(),
            bucket_ms: slot_ms,
        })
    }

    /// Since when anything is kept, milliseconds since 1970 UTC; `None` before the first frame.
    pub fn since_ms(&self) -> Option<i64> {
        let oldest = self.closed.front().or(self.open.as_ref())?;
        Some(oldest.from_ms)
    }

    /// How much memory it holds, bytes.
    pub fn bytes(&self) -> usize {
        let slots = self.closed.iter().chain(&self.open);
        slots
            .map(|slot| size_of::<Extent>() * slot.extents.capacity())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{FleetTime, Quality, Sample};

    const OIL: SignalColumn = SignalColumn(1);
    /// A whole slot.
    const BEGIN_MS: i64 = 1_763_821_920_000;

    struct Bench {
        history: History,
        fleet: Fleet,
        now_ms: i64,
    }

    impl Bench {
        fn new() -> Self {
            let history = History {
                plan: Plan {
                    columns: vec![OIL],
                    slot_ms: 10_000,
                    slots: 360,
                },
                place_of: vec![None, Some(0)],
                turbines: 3,
                ..History::default()
            };
            Self {
                history,
                fleet: Fleet::new(3, 2),
                now_ms: BEGIN_MS,
            }
        }

        fn hear(&mut self, secs: i64, value: Option<f64>) {
            self.now_ms = BEGIN_MS + secs * 1_000;
            self.fleet.clear_dirty();
            let now = FleetTime {
                wall_ms: self.now_ms,
                monotonic_ms: self.now_ms,
                stale_after_ms: 1 << 40,
            };
            let quality = value.map_or(Quality::Bad, |_| Quality::Good);
            let sample = Sample {
                source_time_ms: self.now_ms,
                arrival_ms: self.now_ms,
                value: value.unwrap_or_default(),
                turbine: TurbineRow(1),
                signal: OIL,
                quality,
                timed_by_source: false,
            };
            self.fleet.apply(&sample, now);
            self.history.keep(&self.fleet, self.now_ms);
        }

        fn pass(&mut self, secs: i64) {
            self.now_ms = BEGIN_MS + secs * 1_000;
            self.fleet.clear_dirty();
            self.history.keep(&self.fleet, self.now_ms);
        }

        fn trend(&self) -> Trend {
            let trend = self.history.trend(TurbineRow(1), OIL, 0, i64::MAX);
            trend.expect("it is kept")
        }

        fn buckets(&self) -> Vec<(i64, f64, f64, Option<f64>)> {
            let buckets = self.trend().buckets;
            let one = |b: &Bucket| ((b.from_ms - BEGIN_MS) / 1_000, b.min, b.max, b.last);
            buckets.iter().map(one).collect()
        }
    }

    #[test]
    fn a_short_peak_is_kept() {
        let mut bench = Bench::new();
        for (secs, value) in [(0, 60.0), (3, 91.0), (4, 61.0), (12, 62.0)] {
            bench.hear(secs, Some(value));
        }
        assert_eq!(
            bench.buckets(),
            [(0, 60.0, 91.0, Some(61.0)), (10, 61.0, 62.0, Some(62.0))]
        );
    }

    #[test]
    fn a_value_that_does_not_change_goes_on() {
        let mut bench = Bench::new();
        bench.hear(0, Some(60.0));
        for secs in [11, 45] {
            bench.pass(secs);
        }
        let starts: Vec<i64> = bench.buckets().iter().map(|b| b.0).collect();
        assert_eq!(
            starts,
            [0, 10, 20, 30, 40],
            "also where no frame fell into a slot"
        );
    }

    #[test]
    fn what_cannot_be_used_is_a_gap() {
        let mut bench = Bench::new();
        bench.hear(0, Some(60.0));
        bench.hear(5, None);
        bench.pass(15);
        bench.hear(31, Some(64.0));
        assert_eq!(
            bench.buckets(),
            [(0, 60.0, 60.0, None), (30, 64.0, 64.0, Some(64.0))]
        );
        let trend = bench.trend();
        assert_eq!(trend.runs().count(), 2);
        assert_eq!(trend.at(BEGIN_MS + 15_000), None);
        assert_eq!(trend.range(), Some([60.0, 64.0]));
    }

    #[test]
    fn what_is_lost_and_comes_back_within_two_slots_is_told_as_lost() {
        let mut bench = Bench::new();
        bench.hear(0, Some(60.0));
        bench.hear(8, None);
        bench.hear(12, Some(64.0));
        assert_eq!(bench.trend().runs().count(), 2);
    }

    #[test]
    fn a_machine_that_slept_has_not_seen_what_was_then() {
        let mut bench = Bench::new();
        bench.hear(0, Some(60.0));
        bench.pass(600);
        let starts: Vec<i64> = bench.buckets().iter().map(|b| b.0).collect();
        assert_eq!(starts, [0, 600]);
    }

    #[test]
    fn what_is_older_than_the_span_goes_and_memory_stays() {
        let mut bench = Bench::new();
        for secs in 0..9_000 {
            bench.hear(secs, Some(secs as f64));
        }
        let oldest = bench.history.since_ms().expect("since when") - BEGIN_MS;
        assert_eq!(oldest, 8_990_000 - 3_600_000);
        assert!(bench.history.bytes() <= 362 * 3 * size_of::<Extent>());
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_time_in_order() {
        let mut bench = Bench::new();
        for secs in [0, 100, 200] {
            bench.hear(secs, Some(secs as f64));
        }
        bench.hear(95, Some(7.0));
        let buckets = bench.trend().buckets;
        assert!(
            buckets.is_sorted_by(|a, b| a.from_ms < b.from_ms),
            "{buckets:?}"
        );
        assert_eq!(
            buckets.last().map(|b| b.max),
            Some(200.0),
            "what was held before"
        );
    }

    #[test]
    fn what_no_alarm_reads_is_not_kept() {
        let bench = Bench::new();
        let trend = bench
            .history
            .trend(TurbineRow(1), SignalColumn(0), 0, i64::MAX);
        assert_eq!(trend, None);
        assert_eq!(bench.history.trend(TurbineRow(9), OIL, 0, i64::MAX), None);
    }
}
