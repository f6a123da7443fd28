//! Runs every rule over the rows that changed, and finds what each turbine shows.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use bevy::prelude::*;

use super::appearance::{Appearance, RuleStates, Transition};
use super::machine::{Columns, Registers, Rows};
use super::outputs::OutputPlan;
use super::program::{Program, Truth};
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::scene::{ActiveScene, Part, Rule, SURFACES, Scene};

/// The rules of a scene, ready to run.
#[derive(Resource, Debug, Default)]
pub struct RuleEngine {
    generation: Option<u64>,
    rules: Vec<PlannedRule>,
    /// Rules that colour something, with their surfaces as bits.
    colouring: Vec<(u16, u16)>,
    outputs: OutputPlan,
    groups: Vec<Group>,
    /// By turbine, its model.
    models: Vec<usize>,
    registers: Registers,
    appearance_may_differ: Marks,
    outcome_differs: Marks,
}

#[derive(Debug)]
struct PlannedRule {
    index: u16,
    when: Arc<Program>,
    clear_when: Option<Arc<Program>>,
    raises_alarm: bool,
    /// It may change what a turbine looks like.
    shows: bool,
    group: usize,
}

/// Turbines to whose models the same rules apply.
#[derive(Debug)]
struct Group {
    /// By model.
    applies: Vec<bool>,
    /// `None` for every turbine.
    rows: Option<Vec<TurbineRow>>,
    /// Those of this frame's dirty rows that belong to it.
    dirty: Vec<TurbineRow>,
    /// What its rules read.
    signals: Vec<SignalColumn>,
    /// By signal, the values of the rows that are run over: gathered once for all its rules.
    gathered: Vec<Vec<f64>>,
}

impl Group {
    fn has(&self, models: &[usize], row: TurbineRow) -> bool {
        let model = models.get(row.index());
        model.and_then(|m| self.applies.get(*m)) == Some(&true)
    }

    fn add_signals(&mut self, program: &Program) {
        for &signal in program.signals() {
            if !self.signals.contains(&signal) {
                self.signals.push(signal);
            }
        }
    }

    /// Chooses the rows to run over, of the dirty ones or of all, and gathers their values.
    fn choose<C: Columns + ?Sized>(
        &mut self,
        columns: &C,
        models: &[usize],
        dirty: Option<&[TurbineRow]>,
    ) {
        self.dirty.clear();
        match (dirty, &self.rows) {
            (Some(dirty), None) => self.dirty.extend(dirty),
            (Some(dirty), Some(_)) => {
                let mut chosen = mem::take(&mut self.dirty);
                chosen.extend(dirty.iter().filter(|&&row| self.has(models, row)));
                self.dirty = chosen;
            }
            (None, Some(rows)) => self.dirty.extend(rows),
            (None, None) => return,
        }
        for signal in &self.signals {
            if self.gathered.len() <= signal.index() {
                self.gathered.resize(signal.index() + 1, Vec::new());
            }
            let (column, rows) = (columns.known(*signal), self.dirty.iter());
            if let Some(gathered) = self.gathered.get_mut(signal.index()) {
                gathered.clear();
                gathered.extend(rows.map(|r| column.get(r.index()).copied().unwrap_or(f64::NAN)));
            }
        }
    }
}

/// Rows, each once.
#[derive(Debug, Default)]
struct Marks {
    rows: Vec<TurbineRow>,
    is_marked: Vec<bool>,
}

impl Marks {
    fn reset(&mut self, turbine_count: usize) {
        self.rows.clear();
        self.is_marked.clear();
        self.is_marked.resize(turbine_count, false);
    }

    fn mark(&mut self, row: TurbineRow) {
        if let Some(marked) = self.is_marked.get_mut(row.index())
            && !mem::replace(marked, true)
        {
            self.rows.push(row);
        }
    }

    /// Calls for each row that is marked, and leaves none marked.
    fn drain(&mut self, mut each: impl FnMut(TurbineRow)) {
        for row in self.rows.drain(..) {
            if let Some(marked) = self.is_marked.get_mut(row.index()) {
                *marked = false;
            }
            each(row);
        }
    }
}

/// Follows the scene and the fleet.
pub(super) fn run_rules(
    scene: Option<Res<ActiveScene>>,
    fleet: Option<Res<Fleet>>,
    mut engine: ResMut<RuleEngine>,
    mut states: ResMut<RuleStates>,
) {
    let (Some(scene), Some(fleet)) = (scene, fleet) else {
        return;
    };
    if engine.generation != Some(scene.generation) {
        engine.generation = Some(scene.generation);
        engine.rebuild(&scene.scene, &mut states, &*fleet);
    } else if !fleet.dirty_rows().is_empty() {
        engine.run(&mut states, &*fleet, fleet.dirty_rows());
    } else if states.has_changes() {
        states.forget_changes();
    }
}

