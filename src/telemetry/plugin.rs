//! The app's side of telemetry: gives the thread its feed, takes samples and status from it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use tokio::sync::watch;

use crate::RoomSet;
use crate::scene::{ActiveScene, Model, Scene};
use crate::wake::Wake;

use super::board::{Board, Counts};
use super::by_hand::ByHand;
use super::connection::{self, Feed};
use super::handover::{Inbox, handover};
use super::{Arrivals, Link, Observation, TelemetryConfig, TelemetryStatus, time};

/// How often the status is brought up to date.
const STATUS_INTERVAL: Duration = Duration::from_millis(250);
/// Rates are over the time since the oldest of these many updates.
const RATE_UPDATES: usize = 5;

pub(super) fn build(app: &mut App) {
    let (outbox, inbox) = handover();
    let board = Board::default();
    let (feeds, feeds_out) = watch::channel(None);
    let observation = Observation::default();
    let observed = observation.shared();
    if let Err(error) = connection::spawn(feeds_out, outbox, board.clone(), observed) {
        let reason = format!("The telemetry thread could not be started: {error}.");
        error!("{reason}");
        board.set_link(Link::Disconnected {
            reason,
            retry_ms: i64::MAX,
        });
    }
    app.init_resource::<TelemetryConfig>()
        .init_resource::<TelemetryStatus>()
        .init_resource::<Arrivals>()
        .init_resource::<Wake>()
        .insert_resource(observation)
        .insert_resource(Telemetry {
            feeds,
            inbox,
            board,
            epoch: 0,
        })
        .add_systems(
            Update,
            (pass_wake, feed_thread, take_samples, read_board)
                .chain()
                .in_set(RoomSet::Telemetry)
                .run_if(not(resource_exists::<ByHand>)),
        );
}

/// The app's ends of what it shares with the thread; the thread ends when this is dropped.
#[derive(Resource)]
struct Telemetry {
    feeds: watch::Sender<Option<Arc<Feed>>>,
    inbox: Inbox,
    board: Board,
    epoch: u64,
}

fn pass_wake(wake: Res<Wake>, telemetry: Res<Telemetry>, observation: Res<Observation>) {
    if wake.is_changed() {
        observation.set_wake(wake.clone());
        telemetry.board.set_wake(wake.clone());
    }
}

/// Gives the thread a new feed when the scene or the settings changed in what telemetry rests on.
fn feed_thread(
    active: Option<Res<ActiveScene>>,
    config: Res<TelemetryConfig>,
    mut telemetry: ResMut<Telemetry>,
) {
    let Some(active) = active else { return };
    if !active.is_changed() && !config.is_changed() {
        return;
    }
    let fed = telemetry.feeds.borrow().clone();
    if fed.is_some_and(|f| f.config == *config && same_input(&f.scene, &active.scene)) {
        return;
    }
    telemetry.epoch += 1;
    let feed = Feed {
        epoch: telemetry.epoch,
        scene: Arc::clone(&active.scene),
        config: config.clone(),
    };
    telemetry.feeds.send_replace(Some(Arc::new(feed)));
}

/// Whether two scenes are the same to telemetry: rules, colours and positions may differ.
fn same_input(a: &Scene, b: &Scene) -> bool {
    let signals = |a: &Model, b: &Model| {
        let key = |m: &Model| {
            let fields = m.signals.iter();
            let fields = fields.map(|s| {
                (
                    s.column,
                    s.name.clone(),
                    s.field.clone(),
                    s.kind,
                    s.carries_codes,
                )
            });
            fields.collect::<Vec<_>>()
        };
        key(a) == key(b)
    };
    let same_models = a.models.len() == b.models.len()
        && a.models.iter().zip(&b.models).all(|(a, b)| signals(a, b));
    let same_turbines = a.turbines.len() == b.turbines.len()
        && a.turbines
            .iter()
            .zip(&b.turbines)
            .all(|(a, b)| a.id == b.id && a.model == b.model);
    let (of_a, of_b) = (&a.broker, &b.broker);
    std::ptr::eq(a, b)
        || of_a.url == of_b.url
            && of_a.username_env == of_b.username_env
            && of_a.password_env == of_b.password_env
            && a.topics == b.topics
            && a.signals == b.signals
            && Arc::ptr_eq(&a.texts, &b.texts)
            && same_models
            && same_turbines
}

