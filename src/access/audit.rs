//! What people and the program do beside the alarms, noted for the journal.

use std::path::Path;
use std::sync::Arc;

use bevy::prelude::*;

use super::Session;
use crate::RoomSet;
use crate::alarms::journal::Note;
use crate::clock::Clock;
use crate::scene::edit::{Edited, short_name};
use crate::scene::{ActiveScene, SceneReplaced};

const SCENE_OPENED: &str = "scene_opened";
const SCENE_RELOADED: &str = "scene_reloaded";
const EDITED: &str = "edited";

pub(super) fn plugin(app: &mut App) {
    app.add_message::<SceneReplaced>().add_systems(
        Update,
        scenes.after(RoomSet::Scene).before(RoomSet::Telemetry),
    );
}

/// The note of an edit of a file of a scene.
pub fn edited(edit: &Edited, at_ms: i64) -> Note {
    Note {
        change: EDITED.into(),
        object: edit.file_name().into(),
        name: "".into(),
        by: Some(edit.by.clone()),
        comment: Some(edit.what.as_str().into()),
        at_ms,
    }
}

fn now_ms(clock: Option<&Clock>) -> i64 {
    clock.map_or_else(crate::clock::now_ms, |clock| clock.wall_ms)
}

fn scenes(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    session: Res<Session>,
    clock: Option<Res<Clock>>,
    mut notes: MessageWriter<Note>,
) {
    let Some(of) = replaced.read().last() else {
        return;
    };
    let Some(active) = active else { return };
    let at_ms = now_ms(clock.as_deref());
    // Whoever wrote a file that is read anew is not known here.
    let (change, by) = match &of.previous {
        None => (SCENE_OPENED, Some(session.actor())),
        Some(_) => (SCENE_RELOADED, None),
    };
    notes.write(Note {
        change: change.into(),
        object: short_name(&active.scene.path).into(),
        name: "".into(),
        by,
        comment: Some(absolute(&active.scene.path)),
        at_ms,
    });
}

fn absolute(path: &Path) -> Arc<str> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.display().to_string().into()
}
