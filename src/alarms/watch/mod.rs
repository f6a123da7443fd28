//! What raises alarms beside the rules: silence, the turbines' own codes, the program's troubles.

use bevy::prelude::*;

mod ageing;
mod codes;
mod disk;
mod flow;
mod silence;
mod troubles;

pub use disk::WatchedFolder;
pub use troubles::TroubleReport;

use super::{AlarmSource, Source};
use crate::fleet::Fleet;
use crate::scene::Scene;

/// Asks for the present condition of each of these, normal or not: they stand, and whoever watches
/// them has not told of them.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct ReadAnew(pub Vec<Source>);

/// What is seen of an alarm that no rule raises, as people read it: `no data for 42 s`. Empty where
/// there is nothing to see.
pub fn seen(scene: &Scene, fleet: &Fleet, source: Source, now_ms: i64) -> String {
    match source.0 {
        AlarmSource::Code(_) => codes::words(scene, fleet, source),
        _ => ageing::words(scene, fleet, source, now_ms),
    }
}

/// Fills the [`Readings`](super::Readings).
pub(super) fn plugin(app: &mut App) {
    app.add_message::<ReadAnew>().add_plugins((
        silence::plugin,
        codes::plugin,
        troubles::plugin,
        disk::plugin,
    ));
}
