//! `windvane journal`, and the options that say where a journal is kept.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use crate::alarms::journal::JournalStore;

mod export;
pub(super) mod filter;
pub(super) mod place;
mod print;
mod verify;

/// Verify, export and print the alarm journal
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Verify(verify::Args),
    Export(export::Args),
    Print(print::Args),
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Verify(args) => verify::run(args),
        Command::Export(args) => export::run(args),
        Command::Print(args) => print::run(args),
    }
}

/// Where the program keeps the journal while it runs.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct KeepArgs {
    /// Keep the alarm journal in this file in place of the one in the user's data folder
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal")]
    journal: Option<PathBuf>,
    /// Keep no alarm journal: what stands is forgotten when the program ends
    #[arg(long)]
    no_journal: bool,
}

impl KeepArgs {
    /// Where it is kept, if nothing is said in `usual`.
    pub fn store(&self, usual: impl FnOnce() -> JournalStore) -> JournalStore {
        match &self.journal {
            Some(file) => JournalStore::File(file.clone()),
            None if self.no_journal => JournalStore::None,
            None => usual(),
        }
    }
}
