//! What is proposed and may be corrected before it is written.

use crate::panels::mapping::rows::kind_of;
use crate::panels::mapping::writer::Job;
use crate::scene::edit::signals::{MappingTarget, NewSignal, NewTopic, mapping_target};
use crate::scene::suggest::{Evidence, identifier, suggest};
use crate::scene::{PayloadFormat, Scene, ValueKind};
use crate::telemetry::{SeenField, SeenTopic};

/// A signal as it is about to be written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SignalForm {
    /// The signal.
    pub signal: NewSignal,
    /// The range as it is typed.
    pub range: [String; 2],
    /// The models that are to have it, as indexes, and whether each is.
    pub models: Vec<(usize, bool)>,
}

impl SignalForm {
    /// What is proposed for a field that these models lack.
    pub fn propose(field: &SeenField, lacking: &[usize], scene: &Scene) -> Self {
        let first = lacking.first().and_then(|at| scene.models.get(*at));
        let suggestion = suggest(&Evidence {
            field: &field.pointer,
            kind: kind_of(field),
            seen: field.range,
            rated_power_kw: first.map_or(0.0, |m| f64::from(m.rated_power_kw)),
        });
        let name = free_name(&suggestion.name, suggestion.kind, lacking, scene);
        let written = |n: f64| crate::wording::number(n, None).replace(['\u{202f}', ',', ' '], "");
        Self {
            range: suggestion.range.map_or_else(Default::default, |range| {
                range.map(|n| {
                    if n.is_finite() {
                        format!("{n}")
                    } else {
                        written(n)
                    }
                })
            }),
            signal: NewSignal {
                name,
                field: field.pointer.to_string(),
                unit: suggestion.unit,
                kind: suggestion.kind,
                range: suggestion.range,
                part: suggestion.part,
            },
            models: lacking.iter().map(|model| (*model, true)).collect(),
        }
    }

    /// Why it cannot be written, in words.
    pub fn fault(&self, scene: &Scene) -> Option<String> {
        let name = &self.signal.name;
        if *name != identifier(name) {
            return Some("A name has small letters, digits and underscores.".to_owned());
        }
        let chosen: Vec<usize> = self.chosen().collect();
        if chosen.is_empty() {
            return Some("Choose a model.".to_owned());
        }
        if is_taken(name, self.signal.kind, &chosen, scene) {
            return Some(format!("There is a signal {name} already."));
        }
        let targets = chosen.iter().filter_map(|at| scene.models.get(*at));
        for target in targets.map(mapping_target) {
            if let MappingTarget::Nowhere(why) = target {
                return Some(why.to_owned());
            }
        }
        self.range_typed().err()
    }

    /// What writes it.
    pub fn job(&self, scene: &Scene) -> Option<Job> {
        let signal = NewSignal {
            range: self.range_typed().ok()?,
            ..self.signal.clone()
        };
        let models = self.chosen().filter_map(|at| scene.models.get(at));
        let origins = models.filter_map(|model| match mapping_target(model) {
            MappingTarget::Signals(origin) => Some(origin),
            MappingTarget::Nowhere(_) => None,
        });
        Some(Job::Signal(origins.collect(), signal))
    }

    fn chosen(&self) -> impl Iterator<Item = usize> + '_ {
        self.models.iter().filter(|(_, is)| *is).map(|(at, _)| *at)
    }

    fn range_typed(&self) -> Result<Option<[f64; 2]>, String> {
        let [low, high] = &self.range;
        if self.signal.kind != ValueKind::Number
            || (low.trim().is_empty() && high.trim().is_empty())
        {
            return Ok(None);
        }
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        match (number(low), number(high)) {
            (Some(low), Some(high)) if low < high => Ok(Some([low, high])),
            (Some(_), Some(_)) => Err("The range ends before it begins.".to_owned()),
            _ => Err("The range is not two numbers.".to_owned()),
        }
    }
}

fn is_taken(name: &str, kind: ValueKind, models: &[usize], scene: &Scene) -> bool {
    scene.models.iter().enumerate().any(|(at, model)| {
        let same = model.signals.iter().find(|s| *s.name == *name);
        // One name has one kind in all models.
        same.is_some_and(|s| models.contains(&at) || s.kind != kind)
    })
}

fn free_name(name: &str, kind: ValueKind, models: &[usize], scene: &Scene) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while is_taken(&free, kind, models, scene) && number < 1_000 {
        free = format!("{name}_{number}");
        number += 1;
    }
    free
}

