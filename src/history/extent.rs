//! What is kept of one signal of one turbine in one slot.

/// The least, the greatest and the last value of a slot: NaN where nothing was known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub min: f32,
    pub max: f32,
    pub last: f32,
}

impl Extent {
    /// Nothing was known.
    pub const NONE: Self = Self {
        min: f32::NAN,
        max: f32::NAN,
        last: f32::NAN,
    };

    /// One value, or NaN.
    pub fn of(value: f64) -> Self {
        let value = value as f32;
        Self {
            min: value,
            max: value,
            last: value,
        }
    }

    /// One more value; with NaN the signal is no longer known.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let value = value as f32;
        // The one of the two that is not NaN.
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.last = value;
    }

    /// What goes on from it: the last value, if it is still known.
    pub fn held(&self) -> Self {
        Self {
            min: self.last,
            max: self.last,
            last: self.last,
        }
    }

    /// Whether anything was known.
    pub fn is_known(self) -> bool {
        !self.min.is_nan()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_that_is_lost_leaves_what_it_was() {
        let mut extent = Extent::NONE;
        assert!(!extent.is_known());
        for value in [3.0, 9.0, 5.0, f64::NAN] {
            extent.add(value);
        }
        assert_eq!((extent.min, extent.max), (3.0, 9.0));
        assert!(extent.last.is_nan());
    }
}
