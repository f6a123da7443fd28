//! The figures of a span, and how they come from records.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::acknowledge::{WaitTally, Waits};
use super::coverage::Covered;
use super::flood::Flood;
use super::follow::{ASIDE, Follower};
use super::frequent::{ByRule, Frequent};
use super::known::KnownAlarms;
use super::rates::Rates;
use super::sequence::Sequence;
use super::set_aside::AsideFigures;
use super::span::{By, Period, Span, periods};
use super::stale::Standing;
use super::tally::Tally;
use crate::alarms::AlarmId;
use crate::alarms::journal::Record;
use crate::scene::Priority;

/// How well the alarm system did over a span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Over which.
    pub span: Span,
    /// How much of it was watched.
    pub covered: Covered,
    /// How many operator positions shared the alarms.
    pub positions: u32,
    /// How many alarms came.
    pub rates: Rates,
    /// How many came in each 10 minutes, from the span's start on, for all positions.
    pub per_interval: Vec<u32>,
    /// Floods, in order.
    pub floods: Vec<Flood>,
    /// The share of the time that was watched in which there was a flood.
    pub flooded: Option<f64>,
    /// How many of each priority, most urgent first.
    pub by_priority: [u64; 4],
    /// Every alarm that came, the most frequent first.
    pub alarms: Vec<Frequent>,
    /// Every rule of which one came, the most frequent first.
    pub rules: Vec<ByRule>,
    /// The share of the ten most frequent alarms.
    pub top_ten: Option<f64>,
    /// What stood.
    pub standing: Standing,
    /// How long alarms waited, by priority, most urgent first.
    pub waits: [Waits; 4],
    /// How long alarms of any priority waited.
    pub all_waits: Waits,
    /// How many were acknowledged.
    pub acknowledged: u64,
    /// How many came back before anyone had acknowledged them.
    pub missed: u64,
    /// What nobody has acknowledged, and since when, milliseconds since 1970 UTC; the longest first.
    pub waiting: Vec<(AlarmId, i64)>,
    /// What is out of service.
    pub out_of_service: AsideFigures,
    /// What logic held back.
    pub suppressed: AsideFigures,
    /// What operators laid aside.
    pub shelved: AsideFigures,
    /// Alarms of the scene without a text of what to do, by name.
    pub without_response: Vec<Arc<str>>,
    /// How many alarms the scene has.
    pub defined: u64,
    /// What came right after another alarm of the same turbine, the most frequent first.
    pub sequences: Vec<Sequence>,
}

impl Figures {
    /// The ten most frequent alarms.
    pub fn most_frequent(&self) -> &[Frequent] {
        self.alarms.get(..10).unwrap_or(&self.alarms)
    }

    /// Alarms that chattered, the worst first.
    pub fn chattering(&self) -> Vec<&Frequent> {
        let mut all: Vec<_> = self.alarms.iter().filter(|a| a.chattering > 0).collect();
        all.sort_by_key(|a| std::cmp::Reverse(a.chattering));
        all
    }

    /// Alarms that were fleeting, the worst first.
    pub fn fleeting(&self) -> Vec<&Frequent> {
        let mut all: Vec<_> = self.alarms.iter().filter(|a| a.fleeting > 0).collect();
        all.sort_by_key(|a| std::cmp::Reverse(a.fleeting));
        all
    }

    /// The share of a priority, 0 to 1; `None` where no alarm came.
    pub fn share(&self, priority: Priority) -> Option<f64> {
        let of = self.by_priority.get(priority as usize)?;
        (self.rates.alarms > 0).then(|| *of as f64 / self.rates.alarms as f64)
    }
}

/// How a span is divided.
#[derive(Debug, Clone)]
pub struct Periods {
    /// By what.
    pub by: By,
    /// The site's time zone.
    pub zone: TimeZone,
    /// When shifts begin.
    pub shifts: Vec<Time>,
}

