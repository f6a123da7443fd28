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
use crate::view::{OffScreen, RunError};

/// When a held run begins, milliseconds since 1970 UTC: 21 June 2026, 10:00, a long day in Europe.
pub const HELD_FROM_MS: i64 = 1_782_036_000_000;

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
    /// The run of these options, to be held when `at` has passed.
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
            from_ms: HELD_FROM_MS,
        })
    }

    /// The same run on another day: it begins at `from_ms`, milliseconds since 1970 UTC.
    #[must_use]
    pub fn from(mut self, from_ms: i64) -> Self {
        self.from_ms = from_ms;
        self
    }

    /// Makes a viewer that was built to draw off screen take its values and its times from this run.
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

    /// Lets the time pass, an interval a frame, and stops it. The viewer has loaded the scene.
    ///
    /// # Errors
    /// The program was told to end.
    pub fn play(&mut self, viewer: &mut OffScreen) -> Result<(), RunError> {
        let blind = blindfold(viewer.world_mut());
        let mut since = Duration::ZERO;
        while since < self.at {
            let step = self.interval.min(self.at - since);
            since += step;
            self.simulation.advance(step.as_secs_f64() * self.speed);
            let world = viewer.world_mut();
            let clock = self.clock(since);
            world.insert_resource(clock);
            world.insert_resource(TimeUpdateStrategy::ManualDuration(step));
            if let Some(mut by_hand) = world.get_resource_mut::<ByHand>() {
                self.publish(&mut by_hand, clock.wall_ms);
            }
            viewer.frame()?;
        }
        let world = viewer.world_mut();
        world.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
        for camera in blind {
            if let Some(mut camera) = world.get_mut::<Camera>(camera) {
                camera.is_active = true;
            }
        }
        // What follows a frame later, such as a label that a change of size moves, has followed.
        viewer.frame()?;
        viewer.frame()
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

/// Closes every camera's eyes, since nobody looks at what passes in between; gives those that it did.
fn blindfold(world: &mut World) -> Vec<Entity> {
    let mut cameras = world.query::<(Entity, &mut Camera)>();
    cameras
        .iter_mut(world)
        .filter(|(_, camera)| camera.is_active)
        .map(|(entity, mut camera)| {
            camera.is_active = false;
            entity
        })
        .collect()
}
