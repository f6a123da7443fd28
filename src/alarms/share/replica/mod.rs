//! What this station knows of every alarm: its own view, joined with what it heard.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::super::{
    Actor, Alarm, AlarmChange, AlarmEvent, AlarmId, AlarmKey, Deed, Order, SetAside, Shelf,
    ShelfEnd,
};
use super::document::{Aside, By, Mark, Shared, SharedService, SharedShelf, Stand, State};
use super::limits::{LONGEST_COMMENT, LONGEST_TEXT, LONGEST_VALUE, MOST_STATIONS, cut};
use crate::access::Permission;

mod heard;
mod missed;

use heard::{permits, refusal, when};

/// How the names of commands of the shell end.
pub const SHELL: &str = "/cli";

/// Whether who claims to have done something may do so, by what is known here. The error says why not.
pub type Permits<'a> = &'a dyn Fn(&By, Permission) -> Result<(), String>;

/// What a message is judged by.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// This machine's clock, milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// By how much the clocks of stations are ahead of this one, where they were heard.
    pub ahead_ms: &'a dyn Fn(&str) -> Option<i64>,
    /// Stations that were heard just now.
    pub lives: &'a dyn Fn(&str) -> bool,
    /// Whether who claims to have done something may.
    pub permits: Permits<'a>,
}

/// What came of a message.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    /// What is to be done here.
    pub orders: Vec<Order>,
    /// What is not done here, and why.
    pub refused: Vec<String>,
    /// More is known here than the message said: the others are to hear of it.
    pub says_more: bool,
}

/// What is known of an alarm.
#[derive(Debug, Default)]
struct Held {
    shared: Shared,
    /// The last occurrence here.
    local: Option<Local>,
    /// What other stations held active when the alarm cleared here: nothing to join any more.
    cleared_against: BTreeMap<Arc<str>, u64>,
    /// When the shelf ends, by this machine's clock.
    shelved_until_ms: Option<i64>,
    /// A shelf whose end rests on a clock that is not known yet: its sender, the time there, and what
    /// remained then.
    uncertain_shelf: Option<(Arc<str>, i64, u64)>,
    /// It was heard since the connection was made.
    is_heard: bool,
}

/// An occurrence here.
#[derive(Debug, Clone)]
struct Local {
    key: AlarmKey,
    since_ms: i64,
    state: State,
    stand: Stand,
    acknowledged: Option<(i64, Actor)>,
    /// It was raised in this run, and no other station's occurrence was looked for in vain.
    may_join: bool,
    /// The station that saw it, where this one did not: what stands here follows what is done to it
    /// there, and is not told as an occurrence of this station.
    seen_by: Option<Arc<str>>,
}

/// All alarms that are shared.
#[derive(Debug)]
pub struct Replica {
    me: Arc<str>,
    held: HashMap<AlarmId, Held>,
    strangers: HashMap<AlarmId, Shared>,
    strangers_left_out: u64,
    /// Deeds of others that were ordered in this frame: what comes of them is known already.
    ordered: Vec<(AlarmId, &'static str, By)>,
    /// Alarms that wait for an operator at another station, and since when they do not here,
    /// milliseconds since 1970 UTC by this machine's clock.
    missed: HashMap<AlarmId, i64>,
    /// Occurrences of others that were ordered in this frame to stand here: whose, and since when.
    raised_for: HashMap<AlarmId, (Arc<str>, i64)>,
}

impl Replica {
    /// Nothing is known yet.
    pub fn new(me: Arc<str>) -> Self {
        Self {
            me: super::limits::name(&me),
            held: HashMap::new(),
            strangers: HashMap::new(),
            strangers_left_out: 0,
            ordered: Vec::new(),
            missed: HashMap::new(),
            raised_for: HashMap::new(),
        }
    }

    /// The name of this station.
    pub fn me(&self) -> &Arc<str> {
        &self.me
    }

    /// What is known of an alarm.
    pub fn get(&self, id: &AlarmId) -> Option<&Shared> {
        self.held.get(id).map(|held| &held.shared)
    }

    /// When the alarm's shelf ends by this machine's clock, milliseconds since 1970 UTC.
    pub fn shelved_until_ms(&self, id: &AlarmId) -> Option<i64> {
        self.held.get(id)?.shelved_until_ms
    }