/// A topic as it is about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicForm {
    /// Levels, and which of them is the turbine's id or the signal's name.
    pub levels: Vec<(String, LevelRole)>,
    /// How payloads are read.
    pub payload: PayloadFormat,
    /// JSON pointer to the time at the source; empty for none.
    pub time: String,
}

/// What a level of a topic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelRole {
    /// What it says.
    Literal,
    /// Anything: `+`.
    Any,
    /// The turbine's id.
    Turbine,
    /// The signal's name.
    Signal,
}

impl LevelRole {
    /// All of them, with their words.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Turbine, "turbine"),
        (Self::Signal, "signal"),
        (Self::Any, "anything"),
        (Self::Literal, "as it is"),
    ];
}

impl TopicForm {
    /// What is proposed for a topic that fits no filter.
    pub fn propose(topic: &SeenTopic) -> Self {
        let mut roles: Vec<LevelRole> = topic
            .levels
            .iter()
            .map(|level| match (level.is_turbine, level.varies) {
                (true, _) => LevelRole::Turbine,
                (false, true) => LevelRole::Any,
                (false, false) => LevelRole::Literal,
            })
            .collect();
        let is = |wanted: LevelRole| move |role: &LevelRole| *role == wanted;
        if let Some(first) = roles.iter().position(is(LevelRole::Turbine)) {
            // A topic names its turbine once.
            let others = roles.iter_mut().skip(first + 1);
            others
                .filter(|role| **role == LevelRole::Turbine)
                .for_each(|role| *role = LevelRole::Any);
        } else if let Some(varies) = roles.iter_mut().find(|role| **role == LevelRole::Any) {
            *varies = LevelRole::Turbine;
        }
        let payload = match topic.is_json {
            true => PayloadFormat::Json,
            false => PayloadFormat::Value,
        };
        if payload == PayloadFormat::Value {
            // A bare value's topic says which signal it is, in its last level most often.
            let last = roles
                .iter_mut()
                .rev()
                .find(|role| **role != LevelRole::Turbine);
            if let Some(last) = last {
                *last = LevelRole::Signal;
            }
        }
        let texts = topic.levels.iter().map(|level| level.text.to_string());
        Self {
            levels: texts.zip(roles).collect(),
            payload,
            time: time_field(topic).unwrap_or_default(),
        }
    }

    /// The filter.
    pub fn filter(&self) -> String {
        let level = |(text, role): &(String, LevelRole)| match role {
            LevelRole::Literal => text.clone(),
            LevelRole::Any => "+".to_owned(),
            LevelRole::Turbine => "{turbine}".to_owned(),
            LevelRole::Signal => "{signal}".to_owned(),
        };
        self.levels.iter().map(level).collect::<Vec<_>>().join("/")
    }

    /// Why it cannot be written, in words.
    pub fn fault(&self) -> Option<&'static str> {
        let count = |wanted: LevelRole| self.levels.iter().filter(|(_, r)| *r == wanted).count();
        match (
            count(LevelRole::Turbine),
            count(LevelRole::Signal),
            self.payload,
        ) {
            (0, ..) => Some("One level must be the turbine's id."),
            (2.., ..) => Some("Only one level can be the turbine's id."),
            (_, 0, PayloadFormat::Value) => {
                Some("For bare values, one level must name the signal.")
            }
            (_, 2.., _) => Some("Only one level can name the signal."),
            (_, 1, PayloadFormat::Json) => Some("JSON names its signals itself: no level does."),
            _ => None,
        }
    }

    /// What is to be written.
    pub fn topic(&self) -> NewTopic {
        let time = Some(self.time.trim()).filter(|time| !time.is_empty());
        NewTopic {
            filter: self.filter(),
            payload: self.payload,
            time: time
                .filter(|_| self.payload == PayloadFormat::Json)
                .map(str::to_owned),
        }
    }
}

/// The field that is most likely the time at the source.
fn time_field(topic: &SeenTopic) -> Option<String> {
    const NAMES: [&str; 6] = ["ts", "time", "timestamp", "t", "datetime", "source_time"];
    let name = |field: &&SeenField| {
        let last = field.pointer.rsplit('/').next().unwrap_or_default();
        NAMES
            .iter()
            .position(|name| last.eq_ignore_ascii_case(name))
    };
    let found = topic
        .fields
        .iter()
        .filter(|f| name(f).is_some())
        .min_by_key(name);
    found.map(|field| field.pointer.to_string())
}
