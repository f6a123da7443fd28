//! Columns that are worked out: against a plain reference over random series, as time passes, with gaps
//! and over reloads.

mod across;
mod functions;
mod reload;
mod rig;
mod windows;
