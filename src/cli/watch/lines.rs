//! What changed in a frame, as JSON lines; what the connection does, for people on standard error.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bevy::prelude::*;
use serde_json::{Value, json};

use crate::RoomSet;
use crate::alarms::{Alarm, AlarmKey, Alarms};
use crate::rules::{Appearance, RuleStates};
use crate::scene::{ActiveScene, SURFACES, SceneReplaced};
use crate::telemetry::{Link, TelemetryStatus};

/// Lines that are to be printed.
#[derive(Resource, Debug, Default, Deref, DerefMut)]
pub(super) struct Lines(String);

impl Lines {
    fn event(&mut self, event: &Value) {
        // Writing to a String cannot fail.
        drop(writeln!(self.0, "{event}"));
    }
}

/// What was printed of each turbine, by row.
#[derive(Resource, Debug, Default)]
struct Printed(Vec<Appearance>);

/// Writes up the changes of each frame after the rooms have run.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Lines>()
        .init_resource::<Printed>()
        .add_systems(
            Update,
            (write_scene, write_colors, write_alarms, tell_connection)
                .chain()
                .after(RoomSet::Alarms),
        );
}

fn write_scene(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    mut printed: ResMut<Printed>,
    mut lines: ResMut<Lines>,
) {
    let (Some(_), Some(active)) = (replaced.read().last(), active) else {
        return;
    };
    let scene = &active.scene;
    printed.0.clear();
    printed
        .0
        .resize(scene.turbines.len(), Appearance::default());
    lines.event(&json!({
        "event": "scene",
        "time": now(),
        "title": scene.title,
        "turbines": scene.turbines.len(),
        "rules": scene.rules.len(),
    }));
}

/// The surfaces' names, by `Surface as usize`.
const SURFACE_NAMES: [&str; SURFACES] = ["foundation", "tower", "nacelle", "hub", "blades"];

fn write_colors(
    states: Res<RuleStates>,
    active: Option<Res<ActiveScene>>,
    mut printed: ResMut<Printed>,
    mut lines: ResMut<Lines>,
) {
    let Some(active) = active.filter(|_| !states.changed().is_empty()) else {
        return;
    };
    let time = now();
    for &row in states.changed() {
        let appearance = states.appearance(row);
        let (Some(before), Some(turbine)) =
            (printed.0.get_mut(row.index()), active.scene.turbine(row))
        else {
            continue;
        };
        let changes = before.surfaces.iter().zip(appearance.surfaces);
        for ((before, shown), surface) in changes.zip(SURFACE_NAMES) {
            if *before == shown {
                continue;
            }
            let rule = shown
                .rule
                .and_then(|r| active.scene.rules.get(usize::from(r)));
            let color = rule.and_then(|rule| rule.color);
            lines.event(&json!({
                "event": "color",
                "time": time,
                "turbine": *turbine.id,
                "surface": surface,
                "rule": rule.map(|rule| &*rule.name),
                "color": color.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
                "unknown": shown.unknown,
            }));
        }
        *before = appearance;
    }
}

/// What was printed of each alarm that stood: cleared, acknowledged.
type PrintedAlarms = BTreeMap<AlarmKey, (bool, bool)>;

fn write_alarms(alarms: Res<Alarms>, mut printed: Local<PrintedAlarms>, mut lines: ResMut<Lines>) {
    if !alarms.is_changed() {
        return;
    }
    let mut standing = PrintedAlarms::new();
    for alarm in alarms.standing() {
        let before = printed.remove(&alarm.key);
        write_alarm(alarm, before, &mut lines);
        standing.insert(alarm.key, facts(alarm));
    }
    // What no longer stands has ended, or its rule or turbine has gone.
    for (key, before) in std::mem::replace(&mut *printed, standing) {
        match alarms.past().iter().rev().find(|alarm| alarm.key == key) {
            Some(alarm) => write_alarm(alarm, Some(before), &mut lines),
            None => lines.event(&json!({
                "event": "alarm", "time": now(), "change": "withdrawn", "key": key.0,
            })),
        }
    }
}

fn facts(alarm: &Alarm) -> (bool, bool) {
    (!alarm.is_active(), alarm.acknowledged.is_some())
}

fn write_alarm(alarm: &Alarm, before: Option<(bool, bool)>, lines: &mut Lines) {
    let (was_cleared, was_acknowledged) = before.unwrap_or_default();
    let mut change = |change: &str, at_ms: i64| {
        let by = alarm.acknowledged.as_ref().map(|(_, by)| &**by);
        lines.event(&json!({
            "event": "alarm",
            "time": rfc_3339(at_ms),
            "change": change,
            "key": alarm.key.0,
            "alarm": *alarm.name,
            "turbine": *alarm.turbine_id,
            "priority": alarm.priority.name(),
            "value": alarm.value_at_raise,
            "by": by.filter(|_| change == "acknowledged"),
        }));
    };
    if before.is_none() {
        change("raised", alarm.raised_ms);
    }
    if let Some((at_ms, _)) = alarm.acknowledged.as_ref().filter(|_| !was_acknowledged) {
        change("acknowledged", *at_ms);
    }
    if let Some(at_ms) = alarm.cleared_ms.filter(|_| !was_cleared) {
        change("cleared", at_ms);
    }
}

/// Tells on standard error what the connection does, each thing once.
fn tell_connection(status: Res<TelemetryStatus>, mut told: Local<(Link, Vec<String>)>) {
    if !status.is_changed() {
        return;
    }
    let (link, notices) = &mut *told;
    let is_news = match (&*link, &status.link) {
        (Link::Disconnected { reason: a, .. }, Link::Disconnected { reason: b, .. }) => a != b,
        (before, now) => before != now,
    };
    if is_news {
        *link = status.link.clone();
        match link {
            Link::Idle | Link::Connecting => {}
            Link::Connected => eprintln!("windvane: connected to {}", status.broker),
            Link::Disconnected { reason, .. } => eprintln!("windvane: {reason} Trying again."),
        }
    }
    if *notices != status.notices {
        notices.clone_from(&status.notices);
        for notice in notices {
            eprintln!("windvane: {notice}");
        }
    }
}

fn now() -> String {
    jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

fn rfc_3339(ms: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
