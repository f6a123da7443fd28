//! A station for as long as a command of the shell runs: it sees what is shared, and does to it what
//! the panels do.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::super::AlarmId;
use super::check::follows;
use super::document::{Aside, By, Document, Sent, Shared, SharedService, SharedShelf};
use super::known::Known;
use super::limits::{LONGEST_COMMENT, LONGEST_TEXT, cut};
use super::link::{self, Line};
use super::post::{Manner, Post};
use super::replica::SHELL;
use super::sign::Key;
use super::topic::Topics;
use super::view::Context;
use crate::access::{Permission, Session};
use crate::clock::now_ms;
use crate::scene::{AlarmDefinition, Scene};
use crate::telemetry::{Link, TelemetryConfig};

/// How often is looked for news.
const LOOK: Duration = Duration::from_millis(2);
/// Stations that live answer within this time.
const ANSWER: Duration = Duration::from_millis(400);

/// What is done to an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Acknowledge what is known of it.
    Acknowledge {
        /// What is said with it.
        comment: Option<Arc<str>>,
    },
    /// Let go of it where it is latched.
    Reset,
    /// Lay it aside.
    Shelve {
        /// For how long.
        duration: Duration,
        /// Until it clears, if that is sooner.
        is_one_shot: bool,
        /// Why.
        reason: Arc<str>,
    },
    /// End its shelf.
    Unshelve,
    /// Take it out of service.
    TakeOutOfService {
        /// Why.
        reason: Arc<str>,
    },
    /// Return it to service.
    ReturnToService,
    /// Write about it.
    Comment {
        /// What.
        text: Arc<str>,
    },
}

impl Wish {
    /// What it needs.
    pub fn permission(&self) -> Permission {
        match self {
            Self::Acknowledge { .. } => Permission::Acknowledge,
            Self::Reset => Permission::Reset,
            Self::Shelve { .. } | Self::Unshelve => Permission::Shelve,
            Self::TakeOutOfService { .. } | Self::ReturnToService => Permission::OutOfService,
            Self::Comment { .. } => Permission::Comment,
        }
    }

    /// Whether there is anything to do.
    pub fn applies(&self, shared: &Shared) -> bool {
        match self {
            Self::Acknowledge { .. } => shared.waits_somewhere(),
            Self::Reset => shared.state(|_| true).is_latched(),
            Self::Unshelve => shared.shelved().is_some(),
            Self::ReturnToService => shared.out_of_service().is_some(),
            Self::Shelve { .. } | Self::TakeOutOfService { .. } | Self::Comment { .. } => true,
        }
    }

    fn carry_out(&self, shared: &mut Shared, by: By, at_ms: i64) -> Option<i64> {
        let shelf = |duration: Duration, is_one_shot, reason: &Arc<str>| SharedShelf {
            counter: 0,
            is_over: duration.is_zero(),
            by: by.clone(),
            at_ms,
            duration_ms: u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
            is_one_shot,
            reason: cut(reason, LONGEST_TEXT),
        };
        let service = |is_over, reason: &Arc<str>| SharedService {
            counter: 0,
            is_over,
            by: by.clone(),
            at_ms,
            reason: cut(reason, LONGEST_TEXT),
        };
        match self {
            Self::Acknowledge { comment } => {
                let comment = comment.as_ref().map(|text| cut(text, LONGEST_COMMENT));
                shared.acknowledge(&by, at_ms, comment.as_ref());
            }
            Self::Reset => shared.reset(&by, at_ms),
            Self::Shelve {
                duration,
                is_one_shot,
                reason,
            } => {
                shared.lay_aside(shelf(*duration, *is_one_shot, reason));
                let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
                return Some(at_ms.saturating_add_unsigned(ms));
            }
            Self::Unshelve => shared.lay_aside(shelf(Duration::ZERO, false, &Arc::default())),
            Self::TakeOutOfService { reason } => shared.serve(service(false, reason)),
            Self::ReturnToService => shared.serve(service(true, &Arc::default())),
            Self::Comment { text } => shared.remark(by, at_ms, cut(text, LONGEST_TEXT)),
        }
        None
    }

    /// Whether a station has followed, as far as it tells.
    fn is_followed(&self, shared: &Shared, station: &str) -> bool {
        let Some(stand) = shared.stations.get(station) else {
            return true;
        };
        match self {
            Self::Acknowledge { .. } => {
                !stand.state.is_unacknowledged() || !shared.is_acknowledged(station)
            }
            Self::Reset => !(stand.state.is_latched() && shared.is_reset(station)),
            Self::Shelve { .. } => stand.state == super::State::Normal || stand.set_aside.is_some(),
            Self::Unshelve => stand.set_aside != Some(Aside::Shelved),
            Self::TakeOutOfService { .. } => {
                stand.state == super::State::Normal || stand.set_aside == Some(Aside::OutOfService)
            }
            Self::ReturnToService => stand.set_aside != Some(Aside::OutOfService),
            Self::Comment { .. } => true,
        }
    }
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Stations that run and have followed.
    pub followed: Vec<Arc<str>>,
    /// Stations that run and did not follow in time.
    pub silent: Vec<Arc<str>>,
}

