//! The thread that writes the journal.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::batch::Batch;
use super::fault::{Fault, FaultKind};
use super::open::{Opening, Place, Stood, place, writer};
use super::shared::{Opened, Shared};
use super::store::remove_old_demos;
use super::writer::{Writer, set_aside};
use crate::clock::now_ms;
use crate::wake::Wake;

/// Frames on their way to the thread; how many records they may have is bounded beside it.
const MOST_FRAMES: usize = 4_096;
/// Frames that are written in one transaction.
const AT_ONCE: usize = 256;
/// Between attempts to write while it does not work.
const AGAIN: Duration = Duration::from_secs(1);

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Command {
    /// Close the present journal and open another.
    Open(Opening),
    /// Keep this.
    Keep(Box<Batch>),
    /// Close the journal.
    Close,
}

/// Starts the thread. It ends when the sender is dropped.
pub(super) fn start(shared: Arc<Shared>, wake: Wake) -> std::io::Result<Sender<Command>> {
    let (sender, commands) = bounded(MOST_FRAMES);
    let run = move || {
        let mut keeping = Keeping {
            shared: Arc::clone(&shared),
            wake,
            opening: None,
            place: None,
            writer: None,
            held: VecDeque::new(),
            taken: Vec::new(),
            kept_aside: None,
            fault: None,
            tried: Instant::now(),
        };
        keeping.run(&commands);
        keeping.close();
        shared.change(|progress| progress.is_over = true);
    };
    let thread = std::thread::Builder::new().name("journal".to_owned());
    thread.spawn(run)?;
    Ok(sender)
}

struct Keeping {
    shared: Arc<Shared>,
    wake: Wake,
    /// Which journal is kept.
    opening: Option<Opening>,
    place: Option<Place>,
    writer: Option<Writer>,
    /// What the writer has not taken in.
    held: VecDeque<Batch>,
    /// What it has taken in and not written.
    taken: Vec<Batch>,
    /// A damaged journal in whose place the next one begins.
    kept_aside: Option<PathBuf>,
    fault: Option<Fault>,
    tried: Instant,
}

