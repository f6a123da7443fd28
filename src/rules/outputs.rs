//! What rules show beside fixed colours: labels, icons and opacity, and the values behind colour scales.

use std::sync::Arc;

use super::appearance::RuleStates;
use super::machine::{Columns, Registers, Rows};
use super::program::{Program, Truth};
use crate::fleet::TurbineRow;
use crate::scene::{Part, RuleColor, SURFACES, Scene, Surface};

/// Labels, and icons, that one turbine has at most.
pub const MOST_SHOWN: usize = 4;
/// No rule: a scene has fewer.
const NONE: u16 = u16::MAX;

/// What rules show at one turbine beside colours. Each kind is decided by itself: on each part the
/// first rule that holds and has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outputs {
    opacity: [u16; SURFACES],
    labels: [u16; MOST_SHOWN],
    icons: [u16; MOST_SHOWN],
}

impl Default for Outputs {
    fn default() -> Self {
        Self {
            opacity: [NONE; SURFACES],
            labels: [NONE; MOST_SHOWN],
            icons: [NONE; MOST_SHOWN],
        }
    }
}

impl Outputs {
    /// The rule whose opacity a surface has, as an index into `Scene::rules`.
    pub fn opacity(&self, surface: Surface) -> Option<u16> {
        let rule = self.opacity.get(surface as usize).copied();
        rule.filter(|rule| *rule != NONE)
    }

    /// The rules whose labels it has, in their order.
    pub fn labels(&self) -> impl Iterator<Item = u16> + use<> {
        self.labels.into_iter().take_while(|rule| *rule != NONE)
    }

    /// The rules whose icons it has, in their order.
    pub fn icons(&self) -> impl Iterator<Item = u16> + use<> {
        self.icons.into_iter().take_while(|rule| *rule != NONE)
    }

    /// Whether a rule shows anything here.
    pub fn shows(&self, rule: u16) -> bool {
        let all = self.opacity.iter().chain(&self.labels).chain(&self.icons);
        rule != NONE && all.copied().any(|shown| shown == rule)
    }
}

/// The values that a rule's colours follow.
#[derive(Debug)]
pub(super) struct ScaleValues {
    rule: u16,
    /// By turbine, NaN where unknown; brought up to date only while the rule shows there.
    values: Vec<f64>,
}

impl RuleStates {
    /// What rules show at a turbine beside colours.
    pub fn outputs(&self, turbine: TurbineRow) -> Outputs {
        let outputs = self.outputs.get(turbine.index());
        outputs.copied().unwrap_or_default()
    }

    /// The value that decides the colour of a turbine by the scale of a rule that shows there; `None`
    /// where it is unknown.
    pub fn scale_value(&self, rule: u16, turbine: TurbineRow) -> Option<f64> {
        let scale = self.scales.iter().find(|scale| scale.rule == rule)?;
        let value = scale.values.get(turbine.index()).copied()?;
        (!value.is_nan()).then_some(value)
    }

    /// Turbines at which a value that decides a colour changed in this frame.
    pub fn revalued(&self) -> &[TurbineRow] {
        &self.revalued
    }

    /// Whether the state of any part of a turbine is not known: a rule of colour lacks data and no other
    /// holds, or the value of a scale is missing.
    pub fn is_unknown(&self, turbine: TurbineRow) -> bool {
        let surfaces = self.appearance(turbine).surfaces;
        surfaces.iter().any(|shown| match shown.rule {
            None => shown.unknown,
            Some(rule) => self.lacks_value(rule, turbine),
        })
    }

    /// Whether a rule colours by a value that this turbine has not got.
    pub fn lacks_value(&self, rule: u16, turbine: TurbineRow) -> bool {
        !self.scales.is_empty()
            && self.scales.iter().any(|scale| scale.rule == rule)
            && self.scale_value(rule, turbine).is_none()
    }
}

/// The rules that show something beside a fixed colour.
#[derive(Debug, Default)]
pub(super) struct OutputPlan {
    /// With their surfaces as bits, in their order.
    opacity: Vec<(u16, u16)>,
    labels: Vec<(u16, u16)>,
    icons: Vec<(u16, u16)>,
    /// With what decides the colour.
    scales: Vec<(u16, Arc<Program>)>,
    /// Kept between frames.
    showing: Vec<TurbineRow>,
}

impl OutputPlan {
    /// The plan for a scene; makes room for what it finds.
    pub fn new(scene: &Scene, states: &mut RuleStates) -> Self {
        let mut plan = Self::default();
        for (index, rule) in (0..=u16::MAX).zip(&scene.rules) {
            let at = (index, own_bits(rule.part));
            if rule.opacity < 1.0 {
                plan.opacity.push(at);
            }
            if rule.label.is_some() {
                plan.labels.push(at);
            }
            if rule.icon.is_some() {
                plan.icons.push(at);
            }
            if let Some(RuleColor::Scale(scale)) = &rule.color {
                plan.scales.push((index, Arc::clone(&scale.of.program)));
            }
        }
        let count = scene.turbines.len();
        if plan.has_outputs() {
            states.outputs = vec![Outputs::default(); count];
        }
        let values = |&(rule, _): &(u16, Arc<Program>)| ScaleValues {
            rule,
            values: vec![f64::NAN; count],
        };
        states.scales = plan.scales.iter().map(values).collect();
        plan
    }

