//! What is said and heard over one connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::{AsyncClient, QoS};
use serde::Serialize;

use super::check::{Heard, read};
use super::document::{FORMAT, Heartbeat, Presence};
use super::limits::LARGEST_PAYLOAD;
use super::link::Line;
use super::post::Post;
use super::sign::Key;
use super::status::RefusedMessage;
use super::topic::Of;
use crate::clock::now_ms;
use crate::telemetry::{Link, excerpt};

/// How often a station says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// After this long without hearing itself, a station knows that the broker keeps it from the others.
const UNHEARD: Duration = Duration::from_secs(25);
/// After so long nothing waits any more for all that the broker keeps.
const SYNC: Duration = Duration::from_secs(3);
/// The client takes no more: tried again after this.
const AGAIN: Duration = Duration::from_millis(5);
const EXCERPT_BYTES: usize = 200;

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    /// An older program has the name of this station.
    NameTaken,
}

/// One connection, once the broker has accepted it.
pub(super) struct Talk {
    line: Arc<Line>,
    pub client: AsyncClient,
    post: Post,
    ready_at: Option<Instant>,
    is_synced: bool,
    seq: u64,
    next_beat: Instant,
    asks: bool,
    heard_self: Instant,
    is_full: bool,
    is_unheard: bool,
}

impl Talk {
    pub fn new(line: Arc<Line>, client: AsyncClient, post: Post) -> Self {
        let now = Instant::now();
        Self {
            line,
            client,
            post,
            ready_at: None,
            is_synced: false,
            seq: 0,
            next_beat: now,
            asks: true,
            heard_self: now,
            is_full: false,
            is_unheard: false,
        }
    }

    /// The broker has answered the subscription: what it keeps follows, and then this station's presence,
    /// by which the end of it is known.
    pub fn begin(&mut self) {
        let now = Instant::now();
        self.ready_at = Some(now);
        self.heard_self = now;
        {
            let mut held = self.post.lock();
            held.connection += 1;
            held.link = Link::Connected;
            held.notices.clear();
        }
        self.post.wake();
        self.publish_presence(true);
        self.turn();
    }

    pub fn is_ready(&self) -> bool {
        self.ready_at.is_some()
    }

    /// When there is something to do by itself.
    pub fn wakes_at(&self) -> Instant {
        let now = Instant::now();
        let Some(ready_at) = self.ready_at else {
            return now + BEAT;
        };
        if self.is_full {
            return now + AGAIN;
        }
        let (due, look_at) = {
            let held = self.post.lock();
            (held.next_due(), held.look_at)
        };
        let due = due.map(|due| {
            if self.is_synced {
                due
            } else {
                due.max(ready_at + SYNC)
            }
        });
        let all = [due, look_at].into_iter().flatten();
        all.fold(self.next_beat, Instant::min).max(now)
    }

    /// Says what is due.
    pub fn turn(&mut self) {
        let now = Instant::now();
        let Some(ready_at) = self.ready_at else {
            return;
        };
        if self.next_beat <= now {
            self.beat(now);
        }
        let is_looked_at = self.post.lock().look_at.take_if(|at| *at <= now).is_some();
        if is_looked_at {
            self.post.wake();
        }
        self.is_full = false;
        if self.is_synced || now.duration_since(ready_at) >= SYNC {
            self.send(now);
        }
    }

    fn send(&mut self, until: Instant) {
        loop {
            let Some((id, outgoing)) = self.post.lock().take_due(until) else {
                return;
            };
            let Some(topic) = self.line.topics.alarm(&id) else {
                continue;
            };
            let document = outgoing
                .document
                .clone()
                .at(now_ms(), outgoing.shelved_until_ms);
            let payload = encode(&document, &topic, self.line.key.as_ref());
            if payload.len() > LARGEST_PAYLOAD {
                let bytes = payload.len();
                self.tell(format!(
                    "{} at {} is not shared: {bytes} bytes are more than 65,536.",
                    id.name, id.object
                ));
                continue;
            }
            if self
                .client
                .try_publish(topic, QoS::AtLeastOnce, true, payload)
                .is_err()
            {
                self.post.lock().put_back(id, outgoing);
                self.is_full = true;
                return;
            }
        }
    }

