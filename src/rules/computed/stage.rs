//! Brings the computed columns up to date, in the order in which they rest on each other.

use std::sync::Arc;

use bevy::prelude::*;

use super::across::Across;
use super::held::Held;
use super::identity::{Moves, identities, overlap};
use super::members::Members;
use super::neighbours::Neighbours;
use super::previous::Previous;
use super::window::AnyWindow;
use super::{Computed, Formula, age, expression};
use crate::clock::Clock;
use crate::fleet::{self, Fleet, FleetTime, SignalColumn, TurbineRow, Update};
use crate::rules::Program;
use crate::rules::machine::Registers;
use crate::scene::{ActiveScene, Model, Scene, SceneReplaced, ValueKind};

/// The computed columns of a scene, with what is known of their past.
#[derive(Resource, Debug, Default)]
pub struct ComputeStage {
    generation: Option<u64>,
    scene: Option<Arc<Scene>>,
    columns: Vec<Running>,
    neighbourhoods: Vec<Neighbours>,
    last_ms: i64,
    registers: Registers,
}

#[derive(Debug)]
struct Running {
    column: SignalColumn,
    identity: u64,
    members: Members,
    work: Work,
}

#[derive(Debug)]
enum Work {
    Expression(Arc<Program>),
    Given(Arc<[f64]>),
    Window(AnyWindow),
    Held(Held),
    Age(Input),
    Previous(Previous),
    Farm(Across),
    /// With the index of its neighbourhood.
    Nearest(Across, usize),
}

/// A column that another is worked out from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    pub column: SignalColumn,
    /// It is heard, not worked out.
    pub is_heard: bool,
}

/// One frame's work on the columns.
pub(super) struct Frame<'a> {
    pub fleet: &'a mut Fleet,
    pub now: FleetTime,
    /// Of the frame before, on the monotonic clock.
    pub since_ms: i64,
    /// The scene is new: every row is worked out.
    pub is_whole: bool,
    has_written: bool,
}

impl Frame<'_> {
    /// What was heard of a column; nothing of one that is worked out.
    pub fn updates(&self, of: Input) -> &[Update] {
        match of.is_heard {
            true => self.fleet.updates(of.column),
            false => &[],
        }
    }

    /// The places at which something was heard of a column, or changed in it.
    pub fn changes(&self, members: &Members, of: Input) -> Vec<usize> {
        if self.is_whole {
            return (0..members.len()).collect();
        }
        if of.is_heard {
            let updates = self.fleet.updates(of.column).iter();
            return updates.filter_map(|u| members.place(u.turbine)).collect();
        }
        if self.fleet.is_changed(of.column) {
            let rows = self.fleet.dirty_rows().iter();
            return rows.filter_map(|row| members.place(*row)).collect();
        }
        Vec::new()
    }

    /// The same, and the places whose turn has come as time passes.
    pub fn visits(&self, members: &Members, of: Input) -> Vec<usize> {
        let mut places = self.changes(members, of);
        if !self.is_whole {
            let turns = members.turns(self.since_ms, self.now.monotonic_ms);
            places.extend(turns.into_iter().flatten());
        }
        places
    }

    /// When a heard value was measured on its source's clock, and when it arrived on the monotonic one.
    pub fn measured(&self, row: TurbineRow, column: SignalColumn) -> (i64, i64) {
        let now = (self.now.wall_ms, self.now.monotonic_ms);
        let cell = self.fleet.cell(row, column);
        cell.map_or(now, |cell| {
            let time_ms = cell.source_time_ms.min(cell.arrival_ms);
            let measured_ms = self.fleet.measured_ms(row, column).unwrap_or(now.1);
            (time_ms, measured_ms + (cell.arrival_ms - time_ms))
        })
    }

    pub fn take_back(&mut self, writing: fleet::Writing) {
        self.has_written |= self.fleet.take_back(writing);
    }
}

