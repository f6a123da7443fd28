//! What stood when the program ended stands again when it starts.

use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use super::definition::definition;
use super::engine::AlarmEngine;
use super::people::{latest, longest_shelf};
use super::register::{Alarms, LaidAside};
use super::suppress::Suppressor;
use super::{Alarm, AlarmId, AlarmSource, ReadAnew, Shelf, Source, Sources};
use crate::access::Session;
use crate::clock::Clock;
use crate::scene::ActiveScene;

/// What stood when the program ended. Inserted as a resource by whoever kept it, before or after the
/// scene is there; taken in [`super::AlarmSet::Scene`] of the first frame that has both.
///
/// An occurrence whose condition still holds stays the same occurrence; one whose condition has gone
/// clears after its off-delay; one whose alarm is no longer in the scene is withdrawn. Shelves,
/// escalations and re-alarms run on by the wall clock.
#[derive(Resource, Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// Every occurrence that stood, set aside or not.
    pub standing: Vec<Alarm>,
    /// What people had laid aside, active or not.
    pub laid_aside: Vec<(AlarmId, LaidAside)>,
    /// The last key that was given: keys go on from it.
    pub last_key: u64,
}

/// While this resource is there, what stood before is still being looked up: nothing is raised until
/// [`Restored`] comes. Without either, an alarm that stood before would be raised a second time.
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct Restoring;

/// Takes over what stood.
pub(super) fn restore(
    restored: Option<ResMut<Restored>>,
    active: Option<Res<ActiveScene>>,
    session: Res<Session>,
    clock: Res<Clock>,
    mut engine: ResMut<AlarmEngine>,
    mut suppressor: ResMut<Suppressor>,
    mut alarms: ResMut<Alarms>,
    mut anew: MessageWriter<ReadAnew>,
    mut commands: Commands,
) {
    let (Some(mut restored), Some(active)) = (restored, active) else {
        return;
    };
    let Restored {
        standing,
        laid_aside,
        last_key,
    } = std::mem::take(&mut *restored);
    commands.remove_resource::<Restored>();
    commands.remove_resource::<Restoring>();
    let sources = Sources::new(&active.scene, &session.station);
    let laid_aside = laid_aside.into_iter().map(|(id, mut laid)| {
        // A clock that was set back meanwhile makes no shelf longer.
        let source = sources.source(&id).map(|(source, _)| source);
        let longest = longest_shelf(&active.scene, source);
        laid.shelf = laid
            .shelf
            .map(|shelf| bounded(shelf, longest, clock.wall_ms));
        (id, laid)
    });
    let laid_aside = laid_aside.collect();
    let place = |alarm: &Alarm| {
        let source = sources.source(&alarm.id())?;
        Some((source, definition(&active.scene, source.0)?.priority))
    };
    alarms.restore(standing, laid_aside, last_key, place, clock.wall_ms);
    let active_ones = alarms.all().filter(|alarm| alarm.is_active());
    let active_ones: Vec<_> = active_ones
        .map(|alarm| ((alarm.source, alarm.turbine), alarm.key))
        .collect();
    for (source, key) in &active_ones {
        // What rules say is looked up in this frame; the others are asked.
        engine.stands(*source, *key, source.0.rule().is_some());
    }
    engine.look_anew();
    suppressor.trust(clock.monotonic);
    let others = active_ones.into_iter().map(|(source, _)| source);
    let others: Vec<Source> = others
        .filter(|(source, _)| !matches!(source, AlarmSource::Rule(_)))
        .collect();
    if !others.is_empty() {
        anew.write(ReadAnew(others));
    }
}

fn bounded(shelf: Arc<Shelf>, longest: Duration, now_ms: i64) -> Arc<Shelf> {
    let latest = latest(now_ms, longest);
    if shelf.until_ms <= latest {
        return shelf;
    }
    Arc::new(Shelf {
        until_ms: latest,
        ..Shelf::clone(&shelf)
    })
}