/// Works out the figures of a span, and of each period of it where it is divided.
///
/// The records are those of a journal in order, from some time before the span where there are any: what
/// stands at its start is known from them. One pass.
pub fn figures<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    span: Span,
    positions: u32,
    known: &KnownAlarms,
    divided: Option<&Periods>,
) -> (Figures, Vec<(Period, Figures)>) {
    let mut run = Run::new(span, positions, divided);
    for record in records {
        run.push(record, known);
    }
    run.finish(known)
}

/// A pass over the records.
#[derive(Debug)]
pub struct Run {
    follower: Follower,
    span: Span,
    positions: u32,
    whole: Option<Tally>,
    part: Option<(Period, Tally)>,
    /// Periods that are to come, the last first.
    to_come: Vec<Period>,
    done: Vec<(Period, Figures)>,
    /// Records of the latest instant: what happens in one frame is looked at together.
    instant: Vec<Record>,
}

impl Run {
    /// Begins.
    pub fn new(span: Span, positions: u32, divided: Option<&Periods>) -> Self {
        let mut to_come = divided.map_or_else(Vec::new, |divided| {
            periods(span, divided.by, &divided.zone, &divided.shifts)
        });
        to_come.reverse();
        Self {
            follower: Follower::default(),
            span,
            positions,
            whole: None,
            part: None,
            to_come,
            done: Vec::new(),
            instant: Vec::new(),
        }
    }

    /// Takes the next record.
    pub fn push(&mut self, record: &Record, known: &KnownAlarms) {
        if self
            .instant
            .first()
            .is_some_and(|r| r.at_ms != record.at_ms)
        {
            self.end_instant(known);
        }
        self.instant.push(record.clone());
    }

    /// Follows what happened in an instant. What logic holds back as it is raised was never announced.
    fn end_instant(&mut self, known: &KnownAlarms) {
        let mut instant = std::mem::take(&mut self.instant);
        if instant.len() > 1 {
            instant.sort_by_key(|r| &*r.change != "suppressed");
        }
        for record in &instant {
            self.follow(record, known);
        }
        instant.clear();
        self.instant = instant;
    }

    fn follow(&mut self, record: &Record, known: &KnownAlarms) {
        if record.at_ms >= self.span.until_ms {
            return;
        }
        if record.at_ms >= self.span.from_ms {
            self.begin();
            let off = self.follower.off_before(record);
            self.turn_to(record.at_ms, off, known);
        }
        let (whole, part) = (&mut self.whole, &mut self.part);
        self.follower.push(record, |follower, happening| {
            for tally in whole.iter_mut().chain(part.iter_mut().map(|(_, t)| t)) {
                tally.push(follower, &happening, known);
            }
        });
    }

    fn begin(&mut self) {
        if self.whole.is_none() {
            self.whole = Some(Tally::new(self.span, self.positions, &self.follower));
        }
    }

    /// Ends the periods before a time and begins the one that it lies in.
    fn turn_to(&mut self, at_ms: i64, off: Option<Span>, known: &KnownAlarms) {
        loop {
            if let Some((period, _)) = &self.part
                && at_ms < period.span.until_ms
            {
                return;
            }
            if let Some((period, mut tally)) = self.part.take() {
                if let Some(off) = off {
                    tally.gaps.add(off, period.span);
                }
                let figures = finish(tally, &self.follower, known);
                self.done.push((period, figures));
            }
            let Some(next) = self.to_come.pop() else {
                return;
            };
            let tally = Tally::new(next.span, self.positions, &self.follower);
            self.part = Some((next, tally));
        }
    }

    /// The figures of the span and of its periods.
    pub fn finish(mut self, known: &KnownAlarms) -> (Figures, Vec<(Period, Figures)>) {
        self.end_instant(known);
        self.begin();
        self.turn_to(self.span.until_ms, None, known);
        let whole = self
            .whole
            .take()
            .unwrap_or_else(|| Tally::new(self.span, self.positions, &self.follower));
        (finish(whole, &self.follower, known), self.done)
    }
}

