//! The names of the alarms of codes: no two alarms of a scene have the same.

use std::collections::HashMap;
use std::sync::Arc;

use super::Table;
use super::signal::CodeSignal;
use crate::scene::build::models::Models;
use crate::scene::model::{OtherAlarms, Rule};

/// What a code is called that is in no table.
const UNKNOWN: &str = "Unknown alarm code";

/// How many alarms of a scene would have a name.
pub(super) struct Names {
    counts: HashMap<Arc<str>, usize>,
    tables: usize,
    /// Ids of models, by number.
    models: Vec<Arc<str>>,
}

impl Names {
    pub fn of(tables: &[Table], rules: &[Rule], models: &Models) -> Self {
        let mut counts: HashMap<Arc<str>, usize> = HashMap::new();
        let fixed = [OtherAlarms::COMMUNICATION, OtherAlarms::STALE_DATA, UNKNOWN];
        let fixed = fixed.into_iter().map(Arc::from);
        let rules = rules.iter().filter(|rule| rule.alarm.is_some());
        let codes = tables.iter().flat_map(|table| &table.codes);
        let codes = codes.filter(|code| code.alarm.is_some());
        let all = fixed
            .chain(rules.map(|rule| Arc::clone(&rule.name)))
            .chain(codes.map(|code| Arc::clone(&code.text)));
        for name in all {
            *counts.entry(name).or_default() += 1;
        }
        Self {
            counts,
            tables: tables.len(),
            models: models.list.iter().map(|m| Arc::clone(&m.id)).collect(),
        }
    }

    /// The name of a code's alarm: its text; with the code, where another alarm says the same.
    pub fn of_code(&self, code: &str, text: &Arc<str>) -> Arc<str> {
        match self.counts.get(text) {
            Some(2..) => format!("{text} ({code})").into(),
            _ => Arc::clone(text),
        }
    }

    /// The name of the alarm of codes that are in no table.
    pub fn of_unknown(&self, signal: &CodeSignal) -> Arc<str> {
        if self.tables < 2 {
            return UNKNOWN.into();
        }
        let models = self.models.iter().zip(&signal.applies);
        let first = models.filter(|(_, a)| **a).map(|(id, _)| id).next();
        let signal = signal.key.split(' ').next().unwrap_or_default();
        let model = first.map_or("", |id| &**id);
        format!("{UNKNOWN} ({signal} of {model})").into()
    }
}
