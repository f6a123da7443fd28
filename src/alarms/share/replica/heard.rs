//! What comes from others: it is joined with what is known here, and what they did is ordered here too.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::super::{AlarmId, Deed, Order};
use super::super::check::{Received, Unusable, follows};
use super::super::document::{By, Mark, Shared, SharedShelf, State};
use super::{Here, Outcome, Replica, SHELL};
use crate::access::Permission;

/// Alarms of other scenes that are kept aside.
const MOST_STRANGERS: usize = 10_000;
/// A shelf whose end differs by less is the same.
const SAME_SHELF_MS: i64 = 5_000;
/// A shelf that ended elsewhere, and would here within this time, ends here by itself.
const SOON_MS: i64 = 60_000;

impl Replica {
    /// Takes in what another station, or this one before, has sent. `is_retained` if the broker kept
    /// it for later; `shelf` is the one that stands here.
    ///
    /// # Errors
    /// It cannot be followed; nothing of it was taken in.
    pub fn receive(
        &mut self,
        id: &AlarmId,
        received: &Received,
        is_retained: bool,
        is_known: bool,
        here: &Here,
    ) -> Result<Outcome, Unusable> {
        if !is_known {
            return self.keep_aside(id, &received.shared);
        }
        let held = self.held.entry(id.clone()).or_default();
        follows(&held.shared, &received.shared)?;
        held.is_heard = true;
        let before = held.shared.clone();
        let is_new = held.shared.join(&received.shared);
        // Nobody else writes what this station sees: an earlier run of it did, or a forger.
        held.assert_local(&self.me);
        let mut outcome = Outcome {
            says_more: held.shared != received.shared,
            ..Outcome::default()
        };
        if !is_new {
            return Ok(outcome);
        }
        // A shell is gone before those that start later can learn what its clock shows.
        outcome.says_more |=
            held.shared.shelved().is_some() && received.sent.station.ends_with(SHELL);
        if !held.waits_at(&self.me).is_empty() {
            self.missed.entry(id.clone()).or_insert(here.now_ms);
        }
        let done = self.effects(id, &before, received, is_retained, here, &mut outcome);
        self.ordered
            .extend(done.into_iter().map(|(what, by)| (id.clone(), what, by)));
        Ok(outcome)
    }

    fn keep_aside(&mut self, id: &AlarmId, shared: &Shared) -> Result<Outcome, Unusable> {
        let is_full = self.strangers.len() >= MOST_STRANGERS;
        match self.strangers.get_mut(id) {
            Some(known) => {
                follows(known, shared)?;
                known.join(shared);
            }
            None if is_full => self.strangers_left_out += 1,
            None => {
                follows(&Shared::default(), shared)?;
                self.strangers.insert(id.clone(), shared.clone());
            }
        }
        Ok(Outcome::default())
    }

