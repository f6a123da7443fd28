//! `[alarms]`: loss of communication and stale data.

use std::time::Duration;

use super::connection::duration;
use crate::scene::alarm_format::{AlarmsTable, UsualAlarmTable};
use crate::scene::load::Page;
use crate::scene::model::{AlarmDefinition, OtherAlarms};
use crate::scene::other_alarms::{usual_communication, usual_stale_data};
use crate::scene::problem::Problems;

pub(super) fn silence(root: &Page, problems: &mut Problems) -> OtherAlarms {
    let table: Option<AlarmsTable> = root.rest_of_piece("/alarms", problems);
    let table = table.unwrap_or_default();
    let mut alarm = |key: &str, table: &Option<UsualAlarmTable>, usual| {
        let pointer = format!("/alarms/{key}");
        match table {
            Some(table) if table.enabled == Some(false) => None,
            Some(table) => Some(changed(table, usual, root, &pointer, problems)),
            None => Some(usual),
        }
    };
    let communication = alarm("communication", &table.communication, usual_communication());
    let stale_data = alarm("stale_data", &table.stale_data, usual_stale_data());
    OtherAlarms {
        communication,
        stale_data,
        ..OtherAlarms::default()
    }
}

fn changed(
    table: &UsualAlarmTable,
    usual: AlarmDefinition,
    root: &Page,
    pointer: &str,
    problems: &mut Problems,
) -> AlarmDefinition {
    let mut delay = |key: &str, text: &Option<String>, usual: Duration| match text {
        Some(text) => duration(text, root, &format!("{pointer}/{key}"), problems),
        None => Some(usual),
    };
    // What cannot be read was told, and keeps the scene from being opened.
    let on_delay = delay("on_delay", &table.on_delay, usual.on_delay).unwrap_or_default();
    let off_delay = delay("off_delay", &table.off_delay, usual.off_delay).unwrap_or_default();
    let text = |given: &Option<String>, usual: String| given.clone().unwrap_or(usual);
    AlarmDefinition {
        priority: table.priority.unwrap_or(usual.priority),
        on_delay,
        off_delay,
        cause: text(&table.cause, usual.cause),
        consequence: text(&table.consequence, usual.consequence),
        response: text(&table.response, usual.response),
        ..usual
    }
}
