//! The farm that is simulated: machines, their models, and how they publish.

use super::faults::FaultKind;
use super::quantity::Quantity;
use crate::units::Conversion;

/// A farm.
#[derive(Debug, Clone, PartialEq)]
pub struct Farm {
    /// Models of turbines.
    pub models: Vec<MachineModel>,
    /// The turbines.
    pub machines: Vec<Machine>,
    /// Each turbine publishes under each of these.
    pub topics: Vec<Topic>,
}

/// A model of turbine.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineModel {
    /// Name for people.
    pub name: String,
    /// Rotor diameter, metres.
    pub rotor_diameter_m: f64,
    /// Rated power, kilowatts.
    pub rated_power_kw: f64,
    /// Generator speed over rotor speed: 1 without a gearbox.
    pub gear_ratio: f64,
    /// What it publishes.
    pub fields: Vec<Field>,
}

impl MachineModel {
    /// Whether anything that it publishes would tell of this fault.
    pub fn shows(&self, fault: FaultKind) -> bool {
        let by = fault.shown_by();
        by.is_empty() || self.fields.iter().any(|field| by.contains(&field.quantity))
    }
}

/// A field of a payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// JSON pointer, or the name of the `{signal}` level.
    pub pointer: String,
    /// What it measures.
    pub quantity: Quantity,
    /// Unit in which it is shown.
    pub unit: String,
    /// Into that from the unit in which it is published, where that is another.
    pub conversion: Option<Conversion>,
}

/// A turbine.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// Its name in topics.
    pub id: String,
    /// Index into [`Farm::models`].
    pub model: usize,
    /// Metres east.
    pub east_m: f64,
    /// Metres north.
    pub north_m: f64,
}

/// Where and how a turbine publishes.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// With `{turbine}` and perhaps `{signal}`.
    pub pattern: String,
    /// What is in a message.
    pub payload: Payload,
}

/// What is in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A JSON object with every field.
    Json {
        /// JSON pointer to the source time, milliseconds since 1970 UTC.
        time: Option<String>,
        /// JSON pointer to a quality; always good.
        quality: Option<String>,
    },
    /// One bare value a topic.
    Value,
}

/// Distance between neighbours at Horns Rev 1, metres: 7 rotor diameters.
const SPACING_M: f64 = 560.0;
/// Lean of the columns from north towards west.
const LEAN_DEG: f64 = 7.2;
const ROWS: usize = 8;
const COLUMNS: usize = 10;

/// The V80's fields, as `scenes/horns-rev-1/rules/v80.toml` reads them.
const V80_FIELDS: &[(&str, Quantity, &str)] = &[
    ("/WTUR/TurSt", Quantity::State, ""),
    ("/WTUR/W", Quantity::ActivePower, "kW"),
    ("/WTUR/PsblW", Quantity::PossiblePower, "kW"),
    ("/WALM/AlmSt", Quantity::StopReason, ""),
    ("/WALM/AlmCod", Quantity::AlarmCodes, ""),
    ("/WROT/RotSpd", Quantity::RotorSpeed, "rpm"),
    ("/WROT/BlPthAngVal", Quantity::BladePitch, "deg"),
    ("/WMET/HorWdSpd", Quantity::WindSpeed, "m/s"),
    ("/WMET/HorWdDir", Quantity::WindDirection, "deg"),
    ("/WMET/HorWdDirRel", Quantity::YawError, "deg"),
    ("/WMET/EnvTmp", Quantity::AmbientTemperature, "degC"),
    ("/WNAC/Dir", Quantity::NacelleDirection, "deg"),
    ("/WNAC/IntnTmp", Quantity::NacelleTemperature, "degC"),
    ("/WNAC/XdirDsp", Quantity::NacelleAcceleration, "m/s²"),
    ("/WTRM/GbxOilTmp", Quantity::GearboxOilTemperature, "degC"),
    (
        "/WTRM/GbxBrgHSGenTmp",
        Quantity::GearboxBearingTemperature,
        "degC",
    ),
    ("/WTRM/BrkOpSt", Quantity::Brake, ""),
    ("/WGEN/RotSpd", Quantity::GeneratorSpeed, "rpm"),
    (
        "/WGEN/BrgDETmp",
        Quantity::GeneratorBearingTemperature,
        "degC",
    ),
    (
        "/WGEN/SttTmp",
        Quantity::GeneratorWindingTemperature,
        "degC",
    ),
    ("/WCNV/ClWtrTmp", Quantity::ConverterTemperature, "degC"),
    ("/WTRF/IntnTmp", Quantity::TransformerTemperature, "degC"),
];

impl Farm {
    /// Horns Rev 1: T01 to T08 down the western column from north to south, T09 to T16 down the
    /// next, to T80 in the south-east. East and north are metres from the middle of the farm.
    pub fn horns_rev_1() -> Self {
        let lean = LEAN_DEG.to_radians();
        let machines = (0..COLUMNS * ROWS)
            .map(|index| {
                let (column, row) = ((index / ROWS) as f64, (index % ROWS) as f64);
                let along_column = (ROWS as f64 - 1.0) / 2.0 - row;
                let along_row = column - (COLUMNS as f64 - 1.0) / 2.0;
                Machine {
                    id: format!("T{:02}", index + 1),
                    model: 0,
                    east_m: SPACING_M * (along_row - along_column * lean.sin()),
                    north_m: SPACING_M * along_column * lean.cos(),
                }
            })
            .collect();
        let fields = V80_FIELDS
            .iter()
            .map(|&(pointer, quantity, unit)| Field {
                pointer: pointer.to_owned(),
                quantity,
                unit: unit.to_owned(),
                conversion: None,
            })
            .collect();
        Self {
            models: vec![MachineModel {
                name: "Vestas V80-2.0 MW".to_owned(),
                rotor_diameter_m: 80.0,
                rated_power_kw: 2000.0,
                // 1,680 rpm at 16.7 rpm.
                gear_ratio: 100.5,
                fields,
            }],
            machines,
            topics: vec![Topic {
                pattern: "farm/{turbine}/telemetry".to_owned(),
                payload: Payload::Json {
                    time: Some("/ts".to_owned()),
                    quality: None,
                },
            }],
        }
    }

    /// The index of a turbine by its id; upper and lower case are the same.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.machines
            .iter()
            .position(|m| m.id.eq_ignore_ascii_case(id))
    }

    /// The rotor diameter of a turbine, metres.
    pub fn rotor_diameter_m(&self, machine: usize) -> f64 {
        self.model_of(machine).map_or(80.0, |m| m.rotor_diameter_m)
    }

    /// The model of a turbine.
    pub fn model_of(&self, machine: usize) -> Option<&MachineModel> {
        self.models.get(self.machines.get(machine)?.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn horns_rev_1_is_eighty_at_560_m() {
        let farm = Farm::horns_rev_1();
        assert_eq!(farm.machines.len(), 80);
        let distance = |a: usize, b: usize| {
            let (a, b) = (&farm.machines[a], &farm.machines[b]);
            (a.east_m - b.east_m).hypot(a.north_m - b.north_m)
        };
        assert!((distance(0, 1) - 560.0).abs() < 1e-6, "down a column");
        assert!((distance(0, 8) - 560.0).abs() < 1e-6, "along a row");
        let (north, south) = (&farm.machines[0], &farm.machines[7]);
        assert!(
            north.north_m > south.north_m && north.east_m < south.east_m,
            "leans to the west"
        );
        let lean = (south.east_m - north.east_m).atan2(north.north_m - south.north_m);
        assert!((lean.to_degrees() - 7.2).abs() < 1e-9);
    }
}
