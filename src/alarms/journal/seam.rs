//! Takes over what stood, as far as rules go.

use bevy::prelude::*;

use crate::alarms::engine::AlarmEngine;
use crate::alarms::{Alarm, AlarmId, AlarmSource, Alarms, LaidAside};
use crate::fleet::TurbineRow;
use crate::scene::ActiveScene;

/// What stood when the program ended.
#[derive(Resource, Debug, Clone, Default, PartialEq)]
pub struct Restored {
    pub standing: Vec<Alarm>,
    pub laid_aside: Vec<(AlarmId, LaidAside)>,
    pub last_key: u64,
}

/// While this is there nothing is raised.
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct Restoring;

/// Takes it over.
pub(super) fn take(
    restored: Option<Res<Restored>>,
    active: Option<Res<ActiveScene>>,
    mut engine: ResMut<AlarmEngine>,
    mut alarms: ResMut<Alarms>,
    mut commands: Commands,
) {
    let (Some(restored), Some(active)) = (restored, active) else {
        return;
    };
    let scene = &active.scene;
    let mut standing = restored.standing.clone();
    standing.retain_mut(|alarm| {
        let mut rules = scene.rules.iter().zip(0..);
        let rule = rules.find(|(rule, _)| rule.name == alarm.name && rule.alarm.is_some());
        let mut turbines = scene.turbines.iter().zip(0..);
        let turbine = turbines.find(|(turbine, _)| turbine.id == alarm.turbine_id);
        let (Some((_, rule)), Some((_, turbine))) = (rule, turbine) else {
            return false;
        };
        alarm.source = AlarmSource::Rule(rule);
        alarm.turbine = TurbineRow(turbine);
        true
    });
    for alarm in standing.iter().filter(|alarm| alarm.is_active()) {
        engine.raised((alarm.source, alarm.turbine), alarm.key);
    }
    let laid_aside = restored.laid_aside.iter().cloned().collect();
    alarms.restore(standing, laid_aside, restored.last_key);
    commands.remove_resource::<Restored>();
    commands.remove_resource::<Restoring>();
}
