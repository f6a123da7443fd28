//! The occurrences of the alarm before this one: from the journal, or from what the program remembers
//! where there is none.

use std::collections::BTreeMap;

use crate::alarms::journal::{Query, Record};
use crate::alarms::{Alarm, AlarmId, AlarmKey, Comment};
use crate::panels::frame::Farm;
use crate::panels::records::Asking;

pub(super) const DAY_MS: i64 = 86_400_000;
const WEEK_MS: i64 = 7 * DAY_MS;
/// Lines of the journal that are read at most.
const MOST_LINES: usize = 2_000;
/// The journal is asked anew at most so often, milliseconds.
const ASKED_EVERY_MS: i64 = 2_000;

/// What was read of the journal.
#[derive(Debug, Default)]
pub(super) struct PastState {
    asking: Asking,
    /// Up to where it was written when it was last asked, and when that was.
    asked: Option<(u64, i64)>,
    told: Option<Result<Past, String>>,
}

/// What is known of an alarm's past.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Past {
    /// Newest first.
    pub occurrences: Vec<Occurrence>,
    /// What was written about it, oldest first.
    pub comments: Vec<Comment>,
    /// It goes back further than was read.
    pub is_cut: bool,
}

/// One time that the alarm stood.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Occurrence {
    pub key: AlarmKey,
    /// When it was raised; `None` where that is longer ago than was read.
    pub raised_ms: Option<i64>,
    pub cleared_ms: Option<i64>,
    /// When, and by whom.
    pub acknowledged: Option<(i64, String)>,
    /// It ended otherwise than by clearing.
    pub is_withdrawn: bool,
}

impl Past {
    /// How often it was raised since a time.
    pub fn raised_since(&self, from_ms: i64) -> usize {
        let raised = self.occurrences.iter().filter_map(|o| o.raised_ms);
        raised.filter(|at| *at >= from_ms).count()
    }
}

/// Where what is told comes from.
pub(super) enum Told<'a> {
    /// The journal.
    Journal(&'a Past),
    /// What the program remembers: there is no journal, or (with the reason) it cannot be read.
    Memory(Past, Option<&'a str>),
    /// The journal has not answered yet.
    Awaited,
}

impl PastState {
    /// Asks the journal when something may have changed, and takes what it answered.
    pub fn follow(&mut self, farm: &Farm, id: &AlarmId, now_ms: i64) {
        let Some(journal) = farm.desk.journal else {
            *self = Self::default();
            return;
        };
        match self.asking.take() {
            Some(Ok(records)) => self.told = Some(Ok(fold(&records))),
            Some(Err(error)) => self.told = Some(Err(error.to_string())),
            None => {}
        }
        let written = journal.generation();
        let is_due = self.asked.is_none_or(|(up_to, at_ms)| {
            let has_failed = matches!(self.told, Some(Err(_)));
            let is_other = written != up_to || has_failed;
            is_other && !(0..ASKED_EVERY_MS).contains(&(now_ms - at_ms))
        });
        if is_due && !self.asking.is_pending() {
            self.asked = Some((written, now_ms));
            let changes = [
                "raised",
                "cleared",
                "acknowledged",
                "withdrawn",
                "commented",
            ];
            let query = Query {
                from_ms: Some(now_ms - WEEK_MS),
                object: Some(id.object.clone()),
                name: Some(id.name.clone()),
                changes: changes.map(Into::into).to_vec(),
                limit: Some(MOST_LINES),
                ..Query::default()
            };
            self.asking.ask(journal, query);
        }
    }

    /// Whether an answer is awaited.
    pub fn is_pending(&self) -> bool {
        self.asking.is_pending()
    }

    pub fn told(&self, farm: &Farm, id: &AlarmId) -> Told<'_> {
        match &self.told {
            Some(Ok(past)) => Told::Journal(past),
            Some(Err(error)) => Told::Memory(remembered(farm, id), Some(error)),
            None if farm.desk.journal.is_some() => Told::Awaited,
            None => Told::Memory(remembered(farm, id), None),
        }
    }
}

