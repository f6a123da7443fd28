//! Columns that are worked out from others: their quality and times follow from what they rest on.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use super::{Cell, Fleet, Quality, SignalColumn, TurbineRow};
use crate::rules::Formula;
use crate::scene::Scene;

/// One value as it was heard. Unlike the columns, a list of these holds every value of a frame, those
/// too that are the same as the one before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Update {
    /// Whose.
    pub turbine: TurbineRow,
    /// NaN where it may not be used, or no longer.
    pub value: f64,
    /// When it was measured, milliseconds since 1970 UTC; not later than it arrived.
    pub time_ms: i64,
    /// When it arrived, on the monotonic clock, milliseconds.
    pub heard_ms: i64,
}

/// What is worked out, by model and column.
#[derive(Debug, Default)]
pub(super) struct Derived {
    /// By turbine, its model.
    models: Vec<u32>,
    by_model: HashMap<(u32, SignalColumn), Arc<Derivation>>,
    /// When the columns were last worked out, milliseconds since 1970 UTC.
    worked_out_ms: i64,
}

/// What a column rests on.
#[derive(Debug, Default, PartialEq)]
struct Derivation {
    /// Signals of the same turbine that are heard.
    heard: Vec<SignalColumn>,
    /// Why it is unknown where all of them are known.
    otherwise: Quality,
    /// It is known whatever the quality of what it rests on.
    is_always_sure: bool,
}

/// A column that is being worked out, lent from the fleet.
#[derive(Debug)]
pub(crate) struct Writing {
    column: SignalColumn,
    known: Vec<f64>,
    changed: Vec<TurbineRow>,
}

impl Writing {
    /// The value held now: NaN where it is unknown.
    pub fn held(&self, row: TurbineRow) -> f64 {
        self.known.get(row.index()).copied().unwrap_or(f64::NAN)
    }

    /// Writes a value, and notes whether it is another.
    #[inline]
    pub fn write(&mut self, row: TurbineRow, value: f64) {
        if let Some(known) = self.known.get_mut(row.index())
            && known.to_bits() != value.to_bits()
            && !(known.is_nan() && value.is_nan())
        {
            *known = value;
            self.changed.push(row);
        }
    }
}

impl Fleet {
    /// The columns of a scene, in which nothing is known yet.
    pub fn of(scene: &Scene) -> Self {
        let mut fleet = Self::new(scene.turbines.len(), scene.column_count());
        fleet.derive(scene);
        fleet.take_stale_times(scene);
        fleet
    }

    /// Takes over after how long the models' signals are stale, where they say so themselves.
    fn take_stale_times(&mut self, scene: &Scene) {
        for (at, model) in scene.models.iter().enumerate() {
            let own = model.signals.iter().filter(|s| s.expression.is_none());
            for (signal, after) in own.filter_map(|s| Some((s, s.stale_after?))) {
                let Some(column) = self.columns.get_mut(signal.column.index()) else {
                    continue;
                };
                if column.stale_after_ms.is_empty() {
                    column.stale_after_ms = vec![None; scene.models.len()].into();
                }
                if let Some(of_model) = column.stale_after_ms.get_mut(at) {
                    *of_model = Some(super::millis(after).min(super::columns::NEVER_MS));
                }
            }
        }
    }

    fn derive(&mut self, scene: &Scene) {
        let models = scene.turbines.iter().map(|t| t.model as u32);
        self.derived.models = models.collect();
        for model in 0..scene.models.len() {
            for computed in &scene.computed {
                if computed.applies.get(model) == Some(&true) {
                    let derivation = self.derived.derivation(model as u32, &computed.formula);
                    let key = (model as u32, computed.column);
                    self.derived.by_model.insert(key, Arc::new(derivation));
                }
            }
        }
        for computed in &scene.computed {
            let is_heard = scene.models.iter().any(|model| {
                let signal = model.signal(computed.column);
                signal.is_some_and(|signal| signal.expression.is_none())
            });
            if let Some(column) = self.columns.get_mut(computed.column.index())
                && !is_heard
            {
                let known = mem::take(&mut column.known);
                *column = super::columns::Column {
                    known,
                    is_changed: true,
                    ..Default::default()
                };
            }
            let followed = match computed.formula {
                Formula::Window { of, .. }
                | Formula::Held { of, .. }
                | Formula::Age { of }
                | Formula::Previous { of } => Some(of),
                Formula::Expression(_) | Formula::Given(_) | Formula::Across { .. } => None,
            };
            if let Some(of) = followed.and_then(|of| self.columns.get_mut(of.index())) {
                of.updates.get_or_insert_default();
            }
        }
    }

    /// Every value of a column that was heard since [`Fleet::clear_dirty`], in the order of arrival.
    /// Empty unless a function of time reads the column.
    pub(crate) fn updates(&self, column: SignalColumn) -> &[Update] {
        let column = self.columns.get(column.index());
        column
            .and_then(|c| c.updates.as_deref())
            .unwrap_or_default()
    }

