//! The app's side: what happens here goes out, what was heard becomes orders.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use tokio::sync::watch;

use super::super::{AlarmEvent, AlarmId, AlarmKey, Alarms, Order, Restoring};
use super::document::{By, Document, Sent};
use super::known::Known;
use super::link::{self, Line};
use super::post::{Manner, Post};
use super::replica::{Here, Outcome, Replica};
use super::sign::Key;
use super::status::{RefusedMessage, SharingConfig};
use super::topic::Topics;
use crate::access::{Permission, Role, Session};
use crate::clock::{Clock, now_ms};
use crate::scene::{ActiveScene, Scene, SceneReplaced};
use crate::telemetry::TelemetryConfig;

/// Documents that are taken in a frame at most: the rest waits for the next.
const MOST_A_FRAME: usize = 4_000;
/// A station that has just started may not have heard the others yet.
const YOUNG: Duration = Duration::from_secs(60);
/// Stations that live have answered by then.
const ANSWER: Duration = Duration::from_secs(2);
/// An occurrence that is older was not raised in this frame.
const JUST_NOW_MS: i64 = 2_000;
/// What an earlier run left standing has been judged anew by then.
const LEFT_OVER: Duration = Duration::from_secs(30);
/// The broker is told again what it lost, or what was put in its place, at most this often an alarm.
const MEND: Duration = Duration::from_secs(10);
const MOST_MENDED: usize = 10_000;
/// How often it is looked for what others saw and this station did not.
const LOOK: Duration = Duration::from_secs(1);
/// How long the program waits at its end for what is still to be said.
const GOODBYE: Duration = Duration::from_millis(1_500);

/// Which role a user of another station has by what this machine knows; `None` where it knows nothing
/// of roles. Then what the other station says counts.
#[derive(Resource, Clone, Default)]
pub struct ClaimedRoles(pub Option<Arc<dyn Fn(&str) -> Role + Send + Sync>>);

impl ClaimedRoles {
    /// Whether who claims to have done something may.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn permits(&self, by: &By, permission: Permission) -> Result<(), String> {
        let told = |denied: crate::access::Denied| denied.to_string();
        by.role.may(permission).map_err(told)?;
        let Some(role_of) = &self.0 else {
            return Ok(());
        };
        let role = role_of(&by.user);
        role.may(permission).map_err(|_denied| {
            format!(
                "{} is {} by this station's access file; to {} takes the role {}.",
                by.user,
                role.name(),
                permission.words(),
                permission.least_role().name()
            )
        })
    }
}

/// This station, and what it shares.
#[derive(Resource)]
pub(super) struct Station {
    pub replica: Replica,
    pub post: Post,
    pub known: Known,
    pub line: Option<Arc<Line>>,
    lines: Option<watch::Sender<Option<Arc<Line>>>>,
    end: crossbeam_channel::Receiver<()>,
    session: u64,
    key: Option<Key>,
    /// Why nothing is shared although it was asked for.
    pub failure: Option<String>,
    connection: u64,
    is_synced: bool,
    synced_at: Option<Instant>,
    has_swept: bool,
    last_key: AlarmKey,
    mended: HashMap<AlarmId, Instant>,
    /// Since the program's start.
    missed_looked_at: Duration,
    /// What this frame is to send once it is in the journal: nobody hears what a power cut takes back.
    unsent: Vec<(AlarmId, Manner)>,
    /// The name, and how many programs of that name are older than this one.
    name: (Arc<str>, u32),
}

impl Drop for Station {
    fn drop(&mut self) {
        // The thread says what is left to say, and ends.
        drop(self.lines.take());
        if self.line.is_some() {
            let _ended = self.end.recv_timeout(GOODBYE);
        }
    }
}

impl Station {
    pub fn new(name: &Arc<str>) -> Self {
        let post = Post::default();
        let (lines, lines_out) = watch::channel(None);
        let mut failure = None;
        let end = link::spawn(lines_out, post.clone()).unwrap_or_else(|error| {
            failure = Some(format!("The sharing thread could not be started: {error}."));
            crossbeam_channel::never()
        });
        let key = Key::of_environment().unwrap_or_else(|words| {
            failure = Some(format!("{words}: nothing is shared."));
            None
        });
        Self {
            replica: Replica::new(Arc::clone(name)),
            post,
            known: Known::default(),
            line: None,
            lines: Some(lines),
            end,
            session: rand::random::<u64>() >> 11,
            key,
            failure,
            connection: 0,
            is_synced: false,
            synced_at: None,
            has_swept: false,
            last_key: AlarmKey(0),
            mended: HashMap::new(),
            missed_looked_at: Duration::ZERO,
            unsent: Vec::new(),
            name: (Arc::clone(name), 0),
        }
    }

