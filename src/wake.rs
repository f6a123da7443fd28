//! Waking the window's event loop from other threads.

use std::sync::Arc;

use bevy::prelude::*;

/// Wakes the event loop, so that a frame follows soon. Does nothing where there is no window.
#[derive(Resource, Clone, Default)]
pub struct Wake(Option<Arc<dyn Fn() + Send + Sync>>);

impl Wake {
    /// Wakes by calling this, from any thread.
    pub fn new(f: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(f)))
    }

    /// Asks for a frame soon.
    pub fn wake(&self) {
        if let Some(f) = &self.0 {
            f();
        }
    }
}
