//! What was seen of topics and fields, as it is shown.

use std::sync::Arc;

/// Everything that was seen, as of one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Counts up with each moment; 0 before anything was seen.
    pub revision: u64,
    /// The moment, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// In the order in which they were first heard.
    pub topics: Vec<SeenTopic>,
    /// Messages of topics beyond those that are kept.
    pub messages_left_out: u64,
}

/// What a topic's place in the scene is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matched {
    /// It fits this entry of `Scene::topics`, and its turbine is one of the scene's.
    Mapping(usize),
    /// It fits this entry, but the scene has no such turbine.
    UnknownTurbine(usize),
    /// It fits none.
    Not,
}

/// A level of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenLevel {
    /// As it was first heard.
    pub text: Box<str>,
    /// Others were heard in its place.
    pub varies: bool,
    /// It was a turbine's id.
    pub is_turbine: bool,
}

/// A topic, or several that differ in a level.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenTopic {
    /// The scene's filter, or the topic with `+` for what varies and `{turbine}` for turbines.
    pub filter: Arc<str>,
    /// What it is in the scene.
    pub matched: Matched,
    /// Its levels; of what fits a filter none.
    pub levels: Vec<SeenLevel>,
    /// The first topic that was heard: samples are its.
    pub sample_topic: Arc<str>,
    /// A payload of that topic, what cannot be shown escaped.
    pub sample: Arc<str>,
    /// The payload goes on.
    pub is_sample_cut: bool,
    /// Its payloads are JSON objects.
    pub is_json: bool,
    /// Messages.
    pub messages: u64,
    /// Messages a second, over the last ten seconds.
    pub per_s: f64,
    /// When the last one came, milliseconds since 1970 UTC.
    pub last_ms: i64,
    /// The last one had been kept by the broker.
    pub is_retained: bool,
    /// How many turbines sent it; how many topics, where it fits no filter.
    pub sources: u32,
    /// Ids of turbines that the scene lacks, the first few.
    pub unknown_turbines: Vec<Box<str>>,
    /// By order of their first appearance.
    pub fields: Vec<SeenField>,
    /// Fields beyond those that are kept.
    pub fields_left_out: bool,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SeenKind {
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A text.
    Text,
    /// `null`: nothing else was ever there.
    #[default]
    Null,
    /// An object or an array that is too deep, or has nothing in it.
    Nested,
    /// What begins as JSON and is none.
    Malformed,
    /// Not text at all.
    Binary,
}

/// A field of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenField {
    /// JSON pointer, or the topic's `{signal}` level; empty for a payload that is one bare value.
    pub pointer: Arc<str>,
    /// What its values are, `null`s apart.
    pub kind: SeenKind,
    /// It was of another kind before.
    pub is_mixed: bool,
    /// The last value, cut off.
    pub value: String,
    /// Values a second.
    pub per_s: f64,
    /// When the last one came, milliseconds since 1970 UTC.
    pub last_ms: i64,
    /// How many turbines sent it, of the messages that were looked into.
    pub sources: u32,
    /// The models of those turbines, and how many each.
    pub models: Vec<(usize, u32)>,
    /// The lowest and the highest number.
    pub range: Option<[f64; 2]>,
    /// Numbers of the sample's topic, oldest first, with their times.
    pub history: Vec<(i64, f64)>,
}
