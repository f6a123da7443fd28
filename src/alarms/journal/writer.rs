//! Appends to a journal's file.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde_json::Value;

use super::super::{AlarmId, AlarmKey};
use super::batch::{Batch, of_event, of_note};
use super::chain::{Hash, Row, hash};
use super::fault::Fault;
use super::row::{self, signed, unsigned};
use super::schema::{self, Kind};
use super::states::{Patch, State, States, key_of, of_alarm, of_laid_aside};
use super::{Note, Record};

/// The records at the end of the file that are looked at when it is opened.
const LOOKED_AT: i64 = 200;
/// Files up to this are looked through when they are opened: it takes well under a second.
const LOOKED_THROUGH_BYTES: u64 = 64 << 20;

/// A journal that is open to be written: by one program and one thread at a time.
#[derive(Debug)]
pub(super) struct Writer {
    connection: Connection,
    states: States,
    last_seq: u64,
    last_hash: Hash,
    last_key: u64,
    waiting: Waiting,
}

/// What is to be written with the next commit.
#[derive(Debug, Default)]
struct Waiting {
    rows: Vec<Row>,
    /// Occurrences whose state changes with them.
    standing: BTreeSet<u64>,
    /// Alarms of which what is laid aside changes with them.
    laid_aside: BTreeSet<AlarmId>,
}

impl Writer {
    /// Opens a journal, or begins one where there is none.
    pub fn open(file: &Path) -> Result<Self, Fault> {
        let length = std::fs::metadata(file).map_or(0, |about| about.len());
        let mut connection = schema::connect(file).map_err(|e| Fault::of(&e))?;
        let kind = schema::kind(&connection).map_err(|e| Fault::of(&e))?;
        match kind {
            Kind::Empty | Kind::Journal => {}
            Kind::Newer(version) => {
                return Err(Fault::unfit(format!(
                    "it was written by a later Windvane (version {version} of the format, this one \
                     knows {}); use that one, or give another file by --journal",
                    schema::VERSION
                )));
            }
            Kind::Foreign => {
                return Err(Fault::unfit(
                    "it is a database of another program; give another file by --journal",
                ));
            }
        }
        let opened = || {
            schema::set_up(&connection)?;
            if kind == Kind::Empty {
                schema::create(&mut connection)?;
            } else if length <= LOOKED_THROUGH_BYTES {
                look_through(&connection)?;
            }
            Self::read(connection)
        };
        opened().map_err(|e| Fault::of(&e))
    }

    fn read(connection: Connection) -> rusqlite::Result<Self> {
        let sql = format!(
            "SELECT {} FROM records ORDER BY seq DESC LIMIT {LOOKED_AT}",
            row::COLUMNS
        );
        let end: Vec<Row> = connection
            .prepare(&sql)?
            .query_map([], row::read)?
            .collect::<Result<_, _>>()?;
        let last = end.first();
        let last_key: Option<i64> = connection
            .query_row("SELECT value FROM about WHERE name = 'last_key'", [], |r| {
                r.get(0)
            })
            .optional()?;
        Ok(Self {
            states: states_of(&connection)?,
            last_seq: last.map_or(0, |row| row.record.seq),
            last_hash: last.map(|row| row.hash).unwrap_or_default(),
            last_key: last_key.map_or(0, unsigned),
            waiting: Waiting::default(),
            connection,
        })
    }

    /// What stands with the last record.
    pub fn states(&self) -> &States {
        &self.states
    }

    /// The last key that was given to an occurrence.
    pub fn last_key(&self) -> u64 {
        self.last_key
    }

    /// Keys go on after this one at least.
    pub fn skip_keys(&mut self, last_key: u64) {
        self.last_key = self.last_key.max(last_key);
    }

    /// Whether nothing was ever written.
    pub fn is_new(&self) -> bool {
        self.last_seq == 0
    }