fn finish(mut tally: Tally, follower: &Follower, known: &KnownAlarms) -> Figures {
    let span = tally.span;
    still_open(&mut tally, follower);
    tally.gaps.join();
    let now = follower.standing() as u64;
    let id = |alarm: usize| follower.id(alarm).cloned();
    let standing = tally.standing.finish(&tally.gaps, now, id);
    let covered = tally.gaps.clone().finish(span);
    let (most, floods) = tally.window.finish(span.until_ms);
    let rates = tally
        .rates
        .finish(tally.announced, most, &tally.gaps, tally.positions);
    let flooded_ms: i64 = floods
        .iter()
        .map(|f| f.until_ms.saturating_sub(f.from_ms))
        .sum();
    let share = |n: u64| n as f64 / tally.announced.max(1) as f64;
    let mut alarms = Vec::new();
    for (alarm, of) in tally.alarms.iter().enumerate() {
        let Some(id) = follower.id(alarm).filter(|_| of.announced > 0) else {
            continue;
        };
        alarms.push(Frequent {
            id: id.clone(),
            priority: of.priority.unwrap_or(Priority::Low),
            announced: of.announced,
            occurrences: of.occurrences,
            share: share(of.announced),
            chattering: of.chatter.chattering,
            most_a_minute: of.chatter.most_a_minute as u64,
            fleeting: of.chatter.fleeting,
            acknowledged: of.acknowledged,
            missed: of.missed,
            active_ms: of.active_ms,
            off_delays: of.delays.with_off_delay().to_vec(),
            on_delays: of.delays.with_on_delay().to_vec(),
        });
    }
    alarms.sort_by(|a, b| b.announced.cmp(&a.announced).then_with(|| a.id.cmp(&b.id)));
    let rules = by_rule(&alarms, &share);
    let top: u64 = alarms.iter().take(10).map(|a| a.announced).sum();
    let mut all_waits = WaitTally::default();
    for waits in &tally.waits {
        all_waits.merge(waits);
    }
    let sequences = sequences(tally.sequences, follower, &rules);
    let [out_of_service, suppressed, shelved] = tally.aside;
    Figures {
        span,
        positions: tally.positions,
        rates,
        per_interval: tally.rates.into_counts(),
        flooded: (covered.ms > 0).then(|| flooded_ms as f64 / covered.ms as f64),
        covered,
        floods,
        by_priority: tally.by_priority,
        top_ten: (tally.announced > 0).then(|| share(top)),
        alarms,
        rules,
        standing,
        waits: tally.waits.map(WaitTally::finish),
        all_waits: all_waits.finish(),
        acknowledged: tally.acknowledged,
        missed: tally.missed,
        waiting: waiting(follower, span),
        out_of_service,
        suppressed,
        shelved,
        without_response: known.without_response(),
        defined: known.0.len() as u64,
        sequences,
    }
}

/// Adds what goes on at the end of the span, and what the journal does not tell of.
fn still_open(tally: &mut Tally, follower: &Follower) {
    let span = tally.span;
    for (alarm, followed) in follower.alarms() {
        if let Some(occurrence) = followed.occurrence
            && let Some(from_ms) = occurrence.shown_ms
        {
            let raised_ms = occurrence.raised_ms;
            tally.standing.stood(alarm, raised_ms, from_ms, None);
        }
        for (from_ms, how) in followed.aside.iter().zip(ASIDE) {
            if let Some(from_ms) = from_ms {
                tally.was_aside(how, *from_ms, None);
            }
        }
    }
    // Before its first record nothing is known, and nothing while the program is off.
    let begins_ms = follower.first_ms().unwrap_or(span.until_ms);
    let before = Span {
        from_ms: span.from_ms,
        until_ms: begins_ms,
    };
    tally.gaps.add(before, span);
    if let Some(stopped_ms) = follower.stopped_ms() {
        let after = Span {
            from_ms: stopped_ms,
            until_ms: span.until_ms,
        };
        tally.gaps.add(after, span);
    }
}

