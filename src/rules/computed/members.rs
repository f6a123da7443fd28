//! The turbines for which a column is worked out, and whose turn it is as time passes.

use std::ops::Range;
use std::sync::Arc;

use crate::fleet::TurbineRow;
use crate::scene::Scene;

/// Each turbine's turn comes once in this long, spread evenly so that no frame does all of them.
pub(super) const TURN_MS: i64 = 1_000;

/// The turbines for which a column is worked out. State is kept by their place among them.
#[derive(Debug, Clone)]
pub(super) struct Members {
    /// `None` for every turbine.
    some: Option<Chosen>,
    turbine_count: usize,
}

#[derive(Debug, Clone)]
struct Chosen {
    rows: Arc<[TurbineRow]>,
    /// By turbine.
    places: Arc<[u32]>,
}

impl Members {
    pub fn new(scene: &Scene, applies: &[bool]) -> Self {
        let turbine_count = scene.turbines.len();
        let belongs = |model: usize| applies.get(model).copied().unwrap_or(false);
        if scene.turbines.iter().all(|t| belongs(t.model)) {
            return Self {
                some: None,
                turbine_count,
            };
        }
        let mut places = vec![u32::MAX; turbine_count];
        let mut rows = Vec::new();
        for ((turbine, place), row) in scene.turbines.iter().zip(&mut places).zip(0..) {
            if belongs(turbine.model) {
                *place = rows.len() as u32;
                rows.push(TurbineRow(row));
            }
        }
        Self {
            some: Some(Chosen {
                rows: rows.into(),
                places: places.into(),
            }),
            turbine_count,
        }
    }

    pub fn len(&self) -> usize {
        let some = self.some.as_ref();
        some.map_or(self.turbine_count, |some| some.rows.len())
    }

    /// Whether they are all turbines: a place is a row then.
    pub fn are_all(&self) -> bool {
        self.some.is_none()
    }

    #[inline]
    pub fn place(&self, row: TurbineRow) -> Option<usize> {
        match &self.some {
            None => (row.index() < self.turbine_count).then_some(row.index()),
            Some(some) => {
                let place = *some.places.get(row.index())?;
                (place != u32::MAX).then_some(place as usize)
            }
        }
    }

    #[inline]
    pub fn row(&self, place: usize) -> TurbineRow {
        match &self.some {
            None => TurbineRow(place as u32),
            Some(some) => some
                .rows
                .get(place)
                .copied()
                .unwrap_or(TurbineRow(u32::MAX)),
        }
    }

    /// Every one, in order.
    pub fn rows(&self) -> impl Iterator<Item = TurbineRow> + '_ {
        (0..self.len()).map(|place| self.row(place))
    }

    /// The places whose turn has come between two times on the monotonic clock.
    pub fn turns(&self, since_ms: i64, now_ms: i64) -> [Range<usize>; 2] {
        let count = self.len();
        if now_ms.saturating_sub(since_ms) >= TURN_MS {
            return [0..count, 0..0];
        }
        let place = |ms: i64| (ms.rem_euclid(TURN_MS) as usize * count) / TURN_MS as usize;
        let (from, to) = (place(since_ms), place(now_ms));
        if since_ms.div_euclid(TURN_MS) == now_ms.div_euclid(TURN_MS) {
            [from..to.max(from), 0..0]
        } else {
            [from..count, 0..to]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_turn_comes_once_a_second_however_the_frames_fall() {
        let members = Members {
            some: None,
            turbine_count: 777,
        };
        for step in [1, 7, 16, 100, 333, 999] {
            let mut visits = vec![0_i64; 777];
            let mut now = 5_003;
            let end = now + step * 1_000;
            while now < end {
                for place in members.turns(now, now + step).into_iter().flatten() {
                    visits[place] += 1;
                }
                now += step;
            }
            assert!(visits.iter().all(|v| *v == step), "{step}");
        }
        let all: usize = members.turns(10, 1_010).into_iter().map(|r| r.len()).sum();
        assert_eq!(all, 777);
    }
}
