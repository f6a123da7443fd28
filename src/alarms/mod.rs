//! Alarms after ISA-18.2: raised and cleared by rules, acknowledged by operators.

use bevy::prelude::*;

mod engine;
mod follow;
mod occurrence;
mod operator;
mod register;

pub use engine::Condition;
pub use occurrence::{Alarm, AlarmKey, AlarmState};
pub use operator::Operator;
pub use register::{AlarmChange, AlarmEvent, Alarms, Count, TurbineAlarms};

use crate::RoomSet;

/// Follows the rules and carries out the operator's acknowledgements.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Alarms>()
        .init_resource::<engine::AlarmEngine>()
        .init_resource::<Operator>()
        .add_message::<AlarmEvent>()
        .add_systems(
            Update,
            (
                follow::scene,
                follow::rules,
                follow::operator,
                follow::publish,
            )
                .chain()
                .in_set(RoomSet::Alarms),
        );
}
