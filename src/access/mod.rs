//! Who may do what: the roles of the system's users, and who sits at this desk.

use bevy::prelude::*;

mod file;
mod grant;
mod permit;
mod person;
mod places;
mod role;
mod session;

pub use file::{AccessFile, Entry, Found, Part};
pub use grant::{Because, Granted, grant};
pub use permit::EditPermit;
pub use person::Person;
pub use places::Places;
pub use role::{Denied, Permission, Role};
pub use session::Session;

/// Keeps the [`Session`].
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Session>();
}
