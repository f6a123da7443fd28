//! Which source an alarm has in the present scene, by its name.

use std::collections::HashMap;
use std::sync::Arc;

use super::definition::definition;
use super::occurrence::AlarmId;
use super::source::{AlarmSource, Source, Trouble};
use crate::fleet::TurbineRow;
use crate::scene::{OtherAlarms, Scene};

/// The alarms of a scene by name: the way back of [`super::id_of`].
pub struct Sources<'a> {
    scene: &'a Scene,
    station: &'a str,
    rows: HashMap<&'a str, TurbineRow>,
    by_name: HashMap<&'a str, AlarmSource>,
}

impl<'a> Sources<'a> {
    /// Of this scene, at this station. Looks at every turbine and rule once.
    pub fn new(scene: &'a Scene, station: &'a str) -> Self {
        let turbines = scene.turbines.iter().zip(0..);
        let rows = turbines.map(|(t, row)| (t.id.as_ref(), TurbineRow(row)));
        let mut by_name: HashMap<&str, AlarmSource> = HashMap::new();
        for (rule, at) in scene.rules.iter().zip(0..) {
            if rule.alarm.is_some() {
                by_name.entry(&rule.name).or_insert(AlarmSource::Rule(at));
            }
        }
        for (code, at) in scene.other_alarms.codes.iter().zip(0..) {
            by_name.entry(&code.text).or_insert(AlarmSource::Code(at));
        }
        for source in [AlarmSource::Communication, AlarmSource::StaleData] {
            if let (Some(_), Some(name)) = (definition(scene, source), source.fixed_name()) {
                by_name.entry(name).or_insert(source);
            }
        }
        Self {
            scene,
            station,
            rows: rows.collect(),
            by_name,
        }
    }

    /// The source of an alarm; `None` where the scene has no such alarm of that turbine.
    pub fn source(&self, id: &AlarmId) -> Option<Source> {
        let Some(&row) = self.rows.get(&*id.object) else {
            let is_here = *id.object == *self.station;
            let trouble = Trouble::ALL.into_iter().find(|t| *id.name == *t.name());
            let source = AlarmSource::Trouble(trouble.filter(|_| is_here)?);
            return Some((source, TurbineRow::NONE));
        };
        let source = *self.by_name.get(&*id.name)?;
        is_of(self.scene, (source, row)).then_some((source, row))
    }
}

/// Whether a turbine has this alarm: its rule is not set aside and is for the turbine's model.
pub(super) fn is_of(scene: &Scene, (source, turbine): Source) -> bool {
    match source {
        AlarmSource::Trouble(_) => true,
        AlarmSource::Rule(rule) => {
            let model = scene.turbine(turbine).map(|t| t.model);
            let rule = scene.rules.get(usize::from(rule));
            rule.zip(model)
                .is_some_and(|(r, m)| r.is_enabled && r.applies.get(m) == Some(&true))
        }
        AlarmSource::Communication | AlarmSource::StaleData | AlarmSource::Code(_) => {
            scene.turbine(turbine).is_some() && definition(scene, source).is_some()
        }
    }
}

impl AlarmSource {
    /// The name of an alarm that no scene gives another.
    pub(super) fn fixed_name(self) -> Option<&'static str> {
        match self {
            Self::Communication => Some(OtherAlarms::COMMUNICATION),
            Self::StaleData => Some(OtherAlarms::STALE_DATA),
            Self::Trouble(trouble) => Some(trouble.name()),
            Self::Rule(_) | Self::Code(_) => None,
        }
    }

    /// The name of its alarm in a scene.
    pub(super) fn name(self, scene: &Scene) -> Option<Arc<str>> {
        match self {
            Self::Rule(rule) => Some(Arc::clone(&scene.rules.get(usize::from(rule))?.name)),
            Self::Code(code) => {
                let code = scene.other_alarms.codes.get(usize::from(code))?;
                Some(Arc::clone(&code.text))
            }
            other => other.fixed_name().map(Into::into),
        }
    }
}
