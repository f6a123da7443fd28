//! Evaluates a Jexl expression as Jexl 2.3.0 does.

use std::sync::Arc;

use super::parser::{Binary, Id, Node, Tree};
use super::value::JsValue;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// An error, by its JavaScript name, and as Jexl says it.
    Error(&'static str, String),
    /// It asked for a value that is not known.
    Unknown,
}

/// The values of the names.
pub(super) trait Context {
    /// The value of the name in this slot; `None` where it is not known.
    fn value(&self, slot: usize) -> Option<JsValue>;
}

type Outcome = Result<JsValue, Stop>;

impl Tree {
    /// The value of the whole.
    pub fn evaluate(&self, context: &dyn Context) -> Outcome {
        self.within(context).optional(self.root)
    }

    /// The value of a part.
    pub fn evaluate_part(&self, id: Id, context: &dyn Context) -> Outcome {
        self.within(context).of(id)
    }

    fn within<'a>(&'a self, context: &'a dyn Context) -> Within<'a> {
        Within {
            tree: self,
            context,
            element: None,
        }
    }
}

#[derive(Clone, Copy)]
struct Within<'a> {
    tree: &'a Tree,
    context: &'a dyn Context,
    /// What a filter looks at.
    element: Option<&'a JsValue>,
}

fn type_error(message: String) -> Stop {
    Stop::Error("TypeError", message)
}

/// Where several values are asked for at once, Jexl wraps their errors.
fn wrapped(stop: Stop) -> Stop {
    match stop {
        Stop::Error(name, message) => Stop::Error("Error", format!("{name}: {message}")),
        Stop::Unknown => Stop::Unknown,
    }
}

fn property(of: &JsValue, key: &str) -> Outcome {
    of.property(key).ok_or_else(|| {
        let what = of.to_text();
        type_error(format!(
            "Cannot read properties of {what} (reading '{key}')"
        ))
    })
}

