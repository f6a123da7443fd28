//! What a scene says of its alarms.

use std::collections::HashMap;
use std::sync::Arc;

use super::known::{KnownAlarm, KnownAlarms};
use crate::alarms::Trouble;
use crate::scene::{AlarmDefinition, Scene, lines_of};

/// What a scene says of its alarms, and the program of its own troubles.
pub fn known_alarms(scene: &Scene) -> KnownAlarms {
    let mut known = HashMap::new();
    let of = |rule, definition: &AlarmDefinition| KnownAlarm {
        rule,
        place: None,
        priority: definition.priority,
        on_delay: definition.on_delay,
        off_delay: definition.off_delay,
        has_response: !definition.response.trim().is_empty(),
        suppressed_by: definition.suppressed_by.clone(),
    };
    for trouble in Trouble::ALL {
        known.insert(trouble.name().into(), of(None, trouble.definition()));
    }
    for code in &scene.other_alarms.codes {
        known.insert(Arc::clone(&code.text), of(None, &code.alarm));
    }
    let other = &scene.other_alarms;
    for (name, definition) in [
        ("No communication", &other.communication),
        ("Data not updated", &other.stale_data),
    ] {
        if let Some(definition) = definition {
            known.insert(name.into(), of(None, definition));
        }
    }
    for (rule, index) in scene.rules.iter().zip(0_u16..) {
        if let Some(definition) = rule.alarm.as_ref().filter(|_| rule.is_enabled) {
            known.insert(Arc::clone(&rule.name), of(Some(index), definition));
        }
    }
    KnownAlarms(known)
}

/// The same with the places at which the rules are written: reads the scene's files.
pub fn with_places(mut known: KnownAlarms, scene: &Scene) -> KnownAlarms {
    let lines = lines_of(scene.rules.iter().map(|rule| &rule.origin));
    let folder = scene.path.parent();
    for (rule, line) in scene.rules.iter().zip(lines) {
        let file = &*rule.origin.file;
        let shown = folder.and_then(|folder| file.strip_prefix(folder).ok());
        let shown = shown.unwrap_or(file).display();
        if let (Some(known), Some(line)) = (known.0.get_mut(&rule.name), line) {
            known.place = Some(format!("{shown}:{line}").into());
        }
    }
    known
}
