//! `windvane journal export`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::tz::TimeZone;

use super::filter::FilterArgs;
use super::place::PlaceArgs;
use crate::alarms::journal::{CsvWriter, JournalReader, Query};

/// What tells spreadsheets that a file is in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

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
    let query = args.filter.query(None);
    if args.csv == Path::new("-") {
        let written = write_csv(&reader, &query, io::stdout().lock())?;
        return match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
            written => {
                written.context("cannot write to standard output")?;
                Ok(ExitCode::SUCCESS)
            }
        };
    }
    let name = || args.csv.display().to_string();
    let mut file = BufWriter::new(File::create(&args.csv).with_context(name)?);
    file.write_all(MARK).with_context(name)?;
    let count = write_csv(&reader, &query, file)?.with_context(name)?;
    eprintln!("{count} records: {}", args.csv.display());
    Ok(ExitCode::SUCCESS)
}

/// Writes records, oldest first; gives their number.
pub(in super::super) fn write_csv(
    reader: &JournalReader,
    query: &Query,
    out: impl Write,
) -> anyhow::Result<io::Result<u64>> {
    let mut writer = match CsvWriter::new(out, TimeZone::system()) {
        Ok(writer) => writer,
        Err(error) => return Ok(Err(error)),
    };
    let mut count = 0;
    let mut failed = None;
    reader.each(query, false, |row| match writer.write(&row) {
        Ok(()) => {
            count += 1;
            ControlFlow::Continue(())
        }
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    Ok(match failed {
        Some(error) => Err(error),
        None => writer.finish().map(|()| count),
    })
}
