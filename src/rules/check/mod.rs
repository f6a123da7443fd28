//! Checks names and kinds, and folds what is constant.

use std::ops::Range;

use super::ops::{Arithmetic, Comparison};
use super::scope::Parameter;
use super::suggest::nearest;
use super::syntax::{Expr, Syntax};
use super::tree::{Node, Typed};
use super::{ExpressionError, Scope};
use crate::fleet::SignalColumn;
use crate::scene::ValueKind;

mod calls;
mod units;

pub(super) use units::converted;

/// What a turbine's model tells of its size.
const SIZES: [&str; 3] = ["rotor_diameter", "hub_height", "rated_power"];

/// A checked expression and what it reads.
pub(super) struct Checked {
    pub root: Typed,
    /// The columns that it reads, in the order in which they first appear.
    pub signals: Vec<SignalColumn>,
    /// The signals that a turbine must have for it: also those within functions of time.
    pub needs: Vec<SignalColumn>,
    /// The signals that it names anywhere.
    pub names: Vec<SignalColumn>,
}

/// Checks an expression of any kind.
///
/// # Errors
/// Every problem, in the order of the source.
pub(super) fn check(
    source: &str,
    expr: &Expr,
    scope: &dyn Scope,
) -> Result<Checked, Vec<ExpressionError>> {
    let mut checker = Checker {
        source,
        scope,
        signals: Vec::new(),
        plain: Vec::new(),
        needs: Vec::new(),
        names: Vec::new(),
        errors: Vec::new(),
    };
    let root = checker.check(expr);
    checker.errors.sort_by_key(|e| e.span.start);
    match root {
        Some(mut root) if checker.errors.is_empty() => {
            let signals = keep_used(&mut root, &checker.signals);
            Ok(Checked {
                root,
                signals,
                needs: checker.needs,
                names: checker.names,
            })
        }
        _ => Err(checker.errors),
    }
}

/// The columns that a tree reads, out of all; its signals become indices into them.
fn keep_used(root: &mut Typed, all: &[SignalColumn]) -> Vec<SignalColumn> {
    let mut is_used = vec![false; all.len()];
    root.each_signal(&mut |index| {
        if let Some(used) = is_used.get_mut(*index) {
            *used = true;
        }
    });
    let mut next = 0;
    let places: Vec<usize> = is_used
        .iter()
        .map(|used| {
            let place = next;
            next += usize::from(*used);
            place
        })
        .collect();
    root.each_signal(&mut |index| *index = places.get(*index).copied().unwrap_or_default());
    let used = all.iter().zip(is_used).filter(|(_, used)| *used);
    used.map(|(column, _)| *column).collect()
}

struct Checker<'a> {
    source: &'a str,
    scope: &'a dyn Scope,
    signals: Vec<SignalColumn>,
    /// Those of them that are bare numbers, such as limits: they scale what they multiply.
    plain: Vec<usize>,
    needs: Vec<SignalColumn>,
    names: Vec<SignalColumn>,
    errors: Vec<ExpressionError>,
}

/// `None` where the reason is among the errors already.
type Outcome = Option<Typed>;