    /// Takes in what is to be written with the next [`Self::commit`].
    pub fn take(&mut self, batch: &Batch) {
        let told = batch.events.iter().filter_map(|event| event.alarm.as_ref());
        let keys = told.chain(&batch.after.standing).map(key_of);
        self.last_key = keys.max().unwrap_or_default().max(self.last_key);
        let mut after: BTreeMap<&AlarmId, Vec<(u64, State)>> = BTreeMap::new();
        let ids: Vec<AlarmId> = batch.after.standing.iter().map(|a| a.id()).collect();
        for (alarm, id) in batch.after.standing.iter().zip(&ids) {
            let state = (key_of(alarm), of_alarm(alarm));
            after.entry(id).or_default().push(state);
        }
        let laid: BTreeMap<&AlarmId, State> = batch
            .after
            .laid_aside
            .iter()
            .map(|(id, laid)| (id, of_laid_aside(laid)))
            .collect();
        // The last event about an alarm carries where the frame left it.
        let mut left: HashSet<&AlarmId> = HashSet::new();
        let last_of: Vec<bool> = batch
            .events
            .iter()
            .rev()
            .map(|event| left.insert(&event.id))
            .collect();
        for (event, is_last) in batch.events.iter().zip(last_of.into_iter().rev()) {
            let mut patch = Patch::default();
            if let Some(alarm) = event
                .alarm
                .as_ref()
                .filter(|a| a.key != AlarmKey::default())
            {
                self.follow(&mut patch, key_of(alarm), &event.id, Some(of_alarm(alarm)));
            }
            if is_last {
                let standing = after.remove(&event.id).unwrap_or_default();
                self.leave(&mut patch, &event.id, standing, laid.get(&event.id));
            }
            self.append(of_event(event), patch);
        }
        for (at, note) in batch.notes.iter().enumerate() {
            let mut patch = Patch::default();
            if at == 0 && batch.after.is_all {
                self.leave_all(&mut patch, &left, &mut after, &laid);
            }
            self.append(of_note(note), patch);
        }
    }

    /// Brings every alarm to where it stands, but those that were left there with their events.
    fn leave_all(
        &mut self,
        patch: &mut Patch,
        left: &HashSet<&AlarmId>,
        after: &mut BTreeMap<&AlarmId, Vec<(u64, State)>>,
        laid: &BTreeMap<&AlarmId, State>,
    ) {
        let known = self.states.ids().cloned();
        let all: BTreeSet<AlarmId> = known
            .chain(after.keys().copied().cloned())
            .chain(laid.keys().copied().cloned())
            .collect();
        for id in all.iter().filter(|id| !left.contains(id)) {
            let standing = after.remove(id).unwrap_or_default();
            self.leave(patch, id, standing, laid.get(id));
        }
    }

    /// Brings an alarm to where the frame left it: what stands, what does not any more, what is laid
    /// aside.
    fn leave(
        &mut self,
        patch: &mut Patch,
        id: &AlarmId,
        standing: Vec<(u64, State)>,
        laid_aside: Option<&State>,
    ) {
        for key in self.states.keys_of(id) {
            if standing.iter().all(|(other, _)| *other != key) {
                self.follow(patch, key, id, None);
            }
        }
        for (key, state) in standing {
            self.follow(patch, key, id, Some(state));
        }
        let laid_aside = laid_aside.filter(|laid| !laid.is_empty());
        if patch.laid_aside(&mut self.states, id, laid_aside.cloned()) {
            self.waiting.laid_aside.insert(id.clone());
        }
    }

    fn follow(&mut self, patch: &mut Patch, key: u64, id: &AlarmId, state: Option<State>) {
        if patch.occurrence(&mut self.states, key, id, state) {
            self.waiting.standing.insert(key);
        }
    }

    fn append(&mut self, record: Record, patch: Patch) {
        self.last_seq += 1;
        let record = Record {
            seq: self.last_seq,
            ..record
        };
        let states = patch.text(&self.states);
        let hash = hash(self.last_hash, &record, states.as_deref());
        self.last_hash = hash;
        self.waiting.rows.push(Row {
            record,
            states,
            hash,
        });
    }

