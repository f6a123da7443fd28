//! Telemetry: the connection to the broker, decoding on its own thread, batches of samples out.

use bevy::prelude::*;

mod backoff;
mod board;
mod by_hand;
mod config;
mod connection;
mod decode;
pub mod embedded;
mod endpoint;
mod failure;
mod handover;
mod json;
mod observe;
mod plugin;
mod pointer;
mod quality;
mod reading;
mod status;
#[cfg(test)]
mod test_scene;
mod time;
mod topic;

pub(crate) use backoff::Backoff;
pub(crate) use board::excerpt;
pub use by_hand::{ByHand, take_by_hand};
pub use config::TelemetryConfig;
pub(crate) use connection::{Polled, broker_options, guarded};
pub use endpoint::{AddressError, BrokerAddress};
pub(crate) use failure::Failure;
pub use observe::{
    LISTENS_FOR, Listening, Matched, Observation, Seen, SeenField, SeenKind, SeenLevel, SeenTopic,
};
pub use status::{Link, RejectReason, Rejected, TelemetryStatus};

use crate::fleet::Sample;

/// The samples that were taken from the telemetry thread in this frame, in order of arrival.
#[derive(Resource, Debug, Default)]
pub struct Arrivals(pub Vec<Sample>);

/// Keeps the connection that the scene asks for; fills [`Arrivals`] and [`TelemetryStatus`].
///
/// The connection lives on the thread `telemetry`; the app gives it feeds (a scene and settings),
/// and takes batches of samples and the notes on the board in return. Neither waits for the other.
pub(super) fn plugin(app: &mut App) {
    plugin::build(app);
}
