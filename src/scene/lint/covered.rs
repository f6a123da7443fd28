//! Rules whose colour can never be seen, because earlier ones hold whenever they do.

use std::collections::{BTreeSet, HashMap};

use super::Lints;
use crate::rules::analysis::Case;
use crate::scene::model::Surface;
use crate::scene::problem::{Problem, quoted};

/// Models that the same rules are for are one kind; of scenes with more kinds nothing is claimed.
const MOST_KINDS: usize = 64;
/// A sentence names no more rules than these.
const MOST_NAMED: usize = 3;

/// A case of an earlier rule, where it would be looked for.
struct Earlier {
    rule: usize,
    surfaces: BTreeSet<Surface>,
    case: Case,
}

/// Cases by kind of model and by the first axis that they name, if any.
type Index = HashMap<(usize, Option<u32>), Vec<Earlier>>;

pub(super) fn lint(lints: &mut Lints<'_>) {
    let Some(kinds) = kinds(lints) else { return };
    let mut index = Index::new();
    let mut found = Vec::new();
    for at in 0..lints.readings.len() {
        let Some(reading) = lints.readings.get(at) else {
            continue;
        };
        let (number, cases) = (reading.index, reading.when.0.holds.clone());
        let (Some(rule), Some(cases)) = (lints.rule(number), cases) else {
            continue;
        };
        if rule.color.is_none() || cases.list().is_empty() {
            continue;
        }
        let surfaces = surfaces(rule.part);
        let own: Vec<usize> = kinds
            .iter()
            .enumerate()
            .filter(|(_, model)| rule.applies.get(**model) == Some(&true))
            .map(|(kind, _)| kind)
            .collect();
        let mut by = BTreeSet::new();
        let is_covered = !own.is_empty()
            && own.iter().all(|&kind| {
                surfaces.iter().all(|&surface| {
                    let mut near = candidates(&index, kind, surface, cases.list());
                    if is_entity(lints, &kinds, kind) {
                        // Nodes ask their own lists of rules.
                        near.retain(|e| lints.precedes_on_nodes(e.rule, number));
                    }
                    let holds = lints.analysis.covers(&cases, near.iter().map(|e| &e.case));
                    if holds && by.len() < MOST_NAMED {
                        let alone = near.iter().find(|one| {
                            let same = near.iter().filter(|e| e.rule == one.rule);
                            lints.analysis.covers(&cases, same.map(|e| &e.case))
                        });
                        match alone {
                            Some(one) => drop(by.insert(one.rule)),
                            None => by.extend(near.iter().map(|e| e.rule)),
                        }
                    }
                    holds
                })
            });
        if is_covered {
            found.push((number, by));
        }
        for &kind in &own {
            for case in cases.list() {
                let first = case.limits().first().map(|(axis, _)| *axis);
                index.entry((kind, first)).or_default().push(Earlier {
                    rule: number,
                    surfaces: surfaces.clone(),
                    case: case.clone(),
                });
            }
        }
    }
    for (number, by) in found {
        tell(lints, number, &by);
    }
}

fn is_entity(lints: &Lints<'_>, kinds: &[usize], kind: usize) -> bool {
    let model = kinds.get(kind).and_then(|&at| lints.scene.models.get(at));
    model.is_some_and(|model| model.is_entity)
}

/// Earlier cases that may cover one of these: a case covers only those that name all its axes.
fn candidates<'i>(
    index: &'i Index,
    kind: usize,
    surface: Surface,
    cases: &[Case],
) -> Vec<&'i Earlier> {
    let axes = cases.iter().flat_map(|case| case.limits());
    let axes: BTreeSet<Option<u32>> = axes.map(|(axis, _)| Some(*axis)).chain([None]).collect();
    let lists = axes.iter().filter_map(|axis| index.get(&(kind, *axis)));
    let mut near: Vec<&Earlier> = lists
        .flatten()
        .filter(|earlier| earlier.surfaces.contains(&surface))
        .collect();
    near.sort_by_key(|earlier| earlier.rule);
    near
}

fn tell(lints: &mut Lints<'_>, number: usize, by: &BTreeSet<usize>) {
    let Some(rule) = lints.rule(number) else {
        return;
    };
    let others: Vec<_> = by.iter().filter_map(|&o| lints.rule(o)).collect();
    let mut names: Vec<String> = others
        .iter()
        .take(MOST_NAMED)
        .map(|r| quoted(&r.name))
        .collect();
    if others.len() > MOST_NAMED {
        names.push("others".to_owned());
    }
    let (holds, before) = if others.len() == 1 {
        ("holds", "it")
    } else {
        ("hold", "they")
    };
    let message = format!(
        "the colour of the rule {} can never be seen: whenever it holds, {} {holds} too and {before} \
         come{} first",
        quoted(&rule.name),
        names.join(" and "),
        if others.len() == 1 { "s" } else { "" },
    );
    let mut help =
        "put the narrower rule before the wider one: the first that holds gives the colour"
            .to_owned();
    if rule.alarm.is_some() {
        help.push_str("; its alarm is raised all the same");
    }
    let mut problem =
        Problem::warning("covered-rule", lints.place(rule, "when"), message).help(help);
    for other in others.iter().take(MOST_NAMED) {
        problem = problem.label(lints.place(other, "when"), "holds whenever it does");
    }
    lints.tell(problem);
}

fn surfaces(part: Option<crate::scene::model::Part>) -> BTreeSet<Surface> {
    match part {
        Some(part) => part.surfaces().iter().copied().collect(),
        None => Surface::ALL.iter().map(|(surface, _)| *surface).collect(),
    }
}

/// A model for each set of models that the same rules are for.
pub(super) fn kinds(lints: &Lints<'_>) -> Option<Vec<usize>> {
    let mut by_rules: HashMap<Vec<bool>, usize> = HashMap::new();
    for model in 0..lints.scene.models.len() {
        let rules = lints.scene.rules.iter();
        let applies = rules.map(|r| r.applies.get(model) == Some(&true)).collect();
        by_rules.entry(applies).or_insert(model);
        if by_rules.len() > MOST_KINDS {
            return None;
        }
    }
    let mut kinds: Vec<usize> = by_rules.into_values().collect();
    kinds.sort_unstable();
    Some(kinds)
}
