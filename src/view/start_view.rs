//! Where the camera starts: the whole farm, a named view, a turbine, or a given place.

use bevy::math::Vec3;
use bevy::prelude::Resource;

use super::NamedViews;
use super::camera::Pose;
use super::farm::Farm;
use super::rows::Rows;
use super::site_frame::view_from_site;
use crate::fleet::TurbineRow;
use crate::scene::Scene;

/// Where the camera starts.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub enum StartView {
    /// The whole farm.
    #[default]
    Farm,
    /// A named view, `farm`, `north`, `east`, `south`, `west`, `above`, `map`, the name of a turbine,
    /// or that with `/inside` after it.
    Named(String),
    /// From a place towards another: metres east, north and up.
    From {
        /// Where the camera stands.
        camera_m: [f64; 3],
        /// What it looks at; the farm's middle without one.
        target_m: Option<[f64; 3]>,
    },
}

impl StartView {
    /// The pose that this means in a farm; what is not known by name is the whole farm.
    pub(super) fn pose(
        &self,
        farm: &Farm,
        scene: &Scene,
        (named, rows): (&NamedViews, &Rows),
        aspect: f32,
    ) -> Pose {
        let whole = || Pose::of_farm(farm, aspect, Pose::USUAL);
        match self {
            Self::Farm => whole(),
            Self::Named(name) => {
                find(name, farm, scene, (named, rows), aspect).unwrap_or_else(whole)
            }
            Self::From { camera_m, target_m } => {
                let at = |[east, north, up]: [f64; 3]| view_from_site(east, north, up);
                let content = farm.content.filter(|_| farm.is_alone);
                let middle = content.map_or(farm.middle + Vec3::Y * 60.0, |c| c.middle());
                let target = target_m.map_or(middle, at);
                Pose::looking(at(*camera_m), target)
            }
        }
    }

    /// The turbine that this names.
    pub(super) fn turbine(&self, scene: &Scene, named: &NamedViews) -> Option<TurbineRow> {
        match self {
            Self::Named(name) if named.get(name).is_none() && !is_built_in(name) => {
                turbine(name, scene).map(|t| t.0)
            }
            _ => None,
        }
    }

    /// Whether it looks into a turbine: from where depends on how its nacelle stands.
    pub(super) fn is_inside(&self) -> bool {
        matches!(self, Self::Named(name) if name.ends_with(INSIDE))
    }

    /// Whether a scene has what this names.
    pub(super) fn is_known(&self, scene: &Scene, named: &NamedViews) -> bool {
        let Self::Named(name) = self else { return true };
        named.get(name).is_some() || is_built_in(name) || turbine(name, scene).is_some()
    }
}

/// The views that every farm has, by name.
pub const BUILT_IN: [&str; 7] = ["farm", "north", "east", "south", "west", "above", "map"];

fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// Bearing of the camera from the farm (0 is south of it) and its height, radians.
fn direction(name: &str) -> Option<(f32, f32)> {
    let quarter = std::f32::consts::FRAC_PI_2;
    Some(match name {
        "farm" => Pose::USUAL,
        "south" => (0.0, 0.24),
        "east" => (quarter, 0.24),
        "north" => (2.0 * quarter, 0.24),
        "west" => (-quarter, 0.24),
        "above" => (0.0, 1.45),
        _ => return None,
    })
}

/// After a turbine's name: cut open, from near.
const INSIDE: &str = "/inside";

/// The turbine of this name, and whether it is to be looked into.
fn turbine(name: &str, scene: &Scene) -> Option<(TurbineRow, bool)> {
    let of_name = |name: &str| {
        let at = scene.turbines.iter().position(|t| &*t.id == name)?;
        Some(TurbineRow(at as u32))
    };
    if let Some(row) = of_name(name) {
        return Some((row, false));
    }
    Some((of_name(name.strip_suffix(INSIDE)?)?, true))
}

/// What a name stands for: a named view, one that every farm has, a turbine, or what is within it.
pub(super) fn find(
    name: &str,
    farm: &Farm,
    scene: &Scene,
    (named, rows): (&NamedViews, &Rows),
    aspect: f32,
) -> Option<Pose> {
    if let Some(view) = named.get(name) {
        return Some(view.pose());
    }
    if name == "map" {
        return Some(Pose::of_farm_on_map(farm, aspect));
    }
    if let Some(from) = direction(name) {
        return Some(Pose::of_farm(farm, aspect, from));
    }
    let (row, is_inside) = turbine(name, scene)?;
    if let Some(bounds) = farm.entity_boxes.get(&row) {
        return Some(Pose::of_bounds(bounds, aspect, Pose::USUAL).farther(1.6));
    }
    let d = farm.dimensions.get(scene.turbine(row)?.model)?;
    let whole = Pose::of_farm(farm, aspect, Pose::USUAL);
    let foot = farm.foot(row)?;
    if is_inside {
        let nacelle_rad = rows.get(row).map_or(0.0, |r| r.yaw_rad);
        return Some(Pose::of_inside(foot, d, nacelle_rad, &whole));
    }
    Some(Pose::of_turbine(foot, d, &whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_that_is_listed_as_built_in_is_found() {
        for name in BUILT_IN {
            assert!(name == "map" || direction(name).is_some(), "{name}");
        }
    }
}
