//! Limits: the constants that a condition compares signals with.

use std::ops::Range;

use crate::fleet::SignalColumn;
use crate::rules::Comparison;
use crate::rules::program::Program;
use crate::rules::tree::Node;
use crate::scene::ValueKind;

/// A comparison of a signal with a number, within a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The signal.
    pub signal: SignalColumn,
    /// How it is compared, the signal first.
    pub op: Comparison,
    /// With what.
    pub limit: f64,
    /// Where the number is written, in bytes of the source.
    pub span: Range<usize>,
}

/// Every comparison of a signal with a number in a condition.
pub fn limits(program: &Program) -> Vec<Limit> {
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
        let (op, index, written) = match (&a.node, &b.node) {
            (Node::Signal(index), Node::Constant(_)) => (*op, index, b),
            (Node::Constant(_), Node::Signal(index)) => (op.mirrored(), index, a),
            _ => continue,
        };
        if let (Some(&signal), Some(limit)) = (program.signals().get(*index), written.constant()) {
            found.push(Limit {
                signal,
                op,
                limit,
                span: written.span.clone(),
            });
        }
    }
    found.sort_by_key(|l| l.span.start);
    found
}
