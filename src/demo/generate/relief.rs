//! Land shaped by rivers: uplift against stream-power incision and hillslope creep.
//!
//! Rivers cut with the drained area and the slope, `E = K A^m S` (Howard 1994; here m = 0.45), solved
//! implicitly from the outlets upwards (Braun and Willett, Geomorphology 180-181, 2013). Where water
//! goes is found by flooding the land from its border, lowest cell first (Barnes, Lehman and Mulla,
//! Computers & Geosciences 62, 2014): each cell drains to the one that it was flooded from, so that no
//! hollow is left without an outlet. Creep rounds the crests. The land is worked out coarsely first and
//! then refined: valleys of every size, in seconds.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use noise::{NoiseFn as _, OpenSimplex};

/// Of the drained area.
const AREA_EXPONENT: f64 = 0.45;
/// How many steps each refinement takes; each has twice the cells a side of the one before.
const STEPS: [u32; 4] = [140, 60, 30, 14];
/// What the strongest uplift gives in a step, metres. Time is counted in this: the height that comes
/// of it is scaled to what is asked for.
const RISE_M: f64 = 2.0;
/// The rock's erodibility, a step.
const ERODIBILITY: f64 = 0.06;
/// How far creep carries soil, square metres a step; at most so much of a cell's difference to its
/// neighbours.
const CREEP_M2: f64 = 130.0;
const MOST_CREEP: f64 = 0.3;

/// Heights on a square grid, from the north-west to the south-east, row by row.
#[derive(Debug, Clone)]
pub struct Relief {
    /// Cells a side.
    pub side: usize,
    /// Metres from one to the next.
    pub cell_m: f64,
    /// Metres above the lowest.
    pub heights_m: Vec<f64>,
}

impl Relief {
    /// Land of about `side` cells of `cell_m`, lifted as `uplift` (0 to 1) says at metres east and
    /// north of the middle, with its highest point at `height_m`.
    pub fn carve(
        side: usize,
        cell_m: f64,
        height_m: f64,
        seed: u64,
        uplift: impl Fn(f64, f64) -> f64,
    ) -> Self {
        let rough = OpenSimplex::new(seed as u32);
        let coarsest = side >> (STEPS.len() - 1);
        let extent_m = side as f64 * cell_m;
        let mut land = Self {
            side: coarsest,
            cell_m: extent_m / coarsest as f64,
            heights_m: vec![0.0; coarsest * coarsest],
        };
        for (level, steps) in STEPS.into_iter().enumerate() {
            if level > 0 {
                land = land.refined(&rough);
            }
            land.roughen(&rough, level as f64);
            let lift: Vec<f64> = land
                .places()
                .map(|(east, north)| uplift(east, north).clamp(0.0, 1.0))
                .collect();
            for _ in 0..steps {
                land.step(&lift);
            }
        }
        land.scale_to(height_m);
        land
    }

    /// Metres east and north of the middle, for each cell.
    fn places(&self) -> impl Iterator<Item = (f64, f64)> + use<> {
        let (side, cell_m) = (self.side, self.cell_m);
        let middle = side as f64 / 2.0;
        (0..side * side).map(move |at| {
            let (column, row) = ((at % side) as f64 + 0.5, (at / side) as f64 + 0.5);
            ((column - middle) * cell_m, (middle - row) * cell_m)
        })
    }

    /// The height at metres east and north of the middle, between the four cells around it.
    pub fn height_m(&self, east_m: f64, north_m: f64) -> f64 {
        let middle = self.side as f64 / 2.0;
        let most = (self.side - 1) as f64;
        let x = (east_m / self.cell_m + middle - 0.5).clamp(0.0, most);
        let y = (middle - north_m / self.cell_m - 0.5).clamp(0.0, most);
        let (column, row) = (x.floor(), y.floor());
        let at = |column: f64, row: f64| {
            let index = row.min(most) as usize * self.side + column.min(most) as usize;
            self.heights_m.get(index).copied().unwrap_or(0.0)
        };
        let (right, down) = (x - column, y - row);
        let upper = at(column, row) * (1.0 - right) + at(column + 1.0, row) * right;
        let lower = at(column, row + 1.0) * (1.0 - right) + at(column + 1.0, row + 1.0) * right;
        upper * (1.0 - down) + lower * down
    }

    /// The same land on twice the cells a side, its valleys bent a little: on a grid water runs in
    /// eight directions alone.
    fn refined(&self, bend: &OpenSimplex) -> Self {
        let mut finer = Self {
            side: self.side * 2,
            cell_m: self.cell_m / 2.0,
            heights_m: Vec::new(),
        };
        let (wave_m, far_m) = (self.cell_m * 7.0, self.cell_m * 2.2);
        let aside = |east: f64, north: f64, lane: f64| {
            far_m * bend.get([east / wave_m, north / wave_m, lane])
        };
        let heights_m = finer
            .places()
            .map(|(e, n)| self.height_m(e + aside(e, n, 3.0), n + aside(e, n, 8.0)))
            .collect();
        finer.heights_m = heights_m;
        finer
    }

    /// Unevenness that decides where the first water runs.
    fn roughen(&mut self, rough: &OpenSimplex, lane: f64) {
        let size = (self.highest_m() * 0.02).max(1.0);
        let places: Vec<_> = self.places().collect();
        let wave_m = self.cell_m * 2.7;
        for (height, (east, north)) in self.heights_m.iter_mut().zip(places) {
            *height += size * rough.get([east / wave_m, north / wave_m, lane * 17.0]);
        }
    }

