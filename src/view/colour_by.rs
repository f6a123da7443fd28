//! What the colours of the turbines tell.

use std::sync::Arc;

use bevy::prelude::Resource;

/// What the colours of the turbines tell.
#[derive(Resource, Debug, Clone, PartialEq, Default)]
pub enum ColourBy {
    /// The rules.
    #[default]
    Rules,
    /// A signal, through a colour map.
    Signal {
        /// Its name.
        name: Arc<str>,
        /// The values at the ends of the map; the signal's own range, or that of the values, without one.
        range: Option<[f64; 2]>,
    },
}
