//! Texts as numbers, so that comparing two texts is comparing two numbers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

/// More distinct texts than this are not states of a turbine but somebody's free text.
const MOST_TEXTS: usize = 65_536;
/// Texts that are kept for a while only: every turbine of a country may send another list of codes.
const MOST_PASSING: usize = 131_072;

/// An interner shared by the telemetry thread, which meets texts, and the rules, which compare them.
/// A clone is the same interner.
#[derive(Debug, Clone, Default)]
pub struct Texts(Arc<RwLock<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    by_text: HashMap<Arc<str>, u32>,
    by_id: Vec<Arc<str>>,
    passing: Passing,
}

/// Texts of which there is no end, such as lists of what is active now: the oldest make room for new
/// ones, and no number is given twice.
#[derive(Debug, Default)]
struct Passing {
    by_text: HashMap<Arc<str>, u32>,
    by_id: HashMap<u32, Arc<str>>,
    oldest_first: VecDeque<u32>,
    given: u32,
}

impl Passing {
    fn intern(&mut self, text: &str) -> Option<u32> {
        if let Some(&id) = self.by_text.get(text) {
            return Some(id);
        }
        let id = (MOST_TEXTS as u32).checked_add(self.given)?;
        self.given += 1;
        let text: Arc<str> = text.into();
        self.by_id.insert(id, Arc::clone(&text));
        self.by_text.insert(text, id);
        self.oldest_first.push_back(id);
        if self.oldest_first.len() > MOST_PASSING
            && let Some(oldest) = self.oldest_first.pop_front()
            && let Some(text) = self.by_id.remove(&oldest)
        {
            self.by_text.remove(&text);
        }
        Some(id)
    }
}

impl Texts {
    /// The number of a text, the same for the same text. `None` once there are 65,536 others.
    pub fn intern(&self, text: &str) -> Option<u32> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = known.by_text.get(text) {
            return Some(id);
        }
        drop(known);
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = inner.by_text.get(text) {
            return Some(id);
        }
        if inner.by_id.len() >= MOST_TEXTS {
            return None;
        }
        let id = inner.by_id.len() as u32;
        let text: Arc<str> = text.into();
        inner.by_id.push(Arc::clone(&text));
        inner.by_text.insert(text, id);
        Some(id)
    }

    /// The number of a text of which there are others without end. The same as by
    /// [`Texts::intern`] where that knows it. A text that was not seen for the last 131,072 such ones
    /// is forgotten, and gets another number when it comes again.
    pub fn intern_passing(&self, text: &str) -> Option<u32> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.by_text.get(text);
        if let Some(&id) = found.or_else(|| known.passing.by_text.get(text)) {
            return Some(id);
        }
        drop(known);
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.passing.intern(text)
    }

    /// The text of a number.
    pub fn text(&self, id: u32) -> Option<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = inner.by_id.get(id as usize);
        found.or_else(|| inner.passing.by_id.get(&id)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_texts_take_no_more_than_their_room_and_leave_the_others_alone() {
        let texts = Texts::default();
        let stays = texts.intern("417").unwrap();
        assert_eq!(texts.intern_passing("417"), Some(stays));
        let first = texts.intern_passing("1,2").unwrap();
        assert_eq!(texts.intern_passing("1,2"), Some(first));
        assert_eq!(texts.text(first).as_deref(), Some("1,2"));
        for n in 0..MOST_PASSING {
            texts.intern_passing(&format!("list {n}"));
        }
        assert_eq!(texts.text(first), None, "the oldest made room");
        assert_ne!(texts.intern_passing("1,2"), Some(first));
        assert_eq!(texts.text(stays).as_deref(), Some("417"));
        let inner = texts.0.read().unwrap();
        assert_eq!(inner.passing.by_id.len(), MOST_PASSING);
        assert_eq!(inner.passing.by_text.len(), MOST_PASSING);
    }
}
