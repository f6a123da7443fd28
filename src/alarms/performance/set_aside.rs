//! How much was shelved, suppressed and out of service, and for how long.

use serde::Serialize;

use super::span::Span;

/// What was set aside in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct AsideFigures {
    /// At the end of the span.
    pub now: u64,
    /// How many times in the span.
    pub times: u64,
    /// For how long within the span together, milliseconds.
    pub total_ms: i64,
    /// The longest, milliseconds, with what of it lies outside of the span.
    pub longest_ms: i64,
}

impl AsideFigures {
    /// An alarm was set aside; `until_ms` is `None` while it is.
    pub(super) fn push(&mut self, from_ms: i64, until_ms: Option<i64>, span: Span) {
        let whole = Span {
            from_ms,
            until_ms: until_ms.unwrap_or(span.until_ms),
        };
        let within = whole.within(span).length_ms();
        if within == 0 {
            return;
        }
        self.now += u64::from(until_ms.is_none());
        self.times += 1;
        self.total_ms += within;
        self.longest_ms = self.longest_ms.max(whole.length_ms());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_of_the_span_counts_for_the_longest_only() {
        let span = Span {
            from_ms: 100,
            until_ms: 200,
        };
        let mut figures = AsideFigures::default();
        figures.push(50, Some(110), span);
        figures.push(190, None, span);
        figures.push(0, Some(100), span);
        assert_eq!(
            figures,
            AsideFigures {
                now: 1,
                times: 2,
                total_ms: 20,
                longest_ms: 60
            }
        );
    }
}
