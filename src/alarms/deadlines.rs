//! What is due when: looking at it costs nothing until something is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

/// At most one deadline a key.
#[derive(Debug)]
pub(super) struct Deadlines<T, K> {
    due: HashMap<K, T>,
    /// Deadlines that were moved or taken away stay in it until they would have come.
    heap: BinaryHeap<Reverse<(T, K)>>,
}

impl<T: Ord, K: Ord> Default for Deadlines<T, K> {
    fn default() -> Self {
        Self {
            due: HashMap::new(),
            heap: BinaryHeap::new(),
        }
    }
}

impl<T: Ord + Copy, K: Ord + Hash + Clone> Deadlines<T, K> {
    /// Sets or moves a deadline.
    pub fn set(&mut self, key: K, at: T) {
        if self.due.insert(key.clone(), at) == Some(at) {
            return;
        }
        self.heap.push(Reverse((at, key)));
        // What is moved again and again must not fill the memory.
        if self.heap.len() > 4 * self.due.len() + 1_024 {
            let due = self.due.iter().map(|(key, at)| Reverse((*at, key.clone())));
            self.heap = due.collect();
        }
    }

    /// Takes a deadline away.
    pub fn remove(&mut self, key: &K) {
        self.due.remove(key);
    }

    /// When a key is due.
    pub fn get(&self, key: &K) -> Option<T> {
        self.due.get(key).copied()
    }

    /// The next key whose deadline has come, which it has no longer then.
    pub fn pop(&mut self, now: T) -> Option<K> {
        while self.heap.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            let Reverse((at, key)) = self.heap.pop()?;
            if self.due.get(&key) == Some(&at) {
                self.due.remove(&key);
                return Some(key);
            }
        }
        None
    }

    /// Keeps the deadlines of these keys only.
    pub fn retain(&mut self, mut stays: impl FnMut(&K) -> bool) {
        self.due.retain(|key, _| stays(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_in_their_order_and_once() {
        let mut deadlines = Deadlines::default();
        deadlines.set("b", 20);
        deadlines.set("a", 10);
        assert_eq!(deadlines.pop(9), None);
        assert_eq!(deadlines.pop(20), Some("a"));
        assert_eq!(deadlines.pop(20), Some("b"));
        assert_eq!(deadlines.pop(20), None);
    }

    #[test]
    fn a_deadline_that_was_moved_or_taken_away_does_not_come() {
        let mut deadlines = Deadlines::default();
        deadlines.set("moved", 10);
        deadlines.set("moved", 30);
        deadlines.set("gone", 10);
        deadlines.remove(&"gone");
        assert_eq!(deadlines.pop(20), None);
        assert_eq!(deadlines.pop(30), Some("moved"));
    }

    #[test]
    fn one_that_is_moved_for_ever_takes_no_memory() {
        let mut deadlines = Deadlines::default();
        for at in 0..100_000 {
            deadlines.set("moved", at);
        }
        assert!(deadlines.heap.len() < 2_000, "{}", deadlines.heap.len());
    }
}
