//! Units of measurement: what converts into what.

use std::sync::Arc;

mod table;

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

    /// The value in the first unit of one in the second.
    pub fn undo(self, value: f64) -> f64 {
        (value - self.offset) / self.factor
    }

    /// Whether it leaves every value as it is.
    pub fn is_identity(self) -> bool {
        (self.factor - 1.0).abs() < 1e-12 && self.offset.abs() < 1e-9
    }

    /// A number as somebody wrote it, without what the arithmetic adds in the last digits.
    pub fn apply_to_written(self, value: f64) -> f64 {
        let converted = self.apply(value);
        format!("{converted:.12e}").parse().unwrap_or(converted)
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Quantity {
    Temperature,
    TemperatureDifference,
    Power,
    Energy,
    Speed,
    AngularVelocity,
    Angle,
    Length,
    Time,
    Pressure,
    Voltage,
    Current,
    Frequency,
    Ratio,
    Mass,
    Torque,
    Flow,
    Acceleration,
    Density,
    Irradiance,
    Force,
    Volume,
}

/// Powers of metre, kilogram, second, ampere and kelvin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dimension([i8; 5]);

impl Dimension {
    const NUMBER: Self = Self([0; 5]);

    /// Of a product: `self × other^power`.
    fn times(self, other: Self, power: i8) -> Self {
        let mut of = self.0;
        for (of, other) in of.iter_mut().zip(other.0) {
            *of = of.saturating_add(other.saturating_mul(power));
        }
        Self(of)
    }
}

/// A unit whose size is known. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit(Arc<Inner>);

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    name: Arc<str>,
    factor: f64,
    offset: f64,
    dimension: Dimension,
    /// `None` for what a product or quotient measures.
    quantity: Option<Quantity>,
}

