//! A run that is carried to a moment at once and held there: the same picture every time.
//!
//! Nothing in it comes from outside: the simulator's seed gives the values, a clock that is set by hand
//! gives the times, and rotors turn by the same clock. So what a picture shows can be compared, and
//! eight minutes of a fault take seconds.

use std::time::Duration;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;

use super::encode::Encoder;
use super::simulation::{Simulation, SimulationError};
use super::{Options, SimulationOptions};
use crate::clock::{self, Clock};
use crate::telemetry::{ByHand, take_by_hand};

/// Noon of 21 June 2026 at Greenwich, milliseconds since 1970 UTC.
const NOON_MS: i64 = 1_782_043_200_000;
const HOUR_MS: i64 = 3_600_000;
/// The sun moves by so many degrees of longitude in an hour.
const DEG_PER_HOUR: f64 = 15.0;

/// A run that is held.
#[derive(Debug)]
pub struct Held {
    simulation: Simulation,
    encoder: Encoder,
    interval: Duration,
    speed: f64,
    at: Duration,
    from_ms: i64,
}

impl Held {
    /// The run of these options, to be held when `at` has passed. It begins at noon of a long day at
    /// Greenwich.
    ///
    /// # Errors
    /// A farm without turbines, a fault at a turbine that it does not have.
    pub fn new(options: &Options, at: Duration) -> Result<Self, SimulationError> {
        let run: &SimulationOptions = &options.simulation;
        Ok(Self {
            simulation: Simulation::new(options.farm.clone(), run)?,
            encoder: Encoder::new(&options.farm),
            interval: options.interval.max(Duration::from_millis(10)),
            speed: options.speed,
            at,
            from_ms: NOON_MS,
        })
    }

    /// The same run begun at noon of this longitude, to the hour.
    #[must_use]
    pub fn from_noon_at(self, longitude_deg: f64) -> Self {
        let hours = (longitude_deg / DEG_PER_HOUR).round() as i64;
        self.from(NOON_MS - hours * HOUR_MS)
    }

    /// The same run on another day: it begins at `from_ms`, milliseconds since 1970 UTC.
    #[must_use]
    pub fn from(mut self, from_ms: i64) -> Self {
        self.from_ms = from_ms;
        self
    }

    /// Makes an app take its values and its times from this run.
    pub fn prepare(&self, app: &mut App) {
        take_by_hand(app, "the simulator");
        clock::stop(app);
        app.insert_resource(self.clock(Duration::ZERO))
            .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
    }

    fn clock(&self, since: Duration) -> Clock {
        Clock {
            wall_ms: self.from_ms + i64::try_from(since.as_millis()).unwrap_or(0),
            monotonic: since,
        }
    }

    /// Lets the time pass and stops it. The scene has been loaded.
    ///
    /// Each interval runs the rooms alone: nobody looks at what passes in between, so that nothing of
    /// it is drawn.
    pub fn play(&mut self, world: &mut World) {
        let mut since = Duration::ZERO;
        while since < self.at {
            let step = self.interval.min(self.at - since);
            since += step;
            self.simulation.advance(step.as_secs_f64() * self.speed);
            let clock = self.clock(since);
            world.insert_resource(clock);
            if let Some(mut time) = world.get_resource_mut::<Time<Real>>() {
                time.advance_by(step);
            }
            if let Some(mut by_hand) = world.get_resource_mut::<ByHand>() {
                self.publish(&mut by_hand, clock.wall_ms);
            }
            world.run_schedule(Update);
        }
    }

    fn publish(&self, by_hand: &mut ByHand, wall_ms: i64) {
        for (machine, turbine) in self.simulation.turbines().iter().enumerate() {
            if turbine.is_silent() {
                continue;
            }
            for (topic, payload) in self.encoder.messages(machine, turbine, wall_ms) {
                by_hand.publish(topic, payload);
            }
        }
    }
}
