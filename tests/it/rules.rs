//! Rules: what expressions mean, what is said of wrong ones, and what becomes of turbines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod against_cel;
mod calls;
mod engine;
mod eval;
mod fuzz;
mod hostile;
mod jexl;
mod messages;
mod plant;
mod random;
mod signals;
mod units;
mod walker;
