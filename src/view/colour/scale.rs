//! From values to colours: the signal that is shown, its range, and the colour of each value.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_egui::egui::Color32;

use super::choice::ColourBy;
use super::map::{distinct_color, map_color};
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::scene::{ActiveScene, Part, Scene, ValueKind};

/// Distinct values of a boolean or a text that get a colour of their own.
const MOST_DISTINCT: usize = 8;

/// The scale of the signal that colours the turbines; `None` while the rules do.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct ColourScale(pub Option<SignalScale>);

/// Where the ends of a scale come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeOrigin {
    /// The operator gave them.
    Operator,
    /// The signal's `range` in the scene.
    Scene,
    /// The values, rounded.
    Values,
}

/// What the colour of a turbine is made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueColour {
    /// A usable value, and its colour.
    Known(Color32),
    /// The turbine has the signal, but no usable value of it.
    Unknown,
    /// The turbine's model has no such signal.
    None,
}

/// How the values of one signal become colours.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalScale {
    /// The column that holds it.
    pub column: SignalColumn,
    /// Its name in rules.
    pub name: Arc<str>,
    /// Its unit as written in the scene.
    pub unit: String,
    /// What its values are.
    pub kind: ValueKind,
    /// The part that it tells about.
    pub part: Option<Part>,
    /// The values at the ends of the map.
    pub range: [f64; 2],
    /// Where `range` comes from.
    pub origin: RangeOrigin,
    /// The distinct values of a boolean or a text, in the order in which they were first seen.
    pub distinct: Vec<f64>,
    /// Whether each model has it, by index into `Scene::models`.
    applies: Vec<bool>,
    /// A value was heard of, so that `range` rests on something.
    is_fitted: bool,
}

impl SignalScale {
    /// The scale of a signal of this name; `None` where no model has it.
    pub fn new(scene: &Scene, fleet: &Fleet, name: &str, asked: Option<[f64; 2]>) -> Option<Self> {
        let at = scene.signals.iter().position(|s| **s == *name)?;
        let column = SignalColumn(u16::try_from(at).ok()?);
        let signals: Vec<_> = scene.models.iter().map(|m| m.signal(column)).collect();
        let first = signals.iter().flatten().next()?;
        let of_scene = signals
            .iter()
            .flatten()
            .filter_map(|s| s.range)
            .reduce(|[a, b], [c, d]| [a.min(c), b.max(d)]);
        let asked = asked.filter(|[low, high]| low.is_finite() && high.is_finite() && low < high);
        let (range, origin) = match (asked, of_scene) {
            (Some(range), _) => (range, RangeOrigin::Operator),
            (None, Some(range)) => (range, RangeOrigin::Scene),
            (None, None) => ([0.0, 1.0], RangeOrigin::Values),
        };
        let mut scale = Self {
            column,
            name: Arc::clone(&first.name),
            unit: first.unit.clone(),
            kind: first.kind,
            part: first.part,
            range,
            origin,
            distinct: Vec::new(),
            applies: signals.iter().map(Option::is_some).collect(),
            is_fitted: false,
        };
        for &value in fleet.known(column) {
            scale.meet(value);
        }
        Some(scale)
    }

    /// Takes a value into account: a range that comes from the values grows to hold it, and never
    /// shrinks, so that colours do not jump.
    fn meet(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        if self.kind != ValueKind::Number {
            let is_known = self.distinct.contains(&value);
            if !is_known && self.distinct.len() < MOST_DISTINCT {
                self.distinct.push(value);
            }
            return;
        }
        if self.origin != RangeOrigin::Values {
            return;
        }
        let [low, high] = self.range;
        if !self.is_fitted {
            self.range = rounded_range([value, value]);
            self.is_fitted = true;
        } else if value < low || value > high {
            self.range = rounded_range([low.min(value), high.max(value)]);
        }
    }

    /// Whether the values can move its ends or add to its colours.
    fn follows_values(&self) -> bool {
        self.kind != ValueKind::Number || self.origin == RangeOrigin::Values
    }

    /// Where a value lies between the ends, 0 to 1 within them.
    pub fn share(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        (value - low) / (high - low).max(f64::MIN_POSITIVE)
    }

    /// The colour of a usable value.
    pub fn color(&self, value: f64) -> Color32 {
        match self.kind {
            ValueKind::Number => map_color(self.share(value)),
            ValueKind::Boolean | ValueKind::Text => {
                let nth = self.distinct.iter().position(|v| *v == value);
                distinct_color(nth.unwrap_or(MOST_DISTINCT - 1))
            }
        }
    }

    /// Whether turbines of this model have the signal.
    pub fn applies_to(&self, model: usize) -> bool {
        self.applies.get(model) == Some(&true)
    }

