//! Silence: turbines from which nothing comes any more, and signals that have stopped.
//!
//! A frame looks at the rows whose signals fell silent or were heard again, and at no others; all of
//! them are looked at once when telemetry has been flowing for so long that each must have spoken.
//! Silence is told of only once something else came after it: where nothing comes at all, one trouble
//! is told and not an alarm for each turbine.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;

use super::ReadAnew;
use super::ageing::{Ageing, Heard, words};
use super::flow::Flow;
use super::troubles::Troubles;
use crate::alarms::{
    AlarmSet, AlarmSource, Condition, Reading, Readings, Source, Trouble, definition,
};
use crate::clock::Clock;
use crate::fleet::{Fleet, TurbineRow};
use crate::scene::{ActiveScene, Scene, SceneReplaced};
use crate::telemetry::{Arrivals, Link, TelemetryStatus};

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Silence>()
        .add_systems(Update, watch.in_set(AlarmSet::Watch));
}

/// What was told of the rows in which something is silent.
#[derive(Resource, Debug, Default)]
pub(super) struct Silence {
    /// The scene's generation that the rest is of.
    generation: u64,
    /// By model.
    models: Vec<Ageing>,
    /// After how long a turbine must have spoken, by model; ascending, each once.
    patiences: Vec<Duration>,
    flow: Flow,
    is_connected: bool,
    /// How many of `patiences` have passed since telemetry flows.
    passed: usize,
    /// Rows of which something other than normal was told.
    told: HashMap<TurbineRow, Told>,
    /// Rows in which something is silent, to be told of when anything comes.
    waiting: HashSet<TurbineRow>,
    /// To be told once more when the on-delay ends, for the value that is shown then: of
    /// communication, and of stale data.
    delayed: [VecDeque<(Duration, TurbineRow)>; 2],
}

/// What was told of a row last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Told {
    communication: Condition,
    stale_data: Condition,
}

const NORMAL: Told = Told {
    communication: Condition::Normal,
    stale_data: Condition::Normal,
};

pub(super) fn watch(
    active: Option<Res<ActiveScene>>,
    fleet: Res<Fleet>,
    clock: Res<Clock>,
    status: Res<TelemetryStatus>,
    arrivals: Res<Arrivals>,
    mut replaced: MessageReader<SceneReplaced>,
    mut anew: MessageReader<ReadAnew>,
    mut silence: ResMut<Silence>,
    mut troubles: ResMut<Troubles>,
    mut readings: ResMut<Readings>,
) {
    let mut replaced = replaced.read().cloned();
    let previous = replaced.next().and_then(|first| first.previous);
    replaced.for_each(drop);
    let Some(active) = active else { return };
    let now = Now {
        scene: &active.scene,
        fleet: &fleet,
        clock: &clock,
    };
    let (silence, out) = (&mut *silence, &mut readings.0);
    if silence.generation != active.generation {
        silence.generation = active.generation;
        silence.follow_scene(&active.scene, previous);
    }
    let Some(&shortest) = silence.patiences.first() else {
        return;
    };
    let is_connected = status.link == Link::Connected;
    let (time, has_come) = (clock.monotonic, !arrivals.0.is_empty());
    silence.flow.follow(time, is_connected, has_come, shortest);
    if silence.is_connected && !is_connected {
        silence.lose_connection(now, out);
    }
    silence.is_connected = is_connected;

    // Of one turbine alone its own alarm tells.
    let count = active.scene.turbines.len();
    let is_alarm = active.scene.other_alarms.communication.is_some();
    let is_quiet = is_alarm && count > 1 && silence.flow.silent_for(time) > shortest;
    let quiet = format!("no message from any of {count}");
    troubles.set(Trouble::NoTelemetry, is_quiet.then_some(quiet.as_str()));

    if silence.is_time_to_look_at_all(time) {
        for row in (0..count as u32).map(TurbineRow) {
            silence.look(now, row, false, out);
        }
    }
    for &row in fleet.turned_rows() {
        silence.look(now, row, false, out);
    }
    for source in anew.read().flat_map(|anew| &anew.0) {
        silence.tell_anew(now, *source, out);
    }
    if is_connected && (has_come || count == 1) {
        silence.tell_waiting(now, out);
    }
    silence.end_delays(now, out);
}

