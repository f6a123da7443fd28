//! Reads a journal that may be written at the same time.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::chain::{Hash, Row};
use super::fault::Fault;
use super::query::Select;
use super::schema::{self, Kind};
use super::{JournalError, Query, Record, row};

/// A journal that is open to be read.
#[derive(Debug)]
pub struct JournalReader {
    pub(super) connection: Connection,
    file: PathBuf,
}

/// Opens a journal to read it; whoever writes it goes on.
///
/// # Errors
/// There is no such file, it is damaged, or it is no journal of this version.
pub fn open_to_read(file: &Path) -> Result<JournalReader, JournalError> {
    let unusable = |what: String| JournalError::Unusable {
        file: file.to_owned(),
        what,
    };
    // SQLite would say that it is unable to open the file, whatever the reason.
    if let Err(error) = std::fs::File::open(file) {
        return Err(unusable(match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such journal".to_owned(),
            _ => error.to_string(),
        }));
    }
    let told = |error: rusqlite::Error| unusable(Fault::of(&error).what);
    let connection = schema::connect_to_read(file).map_err(told)?;
    match schema::kind(&connection).map_err(told)? {
        Kind::Journal => Ok(JournalReader {
            connection,
            file: file.to_owned(),
        }),
        Kind::Newer(version) => Err(unusable(format!(
            "it was written by a later Windvane (version {version} of the format, this one knows \
             {}); read it with that one",
            schema::VERSION
        ))),
        Kind::Empty => Err(unusable("nothing is in it".to_owned())),
        Kind::Foreign => Err(unusable("it is no journal of Windvane".to_owned())),
    }
}

impl JournalReader {
    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What is asked for, the newest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn records(&self, query: &Query) -> Result<Vec<Record>, JournalError> {
        let mut records = Vec::new();
        self.each(query, true, |row| {
            records.push(row.record);
            ControlFlow::Continue(())
        })?;
        Ok(records)
    }

    /// Gives what is asked for, row by row, until `take` breaks.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn each(
        &self,
        query: &Query,
        is_newest_first: bool,
        mut take: impl FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), JournalError> {
        let select = Select::new(query, is_newest_first);
        let mut read = || {
            let mut statement = self.connection.prepare_cached(&select.sql)?;
            let mut rows = statement.query(params_from_iter(&select.parameters))?;
            let mut left = query.limit.unwrap_or(usize::MAX);
            while left > 0
                && let Some(found) = rows.next()?
            {
                let found = row::read(found)?;
                if !select.has_words(&found.record) {
                    continue;
                }
                left -= 1;
                if take(found).is_break() {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(|error| self.unusable(&error))
    }

    /// The number and the hash of the last record, if there is any: whoever notes them elsewhere can
    /// later tell whether the end of the journal was cut off.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn last(&self) -> Result<Option<(u64, Hash)>, JournalError> {
        let sql = "SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1";
        let read =
            |found: &rusqlite::Row<'_>| Ok((row::unsigned(found.get(0)?), Hash(found.get(1)?)));
        let last = self.connection.query_row(sql, [], read).optional();
        last.map_err(|error| self.unusable(&error))
    }

    /// The hash of a record, if it is there.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn hash_of(&self, seq: u64) -> Result<Option<Hash>, JournalError> {
        let sql = "SELECT hash FROM records WHERE seq = ?";
        let read = |found: &rusqlite::Row<'_>| Ok(Hash(found.get(0)?));
        let found = self.connection.query_row(sql, [row::signed(seq)], read);
        found.optional().map_err(|error| self.unusable(&error))
    }

    pub(super) fn unusable(&self, error: &rusqlite::Error) -> JournalError {
        JournalError::Unusable {
            file: self.file.clone(),
            what: Fault::of(error).what,
        }
    }
}
