//! Compiled expressions.

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use super::check::{Checked, check, converted, kind_in_words};
use super::jexl;
use super::kernels;
use super::lower::{Output, Steps, lower};
use super::machine::{BLOCK, Block, Columns, Registers, Rows, run};
use super::ops::Comparison;
use super::scope::Scope;
use super::syntax::parse;
use super::tree::{Node, Typed};
use crate::fleet::{SignalColumn, TurbineRow};
use crate::rules::Texts;
use crate::scene::ValueKind;
use crate::units::Unit;

/// The outcome of a condition (Kleene's three-valued logic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Truth {
    /// It does not hold.
    False = kernels::FALSE,
    /// It holds.
    True = kernels::TRUE,
    /// An input that decides it is missing, stale or bad.
    #[default]
    Unknown = kernels::UNKNOWN,
}

impl Truth {
    /// The outcome that a byte of the kernels stands for.
    #[inline(always)]
    pub(super) fn from_byte(byte: u8) -> Self {
        match byte {
            kernels::FALSE => Self::False,
            kernels::UNKNOWN => Self::Unknown,
            _ => Self::True,
        }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    /// What is unknown stays unknown.
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::True => Self::False,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// A problem in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong, as a sentence.
    pub message: String,
    /// Where, as bytes of the source.
    pub span: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

impl ExpressionError {
    pub(super) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            message: message.into(),
            span,
            help: None,
        }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

/// A value of an expression, or of a part of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A text.
    Text(Arc<str>),
    /// What it rests on is missing, stale or bad.
    Unknown,
}

/// The value of a part of an expression for one turbine.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The part, as bytes of the source.
    pub span: Range<usize>,
    /// Its value now.
    pub value: Value,
}

/// A column that an expression reads, and where: a signal's name, a limit, or a whole call.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The part, as bytes of the source.
    pub span: Range<usize>,
    /// The column.
    pub column: SignalColumn,
    /// What its values are.
    pub kind: ValueKind,
    /// What they are in, where that is known.
    pub unit: Option<Unit>,
}

/// An expression lowered to run over columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    code: Code,
    signals: Vec<SignalColumn>,
    needs: Vec<SignalColumn>,
    names: Vec<SignalColumn>,
}

#[derive(Debug, Clone, PartialEq)]
enum Code {
    Native { root: Typed, steps: Steps },
    Jexl(jexl::Code),
}

/// Parses, checks and compiles a condition (an expression whose value is true or false).
///
/// # Errors
/// Every problem found, in the order of the source.
pub fn compile(source: &str, scope: &dyn Scope) -> Result<Program, Vec<ExpressionError>> {
    let program = compile_any(source, scope)?;
    if program.kind() == ValueKind::Boolean {
        return Ok(program);
    }
    let message = format!(
        "A condition is true or false; this is {}.",
        kind_in_words(program.kind())
    );
    let span = program.root().map_or(0..source.len(), |r| r.span.clone());
    let error = ExpressionError::new(message, span);
    Err(vec![error.help(match program.kind() {
        ValueKind::Text => "Compare it, for example: … == \"run\"",
        ValueKind::Number | ValueKind::Boolean => "Compare it, for example: … > 80",
    })])
}

/// As [`compile`], for an expression of any kind.
///
/// # Errors
/// Every problem found, in the order of the source.
pub fn compile_any(source: &str, scope: &dyn Scope) -> Result<Program, Vec<ExpressionError>> {
    let expr = parse(source)?;
    let Checked {
        root,
        signals,
        needs,
        names,
    } = check(source, &expr, scope)?;
    Ok(Program::new(root, signals, needs, names))
}

/// Parses a condition in Jexl. A name that the scope has not is undefined, as in Jexl.
///
/// # Errors
/// What Jexl says about it.
pub fn compile_jexl(source: &str, scope: &dyn Scope) -> Result<Program, Vec<ExpressionError>> {
    let (mut code, mut signals) = jexl::Code::new(source, scope)?;
    let names = signals.clone();
    if signals.is_empty() {
        signals = scope.heard();
        code.hear(signals.len());
    }
    Ok(Program {
        code: Code::Jexl(code),
        needs: names.clone(),
        names,
        signals,
    })
}

