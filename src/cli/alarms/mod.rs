//! `windvane alarms`: what the panels do, from a shell.

use std::process::ExitCode;

use clap::Subcommand;

mod history;
mod report;

/// Alarms from a shell
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    History(history::Args),
    Report(report::Args),
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::History(args) => history::run(args),
        Command::Report(args) => report::run(args),
    }
}
