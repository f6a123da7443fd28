//! What the simulator can tell of a turbine, and in which units.

/// A measured quantity of a turbine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// kW; negative while the machine feeds itself from the grid.
    ActivePower,
    /// kW that the measured wind should give.
    PossiblePower,
    /// kvar.
    ReactivePower,
    /// rpm.
    RotorSpeed,
    /// rpm.
    GeneratorSpeed,
    /// m/s.
    WindSpeed,
    /// Degrees from north, where the wind comes from.
    WindDirection,
    /// Degrees, wind against nacelle, clockwise positive.
    YawError,
    /// Degrees from north.
    NacelleDirection,
    /// Degrees from the fine position.
    BladePitch,
    /// Of the second blade: the one that a wrong pitch befalls.
    SecondBladePitch,
    /// Air outside, degrees Celsius.
    AmbientTemperature,
    /// Degrees Celsius.
    NacelleTemperature,
    /// Degrees Celsius.
    GearboxOilTemperature,
    /// Degrees Celsius.
    GearboxBearingTemperature,
    /// Degrees Celsius.
    GeneratorBearingTemperature,
    /// Degrees Celsius.
    GeneratorWindingTemperature,
    /// Degrees Celsius.
    ConverterTemperature,
    /// Degrees Celsius.
    TransformerTemperature,
    /// m/s², RMS.
    NacelleAcceleration,
    /// Hz.
    GridFrequency,
    /// Volts between phases at the generator.
    GridVoltage,
    /// The operating state as text.
    State,
    /// Why protection stopped the machine, as text; `none` while it has not.
    StopReason,
    /// The first of the active alarm codes; 0 while none is.
    AlarmCode,
    /// The active alarm codes, as a list.
    AlarmCodes,
    /// Whether the brake is on.
    Brake,
    /// Degrees Celsius.
    MainBearingTemperature,
    /// Air in the hub, degrees Celsius.
    HubTemperature,
    /// Degrees Celsius.
    PitchMotorTemperature,
    /// Across the wind, m/s², RMS.
    SideAcceleration,
    /// m/s², RMS.
    TowerVibration,
    /// Air in the tower's foot, degrees Celsius.
    TowerBaseTemperature,
    /// Degrees Celsius.
    YawDriveTemperature,
    /// How far the nacelle has turned the cables, degrees, clockwise positive.
    CableTwist,
    /// Volts.
    DcLinkVoltage,
    /// Degrees Celsius.
    ConverterHeatSinkTemperature,
    /// What holds the brake open, bar.
    BrakePressure,
    /// At the rotor, kNm.
    Torque,
}

impl Quantity {
    /// Digits after the point: no more than the instrument has.
    pub fn decimals(self) -> usize {
        match self {
            Self::NacelleAcceleration | Self::GridFrequency => 3,
            Self::RotorSpeed | Self::WindSpeed => 2,
            Self::SideAcceleration | Self::TowerVibration => 3,
            Self::GeneratorSpeed
            | Self::GridVoltage
            | Self::CableTwist
            | Self::DcLinkVoltage
            | Self::AlarmCode
            | Self::Torque => 0,
            _ => 1,
        }
    }

    /// How to turn the simulator's own unit into the scene's: factor, then offset.
    pub fn conversion(self, unit: &str) -> (f64, f64) {
        let unit = unit.trim();
        let factor = match (self, unit) {
            (Self::ActivePower | Self::PossiblePower | Self::ReactivePower, "W" | "var") => 1e3,
            (Self::ActivePower | Self::PossiblePower | Self::ReactivePower, "MW" | "Mvar") => 1e-3,
            (Self::WindSpeed, "km/h") => 3.6,
            (Self::WindSpeed, "kn" | "kt") => 1.0 / 0.514_444,
            (Self::RotorSpeed | Self::GeneratorSpeed, "rad/s") => std::f64::consts::PI / 30.0,
            (Self::RotorSpeed | Self::GeneratorSpeed, "Hz") => 1.0 / 60.0,
            (quantity, "g") if quantity.is_acceleration() => 1.0 / 9.806_65,
            (quantity, "mg") if quantity.is_acceleration() => 1000.0 / 9.806_65,
            (quantity, "mm/s²" | "mm/s2") if quantity.is_acceleration() => 1000.0,
            (Self::GridVoltage | Self::DcLinkVoltage, "kV") => 1e-3,
            (Self::Torque, "Nm") => 1e3,
            (Self::Torque, "MNm") => 1e-3,
            (Self::BrakePressure, "kPa") => 100.0,
            (Self::BrakePressure, "MPa") => 0.1,
            (Self::CableTwist, "turns") => 1.0 / 360.0,
            (quantity, "rad") if quantity.is_angle() => std::f64::consts::PI / 180.0,
            (quantity, "K") if quantity.is_temperature() => return (1.0, 273.15),
            (quantity, "degF" | "°F") if quantity.is_temperature() => return (1.8, 32.0),
            _ => 1.0,
        };
        (factor, 0.0)
    }

    /// What the instruments of several (the phases of a winding, the drives of three blades) differ
    /// from each other, in the simulator's unit.
    pub fn spread(self) -> f64 {
        match self {
            Self::BladePitch | Self::SecondBladePitch => 0.04,
            _ if self.is_temperature() => 0.8,
            _ => 0.0,
        }
    }

    fn is_angle(self) -> bool {
        matches!(
            self,
            Self::WindDirection
                | Self::YawError
                | Self::NacelleDirection
                | Self::BladePitch
                | Self::SecondBladePitch
                | Self::CableTwist
        )
    }

    fn is_acceleration(self) -> bool {
        matches!(
            self,
            Self::NacelleAcceleration | Self::SideAcceleration | Self::TowerVibration
        )
    }

    fn is_temperature(self) -> bool {
        matches!(
            self,
            Self::AmbientTemperature
                | Self::NacelleTemperature
                | Self::GearboxOilTemperature
                | Self::GearboxBearingTemperature
                | Self::GeneratorBearingTemperature
                | Self::GeneratorWindingTemperature
                | Self::ConverterTemperature
                | Self::TransformerTemperature
                | Self::MainBearingTemperature
                | Self::HubTemperature
                | Self::PitchMotorTemperature
                | Self::TowerBaseTemperature
                | Self::YawDriveTemperature
                | Self::ConverterHeatSinkTemperature
        )
    }
}