#[derive(Clone, Copy)]
struct Now<'a> {
    scene: &'a Scene,
    fleet: &'a Fleet,
    clock: &'a Clock,
}

impl Silence {
    /// Rows and columns are others now. What was told of a turbine is to be told anew.
    fn follow_scene(&mut self, scene: &Scene, previous: Option<Arc<Scene>>) {
        self.models = scene.models.iter().map(|m| Ageing::of(scene, m)).collect();
        self.patiences = self.models.iter().filter_map(|m| m.patience).collect();
        self.patiences.sort_unstable();
        self.patiences.dedup();
        self.passed = 0;
        self.waiting.clear();
        self.delayed = Default::default();
        let told = std::mem::take(&mut self.told);
        let Some(previous) = previous else {
            self.flow = Flow::default();
            return;
        };
        let rows = scene.turbines.iter().zip(0..);
        let rows: HashMap<&str, TurbineRow> = rows
            .map(|(turbine, row)| (turbine.id.as_ref(), TurbineRow(row)))
            .collect();
        for (row, told) in told {
            let id = previous.turbine(row).map(|turbine| turbine.id.as_ref());
            if let Some(&row) = id.and_then(|id| rows.get(id)) {
                self.told.insert(row, told.unknown());
                self.waiting.insert(row);
            }
        }
    }

    /// Of what is silent now nobody can tell whether it still would be.
    fn lose_connection(&mut self, now: Now<'_>, out: &mut Vec<Reading>) {
        self.passed = 0;
        let rows: Vec<TurbineRow> = self.told.keys().copied().collect();
        for row in rows {
            let told = self.told.get(&row).map_or(NORMAL, |told| told.unknown());
            self.tell(now, row, told, None, out);
            self.waiting.insert(row);
        }
    }

    /// Whether each turbine of a model more must have spoken by now.
    fn is_time_to_look_at_all(&mut self, time: Duration) -> bool {
        let flows_for = self.flow.flows_for(time);
        let passed = self.patiences.iter().filter(|p| **p < flows_for).count();
        let is_time = passed > self.passed;
        self.passed = passed;
        is_time
    }

    /// Tells what there is to tell of a row. What fell silent waits, unless it `may_raise` an alarm.
    fn look(&mut self, now: Now<'_>, row: TurbineRow, may_raise: bool, out: &mut Vec<Reading>) {
        let model = now
            .scene
            .turbine(row)
            .and_then(|t| self.models.get(t.model));
        let Some((model, patience)) = model.and_then(|m| Some((m, m.patience?))) else {
            return;
        };
        let heard = model.heard(now.fleet, row);
        let was = self.told.get(&row).copied().unwrap_or(NORMAL);
        let may_raise = may_raise && self.flow.flows_for(now.clock.monotonic) > patience;
        let is = was.followed_by(heard);
        let (communication, stale_data) = (is.communication, is.stale_data);
        let is_well = is == NORMAL;
        let held_back = |was, is| match is {
            Condition::Abnormal if !may_raise => was,
            is => is,
        };
        let told = Told {
            communication: held_back(was.communication, communication),
            stale_data: held_back(was.stale_data, stale_data),
        };
        self.tell(now, row, told, Some(heard), out);
        if is_well || told == is {
            self.waiting.remove(&row);
        } else {
            self.waiting.insert(row);
        }
    }

    /// Something came: what was silent before it is silent by itself.
    fn tell_waiting(&mut self, now: Now<'_>, out: &mut Vec<Reading>) {
        let shortest = self.patiences.first().copied().unwrap_or_default();
        if self.waiting.is_empty() || self.flow.flows_for(now.clock.monotonic) <= shortest {
            return;
        }
        let mut rows: Vec<TurbineRow> = self.waiting.drain().collect();
        rows.sort_unstable();
        for row in rows {
            self.look(now, row, true, out);
        }
    }