/// Follows the scene, the fleet and the clock.
pub(super) fn bring_up_to_date(
    scene: Option<Res<ActiveScene>>,
    mut replaced: MessageReader<SceneReplaced>,
    clock: Res<Clock>,
    mut fleet: ResMut<Fleet>,
    mut stage: ResMut<ComputeStage>,
) {
    let is_same_farm = replaced.read().all(|r| r.previous.is_some());
    let Some(scene) = scene else { return };
    let now = fleet::time(&clock, scene.scene.broker.stale_after);
    let is_new = stage.generation != Some(scene.generation);
    if !is_new && stage.columns.is_empty() {
        return;
    }
    stage.generation = Some(scene.generation);
    // Only a change of the columns is a change of the fleet.
    let columns = fleet.bypass_change_detection();
    let has_written = match is_new {
        true => stage.open(&scene.scene, is_same_farm, columns, now),
        false => stage.run(columns, now),
    };
    if has_written {
        fleet.set_changed();
    }
}

impl ComputeStage {
    /// Takes over the computed columns of a scene and works out every row. What is known of the past
    /// of the same columns and turbines is kept if it is the same farm. Returns whether a value changed.
    pub fn open(
        &mut self,
        scene: &Arc<Scene>,
        is_same_farm: bool,
        fleet: &mut Fleet,
        now: FleetTime,
    ) -> bool {
        let before = std::mem::take(&mut self.columns);
        let mut neighbourhoods = std::mem::take(&mut self.neighbourhoods);
        let old = self.scene.replace(Arc::clone(scene));
        let identities = identities(scene);
        for (computed, identity) in scene.computed.iter().zip(identities) {
            let members = Members::new(scene, &computed.applies);
            let work = self.work(scene, computed, &members, &mut neighbourhoods);
            self.columns.push(Running {
                column: computed.column,
                identity,
                members,
                work,
            });
        }
        if let Some(old) = old.filter(|_| is_same_farm) {
            for mut before in before {
                let same = |now: &&mut Running| now.identity == before.identity;
                if let Some(now) = self.columns.iter_mut().find(same) {
                    now.take_over(&mut before, &old, scene);
                }
            }
        }
        self.work_out(fleet, now, true)
    }

    /// Brings the rows up to date that changed, and those whose turn it is as time passes. Returns
    /// whether a value changed.
    pub fn run(&mut self, fleet: &mut Fleet, now: FleetTime) -> bool {
        self.work_out(fleet, now, false)
    }

    /// How much memory each column keeps of its past a turbine, bytes, with what it is.
    pub fn bytes_a_turbine(&self) -> Vec<(Arc<str>, usize)> {
        let sources = self.scene.iter().flat_map(|scene| &scene.computed);
        let columns = self.columns.iter().zip(sources);
        let bytes = columns.map(|(running, computed)| {
            let bytes = match &running.work {
                Work::Window(window) => window.bytes_a_row(),
                Work::Held(_) => size_of::<i64>(),
                Work::Previous(_) => Previous::BYTES_A_ROW,
                Work::Nearest(..) | Work::Farm(_) | Work::Given(_) => 0,
                Work::Expression(_) | Work::Age(_) => 0,
            };
            (Arc::clone(&computed.source), bytes)
        });
        bytes.collect()
    }