impl RuleEngine {
    /// Takes over the rules of a scene and runs them over every row.
    pub fn rebuild<C: Columns + ?Sized>(
        &mut self,
        scene: &Scene,
        states: &mut RuleStates,
        columns: &C,
    ) {
        let turbine_count = scene.turbines.len();
        self.models = scene.turbines.iter().map(|t| t.model).collect();
        self.groups.clear();
        self.rules.clear();
        self.colouring.clear();
        *states = RuleStates::default();
        self.outputs = OutputPlan::new(scene, states);
        for (index, rule) in (0..=u16::MAX).zip(&scene.rules) {
            // A rule that is set aside is one that applies to no model: it never holds.
            let nowhere = vec![false; rule.applies.len()];
            let of_rule = if rule.is_enabled {
                &rule.applies
            } else {
                &nowhere
            };
            if rule.is_enabled {
                let group = self.group_of(of_rule);
                self.plan(index, rule, group);
            }
            let applies = |model: &usize| of_rule.get(*model).copied().unwrap_or(false);
            let outside = |truth: Truth| {
                let truths = self.models.iter();
                truths
                    .map(|m| if applies(m) { Truth::Unknown } else { truth })
                    .collect()
            };
            states.truths.push(outside(Truth::False));
            let clear_when = rule.alarm.as_ref().and_then(|a| a.clear_when.as_ref());
            // An alarm that stands there from a former scene may clear.
            let clear_truths = clear_when.map(|_| outside(Truth::True));
            states.clear_truths.push(clear_truths.unwrap_or_default());
        }
        states.appearances = vec![Appearance::default(); turbine_count];
        self.appearance_may_differ.reset(turbine_count);
        self.outcome_differs.reset(turbine_count);
        let all = || (0..).map(TurbineRow).take(turbine_count);
        all().for_each(|row| self.appearance_may_differ.mark(row));
        self.evaluate(states, columns, None);
        states.transitions.clear();
        for rule in self.rules.iter().filter(|r| r.raises_alarm) {
            let rows = self.groups.get(rule.group).and_then(|g| g.rows.as_ref());
            // A rule that does not hold says nothing new of an alarm that nobody knows of.
            let holding = |turbine: TurbineRow| {
                let truth = states.truth(rule.index, turbine);
                (truth == Truth::True).then_some(Transition {
                    rule: rule.index,
                    turbine,
                    truth,
                })
            };
            let transitions: Vec<Transition> = match rows {
                None => all().filter_map(holding).collect(),
                Some(rows) => rows.iter().copied().filter_map(holding).collect(),
            };
            states.transitions.extend(transitions);
        }
        states.changed.clear();
        states.changed.extend(all());
        states.is_rebuilt = true;
    }

    /// Runs the rules over these rows.
    pub fn run<C: Columns + ?Sized>(
        &mut self,
        states: &mut RuleStates,
        columns: &C,
        dirty: &[TurbineRow],
    ) {
        states.forget_changes();
        // A scene's first frame tells of every alarm of every turbine; no other does.
        states.transitions.shrink_to(dirty.len().max(1024));
        // Past this, running over the whole columns costs less than gathering from them.
        let most = dirty.len() * 3 >= self.models.len();
        self.evaluate(states, columns, (!most).then_some(dirty));
    }

    fn plan(&mut self, index: u16, rule: &Rule, group: usize) {
        let surfaces = rule.color.as_ref().map_or(0, |_| surface_bits(rule.part));
        if surfaces != 0 {
            self.colouring.push((index, surfaces));
        }
        let clear_when = rule.alarm.as_ref().and_then(|a| a.clear_when.as_ref());
        if let Some(group) = self.groups.get_mut(group) {
            group.add_signals(&rule.when.program);
            clear_when
                .into_iter()
                .for_each(|c| group.add_signals(&c.program));
        }
        self.rules.push(PlannedRule {
            index,
            when: Arc::clone(&rule.when.program),
            clear_when: clear_when.map(|c| Arc::clone(&c.program)),
            raises_alarm: rule.alarm.is_some(),
            shows: surfaces != 0 || self.outputs.shows(index),
            group,
        });
    }

    fn group_of(&mut self, applies: &[bool]) -> usize {
        if let Some(known) = self.groups.iter().position(|g| g.applies == applies) {
            return known;
        }
        let belongs = |model: &usize| applies.get(*model).copied().unwrap_or(false);
        let rows = (!self.models.iter().all(belongs)).then(|| {
            let rows = (0..).map(TurbineRow).zip(&self.models);
            rows.filter(|(_, m)| belongs(m)).map(|(r, _)| r).collect()
        });
        self.groups.push(Group {
            applies: applies.to_vec(),
            rows,
            dirty: Vec::new(),
            signals: Vec::new(),
            gathered: Vec::new(),
        });
        self.groups.len() - 1
    }