fn by_rule(alarms: &[Frequent], share: &impl Fn(u64) -> f64) -> Vec<ByRule> {
    let mut by_name: HashMap<&Arc<str>, ByRule> = HashMap::new();
    for alarm in alarms {
        let rule = by_name.entry(&alarm.id.name).or_insert_with(|| ByRule {
            name: Arc::clone(&alarm.id.name),
            announced: 0,
            share: 0.0,
            turbines: 0,
            chattering: 0,
            fleeting: 0,
            acknowledged: 0,
        });
        rule.announced += alarm.announced;
        rule.turbines += 1;
        rule.chattering += alarm.chattering;
        rule.fleeting += alarm.fleeting;
        rule.acknowledged += alarm.acknowledged;
        rule.share = share(rule.announced);
    }
    let mut rules: Vec<ByRule> = by_name.into_values().collect();
    rules.sort_by(|a, b| {
        b.announced
            .cmp(&a.announced)
            .then_with(|| a.name.cmp(&b.name))
    });
    rules
}

fn sequences(
    tally: super::sequence::SequenceTally,
    follower: &Follower,
    rules: &[ByRule],
) -> Vec<Sequence> {
    let names = follower.names();
    let mut all: Vec<Sequence> = tally
        .finish()
        .filter_map(|((first, then), followed)| {
            let (first, then) = (names.get(first)?, names.get(then)?);
            let of = rules.iter().find(|r| r.name == *then)?.announced;
            Some(Sequence {
                first: Arc::clone(first),
                then: Arc::clone(then),
                followed,
                of,
            })
        })
        .collect();
    all.sort_by(|a, b| {
        let by_count = b.followed.cmp(&a.followed);
        by_count.then_with(|| (&a.first, &a.then).cmp(&(&b.first, &b.then)))
    });
    all
}

