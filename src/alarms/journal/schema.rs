//! The tables of a journal's file, and how a connection to it is set.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// The version of the tables. A file of a later one is left as it is.
pub(super) const VERSION: i64 = 1;
/// Tells SQLite files of this program from others: `WVJN`.
pub(super) const APPLICATION_ID: i64 = 0x5756_4a4e;
/// How long another program may hold the file before that is told of.
const BUSY: Duration = Duration::from_millis(500);

const TABLES: &str = "
CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    change TEXT NOT NULL,
    object TEXT NOT NULL,
    name TEXT NOT NULL,
    key INTEGER,
    priority TEXT,
    value TEXT NOT NULL,
    user TEXT,
    station TEXT,
    role TEXT,
    comment TEXT,
    until_ms INTEGER,
    states TEXT,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX records_by_time ON records (at_ms);
CREATE INDEX records_by_alarm ON records (object, name);
CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'a record of the journal is never changed'); END;
CREATE TRIGGER records_are_not_removed BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'a record of the journal is never removed'); END;
CREATE TABLE standing (
    key INTEGER PRIMARY KEY,
    object TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE TABLE laid_aside (
    object TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (object, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE about (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
";

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing is in it.
    Empty,
    /// A journal of this version.
    Journal,
    /// A journal of a later version of the program.
    Newer(i64),
    /// Another program's.
    Foreign,
}

/// Opens a file to write, and makes it if there is none. Changes nothing in it.
pub(super) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Looks whose file it is.
pub(super) fn kind(connection: &Connection) -> rusqlite::Result<Kind> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (pragma("application_id")?, pragma("user_version")?) {
        (0, 0) if tables == 0 => Kind::Empty,
        (APPLICATION_ID, VERSION) => Kind::Journal,
        (APPLICATION_ID, later) if later > VERSION => Kind::Newer(later),
        _ => Kind::Foreign,
    })
}

/// Has every commit on the disk before it is told of, whatever happens to the power.
pub(super) fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    // Answers with the mode that it took.
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        // A file system without shared memory: slower, and as safe.
        connection.pragma_update(None, "journal_mode", "DELETE")?;
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    connection.set_prepared_statement_cache_capacity(16);
    Ok(())
}

/// Makes the tables, all or none.
pub(super) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Opens a file to read only, so that nothing of it can change.
pub(super) fn connect_to_read(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}
