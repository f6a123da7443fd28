//! The units that wind farms use, by the names that plants write for them; `uom` knows their sizes.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

use uom::si::f64::{
    Acceleration, Angle, AngularVelocity, ElectricCurrent, ElectricPotential, Energy, Force,
    Frequency, HeatFluxDensity, Length, Mass, MassDensity, Power, Pressure, Ratio,
    ThermodynamicTemperature, Time, Torque, Velocity, Volume, VolumeRate,
};

use super::{Dimension, Inner, Quantity, Unit};

/// A unit: its name in `uom`, and how plants write it, the usual way first.
type Named = (&'static str, &'static [&'static str]);

/// A quantity, its value in SI of a text such as `1 kW`, and its units.
type Entry = (Quantity, fn(&str) -> Option<f64>, &'static [Named]);

macro_rules! si {
    ($quantity:ty) => {
        |text| <$quantity>::from_str(text).ok().map(|q| q.value)
    };
}

const ENTRIES: [Entry; 21] = [
    (
        Quantity::Temperature,
        si!(ThermodynamicTemperature),
        &[
            ("K", &["K", "kelvin"]),
            (
                "°C",
                &[
                    "degC", "°C", "℃", "C", "Cel", "deg C", "° C", "deg_C", "celsius", "Celsius",
                ],
            ),
            (
                "°F",
                &[
                    "degF",
                    "°F",
                    "℉",
                    "deg F",
                    "° F",
                    "deg_F",
                    "fahrenheit",
                    "Fahrenheit",
                ],
            ),
        ],
    ),
    (
        Quantity::Power,
        si!(Power),
        &[
            ("W", &["W", "VA", "var", "VAr", "VAR"]),
            ("kW", &["kW", "KW", "kVA", "kvar", "kVAr", "kVAR"]),
            ("MW", &["MW", "MVA", "Mvar", "MVAr", "MVAR"]),
            ("GW", &["GW"]),
            ("hp", &["hp"]),
        ],
    ),
    (
        Quantity::Energy,
        si!(Energy),
        &[
            ("J", &["J"]),
            ("kJ", &["kJ"]),
            ("MJ", &["MJ"]),
            ("W · h", &["Wh"]),
            ("kW · h", &["kWh", "kvarh"]),
            ("MW · h", &["MWh", "Mvarh"]),
            ("GW · h", &["GWh"]),
        ],
    ),
    (
        Quantity::Speed,
        si!(Velocity),
        &[
            ("m/s", &["m/s", "mps"]),
            ("mm/s", &["mm/s"]),
            ("km/h", &["km/h", "kmh", "kph"]),
            ("kn", &["kn", "kt", "kts", "knot", "knots"]),
            ("mi/h", &["mph", "mi/h"]),
            ("ft/s", &["ft/s"]),
            ("ft/min", &["ft/min"]),
        ],
    ),
    (
        Quantity::AngularVelocity,
        si!(AngularVelocity),
        &[
            (
                "rpm",
                &[
                    "rpm", "RPM", "1/min", "r/min", "rev/min", "U/min", "min-1", "min^-1", "min⁻¹",
                ],
            ),
            ("rad/s", &["rad/s"]),
            ("°/s", &["deg/s", "°/s"]),
            ("rps", &["rps"]),
        ],
    ),
    (
        Quantity::Angle,
        si!(Angle),
        &[
            ("°", &["deg", "°", "degree", "degrees"]),
            ("rad", &["rad"]),
            ("r", &["rev", "turns", "turn"]),
        ],
    ),
    (
        Quantity::Length,
        si!(Length),
        &[
            ("m", &["m"]),
            ("µm", &["µm", "μm", "um"]),
            ("mm", &["mm"]),
            ("cm", &["cm"]),
            ("km", &["km"]),
            ("ft", &["ft"]),
            ("in", &["in", "inch"]),
            ("mi", &["mi"]),
            ("M", &["nmi", "NM"]),
        ],
    ),
    (
        Quantity::Time,
        si!(Time),
        &[
            ("s", &["s", "sec", "second", "seconds"]),
            ("ms", &["ms"]),
            ("min", &["min", "minute", "minutes"]),
            ("h", &["h", "hr", "hour", "hours"]),
            ("d", &["d", "day", "days"]),
        ],
    ),
    (
        Quantity::Pressure,
        si!(Pressure),
        &[
            ("Pa", &["Pa"]),
            ("hPa", &["hPa"]),
            ("kPa", &["kPa"]),
            ("MPa", &["MPa"]),
            ("bar", &["bar"]),
            ("mbar", &["mbar"]),
            ("psi", &["psi"]),
        ],
    ),
    (
        Quantity::Voltage,
        si!(ElectricPotential),
        &[("V", &["V"]), ("kV", &["kV"]), ("mV", &["mV"])],
    ),
    (
        Quantity::Current,
        si!(ElectricCurrent),
        &[("A", &["A"]), ("kA", &["kA"]), ("mA", &["mA"])],
    ),
    (
        Quantity::Frequency,
        si!(Frequency),
        &[("Hz", &["Hz"]), ("kHz", &["kHz"]), ("MHz", &["MHz"])],
    ),
    (
        Quantity::Ratio,
        si!(Ratio),
        &[
            ("parts per hundred", &["%", "percent", "pct"]),
            ("parts per thousand", &["‰"]),
            ("ppm", &["ppm"]),
        ],
    ),
    (
        Quantity::Mass,
        si!(Mass),
        &[("kg", &["kg"]), ("t", &["t"]), ("lb", &["lb"])],
    ),
    (
        Quantity::Torque,
        si!(Torque),
        &[
            ("N · m", &["Nm", "N·m", "N m"]),
            ("kN · m", &["kNm", "kN·m", "kN m"]),
            ("MN · m", &["MNm", "MN·m", "MN m"]),
        ],
    ),
    (
        Quantity::Flow,
        si!(VolumeRate),
        &[
            ("L/min", &["l/min", "L/min"]),
            ("L/s", &["l/s", "L/s"]),
            ("m³/h", &["m3/h", "m³/h"]),
            ("m³/s", &["m3/s", "m³/s"]),
        ],
    ),
    (
        Quantity::Acceleration,
        si!(Acceleration),
        &[
            ("m/s²", &["m/s2", "m/s²", "m/s^2"]),
            ("mm/s²", &["mm/s2", "mm/s²", "mm/s^2"]),
            ("g₀", &["g", "g0", "g₀"]),
        ],
    ),
    (
        Quantity::Density,
        si!(MassDensity),
        &[("kg/m³", &["kg/m3", "kg/m³", "kg/m^3"])],
    ),
    (
        Quantity::Irradiance,
        si!(HeatFluxDensity),
        &[
            ("W/m²", &["W/m2", "W/m²", "W/m^2"]),
            ("kW/m²", &["kW/m2", "kW/m²", "kW/m^2"]),
        ],
    ),
    (
        Quantity::Force,
        si!(Force),
        &[("N", &["N"]), ("kN", &["kN"]), ("MN", &["MN"])],
    ),
    (
        Quantity::Volume,
        si!(Volume),
        &[("L", &["l", "L", "litre"]), ("m³", &["m3", "m³"])],
    ),
];

impl Quantity {
    /// As it stands in a sentence: `a temperature`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Temperature => "a temperature",
            Self::TemperatureDifference => "a difference of temperatures",
            Self::Power => "a power",
            Self::Energy => "an energy",
            Self::Speed => "a speed",
            Self::AngularVelocity => "a speed of rotation",
            Self::Angle => "an angle",
            Self::Length => "a length",
            Self::Time => "a time",
            Self::Pressure => "a pressure",
            Self::Voltage => "a voltage",
            Self::Current => "a current",
            Self::Frequency => "a frequency",
            Self::Ratio => "a ratio",
            Self::Mass => "a mass",
            Self::Torque => "a torque",
            Self::Flow => "a flow",
            Self::Acceleration => "an acceleration",
            Self::Density => "a density",
            Self::Irradiance => "an irradiance",
            Self::Force => "a force",
            Self::Volume => "a volume",
        }
    }

    /// Powers of metre, kilogram, second, ampere and kelvin. Angles are numbers, as in the SI.
    pub(super) fn dimension(self) -> Dimension {
        Dimension(match self {
            Self::Temperature | Self::TemperatureDifference => [0, 0, 0, 0, 1],
            Self::Power => [2, 1, -3, 0, 0],
            Self::Energy | Self::Torque => [2, 1, -2, 0, 0],
            Self::Speed => [1, 0, -1, 0, 0],
            Self::AngularVelocity | Self::Frequency => [0, 0, -1, 0, 0],
            Self::Angle | Self::Ratio => [0; 5],
            Self::Length => [1, 0, 0, 0, 0],
            Self::Time => [0, 0, 1, 0, 0],
            Self::Pressure => [-1, 1, -2, 0, 0],
            Self::Voltage => [2, 1, -3, -1, 0],
            Self::Current => [0, 0, 0, 1, 0],
            Self::Mass => [0, 1, 0, 0, 0],
            Self::Flow => [3, 0, -1, 0, 0],
            Self::Acceleration => [1, 0, -2, 0, 0],
            Self::Density => [-3, 1, 0, 0, 0],
            Self::Irradiance => [0, 1, -3, 0, 0],
            Self::Force => [1, 1, -2, 0, 0],
            Self::Volume => [3, 0, 0, 0, 0],
        })
    }

    /// Some of its units, for help: `kW, MW`.
    pub fn examples(self) -> String {
        let quantity = match self {
            Self::TemperatureDifference => Self::Temperature,
            quantity => quantity,
        };
        let entry = ENTRIES.iter().find(|(q, ..)| *q == quantity);
        let units = entry.map_or(&[] as &[Named], |(_, _, units)| units);
        let names: Vec<&str> = units
            .iter()
            .filter_map(|(_, names)| names.first().copied())
            .take(5)
            .collect();
        names.join(", ")
    }
}

/// The units by every name.
static UNITS: LazyLock<HashMap<&'static str, Unit>> = LazyLock::new(|| {
    let mut units = HashMap::new();
    for (quantity, parse, named) in ENTRIES {
        for (known_as, names) in named {
            let si = |value: f64| parse(&format!("{value} {known_as}"));
            let Some(offset) = si(0.0) else { continue };
            // What is far from the offset keeps the factor's digits.
            let far = if offset == 0.0 { 1.0 } else { 1_048_576.0 };
            let Some(value) = si(far) else { continue };
            for name in *names {
                let unit = Unit::new(Inner {
                    name: (*name).into(),
                    factor: (value - offset) / far,
                    offset,
                    dimension: quantity.dimension(),
                    quantity: Some(quantity),
                });
                units.insert(*name, unit);
            }
        }
    }
    units
});

/// The unit of this name, if it has one of its own.
pub(super) fn unit(name: &str) -> Option<Unit> {
    UNITS.get(name).cloned()
}

/// Every name, to suggest the nearest one.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    UNITS.keys().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uom_knows_every_unit() {
        let written: usize = ENTRIES
            .iter()
            .flat_map(|(_, _, units)| units.iter().map(|(_, names)| names.len()))
            .sum();
        assert_eq!(
            UNITS.len(),
            written,
            "a name is unknown to uom, or written twice"
        );
    }
}
