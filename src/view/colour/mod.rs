//! What the turbines' colours tell: the rules, or a signal through a colour map.

use bevy::prelude::*;

use crate::RoomSet;

mod choice;
mod counts;
mod map;
mod scale;

pub use choice::ColourBy;
pub use counts::{ColourCounts, count_colours, count_waiting, values_now};
pub use map::{distinct_color, map_color};
pub use scale::{ColourScale, RangeOrigin, SignalScale, ValueColour, rounded_range};

/// Follows the operator's choice, the values and the rules.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<ColourBy>()
        .init_resource::<ColourScale>()
        .init_resource::<ColourCounts>()
        .add_systems(
            Update,
            (choice::follow_actions, scale::follow_values)
                .chain()
                .in_set(RoomSet::View)
                .before(super::rows::follow_appearance),
        )
        .add_systems(
            Update,
            counts::follow_colours
                .in_set(RoomSet::View)
                .after(scale::follow_values),
        );
}
