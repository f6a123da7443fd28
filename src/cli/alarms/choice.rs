//! Which alarms are meant.

use std::sync::Arc;

use anyhow::bail;

use super::open::Farm;
use crate::alarms::AlarmId;
use crate::alarms::share::{Document, Shared, State};

/// Which alarms: at least one of the three.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = true)]
pub struct Choice {
    /// The alarm of this name
    #[arg(long, value_name = "NAME")]
    alarm: Option<String>,
    /// At this turbine
    #[arg(long, value_name = "TURBINE", conflicts_with = "all_of")]
    turbine: Option<String>,
    /// The occurrence of this number at a station, as `list --json` gives it
    #[arg(long, value_name = "N")]
    key: Option<u64>,
    /// Every alarm of this turbine to which it applies
    #[arg(long, value_name = "TURBINE", conflicts_with_all = ["alarm", "key"])]
    all_of: Option<String>,
}

impl Choice {
    /// The alarms that are meant and of which `applies` holds.
    ///
    /// # Errors
    /// It is not clear which, or the scene has none such.
    pub fn alarms(
        &self,
        farm: &Farm,
        applies: impl Fn(&Shared) -> bool,
    ) -> anyhow::Result<Vec<AlarmId>> {
        let documents = farm.shell.documents();
        let fits = |document: &&Document| self.fits(document);
        let id = |document: &Document| AlarmId {
            object: Arc::clone(&document.turbine),
            name: Arc::clone(&document.alarm),
        };
        let mut chosen: Vec<AlarmId> = documents.iter().filter(fits).map(id).collect();
        if let (Some(name), Some(turbine)) = (&self.alarm, &self.turbine) {
            let asked = AlarmId {
                object: turbine.as_str().into(),
                name: name.as_str().into(),
            };
            let is_there = chosen.contains(&asked);
            if !is_there && self.key.is_none() {
                if farm.shell.definition(&asked).is_none() {
                    bail!(self.unknown(farm, &asked));
                }
                // Nothing was ever said of it: it can be laid aside all the same.
                chosen.push(asked);
            }
        }
        let nothing = Shared::default();
        chosen.retain(|id| applies(farm.shell.shared(id).unwrap_or(&nothing)));
        if self.key.is_some() && chosen.len() > 1 {
            let all: Vec<String> = chosen
                .iter()
                .map(|id| format!("{} at {}", id.name, id.object))
                .collect();
            bail!(
                "several stations have an occurrence of this number: {}\n  say which with --turbine or \
                 --alarm",
                all.join(", ")
            );
        }
        Ok(chosen)
    }

    fn fits(&self, document: &Document) -> bool {
        let is =
            |asked: &Option<String>, name: &str| asked.as_ref().is_none_or(|asked| asked == name);
        let has_key = |key: u64| {
            let mut stands = document.shared.stations.values();
            stands.any(|stand| stand.key == key && stand.state != State::Normal)
        };
        is(&self.alarm, &document.alarm)
            && is(&self.turbine, &document.turbine)
            && is(&self.all_of, &document.turbine)
            && self.key.is_none_or(has_key)
    }

    fn unknown(&self, farm: &Farm, asked: &AlarmId) -> String {
        let scene = &farm.scene;
        if !scene
            .turbines
            .iter()
            .any(|turbine| turbine.id == asked.object)
        {
            return format!("the scene has no turbine {:?}", asked.object);
        }
        let rules = scene.rules.iter().filter(|rule| rule.alarm.is_some());
        let names: Vec<String> = rules.map(|rule| format!("{:?}", rule.name)).collect();
        format!(
            "the scene has no alarm {:?}; it has {}",
            asked.name,
            names.join(", ")
        )
    }
}
