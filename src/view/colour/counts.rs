//! How many turbines carry each colour: what the legend tells.

use bevy::prelude::*;

use super::scale::ColourScale;
use crate::alarms::Alarms;
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::rules::{Appearance, MOST_SHOWN, Outputs, RuleStates, Truth};
use crate::scene::{ActiveScene, Rule, SURFACES, Scene, Surface};

/// Between two counts, seconds: a number that changes faster cannot be read.
const INTERVAL_S: f32 = 0.25;

/// How many turbines carry each colour.
#[derive(Resource, Debug, Default, Clone, PartialEq, Eq)]
pub struct ColourCounts {
    /// By rule, the turbines on which it colours something, makes it fainter or sets an icon.
    pub by_rule: Vec<u32>,
    /// By rule with an alarm, the turbines for which it holds and the alarm has not been raised: it
    /// waits out its delay. Empty while a signal colours the turbines.
    pub waiting: Vec<u32>,
    /// Turbines that no rule colours and whose state is known.
    pub well: u32,
    /// Turbines of which something is hatched: by the rules, or for want of the signal's value.
    pub unknown: u32,
    /// Turbines that have a value of the signal that colours them.
    pub with_value: u32,
    /// Turbines whose model has no such signal.
    pub without_signal: u32,
}

/// Counts the turbines by what colours them.
pub fn count_colours(
    scene: &Scene,
    states: &RuleStates,
    fleet: &Fleet,
    scale: &ColourScale,
) -> ColourCounts {
    let mut counts = ColourCounts {
        by_rule: vec![0; scene.rules.len()],
        ..ColourCounts::default()
    };
    for (row, turbine) in (0..).map(TurbineRow).zip(&scene.turbines) {
        if let Some(scale) = &scale.0 {
            match fleet.usable(row, scale.column) {
                Some(_) => counts.with_value += 1,
                None if scale.applies_to(turbine.model) => counts.unknown += 1,
                None => counts.without_signal += 1,
            }
        } else {
            count_rules(states, row, &mut counts);
        }
    }
    counts
}

/// Counts the turbines for which a rule holds whose alarm waits out its on-delay.
pub fn count_waiting(scene: &Scene, states: &RuleStates, alarms: &Alarms) -> Vec<u32> {
    let of = |(index, rule): (u16, &Rule)| {
        let alarm = rule.alarm.as_ref();
        if alarm.is_none_or(|alarm| alarm.on_delay.is_zero()) {
            return 0;
        }
        let holds = |turbine| states.truth(index, turbine) == Truth::True;
        let standing = alarms.standing().iter();
        let raised = standing
            .filter(|a| a.source.rule() == Some(index) && a.is_active() && holds(a.turbine));
        states.holding(index).saturating_sub(raised.count()) as u32
    };
    (0..=u16::MAX).zip(&scene.rules).map(of).collect()
}

fn count_rules(states: &RuleStates, row: TurbineRow, counts: &mut ColourCounts) {
    let (appearance, outputs) = (states.appearance(row), states.outputs(row));
    if appearance == Appearance::default() && outputs == Outputs::default() {
        counts.well += 1;
        return;
    }
    let mut last = None;
    let mut seen = [u16::MAX; 2 * SURFACES + MOST_SHOWN];
    let coloured = appearance.surfaces.iter().map(|s| s.rule);
    let faint = Surface::ALL.iter().map(|(s, _)| outputs.opacity(*s));
    let all = coloured.chain(faint).chain(outputs.icons().map(Some));
    for (slot, rule) in seen.iter_mut().zip(all) {
        // Neighbouring surfaces mostly show the same rule.
        if rule != last {
            last = rule;
            *slot = rule.unwrap_or(u16::MAX);
        }
    }
    seen.sort_unstable();
    let mut before = u16::MAX;
    for rule in seen.into_iter().filter(|r| *r != u16::MAX) {
        if rule != before
            && let Some(count) = counts.by_rule.get_mut(usize::from(rule))
        {
            *count += 1;
        }
        before = rule;
    }
    let is_unknown = states.is_unknown(row);
    counts.unknown += u32::from(is_unknown);
    // A label or an icon says nothing against it.
    let is_plain = appearance.surfaces.iter().all(|s| s.rule.is_none());
    counts.well += u32::from(is_plain && !is_unknown);
}

/// The least and the greatest value of a signal now.
pub fn values_now(fleet: &Fleet, column: SignalColumn) -> Option<[f64; 2]> {
    let values = fleet.known(column).iter().copied();
    let finite = values.filter(|v| v.is_finite()).map(|v| [v, v]);
    finite.reduce(|[low, high], [v, _]| [low.min(v), high.max(v)])
}

pub(super) fn follow_colours(
    active: Option<Res<ActiveScene>>,
    states: Option<Res<RuleStates>>,
    fleet: Option<Res<Fleet>>,
    alarms: Option<Res<Alarms>>,
    scale: Res<ColourScale>,
    time: Res<Time<Real>>,
    mut counts: ResMut<ColourCounts>,
    mut is_old: Local<bool>,
    mut next_s: Local<f32>,
) {
    let (Some(active), Some(states), Some(fleet)) = (active, states, fleet) else {
        return;
    };
    let at_once = active.is_changed() || scale.is_changed();
    *is_old |= alarms.as_ref().is_some_and(|a| a.is_changed());
    *is_old |= at_once || !states.changed().is_empty() || !fleet.dirty_rows().is_empty();
    let now_s = time.elapsed_secs();
    if !*is_old || (now_s < *next_s && !at_once) {
        return;
    }
    (*is_old, *next_s) = (false, now_s + INTERVAL_S);
    let mut now = count_colours(&active.scene, &states, &fleet, &scale);
    if let (Some(alarms), None) = (alarms, &scale.0) {
        now.waiting = count_waiting(&active.scene, &states, &alarms);
    }
    counts.set_if_neq(now);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Shown;

    fn shows(rules: &[(usize, u16)], unknown: Option<usize>) -> Appearance {
        let mut appearance = Appearance::default();
        for &(surface, rule) in rules {
            appearance.surfaces[surface] = Shown {
                rule: Some(rule),
                unknown: false,
            };
        }
        if let Some(surface) = unknown {
            appearance.surfaces[surface].unknown = true;
        }
        appearance
    }

    #[test]
    fn a_turbine_counts_once_for_each_rule_that_colours_it() {
        let mut counts = ColourCounts {
            by_rule: vec![0; 3],
            ..ColourCounts::default()
        };
        let states = RuleStates::showing(vec![
            Appearance::default(),
            shows(&[(1, 2), (2, 0), (3, 2), (4, 2)], None),
            shows(&[(2, 0)], Some(4)),
        ]);
        for row in 0..3 {
            count_rules(&states, TurbineRow(row), &mut counts);
        }
        assert_eq!(counts.by_rule, [2, 0, 1]);
        assert_eq!((counts.well, counts.unknown), (1, 1));
    }
}
