//! Values by name, to try an expression without a scene.

use super::program::{ExpressionError, Value, compile_any};
use super::scope::Scope;
use crate::fleet::{SignalColumn, TurbineRow};
use crate::rules::Texts;
use crate::scene::ValueKind;

/// Names and their values. A name's kind is that of its value; an unknown one takes the kind that
/// suits the expression.
#[derive(Debug, Default)]
pub struct Trial {
    names: Vec<String>,
    /// `None` where the value is unknown.
    kinds: Vec<Option<ValueKind>>,
    columns: Vec<Vec<f64>>,
    texts: Texts,
}

/// The outcome of an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What the expression gives.
    pub kind: ValueKind,
    /// What it gives now.
    pub value: Value,
}

impl Trial {
    /// Gives a name a value, in place of the one it had.
    pub fn set(&mut self, name: &str, value: &Value) {
        let (kind, number) = match value {
            Value::Number(number) => (Some(ValueKind::Number), *number),
            Value::Boolean(truth) => (Some(ValueKind::Boolean), f64::from(*truth)),
            Value::Text(text) => {
                let id = self.texts.intern(text).map_or(-1.0, f64::from);
                (Some(ValueKind::Text), id)
            }
            Value::Unknown => (None, f64::NAN),
        };
        let index = self.names.iter().position(|n| n == name);
        let index = index.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.kinds.push(None);
            self.columns.push(Vec::new());
            self.names.len() - 1
        });
        if let (Some(of_name), Some(column)) =
            (self.kinds.get_mut(index), self.columns.get_mut(index))
        {
            *of_name = kind;
            *column = vec![number];
        }
    }

    /// Evaluates an expression of any kind.
    ///
    /// # Errors
    /// Every problem of the expression, in the order of the source.
    pub fn evaluate(&self, source: &str) -> Result<Outcome, Vec<ExpressionError>> {
        let mut scope = Guess {
            trial: self,
            kinds: self.kinds.iter().map(|k| k.unwrap_or_default()).collect(),
        };
        let mut compiled = compile_any(source, &scope);
        for (index, _) in self.kinds.iter().enumerate().filter(|(_, k)| k.is_none()) {
            for kind in [ValueKind::Boolean, ValueKind::Text] {
                let Err(errors) = &compiled else {
                    break;
                };
                let before = scope.take_kind(index, kind);
                let other = compile_any(source, &scope);
                if other.as_ref().map_or_else(Vec::len, |_| 0) < errors.len() {
                    compiled = other;
                } else {
                    scope.take_kind(index, before);
                }
            }
        }
        let program = compiled?;
        Ok(Outcome {
            kind: program.kind(),
            value: program.value(&self.columns, TurbineRow(0), &self.texts),
        })
    }
}

/// A trial, with a guess at the kinds of what is unknown.
struct Guess<'a> {
    trial: &'a Trial,
    kinds: Vec<ValueKind>,
}

impl Guess<'_> {
    /// Sets a guess and gives back the former one.
    fn take_kind(&mut self, index: usize, kind: ValueKind) -> ValueKind {
        let place = self.kinds.get_mut(index);
        place.map_or(kind, |place| std::mem::replace(place, kind))
    }
}

impl Scope for Guess<'_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let index = self.trial.names.iter().position(|n| n == name)?;
        let column = SignalColumn(u16::try_from(index).ok()?);
        Some((column, *self.kinds.get(index)?))
    }

    fn names(&self) -> Vec<&str> {
        self.trial.names.iter().map(String::as_str).collect()
    }

    fn texts(&self) -> &Texts {
        &self.trial.texts
    }
}