    /// The name of the desk, whoever else has it.
    pub fn own_name(&self) -> Arc<str> {
        super::limits::name(&self.name.0)
    }

    /// The stations that live may not have answered yet.
    fn is_new_here(&self) -> bool {
        self.synced_at.is_none_or(|at| at.elapsed() < ANSWER)
    }

    /// Sends what is known of an alarm.
    fn send(&self, id: &AlarmId, manner: Manner) {
        let (Some(line), Some(shared)) = (&self.line, self.replica.get(id)) else {
            return;
        };
        let sent = Sent {
            station: Arc::clone(self.replica.me()),
            session: line.session,
            at_ms: now_ms(),
        };
        let shelved_until_ms = self.replica.shelved_until_ms(id);
        let document = {
            let held = self.post.lock();
            let me = self.replica.me();
            let is_there = |station: &str| {
                let peer = held.peers.get(station);
                *station == **me || peer.is_some_and(|peer| peer.is_there || peer.lives())
            };
            let definition = self.known.definition(id);
            let context = super::view::Context {
                definition,
                is_there: &is_there,
                shelved_until_ms,
            };
            Document::new(id, shared.clone(), sent, context)
        };
        self.post
            .send(id.clone(), document, shelved_until_ms, manner);
    }

    fn send_all(&self, ids: &[AlarmId], manner: Manner) {
        for id in ids {
            self.send(id, manner);
        }
    }

    /// Sends what is known of alarms once this frame is in the journal.
    fn send_later(&mut self, ids: impl IntoIterator<Item = AlarmId>, manner: Manner) {
        let ids = ids.into_iter().map(|id| (id, manner));
        self.unsent.extend(ids);
    }

    /// Uses what is known here to judge what others say.
    fn with_here<T>(
        &mut self,
        roles: &ClaimedRoles,
        judge: impl FnOnce(&mut Replica, &Known, &Here) -> T,
    ) -> T {
        let peers: HashMap<Arc<str>, (Option<i64>, bool)> = {
            let held = self.post.lock();
            let peers = held.peers.iter();
            peers
                .map(|(name, peer)| {
                    (
                        Arc::clone(name),
                        (peer.ahead_ms, peer.lives() && peer.watches),
                    )
                })
                .collect()
        };
        let me = Arc::clone(self.replica.me());
        let here = Here {
            now_ms: now_ms(),
            ahead_ms: &|station| match *station == *me {
                true => Some(0),
                false => peers.get(station)?.0,
            },
            lives: &|station| peers.get(station).is_some_and(|(_, lives)| *lives),
            permits: &|by, permission| roles.permits(by, permission),
        };
        judge(&mut self.replica, &self.known, &here)
    }

    fn refuse(&self, id: &AlarmId, reasons: Vec<String>) {
        let topic = self.line.as_ref().and_then(|line| line.topics.alarm(id));
        for reason in reasons {
            self.post.lock().refuse(RefusedMessage {
                at_ms: now_ms(),
                topic: topic.clone().unwrap_or_default(),
                excerpt: String::new(),
                reason,
            });
        }
    }

    fn take(&self, id: &AlarmId, outcome: Outcome, orders: &mut MessageWriter<Order>) {
        self.refuse(id, outcome.refused);
        orders.write_batch(outcome.orders);
    }
}