/// Occurrences from lines of the journal, the newest first as they come.
fn fold(records: &[Record]) -> Past {
    let mut by_key: BTreeMap<AlarmKey, Occurrence> = BTreeMap::new();
    let mut comments = Vec::new();
    for record in records.iter().rev() {
        if let ("commented", Some(by), Some(text)) = (&*record.change, &record.by, &record.comment)
        {
            comments.push(Comment {
                text: text.clone(),
                at_ms: record.at_ms,
                by: by.clone(),
            });
        }
        let Some(key) = record.key.filter(|_| &*record.change != "commented") else {
            continue;
        };
        let occurrence = by_key.entry(key).or_insert(Occurrence {
            key,
            raised_ms: None,
            cleared_ms: None,
            acknowledged: None,
            is_withdrawn: false,
        });
        match &*record.change {
            "raised" => occurrence.raised_ms = Some(record.at_ms),
            "cleared" => occurrence.cleared_ms = Some(record.at_ms),
            "acknowledged" => {
                let by = record.by.as_ref().map_or("", |by| &*by.user);
                occurrence.acknowledged = Some((record.at_ms, by.to_owned()));
            }
            _ => {
                occurrence.is_withdrawn = true;
                occurrence.cleared_ms.get_or_insert(record.at_ms);
            }
        }
    }
    Past {
        occurrences: by_key.into_values().rev().collect(),
        comments,
        is_cut: records.len() >= MOST_LINES,
    }
}

/// What the program remembers since its start.
fn remembered(farm: &Farm, id: &AlarmId) -> Past {
    let aside = farm.desk.alarms.map_or(&[][..], |a| a.set_aside());
    let all = farm.past.iter().chain(farm.standing).chain(aside);
    let of_this = all.filter(|a| a.turbine_id == id.object && a.name == id.name);
    let mut of_this: Vec<&Alarm> = of_this.collect();
    of_this.sort_by_key(|a| std::cmp::Reverse(a.key));
    let occurrence = |alarm: &&Alarm| Occurrence {
        key: alarm.key,
        raised_ms: Some(alarm.raised_ms),
        cleared_ms: alarm.cleared_ms,
        acknowledged: alarm
            .acknowledged
            .as_ref()
            .map(|(at, by)| (*at, by.user.to_string())),
        is_withdrawn: alarm.is_withdrawn,
    };
    let comments = of_this.iter().rev().flat_map(|a| a.comments.clone());
    Past {
        occurrences: of_this.iter().map(occurrence).collect(),
        comments: comments.collect(),
        is_cut: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;
    use crate::alarms::Actor;

    fn record(seq: u64, change: &str, key: u64, at_ms: i64) -> Record {
        let by = Actor {
            user: "anna".into(),
            station: "desk 1".into(),
            role: Role::Operator,
        };
        Record {
            seq,
            at_ms,
            change: change.into(),
            object: "T37".into(),
            name: "Gearbox oil hot".into(),
            key: Some(AlarmKey(key)),
            priority: None,
            value: String::new(),
            by: (change == "acknowledged" || change == "commented").then_some(by),
            comment: (change == "commented").then(|| "seen".into()),
            until_ms: None,
        }
    }

    #[test]
    fn lines_of_the_journal_become_occurrences() {
        let records = [
            record(6, "raised", 9, 900),
            record(5, "commented", 4, 450),
            record(4, "cleared", 4, 400),
            record(3, "acknowledged", 4, 300),
            record(2, "raised", 4, 200),
            record(1, "cleared", 2, 100),
        ];
        let past = fold(&records);
        let [now, before, oldest] = past.occurrences.as_slice() else {
            panic!("{past:?}")
        };
        assert_eq!((now.raised_ms, now.cleared_ms), (Some(900), None));
        assert_eq!(
            (before.raised_ms, before.cleared_ms),
            (Some(200), Some(400))
        );
        assert_eq!(before.acknowledged, Some((300, "anna".to_owned())));
        assert_eq!(oldest.raised_ms, None, "raised before what was read");
        assert_eq!(past.raised_since(200), 2);
        assert_eq!(past.comments.len(), 1);
    }
}
