//! Statistics over the values of the last while, at constant memory and constant cost a value.
//!
//! A window is kept as [`BUCKETS`] closed stretches of equal length and one that is being filled. What a
//! statistic needs of each is in a ring; what it needs of all is kept up to date as one comes and the
//! oldest goes. The ring lies stretch by stretch, not turbine by turbine: turbines are heard at about
//! the same time, so that a frame works in a few stretches of memory.

use std::fmt::Debug;

mod change;
mod extreme;
mod mean;
mod ring;
mod row;
mod spread;

use change::Change;
use extreme::Extreme;
use mean::Mean;
pub use row::LEAST_SHARE;
use row::{Division, Heard, Row};
use spread::Spread;

use super::WindowStatistic;
use super::identity::Moves;
use super::members::Members;
use super::stage::{Frame, Input};
use crate::fleet::{SignalColumn, TurbineRow};

/// Into how many stretches a window is divided, if it is half a minute or longer.
pub const BUCKETS: u8 = 60;
/// No stretch is shorter, milliseconds.
const LEAST_BUCKET_MS: i64 = 500;
/// A value that is worked out stands until it changes.
const FOR_EVER_MS: i64 = i64::MAX / 4;
/// So many turbines beside each other do their longer work in the same frame.
const TOGETHER: usize = 64;

/// What a statistic keeps of a window.
trait Keep {
    /// Of the stretch that is being filled, and of all.
    type State: Copy + Default + Debug;

    /// Whether an infinite value counts; it is unknown where it does not.
    const TAKES_INFINITE: bool = false;

    /// A value begins to stand.
    #[inline]
    fn take(&self, _state: &mut Self::State, _value: f64) {}

    /// A value stood for this long, within the present stretch.
    fn stand(&self, state: &mut Self::State, value: f64, ms: u32);

    /// The present stretch takes the place of the oldest, `row.slot`.
    fn close(&mut self, place: usize, row: &mut Row<Self::State>);

    /// The statistic of a window that is known; `held` is the one told before.
    fn outcome(&self, place: usize, row: &Row<Self::State>, held: f64) -> f64;

    /// The present stretch is empty.
    fn forget_present(&self, state: &mut Self::State);

    /// The closed stretches of a turbine are empty.
    fn forget(&mut self, place: usize);

    /// Copies the closed stretches of a turbine from where they were before a reload.
    fn carry_over(&mut self, place: usize, before: &Self, from: usize);

    /// How much memory a closed stretch of a turbine takes.
    fn bytes_a_bucket(&self) -> usize;
}

/// In which stretch a turbine does what is done once in a window: not all in the same.
#[inline]
fn turn_of(place: usize, division: Division) -> usize {
    // In 32 bits, which divide in a third of the time.
    ((place / TOGETHER) as u32 % u32::from(division.buckets)) as usize
}

/// Whether nothing but rounding lies between two outcomes, so that a signal that stands still does not
/// change its row.
#[inline]
fn is_rounding(now: f64, held: f64) -> bool {
    (now - held).abs() <= 1e-12 * held.abs()
}

/// A statistic over a column, for each of some turbines.
#[derive(Debug)]
struct Window<K: Keep> {
    of: Input,
    division: Division,
    keep: K,
    rows: Vec<Row<K::State>>,
}

impl<K: Keep> Window<K> {
    fn of(of: Input, division: Division, count: usize, keep: K) -> Self {
        Self {
            of,
            division,
            keep,
            rows: vec![Row::default(); count],
        }
    }

    #[inline]
    fn hear(&mut self, place: usize, heard: Heard, stale_ms: i64) {
        if let Some(row) = self.rows.get_mut(place) {
            let is_taken = K::TAKES_INFINITE || !heard.value.is_infinite();
            let value = if is_taken { heard.value } else { f64::NAN };
            let heard = Heard { value, ..heard };
            row.hear(&mut self.keep, place, self.division, heard, stale_ms);
        }
    }

    /// The statistic now. Unknown while the present value is, and until enough of the window is known.
    #[inline]
    fn outcome(&mut self, place: usize, now_ms: i64, stale_ms: i64, held: f64) -> f64 {
        let Some(row) = self.rows.get_mut(place) else {
            return f64::NAN;
        };
        row.follow(&mut self.keep, place, self.division, now_ms, stale_ms);
        if row.value.is_nan() || !row.is_covered(self.division) {
            return f64::NAN;
        }
        self.keep.outcome(place, row, held)
    }

