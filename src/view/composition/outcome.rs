//! What the rules say for a binding now.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use crate::fleet::Fleet;
use crate::rules::{RuleStates, Truth, Value};
use crate::scene::{ActiveScene, Scene};
use crate::scene::{Binding, Composition, Target};

/// What the first statement that holds says.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// None holds, or nothing is bound.
    Nothing,
    /// None holds, and of one it is not known.
    Unknown,
    /// An icon, a colour, an opacity.
    Target(Target),
    /// A number.
    Number(f64),
}

/// What outcomes rest on.
#[derive(SystemParam)]
pub struct Judge<'w> {
    active: Option<Res<'w, ActiveScene>>,
    states: Option<Res<'w, RuleStates>>,
    fleet: Option<Res<'w, Fleet>>,
}

impl Judge<'_> {
    /// The scene.
    pub fn scene(&self) -> Option<&Scene> {
        Some(&self.active.as_ref()?.scene)
    }

    /// The values.
    pub fn fleet(&self) -> Option<&Fleet> {
        self.fleet.as_deref()
    }

    /// Whether an outcome may be another than in the frame before.
    pub fn may_differ(&self) -> bool {
        self.active.as_ref().is_some_and(|a| a.is_changed())
            || self.fleet().is_some_and(|f| !f.dirty_rows().is_empty())
            || self.states.as_ref().is_some_and(|s| s.is_changed())
    }

    /// The outcome of a binding's rules.
    pub fn outcome(&self, composition: &Composition, binding: &Binding) -> Outcome {
        let (Some(scene), Some(states), Some(fleet)) = (self.scene(), &self.states, self.fleet())
        else {
            return Outcome::Unknown;
        };
        let rules = binding.rules.and_then(|r| composition.rule_maps.get(r));
        let (Some(row), Some(rules)) = (binding.row, rules) else {
            return Outcome::Nothing;
        };
        let mut is_unknown = false;
        for statement in &rules.statements {
            if statement.target == Target::Number {
                let rule = scene.rules.get(usize::from(statement.rule));
                let value = rule.map(|r| r.when.program.value(fleet, row, &scene.texts));
                match value.as_ref().map(number) {
                    Some(Some(number)) => return Outcome::Number(number),
                    Some(None) => is_unknown |= value == Some(Value::Unknown),
                    None => {}
                }
                continue;
            }
            match states.truth(statement.rule, row) {
                Truth::True => return Outcome::Target(statement.target.clone()),
                Truth::Unknown => is_unknown = true,
                Truth::False => {}
            }
        }
        if is_unknown {
            Outcome::Unknown
        } else {
            Outcome::Nothing
        }
    }
}

/// A value as JavaScript's `Number` has it; `None` where that is not finite.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => *number,
        Value::Boolean(truth) => f64::from(u8::from(*truth)),
        Value::Text(text) if text.trim().is_empty() => 0.0,
        Value::Text(text) => text.trim().parse().ok()?,
        Value::Unknown => return None,
    };
    number.is_finite().then_some(number)
}
