//! Batches of samples from the telemetry thread to the app, bounded; the newest value wins.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::fleet::Sample;
use crate::scene::Scene;

/// Batches that wait for the app at most.
const MOST_BATCHES: usize = 1024;
/// Samples that wait for the app at most (32 MiB), so that an app that pauses for two seconds at
/// 50,000 messages a second loses nothing.
const MOST_QUEUED: usize = 1 << 20;
const MOST_SPARE: usize = 64;

/// Samples that belong to one version of the scene.
#[derive(Debug)]
struct Batch {
    epoch: u64,
    samples: Vec<Sample>,
}

/// The two ends of the hand-over.
pub(super) fn handover() -> (Outbox, Inbox) {
    let (batches, batches_out) = bounded(MOST_BATCHES);
    let (spare_in, spare) = bounded(MOST_SPARE);
    let queued = Arc::new(AtomicUsize::new(0));
    let dropped = Arc::new(AtomicU64::new(0));
    let outbox = Outbox {
        batches,
        spare,
        queued: Arc::clone(&queued),
        dropped: Arc::clone(&dropped),
        most_queued: MOST_QUEUED,
        epoch: 0,
        pending: Vec::new(),
        cells: CellIndex::default(),
        lagging: false,
        coalesced: 0,
    };
    let inbox = Inbox {
        batches: batches_out,
        spare: spare_in,
        queued,
        dropped,
    };
    (outbox, inbox)
}

/// The telemetry thread's end.
#[derive(Debug)]
pub(super) struct Outbox {
    batches: Sender<Batch>,
    spare: Receiver<Vec<Sample>>,
    queued: Arc<AtomicUsize>,
    dropped: Arc<AtomicU64>,
    most_queued: usize,
    epoch: u64,
    /// What has not been handed over yet. While the app lags, at most one sample a cell.
    pending: Vec<Sample>,
    cells: CellIndex,
    /// The last hand-over failed: from here on the newest value of each cell wins.
    lagging: bool,
    coalesced: u64,
}

impl Outbox {
    /// Starts over for another version of the scene: what is pending means nothing in it.
    pub fn begin(&mut self, epoch: u64, scene: &Scene) {
        self.epoch = epoch;
        let dropped = self.pending.len() as u64;
        self.dropped.fetch_add(dropped, Ordering::Relaxed);
        self.pending.clear();
        self.lagging = false;
        self.cells = CellIndex::new(scene);
    }

    /// Adds a sample to what is handed over next.
    pub fn push(&mut self, sample: Sample) {
        if self.lagging {
            self.coalesced += u64::from(self.cells.merge(&mut self.pending, sample));
        } else {
            self.pending.push(sample);
        }
    }

    /// How many samples wait to be handed over.
    pub fn pending_count(&self) -> usize {
        self.pending.len()
    }

    /// Samples replaced by a newer one before the app could take them.
    pub fn coalesced(&self) -> u64 {
        self.coalesced
    }

    /// Hands over what is pending, if the app has room for it. True if it did.
    pub fn flush(&mut self) -> bool {
        let count = self.pending.len();
        if count == 0 {
            return false;
        }
        let queued = self.queued.load(Ordering::Acquire);
        let has_room = queued == 0 || queued + count <= self.most_queued;
        if !has_room || self.batches.is_full() {
            self.lag();
            return false;
        }
        let fresh = self.spare.try_recv().unwrap_or_default();
        let samples = std::mem::replace(&mut self.pending, fresh);
        let epoch = self.epoch;
        self.queued.fetch_add(count, Ordering::AcqRel);
        // This is the only sender: a channel that was not full has room. If the app is gone, nobody
        // is left to miss the samples.
        let sent = self.batches.try_send(Batch { epoch, samples }).is_ok();
        self.lagging = false;
        sent
    }

    fn lag(&mut self) {
        if self.lagging {
            return;
        }
        self.lagging = true;
        self.cells.allocate();
        for sample in std::mem::take(&mut self.pending) {
            self.push(sample);
        }
    }
}

/// The app's end.
#[derive(Debug)]
pub(super) struct Inbox {
    batches: Receiver<Batch>,
    spare: Sender<Vec<Sample>>,
    queued: Arc<AtomicUsize>,
    /// Samples that waited while the scene changed in what they mean.
    dropped: Arc<AtomicU64>,
}

impl Inbox {
    /// Samples that were dropped because the scene changed while they waited.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Appends what has arrived for this version of the scene; what belongs to an earlier one is
    /// dropped, and counted.
    pub fn take(&self, epoch: u64, samples: &mut Vec<Sample>) {
        // Not more than there were at the start, so that a fast thread cannot hold the frame.
        for _ in 0..self.batches.len() {
            let Ok(mut batch) = self.batches.try_recv() else {
                return;
            };
            self.queued.fetch_sub(batch.samples.len(), Ordering::AcqRel);
            if batch.epoch == epoch {
                samples.append(&mut batch.samples);
            } else {
                let dropped = batch.samples.len() as u64;
                self.dropped.fetch_add(dropped, Ordering::Relaxed);
            }
            batch.samples.clear();
            // A full channel of spares means that there are enough of them.
            drop(self.spare.try_send(batch.samples));
        }
    }
}

