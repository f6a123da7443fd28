//! A Jexl expression over the columns of the fleet.

use std::ops::Range;
use std::sync::Arc;

use super::Script;
use super::evaluate::{Context, Stop};
use super::parser::{Binary, Node};
use super::value::JsValue;
use crate::fleet::SignalColumn;
use crate::rules::program::{Live, Truth, Value};
use crate::rules::{ExpressionError, Scope, Texts};
use crate::scene::ValueKind;

/// A Jexl expression whose names are columns. A value that is missing, stale or bad is unknown, and
/// with it what comes of asking for it; TwinMaker takes it for undefined, which is less than 20.
#[derive(Debug, Clone)]
pub struct Code {
    source: Arc<str>,
    script: Script,
    /// By slot: the place of the column among those that are read, and its kind. `None` of a name
    /// that nothing has: undefined.
    columns: Vec<Option<(usize, ValueKind)>>,
    texts: Texts,
    /// Of so many columns, which it does not ask for, one must be known.
    heard: usize,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.columns == other.columns
    }
}

/// The values of one row.
struct Row<'a> {
    code: &'a Code,
    value: &'a dyn Fn(usize) -> f64,
}

impl Context for Row<'_> {
    fn value(&self, slot: usize) -> Option<JsValue> {
        let Some((index, kind)) = self.code.columns.get(slot).copied().flatten() else {
            return Some(JsValue::Undefined);
        };
        let number = (self.value)(index);
        if number.is_nan() {
            return None;
        }
        Some(match kind {
            ValueKind::Number => JsValue::Number(number),
            ValueKind::Boolean => JsValue::Boolean(number != 0.0),
            ValueKind::Text => {
                let text = self.code.texts.text(number as u32);
                JsValue::Text(text.unwrap_or_default())
            }
        })
    }
}

impl Code {
    /// Parses an expression; gives the columns that it reads too.
    ///
    /// # Errors
    /// What Jexl says about it.
    pub fn new(
        source: &str,
        scope: &dyn Scope,
    ) -> Result<(Self, Vec<SignalColumn>), Vec<ExpressionError>> {
        let script = Script::parse(source, scope.names())
            .map_err(|error| vec![ExpressionError::new(error.message, error.span)])?;
        let mut signals = Vec::new();
        let columns = script.names().iter().map(|name| {
            let (column, kind) = scope.signal(name)?;
            signals.push(column);
            Some((signals.len() - 1, kind))
        });
        let columns = columns.collect();
        let code = Self {
            source: source.into(),
            columns,
            script,
            texts: scope.texts().clone(),
            heard: 0,
        };
        Ok((code, signals))
    }

    /// Makes it unknown until one of the first `count` columns that are read is known.
    pub fn hear(&mut self, count: usize) {
        self.heard = count;
    }

    fn is_unheard(&self, value: &dyn Fn(usize) -> f64) -> bool {
        self.heard > 0 && (0..self.heard).all(|index| value(index).is_nan())
    }

    /// As written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The names that nothing has, which are undefined.
    pub fn unknown_names(&self) -> impl Iterator<Item = &str> {
        let names = self.script.names().iter().zip(&self.columns);
        names.filter(|(_, c)| c.is_none()).map(|(name, _)| &**name)
    }

    /// Whether it holds for the row whose values these are. Where Jexl throws, it does not.
    pub fn truth(&self, value: &dyn Fn(usize) -> f64) -> Truth {
        if self.is_unheard(value) {
            return Truth::Unknown;
        }
        let row = Row { code: self, value };
        match self.script.tree.evaluate(&row) {
            Ok(value) if value.is_truthy() => Truth::True,
            Ok(_) | Err(Stop::Error(..)) => Truth::False,
            Err(Stop::Unknown) => Truth::Unknown,
        }
    }

    /// Its value for the row whose values these are; unknown where Jexl throws, and of what is no
    /// number, text or truth value.
    pub fn value(&self, value: &dyn Fn(usize) -> f64) -> Value {
        if self.is_unheard(value) {
            return Value::Unknown;
        }
        let row = Row { code: self, value };
        as_value(self.script.tree.evaluate(&row))
    }

    /// Where it names what is read: bytes of the source, the place among the columns that are read, and
    /// the kind.
    pub fn reads(&self) -> impl Iterator<Item = (Range<usize>, usize, ValueKind)> {
        let tree = &self.script.tree;
        let names = tree.nodes.iter().zip(&tree.spans);
        names.filter_map(|(node, span)| match node {
            Node::Name {
                slot,
                relative: false,
            } => {
                let (index, kind) = self.columns.get(*slot).copied().flatten()?;
                Some((span.clone(), index, kind))
            }
            _ => None,
        })
    }

    /// As `Program::explain`.
    pub fn explain(&self, value: &dyn Fn(usize) -> f64) -> Vec<Live> {
        let row = Row { code: self, value };
        let tree = &self.script.tree;
        let mut lives = Vec::new();
        for (id, (node, span)) in tree.nodes.iter().zip(&tree.spans).enumerate() {
            let span = match node {
                Node::Name {
                    relative: false, ..
                } => span.clone(),
                Node::Binary { op, .. } if op.compares() => tree.span(id),
                _ => continue,
            };
            lives.push(Live {
                span,
                value: as_value(tree.evaluate_part(id, &row)),
            });
        }
        lives.sort_by_key(|l| (l.span.start, std::cmp::Reverse(l.span.end)));
        lives
    }
}

impl Binary {
    fn compares(self) -> bool {
        use Binary::{Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, NotEqual};
        matches!(
            self,
            Equal | NotEqual | Greater | GreaterOrEqual | Less | LessOrEqual | In
        )
    }
}

fn as_value(outcome: Result<JsValue, Stop>) -> Value {
    match outcome {
        Ok(JsValue::Number(number)) if !number.is_nan() => Value::Number(number),
        Ok(JsValue::Boolean(truth)) => Value::Boolean(truth),
        Ok(JsValue::Text(text)) => Value::Text(text),
        Ok(_) | Err(_) => Value::Unknown,
    }
}
