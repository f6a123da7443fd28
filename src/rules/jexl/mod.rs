//! Jexl 2.3.0, the language of TwinMaker's rules, as its own code behaves: operators of one
//! precedence, JavaScript's loose comparisons, and all.

mod code;
mod evaluate;
mod lexer;
mod native;
mod parser;
mod value;

use std::sync::Arc;

use evaluate::{Context, Stop};
use parser::{Tree, parse};

pub(super) use code::Code;
pub use native::to_native;
pub use parser::SyntaxError;
pub use value::JsValue;

/// A parsed expression, to be evaluated with values by name.
#[derive(Debug, Clone)]
pub struct Script {
    tree: Tree,
}

impl Script {
    /// Parses an expression. `names` are those that values may have: one with a hyphen or a dot is
    /// taken for the name that it is, where TwinMaker subtracts or looks into tables.
    ///
    /// # Errors
    /// What Jexl says about it.
    pub fn parse<'n>(
        source: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, SyntaxError> {
        let mut odd: Vec<&str> = names.into_iter().filter(|n| lexer::is_odd(n)).collect();
        odd.sort_unstable_by_key(|name| (std::cmp::Reverse(name.len()), *name));
        let tree = parse(source, &odd)?;
        Ok(Self { tree })
    }

    /// The names that it asks for, each once.
    pub fn names(&self) -> &[Arc<str>] {
        &self.tree.names
    }

    /// The value with these values of the names; a name without one is [`JsValue::Undefined`].
    ///
    /// # Errors
    /// What Jexl says: of undefined functions, and of properties of nothing.
    pub fn evaluate(&self, value: &dyn Fn(&str) -> JsValue) -> Result<JsValue, String> {
        let context = ByName {
            names: self.names(),
            value,
        };
        self.tree.evaluate(&context).map_err(|stop| match stop {
            Stop::Error(_, message) => message,
            Stop::Unknown => String::new(),
        })
    }
}

struct ByName<'a> {
    names: &'a [Arc<str>],
    value: &'a dyn Fn(&str) -> JsValue,
}

impl Context for ByName<'_> {
    fn value(&self, slot: usize) -> Option<JsValue> {
        let name = self.names.get(slot);
        Some(name.map_or(JsValue::Undefined, |name| (self.value)(name)))
    }
}
