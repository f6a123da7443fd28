//! What waits between the app and the thread that shares: bounded by the alarms there are, because what
//! is newer of one alarm joins or replaces what is older.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::super::AlarmId;
use super::check::Received;
use super::document::{Document, Shared};
use super::peers::Peers;
use super::status::RefusedMessage;
use crate::telemetry::Link;
use crate::wake::Wake;

/// Alarms that may wait for the app at most; what comes on top is heard again with the next connection.
const MOST_WAITING: usize = 200_000;
/// Refused messages that are kept to be looked at.
pub const MOST_REFUSED: usize = 200;

/// A document that is to be sent.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub document: Document,
    /// When its shelf ends by this machine's clock, milliseconds since 1970 UTC.
    pub shelved_until_ms: Option<i64>,
    due: Instant,
    number: u64,
    /// It only repeats what others said: not needed once somebody else has said it.
    is_echo: bool,
}

/// A document that was heard, joined with earlier ones that wait.
#[derive(Debug)]
pub(super) struct Incoming {
    pub received: Received,
    pub is_retained: bool,
    /// What the broker keeps now, where that is less than all that was heard.
    pub kept: Option<Shared>,
    /// The connection over which it came.
    pub connection: u64,
}

/// What both sides write and read, each for a moment.
#[derive(Debug, Default)]
pub(super) struct Held {
    outgoing: HashMap<AlarmId, Outgoing>,
    due: BTreeMap<(Instant, u64), AlarmId>,
    numbers: u64,
    incoming: HashMap<AlarmId, Incoming>,
    order: VecDeque<AlarmId>,
    /// Alarms of which the broker keeps nothing, or nothing that can be used.
    pub forgotten: Vec<AlarmId>,
    pub left_out: u64,
    pub peers: Peers,
    pub refused: VecDeque<RefusedMessage>,
    pub refused_count: u64,
    pub link: Link,
    pub broker: String,
    pub notices: Vec<String>,
    /// Counts connections.
    pub connection: u64,
    /// The connection in which all that the broker keeps was heard.
    pub synced: u64,
    /// The name under which this station was shared, and that an older program has.
    pub taken_name: Option<Arc<str>>,
    /// When the app is to be woken: something is to be looked at then.
    pub look_at: Option<Instant>,
    /// The app was woken for what waits.
    pub has_woken: bool,
    wake: Wake,
}

/// Shared between the app and its thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Post {
    held: Arc<Mutex<Held>>,
    pub changed: Arc<Notify>,
}

impl Post {
    pub fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What wakes the app.
    pub fn set_wake(&self, wake: Wake) {
        self.lock().wake = wake;
    }

    /// Asks for a frame.
    pub fn wake(&self) {
        let wake = self.lock().wake.clone();
        wake.wake();
    }

    /// Asks for a frame, once until the app has taken what waits.
    pub fn wake_for_news(&self) {
        let mut held = self.lock();
        if held.has_woken || !held.has_news() {
            return;
        }
        held.has_woken = true;
        let wake = held.wake.clone();
        drop(held);
        wake.wake();
    }

    /// Has a document sent after a time, in place of one of the same alarm that waits.
    pub fn send(&self, id: AlarmId, document: Document, until_ms: Option<i64>, manner: Manner) {
        self.lock().send(id, document, until_ms, manner);
        self.changed.notify_one();
    }
}

/// When a document is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Something happened here.
    AtOnce,
    /// What happened elsewhere was followed here: not all at once.
    Soon,
    /// It repeats what is known: unless somebody else does so first.
    Echo,
    /// After a new connection, over a second or two.
    Spread,
}

impl Manner {
    fn wait(self) -> Duration {
        let ms = match self {
            Self::AtOnce => 0,
            Self::Soon => rand::random_range(10..=100),
            Self::Echo => rand::random_range(20..=250),
            Self::Spread => rand::random_range(50..=1_500),
        };
        Duration::from_millis(ms)
    }
}