/// What nobody has acknowledged yet, the longest first.
fn waiting(follower: &Follower, span: Span) -> Vec<(AlarmId, i64)> {
    let all = follower.alarms().filter_map(|(alarm, followed)| {
        let occurrence = followed.occurrence?;
        let is_waiting = !occurrence.is_acknowledged && !followed.is_aside();
        let since_ms = occurrence.announced_ms.filter(|at| *at < span.until_ms)?;
        is_waiting.then(|| Some((follower.id(alarm)?.clone(), since_ms)))?
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(id, since_ms)| (*since_ms, id.clone()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIN: i64 = 60_000;
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 86_400_000;

    fn record(at_ms: i64, change: &str, object: &str, name: &str) -> Record {
        Record {
            seq: 0,
            at_ms,
            change: change.into(),
            object: object.into(),
            name: name.into(),
            key: None,
            priority: Some(Priority::Low),
            value: String::new(),
            by: None,
            comment: None,
            until_ms: None,
        }
    }

    /// One alarm's changes, as (minute, change).
    fn hot(changes: &[(i64, &str)]) -> Vec<Record> {
        let of = |(min, change): &(i64, &str)| record(min * MIN, change, "T1", "Hot");
        changes.iter().map(of).collect()
    }

    fn of_hours(records: &[Record], hours: i64) -> Figures {
        let span = Span {
            from_ms: 0,
            until_ms: hours * HOUR,
        };
        figures(records, span, 1, &KnownAlarms::default(), None).0
    }

    #[test]
    fn an_empty_journal_claims_nothing() {
        let figures = of_hours(&[], 24);
        assert_eq!(figures.covered.ms, 0);
        assert_eq!(figures.rates.per_10_min, None);
        assert_eq!(figures.top_ten, None);
        let verdicts = super::super::measures(&figures);
        let is_claim = |m: &&super::super::Measure| m.verdict != super::super::Verdict::NoData;
        let claims: Vec<_> = verdicts.iter().filter(is_claim).map(|m| m.key).collect();
        assert_eq!(claims, Vec::<&str>::new());
    }

    #[test]
    fn only_what_is_announced_is_load() {
        let records = hot(&[
            (0, "shelved"),
            (10, "raised"),
            (20, "cleared"),
            (30, "raised"),
            // It stands, and nobody knew of it: now it is announced.
            (40, "unshelved"),
            (50, "cleared"),
            (60, "raised"),
        ]);
        let figures = of_hours(&records, 2);
        assert_eq!(figures.rates.alarms, 2);
        assert_eq!(figures.shelved.times, 1);
        assert_eq!(figures.shelved.total_ms, 40 * MIN);
        assert_eq!(figures.shelved.now, 0);
        assert_eq!(figures.standing.now, 1);
        // 40 to 50 and 60 to 120 minutes of two hours.
        assert_eq!(figures.standing.mean, Some(70.0 / 120.0));
    }

    #[test]
    fn an_alarm_announced_anew_after_its_re_alarm_time_counts_again() {
        let records = hot(&[
            (0, "raised"),
            (5, "acknowledged"),
            (60, "re_alarmed"),
            (61, "acknowledged"),
        ]);
        let figures = of_hours(&records, 2);
        assert_eq!(figures.rates.alarms, 2);
        assert_eq!(figures.alarms[0].occurrences, 1);
        assert_eq!(figures.all_waits.count, 2);
        assert_eq!(figures.all_waits.median_ms, Some(MIN));
        assert_eq!(figures.all_waits.longest_ms, Some(5 * MIN));
    }

    #[test]
    fn what_stood_before_the_span_stands_in_it_and_is_not_counted_as_new() {
        let mut records = vec![record(-30 * HOUR, "raised", "T1", "Hot")];
        records.push(record(HOUR, "raised", "T2", "Hot"));
        records.push(record(2 * HOUR, "cleared", "T1", "Hot"));
        let figures = of_hours(&records, 4);
        assert_eq!(figures.rates.alarms, 1);
        assert_eq!(figures.standing.most, 2);
        assert_eq!(figures.standing.mean, Some(5.0 / 4.0));
        assert_eq!(figures.standing.stale.len(), 1);
        assert_eq!(figures.standing.stale_now, 0);
    }

    #[test]
    fn an_alarm_that_clears_without_having_been_raised_stood_from_the_beginning() {
        let records = vec![
            record(0, "started", "desk", ""),
            record(HOUR, "cleared", "T1", "Hot"),
        ];
        let figures = of_hours(&records, 2);
        assert_eq!(figures.standing.most, 1);
        assert_eq!(figures.standing.mean, Some(0.5));
        assert_eq!(figures.standing.stale, []);
    }

    #[test]
    fn the_time_before_the_journal_and_while_the_program_was_off_is_not_without_alarms() {
        let records = vec![
            record(HOUR, "started", "desk", ""),
            record(2 * HOUR, "raised", "T1", "Hot"),
            record(3 * HOUR, "stopped", "desk", ""),
            record(5 * HOUR, "started", "desk", ""),
            // It ended without a word after this one.
            record(6 * HOUR, "cleared", "T1", "Hot"),
            record(7 * HOUR, "started", "desk", ""),
        ];
        let figures = of_hours(&records, 8);
        // 1 to 3, 5 to 6 and 7 to 8.
        assert_eq!(figures.covered.ms, 4 * HOUR);
        assert_eq!(figures.covered.gaps.len(), 3);
        assert_eq!(figures.rates.per_hour, Some(0.25));
        assert_eq!(figures.rates.hours, 4);
    }

    #[test]
    fn a_shift_in_which_the_program_was_off_has_no_data() {
        let records = vec![
            record(0, "started", "desk", ""),
            record(5 * HOUR, "raised", "T1", "Hot"),
            record(23 * HOUR, "started", "desk", ""),
        ];
        let span = Span {
            from_ms: 0,
            until_ms: DAY,
        };
        let divided = Periods {
            by: By::Shift,
            zone: TimeZone::UTC,
            shifts: Vec::new(),
        };
        let (_, parts) = figures(&records, span, 1, &KnownAlarms::default(), Some(&divided));
        let hours: Vec<i64> = parts.iter().map(|(_, f)| f.covered.ms / HOUR).collect();
        assert_eq!(hours, [5, 0, 0, 1]);
        assert_eq!(parts[1].1.rates.per_10_min, None);
    }

    #[test]
    fn an_occurrence_that_comes_back_unacknowledged_was_missed() {
        let records = hot(&[
            (0, "raised"),
            (1, "cleared"),
            (5, "raised"),
            (6, "acknowledged"),
            (7, "cleared"),
        ]);
        let figures = of_hours(&records, 1);
        assert_eq!((figures.acknowledged, figures.missed), (1, 1));
        assert_eq!(figures.waiting, []);
    }

    #[test]
    fn what_logic_holds_back_as_it_is_raised_is_no_load() {
        let records = hot(&[
            (0, "raised"),
            (0, "suppressed"),
            (5, "cleared"),
            (10, "raised"),
            (10, "suppressed"),
            // It stands, and is let go: now it is announced.
            (15, "unsuppressed"),
            (20, "cleared"),
            // Nothing holds it back any more.
            (30, "raised"),
        ]);
        let figures = of_hours(&records, 1);
        assert_eq!(figures.rates.alarms, 2);
        assert_eq!(figures.suppressed.times, 2);
        assert_eq!(figures.suppressed.total_ms, 10 * MIN);
        assert_eq!(figures.suppressed.now, 0);
    }

    #[test]
    fn what_waits_is_told_the_longest_first() {
        let records = vec![
            record(0, "raised", "T1", "Hot"),
            record(MIN, "raised", "T2", "Hot"),
            record(2 * MIN, "cleared", "T1", "Hot"),
        ];
        let waiting = of_hours(&records, 1).waiting;
        let turbines: Vec<&str> = waiting.iter().map(|(id, _)| &*id.object).collect();
        assert_eq!(turbines, ["T1", "T2"]);
    }

    #[test]
    fn the_ten_most_frequent_are_told_with_their_share() {
        let mut records = Vec::new();
        for n in 0..20 {
            for k in 0..=i64::from(n >= 19) * 19 {
                let object = format!("T{n:02}");
                records.push(record((k * 20 + n) * MIN, "raised", &object, "Hot"));
                records.push(record((k * 20 + n) * MIN + 1, "cleared", &object, "Hot"));
            }
        }
        records.sort_by_key(|r| r.at_ms);
        let figures = of_hours(&records, 24);
        assert_eq!(figures.rates.alarms, 39);
        assert_eq!(&*figures.alarms[0].id.object, "T19");
        assert_eq!(figures.alarms[0].announced, 20);
        assert_eq!(figures.top_ten, Some(29.0 / 39.0));
    }

    #[test]
    fn an_alarm_that_follows_another_of_its_turbine_is_found() {
        let mut records = Vec::new();
        for n in 0..10 {
            let at = n * 30 * MIN;
            records.push(record(at, "raised", "T1", "No communication"));
            records.push(record(at + 5_000, "raised", "T1", "No power"));
            records.push(record(at + 5_500, "raised", "T2", "No power here"));
            records.push(record(at + MIN, "cleared", "T1", "No communication"));
            records.push(record(at + MIN, "cleared", "T1", "No power"));
        }
        let sequences = of_hours(&records, 24).sequences;
        assert_eq!(sequences.len(), 1);
        assert_eq!(&*sequences[0].then, "No power");
        assert_eq!((sequences[0].followed, sequences[0].of), (10, 10));
    }

    fn changes() -> impl Strategy<Value = Vec<Record>> {
        let change = prop_oneof![
            4 => Just("raised"),
            4 => Just("cleared"),
            2 => Just("acknowledged"),
            1 => Just("shelved"),
            1 => Just("unshelved"),
            1 => Just("suppressed"),
            1 => Just("unsuppressed"),
            1 => Just("re_alarmed"),
            1 => Just("withdrawn"),
        ];
        let one = (0_i64..72 * 60, change, 0_u8..4, 0_u8..3);
        proptest::collection::vec(one, 0..300).prop_map(|mut all| {
            all.sort_by_key(|(min, ..)| *min);
            let of = |(min, change, turbine, name): &(i64, &str, u8, u8)| {
                let mut record = record(
                    min * MIN,
                    change,
                    &format!("T{turbine}"),
                    &format!("A{name}"),
                );
                record.priority = Priority::ALL.get(usize::from(*name)).copied();
                record
            };
            all.iter().map(of).collect()
        })
    }

    proptest! {
        #[test]
        fn the_parts_make_up_the_whole(records in changes(), from in 0_i64..40, hours in 1_i64..30) {
            let span = Span { from_ms: from * HOUR, until_ms: (from + hours) * HOUR };
            let divided = Periods { by: By::Shift, zone: TimeZone::UTC, shifts: Vec::new() };
            let (whole, parts) = figures(&records, span, 1, &KnownAlarms::default(), Some(&divided));
            let sum = |of: fn(&Figures) -> u64| parts.iter().map(|(_, f)| of(f)).sum::<u64>();
            prop_assert_eq!(sum(|f| f.rates.alarms), whole.rates.alarms);
            prop_assert_eq!(sum(|f| f.acknowledged), whole.acknowledged);
            prop_assert_eq!(sum(|f| f.missed), whole.missed);
            prop_assert_eq!(sum(|f| f.span.length_ms() as u64), span.length_ms() as u64);
            prop_assert_eq!(sum(|f| f.covered.ms as u64), whole.covered.ms as u64);
            prop_assert_eq!(sum(|f| f.shelved.total_ms as u64), whole.shelved.total_ms as u64);
            prop_assert_eq!(whole.by_priority.iter().sum::<u64>(), whole.rates.alarms);
            prop_assert_eq!(whole.per_interval.iter().map(|n| u64::from(*n)).sum::<u64>(), whole.rates.alarms);
            prop_assert_eq!(whole.alarms.iter().map(|a| a.announced).sum::<u64>(), whole.rates.alarms);
            prop_assert_eq!(whole.rules.iter().map(|a| a.announced).sum::<u64>(), whole.rates.alarms);
            let time = |f: &Figures| f.standing.mean.unwrap_or(0.0) * f.covered.ms as f64;
            let mut begun = std::collections::HashSet::new();
            // What stood when the journal began is known only once it clears.
            let all_begun = records.iter().all(|r| {
                let id = (Arc::clone(&r.object), Arc::clone(&r.name));
                let is_known = &*r.change != "cleared" || begun.contains(&id);
                if &*r.change == "raised" {
                    begun.insert(id);
                }
                is_known
            });
            if whole.covered.ms == span.length_ms() && all_begun {
                let of_parts: f64 = parts.iter().map(|(_, f)| time(f)).sum();
                prop_assert!((of_parts - time(&whole)).abs() < 10.0);
                prop_assert!(parts.iter().all(|(_, f)| f.standing.most <= whole.standing.most));
            }
            for flood in &whole.floods {
                prop_assert!(flood.from_ms <= flood.until_ms);
                prop_assert!(flood.alarms as usize >= flood.most_in_10_min);
            }
            prop_assert!(whole.flooded.is_none_or(|share| share <= 1.0 + 1e-9));
            for alarm in &whole.alarms {
                prop_assert!(alarm.chattering + alarm.fleeting <= alarm.occurrences);
            }
        }
    }
}
