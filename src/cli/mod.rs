//! The command line.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

mod access;
mod alarms;
mod check;
mod demo;
mod eval;
mod generate;
mod import;
mod journal;
mod model;
mod open;
mod schema;
mod sharing;
mod simulate;
mod view;
mod watch;

/// A desktop 3D digital twin of wind farms.
///
/// Opens a scene file, listens to the turbines over MQTT, colours each turbine by the rules in the
/// file, and gives operators the alarms to act on. Without a command it opens its window, to run the
/// demo or to open a scene from there.
#[derive(Parser, Debug)]
#[command(name = "windvane", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    Demo(demo::Args),
    View(view::Args),
    Watch(watch::Args),
    Alarms(alarms::Args),
    Journal(journal::Args),
    Check(check::Args),
    Eval(eval::Args),
    Simulate(simulate::Args),
    Model(model::Args),
    Generate(generate::Args),
    Import(import::Args),
    Access(access::Args),
    Schema(schema::Args),
    Completions(CompletionsArgs),
}

/// Print shell completions
///
/// For bash: windvane completions bash > ~/.local/share/bash-completion/completions/windvane
#[derive(clap::Args, Debug)]
struct CompletionsArgs {
    /// The shell to complete for.
    shell: clap_complete::Shell,
}

/// Exit status 1: a problem in what was given. (Wrong usage is 2, which clap gives.)
const PROBLEM: u8 = 1;
/// Exit status of wrong usage, as clap has it.
const USAGE: u8 = 2;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let Some(command) = Cli::parse().command else {
        return without_a_command();
    };
    let outcome = match command {
        Command::Demo(args) => demo::run(args),
        Command::View(args) => view::run(args),
        Command::Watch(args) => watch::run(args),
        Command::Alarms(args) => alarms::run(&args),
        Command::Journal(args) => journal::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Simulate(args) => simulate::run(args),
        Command::Model(args) => model::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Access(args) => access::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => {
            let mut out = std::io::stdout();
            clap_complete::generate(args.shell, &mut Cli::command(), "windvane", &mut out);
            Ok(ExitCode::SUCCESS)
        }
    };
    exit_code(outcome)
}

/// The program by itself is its window; where there is no display, it is its help, as wrong usage.
fn without_a_command() -> ExitCode {
    if crate::view::has_display() {
        return exit_code(view::welcome());
    }
    let help = Cli::command().max_term_width(100).render_help();
    if is_colored(&std::io::stderr()) {
        eprint!("{}", help.ansi());
    } else {
        eprint!("{help}");
    }
    ExitCode::from(USAGE)
}

fn exit_code(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("windvane: {error:#}");
        ExitCode::from(PROBLEM)
    })
}

/// Whether problems are printed there in colour: on a terminal, unless `NO_COLOR` is set.
fn is_colored(out: &impl std::io::IsTerminal) -> bool {
    out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
