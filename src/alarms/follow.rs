//! The systems of the room: rules and readings in, register and events out.

use std::collections::HashMap;
use std::sync::Arc;

use bevy::prelude::*;

use super::definition::{definition, id_of};
use super::engine::{AlarmEngine, Condition, Delays, Verdict};
use super::sources::is_of;
use super::suppress::Suppressor;
use super::timers::Timers;
use super::{
    Alarm, AlarmChange, AlarmEvent, AlarmSource, Alarms, Readings, Restoring, Source, Suppression,
    seen,
};
use crate::access::Session;
use crate::clock::Clock;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::{RuleStates, Truth};
use crate::scene::{ActiveScene, AlarmCode, AlarmDefinition, Rule, Scene, SceneReplaced};
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
            let (source, turbine) = moves.source((alarm.source, alarm.turbine))?;
            let definition = definition(&active.scene, source)?;
            Some(((source, turbine), definition.priority))
        },
        |id| moves.row_of.get(id).copied(),
    );
}

/// Where the rules and turbines of one scene are in the next.
struct Moves<'a> {
    /// The rows of the next scene, by turbine.
    row_of: HashMap<&'a str, TurbineRow>,
    rules: Vec<Option<u16>>,
    codes: Vec<Option<u16>>,
    turbines: Vec<Option<TurbineRow>>,
    scene: &'a Scene,
}

impl<'a> Moves<'a> {
    fn between(old: &Scene, new: &'a Scene) -> Self {
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
        let codes = new.other_alarms.codes.iter().zip(0_u16..);
        let same_code = |code: &AlarmCode| {
            let is_same = |other: &AlarmCode| {
                code.code == other.code && code.text == other.text && code.table == other.table
            };
            codes
                .clone()
                .find(|(candidate, _)| is_same(candidate))
                .map(|(_, at)| at)
        };
        Self {
            codes: old.other_alarms.codes.iter().map(same_code).collect(),
            rules: old.rules.iter().map(unchanged).collect(),
            turbines: old
                .turbines
                .iter()
                .map(|t| rows.get(t.id.as_ref()).copied())
                .collect(),
            row_of: rows,
            scene: new,
        }
    }

