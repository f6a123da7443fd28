//! Waking the app: threads that have news for it call this, and a sleeping window draws a frame.

use std::sync::Arc;

use bevy::prelude::Resource;

/// What wakes the app. The default wakes nothing, for apps that run all the time.
#[derive(Resource, Clone, Default)]
pub struct Wake(Option<Arc<dyn Fn() + Send + Sync>>);

impl std::fmt::Debug for Wake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Wake").field(&self.0.is_some()).finish()
    }
}

impl Wake {
    /// Wakes by calling `f`, from whichever thread has the news.
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
