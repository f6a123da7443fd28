//! What changed in a frame, as JSON lines; what the connection does, for people on standard error.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use bevy::prelude::*;
use serde_json::{Value, json};

use crate::RoomSet;
use crate::alarms::AlarmEvent;
use crate::alarms::journal::{JournalHandle, JournalNotice};
use crate::alarms::share::SharingStatus;
use crate::clock::now_ms;
use crate::fleet::{Fleet, TurbineRow};
use crate::rules::{Appearance, Outputs, RuleStates, Shown};
use crate::scene::{ActiveScene, Scene, SceneProblems, SceneReplaced, Surface, write_problems};
use crate::telemetry::{Link, TelemetryStatus};
use crate::wording::{labels, rule_color};

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
struct Printed(Vec<(Appearance, Outputs)>);

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
                tell_sharing,
                tell_problems,
                tell_journal,
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
    printed.0.resize(scene.turbines.len(), Default::default());
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
    fleet: Res<Fleet>,
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
        let (Some((before, outputs_before)), Some(turbine)) =
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
            let index = shown.rule;
            let rule = index.and_then(|r| active.scene.rules.get(usize::from(r)));
            let color = index.and_then(|r| rule_color(&active.scene, &states, r, row));
            lines.event(&json!({
                "event": "color",
                "time": time,
                "turbine": *turbine.id,
                "surfaces": surfaces,
                "rule": rule.map(|rule| &*rule.name),
                "color": color.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
                // Of a scale, what the colour stands for now; later values are not told.
                "value": index.and_then(|r| states.scale_value(r, row)),
                "unknown": shown.unknown || index.is_some_and(|r| states.lacks_value(r, row)),
            }));
        }
        *before = appearance;
        let outputs = states.outputs(row);
        if *outputs_before != outputs {
            *outputs_before = outputs;
            write_outputs(
                &mut lines,
                time.as_deref(),
                &active.scene,
                &states,
                &fleet,
                row,
            );
        }
    }
}

/// What rules show at a turbine beside colours, labels as they read now.
fn write_outputs(
    lines: &mut Lines,
    time: Option<&str>,
    scene: &Scene,
    states: &RuleStates,
    fleet: &Fleet,
    row: TurbineRow,
) {
    let outputs = states.outputs(row);
    let rule = |index: u16| scene.rules.get(usize::from(index));
    let labels: Vec<Value> = labels(scene, states, fleet, row)
        .into_iter()
        .filter_map(|(index, text)| Some(json!({"rule": *rule(index)?.name, "text": text})))
        .collect();
    let icons: Vec<&str> = outputs
        .icons()
        .filter_map(|index| rule(index)?.icon.as_deref())
        .collect();
    let opacity: serde_json::Map<String, Value> = Surface::ALL
        .iter()
        .filter_map(|(surface, name)| {
            let opacity = rule(outputs.opacity(*surface)?)?.opacity;
            // As it is written: not with the digits that a shorter number has.
            let opacity = (f64::from(opacity) * 1e6).round() / 1e6;
            Some(((*name).to_owned(), json!(opacity)))
        })
        .collect();
    lines.event(&json!({
        "event": "shows",
        "time": time,
        "turbine": scene.turbine(row).map(|t| &*t.id),
        "labels": labels,
        "icons": icons,
        "opacity": opacity,
    }));
}

fn write_alarms(mut events: MessageReader<AlarmEvent>, mut lines: ResMut<Lines>) {
    for event in events.read() {
        let alarm = event.alarm.as_ref();
        lines.event(&json!({
            "event": "alarm",
            "time": rfc_3339(event.at_ms),
            "change": event.change.name(),
            "key": alarm.map(|a| a.key.0),
            "alarm": *event.id.name,
            "turbine": *event.id.object,
            "priority": alarm.map(|a| a.priority.name()),
            "value": event.value,
            "by": event.by.as_ref().map(|by| &*by.user),
            "station": event.by.as_ref().map(|by| &*by.station),
            "comment": event.comment.as_deref(),
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

/// Tells on standard error what there is to know of the journal.
fn tell_journal(
    mut notices: MessageReader<JournalNotice>,
    journal: Res<JournalHandle>,
    mut told: Local<Option<String>>,
) {
    for JournalNotice(notice) in notices.read() {
        eprintln!("windvane: {notice}");
    }
    let trouble = journal.trouble();
    if *told == trouble {
        return;
    }
    match &trouble {
        Some(trouble) => eprintln!("windvane: the journal is not written: {trouble}"),
        None => eprintln!("windvane: the journal is written again"),
    }
    *told = trouble;
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

/// Tells on standard error what is shared with whom, each thing once.
fn tell_sharing(
    status: Res<SharingStatus>,
    mut told: Local<SharingStatus>,
    mut seen: Local<HashSet<Arc<str>>>,
) {
    if !status.is_changed() {
        return;
    }
    if status.is_synced && !told.is_synced {
        let (prefix, station) = (&status.prefix, &status.station);
        eprintln!("windvane: sharing alarms below {prefix} as {station}");
    }
    if let (Link::Disconnected { reason, .. }, Link::Connected) = (&status.link, &told.link) {
        eprintln!("windvane: other stations are not reached. {reason}");
    }
    for station in &status.stations {
        if station.lives && seen.insert(Arc::clone(&station.name)) {
            eprintln!("windvane: station {} is there", station.name);
        } else if !station.lives && seen.remove(&station.name) {
            eprintln!("windvane: station {} is not heard any more", station.name);
        }
    }
    for notice in &status.notices {
        if !told.notices.contains(notice) {
            eprintln!("windvane: {notice}");
        }
    }
    let new = status.refused.saturating_sub(told.refused);
    let kept = status.recent_refused.len();
    let new = usize::try_from(new).unwrap_or(kept).min(kept);
    for refused in status.recent_refused.iter().skip(kept - new) {
        eprintln!("windvane: not used: {}: {}", refused.topic, refused.reason);
    }
    told.clone_from(&status);
}

fn rfc_3339(ms: i64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