    fn source(&self, (source, turbine): Source) -> Option<Source> {
        if let AlarmSource::Trouble(_) = source {
            return Some((source, turbine));
        }
        let turbine = (*self.turbines.get(turbine.index())?)?;
        let source = match source {
            AlarmSource::Rule(rule) => AlarmSource::Rule((*self.rules.get(usize::from(rule))?)?),
            AlarmSource::Code(code) => AlarmSource::Code((*self.codes.get(usize::from(code))?)?),
            other => other,
        };
        is_of(self.scene, (source, turbine)).then_some((source, turbine))
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

/// Raises and clears what the rules, the other readings and the delays say.
pub(super) fn conditions(
    active: Option<Res<ActiveScene>>,
    states: Res<RuleStates>,
    fleet: Res<Fleet>,
    clock: Res<Clock>,
    (session, restoring): (Res<Session>, Option<Res<Restoring>>),
    suppressor: Res<Suppressor>,
    mut readings: ResMut<Readings>,
    mut engine: ResMut<AlarmEngine>,
    mut alarms: ResMut<Alarms>,
    mut verdicts: Local<Vec<Verdict>>,
    mut values: Local<HashMap<Source, String>>,
) {
    let Some(active) = active else { return };
    if restoring.is_some() {
        engine.look_anew();
        return;
    }
    let scene = &active.scene;
    let delays = |definition: &AlarmDefinition| Delays {
        on: definition.on_delay,
        off: definition.off_delay,
    };
    let changed = states
        .transitions()
        .iter()
        .map(|t| (AlarmSource::Rule(t.rule), t.turbine));
    // After a reload, what stands or is in a delay is looked up; of the rest only what holds matters,
    // of which the rules tell then. After a restart they have told it already.
    let looks_anew = engine.is_to_look_anew();
    let mut known: Vec<Source> = match states.is_rebuilt() || looks_anew {
        true => engine.tracked().collect(),
        false => Vec::new(),
    };
    if looks_anew && !states.is_rebuilt() {
        known.extend(holding(scene, &states));
    }
    for source in known.into_iter().chain(changed) {
        let (AlarmSource::Rule(rule), turbine) = source else {
            continue;
        };
        let Some(definition) = definition(scene, source.0) else {
            continue;
        };
        let clear = states.clear_truth(rule, turbine);
        let condition = Condition::new(states.truth(rule, turbine), clear);
        let delays = delays(definition);
        engine.condition(source, condition, delays, clock.monotonic, &mut verdicts);
    }
    for reading in readings.0.drain(..) {
        let Some(definition) = definition(scene, reading.source.0) else {
            continue;
        };
        let (source, condition) = (reading.source, reading.condition);
        let delays = delays(definition);
        engine.condition(source, condition, delays, clock.monotonic, &mut verdicts);
        match condition {
            Condition::Normal => values.remove(&source),
            _ => values.insert(source, reading.value),
        };
    }
    engine.tick(clock.monotonic, &mut verdicts);
    // What clears does so as it was: what held it back goes with it. What is raised finds those that
    // hold it back raised before it.
    verdicts.sort_by_key(|verdict| match verdict {
        Verdict::Known(..) => 0,
        Verdict::Clear(..) => 1,
        Verdict::Raise(source) => 2 + suppressor.rank(source.0),
    });
    for verdict in verdicts.drain(..) {
        match verdict {
            Verdict::Raise(source) => {
                let read = values.get(&source);
                let raised = occurrence(scene, &fleet, source, read, &session, clock.wall_ms);
                if let Some(mut alarm) = raised {
                    let holder = suppressor.holder(source, None, &engine, &alarms);
                    alarm.suppression = holder.map(|by| {
                        let since_ms = clock.wall_ms;
                        Arc::new(Suppression { by, since_ms })
                    });
                    let key = alarms.raise(alarm, None);
                    engine.raised(source, key);
                }
            }
            Verdict::Clear(_, key) => alarms.clear(key, clock.wall_ms, None),
            Verdict::Known(key, known) => alarms.set_known(key, known),
        }
    }
}

/// The alarms of rules that hold now.
fn holding(scene: &Scene, states: &RuleStates) -> Vec<Source> {
    let rules = scene.rules.iter().zip(0_u16..);
    let rows = || (0..).map(TurbineRow).take(scene.turbines.len());
    rules
        .filter(|(rule, _)| rule.alarm.is_some())
        .flat_map(|(_, rule)| rows().map(move |row| (rule, row)))
        .filter(|(rule, row)| states.truth(*rule, *row) == Truth::True)
        .map(|(rule, row)| (AlarmSource::Rule(rule), row))
        .collect()
}

fn occurrence(
    scene: &Scene,
    fleet: &Fleet,
    source: Source,
    read: Option<&String>,
    session: &Session,
    now_ms: i64,
) -> Option<Alarm> {
    let definition = definition(scene, source.0)?;
    let id = id_of(scene, source, &session.station)?;
    let alarm = Alarm::raised(source.0, id, source.1, definition.priority, now_ms);
    Some(Alarm {
        value_at_raise: read
            .map_or_else(|| values_now(scene, fleet, source, now_ms), String::clone),
        is_latching: definition.is_latching,
        ..alarm
    })
}

/// The values and the limit of an alarm now, as text; empty where it reads no signal.
fn values_now(scene: &Scene, fleet: &Fleet, (source, turbine): Source, now_ms: i64) -> String {
    let rule = source.rule().and_then(|r| scene.rules.get(usize::from(r)));
    match rule {
        Some(rule) => wording::inputs(scene, fleet, rule, turbine),
        None => seen(scene, fleet, (source, turbine), now_ms),
    }
}

/// Ends the frame of the register and tells what changed.
pub(super) fn publish(
    active: Option<Res<ActiveScene>>,
    fleet: Res<Fleet>,
    clock: Res<Clock>,
    mut alarms: ResMut<Alarms>,
    mut timers: ResMut<Timers>,
    mut events: MessageWriter<AlarmEvent>,
) {
    if alarms.is_settled() {
        return;
    }
    let has_moved = alarms.has_moved();
    let mut changes = alarms.settle();
    if let Some(active) = &active {
        timers.follow(&alarms, &active.scene, &clock, &changes, has_moved);
    }
    for event in &mut changes {
        let Some(alarm) = &event.alarm else { continue };
        event.value = match (&event.change, &active) {
            (AlarmChange::Raised, _) => alarm.value_at_raise.clone(),
            (_, Some(active)) => {
                let source = (alarm.source, alarm.turbine);
                values_now(&active.scene, &fleet, source, event.at_ms)
            }
            (_, None) => String::new(),
        };
    }
    events.write_batch(changes);
}
