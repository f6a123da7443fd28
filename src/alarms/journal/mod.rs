//! The journal: every transition and every deed, kept so that nothing that was shown is lost.

use bevy::prelude::*;

mod note;
mod record;
mod store;

pub use note::Note;
pub use record::{JournalError, Query, Record};
pub use store::JournalStore;

/// Keeps what happens.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<JournalStore>().add_message::<Note>();
}
