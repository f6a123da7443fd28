//! Back and forward through views, as in a browser.

use std::collections::VecDeque;

use bevy::prelude::Resource;

use super::pose::Pose;

/// Views that are remembered at most, in either direction.
const MOST: usize = 64;

/// Where the camera was before each flight.
#[derive(Resource, Debug, Default)]
pub struct History {
    behind: VecDeque<Pose>,
    ahead: Vec<Pose>,
}

impl History {
    /// Notes where the camera is before it flies elsewhere; what lay ahead is gone.
    pub fn leave(&mut self, from: Pose) {
        self.ahead.clear();
        self.push(from);
    }

    /// The view to go back to from here.
    pub fn back(&mut self, from: Pose) -> Option<Pose> {
        let to = self.behind.pop_back()?;
        self.ahead.push(from);
        Some(to)
    }

    /// The view that going back left.
    pub fn forward(&mut self, from: Pose) -> Option<Pose> {
        let to = self.ahead.pop()?;
        self.push(from);
        Some(to)
    }

    /// Forgets everything: it was of another farm.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn push(&mut self, pose: Pose) {
        if self.behind.back() == Some(&pose) {
            return;
        }
        if self.behind.len() >= MOST {
            self.behind.pop_front();
        }
        self.behind.push_back(pose);
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::Vec3;

    use super::*;

    fn at(x: f32) -> Pose {
        Pose::looking(Vec3::new(x, 50.0, 100.0), Vec3::new(x, 0.0, 0.0))
    }

    #[test]
    fn back_and_forward_walk_the_same_way() {
        let mut history = History::default();
        assert_eq!(history.back(at(0.0)), None);
        history.leave(at(0.0));
        history.leave(at(1.0));
        // The person moved on by hand from 2 to 3 before going back.
        assert_eq!(history.back(at(3.0)), Some(at(1.0)));
        assert_eq!(history.back(at(1.0)), Some(at(0.0)));
        assert_eq!(history.back(at(0.0)), None);
        assert_eq!(history.forward(at(0.0)), Some(at(1.0)));
        assert_eq!(history.forward(at(1.0)), Some(at(3.0)));
        assert_eq!(history.forward(at(3.0)), None);
    }

    #[test]
    fn a_new_flight_forgets_what_lay_ahead() {
        let mut history = History::default();
        history.leave(at(0.0));
        assert_eq!(history.back(at(1.0)), Some(at(0.0)));
        history.leave(at(0.0));
        assert_eq!(history.forward(at(5.0)), None);
        assert_eq!(history.back(at(5.0)), Some(at(0.0)));
    }

    #[test]
    fn a_long_shift_does_not_fill_the_memory() {
        let mut history = History::default();
        for i in 0..10_000 {
            history.leave(at(i as f32));
        }
        let mut count = 0;
        while history.back(at(-1.0)).is_some() {
            count += 1;
        }
        assert_eq!(count, MOST);
    }
}
