//! Follows the state of every alarm over the records of the journal, and tells what happened.

use std::collections::HashMap;
use std::sync::Arc;

use super::span::Span;
use crate::alarms::journal::Record;
use crate::alarms::{AlarmId, SetAside};
use crate::scene::Priority;

/// The program began to watch: written at its start, with the station as the object.
pub(super) const STARTED: &str = "started";
/// The program ended in order.
pub(super) const STOPPED: &str = "stopped";

/// What happened to an alarm. Times are milliseconds since 1970 UTC; an alarm is an index into
/// [`Follower::id`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Happening {
    /// It was announced to the operator: it counts as load.
    Announced {
        /// Which.
        alarm: usize,
        /// When.
        at_ms: i64,
        /// How urgent it is.
        priority: Priority,
        /// A new occurrence, and not an old one anew: so long after the one before cleared.
        is_new: bool,
        /// How long before the one before cleared, milliseconds.
        since_cleared_ms: Option<i64>,
    },
    /// Someone acknowledged it.
    Acknowledged {
        /// Which.
        alarm: usize,
        /// When.
        at_ms: i64,
        /// How urgent it is.
        priority: Priority,
        /// How long after it was announced, milliseconds; `None` where that is not known.
        waited_ms: Option<i64>,
    },
    /// It came back before anyone had acknowledged it.
    Missed {
        /// Which.
        alarm: usize,
        /// When.
        at_ms: i64,
    },
    /// Its condition has gone.
    Cleared {
        /// Which.
        alarm: usize,
        /// When.
        at_ms: i64,
        /// When it was raised; `None` where the journal does not tell.
        raised_ms: Option<i64>,
        /// It was announced, and not set aside.
        was_announced: bool,
    },
    /// It stood before the operator, active, without a break.
    Stood {
        /// Which.
        alarm: usize,
        /// Since when it was active; `None` where the journal does not tell.
        raised_ms: Option<i64>,
        /// Since when it was shown; since the journal begins where that does not tell.
        from_ms: i64,
        /// Until when.
        until_ms: i64,
    },
    /// It began to stand before the operator.
    Stands {
        /// When.
        at_ms: i64,
    },
    /// It was set aside, until now.
    WasAside {
        /// Which.
        alarm: usize,
        /// How.
        how: SetAside,
        /// Since when.
        from_ms: i64,
        /// Until when.
        until_ms: i64,
    },
    /// Nothing was watched.
    Off(Span),
}

/// What is known of an alarm at a moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Followed {
    pub occurrence: Option<Occurrence>,
    /// Since when it is out of service, suppressed, shelved.
    pub aside: [Option<i64>; 3],
    /// Something was known of it before.
    pub is_known: bool,
    /// When it last cleared, if it had been announced.
    pub cleared_ms: Option<i64>,
    /// Indexes of the turbine and of the name.
    pub object: usize,
    pub name: usize,
}

/// An occurrence that stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occurrence {
    pub priority: Priority,
    pub raised_ms: Option<i64>,
    pub is_active: bool,
    pub is_acknowledged: bool,
    /// When it was last announced.
    pub announced_ms: Option<i64>,
    /// Since when it is shown, while it is active.
    pub shown_ms: Option<i64>,
}

pub(super) const ASIDE: [SetAside; 3] = [
    SetAside::OutOfService,
    SetAside::Suppressed,
    SetAside::Shelved,
];

impl Followed {
    pub fn is_aside(&self) -> bool {
        self.aside.iter().any(Option::is_some)
    }

    fn aside_mut(&mut self, how: SetAside) -> &mut Option<i64> {
        let [out, suppressed, shelved] = &mut self.aside;
        match how {
            SetAside::OutOfService => out,
            SetAside::Suppressed => suppressed,
            SetAside::Shelved => shelved,
        }
    }
}

/// Follows the state of every alarm.
#[derive(Debug, Clone, Default)]
pub struct Follower {
    index: HashMap<AlarmId, usize>,
    ids: Vec<AlarmId>,
    alarms: Vec<Followed>,
    objects: HashMap<Arc<str>, usize>,
    names: HashMap<Arc<str>, usize>,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
    stopped_ms: Option<i64>,
}