fn take_samples(telemetry: Res<Telemetry>, mut arrivals: ResMut<Arrivals>) {
    let held = arrivals.bypass_change_detection();
    let before = held.0.len();
    held.0.clear();
    telemetry.inbox.take(telemetry.epoch, &mut held.0);
    if before > 0 || !held.0.is_empty() {
        arrivals.set_changed();
    }
}

/// What the last update of the status saw.
#[derive(Default)]
struct LastRead {
    at: Option<Instant>,
    revision: u64,
    history: VecDeque<(Instant, Counts)>,
}

fn read_board(
    telemetry: Res<Telemetry>,
    status: ResMut<TelemetryStatus>,
    mut last: Local<LastRead>,
) {
    let now = Instant::now();
    let is_due = last
        .at
        .is_none_or(|at| now.duration_since(at) >= STATUS_INTERVAL);
    let notes = telemetry.board.notes();
    let link_changed = notes.link != status.link;
    if !is_due && !link_changed {
        return;
    }
    let counts = notes.counts;
    let newer = (notes.revision != last.revision).then(|| notes.clone());
    drop(notes);

    last.at = Some(now);
    last.history.push_back((now, counts));
    while last.history.len() > RATE_UPDATES {
        last.history.pop_front();
    }
    let (messages_per_s, values_per_s) = rates(&last.history);
    let is_same = newer.is_none()
        && counts.messages == status.messages
        && telemetry.inbox.dropped() == status.dropped
        && messages_per_s == status.messages_per_s
        && values_per_s == status.values_per_s;
    if is_same {
        return;
    }
    let status = status.into_inner();
    status.messages = counts.messages;
    status.values = counts.values;
    status.coalesced = counts.coalesced;
    status.dropped = telemetry.inbox.dropped();
    status.rejected = counts.rejected;
    status.messages_per_s = messages_per_s;
    status.values_per_s = values_per_s;
    if let Some(notes) = newer {
        last.revision = notes.revision;
        status.broker = notes.broker;
        status.link = notes.link;
        status.since_ms = if notes.since_ms == 0 {
            time::now_ms()
        } else {
            notes.since_ms
        };
        status.notices = notes.notices;
        status.recent_rejects = notes.recent_rejects;
        let by_reason = super::RejectReason::ALL.into_iter().zip(counts.by_reason);
        status.rejected_by_reason = by_reason.filter(|(_, count)| *count > 0).collect();
    }
}

/// Messages and values a second over the kept updates.
fn rates(history: &VecDeque<(Instant, Counts)>) -> (f64, f64) {
    let (Some((from, first)), Some((to, last))) = (history.front(), history.back()) else {
        return (0.0, 0.0);
    };
    let elapsed_s = to.duration_since(*from).as_secs_f64();
    if elapsed_s <= 0.0 {
        return (0.0, 0.0);
    }
    let rate = |first: u64, last: u64| last.saturating_sub(first) as f64 / elapsed_s;
    (
        rate(first.messages, last.messages),
        rate(first.values, last.values),
    )
}

#[cfg(test)]
mod tests {
    use super::super::test_scene::scene;
    use super::*;

    #[test]
    fn rates_are_over_the_time_between_the_updates() {
        let begun = Instant::now();
        let counts = |messages, values| Counts {
            messages,
            values,
            ..Counts::default()
        };
        let later = begun + Duration::from_millis(500);
        let history = VecDeque::from([(begun, counts(10, 80)), (later, counts(35, 280))]);
        assert_eq!(rates(&history), (50.0, 400.0));
        assert_eq!(rates(&VecDeque::new()), (0.0, 0.0));
    }

    #[test]
    fn a_scene_of_other_turbines_or_texts_is_another_input() {
        let first = scene(&["T1"]);
        let mut same = scene(&["T1"]);
        assert!(!same_input(&first, &same), "numbers of texts differ");
        same.texts = Arc::clone(&first.texts);
        same.title = "Other".into();
        assert!(same_input(&first, &same));
        let mut other = scene(&["T1", "T2"]);
        other.texts = Arc::clone(&first.texts);
        assert!(!same_input(&first, &other));
    }
}
