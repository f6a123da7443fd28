//! Takes over what stood, until the register does.

use bevy::prelude::*;

use crate::alarms::{Alarm, AlarmId, LaidAside};

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
