//! The thread `sharing`: a connection of its own, made again whenever it is lost.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, Event, EventLoop, NetworkOptions, Packet, SubscribeReasonCode};
use rumqttc::{LastWill, QoS, SubscribeFilter};
use tokio::sync::watch;

use super::document::{FORMAT, Presence};
use super::post::Post;
use super::sign::Key;
use super::talk::{Said, Talk, encode};
use super::topic::{Topics, slug};
use crate::clock::now_ms;
use crate::scene::Broker;
use crate::telemetry::{Backoff, Failure, Link, Polled, TelemetryConfig, broker_options, guarded};

/// Requests that wait for the MQTT client at most.
const MOST_REQUESTS: usize = 100;
/// A connection that lasted this long was a good one.
const HELD: Duration = Duration::from_secs(5);
/// What still is to be said when the program ends may take so long.
const GOODBYE: Duration = Duration::from_secs(1);

/// What the thread works from; a new one takes the place of the old one.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub topics: Topics,
    pub broker: Broker,
    pub config: TelemetryConfig,
    /// The name of this station.
    pub station: Arc<str>,
    /// This run of the program.
    pub session: u64,
    pub key: Option<Key>,
    /// This station evaluates alarms.
    pub watches: bool,
}

impl Line {
    /// The same connection would do.
    pub fn is_same(&self, other: &Self) -> bool {
        let (a, b) = (&self.broker, &other.broker);
        self.topics == other.topics
            && self.station == other.station
            && self.config == other.config
            && a.url == b.url
            && a.username_env == b.username_env
            && a.password_env == b.password_env
    }

    /// What the broker keeps of this station: nothing of a command of the shell that has ended.
    pub fn presence(&self, is_there: bool) -> String {
        if !is_there && !self.watches {
            return String::new();
        }
        let presence = Presence {
            format: FORMAT,
            station: Arc::clone(&self.station),
            session: self.session,
            is_there,
            watches: self.watches,
        };
        let topic = self.topics.presence(&self.station);
        encode(&presence, &topic, self.key.as_ref())
    }
}

/// Lines for the thread; closed when the app ends.
pub(super) type Lines = watch::Receiver<Option<Arc<Line>>>;

