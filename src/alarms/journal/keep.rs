//! Keeps what happens in a frame before anything of it is shown.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::prelude::*;
use crossbeam_channel::Sender;

use super::batch::{After, Batch};
use super::handle::JournalHandle;
use super::open::Opening;
use super::shared::Shared;
use super::thread::{self, Command};
use super::{JournalStore, Note};
use crate::access::Session;
use crate::alarms::{
    Actor, AlarmChange, AlarmEvent, AlarmId, Alarms, Restored, Restoring, Trouble, TroubleReport,
};
use crate::clock::{Clock, now_ms};
use crate::demo::RunningDemo;
use crate::scene::{ActiveScene, SceneReplaced};
use crate::wake::Wake;

/// Records that wait in memory at most while the journal cannot be written.
const MOST_WAITING: usize = 50_000;
/// How long the end of the program waits for what is still to be written.
const AT_END: Duration = Duration::from_secs(5);
/// Alarms are held back at most so long until it is known what stood.
const LONGEST_OPENING: Duration = Duration::from_secs(10);
/// A disk that takes longer is told of.
const SLOW: Duration = Duration::from_secs(2);

/// How long a frame in which something happened waits until that is on the disk. While the journal is
/// in trouble none waits.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalPatience(pub Duration);

impl Default for JournalPatience {
    fn default() -> Self {
        Self(Duration::from_millis(250))
    }
}

/// What the frames waited for the journal.
#[derive(Resource, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JournalWaits {
    /// Frames in which something happened.
    pub frames: u64,
    /// Records that they gave.
    pub records: u64,
    /// Frames that went on before it was on the disk.
    pub late: u64,
    /// All waits together.
    pub total: Duration,
    /// The longest.
    pub longest: Duration,
}

/// Sent when people are to know something of the journal: a damaged one was kept aside, another program
/// writes it.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct JournalNotice(pub String);

/// The way to the journal's thread.
#[derive(Resource)]
pub(super) struct Keeper {
    commands: Sender<Command>,
    shared: Arc<Shared>,
    /// Who keeps it, at the desk without what tells its programs apart.
    desk: Actor,
    /// The same as the open journal has it.
    by: Actor,
    number: u64,
    /// Since when the thread is behind: until it has caught up no frame waits.
    behind_since: Option<Instant>,
    missed: Option<Missed>,
    /// Since when the thread opens a journal whose states are waited for.
    opening_since: Option<Instant>,
    /// In this frame.
    is_just_opened: bool,
    /// How everything stands is to be told: what a journal held was not taken over.
    wants_all: bool,
}

/// What could not even be held in memory.
#[derive(Debug, Clone, Copy)]
struct Missed {
    count: usize,
    from_ms: i64,
}

/// Opens the journal of a farm that is opened, in place of the one before.
pub(super) fn open(
    mut replaced: MessageReader<SceneReplaced>,
    active: Option<Res<ActiveScene>>,
    store: Res<JournalStore>,
    session: Res<Session>,
    clock: Res<Clock>,
    wake: Res<Wake>,
    demo: Option<Res<RunningDemo>>,
    keeper: Option<ResMut<Keeper>>,
    mut commands: Commands,
) {
    let is_another = replaced.read().any(|replaced| replaced.previous.is_none());
    let Some(active) = active.filter(|_| is_another && *store != JournalStore::None) else {
        return;
    };
    let scene = active.scene.path.clone();
    let is_demo = demo.is_some_and(|demo| demo.scene == scene);
    let store = match (&*store, is_demo) {
        (JournalStore::Folder(_), true) => JournalStore::of_demo(clock.wall_ms),
        (store, _) => store.clone(),
    };
    if let Some(mut keeper) = keeper {
        keeper.leave(clock.wall_ms);
        keeper.open(store, scene, clock.wall_ms, is_demo);
    } else {
        match Keeper::start(session.actor(), wake.clone()) {
            Ok(mut keeper) => {
                keeper.open(store, scene, clock.wall_ms, is_demo);
                let shared = Arc::clone(&keeper.shared);
                commands.insert_resource(JournalHandle::new(shared, wake.clone()));
                commands.insert_resource(keeper);
            }
            Err(error) => {
                error!("No journal is kept: its thread cannot be started: {error}");
                return;
            }
        }
    }
    commands.insert_resource(Restoring);
}

