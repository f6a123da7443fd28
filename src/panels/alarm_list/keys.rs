//! The keys of the list.

use crate::access::Permission;
use crate::action::Action;
use crate::alarms::{Alarm, AlarmKey};
use crate::panels::alarm_deeds::{AlarmDialogs, AskFor};
use crate::panels::alarm_list::AlarmListState;
use crate::panels::frame::{Farm, Look};
use crate::panels::shortcuts::Shortcut;

/// Whether a key means the list while it is on the screen.
pub fn is_of_list(shortcut: Shortcut) -> bool {
    matches!(
        shortcut,
        Shortcut::Acknowledge
            | Shortcut::AcknowledgeVisible
            | Shortcut::Reset
            | Shortcut::Shelve
            | Shortcut::Comment
            | Shortcut::OutOfService
            | Shortcut::NextAlarm
            | Shortcut::PreviousAlarm
    )
}

/// Does what a key asks of a list that is on the screen. Nothing is acknowledged or reset that is not
/// on the screen; what a role forbids is not asked for.
pub fn follow_key(
    shortcut: Shortcut,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let may = |permission| farm.desk.may(permission).is_ok();
    let mut ask = |what, permission, state: &mut AlarmListState| {
        if may(permission) {
            dialogs.ask(what, state.selected_ids(farm, look.now_ms));
        }
    };
    match shortcut {
        Shortcut::Acknowledge | Shortcut::AcknowledgeVisible if may(Permission::Acknowledge) => {
            let rows = state.on_screen(farm, shortcut == Shortcut::Acknowledge);
            let keys = unacknowledged(&rows);
            actions.extend((!keys.is_empty()).then_some(Action::Acknowledge(keys)));
        }
        Shortcut::Reset if may(Permission::Reset) => {
            let rows = state.on_screen(farm, true);
            let keys = latched(&rows);
            actions.extend((!keys.is_empty()).then_some(Action::Reset(keys)));
        }
        Shortcut::Shelve => ask(AskFor::Shelve, Permission::Shelve, state),
        Shortcut::Comment => ask(AskFor::Comment, Permission::Comment, state),
        Shortcut::OutOfService => ask(AskFor::TakeOutOfService, Permission::OutOfService, state),
        Shortcut::NextAlarm => state.step(true, farm, look.now_ms, actions),
        Shortcut::PreviousAlarm => state.step(false, farm, look.now_ms, actions),
        _ => {}
    }
}

/// Enter shows the selected alarm in full. Whether there is one on the screen.
pub fn show_selected(farm: &Farm, state: &AlarmListState, actions: &mut Vec<Action>) -> bool {
    let rows = state.on_screen(farm, true);
    let cursor = rows.iter().find(|alarm| Some(alarm.key) == state.cursor);
    let Some(alarm) = cursor.or(rows.first()) else {
        return false;
    };
    actions.push(Action::ShowAlarm(alarm.key));
    true
}

/// Those that wait for somebody.
pub(super) fn unacknowledged(rows: &[&Alarm]) -> Vec<AlarmKey> {
    let waiting = rows.iter().filter(|alarm| alarm.is_unacknowledged());
    waiting.map(|alarm| alarm.key).collect()
}

/// Those that are kept until they are reset.
pub(super) fn latched(rows: &[&Alarm]) -> Vec<AlarmKey> {
    let latched = rows.iter().filter(|alarm| alarm.is_latched());
    latched.map(|alarm| alarm.key).collect()
}
