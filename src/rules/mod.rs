//! Rules: expressions in CEL syntax, checked against the signals, compiled to run over columns.

use bevy::prelude::*;

use crate::RoomSet;

pub mod analysis;
mod appearance;
mod check;
mod computed;
mod engine;
mod functions;
pub mod jexl;
mod kernels;
mod label;
mod lower;
mod machine;
mod ops;
mod outputs;
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
pub use computed::{
    AcrossStatistic, ComputeStage, Computed, Formula, LEAST_SHARE, MOST_NEIGHBOURS,
    WINDOW_STRETCHES, WindowStatistic,
};
pub use engine::RuleEngine;
pub(crate) use functions::functions;
pub use label::{LabelPart, LabelPiece, LabelTemplate, parse_label};
pub use machine::Columns;
pub use ops::Comparison;
pub use outputs::{MOST_SHOWN, Outputs};
pub use program::{
    ExpressionError, Live, Program, Read, Truth, Value, compile, compile_any, compile_jexl,
};
pub use scope::{Parameter, Scope, Wanted};
pub(crate) use shape::RESERVED;
pub use syntax::{apparent_kind, mixed_and_or};
pub use texts::Texts;
pub(crate) use tokens::{TokenKind, scan};
pub use trial::{Outcome, Trial};

/// Works out computed columns and runs the rules over the rows that changed.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<RuleStates>()
        .init_resource::<RuleEngine>()
        .add_plugins(computed::plugin)
        .add_systems(Update, engine::run_rules.in_set(RoomSet::Rules));
}
