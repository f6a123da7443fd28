//! Sets of numbers: disjoint intervals in order. A text is its number, truth values are 0 and 1.

use crate::rules::Comparison;

/// A place between numbers: just before or just after one.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Cut {
    at: f64,
    is_after: bool,
}

const START: Cut = Cut {
    at: f64::NEG_INFINITY,
    is_after: false,
};
const END: Cut = Cut {
    at: f64::INFINITY,
    is_after: true,
};

/// A set of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Spans(Vec<(Cut, Cut)>);

impl Spans {
    /// Every number.
    pub fn all() -> Self {
        Self(vec![(START, END)])
    }

    /// No number.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// One number.
    pub fn point(at: f64) -> Self {
        Self::between(at, at)
    }

    /// From one number to another, both included.
    pub fn between(low: f64, high: f64) -> Self {
        let (from, to) = (before(low), after(high));
        if from < to {
            Self(vec![(from, to)])
        } else {
            Self::none()
        }
    }

    /// The numbers that compare so with a limit.
    pub fn compared(op: Comparison, limit: f64) -> Self {
        let spans = match op {
            Comparison::Less => vec![(START, before(limit))],
            Comparison::LessOrEqual => vec![(START, after(limit))],
            Comparison::Greater => vec![(after(limit), END)],
            Comparison::GreaterOrEqual => vec![(before(limit), END)],
            Comparison::Equal => vec![(before(limit), after(limit))],
            Comparison::NotEqual => vec![(START, before(limit)), (after(limit), END)],
        };
        Self(spans.into_iter().filter(|(from, to)| from < to).collect())
    }

    /// The numbers in both.
    pub fn and(&self, other: &Self) -> Self {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(&&(a_from, a_to)), Some(&&(b_from, b_to))) = (a.peek(), b.peek()) {
            let from = if a_from > b_from { a_from } else { b_from };
            let to = if a_to < b_to { a_to } else { b_to };
            if from < to {
                both.push((from, to));
            }
            if a_to < b_to {
                a.next();
            } else {
                b.next();
            }
        }
        Self(both)
    }

    /// The numbers that are not in it.
    pub fn not(&self) -> Self {
        let mut rest = Vec::with_capacity(self.0.len() + 1);
        let mut from = START;
        for &(start, end) in &self.0 {
            if from < start {
                rest.push((from, start));
            }
            from = end;
        }
        if from < END {
            rest.push((from, END));
        }
        Self(rest)
    }

    /// The numbers in either.
    pub fn or(&self, other: &Self) -> Self {
        self.not().and(&other.not()).not()
    }

    /// There is no number in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lowest and highest end, where it is one piece.
    pub fn ends(&self) -> Option<(f64, f64)> {
        match self.0.as_slice() {
            [(from, to)] => Some((from.at, to.at)),
            _ => None,
        }
    }

    /// How many pieces it has.
    pub fn pieces(&self) -> usize {
        self.0.len()
    }

    /// The numbers between this, which lies lower, and another: those of neither.
    pub fn up_to(&self, higher: &Self) -> Self {
        let (Some(&(_, from)), Some(&(to, _))) = (self.0.last(), higher.0.first()) else {
            return Self::none();
        };
        Self(if from < to {
            vec![(from, to)]
        } else {
            Vec::new()
        })
    }

    /// It ends, downwards, below the other: lower, or at the same number that it includes alone.
    pub fn begins_below(&self, other: &Self) -> bool {
        matches!((self.0.first(), other.0.first()), (Some(a), Some(b)) if a.0 < b.0)
    }

    /// It ends, upwards, below the other.
    pub fn ends_below(&self, other: &Self) -> bool {
        matches!((self.0.last(), other.0.last()), (Some(a), Some(b)) if a.1 < b.1)
    }

    /// In words, after what it is of: "above 80", "from 80 to 85", "is 3".
    pub fn in_words(&self) -> String {
        let mut words: Vec<String> = self.0.iter().take(3).map(|&s| piece_in_words(s)).collect();
        if self.0.len() > 3 {
            words.push("…".to_owned());
        }
        words.join(" or ")
    }
}

fn piece_in_words((from, to): (Cut, Cut)) -> String {
    let low = match (from == START, from.is_after) {
        (true, _) => None,
        (_, true) => Some(format!("above {}", from.at)),
        (_, false) => Some(format!("from {}", from.at)),
    };
    let high = match (to == END, to.is_after) {
        (true, _) => None,
        (_, true) => Some(format!("up to {}", to.at)),
        (_, false) => Some(format!("below {}", to.at)),
    };
    match (low, high) {
        _ if from.at == to.at => format!("exactly {}", from.at),
        (Some(low), None) => match from.is_after {
            true => low,
            false => format!("{} or more", from.at),
        },
        (None, Some(high)) => match to.is_after {
            true => format!("{} or less", to.at),
            false => high,
        },
        (Some(low), Some(high)) => format!("{low} {}", high.replacen("up to", "to", 1)),
        (None, None) => "any value".to_owned(),
    }
}

fn before(at: f64) -> Cut {
    Cut {
        at,
        is_after: false,
    }
}

fn after(at: f64) -> Cut {
    Cut { at, is_after: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};

    #[test]
    fn sets_are_joined_cut_and_turned_round() {
        let above = Spans::compared(Greater, 80.0);
        let upto = Spans::compared(LessOrEqual, 80.0);
        assert_eq!(above.not(), upto);
        assert!(above.and(&upto).is_empty());
        assert_eq!(above.or(&upto), Spans::all());
        assert!(Spans::compared(Less, 80.0).up_to(&above) == Spans::point(80.0));
        assert_eq!(
            Spans::compared(NotEqual, 3.0).not(),
            Spans::compared(Equal, 3.0)
        );
        let band = Spans::compared(GreaterOrEqual, 60.0).and(&Spans::compared(Less, 70.0));
        assert_eq!(band.ends(), Some((60.0, 70.0)));
        assert_eq!(band.in_words(), "from 60 below 70");
        assert_eq!(band.not().pieces(), 2);
        assert_eq!(band.not().not(), band);
    }

    #[test]
    fn zero_has_no_sign() {
        assert!(!Spans::point(0.0).and(&Spans::point(-0.0)).is_empty());
    }
}