/// A station that only asks and orders.
pub struct Shell {
    post: Post,
    known: Known,
    line: Arc<Line>,
    lines: Option<watch::Sender<Option<Arc<Line>>>>,
    end: crossbeam_channel::Receiver<()>,
    shared: HashMap<AlarmId, Held>,
}

/// What is known of an alarm.
#[derive(Default)]
struct Held {
    shared: Shared,
    /// What came from the broker, without what was added here.
    heard: Shared,
    /// When its shelf ends, milliseconds since 1970 UTC.
    until_ms: Option<i64>,
}

impl Drop for Shell {
    fn drop(&mut self) {
        drop(self.lines.take());
        let _ended = self.end.recv_timeout(Duration::from_millis(1_500));
    }
}

impl Shell {
    /// Connects to the scene's broker and hears all that it keeps.
    ///
    /// # Errors
    /// Why that cannot be, in words.
    pub fn connect(
        scene: &Arc<Scene>,
        session: &Session,
        patience: Duration,
    ) -> Result<Self, String> {
        if !scene.sharing.is_enabled {
            return Err("the scene shares no alarms: [sharing] has enabled = false".to_owned());
        }
        if scene.broker.url.starts_with("embedded") {
            return Err(
                "the scene's broker is inside the program that shows it: name that program's broker \
                 with --broker mqtt://127.0.0.1:PORT"
                    .to_owned(),
            );
        }
        let post = Post::default();
        let station = format!("{}{SHELL}", session.station);
        let line = Arc::new(Line {
            topics: Topics::new(scene.sharing.topic.as_deref(), &scene.title),
            broker: scene.broker.clone(),
            config: TelemetryConfig::default(),
            station: super::limits::name(&station.into()),
            session: rand::random::<u64>() >> 11,
            key: Key::of_environment()?,
            watches: false,
        });
        let (lines, lines_out) = watch::channel(Some(Arc::clone(&line)));
        let end = link::spawn(lines_out, post.clone());
        let end = end.map_err(|error| format!("the thread could not be started: {error}"))?;
        let mut shell = Self {
            post,
            known: Known::new(scene, &session.station),
            line,
            lines: Some(lines),
            end,
            shared: HashMap::new(),
        };
        shell.sync(patience)?;
        Ok(shell)
    }

