//! Units of measurement: what converts into what.

/// From one unit to another: `factor × value + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    /// Units of the second in one of the first.
    pub factor: f64,
    /// What the second shows where the first shows 0.
    pub offset: f64,
}

impl Conversion {
    /// The value in the second unit.
    #[inline(always)]
    pub fn apply(self, value: f64) -> f64 {
        value.mul_add(self.factor, self.offset)
    }
}
