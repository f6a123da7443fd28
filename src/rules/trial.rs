//! Values by name, to try an expression without a scene.

use std::cell::RefCell;

use super::computed::{AcrossStatistic, Formula, WindowStatistic};
use super::program::{ExpressionError, Value, compile_any};
use super::scope::{Parameter, Scope, Wanted};
use crate::fleet::{SignalColumn, TurbineRow};
use crate::rules::{Program, Texts};
use crate::scene::ValueKind;
use crate::units::Unit;

/// Names and their values. A name's kind is that of its value; an unknown one takes the kind that
/// suits the expression.
#[derive(Debug, Default)]
pub struct Trial {
    names: Vec<String>,
    /// `None` where the value is unknown.
    kinds: Vec<Option<ValueKind>>,
    units: Vec<Option<Unit>>,
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
    /// What a number is in, where that is known.
    pub unit: Option<Unit>,
}

impl Trial {
    /// Gives a name a value, in place of the one it had.
    pub fn set(&mut self, name: &str, value: &Value) {
        self.set_in(name, value, None);
    }

    /// As [`Trial::set`], for a number in a unit.
    pub fn set_in(&mut self, name: &str, value: &Value, unit: Option<Unit>) {
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
            self.units.push(None);
            self.columns.push(Vec::new());
            self.names.len() - 1
        });
        if let Some(of_name) = self.units.get_mut(index) {
            *of_name = unit;
        }
        if let (Some(of_name), Some(column)) =
            (self.kinds.get_mut(index), self.columns.get_mut(index))
        {
            *of_name = kind;
            *column = vec![number];
        }
    }

    /// Evaluates an expression of any kind: as if the values had always stood as they do, and the farm
    /// were this one turbine.
    ///
    /// # Errors
    /// Every problem of the expression, in the order of the source.
    pub fn evaluate(&self, source: &str) -> Result<Outcome, Vec<ExpressionError>> {
        let mut scope = Guess {
            trial: self,
            kinds: self.kinds.iter().map(|k| k.unwrap_or_default()).collect(),
            worked_out: RefCell::default(),
        };
        let mut compiled = scope.compile(source);
        for (index, _) in self.kinds.iter().enumerate().filter(|(_, k)| k.is_none()) {
            for kind in [ValueKind::Boolean, ValueKind::Text] {
                let Err(errors) = &compiled else {
                    break;
                };
                let before = scope.take_kind(index, kind);
                let other = scope.compile(source);
                if other.as_ref().map_or_else(Vec::len, |_| 0) < errors.len() {
                    compiled = other;
                } else {
                    scope.take_kind(index, before);
                }
            }
        }
        let (program, columns) = compiled?;
        Ok(Outcome {
            kind: program.kind(),
            value: program.value(&columns, TurbineRow(0), &self.texts),
            unit: program.unit().cloned(),
        })
    }
}

/// A trial, with a guess at the kinds of what is unknown.
struct Guess<'a> {
    trial: &'a Trial,
    kinds: Vec<ValueKind>,
    /// The kinds and values of columns that are worked out.
    worked_out: RefCell<Vec<(ValueKind, f64)>>,
}

/// A program, and a column of one row for all that it reads.
type Compiled = Result<(Program, Vec<Vec<f64>>), Vec<ExpressionError>>;

impl Guess<'_> {
    fn compile(&self, source: &str) -> Compiled {
        self.worked_out.borrow_mut().clear();
        Ok((compile_any(source, self)?, self.columns()))
    }

    fn columns(&self) -> Vec<Vec<f64>> {
        let worked_out = self.worked_out.borrow();
        let more = worked_out.iter().map(|(_, value)| vec![*value]);
        self.trial.columns.iter().cloned().chain(more).collect()
    }

    /// The kind and value of a column.
    fn value(&self, column: SignalColumn) -> (ValueKind, f64) {
        let at = column.index();
        let given = self.kinds.get(at).zip(self.trial.columns.get(at));
        let given = given.map(|(kind, c)| (*kind, c.first().copied().unwrap_or(f64::NAN)));
        let worked_out = self.worked_out.borrow();
        let after = at.checked_sub(self.kinds.len());
        let after = after.and_then(|at| worked_out.get(at)).copied();
        given.or(after).unwrap_or((ValueKind::Number, f64::NAN))
    }

    /// What a formula gives where nothing ever changed.
    fn worked_out(&self, formula: &Formula) -> f64 {
        let still = |value: f64| if value.is_nan() { value } else { 0.0 };
        match formula {
            Formula::Expression(program) => {
                match program.value(&self.columns(), TurbineRow(0), &self.trial.texts) {
                    Value::Number(number) => number,
                    Value::Boolean(truth) => f64::from(truth),
                    Value::Text(text) => self.trial.texts.intern(&text).map_or(-1.0, f64::from),
                    Value::Unknown => f64::NAN,
                }
            }
            Formula::Given(_) => f64::NAN,
            Formula::Window { statistic, of, .. } => match statistic {
                WindowStatistic::Avg | WindowStatistic::Min | WindowStatistic::Max => {
                    self.value(*of).1
                }
                WindowStatistic::Rate | WindowStatistic::Delta | WindowStatistic::Stddev => {
                    still(self.value(*of).1)
                }
            },
            Formula::Held { of, .. } | Formula::Previous { of } => self.value(*of).1,
            Formula::Age { of } => still(self.value(*of).1),
            Formula::Across {
                statistic,
                of,
                nearest,
            } => match (statistic, nearest, self.value(*of)) {
                // There are no neighbours.
                (AcrossStatistic::Count, Some(_), _) => 0.0,
                (_, Some(_), _) => f64::NAN,
                (AcrossStatistic::Count, None, (_, value)) if value.is_nan() => 0.0,
                (AcrossStatistic::Count, None, (ValueKind::Number, _)) => 1.0,
                (AcrossStatistic::Stddev, None, (_, value)) => still(value),
                (_, None, (_, value)) => value,
            },
        }
    }

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

    fn unit(&self, signal: SignalColumn) -> Option<Unit> {
        self.trial.units.get(signal.index()).cloned().flatten()
    }

    fn parameter(&self, name: &str) -> Option<Parameter> {
        if let Some((column, _)) = self.signal(name) {
            return Some(Parameter::Column(column, self.unit(column)));
        }
        name.contains('.').then(|| Parameter::Fault {
            message: format!("`{name}` has no value here."),
            help: Some(format!("Give it one: {name}=80")),
        })
    }

    fn computed(&self, wanted: Wanted) -> Result<SignalColumn, String> {
        let value = self.worked_out(&wanted.formula);
        let mut worked_out = self.worked_out.borrow_mut();
        worked_out.push((wanted.kind, value));
        let number = self.kinds.len() + worked_out.len() - 1;
        match u16::try_from(number) {
            Ok(number) => Ok(SignalColumn(number)),
            Err(_) => Err("There are too many values.".to_owned()),
        }
    }
}
