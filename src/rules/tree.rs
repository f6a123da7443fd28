//! The checked tree: every name is a column, every kind fits.

use std::ops::Range;

use super::ops::{Arithmetic, Comparison, Extreme};
use crate::scene::ValueKind;
use crate::units::Unit;

/// A checked expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub kind: ValueKind,
    /// Bytes of the source.
    pub span: Range<usize>,
    /// What its number is in, where that is known. A number without one takes that of its neighbour.
    pub unit: Option<Unit>,
    pub node: Node,
}

/// What an expression does. Numbers, truth values (1 and 0) and texts (their number) are all `f64`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Never NaN.
    Constant(f64),
    /// A signal, as an index into the program's signals.
    Signal(usize),
    Negate(Box<Typed>),
    Abs(Box<Typed>),
    Arithmetic(Arithmetic, Box<Typed>, Box<Typed>),
    /// Of one number at least.
    Extreme(Extreme, Vec<Typed>),
    Compare(Comparison, Box<Typed>, Box<Typed>),
    Not(Box<Typed>),
    And(Box<Typed>, Box<Typed>),
    Or(Box<Typed>, Box<Typed>),
    Conditional(Box<Typed>, Box<Typed>, Box<Typed>),
    In(Box<Typed>, Vec<Typed>),
}

impl Typed {
    /// The value, if it is the same for every turbine.
    pub fn constant(&self) -> Option<f64> {
        match self.node {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The expressions that this one is made of.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let (single, several): ([Option<&Self>; 3], &[Self]) = match &self.node {
            Node::Constant(_) | Node::Signal(_) => ([None; 3], &[]),
            Node::Negate(a) | Node::Abs(a) | Node::Not(a) => ([Some(a), None, None], &[]),
            Node::Arithmetic(_, a, b)
            | Node::Compare(_, a, b)
            | Node::And(a, b)
            | Node::Or(a, b) => ([Some(a), Some(b), None], &[]),
            Node::Conditional(a, b, c) => ([Some(a), Some(b), Some(c)], &[]),
            Node::Extreme(_, all) => ([None; 3], all),
            Node::In(a, all) => ([Some(a), None, None], all),
        };
        single.into_iter().flatten().chain(several)
    }

    /// The expressions that this one is made of, to change them.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        let (single, several): ([Option<&mut Self>; 3], &mut [Self]) = match &mut self.node {
            Node::Constant(_) | Node::Signal(_) => ([None, None, None], &mut []),
            Node::Negate(a) | Node::Abs(a) | Node::Not(a) => ([Some(a), None, None], &mut []),
            Node::Arithmetic(_, a, b)
            | Node::Compare(_, a, b)
            | Node::And(a, b)
            | Node::Or(a, b) => ([Some(a), Some(b), None], &mut []),
            Node::Conditional(a, b, c) => ([Some(a), Some(b), Some(c)], &mut []),
            Node::Extreme(_, all) => ([None, None, None], all),
            Node::In(a, all) => ([Some(a), None, None], all),
        };
        single.into_iter().flatten().chain(several)
    }

    /// Visits the index of every signal that it reads.
    pub fn each_signal(&mut self, visit: &mut impl FnMut(&mut usize)) {
        if let Node::Signal(index) = &mut self.node {
            visit(index);
        }
        self.children_mut().for_each(|c| c.each_signal(visit));
    }

    /// Moves its places to a source that begins here.
    pub fn begin_at(&mut self, start: usize) {
        let from = |at: usize| at.saturating_sub(start);
        self.span = from(self.span.start)..from(self.span.end);
        self.children_mut().for_each(|c| c.begin_at(start));
    }

    /// The value for one turbine, NaN for unknown; `signal` gives the values of signals.
    pub fn evaluate(&self, signal: &dyn Fn(usize) -> f64) -> f64 {
        let of = |typed: &Self| typed.evaluate(signal);
        match &self.node {
            Node::Constant(value) => *value,
            Node::Signal(index) => signal(*index),
            Node::Negate(a) => -of(a),
            Node::Abs(a) => of(a).abs(),
            Node::Arithmetic(op, a, b) => op.apply(of(a), of(b)),
            Node::Extreme(op, all) => all
                .iter()
                .map(of)
                .reduce(|a, b| op.apply(a, b))
                .unwrap_or(f64::NAN),
            Node::Compare(op, a, b) => truth(op.holds(of(a), of(b))),
            Node::Not(a) => 1.0 - of(a),
            Node::And(a, b) => and(of(a), of(b)),
            Node::Or(a, b) => or(of(a), of(b)),
            Node::Conditional(condition, yes, no) => match of(condition) {
                c if c.is_nan() => f64::NAN,
                0.0 => of(no),
                _ => of(yes),
            },
            Node::In(a, all) => {
                let a = of(a);
                let equals = |b| truth(Comparison::Equal.holds(a, of(b)));
                all.iter().map(equals).fold(0.0, or)
            }
        }
    }
}

fn truth(holds: Option<bool>) -> f64 {
    holds.map_or(f64::NAN, f64::from)
}

/// Kleene's: false if either is.
fn and(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

/// Kleene's: true if either is.
fn or(a: f64, b: f64) -> f64 {
    if a == 1.0 || b == 1.0 { 1.0 } else { a + b }
}
