//! Waking the app: threads that have news for a sleeping event loop.

use std::fmt;
use std::sync::Arc;

use bevy::prelude::*;

/// Wakes the app from any thread. Without a window there is nothing to wake, and it does nothing.
#[derive(Resource, Clone, Default)]
pub struct Wake(Option<Arc<dyn Fn() + Send + Sync>>);

impl Wake {
    /// Wakes the app by calling this.
    pub fn new(f: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(f)))
    }

    /// Makes the app run a frame soon.
    pub fn wake(&self) {
        if let Some(f) = &self.0 {
            f();
        }
    }
}

impl fmt::Debug for Wake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wake").field(&self.0.is_some()).finish()
    }
}
