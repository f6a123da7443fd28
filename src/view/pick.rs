//! Picking: which turbine is under the pointer.
//!
//! A ray walks a grid laid over the farm and is tested against the towers and rotors of the cells
//! that it crosses: the cost grows with the length of the ray, not with the farm.

use std::collections::HashMap;

use bevy::math::{Ray3d, Vec3};
use bevy::prelude::Resource;

use super::farm::Farm;
use super::geometry::Dimensions;
use crate::fleet::TurbineRow;
use crate::scene::Scene;

/// Turbines by cell of a square grid.
#[derive(Resource, Debug, Default)]
pub struct PickGrid {
    cell_m: f32,
    /// The lowest foot and the highest blade.
    low_m: f32,
    top_m: f32,
    cells: HashMap<(i32, i32), Vec<u32>>,
    /// By row; entities of a composition have none.
    targets: Vec<Option<Target>>,
}

#[derive(Debug, Clone, Copy)]
struct Target {
    foot: Vec3,
    dimensions: Dimensions,
}

/// Cells that a ray is followed through at most.
const MOST_CELLS: usize = 4_096;

impl PickGrid {
    /// Lays the grid.
    pub fn new(farm: &Farm, scene: &Scene) -> Self {
        let reach_m = farm
            .dimensions
            .iter()
            .map(Dimensions::reach_m)
            .fold(10.0, f32::max);
        let mut grid = Self {
            cell_m: 4.0 * reach_m,
            low_m: farm.feet_m.0,
            top_m: farm.feet_m.1 + farm.top_m,
            ..Self::default()
        };
        for (index, (turbine, &foot)) in scene.turbines.iter().zip(&farm.feet).enumerate() {
            let dimensions = farm.dimensions.get(turbine.model).copied();
            let target = dimensions.map(|dimensions| Target { foot, dimensions });
            grid.targets.push(target);
            if target.is_none() {
                continue;
            }
            let (low, high) = (grid.cell(foot - reach_m), grid.cell(foot + reach_m));
            for x in low.0..=high.0 {
                for z in low.1..=high.1 {
                    grid.cells.entry((x, z)).or_default().push(index as u32);
                }
            }
        }
        grid
    }

    fn cell(&self, p: Vec3) -> (i32, i32) {
        let at = |v: f32| (v / self.cell_m).floor() as i32;
        (at(p.x), at(p.z))
    }

    /// The turbine that a ray meets first. `slack` is how far the ray may pass by, per metre of
    /// distance: a few pixels' worth, so that a distant tower can be hit. A rotor's disc is met only
    /// where no tower or nacelle is.
    pub fn pick(
        &self,
        ray: Ray3d,
        slack: f32,
        yaw_rad: impl Fn(TurbineRow) -> f32,
    ) -> Option<TurbineRow> {
        let mut best: Option<(bool, f32, u32)> = None;
        let mut seen_until = f32::MAX;
        for (cell, enters_m) in self.walk(ray) {
            if enters_m > seen_until {
                break;
            }
            for &index in self.cells.get(&cell).into_iter().flatten() {
                let Some(Some(target)) = self.targets.get(index as usize) else {
                    continue;
                };
                let Some((solid, distance)) = target.hit(ray, slack, yaw_rad(TurbineRow(index)))
                else {
                    continue;
                };
                let better = best.is_none_or(|(s, d, _)| match (solid, s) {
                    (true, false) => true,
                    (false, true) => false,
                    _ => distance < d,
                });
                if better {
                    best = Some((solid, distance, index));
                    if solid {
                        seen_until = distance;
                    }
                }
            }
        }
        best.map(|(_, _, index)| TurbineRow(index))
    }

    /// The cells that the ray crosses below the highest blade, with the distance at which it enters.
    fn walk(&self, ray: Ray3d) -> impl Iterator<Item = ((i32, i32), f32)> + use<> {
        let (o, d) = (ray.origin, *ray.direction);
        // From where the ray comes below the blades to where it meets the ground.
        let below = |height: f32| (height - o.y) / d.y;
        let (mut from, mut to) = (0.0_f32, f32::MAX);
        if d.y < -1e-6 {
            from = from.max(below(self.top_m));
            to = below(self.low_m - 1.0);
        } else if d.y > 1e-6 {
            to = below(self.top_m);
        } else if o.y > self.top_m {
            to = -1.0;
        }
        let start = o + d * from;
        let cell_m = self.cell_m.max(1.0);
        let mut cell = self.cell(start);
        let axis = |o: f32, d: f32, c: i32| {
            let step = if d > 0.0 { 1 } else { -1 };
            let edge = (c + i32::from(d > 0.0)) as f32 * cell_m;
            let next = if d.abs() < 1e-9 {
                f32::MAX
            } else {
                (edge - o) / d
            };
            let per_cell = if d.abs() < 1e-9 {
                f32::MAX
            } else {
                cell_m / d.abs()
            };
            (step, next, per_cell)
        };
        let (step_x, mut next_x, per_x) = axis(o.x, d.x, cell.0);
        let (step_z, mut next_z, per_z) = axis(o.z, d.z, cell.1);
        let mut at = from;
        let mut left = if self.targets.is_empty() {
            0
        } else {
            MOST_CELLS
        };
        std::iter::from_fn(move || {
            if left == 0 || at > to {
                return None;
            }
            left -= 1;
            let here = (cell, at);
            if next_x < next_z {
                cell.0 = cell.0.saturating_add(step_x);
                at = next_x;
                next_x += per_x;
            } else {
                cell.1 = cell.1.saturating_add(step_z);
                at = next_z;
                next_z += per_z;
            }
            Some(here)
        })
    }
}

