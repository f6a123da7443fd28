//! A plant whose signals have units, and which keeps what expressions want worked out.

use std::cell::RefCell;

use windvane::fleet::SignalColumn;
use windvane::rules::{Parameter, Scope, Texts, Wanted};
use windvane::scene::ValueKind;
use windvane::units::Unit;

/// Signals by name, with their units; the index is the column.
pub const SIGNALS: [(&str, ValueKind, &str); 10] = [
    ("active_power", ValueKind::Number, "kW"),
    ("grid_power", ValueKind::Number, "MW"),
    ("oil", ValueKind::Number, "degC"),
    ("oil_f", ValueKind::Number, "°F"),
    ("wind", ValueKind::Number, "m/s"),
    ("rotor_speed", ValueKind::Number, "rpm"),
    ("state", ValueKind::Text, ""),
    ("running", ValueKind::Boolean, ""),
    ("bare", ValueKind::Number, ""),
    ("odd", ValueKind::Number, "counts"),
];

/// The first column of what is worked out.
pub const FIRST_COMPUTED: u16 = 100;

/// The column of `limits.own`.
pub const LIMIT: SignalColumn = SignalColumn(50);

#[derive(Default)]
pub struct Plant {
    pub texts: Texts,
    pub wanted: RefCell<Vec<Wanted>>,
}

impl Scope for Plant {
    fn signal(&self, name: &str) -> Option<(SignalColumn, ValueKind)> {
        let at = SIGNALS.iter().position(|(n, ..)| *n == name)?;
        Some((SignalColumn(at as u16), SIGNALS[at].1))
    }

    fn names(&self) -> Vec<&str> {
        SIGNALS.iter().map(|(n, ..)| *n).collect()
    }

    fn texts(&self) -> &Texts {
        &self.texts
    }

    fn unit(&self, signal: SignalColumn) -> Option<Unit> {
        Unit::named(SIGNALS.get(signal.index())?.2)
    }

    fn parameter(&self, name: &str) -> Option<Parameter> {
        Some(match name {
            "limits.hot" => Parameter::Constant(80.0, None),
            "limits.own" => Parameter::Column(LIMIT, None),
            "rotor_diameter" => Parameter::Constant(80.0, Unit::named("m")),
            name if name.starts_with("limits.") => Parameter::Fault {
                message: format!("There is no limit `{name}`."),
                help: None,
            },
            _ => return None,
        })
    }

    fn computed(&self, wanted: Wanted) -> Result<SignalColumn, String> {
        let mut all = self.wanted.borrow_mut();
        let at = all.iter().position(|w| w.formula == wanted.formula);
        let at = at.unwrap_or_else(|| {
            all.push(wanted);
            all.len() - 1
        });
        Ok(SignalColumn(FIRST_COMPUTED + at as u16))
    }
}
