//! The states that events lead to: what a journal is proved by.

use std::collections::{BTreeMap, HashMap};

use super::event::{AlarmChange, AlarmEvent};
use super::occurrence::{Alarm, AlarmId, AlarmKey};
use super::register::LaidAside;
use super::restored::Restored;

/// What stands after some events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replayed {
    standing: BTreeMap<AlarmKey, Alarm>,
    current: HashMap<AlarmId, AlarmKey>,
    laid_aside: BTreeMap<AlarmId, LaidAside>,
    last_key: u64,
}

/// What stands after these events and was not there before them.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a AlarmEvent>) -> Replayed {
    let mut replayed = Replayed::default();
    for event in events {
        replayed.follow(event);
    }
    replayed
}

impl Replayed {
    /// Every occurrence that stands, set aside or not, in the order in which they were raised.
    pub fn standing(&self) -> impl Iterator<Item = &Alarm> {
        self.standing.values()
    }

    /// What people have laid aside, active or not.
    pub fn laid_aside(&self) -> impl Iterator<Item = (&AlarmId, &LaidAside)> {
        self.laid_aside.iter()
    }

    /// Follows one event more.
    pub fn follow(&mut self, event: &AlarmEvent) {
        let laid = || self.laid_aside.get(&event.id).cloned().unwrap_or_default();
        let laid = match &event.change {
            AlarmChange::Shelved(shelf) => Some(LaidAside {
                shelf: Some(shelf.clone()),
                ..laid()
            }),
            AlarmChange::Unshelved(_) => Some(LaidAside {
                shelf: None,
                ..laid()
            }),
            AlarmChange::OutOfService(out) => Some(LaidAside {
                out_of_service: Some(out.clone()),
                ..laid()
            }),
            AlarmChange::ReturnedToService => Some(LaidAside {
                out_of_service: None,
                ..laid()
            }),
            _ => None,
        };
        match laid {
            Some(laid) if laid == LaidAside::default() => {
                self.laid_aside.remove(&event.id);
            }
            Some(laid) => {
                self.laid_aside.insert(event.id.clone(), laid);
            }
            None => {}
        }
        let Some(alarm) = &event.alarm else { return };
        if event.change == AlarmChange::Raised {
            // It takes the place of the one before.
            if let Some(earlier) = self.current.insert(event.id.clone(), alarm.key) {
                self.standing.remove(&earlier);
            }
            self.last_key = self.last_key.max(alarm.key.0);
        } else if !self.standing.contains_key(&alarm.key) {
            return;
        }
        if alarm.is_over() {
            self.standing.remove(&alarm.key);
            self.current.remove(&event.id);
        } else {
            self.standing.insert(alarm.key, alarm.clone());
        }
    }
}

impl From<Replayed> for Restored {
    fn from(replayed: Replayed) -> Self {
        Self {
            standing: replayed.standing.into_values().collect(),
            laid_aside: replayed.laid_aside.into_iter().collect(),
            last_key: replayed.last_key,
        }
    }
}