impl Target {
    /// Whether something solid was met, and at what distance.
    fn hit(&self, ray: Ray3d, slack: f32, yaw_rad: f32) -> Option<(bool, f32)> {
        let d = &self.dimensions;
        let hub = self.foot + Vec3::Y * d.hub_height_m;
        let forward = Vec3::new(yaw_rad.sin(), 0.0, -yaw_rad.cos());
        let rear = hub + forward * (d.overhang_m - d.nacelle_length_m);
        let front = hub + forward * d.overhang_m;
        let capsule = |a: Vec3, b: Vec3, radius_m: f32| {
            let (distance, gap) = closest(ray, a, b);
            (distance > 0.0 && gap < radius_m + slack * distance).then_some(distance)
        };
        let solid = capsule(self.foot, hub, d.tower_foot_radius_m)
            .or_else(|| capsule(rear, front, d.nacelle_half_height_m));
        if let Some(distance) = solid {
            return Some((true, distance));
        }
        let facing = ray.direction.dot(forward);
        if facing.abs() < 1e-4 {
            return None;
        }
        let distance = (front - ray.origin).dot(forward) / facing;
        let at = ray.origin + *ray.direction * distance;
        (distance > 0.0 && at.distance(front) < d.rotor_radius_m).then_some((false, distance))
    }
}

/// Where a ray passes a segment closest: the distance along the ray, and the gap.
fn closest(ray: Ray3d, a: Vec3, b: Vec3) -> (f32, f32) {
    let (o, d) = (ray.origin, *ray.direction);
    let along = b - a;
    let length_squared = along.length_squared().max(1e-6);
    let from_a = o - a;
    let across = d.dot(along);
    let denominator = length_squared - across * across;
    let s = if denominator.abs() < 1e-6 {
        0.0
    } else {
        (from_a.dot(along) - d.dot(from_a) * across) / denominator
    };
    let on_segment = a + along * s.clamp(0.0, 1.0);
    let distance = (on_segment - o).dot(d);
    (distance, (o + d * distance).distance(on_segment))
}

#[cfg(test)]
mod tests {
    use bevy::math::Dir3;

    use super::*;

    fn grid(feet: &[Vec3]) -> PickGrid {
        let dimensions = Dimensions::new(70.0, 80.0, true);
        let mut grid = PickGrid {
            cell_m: 160.0,
            top_m: dimensions.top_m(),
            ..PickGrid::default()
        };
        for (i, &foot) in feet.iter().enumerate() {
            grid.targets.push(Some(Target { foot, dimensions }));
            let (low, high) = (grid.cell(foot - 41.0), grid.cell(foot + 41.0));
            for x in low.0..=high.0 {
                for z in low.1..=high.1 {
                    grid.cells.entry((x, z)).or_default().push(i as u32);
                }
            }
        }
        grid
    }

    fn towards(from: Vec3, at: Vec3) -> Ray3d {
        Ray3d::new(from, Dir3::new(at - from).unwrap())
    }

    #[test]
    fn the_nearer_tower_is_picked() {
        let grid = grid(&[Vec3::new(0.0, 0.0, -2000.0), Vec3::new(0.0, 0.0, -1000.0)]);
        let ray = towards(Vec3::new(0.0, 30.0, 500.0), Vec3::new(0.0, 30.0, -1000.0));
        assert_eq!(grid.pick(ray, 0.001, |_| 0.0), Some(TurbineRow(1)));
    }

    #[test]
    fn a_tower_is_picked_through_the_disc_of_a_rotor_before_it() {
        let grid = grid(&[Vec3::new(25.0, 0.0, -500.0), Vec3::new(0.0, 0.0, -1500.0)]);
        let ray = towards(Vec3::new(0.0, 80.0, 0.0), Vec3::new(0.0, 60.0, -1500.0));
        assert_eq!(grid.pick(ray, 0.001, |_| 0.0), Some(TurbineRow(1)));
    }

    #[test]
    fn the_disc_of_a_rotor_is_picked_where_nothing_solid_is() {
        let grid = grid(&[Vec3::new(25.0, 0.0, -500.0)]);
        let ray = towards(Vec3::new(0.0, 80.0, 0.0), Vec3::new(0.0, 80.0, -500.0));
        assert_eq!(grid.pick(ray, 0.001, |_| 0.0), Some(TurbineRow(0)));
    }

    #[test]
    fn nothing_is_picked_on_the_open_sea() {
        let grid = grid(&[Vec3::new(0.0, 0.0, -500.0)]);
        let ray = towards(Vec3::new(0.0, 100.0, 0.0), Vec3::new(400.0, 0.0, -300.0));
        assert_eq!(grid.pick(ray, 0.001, |_| 0.0), None);
        let up = Ray3d::new(Vec3::new(0.0, 10.0, 0.0), Dir3::Y);
        assert_eq!(grid.pick(up, 0.001, |_| 0.0), None);
    }
}