    /// Evaluates every rule for these rows, or for all.
    fn evaluate<C: Columns + ?Sized>(
        &mut self,
        states: &mut RuleStates,
        columns: &C,
        dirty: Option<&[TurbineRow]>,
    ) {
        for group in &mut self.groups {
            group.choose(columns, &self.models, dirty);
        }
        for rule in &self.rules {
            let Some(group) = self.groups.get(rule.group) else {
                continue;
            };
            let every_turbine = dirty.is_none() && group.rows.is_none();
            let rows = match every_turbine {
                true => Rows::First(self.models.len()),
                false => Rows::List(&group.dirty),
            };
            let registers = &mut self.registers;
            let mut outcomes = |program: &Program, give: &mut dyn FnMut(Range<usize>, &[u8])| {
                match every_turbine {
                    true => program.for_each_block(columns, rows, registers, give),
                    false => {
                        let gathered = Rows::First(group.dirty.len());
                        program.for_each_block(&group.gathered, gathered, registers, give);
                    }
                }
            };
            let index = usize::from(rule.index);
            let Some(truths) = states.truths.get_mut(index) else {
                continue;
            };
            outcomes(&rule.when, &mut |range, bytes| {
                update(truths, rows, range, bytes, |row| {
                    if rule.shows {
                        self.appearance_may_differ.mark(row);
                    }
                    if rule.raises_alarm {
                        self.outcome_differs.mark(row);
                    }
                });
            });
            if let Some(clear_when) = &rule.clear_when
                && let Some(clear_truths) = states.clear_truths.get_mut(index)
            {
                outcomes(clear_when, &mut |range, bytes| {
                    update(clear_truths, rows, range, bytes, |row| {
                        self.outcome_differs.mark(row);
                    });
                });
            }
            self.outcome_differs.drain(|turbine| {
                states.transitions.push(Transition {
                    rule: rule.index,
                    turbine,
                    truth: truths.get(turbine.index()).copied().unwrap_or_default(),
                });
            });
        }
        self.appearance_may_differ.drain(|row| {
            let now = appearance(&self.colouring, &states.truths, row);
            let mut differs = self.outputs.follow(states, row);
            if let Some(shown) = states.appearances.get_mut(row.index())
                && *shown != now
            {
                *shown = now;
                differs = true;
            }
            if differs {
                states.changed.push(row);
            }
        });
        let registers = &mut self.registers;
        self.outputs
            .follow_scales(states, columns, registers, dirty);
    }
}

/// Stores the outcomes of a block, and calls for each row whose outcome is another now.
fn update(
    truths: &mut [Truth],
    rows: Rows,
    range: Range<usize>,
    bytes: &[u8],
    mut changed: impl FnMut(TurbineRow),
) {
    let mut store = |truth: &mut Truth, byte: u8, row: TurbineRow| {
        if *truth as u8 != byte {
            *truth = Truth::from_byte(byte);
            changed(row);
        }
    };
    match rows {
        Rows::First(_) => {
            let block = truths.get_mut(range.clone()).unwrap_or_default();
            // Without a branch, so that a block in which nothing changed is compared as a whole.
            let differences = block.iter().zip(bytes).map(|(t, b)| *t as u8 ^ b);
            if differences.fold(0, |all, d| all | d) == 0 {
                return;
            }
            let first_row = u32::try_from(range.start).unwrap_or(u32::MAX);
            for ((truth, &byte), row) in block.iter_mut().zip(bytes).zip(first_row..) {
                store(truth, byte, TurbineRow(row));
            }
        }
        Rows::List(rows) => {
            let rows = rows.get(range).unwrap_or_default();
            for (&row, &byte) in rows.iter().zip(bytes) {
                if let Some(truth) = truths.get_mut(row.index()) {
                    store(truth, byte, row);
                }
            }
        }
    }
}

fn surface_bits(part: Option<Part>) -> u16 {
    match part {
        None => (1 << SURFACES) - 1,
        Some(part) => part
            .surfaces()
            .iter()
            .fold(0, |bits, &s| bits | 1 << s as u8),
    }
}

/// What a turbine shows: on each surface the first rule that holds.
fn appearance(colouring: &[(u16, u16)], truths: &[Vec<Truth>], row: TurbineRow) -> Appearance {
    let mut appearance = Appearance::default();
    let mut undecided: u16 = (1 << SURFACES) - 1;
    for &(rule, surfaces) in colouring {
        let covered = surfaces & undecided;
        if covered == 0 {
            continue;
        }
        let of_rule = truths.get(usize::from(rule));
        let truth = of_rule.and_then(|t| t.get(row.index())).copied();
        let truth = truth.unwrap_or_default();
        if truth == Truth::False {
            continue;
        }
        for (surface, shown) in appearance.surfaces.iter_mut().enumerate() {
            if covered & (1 << surface) == 0 {
                continue;
            }
            match truth {
                Truth::True => shown.rule = Some(rule),
                Truth::False | Truth::Unknown => shown.unknown = true,
            }
        }
        if truth == Truth::True {
            undecided &= !covered;
            if undecided == 0 {
                break;
            }
        }
    }
    appearance
}
