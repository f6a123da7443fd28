//! The proof that whoever writes into scene files may.

use super::{Denied, Permission, Session};
use crate::alarms::Actor;

/// A permit to write into the files of scenes. Only a [`Session`] gives one, so that nothing that
/// writes can be called by whoever may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditPermit {
    by: Actor,
}

impl EditPermit {
    /// Who edits.
    pub fn by(&self) -> &Actor {
        &self.by
    }
}

impl Session {
    /// The permit to write into scene files.
    ///
    /// # Errors
    /// The reason, as it is shown to the user.
    pub fn edit_permit(&self) -> Result<EditPermit, Denied> {
        self.may(Permission::EditScene)?;
        Ok(EditPermit { by: self.actor() })
    }
}
