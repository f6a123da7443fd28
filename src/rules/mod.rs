//! Rules: expressions in CEL syntax, checked against the signals, compiled to run over columns.

use bevy::prelude::*;

use crate::RoomSet;

mod appearance;
mod check;
mod computed;
mod engine;
mod functions;
mod kernels;
mod label;
mod lower;
mod machine;
mod ops;
mod program;
mod scope;
mod shape;
mod suggest;
mod syntax;
mod texts;
mod tokens;
mod tree;
mod trial;

pub use appearance::{Appearance, RuleStates, Shown, Transition};
pub use computed::{AcrossStatistic, Computed, Formula, WindowStatistic};
pub use engine::RuleEngine;
pub use label::{LabelPiece, LabelTemplate};
pub use machine::Columns;
pub use ops::Comparison;
pub use program::{ExpressionError, Live, Program, Read, Truth, Value, compile, compile_any};
pub use scope::{Parameter, Scope, Wanted};
pub(crate) use shape::RESERVED;
pub use syntax::{apparent_kind, mixed_and_or};
pub use texts::Texts;
pub use trial::{Outcome, Trial};

/// Runs the rules over the rows that changed.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<RuleStates>()
        .init_resource::<RuleEngine>()
        .add_systems(Update, engine::run_rules.in_set(RoomSet::Rules));
}
