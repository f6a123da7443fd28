//! Selecting several turbines: within a frame, one beside others, all in view.

use bevy::prelude::*;
use bevy_egui::egui;

use super::Selection;
use super::farm::Farm;
use super::project::Frozen;
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::scene::Scene;

/// The turbines whose nacelle or tower's middle is within a rectangle of the screen.
pub(super) fn within(
    rect: egui::Rect,
    view: &Frozen,
    farm: &Farm,
    scene: &Scene,
) -> Vec<TurbineRow> {
    let rows = scene.turbines.iter().zip(&farm.feet).enumerate();
    let is_within = |foot: Vec3, hub_height_m: f32| {
        [1.0, 0.5].into_iter().any(|share| {
            let place = foot + Vec3::Y * (hub_height_m * share);
            view.point(place).is_some_and(|(at, _)| rect.contains(at))
        })
    };
    rows.filter(|(_, (turbine, foot))| {
        let d = farm.dimensions.get(turbine.model);
        d.is_some_and(|d| is_within(**foot, d.hub_height_m))
    })
    .map(|(row, _)| TurbineRow(row as u32))
    .collect()
}

/// Selects these turbines; beside those that are selected, if so asked.
pub(super) fn select(found: Vec<TurbineRow>, adds: bool, selection: &Selection) -> Action {
    if !adds {
        return Action::SelectSeveral(found);
    }
    let mut all: Vec<TurbineRow> = selection.all().collect();
    let known: std::collections::HashSet<TurbineRow> = all.iter().copied().collect();
    all.extend(found.into_iter().filter(|turbine| !known.contains(turbine)));
    Action::SelectSeveral(all)
}

/// Selects a turbine beside those that are, or no longer.
pub(super) fn toggle(turbine: TurbineRow, selection: &Selection) -> Action {
    let mut all: Vec<TurbineRow> = selection.all().collect();
    let before = all.len();
    all.retain(|t| *t != turbine);
    if all.len() == before {
        all.push(turbine);
    }
    Action::SelectSeveral(all)
}

/// The turbine on the map under a point: the nearest within its symbol.
pub(super) fn on_map(
    at: egui::Pos2,
    view: &Frozen,
    farm: &Farm,
    scene: &Scene,
    least_points: f32,
) -> Option<TurbineRow> {
    let (place, _) = view.ground_at(at, 0.0)?;
    let least_m = least_points / view.points_a_metre(1.0).max(1e-9);
    let rows = scene.turbines.iter().zip(&farm.feet).enumerate();
    rows.filter_map(|(row, (turbine, foot))| {
        let off_m = (*foot - place).with_y(0.0).length();
        let reach_m = farm
            .dimensions
            .get(turbine.model)?
            .rotor_radius_m
            .max(least_m);
        (off_m < reach_m).then_some((off_m, TurbineRow(row as u32)))
    })
    .min_by(|a, b| a.0.total_cmp(&b.0))
    .map(|(_, turbine)| turbine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(of: &[u32]) -> Vec<TurbineRow> {
        of.iter().copied().map(TurbineRow).collect()
    }

    #[test]
    fn one_is_added_and_taken_away_and_the_first_stays_first() {
        let mut selection = Selection {
            turbine: Some(TurbineRow(3)),
            also: rows(&[5]),
            hovered: None,
        };
        let added = toggle(TurbineRow(1), &selection);
        assert_eq!(added, Action::SelectSeveral(rows(&[3, 5, 1])));
        let taken = toggle(TurbineRow(3), &selection);
        assert_eq!(taken, Action::SelectSeveral(rows(&[5])));
        let more = select(rows(&[5, 7]), true, &selection);
        assert_eq!(more, Action::SelectSeveral(rows(&[3, 5, 7])));
        selection.also.clear();
        let only = select(rows(&[5, 7]), false, &selection);
        assert_eq!(only, Action::SelectSeveral(rows(&[5, 7])));
    }
}
