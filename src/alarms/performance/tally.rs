//! Adds up what happened to alarms over a span.

use super::acknowledge::WaitTally;
use super::chatter::Chatter;
use super::coverage::Gaps;
use super::delays::Delays;
use super::flood::{FloodLimits, Window};
use super::follow::{ASIDE, Follower, Happening};
use super::known::KnownAlarms;
use super::rates::RateTally;
use super::sequence::SequenceTally;
use super::set_aside::AsideFigures;
use super::span::Span;
use super::stale::StandingTally;
use crate::alarms::SetAside;
use crate::scene::Priority;

/// Adds up what happened to alarms over a span.
#[derive(Debug, Clone)]
pub struct Tally {
    pub(super) span: Span,
    pub(super) positions: u32,
    pub(super) announced: u64,
    pub(super) by_priority: [u64; 4],
    pub(super) rates: RateTally,
    pub(super) window: Window,
    pub(super) standing: StandingTally,
    pub(super) gaps: Gaps,
    pub(super) waits: [WaitTally; 4],
    pub(super) acknowledged: u64,
    pub(super) missed: u64,
    pub(super) aside: [AsideFigures; 3],
    pub(super) sequences: SequenceTally,
    pub(super) alarms: Vec<OfAlarm>,
}

/// What one alarm did.
#[derive(Debug, Clone, Default)]
pub(super) struct OfAlarm {
    pub announced: u64,
    pub occurrences: u64,
    pub priority: Option<Priority>,
    pub chatter: Chatter,
    pub delays: Delays,
    pub acknowledged: u64,
    pub missed: u64,
    pub active_ms: i64,
}

impl Tally {
    /// Begins a span, with what stands then.
    pub fn new(span: Span, positions: u32, follower: &Follower) -> Self {
        Self {
            span,
            positions: positions.max(1),
            announced: 0,
            by_priority: [0; 4],
            rates: RateTally::new(span),
            window: Window::new(FloodLimits::of_positions(positions)),
            standing: StandingTally::new(span, follower.standing() as u64),
            gaps: Gaps::default(),
            waits: Default::default(),
            acknowledged: 0,
            missed: 0,
            aside: [AsideFigures::default(); 3],
            sequences: SequenceTally::default(),
            alarms: Vec::new(),
        }
    }

    fn of(&mut self, alarm: usize) -> Option<&mut OfAlarm> {
        if alarm >= self.alarms.len() {
            self.alarms.resize_with(alarm + 1, OfAlarm::default);
        }
        self.alarms.get_mut(alarm)
    }

    /// Takes note of what happened. What happened before or after the span changes what stood in it.
    pub fn push(&mut self, follower: &Follower, happening: &Happening, known: &KnownAlarms) {
        let span = self.span;
        match *happening {
            Happening::Announced {
                alarm,
                at_ms,
                priority,
                is_new,
                since_cleared_ms,
            } if span.contains(at_ms) => {
                self.announced += 1;
                if let Some(n) = self.by_priority.get_mut(priority as usize) {
                    *n += 1;
                }
                self.rates.push(at_ms);
                self.window.push(at_ms);
                if is_new {
                    self.raised(follower, alarm, at_ms, since_cleared_ms, known);
                }
                if let Some(of) = self.of(alarm) {
                    of.announced += 1;
                    of.priority = Some(of.priority.map_or(priority, |p| p.min(priority)));
                }
            }
            Happening::Stands { .. } => self.standing.stands(),
            Happening::Stood {
                alarm,
                raised_ms,
                from_ms,
                until_ms,
            } => {
                self.standing
                    .stood(alarm, raised_ms, from_ms, Some(until_ms));
            }
            Happening::Acknowledged {
                alarm,
                at_ms,
                priority,
                waited_ms,
            } if span.contains(at_ms) => {
                self.acknowledged += 1;
                let waits = self.waits.get_mut(priority as usize);
                if let (Some(waits), Some(waited_ms)) = (waits, waited_ms) {
                    waits.push(waited_ms);
                }
                if let Some(of) = self.of(alarm) {
                    of.acknowledged += 1;
                }
            }
            Happening::Missed { alarm, at_ms } if span.contains(at_ms) => {
                self.missed += 1;
                if let Some(of) = self.of(alarm) {
                    of.missed += 1;
                }
            }
            Happening::Cleared {
                alarm,
                at_ms,
                raised_ms: Some(raised_ms),
                was_announced: true,
            } if span.contains(at_ms) => {
                let active_ms = at_ms.saturating_sub(raised_ms).max(0);
                let off_delay = follower
                    .id(alarm)
                    .map_or_else(Default::default, |id| known.delays(&id.name).1);
                let is_of_span = span.contains(raised_ms);
                if let Some(of) = self.of(alarm) {
                    of.active_ms += active_ms;
                    if is_of_span {
                        of.chatter.cleared(raised_ms, active_ms);
                        of.delays.cleared(active_ms, off_delay);
                    }
                }
            }
            Happening::WasAside {
                how,
                from_ms,
                until_ms,
                ..
            } => self.was_aside(how, from_ms, Some(until_ms)),
            Happening::Off(off) => {
                self.gaps.add(off, span);
                if span.contains(off.until_ms) {
                    self.window.break_off(off.until_ms);
                }
            }
            _ => {}
        }
    }

    fn raised(
        &mut self,
        follower: &Follower,
        alarm: usize,
        at_ms: i64,
        since_cleared_ms: Option<i64>,
        known: &KnownAlarms,
    ) {
        let (Some(id), Some(followed)) = (follower.id(alarm), follower.get(alarm)) else {
            return;
        };
        let is_active = |other: usize| {
            let occurrence = follower.get(other).and_then(|f| f.occurrence);
            occurrence.is_some_and(|o| o.is_active)
        };
        let of = (followed.object, followed.name, alarm);
        self.sequences.raised(of, at_ms, is_active);
        let on_delay = known.delays(&id.name).0;
        if let Some(of) = self.of(alarm) {
            // The first one of the span is not joined to one that is not counted in it.
            let since = since_cleared_ms.filter(|_| of.occurrences > 0);
            of.occurrences += 1;
            of.chatter.raised(at_ms);
            of.delays.raised(since, on_delay);
        }
    }

    pub(super) fn was_aside(&mut self, how: SetAside, from_ms: i64, until_ms: Option<i64>) {
        let span = self.span;
        let figures = self.aside.iter_mut().zip(ASIDE);
        for (figures, _) in figures.filter(|(_, of)| *of == how) {
            figures.push(from_ms, until_ms, span);
        }
    }
}
