//! Labels with live values: `{gearbox_oil_temperature:.0} °C`.

use std::sync::Arc;

use super::Program;

/// A label's text, in pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelTemplate {
    /// As written.
    pub source: Arc<str>,
    /// In order.
    pub pieces: Vec<LabelPiece>,
}

/// A piece of a label.
#[derive(Debug, Clone, PartialEq)]
pub enum LabelPiece {
    /// As it is.
    Text(Arc<str>),
    /// The value of an expression.
    Value {
        /// Which.
        program: Arc<Program>,
        /// Decimals: as many as are needed without.
        decimals: Option<u8>,
    },
}
