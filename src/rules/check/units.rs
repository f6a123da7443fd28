//! Units of what is compared, added and multiplied.

use std::ops::Range;

use super::{Checker, Outcome};
use crate::rules::ExpressionError;
use crate::rules::ops::{Arithmetic, Extreme};
use crate::rules::tree::{Node, Typed};
use crate::scene::ValueKind;
use crate::units::{Conversion, Quantity, Unit};

impl Checker<'_> {
    /// Two values in one unit: that of the one that is no constant, else of the first. A value without
    /// a unit takes that of the other.
    pub(super) fn aligned(
        &mut self,
        a: Typed,
        b: Typed,
        needed_by: &str,
        whole: &Range<usize>,
    ) -> Option<(Typed, Typed)> {
        let (Some(unit_a), Some(unit_b)) = (&a.unit, &b.unit) else {
            return Some((a, b));
        };
        let (Some(there), Some(back)) = (unit_b.to(unit_a), unit_a.to(unit_b)) else {
            let error = self.misfit(&a, &b, needed_by, whole);
            return self.fail(error);
        };
        let a_moves = a.constant().is_some() && b.constant().is_none() || is_step_to(&a, &b);
        Some(if a_moves {
            let unit = unit_b.clone();
            (converted(a, back, unit), b)
        } else {
            let unit = unit_a.clone();
            (a, converted(b, there, unit))
        })
    }

    /// A value in the unit of another one.
    pub(super) fn in_unit_of(&mut self, typed: Typed, other: &Typed, needed_by: &str) -> Outcome {
        let (Some(from), Some(to)) = (&typed.unit, &other.unit) else {
            return Some(typed);
        };
        match from.to(to) {
            Some(conversion) => Some(converted(typed, conversion, to.clone())),
            None => {
                let error = self.misfit(other, &typed, needed_by, &typed.span);
                self.fail(error)
            }
        }
    }

    fn misfit(
        &self,
        a: &Typed,
        b: &Typed,
        needed_by: &str,
        whole: &Range<usize>,
    ) -> ExpressionError {
        let measures = |t: &Typed| t.unit.as_ref().map_or(String::new(), Unit::measures);
        let name = |t: &Typed| t.unit.as_ref().map_or("", Unit::name).to_owned();
        let message = format!(
            "{needed_by} has {} and {}: `{}` is in {}, `{}` in {}.",
            measures(a),
            measures(b),
            self.written(&a.span),
            name(a),
            self.written(&b.span),
            name(b)
        );
        let error = ExpressionError::new(message, whole.clone());
        let fixed = if b.constant().is_some() { a } else { b };
        match fixed.unit.as_ref().and_then(Unit::quantity) {
            Some(quantity) if a.constant().is_some() || b.constant().is_some() => {
                let what = quantity.name();
                error.help(format!("Expected {what}: {}.", quantity.examples()))
            }
            _ => error,
        }
    }

    /// The unit of an arithmetic operation, and its operands in units that fit it.
    #[inline(never)]
    pub(super) fn arithmetic(
        &mut self,
        op: Arithmetic,
        a: Typed,
        b: Typed,
        span: &Range<usize>,
    ) -> Outcome {
        let (a, b, unit, scale) = match op {
            Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Remainder => {
                let (a, b) = steps(op, a, b);
                let (a, b) = self.aligned(a, b, op.quoted(), span)?;
                let unit = sum_unit(op, &a, &b);
                (a, b, unit, 1.0)
            }
            Arithmetic::Multiply | Arithmetic::Divide => {
                let (unit, scale) = self.product_unit(op, &a, &b);
                (a, b, unit, scale)
            }
        };
        let typed = Typed {
            kind: ValueKind::Number,
            span: span.clone(),
            unit,
            node: Node::Arithmetic(op, Box::new(a), Box::new(b)),
        };
        let scale = Conversion {
            factor: scale,
            offset: 0.0,
        };
        let typed = self.folded(typed)?;
        let unit = typed.unit.clone();
        Some(with_conversion(typed, scale, unit))
    }

    /// The unit of a product or quotient, and what it must be multiplied by to be in it: kW / MW is a
    /// plain number once it is divided by 1,000.
    fn product_unit(&self, op: Arithmetic, a: &Typed, b: &Typed) -> (Option<Unit>, f64) {
        let divides = op == Arithmetic::Divide;
        let one = Unit::one();
        let unit = match (&a.unit, &b.unit) {
            (Some(a), Some(b)) if divides => a.over(b),
            (Some(a), Some(b)) => a.times(b),
            (Some(a), None) if self.is_plain(b) => return (Some(a.clone()), 1.0),
            (None, Some(b)) if self.is_plain(a) && divides => one.over(b),
            (None, Some(b)) if self.is_plain(a) => return (Some(b.clone()), 1.0),
            _ => None,
        };
        match unit {
            Some(unit) if unit.is_number() => (Some(one), unit.si_factor()),
            unit => (unit, 1.0),
        }
    }

    /// Whether it is a bare number by nature, not one whose unit nobody wrote down.
    fn is_plain(&self, typed: &Typed) -> bool {
        match &typed.node {
            Node::Constant(_) => typed.unit.is_none(),
            Node::Signal(index) => self.plain.contains(index),
            _ => typed.unit.is_none() && typed.children().all(|c| self.is_plain(c)),
        }
    }

    /// The least or greatest of values, in the unit of the first that has one and may change.
    pub(super) fn extreme(&mut self, op: Extreme, all: Vec<Typed>, span: &Range<usize>) -> Outcome {
        let has_unit = |t: &&Typed| t.unit.is_some();
        let reference = all.iter().filter(has_unit).find(|t| t.constant().is_none());
        let reference = reference.or_else(|| all.iter().find(has_unit)).cloned();
        let all = match &reference {
            None => all,
            Some(reference) => {
                let needed_by = match op {
                    Extreme::Min => "`min`",
                    Extreme::Max => "`max`",
                };
                let converted = all
                    .into_iter()
                    .map(|typed| self.in_unit_of(typed, reference, needed_by));
                converted.collect::<Option<Vec<Typed>>>()?
            }
        };
        self.folded(Typed {
            kind: ValueKind::Number,
            span: span.clone(),
            unit: reference.and_then(|r| r.unit),
            node: Node::Extreme(op, all),
        })
    }
}

