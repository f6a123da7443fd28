//! The latest value, time and quality of every signal of every turbine, as columns.

use bevy::prelude::*;

mod columns;

pub use columns::{Cell, Fleet, Quality, Sample, SignalColumn, TurbineRow};

/// Writes samples into the columns and marks silent signals stale.
pub(super) fn plugin(_app: &mut App) {}
