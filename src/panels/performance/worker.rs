//! The thread that works the figures out and writes them: a month of records takes longer than a frame.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender, bounded};
use jiff::tz::TimeZone;

use crate::alarms::performance::{
    Figures, Finding, KnownAlarms, Measure, SharedRecords, Span, figures_of, findings, measures,
};
use crate::wake::Wake;

/// What the thread is asked for.
#[derive(Debug)]
pub(super) enum Job {
    /// The figures of a span.
    Figures {
        records: SharedRecords,
        span: Span,
        known: KnownAlarms,
    },
    /// Writing a file.
    Write { path: PathBuf, text: String },
}

/// What is shown of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub figures: Figures,
    pub measures: Vec<Measure>,
    pub findings: Vec<Finding>,
    pub zone: TimeZone,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Done {
    Figures(Result<Box<(Figures, Vec<Measure>, Vec<Finding>)>, String>),
    Written(Result<String, String>),
}

/// The thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Sender<Job>,
    done: Receiver<Done>,
    is_busy: bool,
}

impl Worker {
    /// Starts it.
    ///
    /// # Errors
    /// A thread could not be started.
    pub fn start(wake: Wake) -> std::io::Result<Self> {
        let (jobs, to_do) = bounded::<Job>(1);
        let (outbox, done) = bounded(1);
        let run = move || {
            for job in to_do {
                if outbox.send(carry_out(job)).is_err() {
                    return;
                }
                wake.wake();
            }
        };
        std::thread::Builder::new()
            .name("alarm-figures".to_owned())
            .spawn(run)?;
        Ok(Self {
            jobs,
            done,
            is_busy: false,
        })
    }

    /// Hands a job over, if it has none.
    pub fn ask(&mut self, job: Job) -> bool {
        if self.is_busy {
            return false;
        }
        self.is_busy = self.jobs.try_send(job).is_ok();
        self.is_busy
    }

    /// It has a job.
    pub fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// What it has done since.
    pub fn done(&mut self) -> Option<Done> {
        let done = self.done.try_recv().ok()?;
        self.is_busy = false;
        Some(done)
    }
}

fn carry_out(job: Job) -> Done {
    match job {
        Job::Figures {
            records,
            span,
            known,
        } => {
            let worked_out = figures_of(&*records.0, span, 1, &known, None);
            Done::Figures(match worked_out {
                Ok((figures, _)) => {
                    let measures = measures(&figures);
                    let findings = findings(&figures, &known);
                    Ok(Box::new((figures, measures, findings)))
                }
                Err(error) => Err(error.to_string()),
            })
        }
        Job::Write { path, text } => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Done::Written(match std::fs::write(&path, text) {
                Ok(()) => Ok(format!("{name} was written.")),
                Err(error) => Err(format!("{}: {error}", path.display())),
            })
        }
    }
}
