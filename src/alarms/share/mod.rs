//! Several stations, one truth: what is acknowledged, shelved or said at one desk is so at every desk.
//!
//! Each alarm has one retained document on the broker. Stations join what they hear with what they
//! know; joining is commutative, associative and idempotent, so they agree whatever the order, the
//! number and the loss of messages, and no clock takes part. `docs/stations.md` tells the rest.

use bevy::prelude::*;

use super::AlarmSet;
use crate::access::Session;

mod check;
mod document;
mod join;
mod known;
mod limits;
mod link;
mod peers;
mod post;
mod refusals;
mod replica;
mod roles;
mod schema;
mod shell;
mod sign;
mod station;
mod status;
mod talk;
#[cfg(test)]
mod tests;
mod topic;
mod trouble;
mod view;

pub use document::{
    Aside, By, Document, Done, FORMAT, Heartbeat, Mark, Presence, Remark, Sent, Shared,
    SharedService, SharedShelf, Stand, State,
};
pub use schema::schema_text;
pub use shell::{Shell, Told, Wish};
pub use sign::KEY_VARIABLE;
pub use station::ClaimedRoles;
pub use status::{RefusedMessage, SharingConfig, SharingStatus, StationSeen};
pub use topic::{Topics, slug};

/// Shares alarms with other stations, where [`SharingConfig`] says so.
///
/// The connection lives on the thread `sharing`; what waits between it and the app is bounded, because
/// what is newer of an alarm takes the place of what is older.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<SharingConfig>()
        .init_resource::<SharingStatus>()
        .init_resource::<ClaimedRoles>()
        .add_systems(
            Update,
            (
                roles::follow,
                open.run_if(not(resource_exists::<station::Station>)),
                ApplyDeferred,
                (pass_wake, station::follow)
                    .chain()
                    .run_if(resource_exists::<station::Station>),
            )
                .chain()
                // The journal says whether it is still to be read, and which name is free.
                .after(super::restored::restore)
                .in_set(AlarmSet::Scene),
        )
        .add_systems(Update, trouble::trouble.in_set(AlarmSet::Watch))
        .add_systems(
            Update,
            (
                station::hear.in_set(AlarmSet::People),
                (station::tell, trouble::status)
                    .chain()
                    .in_set(AlarmSet::Keep),
                refusals::note.in_set(AlarmSet::Publish),
            )
                .run_if(resource_exists::<station::Station>),
        );
}

/// The thread is started when something is to be shared for the first time.
fn open(config: Res<SharingConfig>, session: Res<Session>, mut commands: Commands) {
    if config.is_enabled {
        commands.insert_resource(station::Station::new(&session.station));
    }
}

fn pass_wake(
    wake: Option<Res<crate::wake::Wake>>,
    station: Res<station::Station>,
    mut is_passed: Local<bool>,
) {
    if let Some(wake) = wake
        && (wake.is_changed() || !*is_passed)
    {
        *is_passed = true;
        station.post.set_wake(wake.clone());
    }
}
