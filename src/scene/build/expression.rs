//! Expressions of rules, compiled against the signals of the models that they are for.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::Farm;
use crate::fleet::SignalColumn;
use crate::rules::{
    ExpressionError, Parameter, Program, Scope, Texts, Wanted, compile, compile_any, compile_jexl,
    mixed_and_or,
};
use crate::scene::document::{Document, unescaped};
use crate::scene::load::Page;
use crate::scene::model::{Expression, Language, ValueKind};
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::scene::source::Place;
use crate::units::{Conversion, Unit};

/// Who an expression is for, and where it stands.
pub(super) struct Context<'a> {
    pub farm: &'a Farm<'a>,
    pub pages: &'a [Page],
    /// By model.
    pub applies: &'a [bool],
    /// The rule names its models.
    pub has_models: bool,
    /// It does not name them wrongly.
    pub knows_models: bool,
    pub texts: &'a Texts,
    pub document: &'a Document,
    pub language: Language,
    /// It gives a number, not a condition.
    pub is_number: bool,
}

impl Context<'_> {
    /// Compiles the condition at this pointer; tells what is wrong with it.
    pub fn compile(
        &self,
        source: &str,
        pointer: &str,
        problems: &mut Problems,
    ) -> Option<Expression> {
        let program = match (self.language, self.is_number) {
            (Language::Jexl, _) => compile_jexl(source, &InJexl(self)),
            (Language::Native, true) => compile_any(source, self),
            (Language::Native, false) => compile(source, self),
        };
        self.checked(program, source, pointer, 0, problems)
    }

    /// Compiles an expression of any kind that begins at this byte of the text at this pointer; tells
    /// what is wrong with it.
    pub fn compile_any(
        &self,
        source: &str,
        pointer: &str,
        offset: usize,
        problems: &mut Problems,
    ) -> Option<Expression> {
        let program = compile_any(source, self);
        self.checked(program, source, pointer, offset, problems)
    }

    fn checked(
        &self,
        program: Result<Program, Vec<ExpressionError>>,
        source: &str,
        pointer: &str,
        offset: usize,
        problems: &mut Problems,
    ) -> Option<Expression> {
        let at = |span: Range<usize>| self.place(pointer, span.start + offset..span.end + offset);
        let is_native = self.language == Language::Native;
        for span in mixed_and_or(source).into_iter().filter(|_| is_native) {
            let message = "&& and || without brackets: && binds tighter";
            let help = "put brackets around what belongs together: a || (b && c)";
            problems.push(Problem::warning("mixed-and-or", at(span), message).help(help));
        }
        let program = match program {
            Ok(program) => program,
            Err(errors) => {
                if errors.is_empty() {
                    let message = "the expression cannot be used";
                    problems.push(Problem::error(
                        "expression",
                        self.document.place(pointer),
                        message,
                    ));
                }
                for error in errors {
                    // The model that has the signal may be in the file that could not be read.
                    if self.farm.models.may_lack && self.is_unknown_name(source, &error.span) {
                        continue;
                    }
                    let place = at(error.span);
                    let problem = Problem::error("expression", place, clause(&error.message));
                    problems.push(problem.maybe_help(error.help.as_deref().map(clause)));
                }
                return None;
            }
        };
        for &column in program.needs() {
            if !self.knows_models {
                break;
            }
            self.check_models(column, source, &at, problems);
        }
        Some(Expression {
            source: source.into(),
            program: Arc::new(program),
        })
    }

    /// Where bytes of the expression stand in the file.
    pub fn place(&self, pointer: &str, part: Range<usize>) -> Place {
        self.document.text_place(pointer, part)
    }

    fn is_unknown_name(&self, source: &str, span: &Range<usize>) -> bool {
        let name = source.get(span.clone()).unwrap_or_default();
        if name.starts_with("limits.") {
            return true;
        }
        let is_word = !name.is_empty() && name.bytes().all(is_word_byte);
        is_word && !self.farm.models.columns.contains_key(name)
    }

    /// Every model that the rule is for must have the signal.
    fn check_models(
        &self,
        column: SignalColumn,
        source: &str,
        at: &dyn Fn(Range<usize>) -> Place,
        problems: &mut Problems,
    ) {
        let Some(name) = self.farm.models.signals.get(column.index()) else {
            return;
        };
        let all = self.farm.models.list.iter().zip(self.applies).enumerate();
        let lacking: Vec<usize> = all
            .filter(|(_, (model, applies))| **applies && model.signal(column).is_none())
            .map(|(i, _)| i)
            .collect();
        let Some((&first, others)) = lacking.split_first() else {
            return;
        };
        let Some(model) = self.farm.models.list.get(first) else {
            return;
        };
        let more = match others.len() {
            0 => String::new(),
            1 => " (nor has another)".to_owned(),
            n => format!(" (nor have {n} others)"),
        };
        let message = format!(
            "the model {} has no signal {}{more}",
            quoted(&model.id),
            quoted(name)
        );
        let place = at(word(source, name));
        let having: Vec<String> = (self.farm.models.list.iter())
            .filter(|m| m.signal(column).is_some())
            .take(6)
            .map(|m| format!("{:?}", m.id))
            .collect();
        let help = if self.has_models {
            let names = model.signals.iter().map(|s| &*s.name);
            suggestion(name, names, "its signals are")
        } else {
            let having = having.join(", ");
            Some(format!(
                "say which models the rule is for: models = [{having}]"
            ))
        };
        let mut problem = Problem::error("missing-signal", place, message).maybe_help(help);
        if let Some(there) = self.farm.models.place(first, self.pages) {
            problem = problem.label(there, "the model");
        }
        problems.push(problem);
    }
}

