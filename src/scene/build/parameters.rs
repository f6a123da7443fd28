//! Names in expressions that stand for numbers which never change: limits, and a turbine's size.

use std::collections::HashMap;
use std::sync::Arc;

use crate::fleet::SignalColumn;
use crate::rules::{Formula, Parameter, Wanted};
use crate::scene::model::{Model, Turbine, ValueKind};
use crate::scene::problem::quoted;
use crate::units::Unit;

/// What a model tells of its size, by the name in expressions, with the unit.
const SIZES: [(&str, fn(&Model) -> f32, &str); 3] = [
    ("rotor_diameter", |m| m.rotor_diameter_m, "m"),
    ("hub_height", |m| m.hub_height_m, "m"),
    ("rated_power", |m| m.rated_power_kw, "kW"),
];

/// The column for values that must be worked out, or why there is none.
pub(crate) type Columns<'a> = dyn Fn(Wanted) -> Result<SignalColumn, String> + 'a;

/// The limits and sizes of a farm.
pub(crate) struct Parameters<'a> {
    turbines: &'a [Turbine],
    /// By limit, then by model: its least and greatest value.
    limits: HashMap<Arc<str>, Vec<Option<[f64; 2]>>>,
}

impl<'a> Parameters<'a> {
    pub fn new(models: &[Model], turbines: &'a [Turbine]) -> Self {
        let mut limits: HashMap<Arc<str>, Vec<Option<[f64; 2]>>> = HashMap::new();
        let count = models.len();
        for (at, model) in models.iter().enumerate() {
            for (name, value) in &model.limits {
                let of = limits.entry(Arc::clone(name));
                let of = of.or_insert_with(|| vec![None; count]).get_mut(at);
                if let Some(of) = of {
                    *of = Some([*value; 2]);
                }
            }
        }
        for turbine in turbines {
            for (name, value) in &turbine.limits {
                let of = limits.get_mut(name).and_then(|l| l.get_mut(turbine.model));
                if let Some(Some([low, high])) = of {
                    *low = low.min(*value);
                    *high = high.max(*value);
                }
            }
        }
        Self { turbines, limits }
    }

    /// What a name stands for, for the models that an expression is for.
    pub fn parameter(
        &self,
        name: &str,
        applies: &[bool],
        models: &[Model],
        columns: &Columns,
    ) -> Option<Parameter> {
        if let Some(limit) = name.strip_prefix("limits.") {
            return Some(self.limit(limit, applies, models, columns));
        }
        let (_, size, unit) = SIZES.iter().find(|(n, ..)| *n == name)?;
        // 112.4 is meant, not the nearest number of 32 bits.
        let size = |model: &Model| size(model).to_string().parse().unwrap_or_default();
        let unit = Unit::named(unit);
        let all = models.iter().zip(applies).filter(|(_, a)| **a);
        let mut sizes = all.map(|(model, _)| size(model));
        let first: f64 = sizes.next().unwrap_or_default();
        if sizes.all(|other| other == first) {
            return Some(Parameter::Constant(first, unit));
        }
        let by_model: Vec<f64> = models.iter().map(size).collect();
        let of = |turbine: &Turbine| by_model.get(turbine.model).copied().unwrap_or(f64::NAN);
        Some(self.given(name, of, columns, unit))
    }

    fn limit(
        &self,
        name: &str,
        applies: &[bool],
        models: &[Model],
        columns: &Columns,
    ) -> Parameter {
        let Some(by_model) = self.limits.get(name) else {
            let mut known: Vec<&str> = self.limits.keys().map(|n| &**n).collect();
            known.sort_unstable();
            let help = crate::scene::problem::suggestion(name, known, "the limits are");
            return Parameter::Fault {
                message: format!("There is no limit `{name}`."),
                help: help
                    .or_else(|| Some(format!("Give models one: [models.….limits] {name} = 80"))),
            };
        };
        let mut all = models.iter().zip(by_model).zip(applies);
        if let Some(((model, _), _)) = all.find(|((_, limit), a)| **a && limit.is_none()) {
            let known = model.limits.iter().map(|(n, _)| &**n);
            let help = crate::scene::problem::suggestion(name, known, "its limits are");
            return Parameter::Fault {
                message: format!("The model {} has no limit `{name}`.", quoted(&model.id)),
                help: help.or_else(|| {
                    Some(format!(
                        "Give it one: [models.{}.limits] {name} = 80",
                        model.id
                    ))
                }),
            };
        }
        let all = by_model.iter().zip(applies).filter(|(_, a)| **a);
        let spread = all
            .filter_map(|(limit, _)| *limit)
            .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
        match spread {
            None => Parameter::Constant(0.0, None),
            Some([low, high]) if low == high => Parameter::Constant(low, None),
            Some(_) => {
                let of = |turbine: &Turbine| {
                    let own = turbine.limits.iter().find(|(n, _)| **n == *name);
                    let model = models.get(turbine.model).map(|m| &m.limits);
                    let of_model = || model?.iter().find(|(n, _)| **n == *name);
                    own.or_else(of_model).map_or(f64::NAN, |(_, value)| *value)
                };
                self.given(&format!("limits.{name}"), of, columns, None)
            }
        }
    }

    /// A column of numbers that differ between turbines.
    fn given(
        &self,
        name: &str,
        of: impl Fn(&Turbine) -> f64,
        columns: &Columns,
        unit: Option<Unit>,
    ) -> Parameter {
        let wanted = Wanted {
            formula: Formula::Given(self.turbines.iter().map(of).collect()),
            kind: ValueKind::Number,
            source: name.into(),
            needs: Vec::new(),
        };
        match columns(wanted) {
            Ok(column) => Parameter::Column(column, unit),
            Err(message) => Parameter::Fault {
                message,
                help: None,
            },
        }
    }
}