/// Starts the thread. It ends, with a message to the receiver, when the sender of its lines is dropped.
///
/// # Errors
/// The thread or its runtime could not be made.
pub(super) fn spawn(lines: Lines, post: Post) -> std::io::Result<crossbeam_channel::Receiver<()>> {
    let (ended, end) = crossbeam_channel::bounded(1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .thread_name("sharing-dns")
        .build()?;
    let run = move || {
        let mut lines = lines;
        runtime.block_on(run(&mut lines, &post));
        runtime.shutdown_background();
        // Nobody may be waiting for it.
        let _sent = ended.try_send(());
    };
    let thread = std::thread::Builder::new().name("sharing".into());
    thread.spawn(run)?;
    Ok(end)
}

async fn run(lines: &mut Lines, post: &Post) {
    loop {
        let line = lines.borrow_and_update().clone();
        match line {
            Some(line) => {
                if serve(&line, lines, post).await.is_none() {
                    return;
                }
            }
            None => {
                post.lock().link = Link::Idle;
                if lines.changed().await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Why a connection ended.
enum Ended {
    Failed(Failure),
    /// Another line needs another connection, or the app has ended.
    LineChanged,
}

/// Connects, again and again, until another line is given. `None` if the app has ended.
async fn serve(line: &Arc<Line>, lines: &mut Lines, post: &Post) -> Option<()> {
    let mut backoff = Backoff::default();
    post.lock().link = Link::Connecting;
    loop {
        let failure = match attempt(line, lines, post, &mut backoff).await {
            Ended::Failed(failure) => failure,
            Ended::LineChanged => return lines.has_changed().is_ok().then_some(()),
        };
        let wait = backoff.next_wait(failure.refused);
        tracing::debug!("sharing: {}", failure.words);
        {
            let mut held = post.lock();
            held.peers.lost();
            held.link = Link::Disconnected {
                reason: failure.words,
                retry_ms: now_ms().saturating_add(wait.as_millis() as i64),
            };
        }
        post.wake();
        let waited = tokio::time::timeout(wait, lines.changed()).await;
        if let Ok(changed) = waited {
            return changed.ok();
        }
    }
}

/// One connection, from the first packet to the last.
async fn attempt(line: &Arc<Line>, lines: &mut Lines, post: &Post, backoff: &mut Backoff) -> Ended {
    let (broker, mut options) = match broker_options(&line.broker, &line.config) {
        Ok(found) => found,
        Err(words) => return Ended::Failed(Failure::new(words)),
    };
    post.lock().broker.clone_from(&broker);
    // New each time: a broker throws out the older of two clients of one name.
    let number: u64 = rand::random();
    let name = format!("windvane-{}-{:08x}", slug(&line.station), number >> 32);
    let presence = line.topics.presence(&line.station);
    options.set_client_id(name).set_last_will(LastWill::new(
        presence,
        line.presence(false),
        QoS::AtLeastOnce,
        true,
    ));
    let (client, mut events) = AsyncClient::new(options, MOST_REQUESTS);
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true);
    network.set_connection_timeout(line.config.connect_timeout.as_secs().max(1));
    events.set_network_options(network);

    let mut talk = Talk::new(Arc::clone(line), client, post.clone());
    let mut connected_at = None;
    let mut suback_until: Option<Instant> = None;
    loop {
        let polled = {
            // Kept over the other branches: a connection that is being made must not begin anew.
            let mut poll = pin!(events.poll());
            loop {
                let until = suback_until.unwrap_or_else(|| talk.wakes_at());
                tokio::select! {
                    biased;
                    polled = guarded(poll.as_mut()) => break Some(polled),
                    _changed = lines.changed() => break None,
                    () = post.changed.notified() => talk.turn(),
                    () = tokio::time::sleep_until(until.into()) => {
                        if suback_until.is_some() {
                            return Ended::Failed(Failure::new(format!(
                                "{broker} accepted the connection but does not answer the subscription. \
                                 Check that broker's log."
                            )));
                        }
                        talk.turn();
                    }
                }
            }
        };
        let Some(polled) = polled else {
            goodbye(&mut talk, &mut events).await;
            return Ended::LineChanged;
        };
        match polled {
            Polled::Ready(Ok(Event::Incoming(Packet::Publish(publish)))) => {
                let said = talk.hear(&publish.topic, &publish.payload, publish.retain);
                if said == Said::NameTaken {
                    post.lock().taken_name = Some(Arc::clone(&line.station));
                    post.wake();
                }
                talk.turn();
            }
            Polled::Ready(Ok(Event::Incoming(Packet::ConnAck(_)))) => {
                connected_at = Some(Instant::now());
                let filters = line
                    .topics
                    .filters()
                    .map(|f| SubscribeFilter::new(f, QoS::AtLeastOnce));
                if let Err(error) = talk.client.try_subscribe_many(filters) {
                    let words = format!("The subscription could not be sent: {error}.");
                    return Ended::Failed(Failure::new(words));
                }
                suback_until = Some(Instant::now() + line.config.connect_timeout);
            }
            Polled::Ready(Ok(Event::Incoming(Packet::SubAck(answer)))) => {
                suback_until = None;
                let is_refused = |code: &_| matches!(code, SubscribeReasonCode::Failure);
                if answer.return_codes.iter().any(is_refused) {
                    return Ended::Failed(Failure::new(format!(
                        "{broker} does not let this user read {}/#. Allow it there, give the scene \
                         another [sharing] topic, or forbid it with enabled = false.",
                        line.topics.prefix()
                    )));
                }
                talk.begin();
            }
            Polled::Ready(Ok(_)) => talk.turn(),
            Polled::Ready(Err(error)) => {
                if connected_at.is_some_and(|at: Instant| at.elapsed() >= HELD) {
                    backoff.reset();
                }
                return Ended::Failed(Failure::of(&error, &broker, connected_at.is_some()));
            }
            Polled::Panicked => {
                let words = format!("The MQTT client failed on what {broker} sent.");
                return Ended::Failed(Failure::new(words));
            }
        }
    }
}

/// Says what is left to say, and that this station is gone.
async fn goodbye(talk: &mut Talk, events: &mut EventLoop) {
    if !talk.is_ready() {
        return;
    }
    let until = tokio::time::Instant::now() + GOODBYE;
    let mut has_asked = false;
    loop {
        if !has_asked && talk.say_goodbye() {
            has_asked = talk.client.try_disconnect().is_ok();
        }
        match tokio::time::timeout_at(until, events.poll()).await {
            Ok(Ok(_)) => {}
            // Over time, or the connection is closed as was asked.
            Ok(Err(_)) | Err(_) => return,
        }
    }
}
