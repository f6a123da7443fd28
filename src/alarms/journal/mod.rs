//! The journal: every transition and every deed, kept so that nothing that was shown is lost.
//!
//! ```text
//! events of a frame ─► keep ══► thread ─► writer ─► file ─► reader ─► handle, commands
//!                        ◄── committed ──┘
//! ```

use bevy::prelude::*;

mod batch;
mod chain;
mod csv;
mod fault;
mod handle;
mod keep;
mod note;
mod open;
mod page;
mod query;
mod reader;
mod record;
mod row;
mod schema;
mod shared;
mod states;
mod store;
mod thread;
mod verify;
mod writer;

pub use chain::{Hash, Row};
pub use csv::{CsvWriter, export_csv, local, utc, write_csv};
pub use handle::{Asked, JournalHandle};
pub use keep::{JournalNotice, JournalPatience, JournalWaits};
pub use note::Note;
pub use page::{PageHead, change_words, print_page, write_page};
pub use reader::{JournalReader, open_to_read};
pub use record::{JournalError, Query, Record};
pub use store::JournalStore;
pub use verify::{Flaw, FlawKind, Verified, verify};

use super::AlarmSet;
use crate::RoomSet;

#[cfg(test)]
mod tests;

/// Keeps what happens.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<JournalStore>()
        .init_resource::<JournalHandle>()
        .init_resource::<JournalPatience>()
        .init_resource::<JournalWaits>()
        .add_message::<Note>()
        .add_message::<JournalNotice>()
        .add_systems(
            Update,
            (
                (keep::open, keep::restore)
                    .chain()
                    .after(super::follow::scene)
                    .before(super::restored::restore)
                    .in_set(AlarmSet::Scene),
                keep::report.in_set(AlarmSet::Watch),
                // Whoever passes events on in that set passes on what is on the disk.
                keep::keep
                    .after(AlarmSet::Publish)
                    .before(AlarmSet::Keep)
                    .in_set(RoomSet::Alarms),
            ),
        );
}
