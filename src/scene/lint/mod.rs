//! Findings about scenes that can be opened: what is there, is well formed, and yet cannot be meant.
//!
//! Each file here is one subject. Only what is certain is told; rules that are set aside, and rules in
//! another language, are left alone.

mod alarms;
mod allow;
mod colors;
mod conditions;
mod covered;
mod ladder;
mod limits;
mod signals;
mod topics;

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use super::document::escaped;
use super::load::Page;
use super::model::{Language, Model, Rule, Scene, Signal};
use super::problem::{Problem, Problems};
use super::source::Place;
use crate::fleet::SignalColumn;
use crate::rules::analysis::{Analysis, Fixed, Shape};

pub(super) use allow::silence;

/// What is known of a rule's conditions.
struct Reading {
    /// Index into the scene's rules.
    index: usize,
    when: (Shape, Vec<Fixed>),
    clear_when: Option<(Shape, Vec<Fixed>)>,
}

/// What all lints read and write.
struct Lints<'a> {
    scene: &'a Scene,
    pages: &'a [Page],
    page_by_file: HashMap<&'a Path, &'a Page>,
    analysis: Analysis,
    /// Of the rules that are looked at, in their order.
    readings: Vec<Reading>,
    problems: &'a mut Problems,
}

/// Tells what in a scene without errors probably is not meant.
pub(super) fn lint(scene: &Scene, pages: &[Page], problems: &mut Problems) {
    let mut analysis = Analysis::default();
    let readings = (scene.rules.iter().enumerate())
        .filter(|(_, rule)| rule.is_enabled && rule.language == Language::Native)
        .map(|(index, rule)| {
            let clear_when = rule.alarm.as_ref().and_then(|a| a.clear_when.as_ref());
            Reading {
                index,
                when: analysis.read(&rule.when.program),
                clear_when: clear_when.map(|clear| analysis.read(&clear.program)),
            }
        })
        .collect();
    let by_file = |page| (Page::path(page), page);
    let mut lints = Lints {
        scene,
        pages,
        page_by_file: pages.iter().map(by_file).collect(),
        analysis,
        readings,
        problems,
    };
    conditions::lint(&mut lints);
    covered::lint(&mut lints);
    ladder::lint(&mut lints);
    limits::lint(&mut lints);
    alarms::lint(&mut lints);
    colors::lint(&mut lints);
    signals::lint(&mut lints);
    topics::lint(&mut lints);
}

impl<'a> Lints<'a> {
    fn rule(&self, index: usize) -> Option<&'a Rule> {
        self.scene.rules.get(index)
    }

    /// Where a key of a rule is written; the rule's name where it is not there.
    fn place(&self, rule: &Rule, key: &str) -> Place {
        let Some(page) = self.page_by_file.get(&*rule.origin.file) else {
            return Place::of_file(&rule.origin.file);
        };
        let pointer = format!("{}/{key}", rule.origin.pointer);
        if page.document.has(&pointer) {
            return page.document.place(&pointer);
        }
        let name = format!("{}/name", rule.origin.pointer);
        page.document.place(&name)
    }

    /// Where the key itself is written, not its value.
    fn key_place(&self, rule: &Rule, key: &str) -> Place {
        match self.page_by_file.get(&*rule.origin.file) {
            Some(page) => (page.document).key_place(&format!("{}/{key}", rule.origin.pointer)),
            None => Place::of_file(&rule.origin.file),
        }
    }

    /// Where bytes of a rule's expression are written.
    fn within(&self, rule: &Rule, key: &str, part: Range<usize>) -> Place {
        let pointer = format!("{}/{key}", rule.origin.pointer);
        match self.page_by_file.get(&*rule.origin.file) {
            Some(page) if page.document.has(&pointer) => page.document.text_place(&pointer, part),
            _ => self.place(rule, key),
        }
    }

    /// The key under which a rule's clearing condition is written.
    fn clear_key(&self, rule: &Rule) -> &'static str {
        let has = |page: &&Page| page.has(&format!("{}/alarm/clear_when", rule.origin.pointer));
        match self.page_by_file.get(&*rule.origin.file) {
            Some(page) if has(page) => "alarm/clear_when",
            _ => "alarm/deadband",
        }
    }

    /// Where a key of a signal is written, or the signal where it is not there.
    fn signal_place(&self, model: &Model, signal: &Signal, key: &str) -> Place {
        let Some(page) = self.page_by_file.get(&*model.origin.file) else {
            return Place::of_file(&model.origin.file);
        };
        let pointer = &model.origin.pointer;
        let signal = format!("{pointer}/signals/{}", escaped(&signal.name));
        let key = format!("{signal}/{key}");
        if page.document.has(&key) {
            page.document.place(&key)
        } else {
            page.document.key_place(&signal)
        }
    }

    /// The models that a rule is for.
    fn models_of(&self, rule: &'a Rule) -> impl Iterator<Item = &'a Model> {
        let all = self.scene.models.iter().zip(&rule.applies);
        all.filter(|(_, applies)| **applies).map(|(model, _)| model)
    }

    /// The signal and the range of normal values in all models that a rule is for, the widest of them;
    /// nothing if one of them has none.
    fn normal(&self, rule: &'a Rule, column: SignalColumn) -> Option<(&'a Signal, [f64; 2])> {
        let mut widest: Option<(&Signal, [f64; 2])> = None;
        for model in self.models_of(rule) {
            let signal = model.signal(column)?;
            let [low, high] = signal.range?;
            widest = Some(match widest {
                None => (signal, [low, high]),
                Some((first, [least, most])) => (first, [least.min(low), most.max(high)]),
            });
        }
        widest
    }

    /// Whether a rule is for turbines, not only for entities.
    fn is_for_turbines(&self, rule: &'a Rule) -> bool {
        self.models_of(rule).any(|model| !model.is_entity)
    }

    /// The maps that a rule is in, with its place there: by them nodes name rules.
    fn maps_of(&self, rule: usize) -> Vec<(usize, usize)> {
        let Some(composition) = &self.scene.composition else {
            return Vec::new();
        };
        let maps = composition.rule_maps.iter().enumerate();
        maps.filter_map(|(map, of)| {
            let at = (of.statements.iter()).position(|s| usize::from(s.rule) == rule)?;
            Some((map, at))
        })
        .collect()
    }

    /// Whether one rule is asked before another wherever the other is, on nodes.
    fn precedes_on_nodes(&self, earlier: usize, later: usize) -> bool {
        let (earlier, later) = (self.maps_of(earlier), self.maps_of(later));
        let is_before = |(map, at): &(usize, usize)| {
            let same = earlier.iter().find(|(of, _)| of == map);
            same.is_some_and(|(_, before)| before < at)
        };
        !later.is_empty() && later.iter().all(is_before)
    }

    fn name_of(&self, column: SignalColumn) -> &'a str {
        self.scene.signals.get(column.index()).map_or("", |n| n)
    }

    fn tell(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// A number with its unit: `80 degC`.
fn with_unit(value: f64, unit: &str) -> String {
    if unit.is_empty() {
        format!("{value}")
    } else {
        format!("{value} {unit}")
    }
}