    /// Whether a rule shows something beside its colour.
    pub fn shows(&self, rule: u16) -> bool {
        let all = self.opacity.iter().chain(&self.labels).chain(&self.icons);
        all.into_iter().any(|(shown, _)| *shown == rule)
    }

    fn has_outputs(&self) -> bool {
        !(self.opacity.is_empty() && self.labels.is_empty() && self.icons.is_empty())
    }

    /// Finds anew what a turbine shows; whether that is something else now.
    pub fn follow(&self, states: &mut RuleStates, row: TurbineRow) -> bool {
        if !self.has_outputs() {
            return false;
        }
        let mut now = Outputs::default();
        first_holding(&self.opacity, &states.truths, row, |rule, covered| {
            for (surface, slot) in now.opacity.iter_mut().enumerate() {
                if covered & (1 << surface) != 0 {
                    *slot = rule;
                }
            }
        });
        for (rules, slots) in [
            (&self.labels, &mut now.labels),
            (&self.icons, &mut now.icons),
        ] {
            let mut free = slots.iter_mut();
            first_holding(rules, &states.truths, row, |rule, _| {
                if let Some(slot) = free.next() {
                    *slot = rule;
                }
            });
        }
        match states.outputs.get_mut(row.index()) {
            Some(outputs) if *outputs != now => {
                *outputs = now;
                true
            }
            _ => false,
        }
    }

    /// Works out the values of scales, where their rules show, for these rows or for all.
    pub fn follow_scales<C: Columns + ?Sized>(
        &mut self,
        states: &mut RuleStates,
        columns: &C,
        registers: &mut Registers,
        dirty: Option<&[TurbineRow]>,
    ) {
        for (at, (rule, program)) in self.scales.iter().enumerate() {
            let shows = |row: &TurbineRow| {
                let appearance = states.appearances.get(row.index());
                appearance.is_some_and(|a| a.surfaces.iter().any(|s| s.rule == Some(*rule)))
            };
            self.showing.clear();
            match dirty {
                Some(dirty) => self.showing.extend(dirty.iter().copied().filter(shows)),
                None => {
                    let all = (0..).map(TurbineRow).take(states.appearances.len());
                    self.showing.extend(all.filter(shows));
                }
            }
            let Some(scale) = states.scales.get_mut(at) else {
                continue;
            };
            let (showing, revalued) = (&self.showing, &mut states.revalued);
            program.for_each_values(columns, Rows::List(showing), registers, |range, numbers| {
                let rows = showing.get(range).unwrap_or_default();
                for (row, &number) in rows.iter().zip(numbers) {
                    if let Some(value) = scale.values.get_mut(row.index())
                        && value.to_bits() != number.to_bits()
                    {
                        *value = number;
                        revalued.push(*row);
                    }
                }
            });
        }
    }
}

/// Calls for each rule that holds on surfaces that no earlier one has, with those.
fn first_holding(
    rules: &[(u16, u16)],
    truths: &[Vec<Truth>],
    row: TurbineRow,
    mut each: impl FnMut(u16, u16),
) {
    let mut undecided: u16 = (1 << SURFACES) - 1;
    for &(rule, surfaces) in rules {
        let covered = surfaces & undecided;
        let of_rule = truths.get(usize::from(rule));
        let truth = of_rule.and_then(|t| t.get(row.index())).copied();
        if covered != 0 && truth == Some(Truth::True) {
            each(rule, covered);
            undecided &= !covered;
        }
    }
}

/// The surfaces of a part itself, as bits: of what is within, not the shell that hides it.
fn own_bits(part: Option<Part>) -> u16 {
    let Some(part) = part else {
        return (1 << SURFACES) - 1;
    };
    let surfaces = part.surfaces();
    let is_outside = surfaces.last().is_some_and(|s| s.is_outside());
    let own = surfaces.iter().filter(|s| s.is_outside() == is_outside);
    own.fold(0, |bits, &s| bits | 1 << s as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_within_is_shown_itself_and_not_the_shell_that_hides_it() {
        assert_eq!(own_bits(Some(Part::Gearbox)), 1 << Surface::Gearbox as u8);
        let rotor = 1 << Surface::Hub as u8 | 1 << Surface::Blades as u8;
        assert_eq!(own_bits(Some(Part::Rotor)), rotor);
        assert_eq!(
            own_bits(Some(Part::TowerBase)),
            1 << Surface::TowerBase as u8
        );
        assert_eq!(own_bits(None).count_ones() as usize, SURFACES);
    }
}