thread_local! {
    static REGISTERS: RefCell<Registers> = RefCell::default();
}

impl Program {
    pub(super) fn new(
        root: Typed,
        signals: Vec<SignalColumn>,
        needs: Vec<SignalColumn>,
        names: Vec<SignalColumn>,
    ) -> Self {
        let steps = lower(&root);
        Self {
            code: Code::Native { root, steps },
            signals,
            needs,
            names,
        }
    }

    /// What its values are in, where that is known.
    pub fn unit(&self) -> Option<&Unit> {
        self.root()?.unit.as_ref()
    }

    /// With its values in another unit; as they are where their unit is not known.
    ///
    /// # Errors
    /// Its own unit, which does not convert into that.
    pub fn in_unit(self, unit: &Unit) -> Result<Self, Unit> {
        let Some(own) = self.unit() else {
            return Ok(self);
        };
        let Some(conversion) = own.to(unit) else {
            return Err(own.clone());
        };
        Ok(match self.code {
            Code::Native { root, .. } => {
                let root = converted(root, conversion, unit.clone());
                Self::new(root, self.signals, self.needs, self.names)
            }
            Code::Jexl(_) => self,
        })
    }

    /// Evaluates the condition for these rows; `out[i]` is the outcome for `rows[i]`. Unknown
    /// throughout if it is no condition.
    pub fn evaluate<C: Columns + ?Sized>(
        &self,
        columns: &C,
        rows: &[TurbineRow],
        out: &mut Vec<Truth>,
    ) {
        self.collect(columns, Rows::List(rows), out);
    }

    /// Evaluates the condition for the first `count` rows, which takes less time than naming them;
    /// `out[i]` is the outcome for row `i`.
    pub fn evaluate_all<C: Columns + ?Sized>(
        &self,
        columns: &C,
        count: usize,
        out: &mut Vec<Truth>,
    ) {
        self.collect(columns, Rows::First(count), out);
    }

    fn collect<C: Columns + ?Sized>(&self, columns: &C, rows: Rows, out: &mut Vec<Truth>) {
        out.clear();
        out.reserve(rows.len());
        REGISTERS.with_borrow_mut(|registers| {
            self.for_each_block(columns, rows, registers, |_, truths| {
                out.extend(truths.iter().map(|&t| Truth::from_byte(t)));
            });
        });
    }

    /// Hands over the outcomes block by block, as bytes of the kernels, with their place among the
    /// rows.
    pub(super) fn for_each_block<C: Columns + ?Sized>(
        &self,
        columns: &C,
        rows: Rows,
        registers: &mut Registers,
        mut give: impl FnMut(Range<usize>, &[u8]),
    ) {
        let steps = match &self.code {
            Code::Native { steps, .. } => steps,
            Code::Jexl(code) => return self.run_jexl(code, columns, rows, give),
        };
        run(
            steps,
            &self.signals,
            columns,
            rows,
            registers,
            |range, block| match block {
                Block::Truths(truths) => give(range, truths),
                Block::Numbers(numbers) => {
                    let unknown = [kernels::UNKNOWN; BLOCK];
                    give(range, unknown.get(..numbers.len()).unwrap_or_default());
                }
            },
        );
    }

    fn run_jexl<C: Columns + ?Sized>(
        &self,
        code: &jexl::Code,
        columns: &C,
        rows: Rows,
        mut give: impl FnMut(Range<usize>, &[u8]),
    ) {
        let mut truths = [kernels::UNKNOWN; BLOCK];
        let mut start = 0;
        while start < rows.len() {
            let range = start..rows.len().min(start + BLOCK);
            for (at, truth) in range.clone().zip(&mut truths) {
                let row = match rows {
                    Rows::First(_) => at,
                    Rows::List(rows) => rows.get(at).map_or(usize::MAX, |r| r.index()),
                };
                *truth = code.truth(&|index| self.known(columns, index, row)) as u8;
            }
            start = range.end;
            let count = range.len();
            give(range, truths.get(..count).unwrap_or_default());
        }
    }