impl Held {
    fn send(&mut self, id: AlarmId, document: Document, until_ms: Option<i64>, manner: Manner) {
        let mut due = Instant::now() + manner.wait();
        let mut is_echo = matches!(manner, Manner::Echo | Manner::Spread);
        if let Some(before) = self.outgoing.remove(&id) {
            self.due.remove(&(before.due, before.number));
            due = due.min(before.due);
            is_echo &= before.is_echo;
        }
        self.numbers += 1;
        let number = self.numbers;
        self.due.insert((due, number), id.clone());
        let shelved_until_ms = until_ms;
        self.outgoing.insert(
            id,
            Outgoing {
                document,
                shelved_until_ms,
                due,
                number,
                is_echo,
            },
        );
    }

    /// The next document that is due.
    pub fn take_due(&mut self, now: Instant) -> Option<(AlarmId, Outgoing)> {
        let entry = self.due.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let id = entry.remove();
        let outgoing = self.outgoing.remove(&id)?;
        Some((id, outgoing))
    }

    /// Puts back what could not be sent now.
    pub fn put_back(&mut self, id: AlarmId, outgoing: Outgoing) {
        if !self.outgoing.contains_key(&id) {
            self.due.insert((outgoing.due, outgoing.number), id.clone());
            self.outgoing.insert(id, outgoing);
        }
    }

    /// When the next document is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.due.first_key_value().map(|((due, _), _)| *due)
    }

    /// Forgets what is to be sent and what was heard: they are of another scene.
    pub fn clear(&mut self) {
        self.outgoing.clear();
        self.due.clear();
        self.incoming.clear();
        self.order.clear();
        self.forgotten.clear();
        self.left_out = 0;
        self.look_at = None;
        self.peers = Peers::default();
    }

    /// Keeps a document for the app, and does not send what it says already.
    pub fn heard(&mut self, id: AlarmId, received: Received, is_retained: bool) {
        if let Some(outgoing) = self.outgoing.get(&id)
            && outgoing.is_echo
            && !outgoing.document.shared.says_more_than(&received.shared)
        {
            self.due.remove(&(outgoing.due, outgoing.number));
            self.outgoing.remove(&id);
        }
        if let Some(waiting) = self.incoming.get_mut(&id) {
            waiting.add(received, is_retained);
            waiting.connection = self.connection;
            return;
        }
        if self.incoming.len() >= MOST_WAITING {
            self.left_out += 1;
            return;
        }
        self.order.push_back(id.clone());
        let incoming = Incoming {
            received,
            is_retained,
            kept: None,
            connection: self.connection,
        };
        self.incoming.insert(id, incoming);
    }

    /// The next document that was heard.
    pub fn next_heard(&mut self) -> Option<(AlarmId, Incoming)> {
        let id = self.order.pop_front()?;
        let incoming = self.incoming.remove(&id)?;
        Some((id, incoming))
    }

    /// Whether anything waits for the app.
    pub fn has_news(&self) -> bool {
        !self.order.is_empty() || !self.forgotten.is_empty()
    }

    /// The broker keeps nothing usable of an alarm.
    pub fn forget(&mut self, id: AlarmId) {
        if self.forgotten.len() < MOST_REFUSED && !self.forgotten.contains(&id) {
            self.forgotten.push(id);
        }
    }

    /// Keeps a message that cannot be used, to be looked at.
    pub fn refuse(&mut self, refused: RefusedMessage) {
        self.refused_count += 1;
        self.refused.push_back(refused);
        while self.refused.len() > MOST_REFUSED {
            self.refused.pop_front();
        }
    }
}

impl Incoming {
    fn add(&mut self, mut later: Received, is_retained: bool) {
        let kept = later.shared.clone();
        later.shared.join(&self.received.shared);
        if later.shared.shelf == kept.shelf {
            self.is_retained = is_retained;
        } else {
            // The shelf that counts came with the earlier message.
            later.sent = self.received.sent.clone();
            later.shelf_remaining_ms = self.received.shelf_remaining_ms;
        }
        self.kept = (later.shared != kept).then_some(kept);
        self.received = later;
    }
}
