//! Which alarms of a scene hold back which.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::alarms::definition::definition;
use crate::alarms::source::AlarmSource;
use crate::rules::Program;
use crate::scene::Scene;

/// What holds an alarm back.
#[derive(Debug, Default)]
pub(super) struct HeldBy {
    /// A condition, as an index into [`Plan::conditions`].
    pub condition: Option<usize>,
    /// Alarms, while they are active.
    pub by: Vec<(AlarmSource, Arc<str>)>,
    /// Higher limits, while they are shown.
    pub higher: Vec<(AlarmSource, Arc<str>)>,
}

/// A condition that holds alarms back; one that is written in several alarms is evaluated once.
#[derive(Debug)]
pub(super) struct Condition {
    pub program: Arc<Program>,
    /// As it is written.
    pub words: Arc<str>,
    /// What it holds back.
    pub holds: Vec<AlarmSource>,
}

/// Who holds back whom in a scene.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub held: HashMap<AlarmSource, HeldBy>,
    pub holds: HashMap<AlarmSource, Vec<AlarmSource>>,
    pub conditions: Vec<Condition>,
    /// Of each alarm that is held back by others, how many hold it back, directly or by others: those
    /// that hold back come before those that they hold.
    rank: HashMap<AlarmSource, usize>,
}

impl Plan {
    pub fn new(scene: &Scene) -> Self {
        let rules = (0..).map(AlarmSource::Rule).take(scene.rules.len());
        let codes = scene.other_alarms.codes.len();
        let codes = (0..).map(AlarmSource::Code).take(codes);
        let others = [AlarmSource::Communication, AlarmSource::StaleData];
        let all: Vec<AlarmSource> = rules.chain(codes).chain(others).collect();
        let mut by_name: HashMap<Arc<str>, AlarmSource> = HashMap::new();
        for source in &all {
            if definition(scene, *source).is_some()
                && let Some(name) = source.name(scene)
            {
                by_name.entry(name).or_insert(*source);
            }
        }
        let mut plan = Self::default();
        let mut lower: HashMap<AlarmSource, Vec<AlarmSource>> = HashMap::new();
        for &source in &all {
            let Some(definition) = definition(scene, source) else {
                continue;
            };
            if let Some(condition) = &definition.suppress_when {
                let at = plan.condition(&condition.source, &condition.program);
                plan.held.entry(source).or_default().condition = Some(at);
                if let Some(condition) = plan.conditions.get_mut(at) {
                    condition.holds.push(source);
                }
            }
            for name in &definition.suppressed_by {
                if let Some(&holder) = by_name.get(name) {
                    let held = plan.held.entry(source).or_default();
                    held.by.push((holder, Arc::clone(name)));
                    plan.holds.entry(holder).or_default().push(source);
                }
            }
            let names = definition.stands_in_for.iter();
            let of_lower = names.filter_map(|name| by_name.get(name).copied());
            lower.entry(source).or_default().extend(of_lower);
        }
        // A higher limit stands in for all below it, whether or not it names them.
        for &source in &all {
            let Some(name) = source.name(scene) else {
                continue;
            };
            for below in reachable(&lower, source) {
                let held = plan.held.entry(below).or_default();
                held.higher.push((source, Arc::clone(&name)));
                plan.holds.entry(source).or_default().push(below);
            }
        }
        for &source in &all {
            for held in reachable(&plan.holds, source) {
                *plan.rank.entry(held).or_default() += 1;
            }
        }
        plan
    }

    fn condition(&mut self, words: &Arc<str>, program: &Arc<Program>) -> usize {
        let is_same = |known: &Condition| known.words == *words && known.program == *program;
        self.conditions.iter().position(is_same).unwrap_or_else(|| {
            self.conditions.push(Condition {
                program: Arc::clone(program),
                words: Arc::clone(words),
                holds: Vec::new(),
            });
            self.conditions.len() - 1
        })
    }

    /// Where an alarm stands in the order in which suppression is found: by whom it is held back first.
    pub fn rank(&self, source: AlarmSource) -> usize {
        self.rank.get(&source).copied().unwrap_or_default()
    }
}

/// What can be reached from here, without here itself; each once, also in circles.
fn reachable(
    edges: &HashMap<AlarmSource, Vec<AlarmSource>>,
    from: AlarmSource,
) -> HashSet<AlarmSource> {
    let mut reached = HashSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for &next in edges.get(&at).into_iter().flatten() {
            if next != from && reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}