    /// How many alarms were heard of that the scene does not have.
    pub fn strangers(&self) -> u64 {
        self.strangers.len() as u64 + self.strangers_left_out
    }

    /// The connection is new: what was heard of the broker before says nothing.
    pub fn forget_heard(&mut self) {
        for held in self.held.values_mut() {
            held.is_heard = false;
        }
    }

    /// What was heard of an alarm came over an earlier connection.
    pub fn not_heard(&mut self, id: &AlarmId) {
        if let Some(held) = self.held.get_mut(id) {
            held.is_heard = false;
        }
    }

    /// The alarms of which the broker has said nothing since the connection was made.
    pub fn unheard(&self) -> Vec<AlarmId> {
        let unheard = self.held.iter().filter(|(_, held)| !held.is_heard);
        let told = unheard.filter(|(_, held)| held.shared != Shared::default());
        told.map(|(id, _)| id.clone()).collect()
    }

    /// Another program has this station's name: takes another, and announces under it what stands.
    pub fn rename(&mut self, me: Arc<str>) -> Vec<AlarmId> {
        self.me = super::limits::name(&me);
        let me = &self.me;
        let mut renamed = Vec::new();
        for (id, held) in &mut self.held {
            if held
                .local
                .as_ref()
                .is_some_and(|local| local.state != State::Normal)
            {
                held.assert_local(me);
                renamed.push(id.clone());
            }
        }
        renamed
    }

    /// Another farm is open: nothing of the one before is known.
    pub fn leave_farm(&mut self) {
        self.held.clear();
        self.missed.clear();
        self.strangers.clear();
        self.strangers_left_out = 0;
    }

    /// Alarms that the scene has now and had not before: what was heard of them counts from now on.
    pub fn adopt(&mut self, is_known: impl Fn(&AlarmId) -> bool) -> Vec<AlarmId> {
        let known: Vec<AlarmId> = self
            .strangers
            .keys()
            .filter(|id| is_known(id))
            .cloned()
            .collect();
        for id in &known {
            if let Some(shared) = self.strangers.remove(id) {
                self.held
                    .entry(id.clone())
                    .or_default()
                    .shared
                    .join(&shared);
            }
        }
        known
    }

    /// An occurrence stands here, or has ended. True if the others are to hear of it.
    pub fn note(&mut self, id: &AlarmId, alarm: &Alarm) -> bool {
        let me = &self.me;
        let state = state_here(alarm);
        if state == State::Normal && !self.held.contains_key(id) {
            return false;
        }
        let held = self.held.entry(id.clone()).or_default();
        if held
            .local
            .as_ref()
            .is_some_and(|local| local.key > alarm.key)
        {
            return false;
        }
        let ordered = self.raised_for.get(id);
        let seen_by = held.seen_by(me, alarm, ordered);
        let was_active = held
            .local
            .as_ref()
            .is_some_and(|l| l.key == alarm.key && l.state.is_active());
        if was_active && !state.is_active() && seen_by.is_none() {
            let others = held.shared.stations.iter();
            let others = others.filter(|(station, s)| *station != me && s.state.is_active());
            held.cleared_against = others.map(|(s, stand)| (Arc::clone(s), stand.n)).collect();
        }
        let since_ms = alarm.re_alarmed_ms.unwrap_or(alarm.raised_ms);
        held.local = Some(Local {
            key: alarm.key,
            since_ms,
            state,
            stand: stand_of(alarm, state, since_ms),
            acknowledged: alarm.acknowledged.clone(),
            may_join: held
                .local
                .as_ref()
                .is_some_and(|l| l.key == alarm.key && l.may_join),
            seen_by,
        });
        held.assert_local(me)
    }

    /// An occurrence was raised in this frame. Where a station that lives holds the alarm active and
    /// acknowledged, and it has not cleared here since, it is that occurrence: the order that
    /// acknowledges it here, before anything sounds. `is_young` if the station has just come and may
    /// not have heard the others yet.
    pub fn raised(&mut self, alarm: &Alarm, here: &Here, is_young: bool) -> Outcome {
        let id = alarm.id();
        let says_more = self.note(&id, alarm);
        if let Some(local) = self.held.get_mut(&id).and_then(|held| held.local.as_mut()) {
            local.may_join = is_young;
        }
        Outcome {
            says_more,
            ..self.join_occurrence(&id, here)
        }
    }

