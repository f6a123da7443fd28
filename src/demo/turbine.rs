//! One turbine: its controller's states, its rotor, yaw and temperatures, and what faults do to them.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::curves::Curves;
use super::faults::FaultKind;
use super::quantity::Quantity;
use super::thermal::{Heating, Temperatures, lag};
use super::wake::Waked;
use super::wind::WindAt;

/// What the controller is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Producing.
    Running,
    /// Producing at half power, because protection asks for it.
    Derated,
    /// Waiting for wind.
    Idling,
    /// Running up.
    Starting,
    /// Stopped, because the wind is too strong.
    Storm,
    /// The load is lost: the rotor is being brought to a stop.
    Stopping,
    /// Stopped by protection.
    Tripped,
    /// A crew is on it.
    Maintenance,
}

impl State {
    /// As published.
    pub fn text(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Derated => "derated",
            Self::Idling => "idling",
            Self::Starting => "starting",
            Self::Storm => "storm",
            Self::Stopping => "stopping",
            Self::Tripped => "tripped",
            Self::Maintenance => "maintenance",
        }
    }
}

/// Cut-in and cut-out with their hysteresis, m/s at the V80: brochure, 4 and 25 m/s, restart at 20.
const START_MS: f64 = 4.3;
const IDLE_MS: f64 = 3.6;
const STORM_MS: f64 = 25.0;
const CALM_AFTER_STORM_MS: f64 = 20.0;
/// How long a start takes, seconds.
const START_S: f64 = 60.0;
/// Turbulence intensity of what is smaller than the frozen gusts, as a whole rotor feels it.
const SMALL_TURBULENCE: f64 = 0.025;
/// What of a wake's turbulence a whole rotor feels.
const ROTOR_AVERAGE: f64 = 0.35;
/// Yaw drive: starts beyond the dead band, degrees and degrees a second.
const YAW_DEAD_BAND_DEG: f64 = 6.0;
const YAW_RATE_DEG_S: f64 = 0.4;
/// The machine's own consumption, of rated power.
const OWN_USE: f64 = 0.005;
/// Protection of the machine itself; the scene's alarms lie below these.
const OIL_DERATE_C: f64 = 86.0;
const OIL_TRIP_C: f64 = 92.0;
const BEARING_TRIP_C: f64 = 105.0;
const GEARBOX_BEARING_TRIP_C: f64 = 112.0;
const MAIN_BEARING_TRIP_C: f64 = 90.0;
const WINDING_TRIP_C: f64 = 155.0;
const VIBRATION_TRIP_MS2: f64 = 0.60;
const OVERSPEED_TRIP_RATIO: f64 = 1.22;

/// How bad each fault is at a turbine, 0 to 1, by position in [`FaultKind::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Severities([f64; FaultKind::ALL.len()]);

impl Severities {
    /// Of a kind.
    pub fn of(&self, kind: FaultKind) -> f64 {
        self.0.get(kind as usize).copied().unwrap_or(0.0)
    }

    /// Makes a kind at least this bad.
    pub fn raise(&mut self, kind: FaultKind, severity: f64) {
        if let Some(slot) = self.0.get_mut(kind as usize) {
            *slot = slot.max(severity);
        }
    }

    fn any(&self) -> bool {
        self.0.iter().any(|&severity| severity > 0.0)
    }
}

/// A turbine.
#[derive(Debug, Clone)]
pub struct Turbine {
    curves: Curves,
    rated_power_kw: f64,
    gear_ratio: f64,
    rng: ChaCha8Rng,
    state: State,
    in_state_s: f64,
    stop_reason: &'static str,
    silent: bool,
    /// Wind at the nacelle, and the same over ten and sixty seconds.
    wind_ms: f64,
    wind_10s_ms: f64,
    wind_60s_ms: f64,
    turbulence: f64,
    wind_direction_deg: f64,
    wind_direction_30s_deg: f64,
    nacelle_deg: f64,
    is_yawing: bool,
    yaw_slip_deg: f64,
    yaw_error_deg: f64,
    rotor_rpm: f64,
    pitch_deg: f64,
    power_kw: f64,
    possible_kw: f64,
    acceleration_ms2: f64,
    shaking_s: f64,
    deficit: f64,
    temperatures: Temperatures,
    ambient_c: f64,
    frequency_hz: f64,
    heat_offset_c: f64,
    vane_offset_deg: f64,
    /// What the anemometer tells of the wind, 0 to 1.
    anemometer: f64,
    pitch_offset_deg: f64,
    yaw_drive_c: f64,
    twist_deg: f64,
    /// Alarm codes of what no signal shows.
    codes: Vec<u16>,
    sensor_is_broken: bool,
}

