//! Who may do what: the roles of the system's users, and who sits at this desk.

use std::sync::Arc;

use bevy::prelude::*;

mod role;

pub use role::{Denied, Permission, Role};

use crate::alarms::Actor;

/// Who sits at this desk, and as what.
#[derive(Resource, Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user of the operating system that runs the program.
    pub user: Arc<str>,
    /// The desk: the machine's name where the settings give no other.
    pub station: Arc<str>,
    /// What the user may do.
    pub role: Role,
}

impl Default for Session {
    fn default() -> Self {
        let unknown = |what: &str| format!("unknown {what}").into();
        Self {
            user: whoami::username().map_or_else(|_| unknown("user"), Into::into),
            station: whoami::hostname().map_or_else(|_| unknown("station"), Into::into),
            role: Role::Engineer,
        }
    }
}

impl Session {
    /// As whom what is done here is recorded.
    pub fn actor(&self) -> Actor {
        Actor {
            user: Arc::clone(&self.user),
            station: Arc::clone(&self.station),
            role: self.role,
        }
    }

    /// Whether the user may do this.
    ///
    /// # Errors
    /// The reason, as it is shown to the user.
    pub fn may(&self, permission: Permission) -> Result<(), Denied> {
        self.role.may(permission)
    }
}

/// Keeps the [`Session`].
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Session>();
}