    /// A station is heard for the first time: occurrences that were raised before that could be.
    pub fn late(&mut self, here: &Here) -> Outcome {
        let may = self
            .held
            .iter()
            .filter(|(_, held)| held.local.as_ref().is_some_and(|l| l.may_join));
        let ids: Vec<AlarmId> = may.map(|(id, _)| id.clone()).collect();
        let mut all = Outcome::default();
        for id in ids {
            let mut outcome = self.join_occurrence(&id, here);
            all.orders.append(&mut outcome.orders);
            all.refused.append(&mut outcome.refused);
        }
        all
    }

    fn join_occurrence(&mut self, id: &AlarmId, here: &Here) -> Outcome {
        let mut outcome = Outcome::default();
        let Some(held) = self.held.get_mut(id) else {
            return outcome;
        };
        let Some(local) = held
            .local
            .as_mut()
            .filter(|l| l.state == State::Unacknowledged && l.seen_by.is_none())
        else {
            return outcome;
        };
        let joined = held.shared.stations.iter().find_map(|(station, stand)| {
            let is_other = *station != self.me && stand.state.is_active();
            let is_since = held
                .cleared_against
                .get(station)
                .is_none_or(|n| stand.n > *n);
            let mark = held.shared.acknowledged.get(station)?;
            let is_acknowledged = held.shared.is_acknowledged(station);
            let is_joined = is_other && is_since && is_acknowledged && (here.lives)(station);
            is_joined.then(|| mark.clone())
        });
        let Some(mark) = joined else {
            return outcome;
        };
        local.may_join = false;
        if let Err(why) = (here.permits)(&mark.by, Permission::Acknowledge) {
            outcome
                .refused
                .push(refusal(id, &mark.by, "acknowledged it", &why));
            return outcome;
        }
        let key = local.key;
        held.shared
            .acknowledge_of(&self.me, &mark.by, mark.at_ms, mark.comment.as_ref());
        let at_ms = when(mark.at_ms, &mark.by, here);
        outcome.orders.push(Order {
            deed: Deed::Acknowledge(key),
            by: (&mark.by).into(),
            at_ms,
            comment: mark.comment,
        });
        self.ordered.push((id.clone(), "acknowledged", mark.by));
        outcome
    }

    /// Whether it happened because another station did it.
    pub fn is_ordered(&self, event: &AlarmEvent) -> bool {
        let by = event.by.as_ref().map(By::from);
        self.ordered.iter().any(|(of, what, who)| {
            *of == event.id && *what == event.change.name() && by.as_ref() == Some(who)
        })
    }

    /// What happened to an alarm here. True if the others are to hear of it.
    pub fn happened(&mut self, event: &AlarmEvent) -> bool {
        let id = &event.id;
        let noted = event
            .alarm
            .as_ref()
            .is_some_and(|alarm| self.note(id, alarm));
        let by = event.by.as_ref().map(By::from);
        let is_known = self.is_ordered(event);
        if let (AlarmChange::Shelved(shelf), Some(held)) = (&event.change, self.held.get_mut(id)) {
            held.shelved_until_ms = Some(shelf.until_ms);
        }
        if is_known {
            return noted;
        }
        let before = self.held.get(id).map(|held| held.shared.clone());
        self.did(event, by);
        let after = self.held.get(id).map(|held| &held.shared);
        noted || before.as_ref() != after
    }

