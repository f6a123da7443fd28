//! The loops over blocks of rows: plain iterators over slices, which the compiler turns into SIMD.
//!
//! Truth values are bytes in the order 0 false, 1 unknown, 2 true, so that Kleene's `&&` is the
//! smaller, `||` the larger and `!` the difference from 2. Unknown numbers are NaN.

use super::ops::{Arithmetic, Comparison, Extreme};

/// The byte of a truth value that does not hold.
pub(super) const FALSE: u8 = 0;
/// The byte of an unknown truth value.
pub(super) const UNKNOWN: u8 = 1;
/// The byte of a truth value that holds.
pub(super) const TRUE: u8 = 2;

/// The operand of an operation on numbers.
#[derive(Clone, Copy)]
pub(super) enum Operand<'a> {
    /// What the receiving register holds now.
    Itself,
    /// A number a row.
    Rows(&'a [f64]),
    /// The same for every row.
    Constant(f64),
}

/// `to = f(a)`
#[inline(always)]
pub(super) fn map(to: &mut [f64], a: Operand, f: impl Fn(f64) -> f64) {
    match a {
        Operand::Itself => to.iter_mut().for_each(|o| *o = f(*o)),
        Operand::Rows(a) => to.iter_mut().zip(a).for_each(|(o, &a)| *o = f(a)),
        Operand::Constant(a) => to.fill(f(a)),
    }
}

/// `to = f(a, b)`
#[inline(always)]
fn zip(to: &mut [f64], a: Operand, b: Operand, f: impl Fn(f64, f64) -> f64) {
    use Operand::{Constant, Itself, Rows};
    match (a, b) {
        (Rows(a), Rows(b)) => {
            let inputs = a.iter().zip(b);
            to.iter_mut()
                .zip(inputs)
                .for_each(|(o, (&a, &b))| *o = f(a, b));
        }
        (a, Constant(b)) => map(to, a, |a| f(a, b)),
        (Constant(a), b) => map(to, b, |b| f(a, b)),
        (Itself, Rows(b)) => to.iter_mut().zip(b).for_each(|(o, &b)| *o = f(*o, b)),
        (Rows(a), Itself) => to.iter_mut().zip(a).for_each(|(o, &a)| *o = f(a, *o)),
        (Itself, Itself) => to.iter_mut().for_each(|o| *o = f(*o, *o)),
    }
}

pub(super) fn arithmetic(op: Arithmetic, to: &mut [f64], a: Operand, b: Operand) {
    match op {
        Arithmetic::Add => zip(to, a, b, |a, b| a + b),
        Arithmetic::Subtract => zip(to, a, b, |a, b| a - b),
        Arithmetic::Multiply => zip(to, a, b, |a, b| a * b),
        Arithmetic::Divide => zip(to, a, b, |a, b| a / b),
        Arithmetic::Remainder => zip(to, a, b, |a, b| a % b),
    }
}

pub(super) fn extreme(op: Extreme, to: &mut [f64], a: Operand, b: Operand) {
    match op {
        Extreme::Min => zip(to, a, b, |a, b| Extreme::Min.apply(a, b)),
        Extreme::Max => zip(to, a, b, |a, b| Extreme::Max.apply(a, b)),
    }
}

/// Where the condition is unknown, so is the number.
pub(super) fn choose_number(condition: &[u8], to: &mut [f64], yes: Operand, no: Operand) {
    // The second operand is merged into what the first one left: neither needs a register more.
    if matches!(no, Operand::Itself) {
        keep_or(condition, FALSE, to, yes, TRUE);
    } else {
        map(to, yes, |yes| yes);
        keep_or(condition, TRUE, to, no, FALSE);
    }
}

