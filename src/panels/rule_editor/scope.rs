//! What a draft may name: what the scene has, and the columns that it would have with the draft.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use crate::fleet::SignalColumn;
use crate::rules::{Formula, Parameter, Scope, Texts, Wanted};
use crate::scene::{Parameters, Scene, Signal, ValueKind};
use crate::units::{Conversion, Unit};

/// A column that the scene does not have yet.
#[derive(Debug, Clone)]
pub(super) struct NewColumn {
    pub column: SignalColumn,
    pub kind: ValueKind,
    /// As the engineer wrote it.
    pub source: Arc<str>,
    formula: Formula,
}

impl NewColumn {
    /// Its values, where they never change.
    pub fn given(&self) -> Option<&[f64]> {
        match &self.formula {
            Formula::Given(values) => Some(values),
            _ => None,
        }
    }
}

/// The signals, limits and computed columns of a scene, for the models that a rule is for.
pub(super) struct SceneScope<'a> {
    scene: &'a Scene,
    /// By model.
    applies: &'a [bool],
    parameters: OnceCell<Parameters<'a>>,
    new: RefCell<Vec<NewColumn>>,
}

impl<'a> SceneScope<'a> {
    pub fn new(scene: &'a Scene, applies: &'a [bool]) -> Self {
        Self {
            scene,
            applies,
            parameters: OnceCell::new(),
            new: RefCell::default(),
        }
    }

    /// The columns that were asked for and are not there yet.
    pub fn into_new(self) -> Vec<NewColumn> {
        self.new.into_inner()
    }

    /// The signals of the models that it is for.
    fn signals(&self) -> impl Iterator<Item = &'a Signal> {
        let models = self.scene.models.iter().zip(self.applies);
        models
            .filter(|(_, applies)| **applies)
            .flat_map(|(model, _)| &model.signals)
    }

    /// A column that the running scene works out in the same way.
    fn known(&self, wanted: &Wanted) -> Option<SignalColumn> {
        let is_same = |formula: &Formula, source: &Arc<str>| match (formula, &wanted.formula) {
            (Formula::Given(_), Formula::Given(_)) => *source == wanted.source,
            (formula, wanted) => formula == wanted,
        };
        let named = self.scene.signals.len();
        let mut computed = self.scene.computed.iter();
        let found = computed.find(|c| c.column.index() >= named && is_same(&c.formula, &c.source));
        if let Some(found) = found {
            return Some(found.column);
        }
        let new = self.new.borrow();
        let found = new.iter().find(|n| is_same(&n.formula, &n.source));
        found.map(|n| n.column)
    }
}

impl Scope for SceneScope<'_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let at = self.scene.signals.iter().position(|s| &**s == name)?;
        let column = SignalColumn(u16::try_from(at).ok()?);
        Some((column, *self.scene.kinds.get(at)?))
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.signals().map(|s| &*s.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn texts(&self) -> &Texts {
        &self.scene.texts
    }

    /// That of all models that the rule is for, where it is one.
    fn unit(&self, signal: SignalColumn) -> Option<Unit> {
        let mut units = self.signals().filter(|s| s.column == signal);
        let first = &units.next()?.unit;
        let unit = Unit::named(first)?;
        let is_same = |other: &Signal| {
            let other = (other.unit != *first).then(|| Unit::named(&other.unit));
            other
                .is_none_or(|o| o.is_some_and(|o| o.to(&unit).is_some_and(Conversion::is_identity)))
        };
        units.all(is_same).then_some(unit)
    }

    fn parameter(&self, name: &str) -> Option<Parameter> {
        let of = || Parameters::new(&self.scene.models, &self.scene.turbines);
        let parameters = self.parameters.get_or_init(of);
        let wanted = |wanted| self.computed(wanted);
        parameters.parameter(name, self.applies, &self.scene.models, &wanted)
    }

    fn computed(&self, wanted: Wanted) -> Result<SignalColumn, String> {
        if let Some(column) = self.known(&wanted) {
            return Ok(column);
        }
        let mut new = self.new.borrow_mut();
        let Ok(number) = u16::try_from(self.scene.column_count() + new.len()) else {
            return Err("There are more than 65,536 columns of values.".to_owned());
        };
        let column = SignalColumn(number);
        new.push(NewColumn {
            column,
            kind: wanted.kind,
            source: wanted.source,
            formula: wanted.formula,
        });
        Ok(column)
    }

    fn is_derived(&self, signal: SignalColumn) -> bool {
        self.signals()
            .any(|s| s.column == signal && s.expression.is_some())
    }
}

/// The same signals, also by their names in payloads, as Jexl of TwinMaker knows them.
pub(super) struct InJexl<'a, 's>(pub &'a SceneScope<'s>);

impl InJexl<'_, '_> {
    fn fields(&self) -> impl Iterator<Item = (&str, &Signal)> {
        let signals = self.0.signals();
        signals.filter_map(|signal| Some((signal.field.strip_prefix('/')?, signal)))
    }
}

impl Scope for InJexl<'_, '_> {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        // As JSON pointers write them.
        let escaped = name.replace('~', "~0").replace('/', "~1");
        let mut fields = self.fields();
        let by_field = fields.find(|(field, _)| *field == escaped);
        let by_field = by_field.map(|(_, signal)| (signal.column, signal.kind));
        by_field.or_else(|| self.0.signal(name))
    }

    fn names(&self) -> Vec<&str> {
        let fields = self.fields().map(|(field, _)| field);
        let fields = fields.filter(|field| !field.contains('~'));
        fields.chain(self.0.names()).collect()
    }

    fn texts(&self) -> &Texts {
        self.0.texts()
    }
}
