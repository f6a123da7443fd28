//! The systems of the room: rules and operators in, register and events out.

use std::collections::HashMap;
use std::sync::Arc;

use bevy::prelude::*;

use super::engine::{AlarmEngine, Condition, Delays, Source, Verdict};
use super::{Alarm, AlarmEvent, AlarmKey, Alarms, Operator};
use crate::action::Action;
use crate::clock::Clock;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::RuleStates;
use crate::scene::{ActiveScene, Rule, Scene, SceneReplaced};
use crate::wording;

/// Keeps the alarms of rules that are the same in the new scene, and withdraws the others.
pub(super) fn scene(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    clock: Res<Clock>,
    mut engine: ResMut<AlarmEngine>,
    mut alarms: ResMut<Alarms>,
) {
    let (Some(first), Some(active)) = (replaced.read().next().cloned(), active) else {
        return;
    };
    replaced.clear();
    let Some(previous) = first.previous else {
        engine.rename(|_| None);
        alarms.leave_farm(clock.wall_ms);
        return;
    };
    let moves = Moves::between(&previous, &active.scene);
    engine.rename(|source| moves.source(source));
    alarms.rename(
        clock.wall_ms,
        |alarm| {
            let (rule, turbine) = moves.source((alarm.rule, alarm.turbine))?;
            let definition = active.scene.rules.get(usize::from(rule))?.alarm.as_ref()?;
            Some((rule, turbine, definition.priority))
        },
        |id| moves.row_of.get(id).copied(),
    );
}

/// Where the rules and turbines of one scene are in the next.
struct Moves<'a> {
    /// The rows of the next scene, by turbine.
    row_of: HashMap<&'a str, TurbineRow>,
    rules: Vec<Option<u16>>,
    turbines: Vec<Option<TurbineRow>>,
    /// Whether a rule of the next scene is not set aside and applies to a turbine of it.
    applies: Box<dyn Fn(u16, TurbineRow) -> bool>,
}

impl<'a> Moves<'a> {
    fn between(old: &Scene, new: &'a Arc<Scene>) -> Self {
        let rows: HashMap<&str, TurbineRow> = new
            .turbines
            .iter()
            .zip(0..)
            .map(|(t, row)| (t.id.as_ref(), TurbineRow(row)))
            .collect();
        let rules = new.rules.iter().zip(0_u16..);
        let unchanged = |rule: &Rule| {
            rules
                .clone()
                .find(|(candidate, _)| is_unchanged(rule, candidate))
                .map(|(_, at)| at)
        };
        let scene = Arc::clone(new);
        Self {
            rules: old.rules.iter().map(unchanged).collect(),
            turbines: old
                .turbines
                .iter()
                .map(|t| rows.get(t.id.as_ref()).copied())
                .collect(),
            row_of: rows,
            applies: Box::new(move |rule, turbine| {
                let model = scene.turbine(turbine).map(|t| t.model);
                let rule = scene.rules.get(usize::from(rule));
                rule.zip(model)
                    .is_some_and(|(r, m)| r.is_enabled && r.applies.get(m) == Some(&true))
            }),
        }
    }

    fn source(&self, (rule, turbine): Source) -> Option<Source> {
        let rule = (*self.rules.get(usize::from(rule))?)?;
        let turbine = (*self.turbines.get(turbine.index())?)?;
        (self.applies)(rule, turbine).then_some((rule, turbine))
    }
}

/// A rule stays the same alarm while its name and its conditions do: a new colour, delay or response
/// text is no new alarm.
fn is_unchanged(old: &Rule, new: &Rule) -> bool {
    let clearing = |rule: &Rule| {
        let alarm = rule.alarm.as_ref()?;
        Some(
            alarm
                .clear_when
                .as_ref()
                .map(|clear| Arc::clone(&clear.source)),
        )
    };
    old.name == new.name
        && old.when.source == new.when.source
        && clearing(old).is_some()
        && clearing(old) == clearing(new)
}

/// Raises and clears what the rules and the delays say.
pub(super) fn rules(
    active: Option<Res<ActiveScene>>,
    states: Res<RuleStates>,
    fleet: Res<Fleet>,
    clock: Res<Clock>,
    mut engine: ResMut<AlarmEngine>,
    mut alarms: ResMut<Alarms>,
    mut verdicts: Local<Vec<Verdict>>,
) {
    let Some(active) = active else { return };
    let scene = &active.scene;
    let changed = states.transitions().iter().map(|t| (t.rule, t.turbine));
    // After a reload, what stands or is in a delay is looked up; of the rest only what holds matters.
    let known: Vec<Source> = match states.is_rebuilt() {
        true => engine.tracked().collect(),
        false => Vec::new(),
    };
    for source in known.into_iter().chain(changed) {
        let (rule, turbine) = source;
        let definition = scene.rules.get(usize::from(rule));
        let Some(definition) = definition.and_then(|rule| rule.alarm.as_ref()) else {
            continue;
        };
        let clear = states.clear_truth(rule, turbine);
        let condition = Condition::new(states.truth(rule, turbine), clear);
        let delays = Delays {
            on: definition.on_delay,
            off: definition.off_delay,
        };
        engine.condition(source, condition, delays, clock.monotonic, &mut verdicts);
    }
    engine.tick(clock.monotonic, &mut verdicts);
    for verdict in verdicts.drain(..) {
        match verdict {
            Verdict::Raise(source) => {
                if let Some(alarm) = occurrence(scene, &fleet, source, clock.wall_ms) {
                    let key = alarms.raise(alarm);
                    engine.raised(source, key);
                }
            }
            Verdict::Clear(_, key) => alarms.clear(key, clock.wall_ms),
            Verdict::Known(key, known) => alarms.set_known(key, known),
        }
    }
}

fn occurrence(scene: &Scene, fleet: &Fleet, source: Source, now_ms: i64) -> Option<Alarm> {
    let (index, row) = source;
    let rule = scene.rules.get(usize::from(index))?;
    let turbine = scene.turbine(row)?;
    Some(Alarm {
        // The register gives the key and the count.
        key: AlarmKey(0),
        times_raised: 0,
        is_withdrawn: false,
        rule: index,
        name: Arc::clone(&rule.name),
        turbine: row,
        turbine_id: Arc::clone(&turbine.id),
        priority: rule.alarm.as_ref()?.priority,
        raised_ms: now_ms,
        cleared_ms: None,
        acknowledged: None,
        value_at_raise: wording::inputs(scene, fleet, rule, row),
        unknown: false,
    })
}

/// Carries out acknowledgements.
pub(super) fn operator(
    mut actions: MessageReader<Action>,
    operator: Res<Operator>,
    clock: Res<Clock>,
    mut alarms: ResMut<Alarms>,
) {
    for action in actions.read() {
        if let Action::Acknowledge(keys) = action {
            for &key in keys {
                alarms.acknowledge(key, &operator.0, clock.wall_ms);
            }
        }
    }
}

/// Ends the frame of the register and tells what changed.
pub(super) fn publish(mut alarms: ResMut<Alarms>, mut events: MessageWriter<AlarmEvent>) {
    if alarms.is_settled() {
        return;
    }
    events.write_batch(alarms.settle());
}
