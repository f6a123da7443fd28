//! Records as CSV, for spreadsheets and other programs.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{JournalError, JournalReader, Query, Row};

/// The first line.
const HEADER: [&str; 15] = [
    "seq",
    "time_utc",
    "time_local",
    "change",
    "turbine",
    "alarm",
    "occurrence",
    "priority",
    "value",
    "user",
    "station",
    "role",
    "comment",
    "until_utc",
    "hash",
];

/// Writes records as RFC 4180 has it. No cell of it is a formula to a spreadsheet.
pub struct CsvWriter<W: Write> {
    out: ::csv::Writer<W>,
    zone: TimeZone,
}

impl<W: Write> CsvWriter<W> {
    /// Begins with the header; local times are of this zone.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(out: W, zone: TimeZone) -> io::Result<Self> {
        let mut out = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .from_writer(out);
        out.write_record(HEADER).map_err(io_error)?;
        Ok(Self { out, zone })
    }

    /// Writes a record.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&mut self, row: &Row) -> io::Result<()> {
        let record = &row.record;
        let by = record.by.as_ref();
        let text = |text: Option<&str>| harmless(text.unwrap_or_default());
        self.out
            .write_record([
                record.seq.to_string(),
                utc(record.at_ms),
                local(record.at_ms, &self.zone),
                harmless(&record.change),
                harmless(&record.object),
                harmless(&record.name),
                record.key.map_or_else(String::new, |key| key.0.to_string()),
                record.priority.map_or("", |p| p.name()).to_owned(),
                harmless(&record.value),
                text(by.map(|by| &*by.user)),
                text(by.map(|by| &*by.station)),
                by.map_or("", |by| by.role.name()).to_owned(),
                text(record.comment.as_deref()),
                record.until_ms.map_or_else(String::new, utc),
                row.hash.to_string(),
            ])
            .map_err(io_error)
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A spreadsheet takes what begins so for a formula, which may do anything: an apostrophe makes it text.
fn harmless(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n') => format!("'{text}"),
        _ => text.to_owned(),
    }
}

/// `2026-06-21T03:00:00.000Z`
pub fn utc(ms: i64) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// `2026-06-21 05:00:00.000 +02:00`
pub fn local(ms: i64, zone: &TimeZone) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap_or_default();
    let time = time.to_zoned(zone.clone());
    time.strftime("%Y-%m-%d %H:%M:%S%.3f %:z").to_string()
}

/// What tells spreadsheets that a file is in UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes records to a file for spreadsheets, oldest first; gives their number.
///
/// # Errors
/// The journal cannot be read; inside of it, the file cannot be written.
pub fn export_csv(
    reader: &JournalReader,
    query: &Query,
    zone: &TimeZone,
    file: &Path,
) -> Result<io::Result<u64>, JournalError> {
    let begun = File::create(file).and_then(|file| {
        let mut file = BufWriter::new(file);
        file.write_all(MARK)?;
        Ok(file)
    });
    match begun {
        Ok(file) => write_csv(reader, query, zone, file),
        Err(error) => Ok(Err(error)),
    }
}

/// Writes records, oldest first; gives their number.
///
/// # Errors
/// The journal cannot be read; inside of it, the records cannot be written.
pub fn write_csv(
    reader: &JournalReader,
    query: &Query,
    zone: &TimeZone,
    out: impl Write,
) -> Result<io::Result<u64>, JournalError> {
    let mut writer = match CsvWriter::new(out, zone.clone()) {
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

#[cfg(test)]
mod tests {
    use super::super::{Hash, Record};
    use super::*;
    use crate::alarms::AlarmKey;
    use crate::scene::Priority;

    fn row(value: &str, comment: &str) -> Row {
        Row {
            record: Record {
                seq: 1,
                at_ms: 0,
                change: "raised".into(),
                object: "T01".into(),
                name: "Oil, \"hot\"".into(),
                key: Some(AlarmKey(3)),
                priority: Some(Priority::High),
                value: value.to_owned(),
                by: None,
                comment: Some(comment.into()),
                until_ms: None,
            },
            states: None,
            hash: Hash::default(),
        }
    }

    #[test]
    fn no_cell_is_a_formula_and_all_come_back_as_they_were() {
        let mut out = Vec::new();
        let mut writer = CsvWriter::new(&mut out, TimeZone::UTC).unwrap();
        writer
            .write(&row("-3.2 < 0", "=cmd|' /C calc'!A0\r\nseen"))
            .unwrap();
        writer.finish().unwrap();
        let text = String::from_utf8(out.clone()).unwrap();
        assert!(
            text.starts_with("seq,time_utc,time_local,change,"),
            "{text}"
        );
        assert!(text.contains("1,1970-01-01T00:00:00.000Z,1970-01-01 00:00:00.000 +00:00,raised"));
        assert!(text.contains("\"Oil, \"\"hot\"\"\""), "{text}");
        assert!(text.ends_with("\r\n"));
        let mut reader = ::csv::Reader::from_reader(&*out);
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(&record[8], "'-3.2 < 0");
        assert_eq!(&record[12], "'=cmd|' /C calc'!A0\r\nseen");
    }
}