    /// The value of one of its signals in a row.
    fn known<C: Columns + ?Sized>(&self, columns: &C, index: usize, row: usize) -> f64 {
        let column = self.signals.get(index).map(|s| columns.known(*s));
        let value = column.and_then(|c| c.get(row));
        value.copied().unwrap_or(f64::NAN)
    }

    /// The checked tree of a native expression.
    pub(super) fn root(&self) -> Option<&Typed> {
        match &self.code {
            Code::Native { root, .. } => Some(root),
            Code::Jexl(_) => None,
        }
    }

    /// The names of a Jexl expression that no signal has.
    pub fn unknown_names(&self) -> Vec<&str> {
        match &self.code {
            Code::Native { .. } => Vec::new(),
            Code::Jexl(code) => code.unknown_names().collect(),
        }
    }

    /// Hands over the values block by block, with their place among the rows: numbers, those of texts,
    /// or 1 and 0 of conditions; NaN where unknown.
    pub(super) fn for_each_values<C: Columns + ?Sized>(
        &self,
        columns: &C,
        rows: Rows,
        registers: &mut Registers,
        mut give: impl FnMut(Range<usize>, &[f64]),
    ) {
        let mut values = [f64::NAN; BLOCK];
        let from_truths = |range: Range<usize>, truths: &[u8]| {
            for (value, truth) in values.iter_mut().zip(truths) {
                *value = match *truth {
                    kernels::FALSE => 0.0,
                    kernels::TRUE => 1.0,
                    _ => f64::NAN,
                };
            }
            give(range, values.get(..truths.len()).unwrap_or_default());
        };
        let steps = match &self.code {
            Code::Native { steps, .. } => steps,
            Code::Jexl(code) => return self.run_jexl(code, columns, rows, from_truths),
        };
        match steps.output {
            Output::Truth(_) => {
                self.for_each_block(columns, rows, registers, from_truths);
            }
            Output::Number(_) => run(
                steps,
                &self.signals,
                columns,
                rows,
                registers,
                |range, block| {
                    if let Block::Numbers(numbers) = block {
                        give(range, numbers);
                    }
                },
            ),
        }
    }

    /// Hashes what it does, wherever in a source it stands and wherever its signals are.
    pub(super) fn hash_steps(&self, hasher: &mut impl Hasher) {
        match &self.code {
            Code::Native { steps, .. } => format!("{steps:?}").hash(hasher),
            Code::Jexl(code) => code.source().hash(hasher),
        }
    }

    /// What its values are. A Jexl expression counts as a condition, whatever its value.
    pub fn kind(&self) -> ValueKind {
        self.root().map_or(ValueKind::Boolean, |root| root.kind)
    }

    /// The value for one row, whatever its kind.
    pub fn value<C: Columns + ?Sized>(&self, columns: &C, row: TurbineRow, texts: &Texts) -> Value {
        let steps = match &self.code {
            Code::Native { steps, .. } => steps,
            Code::Jexl(code) => {
                return code.value(&|index| self.known(columns, index, row.index()));
            }
        };
        let mut value = f64::NAN;
        let signals = &self.signals;
        REGISTERS.with_borrow_mut(|registers| {
            let rows = [row];
            run(
                steps,
                signals,
                columns,
                Rows::List(&rows),
                registers,
                |_, block| {
                    value = match block {
                        Block::Numbers(numbers) => numbers.first().copied().unwrap_or(f64::NAN),
                        Block::Truths(truths) => match truths.first() {
                            Some(&kernels::FALSE) => 0.0,
                            Some(&kernels::TRUE) => 1.0,
                            _ => f64::NAN,
                        },
                    };
                },
            );
        });
        Value::new(self.kind(), value, texts)
    }