impl Scope for Context<'_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let column = *self.farm.models.columns.get(name)?;
        Some((column, *self.farm.models.kinds.get(column.index())?))
    }

    fn names(&self) -> Vec<&str> {
        let all = self.farm.models.list.iter().zip(self.applies);
        let mut names: Vec<&str> = all
            .filter(|(_, applies)| **applies)
            .flat_map(|(model, _)| model.signals.iter().map(|s| &*s.name))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn texts(&self) -> &Texts {
        self.texts
    }

    /// That of all models that the expression is for, where it is one.
    fn unit(&self, signal: SignalColumn) -> Option<Unit> {
        let all = self.farm.models.list.iter().zip(self.applies);
        let having = all.filter(|(_, applies)| **applies);
        let mut units = having.filter_map(|(model, _)| model.signal(signal).map(|s| &s.unit));
        let first = units.next()?;
        let unit = Unit::named(first)?;
        let is_same = |other: &String| {
            let other = (other != first).then(|| Unit::named(other));
            other
                .is_none_or(|o| o.is_some_and(|o| o.to(&unit).is_some_and(Conversion::is_identity)))
        };
        units.all(is_same).then_some(unit)
    }

    fn parameter(&self, name: &str) -> Option<Parameter> {
        let Farm {
            models,
            parameters,
            columns,
        } = self.farm;
        let wanted = |wanted| columns.of(wanted, models);
        parameters.parameter(name, self.applies, &models.list, &wanted)
    }

    fn computed(&self, wanted: Wanted) -> Result<SignalColumn, String> {
        self.farm.columns.of(wanted, self.farm.models)
    }

    fn is_derived(&self, signal: SignalColumn) -> bool {
        let all = self.farm.models.list.iter().zip(self.applies);
        let mut having = all.filter(|(_, applies)| **applies);
        having.any(|(model, _)| model.signal(signal).is_some_and(|s| s.expression.is_some()))
    }
}

/// The same signals, also by their names in payloads, which Jexl of TwinMaker knows them by:
/// `my-temp` of the field `/my-temp`.
struct InJexl<'a>(&'a Context<'a>);

impl InJexl<'_> {
    fn fields(&self) -> impl Iterator<Item = (&str, &crate::scene::Signal)> {
        let all = self.0.farm.models.list.iter().zip(self.0.applies);
        let signals = all
            .filter(|(_, applies)| **applies)
            .flat_map(|(m, _)| &m.signals);
        signals.filter_map(|signal| Some((signal.field.strip_prefix('/')?, signal)))
    }
}

impl Scope for InJexl<'_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let by_field = || {
            let mut fields = self.fields();
            let (_, signal) = fields.find(|(field, _)| unescaped(field) == name)?;
            Some((signal.column, signal.kind))
        };
        by_field().or_else(|| self.0.signal(name))
    }

    fn names(&self) -> Vec<&str> {
        let fields = self.fields().map(|(field, _)| field);
        fields
            .filter(|f| !f.contains('~'))
            .chain(self.0.names())
            .collect()
    }

    fn texts(&self) -> &Texts {
        self.0.texts
    }

    fn heard(&self) -> Vec<SignalColumn> {
        let columns: BTreeSet<_> = self.fields().map(|(_, signal)| signal.column).collect();
        columns.into_iter().collect()
    }
}

/// A sentence as problems are worded: without capital letter and full stop.
pub(super) fn clause(sentence: &str) -> String {
    let sentence = sentence.strip_suffix('.').unwrap_or(sentence);
    let mut chars = sentence.chars();
    match chars.next() {
        // Not `CEL`.
        Some(first) if !chars.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => sentence.to_owned(),
    }
}

/// Whether it can be a name in rules, and of an environment variable.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(is_word_byte)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Where a name first stands in an expression as a word of its own.
fn word(source: &str, name: &str) -> Range<usize> {
    let bytes = source.as_bytes();
    let is_word_at = |at: Option<usize>| {
        at.and_then(|a| bytes.get(a))
            .is_some_and(|&b| is_word_byte(b))
    };
    source
        .match_indices(name)
        .map(|(start, _)| start..start + name.len())
        .find(|span| !is_word_at(span.start.checked_sub(1)) && !is_word_at(Some(span.end)))
        .unwrap_or(0..source.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_word() {
        assert_eq!(word("oil_t > 1 && t > 2", "t"), 13..14);
        assert_eq!(word("t", "t"), 0..1);
    }
}
