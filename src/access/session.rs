//! Who sits at this desk, and as what.

use std::sync::Arc;

use bevy::prelude::Resource;

use super::grant::{Granted, Grants};
use super::person::Person;
use super::places::Places;
use super::{Denied, Permission, Role};
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
    /// The system's user as engineer, whatever any file says: [`Self::load`] reads it.
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
    /// Who runs this process, with the role that the access files give. Takes as long as the disk and
    /// the system's list of users: not for the frame's thread.
    pub fn load(places: &Places) -> Granted {
        Grants::new(places.clone()).grant(&Person::of_process())
    }

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
