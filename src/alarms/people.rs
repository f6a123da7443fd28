//! What people ask for becomes orders, where their role permits it; orders are carried out.

use std::cell::LazyCell;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;

use super::definition::definition;
use super::event::ShelfEnd;
use super::{
    Alarm, AlarmId, AlarmSource, Alarms, Comment, Deed, Order, OutOfService, Shelf, Sources,
};
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

/// Carries out orders, wherever they come from. What concerns an alarm that the scene does not have is
/// left out: whoever sends such orders checks them with [`Sources`].
pub(super) fn carry_out(
    mut orders: MessageReader<Order>,
    scene: Option<Res<ActiveScene>>,
    clock: Res<Clock>,
    session: Res<Session>,
    mut alarms: ResMut<Alarms>,
) {
    let now_ms = clock.wall_ms;
    let Some(active) = scene else { return };
    let scene = &*active.scene;
    let sources = LazyCell::new(|| Sources::new(scene, &session.station));
    // Nothing is laid aside of an alarm that the scene does not have: of those there is no end.
    let longest_of = |id: &AlarmId| {
        let (source, _) = sources.source(id)?;
        Some(longest_shelf(scene, Some(source)))
    };
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
                let Some(longest) = longest_of(id) else {
                    continue;
                };
                let until_ms = (*until_ms).min(latest(now_ms, longest));
                if until_ms <= now_ms {
                    continue;
                }
                let shelf = Shelf {
                    until_ms,
                    is_one_shot: *is_one_shot,
                    reason: Arc::clone(reason),
                    since_ms: *at_ms,
                    by: by.clone(),
                };
                alarms.shelve(id, shelf);
            }
            Deed::Unshelve(id) => alarms.end_shelf(id, ShelfEnd::Unshelved, Some(by), *at_ms),
            Deed::TakeOutOfService { id, reason } => {
                if longest_of(id).is_none() {
                    continue;
                }
                let out = OutOfService {
                    reason: Arc::clone(reason),
                    since_ms: *at_ms,
                    by: by.clone(),
                };
                alarms.take_out_of_service(id, out);
            }
            Deed::ReturnToService(id) => alarms.return_to_service(id, by, *at_ms),
            Deed::Comment { id, text } => {
                if longest_of(id).is_none() {
                    continue;
                }
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
                let raised_ms = (*raised_ms).min(*at_ms);
                if let Some(alarm) = raised_elsewhere(scene, &alarms, &sources, id, raised_ms) {
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
}

/// The occurrence that another station saw; `None` where the scene has no such alarm, and where one
/// stands already for which an operator is called or was.
fn raised_elsewhere(
    scene: &Scene,
    alarms: &Alarms,
    sources: &Sources<'_>,
    id: &AlarmId,
    raised_ms: i64,
) -> Option<Alarm> {
    let stands = |alarm: &Alarm| alarm.is_active() || alarm.is_unacknowledged();
    if alarms.of_id(id).is_some_and(stands) {
        return None;
    }
    let (source, turbine) = sources.source(id)?;
    let definition = definition(scene, source)?;
    let alarm = Alarm::raised(source, id.clone(), turbine, definition.priority, raised_ms);
    Some(Alarm {
        is_latching: definition.is_latching,
        ..alarm
    })
}

/// How long an alarm may be shelved: as its definition says.
pub(super) fn longest_shelf(scene: &Scene, source: Option<AlarmSource>) -> Duration {
    let definition = source.and_then(|source| definition(scene, source));
    definition.map_or(AlarmDefinition::LONGEST_SHELF, |d| d.longest_shelf)
}

/// When a shelf of this length that begins now ends.
pub(super) fn latest(now_ms: i64, longest: Duration) -> i64 {
    let longest_ms = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
    now_ms.saturating_add_unsigned(longest_ms)
}
