//! Texts as numbers, so that comparing two texts is comparing two numbers.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// More distinct texts than this are not states of a turbine but somebody's free text.
const MOST_TEXTS: usize = 65_536;

/// An interner shared by the telemetry thread, which meets texts, and the rules, which compare them.
/// A clone is the same interner.
#[derive(Debug, Clone, Default)]
pub struct Texts(Arc<RwLock<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    by_text: HashMap<Arc<str>, u32>,
    by_id: Vec<Arc<str>>,
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

    /// The text of a number.
    pub fn text(&self, id: u32) -> Option<Arc<str>> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.by_id.get(id as usize).cloned()
    }
}
