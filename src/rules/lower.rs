//! Lowers the checked tree to steps over blocks of rows.

use super::ops::{Arithmetic, Comparison, Extreme};
use super::tree::{Node, Typed};
use crate::scene::ValueKind;

/// Where a step finds numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Source {
    /// A signal, as an index into the program's signals.
    Signal(usize),
    /// A register of numbers.
    Register(usize),
    /// The same for every row.
    Constant(f64),
}

/// One operation over a block of rows. `to` is the register that receives the outcome; numbers and
/// truth values have registers of their own. Operations on two truth registers leave it in the first.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Negate {
        a: Source,
        to: usize,
    },
    Abs {
        a: Source,
        to: usize,
    },
    Arithmetic {
        op: Arithmetic,
        a: Source,
        b: Source,
        to: usize,
    },
    Extreme {
        op: Extreme,
        a: Source,
        b: Source,
        to: usize,
    },
    ChooseNumber {
        condition: usize,
        yes: Source,
        no: Source,
        to: usize,
    },
    Compare {
        op: Comparison,
        a: Source,
        b: Source,
        to: usize,
    },
    /// Whether it equals one of these.
    OneOf {
        a: Source,
        list: Box<[f64]>,
        to: usize,
    },
    Fill {
        truth: bool,
        to: usize,
    },
    Not {
        to: usize,
    },
    And {
        to: usize,
        with: usize,
    },
    Or {
        to: usize,
        with: usize,
    },
    Same {
        to: usize,
        with: usize,
    },
    /// The condition is in `to`; so is the outcome.
    ChooseTruth {
        to: usize,
        yes: usize,
        no: usize,
    },
}

/// Where the value of the whole expression stands after the steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Output {
    /// A register of truth values.
    Truth(usize),
    /// A number, or a text's number.
    Number(Source),
}

/// The steps, and what they need.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    pub steps: Vec<Step>,
    pub output: Output,
    pub number_registers: usize,
    pub truth_registers: usize,
}

/// Lowers a tree. Registers are taken as a stack: an operand's is free again once it was used.
pub(super) fn lower(root: &Typed) -> Steps {
    let mut lowering = Lowering {
        steps: Vec::new(),
        number_registers: 0,
        truth_registers: 0,
    };
    let free = Free {
        number: 0,
        truth: 0,
    };
    let output = if root.kind == ValueKind::Boolean {
        Output::Truth(lowering.truth(root, free))
    } else {
        Output::Number(lowering.number(root, free))
    };
    Steps {
        steps: lowering.steps,
        output,
        number_registers: lowering.number_registers,
        truth_registers: lowering.truth_registers,
    }
}

struct Lowering {
    steps: Vec<Step>,
    number_registers: usize,
    truth_registers: usize,
}

/// The first registers that nobody holds.
#[derive(Clone, Copy)]
struct Free {
    number: usize,
    truth: usize,
}

impl Free {
    fn after_number(self, source: Source) -> Self {
        match source {
            Source::Register(register) => Self {
                number: register + 1,
                ..self
            },
            Source::Signal(_) | Source::Constant(_) => self,
        }
    }

    fn after_truth(self) -> Self {
        Self {
            truth: self.truth + 1,
            ..self
        }
    }
}

impl Lowering {
    fn number_register(&mut self, free: Free) -> usize {
        self.number_registers = self.number_registers.max(free.number + 1);
        free.number
    }

    /// Lowers a number or a text.
    fn number(&mut self, typed: &Typed, free: Free) -> Source {
        match &typed.node {
            Node::Constant(value) => return Source::Constant(*value),
            Node::Signal(index) => return Source::Signal(*index),
            Node::Negate(a) => {
                let a = self.number(a, free);
                let to = self.number_register(free);
                self.steps.push(Step::Negate { a, to });
            }
            Node::Abs(a) => {
                let a = self.number(a, free);
                let to = self.number_register(free);
                self.steps.push(Step::Abs { a, to });
            }
            Node::Arithmetic(op, a, b) => {
                let (op, a) = (*op, self.number(a, free));
                let b = self.number(b, free.after_number(a));
                let to = self.number_register(free);
                self.steps.push(Step::Arithmetic { op, a, b, to });
            }
            Node::Extreme(op, all) => return self.extreme(*op, all, free),
            Node::Conditional(condition, yes, no) => {
                let condition = self.truth(condition, free);
                let free = free.after_truth();
                let yes = self.number(yes, free);
                let no = self.number(no, free.after_number(yes));
                let to = self.number_register(free);
                self.steps.push(Step::ChooseNumber {
                    condition,
                    yes,
                    no,
                    to,
                });
            }
            Node::Compare(..) | Node::Not(_) | Node::And(..) | Node::Or(..) | Node::In(..) => {
                debug_assert!(false, "the checker lets no truth value stand for a number");
                return Source::Constant(f64::NAN);
            }
        }
        Source::Register(free.number)
    }

