//! Runs steps over rows, a block at a time, in registers that are kept from call to call.

use std::mem;
use std::ops::Range;

use super::kernels::{self, Operand};
use super::lower::{Output, Source, Step, Steps};
use crate::fleet::{Fleet, SignalColumn, TurbineRow};

/// Rows in a block: two or three registers of 8 KiB fit the first-level cache.
pub(super) const BLOCK: usize = 1024;

/// What a program reads where there is no such column or row.
static UNKNOWN_BLOCK: [f64; BLOCK] = [f64::NAN; BLOCK];

/// Columns of values by signal: the fleet, or the values of a trial.
pub trait Columns {
    /// A value a row, NaN where it is unknown. Empty for a column that does not exist.
    fn known(&self, signal: SignalColumn) -> &[f64];
}

impl Columns for Fleet {
    fn known(&self, signal: SignalColumn) -> &[f64] {
        Self::known(self, signal)
    }
}

impl Columns for Vec<Vec<f64>> {
    fn known(&self, signal: SignalColumn) -> &[f64] {
        self.get(signal.index()).map_or(&[], Vec::as_slice)
    }
}

/// The rows to run over.
#[derive(Clone, Copy)]
pub(super) enum Rows<'a> {
    /// These, in this order.
    List(&'a [TurbineRow]),
    /// All up to this one.
    First(usize),
}

impl Rows<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::List(rows) => rows.len(),
            Self::First(count) => *count,
        }
    }
}

/// The value of each row of a block.
pub(super) enum Block<'a> {
    /// Bytes as in [`kernels`].
    Truths(&'a [u8]),
    /// Numbers, or the numbers of texts.
    Numbers(&'a [f64]),
}

/// Registers, kept so that running a program allocates nothing once it has run.
#[derive(Debug, Default)]
pub(super) struct Registers {
    numbers: Vec<Vec<f64>>,
    truths: Vec<Vec<u8>>,
    gathered: Vec<Vec<f64>>,
}

impl Registers {
    fn make_room(&mut self, steps: &Steps, signals: usize) {
        grow(&mut self.numbers, steps.number_registers.max(1), 0.0);
        grow(&mut self.truths, steps.truth_registers, kernels::UNKNOWN);
        grow(&mut self.gathered, signals, f64::NAN);
    }
}

fn grow<T: Clone>(registers: &mut Vec<Vec<T>>, count: usize, value: T) {
    while registers.len() < count {
        registers.push(vec![value.clone(); BLOCK]);
    }
}

/// Runs the steps over the rows and hands each block's values to `give`, with their place among the
/// rows.
pub(super) fn run<C: Columns + ?Sized>(
    steps: &Steps,
    signals: &[SignalColumn],
    columns: &C,
    rows: Rows,
    registers: &mut Registers,
    mut give: impl FnMut(Range<usize>, Block),
) {
    registers.make_room(steps, signals.len());
    let mut start = 0;
    while start < rows.len() {
        let range = start..rows.len().min(start + BLOCK);
        start = range.end;
        let mut gathered = mem::take(&mut registers.gathered);
        let inputs = match rows {
            Rows::First(_) => Inputs::Range {
                columns,
                signals,
                range: range.clone(),
            },
            Rows::List(rows) => {
                let rows = rows.get(range.clone()).unwrap_or_default();
                for (signal, to) in signals.iter().zip(&mut gathered) {
                    gather(columns.known(*signal), rows, to);
                }
                Inputs::Gathered(&gathered)
            }
        };
        let count = range.len();
        for step in &steps.steps {
            run_step(step, &inputs, registers, count);
        }
        match steps.output {
            Output::Truth(register) => {
                give(
                    range,
                    Block::Truths(first(&registers.truths, register, count)),
                );
            }
            Output::Number(source) => {
                let mut to = take(&mut registers.numbers, 0);
                let operand = operand(source, 0, &inputs, &registers.numbers, count);
                kernels::map(to.get_mut(..count).unwrap_or_default(), operand, |a| a);
                put(&mut registers.numbers, 0, to);
                give(range, Block::Numbers(first(&registers.numbers, 0, count)));
            }
        }
        registers.gathered = gathered;
    }
}

/// The inputs of a block.
enum Inputs<'a, C: ?Sized> {
    /// The columns themselves.
    Range {
        columns: &'a C,
        signals: &'a [SignalColumn],
        range: Range<usize>,
    },
    /// By signal, the values of the rows asked for.
    Gathered(&'a [Vec<f64>]),
}

impl<C: Columns + ?Sized> Inputs<'_, C> {
    fn signal(&self, index: usize, count: usize) -> &[f64] {
        let values = match self {
            Inputs::Range {
                columns,
                signals,
                range,
            } => {
                let signal = signals.get(index);
                signal.and_then(|s| columns.known(*s).get(range.clone()))
            }
            Inputs::Gathered(gathered) => gathered.get(index).and_then(|g| g.get(..count)),
        };
        values.unwrap_or_else(|| UNKNOWN_BLOCK.get(..count).unwrap_or_default())
    }
}

fn gather(column: &[f64], rows: &[TurbineRow], to: &mut [f64]) {
    for (to, row) in to.iter_mut().zip(rows) {
        *to = column.get(row.index()).copied().unwrap_or(f64::NAN);
    }
}