/// Where each cell's sample is in the pending ones: a dense table over the signals that the
/// turbines' models have. Never cleared: an entry counts only if the sample it points to is of its
/// cell.
#[derive(Debug, Default)]
struct CellIndex {
    /// By turbine: its model, and its first cell.
    turbines: Vec<(u32, u32)>,
    /// By model, by column: the signal's place in the model.
    places: Vec<Vec<u16>>,
    cell_count: usize,
    at: Vec<u32>,
}

impl CellIndex {
    fn new(scene: &Scene) -> Self {
        let places = scene.models.iter().map(|model| {
            let mut places = vec![0; scene.signals.len()];
            for (signal, place) in model.signals.iter().zip(0..) {
                if let Some(slot) = places.get_mut(signal.column.index()) {
                    *slot = place;
                }
            }
            places
        });
        let mut cell_count = 0;
        let turbines = scene.turbines.iter().map(|turbine| {
            let first = cell_count as u32;
            let model = scene.models.get(turbine.model);
            cell_count += model.map_or(0, |m| m.signals.len());
            (turbine.model as u32, first)
        });
        Self {
            turbines: turbines.collect(),
            places: places.collect(),
            cell_count,
            at: Vec::new(),
        }
    }

    /// Makes the table, which only an app that lags needs.
    fn allocate(&mut self) {
        self.at.resize(self.cell_count, u32::MAX);
    }

    /// Puts a sample among the pending ones, in the place of an older one of its cell if there is
    /// one. True if one of the two was dropped.
    fn merge(&mut self, pending: &mut Vec<Sample>, sample: Sample) -> bool {
        let slot = self.slot(sample);
        let Some(slot) = slot.and_then(|slot| self.at.get_mut(slot)) else {
            return true;
        };
        match pending.get_mut(*slot as usize) {
            Some(held) if held.turbine == sample.turbine && held.signal == sample.signal => {
                if !sample.is_older_than(held.source_time_ms, held.arrival_ms) {
                    *held = sample;
                }
                true
            }
            _ => {
                *slot = pending.len() as u32;
                pending.push(sample);
                false
            }
        }
    }

    fn slot(&self, sample: Sample) -> Option<usize> {
        let (model, first) = *self.turbines.get(sample.turbine.index())?;
        let places = self.places.get(model as usize)?;
        let place = *places.get(sample.signal.index())?;
        Some(first as usize + usize::from(place))
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_scene::scene;
    use super::*;
    use crate::fleet::{Quality, SignalColumn, TurbineRow};

    fn sample(turbine: u32, signal: u16, value: f64, source_time_ms: i64) -> Sample {
        Sample {
            source_time_ms,
            arrival_ms: source_time_ms,
            value,
            turbine: TurbineRow(turbine),
            signal: SignalColumn(signal),
            quality: Quality::Good,
            timed_by_source: true,
        }
    }

    fn taken(inbox: &Inbox, epoch: u64) -> Vec<Sample> {
        let mut samples = Vec::new();
        inbox.take(epoch, &mut samples);
        samples
    }

    #[test]
    fn nothing_is_coalesced_while_the_app_keeps_up() {
        let (mut outbox, inbox) = handover();
        outbox.begin(1, &scene(&["T1", "T2"]));
        for round in 0..10_i64 {
            outbox.push(sample(0, 0, round as f64, round));
            assert!(outbox.flush());
        }
        assert!(!outbox.flush(), "nothing is left");
        assert_eq!(taken(&inbox, 1).len(), 10);
        assert_eq!(outbox.coalesced(), 0);
    }

    #[test]
    fn an_app_that_lags_gets_the_newest_value_of_each_cell_and_a_true_count() {
        let (mut outbox, inbox) = handover();
        outbox.most_queued = 4;
        outbox.begin(1, &scene(&["T1", "T2"]));
        let mut pushed = 0;
        let mut push = |outbox: &mut Outbox, s| {
            outbox.push(s);
            pushed += 1;
        };
        for time in 0..4 {
            push(&mut outbox, sample(0, 0, 0.0, time));
        }
        assert!(outbox.flush());
        for time in 4..1_004 {
            for (turbine, signal) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                push(&mut outbox, sample(turbine, signal, time as f64, time));
            }
            outbox.flush();
        }
        push(&mut outbox, sample(1, 1, -1.0, 3));
        assert_eq!(outbox.pending_count(), 4, "one a cell");
        let first = taken(&inbox, 1);
        assert!(outbox.flush());
        let second = taken(&inbox, 1);
        assert_eq!(second.len(), 4);
        assert!(second.iter().all(|s| s.value == 1_003.0), "{second:?}");
        assert_eq!(
            outbox.coalesced() + (first.len() + second.len()) as u64,
            pushed
        );
        outbox.push(sample(0, 0, 5.0, 2_000));
        outbox.push(sample(0, 0, 6.0, 2_001));
        assert!(outbox.flush());
        assert_eq!(
            taken(&inbox, 1).len(),
            2,
            "after it caught up, nothing is coalesced"
        );
    }

    #[test]
    fn samples_of_an_earlier_scene_are_dropped() {
        let (mut outbox, inbox) = handover();
        outbox.begin(1, &scene(&["T1"]));
        outbox.push(sample(0, 0, 1.0, 1));
        outbox.flush();
        outbox.push(sample(0, 0, 2.0, 2));
        outbox.begin(2, &scene(&["T2", "T1"]));
        outbox.push(sample(1, 0, 3.0, 3));
        outbox.flush();
        let values: Vec<_> = taken(&inbox, 2).iter().map(|s| s.value).collect();
        assert_eq!(values, [3.0]);
    }
}