impl Unit {
    /// The unit of this name: one of the table (`kW`, `degC`), or a product or quotient of such
    /// (`degC/min`, `kW/m2`). `None` of a name that is not known, and of none.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        table::unit(name).or_else(|| composite(name))
    }

    /// The name of every unit of the table.
    pub fn names() -> impl Iterator<Item = &'static str> {
        table::names()
    }

    /// The known name that is nearest to one that is not known.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let lower = name.to_lowercase();
        let distance = |known: &str| match known.to_lowercase() == lower {
            true => 0,
            false => strsim::damerau_levenshtein(name, known),
        };
        let near = table::names().map(|known| (distance(known), known));
        let near = near.filter(|&(distance, known)| distance <= 1 && known.len() > 1);
        // Of like ones the small letter: kW.
        near.min_by_key(|&(distance, known)| (distance, std::cmp::Reverse(known)))
            .map(|(_, known)| known)
    }

    /// A plain number, as a quotient of like units gives it.
    pub fn one() -> Self {
        Self::new(Inner {
            name: "1".into(),
            factor: 1.0,
            offset: 0.0,
            dimension: Dimension::NUMBER,
            quantity: Some(Quantity::Ratio),
        })
    }

    fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// As written.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What it measures; `None` of a product or quotient.
    pub fn quantity(&self) -> Option<Quantity> {
        self.0.quantity
    }

    /// What it measures, as it stands in a sentence: `a power`, or its name.
    pub fn measures(&self) -> String {
        match self.0.quantity {
            Some(quantity) => quantity.name().to_owned(),
            None => format!("`{}`", self.0.name),
        }
    }

    /// Whether it measures durations.
    pub fn is_time(&self) -> bool {
        self.0.quantity == Some(Quantity::Time)
    }

    /// Whether 0 of it is not nothing: °C and °F.
    pub fn has_offset(&self) -> bool {
        self.0.offset != 0.0
    }

    /// Whether it measures nothing that has a dimension.
    pub fn is_number(&self) -> bool {
        self.0.dimension == Dimension::NUMBER
    }

    /// SI units in one of it.
    pub fn si_factor(&self) -> f64 {
        self.0.factor
    }

    /// How values in it become values in another unit; `None` where they do not.
    pub fn to(&self, other: &Self) -> Option<Conversion> {
        let is_difference = |q: Option<Quantity>| q == Some(Quantity::TemperatureDifference);
        let differences = is_difference(self.0.quantity) || is_difference(other.0.quantity);
        let alike = match (self.0.quantity, other.0.quantity) {
            (Some(a), Some(b)) => a == b || differences && self.0.dimension == other.0.dimension,
            _ => self.0.dimension == other.0.dimension,
        };
        let offset = if differences {
            0.0
        } else {
            (self.0.offset - other.0.offset) / other.0.factor
        };
        alike.then_some(Conversion {
            factor: self.0.factor / other.0.factor,
            offset,
        })
    }

    /// The unit of differences of its values: kelvins of degrees Celsius.
    pub fn of_differences(&self) -> Self {
        let quantity = match self.0.quantity {
            Some(Quantity::Temperature) => Some(Quantity::TemperatureDifference),
            quantity => quantity,
        };
        Self::new(Inner {
            offset: 0.0,
            quantity,
            ..Inner::clone(&self.0)
        })
    }

    /// The unit of products; `None` where values are no multiples of it.
    pub fn times(&self, other: &Self) -> Option<Self> {
        self.product(other, 1, '·')
    }

    /// The unit of quotients; `None` where values are no multiples of it.
    pub fn over(&self, other: &Self) -> Option<Self> {
        self.product(other, -1, '/')
    }

    fn product(&self, other: &Self, power: i8, sign: char) -> Option<Self> {
        if self.has_offset() || other.has_offset() {
            return None;
        }
        // A chain of them says nothing to anybody, and must not grow without end.
        let name = match self.0.name.len() + other.0.name.len() {
            0..64 => format!("{}{sign}{}", self.0.name, other.0.name).into(),
            _ => "…".into(),
        };
        let dimension = self.0.dimension.times(other.0.dimension, power);
        Some(Self::new(Inner {
            name,
            factor: self.0.factor * other.0.factor.powi(power.into()),
            offset: 0.0,
            dimension,
            quantity: None,
        }))
    }
}

/// `a·b/c`, each with an exponent of 1 to 4 (`m2`, `m²`, `m^2`). Temperatures count as differences.
fn composite(name: &str) -> Option<Unit> {
    if name.len() > 32 {
        return None;
    }
    let mut unit: Option<Unit> = None;
    let mut power = 1;
    let mut rest = name;
    loop {
        let end = rest.find(['/', '·']).unwrap_or(rest.len());
        let factor = factor(rest.get(..end)?)?;
        unit = Some(match unit {
            None => factor,
            Some(unit) => unit.product(&factor, power, if power > 0 { '·' } else { '/' })?,
        });
        let Some(sign) = rest.get(end..).and_then(|r| r.chars().next()) else {
            break;
        };
        power = if sign == '/' { -1 } else { 1 };
        rest = rest.get(end + sign.len_utf8()..)?;
    }
    Some(Unit::new(Inner {
        name: name.into(),
        ..Inner::clone(&unit?.0)
    }))
}

/// A unit of the table with an exponent.
fn factor(text: &str) -> Option<Unit> {
    if let Some(unit) = table::unit(text) {
        return Some(unit.of_differences());
    }
    let last = text.chars().next_back()?;
    let exponent = match last {
        '2' | '²' => 2,
        '3' | '³' => 3,
        '4' | '⁴' => 4,
        _ => return None,
    };
    let base = text.get(..text.len() - last.len_utf8())?;
    let base = table::unit(base.strip_suffix('^').unwrap_or(base))?.of_differences();
    let mut unit = base.clone();
    for _ in 1..exponent {
        unit = unit.times(&base)?;
    }
    Some(unit)
}