    /// Appends what is another condition than the one told last, or the same with another value.
    fn tell(
        &mut self,
        now: Now<'_>,
        row: TurbineRow,
        is: Told,
        heard: Option<Heard>,
        out: &mut Vec<Reading>,
    ) {
        let was = self.told.get(&row).copied().unwrap_or(NORMAL);
        let pairs = [
            (
                AlarmSource::Communication,
                was.communication,
                is.communication,
            ),
            (AlarmSource::StaleData, was.stale_data, is.stale_data),
        ];
        for (source, was, is) in pairs {
            // Which signals have stopped may be others than before.
            let is_again = is == Condition::Abnormal && heard.is_some();
            if was == is && !is_again {
                continue;
            }
            out.push(reading(now, (source, row), is));
            let delay = definition(now.scene, source).map_or(Duration::ZERO, |d| d.on_delay);
            if is == Condition::Abnormal && was != is && !delay.is_zero() {
                let [communication, stale_data] = &mut self.delayed;
                let delayed = match source {
                    AlarmSource::Communication => communication,
                    _ => stale_data,
                };
                // One that flaps under a long delay must not fill the memory.
                if delayed.len() > 2 * now.scene.turbines.len() + 64 {
                    delayed.pop_front();
                }
                delayed.push_back((now.clock.monotonic + delay, row));
            }
        }
        match is == NORMAL {
            true => self.told.remove(&row),
            false => self.told.insert(row, is),
        };
    }

    /// Of an alarm that was taken over from elsewhere it is told what is the case now, whatever that is.
    fn tell_anew(&mut self, now: Now<'_>, (source, row): Source, out: &mut Vec<Reading>) {
        let told = self.told.entry(row).or_insert(NORMAL);
        match source {
            AlarmSource::Communication => told.communication = Condition::Unknown,
            AlarmSource::StaleData => told.stale_data = Condition::Unknown,
            _ => {
                if *told == NORMAL {
                    self.told.remove(&row);
                }
                return;
            }
        }
        out.push(reading(now, (source, row), Condition::Unknown));
        self.look(now, row, false, out);
        if self.told.contains_key(&row) {
            self.waiting.insert(row);
        }
    }

    /// Tells once more what is still silent at the end of its on-delay: for how long by then.
    fn end_delays(&mut self, now: Now<'_>, out: &mut Vec<Reading>) {
        let sources = [AlarmSource::Communication, AlarmSource::StaleData];
        for (source, delayed) in sources.into_iter().zip(&mut self.delayed) {
            while let Some(&(due, row)) = delayed.front() {
                if due > now.clock.monotonic {
                    break;
                }
                delayed.pop_front();
                let told = self.told.get(&row).map(|told| match source {
                    AlarmSource::Communication => told.communication,
                    _ => told.stale_data,
                });
                if told == Some(Condition::Abnormal) {
                    out.push(reading(now, (source, row), Condition::Abnormal));
                }
            }
        }
    }
}

impl Told {
    /// What is the case after it, by what is heard now.
    fn followed_by(self, heard: Heard) -> Self {
        match (heard.fresh, heard.stale) {
            // Nothing comes: that some of it did not come before is not known to be over.
            (0, _) => Self {
                communication: Condition::Abnormal,
                stale_data: match self.stale_data {
                    Condition::Normal => Condition::Normal,
                    _ => Condition::Unknown,
                },
            },
            (_, 0) => NORMAL,
            _ => Self {
                communication: Condition::Normal,
                stale_data: Condition::Abnormal,
            },
        }
    }

    /// The same where it cannot be told any more.
    fn unknown(self) -> Self {
        let unknown = |condition| match condition {
            Condition::Normal => Condition::Normal,
            _ => Condition::Unknown,
        };
        Self {
            communication: unknown(self.communication),
            stale_data: unknown(self.stale_data),
        }
    }
}

fn reading(now: Now<'_>, source: Source, condition: Condition) -> Reading {
    let value = match condition {
        Condition::Normal => String::new(),
        _ => words(now.scene, now.fleet, source, now.clock.wall_ms),
    };
    Reading {
        source,
        condition,
        value,
    }
}
