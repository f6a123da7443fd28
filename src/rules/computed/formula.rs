//! What is worked out: a column and its formula.

use std::sync::Arc;
use std::time::Duration;

use crate::fleet::SignalColumn;
use crate::rules::Program;

/// A column of the fleet that is worked out. A scene lists them so that each reads only columns that
/// are heard or stand before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// Where its values are written.
    pub column: SignalColumn,
    /// Whether it is worked out for each model, by index into `Scene::models`. Several may write one
    /// column, for models apart.
    pub applies: Vec<bool>,
    /// As the engineer wrote it: `avg(gearbox_oil_temperature, 10 min)`.
    pub source: Arc<str>,
    /// How.
    pub formula: Formula,
}

/// How a column is worked out.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// From values of the same turbine at the same time: derived signals, and what stands within a
    /// function of time or of the farm.
    Expression(Arc<Program>),
    /// A number a turbine that never changes: a limit that differs between turbines.
    Given(Arc<[f64]>),
    /// Over the values of the last while.
    Window {
        /// What of them.
        statistic: WindowStatistic,
        /// Of which column.
        of: SignalColumn,
        /// How far back.
        over: Duration,
    },
    /// Whether a condition has held without a break for this long.
    Held {
        /// A column of truth values.
        of: SignalColumn,
        /// For how long.
        over: Duration,
    },
    /// Seconds since a signal was measured. Known for a stale signal too.
    Age {
        /// Of which signal.
        of: SignalColumn,
    },
    /// The value before the present one.
    Previous {
        /// Of which column.
        of: SignalColumn,
    },
    /// Over the turbines whose value is known; of truth values, `Count` counts those that hold.
    Across {
        /// What of them.
        statistic: AcrossStatistic,
        /// Of which column.
        of: SignalColumn,
        /// Only over this many turbines that stand nearest, without the turbine itself; over all,
        /// itself included, without it.
        nearest: Option<u16>,
    },
}

/// What is told of the values of a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowStatistic {
    /// The mean over time: each value counts for as long as it stood.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// Change a second, from the first to the last.
    Rate,
    /// The last less the first.
    Delta,
    /// The standard deviation over time.
    Stddev,
}

/// What is told of the values of several turbines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AcrossStatistic {
    /// The mean.
    Avg,
    /// The median.
    Median,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The sum.
    Sum,
    /// How many are known, or hold.
    Count,
    /// The standard deviation.
    Stddev,
}
