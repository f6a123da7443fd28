//! Which alarms are to be heard: those that nobody has acknowledged and nobody has silenced.

use std::collections::HashSet;

use bevy::prelude::Resource;

use super::repeat::Cue;
use crate::alarms::{Alarm, AlarmChange, AlarmEvent, AlarmKey, Alarms};
use crate::scene::Priority;

/// What is to be heard of the alarms.
#[derive(Resource, Debug, Default)]
pub struct Audible {
    /// Occurrences up to this one were silenced: keys count up.
    silenced: AlarmKey,
    /// Of those, the ones that were announced anew since.
    again: HashSet<AlarmKey>,
    most_urgent: Option<Priority>,
    announced: Option<Priority>,
}

impl Audible {
    /// Takes in what happened to alarms, and how they stand after it.
    pub fn follow<'a>(&mut self, events: impl Iterator<Item = &'a AlarmEvent>, alarms: &Alarms) {
        for event in events {
            let Some(alarm) = event.alarm.as_ref().filter(|_| announces(&event.change)) else {
                continue;
            };
            // As it is now: what was acknowledged in the same frame is not heard.
            let Some(alarm) = alarms.get(alarm.key).filter(|alarm| calls(alarm)) else {
                continue;
            };
            if alarm.key <= self.silenced {
                self.again.insert(alarm.key);
            }
            self.announced = most_urgent(self.announced, alarm.priority);
        }
        let standing = alarms.standing();
        if !self.again.is_empty() {
            self.again.retain(|key| alarms.get(*key).is_some_and(calls));
        }
        let is_heard = |alarm: &&Alarm| {
            calls(alarm) && (alarm.key > self.silenced || self.again.contains(&alarm.key))
        };
        let heard = standing.iter().filter(is_heard);
        self.most_urgent = heard.map(|alarm| alarm.priority).min();
    }

    /// Nothing of what stands now is heard any more, until it is announced anew.
    pub fn silence(&mut self, alarms: Option<&Alarms>) {
        let last = alarms.and_then(|alarms| alarms.standing().last());
        if let Some(last) = last {
            self.silenced = self.silenced.max(last.key);
        }
        self.again.clear();
        self.most_urgent = None;
        self.announced = None;
    }

    /// The priority that is to be heard.
    pub fn most_urgent(&self) -> Option<Priority> {
        self.most_urgent
    }

    /// What is to be heard now; what was announced is told once.
    pub fn take_cue(&mut self) -> Cue {
        Cue {
            stands: self.most_urgent,
            announced: self.announced.take(),
        }
    }
}

/// An alarm calls while it is active and nobody has acknowledged it; what has returned to normal or is
/// set aside does not.
fn calls(alarm: &Alarm) -> bool {
    alarm.is_active() && alarm.is_unacknowledged() && alarm.set_aside().is_none()
}

/// What makes an alarm heard anew.
fn announces(change: &AlarmChange) -> bool {
    matches!(
        change,
        AlarmChange::Raised
            | AlarmChange::Escalated { .. }
            | AlarmChange::ReAlarmed
            | AlarmChange::Unshelved(_)
            | AlarmChange::Unsuppressed
            | AlarmChange::ReturnedToService
    )
}

fn most_urgent(a: Option<Priority>, b: Priority) -> Option<Priority> {
    Some(a.map_or(b, |a| a.min(b)))
}
