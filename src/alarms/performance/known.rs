//! What the scene says of alarms, by name: their rule, its place, delays and response.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::scene::Priority;

/// What the scene says of an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAlarm {
    /// Its rule, as an index into the scene's; `None` for alarms beside rules.
    pub rule: Option<u16>,
    /// Where it is written: `rules/v80.toml:12`.
    pub place: Option<Arc<str>>,
    /// Its priority in the scene.
    pub priority: Priority,
    /// The condition holds for this long before it is raised.
    pub on_delay: Duration,
    /// The condition is gone for this long before it clears.
    pub off_delay: Duration,
    /// It says what the operator is to do.
    pub has_response: bool,
    /// Alarms that suppress it while they are active.
    pub suppressed_by: Vec<Arc<str>>,
}

/// What the scene says of its alarms, by name. Empty where no scene is known.
#[derive(Debug, Clone, Default)]
pub struct KnownAlarms(pub HashMap<Arc<str>, KnownAlarm>);

impl KnownAlarms {
    /// What is known of the alarm of this name.
    pub fn get(&self, name: &str) -> Option<&KnownAlarm> {
        self.0.get(name)
    }

    /// The on-delay and the off-delay of the alarm of this name; none where it is not known.
    pub fn delays(&self, name: &str) -> (Duration, Duration) {
        let known = self.get(name);
        known.map_or((Duration::ZERO, Duration::ZERO), |k| {
            (k.on_delay, k.off_delay)
        })
    }

    /// Names of alarms without a text of what the operator is to do, in order.
    pub fn without_response(&self) -> Vec<Arc<str>> {
        let without = self.0.iter().filter(|(_, known)| !known.has_response);
        let mut names: Vec<_> = without.map(|(name, _)| Arc::clone(name)).collect();
        names.sort_unstable();
        names
    }
}
