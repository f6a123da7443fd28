//! What was written from the panels, for the journal; and who may write nothing, told.

use bevy::prelude::*;

use super::PanelState;
use super::program::toasts::Subject;
use super::program::{Tell, Toast};
use crate::RoomSet;
use crate::access::{Access, AccessChanged, edited};
use crate::alarms::Refused;
use crate::alarms::journal::Note;
use crate::clock::Clock;

pub(super) fn plugin(app: &mut App) {
    app.add_message::<Note>()
        .add_message::<Refused>()
        .add_message::<AccessChanged>()
        .add_systems(
            Update,
            (
                note_edits.before(RoomSet::Scene),
                tell.after(RoomSet::Alarms),
            ),
        );
}

fn note_edits(
    mut state: ResMut<PanelState>,
    clock: Option<Res<Clock>>,
    mut notes: MessageWriter<Note>,
) {
    let desk = &mut state.bypass_change_detection().0;
    let rules = desk.editor.take_edits().into_iter();
    let edits = rules.chain(desk.mapping.take_edits());
    let at_ms = clock.map_or_else(crate::clock::now_ms, |clock| clock.wall_ms);
    notes.write_batch(edits.map(|edit| edited(&edit, at_ms)));
}

/// A toast for what was refused, and the words of the status bar about roles.
fn tell(
    mut refused: MessageReader<Refused>,
    mut changed: MessageReader<AccessChanged>,
    access: Option<Res<Access>>,
    mut state: ResMut<PanelState>,
    mut toasts: MessageWriter<Tell>,
) {
    if let Some(Refused(denied)) = refused.read().last() {
        toasts.write(Tell(Toast::warning(Subject::Role, denied.to_string())));
    }
    if let Some(news) = changed.read().last() {
        let toast = match news.is_problem {
            true => Toast::error(Subject::Role, &news.words),
            false => Toast::info(Subject::Role, &news.words),
        };
        toasts.write(Tell(toast));
    }
    if let Some(access) = access.filter(|access| access.is_changed()) {
        state.0.role.origin = Some(access.granted.origin());
        state.0.role.problem = access.granted.problem();
    }
}