/// Keeps what `to` holds where the condition is `keep`, and takes `other` where it is `take`.
fn keep_or(condition: &[u8], keep: u8, to: &mut [f64], other: Operand, take: u8) {
    let pick = |c: u8, kept: f64, other: f64| match c {
        c if c == keep => kept,
        c if c == take => other,
        _ => f64::NAN,
    };
    let rows = to.iter_mut().zip(condition);
    match other {
        Operand::Rows(other) => rows
            .zip(other)
            .for_each(|((o, &c), &n)| *o = pick(c, *o, n)),
        Operand::Constant(n) => rows.for_each(|(o, &c)| *o = pick(c, *o, n)),
        Operand::Itself => rows.for_each(|(o, &c)| *o = pick(c, *o, *o)),
    }
}

/// Two comparisons add up: both hold for 2, the second alone for NaN.
macro_rules! compare_with {
    ($to:ident, $a:ident, $b:ident, |$x:ident, $y:ident| $holds:expr, $may_hold:expr) => {
        match $b {
            Operand::Constant($y) => {
                for (o, &$x) in $to.iter_mut().zip($a) {
                    *o = u8::from($holds) + u8::from($may_hold);
                }
            }
            Operand::Rows(b) => {
                for (o, (&$x, &$y)) in $to.iter_mut().zip($a.iter().zip(b)) {
                    *o = u8::from($holds) + u8::from($may_hold);
                }
            }
            Operand::Itself => $to.fill(UNKNOWN),
        }
    };
}

/// `to = a op b`; unknown where either is.
#[expect(
    clippy::double_comparisons,
    clippy::neg_cmp_op_on_partial_ord,
    reason = "what clippy proposes differs for NaN, which is the point"
)]
pub(super) fn compare(op: Comparison, to: &mut [u8], a: &[f64], b: Operand) {
    match op {
        Comparison::Equal => compare_with!(to, a, b, |x, y| x == y, !(x < y || x > y)),
        Comparison::NotEqual => compare_with!(to, a, b, |x, y| x < y || x > y, !(x == y)),
        Comparison::Less => compare_with!(to, a, b, |x, y| x < y, !(x >= y)),
        Comparison::LessOrEqual => compare_with!(to, a, b, |x, y| x <= y, !(x > y)),
        Comparison::Greater => compare_with!(to, a, b, |x, y| x > y, !(x <= y)),
        Comparison::GreaterOrEqual => compare_with!(to, a, b, |x, y| x >= y, !(x < y)),
    }
}

/// Whether `a` equals one of the list; unknown where it is unknown.
pub(super) fn one_of(to: &mut [u8], a: &[f64], list: &[f64]) {
    for (o, &a) in to.iter_mut().zip(a) {
        *o = u8::from(a.is_nan());
    }
    for &wanted in list {
        for (o, &a) in to.iter_mut().zip(a) {
            *o |= u8::from(a == wanted) * TRUE;
        }
    }
}

pub(super) fn not(to: &mut [u8]) {
    to.iter_mut().for_each(|o| *o = TRUE - *o);
}

pub(super) fn and(to: &mut [u8], with: &[u8]) {
    to.iter_mut().zip(with).for_each(|(o, &w)| *o = w.min(*o));
}

pub(super) fn or(to: &mut [u8], with: &[u8]) {
    to.iter_mut().zip(with).for_each(|(o, &w)| *o = w.max(*o));
}

/// Whether both hold or both do not; unknown where either is.
pub(super) fn same(to: &mut [u8], with: &[u8]) {
    for (o, &w) in to.iter_mut().zip(with) {
        let unknown = *o == UNKNOWN || w == UNKNOWN;
        let equal = if *o == w { TRUE } else { FALSE };
        *o = if unknown { UNKNOWN } else { equal };
    }
}

/// Where the condition, which `to` holds, is unknown, so is the outcome.
pub(super) fn choose_truth(to: &mut [u8], yes: &[u8], no: &[u8]) {
    for (o, (&yes, &no)) in to.iter_mut().zip(yes.iter().zip(no)) {
        let chosen = if *o == TRUE { yes } else { no };
        *o = if *o == UNKNOWN { UNKNOWN } else { chosen };
    }
}
