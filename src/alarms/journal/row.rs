//! Records in and out of the table.

use rusqlite::types::Type;
use rusqlite::{Connection, params};

use super::Record;
use super::chain::{Hash, Row};
use crate::access::Role;
use crate::alarms::{Actor, AlarmKey};
use crate::scene::Priority;

/// The columns of a row, in the order in which [`read`] takes them.
pub(super) const COLUMNS: &str = "seq, at_ms, change, object, name, key, priority, value, user, \
    station, role, comment, until_ms, states, hash";

/// Appends a row.
pub(super) fn insert(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    let record = &row.record;
    let by = record.by.as_ref();
    let sql = "INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    connection.prepare_cached(sql)?.execute(params![
        signed(record.seq),
        record.at_ms,
        record.change,
        record.object,
        record.name,
        record.key.map(|AlarmKey(key)| signed(key)),
        record.priority.map(|p| p.name()),
        record.value,
        by.map(|by| &by.user),
        by.map(|by| &by.station),
        by.map(|by| by.role.name()),
        record.comment,
        record.until_ms,
        row.states,
        row.hash.0,
    ])?;
    Ok(())
}

/// Reads a row of [`COLUMNS`]. What the program would never have written is an error: it must not be
/// taken for something else.
pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let priority: Option<String> = row.get(6)?;
    let role: Option<String> = row.get(10)?;
    let by = match (row.get(8)?, row.get(9)?, role) {
        (None, None, None) => None,
        (Some(user), Some(station), Some(role)) => Some(Actor {
            user,
            station,
            role: named(10, &role, ROLES, Role::name)?,
        }),
        _ => return Err(odd(8, "user, station and role do not belong together")),
    };
    Ok(Row {
        record: Record {
            seq: unsigned(row.get(0)?),
            at_ms: row.get(1)?,
            change: row.get(2)?,
            object: row.get(3)?,
            name: row.get(4)?,
            key: row.get::<_, Option<i64>>(5)?.map(unsigned).map(AlarmKey),
            priority: match priority {
                Some(text) => Some(named(6, &text, Priority::ALL, Priority::name)?),
                None => None,
            },
            value: row.get(7)?,
            by,
            comment: row.get(11)?,
            until_ms: row.get(12)?,
        },
        states: row.get(13)?,
        hash: Hash(row.get(14)?),
    })
}

const ROLES: [Role; 3] = [Role::Viewer, Role::Operator, Role::Engineer];

fn named<T: Copy, const N: usize>(
    column: usize,
    text: &str,
    all: [T; N],
    name: fn(T) -> &'static str,
) -> rusqlite::Result<T> {
    let found = all.into_iter().find(|one| name(*one) == text);
    found.ok_or_else(|| {
        odd(
            column,
            &format!("{text:?} is nothing that the program writes"),
        )
    })
}

fn odd(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.into())
}

/// SQLite's whole numbers are signed; none here comes near the end of them.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The way back; what is negative was not written by the program.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