    /// Whether a value of this column changed since [`Fleet::clear_dirty`].
    pub(crate) fn is_changed(&self, column: SignalColumn) -> bool {
        self.columns
            .get(column.index())
            .is_some_and(|c| c.is_changed)
    }

    /// Lends a column to who works it out; [`Fleet::take_back`] must follow.
    pub(crate) fn lend(&mut self, column: SignalColumn) -> Writing {
        let known = self.columns.get_mut(column.index());
        Writing {
            column,
            known: known.map(|c| mem::take(&mut c.known)).unwrap_or_default(),
            changed: Vec::new(),
        }
    }

    /// Takes a lent column back; rows whose value is another are dirty. Returns whether any is.
    pub(crate) fn take_back(&mut self, writing: Writing) -> bool {
        let is_changed = !writing.changed.is_empty();
        if let Some(column) = self.columns.get_mut(writing.column.index()) {
            column.known = writing.known;
            column.is_changed |= is_changed;
        }
        for row in writing.changed {
            self.mark(row);
        }
        is_changed
    }

    /// Notes when the columns were worked out.
    pub(crate) fn stamp(&mut self, wall_ms: i64) {
        self.derived.worked_out_ms = wall_ms;
    }

    /// When a value was measured, on the monotonic clock, milliseconds; of a value that is worked out,
    /// the oldest of those it rests on. `None` while one of them was never heard of.
    pub(crate) fn measured_ms(&self, row: TurbineRow, column: SignalColumn) -> Option<i64> {
        let measured_ms = |column: &SignalColumn| {
            let column = self.columns.get(column.index())?;
            let index = row.index();
            let arrival_ms = *column.arrival_ms.get(index)?;
            let under_way_ms = arrival_ms - (*column.source_time_ms.get(index)?).min(arrival_ms);
            let is_heard_of = *column.quality.get(index)? != Quality::Missing;
            let heard_ms = *column.heard_ms.get(index)?;
            is_heard_of.then_some(heard_ms.saturating_sub(under_way_ms))
        };
        let Some(derivation) = self.derived.of(row, column) else {
            return measured_ms(&column);
        };
        let of_all = derivation.heard.iter().map(measured_ms);
        of_all.collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    /// The cell of a value that is worked out; `None` for one that is heard.
    pub(super) fn derived_cell(&self, row: TurbineRow, column: SignalColumn) -> Option<Cell> {
        let derivation = self.derived.of(row, column)?;
        let value = *self.known(column).get(row.index())?;
        let inputs = || {
            let columns = derivation.heard.iter();
            columns.filter_map(|column| self.heard_cell(row, *column))
        };
        let worst = inputs().map(|c| c.quality).max().unwrap_or(Quality::Good);
        let quality = match (value.is_nan(), worst) {
            (true, worst) if worst.is_usable() => derivation.otherwise,
            (true, worst) => worst,
            (false, _) if derivation.is_always_sure => Quality::Good,
            (false, Quality::Good) => Quality::Good,
            (false, _) => Quality::Uncertain,
        };
        let oldest = inputs()
            .filter(|cell| cell.quality != Quality::Missing)
            .min_by_key(|cell| cell.source_time_ms);
        let now = self.derived.worked_out_ms;
        Some(Cell {
            value: if value.is_nan() { 0.0 } else { value },
            source_time_ms: oldest.map_or(now, |cell| cell.source_time_ms),
            arrival_ms: oldest.map_or(now, |cell| cell.arrival_ms),
            quality,
        })
    }
}

impl Derived {
    /// The model of a turbine.
    pub(super) fn model(&self, row: usize) -> Option<usize> {
        self.models.get(row).map(|&model| model as usize)
    }

    fn of(&self, row: TurbineRow, column: SignalColumn) -> Option<&Derivation> {
        if self.by_model.is_empty() {
            return None;
        }
        let model = *self.models.get(row.index())?;
        self.by_model.get(&(model, column)).map(Arc::as_ref)
    }

    /// What a formula rests on; what stands before it is there already.
    fn derivation(&self, model: u32, formula: &Formula) -> Derivation {
        let (inputs, otherwise, is_always_sure): (&[SignalColumn], _, _) = match formula {
            // Each input is known and the outcome is not: 0 / 0.
            Formula::Expression(program) => (program.signals(), Quality::Bad, false),
            Formula::Given(_) => (&[], Quality::Missing, true),
            // Too little was heard yet.
            Formula::Window { of, .. } | Formula::Held { of, .. } | Formula::Previous { of } => {
                (std::slice::from_ref(of), Quality::Missing, false)
            }
            Formula::Age { of } => (std::slice::from_ref(of), Quality::Missing, true),
            Formula::Across { .. } => (&[], Quality::Missing, true),
        };
        let mut heard: Vec<SignalColumn> = Vec::new();
        for input in inputs {
            match self.by_model.get(&(model, *input)) {
                Some(derivation) => heard.extend(&derivation.heard),
                None => heard.push(*input),
            }
        }
        heard.sort_unstable();
        heard.dedup();
        Derivation {
            heard,
            otherwise,
            is_always_sure,
        }
    }
}