    /// Takes note of what was done here.
    fn did(&mut self, event: &AlarmEvent, by: Option<By>) {
        let at_ms = event.at_ms;
        let said = event.comment.as_ref();
        let is_laid = matches!(
            event.change,
            AlarmChange::Shelved(_) | AlarmChange::OutOfService(_) | AlarmChange::Commented
        );
        if is_laid {
            self.held.entry(event.id.clone()).or_default();
        }
        let Some(held) = self.held.get_mut(&event.id) else {
            return;
        };
        let shared = &mut held.shared;
        match (&event.change, by) {
            (AlarmChange::Acknowledged, Some(by)) => {
                let said = said.map(|text| cut(text, LONGEST_COMMENT));
                shared.acknowledge(&by, at_ms, said.as_ref());
            }
            (AlarmChange::Reset, Some(by)) => shared.reset(&by, at_ms),
            (AlarmChange::Shelved(shelf), Some(by)) => {
                held.shelved_until_ms = Some(shelf.until_ms);
                shared.lay_aside(shared_shelf(shelf, by));
            }
            (AlarmChange::Unshelved(ShelfEnd::Unshelved), Some(by)) => {
                shared.lay_aside(SharedShelf {
                    counter: 0,
                    is_over: true,
                    by,
                    at_ms,
                    duration_ms: 0,
                    is_one_shot: false,
                    reason: Arc::default(),
                });
            }
            (AlarmChange::Unshelved(_), _) => shared.end_shelf(),
            (AlarmChange::OutOfService(out), Some(by)) => shared.serve(SharedService {
                counter: 0,
                is_over: false,
                by,
                at_ms,
                reason: cut(&out.reason, LONGEST_TEXT),
            }),
            (AlarmChange::ReturnedToService, Some(by)) => shared.serve(SharedService {
                counter: 0,
                is_over: true,
                by,
                at_ms,
                reason: Arc::default(),
            }),
            (AlarmChange::Commented, Some(by)) => {
                let text = said.map(|text| cut(text, LONGEST_TEXT)).unwrap_or_default();
                shared.remark(by, at_ms, text);
            }
            _ => {}
        }
    }

    /// The frame is over: what was ordered in it has happened.
    pub fn settle(&mut self) {
        self.ordered.clear();
        self.raised_for.clear();
    }

    /// An occurrence came back from the journal: what was done to it elsewhere meanwhile.
    pub fn catch_up(&mut self, id: &AlarmId, here: &Here) -> Outcome {
        let mut outcome = Outcome::default();
        let Some(held) = self.held.get(id) else {
            return outcome;
        };
        let acknowledged = held.acknowledged_elsewhere(&self.me);
        let acknowledged =
            acknowledged.map(|(key, mark)| (Deed::Acknowledge(key), "acknowledged", mark));
        let reset = held.reset_elsewhere(&self.me);
        let reset = reset.map(|(key, mark)| (Deed::Reset(key), "reset", mark));
        for (deed, what, mark) in acknowledged.into_iter().chain(reset) {
            if let Err(why) = permits(here, &mark.by, &deed) {
                outcome.refused.push(refusal(id, &mark.by, what, &why));
                continue;
            }
            self.ordered.push((id.clone(), what, mark.by.clone()));
            let (by, at_ms) = ((&mark.by).into(), when(mark.at_ms, &mark.by, here));
            outcome.orders.push(Order {
                deed,
                by,
                at_ms,
                comment: mark.comment.clone(),
            });
        }
        outcome
    }

    /// Laid aside here before anything was heard, as it came back from the journal.
    pub fn restored_shelf(&mut self, id: &AlarmId, shelf: &Shelf) -> bool {
        let held = self.held.entry(id.clone()).or_default();
        held.shelved_until_ms = Some(shelf.until_ms);
        let is_new = held.shared.shelf.is_none();
        if is_new {
            let by = By::from(&shelf.by);
            held.shared.lay_aside(shared_shelf(shelf, by));
        }
        is_new
    }

    /// Taken out of service before anything was heard, as it came back from the journal.
    pub fn restored_service(&mut self, id: &AlarmId, out: &super::super::OutOfService) -> bool {
        let held = self.held.entry(id.clone()).or_default();
        let is_new = held.shared.out_of_service.is_none();
        if is_new {
            held.shared.serve(SharedService {
                counter: 0,
                is_over: false,
                by: By::from(&out.by),
                at_ms: out.since_ms,
                reason: cut(&out.reason, LONGEST_TEXT),
            });
        }
        is_new
    }