    fn work(
        &mut self,
        scene: &Scene,
        computed: &Computed,
        members: &Members,
        known_neighbours: &mut Vec<Neighbours>,
    ) -> Work {
        let input = |column: SignalColumn| Input {
            column,
            is_heard: !scene
                .computed
                .iter()
                .any(|c| c.column == column && overlap(&c.applies, &computed.applies)),
        };
        let count = members.len();
        match &computed.formula {
            Formula::Expression(program) => Work::Expression(Arc::clone(program)),
            Formula::Given(values) => Work::Given(Arc::clone(values)),
            Formula::Window {
                statistic,
                of,
                over,
            } => {
                let over_ms = fleet::millis(*over);
                Work::Window(AnyWindow::new(*statistic, input(*of), over_ms, count))
            }
            Formula::Held { of, over } => {
                Work::Held(Held::new(input(*of), fleet::millis(*over), count))
            }
            Formula::Age { of } => Work::Age(input(*of)),
            Formula::Previous { of } => Work::Previous(Previous::new(input(*of), count)),
            Formula::Across {
                statistic,
                of,
                nearest,
            } => {
                let kind = scene.kinds.get(of.index()).copied();
                let kind = kind.unwrap_or(ValueKind::Number);
                let sources = Members::new(scene, &having(scene, *of, &computed.applies));
                match nearest {
                    None => Work::Farm(Across::new(*of, *statistic, kind, sources)),
                    Some(nearest) => {
                        let known = known_neighbours;
                        let new = Neighbours::new(scene, members, &sources, *nearest, known);
                        let same = self.neighbourhoods.iter().position(|n| n.is_same(&new));
                        let index = same.unwrap_or_else(|| {
                            self.neighbourhoods.push(new);
                            self.neighbourhoods.len() - 1
                        });
                        Work::Nearest(Across::new(*of, *statistic, kind, sources), index)
                    }
                }
            }
        }
    }

    fn work_out(&mut self, fleet: &mut Fleet, now: FleetTime, is_whole: bool) -> bool {
        let mut frame = Frame {
            fleet,
            now,
            since_ms: self.last_ms,
            is_whole,
            has_written: false,
        };
        self.last_ms = now.monotonic_ms;
        frame.fleet.stamp(now.wall_ms);
        for running in &mut self.columns {
            let (column, members) = (running.column, &running.members);
            match &mut running.work {
                Work::Expression(program) => {
                    expression::run(&mut frame, members, column, program, &mut self.registers);
                }
                Work::Given(values) => give(&mut frame, members, column, values),
                Work::Window(window) => window.run(&mut frame, members, column),
                Work::Held(held) => held.run(&mut frame, members, column),
                Work::Age(of) => age::run(&mut frame, members, column, *of),
                Work::Previous(previous) => previous.run(&mut frame, members, column),
                Work::Farm(across) => across.run_farm(&mut frame, members, column),
                Work::Nearest(across, index) => {
                    if let Some(neighbours) = self.neighbourhoods.get_mut(*index) {
                        across.run_nearest(&mut frame, members, column, neighbours);
                    }
                }
            }
        }
        frame.has_written
    }
}

impl Running {
    fn take_over(&mut self, before: &mut Self, old: &Scene, new: &Scene) {
        let moves = || Moves::between((old, &before.members), (new, &self.members));
        match (&mut self.work, &mut before.work) {
            (Work::Window(now), Work::Window(before)) => now.take_over(before, &moves()),
            (Work::Held(now), Work::Held(before)) => now.take_over(before, &moves()),
            (Work::Previous(now), Work::Previous(before)) => now.take_over(before, &moves()),
            // Nothing else remembers.
            _ => {}
        }
    }
}

/// By model, whether the column is heard or worked out for it, of those to which something applies.
fn having(scene: &Scene, column: SignalColumn, applies: &[bool]) -> Vec<bool> {
    let has = |(at, model): (usize, &Model)| {
        let is_worked_out = |c: &Computed| c.column == column && c.applies.get(at) == Some(&true);
        applies.get(at) == Some(&true)
            && (model.signal(column).is_some() || scene.computed.iter().any(is_worked_out))
    };
    scene.models.iter().enumerate().map(has).collect()
}

/// Numbers that never change: written in the scene's first frame.
fn give(frame: &mut Frame, members: &Members, column: SignalColumn, values: &[f64]) {
    if !frame.is_whole {
        return;
    }
    let mut writing = frame.fleet.lend(column);
    for row in members.rows() {
        let value = values.get(row.index()).copied();
        writing.write(row, value.unwrap_or(f64::NAN));
    }
    frame.take_back(writing);
}