/// The conversion between two units by name.
///
/// # Errors
/// Why there is none, as a sentence.
pub fn conversion(from: &str, to: &str) -> Result<Conversion, String> {
    let known = |name: &str| {
        Unit::named(name).ok_or_else(|| {
            let nearest = Unit::nearest(name);
            let hint = nearest.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            format!("`{name}` is no unit that is known.{hint}")
        })
    };
    if from == to {
        return Ok(Conversion {
            factor: 1.0,
            offset: 0.0,
        });
    }
    let (from, to) = (known(from)?, known(to)?);
    from.to(&to).ok_or_else(|| {
        format!(
            "`{}` is {} and `{}` is {}.",
            from.name(),
            from.measures(),
            to.name(),
            to.measures()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(value: f64, from: &str, to: &str) -> f64 {
        conversion(from, to).expect(from).apply_to_written(value)
    }

    #[test]
    fn values_are_told_in_other_units() {
        for (value, from, to, expected) in [
            (212.0, "degF", "degC", 100.0),
            (80.0, "degC", "°F", 176.0),
            (0.0, "degC", "K", 273.15),
            (2.5, "MW", "kW", 2500.0),
            (1800.0, "kVA", "MW", 1.8),
            (90.0, "km/h", "m/s", 25.0),
            (10.0, "kn", "m/s", 5.144_444_444_44),
            (60.0, "rpm", "rad/s", std::f64::consts::TAU),
            (6.0, "deg/s", "rpm", 1.0),
            (180.0, "deg", "rad", std::f64::consts::PI),
            (1.5, "bar", "kPa", 150.0),
            (10.0, "min", "s", 600.0),
            (1.0, "d", "h", 24.0),
            (50.0, "%", "1", 0.5),
            (2.0, "MNm", "kN·m", 2000.0),
            (1.0, "g", "m/s2", 9.806_65),
            (6.0, "m3/h", "l/min", 100.0),
            (0.5, "degC/min", "K/h", 30.0),
            (1.0, "kWh/h", "kW", 1.0),
            (1.0, "kW/m2", "W/m²", 1000.0),
        ] {
            let got = if to == "1" {
                let from = Unit::named(from).expect(from);
                from.to(&Unit::one()).expect(to).apply_to_written(value)
            } else {
                converted(value, from, to)
            };
            assert!(
                (got - expected).abs() < 1e-9,
                "{value} {from} is {got} {to}"
            );
        }
    }

    #[test]
    fn what_does_not_convert_names_both() {
        let why = conversion("kW", "degC").unwrap_err();
        assert_eq!(why, "`kW` is a power and `degC` is a temperature.");
        assert!(conversion("rpm", "Hz").is_err(), "a turn is not a cycle");
        assert!(conversion("N·m", "J").is_err(), "a torque is no energy");
        assert!(
            conversion("m/s", "furlong")
                .unwrap_err()
                .contains("no unit")
        );
    }

    #[test]
    fn differences_of_temperatures_have_no_offset() {
        let celsius = Unit::named("degC").unwrap();
        let fahrenheit = Unit::named("degF").unwrap();
        let of = fahrenheit.of_differences().to(&celsius).unwrap();
        assert!((of.apply(18.0) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn products_measure_what_their_factors_make() {
        let [rpm, m, m_s] = ["rpm", "m", "m/s"].map(|n| Unit::named(n).unwrap());
        let tip = rpm.times(&m).unwrap().to(&m_s).unwrap();
        assert!((tip.apply(60.0) - std::f64::consts::TAU).abs() < 1e-9);
        assert!(rpm.times(&m).unwrap().to(&m).is_none());
        assert!(Unit::named("degC").unwrap().times(&m).is_none());
    }

    #[test]
    fn a_name_that_is_nearly_known_is_answered_with_that() {
        assert_eq!(Unit::nearest("kw"), Some("kW"));
        assert!(Unit::named("").is_none() && Unit::named("/").is_none());
        assert!(Unit::named(&"m·".repeat(10_000)).is_none());
    }
}
