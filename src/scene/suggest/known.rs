//! The quantities that Windvane knows, as the shipped scenes name them.

use crate::demo::{Quantity, is_known_field};
use crate::scene::model::Part;

/// A quantity as a signal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub name: &'static str,
    pub unit: &'static str,
    pub part: Option<Part>,
}

const fn known(name: &'static str, unit: &'static str, part: Option<Part>) -> Known {
    Known { name, unit, part }
}

/// Its usual name, unit and part.
pub(super) fn of_quantity(quantity: Quantity) -> Known {
    use Quantity as Q;
    match quantity {
        Q::ActivePower => known("active_power", "kW", None),
        Q::PossiblePower => known("possible_power", "kW", None),
        Q::ReactivePower => known("reactive_power", "kvar", None),
        Q::RotorSpeed => known("rotor_speed", "rpm", Some(Part::Rotor)),
        Q::GeneratorSpeed => known("generator_speed", "rpm", Some(Part::Generator)),
        Q::WindSpeed => known("wind_speed", "m/s", None),
        Q::WindDirection => known("wind_direction", "deg", None),
        Q::YawError => known("yaw_error", "deg", Some(Part::Yaw)),
        Q::NacelleDirection => known("nacelle_direction", "deg", Some(Part::Yaw)),
        Q::BladePitch | Q::SecondBladePitch => known("blade_pitch", "deg", Some(Part::Pitch)),
        Q::AmbientTemperature => known("ambient_temperature", "degC", None),
        Q::NacelleTemperature => known("nacelle_temperature", "degC", Some(Part::Nacelle)),
        Q::GearboxOilTemperature => known("gearbox_oil_temperature", "degC", Some(Part::Gearbox)),
        Q::GearboxBearingTemperature => {
            known("gearbox_bearing_temperature", "degC", Some(Part::Gearbox))
        }
        Q::GeneratorBearingTemperature => known(
            "generator_bearing_temperature",
            "degC",
            Some(Part::Generator),
        ),
        Q::GeneratorWindingTemperature => known(
            "generator_winding_temperature",
            "degC",
            Some(Part::Generator),
        ),
        Q::ConverterTemperature => {
            known("converter_water_temperature", "degC", Some(Part::Converter))
        }
        Q::TransformerTemperature => {
            known("transformer_temperature", "degC", Some(Part::Transformer))
        }
        Q::NacelleAcceleration => known("nacelle_acceleration", "m/s²", Some(Part::Nacelle)),
        Q::GridFrequency => known("grid_frequency", "Hz", None),
        Q::GridVoltage => known("grid_voltage", "V", None),
        Q::State => known("state", "", None),
        Q::StopReason => known("stop_reason", "", None),
        Q::AlarmCode | Q::AlarmCodes => known("alarm_code", "", None),
        Q::Brake => known("brake_applied", "", Some(Part::Brake)),
        Q::MainBearingTemperature => {
            known("main_bearing_temperature", "degC", Some(Part::MainBearing))
        }
        Q::HubTemperature => known("hub_temperature", "degC", Some(Part::Rotor)),
        Q::PitchMotorTemperature => known("pitch_motor_temperature", "degC", Some(Part::Pitch)),
        Q::SideAcceleration => known("side_acceleration", "m/s²", Some(Part::Nacelle)),
        Q::TowerVibration => known("tower_vibration", "m/s²", Some(Part::Tower)),
        Q::TowerBaseTemperature => known("tower_base_temperature", "degC", Some(Part::TowerBase)),
        Q::YawDriveTemperature => known("yaw_drive_temperature", "degC", Some(Part::Yaw)),
        Q::CableTwist => known("cable_twist", "deg", Some(Part::Yaw)),
        Q::DcLinkVoltage => known("dc_link_voltage", "V", Some(Part::Converter)),
        Q::ConverterHeatSinkTemperature => known(
            "converter_heat_sink_temperature",
            "degC",
            Some(Part::Converter),
        ),
        Q::BrakePressure => known("brake_pressure", "bar", Some(Part::Brake)),
        Q::Torque => known("rotor_torque", "kNm", None),
    }
}

/// Whether the field is one of the table, by its logical node and data object.
pub(super) fn is_in_table(field: &str) -> bool {
    is_known_field(field)
}

/// Whether a quantity is what the words tell: by the table, or because the words end as its name does.
pub(super) fn is_close(known: &Known, words: &[String], field: &str) -> bool {
    let last = known.name.rsplit('_').next().unwrap_or_default();
    is_in_table(field) || words.last().is_some_and(|word| word == last)
}

/// With the number that the field ends in: the second of three windings is not the first.
pub(super) fn numbered(name: &str, field: &str) -> String {
    let digits = field.len() - field.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    match field.get(field.len() - digits..) {
        Some(number) if digits > 0 && digits < 4 => format!("{name}_{number}"),
        _ => name.to_owned(),
    }
}
