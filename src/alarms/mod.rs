//! Alarms after ISA-18.2: raised and cleared by rules and by what else is watched, acknowledged,
//! shelved and reset by people.

use bevy::prelude::*;

mod deadlines;
mod definition;
mod engine;
mod event;
pub mod flood;
mod follow;
pub mod journal;
mod occurrence;
mod order;
mod people;
pub mod performance;
mod register;
mod replay;
mod restored;
pub mod share;
mod source;
mod sources;
mod suppress;
mod timers;
mod watch;

pub use definition::{definition, id_of};
pub use engine::Condition;
pub use event::{AlarmChange, AlarmEvent, ShelfEnd};
pub use occurrence::{
    Alarm, AlarmId, AlarmKey, AlarmState, Comment, OutOfService, SetAside, Shelf, Suppression,
};
pub use order::{Actor, Deed, Order};
pub use people::Refused;
pub use register::{Alarms, Count, LaidAside, TurbineAlarms};
pub use replay::{Replayed, replay};
pub use restored::{Restored, Restoring};
pub use source::{AlarmSource, Reading, Readings, Source, Trouble};
pub use sources::Sources;
pub use watch::{ReadAnew, TroubleReport, WatchedFolder, seen};

use crate::RoomSet;

/// The steps of the room within [`RoomSet::Alarms`], in their order.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlarmSet {
    /// A new scene takes the place of the one before.
    Scene,
    /// What is watched beside the rules: [`Readings`] are filled.
    Watch,
    /// Alarms are raised and cleared.
    Follow,
    /// Requests from this desk, other stations and shells become [`Order`]s.
    People,
    /// The register's frame ends: orders are carried out, events are told.
    Publish,
    /// Events are kept and passed on before anything of them is shown.
    Keep,
}

/// Follows the rules and carries out what people order.
pub(super) fn plugin(app: &mut App) {
    use AlarmSet::{Follow, Keep, People, Publish, Scene, Watch};
    app.add_plugins((journal::plugin, share::plugin, performance::plugin))
        .init_resource::<Alarms>()
        .init_resource::<engine::AlarmEngine>()
        .init_resource::<suppress::Suppressor>()
        .init_resource::<timers::Timers>()
        .init_resource::<Readings>()
        .init_resource::<flood::FloodWatch>()
        .init_resource::<crate::access::Session>()
        .add_message::<AlarmEvent>()
        .add_message::<Order>()
        .add_message::<Refused>()
        .add_plugins(watch::plugin)
        .configure_sets(
            Update,
            (Scene, Watch, Follow, People, Publish, Keep)
                .chain()
                .in_set(RoomSet::Alarms),
        )
        .add_systems(
            Update,
            (
                (follow::scene, restored::restore).chain().in_set(Scene),
                (suppress::watch, follow::conditions).chain().in_set(Follow),
                people::requests.in_set(People),
                (
                    people::carry_out,
                    timers::ring,
                    suppress::follow,
                    follow::publish,
                )
                    .chain()
                    .in_set(Publish),
                flood::watch.in_set(Keep),
            ),
        );
}
