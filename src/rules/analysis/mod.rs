//! What can be said of conditions without running them: where they hold, as boxes over what they compare.
//!
//! Each thing that is compared with a constant is an axis: a signal, a term such as `abs(yaw_error)`, or
//! how two terms stand to each other. A condition becomes cases (boxes), any of which makes it true. The
//! axes are taken as independent of each other, so that "nothing is in it" and "it is covered" are
//! certain, and "they overlap" is certain only of plain signals. Where there are too many cases nothing is
//! claimed.

mod axis;
mod cases;
mod limits;
mod spans;
mod terms;

use std::ops::Range;

use super::ops::Comparison;
use super::program::Program;
use super::tree::{Node, Typed};
use crate::scene::ValueKind;

use axis::Axes;
pub use axis::Axis;
pub use cases::{Case, Cases};
pub use limits::{Limit, limits};
pub use spans::Spans;
pub use terms::{Compared, Term, comparisons};

/// What all conditions of a scene together may cost, in boxes made or compared.
const MOST_STEPS: usize = 4_000_000;

/// Where a condition holds, and where it does not.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Where it is true; nothing is known of it where there would be too many cases.
    pub holds: Option<Cases>,
    /// Where it is false.
    pub fails: Option<Cases>,
}

/// A condition, or a part of one, whose outcome is the same whatever the values are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// Bytes of the source.
    pub span: Range<usize>,
    /// It always holds (where its values are known); else it never does.
    pub holds: bool,
    /// It is the whole condition.
    pub is_whole: bool,
}

/// Reads conditions; what it says of several of them is over the same axes.
#[derive(Debug)]
pub struct Analysis {
    axes: Axes,
    steps_left: usize,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            axes: Axes::default(),
            steps_left: MOST_STEPS,
        }
    }
}

impl Analysis {
    /// Where a condition holds and where not, and the smallest parts of it whose outcome never changes.
    pub fn read(&mut self, program: &Program) -> (Shape, Vec<Fixed>) {
        let Some(root) = program.root() else {
            // Nothing is certain of another language's.
            let (holds, fails) = (None, None);
            return (Shape { holds, fails }, Vec::new());
        };
        let mut reading = Reading {
            signals: program.signals(),
            analysis: self,
            fixed: Vec::new(),
        };
        let (shape, _) = reading.condition(root);
        let mut fixed = reading.fixed;
        for part in &mut fixed {
            part.is_whole = part.span == root.span;
        }
        (shape, fixed)
    }

    /// What an axis is.
    pub fn axis(&self, id: u32) -> Option<&Axis> {
        self.axes.get(id)
    }

    /// Whether every one of these is within the others, taken together.
    pub fn covers<'c>(
        &mut self,
        covered: &Cases,
        by: impl Iterator<Item = &'c Case> + Clone,
    ) -> bool {
        covered
            .list()
            .iter()
            .all(|case| case.is_covered(by.clone(), &mut self.steps_left))
    }
}

struct Reading<'a> {
    signals: &'a [crate::fleet::SignalColumn],
    analysis: &'a mut Analysis,
    fixed: Vec<Fixed>,
}