    fn highest_m(&self) -> f64 {
        self.heights_m.iter().copied().fold(0.0, f64::max)
    }

    fn scale_to(&mut self, height_m: f64) {
        let lowest = self.heights_m.iter().copied().fold(f64::MAX, f64::min);
        let factor = height_m / (self.highest_m() - lowest).max(1e-9);
        for height in &mut self.heights_m {
            *height = (*height - lowest) * factor;
        }
    }

    /// The land rises, rivers cut, slopes creep.
    fn step(&mut self, lift: &[f64]) {
        let (order, receiver) = self.drainage();
        let cell_area = self.cell_m * self.cell_m;
        let mut area = vec![cell_area; self.heights_m.len()];
        for &at in order.iter().rev() {
            let to = receiver.get(at).copied().unwrap_or(at);
            let drained = area.get(at).copied().unwrap_or(0.0);
            if to != at
                && let Some(below) = area.get_mut(to)
            {
                *below += drained;
            }
        }
        for &at in &order {
            let to = receiver.get(at).copied().unwrap_or(at);
            if to == at {
                continue;
            }
            let below = self.heights_m.get(to).copied().unwrap_or(0.0);
            let distance = self.distance_m(at, to);
            let drained = area.get(at).copied().unwrap_or(0.0);
            let cut = ERODIBILITY * drained.powf(AREA_EXPONENT) / distance;
            let lifted = RISE_M * lift.get(at).copied().unwrap_or(0.0);
            if let Some(height) = self.heights_m.get_mut(at) {
                *height = ((*height + lifted + cut * below) / (1.0 + cut)).max(below);
            }
        }
        self.creep();
    }

    fn creep(&mut self) {
        let before = self.heights_m.clone();
        let (side, share) = (
            self.side,
            (CREEP_M2 / (self.cell_m * self.cell_m)).min(MOST_CREEP),
        );
        for row in 1..side.saturating_sub(1) {
            for column in 1..side - 1 {
                let at = row * side + column;
                let around = [at - 1, at + 1, at - side, at + side];
                let sum: f64 = around.iter().filter_map(|&n| before.get(n)).sum();
                if let (Some(height), Some(was)) = (self.heights_m.get_mut(at), before.get(at)) {
                    *height += share * (sum / 4.0 - was);
                }
            }
        }
    }

    fn distance_m(&self, a: usize, b: usize) -> f64 {
        let straight = a / self.side == b / self.side || a % self.side == b % self.side;
        self.cell_m
            * if straight {
                1.0
            } else {
                std::f64::consts::SQRT_2
            }
    }

    /// The cells from the outlets upwards, and where each drains to; cells of the border to themselves.
    fn drainage(&self) -> (Vec<usize>, Vec<usize>) {
        let (side, count) = (self.side, self.heights_m.len());
        let mut receiver: Vec<usize> = vec![usize::MAX; count];
        let mut order = Vec::with_capacity(count);
        let mut shore = BinaryHeap::new();
        let is_border = |at: usize| {
            let (row, column) = (at / side, at % side);
            row == 0 || column == 0 || row + 1 == side || column + 1 == side
        };
        for at in (0..count).filter(|&at| is_border(at)) {
            if let (Some(to), Some(&level)) = (receiver.get_mut(at), self.heights_m.get(at)) {
                *to = at;
                shore.push(Shore { level, at });
            }
        }
        while let Some(Shore { level, at }) = shore.pop() {
            order.push(at);
            let (row, column) = (at / side, at % side);
            for down in [-1_isize, 0, 1] {
                for right in [-1_isize, 0, 1] {
                    let (Some(row), Some(column)) = (
                        row.checked_add_signed(down),
                        column.checked_add_signed(right),
                    ) else {
                        continue;
                    };
                    if row >= side || column >= side {
                        continue;
                    }
                    let next = row * side + column;
                    if let (Some(to), Some(&height)) =
                        (receiver.get_mut(next), self.heights_m.get(next))
                        && *to == usize::MAX
                    {
                        *to = at;
                        let level = height.max(level);
                        shore.push(Shore { level, at: next });
                    }
                }
            }
        }
        (order, receiver)
    }
}

/// A cell that the flood has reached; the lowest comes first.
#[derive(Debug, PartialEq)]
struct Shore {
    level: f64,
    at: usize,
}

impl Eq for Shore {}

impl Ord for Shore {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_level = other.level.total_cmp(&self.level);
        by_level.then_with(|| other.at.cmp(&self.at))
    }
}

impl PartialOrd for Shore {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn land(seed: u64) -> Relief {
        Relief::carve(64, 100.0, 300.0, seed, |_, north| {
            (-(north / 1200.0).powi(2)).exp()
        })
    }

    #[test]
    fn a_seed_gives_the_same_land() {
        assert_eq!(land(3).heights_m, land(3).heights_m);
        assert_ne!(land(3).heights_m, land(4).heights_m);
    }

    #[test]
    fn what_is_lifted_is_high_and_every_cell_drains_to_the_border() {
        let land = land(1);
        assert!((land.highest_m() - 300.0).abs() < 1e-6);
        assert!(land.height_m(0.0, 0.0) > 2.0 * land.height_m(0.0, 2900.0));
        let (order, receiver) = land.drainage();
        assert_eq!(order.len(), 64 * 64);
        assert!(receiver.iter().all(|&to| to < 64 * 64));
    }
}