/// Follows the scene, the settings and the name of the station.
pub(super) fn follow(
    mut station: ResMut<Station>,
    active: Option<Res<ActiveScene>>,
    mut replaced: MessageReader<SceneReplaced>,
    config: Res<SharingConfig>,
    connection: Res<TelemetryConfig>,
    session: Res<Session>,
    restoring: Option<Res<Restoring>>,
    mut was_restoring: Local<bool>,
) {
    let station = station.bypass_change_detection();
    // Until the journal is open, this station has neither its name for certain nor what stood.
    let is_restoring = restoring.is_some();
    let is_restored = std::mem::replace(&mut *was_restoring, is_restoring) != is_restoring;
    let is_new_scene = replaced.read().last().is_some();
    let is_taken = station.post.lock().taken_name.as_ref() == Some(station.replica.me());
    let is_renamed = station.name.0 != session.station || is_taken;
    if is_taken {
        station.name.1 += 1;
    } else if is_renamed {
        station.name = (Arc::clone(&session.station), 0);
    }
    let is_changed = active.as_ref().is_some_and(DetectChanges::is_changed);
    if !(is_new_scene || is_renamed || is_changed || is_restored || config.is_changed()) {
        return;
    }
    let Some(active) = active else { return };
    let scene = &active.scene;
    let name: Arc<str> = match station.name.1 {
        0 => Arc::clone(&station.name.0),
        others => format!("{} ~{}", station.name.0, others + 1).into(),
    };
    let renamed = match is_renamed {
        true => station.replica.rename(name),
        false => Vec::new(),
    };
    station.known = Known::new(scene, &session.station);
    let line = line(station, scene, &config, &connection).filter(|_| !is_restoring);
    let is_other = match (&line, &station.line) {
        (Some(new), Some(old)) => !new.is_same(old),
        (None, None) => false,
        _ => true,
    };
    if is_other {
        let is_elsewhere = match (&line, &station.line) {
            (Some(new), Some(old)) => new.topics != old.topics,
            _ => true,
        };
        if is_elsewhere {
            station.replica.leave_farm();
            station.post.lock().clear();
        }
        station.line = line.map(Arc::new);
        station.is_synced = false;
        if let Some(lines) = &station.lines {
            lines.send_replace(station.line.clone());
        }
    }
    let Station { replica, known, .. } = station;
    let adopted = replica.adopt(|id| known.has(id));
    station.send_all(&renamed, Manner::Spread);
    station.send_all(&adopted, Manner::Spread);
    // What stands is looked through once more: it may have come back from the journal.
    station.is_synced = false;
}

fn line(
    station: &Station,
    scene: &Scene,
    config: &SharingConfig,
    connection: &TelemetryConfig,
) -> Option<Line> {
    let is_on = config.is_enabled && scene.sharing.is_enabled && station.failure.is_none();
    is_on.then(|| Line {
        topics: Topics::new(scene.sharing.topic.as_deref(), &scene.title),
        broker: scene.broker.clone(),
        config: connection.clone(),
        station: Arc::clone(station.replica.me()),
        session: station.session,
        key: station.key.clone(),
        watches: true,
    })
}

/// What was heard, and what was raised in this frame, becomes orders.
pub(super) fn hear(
    mut station: ResMut<Station>,
    alarms: Res<Alarms>,
    clock: Res<Clock>,
    roles: Res<ClaimedRoles>,
    mut orders: MessageWriter<Order>,
) {
    let station = station.bypass_change_detection();
    if station.line.is_none() {
        return;
    }
    let (connection, synced, new_peers) = {
        let mut held = station.post.lock();
        held.has_woken = false;
        (
            held.connection,
            held.synced,
            std::mem::take(&mut held.peers.new),
        )
    };
    if connection != station.connection {
        station.connection = connection;
        station.is_synced = false;
        station.replica.forget_heard();
    }
    raised(station, &alarms, &clock, &roles, &mut orders);
    documents(station, &roles, &mut orders);
    mend(station);
    // Who is heard later was not there: what was raised without it is this station's own.
    let may_join = station.is_new_here();
    for peer in new_peers {
        let (mut outcome, corrected) = station.with_here(&roles, |replica, _, here| {
            let joined = if may_join {
                replica.late(here)
            } else {
                Outcome::default()
            };
            (joined, replica.correct(&peer, here))
        });
        outcome.orders.extend(corrected);
        let id = AlarmId {
            object: Arc::clone(&peer),
            name: Arc::default(),
        };
        station.take(&id, outcome, &mut orders);
    }
    if synced == connection && connection > 0 && !station.is_synced {
        station.is_synced = true;
        station.synced_at.get_or_insert_with(Instant::now);
        resync(station, &alarms, &roles, &mut orders);
    }
    missed(station, &clock, &roles, &mut orders);
    let is_judged = station.synced_at.is_some_and(|at| at.elapsed() > LEFT_OVER);
    if is_judged && !station.has_swept {
        station.has_swept = true;
        let ended = station.replica.end_left_over();
        station.send_later(ended, Manner::Spread);
    }
}