impl Turbine {
    /// A turbine at rest; `index` makes it one of its own.
    pub fn new(
        curves: Curves,
        rated_power_kw: f64,
        gear_ratio: f64,
        seed: u64,
        index: usize,
    ) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index as u64 + 1);
        let heat_offset_c = rng.random_range(-2.5..2.5);
        let vane_offset_deg = rng.random_range(-1.2..1.2);
        Self {
            curves,
            rated_power_kw,
            gear_ratio,
            rng,
            state: State::Starting,
            in_state_s: 0.0,
            stop_reason: "none",
            silent: false,
            wind_ms: 8.0,
            wind_10s_ms: 8.0,
            wind_60s_ms: 8.0,
            turbulence: 0.0,
            wind_direction_deg: 0.0,
            wind_direction_30s_deg: f64::NAN,
            nacelle_deg: 0.0,
            is_yawing: false,
            yaw_slip_deg: 0.0,
            yaw_error_deg: 0.0,
            rotor_rpm: 0.0,
            pitch_deg: 90.0,
            power_kw: 0.0,
            possible_kw: 0.0,
            acceleration_ms2: 0.02,
            shaking_s: 0.0,
            deficit: 0.0,
            temperatures: Temperatures::cold(15.0),
            ambient_c: 15.0,
            frequency_hz: 50.0,
            heat_offset_c,
            vane_offset_deg,
            anemometer: 1.0,
            pitch_offset_deg: 0.0,
            yaw_drive_c: 15.0,
            twist_deg: 0.0,
            codes: Vec::new(),
            sensor_is_broken: false,
        }
    }

    /// The controller's state.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether nothing is heard of it.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// The wake deficit that it stands in, 0 to 1.
    pub fn deficit(&self) -> f64 {
        self.deficit
    }

    /// Its thrust coefficient now: what its wake is made of.
    pub fn thrust(&self) -> f64 {
        match self.state {
            State::Running | State::Stopping => self.curves.thrust(self.wind_10s_ms),
            // Half power at a lower induction.
            State::Derated | State::Starting => 0.55 * self.curves.thrust(self.wind_10s_ms),
            _ => 0.03,
        }
    }

    /// A numeric quantity in the simulator's own unit; `None` for texts.
    pub fn number(&self, quantity: Quantity) -> Option<f64> {
        let t = &self.temperatures;
        Some(match quantity {
            Quantity::ActivePower => self.power_kw,
            Quantity::PossiblePower => self.possible_kw,
            Quantity::ReactivePower => 0.08 * self.power_kw,
            Quantity::RotorSpeed => self.rotor_rpm,
            Quantity::GeneratorSpeed => self.rotor_rpm * self.gear_ratio,
            Quantity::WindSpeed => self.wind_ms * self.anemometer,
            Quantity::WindDirection => self.wind_direction_deg,
            Quantity::YawError => self.yaw_error_deg,
            Quantity::NacelleDirection => self.nacelle_deg,
            Quantity::BladePitch => self.pitch_deg,
            Quantity::SecondBladePitch => self.pitch_deg + self.pitch_offset_deg,
            Quantity::AmbientTemperature => self.ambient_c,
            Quantity::NacelleTemperature => t.nacelle_c,
            Quantity::GearboxOilTemperature => t.gearbox_oil_c,
            Quantity::GearboxBearingTemperature => t.gearbox_bearing_c,
            Quantity::GeneratorBearingTemperature => t.generator_bearing_c,
            Quantity::GeneratorWindingTemperature => t.generator_winding_c,
            Quantity::ConverterTemperature => t.converter_c,
            Quantity::TransformerTemperature => t.transformer_c,
            Quantity::NacelleAcceleration => self.acceleration_ms2,
            Quantity::GridFrequency => self.frequency_hz,
            Quantity::GridVoltage => 690.0 * (1.0 + 0.01 * self.load()),
            Quantity::Brake => f64::from(u8::from(self.brakes())),
            Quantity::MainBearingTemperature => t.main_bearing_c,
            Quantity::HubTemperature => t.hub_c,
            Quantity::PitchMotorTemperature => t.hub_c + 9.0 + 0.2 * self.pitch_deg.min(20.0),
            Quantity::SideAcceleration => 0.62 * self.acceleration_ms2,
            Quantity::TowerVibration => 0.45 * self.acceleration_ms2,
            // The transformer stands there.
            Quantity::TowerBaseTemperature => {
                self.ambient_c + 0.16 * (t.transformer_c - self.ambient_c)
            }
            Quantity::YawDriveTemperature => self.yaw_drive_c,
            Quantity::CableTwist => self.twist_deg,
            Quantity::DcLinkVoltage => 1080.0 + 35.0 * self.load(),
            Quantity::ConverterHeatSinkTemperature => t.converter_c + 6.0 + 15.0 * self.load(),
            Quantity::BrakePressure if self.brakes() => 0.0,
            Quantity::BrakePressure => 148.0,
            Quantity::Torque if self.rotor_rpm > 0.5 => {
                self.power_kw.max(0.0) / (self.rotor_rpm * std::f64::consts::PI / 30.0)
            }
            Quantity::Torque => 0.0,
            Quantity::AlarmCode => self.alarm_codes().first().map_or(0.0, |c| f64::from(*c)),
            Quantity::State | Quantity::StopReason | Quantity::AlarmCodes => return None,
        })
    }

    /// A quantity that is a text.
    pub fn text(&self, quantity: Quantity) -> Option<&'static str> {
        match quantity {
            Quantity::State => Some(self.state.text()),
            Quantity::StopReason => Some(self.stop_reason),
            _ => None,
        }
    }

    /// The codes that the controller shows: what is wrong, and why it stands.
    pub fn alarm_codes(&self) -> Vec<u16> {
        let standing = match self.state {
            State::Storm => Some(144),
            State::Maintenance => Some(102),
            State::Tripped => Some(match self.stop_reason {
                "rotor over-speed" => 213,
                "vibration" => 224,
                "gearbox oil temperature" => 309,
                "gearbox bearing temperature" => 311,
                "generator bearing temperature" => 325,
                "generator winding temperature" => 327,
                _ => 330,
            }),
            _ => None,
        };
        self.codes.iter().copied().chain(standing).collect()
    }

    /// Whether this is not sent: its sensor is broken.
    pub fn lacks(&self, quantity: Quantity) -> bool {
        self.sensor_is_broken && quantity == Quantity::TransformerTemperature
    }

    /// Whether the mechanical brake is on: once the rotor is slow, and for people at work at once.
    fn brakes(&self) -> bool {
        matches!(self.state, State::Tripped | State::Maintenance) && self.rotor_rpm < 3.0
    }

    fn load(&self) -> f64 {
        (self.power_kw / self.rated_power_kw).max(0.0)
    }

    /// Lets time pass in this wind.
    pub fn step(
        &mut self,
        free: WindAt,
        waked: Waked,
        ambient_c: f64,
        faults: &Severities,
        dt_s: f64,
    ) {
        self.in_state_s += dt_s;
        self.ambient_c = ambient_c;
        self.silent = faults.of(FaultKind::Communication) > 0.0;
        self.sensor_is_broken = faults.of(FaultKind::Sensor) > 0.0;
        self.codes.clear();
        if faults.any() {
            let active = FaultKind::ALL
                .iter()
                .filter(|(kind, _)| faults.of(*kind) > 0.0);
            let codes = active.filter_map(|(kind, _)| kind.alarm_code());
            self.codes.extend(codes);
        }
        self.anemometer = 1.0 - 0.93 * faults.of(FaultKind::Anemometer);
        self.pitch_offset_deg = 6.0 * faults.of(FaultKind::PitchOffset);
        self.feel_wind(free, waked, dt_s);
        self.turn(faults, dt_s);
        self.decide(faults);
        self.run(faults, dt_s);
        self.shake(faults, dt_s);
        self.temperatures.step(
            &Heating {
                load: self.load(),
                speed: self.rotor_rpm / self.curves.nominal_rpm(),
                ambient_c,
                offset_c: self.heat_offset_c,
                oil_cooler: faults.of(FaultKind::Gearbox),
                generator_bearing: faults.of(FaultKind::GeneratorBearing),
                converter: faults.of(FaultKind::Converter),
                transformer: faults.of(FaultKind::Transformer),
                nacelle_fan: faults.of(FaultKind::NacelleFan),
                gearbox_bearing: faults.of(FaultKind::GearboxBearing),
                generator_cooling: faults.of(FaultKind::GeneratorCooling),
                main_bearing: faults.of(FaultKind::MainBearing),
            },
            dt_s,
        );
        let wobble = 0.004 * self.normal();
        self.frequency_hz = lag(self.frequency_hz, 50.0 + wobble, 5.0, dt_s);
    }

    fn feel_wind(&mut self, free: WindAt, waked: Waked, dt_s: f64) {
        // A wake's strength follows the machine that makes it after the time of travel, about.
        self.deficit = lag(self.deficit, waked.deficit, 45.0, dt_s);
        let intensity = SMALL_TURBULENCE.hypot(ROTOR_AVERAGE * waked.added_turbulence);
        // A first-order process with an 8 s memory, its variance independent of the step.
        let keep = (-dt_s / 8.0).exp();
        let kick = (1.0 - keep * keep).sqrt() * self.normal();
        self.turbulence = keep * self.turbulence + kick;
        let relative = 1.0 + intensity * self.turbulence.clamp(-3.0, 3.0);
        self.wind_ms = (free.speed_ms * (1.0 - self.deficit) * relative).max(0.0);
        self.wind_10s_ms = lag(self.wind_10s_ms, self.wind_ms, 10.0, dt_s);
        self.wind_60s_ms = lag(self.wind_60s_ms, self.wind_ms, 60.0, dt_s);

        let seen = free.direction_deg + self.vane_offset_deg + 2.0 * self.turbulence;
        self.wind_direction_deg = seen.rem_euclid(360.0);
        if self.wind_direction_30s_deg.is_nan() {
            self.wind_direction_30s_deg = self.wind_direction_deg;
            self.nacelle_deg = self.wind_direction_deg;
        }
        let ahead = wrap(self.wind_direction_deg - self.wind_direction_30s_deg);
        let turned = self.wind_direction_30s_deg + lag(0.0, ahead, 30.0, dt_s);
        self.wind_direction_30s_deg = turned.rem_euclid(360.0);
    }

    /// Yaws after the wind.
    fn turn(&mut self, faults: &Severities, dt_s: f64) {
        let slip = 24.0 * faults.of(FaultKind::Yaw);
        if faults.of(FaultKind::Yaw) > 0.0 {
            // The drive's encoder drifts: the nacelle turns while the controller believes it stands.
            self.nacelle_deg += slip - self.yaw_slip_deg;
        }
        self.yaw_slip_deg = slip;
        let error = wrap(self.wind_direction_30s_deg - self.nacelle_deg + slip);
        let held = self.state == State::Maintenance;
        self.is_yawing =
            !held && (error.abs() > YAW_DEAD_BAND_DEG || self.is_yawing && error.abs() > 0.5);
        if self.is_yawing {
            let turned = error.clamp(-YAW_RATE_DEG_S * dt_s, YAW_RATE_DEG_S * dt_s);
            self.nacelle_deg += turned;
            self.twist_deg += turned;
        }
        let drive_c = self.temperatures.nacelle_c + if self.is_yawing { 22.0 } else { 3.0 };
        self.yaw_drive_c = lag(self.yaw_drive_c, drive_c, 150.0, dt_s);
        self.nacelle_deg = self.nacelle_deg.rem_euclid(360.0);
        self.yaw_error_deg = wrap(self.wind_direction_30s_deg - self.nacelle_deg);
    }

    /// The controller's state machine.
    fn decide(&mut self, faults: &Severities) {
        let v60 = self.curves.v80_wind_ms(self.wind_60s_ms);
        if faults.of(FaultKind::Maintenance) > 0.0 {
            return self.enter(State::Maintenance);
        }
        if self.is_driven()
            && let Some(reason) = self.trip_reason()
        {
            self.stop_reason = reason;
            return self.enter(State::Tripped);
        }
        let oil_c = self.temperatures.gearbox_oil_c;
        match self.state {
            State::Running | State::Derated if faults.of(FaultKind::OverSpeed) > 0.0 => {
                self.enter(State::Stopping);
            }
            State::Stopping if faults.of(FaultKind::OverSpeed) <= 0.0 => self.enter(State::Running),
            State::Running | State::Derated if v60 > STORM_MS => self.enter(State::Storm),
            State::Running | State::Derated if v60 < IDLE_MS => self.enter(State::Idling),
            State::Running if oil_c > OIL_DERATE_C => self.enter(State::Derated),
            State::Derated if oil_c < OIL_DERATE_C - 12.0 => self.enter(State::Running),
            State::Idling if v60 > START_MS => self.enter(State::Starting),
            State::Storm if v60 < CALM_AFTER_STORM_MS => self.enter(State::Starting),
            State::Starting if self.in_state_s > START_S => self.enter(State::Running),
            State::Maintenance => self.enter(State::Starting),
            State::Tripped if self.may_restart(faults) => {
                self.stop_reason = "none";
                self.enter(State::Starting);
            }
            _ => {}
        }
    }

    fn enter(&mut self, state: State) {
        if self.state != state {
            self.state = state;
            self.in_state_s = 0.0;
        }
    }

    /// Whether the wind drives the rotor.
    fn is_driven(&self) -> bool {
        matches!(
            self.state,
            State::Running | State::Derated | State::Starting | State::Stopping
        )
    }

    fn trip_reason(&self) -> Option<&'static str> {
        if self.rotor_rpm > OVERSPEED_TRIP_RATIO * self.curves.nominal_rpm() {
            Some("rotor over-speed")
        } else if self.shaking_s > 20.0 {
            Some("vibration")
        } else if self.temperatures.gearbox_oil_c > OIL_TRIP_C {
            Some("gearbox oil temperature")
        } else if self.temperatures.generator_bearing_c > BEARING_TRIP_C {
            Some("generator bearing temperature")
        } else if self.temperatures.gearbox_bearing_c > GEARBOX_BEARING_TRIP_C {
            Some("gearbox bearing temperature")
        } else if self.temperatures.main_bearing_c > MAIN_BEARING_TRIP_C {
            Some("main bearing temperature")
        } else if self.temperatures.generator_winding_c > WINDING_TRIP_C {
            Some("generator winding temperature")
        } else {
            None
        }
    }

    fn may_restart(&self, faults: &Severities) -> bool {
        let t = &self.temperatures;
        let cool = t.gearbox_oil_c < 60.0 && t.generator_bearing_c < 70.0;
        self.in_state_s > 120.0 && cool && !faults.any()
    }

    /// Rotor, pitch and power.
    fn run(&mut self, faults: &Severities, dt_s: f64) {
        let v = self.wind_10s_ms;
        let runs = self.is_driven();
        let lost_load = faults.of(FaultKind::OverSpeed);

        let started = match self.state {
            State::Starting => (self.in_state_s / START_S).min(1.0),
            _ => 1.0,
        };
        let curve_kw = self.curves.power_kw(v);
        // Cosine squared: field measurements lie between cosine and its cube.
        let facing = self.yaw_error_deg.to_radians().cos().max(0.0).powi(2);
        let share = match self.state {
            State::Derated => 0.5,
            _ => started,
        };
        let iced =
            1.0 - 0.45 * faults.of(FaultKind::Icing) - 0.42 * faults.of(FaultKind::PitchOffset);
        let own_use = OWN_USE * self.rated_power_kw;
        let power_kw = if runs {
            curve_kw * facing * share * iced.max(0.0) * (1.0 - lost_load)
                - own_use * (1.0 - started)
        } else {
            -own_use
        };
        // Stopping takes the load off quickly; in operation the rotor evens out the wind.
        self.power_kw = lag(self.power_kw, power_kw, if runs { 4.0 } else { 1.5 }, dt_s);
        self.possible_kw = lag(self.possible_kw, curve_kw, 4.0, dt_s);

        let rpm = if runs {
            // OptiSpeed lets the rotor take up gusts instead of the gearbox.
            let gust = (0.25 * (self.wind_ms - v)).clamp(-0.4, 0.4);
            let held = self.curves.rotor_rpm(v) * started + gust;
            held + lost_load * (self.curves.runaway_rpm(v) - held).max(0.0)
        } else if self.state == State::Idling {
            0.25 * v
        } else {
            0.0
        };
        let inertia_s = match self.state {
            State::Tripped => 10.0,
            State::Maintenance | State::Storm | State::Idling => 15.0,
            _ => 6.0,
        };
        self.rotor_rpm = lag(self.rotor_rpm, rpm, inertia_s, dt_s);
        if self.rotor_rpm < 0.02 {
            self.rotor_rpm = 0.0;
        }

        let pitch = match self.state {
            State::Running | State::Stopping => self.curves.pitch_deg(v),
            State::Derated => self.curves.pitch_deg(v) + 4.0,
            State::Starting => 60.0 * (1.0 - started),
            State::Idling => 60.0,
            State::Storm | State::Tripped | State::Maintenance => 88.0,
        };
        let rate = if self.state == State::Tripped {
            10.0
        } else {
            4.0
        } * dt_s;
        self.pitch_deg += (pitch - self.pitch_deg).clamp(-rate, rate);
    }

    /// Nacelle acceleration.
    fn shake(&mut self, faults: &Severities, dt_s: f64) {
        let turning = self.rotor_rpm / self.curves.nominal_rpm();
        let load = self.load();
        let noise = 1.0 + 0.15 * self.normal();
        let level = 0.012
            + turning * (0.035 + 0.055 * load) * noise
            + turning * faults.of(FaultKind::Vibration) * (0.62 + 0.15 * load) * noise
            + turning * 0.05 * faults.of(FaultKind::Icing)
            + turning * 0.08 * faults.of(FaultKind::GeneratorBearing)
            + 0.1 * (turning - 1.05).max(0.0);
        self.acceleration_ms2 = lag(self.acceleration_ms2, level, 6.0, dt_s);
        if self.acceleration_ms2 > VIBRATION_TRIP_MS2 {
            self.shaking_s += dt_s;
        } else {
            self.shaking_s = 0.0;
        }
    }

    /// About normal: the sum of three uniform numbers, within 3 standard deviations.
    fn normal(&mut self) -> f64 {
        let sum: f64 = (0..3).map(|_| self.rng.random::<f64>()).sum();
        (sum - 1.5) * 2.0
    }
}

