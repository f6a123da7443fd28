//! Columns that are worked out from others instead of being heard: what a frame brings up to date
//! before the rules run.

use bevy::prelude::*;

use crate::RoomSet;

mod across;
mod age;
mod expression;
mod formula;
mod held;
mod identity;
mod members;
mod neighbours;
mod previous;
mod stage;
mod statistics;
mod window;

pub use formula::{AcrossStatistic, Computed, Formula, WindowStatistic};
pub use neighbours::MOST_NEIGHBOURS;
pub use stage::ComputeStage;
pub use window::{BUCKETS as WINDOW_STRETCHES, LEAST_SHARE};

/// Brings computed columns up to date between what the fleet was told and the rules.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<ComputeStage>().add_systems(
        Update,
        stage::bring_up_to_date
            .before(super::engine::run_rules)
            .in_set(RoomSet::Rules),
    );
}
