//! From conditions to occurrences: on-delay, off-delay, clearing condition.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use bevy::prelude::Resource;

use super::occurrence::AlarmKey;
use super::source::Source;
use crate::rules::Truth;

/// What the process says of an alarm now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The rule holds.
    Abnormal,
    /// The rule no longer holds, but the clearing condition does not yet.
    InDeadband,
    /// It may clear.
    Normal,
    /// An input is missing, stale or bad: neither can be told.
    Unknown,
}

impl Condition {
    /// From the outcomes of the rule and of its clearing condition, where it has one.
    pub fn new(rule: Truth, clear: Option<Truth>) -> Self {
        match (rule, clear) {
            (Truth::True, _) => Self::Abnormal,
            (_, Some(Truth::True)) | (Truth::False, None) => Self::Normal,
            (Truth::False, Some(Truth::False)) => Self::InDeadband,
            (Truth::Unknown, _) | (Truth::False, Some(Truth::Unknown)) => Self::Unknown,
        }
    }
}

/// The delays of an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delays {
    pub on: Duration,
    pub off: Duration,
}

/// What the engine asks of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The condition has held for the on-delay.
    Raise(Source),
    /// The clearing condition has held for the off-delay.
    Clear(Source, AlarmKey),
    /// Whether an active alarm's inputs are known changed.
    Known(AlarmKey, bool),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Tracked {
    /// The active occurrence, if there is one.
    active: Option<AlarmKey>,
    /// When a running delay ends. A timer that does not match was cancelled.
    due: Option<Duration>,
    known: bool,
}

/// Tracks the alarms that are active or in a delay: what is normal takes no memory.
#[derive(Resource, Debug, Default)]
pub(super) struct AlarmEngine {
    tracked: HashMap<Source, Tracked>,
    timers: BinaryHeap<Reverse<(Duration, Source)>>,
    /// Every condition must be looked up once, changed or not.
    looks_anew: bool,
}

impl AlarmEngine {
    /// Takes note of a condition that changed. Verdicts are appended to `verdicts`.
    pub fn condition(
        &mut self,
        source: Source,
        condition: Condition,
        delays: Delays,
        now: Duration,
        verdicts: &mut Vec<Verdict>,
    ) {
        let known = condition != Condition::Unknown;
        let tracked = self.tracked.get(&source).copied();
        let mut state = tracked.unwrap_or(Tracked {
            active: None,
            due: None,
            known: true,
        });
        if let Some(key) = state.active
            && state.known != known
        {
            verdicts.push(Verdict::Known(key, known));
        }
        state.known = known;
        let mut is_new_timer = false;
        let (leaving, delay) = match state.active {
            None => (condition == Condition::Abnormal, delays.on),
            Some(_) => (condition == Condition::Normal, delays.off),
        };
        if !leaving {
            state.due = None;
        } else if state.due.is_none() {
            state.due = Some(now + delay);
            self.timers.push(Reverse((now + delay, source)));
            is_new_timer = true;
        }
        if state.active.is_some() || state.due.is_some() {
            self.tracked.insert(source, state);
        } else if tracked.is_some() {
            self.tracked.remove(&source);
        }
        // A cancelled timer stays until it would have ended: a condition that flaps under a long delay
        // must not fill the memory with them.
        if is_new_timer && self.timers.len() > 4 * self.tracked.len() + 1_024 {
            self.set_timers();
        }
    }

    /// The timers that run, and no others.
    fn set_timers(&mut self) {
        let running = self
            .tracked
            .iter()
            .filter_map(|(&source, state)| Some((state.due?, source)));
        self.timers = running.map(Reverse).collect();
    }

    /// Ends the delays that are over. Verdicts are appended to `verdicts`; each
    /// [`Verdict::Raise`] is answered with [`Self::raised`].
    pub fn tick(&mut self, now: Duration, verdicts: &mut Vec<Verdict>) {
        while let Some(&Reverse((due, source))) = self.timers.peek() {
            if due > now {
                break;
            }
            self.timers.pop();
            let Some(state) = self.tracked.get_mut(&source) else {
                continue;
            };
            if state.due != Some(due) {
                continue;
            }
            state.due = None;
            match state.active {
                None => verdicts.push(Verdict::Raise(source)),
                Some(key) => {
                    self.tracked.remove(&source);
                    verdicts.push(Verdict::Clear(source, key));
                }
            }
        }
    }