    fn beat(&mut self, now: Instant) {
        self.next_beat = now + BEAT;
        self.seq += 1;
        let line = &self.line;
        let up = crate::clock::running_for();
        let heartbeat = Heartbeat {
            format: FORMAT,
            station: Arc::clone(&line.station),
            session: line.session,
            seq: self.seq,
            up_ms: u64::try_from(up.as_millis()).unwrap_or(u64::MAX),
            clock_ms: now_ms(),
            asks: self.asks,
        };
        let topic = line.topics.heartbeat(&line.station);
        let payload = encode(&heartbeat, &topic, line.key.as_ref());
        // At most once, and not kept: no broker or bridge may say later that this station lives now.
        match self
            .client
            .try_publish(topic, QoS::AtMostOnce, false, payload)
        {
            Ok(()) => self.asks = false,
            Err(_full) => self.next_beat = now + AGAIN,
        }
        let is_unheard = now.duration_since(self.heard_self) >= UNHEARD;
        if is_unheard && !self.is_unheard {
            self.tell(format!(
                "The broker does not pass on what this station sends below {}. Allow its user to \
                 write there.",
                line.topics.prefix()
            ));
        }
        self.is_unheard = is_unheard;
    }

    fn tell(&self, notice: String) {
        let mut held = self.post.lock();
        if held.notices.len() < 20 && !held.notices.contains(&notice) {
            held.notices.push(notice);
        }
    }

    fn publish_presence(&self, is_there: bool) -> bool {
        let topic = self.line.topics.presence(&self.line.station);
        let payload = self.line.presence(is_there);
        let sent = self
            .client
            .try_publish(topic, QoS::AtLeastOnce, true, payload);
        sent.is_ok()
    }

    /// Sends all that waits and that this station is gone; false while the client takes no more.
    pub fn say_goodbye(&mut self) -> bool {
        self.is_full = false;
        self.send(Instant::now() + Duration::from_secs(3_600));
        // Where the name is another's, that one is there.
        let is_taken = self.post.lock().taken_name.as_ref() == Some(&self.line.station);
        !self.is_full && (is_taken || self.publish_presence(false))
    }

    /// Takes in a message.
    pub fn hear(&mut self, topic: &str, payload: &[u8], is_retained: bool) -> Said {
        let arrived_ms = now_ms();
        match read(&self.line.topics, self.line.key.as_ref(), topic, payload) {
            Ok(Heard::Alarm(id, Some(received))) => {
                self.post.lock().heard(id, *received, is_retained);
            }
            Ok(Heard::Alarm(id, None)) => self.post.lock().forget(id),
            Ok(Heard::Presence(presence)) => self.hear_presence(&presence),
            Ok(Heard::Gone(station)) => self.post.lock().peers.gone(&station),
            Ok(Heard::Heartbeat(heartbeat)) => return self.hear_heartbeat(&heartbeat, arrived_ms),
            Err(why) => {
                let refused = RefusedMessage {
                    at_ms: arrived_ms,
                    topic: excerpt(topic.as_bytes(), EXCERPT_BYTES),
                    excerpt: excerpt(payload, EXCERPT_BYTES),
                    reason: why.to_string(),
                };
                let mut held = self.post.lock();
                held.refuse(refused);
                // What this station knows is to take its place.
                if let Some(Of::Alarm(id)) = self.line.topics.read(topic) {
                    held.forget(id);
                }
            }
        }
        self.post.wake_for_news();
        Said::Nothing
    }

    fn hear_presence(&mut self, presence: &Presence) {
        if presence.station != self.line.station {
            self.post.lock().peers.presence(presence);
            return;
        }
        if presence.session != self.line.session || !presence.is_there {
            // The last will of an earlier connection, or of another program of this name.
            if !presence.is_there {
                self.publish_presence(true);
            }
            return;
        }
        if !self.is_synced {
            self.is_synced = true;
            let mut held = self.post.lock();
            held.synced = held.connection;
            drop(held);
            self.post.wake();
        }
    }

    fn hear_heartbeat(&mut self, heartbeat: &Heartbeat, now_ms: i64) -> Said {
        let now = Instant::now();
        if heartbeat.station == self.line.station {
            if heartbeat.session == self.line.session {
                self.heard_self = now;
                return Said::Nothing;
            }
            let own_ms = u64::try_from(crate::clock::running_for().as_millis()).unwrap_or(u64::MAX);
            let is_older = (heartbeat.up_ms, heartbeat.session) > (own_ms, self.line.session);
            if is_older {
                return Said::NameTaken;
            }
            self.next_beat = self.next_beat.min(now + Duration::from_millis(100));
            return Said::Nothing;
        }
        if heartbeat.asks {
            let soon = Duration::from_millis(rand::random_range(0..=200));
            self.next_beat = self.next_beat.min(now + soon);
        }
        let is_new = self.post.lock().peers.heartbeat(heartbeat, now_ms);
        if is_new {
            self.post.wake();
        }
        Said::Nothing
    }
}

/// A message as JSON, signed where there is a key.
pub(super) fn encode(value: &impl Serialize, topic: &str, key: Option<&Key>) -> String {
    // A tree of maps, lists and texts always becomes JSON.
    let mut payload = serde_json::to_string(value).unwrap_or_default();
    if let Some(key) = key {
        key.sign(topic, &mut payload);
    }
    payload
}