/// An angle brought to -180 to 180 degrees.
fn wrap(angle_deg: f64) -> f64 {
    (angle_deg + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(wind_ms: f64, seconds: u32) -> Turbine {
        let mut turbine = Turbine::new(Curves::new(2000.0, 80.0), 2000.0, 100.5, 1, 0);
        let wind = WindAt {
            speed_ms: wind_ms,
            direction_deg: 270.0,
        };
        let free = Waked {
            deficit: 0.0,
            added_turbulence: 0.0,
        };
        for _ in 0..seconds {
            turbine.step(wind, free, 5.0, &Severities::default(), 1.0);
        }
        turbine
    }

    #[test]
    fn the_wind_decides_the_state() {
        assert_eq!(run(2.5, 600).state(), State::Idling);
        assert_eq!(run(9.0, 600).state(), State::Running);
        assert_eq!(run(27.0, 600).state(), State::Storm);
    }

    #[test]
    fn in_steady_wind_it_gives_what_the_curve_says() {
        let turbine = run(9.0, 1200);
        let power = turbine.number(Quantity::ActivePower).unwrap();
        assert!((power - 996.0).abs() < 150.0, "{power}");
        let rated = run(16.0, 1200).number(Quantity::ActivePower).unwrap();
        assert!((rated - 2000.0).abs() < 40.0, "{rated}");
    }

    #[test]
    fn angles_wrap() {
        assert!((wrap(350.0) + 10.0).abs() < 1e-12);
        assert!((wrap(-190.0) - 170.0).abs() < 1e-12);
    }
}