    fn run(&mut self, frame: &mut Frame, members: &Members, column: SignalColumn) {
        let now = frame.now;
        let stale_ms = match self.of.is_heard {
            true => frame.fleet.longest_stale_after_ms(self.of.column, now),
            false => FOR_EVER_MS,
        };
        let mut writing = frame.fleet.lend(column);
        let mut told = |window: &mut Self, place: usize, row: TurbineRow, value: f64| {
            let outcome = match value.is_nan() {
                true => value,
                false => window.outcome(place, now.monotonic_ms, stale_ms, writing.held(row)),
            };
            writing.write(row, outcome);
        };
        for update in frame.updates(self.of) {
            if let Some(place) = members.place(update.turbine) {
                let heard = Heard {
                    value: update.value,
                    time_ms: update.time_ms,
                    heard_ms: update.heard_ms,
                };
                self.hear(place, heard, stale_ms);
                told(self, place, update.turbine, update.value);
            }
        }
        let known = frame.fleet.known(self.of.column);
        let value_of = |row: TurbineRow| known.get(row.index()).copied().unwrap_or(f64::NAN);
        if frame.is_whole || !self.of.is_heard {
            for place in frame.changes(members, self.of) {
                let row = members.row(place);
                let value = value_of(row);
                if let Some(heard) = self.news(frame, place, row, value) {
                    self.hear(place, heard, stale_ms);
                }
                told(self, place, row, value);
            }
        }
        // As time passes; what was just told need not be told again.
        let turns = members.turns(frame.since_ms, now.monotonic_ms);
        for place in turns.into_iter().flatten() {
            let is_due = |row: &Row<K::State>| row.is_due(now.monotonic_ms);
            if self.rows.get(place).is_some_and(is_due) {
                let row = members.row(place);
                told(self, place, row, value_of(row));
            }
        }
        frame.take_back(writing);
    }

    /// What has to be heard of a value that came without an update: it is worked out, or it was carried
    /// over a reload that began the window anew.
    fn news(&self, frame: &Frame, place: usize, row: TurbineRow, value: f64) -> Option<Heard> {
        let held = self.rows.get(place)?;
        let is_same = held.value.to_bits() == value.to_bits()
            || (held.value.is_nan() && value.is_nan())
            || (self.of.is_heard && !held.is_fresh());
        let (time_ms, heard_ms) = match self.of.is_heard {
            true => frame.measured(row, self.of.column),
            false => (frame.now.monotonic_ms, frame.now.monotonic_ms),
        };
        (!is_same).then_some(Heard {
            value,
            time_ms,
            heard_ms,
        })
    }

    /// Takes over what is known of the same turbines before a reload.
    fn take_over(&mut self, before: &mut Self, moves: &Moves) {
        match moves {
            Moves::None => {
                std::mem::swap(&mut self.rows, &mut before.rows);
                std::mem::swap(&mut self.keep, &mut before.keep);
            }
            Moves::Some(places) => {
                for &(place, from) in places {
                    if let (Some(to), Some(held)) =
                        (self.rows.get_mut(place), before.rows.get(from))
                    {
                        *to = *held;
                        self.keep.carry_over(place, &before.keep, from);
                    }
                }
            }
        }
    }

    fn bytes_a_row(&self) -> usize {
        let ring = self.keep.bytes_a_bucket() * usize::from(self.division.buckets);
        size_of::<Row<K::State>>() + ring
    }
}

/// A window of any statistic.
#[derive(Debug)]
pub(super) struct AnyWindow(Kind);

#[derive(Debug)]
enum Kind {
    Mean(Window<Mean>),
    Spread(Window<Spread>),
    Extreme(Window<Extreme>),
    Change(Window<Change>),
}

/// Does the same with a window of any statistic.
macro_rules! with_window {
    ($kind:expr, $window:ident => $work:expr) => {
        match $kind {
            Kind::Mean($window) => $work,
            Kind::Spread($window) => $work,
            Kind::Extreme($window) => $work,
            Kind::Change($window) => $work,
        }
    };
}

impl AnyWindow {
    /// An empty window for so many turbines.
    pub fn new(statistic: WindowStatistic, of: Input, over_ms: i64, count: usize) -> Self {
        let division = Division::of(over_ms);
        Self(match statistic {
            WindowStatistic::Avg => {
                Kind::Mean(Window::of(of, division, count, Mean::new(division, count)))
            }
            WindowStatistic::Stddev => Kind::Spread(Window::of(
                of,
                division,
                count,
                Spread::new(division, count),
            )),
            WindowStatistic::Min | WindowStatistic::Max => {
                let is_greatest = statistic == WindowStatistic::Max;
                let keep = Extreme::new(division, count, is_greatest);
                Kind::Extreme(Window::of(of, division, count, keep))
            }
            WindowStatistic::Rate | WindowStatistic::Delta => {
                let is_rate = statistic == WindowStatistic::Rate;
                let keep = Change::new(division, count, is_rate);
                Kind::Change(Window::of(of, division, count, keep))
            }
        })
    }

    /// Takes what was heard, lets time pass and tells the statistic.
    pub fn run(&mut self, frame: &mut Frame, members: &Members, column: SignalColumn) {
        with_window!(&mut self.0, window => window.run(frame, members, column));
    }

    /// Takes over what is known of the same turbines before a reload.
    pub fn take_over(&mut self, before: &mut Self, moves: &Moves) {
        match (&mut self.0, &mut before.0) {
            (Kind::Mean(now), Kind::Mean(before)) => now.take_over(before, moves),
            (Kind::Spread(now), Kind::Spread(before)) => now.take_over(before, moves),
            (Kind::Extreme(now), Kind::Extreme(before)) => now.take_over(before, moves),
            (Kind::Change(now), Kind::Change(before)) => now.take_over(before, moves),
            // Another statistic is another column.
            _ => {}
        }
    }

    /// How much memory a turbine takes.
    pub fn bytes_a_row(&self) -> usize {
        with_window!(&self.0, window => window.bytes_a_row())
    }
}
