//! How much of a span the journal tells of: a time when the program was off is no time without alarms.

use serde::Serialize;

use super::span::Span;

/// How much of a span the journal covers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Covered {
    /// Milliseconds of the span that were watched.
    pub ms: i64,
    /// When nothing was watched: before the journal begins, and while the program was off.
    pub gaps: Vec<Span>,
}

/// The parts of a span that were not watched, as they are found.
#[derive(Debug, Clone, Default)]
pub(super) struct Gaps(Vec<Span>);

impl Gaps {
    /// Nothing was watched there.
    pub fn add(&mut self, gap: Span, within: Span) {
        let gap = gap.within(within);
        if gap.length_ms() > 0 {
            self.0.push(gap);
        }
    }

    /// How much of a span was watched, milliseconds.
    pub fn covered_ms(&self, span: Span) -> i64 {
        let lost: i64 = self.0.iter().map(|gap| gap.within(span).length_ms()).sum();
        (span.length_ms() - lost).max(0)
    }

    pub fn finish(mut self, span: Span) -> Covered {
        self.join();
        Covered {
            ms: self.covered_ms(span),
            gaps: self.0,
        }
    }

    /// Puts them in order and makes one of those that overlap.
    pub fn join(&mut self) {
        self.0.sort_unstable_by_key(|gap| gap.from_ms);
        let mut joined: Vec<Span> = Vec::with_capacity(self.0.len());
        for gap in self.0.drain(..) {
            match joined.last_mut() {
                Some(last) if gap.from_ms <= last.until_ms => {
                    last.until_ms = last.until_ms.max(gap.until_ms);
                }
                _ => joined.push(gap),
            }
        }
        self.0 = joined;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from_ms: i64, until_ms: i64) -> Span {
        Span { from_ms, until_ms }
    }

    #[test]
    fn gaps_are_counted_once_and_only_within_the_span() {
        let mut gaps = Gaps::default();
        for gap in [span(-50, 10), span(5, 20), span(90, 200), span(30, 30)] {
            gaps.add(gap, span(0, 100));
        }
        let covered = gaps.finish(span(0, 100));
        assert_eq!(covered.ms, 70);
        assert_eq!(covered.gaps, [span(0, 20), span(90, 100)]);
    }
}
