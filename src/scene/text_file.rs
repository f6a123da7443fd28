//! What reads scene files, for the program's other TOML files: places of keys and values, problems with
//! line and column.

pub(crate) use super::document::{Document, escaped};
pub(crate) use super::problem::{Problem, nearest, quoted, suggestion};
pub(crate) use super::source::{Place, ReadError, Source, read};