    /// What the colour of a turbine is made from.
    pub fn of_turbine(&self, scene: &Scene, fleet: &Fleet, turbine: TurbineRow) -> ValueColour {
        let has_signal = scene
            .turbine(turbine)
            .is_some_and(|t| self.applies_to(t.model));
        match fleet.usable(turbine, self.column) {
            Some(value) => ValueColour::Known(self.color(value)),
            None if has_signal => ValueColour::Unknown,
            None => ValueColour::None,
        }
    }
}

/// A range about these values whose ends are round: multiples of 1, 2 or 5 times a power of ten.
pub fn rounded_range([low, high]: [f64; 2]) -> [f64; 2] {
    let span = high - low;
    let span = if span > 0.0 {
        span
    } else {
        (low.abs() * 0.1).max(1.0)
    };
    let rough = span / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough * (1.0 - 1e-9))
        .unwrap_or(rough);
    let (below, above) = ((low / step).floor() * step, (high / step).ceil() * step);
    if below < above {
        [below, above]
    } else {
        [below, below + step]
    }
}

/// Keeps the scale in step with the choice, the scene and the values.
pub(super) fn follow_values(
    active: Option<Res<ActiveScene>>,
    fleet: Option<Res<Fleet>>,
    by: Res<ColourBy>,
    mut scale: ResMut<ColourScale>,
) {
    let (Some(active), Some(fleet)) = (active, fleet) else {
        return;
    };
    let is_new = active.is_changed() || by.is_changed();
    let next = match (&*by, &scale.0) {
        (ColourBy::Rules, _) => None,
        (ColourBy::Signal { name, range }, _) if is_new => {
            SignalScale::new(&active.scene, &fleet, name, *range)
        }
        (_, Some(present)) => {
            let changed = fleet.dirty_rows();
            if !present.follows_values() || changed.is_empty() {
                return;
            }
            let mut next = present.clone();
            for row in changed {
                if let Some(value) = fleet.usable(*row, next.column) {
                    next.meet(value);
                }
            }
            Some(next)
        }
        (_, None) => return,
    };
    if is_new
        && next.is_none()
        && let ColourBy::Signal { name, .. } = &*by
    {
        warn!("No model of the scene has a signal {name:?}: colours tell the rules.");
    }
    scale.set_if_neq(ColourScale(next));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(kind: ValueKind, origin: RangeOrigin) -> SignalScale {
        SignalScale {
            column: SignalColumn(0),
            name: "active_power".into(),
            unit: "kW".to_owned(),
            kind,
            part: None,
            range: [0.0, 2000.0],
            origin,
            distinct: Vec::new(),
            applies: vec![true],
            is_fitted: false,
        }
    }

    #[test]
    fn a_range_of_values_has_round_ends() {
        assert_eq!(rounded_range([3.0, 1_876.0]), [0.0, 2_000.0]);
        assert_eq!(rounded_range([41.3, 83.2]), [40.0, 90.0]);
        let [low, high] = rounded_range([-0.37, 0.42]);
        assert!(
            (low + 0.4).abs() < 1e-9 && (high - 0.6).abs() < 1e-9,
            "{low} to {high}"
        );
        let [low, high] = rounded_range([5.0, 5.0]);
        assert!(low <= 5.0 && high > low, "{low} to {high}");
        let [low, high] = rounded_range([0.0, 0.0]);
        assert!(low < high);
    }

    #[test]
    fn a_range_of_values_grows_and_does_not_shrink() {
        let mut scale = scale(ValueKind::Number, RangeOrigin::Values);
        for value in [700.0, 1_900.0, 100.0, f64::NAN] {
            scale.meet(value);
        }
        let [low, high] = scale.range;
        assert!(low <= 100.0 && high >= 1_900.0, "{low} to {high}");
        let before = scale.range;
        scale.meet(900.0);
        assert_eq!(scale.range, before);
    }

    #[test]
    fn a_range_of_the_scene_stays_whatever_the_values_are() {
        let mut scale = scale(ValueKind::Number, RangeOrigin::Scene);
        scale.meet(9_999.0);
        assert_eq!(scale.range, [0.0, 2000.0]);
        assert_eq!(scale.color(9_999.0), scale.color(2_000.0));
        assert_ne!(scale.color(0.0), scale.color(2_000.0));
    }

    #[test]
    fn yes_and_no_are_two_colours() {
        let mut scale = scale(ValueKind::Boolean, RangeOrigin::Values);
        scale.meet(0.0);
        scale.meet(1.0);
        assert_ne!(scale.color(0.0), scale.color(1.0));
    }
}
