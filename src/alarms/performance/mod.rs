//! How well the alarm system itself does: what ISA-18.2 (clause 16), IEC 62682 and EEMUA 191 measure,
//! worked out of the journal in one pass.
//!
//! [`Follower`] turns records into what happened to alarms, [`Tally`] adds that up over a span, and
//! [`Figures`] are what comes of it. Memory grows with the number of different alarms and with the
//! length of the span, not with the number of records.

mod acknowledge;
mod chatter;
mod coverage;
mod delays;
mod figures;
mod finding;
mod flood;
mod follow;
mod frequent;
mod known;
mod measure;
mod of_journal;
mod of_register;
mod of_scene;
mod pages;
mod rates;
mod sequence;
mod set_aside;
mod span;
mod stale;
mod table;
mod tally;

pub use acknowledge::Waits;
pub use coverage::Covered;
pub use delays::{DelayTrial, EXTRA_DELAYS_SECS};
pub use figures::{Figures, Periods, Run, figures};
pub use finding::{Finding, FindingKind, findings};
pub use flood::{Flood, FloodLimits, floods};
pub use follow::{Follower, Happening};
pub use frequent::{ByRule, Frequent};
pub use known::{KnownAlarm, KnownAlarms};
pub use measure::{Measure, Verdict, measures};
pub(super) use of_journal::plugin;
pub use of_register::records_in_memory;
pub use of_scene::{known_alarms, with_places};
pub use pages::{Records, SharedRecords, figures_of};
pub use rates::{INTERVAL_MS, Rates};
pub use sequence::Sequence;
pub use set_aside::AsideFigures;
pub use span::{By, Period, SHIFTS, Span, parse_shifts, period_at, periods};
pub use stale::{StaleAlarm, Standing};
pub use table::{csv, intervals_csv, span_words};
pub use tally::Tally;
