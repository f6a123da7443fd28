//! Joining: what two stations know together. Commutative, associative and idempotent, so neither the
//! order of messages nor repeating or losing some makes stations differ for good.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::document::{By, Mark, Remark, Shared, SharedService, SharedShelf, Stand, State};
use super::limits::MOST_COMMENTS;

impl Shared {
    /// Takes over what the other knows. True if that was anything new.
    pub fn join(&mut self, other: &Self) -> bool {
        let news = [
            join_all(&mut self.stations, &other.stations),
            join_all(&mut self.acknowledged, &other.acknowledged),
            join_all(&mut self.reset, &other.reset),
            join_one(&mut self.shelf, other.shelf.as_ref()),
            join_one(&mut self.out_of_service, other.out_of_service.as_ref()),
            self.join_comments(&other.comments),
        ];
        news.contains(&true)
    }

    /// Whether this says anything that the other does not.
    pub fn says_more_than(&self, other: &Self) -> bool {
        self != other && other.clone().join(self)
    }

    fn join_comments(&mut self, others: &[Remark]) -> bool {
        let before = self.comments.len();
        let mut has_new = false;
        for remark in others {
            if !self.comments.contains(remark) {
                self.comments.push(remark.clone());
                has_new = true;
            }
        }
        if !has_new {
            return false;
        }
        let was = self.comments.get(..before).unwrap_or_default().to_vec();
        self.comments.sort();
        let surplus = self.comments.len().saturating_sub(MOST_COMMENTS);
        self.comments.drain(..surplus);
        self.comments != was
    }

    /// The next counter of this document.
    fn next_counter(&self) -> u64 {
        let shelf = self.shelf.as_ref().map(|s| s.counter);
        let service = self.out_of_service.as_ref().map(|s| s.counter);
        let comments = self.comments.iter().map(|c| c.counter);
        let last = comments.chain(shelf).chain(service).max();
        last.unwrap_or(0).saturating_add(1)
    }

    /// How often this station announced the alarm, as far as anybody knows.
    pub fn announced(&self, station: &str) -> u64 {
        let stand = self.stations.get(station).map_or(0, |s| s.n);
        stand
            .max(n_of(&self.acknowledged, station))
            .max(n_of(&self.reset, station))
    }

    /// Whether all that this station announced is acknowledged.
    pub fn is_acknowledged(&self, station: &str) -> bool {
        covers(self.acknowledged.get(station), self.stations.get(station))
    }

    /// Whether all that this station announced is reset.
    pub fn is_reset(&self, station: &str) -> bool {
        covers(self.reset.get(station), self.stations.get(station))
    }

    /// Whether something was done to another announcement of this station than the present one, as if
    /// it were this one or a later one.
    pub fn is_mistaken(&self, station: &str) -> bool {
        let Some(stand) = self.stations.get(station) else {
            return false;
        };
        let marks = [self.acknowledged.get(station), self.reset.get(station)];
        let of_another = |mark: &Mark| mark.n >= stand.n && mark.since_ms != stand.since_ms;
        marks.into_iter().flatten().any(of_another)
    }

    /// Whether a station says that it still waits for an operator there, acknowledged elsewhere or not.
    pub fn waits_somewhere(&self) -> bool {
        self.stations
            .values()
            .any(|stand| stand.state.is_unacknowledged())
    }

    /// Whether anything of it still waits for an operator.
    pub fn is_unacknowledged(&self) -> bool {
        self.stations.iter().any(|(station, stand)| {
            stand.state.is_unacknowledged() && !self.is_acknowledged(station)
        })
    }

    /// Acknowledges all that is known here, and nothing else.
    pub fn acknowledge(&mut self, by: &By, at_ms: i64, comment: Option<&Arc<str>>) {
        for (station, stand) in &self.stations {
            mark(&mut self.acknowledged, station, stand, (by, at_ms, comment));
        }
    }

    /// Acknowledges what this station announced.
    pub fn acknowledge_of(
        &mut self,
        station: &Arc<str>,
        by: &By,
        at_ms: i64,
        comment: Option<&Arc<str>>,
    ) {
        if let Some(stand) = self.stations.get(station) {
            mark(&mut self.acknowledged, station, stand, (by, at_ms, comment));
        }
    }

    /// Resets all that is known here to have cleared. What is active somewhere is not let go there.
    pub fn reset(&mut self, by: &By, at_ms: i64) {
        for (station, stand) in &self.stations {
            if !stand.state.is_active() {
                mark(&mut self.reset, station, stand, (by, at_ms, None));
            }
        }
    }

    /// Lays the alarm aside, or takes it back.
    pub fn lay_aside(&mut self, shelf: SharedShelf) {
        let counter = self.next_counter();
        self.shelf = Some(SharedShelf { counter, ..shelf });
    }

