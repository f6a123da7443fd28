//! Columns: one contiguous array a signal, a row a turbine.

use std::collections::HashMap;

use bevy::prelude::*;

use super::derived::{Derived, Update};
use crate::scene::Scene;

/// Older than this nothing is: a signal that is stale after so long never is, milliseconds.
pub(super) const NEVER_MS: i64 = i64::MAX / 4;

/// A turbine, as its row in every column and its index into `Scene::turbines`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TurbineRow(pub u32);

impl TurbineRow {
    /// No turbine: outside every column.
    pub const NONE: Self = Self(u32::MAX);

    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A signal, as the column that holds it and its index into `Scene::signals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SignalColumn(pub u16);

impl SignalColumn {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How far a value can be trusted, in OPC UA's words, and why not; the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Quality {
    /// To be trusted.
    Good,
    /// Usable, with doubt.
    Uncertain,
    /// The source says not to use it.
    Bad,
    /// Nothing was heard for longer than the scene's `stale_after`.
    Stale,
    /// Never heard of.
    #[default]
    Missing,
}

impl Quality {
    /// Whether rules may use a value of this quality.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Good | Self::Uncertain)
    }

    /// Whether the signal is heard, whatever its value is worth.
    pub fn is_heard(self) -> bool {
        !matches!(self, Self::Missing | Self::Stale)
    }
}

/// One value of one signal of one turbine, as the telemetry thread decoded it. Never NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When the source measured it, milliseconds since 1970 UTC.
    pub source_time_ms: i64,
    /// When it arrived here, milliseconds since 1970 UTC.
    pub arrival_ms: i64,
    /// The value: a number, 0 or 1, or a text's number in `Texts`.
    pub value: f64,
    /// Whose.
    pub turbine: TurbineRow,
    /// Of which signal.
    pub signal: SignalColumn,
    /// [`Quality::Good`], [`Quality::Uncertain`] or [`Quality::Bad`]; [`Quality::Stale`] for a
    /// retained value of unknown age.
    pub quality: Quality,
    /// The source gave `source_time_ms`; without one it is the time of arrival.
    pub timed_by_source: bool,
}

impl Sample {
    /// The same as a broker kept it for those who subscribe later: it is as old as its source says,
    /// and of unknown age where the source says nothing. Never fresh because it was sent again.
    pub fn retained(self) -> Self {
        if self.timed_by_source {
            Self {
                arrival_ms: self.arrival_ms.min(self.source_time_ms),
                ..self
            }
        } else {
            Self {
                quality: Quality::Stale,
                ..self
            }
        }
    }

    /// Whether it was measured before one with this source time and arrival, so that it must not take
    /// its place. A source time ahead of its own arrival came from a clock that was wrong, and counts
    /// as the arrival. What the source did not time comes in the order in which it arrives.
    pub fn is_older_than(&self, source_time_ms: i64, arrival_ms: i64) -> bool {
        self.timed_by_source
            && (self.source_time_ms < source_time_ms.min(arrival_ms)
                || (self.source_time_ms == source_time_ms && self.arrival_ms < arrival_ms))
    }
}

/// The time of the frame in which samples are applied and signals become stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetTime {
    /// Wall clock, milliseconds since 1970 UTC.
    pub wall_ms: i64,
    /// A clock that is never set, milliseconds.
    pub monotonic_ms: i64,
    /// A signal not heard of for longer than this is stale, milliseconds; one that comes more rarely
    /// by nature has a time of its own.
    pub stale_after_ms: i64,
}

impl FleetTime {
    /// Both clocks are asked: the wall clock may be set back, and the other stands still while the
    /// machine sleeps.
    fn is_silent(&self, heard_ms: i64, arrival_ms: i64, stale_after_ms: i64) -> bool {
        self.monotonic_ms.saturating_sub(heard_ms) > stale_after_ms
            || self.wall_ms.saturating_sub(arrival_ms) > stale_after_ms
    }
}

/// What is known of one signal of one turbine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The last value heard, whatever its quality; meaningless while [`Quality::Missing`].
    pub value: f64,
    /// When the source measured it, milliseconds since 1970 UTC.
    pub source_time_ms: i64,
    /// When it arrived, milliseconds since 1970 UTC.
    pub arrival_ms: i64,
    /// How far it can be trusted now.
    pub quality: Quality,
}

/// A column. One that is only worked out has `known` alone: the rest follows from what it rests on.
#[derive(Debug, Default, Clone)]
pub(super) struct Column {
    /// What rules read: the value where its quality is usable, NaN (unknown) elsewhere.
    pub known: Vec<f64>,
    pub value: Vec<f64>,
    pub source_time_ms: Vec<i64>,
    pub arrival_ms: Vec<i64>,
    /// The arrival on the monotonic clock.
    pub heard_ms: Vec<i64>,
    pub quality: Vec<Quality>,
    /// A known value changed since [`Fleet::clear_dirty`].
    pub is_changed: bool,
    /// What was heard since then, where someone follows each value.
    pub updates: Option<Vec<Update>>,
    /// By model: after how long it is stale, milliseconds. The scene's time where there is none.
    pub stale_after_ms: Box<[Option<i64>]>,
}

/// The columns, and the rows that changed since the rules last ran.
#[derive(Resource, Debug, Default)]
pub struct Fleet {
    turbine_count: usize,
    pub(super) columns: Vec<Column>,
    pub(super) derived: Derived,
    dirty: Vec<TurbineRow>,
    is_dirty: Vec<bool>,
    /// Rows of which a signal fell silent or was heard again.
    turned: Vec<TurbineRow>,
    is_turned: Vec<bool>,
}

impl Fleet {
    /// Columns in which nothing is known yet; every row is dirty, so that rules see them once.
    pub fn new(turbine_count: usize, signal_count: usize) -> Self {
        let column = Column {
            known: vec![f64::NAN; turbine_count],
            value: vec![0.0; turbine_count],
            source_time_ms: vec![0; turbine_count],
            arrival_ms: vec![0; turbine_count],
            heard_ms: vec![0; turbine_count],
            quality: vec![Quality::Missing; turbine_count],
            is_changed: true,
            updates: None,
            stale_after_ms: Box::default(),
        };
        Self {
            turbine_count,
            columns: vec![column; signal_count],
            derived: Derived::default(),
            dirty: (0..turbine_count as u32).map(TurbineRow).collect(),
            is_dirty: vec![true; turbine_count],
            turned: Vec::new(),
            is_turned: vec![false; turbine_count],
        }
    }

    /// How many turbines there are.
    pub fn turbine_count(&self) -> usize {
        self.turbine_count
    }

    /// How many signals there are.
    pub fn signal_count(&self) -> usize {
        self.columns.len()
    }

    /// What rules read of a signal: a value a turbine, NaN where it is unknown. Empty for a column
    /// that does not exist.
    pub fn known(&self, signal: SignalColumn) -> &[f64] {
        self.columns.get(signal.index()).map_or(&[], |c| &c.known)
    }

    /// What is known of one signal of one turbine; `None` outside the columns.
    pub fn cell(&self, turbine: TurbineRow, signal: SignalColumn) -> Option<Cell> {
        self.derived_cell(turbine, signal)
            .or_else(|| self.heard_cell(turbine, signal))
    }

    /// What was heard of one signal of one turbine; `None` where it is only worked out.
    pub(super) fn heard_cell(&self, turbine: TurbineRow, signal: SignalColumn) -> Option<Cell> {
        let column = self.columns.get(signal.index())?;
        let row = turbine.index();
        Some(Cell {
            value: *column.value.get(row)?,
            source_time_ms: *column.source_time_ms.get(row)?,
            arrival_ms: *column.arrival_ms.get(row)?,
            quality: *column.quality.get(row)?,
        })
    }

    /// How far a signal that is heard can be trusted; `None` outside the columns.
    pub(crate) fn heard_quality(
        &self,
        turbine: TurbineRow,
        signal: SignalColumn,
    ) -> Option<Quality> {
        let column = self.columns.get(signal.index())?;
        column.quality.get(turbine.index()).copied()
    }

    /// The value of one signal of one turbine if rules may use it.
    pub fn usable(&self, turbine: TurbineRow, signal: SignalColumn) -> Option<f64> {
        let value = *self.known(signal).get(turbine.index())?;
        (!value.is_nan()).then_some(value)
    }

    /// Rows that changed since [`Fleet::clear_dirty`], in no order, each once.
    pub fn dirty_rows(&self) -> &[TurbineRow] {
        &self.dirty
    }

    /// Signals that are neither stale nor missing at this turbine, and signals it was ever heard of.
    pub fn heard(&self, turbine: TurbineRow) -> (usize, usize) {
        let row = turbine.index();
        let quality = self.columns.iter().filter_map(|c| c.quality.get(row));
        quality.fold((0, 0), |(fresh, ever), quality| match quality {
            Quality::Missing => (fresh, ever),
            Quality::Stale => (fresh, ever + 1),
            Quality::Good | Quality::Uncertain | Quality::Bad => (fresh + 1, ever + 1),
        })
    }

    /// After how long a signal is stale, milliseconds: at the models that give it the longest.
    pub(crate) fn longest_stale_after_ms(&self, signal: SignalColumn, now: FleetTime) -> i64 {
        let column = self.columns.get(signal.index());
        let own = column.map_or(&[] as &[Option<i64>], |c| &c.stale_after_ms);
        let longest = own.iter().flatten().max();
        longest.copied().unwrap_or(now.stale_after_ms)
    }

    /// Rows of which a signal became stale or was heard again since [`Fleet::clear_dirty`], in no
    /// order, each once.
    pub fn turned_rows(&self) -> &[TurbineRow] {
        &self.turned
    }

    /// Forgets which rows changed: the next frame begins.
    pub fn clear_dirty(&mut self) {
        for row in self.turned.drain(..) {
            if let Some(flag) = self.is_turned.get_mut(row.index()) {
                *flag = false;
            }
        }
        for row in self.dirty.drain(..) {
            if let Some(flag) = self.is_dirty.get_mut(row.index()) {
                *flag = false;
            }
        }
        for column in &mut self.columns {
            column.is_changed = false;
            if let Some(updates) = &mut column.updates {
                updates.clear();
                // A frame that caught up with much is no measure of those that follow.
                updates.shrink_to(self.turbine_count.max(1024));
            }
        }
    }

    /// Writes a sample. One that was measured before the one held is dropped, unless the held one is
    /// stale: then the source's clock was set back. Samples outside the columns are dropped: their
    /// scene has just gone.
    pub fn apply(&mut self, sample: &Sample, now: FleetTime) {
        let Some(column) = self.columns.get_mut(sample.signal.index()) else {
            return;
        };
        let row = sample.turbine.index();
        let stale_after_ms = column.stale_after_ms(&self.derived, row, now);
        let (Some(known), Some(value), Some(time), Some(arrival), Some(heard), Some(quality)) = (
            column.known.get_mut(row),
            column.value.get_mut(row),
            column.source_time_ms.get_mut(row),
            column.arrival_ms.get_mut(row),
            column.heard_ms.get_mut(row),
            column.quality.get_mut(row),
        ) else {
            return;
        };
        let was_heard = quality.is_heard();
        // Where age does not matter, an unknown one does not either.
        let told = match sample.quality {
            Quality::Stale if stale_after_ms >= NEVER_MS => Quality::Good,
            told => told,
        };
        if *quality != Quality::Missing {
            // A retained value of unknown age tells nothing to who has heard of the signal.
            let tells_nothing = told == Quality::Stale;
            let is_held = !now.is_silent(*heard, *arrival, stale_after_ms);
            if tells_nothing || (is_held && sample.is_older_than(*time, *arrival)) {
                return;
            }
        }
        *value = sample.value;
        *time = sample.source_time_ms;
        *arrival = sample.arrival_ms;
        *heard = now.monotonic_ms - (now.wall_ms - sample.arrival_ms).max(0);
        *quality = if now.is_silent(*heard, *arrival, stale_after_ms) {
            Quality::Stale
        } else {
            told
        };
        let has_turned = quality.is_heard() != was_heard;
        let now_known = if quality.is_usable() {
            sample.value
        } else {
            f64::NAN
        };
        // The bits: NaN is not equal to itself.
        let changed = now_known.to_bits() != known.to_bits();
        *known = now_known;
        if let Some(updates) = &mut column.updates {
            updates.push(Update {
                turbine: sample.turbine,
                value: now_known,
                // A source time ahead of its own arrival came from a clock that was wrong.
                time_ms: sample.source_time_ms.min(sample.arrival_ms),
                heard_ms: *heard,
            });
        }
        column.is_changed |= changed;
        if changed {
            self.mark(sample.turbine);
        }
        if has_turned {
            self.mark_turned(sample.turbine);
        }
    }

    /// Makes every signal stale that was not heard of for long enough. Returns whether any was.
    pub fn sweep_stale(&mut self, now: FleetTime) -> bool {
        let mut newly_stale = Vec::new();
        for column in &mut self.columns {
            let own = std::mem::take(&mut column.stale_after_ms);
            let times = column.heard_ms.iter().zip(&column.arrival_ms);
            let times = times.zip(&column.source_time_ms);
            let cells = column.quality.iter_mut().zip(times).zip(&mut column.known);
            for (row, ((quality, ((&heard_ms, &arrival_ms), &source_ms)), known)) in
                cells.enumerate()
            {
                if !quality.is_heard() {
                    continue;
                }
                let stale_after_ms = stale_after_of(&own, &self.derived, row, now);
                if now.is_silent(heard_ms, arrival_ms, stale_after_ms) {
                    *quality = Quality::Stale;
                    *known = f64::NAN;
                    newly_stale.push(TurbineRow(row as u32));
                    column.is_changed = true;
                    if let Some(updates) = &mut column.updates {
                        updates.push(Update {
                            turbine: TurbineRow(row as u32),
                            value: f64::NAN,
                            time_ms: source_ms.min(arrival_ms).saturating_add(stale_after_ms),
                            heard_ms: now.monotonic_ms,
                        });
                    }
                }
            }
            column.stale_after_ms = own;
        }
        for &row in &newly_stale {
            self.mark(row);
            self.mark_turned(row);
        }
        !newly_stale.is_empty()
    }

    /// Takes over what `before` knows of the turbines and signals that both scenes name alike.
    pub fn carry_over(&mut self, before: &Self, old: &Scene, new: &Scene) {
        let old_rows: HashMap<&str, usize> = old
            .turbines
            .iter()
            .enumerate()
            .map(|(row, t)| (t.id.as_ref(), row))
            .collect();
        let rows: Vec<Option<usize>> = new
            .turbines
            .iter()
            .map(|t| old_rows.get(t.id.as_ref()).copied())
            .collect();
        for (at, (name, kind)) in new.signals.iter().zip(&new.kinds).enumerate() {
            // A text's number means nothing in another scene's table of texts.
            let from = old.signals.iter().position(|s| s == name).filter(|&from| {
                old.kinds.get(from) == Some(kind)
                    && (*kind != crate::scene::ValueKind::Text
                        || std::sync::Arc::ptr_eq(&old.texts, &new.texts))
            });
            let (Some(from), Some(to)) = (
                from.and_then(|from| before.columns.get(from)),
                self.columns.get_mut(at),
            ) else {
                continue;
            };
            for (row, from_row) in rows.iter().enumerate() {
                // What was worked out is worked out again.
                let was_heard = |row: usize| {
                    let quality = from.quality.get(row);
                    quality.is_some_and(|q| *q != Quality::Missing)
                };
                if let Some(from_row) = *from_row
                    && was_heard(from_row)
                    && to.quality.len() > row
                {
                    to.copy_cell(row, from, from_row);
                }
            }
        }
    }

    pub(super) fn mark(&mut self, row: TurbineRow) {
        if let Some(flag) = self.is_dirty.get_mut(row.index())
            && !std::mem::replace(flag, true)
        {
            self.dirty.push(row);
        }
    }

    fn mark_turned(&mut self, row: TurbineRow) {
        if let Some(flag) = self.is_turned.get_mut(row.index())
            && !std::mem::replace(flag, true)
        {
            self.turned.push(row);
        }
    }
}

/// After how long a signal is stale at a turbine, milliseconds, where models have `own` times.
fn stale_after_of(own: &[Option<i64>], derived: &Derived, row: usize, now: FleetTime) -> i64 {
    if own.is_empty() {
        return now.stale_after_ms;
    }
    let of_model = derived.model(row).and_then(|model| own.get(model));
    of_model.copied().flatten().unwrap_or(now.stale_after_ms)
}

impl Column {
    fn stale_after_ms(&self, derived: &Derived, row: usize, now: FleetTime) -> i64 {
        stale_after_of(&self.stale_after_ms, derived, row, now)
    }

    fn copy_cell(&mut self, row: usize, from: &Self, from_row: usize) {
        fn copy<T: Copy>(to: &mut [T], row: usize, from: &[T], from_row: usize) {
            if let (Some(to), Some(from)) = (to.get_mut(row), from.get(from_row)) {
                *to = *from;
            }
        }
        copy(&mut self.known, row, &from.known, from_row);
        copy(&mut self.value, row, &from.value, from_row);
        copy(
            &mut self.source_time_ms,
            row,
            &from.source_time_ms,
            from_row,
        );
        copy(&mut self.arrival_ms, row, &from.arrival_ms, from_row);
        copy(&mut self.heard_ms, row, &from.heard_ms, from_row);
        copy(&mut self.quality, row, &from.quality, from_row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn at(ms: i64) -> FleetTime {
        FleetTime {
            wall_ms: ms,
            monotonic_ms: ms,
            stale_after_ms: 1_000,
        }
    }

    /// Measured and arrived at a time; the source did not say when.
    fn sample(turbine: u32, signal: u16, value: f64, time_ms: i64) -> Sample {
        Sample {
            source_time_ms: time_ms,
            arrival_ms: time_ms,
            value,
            turbine: TurbineRow(turbine),
            signal: SignalColumn(signal),
            quality: Quality::Good,
            timed_by_source: false,
        }
    }

    /// Measured and arrived at times.
    fn timed(value: f64, source_time_ms: i64, arrival_ms: i64) -> Sample {
        Sample {
            source_time_ms,
            timed_by_source: true,
            ..sample(0, 0, value, arrival_ms)
        }
    }

    fn fleet() -> Fleet {
        let mut fleet = Fleet::new(3, 2);
        fleet.clear_dirty();
        fleet
    }

    fn usable(fleet: &Fleet) -> Option<f64> {
        fleet.usable(TurbineRow(0), SignalColumn(0))
    }

    #[test]
    fn every_row_is_dirty_before_anything_was_heard() {
        assert_eq!(Fleet::new(3, 1).dirty_rows().len(), 3);
    }

    #[test]
    fn a_value_marks_its_row_once() {
        let mut fleet = fleet();
        fleet.apply(&sample(1, 0, 5.0, 100), at(100));
        fleet.apply(&sample(1, 1, 6.0, 100), at(100));
        assert_eq!(fleet.dirty_rows(), [TurbineRow(1)]);
        assert_eq!(fleet.usable(TurbineRow(1), SignalColumn(0)), Some(5.0));
        assert_eq!(usable(&fleet), None);
    }

    #[test]
    fn the_same_value_again_is_heard_but_changes_nothing() {
        let mut fleet = fleet();
        fleet.apply(&sample(1, 0, 5.0, 100), at(100));
        fleet.clear_dirty();
        fleet.apply(&sample(1, 0, 5.0, 200), at(200));
        assert!(fleet.dirty_rows().is_empty());
        let cell = fleet.cell(TurbineRow(1), SignalColumn(0)).unwrap();
        assert_eq!(cell.arrival_ms, 200);
    }

    #[test]
    fn an_older_value_does_not_replace_a_newer_one() {
        let mut fleet = fleet();
        fleet.apply(&timed(5.0, 200, 210), at(210));
        fleet.apply(&timed(4.0, 100, 220), at(220));
        assert_eq!(usable(&fleet), Some(5.0));
    }

    #[test]
    fn a_source_whose_clock_was_set_back_is_heard_again_once_its_last_value_is_stale() {
        let mut fleet = fleet();
        fleet.apply(&timed(5.0, 2_000, 2_000), at(2_000));
        fleet.apply(&timed(4.0, 100, 3_100), at(3_100));
        assert_eq!(usable(&fleet), Some(4.0));
    }

    #[test]
    fn a_source_time_in_the_future_does_not_keep_out_the_next_one_that_is_right() {
        let mut fleet = fleet();
        fleet.apply(&timed(5.0, HOUR_MS, 100), at(100));
        fleet.apply(&timed(6.0, 200, 200), at(200));
        assert_eq!(usable(&fleet), Some(6.0));
    }

    #[test]
    fn silence_makes_stale_and_a_new_value_good_again() {
        let mut fleet = fleet();
        fleet.apply(&sample(0, 0, 5.0, 100), at(100));
        fleet.clear_dirty();
        assert!(!fleet.sweep_stale(at(1_100)));
        assert!(fleet.sweep_stale(at(1_101)));
        assert_eq!(fleet.dirty_rows(), [TurbineRow(0)]);
        let cell = fleet.cell(TurbineRow(0), SignalColumn(0)).unwrap();
        assert_eq!((cell.quality, cell.value), (Quality::Stale, 5.0));
        assert_eq!(usable(&fleet), None);
        fleet.clear_dirty();
        assert!(!fleet.sweep_stale(at(1_200)), "stale only once");
        fleet.apply(&sample(0, 0, 5.0, 1_300), at(1_300));
        assert_eq!(usable(&fleet), Some(5.0));
        assert_eq!(fleet.dirty_rows(), [TurbineRow(0)]);
    }

    #[test]
    fn a_wall_clock_set_back_neither_keeps_new_values_out_nor_old_ones_fresh() {
        let mut fleet = fleet();
        let late = |ms| FleetTime {
            wall_ms: ms,
            ..at(HOUR_MS + ms)
        };
        fleet.apply(&sample(0, 0, 5.0, HOUR_MS), at(HOUR_MS));
        fleet.apply(&sample(0, 0, 6.0, 10), late(10));
        assert_eq!(usable(&fleet), Some(6.0));
        fleet.apply(&sample(0, 0, 7.0, HOUR_MS), at(HOUR_MS));
        assert!(
            fleet.sweep_stale(late(1_001)),
            "silent on the clock that is never set"
        );
    }

    #[test]
    fn a_retained_value_is_as_old_as_its_source_says() {
        let mut fleet = fleet();
        fleet.apply(&timed(5.0, 100, HOUR_MS).retained(), at(HOUR_MS));
        let cell = fleet.cell(TurbineRow(0), SignalColumn(0)).unwrap();
        assert_eq!((cell.quality, cell.value), (Quality::Stale, 5.0));
        fleet.apply(&timed(6.0, HOUR_MS - 10, HOUR_MS).retained(), at(HOUR_MS));
        assert_eq!(usable(&fleet), Some(6.0));
    }

    #[test]
    fn a_value_that_is_sent_again_as_retained_is_not_heard_again() {
        let mut fleet = fleet();
        fleet.apply(&timed(5.0, 100, 500), at(500));
        fleet.apply(&timed(5.0, 100, 900).retained(), at(900));
        assert_eq!(usable(&fleet), Some(5.0));
        assert_eq!(
            fleet
                .cell(TurbineRow(0), SignalColumn(0))
                .unwrap()
                .arrival_ms,
            500
        );
    }

    #[test]
    fn a_retained_value_of_unknown_age_is_shown_but_not_used_and_replaces_nothing() {
        let mut fleet = fleet();
        fleet.apply(&sample(0, 0, 5.0, 100).retained(), at(100));
        assert_eq!(usable(&fleet), None);
        assert_eq!(
            fleet.cell(TurbineRow(0), SignalColumn(0)).unwrap().value,
            5.0
        );
        fleet.apply(&sample(0, 0, 6.0, 200), at(200));
        fleet.apply(&sample(0, 0, 5.0, 300).retained(), at(300));
        assert_eq!(usable(&fleet), Some(6.0));
    }

    #[test]
    fn a_value_of_bad_quality_is_shown_but_not_used() {
        let mut fleet = fleet();
        let bad = Sample {
            quality: Quality::Bad,
            ..sample(0, 0, 5.0, 100)
        };
        fleet.apply(&bad, at(100));
        assert_eq!(usable(&fleet), None);
        assert_eq!(
            fleet.cell(TurbineRow(0), SignalColumn(0)).unwrap().value,
            5.0
        );
    }

    #[test]
    fn samples_outside_the_columns_are_dropped() {
        let mut fleet = fleet();
        fleet.apply(&sample(9, 0, 5.0, 100), at(100));
        fleet.apply(&sample(0, 9, 5.0, 100), at(100));
        assert!(fleet.dirty_rows().is_empty());
    }
}
