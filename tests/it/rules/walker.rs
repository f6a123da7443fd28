//! Random expressions, written out as an engineer would and evaluated one node at a time: independent
//! of the parser, the checker and the column program that they test.

use rand::{Rng, RngExt as _};
use windvane::scene::ValueKind;

use super::signals::{SIGNALS, TEXTS};

/// An expression.
#[derive(Debug, Clone)]
pub enum Tree {
    Number(f64),
    Boolean(bool),
    Text(&'static str),
    Signal(usize),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    Binary(&'static str, Box<Tree>, Box<Tree>),
    Conditional(Box<Tree>, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Vec<Tree>),
    Call(&'static str, Vec<Tree>),
}

/// A value; `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known {
    Number(f64),
    Boolean(bool),
    Text(f64),
}

/// What may stand in an expression.
#[derive(Clone, Copy, PartialEq)]
pub enum Dialect {
    /// All that rules have.
    Rules,
    /// What the `cel` crate's interpreter has too: no min, max and clamp, no remainder of doubles.
    Cel,
}

/// A random expression of a kind.
pub fn random(rng: &mut impl Rng, kind: ValueKind, depth: u32, dialect: Dialect) -> Tree {
    let leaf = depth == 0 || rng.random_bool(0.15);
    let of = |rng: &mut _, kind| Box::new(random(rng, kind, depth.saturating_sub(1), dialect));
    match kind {
        _ if leaf && rng.random_bool(0.6) => {
            let suits: Vec<usize> = (0..7).filter(|&i| SIGNALS[i].1 == kind).collect();
            Tree::Signal(suits[rng.random_range(0..suits.len())])
        }
        ValueKind::Number if leaf => {
            let literals = [0.0, 0.5, 1.0, 2.0, 3.0, 80.0, 2.5e3];
            Tree::Number(literals[rng.random_range(0..literals.len())])
        }
        ValueKind::Boolean if leaf => Tree::Boolean(rng.random_bool(0.5)),
        ValueKind::Text if leaf => Tree::Text(TEXTS[rng.random_range(0..TEXTS.len())]),
        ValueKind::Text => Tree::Conditional(
            of(rng, ValueKind::Boolean),
            of(rng, ValueKind::Text),
            of(rng, ValueKind::Text),
        ),
        ValueKind::Number => match rng.random_range(0..9) {
            0 => Tree::Negate(of(rng, kind)),
            1 => Tree::Conditional(of(rng, ValueKind::Boolean), of(rng, kind), of(rng, kind)),
            2 if dialect == Dialect::Rules => {
                let count = rng.random_range(1..4);
                let all = (0..count).map(|_| *of(rng, kind)).collect();
                Tree::Call(["min", "max"][rng.random_range(0..2)], all)
            }
            3 => Tree::Call("abs", vec![*of(rng, kind)]),
            4 if dialect == Dialect::Rules => {
                let arguments = (0..3).map(|_| *of(rng, kind)).collect();
                Tree::Call("clamp", arguments)
            }
            _ => {
                let ops: &[&str] = match dialect {
                    Dialect::Rules => &["+", "-", "*", "/", "%"],
                    Dialect::Cel => &["+", "-", "*", "/"],
                };
                let op = ops[rng.random_range(0..ops.len())];
                Tree::Binary(op, of(rng, kind), of(rng, kind))
            }
        },
        ValueKind::Boolean => match rng.random_range(0..12) {
            0 | 1 => Tree::Binary("&&", of(rng, kind), of(rng, kind)),
            2 | 3 => Tree::Binary("||", of(rng, kind), of(rng, kind)),
            4 => Tree::Not(of(rng, kind)),
            5 => Tree::Conditional(of(rng, kind), of(rng, kind), of(rng, kind)),
            6 | 7 => {
                let kinds = [ValueKind::Number, ValueKind::Boolean, ValueKind::Text];
                let kind = kinds[rng.random_range(0..3)];
                let op = ["==", "!="][rng.random_range(0..2)];
                Tree::Binary(op, of(rng, kind), of(rng, kind))
            }
            8 => {
                let kinds = [ValueKind::Number, ValueKind::Boolean, ValueKind::Text];
                let kind = kinds[rng.random_range(0..3)];
                let count = rng.random_range(1..4);
                let list = (0..count).map(|_| *of(rng, kind)).collect();
                Tree::In(of(rng, kind), list)
            }
            _ => {
                let op = ["<", "<=", ">", ">="][rng.random_range(0..4)];
                Tree::Binary(op, of(rng, ValueKind::Number), of(rng, ValueKind::Number))
            }
        },
    }
}

/// How tightly an expression binds, as CEL's grammar has it.
fn binding(tree: &Tree) -> u8 {
    match tree {
        Tree::Conditional(..) => 0,
        Tree::Binary("||", ..) => 1,
        Tree::Binary("&&", ..) => 2,
        Tree::In(..) => 3,
        Tree::Binary("+" | "-", ..) => 4,
        Tree::Binary("*" | "/" | "%", ..) => 5,
        Tree::Binary(..) => 3,
        Tree::Negate(_) | Tree::Not(_) => 6,
        _ => 7,
    }
}

/// Of two that are equal the second, which tells -0 from 0.
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

impl Tree {
    /// As source, with no more brackets than needed but sometimes one pair too many.
    pub fn written(&self, rng: &mut impl Rng) -> String {
        let mut within = |tree: &Self, least: u8| {
            let text = tree.written(rng);
            if binding(tree) < least || rng.random_bool(0.1) {
                format!("({text})")
            } else {
                text
            }
        };
        match self {
            // With a dot always, so that CEL takes it for a double.
            Self::Number(value) => format!("{value:?}"),
            Self::Boolean(value) => value.to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Signal(index) => SIGNALS[*index].0.to_owned(),
            Self::Negate(a) => format!("-{}", within(a, 7)),
            Self::Not(a) => format!("!{}", within(a, 7)),
            Self::Binary(op, a, b) => {
                let level = binding(self);
                // Comparisons may not be chained; the rest groups to the left.
                let left = within(a, if level == 3 { 4 } else { level });
                let right = within(b, level + 1);
                format!("{left} {op} {right}")
            }
            Self::Conditional(c, a, b) => {
                format!("{} ? {} : {}", within(c, 1), within(a, 1), within(b, 0))
            }
            Self::In(a, list) => {
                let list: Vec<String> = list.iter().map(|e| within(e, 0)).collect();
                format!("{} in [{}]", within(a, 4), list.join(", "))
            }
            Self::Call(name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(|e| within(e, 0)).collect();
                format!("{name}({})", arguments.join(", "))
            }
        }
    }

    /// The value in a row of the columns.
    pub fn value(
        &self,
        signal: &dyn Fn(usize) -> Option<Known>,
        text: &dyn Fn(&str) -> f64,
    ) -> Option<Known> {
        let of = |tree: &Self| tree.value(signal, text);
        let number = |tree: &Self| match of(tree)? {
            Known::Number(n) => Some(n),
            other => panic!("{other:?} is no number"),
        };
        let boolean = |tree: &Self| match of(tree)? {
            Known::Boolean(b) => Some(b),
            other => panic!("{other:?} is not true or false"),
        };
        let some_number = |n: f64| (!n.is_nan()).then_some(Known::Number(n));
        match self {
            Self::Number(n) => Some(Known::Number(*n)),
            Self::Boolean(b) => Some(Known::Boolean(*b)),
            Self::Text(t) => Some(Known::Text(text(t))),
            Self::Signal(index) => signal(*index),
            Self::Negate(a) => some_number(-number(a)?),
            Self::Not(a) => Some(Known::Boolean(!boolean(a)?)),
            Self::Binary("&&", a, b) => match (boolean(a), boolean(b)) {
                (Some(false), _) | (_, Some(false)) => Some(Known::Boolean(false)),
                (Some(true), Some(true)) => Some(Known::Boolean(true)),
                _ => None,
            },
            Self::Binary("||", a, b) => match (boolean(a), boolean(b)) {
                (Some(true), _) | (_, Some(true)) => Some(Known::Boolean(true)),
                (Some(false), Some(false)) => Some(Known::Boolean(false)),
                _ => None,
            },
            Self::Binary("==", a, b) => Some(Known::Boolean(of(a)? == of(b)?)),
            Self::Binary("!=", a, b) => Some(Known::Boolean(of(a)? != of(b)?)),
            Self::Binary(op @ ("<" | "<=" | ">" | ">="), a, b) => {
                let (a, b) = (number(a)?, number(b)?);
                Some(Known::Boolean(match *op {
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    _ => a >= b,
                }))
            }
            Self::Binary(op, a, b) => {
                let (a, b) = (number(a)?, number(b)?);
                some_number(match *op {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    "/" => a / b,
                    _ => a % b,
                })
            }
            Self::Conditional(c, a, b) => {
                if boolean(c)? {
                    of(a)
                } else {
                    of(b)
                }
            }
            Self::In(a, list) => {
                let a = of(a)?;
                let outcomes: Vec<Option<bool>> = list.iter().map(|e| Some(of(e)? == a)).collect();
                if outcomes.contains(&Some(true)) {
                    Some(Known::Boolean(true))
                } else if outcomes.contains(&None) {
                    None
                } else {
                    Some(Known::Boolean(false))
                }
            }
            Self::Call("clamp", arguments) => {
                let [x, low, high] = [0, 1, 2].map(|i| number(&arguments[i]));
                let (x, low, high) = (x?, low?, high?);
                some_number(smaller(larger(x, low), high))
            }
            Self::Call(name, arguments) => {
                let numbers: Option<Vec<f64>> = arguments.iter().map(number).collect();
                let numbers = numbers?.into_iter();
                some_number(match *name {
                    "abs" => numbers.map(f64::abs).next()?,
                    "min" => numbers.reduce(smaller)?,
                    _ => numbers.reduce(larger)?,
                })
            }
        }
    }
}
