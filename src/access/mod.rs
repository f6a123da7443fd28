//! Who may do what: the roles of the system's users, and who sits at this desk.

use bevy::prelude::*;

mod audit;
mod file;
mod follow;
mod grant;
mod permit;
mod person;
mod places;
mod role;
mod session;
mod watch;

pub use audit::edited;
pub use file::{AccessFile, Entry, Found, Part};
pub use follow::{Access, AccessChanged};
pub use grant::{Because, Granted, Grants};
pub use permit::EditPermit;
pub use person::Person;
pub use places::Places;
pub use role::{Denied, Permission, Role};
pub use session::Session;

/// Keeps the [`Session`], which follows the access files.
pub(super) fn plugin(app: &mut App) {
    app.add_plugins((follow::plugin, audit::plugin));
}
