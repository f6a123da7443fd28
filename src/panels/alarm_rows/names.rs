//! Names that many alarms share: each is looked at once, however many alarms there are.

use std::cmp::Ordering;
use std::sync::Arc;

use bevy::platform::collections::HashMap;

use crate::alarms::Alarm;

/// The distinct names among alarms, and which of them each alarm has. Two that read the same may be
/// there twice, where they are not the same in memory.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// Each name.
    pub distinct: Vec<&'a str>,
    by_place: HashMap<*const u8, u32>,
}

impl<'a> Names<'a> {
    /// Which name it is.
    pub fn add(&mut self, name: &'a Arc<str>) -> u32 {
        let next = self.distinct.len() as u32;
        let at = *self.by_place.entry(name.as_ptr()).or_insert(next);
        if at == next {
            self.distinct.push(name);
        }
        at
    }

    /// The place of each distinct name in their order; those that read the same have the same.
    pub fn ranks(&self, compare: impl Fn(&str, &str) -> Ordering) -> Vec<u32> {
        let name = |at: u32| self.distinct.get(at as usize).copied().unwrap_or_default();
        let mut sorted: Vec<u32> = (0..self.distinct.len() as u32).collect();
        sorted.sort_by(|a, b| compare(name(*a), name(*b)));
        let mut ranks = vec![0; sorted.len()];
        let mut rank = 0;
        let mut before: Option<u32> = None;
        for at in sorted {
            rank += u32::from(before.is_some_and(|b| name(b) != name(at)));
            if let Some(slot) = ranks.get_mut(at as usize) {
                *slot = rank;
            }
            before = Some(at);
        }
        ranks
    }
}

/// For each of these alarms the rank of a name of it.
pub(super) fn ranks_of<'a>(
    alarms: impl Iterator<Item = &'a Alarm>,
    name: impl Fn(&'a Alarm) -> &'a Arc<str>,
    compare: impl Fn(&str, &str) -> Ordering,
) -> Vec<u32> {
    let mut names = Names::default();
    let of: Vec<u32> = alarms.map(|alarm| names.add(name(alarm))).collect();
    let ranks = names.ranks(compare);
    of.into_iter()
        .map(|at| ranks.get(at as usize).copied().unwrap_or_default())
        .collect()
}

/// T9 before T10: runs of digits are compared by their size.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    while !a.is_empty() && !b.is_empty() {
        let (a_run, a_rest) = run(a);
        let (b_run, b_rest) = run(b);
        let by_size = match (a_run.parse::<u128>(), b_run.parse::<u128>()) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            _ => a_run.cmp(b_run),
        };
        if by_size != Ordering::Equal {
            return by_size;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.len().cmp(&b.len())
}

/// The digits, or what is not digits, that a text begins with, and the rest of it.
fn run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text
        .find(|c: char| c.is_ascii_digit() != digits)
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turbines_are_ordered_by_the_size_of_their_numbers() {
        let mut ids = ["T10", "T9", "A", "T010b", "T1", ""];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(ids, ["", "A", "T1", "T9", "T10", "T010b"]);
    }

    #[test]
    fn names_that_read_the_same_have_the_same_rank() {
        let (a, b, c): (Arc<str>, Arc<str>, Arc<str>) = ("T2".into(), "T1".into(), "T2".into());
        let mut names = Names::default();
        let at: Vec<u32> = [&a, &b, &c, &a].map(|name| names.add(name)).to_vec();
        assert_eq!(at, [0, 1, 2, 0]);
        assert_eq!(names.ranks(natural), [1, 0, 1]);
    }
}