    fn extreme(&mut self, op: Extreme, all: &[Typed], free: Free) -> Source {
        let mut so_far = None;
        for typed in all {
            let Some(a) = so_far else {
                so_far = Some(self.number(typed, free));
                continue;
            };
            let b = self.number(typed, free.after_number(a));
            let to = self.number_register(free);
            self.steps.push(Step::Extreme { op, a, b, to });
            so_far = Some(Source::Register(to));
        }
        so_far.unwrap_or(Source::Constant(f64::NAN))
    }

    /// Lowers a truth value; the outcome stands in the first free truth register.
    fn truth(&mut self, typed: &Typed, free: Free) -> usize {
        let to = free.truth;
        self.truth_registers = self.truth_registers.max(to + 1);
        match &typed.node {
            Node::Constant(value) => self.steps.push(Step::Fill {
                truth: *value != 0.0,
                to,
            }),
            Node::Signal(index) => self.compare(
                Comparison::NotEqual,
                Source::Signal(*index),
                Source::Constant(0.0),
                to,
            ),
            Node::Compare(op, a, b) if a.kind == ValueKind::Boolean => {
                self.truth(a, free);
                let with = self.truth(b, free.after_truth());
                self.steps.push(Step::Same { to, with });
                if *op == Comparison::NotEqual {
                    self.steps.push(Step::Not { to });
                }
            }
            Node::Compare(op, a, b) => {
                let a = self.number(a, free);
                let b = self.number(b, free.after_number(a));
                self.compare(*op, a, b, to);
            }
            Node::Not(a) => {
                self.truth(a, free);
                self.steps.push(Step::Not { to });
            }
            Node::And(a, b) => {
                self.truth(a, free);
                let with = self.truth(b, free.after_truth());
                self.steps.push(Step::And { to, with });
            }
            Node::Or(a, b) => {
                self.truth(a, free);
                let with = self.truth(b, free.after_truth());
                self.steps.push(Step::Or { to, with });
            }
            Node::Conditional(condition, yes, no) => {
                self.truth(condition, free);
                let yes = self.truth(yes, free.after_truth());
                let no = self.truth(no, free.after_truth().after_truth());
                self.steps.push(Step::ChooseTruth { to, yes, no });
            }
            Node::In(a, list) => self.one_of(a, list, free),
            Node::Negate(_) | Node::Abs(_) | Node::Arithmetic(..) | Node::Extreme(..) => {
                debug_assert!(false, "the checker lets no number stand for a truth value");
            }
        }
        to
    }

    /// A constant always comes second.
    fn compare(&mut self, op: Comparison, a: Source, b: Source, to: usize) {
        let (op, a, b) = match a {
            Source::Constant(_) => (op.mirrored(), b, a),
            Source::Signal(_) | Source::Register(_) => (op, a, b),
        };
        self.steps.push(Step::Compare { op, a, b, to });
    }

    fn one_of(&mut self, a: &Typed, list: &[Typed], free: Free) {
        let to = free.truth;
        if a.kind == ValueKind::Boolean {
            return self.one_truth_of(a, list, free);
        }
        let a = self.number(a, free);
        let constants: Box<[f64]> = list.iter().filter_map(Typed::constant).collect();
        let has_constants = !constants.is_empty();
        match a {
            _ if !has_constants => {}
            Source::Constant(value) => self.steps.push(Step::Fill {
                truth: constants.contains(&value),
                to,
            }),
            Source::Signal(_) | Source::Register(_) => self.steps.push(Step::OneOf {
                a,
                list: constants,
                to,
            }),
        }
        let free_truth = free.after_truth();
        let computed = list.iter().filter(|e| e.constant().is_none());
        for (index, element) in computed.enumerate() {
            let b = self.number(element, free_truth.after_number(a));
            if index == 0 && !has_constants {
                self.compare(Comparison::Equal, a, b, to);
                continue;
            }
            let with = free_truth.truth;
            self.truth_registers = self.truth_registers.max(with + 1);
            self.compare(Comparison::Equal, a, b, with);
            self.steps.push(Step::Or { to, with });
        }
    }

    fn one_truth_of(&mut self, a: &Typed, list: &[Typed], free: Free) {
        let to = free.truth;
        self.steps.push(Step::Fill { truth: false, to });
        let free = free.after_truth();
        for element in list {
            let same = self.truth(a, free);
            let with = self.truth(element, free.after_truth());
            self.steps.push(Step::Same { to: same, with });
            self.steps.push(Step::Or { to, with: same });
        }
    }
}
