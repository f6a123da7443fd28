//! Which turbines stand nearest to each: found once a scene, each when its turn comes first.

use std::collections::BinaryHeap;

use super::members::Members;
use crate::scene::Scene;

/// The most neighbours that are looked at.
pub const MOST_NEIGHBOURS: u16 = 64;

/// The nearest turbines of each of some turbines, without itself.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    tree: Tree,
    most: usize,
    /// By place, `most` places of others, the nearest first; `NONE` where there are fewer.
    table: Vec<u32>,
    is_found: Vec<bool>,
}

const NONE: u32 = u32::MAX;

impl Neighbours {
    /// Those among which each is to find `count`. What `before` found is kept if all of them stand
    /// where they stood.
    pub fn new(scene: &Scene, members: &Members, count: u16, before: &mut Vec<Self>) -> Self {
        let points: Vec<[f64; 2]> = members
            .rows()
            .filter_map(|row| scene.turbine(row))
            .map(|t| [t.east_m, t.north_m])
            .collect();
        let most = usize::from(count.min(MOST_NEIGHBOURS));
        let same = before
            .iter()
            .position(|b| b.most == most && b.tree.points == points);
        if let Some(same) = same {
            return before.swap_remove(same);
        }
        Self {
            most,
            table: vec![NONE; points.len() * most],
            is_found: vec![false; points.len()],
            tree: Tree::new(points),
        }
    }

    /// Whether these are neighbours among the same turbines.
    pub fn is_same(&self, other: &Self) -> bool {
        self.most == other.most && self.tree.points == other.tree.points
    }

    /// The neighbours of the one in this place, the nearest first; of two that are as far, the first
    /// in the scene.
    pub fn of(&mut self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let range = place * self.most..(place + 1) * self.most;
        let places = self.table.get_mut(range).unwrap_or_default();
        if let Some(is_found) = self.is_found.get_mut(place)
            && !*is_found
        {
            *is_found = true;
            let found = self.tree.nearest(place, self.most);
            for (to, found) in places.iter_mut().zip(found) {
                *to = found;
            }
        }
        let known = places.iter().take_while(|place| **place != NONE);
        known.map(|place| *place as usize)
    }
}

/// Points in a plane, halved in turn by east and north.
#[derive(Debug, Default)]
struct Tree {
    points: Vec<[f64; 2]>,
    /// Places of points: the middle of a stretch is a node, what is before it lies on its lower side.
    order: Vec<u32>,
}

/// A point that was found: by distance (the bits of a number that is not negative are in its order),
/// then by place.
type Found = (u64, u32);

impl Tree {
    fn new(points: Vec<[f64; 2]>) -> Self {
        let mut order: Vec<u32> = (0..points.len() as u32).collect();
        halve(&points, &mut order, 0);
        Self { points, order }
    }

    fn nearest(&self, place: usize, most: usize) -> Vec<u32> {
        let mut found = BinaryHeap::with_capacity(most + 1);
        if let Some(from) = self.points.get(place)
            && most > 0
        {
            self.search(&self.order, 0, place, *from, most, &mut found);
        }
        let sorted = found.into_sorted_vec().into_iter();
        sorted.map(|(_, place)| place).collect()
    }

    fn search(
        &self,
        order: &[u32],
        axis: usize,
        of: usize,
        from: [f64; 2],
        most: usize,
        found: &mut BinaryHeap<Found>,
    ) {
        let middle = order.len() / 2;
        let (lower, rest) = order.split_at(middle);
        let Some((&node, upper)) = rest.split_first() else {
            return;
        };
        let Some(&point) = self.points.get(node as usize) else {
            return;
        };
        let away = [point[0] - from[0], point[1] - from[1]];
        if node as usize != of {
            found.push(((away[0] * away[0] + away[1] * away[1]).to_bits(), node));
            if found.len() > most {
                found.pop();
            }
        }
        let across = if axis == 0 { away[0] } else { away[1] };
        let (near, far) = if across > 0.0 {
            (lower, upper)
        } else {
            (upper, lower)
        };
        self.search(near, 1 - axis, of, from, most, found);
        let reach = found.peek().map_or(0, |farthest| farthest.0);
        if found.len() < most || (across * across).to_bits() <= reach {
            self.search(far, 1 - axis, of, from, most, found);
        }
    }
}

/// Orders places so that the middle one parts the others; as deep as the logarithm of their number.
fn halve(points: &[[f64; 2]], order: &mut [u32], axis: usize) {
    if order.len() < 2 {
        return;
    }
    let middle = order.len() / 2;
    let along = |place: &u32| {
        let point = points.get(*place as usize).copied().unwrap_or_default();
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
            let tree = Tree::new(points.clone());
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
                    assert_eq!(tree.nearest(place, most), expected);
                }
            }
        }
    }
}
