//! `windvane alarms history`.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use serde_json::json;

use super::super::journal::filter::FilterArgs;
use super::super::journal::place::PlaceArgs;
use crate::alarms::journal::{CsvWriter, Record, Row, change_words, local, utc};

/// What happened to alarms and what people did, from the journal
///
/// The newest records, oldest of them first. While the program runs the journal can be read.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    windvane alarms history farm.toml --from -2h\n  \
    windvane alarms history farm.toml --turbine T37 --priority critical --priority high\n  \
    windvane alarms history farm.toml --text 'gearbox anna' --limit 20 --json")]
pub struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// The newest records only, this many at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Print a JSON object a line
    #[arg(long)]
    json: bool,
    /// Print CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Runs the command.
///
/// # Errors
/// The journal cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let reader = args.place.open()?;
    let mut rows = Vec::new();
    reader.each(&args.filter.query(Some(args.limit)), true, |row| {
        rows.push(row);
        std::ops::ControlFlow::Continue(())
    })?;
    rows.reverse();
    let out = io::stdout().lock();
    let written = if args.json {
        write_json(out, &rows)
    } else if args.csv {
        write_csv(out, &rows)
    } else {
        write_table(out, &rows)
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write to standard output")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write_json(mut out: impl Write, rows: &[Row]) -> io::Result<()> {
    for Row { record, hash, .. } in rows {
        let by = record.by.as_ref();
        let line = json!({
            "seq": record.seq,
            "time": utc(record.at_ms),
            "change": record.change,
            "turbine": record.object,
            "alarm": record.name,
            "key": record.key,
            "priority": record.priority.map(|p| p.name()),
            "value": record.value,
            "user": by.map(|by| &by.user),
            "station": by.map(|by| &by.station),
            "role": by.map(|by| by.role.name()),
            "comment": record.comment,
            "until": record.until_ms.map(utc),
            "hash": hash.to_string(),
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn write_csv(out: impl Write, rows: &[Row]) -> io::Result<()> {
    let mut writer = CsvWriter::new(out, TimeZone::system())?;
    for row in rows {
        writer.write(row)?;
    }
    writer.finish()
}

/// Columns as wide as what is in them.
fn write_table(mut out: impl Write, rows: &[Row]) -> io::Result<()> {
    let zone = TimeZone::system();
    let lines: Vec<[String; 7]> = rows.iter().map(|row| cells(&row.record, &zone)).collect();
    let mut widths = [0; 7];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for line in &lines {
        let padded = line.iter().zip(widths).filter(|(_, width)| *width > 0);
        let padded: Vec<String> = padded
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(out, "{}", padded.join("  ").trim_end())?;
    }
    if lines.is_empty() {
        eprintln!("No record fits.");
    }
    Ok(())
}

fn cells(record: &Record, zone: &TimeZone) -> [String; 7] {
    let priority = record
        .priority
        .map(|p| format!("{} {}", p.number(), p.name()));
    let by = record.by.as_ref();
    let by = by.map(|by| format!("{}@{}", by.user, by.station));
    let until = record
        .until_ms
        .map(|ms| format!("until {}", local(ms, zone)));
    let said: Vec<String> = [record.comment.as_deref().map(plain), until]
        .into_iter()
        .flatten()
        .collect();
    let object = format!("{} {}", record.object, record.name);
    [
        local(record.at_ms, zone),
        change_words(&record.change),
        priority.unwrap_or_default(),
        plain(object.trim_end()),
        plain(&record.value),
        by.map(|by| plain(&by)).unwrap_or_default(),
        said.join("; "),
    ]
}

/// What others wrote, without what a terminal would take for orders.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
