//! `windvane check`.

use std::process::ExitCode;

/// Report every problem of scene files, with file, line and column
#[derive(clap::Args, Debug)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(_args: &Args) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
