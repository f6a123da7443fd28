//! What the rules make of each turbine: which rule shows on which surface.

use bevy::prelude::*;

use crate::fleet::TurbineRow;
use crate::rules::Truth;
use crate::scene::SURFACES;

/// What one surface shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Shown {
    /// The first rule that holds for the surface, as an index into `Scene::rules`.
    pub rule: Option<u16>,
    /// A rule that comes before it, or any where none holds, is unknown: the surface must not look well.
    pub unknown: bool,
}

/// What one turbine shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Appearance {
    /// By `Surface as usize`.
    pub surfaces: [Shown; SURFACES],
}

/// One rule's outcome for one turbine changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// Index into `Scene::rules`.
    pub rule: u16,
    /// Whose.
    pub turbine: TurbineRow,
    /// The outcome now.
    pub truth: Truth,
}

/// The outcome of every rule for every turbine, and what changed in this frame.
#[derive(Resource, Debug, Default)]
pub struct RuleStates {
    /// By rule, then by turbine.
    truths: Vec<Vec<Truth>>,
    appearances: Vec<Appearance>,
    changed: Vec<TurbineRow>,
}

impl RuleStates {
    /// The outcome of a rule for a turbine. Unknown outside.
    pub fn truth(&self, rule: u16, turbine: TurbineRow) -> Truth {
        let of_rule = self.truths.get(usize::from(rule));
        of_rule
            .and_then(|t| t.get(turbine.index()))
            .copied()
            .unwrap_or_default()
    }

    /// What a turbine shows.
    pub fn appearance(&self, turbine: TurbineRow) -> Appearance {
        self.appearances
            .get(turbine.index())
            .copied()
            .unwrap_or_default()
    }

    /// Turbines whose appearance changed in this frame.
    pub fn changed(&self) -> &[TurbineRow] {
        &self.changed
    }
}