fn is_temperature(typed: &Typed) -> bool {
    typed.unit.as_ref().and_then(Unit::quantity) == Some(Quantity::Temperature)
}

/// A difference beside a temperature takes the temperature's degrees.
fn is_step_to(a: &Typed, b: &Typed) -> bool {
    let quantity = a.unit.as_ref().and_then(Unit::quantity);
    quantity == Some(Quantity::TemperatureDifference) && is_temperature(b)
}

/// A temperature written after `+` is a step, and one in kelvin after `-`: `t + 5 degC`, `t - 10 K`.
fn steps(op: Arithmetic, mut a: Typed, mut b: Typed) -> (Typed, Typed) {
    if !is_temperature(&a) || !is_temperature(&b) {
        return (a, b);
    }
    let has_offset = |t: &Typed| t.unit.as_ref().is_some_and(Unit::has_offset);
    let step = |t: &mut Typed| t.unit = t.unit.as_ref().map(Unit::of_differences);
    match op {
        Arithmetic::Add if b.constant().is_some() => step(&mut b),
        Arithmetic::Add if a.constant().is_some() => step(&mut a),
        Arithmetic::Subtract if b.constant().is_some() && !has_offset(&b) && has_offset(&a) => {
            step(&mut b);
        }
        _ => {}
    }
    (a, b)
}

/// The unit of a sum, difference or remainder whose operands are in one.
fn sum_unit(op: Arithmetic, a: &Typed, b: &Typed) -> Option<Unit> {
    if op == Arithmetic::Subtract && is_temperature(a) && is_temperature(b) {
        return a.unit.as_ref().map(Unit::of_differences);
    }
    let temperature = [a, b].into_iter().find(|t| is_temperature(t));
    let first = temperature.filter(|_| op == Arithmetic::Add).unwrap_or(a);
    first.unit.clone().or_else(|| b.unit.clone())
}

/// A value in another unit.
pub(in crate::rules) fn converted(typed: Typed, conversion: Conversion, unit: Unit) -> Typed {
    with_conversion(typed, conversion, Some(unit))
}

fn with_conversion(typed: Typed, conversion: Conversion, unit: Option<Unit>) -> Typed {
    if conversion.is_identity() {
        return Typed { unit, ..typed };
    }
    if let Some(value) = typed.constant() {
        let value = conversion.apply_to_written(value);
        return Typed {
            unit,
            node: Node::Constant(value),
            ..typed
        };
    }
    let Typed { kind, ref span, .. } = typed;
    let span = span.clone();
    let of = |node| Typed {
        kind,
        span: span.clone(),
        unit: unit.clone(),
        node,
    };
    let mut typed = typed;
    for (op, number, neutral) in [
        (Arithmetic::Multiply, conversion.factor, 1.0),
        (Arithmetic::Add, conversion.offset, 0.0),
    ] {
        if number != neutral {
            let number = of(Node::Constant(number));
            typed = of(Node::Arithmetic(op, Box::new(typed), Box::new(number)));
        }
    }
    typed
}
