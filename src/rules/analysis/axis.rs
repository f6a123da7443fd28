//! What conditions compare, each under a number: signals, terms, and how two terms stand to each other.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::spans::Spans;
use crate::fleet::SignalColumn;
use crate::rules::ops::{Arithmetic, Extreme};
use crate::rules::tree::{Node, Typed};
use crate::scene::ValueKind;

/// Something whose value conditions ask for.
#[derive(Debug, Clone)]
pub struct Axis {
    /// The column, where it is a signal by itself.
    pub signal: Option<SignalColumn>,
    /// The kind of its values.
    pub kind: ValueKind,
    /// The values that it can have at all.
    pub domain: Spans,
}

/// Every axis that was met, by its number.
#[derive(Debug, Default)]
pub(super) struct Axes {
    list: Vec<Axis>,
    by_key: HashMap<String, u32>,
}

impl Axes {
    pub fn get(&self, id: u32) -> Option<&Axis> {
        self.list.get(id as usize)
    }

    /// The axis of a term.
    pub fn of(&mut self, typed: &Typed, signals: &[SignalColumn]) -> u32 {
        let signal = match &typed.node {
            Node::Signal(index) => signals.get(*index).copied(),
            _ => None,
        };
        let domain = || match typed.kind {
            ValueKind::Boolean => Spans::point(0.0).or(&Spans::point(1.0)),
            ValueKind::Text => Spans::all(),
            ValueKind::Number => {
                let (low, high) = bounds(typed);
                Spans::between(low, high)
            }
        };
        self.under(key_of(typed, signals), || Axis {
            signal,
            kind: typed.kind,
            domain: domain(),
        })
    }

    /// The axis of how two terms stand to each other (-1, 0 or 1), and whether it is that of the second
    /// to the first.
    pub fn of_two(&mut self, a: &Typed, b: &Typed, signals: &[SignalColumn]) -> (u32, bool) {
        let (a, b) = (key_of(a, signals), key_of(b, signals));
        let is_mirrored = b < a;
        let domain = if a == b {
            Spans::point(0.0)
        } else {
            [-1.0, 0.0, 1.0]
                .into_iter()
                .fold(Spans::none(), |all, at| all.or(&Spans::point(at)))
        };
        let key = if is_mirrored {
            format!("{b} to {a}")
        } else {
            format!("{a} to {b}")
        };
        let axis = self.under(key, || Axis {
            signal: None,
            kind: ValueKind::Number,
            domain,
        });
        (axis, is_mirrored)
    }

    fn under(&mut self, key: String, axis: impl FnOnce() -> Axis) -> u32 {
        let next = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        *self.by_key.entry(key).or_insert_with(|| {
            self.list.push(axis());
            next
        })
    }
}

/// A text that is the same for the same term over the same signals.
fn key_of(typed: &Typed, signals: &[SignalColumn]) -> String {
    let mut key = String::new();
    write_key(typed, signals, &mut key);
    key
}

fn write_key(typed: &Typed, signals: &[SignalColumn], key: &mut String) {
    let mut name = |words: std::fmt::Arguments<'_>| {
        // Writing to a text cannot fail.
        let _ = key.write_fmt(words);
    };
    match &typed.node {
        Node::Constant(value) => return name(format_args!("{value:?} ")),
        Node::Signal(index) => {
            let column = signals.get(*index).map_or(usize::MAX, |s| s.index());
            return name(format_args!("s{column} "));
        }
        Node::Arithmetic(op, ..) => name(format_args!("({op:?} ")),
        Node::Compare(op, ..) => name(format_args!("({} ", op.symbol())),
        Node::Extreme(op, _) => name(format_args!("({op:?} ")),
        Node::Negate(_) => name(format_args!("(neg ")),
        Node::Abs(_) => name(format_args!("(abs ")),
        Node::Not(_) => name(format_args!("(not ")),
        Node::And(..) => name(format_args!("(and ")),
        Node::Or(..) => name(format_args!("(or ")),
        Node::Conditional(..) => name(format_args!("(if ")),
        Node::In(..) => name(format_args!("(in ")),
    }
    for child in typed.children() {
        write_key(child, signals, key);
    }
    key.push(')');
}

/// The least and greatest value that a term can have; rounding keeps the order, so they hold exactly.
fn bounds(typed: &Typed) -> (f64, f64) {
    const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    let found = match &typed.node {
        Node::Constant(value) => (*value, *value),
        Node::Negate(a) => {
            let (low, high) = bounds(a);
            (-high, -low)
        }
        Node::Abs(a) => match bounds(a) {
            (low, high) if low >= 0.0 => (low, high),
            (low, high) if high <= 0.0 => (-high, -low),
            (low, high) => (0.0, high.max(-low)),
        },
        Node::Arithmetic(Arithmetic::Add, a, b) => {
            let (a, b) = (bounds(a), bounds(b));
            (a.0 + b.0, a.1 + b.1)
        }
        Node::Arithmetic(Arithmetic::Subtract, a, b) => {
            let (a, b) = (bounds(a), bounds(b));
            (a.0 - b.1, a.1 - b.0)
        }
        Node::Arithmetic(Arithmetic::Remainder, _, b) => match b.constant() {
            Some(divisor) => (-divisor.abs(), divisor.abs()),
            None => ANY,
        },
        Node::Extreme(op, all) => all
            .iter()
            .map(bounds)
            .reduce(|a, b| match op {
                Extreme::Min => (a.0.min(b.0), a.1.min(b.1)),
                Extreme::Max => (a.0.max(b.0), a.1.max(b.1)),
            })
            .unwrap_or(ANY),
        Node::Conditional(_, yes, no) => {
            let (a, b) = (bounds(yes), bounds(no));
            (a.0.min(b.0), a.1.max(b.1))
        }
        _ => ANY,
    };
    if found.0.is_nan() || found.1.is_nan() {
        return ANY;
    }
    found
}
