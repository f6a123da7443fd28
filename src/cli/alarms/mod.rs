//! `windvane alarms`: what the panels do, from a shell.

use std::process::ExitCode;

use clap::Subcommand;

mod choice;
mod deeds;
mod history;
mod list;
mod open;
mod report;

/// Alarms from a shell
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    List(list::Args),
    Ack(deeds::AckArgs),
    Reset(deeds::ResetArgs),
    Shelve(deeds::ShelveArgs),
    Unshelve(deeds::UnshelveArgs),
    Comment(deeds::CommentArgs),
    OutOfService(deeds::OutOfServiceArgs),
    Return(deeds::ReturnArgs),
    History(history::Args),
    Report(report::Args),
}

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::List(args) => list::run(args),
        Command::Ack(args) => args.run(),
        Command::Reset(args) => args.run(),
        Command::Shelve(args) => args.run(),
        Command::Unshelve(args) => args.run(),
        Command::Comment(args) => args.run(),
        Command::OutOfService(args) => args.run(),
        Command::Return(args) => args.run(),
        Command::History(args) => history::run(args),
        Command::Report(args) => report::run(args),
    }
}
