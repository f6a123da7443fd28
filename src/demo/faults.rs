//! Faults: what goes wrong, how fast, and how one is asked for.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::quantity::Quantity;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The gearbox's oil cooler fails; the oil heats up while the machine is loaded.
    Gearbox,
    /// The generator's drive-end bearing runs dry and hot.
    GeneratorBearing,
    /// The turbine is not heard of.
    Communication,
    /// The rotor is out of balance.
    Vibration,
    /// The generator loses its load and the pitch answers late: the rotor runs away.
    OverSpeed,
    /// Ice on the blades takes power.
    Icing,
    /// The yaw drive turns the nacelle out of the wind.
    Yaw,
    /// The converter loses cooling water.
    Converter,
    /// The transformer's cooling fails.
    Transformer,
    /// The nacelle's fans fail.
    NacelleFan,
    /// Not a fault: a crew is on the turbine.
    Maintenance,
    /// The gearbox's high-speed bearing wears and runs hot.
    GearboxBearing,
    /// The generator's own cooling fails; the winding heats up.
    GeneratorCooling,
    /// The anemometer freezes and tells of a calm.
    Anemometer,
    /// A blade stands at a wrong pitch: the rotor takes less from the wind.
    PitchOffset,
    /// The main bearing runs dry and hot.
    MainBearing,
    /// Hydraulic oil leaks. Only the turbine's controller sees it.
    Hydraulics,
    /// The generator's greasing runs empty. Only the turbine's controller sees it.
    Grease,
    /// A battery of the pitch system is weak. Only the turbine's controller sees it.
    PitchBattery,
    /// The obstruction light has failed. Only the turbine's controller sees it.
    ObstructionLight,
    /// The transformer's temperature is not sent any more.
    Sensor,
}

impl FaultKind {
    /// Every kind with its name on the command line.
    pub const ALL: [(Self, &'static str); 21] = [
        (Self::Gearbox, "gearbox"),
        (Self::GeneratorBearing, "generator-bearing"),
        (Self::Communication, "communication"),
        (Self::Vibration, "vibration"),
        (Self::OverSpeed, "over-speed"),
        (Self::Icing, "icing"),
        (Self::Yaw, "yaw"),
        (Self::Converter, "converter"),
        (Self::Transformer, "transformer"),
        (Self::NacelleFan, "nacelle-fan"),
        (Self::Maintenance, "maintenance"),
        (Self::GearboxBearing, "gearbox-bearing"),
        (Self::GeneratorCooling, "generator-cooling"),
        (Self::Anemometer, "anemometer"),
        (Self::PitchOffset, "pitch-offset"),
        (Self::MainBearing, "main-bearing"),
        (Self::Hydraulics, "hydraulics"),
        (Self::Grease, "grease"),
        (Self::PitchBattery, "pitch-battery"),
        (Self::ObstructionLight, "obstruction-light"),
        (Self::Sensor, "sensor"),
    ];

    /// What a machine must measure for the fault to show; empty where every machine shows it.
    pub fn shown_by(self) -> &'static [Quantity] {
        match self {
            Self::Communication | Self::Maintenance => &[],
            Self::Gearbox => &[Quantity::GearboxOilTemperature],
            Self::GeneratorBearing => &[Quantity::GeneratorBearingTemperature],
            Self::Vibration => &[Quantity::NacelleAcceleration],
            Self::OverSpeed => &[Quantity::RotorSpeed],
            Self::Icing | Self::PitchOffset => &[Quantity::PossiblePower],
            Self::Yaw => &[Quantity::YawError],
            Self::Converter => &[Quantity::ConverterTemperature],
            Self::Transformer => &[Quantity::TransformerTemperature],
            Self::NacelleFan => &[Quantity::NacelleTemperature],
            Self::GearboxBearing => &[Quantity::GearboxBearingTemperature],
            Self::GeneratorCooling => &[Quantity::GeneratorWindingTemperature],
            Self::Anemometer => &[Quantity::WindSpeed],
            Self::MainBearing => &[Quantity::MainBearingTemperature],
            Self::Hydraulics | Self::Grease | Self::PitchBattery | Self::ObstructionLight => {
                &[Quantity::AlarmCode, Quantity::AlarmCodes]
            }
            Self::Sensor => &[Quantity::TransformerTemperature],
        }
    }

