//! Derived signals: expressions in a model's signals, compiled for that model.

use std::sync::Arc;

use super::Farm;
use super::expression::Context;
use crate::rules::{Computed, Formula, Texts};
use crate::scene::document::escaped;
use crate::scene::load::Page;
use crate::scene::model::{Expression, Language, Signal, ValueKind};
use crate::scene::problem::{Problem, Problems};
use crate::units::Unit;

/// Compiles every derived signal; tells what is wrong with them.
pub(super) fn derived(farm: &Farm<'_>, pages: &[Page], texts: &Texts, problems: &mut Problems) {
    for (at, model) in farm.models.list.iter().enumerate() {
        let Some((page, pointer)) = farm.models.spot(at) else {
            continue;
        };
        let Some(page) = pages.get(page) else {
            continue;
        };
        let mut applies = vec![false; farm.models.list.len()];
        if let Some(applies) = applies.get_mut(at) {
            *applies = true;
        }
        let context = Context {
            farm,
            pages,
            applies: &applies,
            has_models: true,
            knows_models: true,
            texts,
            document: &page.document,
            language: Language::Native,
            is_number: false,
        };
        for signal in &model.signals {
            let Some(source) = &signal.expression else {
                continue;
            };
            let pointer = format!("{pointer}/signals/{}/expression", escaped(&signal.name));
            let compiled = context.compile_any(source, &pointer, 0, problems);
            let Some(program) =
                compiled.and_then(|e| in_its_unit(signal, e, &context, &pointer, problems))
            else {
                continue;
            };
            let computed = Computed {
                column: signal.column,
                applies: applies.clone(),
                source: Arc::clone(source),
                formula: Formula::Expression(program),
            };
            farm.columns.derive(computed, page.document.place(&pointer));
        }
    }
}

/// The program with its values in the unit of the signal.
fn in_its_unit(
    signal: &Signal,
    expression: Expression,
    context: &Context<'_>,
    pointer: &str,
    problems: &mut Problems,
) -> Option<Arc<crate::rules::Program>> {
    let program = expression.program;
    let mut error = |code, message: String, help: &str| {
        let place = context.place(pointer, 0..expression.source.len());
        problems.push(Problem::error(code, place, message).help(help));
    };
    if program.kind() != signal.kind {
        let kind = |kind| match kind {
            ValueKind::Number => ("a number", "number"),
            ValueKind::Boolean => ("true or false", "boolean"),
            ValueKind::Text => ("a text", "text"),
        };
        let ((is, name), (should_be, _)) = (kind(program.kind()), kind(signal.kind));
        let message = format!(
            "the expression gives {is}; `{}` is {should_be}",
            signal.name
        );
        error("expression", message, &format!("give it type = \"{name}\""));
        return None;
    }
    let Some(unit) = Unit::named(&signal.unit) else {
        return Some(program);
    };
    match Arc::unwrap_or_clone(program).in_unit(&unit) {
        Ok(program) => Some(Arc::new(program)),
        Err(own) => {
            let message = format!(
                "the expression is in {}, which does not convert into {}",
                own.name(),
                unit.name()
            );
            let help = format!("expected {}", unit.measures());
            error("unit", message, &help);
            None
        }
    }
}