impl Follower {
    /// Which alarm an index stands for.
    pub fn id(&self, alarm: usize) -> Option<&AlarmId> {
        self.ids.get(alarm)
    }

    /// When the first record was written, milliseconds since 1970 UTC.
    pub fn first_ms(&self) -> Option<i64> {
        self.first_ms
    }

    /// When the program ended, while it has not begun again.
    pub(super) fn stopped_ms(&self) -> Option<i64> {
        self.stopped_ms
    }

    /// When nothing was watched before this record, if it tells of a start.
    pub(super) fn off_before(&self, record: &Record) -> Option<Span> {
        let is_start = &*record.change == STARTED;
        let off = off_until(self.stopped_ms, self.last_ms, record.at_ms);
        off.filter(|_| is_start)
    }

    pub(super) fn alarms(&self) -> impl Iterator<Item = (usize, &Followed)> {
        self.alarms.iter().enumerate()
    }

    pub(super) fn get(&self, alarm: usize) -> Option<&Followed> {
        self.alarms.get(alarm)
    }

    /// The names of alarms, by index.
    pub(super) fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_unstable_by_key(|(_, index)| **index);
        names
            .into_iter()
            .map(|(name, _)| Arc::clone(name))
            .collect()
    }

    /// How many alarms stand before the operator.
    pub fn standing(&self) -> usize {
        let is_shown = |f: &&Followed| f.occurrence.is_some_and(|o| o.shown_ms.is_some());
        self.alarms.iter().filter(is_shown).count()
    }

    /// Takes a record, of a time that is not before that of the record before unless the clock was set
    /// back, and tells what happened.
    pub fn push(&mut self, record: &Record, mut tell: impl FnMut(&Self, Happening)) {
        let at_ms = record.at_ms;
        let before_ms = self.last_ms.replace(at_ms);
        self.first_ms.get_or_insert(at_ms);
        match &*record.change {
            STARTED => {
                let off = off_until(self.stopped_ms.take(), before_ms, at_ms);
                if let Some(off) = off {
                    tell(self, Happening::Off(off));
                }
            }
            STOPPED => self.stopped_ms = Some(at_ms),
            "raised" => {
                let alarm = self.alarm(record);
                self.raised(alarm, record, &mut tell);
            }
            "cleared" | "withdrawn" => {
                let alarm = self.alarm(record);
                self.cleared(alarm, record, &mut tell);
            }
            "acknowledged" => {
                let alarm = self.alarm(record);
                self.acknowledged(alarm, record, &mut tell);
            }
            "re_alarmed" => {
                let alarm = self.alarm(record);
                self.announce_again(alarm, record, &mut tell);
            }
            "escalated" => {
                let alarm = self.alarm(record);
                if let Some(occurrence) = self.occurrence(alarm)
                    && let Some(priority) = record.priority
                {
                    occurrence.priority = priority;
                }
            }
            "shelved" => self.put_aside(record, SetAside::Shelved, &mut tell),
            "suppressed" => self.put_aside(record, SetAside::Suppressed, &mut tell),
            "out_of_service" => self.put_aside(record, SetAside::OutOfService, &mut tell),
            "unshelved" => self.bring_back(record, SetAside::Shelved, &mut tell),
            "unsuppressed" => self.bring_back(record, SetAside::Suppressed, &mut tell),
            "returned_to_service" => self.bring_back(record, SetAside::OutOfService, &mut tell),
            // Comments, edits and resets change no figure.
            _ => {}
        }
    }

    fn alarm(&mut self, record: &Record) -> usize {
        let id = AlarmId {
            object: Arc::clone(&record.object),
            name: Arc::clone(&record.name),
        };
        if let Some(alarm) = self.index.get(&id) {
            return *alarm;
        }
        let alarm = self.ids.len();
        let (objects, names) = (self.objects.len(), self.names.len());
        let object = *self
            .objects
            .entry(Arc::clone(&id.object))
            .or_insert(objects);
        let name = *self.names.entry(Arc::clone(&id.name)).or_insert(names);
        self.ids.push(id.clone());
        self.index.insert(id, alarm);
        self.alarms.push(Followed {
            object,
            name,
            ..Followed::default()
        });
        alarm
    }

    fn occurrence(&mut self, alarm: usize) -> Option<&mut Occurrence> {
        self.alarms.get_mut(alarm)?.occurrence.as_mut()
    }

    fn raised(&mut self, alarm: usize, record: &Record, tell: &mut impl FnMut(&Self, Happening)) {
        let at_ms = record.at_ms;
        self.hide(alarm, at_ms, tell);
        let Some(followed) = self.alarms.get_mut(alarm) else {
            return;
        };
        followed.is_known = true;
        let before = followed.occurrence.take();
        let is_shown = !followed.is_aside();
        let since_cleared_ms = followed
            .cleared_ms
            .map(|cleared| at_ms.saturating_sub(cleared));
        let priority = record.priority.unwrap_or(Priority::Low);
        followed.occurrence = Some(Occurrence {
            priority,
            raised_ms: Some(at_ms),
            is_active: true,
            is_acknowledged: false,
            announced_ms: is_shown.then_some(at_ms),
            shown_ms: is_shown.then_some(at_ms),
        });
        if before.is_some_and(|b| !b.is_acknowledged && b.announced_ms.is_some()) {
            tell(self, Happening::Missed { alarm, at_ms });
        }
        if is_shown {
            let announced = Happening::Announced {
                alarm,
                at_ms,
                priority,
                is_new: true,
                since_cleared_ms,
            };
            tell(self, announced);
            tell(self, Happening::Stands { at_ms });
        }
    }

    fn cleared(&mut self, alarm: usize, record: &Record, tell: &mut impl FnMut(&Self, Happening)) {
        let at_ms = record.at_ms;
        self.hide(alarm, at_ms, tell);
        let Some(followed) = self.alarms.get_mut(alarm) else {
            return;
        };
        let was_aside = followed.is_aside();
        let mut raised_ms = None;
        let mut was_announced = false;
        let mut was_active = true;
        match &mut followed.occurrence {
            Some(occurrence) => {
                was_active = std::mem::replace(&mut occurrence.is_active, false);
                raised_ms = occurrence.raised_ms;
                was_announced = occurrence.announced_ms.is_some();
            }
            None if followed.is_known || was_aside || &*record.change == "withdrawn" => {
                was_active = false;
            }
            // It stood when the journal began: until now it was shown.
            None => {}
        }
        followed.is_known = true;
        // What logic held back it held back as long as it stood: the next occurrence is told of anew.
        let held_ms = followed.aside_mut(SetAside::Suppressed).take();
        if let Some(from_ms) = held_ms {
            let was = Happening::WasAside {
                alarm,
                how: SetAside::Suppressed,
                from_ms,
                until_ms: at_ms,
            };
            tell(self, was);
        }
        if !was_active {
            return;
        }
        if let (None, Some(from_ms)) = (raised_ms, self.first_ms) {
            let stood = Happening::Stood {
                alarm,
                raised_ms: None,
                from_ms,
                until_ms: at_ms,
            };
            tell(self, stood);
        }
        let cleared = Happening::Cleared {
            alarm,
            at_ms,
            raised_ms,
            was_announced,
        };
        tell(self, cleared);
        if let Some(followed) = self.alarms.get_mut(alarm) {
            followed.cleared_ms = was_announced.then_some(at_ms);
            // Whoever set it aside knew of it: nobody has to acknowledge what has gone.
            let is_known = was_aside || &*record.change == "withdrawn";
            let is_over = |o: &Occurrence| o.is_acknowledged || is_known;
            followed.occurrence = followed.occurrence.filter(|o| !is_over(o));
        }
    }

    fn acknowledged(
        &mut self,
        alarm: usize,
        record: &Record,
        tell: &mut impl FnMut(&Self, Happening),
    ) {
        let at_ms = record.at_ms;
        let mut waited_ms = None;
        let mut priority = record.priority.unwrap_or(Priority::Low);
        if let Some(followed) = self.alarms.get_mut(alarm) {
            if let Some(occurrence) = &mut followed.occurrence {
                if occurrence.is_acknowledged {
                    return;
                }
                occurrence.is_acknowledged = true;
                priority = occurrence.priority;
                let announced = occurrence.announced_ms;
                waited_ms = announced.map(|from| at_ms.saturating_sub(from).max(0));
            }
            followed.occurrence = followed.occurrence.filter(|o| o.is_active);
        }
        let acknowledged = Happening::Acknowledged {
            alarm,
            at_ms,
            priority,
            waited_ms,
        };
        tell(self, acknowledged);
    }

    /// It is to be acknowledged anew.
    fn announce_again(
        &mut self,
        alarm: usize,
        record: &Record,
        tell: &mut impl FnMut(&Self, Happening),
    ) {
        let at_ms = record.at_ms;
        let is_shown = self.alarms.get(alarm).is_some_and(|f| !f.is_aside());
        let Some(occurrence) = self.occurrence(alarm) else {
            return;
        };
        occurrence.is_acknowledged = false;
        if !is_shown {
            return;
        }
        occurrence.announced_ms = Some(at_ms);
        let announced = Happening::Announced {
            alarm,
            at_ms,
            priority: occurrence.priority,
            is_new: false,
            since_cleared_ms: None,
        };
        tell(self, announced);
    }

    fn put_aside(
        &mut self,
        record: &Record,
        how: SetAside,
        tell: &mut impl FnMut(&Self, Happening),
    ) {
        let alarm = self.alarm(record);
        if let Some(followed) = self.alarms.get_mut(alarm) {
            // A shelf in place of another goes on.
            followed.aside_mut(how).get_or_insert(record.at_ms);
        }
        self.hide(alarm, record.at_ms, tell);
        if let Some(followed) = self.alarms.get_mut(alarm) {
            followed.occurrence = followed.occurrence.filter(|o| o.is_active);
        }
    }

    fn bring_back(
        &mut self,
        record: &Record,
        how: SetAside,
        tell: &mut impl FnMut(&Self, Happening),
    ) {
        let at_ms = record.at_ms;
        let alarm = self.alarm(record);
        let Some(followed) = self.alarms.get_mut(alarm) else {
            return;
        };
        let was_aside = followed.is_aside();
        let from_ms = followed.aside_mut(how).take();
        let is_aside = followed.is_aside();
        if let Some(from_ms) = from_ms {
            let was = Happening::WasAside {
                alarm,
                how,
                from_ms,
                until_ms: at_ms,
            };
            tell(self, was);
        }
        let Some(followed) = self
            .alarms
            .get_mut(alarm)
            .filter(|_| was_aside && !is_aside)
        else {
            return;
        };
        if let Some(occurrence) = &mut followed.occurrence
            && occurrence.is_active
        {
            occurrence.shown_ms = Some(at_ms);
            let is_announced = !occurrence.is_acknowledged;
            let announced = Happening::Announced {
                alarm,
                at_ms,
                priority: occurrence.priority,
                is_new: false,
                since_cleared_ms: None,
            };
            if is_announced {
                occurrence.announced_ms = Some(at_ms);
                tell(self, announced);
            }
            tell(self, Happening::Stands { at_ms });
        }
    }

    /// It no longer stands before the operator.
    fn hide(&mut self, alarm: usize, at_ms: i64, tell: &mut impl FnMut(&Self, Happening)) {
        let Some(occurrence) = self.occurrence(alarm) else {
            return;
        };
        let raised_ms = occurrence.raised_ms;
        if let Some(from_ms) = occurrence.shown_ms.take() {
            let stood = Happening::Stood {
                alarm,
                raised_ms,
                from_ms,
                until_ms: at_ms,
            };
            tell(self, stood);
        }
    }
}

/// It may have ended without a word: then its last record is the last that is known of it.
fn off_until(stopped_ms: Option<i64>, last_ms: Option<i64>, until_ms: i64) -> Option<Span> {
    let from_ms = stopped_ms.or(last_ms)?;
    (from_ms < until_ms).then_some(Span { from_ms, until_ms })
}
