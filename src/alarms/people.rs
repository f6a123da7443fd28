//! What people ask for becomes orders, where their role permits it; orders are carried out.

use std::sync::Arc;

use bevy::prelude::*;

use super::definition::definition;
use super::event::ShelfEnd;
use super::{Alarm, AlarmId, Alarms, Comment, Deed, Order, OutOfService, Shelf, Sources};
use crate::access::{Denied, Permission, Session};
use crate::action::Action;
use crate::clock::Clock;
use crate::scene::{ActiveScene, AlarmDefinition, Scene};

/// Sent when something that was asked for at this desk was not done.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub Denied);

/// Turns what the operator at this desk asks for into orders.
pub(super) fn requests(
    mut actions: MessageReader<Action>,
    session: Res<Session>,
    clock: Res<Clock>,
    mut orders: MessageWriter<Order>,
    mut refused: MessageWriter<Refused>,
) {
    for action in actions.read() {
        let Some((permission, deeds)) = asked(action, clock.wall_ms) else {
            continue;
        };
        if let Err(denied) = session.may(permission) {
            refused.write(Refused(denied));
            continue;
        }
        orders.write_batch(deeds.into_iter().map(|deed| Order {
            deed,
            by: session.actor(),
            at_ms: clock.wall_ms,
            comment: None,
        }));
    }
}

/// The deeds that an action asks for, and what they need.
fn asked(action: &Action, now_ms: i64) -> Option<(Permission, Vec<Deed>)> {
    Some(match action {
        Action::Acknowledge(keys) => (
            Permission::Acknowledge,
            keys.iter().map(|key| Deed::Acknowledge(*key)).collect(),
        ),
        Action::Reset(keys) => (
            Permission::Reset,
            keys.iter().map(|key| Deed::Reset(*key)).collect(),
        ),
        Action::Shelve {
            alarms,
            duration,
            is_one_shot,
            reason,
        } => {
            let shelve = |id: &AlarmId| Deed::Shelve {
                id: id.clone(),
                until_ms: now_ms.saturating_add_unsigned(duration.as_millis() as u64),
                is_one_shot: *is_one_shot,
                reason: reason.as_str().into(),
            };
            (Permission::Shelve, alarms.iter().map(shelve).collect())
        }
        Action::Unshelve(alarms) => (
            Permission::Shelve,
            alarms.iter().cloned().map(Deed::Unshelve).collect(),
        ),
        Action::TakeOutOfService { alarms, reason } => {
            let take = |id: &AlarmId| Deed::TakeOutOfService {
                id: id.clone(),
                reason: reason.as_str().into(),
            };
            (Permission::OutOfService, alarms.iter().map(take).collect())
        }
        Action::ReturnToService(alarms) => (
            Permission::OutOfService,
            alarms.iter().cloned().map(Deed::ReturnToService).collect(),
        ),
        Action::Comment { alarm, text } => {
            let comment = Deed::Comment {
                id: alarm.clone(),
                text: text.as_str().into(),
            };
            (Permission::Comment, vec![comment])
        }
        _ => return None,
    })
}

/// Carries out orders, wherever they come from, and ends shelves whose time is up.
pub(super) fn carry_out(
    mut orders: MessageReader<Order>,
    scene: Option<Res<ActiveScene>>,
    clock: Res<Clock>,
    session: Res<Session>,
    mut alarms: ResMut<Alarms>,
) {
    let now_ms = clock.wall_ms;
    for Order {
        deed,
        by,
        at_ms,
        comment,
    } in orders.read()
    {
        match deed {
            Deed::Acknowledge(key) => alarms.acknowledge(*key, by, *at_ms, comment.clone()),
            Deed::Reset(key) => alarms.reset(*key, by, *at_ms),
            Deed::Shelve {
                id,
                until_ms,
                is_one_shot,
                reason,
            } => {
                // Whoever asks for more gets the longest that the engineer allows: a shelf ends.
                let longest = scene.as_ref().map_or(AlarmDefinition::LONGEST_SHELF, |s| {
                    longest_shelf(&alarms, &s.scene, id)
                });
                let latest = now_ms.saturating_add_unsigned(longest.as_millis() as u64);
                let shelf = Shelf {
                    until_ms: (*until_ms).min(latest),
                    is_one_shot: *is_one_shot,
                    reason: Arc::clone(reason),
                    since_ms: *at_ms,
                    by: by.clone(),
                };
                alarms.shelve(id, shelf);
            }
            Deed::Unshelve(id) => alarms.end_shelf(id, ShelfEnd::Unshelved, Some(by), *at_ms),
            Deed::TakeOutOfService { id, reason } => {
                let out = OutOfService {
                    reason: Arc::clone(reason),
                    since_ms: *at_ms,
                    by: by.clone(),
                };
                alarms.take_out_of_service(id, out);
            }
            Deed::ReturnToService(id) => alarms.return_to_service(id, by, *at_ms),
            Deed::Comment { id, text } => {
                let comment = Comment {
                    text: Arc::clone(text),
                    at_ms: *at_ms,
                    by: by.clone(),
                };
                alarms.comment(id, &comment);
            }
            Deed::RaisedElsewhere {
                id,
                value,
                raised_ms,
            } => {
                let alarm = scene.as_ref().and_then(|active| {
                    raised_elsewhere(&active.scene, &alarms, &session, id, *raised_ms)
                });
                if let Some(alarm) = alarm {
                    let value_at_raise = value.clone();
                    let alarm = Alarm {
                        value_at_raise,
                        ..alarm
                    };
                    let key = alarms.raise(alarm, Some(by));
                    alarms.clear(key, *at_ms, Some(by));
                }
            }
        }
    }
    let is_over = |shelf: &Shelf| shelf.until_ms <= now_ms;
    let over: Vec<AlarmId> = alarms
        .laid_aside()
        .filter(|(_, laid)| laid.shelf.as_deref().is_some_and(is_over))
        .map(|(id, _)| id.clone())
        .collect();
    for id in over {
        alarms.end_shelf(&id, ShelfEnd::TimeUp, None, now_ms);
    }
}

/// The occurrence that another station saw; `None` where the scene has no such alarm, and where one
/// stands already for which an operator is called or was.
fn raised_elsewhere(
    scene: &Scene,
    alarms: &Alarms,
    session: &Session,
    id: &AlarmId,
    raised_ms: i64,
) -> Option<Alarm> {
    let stands = |alarm: &Alarm| alarm.is_active() || alarm.is_unacknowledged();
    if alarms.of_id(id).is_some_and(stands) {
        return None;
    }
    let (source, turbine) = Sources::new(scene, &session.station).source(id)?;
    let definition = definition(scene, source)?;
    let alarm = Alarm::raised(source, id.clone(), turbine, definition.priority, raised_ms);
    Some(Alarm {
        is_latching: definition.is_latching,
        ..alarm
    })
}

/// How long an alarm may be shelved: as its definition says, where it can be told which it is.
fn longest_shelf(alarms: &Alarms, scene: &Scene, id: &AlarmId) -> std::time::Duration {
    let of_occurrence = alarms.of_id(id).and_then(|a| definition(scene, a.source));
    let by_name = || {
        let rule = scene.rules.iter().find(|rule| rule.name == id.name)?;
        rule.alarm.as_ref()
    };
    of_occurrence
        .or_else(by_name)
        .map_or(AlarmDefinition::LONGEST_SHELF, |d| d.longest_shelf)
}
