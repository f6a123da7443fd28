//! The farm over time: wind, wakes, turbines and faults, a step at a time.

use std::sync::Arc;

use super::curves::Curves;
use super::farm::Farm;
use super::faults::{FaultEvent, FaultKind, FaultRequest};
use super::schedule::Schedule;
use super::turbine::{Severities, State, Turbine};
use super::wake::Wakes;
use super::wind::{Climate, Wind};

/// How a run goes.
#[derive(Debug, Clone, Default)]
pub struct SimulationOptions {
    /// The same seed gives the same run.
    pub seed: u64,
    /// The weather.
    pub climate: Climate,
    /// No faults at all, unless some are asked for.
    pub calm: bool,
    /// These faults in place of the shift's own.
    pub faults: Vec<FaultRequest>,
}

/// What a run cannot start with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// A fault at a turbine that is not in the farm.
    #[error("{fault}: there is no turbine {turbine:?}; the farm has {first} to {last}")]
    UnknownTurbine {
        /// The fault as asked for.
        fault: String,
        /// The turbine.
        turbine: String,
        /// The farm's first turbine.
        first: String,
        /// The farm's last turbine.
        last: String,
    },
    /// A farm without turbines.
    #[error("the farm has no turbines")]
    Empty,
}

/// The longest step, seconds: longer ones are taken in several.
const LONGEST_STEP_S: f64 = 1.0;
/// Of more machines than this the steps are longer, and the run before the start is made in a few:
/// every lag of the model is exact for any step, only gusts come out coarser.
const LARGE_FLEET: usize = 5_000;
const LARGE_STEP_S: f64 = 10.0;
const LARGE_WARM_UP_STEP_S: f64 = 300.0;
/// How long the farm runs before the time is 0, so that it starts warm.
const WARM_UP_S: f64 = 1800.0;
/// After a turn of this much the wakes are worked out anew, degrees.
const WAKE_TURN_DEG: f64 = 0.25;
const LARGE_WAKE_TURN_DEG: f64 = 4.0;

/// A running farm.
#[derive(Debug)]
pub struct Simulation {
    farm: Arc<Farm>,
    wind: Wind,
    wakes: Wakes,
    wakes_direction_deg: f64,
    wake_turn_deg: f64,
    longest_step_s: f64,
    turbines: Vec<Turbine>,
    thrust: Vec<f64>,
    schedule: Schedule,
    active: Vec<FaultEvent>,
    severities: Vec<Severities>,
    time_s: f64,
    changed_faults: Vec<(FaultEvent, bool)>,
}

impl Simulation {
    /// A farm that has been running for half an hour.
    ///
    /// # Errors
    /// A farm without turbines; a fault at a turbine that it does not have.
    pub fn new(farm: Arc<Farm>, options: &SimulationOptions) -> Result<Self, SimulationError> {
        let (Some(first), Some(last)) = (farm.machines.first(), farm.machines.last()) else {
            return Err(SimulationError::Empty);
        };
        let forced = options
            .faults
            .iter()
            .map(|request| {
                let machine =
                    farm.find(&request.turbine)
                        .ok_or_else(|| SimulationError::UnknownTurbine {
                            fault: request.to_string(),
                            turbine: request.turbine.clone(),
                            first: first.id.clone(),
                            last: last.id.clone(),
                        })?;
                let usual = request.kind.usual_duration_s();
                Ok(FaultEvent {
                    kind: request.kind,
                    machine,
                    start_s: request.start.as_secs_f64(),
                    duration_s: request.duration.map_or(usual, |d| d.as_secs_f64()),
                })
            })
            .collect::<Result<Vec<_>, SimulationError>>()?;
        let schedule = if options.calm || !forced.is_empty() {
            Schedule::only(forced)
        } else {
            Schedule::shift(options.seed, &farm)
        };
        let turbines: Vec<Turbine> = (0..farm.machines.len())
            .map(|index| {
                let (kw, m, ratio) = farm.model_of(index).map_or((2000.0, 80.0, 1.0), |m| {
                    (m.rated_power_kw, m.rotor_diameter_m, m.gear_ratio)
                });
                Turbine::new(Curves::new(kw, m), kw, ratio, options.seed, index)
            })
            .collect();
        let is_large = turbines.len() > LARGE_FLEET;
        let extent_m = farm
            .machines
            .iter()
            .map(|m| m.east_m.hypot(m.north_m))
            .fold(0.0, f64::max);
        let (usual_step_s, warm_up_step_s, wake_turn_deg) = if is_large {
            (LARGE_STEP_S, LARGE_WARM_UP_STEP_S, LARGE_WAKE_TURN_DEG)
        } else {
            (LONGEST_STEP_S, LONGEST_STEP_S, WAKE_TURN_DEG)
        };
        let mut simulation = Self {
            wind: Wind::new(options.climate, options.seed, WARM_UP_S).over(extent_m),
            wake_turn_deg,
            longest_step_s: warm_up_step_s,
            wakes: Wakes::default(),
            wakes_direction_deg: f64::NAN,
            thrust: vec![0.0; turbines.len()],
            severities: vec![Severities::default(); turbines.len()],
            turbines,
            schedule,
            active: Vec::new(),
            time_s: -WARM_UP_S,
            changed_faults: Vec::new(),
            farm,
        };
        simulation.advance(WARM_UP_S);
        simulation.longest_step_s = usual_step_s;
        simulation.time_s = 0.0;
        Ok(simulation)
    }

