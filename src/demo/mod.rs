//! The demo: a simulated wind farm that publishes over MQTT like a real one, and the scene to see it in.

use std::sync::Arc;

mod curves;
mod encode;
mod farm;
mod farm_of_scene;
mod faults;
pub mod generate;
mod held;
mod publish;
mod quantity;
mod schedule;
mod session;
mod shipped;
mod signal_names;
mod simulation;
mod statistics;
mod thermal;
mod turbine;
mod wake;
mod wind;

pub use encode::Encoder;
pub use farm::{Farm, Field, Machine, MachineModel, Payload, Topic};
pub use faults::{FaultEvent, FaultKind, FaultRequest};
pub use held::Held;
pub use publish::{Address, Handle, PublishError, Report};
pub use quantity::Quantity;
pub use session::plugin as session_plugin;
pub use session::{DemoFailed, RunningDemo};
pub use shipped::{SHIPPED, Shipped, ShippedError, scene_path, shipped};
pub use signal_names::{is_known_field, quantity_of};
pub use simulation::{Simulation, SimulationError, SimulationOptions};
pub use statistics::write_csv;
pub use turbine::{State, Turbine};
pub use wind::Climate;

/// How the simulated farm runs and how often it publishes.
#[derive(Debug, Clone)]
pub struct Options {
    /// What is simulated.
    pub farm: Arc<Farm>,
    /// Seed, climate and faults.
    pub simulation: SimulationOptions,
    /// Each turbine publishes once in this time.
    pub interval: std::time::Duration,
    /// Simulated seconds that pass in a second.
    pub speed: f64,
}

impl Default for Options {
    /// Horns Rev 1 with a shift's faults, once a second, in real time.
    fn default() -> Self {
        Self {
            farm: Arc::new(Farm::horns_rev_1()),
            simulation: SimulationOptions::default(),
            interval: std::time::Duration::from_secs(1),
            speed: 1.0,
        }
    }
}

/// Starts the simulator on a thread of its own; it publishes to the broker until the handle is dropped.
///
/// What happens to the connection is logged.
///
/// # Errors
/// A URL that is not one, a fault at a turbine that does not exist, or no thread to be had.
pub fn start(options: Options, broker_url: &str) -> Result<Handle, PublishError> {
    publish::start(options, Address::new(broker_url), publish::log_report)
}

/// The same as [`start`], with credentials, and told what happens through `report`.
///
/// # Errors
/// As [`start`].
pub fn start_with(
    options: Options,
    address: Address,
    report: fn(&Report),
) -> Result<Handle, PublishError> {
    publish::start(options, address, report)
}