    /// What the news are here: deeds of others, that are to be carried out where they are permitted.
    fn effects(
        &mut self,
        id: &AlarmId,
        before: &Shared,
        received: &Received,
        is_retained: bool,
        here: &Here,
        outcome: &mut Outcome,
    ) -> Vec<(&'static str, By)> {
        let mut done = Vec::new();
        let Some(held) = self.held.get_mut(id) else {
            return done;
        };
        let mut order =
            |deed: Deed, what: &'static str, by: &By, at_ms: i64, comment: Option<Arc<str>>| {
                if let Err(why) = permits(here, by, &deed) {
                    outcome.refused.push(refusal(id, by, what, &why));
                    return;
                }
                done.push((what, by.clone()));
                outcome.orders.push(Order {
                    deed,
                    by: by.into(),
                    at_ms: when(at_ms, by, here),
                    comment,
                });
            };
        let whose = held.whose(&self.me);
        let is_new_mark = |now: &BTreeMap<Arc<str>, Mark>, was: &BTreeMap<Arc<str>, Mark>| {
            now.get(&whose) != was.get(&whose)
        };
        let is_new = is_new_mark(&held.shared.acknowledged, &before.acknowledged);
        if let Some((key, mark)) = held.acknowledged_elsewhere(&self.me).filter(|_| is_new) {
            let comment = mark.comment.clone();
            order(
                Deed::Acknowledge(key),
                "acknowledged",
                &mark.by,
                mark.at_ms,
                comment,
            );
        }
        let is_new = is_new_mark(&held.shared.reset, &before.reset);
        if let Some((key, mark)) = held.reset_elsewhere(&self.me).filter(|_| is_new) {
            order(Deed::Reset(key), "reset", &mark.by, mark.at_ms, None);
        }
        if held.shared.shelf != before.shelf
            && let Some(shelf) = held.shared.shelf.clone()
        {
            let was_until = before.shelved().and(held.shelved_until_ms);
            if shelf.is_over {
                let ends_soon =
                    was_until.is_some_and(|until| until.saturating_sub(here.now_ms) < SOON_MS);
                // The same shelf: its time was up there, or the alarm has cleared.
                let is_same = before
                    .shelf
                    .as_ref()
                    .is_some_and(|b| b.counter == shelf.counter);
                if !(is_same && ends_soon) {
                    order(
                        Deed::Unshelve(id.clone()),
                        "unshelved",
                        &shelf.by,
                        shelf.at_ms,
                        None,
                    );
                }
            } else {
                let remaining = remaining(&shelf, received, is_retained, here);
                let until_ms = here.now_ms.saturating_add_unsigned(remaining);
                let is_certain = (here.ahead_ms)(&received.sent.station).is_some() || !is_retained;
                held.uncertain_shelf = (!is_certain).then(|| {
                    let at_sending = received.shelf_remaining_ms.unwrap_or(shelf.duration_ms);
                    let at_sending = at_sending.min(shelf.duration_ms);
                    (
                        Arc::clone(&received.sent.station),
                        received.sent.at_ms,
                        at_sending,
                    )
                });
                let stands = held
                    .shelved_until_ms
                    .map(|until| until.saturating_sub(until_ms));
                let is_known =
                    before.shelf.is_none() && stands.is_some_and(|d| d.abs() < SAME_SHELF_MS);
                held.shelved_until_ms = Some(until_ms);
                if remaining > 0 && !is_known {
                    let deed = shelve(id, &shelf, until_ms);
                    order(deed, "shelved", &shelf.by, shelf.at_ms, None);
                }
            }
        }
        if held.shared.out_of_service != before.out_of_service
            && let Some(service) = &held.shared.out_of_service
        {
            let by = &service.by;
            if service.is_over {
                let deed = Deed::ReturnToService(id.clone());
                order(deed, "returned_to_service", by, service.at_ms, None);
            } else {
                let reason = Arc::clone(&service.reason);
                let deed = Deed::TakeOutOfService {
                    id: id.clone(),
                    reason,
                };
                order(deed, "out_of_service", by, service.at_ms, None);
            }
        }
        // What was said long ago of what does not stand is no news.
        let stands = held
            .local
            .as_ref()
            .is_some_and(|local| local.state != State::Normal);
        if !is_retained || stands {
            let new = held
                .shared
                .comments
                .iter()
                .filter(|c| !before.comments.contains(c));
            for remark in new {
                let deed = Deed::Comment {
                    id: id.clone(),
                    text: Arc::clone(&remark.text),
                };
                order(deed, "commented", &remark.by, remark.at_ms, None);
            }
        }
        done
    }

    /// The clock of a station is known now: shelves whose end rested on it get their true end.
    pub fn correct(&mut self, station: &str, here: &Here) -> Vec<Order> {
        let mut orders = Vec::new();
        let Some(ahead_ms) = (here.ahead_ms)(station) else {
            return orders;
        };
        for (id, held) in &mut self.held {
            let of_it = |(sender, ..): &mut (Arc<str>, i64, u64)| **sender == *station;
            let Some((_, sent_ms, at_sending)) = held.uncertain_shelf.take_if(of_it) else {
                continue;
            };
            let Some(shelf) = held.shared.shelved() else {
                continue;
            };
            let age_ms = here.now_ms.saturating_add(ahead_ms).saturating_sub(sent_ms);
            let remaining = at_sending.saturating_sub(u64::try_from(age_ms).unwrap_or_default());
            let until_ms = here.now_ms.saturating_add_unsigned(remaining);
            let was = held.shelved_until_ms.unwrap_or(until_ms);
            if was.abs_diff(until_ms) < SAME_SHELF_MS as u64
                || (here.permits)(&shelf.by, Permission::Shelve).is_err()
            {
                continue;
            }
            held.shelved_until_ms = Some(until_ms);
            let (what, deed) = match remaining {
                0 => ("unshelved", Deed::Unshelve(id.clone())),
                _ => ("shelved", shelve(id, shelf, until_ms)),
            };
            self.ordered.push((id.clone(), what, shelf.by.clone()));
            let (by, at_ms) = ((&shelf.by).into(), when(shelf.at_ms, &shelf.by, here));
            orders.push(Order {
                deed,
                by,
                at_ms,
                comment: None,
            });
        }
        orders
    }
}