impl Reading<'_> {
    /// The shape of a condition, and whether something of it was found to be fixed.
    fn condition(&mut self, typed: &Typed) -> (Shape, bool) {
        let known = self.fixed.len();
        let shape = self.shape(typed);
        let is_told = self.fixed.len() > known;
        let is_empty = |cases: &Option<Cases>| cases.as_ref().is_some_and(|c| c.list().is_empty());
        let (never, always) = (is_empty(&shape.holds), is_empty(&shape.fails));
        if !is_told && never != always {
            self.fixed.push(Fixed {
                span: typed.span.clone(),
                holds: always,
                is_whole: false,
            });
        }
        let is_told = self.fixed.len() > known;
        (shape, is_told)
    }

    fn shape(&mut self, typed: &Typed) -> Shape {
        match &typed.node {
            Node::Constant(value) => {
                let (all, none) = (Some(Cases::all()), Some(Cases::none()));
                let (holds, fails) = if *value != 0.0 {
                    (all, none)
                } else {
                    (none, all)
                };
                Shape { holds, fails }
            }
            Node::Not(a) => self.condition(a).0.inverted(),
            Node::And(a, b) => {
                let (a, b) = (self.condition(a).0, self.condition(b).0);
                self.and(&a, &b)
            }
            Node::Or(a, b) => {
                let (a, b) = (self.condition(a).0, self.condition(b).0);
                self.or(a, b)
            }
            Node::Conditional(condition, yes, no) if yes.kind == ValueKind::Boolean => {
                let condition = self.condition(condition).0;
                let (yes, no) = (self.condition(yes).0, self.condition(no).0);
                self.choice(&condition, &yes, &no)
            }
            Node::Compare(op, a, b) if a.kind == ValueKind::Boolean => {
                let (a, b) = (self.condition(a).0, self.condition(b).0);
                let same = self.choice(&a, &b, &b.clone().inverted());
                match op {
                    Comparison::NotEqual => same.inverted(),
                    _ => same,
                }
            }
            Node::Compare(op, a, b) => self.compare(*op, a, b),
            Node::In(a, list) => {
                let is_boolean = a.kind == ValueKind::Boolean;
                let mut any = Shape {
                    holds: Some(Cases::none()),
                    fails: Some(Cases::all()),
                };
                for element in list {
                    let equal = if is_boolean {
                        let (a, b) = (self.quietly(a), self.quietly(element));
                        self.choice(&a, &b, &b.clone().inverted())
                    } else {
                        self.compare(Comparison::Equal, a, element)
                    };
                    any = self.or(any, equal);
                }
                any
            }
            // A signal of truth values, or whatever else there may be.
            _ => {
                let axis = self.analysis.axes.of(typed, self.signals);
                self.on_axis(axis, &Spans::point(1.0))
            }
        }
    }

    /// A condition of which nothing is told by itself.
    fn quietly(&mut self, typed: &Typed) -> Shape {
        let known = self.fixed.len();
        let shape = self.shape(typed);
        self.fixed.truncate(known);
        shape
    }

    fn compare(&mut self, op: Comparison, a: &Typed, b: &Typed) -> Shape {
        let (op, term, limit) = match (a.constant(), b.constant()) {
            (None, Some(limit)) => (op, a, limit),
            (Some(limit), None) => (op.mirrored(), b, limit),
            _ => {
                let (axis, is_mirrored) = self.analysis.axes.of_two(a, b, self.signals);
                let op = if is_mirrored { op.mirrored() } else { op };
                return self.on_axis(axis, &Spans::compared(op, 0.0));
            }
        };
        // `-x > -80` is `x < 80`, exactly.
        let (op, term, limit) = match &term.node {
            Node::Negate(inner) => (op.mirrored(), &**inner, -limit),
            _ => (op, term, limit),
        };
        let axis = self.analysis.axes.of(term, self.signals);
        self.on_axis(axis, &Spans::compared(op, limit))
    }

    fn on_axis(&self, axis: u32, where_true: &Spans) -> Shape {
        let Some(domain) = self.analysis.axes.get(axis).map(|a| &a.domain) else {
            return Shape {
                holds: None,
                fails: None,
            };
        };
        Shape {
            holds: Some(Cases::one(axis, where_true.and(domain))),
            fails: Some(Cases::one(axis, where_true.not().and(domain))),
        }
    }

    fn and(&mut self, a: &Shape, b: &Shape) -> Shape {
        let steps = &mut self.analysis.steps_left;
        Shape {
            holds: cases::both(a.holds.as_ref(), b.holds.as_ref(), steps),
            fails: cases::either(a.fails.clone(), b.fails.clone(), steps),
        }
    }

    fn or(&mut self, a: Shape, b: Shape) -> Shape {
        self.and(&a.inverted(), &b.inverted()).inverted()
    }

    /// `condition ? yes : no`.
    fn choice(&mut self, condition: &Shape, yes: &Shape, no: &Shape) -> Shape {
        let steps = &mut self.analysis.steps_left;
        let (is, is_not) = (condition.holds.as_ref(), condition.fails.as_ref());
        let mut of = |yes: Option<&Cases>, no: Option<&Cases>| {
            let (yes, no) = (cases::both(is, yes, steps), cases::both(is_not, no, steps));
            cases::either(yes, no, steps)
        };
        Shape {
            holds: of(yes.holds.as_ref(), no.holds.as_ref()),
            fails: of(yes.fails.as_ref(), no.fails.as_ref()),
        }
    }
}

impl Shape {
    fn inverted(self) -> Self {
        Self {
            holds: self.fails,
            fails: self.holds,
        }
    }
}

#[cfg(test)]
mod tests;