    /// The code by which the turbine's controller tells of it; none where its signals do.
    pub fn alarm_code(self) -> Option<u16> {
        match self {
            Self::Hydraulics => Some(318),
            Self::Grease => Some(545),
            Self::PitchBattery => Some(622),
            Self::ObstructionLight => Some(731),
            _ => None,
        }
    }

    /// What fails like it in a machine that has no such part: the main bearing where no gearbox is.
    pub fn instead(self) -> Option<Self> {
        match self {
            Self::Gearbox | Self::GearboxBearing => Some(Self::MainBearing),
            Self::GeneratorBearing => Some(Self::GeneratorCooling),
            _ => None,
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |&(_, name)| name)
    }

    /// In how many seconds it becomes as bad as it gets.
    pub fn ramp_s(self) -> f64 {
        match self {
            Self::Communication
            | Self::Maintenance
            | Self::Hydraulics
            | Self::Grease
            | Self::PitchBattery
            | Self::ObstructionLight
            | Self::Sensor => 0.0,
            Self::OverSpeed => 40.0,
            Self::Vibration | Self::Yaw => 90.0,
            Self::Converter | Self::NacelleFan | Self::Anemometer => 60.0,
            Self::GearboxBearing
            | Self::GeneratorCooling
            | Self::PitchOffset
            | Self::MainBearing
            | Self::Gearbox
            | Self::GeneratorBearing
            | Self::Transformer
            | Self::Icing => 120.0,
        }
    }

    /// How long it usually lasts, seconds.
    pub fn usual_duration_s(self) -> f64 {
        match self {
            Self::Communication => 150.0,
            Self::OverSpeed => 240.0,
            Self::Vibration => 420.0,
            Self::Yaw | Self::NacelleFan | Self::Converter => 480.0,
            Self::Anemometer => 480.0,
            Self::GeneratorBearing | Self::Icing | Self::GearboxBearing => 600.0,
            Self::PitchOffset => 660.0,
            Self::Gearbox | Self::MainBearing => 720.0,
            Self::Maintenance | Self::GeneratorCooling => 900.0,
            Self::Transformer => 780.0,
            Self::Sensor => 480.0,
            Self::Hydraulics | Self::PitchBattery => 600.0,
            Self::Grease | Self::ObstructionLight => 900.0,
        }
    }
}

/// A fault at a turbine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultEvent {
    /// What.
    pub kind: FaultKind,
    /// Index into the farm's machines.
    pub machine: usize,
    /// When it begins, simulated seconds from the start; may lie before it.
    pub start_s: f64,
    /// How long until it is mended, seconds.
    pub duration_s: f64,
}

/// In how many seconds a mended fault stops having an effect.
const MENDING_S: f64 = 45.0;

impl FaultEvent {
    /// How bad it is at a time, 0 to 1.
    pub fn severity(&self, time_s: f64) -> f64 {
        let since = time_s - self.start_s;
        if since < 0.0 {
            return 0.0;
        }
        let grown = if self.kind.ramp_s() > 0.0 {
            (since / self.kind.ramp_s()).min(1.0)
        } else {
            1.0
        };
        let over = since - self.duration_s;
        if over < 0.0 {
            grown
        } else if self.kind.ramp_s() > 0.0 {
            (grown * (1.0 - over / MENDING_S)).max(0.0)
        } else {
            0.0
        }
    }

    /// Whether nothing is left of it.
    pub fn is_over(&self, time_s: f64) -> bool {
        time_s > self.start_s + self.duration_s + MENDING_S
    }
}

/// A fault asked for on the command line: `gearbox:T37@30s`, `gearbox:T37@30s+10m`.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRequest {
    /// What.
    pub kind: FaultKind,
    /// The turbine's id.
    pub turbine: String,
    /// When it begins, from the start.
    pub start: Duration,
    /// How long it lasts; as long as such a fault usually does without one.
    pub duration: Option<Duration>,
}

