//! The look, defined once: design tokens and the marks of alarms.

mod mark;
mod tokens;

pub use mark::{paint_mark, paint_unknown_mark};
pub use tokens::{Theme, Variant};