    /// Occurrences that an earlier run of this station left standing in what is shared, and that do
    /// not stand here: they end. Their alarms.
    pub fn end_left_over(&mut self) -> Vec<AlarmId> {
        let me = &self.me;
        let mut ended = Vec::new();
        for (id, held) in &mut self.held {
            let Some(stand) = held.shared.stations.get(me).cloned() else {
                continue;
            };
            if held.local.is_none() && stand.state != State::Normal {
                let normal = Stand {
                    state: State::Normal,
                    set_aside: None,
                    ..stand
                };
                held.shared.stand(me, normal, false);
                ended.push(id.clone());
            }
        }
        ended
    }
}

impl Held {
    /// The occurrence here that waits for an operator, and who has acknowledged it elsewhere.
    fn acknowledged_elsewhere(&self, me: &str) -> Option<(AlarmKey, &Mark)> {
        let local = self
            .local
            .as_ref()
            .filter(|local| local.state.is_unacknowledged())?;
        let whose: &str = local.seen_by.as_deref().unwrap_or(me);
        let mark = self.shared.acknowledged.get(whose)?;
        let is_done = self.shared.is_acknowledged(whose);
        is_done.then_some((local.key, mark))
    }

    /// The occurrence here that is latched, and who has reset it elsewhere.
    fn reset_elsewhere(&self, me: &str) -> Option<(AlarmKey, &Mark)> {
        let local = self
            .local
            .as_ref()
            .filter(|local| local.state.is_latched())?;
        let whose: &str = local.seen_by.as_deref().unwrap_or(me);
        let mark = self.shared.reset.get(whose)?;
        self.shared.is_reset(whose).then_some((local.key, mark))
    }

    /// Writes what stands here into what is shared. True if that changed it.
    fn assert_local(&mut self, me: &Arc<str>) -> bool {
        let Some(local) = &self.local else {
            return false;
        };
        let shared = &mut self.shared;
        let stand = shared.stations.get(me);
        if local.seen_by.is_some() {
            // What this station saw before has ended with it.
            let ends = stand.filter(|stand| stand.state != State::Normal).cloned();
            return ends.is_some_and(|stand| {
                let normal = Stand {
                    state: State::Normal,
                    set_aside: None,
                    ..stand
                };
                shared.stand(me, normal, false);
                true
            });
        }
        if stand.is_none() && shared.stations.len() >= MOST_STATIONS {
            return false;
        }
        let is_same = stand.is_some_and(|s| s.key == local.key.0 && s.since_ms == local.since_ms);
        let before = shared.stations.get(me).map(|s| (s.n, s.v));
        let is_same = is_same && !shared.is_mistaken(me);
        shared.stand(me, local.stand.clone(), !is_same);
        let mut has_changed = shared.stations.get(me).map(|s| (s.n, s.v)) != before;
        if let Some((at_ms, by)) = &local.acknowledged
            && !shared.is_acknowledged(me)
        {
            shared.acknowledge_of(me, &by.into(), *at_ms, None);
            has_changed = true;
        }
        has_changed
    }
}

/// The state of an occurrence as it is told: what is over waits for nobody.
fn state_here(alarm: &Alarm) -> State {
    let is_aside = alarm.set_aside().is_some();
    let is_over = alarm.is_withdrawn || (!alarm.is_active() && !alarm.is_latched() && is_aside);
    match is_over {
        true => State::Normal,
        false => State::of(
            alarm.is_active(),
            alarm.is_latched(),
            alarm.is_unacknowledged(),
        ),
    }
}

fn stand_of(alarm: &Alarm, state: State, since_ms: i64) -> Stand {
    Stand {
        n: 0,
        v: 0,
        state,
        set_aside: alarm.set_aside().map(|aside| match aside {
            SetAside::OutOfService => Aside::OutOfService,
            SetAside::Suppressed => Aside::Suppressed,
            SetAside::Shelved => Aside::Shelved,
        }),
        key: alarm.key.0,
        since_ms,
        priority: alarm.priority,
        value: cut(&alarm.value_at_raise.as_str().into(), LONGEST_VALUE),
        suppressed_by: alarm
            .suppression
            .as_ref()
            .map(|s| cut(&s.by, LONGEST_VALUE)),
    }
}

fn shared_shelf(shelf: &Shelf, by: By) -> SharedShelf {
    let duration_ms = shelf.until_ms.saturating_sub(shelf.since_ms);
    SharedShelf {
        counter: 0,
        is_over: false,
        by,
        at_ms: shelf.since_ms,
        duration_ms: u64::try_from(duration_ms).unwrap_or_default(),
        is_one_shot: shelf.is_one_shot,
        reason: cut(&shelf.reason, LONGEST_TEXT),
    }
}