/// Hands on what stood when the program ended, once the thread has read it.
pub(super) fn restore(
    keeper: Option<ResMut<Keeper>>,
    mut session: ResMut<Session>,
    mut told: MessageWriter<JournalNotice>,
    mut commands: Commands,
) {
    let Some(mut keeper) = keeper else { return };
    // What the farm before withdrew in this frame must not be taken for what this one withdraws.
    if std::mem::take(&mut keeper.is_just_opened) {
        return;
    }
    let (opened, notices) = keeper.shared.change(|progress| {
        let notices = std::mem::take(&mut progress.notices);
        (progress.opened.take(), notices)
    });
    for notice in notices {
        warn!("{notice}");
        told.write(JournalNotice(notice));
    }
    let Some(opened) = opened else {
        if keeper.gives_up_opening() {
            let what = "the journal does not open in time; alarms that stood are raised anew";
            keeper.shared.change(|progress| progress.is_opening = false);
            warn!("{what}");
            told.write(JournalNotice(what.to_owned()));
            commands.insert_resource(Restored {
                last_key: u64::try_from(now_ms()).unwrap_or_default(),
                ..Restored::default()
            });
        }
        return;
    };
    keeper.shared.change(|progress| progress.is_opening = false);
    let station = opened.station.unwrap_or(Arc::clone(&keeper.desk.station));
    keeper.by.station = Arc::clone(&station);
    if session.station != station {
        session.station = station;
    }
    if keeper.opening_since.take().is_none() {
        // Too late: what stands by now is the truth.
        keeper.wants_all = true;
        return;
    }
    commands.insert_resource(Restored {
        standing: opened.standing,
        laid_aside: opened.laid_aside,
        last_key: opened.last_key,
    });
}

/// Raises the program's own alarm while what happens is not kept.
pub(super) fn report(
    keeper: Option<ResMut<Keeper>>,
    mut replaced: MessageReader<SceneReplaced>,
    mut reports: MessageWriter<TroubleReport>,
    mut told: Local<Option<String>>,
) {
    if replaced.read().any(|replaced| replaced.previous.is_none()) {
        *told = None;
    }
    let Some(mut keeper) = keeper else { return };
    let trouble = keeper.bypass_change_detection().trouble();
    if *told == trouble {
        return;
    }
    reports.write(TroubleReport {
        trouble: Trouble::JournalFailed,
        is_present: trouble.is_some(),
        what: trouble.clone().unwrap_or_default(),
    });
    *told = trouble;
}

/// Hands the frame's events to the thread as one, and waits until they are on the disk.
pub(super) fn keep(
    mut events: MessageReader<AlarmEvent>,
    mut notes: MessageReader<Note>,
    mut replaced: MessageReader<SceneReplaced>,
    keeper: Option<ResMut<Keeper>>,
    patience: Res<JournalPatience>,
    alarms: Res<Alarms>,
    clock: Res<Clock>,
    mut waits: ResMut<JournalWaits>,
) {
    // What is withdrawn because another farm is opened stands when the farm is opened again.
    let has_left = replaced.read().any(|replaced| replaced.previous.is_none());
    let Some(mut keeper) = keeper else {
        events.clear();
        notes.clear();
        return;
    };
    let is_left = |event: &AlarmEvent| has_left && event.change == AlarmChange::Withdrawn;
    let events: Vec<AlarmEvent> = events.read().filter(|e| !is_left(e)).cloned().collect();
    let notes: Vec<Note> = notes.read().cloned().collect();
    let wants_all = keeper.takes_wants_all();
    if events.is_empty() && notes.is_empty() && !wants_all {
        return;
    }
    let mut batch = Batch {
        number: keeper.number + 1,
        after: after(&alarms, &events, wants_all),
        events,
        notes,
    };
    if wants_all {
        batch.notes.insert(0, keeper.resumed(clock.wall_ms));
    }
    let records = batch.len();
    if !keeper.hand_over(batch, clock.wall_ms) {
        return;
    }
    if wants_all {
        keeper.missed = None;
    }
    let begun = Instant::now();
    let is_late = !keeper.wait(patience.0);
    let waited = begun.elapsed();
    waits.frames += 1;
    waits.records += records as u64;
    waits.late += u64::from(is_late);
    waits.total += waited;
    waits.longest = waits.longest.max(waited);
}

/// How things stand after the frame: what its events are about, or everything.
fn after(alarms: &Alarms, events: &[AlarmEvent], is_all: bool) -> After {
    let touched: HashSet<AlarmId> = events.iter().map(|event| event.id.clone()).collect();
    let is_told = |id: &AlarmId| is_all || touched.contains(id);
    let standing = alarms.standing().iter().chain(alarms.set_aside());
    let laid_aside = alarms.laid_aside().filter(|(id, _)| is_told(id));
    After {
        is_all,
        standing: standing.filter(|a| is_told(&a.id())).cloned().collect(),
        laid_aside: laid_aside
            .map(|(id, laid)| (id.clone(), laid.clone()))
            .collect(),
    }
}

