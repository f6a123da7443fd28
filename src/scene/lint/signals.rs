//! Signals that serve nothing.

use std::collections::HashSet;

use super::Lints;
use crate::fleet::SignalColumn;
use crate::rules::{Formula, LabelPiece, Program};
use crate::scene::model::{RuleColor, Scene, ValueKind};
use crate::scene::problem::{Problem, quoted};

pub(super) fn lint(lints: &mut Lints<'_>) {
    let scene = lints.scene;
    // A scene without rules is one that is being written; what nodes show is not looked into.
    if scene.rules.is_empty() || scene.composition.is_some() {
        return;
    }
    let mut used = named(scene);
    for signal in scene.models.iter().flat_map(|m| &m.signals) {
        let is_shown = signal.range.is_some()
            || signal.part.is_some()
            || signal.drives.is_some()
            || signal.carries_codes;
        // A text says in the inspector all that it has to say.
        if is_shown || signal.kind == ValueKind::Text {
            used.insert(signal.column);
        }
    }
    let mut told = HashSet::new();
    let mut found = Vec::new();
    for model in &scene.models {
        for signal in &model.signals {
            if used.contains(&signal.column) || !told.insert(signal.column) {
                continue;
            }
            let message = format!(
                "nothing uses the signal {}: it has no part, no range and drives nothing, and no rule \
                 names it",
                quoted(&signal.name)
            );
            let help = "say its `part` or `range`, which the panels show it with, or use it in a rule; \
                        else leave it out";
            let place = lints.signal_place(model, signal, "");
            found.push(Problem::warning("unused-signal", place, message).help(help));
        }
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

/// Signals that an expression names, those of rules that are set aside too.
fn named(scene: &Scene) -> HashSet<SignalColumn> {
    let mut named = HashSet::new();
    let mut read = |program: &Program| named.extend(program.signals().iter().copied());
    for rule in &scene.rules {
        read(&rule.when.program);
        let alarm = rule.alarm.iter();
        for written in alarm.flat_map(|a| a.clear_when.iter().chain(&a.suppress_when)) {
            read(&written.program);
        }
        if let Some(RuleColor::Scale(scale)) = &rule.color {
            read(&scale.of.program);
        }
        for piece in rule.label.iter().flat_map(|label| &label.pieces) {
            if let LabelPiece::Value { program, .. } = piece {
                read(program);
            }
        }
    }
    for computed in &scene.computed {
        match &computed.formula {
            Formula::Expression(program) => named.extend(program.signals().iter().copied()),
            Formula::Given(_) => {}
            Formula::Window { of, .. }
            | Formula::Held { of, .. }
            | Formula::Age { of }
            | Formula::Previous { of }
            | Formula::Across { of, .. } => drop(named.insert(*of)),
        }
    }
    named
}
