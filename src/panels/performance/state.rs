//! What the pane remembers, and when it asks for figures.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Time;

use super::choice::{Choice, Chosen};
use super::export::SaveDialog;
use super::lists::List;
use super::worker::{Done, Job, Shown, Worker};
use crate::alarms::performance::{SHIFTS, SharedRecords, Span, known_alarms, records_in_memory};
use crate::panels::frame::{Farm, Look};

/// So long at least from one working out to the next, unless it is asked for, milliseconds.
const LEAST_BETWEEN_MS: i64 = 10_000;

/// What the pane remembers between frames.
#[derive(Debug)]
pub struct PerformanceState {
    /// Which span is shown.
    pub chosen: Chosen,
    /// When shifts begin.
    pub shifts: Vec<Time>,
    /// Which list is shown.
    pub list: List,
    /// The figures that are shown.
    pub(super) shown: Option<Arc<Shown>>,
    /// Why there are none, or no newer ones.
    pub(super) trouble: Option<String>,
    /// What came of the last writing: whether it went well, and the words.
    pub(super) told: Option<(bool, String)>,
    pub(super) dialog: SaveDialog,
    pub(super) is_asked: bool,
    worker: Option<Worker>,
    /// What was asked for last: what was chosen, the alarms' revision, and when.
    last: Option<(Chosen, u64, i64)>,
    /// A file that is to be written.
    to_write: Option<(PathBuf, String)>,
    /// When the pane was first shown: from then on the program remembers without a journal.
    began_ms: Option<i64>,
}

impl Default for PerformanceState {
    fn default() -> Self {
        Self {
            chosen: Chosen::default(),
            shifts: SHIFTS.to_vec(),
            list: List::default(),
            shown: None,
            trouble: None,
            told: None,
            dialog: SaveDialog::default(),
            is_asked: false,
            worker: None,
            last: None,
            to_write: None,
            began_ms: None,
        }
    }
}

impl PerformanceState {
    /// Figures of the span that is chosen are shown.
    pub fn is_settled(&self) -> bool {
        let is_of = self
            .last
            .as_ref()
            .is_some_and(|(chosen, ..)| *chosen == self.chosen);
        self.shown.is_some() && is_of && !self.is_busy()
    }

    /// The span that is chosen.
    pub(super) fn span(&self, look: &Look) -> Option<Span> {
        self.chosen.span(look.now_ms, look.zone, &self.shifts)
    }

    /// It is being worked on.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }

    /// Writes a file, as soon as nothing else is being done.
    pub(super) fn write(&mut self, path: PathBuf, text: String) {
        self.to_write = Some((path, text));
    }

    /// Takes what was worked out, and asks anew where something has changed.
    pub(super) fn follow(&mut self, look: &Look, farm: &Farm) {
        let began_ms = *self.began_ms.get_or_insert(look.now_ms);
        match self.worker.as_mut().and_then(Worker::done) {
            Some(Done::Figures(Ok(worked_out))) => {
                let (figures, measures, findings) = *worked_out;
                self.trouble = None;
                self.shown = Some(Arc::new(Shown {
                    figures,
                    measures,
                    findings,
                    zone: look.zone.clone(),
                }));
            }
            Some(Done::Figures(Err(why))) => self.trouble = Some(why),
            Some(Done::Written(Ok(words))) => self.told = Some((true, words)),
            Some(Done::Written(Err(words))) => self.told = Some((false, words)),
            None => {}
        }
        if self.is_busy() {
            return;
        }
        if let Some((path, text)) = self.to_write.take() {
            self.ask(farm, Job::Write { path, text });
            return;
        }
        let is_due = match &self.last {
            None => true,
            Some((chosen, revision, at_ms)) => {
                let is_old = look.now_ms.saturating_sub(*at_ms) >= LEAST_BETWEEN_MS;
                // What is over does not change.
                let ends_now = self.chosen.back == 0 && self.chosen.choice != Choice::Own;
                let has_changed = *revision != farm.alarms_revision && ends_now;
                *chosen != self.chosen || (is_old && has_changed) || self.is_asked
            }
        };
        let Some((span, scene)) = self.span(look).zip(farm.scene).filter(|_| is_due) else {
            return;
        };
        let records = match (farm.desk.records, farm.desk.alarms) {
            (Some(records), _) => records.clone(),
            (None, Some(alarms)) => {
                let earliest = alarms.past().first().or(alarms.standing().first());
                let began_ms = earliest.map_or(began_ms, |a| a.raised_ms.min(began_ms));
                SharedRecords(Arc::new(records_in_memory(alarms, began_ms)))
            }
            (None, None) => SharedRecords(Arc::new(Vec::new())),
        };
        self.is_asked = false;
        self.last = Some((self.chosen.clone(), farm.alarms_revision, look.now_ms));
        let known = known_alarms(scene);
        let job = Job::Figures {
            records,
            span,
            known,
        };
        self.ask(farm, job);
    }

    fn ask(&mut self, farm: &Farm, job: Job) {
        if self.worker.is_none() {
            let wake = farm.desk.wake.cloned().unwrap_or_default();
            match Worker::start(wake) {
                Ok(worker) => self.worker = Some(worker),
                Err(error) => self.trouble = Some(format!("No thread could be started: {error}")),
            }
        }
        if let Some(worker) = &mut self.worker {
            worker.ask(job);
        }
    }
}