impl Checker<'_> {
    fn check(&mut self, expr: &Expr) -> Outcome {
        let span = &expr.span;
        let condition = |node| (ValueKind::Boolean, None, node);
        let (kind, unit, node) = match &expr.syntax {
            Syntax::Number(value, unit) => {
                let node = Node::Constant(*value);
                (ValueKind::Number, unit.clone(), node)
            }
            Syntax::Boolean(value) => condition(Node::Constant(f64::from(*value))),
            Syntax::Text(text) => (ValueKind::Text, None, self.text(text, span)?),
            Syntax::Name(name) => return self.name(name, span),
            Syntax::Negate(a) => {
                let a = self.number(a, "`-`")?;
                (ValueKind::Number, a.unit.clone(), Node::Negate(Box::new(a)))
            }
            Syntax::Arithmetic(op, a, b) => {
                let needed_by = op.quoted();
                let (a, b) = (self.number(a, needed_by), self.number(b, needed_by));
                let (a, b) = (a?, b?);
                self.check_divisor(*op, &b)?;
                return self.arithmetic(*op, a, b, span);
            }
            Syntax::Call(function, arguments) => return self.call(*function, arguments, span),
            Syntax::Compare(op, a, b) => condition(self.compare(*op, a, b)?),
            Syntax::Not(a) => condition(Node::Not(Box::new(self.condition(a, "`!`")?))),
            Syntax::And(a, b) => {
                let (a, b) = (self.condition(a, "`&&`"), self.condition(b, "`&&`"));
                condition(Node::And(Box::new(a?), Box::new(b?)))
            }
            Syntax::Or(a, b) => {
                let (a, b) = (self.condition(a, "`||`"), self.condition(b, "`||`"));
                condition(Node::Or(Box::new(a?), Box::new(b?)))
            }
            Syntax::Conditional(condition, yes, no) => {
                let condition = self.condition(condition, "`?:`");
                let (yes, no) = (self.check(yes), self.check(no));
                return self.choice(condition?, yes?, no?, span);
            }
            Syntax::In(a, list) => condition(self.one_of(a, list, span)?),
        };
        self.folded(Typed {
            kind,
            span: span.clone(),
            unit,
            node,
        })
    }

    // What follows is kept out of `check`, which recurses: its frame must stay small.

    #[inline(never)]
    fn text(&mut self, text: &str, span: &Range<usize>) -> Option<Node> {
        let id = self.scope.texts().intern(text);
        if id.is_none() {
            self.errors.push(ExpressionError {
                message: "65,536 other texts have been received: no more can be compared"
                    .to_owned(),
                span: span.clone(),
                help: Some("a signal of free text should not be a signal".to_owned()),
            });
        }
        Some(Node::Constant(f64::from(id?)))
    }

    #[inline(never)]
    fn choice(&mut self, condition: Typed, yes: Typed, no: Typed, span: &Range<usize>) -> Outcome {
        if yes.kind != no.kind {
            let (a, b) = (self.described(&yes), self.described(&no));
            let message = format!("Both values of `?:` must be of one kind: {a}, {b}.");
            return self.fail(ExpressionError::new(message, no.span));
        }
        let (yes, no) = self.aligned(yes, no, "`?:`", span)?;
        let unit = yes.unit.clone().or_else(|| no.unit.clone());
        let kind = yes.kind;
        let (yes, no) = (Box::new(yes), Box::new(no));
        self.folded(Typed {
            kind,
            span: span.clone(),
            unit,
            node: Node::Conditional(Box::new(condition), yes, no),
        })
    }

    /// A signal; or what stands for the same number at every moment, unless a signal has its name.
    #[inline(never)]
    fn name(&mut self, name: &str, span: &Range<usize>) -> Outcome {
        if !name.contains('.') && self.scope.signal(name).is_some() {
            return self.signal(name, span);
        }
        if name == "pi" {
            return Some(constant(std::f64::consts::PI, None, span));
        }
        match self.scope.parameter(name) {
            None if name.contains('.') => {
                let message = "Limits stand in a scene: there are none here.";
                self.fail(ExpressionError::new(message, span.clone()))
            }
            None => self.signal(name, span),
            Some(Parameter::Constant(value, unit)) => Some(constant(value, unit, span)),
            Some(Parameter::Column(column, unit)) => {
                let index = self.index_of(column);
                if unit.is_none() {
                    self.plain.push(index);
                }
                Some(Typed {
                    kind: ValueKind::Number,
                    span: span.clone(),
                    unit,
                    node: Node::Signal(index),
                })
            }
            Some(Parameter::Fault { message, help }) => {
                let error = ExpressionError::new(message, span.clone());
                self.fail(ExpressionError { help, ..error })
            }
        }
    }

    /// A column's place among those that are read.
    fn index_of(&mut self, column: SignalColumn) -> usize {
        let known = self.signals.iter().position(|&s| s == column);
        known.unwrap_or_else(|| {
            self.signals.push(column);
            self.signals.len() - 1
        })
    }

    fn signal(&mut self, name: &str, span: &Range<usize>) -> Outcome {
        let Some((column, kind)) = self.scope.signal(name) else {
            let error = ExpressionError::new(format!("There is no signal `{name}`."), span.clone());
            let names = self.scope.names();
            let sizes = SIZES.iter().copied();
            let sizes = sizes.filter(|size| self.scope.parameter(size).is_some());
            return self.fail(match nearest(name, names.iter().copied().chain(sizes)) {
                Some(near) => error.help(format!("Did you mean `{near}`?")),
                None if names.is_empty() => error,
                None if names.len() <= 12 => {
                    error.help(format!("There are: {}.", names.join(", ")))
                }
                None => error,
            });
        };
        for noted in [&mut self.needs, &mut self.names] {
            if !noted.contains(&column) {
                noted.push(column);
            }
        }
        let index = self.index_of(column);
        Some(Typed {
            kind,
            span: span.clone(),
            unit: match kind {
                ValueKind::Number => self.scope.unit(column),
                ValueKind::Boolean | ValueKind::Text => None,
            },
            node: Node::Signal(index),
        })
    }

    fn number(&mut self, expr: &Expr, needed_by: &str) -> Outcome {
        let typed = self.check(expr)?;
        if typed.kind == ValueKind::Number {
            return Some(typed);
        }
        self.no_number(typed, needed_by)
    }

    #[inline(never)]
    fn no_number(&mut self, typed: Typed, needed_by: &str) -> Outcome {
        let message = format!("{needed_by} needs numbers; {}.", self.described(&typed));
        let written = self.written(&typed.span);
        let error = ExpressionError::new(message, typed.span.clone());
        self.fail(match typed.kind {
            ValueKind::Boolean => error.help(format!("To count it: ({written} ? 1 : 0)")),
            ValueKind::Text | ValueKind::Number => error,
        })
    }

    fn condition(&mut self, expr: &Expr, needed_by: &str) -> Outcome {
        let typed = self.check(expr)?;
        if typed.kind == ValueKind::Boolean {
            return Some(typed);
        }
        self.no_condition(typed, needed_by)
    }

    #[inline(never)]
    fn no_condition(&mut self, typed: Typed, needed_by: &str) -> Outcome {
        let message = format!("{needed_by} needs conditions; {}.", self.described(&typed));
        let written = self.written(&typed.span);
        let error = ExpressionError::new(message, typed.span.clone());
        self.fail(match (needed_by, typed.kind) {
            ("`!`", _) => error.help("Put brackets around the whole condition: !(a > b)"),
            (_, ValueKind::Number) => error.help(format!("Compare it, for example: {written} > 0")),
            _ => error.help(format!("Compare it, for example: {written} == \"…\"")),
        })
    }

    #[inline(never)]
    fn check_divisor(&mut self, op: Arithmetic, divisor: &Typed) -> Option<()> {
        if matches!(op, Arithmetic::Divide | Arithmetic::Remainder)
            && divisor.constant() == Some(0.0)
        {
            let span = divisor.span.clone();
            self.errors
                .push(ExpressionError::new("Division by zero.", span));
            return None;
        }
        Some(())
    }

    fn compare(&mut self, op: Comparison, a: &Expr, b: &Expr) -> Option<Node> {
        let chained = matches!(a.syntax, Syntax::Compare(..)) && op.orders();
        let (left, right) = (self.check(a), self.check(b));
        match (&left, &right) {
            (Some(text), None) => self.suggest_quotes(text, b),
            (None, Some(text)) => self.suggest_quotes(text, a),
            _ => {}
        }
        self.comparison(op, chained, left?, right?)
    }

    #[inline(never)]
    fn comparison(&mut self, op: Comparison, chained: bool, a: Typed, b: Typed) -> Option<Node> {
        let whole = a.span.start..b.span.end;
        let symbol = op.symbol();
        if chained {
            let error = ExpressionError::new("Comparisons cannot be chained.", whole);
            return self.fail(error.help("Say both: low < x && x < high"));
        }
        if a.kind != b.kind {
            let (left, right) = (self.described(&a), self.described(&b));
            let message = format!("`{symbol}` compares values of one kind: {left}, {right}.");
            let error = ExpressionError::new(message, whole);
            let has_text = a.kind == ValueKind::Text || b.kind == ValueKind::Text;
            let truth_value = [&a, &b].into_iter().find(|t| t.kind == ValueKind::Boolean);
            return self.fail(match truth_value {
                Some(t) if !has_text => {
                    let written = self.written(&t.span);
                    error.help(format!(
                        "`{written}` is a condition by itself; `!` says the opposite."
                    ))
                }
                _ => error,
            });
        }
        if op.orders() && a.kind != ValueKind::Number {
            let kinds = match a.kind {
                ValueKind::Text => "texts, which have no order",
                _ => "true or false, which have no order",
            };
            let message = format!("`{symbol}` compares numbers; these are {kinds}.");
            let error = ExpressionError::new(message, whole);
            return self.fail(error.help("Texts and conditions have == and !=."));
        }
        let (a, b) = self.aligned(a, b, &format!("`{symbol}`"), &whole)?;
        Some(Node::Compare(op, Box::new(a), Box::new(b)))
    }

    /// `state == run`, where nothing is named `run`, lacks quotes.
    #[inline(never)]
    fn suggest_quotes(&mut self, beside: &Typed, unknown: &Expr) {
        if let Syntax::Name(name) = &unknown.syntax
            && beside.kind == ValueKind::Text
            && let Some(error) = self.errors.iter_mut().find(|e| e.span == unknown.span)
        {
            error.help = Some(format!("A text stands in quotes: \"{name}\""));
        }
    }

    fn one_of(&mut self, a: &Expr, list: &[Expr], span: &Range<usize>) -> Option<Node> {
        let a = self.check(a);
        let elements: Vec<Outcome> = list.iter().map(|e| self.check(e)).collect();
        let a = a?;
        let elements: Vec<Typed> = elements.into_iter().collect::<Option<_>>()?;
        if elements.is_empty() {
            let message = "The list is empty: nothing is in it.";
            return self.fail(ExpressionError::new(message, span.clone()));
        }
        if let Some(other) = elements.iter().find(|e| e.kind != a.kind) {
            let (left, right) = (self.described(&a), self.described(other));
            let message = format!("`in` compares values of one kind: {left}, {right}.");
            return self.fail(ExpressionError::new(message, other.span.clone()));
        }
        let elements: Option<Vec<Typed>> = elements
            .into_iter()
            .map(|element| self.in_unit_of(element, &a, "`in`"))
            .collect();
        Some(Node::In(Box::new(a), elements?))
    }

    /// Replaces an expression of constants by its value.
    #[inline(never)]
    fn folded(&mut self, typed: Typed) -> Outcome {
        let is_constant = matches!(typed.node, Node::Constant(_));
        if is_constant || typed.children().any(|c| c.constant().is_none()) {
            return Some(typed);
        }
        let value = typed.evaluate(&|_| f64::NAN);
        if !value.is_finite() {
            let message = format!("`{}` is beyond every number.", self.written(&typed.span));
            return self.fail(ExpressionError::new(message, typed.span));
        }
        Some(Typed {
            node: Node::Constant(value),
            ..typed
        })
    }

    fn fail<T>(&mut self, error: ExpressionError) -> Option<T> {
        self.errors.push(error);
        None
    }

    /// "`x` is a number".
    fn described(&self, typed: &Typed) -> String {
        format!(
            "`{}` is {}",
            self.written(&typed.span),
            kind_in_words(typed.kind)
        )
    }

    /// What was written there, shortened.
    fn written(&self, span: &Range<usize>) -> String {
        let text = self.source.get(span.clone()).unwrap_or_default();
        if text.chars().count() <= 40 {
            return text.to_owned();
        }
        text.chars().take(39).chain(['…']).collect()
    }
}

fn constant(value: f64, unit: Option<crate::units::Unit>, span: &Range<usize>) -> Typed {
    Typed {
        kind: ValueKind::Number,
        span: span.clone(),
        unit,
        node: Node::Constant(value),
    }
}

/// A kind, as it stands in a sentence after "is".
pub(super) fn kind_in_words(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "a number",
        ValueKind::Boolean => "true or false",
        ValueKind::Text => "a text",
    }
}