    /// Takes in a note that says nothing of the states.
    pub fn take_note(&mut self, note: &Note) {
        self.append(of_note(note), Patch::default());
    }

    /// Writes what was taken in, all or nothing; it is on the disk when this returns. What could not be
    /// written waits for the next commit.
    pub fn commit(&mut self) -> rusqlite::Result<()> {
        if self.waiting.rows.is_empty() {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for row in &self.waiting.rows {
            row::insert(&transaction, row)?;
        }
        for key in &self.waiting.standing {
            match self.states.standing.get(key) {
                Some((id, state)) => {
                    let sql = "INSERT OR REPLACE INTO standing VALUES (?,?,?,?)";
                    let state = Value::Object(state.clone()).to_string();
                    let mut statement = transaction.prepare_cached(sql)?;
                    statement.execute(params![signed(*key), id.object, id.name, state])?;
                }
                None => {
                    let sql = "DELETE FROM standing WHERE key = ?";
                    transaction.prepare_cached(sql)?.execute([signed(*key)])?;
                }
            }
        }
        for id in &self.waiting.laid_aside {
            let sql = "DELETE FROM laid_aside WHERE object = ? AND name = ?";
            let mut statement = transaction.prepare_cached(sql)?;
            statement.execute(params![id.object, id.name])?;
            if let Some(state) = self.states.laid_aside.get(id) {
                let sql = "INSERT INTO laid_aside VALUES (?,?,?)";
                let state = Value::Object(state.clone()).to_string();
                let mut statement = transaction.prepare_cached(sql)?;
                statement.execute(params![id.object, id.name, state])?;
            }
        }
        let sql = "INSERT OR REPLACE INTO about VALUES ('last_key', ?)";
        let mut statement = transaction.prepare_cached(sql)?;
        statement.execute([signed(self.last_key)])?;
        drop(statement);
        transaction.commit()?;
        self.waiting = Waiting::default();
        Ok(())
    }

    /// Closes the file in good order: nothing of it is left beside it.
    pub fn close(self) {
        // What it would say is for the planner's good only.
        drop(self.connection.execute_batch("PRAGMA optimize"));
        drop(self.connection);
    }

    #[cfg(test)]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// What the tables say of the states.
pub(super) fn states_of(connection: &Connection) -> rusqlite::Result<States> {
    let mut states = States::default();
    let id = |row: &rusqlite::Row<'_>, at| -> rusqlite::Result<AlarmId> {
        Ok(AlarmId {
            object: row.get(at)?,
            name: row.get(at + 1)?,
        })
    };
    let state = |row: &rusqlite::Row<'_>, at| -> rusqlite::Result<State> {
        let text: String = row.get(at)?;
        serde_json::from_str(&text).map_err(|error| {
            let text = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(at, text, Box::new(error))
        })
    };
    let mut statement = connection.prepare("SELECT key, object, name, state FROM standing")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let key = unsigned(row.get(0)?);
        states.set_standing(key, &id(row, 1)?, Some(state(row, 3)?));
    }
    let mut statement = connection.prepare("SELECT object, name, state FROM laid_aside")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        states.set_laid_aside(&id(row, 0)?, Some(state(row, 2)?));
    }
    Ok(states)
}

/// Finds pages that do not fit together.
fn look_through(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(corrupt, Some(found)))
}

/// Moves a damaged journal and what belongs to it aside; gives its new name.
pub(super) fn set_aside(file: &Path, now_ms: i64) -> std::io::Result<PathBuf> {
    let time = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let aside = with(
        file,
        &format!(".corrupt-{}", time.strftime("%Y%m%dT%H%M%S%3fZ")),
    );
    std::fs::rename(file, &aside)?;
    for part in ["-wal", "-shm"] {
        let from = with(file, part);
        if from.exists() {
            std::fs::rename(from, with(&aside, part))?;
        }
    }
    Ok(aside)
}

/// A file's path with more at its end.
pub(super) fn with(file: &Path, end: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(end);
    path.into()
}