    /// The signals with names that a turbine must have for it: those that it reads, and those that its
    /// functions of time do.
    pub fn needs(&self) -> &[SignalColumn] {
        &self.needs
    }

    /// Every signal that it names, also within functions of time and of the farm.
    pub fn names(&self) -> &[SignalColumn] {
        &self.names
    }

    /// The columns that the expression reads, in the order in which they first appear, each once. Those
    /// of functions have no name.
    pub fn signals(&self) -> &[SignalColumn] {
        &self.signals
    }

    /// What it reads, in the order of the source. Of a signal within a function of time only the
    /// function is told.
    pub fn reads(&self) -> Vec<Read> {
        let mut reads = Vec::new();
        let root = match &self.code {
            Code::Native { root, .. } => root,
            Code::Jexl(code) => {
                let read = |(span, index, kind): (Range<usize>, usize, ValueKind)| {
                    let column = *self.signals.get(index)?;
                    Some(Read {
                        span,
                        column,
                        kind,
                        unit: None,
                    })
                };
                return code.reads().filter_map(read).collect();
            }
        };
        let mut rest = vec![root];
        while let Some(typed) = rest.pop() {
            if let Node::Signal(index) = typed.node
                && let Some(&column) = self.signals.get(index)
            {
                reads.push(Read {
                    span: typed.span.clone(),
                    column,
                    kind: typed.kind,
                    unit: typed.unit.clone(),
                });
            }
            rest.extend(typed.children());
        }
        reads.sort_by_key(|r| r.span.start);
        reads
    }

    /// The present value of every signal named and the outcome of every comparison and `in`, for one
    /// turbine: in the order of the source, what stands within another after it.
    pub fn explain<C: Columns + ?Sized>(
        &self,
        columns: &C,
        row: TurbineRow,
        texts: &Texts,
    ) -> Vec<Live> {
        let signal = |index: usize| self.known(columns, index, row.index());
        let root = match &self.code {
            Code::Native { root, .. } => root,
            Code::Jexl(code) => return code.explain(&signal),
        };
        let mut lives = Vec::new();
        let mut rest = vec![root];
        while let Some(typed) = rest.pop() {
            if matches!(
                typed.node,
                Node::Signal(_) | Node::Compare(..) | Node::In(..)
            ) {
                lives.push(Live {
                    span: typed.span.clone(),
                    value: Value::new(typed.kind, typed.evaluate(&signal), texts),
                });
            }
            rest.extend(typed.children());
        }
        lives.sort_by_key(|l| (l.span.start, std::cmp::Reverse(l.span.end)));
        lives
    }

    /// The signal, comparison and limit, if the expression is a single comparison of a number with a
    /// constant: `80 < oil_temperature` is `(oil_temperature, Greater, 80.0)`.
    pub fn compare_simple(&self) -> Option<(SignalColumn, Comparison, f64)> {
        let Node::Compare(op, a, b) = &self.root()?.node else {
            return None;
        };
        if a.kind != ValueKind::Number {
            return None;
        }
        let (op, index, limit) = match (&a.node, &b.node) {
            (Node::Signal(index), Node::Constant(limit)) => (*op, index, limit),
            (Node::Constant(limit), Node::Signal(index)) => (op.mirrored(), index, limit),
            _ => return None,
        };
        Some((*self.signals.get(*index)?, op, *limit))
    }
}

impl Value {
    /// The value that a number of the columns stands for.
    pub fn new(kind: ValueKind, value: f64, texts: &Texts) -> Self {
        match kind {
            _ if value.is_nan() => Self::Unknown,
            ValueKind::Number => Self::Number(value),
            ValueKind::Boolean => Self::Boolean(value != 0.0),
            // A text literal without a number equals no text, but it is not unknown.
            ValueKind::Text => texts
                .text(value as u32)
                .map_or(Self::Text("".into()), Self::Text),
        }
    }
}
