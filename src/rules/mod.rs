//! Rules: expressions in CEL syntax, checked against the signals, compiled to run over columns.

use bevy::prelude::*;

mod appearance;
mod program;
mod texts;

pub use appearance::{Appearance, RuleStates, Shown};
pub use program::{ExpressionError, Program, Scope, Truth, compile};
pub use texts::Texts;

/// Runs the rules over the rows that changed.
pub(super) fn plugin(_app: &mut App) {}