impl Keeping {
    fn run(&mut self, commands: &Receiver<Command>) {
        loop {
            let next = match self.fault {
                None => commands.recv().map_err(RecvTimeoutError::from),
                Some(_) => {
                    let left = AGAIN.saturating_sub(self.tried.elapsed());
                    commands.recv_timeout(left)
                }
            };
            let mut other = None;
            match next {
                Ok(Command::Keep(batch)) => {
                    self.held.push_back(*batch);
                    while self.held.len() < AT_ONCE
                        && let Ok(more) = commands.try_recv()
                    {
                        match more {
                            Command::Keep(batch) => self.held.push_back(*batch),
                            command => {
                                other = Some(command);
                                break;
                            }
                        }
                    }
                }
                Ok(command) => other = Some(command),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.fault.is_none() || self.tried.elapsed() >= AGAIN || other.is_some() {
                self.write();
            }
            match other {
                Some(Command::Open(opening)) => self.open(opening),
                Some(Command::Close) => self.close(),
                _ => {}
            }
        }
    }

    /// Opens the journal of a scene and tells what stood.
    fn open(&mut self, opening: Opening) {
        self.close();
        if opening.is_demo {
            remove_old_demos();
        }
        self.opening = Some(opening);
        let mut opened = Opened {
            // What a journal that cannot be read may have given is not given again.
            last_key: u64::try_from(now_ms()).unwrap_or_default(),
            ..Opened::default()
        };
        let stood = match self.open_file() {
            Ok(()) => self.writer.as_ref().map(|writer| {
                opened.last_key = writer.last_key();
                Stood::of(writer.states())
            }),
            Err(fault) => {
                let file = self.shared.progress().file.clone();
                self.troubled(fault);
                file.and_then(|file| Stood::of_file(&file))
            }
        };
        opened.station = self.place.as_ref().map(|place| Arc::clone(&place.station));
        let stood = stood.unwrap_or_default();
        if stood.lost > 0 {
            self.tell(format!(
                "{} states of the journal cannot be read: those alarms are raised anew",
                stood.lost
            ));
        }
        opened.standing = stood.standing;
        opened.laid_aside = stood.laid_aside;
        self.write();
        self.shared
            .change(|progress| progress.opened = Some(opened));
        self.wake.wake();
    }

    fn open_file(&mut self) -> Result<(), Fault> {
        let Some(opening) = &self.opening else {
            return Ok(());
        };
        if self.place.is_none() {
            let found = place(opening);
            let file = match &found {
                Ok(place) => Some(place.file.clone()),
                Err((file, _)) => file.clone(),
            };
            self.shared.change(|progress| progress.file = file);
            let found = found.map_err(|(_, fault)| fault)?;
            if found.station != opening.by.station {
                let (desk, station) = (&opening.by.station, &found.station);
                let file = found.file.display();
                self.tell(format!(
                    "another Windvane of the desk {desk} has this scene open: this one is \
                     {station}, with a journal of its own: {file}"
                ));
            }
            self.place = Some(found);
        }
        let (Some(place), Some(opening)) = (&self.place, &self.opening) else {
            return Ok(());
        };
        let mut notices = Vec::new();
        let opened = writer(place, opening, self.kept_aside.as_deref(), &mut notices);
        for notice in notices {
            self.tell(notice);
        }
        self.writer = Some(opened?);
        self.kept_aside = None;
        self.shared.change(|progress| progress.files += 1);
        Ok(())
    }

    /// Writes what is held.
    fn write(&mut self) {
        self.tried = Instant::now();
        if self.opening.is_none() {
            self.give_up();
            return;
        }
        if self.writer.is_none() {
            if self
                .fault
                .as_ref()
                .is_some_and(|f| f.kind == FaultKind::Unfit)
            {
                self.give_up();
                return;
            }
            match self.open_file() {
                // What stood before in it was not restored: how things stand now is the truth.
                Ok(()) => {
                    self.shared.change(|progress| progress.wants_all = true);
                    self.wake.wake();
                }
                Err(fault) => {
                    self.troubled(fault);
                    return;
                }
            }
        }
        let Some(writer) = &mut self.writer else {
            return;
        };
        for batch in self.held.drain(..) {
            writer.take(&batch);
            self.taken.push(batch);
        }
        match writer.commit() {
            Ok(()) => self.written(),
            Err(error) => {
                let fault = Fault::of(&error);
                match fault.kind {
                    FaultKind::Damaged => self.begin_anew(fault),
                    _ => self.troubled(fault),
                }
            }
        }
    }

    fn written(&mut self) {
        let count = self.taken.iter().map(|batch| batch.len()).sum();
        let last = self.taken.last().map(|batch| batch.number);
        self.taken.clear();
        self.shared.remove_waiting(count);
        let was_troubled = self.fault.take().is_some();
        self.shared.change(|progress| {
            progress.committed = last.unwrap_or(progress.committed);
            progress.fault = None;
        });
        if was_troubled {
            self.wake.wake();
        }
    }

    /// The file was damaged while it was open: it is kept aside, and what was not written goes into a
    /// new one.
    fn begin_anew(&mut self, fault: Fault) {
        self.writer = None;
        for batch in self.taken.drain(..).rev() {
            self.held.push_front(batch);
        }
        let Some(file) = self.place.as_ref().map(|place| place.file.clone()) else {
            return;
        };
        match set_aside(&file, now_ms()) {
            Ok(aside) => {
                self.tell(format!(
                    "the journal {}: it is kept as {}, and a new one is begun",
                    fault.at(&file),
                    aside.display()
                ));
                self.kept_aside = Some(aside);
            }
            Err(error) => {
                self.troubled(Fault::of_io(&error));
                return;
            }
        }
        // The next attempt opens the new one.
        self.troubled(Fault::passing(fault.what));
    }

    fn troubled(&mut self, fault: Fault) {
        let progress = self.shared.progress();
        let told = match &progress.file {
            Some(file) => fault.at(file),
            None => fault.what.clone(),
        };
        drop(progress);
        let is_news = self.fault.replace(fault.clone()).as_ref() != Some(&fault);
        self.shared.change(|progress| progress.fault = Some(told));
        if is_news {
            self.wake.wake();
        }
    }

    fn tell(&self, notice: String) {
        self.shared.change(|progress| progress.notices.push(notice));
        self.wake.wake();
    }

    /// What is held cannot be kept in any file.
    fn give_up(&mut self) {
        let held = self.held.iter().chain(&self.taken);
        let count: usize = held.map(|batch| batch.len()).sum();
        self.held.clear();
        self.taken.clear();
        self.shared.remove_waiting(count);
    }

    /// Closes the journal in good order.
    fn close(&mut self) {
        if self.opening.is_none() {
            return;
        }
        if !self.held.is_empty() || !self.taken.is_empty() {
            self.write();
        }
        let lost = self.held.len() + self.taken.len();
        if lost > 0 {
            let told = self.shared.progress().fault.clone().unwrap_or_default();
            tracing::error!("the journal misses the last {lost} frames with events: {told}");
        }
        self.give_up();
        if let Some(writer) = self.writer.take() {
            writer.close();
        }
        self.place = None;
        self.kept_aside = None;
        self.opening = None;
        self.fault = None;
        self.shared.change(|progress| {
            progress.fault = None;
            progress.file = None;
            progress.wants_all = false;
        });
    }
}
