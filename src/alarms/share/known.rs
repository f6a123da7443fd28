//! Which alarms the scene has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::{AlarmId, AlarmSource, Trouble, definition, id_of};
use crate::fleet::TurbineRow;
use crate::scene::{AlarmDefinition, Scene};

/// The alarms of a scene, by name.
#[derive(Debug, Default)]
pub(super) struct Known {
    scene: Option<Arc<Scene>>,
    turbines: HashSet<Arc<str>>,
    sources: HashMap<Arc<str>, AlarmSource>,
    troubles: HashMap<Arc<str>, AlarmSource>,
    station: Arc<str>,
}

impl Known {
    /// Of this scene, at this station.
    pub fn new(scene: &Arc<Scene>, station: &Arc<str>) -> Self {
        let rules = (0_u16..)
            .zip(&scene.rules)
            .map(|(index, _)| AlarmSource::Rule(index));
        let codes = (0_u16..).zip(&scene.other_alarms.codes);
        let codes = codes.map(|(index, _)| AlarmSource::Code(index));
        let others = [AlarmSource::Communication, AlarmSource::StaleData];
        let named = |source: AlarmSource| {
            definition(scene, source)?;
            let id = id_of(scene, (source, TurbineRow(0)), station)?;
            Some((id.name, source))
        };
        let troubles = Trouble::ALL.map(|t| (t.name().into(), AlarmSource::Trouble(t)));
        // Of two of one name the first counts, as for every other reader of the scene.
        let all: Vec<AlarmSource> = rules.chain(codes).chain(others).collect();
        Self {
            turbines: scene.turbines.iter().map(|t| Arc::clone(&t.id)).collect(),
            sources: all.into_iter().rev().filter_map(named).collect(),
            troubles: troubles.into(),
            station: Arc::clone(station),
            scene: Some(Arc::clone(scene)),
        }
    }

    /// Whether the scene, or this station, has the alarm.
    pub fn has(&self, id: &AlarmId) -> bool {
        self.source(id).is_some()
    }

    /// What the scene says of the alarm.
    pub fn definition(&self, id: &AlarmId) -> Option<&AlarmDefinition> {
        definition(self.scene.as_ref()?, self.source(id)?)
    }

    fn source(&self, id: &AlarmId) -> Option<AlarmSource> {
        if id.object == self.station
            && let Some(trouble) = self.troubles.get(&id.name)
        {
            return Some(*trouble);
        }
        let source = self.sources.get(&id.name)?;
        self.turbines.contains(&id.object).then_some(*source)
    }
}
