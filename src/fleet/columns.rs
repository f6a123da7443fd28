//! Columns: one contiguous array a signal, a row a turbine.

use bevy::prelude::*;

/// A turbine, as its row in every column and its index into `Scene::turbines`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TurbineRow(pub u32);

impl TurbineRow {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A signal, as the column that holds it and its index into `Scene::signals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SignalColumn(pub u16);

impl SignalColumn {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How far a value can be trusted, in OPC UA's words, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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
    /// [`Quality::Good`], [`Quality::Uncertain`] or [`Quality::Bad`].
    pub quality: Quality,
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

#[derive(Debug, Default, Clone)]
struct Column {
    /// What rules read: the value where its quality is usable, NaN (unknown) elsewhere.
    known: Vec<f64>,
    value: Vec<f64>,
    source_time_ms: Vec<i64>,
    arrival_ms: Vec<i64>,
    quality: Vec<Quality>,
}

/// The columns, and the rows that changed since the rules last ran.
#[derive(Resource, Debug, Default)]
pub struct Fleet {
    turbine_count: usize,
    columns: Vec<Column>,
    dirty: Vec<TurbineRow>,
    is_dirty: Vec<bool>,
}

impl Fleet {
    /// Columns in which nothing is known yet; every row is dirty, so that rules see them once.
    pub fn new(turbine_count: usize, signal_count: usize) -> Self {
        let column = Column {
            known: vec![f64::NAN; turbine_count],
            value: vec![0.0; turbine_count],
            source_time_ms: vec![0; turbine_count],
            arrival_ms: vec![0; turbine_count],
            quality: vec![Quality::Missing; turbine_count],
        };
        Self {
            turbine_count,
            columns: vec![column; signal_count],
            dirty: (0..turbine_count as u32).map(TurbineRow).collect(),
            is_dirty: vec![true; turbine_count],
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
        let column = self.columns.get(signal.index())?;
        let row = turbine.index();
        Some(Cell {
            value: *column.value.get(row)?,
            source_time_ms: *column.source_time_ms.get(row)?,
            arrival_ms: *column.arrival_ms.get(row)?,
            quality: *column.quality.get(row)?,
        })
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
}
