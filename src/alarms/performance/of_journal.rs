//! The journal of the open scene, for threads that work figures out of it.

use std::path::PathBuf;
use std::sync::Arc;

use bevy::prelude::*;

use super::pages::{Records, SharedRecords};
use crate::alarms::journal::{
    JournalError, JournalHandle, JournalReader, Query, Record, open_to_read,
};

impl Records for JournalReader {
    fn records(&self, query: &Query) -> Result<Vec<Record>, JournalError> {
        Self::records(self, query)
    }
}

/// A journal by its file: opened by the thread that reads, for each piece.
#[derive(Debug)]
struct JournalFile(PathBuf);

impl Records for JournalFile {
    fn records(&self, query: &Query) -> Result<Vec<Record>, JournalError> {
        open_to_read(&self.0)?.records(query)
    }
}

/// Keeps [`SharedRecords`] at the journal that is open.
pub(super) fn follow(
    handle: Option<Res<JournalHandle>>,
    mut last: Local<Option<PathBuf>>,
    mut commands: Commands,
) {
    let file = handle.and_then(|handle| handle.file());
    if *last == file {
        return;
    }
    last.clone_from(&file);
    match file {
        Some(file) => commands.insert_resource(SharedRecords(Arc::new(JournalFile(file)))),
        None => commands.remove_resource::<SharedRecords>(),
    }
}

/// Keeps the records of the open scene within reach.
pub(in crate::alarms) fn plugin(app: &mut App) {
    app.add_systems(Update, follow.after(super::super::AlarmSet::Keep));
}
