//! Topics and fields as rows: what each is in the scene, which are shown, and in which order.

use std::collections::HashMap;
use std::sync::Arc;

use crate::scene::{Model, PayloadFormat, Scene, Signal, TopicMapping, ValueKind};
use crate::telemetry::{Matched, Seen, SeenField, SeenKind, SeenTopic};

/// What identifies a row from one moment to the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowKey {
    /// The first topic that was heard for it: that never changes.
    pub topic: Arc<str>,
    /// The field; `None` for the topic itself.
    pub field: Option<Arc<str>>,
}

impl RowKey {
    fn of(topic: &SeenTopic, field: Option<&SeenField>) -> Self {
        Self {
            topic: Arc::clone(&topic.sample_topic),
            field: field.map(|field| Arc::clone(&field.pointer)),
        }
    }

    /// What it names, if it is still there.
    pub fn find<'a>(&self, seen: &'a Seen) -> Option<(&'a SeenTopic, Option<&'a SeenField>)> {
        let topic = seen.topics.iter().find(|t| t.sample_topic == self.topic)?;
        let field = self.field.as_ref();
        let field = field.map(|pointer| topic.fields.iter().find(|f| f.pointer == *pointer));
        match field {
            Some(None) => None,
            Some(field) => Some((topic, field)),
            None => Some((topic, None)),
        }
    }
}

/// What a row is in the scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// A topic that the scene reads; how many of its fields are not mapped yet.
    Read(usize),
    /// A topic that no filter of the scene fits.
    Unmatched,
    /// A topic that fits, of turbines that the scene lacks.
    UnknownTurbine,
    /// A field that is this signal.
    Mapped(Arc<str>),
    /// A field that is this signal, which expects values of another kind.
    OtherKind(Arc<str>, ValueKind),
    /// A field that is no signal of these models.
    NotMapped(Vec<usize>),
    /// The time or the quality of the message.
    Role(&'static str),
    /// Nothing to be mapped by itself.
    None,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct MapRow {
    /// What it is of.
    pub key: RowKey,
    /// Index into [`Seen::topics`].
    pub topic: usize,
    /// Index into [`SeenTopic::fields`].
    pub field: Option<usize>,
    /// What it is in the scene.
    pub status: Status,
}

/// What is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only what is not mapped yet.
    pub only_unmapped: bool,
    /// In the name of the topic, the field or the signal.
    pub text: String,
}

/// The order of topics, and of fields within each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// In the order in which they were first heard.
    #[default]
    Heard,
    /// By name.
    Name,
    /// The most frequent first, as they were when this was asked for.
    Rate,
    /// Those of most turbines first, as they were when this was asked for.
    Turbines,
}

/// Ranks that stand while the values that they come from change: rows do not jump.
#[derive(Debug, Default)]
pub struct Ranks {
    of: Sort,
    by_key: HashMap<RowKey, usize>,
}

impl Ranks {
    /// Takes ranks when another order is asked for.
    pub(super) fn follow(&mut self, sort: Sort, seen: &Seen) {
        if self.of == sort {
            return;
        }
        self.of = sort;
        let mut measured: Vec<(RowKey, f64)> = Vec::new();
        for topic in &seen.topics {
            let value = |per_s: f64, sources: u32| match sort {
                Sort::Rate => per_s,
                _ => f64::from(sources),
            };
            measured.push((RowKey::of(topic, None), value(topic.per_s, topic.sources)));
            for field in &topic.fields {
                let value = value(field.per_s, field.sources);
                measured.push((RowKey::of(topic, Some(field)), value));
            }
        }
        measured.sort_by(|a, b| b.1.total_cmp(&a.1));
        let ranked = measured.into_iter().map(|(key, _)| key);
        self.by_key = ranked.zip(0..).collect();
    }

    fn rank(&self, key: &RowKey) -> usize {
        self.by_key.get(key).copied().unwrap_or(usize::MAX)
    }
}