impl Within<'_> {
    fn optional(&self, id: Option<Id>) -> Outcome {
        match id.and_then(|id| self.tree.nodes.get(id)) {
            Some(node) => self.node(node),
            None => {
                let what = "Cannot read properties of null (reading 'type')";
                Err(type_error(what.to_owned()))
            }
        }
    }

    fn of(&self, id: Id) -> Outcome {
        self.optional(Some(id))
    }

    fn node(&self, node: &Node) -> Outcome {
        match node {
            Node::Literal(value) => Ok(value.clone()),
            Node::Name { slot, relative } => self.name(*slot, *relative),
            Node::Property { from, name } => match self.of(*from)? {
                JsValue::Undefined | JsValue::Null => Ok(JsValue::Undefined),
                JsValue::Array(all) => {
                    let first = all.first().cloned().unwrap_or(JsValue::Undefined);
                    property(&first, name)
                }
                value => property(&value, name),
            },
            Node::Binary { op, left, right } => self.binary(*op, *left, *right),
            Node::Not(a) => Ok(JsValue::Boolean(!self.optional(*a)?.is_truthy())),
            Node::Conditional { test, yes, no } => {
                let test = self.optional(*test)?;
                match (test.is_truthy(), yes) {
                    (true, Some(yes)) => self.of(*yes),
                    (true, None) => Ok(test),
                    (false, _) => self.optional(*no),
                }
            }
            Node::Filter {
                subject,
                by,
                relative,
            } => {
                let subject = self.of(*subject)?;
                match relative {
                    true => self.filter(subject, *by),
                    false => self.index(subject, *by),
                }
            }
            Node::Call { what, name } => {
                let message = format!("{what} {name} is not defined.");
                Err(Stop::Error("Error", message))
            }
            Node::Array(all) => {
                let all = all.iter().map(|id| self.of(*id).map_err(wrapped));
                Ok(JsValue::Array(Arc::new(all.collect::<Result<_, _>>()?)))
            }
            Node::Object(all) => {
                let all = all.iter().map(|(key, id)| {
                    let value = self.optional(*id).map_err(wrapped)?;
                    Ok((Arc::clone(key), value))
                });
                Ok(JsValue::Object(Arc::new(all.collect::<Result<_, _>>()?)))
            }
        }
    }

    fn name(&self, slot: usize, relative: bool) -> Outcome {
        match self.element {
            // What is false is passed over for the context.
            Some(element) if relative && element.is_truthy() => {
                let name = self.tree.names.get(slot).map_or("", |n| n);
                property(element, name)
            }
            _ => self.context.value(slot).ok_or(Stop::Unknown),
        }
    }

    fn binary(&self, op: Binary, left: Id, right: Option<Id>) -> Outcome {
        if matches!(op, Binary::And | Binary::Or) {
            let left = self.of(left)?;
            return match left.is_truthy() == (op == Binary::And) {
                true => self.optional(right),
                false => Ok(left),
            };
        }
        // Both are asked for before either's error is looked at: only the first counts.
        let (a, b) = (self.of(left), self.optional(right));
        let (a, b) = (a.map_err(wrapped)?, b.map_err(wrapped)?);
        let numbers = || (a.to_number(), b.to_number());
        let number = |f: fn(f64, f64) -> f64| {
            let (a, b) = numbers();
            JsValue::Number(f(a, b))
        };
        let order = || a.order(&b);
        Ok(match op {
            Binary::Add => a.add(&b),
            Binary::Subtract => number(|a, b| a - b),
            Binary::Multiply => number(|a, b| a * b),
            Binary::Divide => number(|a, b| a / b),
            Binary::FloorDivide => number(|a, b| (a / b).floor()),
            Binary::Remainder => number(|a, b| a % b),
            Binary::Power => number(power),
            Binary::Equal => JsValue::Boolean(a.equals(&b)),
            Binary::NotEqual => JsValue::Boolean(!a.equals(&b)),
            Binary::Greater => JsValue::Boolean(order().is_some_and(|o| o.is_gt())),
            Binary::GreaterOrEqual => JsValue::Boolean(order().is_some_and(|o| o.is_ge())),
            Binary::Less => JsValue::Boolean(order().is_some_and(|o| o.is_lt())),
            Binary::LessOrEqual => JsValue::Boolean(order().is_some_and(|o| o.is_le())),
            Binary::In => JsValue::Boolean(match &b {
                JsValue::Text(text) => text.contains(&*a.to_text()),
                JsValue::Array(all) => all.iter().any(|element| element.is_same(&a)),
                _ => false,
            }),
            Binary::And | Binary::Or => a,
        })
    }

    fn filter(&self, subject: JsValue, by: Option<Id>) -> Outcome {
        let elements = match subject {
            JsValue::Array(all) => all,
            JsValue::Undefined => Arc::default(),
            one => Arc::new(vec![one]),
        };
        let mut chosen = Vec::new();
        for element in elements.iter() {
            let within = Within {
                element: Some(element),
                ..*self
            };
            if within.optional(by).map_err(wrapped)?.is_truthy() {
                chosen.push(element.clone());
            }
        }
        Ok(JsValue::Array(Arc::new(chosen)))
    }

    fn index(&self, subject: JsValue, by: Option<Id>) -> Outcome {
        match self.optional(by)? {
            JsValue::Boolean(true) => Ok(subject),
            JsValue::Boolean(false) => Ok(JsValue::Undefined),
            key => subject.property(&key.to_text()).ok_or_else(|| {
                let reading = match &key {
                    JsValue::Array(_) => String::new(),
                    JsValue::Object(_) => " (reading '#<Object>')".to_owned(),
                    key => format!(" (reading '{}')", key.to_text()),
                };
                let what = subject.to_text();
                type_error(format!("Cannot read properties of {what}{reading}"))
            }),
        }
    }
}

/// `Math.pow`
fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    // Of what there is, this gives V8's last digit most often.
    libm::pow(base, exponent)
}
