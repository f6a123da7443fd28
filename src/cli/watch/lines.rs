//! What changed in a frame, as JSON lines; what the connection does, for people on standard error.

use std::fmt::Write as _;

use bevy::prelude::*;
use serde_json::{Value, json};

use crate::RoomSet;
use crate::alarms::{AlarmChange, AlarmEvent};
use crate::clock::now_ms;
use crate::rules::{Appearance, RuleStates, Shown};
use crate::scene::{ActiveScene, SceneProblems, SceneReplaced, Surface, write_problems};
use crate::telemetry::{Link, TelemetryStatus};

/// Lines that are to be printed.
#[derive(Resource, Debug, Default, Deref, DerefMut)]
pub(super) struct Lines(String);

impl Lines {
    fn event(&mut self, event: &Value) {
        // Writing to a String cannot fail.
        let _written = writeln!(self.0, "{event}");
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
            (
                write_scene,
                write_colors,
                write_alarms,
                tell_connection,
                tell_problems,
            )
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
        "time": rfc_3339(now_ms()),
        "title": scene.title,
        "turbines": scene.turbines.len(),
        "rules": scene.rules.len(),
    }));
}

fn write_colors(
    states: Res<RuleStates>,
    active: Option<Res<ActiveScene>>,
    mut printed: ResMut<Printed>,
    mut lines: ResMut<Lines>,
) {
    let Some(active) = active.filter(|_| !states.changed().is_empty()) else {
        return;
    };
    let time = rfc_3339(now_ms());
    for &row in states.changed() {
        let appearance = states.appearance(row);
        let (Some(before), Some(turbine)) =
            (printed.0.get_mut(row.index()), active.scene.turbine(row))
        else {
            continue;
        };
        let changes = before.surfaces.iter().zip(appearance.surfaces);
        let mut told: Vec<(Shown, Vec<&str>)> = Vec::new();
        for ((before, shown), (_, surface)) in changes.zip(Surface::ALL) {
            if *before == shown {
                continue;
            }
            match told.iter_mut().find(|(other, _)| *other == shown) {
                Some((_, surfaces)) => surfaces.push(surface),
                None => told.push((shown, vec![surface])),
            }
        }
        for (shown, surfaces) in told {
            let rule = shown
                .rule
                .and_then(|r| active.scene.rules.get(usize::from(r)));
            let color = rule.and_then(|rule| rule.color.as_ref()?.fixed());
            lines.event(&json!({
                "event": "color",
                "time": time,
                "turbine": *turbine.id,
                "surfaces": surfaces,
                "rule": rule.map(|rule| &*rule.name),
                "color": color.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
                "unknown": shown.unknown,
            }));
        }
        *before = appearance;
    }
}

fn write_alarms(mut events: MessageReader<AlarmEvent>, mut lines: ResMut<Lines>) {
    for AlarmEvent { change, alarm } in events.read() {
        let acknowledged = alarm.acknowledged.as_ref();
        let (change, at_ms, by) = match change {
            AlarmChange::Raised => ("raised", alarm.raised_ms, None),
            AlarmChange::Cleared => ("cleared", alarm.cleared_ms.unwrap_or_else(now_ms), None),
            AlarmChange::Acknowledged => {
                let (at_ms, by) =
                    acknowledged.map_or_else(|| (now_ms(), None), |(at, by)| (*at, Some(&**by)));
                ("acknowledged", at_ms, by)
            }
            AlarmChange::Withdrawn => ("withdrawn", now_ms(), None),
        };
        lines.event(&json!({
            "event": "alarm",
            "time": rfc_3339(at_ms),
            "change": change,
            "key": alarm.key.0,
            "alarm": *alarm.name,
            "turbine": *alarm.turbine_id,
            "priority": alarm.priority.name(),
            "value": alarm.value_at_raise,
            "by": by,
        }));
    }
}

/// Tells why a changed scene file did not replace the scene that runs.
fn tell_problems(problems: Res<SceneProblems>) {
    if problems.is_changed() && problems.has_failed() {
        eprintln!(
            "windvane: {} has errors; the scene before goes on",
            problems.file.display()
        );
        // Nobody can be told that nobody can be told.
        let _written = write_problems(&mut std::io::stderr().lock(), &problems.problems, false);
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

fn rfc_3339(ms: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
