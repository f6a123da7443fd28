//! Translates Jexl into the native language where both give the same for all known values.

use super::Script;
use super::parser::{Binary, Id, Node, Tree};
use super::value::JsValue;
use crate::scene::ValueKind;

/// The expression in the native language, as a condition; `None` where there is none that gives the
/// same. `kind` tells the name in the scene and the kind of a name's values, where it has any.
pub fn to_native(
    source: &str,
    kind: &dyn Fn(&str) -> Option<(String, ValueKind)>,
) -> Option<String> {
    let script = Script::parse(source, []).ok()?;
    let translation = Translation {
        tree: &script.tree,
        kind,
    };
    let condition = translation.condition(script.tree.root?)?;
    Some(condition.text)
}

struct Translation<'a> {
    tree: &'a Tree,
    kind: &'a dyn Fn(&str) -> Option<(String, ValueKind)>,
}

/// A translated part. What binds less than comparisons needs brackets as an operand.
struct Part {
    text: String,
    kind: ValueKind,
    binds: Binds,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Conditional,
    Or,
    And,
    Compare,
    Sum,
    Product,
    Single,
}

impl Part {
    fn new(text: String, kind: ValueKind, binds: Binds) -> Self {
        Self { text, kind, binds }
    }

    /// As an operand of what binds so.
    fn operand(self, least: Binds) -> String {
        if self.binds < least {
            format!("({})", self.text)
        } else {
            self.text
        }
    }
}