/// Alarms that were raised in this frame, before anything sounds.
fn raised(
    station: &mut Station,
    alarms: &Alarms,
    clock: &Clock,
    roles: &ClaimedRoles,
    orders: &mut MessageWriter<Order>,
) {
    // Later it hears who lives: what it raises then while cut off is its own.
    let is_young = station.is_new_here() && clock.monotonic < YOUNG;
    // What came back from the journal was not raised now.
    let is_new = |raised_ms: i64| clock.wall_ms.saturating_sub(raised_ms) < JUST_NOW_MS;
    let last = station.last_key;
    let Some(newest) = alarms.standing().last().map(|alarm| alarm.key) else {
        return;
    };
    if newest <= last {
        return;
    }
    station.last_key = newest;
    let new: Vec<_> = alarms
        .standing()
        .iter()
        .rev()
        .take_while(|alarm| alarm.key > last)
        .filter(|alarm| is_new(alarm.raised_ms))
        .collect();
    let outcomes = station.with_here(roles, |replica, _, here| {
        let raised = new.iter().rev();
        raised
            .map(|alarm| (alarm.id(), replica.raised(alarm, here, is_young)))
            .collect::<Vec<_>>()
    });
    for (id, outcome) in outcomes {
        if outcome.says_more {
            station.send_later([id.clone()], Manner::AtOnce);
        }
        station.take(&id, outcome, orders);
    }
}

/// What another station saw raised and this one did not.
fn missed(
    station: &mut Station,
    clock: &Clock,
    roles: &ClaimedRoles,
    orders: &mut MessageWriter<Order>,
) {
    // What is not heard through may be acknowledged already.
    if !station.is_synced || !station.replica.may_have_missed() {
        return;
    }
    let next = Some(Instant::now() + LOOK);
    if clock.monotonic.saturating_sub(station.missed_looked_at) < LOOK {
        let mut held = station.post.lock();
        held.look_at = held.look_at.or(next);
        drop(held);
        station.post.changed.notify_one();
        return;
    }
    station.missed_looked_at = clock.monotonic;
    let (missed, may_be_soon) = station.with_here(roles, |replica, _, here| replica.missed(here));
    orders.write_batch(missed);
    station.post.lock().look_at = next.filter(|_| may_be_soon);
    station.post.changed.notify_one();
}

/// What was heard of alarms.
fn documents(station: &mut Station, roles: &ClaimedRoles, orders: &mut MessageWriter<Order>) {
    let heard: Vec<_> = {
        let mut held = station.post.lock();
        std::iter::from_fn(|| held.next_heard())
            .take(MOST_A_FRAME)
            .collect()
    };
    if heard.is_empty() {
        return;
    }
    let connection = station.connection;
    let outcomes = station.with_here(roles, |replica, known, here| {
        let receive = |(id, incoming): (AlarmId, super::post::Incoming)| {
            let is_known = known.has(&id);
            let received = &incoming.received;
            let outcome = replica.receive(&id, received, incoming.is_retained, is_known, here);
            if incoming.connection != connection {
                replica.not_heard(&id);
            }
            let kept = incoming.kept.as_ref();
            let is_less =
                kept.is_some_and(|kept| replica.get(&id).is_some_and(|s| s.says_more_than(kept)));
            (id, outcome, is_less)
        };
        heard.into_iter().map(receive).collect::<Vec<_>>()
    });
    for (id, outcome, is_less) in outcomes {
        match outcome {
            Ok(outcome) => {
                if outcome.says_more || is_less {
                    station.send_later([id.clone()], Manner::Echo);
                }
                station.take(&id, outcome, orders);
            }
            Err(why) => {
                station.refuse(&id, vec![why.to_string()]);
                station.post.lock().forget(id);
            }
        }
    }
}

/// The broker keeps nothing of an alarm, or what cannot be used: it is told anew.
fn mend(station: &mut Station) {
    let forgotten = std::mem::take(&mut station.post.lock().forgotten);
    let now = Instant::now();
    if station.mended.len() > MOST_MENDED {
        station
            .mended
            .retain(|_, at| now.duration_since(*at) < MEND);
    }
    for id in forgotten {
        let is_due = station
            .mended
            .get(&id)
            .is_none_or(|at| now.duration_since(*at) >= MEND);
        if is_due && station.replica.get(&id).is_some() {
            station.mended.insert(id.clone(), now);
            station.send_later([id], Manner::Spread);
        }
    }
}

