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

/// Rows that are handled as one where numbers and bytes meet: with a fixed count the compiler packs a
/// whole SSE register of bytes at once, which halves the time.
const LANES: usize = 16;

/// `to = f(a)` for bytes of numbers.
#[inline(always)]
fn bytes_of(to: &mut [u8], a: &[f64], f: impl Fn(f64) -> u8) {
    let (to, to_rest) = to.as_chunks_mut::<LANES>();
    let (a, a_rest) = a.as_chunks::<LANES>();
    to.iter_mut().zip(a).for_each(|(o, a)| *o = a.map(&f));
    to_rest.iter_mut().zip(a_rest).for_each(|(o, &a)| *o = f(a));
}

/// `to = f(a, b)` for bytes of numbers.
#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "of an array of LANES, below LANES")]
fn bytes_of_two(to: &mut [u8], a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> u8) {
    let (to, to_rest) = to.as_chunks_mut::<LANES>();
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (o, (a, b)) in to.iter_mut().zip(a.iter().zip(b)) {
        *o = std::array::from_fn(|lane| f(a[lane], b[lane]));
    }
    for (o, (&a, &b)) in to_rest.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *o = f(a, b);
    }
}

/// Where the condition is unknown, so is the number.
pub(super) fn choose_number(condition: &[u8], to: &mut [f64], yes: Operand, no: Operand) {
    use Operand::{Constant, Itself, Rows};
    match (yes, no) {
        (Constant(yes), Constant(no)) => choose(condition, to, |_, c| pick(c, yes, no)),
        (Itself, Constant(no)) => choose(condition, to, |o, c| pick(c, o, no)),
        (Constant(yes), Itself) => choose(condition, to, |o, c| pick(c, yes, o)),
        (yes, Rows(no)) => {
            map(to, yes, |yes| yes);
            choose_rows(condition, to, no, pick);
        }
        (Rows(yes), no) => {
            map(to, no, |no| no);
            choose_rows(condition, to, yes, |c, no, yes| pick(c, yes, no));
        }
        (Itself, Itself) => choose(condition, to, |o, c| pick(c, o, o)),
    }
}

/// With bits and not with branches: an outcome that varies from row to row would be guessed wrongly.
#[inline(always)]
fn pick(condition: u8, yes: f64, no: f64) -> f64 {
    let holds = 0_u64.wrapping_sub(u64::from(condition >> 1));
    let unknown = 0_u64.wrapping_sub(u64::from(condition & 1));
    let chosen = (yes.to_bits() & holds) | (no.to_bits() & !holds);
    f64::from_bits(chosen | (f64::NAN.to_bits() & unknown))
}

#[inline(always)]
fn choose(condition: &[u8], to: &mut [f64], f: impl Fn(f64, u8) -> f64) {
    let rows = to.iter_mut().zip(condition);
    rows.for_each(|(o, &c)| *o = f(*o, c));
}

#[inline(always)]
fn choose_rows(condition: &[u8], to: &mut [f64], other: &[f64], f: impl Fn(u8, f64, f64) -> f64) {
    let rows = to.iter_mut().zip(condition.iter().zip(other));
    rows.for_each(|(o, (&c, &n))| *o = f(c, *o, n));
}

/// Two comparisons add up: both hold for 2, the second alone for NaN.
macro_rules! compare_with {
    ($to:ident, $a:ident, $b:ident, |$x:ident, $y:ident| $holds:expr, $may_hold:expr) => {
        match $b {
            Operand::Constant($y) => bytes_of($to, $a, |$x| u8::from($holds) + u8::from($may_hold)),
            Operand::Rows(b) => {
                bytes_of_two($to, $a, b, |$x, $y| u8::from($holds) + u8::from($may_hold));
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
    bytes_of(to, a, |a| u8::from(a.is_nan()));
    let mut equal = [0; super::machine::BLOCK];
    let equal = equal.get_mut(..a.len()).unwrap_or_default();
    for &wanted in list {
        bytes_of(equal, a, |a| u8::from(a == wanted) * TRUE);
        or(to, equal);
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
