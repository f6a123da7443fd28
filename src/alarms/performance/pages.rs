//! Reads a journal a piece at a time, so that a long one is never in memory as a whole.

use std::sync::Arc;

use bevy::prelude::Resource;

use super::figures::{Figures, Periods, Run};
use super::known::KnownAlarms;
use super::span::{Period, Span};
use crate::alarms::journal::{JournalError, Query, Record};

/// What happened so long before a span is read too: it tells what stood at its start. Milliseconds.
const BEFORE_MS: i64 = 31 * 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// So many records at once are enough.
const ENOUGH: usize = 50_000;
const LONGEST_PIECE_MS: i64 = 7 * 24 * HOUR_MS;
const SHORTEST_PIECE_MS: i64 = HOUR_MS / 60;

/// Whatever gives records: the journal, or what stands in for it.
pub trait Records {
    /// The records that are asked for, in any order.
    ///
    /// # Errors
    /// Why they cannot be read.
    fn records(&self, query: &Query) -> Result<Vec<Record>, JournalError>;
}

/// Records that any thread may read: the journal of the open scene. The panels read it where there is one.
#[derive(Resource, Clone)]
pub struct SharedRecords(pub Arc<dyn Records + Send + Sync>);

impl std::fmt::Debug for SharedRecords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedRecords").finish_non_exhaustive()
    }
}

impl Records for [Record] {
    fn records(&self, query: &Query) -> Result<Vec<Record>, JournalError> {
        let from_ms = query.from_ms.unwrap_or(i64::MIN);
        let until_ms = query.until_ms.unwrap_or(i64::MAX);
        let is_asked = |r: &&Record| (from_ms..until_ms).contains(&r.at_ms);
        Ok(self.iter().filter(is_asked).cloned().collect())
    }
}

impl Records for Vec<Record> {
    fn records(&self, query: &Query) -> Result<Vec<Record>, JournalError> {
        self.as_slice().records(query)
    }
}

/// Works out the figures of a span out of a journal: see [`super::figures`].
///
/// # Errors
/// Why the journal cannot be read.
pub fn figures_of(
    journal: &(impl Records + ?Sized),
    span: Span,
    positions: u32,
    known: &KnownAlarms,
    divided: Option<&Periods>,
) -> Result<(Figures, Vec<(Period, Figures)>), JournalError> {
    let mut run = Run::new(span, positions, divided);
    let mut from_ms = span.from_ms.saturating_sub(BEFORE_MS);
    let mut piece_ms = 24 * HOUR_MS;
    while from_ms < span.until_ms {
        let until_ms = from_ms.saturating_add(piece_ms).min(span.until_ms);
        let query = Query {
            from_ms: Some(from_ms),
            until_ms: Some(until_ms),
            ..Query::default()
        };
        let mut records = journal.records(&query)?;
        records.sort_unstable_by_key(|r| (r.seq, r.at_ms));
        for record in &records {
            run.push(record, known);
        }
        // Quiet weeks are read at once, storms in small pieces.
        if records.len() > ENOUGH {
            piece_ms = (piece_ms / 4).max(SHORTEST_PIECE_MS);
        } else if records.len() < ENOUGH / 8 {
            piece_ms = (piece_ms * 2).min(LONGEST_PIECE_MS);
        }
        from_ms = until_ms;
    }
    Ok(run.finish(known))
}

#[cfg(test)]
mod tests {
    use super::super::figures;
    use super::*;

    fn record(seq: u64, at_ms: i64, change: &str) -> Record {
        Record {
            seq,
            at_ms,
            change: change.into(),
            object: format!("T{}", seq % 7).into(),
            name: "Hot".into(),
            key: None,
            priority: None,
            value: String::new(),
            by: None,
            comment: None,
            until_ms: None,
        }
    }

    #[test]
    fn read_in_pieces_it_is_the_same() {
        let change = |n: u64| if n % 14 < 7 { "raised" } else { "cleared" };
        let records: Vec<Record> = (1..2_000_u64)
            .map(|n| record(n, n as i64 * 1_000_000, change(n)))
            .collect();
        let span = Span {
            from_ms: 500_000_000,
            until_ms: 1_700_000_000,
        };
        let known = KnownAlarms::default();
        let at_once = figures(&records, span, 1, &known, None);
        let in_pieces = figures_of(&records, span, 1, &known, None).expect("it is in memory");
        assert_eq!(at_once, in_pieces);
        assert!(at_once.0.rates.alarms > 100);
    }
}