/// All that the broker keeps was heard: what stands here is put beside it.
fn resync(
    station: &mut Station,
    alarms: &Alarms,
    roles: &ClaimedRoles,
    orders: &mut MessageWriter<Order>,
) {
    let mut changed = Vec::new();
    for alarm in alarms.standing().iter().chain(alarms.set_aside()) {
        let id = alarm.id();
        if station.replica.note(&id, alarm) {
            changed.push(id.clone());
        }
        let outcome = station.with_here(roles, |replica, _, here| replica.catch_up(&id, here));
        station.take(&id, outcome, orders);
    }
    for (id, laid) in alarms.laid_aside() {
        let shelf = laid
            .shelf
            .as_ref()
            .is_some_and(|s| station.replica.restored_shelf(id, s));
        let out = laid.out_of_service.as_ref();
        let out = out.is_some_and(|out| station.replica.restored_service(id, out));
        if shelf || out {
            changed.push(id.clone());
        }
    }
    changed.extend(station.replica.unheard());
    station.send_later(changed, Manner::Spread);
}

/// What happened here is told to the others.
pub(super) fn tell(mut station: ResMut<Station>, mut events: MessageReader<AlarmEvent>) {
    let station = station.bypass_change_detection();
    let unsent = std::mem::take(&mut station.unsent);
    if station.line.is_none() {
        events.clear();
        return;
    }
    for (id, manner) in unsent {
        station.send(&id, manner);
    }
    for event in events.read() {
        if !station.known.has(&event.id) {
            continue;
        }
        let is_ordered = station.replica.is_ordered(event);
        if station.replica.happened(event) {
            let manner = match is_ordered {
                true => Manner::Soon,
                false => Manner::AtOnce,
            };
            station.send(&event.id, manner);
        }
    }
    station.replica.settle();
}

#[cfg(test)]
mod tests {
    use bevy::prelude::*;

    use super::Station;
    use crate::RoomSet;
    use crate::alarms::AlarmSet;
    use crate::alarms::share::SharingConfig;
    use crate::clock::Clock;
    use crate::fleet::{Quality, Sample, SignalColumn, TurbineRow};
    use crate::scene::{ActiveScene, LoadOptions, SceneReplaced, load};
    use crate::telemetry::{Arrivals, take_by_hand};

    const SCENE: &str = r#"
title = "Test"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
turbines = [{ id = "T01", model = "v80", east_m = 0, north_m = 0 }]
[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
signals.oil = { field = "/oil", unit = "degC" }
[[rules]]
name = "Oil hot"
when = "oil > 80"
alarm = { priority = "high", response = "Derate" }
"#;

    /// Whether something was to be sent, frame by frame: before the journal and after.
    #[derive(Resource, Default)]
    struct Seen(Vec<(bool, bool)>);

    fn waits(station: Option<Res<Station>>) -> bool {
        station.is_some_and(|station| station.post.lock().next_due().is_some())
    }

    #[test]
    fn nothing_is_sent_before_the_journal_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.toml");
        std::fs::write(&path, SCENE).unwrap();
        let scene = load(&path, &LoadOptions::default()).unwrap().scene;
        let mut app = App::new();
        app.add_plugins(MinimalPlugins)
            .insert_resource(SharingConfig { is_enabled: true })
            .init_resource::<Seen>()
            .add_plugins(crate::headless_plugin)
            .add_systems(
                Update,
                (
                    (|clock: Res<Clock>, mut arrivals: ResMut<Arrivals>| {
                        arrivals.0.push(Sample {
                            source_time_ms: clock.wall_ms,
                            arrival_ms: clock.wall_ms,
                            value: 90.0,
                            turbine: TurbineRow(0),
                            signal: SignalColumn(0),
                            quality: Quality::Good,
                            timed_by_source: false,
                        });
                    })
                    .after(RoomSet::Telemetry)
                    .before(RoomSet::Fleet),
                    (|station: Option<Res<Station>>, mut seen: ResMut<Seen>| {
                        seen.0.push((waits(station), false));
                    })
                    .after(AlarmSet::Publish)
                    .before(AlarmSet::Keep)
                    .in_set(RoomSet::Alarms),
                    (|station: Option<Res<Station>>, mut seen: ResMut<Seen>| {
                        if let Some(frame) = seen.0.last_mut() {
                            frame.1 = waits(station);
                        }
                    })
                    .after(RoomSet::Alarms),
                ),
            );
        take_by_hand(&mut app, "the test");
        app.insert_resource(ActiveScene {
            scene,
            generation: 1,
        });
        let world = app.world_mut();
        world.write_message(SceneReplaced { previous: None });
        for _ in 0..4 {
            app.update();
        }
        let seen = &app.world().resource::<Seen>().0;
        let first = seen.iter().find(|frame| frame.1);
        assert_eq!(first, Some(&(false, true)), "{seen:?}");
    }
}
