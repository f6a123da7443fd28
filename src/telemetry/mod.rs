//! Telemetry: the connection to the broker, decoding on its own thread, batches of samples out.

use bevy::prelude::*;

mod status;

pub use status::{Link, RejectReason, Rejected, TelemetryStatus};

use crate::fleet::Sample;

/// The samples that were taken from the telemetry thread in this frame, in order of arrival.
#[derive(Resource, Debug, Default)]
pub struct Arrivals(pub Vec<Sample>);

/// Keeps the connection that the scene asks for; fills [`Arrivals`] and [`TelemetryStatus`].
pub(super) fn plugin(_app: &mut App) {}
