//! A journal in memory, which answers as the one on disk does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Receiver, bounded};
use windvane::alarms::AlarmKey;
use windvane::alarms::journal::{JournalError, Query, Record};
use windvane::panels::records::{Answer, Job, Outcome, Records};
use windvane::scene::Priority;

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    /// Oldest first.
    lines: Mutex<Vec<Record>>,
    generation: AtomicU64,
    fails: bool,
    /// What was asked.
    pub asked: Mutex<Vec<Query>>,
    /// What was started.
    pub jobs: Mutex<Vec<Job>>,
}

#[derive(Debug)]
struct Ready(Option<Result<Vec<Record>, JournalError>>);

impl Answer for Ready {
    fn take(&mut self) -> Option<Result<Vec<Record>, JournalError>> {
        self.0.take()
    }
}

/// A line of the hot gearbox of T01.
pub fn line(change: &str, key: u64, at_ms: i64) -> Record {
    let is_deed = matches!(change, "acknowledged" | "commented" | "shelved");
    Record {
        seq: 0,
        at_ms,
        change: change.into(),
        object: "T01".into(),
        name: "Gearbox oil hot".into(),
        key: Some(AlarmKey(key)),
        priority: Some(Priority::High),
        value: "81 > 80 °C".to_owned(),
        by: is_deed.then(|| super::actor("bert")),
        comment: (change == "commented").then(|| "Fan replaced".into()),
        until_ms: None,
    }
}

impl MemoryJournal {
    /// One whose disk is full.
    pub fn that_fails() -> Self {
        Self {
            fails: true,
            ..Self::default()
        }
    }

    /// Writes lines at its end.
    pub fn write(&self, lines: impl IntoIterator<Item = Record>) {
        let mut kept = self.lines.lock().unwrap();
        for record in lines {
            let seq = kept.len() as u64 + 1;
            kept.push(Record { seq, ..record });
        }
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    fn answer(&self, query: &Query) -> Vec<Record> {
        let passes = |record: &&Record| {
            let text = format!("{} {} {}", record.object, record.name, record.value);
            let text = text.to_lowercase();
            let mut words = query.text.split_whitespace();
            query.from_ms.is_none_or(|from| record.at_ms >= from)
                && query.until_ms.is_none_or(|until| record.at_ms < until)
                && query.object.as_ref().is_none_or(|o| *o == record.object)
                && query.name.as_ref().is_none_or(|n| *n == record.name)
                && query.before_seq.is_none_or(|seq| record.seq < seq)
                && (query.changes.is_empty() || query.changes.contains(&record.change))
                && words.all(|word| text.contains(&word.to_lowercase()))
        };
        let lines = self.lines.lock().unwrap();
        let limit = query.limit.unwrap_or(usize::MAX);
        lines
            .iter()
            .rev()
            .filter(passes)
            .take(limit)
            .cloned()
            .collect()
    }
}

impl Records for MemoryJournal {
    fn ask(&self, query: Query) -> Box<dyn Answer> {
        let answer = if self.fails {
            Err(JournalError::Unusable {
                file: "/data/desk.db".into(),
                what: "the disk is full".to_owned(),
            })
        } else {
            Ok(self.answer(&query))
        };
        self.asked.lock().unwrap().push(query);
        Box::new(Ready(Some(answer)))
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    fn trouble(&self) -> Option<String> {
        None
    }

    fn start(&self, job: Job) -> Receiver<Outcome> {
        let (sender, receiver) = bounded(1);
        let outcome = match &job {
            Job::Verify => Ok("20 records, none of them changed.".to_owned()),
            Job::Print(_) | Job::Export(..) => Err("The disk is full.".to_owned()),
        };
        self.jobs.lock().unwrap().push(job);
        sender.send(outcome).unwrap();
        receiver
    }
}
