//! The operator's choice of what the colours of the turbines tell.

use std::sync::Arc;

use bevy::prelude::*;

use crate::action::Action;

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

impl ColourBy {
    /// As written on the command line: `rules`, or the name of a signal.
    pub fn named(name: &str) -> Self {
        match name {
            "rules" => Self::Rules,
            name => Self::Signal {
                name: name.into(),
                range: None,
            },
        }
    }
}

pub(super) fn follow_actions(mut actions: MessageReader<Action>, mut by: ResMut<ColourBy>) {
    for action in actions.read() {
        if let Action::ColourBy(asked) = action {
            by.set_if_neq(asked.clone());
        }
    }
}