impl Translation<'_> {
    fn node(&self, id: Id) -> Option<&Node> {
        self.tree.nodes.get(id)
    }

    /// What is true where Jexl's value counts as true.
    fn condition(&self, id: Id) -> Option<Part> {
        use ValueKind::Boolean;
        match self.node(id)? {
            Node::Binary { op, left, right } if matches!(op, Binary::And | Binary::Or) => {
                let (a, b) = (self.condition(*left)?, self.condition((*right)?)?);
                let (symbol, binds) = match op {
                    Binary::And => ("&&", Binds::And),
                    _ => ("||", Binds::Or),
                };
                // A mix of both wants brackets, for those who read it.
                let operand = |part: Part| match part.binds {
                    other if other == binds || other >= Binds::Compare => part.text,
                    _ => format!("({})", part.text),
                };
                let text = format!("{} {symbol} {}", operand(a), operand(b));
                Some(Part::new(text, Boolean, binds))
            }
            Node::Not(a) => {
                let a = self.condition((*a)?)?;
                let text = match a.binds {
                    Binds::Single if !a.text.starts_with('!') => format!("!{}", a.text),
                    _ => format!("!({})", a.text),
                };
                Some(Part::new(text, Boolean, Binds::Single))
            }
            Node::Conditional { test, yes, no } => {
                let test = self.condition((*test)?)?;
                let (yes, no) = (self.condition((*yes)?)?, self.condition((*no)?)?);
                Some(conditional(test, yes, no))
            }
            _ => {
                let part = self.value(id)?;
                Some(match part.kind {
                    Boolean => part,
                    ValueKind::Number => {
                        let text = format!("{} != 0", part.operand(Binds::Sum));
                        Part::new(text, Boolean, Binds::Compare)
                    }
                    ValueKind::Text => {
                        let text = format!("{} != \"\"", part.operand(Binds::Sum));
                        Part::new(text, Boolean, Binds::Compare)
                    }
                })
            }
        }
    }

    /// The same value. Where a number could be NaN there is none: the native language knows only
    /// unknown.
    fn value(&self, id: Id) -> Option<Part> {
        use ValueKind::{Boolean, Number, Text};
        match self.node(id)? {
            Node::Literal(value) => literal(value),
            Node::Name { slot, relative } => {
                if *relative {
                    return None;
                }
                let (name, kind) = (self.kind)(self.tree.names.get(*slot)?)?;
                Some(Part::new(name, kind, Binds::Single))
            }
            Node::Binary { op, left, right } => self.binary(*op, *left, (*right)?),
            Node::Not(_) => self.condition(id),
            Node::Conditional { test, yes, no } => {
                let test = self.condition((*test)?)?;
                let (yes, no) = (self.value((*yes)?)?, self.value((*no)?)?);
                let same = yes.kind == no.kind && matches!(yes.kind, Boolean | Number | Text);
                same.then(|| conditional(test, yes, no))
            }
            Node::Property { .. }
            | Node::Filter { .. }
            | Node::Call { .. }
            | Node::Array(_)
            | Node::Object(_) => None,
        }
    }

    fn binary(&self, op: Binary, left: Id, right: Id) -> Option<Part> {
        use ValueKind::{Boolean, Number, Text};
        if op == Binary::In {
            return self.one_of(left, right);
        }
        let (a, b) = (self.value(left)?, self.value(right)?);
        let arithmetic = |symbol: &str, binds: Binds, right: Binds| {
            let numbers = a.kind == Number && b.kind == Number;
            numbers.then_some((symbol.to_owned(), Number, binds, right))
        };
        let compare = |symbol: &str, ordered: bool| {
            let fits = match a.kind {
                Number => true,
                // Texts have no order natively, nor have conditions.
                Boolean | Text => !ordered,
            };
            let fits = fits && a.kind == b.kind;
            fits.then_some((symbol.to_owned(), Boolean, Binds::Compare, Binds::Sum))
        };
        let (symbol, kind, binds, least_right) = match op {
            Binary::Add => arithmetic("+", Binds::Sum, Binds::Product),
            Binary::Subtract => arithmetic("-", Binds::Sum, Binds::Product),
            Binary::Multiply => arithmetic("*", Binds::Product, Binds::Single),
            // By what may be 0 it may be NaN.
            Binary::Divide | Binary::Remainder => {
                let divisor = self.node(right);
                let divides = matches!(divisor,
                    Some(Node::Literal(JsValue::Number(n))) if *n != 0.0 && n.is_finite());
                let symbol = if op == Binary::Divide { "/" } else { "%" };
                divides
                    .then(|| arithmetic(symbol, Binds::Product, Binds::Single))
                    .flatten()
            }
            Binary::Equal => compare("==", false),
            Binary::NotEqual => compare("!=", false),
            Binary::Greater => compare(">", true),
            Binary::GreaterOrEqual => compare(">=", true),
            Binary::Less => compare("<", true),
            Binary::LessOrEqual => compare("<=", true),
            Binary::FloorDivide | Binary::Power | Binary::And | Binary::Or | Binary::In => None,
        }?;
        let least_left = match binds {
            Binds::Compare => Binds::Sum,
            binds => binds,
        };
        let text = format!(
            "{} {symbol} {}",
            a.operand(least_left),
            b.operand(least_right)
        );
        Some(Part::new(text, kind, binds))
    }

    fn one_of(&self, left: Id, right: Id) -> Option<Part> {
        let a = self.value(left)?;
        let Node::Array(all) = self.node(right)? else {
            return None;
        };
        let all: Vec<Part> = all
            .iter()
            .map(|id| self.value(*id))
            .collect::<Option<_>>()?;
        if all.is_empty() || all.iter().any(|b| b.kind != a.kind) {
            return None;
        }
        let all: Vec<String> = all.into_iter().map(|b| b.text).collect();
        let text = format!("{} in [{}]", a.operand(Binds::Sum), all.join(", "));
        Some(Part::new(text, ValueKind::Boolean, Binds::Compare))
    }
}

fn conditional(test: Part, yes: Part, no: Part) -> Part {
    let kind = yes.kind;
    let text = format!(
        "{} ? {} : {}",
        test.operand(Binds::Or),
        yes.operand(Binds::Or),
        no.operand(Binds::Or)
    );
    Part::new(text, kind, Binds::Conditional)
}

fn literal(value: &JsValue) -> Option<Part> {
    let (text, kind) = match value {
        JsValue::Boolean(truth) => (truth.to_string(), ValueKind::Boolean),
        JsValue::Number(n) if n.is_finite() => {
            // The native language's whole numbers do not reach as far.
            let text = match n.abs() < 1e15 {
                true => format!("{n}"),
                false => format!("{n:?}"),
            };
            (text, ValueKind::Number)
        }
        JsValue::Text(text) => {
            if text.chars().any(char::is_control) {
                return None;
            }
            let text = text.replace('\\', "\\\\").replace('"', "\\\"");
            (format!("\"{text}\""), ValueKind::Text)
        }
        _ => return None,
    };
    Some(Part::new(text, kind, Binds::Single))
}