    fn sync(&mut self, patience: Duration) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let (link, is_synced) = {
                let held = self.post.lock();
                (
                    held.link.clone(),
                    held.connection > 0 && held.synced == held.connection,
                )
            };
            self.hear();
            if is_synced {
                break;
            }
            if let Link::Disconnected { reason, .. } = link {
                return Err(reason);
            }
            if begun.elapsed() > patience {
                return Err(format!(
                    "{} does not pass on what is sent below {}: its user may not write there",
                    self.post.lock().broker,
                    self.line.topics.prefix()
                ));
            }
            std::thread::sleep(LOOK);
        }
        // Who runs answers at once; who is not heard does not run.
        let asked = Instant::now();
        while asked.elapsed() < ANSWER {
            std::thread::sleep(LOOK);
            self.hear();
            let held = self.post.lock();
            let mut there = held
                .peers
                .iter()
                .filter(|(_, peer)| peer.watches && peer.is_there);
            if there.all(|(_, peer)| peer.lives()) {
                break;
            }
        }
        Ok(())
    }

    /// Takes in what has come.
    fn hear(&mut self) {
        let mut held = self.post.lock();
        held.has_woken = false;
        held.forgotten.clear();
        while let Some((id, incoming)) = held.next_heard() {
            let known = self.shared.entry(id).or_default();
            let received = &incoming.received;
            // What cannot be followed is no station's: it is left out.
            if follows(&known.shared, &received.shared).is_err() {
                continue;
            }
            let before = known.shared.shelf.clone();
            known.heard.join(&received.shared);
            known.shared.join(&received.shared);
            if known.shared.shelf != before {
                let remaining = received.shelf_remaining_ms;
                known.until_ms =
                    remaining.map(|ms| received.sent.at_ms.saturating_add_unsigned(ms));
            }
        }
    }

    /// All that is shared, by turbine and name.
    pub fn documents(&self) -> Vec<Document> {
        let mut all: Vec<Document> = self
            .shared
            .iter()
            .map(|(id, held)| self.document(id, &held.shared, held.until_ms))
            .collect();
        all.sort_by(|a, b| (&a.turbine, &a.alarm).cmp(&(&b.turbine, &b.alarm)));
        all
    }

    fn document(&self, id: &AlarmId, shared: &Shared, until_ms: Option<i64>) -> Document {
        let held = self.post.lock();
        let is_there = |station: &str| {
            let peer = held.peers.get(station);
            peer.is_some_and(|peer| peer.is_there || peer.lives())
        };
        let sent = Sent {
            station: Arc::clone(&self.line.station),
            session: self.line.session,
            at_ms: now_ms(),
        };
        let context = Context {
            definition: self.known.definition(id),
            is_there: &is_there,
            shelved_until_ms: until_ms,
        };
        Document::new(id, shared.clone(), sent, context)
    }

    /// What the scene says of an alarm; `None` where it has no such alarm.
    pub fn definition(&self, id: &AlarmId) -> Option<&AlarmDefinition> {
        self.known.definition(id)
    }

    /// What is shared of an alarm.
    pub fn shared(&self, id: &AlarmId) -> Option<&Shared> {
        self.shared.get(id).map(|held| &held.shared)
    }

    /// The stations that run.
    pub fn stations(&self) -> Vec<Arc<str>> {
        let held = self.post.lock();
        let live = held
            .peers
            .iter()
            .filter(|(_, peer)| peer.watches && peer.lives());
        let mut live: Vec<Arc<str>> = live.map(|(name, _)| Arc::clone(name)).collect();
        live.sort();
        live
    }

    /// Messages of others that could not be used: topic and reason.
    pub fn refused(&self) -> Vec<(String, String)> {
        let held = self.post.lock();
        held.refused
            .iter()
            .map(|r| (r.topic.clone(), r.reason.clone()))
            .collect()
    }

    /// Does this to these alarms and waits until the stations that run have followed, each alarm in its
    /// order; those of `wish` that do not apply are left as they are.
    ///
    /// # Errors
    /// The broker did not take it.
    pub fn carry_out(
        &mut self,
        ids: &[AlarmId],
        wish: &Wish,
        session: &Session,
        patience: Duration,
    ) -> Result<Told, String> {
        let by = By {
            station: Arc::clone(&self.line.station),
            ..By::from(&session.actor())
        };
        let at_ms = now_ms();
        let mut wanted = Vec::new();
        for id in ids {
            let known = self.shared.entry(id.clone()).or_default();
            if let Some(until) = wish.carry_out(&mut known.shared, by.clone(), at_ms) {
                known.until_ms = Some(until);
            }
            let (shared, until_ms) = (known.shared.clone(), known.until_ms);
            let document = self.document(id, &shared, until_ms);
            self.post
                .send(id.clone(), document, until_ms, Manner::AtOnce);
            wanted.push((id.clone(), shared));
        }
        // Patience ends when nothing more comes: thousands of alarms take longer than one.
        let (mut last_news, mut kept, mut done) = (Instant::now(), 0, 0);
        let stations = self.stations();
        loop {
            std::thread::sleep(LOOK);
            self.hear();
            let is_kept = |(id, wanted): &(AlarmId, Shared)| {
                let held = self.shared.get(id);
                held.is_some_and(|held| !wanted.says_more_than(&held.heard))
            };
            let now_kept = wanted.iter().filter(|wanted| is_kept(wanted)).count();
            let is_kept = now_kept == wanted.len();
            let now_done = stations.iter().map(|station| {
                let followed = |id: &&AlarmId| {
                    let shared = self.shared(id);
                    shared.is_some_and(|shared| wish.is_followed(shared, station))
                };
                ids.iter().filter(followed).count()
            });
            let now_done: usize = now_done.sum();
            if (now_kept, now_done) != (kept, done) {
                (kept, done) = (now_kept, now_done);
                last_news = Instant::now();
            }
            let follows = |station: &&Arc<str>| {
                ids.iter().all(|id| {
                    let shared = self.shared(id);
                    shared.is_some_and(|shared| wish.is_followed(shared, station))
                })
            };
            let (followed, silent): (Vec<_>, Vec<_>) = stations.iter().partition(follows);
            let is_over = last_news.elapsed() > patience;
            if is_kept && (silent.is_empty() || is_over) {
                let own = |stations: Vec<&Arc<str>>| stations.into_iter().cloned().collect();
                return Ok(Told {
                    followed: own(followed),
                    silent: own(silent),
                });
            }
            if is_over {
                return Err(match &self.post.lock().link {
                    Link::Disconnected { reason, .. } => reason.clone(),
                    _ if kept > 0 => format!(
                        "The broker took {kept} of {} and no more for {}.",
                        wanted.len(),
                        humantime::format_duration(patience)
                    ),
                    _ => "The broker did not take it: its user may not write there.".to_owned(),
                });
            }
        }
    }
}
