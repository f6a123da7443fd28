//! A rule for values by name, as TwinMaker evaluates it.

use std::collections::HashMap;
use std::rc::Rc;

use super::json::Json;
use super::{document, target};
use crate::rules::jexl::{JsValue, Script};
use crate::scene::problem::Problems;
use crate::scene::source::Source;

/// A rule of a scene, by itself.
#[derive(Debug, Clone)]
pub struct MapRule {
    /// Its id.
    pub id: String,
    /// Expressions and targets.
    statements: Vec<(String, String)>,
}

/// What a rule shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Shows {
    /// What is shown without a rule.
    Default,
    /// A target.
    Target(String),
    /// The value of the expression.
    Number(f64),
}

impl MapRule {
    /// What is shown with these values.
    pub fn shows(&self, values: &HashMap<String, JsValue>) -> Shows {
        // Nothing was heard: not even what always holds is asked.
        if values.is_empty() {
            return Shows::Default;
        }
        for (expression, target) in &self.statements {
            let names = values.keys().map(String::as_str);
            let value = |name: &str| values.get(name).cloned().unwrap_or(JsValue::Undefined);
            let result = Script::parse(expression, names)
                .map_err(|error| error.message)
                .and_then(|script| script.evaluate(&value));
            // What is wrong with it was told when the scene was read.
            let Ok(result) = result else { continue };
            if target::is_number(target) {
                let number = result.to_number();
                if number.is_finite() {
                    return Shows::Number(number);
                }
            } else if result.is_truthy() {
                return Shows::Target(target.clone());
            }
        }
        Shows::Default
    }
}

/// The rules of a scene.
pub fn rules(text: &str) -> Vec<MapRule> {
    let source = Rc::new(Source::new("scene.json".into(), text.into()));
    let Ok(json) = Json::parse(&source) else {
        return Vec::new();
    };
    let reading = document::read(&json, &mut Problems::default(), &mut |_, _, _| None);
    let maps = reading.maps.iter().map(|map| MapRule {
        id: map.id.to_owned(),
        statements: (map.statements.iter())
            .map(|s| (s.expression.to_owned(), s.target.to_owned()))
            .collect(),
    });
    maps.collect()
}
