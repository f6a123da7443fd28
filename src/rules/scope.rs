//! What an expression may name.

use std::sync::Arc;

use super::computed::Formula;
use super::texts::Texts;
use crate::fleet::SignalColumn;
use crate::scene::ValueKind;
use crate::units::Unit;

/// What an expression may name.
pub trait Scope {
    /// The column and kind of a signal.
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)>;
    /// Every name there is, to suggest the nearest one.
    fn names(&self) -> Vec<&str>;
    /// The interner of the scene.
    fn texts(&self) -> &Texts;

    /// The unit of a signal's values, where it has one that is known.
    fn unit(&self, _signal: SignalColumn) -> Option<Unit> {
        None
    }

    /// The columns of which one must be known before a Jexl expression that asks for none has a value:
    /// TwinMaker asks no rule of what was never heard.
    fn heard(&self) -> Vec<SignalColumn> {
        Vec::new()
    }

    /// What a name stands for that is no signal: `limits.NAME`, `rotor_diameter`.
    fn parameter(&self, _name: &str) -> Option<Parameter> {
        None
    }

    /// The column for values that must be worked out.
    ///
    /// # Errors
    /// Why there is none, as a sentence.
    fn computed(&self, wanted: Wanted) -> Result<SignalColumn, String> {
        Err(format!("`{}` needs a scene.", wanted.source))
    }

    /// Whether a signal is worked out instead of being heard.
    fn is_derived(&self, _signal: SignalColumn) -> bool {
        false
    }
}

/// A name that stands for a number which never changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Parameter {
    /// The same for every turbine that the expression is for.
    Constant(f64, Option<Unit>),
    /// A column with a number for each turbine.
    Column(SignalColumn, Option<Unit>),
    /// Something is wrong with it.
    Fault {
        /// What, as a sentence.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// Values that an expression needs worked out.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// How.
    pub formula: Formula,
    /// What they are.
    pub kind: ValueKind,
    /// As the engineer wrote it.
    pub source: Arc<str>,
    /// The signals that a turbine must have for it.
    pub needs: Vec<SignalColumn>,
}