    /// Takes note of the occurrence that a [`Verdict::Raise`] became.
    pub fn raised(&mut self, source: Source, key: AlarmKey) {
        self.stands(source, key, true);
    }

    /// Takes note of an active occurrence, and of whether its inputs are known.
    pub fn stands(&mut self, source: Source, key: AlarmKey, known: bool) {
        self.tracked.insert(
            source,
            Tracked {
                active: Some(key),
                due: None,
                known,
            },
        );
    }

    /// The active occurrence of an alarm.
    pub fn active(&self, source: Source) -> Option<AlarmKey> {
        self.tracked.get(&source)?.active
    }

    /// Asks for every condition to be looked up once, changed or not.
    pub fn look_anew(&mut self) {
        self.looks_anew = true;
    }

    /// Whether every condition is to be looked up; asked once.
    pub fn is_to_look_anew(&mut self) -> bool {
        std::mem::take(&mut self.looks_anew)
    }

    /// What is active or in a delay.
    pub fn tracked(&self) -> impl Iterator<Item = Source> + '_ {
        self.tracked.keys().copied()
    }

    /// Moves every alarm to where `moved` says its source is now; what has gone is forgotten. Delays
    /// run on: saving a scene must not put off an alarm.
    pub fn rename(&mut self, moved: impl Fn(Source) -> Option<Source>) {
        let before = std::mem::take(&mut self.tracked);
        let renamed = before
            .into_iter()
            .filter_map(|(source, state)| Some((moved(source)?, state)));
        self.tracked = renamed.collect();
        self.set_timers();
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::AlarmSource;
    use super::*;
    use crate::fleet::TurbineRow;

    const SOURCE: Source = (AlarmSource::Rule(0), TurbineRow(3));
    const DELAYS: Delays = Delays {
        on: Duration::from_secs(10),
        off: Duration::from_secs(30),
    };

    struct Bench {
        engine: AlarmEngine,
        delays: Delays,
        key: u64,
    }

    impl Bench {
        fn new(delays: Delays) -> Self {
            Self {
                engine: AlarmEngine::default(),
                delays,
                key: 0,
            }
        }

        /// The condition changes at a time in seconds; what happens at once.
        fn at(&mut self, secs: u64, condition: Option<Condition>) -> Vec<Verdict> {
            let now = Duration::from_secs(secs);
            let mut verdicts = Vec::new();
            if let Some(condition) = condition {
                self.engine
                    .condition(SOURCE, condition, self.delays, now, &mut verdicts);
            }
            self.engine.tick(now, &mut verdicts);
            for verdict in &verdicts {
                if let Verdict::Raise(source) = verdict {
                    self.key += 1;
                    self.engine.raised(*source, AlarmKey(self.key));
                }
            }
            verdicts
        }
    }

    use Condition::{Abnormal, InDeadband, Normal, Unknown};

    #[test]
    fn a_condition_that_holds_for_the_on_delay_raises_once() {
        let mut bench = Bench::new(DELAYS);
        assert_eq!(bench.at(0, Some(Abnormal)), []);
        assert_eq!(bench.at(9, None), []);
        assert_eq!(bench.at(10, None), [Verdict::Raise(SOURCE)]);
        assert_eq!(bench.at(60, Some(Abnormal)), []);
    }

    #[test]
    fn a_condition_that_goes_within_the_on_delay_raises_nothing() {
        let mut bench = Bench::new(DELAYS);
        bench.at(0, Some(Abnormal));
        bench.at(5, Some(Normal));
        assert_eq!(bench.at(20, None), []);
        assert!(
            bench.engine.tracked.is_empty(),
            "what is normal takes no memory"
        );
    }

    #[test]
    fn the_on_delay_starts_anew_when_the_condition_was_interrupted() {
        let mut bench = Bench::new(DELAYS);
        bench.at(0, Some(Abnormal));
        bench.at(5, Some(Normal));
        bench.at(6, Some(Abnormal));
        assert_eq!(bench.at(10, None), []);
        assert_eq!(bench.at(16, None), [Verdict::Raise(SOURCE)]);
    }

    #[test]
    fn an_unknown_condition_is_not_one_that_held() {
        let mut bench = Bench::new(DELAYS);
        bench.at(0, Some(Abnormal));
        bench.at(5, Some(Unknown));
        assert_eq!(bench.at(30, None), []);
    }

    #[test]
    fn without_delays_an_alarm_is_raised_and_cleared_at_once() {
        let mut bench = Bench::new(Delays {
            on: Duration::ZERO,
            off: Duration::ZERO,
        });
        assert_eq!(bench.at(0, Some(Abnormal)), [Verdict::Raise(SOURCE)]);
        assert_eq!(
            bench.at(1, Some(Normal)),
            [Verdict::Clear(SOURCE, AlarmKey(1))]
        );
        assert_eq!(bench.at(2, Some(Abnormal)), [Verdict::Raise(SOURCE)]);
    }

    #[test]
    fn an_alarm_clears_only_after_the_clearing_condition_held_for_the_off_delay() {
        let mut bench = Bench::new(DELAYS);
        bench.at(0, Some(Abnormal));
        bench.at(10, None);
        assert_eq!(bench.at(20, Some(InDeadband)), []);
        assert_eq!(bench.at(100, None), [], "in the deadband it stays active");
        assert_eq!(bench.at(100, Some(Normal)), []);
        assert_eq!(bench.at(129, None), []);
        assert_eq!(bench.at(130, None), [Verdict::Clear(SOURCE, AlarmKey(1))]);
    }

    #[test]
    fn an_alarm_whose_inputs_are_lost_stays_active_and_says_so() {
        let mut bench = Bench::new(DELAYS);
        bench.at(0, Some(Abnormal));
        bench.at(10, None);
        bench.at(20, Some(Normal));
        assert_eq!(
            bench.at(25, Some(Unknown)),
            [Verdict::Known(AlarmKey(1), false)]
        );
        assert_eq!(bench.at(100, None), [], "the off-delay was interrupted");
        assert_eq!(
            bench.at(101, Some(Abnormal)),
            [Verdict::Known(AlarmKey(1), true)]
        );
    }

    #[test]
    fn the_condition_follows_the_rule_and_its_clearing_condition() {
        use Truth::{False, True};
        assert_eq!(
            Condition::new(True, Some(True)),
            Abnormal,
            "the rule wins over its clearing"
        );
        assert_eq!(Condition::new(False, None), Normal);
        assert_eq!(Condition::new(False, Some(False)), InDeadband);
        assert_eq!(Condition::new(False, Some(True)), Normal);
        assert_eq!(Condition::new(Truth::Unknown, None), Unknown);
        assert_eq!(Condition::new(Truth::Unknown, Some(False)), Unknown);
        assert_eq!(Condition::new(False, Some(Truth::Unknown)), Unknown);
    }

    #[test]
    fn a_delay_runs_on_when_the_scene_is_saved() {
        let mut bench = Bench::new(DELAYS);
        bench.at(0, Some(Abnormal));
        bench.at(5, None);
        bench.engine.rename(Some);
        assert_eq!(bench.at(6, Some(Abnormal)), []);
        assert_eq!(bench.at(10, None), [Verdict::Raise(SOURCE)]);
    }

    #[test]
    fn a_condition_that_flaps_under_a_long_delay_leaves_no_timers_behind() {
        let hour = Duration::from_secs(3_600);
        let mut bench = Bench::new(Delays {
            on: hour,
            off: hour,
        });
        for second in 0..3_500 {
            let condition = if second % 2 == 0 { Abnormal } else { Normal };
            bench.at(second, Some(condition));
        }
        assert!(
            bench.engine.timers.len() <= 1_100,
            "{}",
            bench.engine.timers.len()
        );
    }

    #[test]
    fn an_active_alarm_moves_with_its_turbine_and_what_has_gone_is_forgotten() {
        let mut bench = Bench::new(Delays {
            on: Duration::ZERO,
            off: Duration::ZERO,
        });
        bench.at(0, Some(Abnormal));
        let moved = (AlarmSource::Rule(4), TurbineRow(7));
        bench
            .engine
            .rename(|source| (source == SOURCE).then_some(moved));
        let mut verdicts = Vec::new();
        bench
            .engine
            .condition(moved, Normal, bench.delays, Duration::ZERO, &mut verdicts);
        bench.engine.tick(Duration::ZERO, &mut verdicts);
        assert_eq!(verdicts, [Verdict::Clear(moved, AlarmKey(1))]);
        bench.engine.rename(|_| None);
        assert!(bench.engine.tracked.is_empty());
    }
}
