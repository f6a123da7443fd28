//! Asks the journal from a thread that must not wait, as the frame's.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bevy::prelude::Resource;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::reader::{JournalReader, open_to_read};
use super::shared::Shared;
use super::{JournalError, Query, Record};
use crate::wake::Wake;

/// Questions that wait for an answer at most.
const MOST_ASKED: usize = 8;

type Answer = Result<Vec<Record>, JournalError>;

/// Asks the journal of the open scene. The default has none.
#[derive(Resource, Debug, Clone, Default)]
pub struct JournalHandle(Option<Arc<Asking>>);

#[derive(Debug)]
struct Asking {
    shared: Arc<Shared>,
    wake: Wake,
    /// Started with the first question.
    reader: OnceLock<Option<Sender<Question>>>,
}

struct Question {
    /// The file, and how many were opened before it.
    file: (PathBuf, u64),
    query: Query,
    answer: Sender<Answer>,
}

/// What was asked, until its answer is there.
#[derive(Debug)]
pub struct Asked(Receiver<Answer>);

impl Asked {
    fn answered(answer: Answer) -> Self {
        let (sender, receiver) = bounded(1);
        // There is room for the one.
        let _sent = sender.send(answer);
        Self(receiver)
    }

    /// The answer, once, when it is there; the app is woken then.
    pub fn answer(&mut self) -> Option<Answer> {
        match self.0.try_recv() {
            Ok(answer) => {
                self.0 = crossbeam_channel::never();
                Some(answer)
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                self.0 = crossbeam_channel::never();
                Some(Err(JournalError::Busy))
            }
        }
    }
}

impl JournalHandle {
    pub(super) fn new(shared: Arc<Shared>, wake: Wake) -> Self {
        Self(Some(Arc::new(Asking {
            shared,
            wake,
            reader: OnceLock::new(),
        })))
    }

    /// Asks for records, the newest first. Returns at once.
    pub fn ask(&self, query: Query) -> Asked {
        let Some(asking) = &self.0 else {
            return Asked::answered(Err(JournalError::NotKept));
        };
        // While it is being opened there is no file yet.
        let progress = asking.shared.progress();
        let Some(file) = progress.file.clone() else {
            return Asked::answered(Err(JournalError::Busy));
        };
        let file = (file, progress.files);
        drop(progress);
        let reader = asking.reader.get_or_init(|| start(asking.wake.clone()));
        let (answer, receiver) = bounded(1);
        let question = Question {
            file,
            query,
            answer,
        };
        if let Some(reader) = reader
            && reader.try_send(question).is_ok()
        {
            return Asked(receiver);
        }
        Asked::answered(Err(JournalError::Busy))
    }

    /// Whether a journal is kept, be it in trouble.
    pub fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Wakes the app.
    pub fn wake(&self) {
        if let Some(asking) = &self.0 {
            asking.wake.wake();
        }
    }

    /// The file of the open scene's journal.
    pub fn file(&self) -> Option<PathBuf> {
        self.0.as_ref()?.shared.progress().file.clone()
    }

    /// Whether the journal is being opened: what stood when the program ended is not known yet.
    pub fn is_opening(&self) -> bool {
        let asking = self.0.as_ref();
        asking.is_some_and(|asking| asking.shared.progress().is_opening)
    }

    /// Why nothing is written now, with the file's name and what to do; `None` while all is well.
    pub fn trouble(&self) -> Option<String> {
        self.0.as_ref()?.shared.progress().fault.clone()
    }

    /// Records that wait in memory to be written.
    pub fn waiting(&self) -> usize {
        self.0.as_ref().map_or(0, |asking| asking.shared.waiting())
    }

    /// The last batch that was written: whoever shows records asks anew when it has changed.
    pub fn generation(&self) -> u64 {
        let asking = self.0.as_ref();
        asking.map_or(0, |asking| asking.shared.progress().committed)
    }
}

/// Starts the thread that reads; it ends with the last handle.
fn start(wake: Wake) -> Option<Sender<Question>> {
    let (sender, questions) = bounded::<Question>(MOST_ASKED);
    let run = move || {
        let mut open: Option<(JournalReader, u64)> = None;
        for question in &questions {
            let (file, opened) = &question.file;
            if open
                .as_ref()
                .is_none_or(|(r, at)| r.file() != file || at != opened)
            {
                open = None;
            }
            let answer = match &open {
                Some((reader, _)) => reader.records(&question.query),
                None => open_to_read(file).and_then(|reader| {
                    let (reader, _) = open.insert((reader, *opened));
                    reader.records(&question.query)
                }),
            };
            if answer.is_err() {
                // The file may have been moved aside: the next question opens it anew.
                open = None;
            }
            // Whoever asked may not want to know any more.
            let _sent = question.answer.send(answer);
            wake.wake();
        }
    };
    let thread = std::thread::Builder::new().name("journal-reader".to_owned());
    match thread.spawn(run) {
        Ok(_) => Some(sender),
        Err(error) => {
            tracing::warn!("the journal cannot be read: its thread cannot be started: {error}");
            None
        }
    }
}