impl Keeper {
    fn start(desk: Actor, wake: Wake) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        Ok(Self {
            commands: thread::start(Arc::clone(&shared), wake)?,
            shared,
            by: desk.clone(),
            desk,
            number: 0,
            behind_since: None,
            missed: None,
            opening_since: None,
            is_just_opened: false,
            wants_all: false,
        })
    }

    /// Whether the journal takes so long to open that alarms are not held back any longer.
    fn gives_up_opening(&mut self) -> bool {
        let is_over = |since: &mut Instant| since.elapsed() > LONGEST_OPENING;
        self.opening_since.take_if(is_over).is_some()
    }

    fn open(&mut self, store: JournalStore, scene: PathBuf, at_ms: i64, is_demo: bool) {
        let opening = Opening {
            store,
            scene,
            by: self.desk.clone(),
            at_ms,
            is_demo,
        };
        self.shared.change(|progress| {
            progress.opened = None;
            progress.is_opening = true;
        });
        self.opening_since = Some(Instant::now());
        self.is_just_opened = true;
        self.wants_all = false;
        // The thread takes what it is told in turn; nobody can be told of one that has ended.
        let _sent = self.commands.send_timeout(Command::Open(opening), AT_END);
    }

    /// Notes the end in the open journal and closes it.
    fn leave(&mut self, at_ms: i64) {
        let note = Note {
            change: "stopped".into(),
            object: Arc::clone(&self.by.station),
            name: "".into(),
            by: Some(self.by.clone()),
            comment: None,
            at_ms,
        };
        let batch = Batch {
            number: self.number + 1,
            notes: vec![note],
            ..Batch::default()
        };
        self.hand_over(batch, at_ms);
        let _sent = self.commands.send_timeout(Command::Close, AT_END);
        self.missed = None;
        self.behind_since = None;
    }

    /// Whether how everything stands is to be told, because not all that happened was taken in.
    fn takes_wants_all(&mut self) -> bool {
        let is_asked = self.shared.change(|p| std::mem::take(&mut p.wants_all));
        let has_missed = self.missed.is_some() && self.shared.waiting() < MOST_WAITING / 2;
        std::mem::take(&mut self.wants_all) || is_asked || has_missed
    }

    /// Tells that the journal goes on after a time in which it was not kept.
    fn resumed(&self, now_ms: i64) -> Note {
        let comment = self.missed.map(|missed| {
            let from = jiff::Timestamp::from_millisecond(missed.from_ms).unwrap_or_default();
            format!("{} records since {from} are missing.", missed.count)
        });
        let comment = comment.unwrap_or_else(|| "None is missing since the program began.".into());
        Note {
            change: "journal_resumed".into(),
            object: Arc::clone(&self.by.station),
            name: "".into(),
            by: Some(self.by.clone()),
            comment: Some(comment.into()),
            at_ms: now_ms,
        }
    }

    /// Gives a batch to the thread. False where it has no room: it is counted as missed.
    fn hand_over(&mut self, batch: Batch, now_ms: i64) -> bool {
        let records = batch.len();
        let has_room = self.shared.waiting() + records <= MOST_WAITING.max(records);
        let number = batch.number;
        let is_sent = has_room && {
            self.shared.add_waiting(records);
            let sent = self.commands.try_send(Command::Keep(Box::new(batch)));
            if sent.is_err() {
                self.shared.remove_waiting(records);
            }
            sent.is_ok()
        };
        if is_sent {
            self.number = number;
        } else {
            let missed = self.missed.get_or_insert(Missed {
                count: 0,
                from_ms: now_ms,
            });
            missed.count += records;
        }
        is_sent
    }

    /// Waits until what was handed over is on the disk. False if it is not.
    fn wait(&mut self, longest: Duration) -> bool {
        let number = self.number;
        let longest = match self.behind_since {
            Some(_) => Duration::ZERO,
            None => longest,
        };
        self.shared
            .wait(longest, |p| p.committed >= number || p.fault.is_some());
        let is_done = self.shared.progress().committed >= number;
        if is_done {
            self.behind_since = None;
        } else {
            self.behind_since.get_or_insert_with(Instant::now);
        }
        is_done
    }

    /// Why what happens now is not on the disk, if that is so.
    fn trouble(&mut self) -> Option<String> {
        let progress = self.shared.progress();
        if let Some(fault) = &progress.fault {
            return Some(fault.clone());
        }
        if progress.committed >= self.number {
            self.behind_since = None;
        }
        let file = progress.file.clone().unwrap_or_default();
        self.behind_since.filter(|since| since.elapsed() > SLOW)?;
        Some(format!(
            "{}: the disk takes more than {} s to write",
            file.display(),
            SLOW.as_secs()
        ))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.leave(now_ms());
        let (closed, _) = crossbeam_channel::bounded(0);
        self.commands = closed;
        if !self.shared.wait(AT_END, |progress| progress.is_over) {
            error!("The journal was not closed in time; its last records may be missing.");
        }
    }
}
