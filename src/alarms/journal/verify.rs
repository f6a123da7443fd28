//! Proves that no record of a journal was changed, removed or moved since it was written.

use std::collections::BTreeMap;

use serde_json::Value;

use super::chain::{Hash, Row, hash};
use super::reader::JournalReader;
use super::states::States;
use super::writer::states_of;
use super::{JournalError, row};

/// How far around a record that does not fit another place is looked for that it fits.
const AROUND: usize = 32;

/// What a journal was found to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// How many records follow one from the other.
    pub records: u64,
    /// The number, the time (milliseconds since 1970 UTC) and the hash of the last of them.
    pub last: Option<(u64, i64, Hash)>,
    /// The first thing that is wrong.
    pub flaw: Option<Flaw>,
}

/// What is wrong with a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// At which record.
    pub seq: u64,
    /// When that record says it was, milliseconds since 1970 UTC, where that can be read.
    pub at_ms: Option<i64>,
    /// What.
    pub kind: FlawKind,
}

/// What can be wrong with a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlawKind {
    /// Records are missing before this one.
    #[error("{} missing before it: removed", records(*.0))]
    Removed(u64),
    /// It belongs in another place.
    #[error("belongs in the place of record {0}: moved")]
    Moved(u64),
    /// Its content does not go with its hash.
    #[error("does not go with its hash: changed, or the record before it was")]
    Changed,
    /// It cannot be what the program wrote.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The states that would be restored are not those that the records lead to.
    #[error("the states that it leads to are not those that are kept: {0}")]
    States(String),
}

fn records(count: u64) -> String {
    match count {
        1 => "1 record".to_owned(),
        count => format!("{count} records"),
    }
}

/// Looks at every record, and at whether they lead to the states that are kept.
///
/// # Errors
/// The file cannot be read at all.
pub fn verify(reader: &JournalReader) -> Result<Verified, JournalError> {
    verify_with(reader).map_err(|error| reader.unusable(&error))
}

fn verify_with(reader: &JournalReader) -> rusqlite::Result<Verified> {
    // One transaction: what is written meanwhile is not half in it.
    let transaction = reader.connection.unchecked_transaction()?;
    let mut verified = Verified {
        records: 0,
        last: None,
        flaw: None,
    };
    let mut states = States::default();
    let sql = format!("SELECT {} FROM records ORDER BY seq", row::COLUMNS);
    let mut statement = transaction.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        let (expected, previous) = match verified.last {
            Some((seq, _, hash)) => (seq + 1, hash),
            None => (1, Hash::default()),
        };
        let read = match row::read(found) {
            Ok(read) => read,
            Err(error) if error.sqlite_error_code().is_some() => return Err(error),
            Err(error) => {
                let seq = found.get(0).map(row::unsigned).unwrap_or(expected);
                let flaw = Flaw {
                    seq,
                    at_ms: found.get(1).ok(),
                    kind: FlawKind::Unreadable(error.to_string()),
                };
                verified.flaw = Some(flaw);
                return Ok(verified);
            }
        };
        let (seq, at_ms) = (read.record.seq, read.record.at_ms);
        let kind = if seq != expected {
            Some(FlawKind::Removed(seq.saturating_sub(expected)))
        } else if hash(previous, &read.record, read.states.as_deref()) != read.hash {
            Some(match place_of(&transaction, &read)? {
                Some(place) => FlawKind::Moved(place),
                None => FlawKind::Changed,
            })
        } else {
            None
        };
        if let Some(kind) = kind {
            let at_ms = Some(at_ms);
            verified.flaw = Some(Flaw { seq, at_ms, kind });
            return Ok(verified);
        }
        verified.records += 1;
        verified.last = Some((seq, at_ms, read.hash));
        if let Some(patch) = &read.states {
            // It goes with its hash: the program wrote it, and writes JSON.
            states.apply(&serde_json::from_str(patch).unwrap_or(Value::Null));
        }
    }
    verified.flaw = match states_of(&transaction) {
        Ok(kept) => difference(&states, &kept),
        Err(error) if error.sqlite_error_code().is_some() => return Err(error),
        Err(error) => Some(error.to_string()),
    }
    .map(|what| Flaw {
        seq: verified.last.map_or(0, |(seq, ..)| seq),
        at_ms: verified.last.map(|(_, at_ms, _)| at_ms),
        kind: FlawKind::States(what),
    });
    Ok(verified)
}

/// The place in which a record goes with its hash, if there is one near.
fn place_of(connection: &rusqlite::Connection, read: &Row) -> rusqlite::Result<Option<u64>> {
    let around = row::signed(AROUND as u64);
    let seq = row::signed(read.record.seq);
    let sql = "SELECT hash FROM records WHERE seq BETWEEN ? AND ?";
    let hashes: Vec<Hash> = connection
        .prepare(sql)?
        .query_map([seq - around, seq + around], |row| Ok(Hash(row.get(0)?)))?
        .collect::<Result<_, _>>()?;
    for place in (seq - around).max(1)..=(seq + around) {
        let mut moved = read.record.clone();
        moved.seq = row::unsigned(place);
        let fits = |previous: &Hash| hash(*previous, &moved, read.states.as_deref()) == read.hash;
        if hashes.iter().chain([&Hash::default()]).any(fits) {
            return Ok(Some(moved.seq));
        }
    }
    Ok(None)
}

/// The first thing in which the states differ, in words.
fn difference(led_to: &States, kept: &States) -> Option<String> {
    let keys: BTreeMap<u64, ()> = led_to
        .standing
        .keys()
        .chain(kept.standing.keys())
        .map(|key| (*key, ()))
        .collect();
    for key in keys.into_keys() {
        let (one, other) = (led_to.standing.get(&key), kept.standing.get(&key));
        if one == other {
            continue;
        }
        let (id, _) = one.or(other)?;
        let what = match (one, other) {
            (Some(_), None) => "is not kept",
            (None, Some(_)) => "is kept and does not stand",
            _ => "is kept in another state",
        };
        return Some(format!(
            "occurrence {key}, {} {}, {what}",
            id.object, id.name
        ));
    }
    let ids = led_to.laid_aside.keys().chain(kept.laid_aside.keys());
    for id in ids {
        if led_to.laid_aside.get(id) != kept.laid_aside.get(id) {
            let what = "is laid aside otherwise";
            return Some(format!("{} {} {what}", id.object, id.name));
        }
    }
    None
}
