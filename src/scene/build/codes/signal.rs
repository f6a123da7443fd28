//! The signal that carries the codes of a table.

use super::Table;
use crate::fleet::SignalColumn;
use crate::scene::alarm_format::CodesTable;
use crate::scene::build::models::Models;
use crate::scene::load::Page;
use crate::scene::model::ValueKind;
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::scene::source::Place;

/// The signal that carries the codes of a table; one that could not be found has no column.
#[derive(Default)]
pub(super) struct CodeSignal {
    pub column: Option<SignalColumn>,
    /// By model: whether its turbines send codes of this table.
    pub applies: Vec<bool>,
    /// What the table is known again by: the signal's name and the models'.
    pub key: String,
}

/// Finds the signal; tells why it cannot be one that carries codes.
pub(super) fn find(
    entry: &CodesTable,
    is_bits: bool,
    page: &Page,
    pointer: &str,
    models: &Models,
    problems: &mut Problems,
) -> Option<CodeSignal> {
    let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
    let mut fault = |message: String, help: Option<String>| {
        let problem = Problem::error("code-signal", place("signal"), message);
        problems.push(problem.maybe_help(help));
    };
    let Some(&column) = models.columns.get(entry.signal.as_str()) else {
        if !models.may_lack {
            let names = models.signals.iter().map(|name| &**name);
            let help = suggestion(&entry.signal, names, "the signals are");
            fault(
                format!("there is no signal {}", quoted(&entry.signal)),
                help,
            );
        }
        return None;
    };
    let shown = quoted(&entry.signal);
    match models.kinds.get(column.index()) {
        Some(ValueKind::Boolean) => {
            let help = "for one that is true or false, write a rule";
            fault(
                format!("{shown} is true or false, not a code"),
                Some(help.to_owned()),
            );
            return None;
        }
        Some(ValueKind::Text) if is_bits => {
            let help = "leave out its `type`: only a number has bits";
            fault(
                format!("{shown} is a text, and has no bits"),
                Some(help.to_owned()),
            );
            return None;
        }
        _ => {}
    }
    let named = entry.models.as_ref();
    for (i, id) in named.into_iter().flatten().enumerate() {
        if !models.by_id.contains_key(id.as_str()) && !models.may_lack {
            let message = format!("there is no model {}", quoted(id));
            let help = suggestion(id, models.ids(), "the models are");
            let problem = Problem::error("unknown-model", place(&format!("models/{i}")), message);
            problems.push(problem.maybe_help(help));
        }
    }
    let sends = |model: &crate::scene::model::Model| {
        let is_named = named.is_none_or(|named| named.iter().any(|id| **id == *model.id));
        let signal = model.signal(column);
        is_named && signal.is_some_and(|signal| signal.expression.is_none())
    };
    let applies: Vec<bool> = models.list.iter().map(sends).collect();
    if !applies.contains(&true) {
        let message = format!("no model that the table is for sends {shown}");
        let problem = Problem::error("code-signal", place("signal"), message);
        problems.push(problem.help("codes are heard: a signal with an `expression` has none"));
        return None;
    }
    let mut key = entry.signal.clone();
    for (model, _) in models.list.iter().zip(&applies).filter(|(_, a)| **a) {
        key.push(' ');
        key.push_str(&model.id);
    }
    Some(CodeSignal {
        column: Some(column),
        applies,
        key,
    })
}

impl CodeSignal {
    /// Tells of an earlier table for the same signal of the same model.
    pub fn check_earlier(
        &self,
        earlier: &[Table],
        place: Place,
        models: &Models,
        problems: &mut Problems,
    ) {
        for table in earlier.iter().filter(|t| t.signal.column == self.column) {
            let both = self.applies.iter().zip(&table.signal.applies);
            let Some(model) = both.into_iter().position(|(a, b)| *a && *b) else {
                continue;
            };
            let id = models.list.get(model).map_or("", |model| &*model.id);
            let message = format!("the model {} has two tables for this signal", quoted(id));
            let problem = Problem::error("duplicate-code", place, message);
            problems.push(problem.label(table.place.clone(), "the first is here"));
            return;
        }
    }
}