fn run_step<C: Columns + ?Sized>(
    step: &Step,
    inputs: &Inputs<C>,
    registers: &mut Registers,
    count: usize,
) {
    let Registers {
        numbers, truths, ..
    } = registers;
    match step {
        Step::Negate { a, to } => with_number(numbers, *to, count, |to_values, numbers| {
            let a = operand(*a, *to, inputs, numbers, count);
            kernels::map(to_values, a, |a| -a);
        }),
        Step::Abs { a, to } => with_number(numbers, *to, count, |to_values, numbers| {
            let a = operand(*a, *to, inputs, numbers, count);
            kernels::map(to_values, a, f64::abs);
        }),
        Step::Arithmetic { op, a, b, to } => {
            with_number(numbers, *to, count, |to_values, numbers| {
                let a = operand(*a, *to, inputs, numbers, count);
                let b = operand(*b, *to, inputs, numbers, count);
                kernels::arithmetic(*op, to_values, a, b);
            });
        }
        Step::Extreme { op, a, b, to } => with_number(numbers, *to, count, |to_values, numbers| {
            let a = operand(*a, *to, inputs, numbers, count);
            let b = operand(*b, *to, inputs, numbers, count);
            kernels::extreme(*op, to_values, a, b);
        }),
        Step::ChooseNumber {
            condition,
            yes,
            no,
            to,
        } => with_number(numbers, *to, count, |to_values, numbers| {
            let yes = operand(*yes, *to, inputs, numbers, count);
            let no = operand(*no, *to, inputs, numbers, count);
            let condition = first(truths, *condition, count);
            kernels::choose_number(condition, to_values, yes, no);
        }),
        Step::Compare { op, a, b, to } => with_truth(truths, *to, count, |to, _| {
            // A comparison's outcome is no number: no operand is the receiving register.
            let a = rows_of(*a, inputs, numbers, count);
            let b = operand(*b, usize::MAX, inputs, numbers, count);
            kernels::compare(*op, to, a, b);
        }),
        Step::OneOf { a, list, to } => with_truth(truths, *to, count, |to, _| {
            kernels::one_of(to, rows_of(*a, inputs, numbers, count), list);
        }),
        Step::Fill { truth, to } => with_truth(truths, *to, count, |to, _| {
            to.fill(if *truth {
                kernels::TRUE
            } else {
                kernels::FALSE
            });
        }),
        Step::Not { to } => with_truth(truths, *to, count, |to, _| kernels::not(to)),
        Step::And { to, with } => with_truth(truths, *to, count, |to, truths| {
            kernels::and(to, first(truths, *with, count));
        }),
        Step::Or { to, with } => with_truth(truths, *to, count, |to, truths| {
            kernels::or(to, first(truths, *with, count));
        }),
        Step::Same { to, with } => with_truth(truths, *to, count, |to, truths| {
            kernels::same(to, first(truths, *with, count));
        }),
        Step::ChooseTruth { to, yes, no } => with_truth(truths, *to, count, |to, truths| {
            kernels::choose_truth(to, first(truths, *yes, count), first(truths, *no, count));
        }),
    }
}

/// Lends a register out of the others, so that they can be read while it is written.
fn with_number(
    numbers: &mut [Vec<f64>],
    to: usize,
    count: usize,
    work: impl FnOnce(&mut [f64], &[Vec<f64>]),
) {
    let mut values = take(numbers, to);
    work(values.get_mut(..count).unwrap_or_default(), numbers);
    put(numbers, to, values);
}

fn with_truth(
    truths: &mut [Vec<u8>],
    to: usize,
    count: usize,
    work: impl FnOnce(&mut [u8], &[Vec<u8>]),
) {
    let mut values = take(truths, to);
    work(values.get_mut(..count).unwrap_or_default(), truths);
    put(truths, to, values);
}

fn take<T>(registers: &mut [Vec<T>], register: usize) -> Vec<T> {
    registers
        .get_mut(register)
        .map(mem::take)
        .unwrap_or_default()
}

fn put<T>(registers: &mut [Vec<T>], register: usize, values: Vec<T>) {
    if let Some(place) = registers.get_mut(register) {
        *place = values;
    }
}

fn first<T>(registers: &[Vec<T>], register: usize, count: usize) -> &[T] {
    let values = registers.get(register).and_then(|r| r.get(..count));
    values.unwrap_or_default()
}

fn operand<'a, C: Columns + ?Sized>(
    source: Source,
    to: usize,
    inputs: &'a Inputs<C>,
    numbers: &'a [Vec<f64>],
    count: usize,
) -> Operand<'a> {
    match source {
        Source::Constant(value) => Operand::Constant(value),
        Source::Register(register) if register == to => Operand::Itself,
        Source::Register(register) => Operand::Rows(first(numbers, register, count)),
        Source::Signal(index) => Operand::Rows(inputs.signal(index, count)),
    }
}

/// The rows of an operand that the lowering never makes a constant.
fn rows_of<'a, C: Columns + ?Sized>(
    source: Source,
    inputs: &'a Inputs<C>,
    numbers: &'a [Vec<f64>],
    count: usize,
) -> &'a [f64] {
    match operand(source, usize::MAX, inputs, numbers, count) {
        Operand::Rows(rows) => rows,
        Operand::Constant(_) | Operand::Itself => UNKNOWN_BLOCK.get(..count).unwrap_or_default(),
    }
}
