//! What the rules make of each turbine: which rule shows on which surface.

use bevy::prelude::*;

use super::outputs::{Outputs, ScaleValues};
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

/// One rule's outcome for one turbine changed, or that of its alarm's clearing condition.
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
    pub(super) truths: Vec<Vec<Truth>>,
    /// By rule, then by turbine; empty where no clearing condition is written.
    pub(super) clear_truths: Vec<Vec<Truth>>,
    pub(super) appearances: Vec<Appearance>,
    /// By turbine; empty where no rule shows anything beside colours.
    pub(super) outputs: Vec<Outputs>,
    /// By rule with a scale.
    pub(super) scales: Vec<ScaleValues>,
    pub(super) changed: Vec<TurbineRow>,
    pub(super) revalued: Vec<TurbineRow>,
    pub(super) transitions: Vec<Transition>,
    pub(super) is_rebuilt: bool,
}

impl RuleStates {
    /// The outcome of a rule for a turbine: false for one of a model to which it does not apply,
    /// unknown outside.
    pub fn truth(&self, rule: u16, turbine: TurbineRow) -> Truth {
        at(&self.truths, rule, turbine).unwrap_or_default()
    }

    /// The outcome of the clearing condition of a rule's alarm for a turbine. `None` where the alarm
    /// has none: it clears when the rule no longer holds.
    pub fn clear_truth(&self, rule: u16, turbine: TurbineRow) -> Option<Truth> {
        at(&self.clear_truths, rule, turbine)
    }

    /// What a turbine shows.
    pub fn appearance(&self, turbine: TurbineRow) -> Appearance {
        self.appearances
            .get(turbine.index())
            .copied()
            .unwrap_or_default()
    }

    /// How many turbines a rule holds for.
    pub fn holding(&self, rule: u16) -> usize {
        let truths = self.truths.get(usize::from(rule));
        let holds = |truths: &Vec<Truth>| truths.iter().filter(|t| **t == Truth::True).count();
        truths.map_or(0, holds)
    }

    /// Turbines whose appearance or outputs changed in this frame, each once. All after the scene was replaced.
    pub fn changed(&self) -> &[TurbineRow] {
        &self.changed
    }

    /// Rules with an alarm whose outcome, or whose clearing condition's, changed in this frame: once a
    /// rule and turbine, by rule. After the scene was replaced: those of rules that hold, changed or not.
    pub fn transitions(&self) -> &[Transition] {
        &self.transitions
    }

    /// The scene was replaced in this frame, and every outcome found anew: what was derived from the
    /// outcomes of the former scene must be looked up again.
    pub fn is_rebuilt(&self) -> bool {
        self.is_rebuilt
    }

    /// Turbines that look so, by row.
    #[cfg(test)]
    pub(crate) fn showing(appearances: Vec<Appearance>) -> Self {
        Self {
            appearances,
            ..Self::default()
        }
    }

    /// Forgets what changed: the frame is over.
    pub(super) fn forget_changes(&mut self) {
        self.changed.clear();
        self.revalued.clear();
        self.transitions.clear();
        self.is_rebuilt = false;
    }

    pub(super) fn has_changes(&self) -> bool {
        self.is_rebuilt
            || !self.changed.is_empty()
            || !self.revalued.is_empty()
            || !self.transitions.is_empty()
    }
}

fn at(truths: &[Vec<Truth>], rule: u16, turbine: TurbineRow) -> Option<Truth> {
    let of_rule = truths.get(usize::from(rule))?;
    of_rule.get(turbine.index()).copied()
}
