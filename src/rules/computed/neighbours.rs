//! Which turbines stand nearest to each: found once a scene, each when its turn comes first.

use std::collections::BinaryHeap;

use super::members::Members;
use crate::fleet::TurbineRow;
use crate::scene::Scene;

/// The most neighbours that are looked at.
pub const MOST_NEIGHBOURS: u16 = 64;

/// The nearest turbines of each of some turbines, without itself.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    tree: Tree,
    /// Where those stand whose neighbours are found, with their rows.
    from: Vec<([f64; 2], u32)>,
    most: usize,
    /// By place, the rows of `most` others, the nearest first; `NONE` where there are fewer.
    table: Vec<u32>,
    is_found: Vec<bool>,
}

const NONE: u32 = u32::MAX;

impl Neighbours {
    /// Each member is to find `count` among the sources. What one of `before` found is kept if all of
    /// them stand where they stood.
    pub fn new(
        scene: &Scene,
        members: &Members,
        sources: &Members,
        count: u16,
        before: &mut Vec<Self>,
    ) -> Self {
        let place = |row: TurbineRow| {
            let turbine = scene.turbine(row)?;
            Some(([turbine.east_m, turbine.north_m], row.0))
        };
        let most = usize::from(count.min(MOST_NEIGHBOURS));
        let from: Vec<_> = members.rows().filter_map(place).collect();
        let points: Vec<_> = sources.rows().filter_map(place).collect();
        let is_same = |b: &Self| b.most == most && b.tree.points == points && b.from == from;
        if let Some(same) = before.iter().position(is_same) {
            return before.swap_remove(same);
        }
        Self {
            most,
            table: vec![NONE; from.len() * most],
            is_found: vec![false; from.len()],
            from,
            tree: Tree::new(points),
        }
    }

    /// Whether these are neighbours among the same turbines.
    pub fn is_same(&self, other: &Self) -> bool {
        self.most == other.most && self.tree.points == other.tree.points && self.from == other.from
    }

    /// The neighbours of the member in this place, the nearest first; of two that are as far, the first
    /// in the scene.
    pub fn of(&mut self, place: usize) -> impl Iterator<Item = TurbineRow> + '_ {
        let range = place * self.most..(place + 1) * self.most;
        let rows = self.table.get_mut(range).unwrap_or_default();
        if let Some(is_found) = self.is_found.get_mut(place)
            && !*is_found
            && let Some(&(from, row)) = self.from.get(place)
        {
            *is_found = true;
            let found = self.tree.nearest(from, row, self.most);
            for (to, found) in rows.iter_mut().zip(found) {
                *to = found;
            }
        }
        let known = rows.iter().take_while(|row| **row != NONE);
        known.map(|row| TurbineRow(*row))
    }
}

/// Points in a plane, halved in turn by east and north.
#[derive(Debug, Default)]
struct Tree {
    /// With what each is known by.
    points: Vec<([f64; 2], u32)>,
    /// Indices of points: the middle of a stretch is a node, what is before it lies on its lower side.
    order: Vec<u32>,
}

/// A point that was found: by distance (the bits of a number that is not negative are in its order),
/// then by what it is known by.
type Found = (u64, u32);

impl Tree {
    fn new(points: Vec<([f64; 2], u32)>) -> Self {
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        halve(&points, &mut order, 0);
        Self { points, order }
    }

    /// The nearest of a place, but for the one that is known by `itself`.
    fn nearest(&self, from: [f64; 2], itself: u32, most: usize) -> Vec<u32> {
        let mut search = Search {
            points: &self.points,
            from,
            itself,
            most,
            found: BinaryHeap::with_capacity(most + 1),
        };
        search.among(&self.order, 0);
        let sorted = search.found.into_sorted_vec().into_iter();
        sorted.map(|(_, known_by)| known_by).collect()
    }
}

struct Search<'a> {
    points: &'a [([f64; 2], u32)],
    from: [f64; 2],
    itself: u32,
    most: usize,
    /// The farthest is on top.
    found: BinaryHeap<Found>,
}

impl Search<'_> {
    fn among(&mut self, order: &[u32], axis: usize) {
        let (lower, rest) = order.split_at(order.len() / 2);
        let Some((&node, upper)) = rest.split_first() else {
            return;
        };
        let Some(&(point, known_by)) = self.points.get(node as usize) else {
            return;
        };
        let away = [point[0] - self.from[0], point[1] - self.from[1]];
        if known_by != self.itself {
            let square = away[0] * away[0] + away[1] * away[1];
            self.found.push((square.to_bits(), known_by));
            if self.found.len() > self.most {
                self.found.pop();
            }
        }
        let across = if axis == 0 { away[0] } else { away[1] };
        let (near, far) = if across > 0.0 {
            (lower, upper)
        } else {
            (upper, lower)
        };
        self.among(near, 1 - axis);
        let reach = self.found.peek().map_or(0, |farthest| farthest.0);
        if self.found.len() < self.most || (across * across).to_bits() <= reach {
            self.among(far, 1 - axis);
        }
    }
}

/// Orders indices so that the middle one parts the others; as deep as the logarithm of their number.
fn halve(points: &[([f64; 2], u32)], order: &mut [u32], axis: usize) {
    if order.len() < 2 {
        return;
    }
    let middle = order.len() / 2;
    let along = |place: &u32| {
        let (point, _) = points.get(*place as usize).copied().unwrap_or_default();
        if axis == 0 { point[0] } else { point[1] }
    };
    order.select_nth_unstable_by(middle, |a, b| along(a).total_cmp(&along(b)));
    let (lower, rest) = order.split_at_mut(middle);
    halve(points, lower, 1 - axis);
    if let Some((_, upper)) = rest.split_first_mut() {
        halve(points, upper, 1 - axis);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt as _, SeedableRng as _};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_nearest_are_those_that_a_search_of_all_finds() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for (count, cell) in [(1, 1.0), (2, 1.0), (40, 500.0), (300, 1.0), (300, 2_000.0)] {
            // On a lattice, so that many distances and coordinates are equal.
            let mut along = || (rng.random_range(0.0..10_000.0_f64) / cell).round() * cell;
            let points: Vec<[f64; 2]> = (0..count).map(|_| [along(), along()]).collect();
            let tree = Tree::new(points.iter().copied().zip(0..).collect());
            for place in 0..count {
                for most in [1, 5, 17] {
                    let mut all: Vec<Found> = (0..count as u32)
                        .filter(|other| *other as usize != place)
                        .map(|other| {
                            let (a, b) = (points[place], points[other as usize]);
                            let square = (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
                            (square.to_bits(), other)
                        })
                        .collect();
                    all.sort_unstable();
                    let expected: Vec<u32> = all.iter().take(most).map(|f| f.1).collect();
                    assert_eq!(tree.nearest(points[place], place as u32, most), expected);
                }
            }
        }
    }
}