    /// Lets time pass.
    pub fn advance(&mut self, seconds: f64) {
        if seconds <= 0.0 || !seconds.is_finite() {
            return;
        }
        let steps = (seconds / self.longest_step_s).ceil().max(1.0) as u64;
        let dt_s = seconds / steps as f64;
        for _ in 0..steps {
            self.step(dt_s);
        }
    }

    fn step(&mut self, dt_s: f64) {
        self.time_s += dt_s;
        self.wind.step(dt_s);
        self.step_faults();

        let direction = self.wind.mean().direction_deg;
        let turned = (direction - self.wakes_direction_deg).abs();
        if turned.is_nan() || turned > self.wake_turn_deg {
            self.wakes = Wakes::new(&self.farm, direction);
            self.wakes_direction_deg = direction;
        }
        self.thrust.clear();
        self.thrust
            .extend(self.turbines.iter().map(Turbine::thrust));

        let ambient_c = self.wind.ambient_c();
        let machines = self.farm.machines.iter().zip(&self.severities);
        for (index, (turbine, (machine, faults))) in
            self.turbines.iter_mut().zip(machines).enumerate()
        {
            let free = self.wind.at(machine.east_m, machine.north_m);
            let waked = self.wakes.at(index, &self.thrust);
            turbine.step(free, waked, ambient_c, faults, dt_s);
        }
    }

    fn step_faults(&mut self) {
        for event in self.schedule.due(self.time_s, self.active.len()) {
            self.active.push(event);
            self.changed_faults.push((event, true));
        }
        // Nobody need ask for the changes: what is kept of them is bounded.
        let excess = self.changed_faults.len().saturating_sub(1000);
        self.changed_faults.drain(..excess);
        if self.active.is_empty() {
            return;
        }
        for event in &self.active {
            if let Some(severities) = self.severities.get_mut(event.machine) {
                *severities = Severities::default();
            }
        }
        let time_s = self.time_s;
        for event in &self.active {
            if let Some(severities) = self.severities.get_mut(event.machine) {
                severities.raise(event.kind, event.severity(time_s));
            }
        }
        let changed = &mut self.changed_faults;
        self.active.retain(|event| {
            let over = event.is_over(time_s);
            if over {
                changed.push((*event, false));
            }
            !over
        });
    }

    /// The farm.
    pub fn farm(&self) -> &Arc<Farm> {
        &self.farm
    }

    /// The turbines, in the order of the farm's machines.
    pub fn turbines(&self) -> &[Turbine] {
        &self.turbines
    }

    /// The free wind.
    pub fn wind(&self) -> &Wind {
        &self.wind
    }

    /// Simulated seconds since the start.
    pub fn time_s(&self) -> f64 {
        self.time_s
    }

    /// The faults that have an effect now.
    pub fn faults(&self) -> &[FaultEvent] {
        &self.active
    }

    /// Faults that began (true) or ended (false) since this was last asked.
    pub fn take_changed_faults(&mut self) -> Vec<(FaultEvent, bool)> {
        std::mem::take(&mut self.changed_faults)
    }

    /// The farm's power, kW.
    pub fn power_kw(&self) -> f64 {
        let power = super::quantity::Quantity::ActivePower;
        self.turbines.iter().filter_map(|t| t.number(power)).sum()
    }

    /// How many turbines are in a state.
    pub fn count(&self, state: State) -> usize {
        self.turbines.iter().filter(|t| t.state() == state).count()
    }

    /// What is wrong with a turbine now.
    pub fn faults_of(&self, machine: usize) -> impl Iterator<Item = FaultKind> {
        self.active
            .iter()
            .filter(move |e| e.machine == machine)
            .map(|e| e.kind)
    }
}
