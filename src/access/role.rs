//! Roles and what they permit.

use serde::{Deserialize, Serialize};

/// What a user may do; each may do all that those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Acknowledges, resets, shelves, comments.
    Operator,
    /// Edits scenes and rules, takes alarms out of service.
    Engineer,
}

impl Role {
    /// All of them, from the least.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Engineer];

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Engineer => "engineer",
        }
    }

    /// Whether the role permits this.
    ///
    /// # Errors
    /// The reason, as it is shown to the user.
    pub fn may(self, permission: Permission) -> Result<(), Denied> {
        let needs = permission.least_role();
        match self >= needs {
            true => Ok(()),
            false => Err(Denied {
                permission,
                needs,
                has: self,
            }),
        }
    }
}

/// What needs a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Acknowledge alarms.
    Acknowledge,
    /// Reset latched alarms.
    Reset,
    /// Shelve and unshelve alarms.
    Shelve,
    /// Write about alarms.
    Comment,
    /// Take alarms out of service and return them.
    OutOfService,
    /// Write scene and rule files.
    EditScene,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Acknowledge,
        Self::Reset,
        Self::Shelve,
        Self::Comment,
        Self::OutOfService,
        Self::EditScene,
    ];

    /// The least role that may do it.
    pub fn least_role(self) -> Role {
        match self {
            Self::Acknowledge | Self::Reset | Self::Shelve | Self::Comment => Role::Operator,
            Self::OutOfService | Self::EditScene => Role::Engineer,
        }
    }

    /// What it is, as in "to acknowledge alarms".
    pub fn words(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge alarms",
            Self::Reset => "reset alarms",
            Self::Shelve => "shelve alarms",
            Self::Comment => "comment on alarms",
            Self::OutOfService => "take alarms out of service",
            Self::EditScene => "edit scenes and rules",
        }
    }
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("To {} takes the role {}; yours is {}.", permission.words(), needs.name(), has.name())]
pub struct Denied {
    /// What was asked for.
    pub permission: Permission,
    /// The least role that may.
    pub needs: Role,
    /// The role of whoever asked.
    pub has: Role,
}
