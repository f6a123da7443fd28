//! A handful of signals of every kind, and columns of values for them.

use rand::{Rng, RngExt as _};
use windvane::fleet::SignalColumn;
use windvane::rules::{Scope, Texts};
use windvane::scene::ValueKind;

/// The texts that signals take.
pub const TEXTS: [&str; 3] = ["run", "stop", "idle"];

/// Signals by name; the index is the column.
pub const SIGNALS: [(&str, ValueKind); 8] = [
    ("n0", ValueKind::Number),
    ("n1", ValueKind::Number),
    ("n2", ValueKind::Number),
    ("b0", ValueKind::Boolean),
    ("b1", ValueKind::Boolean),
    ("s0", ValueKind::Text),
    ("s1", ValueKind::Text),
    ("gearbox_oil_temperature", ValueKind::Number),
];

#[derive(Default)]
pub struct Signals {
    pub texts: Texts,
}

impl Scope for Signals {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let index = SIGNALS.iter().position(|(n, _)| *n == name)?;
        Some((SignalColumn(index as u16), SIGNALS[index].1))
    }

    fn names(&self) -> Vec<&str> {
        SIGNALS.iter().map(|(n, _)| *n).collect()
    }

    fn texts(&self) -> &Texts {
        &self.texts
    }
}

impl Signals {
    /// Columns of that many rows; a share of the values is unknown.
    pub fn random_columns(
        &self,
        rng: &mut impl Rng,
        rows: usize,
        unknown_share: f64,
    ) -> Vec<Vec<f64>> {
        let numbers = [-7.5, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 80.0];
        let ids = TEXTS.map(|t| f64::from(self.texts.intern(t).unwrap()));
        SIGNALS
            .iter()
            .map(|(_, kind)| {
                (0..rows)
                    .map(|_| match kind {
                        _ if rng.random_bool(unknown_share) => f64::NAN,
                        ValueKind::Number => numbers[rng.random_range(0..numbers.len())],
                        ValueKind::Boolean => f64::from(rng.random_bool(0.5)),
                        ValueKind::Text => ids[rng.random_range(0..ids.len())],
                    })
                    .collect()
            })
            .collect()
    }
}
