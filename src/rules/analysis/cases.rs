//! Boxes: for each axis that is named the values that it may have; other axes may have any, or none known.

use super::spans::Spans;

/// A condition of more cases is not looked into.
const MOST_CASES: usize = 64;
/// More pieces than these are not kept while cases are taken away from one.
const MOST_PIECES: usize = 64;

/// One way in which a condition holds: all of these at once. By axis, in order, none empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Case(Vec<(u32, Spans)>);

/// The ways in which a condition holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Cases(Vec<Case>);

impl Case {
    /// Its limits by axis.
    pub fn limits(&self) -> &[(u32, Spans)] {
        &self.0
    }

    /// What it says of this axis.
    pub fn on(&self, axis: u32) -> Option<&Spans> {
        let at = self.0.binary_search_by_key(&axis, |(a, _)| *a).ok()?;
        self.0.get(at).map(|(_, spans)| spans)
    }

    /// Both at once; nothing if that cannot be.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (axis, spans) in &other.0 {
            both.limit(*axis, spans)?;
        }
        Some(both)
    }

    /// Limits an axis further; nothing if no value is left.
    fn limit(&mut self, axis: u32, spans: &Spans) -> Option<()> {
        match self.0.binary_search_by_key(&axis, |(a, _)| *a) {
            Ok(at) => {
                let (_, own) = self.0.get_mut(at)?;
                *own = own.and(spans);
                (!own.is_empty()).then_some(())
            }
            Err(at) => {
                self.0.insert(at, (axis, spans.clone()));
                (!spans.is_empty()).then_some(())
            }
        }
    }

    /// Every axis that the other names is named here: only then can the other cover it, since a value
    /// that is not known is in no case that asks for it.
    fn names_all_of(&self, other: &Self) -> bool {
        other.0.iter().all(|(axis, _)| self.on(*axis).is_some())
    }

    /// Whether it is within these, taken together. `false` also where finding out would take too long.
    pub fn is_covered<'c>(
        &self,
        by: impl Iterator<Item = &'c Self>,
        steps_left: &mut usize,
    ) -> bool {
        let mut pieces = vec![self.clone()];
        for other in by {
            if *steps_left == 0 {
                return false;
            }
            *steps_left -= 1;
            if !self.names_all_of(other) {
                continue;
            }
            let mut rest = Vec::new();
            for piece in &pieces {
                *steps_left = steps_left.saturating_sub(1);
                piece.without(other, &mut rest);
            }
            if rest.is_empty() {
                return true;
            }
            if rest.len() <= MOST_PIECES {
                pieces = rest;
            }
        }
        false
    }

    /// Adds what is left of it without another, whose axes it names all, as boxes.
    fn without(&self, other: &Self, rest: &mut Vec<Self>) {
        let mut inner = self.clone();
        for (axis, spans) in &other.0 {
            let mut outside = inner.clone();
            if outside.limit(*axis, &spans.not()).is_some() {
                rest.push(outside);
            }
            if inner.limit(*axis, spans).is_none() {
                return;
            }
        }
    }

    /// The only axis on which they differ, if they name the same ones.
    fn differs_on(&self, other: &Self) -> Option<usize> {
        if self.0.len() != other.0.len() {
            return None;
        }
        let mut differing = None;
        for (at, (a, b)) in self.0.iter().zip(&other.0).enumerate() {
            if a.0 != b.0 {
                return None;
            }
            if a.1 != b.1 && differing.replace(at).is_some() {
                return None;
            }
        }
        Some(differing.unwrap_or(0))
    }
}

impl Cases {
    /// Whatever the values are, known or not.
    pub fn all() -> Self {
        Self(vec![Case(Vec::new())])
    }

    /// Never.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// While an axis is within these.
    pub fn one(axis: u32, spans: Spans) -> Self {
        if spans.is_empty() {
            return Self::none();
        }
        Self(vec![Case(vec![(axis, spans)])])
    }

    /// Each case.
    pub fn list(&self) -> &[Case] {
        &self.0
    }

    /// The axis and its values, where only one is named.
    pub fn single_axis(&self) -> Option<(u32, &Spans)> {
        match self.0.as_slice() {
            [Case(limits)] => match limits.as_slice() {
                [(axis, spans)] => Some((*axis, spans)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds one more, joined with one that differs on a single axis.
    fn add(&mut self, case: Case) -> Option<()> {
        for own in &mut self.0 {
            let Some(at) = own.differs_on(&case) else {
                continue;
            };
            if let (Some(own), Some(other)) = (own.0.get_mut(at), case.0.get(at)) {
                own.1 = own.1.or(&other.1);
            }
            return Some(());
        }
        self.0.push(case);
        (self.0.len() <= MOST_CASES).then_some(())
    }
}

/// Where both hold; nothing is known where there are too many cases.
pub(super) fn both(a: Option<&Cases>, b: Option<&Cases>, steps_left: &mut usize) -> Option<Cases> {
    // What never holds never does so with anything else.
    let is_never = |cases: Option<&Cases>| cases.is_some_and(|c| c.0.is_empty());
    if is_never(a) || is_never(b) {
        return Some(Cases::none());
    }
    let (a, b) = (a?, b?);
    let mut both = Cases::none();
    for a in &a.0 {
        for b in &b.0 {
            *steps_left = steps_left.checked_sub(1 + both.0.len())?;
            if let Some(case) = a.and(b) {
                both.add(case)?;
            }
        }
    }
    Some(both)
}

/// Where one of them holds.
pub(super) fn either(a: Option<Cases>, b: Option<Cases>, steps_left: &mut usize) -> Option<Cases> {
    let (mut either, b) = (a?, b?);
    for case in b.0 {
        *steps_left = steps_left.checked_sub(1 + either.0.len())?;
        either.add(case)?;
    }
    Some(either)
}
