//! What time does to alarms: shelves end, what stands acknowledged is announced anew, what nobody
//! acknowledges is given a higher priority.

use std::collections::HashMap;
use std::time::Duration;

use bevy::prelude::*;

use super::deadlines::Deadlines;
use super::definition::definition;
use super::event::{AlarmChange, AlarmEvent, ShelfEnd};
use super::occurrence::{Alarm, AlarmId, AlarmKey, Shelf};
use super::register::Alarms;
use crate::clock::Clock;
use crate::scene::{ActiveScene, AlarmDefinition, Priority, Scene};

/// What is due, of every alarm for which anything is.
#[derive(Resource, Debug, Default)]
pub(super) struct Timers {
    calls: Deadlines<Duration, AlarmKey>,
    called_for: HashMap<AlarmKey, Call>,
    /// Shelves by the wall clock, as people were told; and by one that nobody sets back, so that they
    /// end in any case.
    shelves_by_wall: Deadlines<i64, AlarmId>,
    shelves: Deadlines<Duration, AlarmId>,
}

/// What is to happen to an occurrence if nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call {
    what: What,
    since_ms: i64,
    after: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Escalate(Priority),
    ReAlarm,
}

impl Call {
    /// For one that is shown and active: to be escalated while nobody acknowledges it, to be announced
    /// anew once someone did.
    fn of(alarm: &Alarm, scene: &Scene) -> Option<Self> {
        if !alarm.is_active() || alarm.set_aside().is_some() {
            return None;
        }
        let definition: &AlarmDefinition = definition(scene, alarm.source)?;
        if let Some((at_ms, _)) = &alarm.acknowledged {
            return Some(Self {
                what: What::ReAlarm,
                since_ms: *at_ms,
                after: definition.re_alarm?,
            });
        }
        let escalation = definition.escalation.filter(|e| e.to < alarm.priority)?;
        Some(Self {
            what: What::Escalate(escalation.to),
            since_ms: alarm.waiting_since_ms.unwrap_or(alarm.raised_ms),
            after: escalation.after,
        })
    }

    /// How long it is until then. A wall clock that was set makes it neither earlier than now nor later
    /// than from the beginning.
    fn remaining(&self, now_ms: i64) -> Duration {
        let elapsed = u64::try_from(now_ms.saturating_sub(self.since_ms)).unwrap_or_default();
        self.after.saturating_sub(Duration::from_millis(elapsed))
    }
}

impl Timers {
    /// Follows what happened in this frame; everything anew where `all` may have moved.
    pub fn follow(
        &mut self,
        alarms: &Alarms,
        scene: &Scene,
        clock: &Clock,
        events: &[AlarmEvent],
        all: bool,
    ) {
        for event in events {
            match &event.change {
                AlarmChange::Shelved(shelf) => self.set_shelf(&event.id, shelf, clock),
                AlarmChange::Unshelved(_) => {
                    self.shelves.remove(&event.id);
                    self.shelves_by_wall.remove(&event.id);
                }
                _ => {}
            }
        }
        if all {
            self.calls.retain(|key| alarms.get(*key).is_some());
            self.called_for.retain(|key, _| alarms.get(*key).is_some());
            for alarm in alarms.all() {
                self.set_call(alarm.key, Call::of(alarm, scene), clock);
            }
            let has_shelf = |id: &AlarmId| {
                let laid = alarms.laid_aside_of(id);
                laid.is_some_and(|laid| laid.shelf.is_some())
            };
            self.shelves.retain(has_shelf);
            self.shelves_by_wall.retain(has_shelf);
            for (id, laid) in alarms.laid_aside() {
                if let Some(shelf) = &laid.shelf {
                    self.set_shelf(id, shelf, clock);
                }
            }
            return;
        }
        for key in events.iter().filter_map(|e| Some(e.alarm.as_ref()?.key)) {
            let call = alarms.get(key).and_then(|alarm| Call::of(alarm, scene));
            self.set_call(key, call, clock);
        }
    }

    fn set_call(&mut self, key: AlarmKey, call: Option<Call>, clock: &Clock) {
        let Some(call) = call else {
            self.calls.remove(&key);
            self.called_for.remove(&key);
            return;
        };
        if self.called_for.insert(key, call) != Some(call) {
            let due = clock.monotonic + call.remaining(clock.wall_ms);
            self.calls.set(key, due);
        }
    }

    fn set_shelf(&mut self, id: &AlarmId, shelf: &Shelf, clock: &Clock) {
        if self.shelves_by_wall.get(id) == Some(shelf.until_ms) {
            return;
        }
        let remaining_ms = u64::try_from(shelf.until_ms - clock.wall_ms).unwrap_or_default();
        self.shelves_by_wall.set(id.clone(), shelf.until_ms);
        let due = clock.monotonic + Duration::from_millis(remaining_ms);
        self.shelves.set(id.clone(), due);
    }
}

/// Does what is due.
pub(super) fn ring(
    clock: Res<Clock>,
    active: Option<Res<ActiveScene>>,
    mut timers: ResMut<Timers>,
    mut alarms: ResMut<Alarms>,
) {
    let timers = &mut *timers;
    while let Some(id) = timers.shelves_by_wall.pop(clock.wall_ms) {
        alarms.end_shelf(&id, ShelfEnd::TimeUp, None, clock.wall_ms);
    }
    while let Some(id) = timers.shelves.pop(clock.monotonic) {
        alarms.end_shelf(&id, ShelfEnd::TimeUp, None, clock.wall_ms);
    }
    let Some(active) = active else { return };
    while let Some(key) = timers.calls.pop(clock.monotonic) {
        let was_for = timers.called_for.remove(&key);
        let call = alarms
            .get(key)
            .and_then(|alarm| Call::of(alarm, &active.scene));
        // What was acknowledged or let go in this very frame is due at another time.
        match call.filter(|call| Some(*call) == was_for).map(|c| c.what) {
            Some(What::Escalate(to)) => alarms.escalate(key, to, clock.wall_ms),
            Some(What::ReAlarm) => alarms.re_alarm(key, clock.wall_ms),
            None => {}
        }
    }
}
