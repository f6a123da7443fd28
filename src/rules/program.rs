//! Compiled expressions.

use std::ops::Range;

use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::rules::Texts;
use crate::scene::ValueKind;

/// The outcome of a condition (Kleene's three-valued logic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// An input that decides it is missing, stale or bad.
    #[default]
    Unknown,
}

/// A problem in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where, as bytes of the source.
    pub span: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

/// What an expression may name.
pub trait Scope {
    /// The column and kind of a signal.
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)>;
    /// Every name there is, to suggest the nearest one.
    fn names(&self) -> Vec<&str>;
    /// The interner of the scene.
    fn texts(&self) -> &Texts;
}

/// An expression lowered to run over columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {}

/// Parses, checks and compiles a condition (an expression whose value is true or false).
///
/// # Errors
/// Every problem found, in the order of the source.
pub fn compile(_source: &str, _scope: &dyn Scope) -> Result<Program, Vec<ExpressionError>> {
    Err(Vec::new())
}

impl Program {
    /// Evaluates the condition for these rows; `out[i]` is the outcome for `rows[i]`.
    pub fn evaluate(&self, _fleet: &Fleet, _rows: &[TurbineRow], _out: &mut Vec<Truth>) {}

    /// The signals that the expression reads, in the order in which they first appear, each once.
    pub fn signals(&self) -> &[SignalColumn] {
        &[]
    }
}
