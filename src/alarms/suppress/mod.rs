//! Suppression by design: a condition, or another alarm of the same turbine, holds an alarm back.
//!
//! Of another alarm it counts that it is active, also while it is shelved or suppressed itself: the lost
//! connection stays lost when someone shelves its alarm. Taken out of service it holds nothing back: an
//! alarm that nobody trusts must not silence others. A higher limit stands in for the lower ones only
//! while it is shown: where it is set aside, whatever by, the next one below it is shown.
//!
//! A condition that is unknown holds nothing back: doubt silences no alarm.

use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;

mod plan;

use self::plan::Plan;
use super::engine::AlarmEngine;
use super::occurrence::Alarm;
use super::register::Alarms;
use super::source::{AlarmSource, Source};
use crate::clock::Clock;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::Truth;
use crate::scene::{ActiveScene, Scene};

/// For so long after a restart what held an alarm back is believed to do so until it is known.
const TRUSTED: Duration = Duration::from_secs(60);

/// Who holds back whom, and which conditions that do so hold.
#[derive(Resource, Debug, Default)]
pub(super) struct Suppressor {
    generation: Option<u64>,
    plan: Plan,
    /// By condition of the plan, by row.
    truths: Vec<Vec<Truth>>,
    /// Conditions whose outcome changed in this frame.
    changed: Vec<(usize, TurbineRow)>,
    /// Every alarm must be looked at.
    is_new: bool,
    trusts_until: Option<Duration>,
    outcomes: Vec<Truth>,
}

impl Suppressor {
    /// Alarms were restored: until their signals have come, what held them back is believed.
    pub fn trust(&mut self, now: Duration) {
        self.trusts_until = Some(now + TRUSTED);
        self.is_new = true;
    }

    /// Those that hold others back come before those that they hold.
    pub fn rank(&self, source: AlarmSource) -> usize {
        self.plan.rank(source)
    }

    /// What holds back an alarm now, in words.
    pub fn holder(
        &self,
        (source, turbine): Source,
        present: Option<&Alarm>,
        engine: &AlarmEngine,
        alarms: &Alarms,
    ) -> Option<Arc<str>> {
        let held = self.plan.held.get(&source)?;
        if let Some(at) = held.condition
            && let Some(condition) = self.plan.conditions.get(at)
        {
            let outcomes = self.truths.get(at);
            let truth = outcomes.and_then(|t| t.get(turbine.index())).copied();
            let is_trusted = || {
                let suppression = present.and_then(|alarm| alarm.suppression.as_ref());
                self.trusts_until.is_some() && suppression.is_some_and(|s| s.by == condition.words)
            };
            match truth.unwrap_or_default() {
                Truth::True => return Some(Arc::clone(&condition.words)),
                Truth::Unknown if is_trusted() => return Some(Arc::clone(&condition.words)),
                Truth::Unknown | Truth::False => {}
            }
        }
        let active = |holder: AlarmSource| {
            let key = engine.active((holder, turbine))?;
            alarms.get(key).filter(|alarm| alarm.is_active())
        };
        let holds = |h: AlarmSource| active(h).is_some_and(|a| a.out_of_service.is_none());
        let stands_in = |h: AlarmSource| active(h).is_some_and(|a| a.set_aside().is_none());
        let by = held.by.iter().find(|(h, _)| holds(*h));
        let by = by.or_else(|| held.higher.iter().find(|(h, _)| stands_in(*h)));
        by.map(|(_, name)| Arc::clone(name))
    }

    fn evaluate(&mut self, scene: &Scene, fleet: &Fleet, anew: bool) {
        let count = scene.turbines.len();
        let dirty = fleet.dirty_rows();
        let most = anew || dirty.len() * 3 >= count;
        for (at, condition) in self.plan.conditions.iter().enumerate() {
            let Some(truths) = self.truths.get_mut(at) else {
                continue;
            };
            let outcomes = &mut self.outcomes;
            let mut store = |row: TurbineRow, outcome: Truth| {
                if let Some(truth) = truths.get_mut(row.index())
                    && *truth != outcome
                {
                    *truth = outcome;
                    self.changed.push((at, row));
                }
            };
            if most {
                condition.program.evaluate_all(fleet, count, outcomes);
                let rows = (0..).map(TurbineRow);
                rows.zip(outcomes.iter()).for_each(|(r, o)| store(r, *o));
            } else {
                condition.program.evaluate(fleet, dirty, outcomes);
                let rows = dirty.iter().zip(outcomes.iter());
                rows.for_each(|(row, outcome)| store(*row, *outcome));
            }
        }
    }
}

/// Evaluates the conditions that hold alarms back, over the rows that changed.
pub(super) fn watch(
    active: Option<Res<ActiveScene>>,
    fleet: Option<Res<Fleet>>,
    mut suppressor: ResMut<Suppressor>,
) {
    let (Some(active), Some(fleet)) = (active, fleet) else {
        return;
    };
    let anew = suppressor.generation != Some(active.generation);
    if anew {
        suppressor.generation = Some(active.generation);
        suppressor.plan = Plan::new(&active.scene);
        let unknown = vec![Truth::Unknown; active.scene.turbines.len()];
        suppressor.truths = vec![unknown; suppressor.plan.conditions.len()];
        suppressor.is_new = true;
    }
    let is_calm = !anew && fleet.dirty_rows().is_empty();
    if is_calm || suppressor.plan.conditions.is_empty() {
        return;
    }
    suppressor.evaluate(&active.scene, &fleet, anew);
}

/// Holds back, and lets go, what stands: looks only at what a change of this frame may concern.
pub(super) fn follow(
    clock: Res<Clock>,
    engine: Res<AlarmEngine>,
    mut suppressor: ResMut<Suppressor>,
    mut alarms: ResMut<Alarms>,
) {
    if suppressor
        .trusts_until
        .is_some_and(|t| t <= clock.monotonic)
    {
        suppressor.trusts_until = None;
        suppressor.is_new = true;
    }
    let mut open: Vec<Source> = Vec::new();
    if suppressor.is_new {
        suppressor.is_new = false;
        open.extend(engine.tracked());
    }
    let changed = std::mem::take(&mut suppressor.changed);
    for &(at, row) in &changed {
        let condition = suppressor.plan.conditions.get(at);
        let holds = condition.map_or(&[][..], |c| &c.holds);
        open.extend(holds.iter().map(|source| (*source, row)));
    }
    let mut seen = 0;
    // Each round holds back or lets go what the one before brought up. Circles are refused when a scene
    // is loaded; were there one, it would end here.
    for _ in 0..=suppressor.plan.held.len() {
        let events = alarms.events_from(seen);
        for alarm in events.iter().filter_map(|event| event.alarm.as_ref()) {
            let held = suppressor.plan.holds.get(&alarm.source);
            let held = held.into_iter().flatten();
            open.extend(held.map(|source| (*source, alarm.turbine)));
        }
        seen += events.len();
        if open.is_empty() {
            break;
        }
        open.retain(|source| engine.active(*source).is_some());
        open.sort_by_key(|source| (suppressor.rank(source.0), *source));
        open.dedup();
        for source in open.drain(..) {
            let Some(key) = engine.active(source) else {
                continue;
            };
            let present = alarms.get(key);
            let holder = suppressor.holder(source, present, &engine, &alarms);
            let is = present.and_then(|alarm| alarm.suppression.as_ref());
            if is.map(|s| &s.by) != holder.as_ref() {
                alarms.suppress(key, holder, clock.wall_ms);
            }
        }
    }
    suppressor.changed = changed;
    suppressor.changed.clear();
}