fn shelve(id: &AlarmId, shelf: &SharedShelf, until_ms: i64) -> Deed {
    Deed::Shelve {
        id: id.clone(),
        until_ms,
        is_one_shot: shelf.is_one_shot,
        reason: Arc::clone(&shelf.reason),
    }
}

/// How long a shelf still lasts, milliseconds: never longer than it was given, whatever the clocks say.
fn remaining(shelf: &SharedShelf, received: &Received, is_retained: bool, here: &Here) -> u64 {
    let at_sending = received.shelf_remaining_ms.unwrap_or(shelf.duration_ms);
    let age_ms = match (here.ahead_ms)(&received.sent.station) {
        Some(ahead_ms) => here
            .now_ms
            .saturating_add(ahead_ms)
            .saturating_sub(received.sent.at_ms),
        None if is_retained => here.now_ms.saturating_sub(received.sent.at_ms),
        None => 0,
    };
    let age_ms = u64::try_from(age_ms).unwrap_or_default();
    at_sending.min(shelf.duration_ms).saturating_sub(age_ms)
}

/// A time of another station's clock on this machine's; never in the future.
pub(super) fn when(at_ms: i64, by: &By, here: &Here) -> i64 {
    let ahead_ms = (here.ahead_ms)(&by.station).unwrap_or_default();
    at_ms.saturating_sub(ahead_ms).min(here.now_ms)
}

/// What a deed takes; `None` for what nobody does: a station may tell what it sees, whoever sits there.
fn permission(deed: &Deed) -> Option<Permission> {
    Some(match deed {
        Deed::Acknowledge(_) => Permission::Acknowledge,
        Deed::Reset(_) => Permission::Reset,
        Deed::Shelve { .. } | Deed::Unshelve(_) => Permission::Shelve,
        Deed::TakeOutOfService { .. } | Deed::ReturnToService(_) => Permission::OutOfService,
        Deed::Comment { .. } => Permission::Comment,
        Deed::RaisedElsewhere { .. } => return None,
    })
}

/// Whether who claims to have done it may.
pub(super) fn permits(here: &Here, by: &By, deed: &Deed) -> Result<(), String> {
    match permission(deed) {
        Some(permission) => (here.permits)(by, permission),
        None => Ok(()),
    }
}

pub(super) fn refusal(id: &AlarmId, by: &By, what: &str, why: &str) -> String {
    format!(
        "{}, {}: {} by {} at {} (as {}) has no effect here. {why}",
        id.object,
        id.name,
        what.replace('_', " "),
        by.user,
        by.station,
        by.role.name()
    )
}
