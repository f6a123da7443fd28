//! `windvane watch`.

use std::process::ExitCode;

/// Print each change of colour and of alarm as a JSON line, without a window
#[derive(clap::Args, Debug)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(_args: Args) -> anyhow::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