    /// The shelf that is known has ended by its time, or because the alarm cleared.
    pub fn end_shelf(&mut self) {
        if let Some(shelf) = &mut self.shelf {
            shelf.is_over = true;
        }
    }

    /// Takes the alarm out of service, or returns it.
    pub fn serve(&mut self, service: SharedService) {
        let counter = self.next_counter();
        self.out_of_service = Some(SharedService { counter, ..service });
    }

    /// Adds a comment.
    pub fn remark(&mut self, by: By, at_ms: i64, text: Arc<str>) {
        let counter = self.next_counter();
        let remark = Remark {
            counter,
            by,
            at_ms,
            text,
        };
        self.join_comments(&[remark]);
    }

    /// What the station sees of the alarm has changed; `is_new` if it announces it once more.
    pub fn stand(&mut self, station: &Arc<str>, seen: Stand, is_new: bool) {
        let before = self.stations.get(station);
        let (n, v) = match (before, is_new) {
            (None, _) => (self.announced(station) + 1, 0),
            (Some(_), true) => (self.announced(station) + 1, 0),
            (Some(before), false) => {
                let as_before = Stand {
                    n: before.n,
                    v: before.v,
                    ..seen.clone()
                };
                if *before == as_before {
                    return;
                }
                (before.n, before.v + 1)
            }
        };
        self.stations
            .insert(Arc::clone(station), Stand { n, v, ..seen });
    }

    /// The shelf, while it lasts.
    pub fn shelved(&self) -> Option<&SharedShelf> {
        self.shelf.as_ref().filter(|shelf| !shelf.is_over)
    }

    /// Who took it out of service, while it is.
    pub fn out_of_service(&self) -> Option<&SharedService> {
        self.out_of_service
            .as_ref()
            .filter(|service| !service.is_over)
    }

    /// The state over these stations: the one that asks for most.
    pub fn state(&self, counts: impl Fn(&str) -> bool) -> State {
        let counted = self.stations.iter().filter(|(station, _)| counts(station));
        let (mut is_active, mut is_latched, mut is_unacknowledged) = (false, false, false);
        for (station, stand) in counted {
            is_active |= stand.state.is_active();
            is_latched |= stand.state.is_latched();
            is_unacknowledged |= stand.state.is_unacknowledged() && !self.is_acknowledged(station);
        }
        State::of(is_active, is_latched, is_unacknowledged)
    }
}

fn n_of(marks: &BTreeMap<Arc<str>, Mark>, station: &str) -> u64 {
    marks.get(station).map_or(0, |mark| mark.n)
}

fn covers(mark: Option<&Mark>, stand: Option<&Stand>) -> bool {
    let Some(stand) = stand else { return true };
    mark.is_some_and(|mark| {
        mark.n > stand.n || (mark.n == stand.n && mark.since_ms == stand.since_ms)
    })
}

fn mark(
    marks: &mut BTreeMap<Arc<str>, Mark>,
    station: &Arc<str>,
    stand: &Stand,
    (by, at_ms, comment): (&By, i64, Option<&Arc<str>>),
) {
    let before = marks.get(station);
    let is_done = covers(before, Some(stand));
    // The station did not follow whoever did it before: he may lack the role there.
    let is_refused = stand.state.is_unacknowledged() && before.is_some_and(|mark| mark.by != *by);
    if !is_done || is_refused {
        let later_ms = before
            .filter(|_| is_done)
            .map(|mark| mark.at_ms.saturating_add(1));
        let mark = Mark {
            n: stand.n,
            since_ms: stand.since_ms,
            at_ms: later_ms.map_or(at_ms, |later| later.max(at_ms)),
            by: by.clone(),
            comment: comment.cloned(),
        };
        marks.insert(Arc::clone(station), mark);
    }
}

/// The larger of two wins, by station.
fn join_all<T: Ord + Clone>(
    own: &mut BTreeMap<Arc<str>, T>,
    others: &BTreeMap<Arc<str>, T>,
) -> bool {
    let mut has_new = false;
    for (station, theirs) in others {
        match own.entry(Arc::clone(station)) {
            Entry::Vacant(free) => {
                free.insert(theirs.clone());
                has_new = true;
            }
            Entry::Occupied(mut held) if held.get() < theirs => {
                held.insert(theirs.clone());
                has_new = true;
            }
            Entry::Occupied(_) => {}
        }
    }
    has_new
}

fn join_one<T: Ord + Clone>(own: &mut Option<T>, theirs: Option<&T>) -> bool {
    let is_new = theirs.is_some_and(|theirs| own.as_ref().is_none_or(|own| own < theirs));
    if is_new {
        *own = theirs.cloned();
    }
    is_new
}
