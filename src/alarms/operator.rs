//! Who sits at this desk.

use std::sync::Arc;

use bevy::prelude::Resource;

/// The name under which actions at this desk are recorded.
#[derive(Resource, Debug, Clone, PartialEq, Eq)]
pub struct Operator(pub Arc<str>);

impl Default for Operator {
    /// The user of the operating system that runs the program.
    fn default() -> Self {
        Self(whoami::username().map_or_else(|_| "unknown user".into(), Into::into))
    }
}