/// Why a fault request is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultRequestError {
    /// Not of the form.
    #[error("write KIND:TURBINE@START, as in gearbox:T37@30s or gearbox:T37@30s+10m")]
    Form,
    /// No such kind.
    #[error("there is no fault {given:?}{}; faults: {}", nearest(given), names())]
    Kind {
        /// What was given.
        given: String,
    },
    /// Not a duration.
    #[error("{given:?} is not a time; write 30s, 5m or 1h30m")]
    Time {
        /// What was given.
        given: String,
    },
}

fn names() -> String {
    FaultKind::ALL.map(|(_, name)| name).join(", ")
}

fn nearest(given: &str) -> String {
    let best = FaultKind::ALL
        .iter()
        .map(|&(_, name)| (strsim::osa_distance(given, name), name))
        .min();
    match best {
        Some((distance, name)) if distance <= 4 => format!("; did you mean {name}?"),
        _ => String::new(),
    }
}

impl FromStr for FaultRequest {
    type Err = FaultRequestError;

    fn from_str(text: &str) -> Result<Self, FaultRequestError> {
        let (kind, rest) = text.split_once(':').ok_or(FaultRequestError::Form)?;
        // A turbine's id may hold an @; a time does not.
        let (turbine, times) = rest.rsplit_once('@').unwrap_or((rest, "0s"));
        if turbine.is_empty() {
            return Err(FaultRequestError::Form);
        }
        let kind = FaultKind::ALL
            .iter()
            .find(|(_, name)| *name == kind)
            .map(|&(kind, _)| kind)
            .ok_or_else(|| FaultRequestError::Kind {
                given: kind.to_owned(),
            })?;
        let time = |given: &str| {
            humantime::parse_duration(given).map_err(|_unused| FaultRequestError::Time {
                given: given.to_owned(),
            })
        };
        let (start, duration) = match times.split_once('+') {
            Some((start, duration)) => (time(start)?, Some(time(duration)?)),
            None => (time(times)?, None),
        };
        Ok(Self {
            kind,
            turbine: turbine.to_owned(),
            start,
            duration,
        })
    }
}

impl fmt::Display for FaultRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = humantime::format_duration(self.start);
        write!(f, "{}:{}@{start}", self.kind.name(), self.turbine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read() {
        let request: FaultRequest = "gearbox:T37@30s".parse().unwrap();
        assert_eq!(request.kind, FaultKind::Gearbox);
        assert_eq!(
            (request.turbine.as_str(), request.start.as_secs()),
            ("T37", 30)
        );
        assert_eq!(request.duration, None);
        let request: FaultRequest = "over-speed:A@1@2m+90s".parse().unwrap();
        assert_eq!(
            (request.turbine.as_str(), request.start.as_secs()),
            ("A@1", 120)
        );
        assert_eq!(request.duration, Some(Duration::from_secs(90)));
    }

    #[test]
    fn what_is_wrong_with_a_request_is_said() {
        let error = |text: &str| text.parse::<FaultRequest>().unwrap_err().to_string();
        assert!(error("gearbox").contains("gearbox:T37@30s"));
        assert!(error("gearbx:T1@3s").contains("did you mean gearbox?"));
        assert!(error("icing:T1@soon").contains("\"soon\" is not a time"));
    }

    #[test]
    fn a_fault_grows_stays_and_is_mended() {
        let event = FaultEvent {
            kind: FaultKind::Vibration,
            machine: 0,
            start_s: 10.0,
            duration_s: 400.0,
        };
        assert!(event.severity(9.0).abs() < 1e-12);
        assert!((event.severity(55.0) - 0.5).abs() < 1e-12);
        assert!((event.severity(300.0) - 1.0).abs() < 1e-12);
        assert!(event.severity(430.0) < 1.0 && event.severity(500.0).abs() < 1e-12);
        assert!(event.is_over(500.0) && !event.is_over(420.0));
    }
}
