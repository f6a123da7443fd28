//! The comparisons of a condition, and what stands on their sides: what a trend of a rule shows.

use std::ops::Range;

use crate::fleet::SignalColumn;
use crate::rules::Comparison;
use crate::rules::program::Program;
use crate::rules::tree::{Node, Typed};
use crate::scene::ValueKind;

/// A comparison of two numbers within a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The side that changes; where both do, the left one.
    pub term: Term,
    /// How it is compared, the term first.
    pub op: Comparison,
    /// With what.
    pub with: Term,
}

/// A side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Where it is written, in bytes of the source.
    pub span: Range<usize>,
    /// The unit of its values, where it is known.
    pub unit: Option<String>,
    typed: Typed,
    signals: Vec<SignalColumn>,
}

/// Every comparison of numbers in a condition, in the order of the source.
pub fn comparisons(program: &Program) -> Vec<Compared> {
    let mut found = Vec::new();
    let mut rest: Vec<_> = program.root().into_iter().collect();
    while let Some(typed) = rest.pop() {
        rest.extend(typed.children());
        let Node::Compare(op, a, b) = &typed.node else {
            continue;
        };
        if a.kind != ValueKind::Number {
            continue;
        }
        let (a, b) = (Term::new(a, program), Term::new(b, program));
        found.push(if a.columns().is_empty() {
            Compared {
                term: b,
                op: op.mirrored(),
                with: a,
            }
        } else {
            Compared {
                term: a,
                op: *op,
                with: b,
            }
        });
    }
    found.sort_by_key(|c| c.term.span.start.min(c.with.span.start));
    found
}

impl Term {
    fn new(typed: &Typed, program: &Program) -> Self {
        Self {
            span: typed.span.clone(),
            unit: typed.unit.as_ref().map(|unit| unit.name().to_owned()),
            typed: typed.clone(),
            signals: program.signals().to_vec(),
        }
    }

    /// The columns that it reads, each once; none of a number.
    pub fn columns(&self) -> Vec<SignalColumn> {
        let mut columns = Vec::new();
        let mut rest = vec![&self.typed];
        while let Some(typed) = rest.pop() {
            rest.extend(typed.children());
            if let Node::Signal(index) = typed.node
                && let Some(&column) = self.signals.get(index)
                && !columns.contains(&column)
            {
                columns.push(column);
            }
        }
        columns.sort();
        columns
    }

    /// The columns whose values it takes as they are: one, or those of which it takes the least or the
    /// greatest. `None` where it reckons with them.
    pub fn plain(&self) -> Option<Vec<SignalColumn>> {
        let column = |typed: &Typed| match typed.node {
            Node::Signal(index) => self.signals.get(index).copied(),
            _ => None,
        };
        match &self.typed.node {
            Node::Extreme(_, all) => all.iter().map(column).collect(),
            _ => Some(vec![column(&self.typed)?]),
        }
    }

    /// The size of one column's values: `abs(yaw_error)`.
    pub fn size_of(&self) -> Option<SignalColumn> {
        match &self.typed.node {
            Node::Abs(a) => match a.node {
                Node::Signal(index) => self.signals.get(index).copied(),
                _ => None,
            },
            _ => None,
        }
    }

    /// Its value; NaN where it is unknown. `known` gives the values of columns.
    pub fn value(&self, known: impl Fn(SignalColumn) -> f64) -> f64 {
        let of = |index: usize| self.signals.get(index).map_or(f64::NAN, |c| known(*c));
        self.typed.evaluate(&of)
    }

    /// Whether it is made of the same columns in the same way as another, wherever it is written.
    pub fn is_like(&self, other: &Self) -> bool {
        let ways_alike = self.plain() == other.plain() && self.size_of() == other.size_of();
        ways_alike && self.columns() == other.columns()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Scope, Texts, compile};

    #[derive(Default)]
    struct Abc(Texts);

    impl Scope for Abc {
        fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
            let at = self.names().iter().position(|n| *n == name)?;
            Some((SignalColumn(at as u16), ValueKind::Number))
        }
        fn names(&self) -> Vec<&str> {
            vec!["a", "b", "c"]
        }
        fn texts(&self) -> &Texts {
            &self.0
        }
    }

    fn of(source: &str) -> Vec<Compared> {
        comparisons(&compile(source, &Abc::default()).expect("a condition"))
    }

    #[test]
    fn the_side_that_changes_comes_first() {
        let found = of("a > 80 && 3 < b");
        let [first, second] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(first.term.plain(), Some(vec![SignalColumn(0)]));
        assert_eq!(second.term.plain(), Some(vec![SignalColumn(1)]));
        assert_eq!(second.op, Comparison::Greater);
        assert_eq!(second.with.value(|_| f64::NAN), 3.0);
    }

    #[test]
    fn the_greatest_of_several_takes_each_as_it_is() {
        let found = of("max(a, b) > 72 || abs(c) >= 10 || a < 0.5 * b");
        let columns = |at: usize| found[at].term.plain();
        assert_eq!(columns(0), Some(vec![SignalColumn(0), SignalColumn(1)]));
        assert_eq!(found[1].term.size_of(), Some(SignalColumn(2)));
        let with = &found[2].with;
        assert_eq!(with.plain(), None);
        assert_eq!(with.value(|_| 8.0), 4.0);
        assert_eq!(with.columns(), [SignalColumn(1)]);
    }

    #[test]
    fn a_clearing_condition_is_of_the_same_term() {
        let when = of("max(a, b) > 72");
        let clear = of("max(a, b) < 66");
        assert!(when[0].term.is_like(&clear[0].term));
        assert!(!when[0].term.is_like(&of("a < 66")[0].term));
    }
}