/// The rows that are shown: each topic, and below it its fields.
pub fn rows_of(
    seen: &Seen,
    scene: &Scene,
    filter: &Filter,
    sort: Sort,
    ranks: &Ranks,
) -> Vec<MapRow> {
    let wanted = filter.text.trim().to_lowercase();
    let fits = |text: &str| wanted.is_empty() || text.to_lowercase().contains(&wanted);
    let mut groups = Vec::new();
    for (at, topic) in seen.topics.iter().enumerate() {
        let topic_fits = fits(&topic.filter);
        let mut unmapped = 0;
        let mut fields = Vec::new();
        for (index, field) in topic.fields.iter().enumerate() {
            let status = field_status(topic, field, scene);
            let is_unmapped = matches!(status, Status::NotMapped(_));
            unmapped += usize::from(is_unmapped);
            let signal_fits = match &status {
                Status::Mapped(signal) | Status::OtherKind(signal, _) => fits(signal),
                _ => false,
            };
            let is_shown = (topic_fits || signal_fits || fits(&field.pointer))
                && (!filter.only_unmapped || is_unmapped || topic.matched == Matched::Not);
            if is_shown {
                fields.push(MapRow {
                    key: RowKey::of(topic, Some(field)),
                    topic: at,
                    field: Some(index),
                    status,
                });
            }
        }
        let status = match topic.matched {
            Matched::Mapping(_) => Status::Read(unmapped),
            Matched::UnknownTurbine(_) => Status::UnknownTurbine,
            Matched::Not => Status::Unmatched,
        };
        let is_shown = match filter.only_unmapped {
            true => !fields.is_empty() || topic_fits && status == Status::Unmatched,
            false => topic_fits || !fields.is_empty(),
        };
        if !is_shown {
            continue;
        }
        match sort {
            Sort::Heard => {}
            Sort::Name => fields.sort_by(|a, b| a.key.field.cmp(&b.key.field)),
            Sort::Rate | Sort::Turbines => fields.sort_by_key(|row| ranks.rank(&row.key)),
        }
        let row = MapRow {
            key: RowKey::of(topic, None),
            topic: at,
            field: None,
            status,
        };
        groups.push((Arc::clone(&topic.filter), row, fields));
    }
    match sort {
        Sort::Heard => {}
        Sort::Name => groups.sort_by(|a, b| a.0.cmp(&b.0)),
        Sort::Rate | Sort::Turbines => groups.sort_by_key(|(_, row, _)| ranks.rank(&row.key)),
    }
    let flat = groups
        .into_iter()
        .flat_map(|(_, row, fields)| std::iter::once(row).chain(fields));
    flat.collect()
}

/// What a field is in the scene.
pub(super) fn field_status(topic: &SeenTopic, field: &SeenField, scene: &Scene) -> Status {
    let Matched::Mapping(at) = topic.matched else {
        return Status::None;
    };
    let Some(mapping) = scene.topics.get(at) else {
        return Status::None;
    };
    let is_this = |pointer: &Option<String>| {
        let pointer = pointer.as_deref();
        pointer.is_some_and(|pointer| as_pointer(pointer) == *field.pointer)
    };
    if mapping.payload == PayloadFormat::Json {
        if is_this(&mapping.time) {
            return Status::Role("Time");
        }
        if is_this(&mapping.quality) {
            return Status::Role("Quality");
        }
    }
    let is_value = matches!(
        field.kind,
        SeenKind::Number | SeenKind::Boolean | SeenKind::Text | SeenKind::Null
    );
    let is_readable = (mapping.payload == PayloadFormat::Json) == topic.is_json;
    if !is_value || !is_readable || field.pointer.is_empty() {
        return Status::None;
    }
    let mut lacking = Vec::new();
    let mut found = None;
    for (index, _) in &field.models {
        let Some(model) = scene.models.get(*index) else {
            continue;
        };
        match signal_of(model, mapping, &field.pointer) {
            Some(signal) => found = found.or(Some(signal)),
            None => lacking.push(*index),
        }
    }
    match found {
        Some(signal) if lacking.is_empty() => match fits_kind(signal.kind, field) {
            true => Status::Mapped(Arc::clone(&signal.name)),
            false => Status::OtherKind(Arc::clone(&signal.name), signal.kind),
        },
        _ if lacking.is_empty() => Status::None,
        _ => Status::NotMapped(lacking),
    }
}

/// The model's signal that is read from a field.
pub(super) fn signal_of<'a>(
    model: &'a Model,
    mapping: &TopicMapping,
    field: &str,
) -> Option<&'a Signal> {
    let mut measured = model.signals.iter().filter(|s| s.expression.is_none());
    match mapping.payload {
        PayloadFormat::Json => measured.find(|s| as_pointer(&s.field) == field),
        PayloadFormat::Value => measured.find(|s| {
            let bare = s.field.strip_prefix('/').unwrap_or(&s.field);
            [s.field.as_str(), bare, &s.name].contains(&field)
        }),
    }
}

/// A pointer without its first slash is taken as a member's name.
fn as_pointer(field: &str) -> String {
    match field.is_empty() || field.starts_with('/') {
        true => field.to_owned(),
        false => format!("/{field}"),
    }
}

fn fits_kind(kind: ValueKind, field: &SeenField) -> bool {
    match (kind, field.kind) {
        (_, SeenKind::Null) | (ValueKind::Number, SeenKind::Number) => true,
        (ValueKind::Boolean, SeenKind::Boolean) | (ValueKind::Text, SeenKind::Text) => true,
        // Flags may be sent as 0 and 1.
        (ValueKind::Boolean, SeenKind::Number) => field
            .range
            .is_some_and(|[low, high]| low >= 0.0 && high <= 1.0),
        _ => false,
    }
}

/// The kind of a signal made of a field.
pub(super) fn kind_of(field: &SeenField) -> ValueKind {
    match field.kind {
        SeenKind::Boolean => ValueKind::Boolean,
        SeenKind::Text => ValueKind::Text,
        _ => ValueKind::Number,
    }
}

/// A kind in a word.
pub(super) fn kind_word(kind: SeenKind) -> &'static str {
    match kind {
        SeenKind::Number => "number",
        SeenKind::Boolean => "true or false",
        SeenKind::Text => "text",
        SeenKind::Null => "nothing yet",
        SeenKind::Nested => "nested",
        SeenKind::Malformed => "broken JSON",
        SeenKind::Binary => "no text",
    }
}
