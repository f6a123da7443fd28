//! The journal: every transition and every deed, kept so that nothing that was shown is lost.

mod record;

pub use record::{JournalError, Query, Record};
