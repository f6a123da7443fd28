//! What is kept of each closed stretch: stretch by stretch, a place a turbine.

use std::fmt::Debug;

/// A value a stretch and turbine.
#[derive(Debug, Clone)]
pub(super) struct Ring<T> {
    values: Vec<T>,
    count: usize,
}

impl<T: Copy + Default + Debug> Ring<T> {
    pub fn new(slots: usize, count: usize, empty: T) -> Self {
        Self {
            values: vec![empty; slots * count],
            count,
        }
    }

    #[inline]
    pub fn get(&self, place: usize, slot: usize) -> T {
        let value = self.values.get(slot * self.count + place);
        value.copied().unwrap_or_default()
    }

    #[inline]
    pub fn set(&mut self, place: usize, slot: usize, value: T) {
        if let Some(held) = self.values.get_mut(slot * self.count + place) {
            *held = value;
        }
    }

    /// Copies a turbine's from where it was in a ring with as many stretches.
    pub fn carry_over(&mut self, place: usize, before: &Self, from: usize) {
        let slots = self.values.len() / self.count.max(1);
        for slot in 0..slots {
            self.set(place, slot, before.get(from, slot));
        }
    }
}
