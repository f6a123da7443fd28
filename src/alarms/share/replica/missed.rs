//! What another station saw raised and this one did not: it waits for an operator here as well.

use std::sync::Arc;

use super::super::super::{Actor, Alarm, Deed, Order};
use super::super::document::Stand;
use super::{Held, Here, Replica};

/// What another station raised stands here too after this time, milliseconds, if this one has not seen
/// it by then: both read the same telemetry, a frame apart.
const MISSED_MS: i64 = 5_000;

impl Replica {
    /// Whether [`Self::missed`] has anything to look at.
    pub fn may_have_missed(&self) -> bool {
        !self.missed.is_empty()
    }

    /// What waits for an operator at a station that lives and does not stand here by now: the orders
    /// by which it does. To be asked about once a second while the second is true.
    pub fn missed(&mut self, here: &Here) -> (Vec<Order>, bool) {
        let mut orders = Vec::new();
        let mut may_be_soon = false;
        let Self {
            me,
            held,
            missed,
            raised_for,
            ..
        } = self;
        missed.retain(|id, since_ms| {
            let Some(held) = held.get(id) else {
                return false;
            };
            let waits = held.waits_at(me);
            if waits.is_empty() {
                return false;
            }
            let stands = held
                .local
                .as_ref()
                .is_some_and(|l| l.state.is_active() || l.state.is_unacknowledged());
            // This clock may have been set back.
            if stands || *since_ms > here.now_ms {
                *since_ms = here.now_ms;
                return true;
            }
            let living = waits.into_iter().find(|(station, _)| (here.lives)(station));
            let Some((station, stand)) = living else {
                return true;
            };
            if here.now_ms.saturating_sub(*since_ms) < MISSED_MS {
                may_be_soon = true;
                return true;
            }
            let raised_ms = stand.since_ms.min(here.now_ms);
            raised_for.insert(id.clone(), (Arc::clone(station), raised_ms));
            orders.push(Order {
                deed: Deed::RaisedElsewhere {
                    id: id.clone(),
                    value: stand.value.to_string(),
                    raised_ms,
                },
                by: Actor::program(station),
                at_ms: here.now_ms,
                comment: None,
            });
            *since_ms = here.now_ms;
            true
        });
        (orders, may_be_soon)
    }
}

impl Held {
    /// Other stations whose occurrence waits for an operator, is shown there and was acknowledged nowhere.
    pub(super) fn waits_at(&self, me: &str) -> Vec<(&Arc<str>, &Stand)> {
        let shared = &self.shared;
        if shared.shelved().is_some() || shared.out_of_service().is_some() {
            return Vec::new();
        }
        let others = shared.stations.iter().filter(|(station, stand)| {
            ***station != *me
                && stand.state.is_unacknowledged()
                && stand.set_aside.is_none()
                && !shared.is_acknowledged(station)
        });
        others.collect()
    }

    /// The station that saw an occurrence that this one did not see. After a start it is told by the
    /// moment at which it was raised: the journal does not keep more.
    pub(super) fn seen_by(
        &self,
        me: &str,
        alarm: &Alarm,
        ordered: Option<&(Arc<str>, i64)>,
    ) -> Option<Arc<str>> {
        if let Some(local) = self.local.as_ref().filter(|local| local.key == alarm.key) {
            return local.seen_by.clone();
        }
        if let Some((station, raised_ms)) = ordered
            && alarm.raised_ms == *raised_ms
        {
            return Some(Arc::clone(station));
        }
        let own = self.shared.stations.get(me);
        let is_own = own.is_some_and(|own| own.key == alarm.key.0);
        if is_own || alarm.is_active() {
            return None;
        }
        let others = self.shared.stations.iter().filter(|(s, _)| ***s != *me);
        let mut same = others.filter(|(_, stand)| stand.since_ms == alarm.raised_ms);
        same.next().map(|(station, _)| Arc::clone(station))
    }

    /// Whose occurrence it is that stands here.
    pub(super) fn whose(&self, me: &Arc<str>) -> Arc<str> {
        let seen_by = self.local.as_ref().and_then(|local| local.seen_by.as_ref());
        Arc::clone(seen_by.unwrap_or(me))
    }
}
