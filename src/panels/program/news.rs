//! What is worth a toast, and what is remembered of scenes: followed from the rooms' own messages.

use std::path::Path;

use bevy::prelude::*;

use crate::clock::Clock;
use crate::demo::{DemoFailed, RunningDemo};
use crate::panels::program::reloaded::{self, ColoursBefore};
use crate::panels::program::toasts::{Subject, Tell, Toast, ToastTarget};
use crate::panels::{PanelState, format};
use crate::rules::RuleStates;
use crate::scene::{ActiveScene, LoadProgress, SceneProblems, SceneReplaced};
use crate::telemetry::{Link, TelemetryStatus};

/// Follows how far the loading of a scene is.
pub(super) fn follow_loading(progress: Option<Res<LoadProgress>>, mut state: ResMut<PanelState>) {
    let now = progress.and_then(|progress| progress.now());
    if state.0.program.loading != now {
        state.0.program.loading = now;
    }
}

/// Remembers the scenes that are opened; the demo's is always at hand.
pub(super) fn remember(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    demo: Option<Res<RunningDemo>>,
    clock: Option<Res<Clock>>,
    mut state: ResMut<PanelState>,
) {
    let (Some(_), Some(active)) = (replaced.read().last(), active) else {
        return;
    };
    state.0.program.is_demo_starting = false;
    let scene = &active.scene;
    if demo.is_some_and(|demo| demo.broker.url == scene.broker.url) {
        return;
    }
    let now_ms = clock.map_or_else(crate::clock::now_ms, |c| c.wall_ms);
    let path = std::path::absolute(&scene.path).unwrap_or_else(|_| scene.path.clone());
    state.0.program.recent.note(&path, &scene.title, now_ms);
}

/// Since when the broker is lost.
#[derive(Debug, Default)]
pub(super) struct LinkWatch {
    broker: String,
    was_connected: bool,
    lost_ms: Option<i64>,
}

/// Tells what matters and nobody asked for.
pub(super) fn tell(
    mut replaced: MessageReader<SceneReplaced>,
    (active, states, before): (
        Option<Res<ActiveScene>>,
        Option<Res<RuleStates>>,
        Res<ColoursBefore>,
    ),
    problems: Option<Res<SceneProblems>>,
    telemetry: Option<Res<TelemetryStatus>>,
    mut demo_failed: MessageReader<DemoFailed>,
    mut told: MessageReader<Tell>,
    clock: Option<Res<Clock>>,
    mut link: Local<LinkWatch>,
    mut state: ResMut<PanelState>,
) {
    let now_ms = clock.map_or_else(crate::clock::now_ms, |c| c.wall_ms);
    let mut news: Vec<Toast> = Vec::new();
    let mut over = Vec::new();
    if let Some(of) = replaced.read().last()
        && let Some(active) = &active
    {
        over.push(Subject::Scene);
        if let Some(previous) = &of.previous {
            let (words, turbines) = reloaded::words(previous, active, &before, states.as_deref());
            let toast = Toast::info(Subject::Scene, words);
            news.push(match turbines.is_empty() {
                true => toast,
                false => toast.leading_to(ToastTarget::Turbines(turbines)),
            });
        }
    }
    if let Some(problems) = problems.filter(|p| p.is_changed() && p.has_failed()) {
        let is_open = active.as_ref().is_some();
        state.0.program.is_demo_starting = false;
        let words = failed(&problems.file, problems.problems.errors(), is_open);
        let toast = Toast::error(Subject::Scene, words);
        // Without a scene the whole page says so.
        if is_open {
            news.push(toast.leading_to(ToastTarget::Problems));
        }
    }
    if let Some(telemetry) = telemetry.filter(|t| t.is_changed()) {
        news.extend(follow_link(&mut link, &telemetry, now_ms));
    }
    for DemoFailed(reason) in demo_failed.read() {
        let words = format!("The demo could not be started: {reason}");
        news.push(Toast::error(Subject::Given, words));
        state.0.program.is_demo_starting = false;
    }
    news.extend(told.read().map(|Tell(toast)| toast.clone()));
    if news.is_empty() && over.is_empty() {
        return;
    }
    let toasts = &mut state.0.program.toasts;
    for subject in over {
        toasts.dismiss(subject);
    }
    for toast in news {
        toasts.add(toast, now_ms);
    }
}

fn failed(file: &Path, errors: usize, is_open: bool) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let errors = format::counted(errors, "error", "errors");
    let rest = if is_open {
        " The scene that is open stays."
    } else {
        ""
    };
    format!("{name} has {errors}.{rest}")
}

/// A connection that is lost after it was there, and one that is back.
fn follow_link(link: &mut LinkWatch, status: &TelemetryStatus, now_ms: i64) -> Option<Toast> {
    if link.broker != status.broker {
        *link = LinkWatch {
            broker: status.broker.clone(),
            ..LinkWatch::default()
        };
    }
    match &status.link {
        Link::Connected => {
            link.was_connected = true;
            let lost_ms = link.lost_ms.take()?;
            let after = format::duration((now_ms - lost_ms).max(0));
            let words = format!("The broker is back after {after}");
            Some(Toast::info(Subject::Broker, words))
        }
        Link::Disconnected { reason, .. } if link.was_connected && link.lost_ms.is_none() => {
            link.lost_ms = Some(now_ms);
            let words = format!("The broker is lost: {reason}");
            Some(Toast::warning(Subject::Broker, words))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::program::toasts::ToastKind;

    fn status(link: Link) -> TelemetryStatus {
        TelemetryStatus {
            broker: "mqtt://a".to_owned(),
            link,
            ..TelemetryStatus::default()
        }
    }

    fn lost() -> Link {
        Link::Disconnected {
            reason: "it hung up".to_owned(),
            retry_ms: 0,
        }
    }

    #[test]
    fn only_a_broker_that_was_there_is_told_to_be_lost_and_back_once_each() {
        let mut link = LinkWatch::default();
        assert_eq!(follow_link(&mut link, &status(lost()), 0), None);
        assert_eq!(follow_link(&mut link, &status(Link::Connected), 0), None);
        let toast = follow_link(&mut link, &status(lost()), 1_000).expect("it is lost");
        assert_eq!(toast.kind, ToastKind::Warning);
        assert_eq!(follow_link(&mut link, &status(lost()), 2_000), None);
        let toast = follow_link(&mut link, &status(Link::Connected), 43_000).expect("back");
        assert_eq!(toast.words, "The broker is back after 42 s");
        assert_eq!(
            follow_link(&mut link, &status(Link::Connected), 44_000),
            None
        );
    }

    #[test]
    fn another_broker_is_not_the_lost_one_come_back() {
        let mut link = LinkWatch::default();
        follow_link(&mut link, &status(Link::Connected), 0);
        follow_link(&mut link, &status(lost()), 1_000);
        let other = TelemetryStatus {
            broker: "mqtt://b".to_owned(),
            ..status(Link::Connected)
        };
        assert_eq!(follow_link(&mut link, &other, 2_000), None);
    }
}
