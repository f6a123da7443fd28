//! `windvane journal export`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::tz::TimeZone;

use super::filter::FilterArgs;
use super::place::PlaceArgs;
use crate::alarms::journal::{export_csv, write_csv};

/// Write records of the journal as CSV
///
/// The oldest first. Text that a spreadsheet would take for a formula is preceded by an apostrophe.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane journal export farm.toml --csv june.csv --from 2026-06-01 --until 2026-07-01\n  \
    windvane journal export farm.toml --csv - --change raised | cut -d, -f5 | sort | uniq -c")]
pub struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    /// The file to write; - for standard output
    #[arg(long, value_name = "FILE|-")]
    csv: PathBuf,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Runs the command.
///
/// # Errors
/// The journal cannot be read, or the file not written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let reader = args.place.open()?;
    let (query, zone) = (args.filter.query(None), TimeZone::system());
    if args.csv == Path::new("-") {
        let written = write_csv(&reader, &query, &zone, io::stdout().lock())?;
        return match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            written => {
                written.context("cannot write to standard output")?;
                Ok(ExitCode::SUCCESS)
            }
        };
    }
    let name = || args.csv.display().to_string();
    let count = export_csv(&reader, &query, &zone, &args.csv)?.with_context(name)?;
    eprintln!("{count} records: {}", args.csv.display());
    Ok(ExitCode::SUCCESS)
}
