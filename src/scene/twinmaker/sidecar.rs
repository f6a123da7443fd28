//! Where the values of a TwinMaker scene come from: `NAME.bindings.toml` beside it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Deserialize;

use super::bind::Bound;
use crate::fleet::TurbineRow;
use crate::scene::build::connection::broker;
use crate::scene::build::topics::{pointer_fault, topics};
use crate::scene::document::Document;
use crate::scene::load::{LoadOptions, Loader, Page, not_utf8};
use crate::scene::model::{Broker, TopicBinding, TopicMapping, ValueKind};
use crate::scene::problem::{Problem, Problems, quoted, suggestion};
use crate::scene::source::Source;
use crate::scene::validate::Unusable;

/// A line for each of a million properties is a tenth of this.
const LARGEST_FILE: u64 = 16 << 20;
const KEYS: [&str; 3] = ["broker", "topics", "bindings"];

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Sidecar {
    page: Option<Page>,
    pub broker: Option<Broker>,
    /// In place of the default ones, where there are any.
    pub topics: Vec<TopicMapping>,
    entries: Vec<(String, Entry)>,
}

/// One property of an entity's component.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    entity: String,
    component: String,
    property: String,
    topic: Option<String>,
    field: Option<String>,
    time: Option<String>,
    quality: Option<String>,
    #[serde(rename = "type")]
    kind: Option<ValueKind>,
}

/// Reads the file that is given, or the one beside the scene if it is there.
pub(super) fn read(loader: &mut Loader, scene: &Path, options: &LoadOptions) -> Sidecar {
    let path = match &options.bindings {
        Some(path) => path.clone(),
        None => beside(scene),
    };
    if options.bindings.is_none() && !path.exists() {
        // So that the scene is read anew once it is there.
        loader.follow(&path);
        return Sidecar::default();
    }
    let Some(bytes) = loader.bytes(&path, None, LARGEST_FILE) else {
        return Sidecar::default();
    };
    let source = Rc::new(Source::new(path, bytes));
    let text = match std::str::from_utf8(&source.bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            loader.problems.push(not_utf8(&source, error));
            return Sidecar::default();
        }
    };
    let document = Document::parse(source, &text, &mut loader.problems);
    let page = Page {
        document,
        unusable: Unusable::default(),
    };
    let problems = &mut loader.problems;
    for key in page.document.keys("") {
        if !KEYS.contains(&key) {
            let place = page.document.key_place(&format!("/{key}"));
            let problem =
                Problem::error("unknown-key", place, format!("unknown key {}", quoted(key)));
            problems.push(problem.maybe_help(suggestion(key, KEYS, "the keys here are")));
        }
    }
    let broker = page
        .has("/broker")
        .then(|| broker(&page, options, problems))
        .flatten();
    let mut entries = Vec::new();
    for i in 0..page.count("/bindings") {
        let pointer = format!("/bindings/{i}");
        if let Some(entry) = page.piece::<Entry>(&pointer, problems) {
            entries.push((pointer, entry));
        }
    }
    let topics = topics(std::slice::from_ref(&page), problems);
    Sidecar {
        broker,
        topics,
        entries,
        page: Some(page),
    }
}

/// `scene.bindings.toml` beside `scene.json`.
fn beside(scene: &Path) -> PathBuf {
    let stem = scene.file_stem().unwrap_or_default().to_string_lossy();
    scene.with_file_name(format!("{stem}.bindings.toml"))
}

impl Sidecar {
    /// Kinds of properties that it gives.
    pub fn kinds(&self) -> HashMap<String, ValueKind> {
        let entries = self.entries.iter();
        entries
            .filter_map(|(_, entry)| Some((entry.property.clone(), entry.kind?)))
            .collect()
    }

    /// The properties that have topics of their own.
    pub fn bindings(&self, bound: &Bound, problems: &mut Problems) -> Vec<TopicBinding> {
        let Some(page) = &self.page else {
            return Vec::new();
        };
        let rows: BTreeMap<(&str, &str), u32> = (bound.names.iter().zip(0..))
            .map(|((entity, component), row)| ((&**entity, &**component), row))
            .collect();
        let mut bindings = Vec::new();
        for (pointer, entry) in &self.entries {
            let row = rows.get(&(&*entry.entity, &*entry.component)).copied();
            let model = row.and_then(|row| bound.models.get(bound.rows.get(row as usize)?.model));
            let Some((row, model)) = row.zip(model) else {
                let name = format!("{}/{}", entry.entity, entry.component);
                let place = page.document.place(&format!("{pointer}/entity"));
                let message = format!("nothing in the scene is bound to {}", quoted(&name));
                let known = bound.rows.iter().map(|r| &*r.id);
                let help = suggestion(&name, known, "the scene has");
                let problem = Problem::warning("unknown-binding", place, message);
                problems.push(problem.maybe_help(help));
                continue;
            };
            let Some(signal) = model.signals.iter().find(|s| *s.name == *entry.property) else {
                let place = page.document.place(&format!("{pointer}/property"));
                let message = format!(
                    "the scene shows no property {} of {}",
                    quoted(&entry.property),
                    quoted(&format!("{}/{}", entry.entity, entry.component))
                );
                let known = model.signals.iter().map(|s| &*s.name);
                let help = suggestion(&entry.property, known, "it shows");
                let problem = Problem::warning("unknown-binding", place, message);
                problems.push(problem.maybe_help(help));
                continue;
            };
            let Some(topic) = &entry.topic else { continue };
            if let Some(problem) = fault(page, pointer, entry, topic) {
                problems.push(problem);
                continue;
            }
            bindings.push(TopicBinding {
                topic: topic.clone(),
                field: entry.field.clone(),
                time: entry.time.clone(),
                quality: entry.quality.clone(),
                row: TurbineRow(row),
                signal: signal.column,
            });
        }
        bindings
    }
}

/// What is wrong with the topic or a pointer.
fn fault(page: &Page, pointer: &str, entry: &Entry, topic: &str) -> Option<Problem> {
    let place = |key: &str| page.document.place(&format!("{pointer}/{key}"));
    let is_plain = !topic.is_empty()
        && topic.len() <= usize::from(u16::MAX)
        && !topic.contains(['+', '#', '{', '}', '\0']);
    if !is_plain {
        let message = format!("{} is not the topic of one property", quoted(topic));
        let help = "name one topic; for many of one form use [[topics]] with {entity}/{component}";
        return Some(Problem::error("bad-topic", place("topic"), message).help(help));
    }
    let pointers = [
        ("field", &entry.field),
        ("time", &entry.time),
        ("quality", &entry.quality),
    ];
    let wrong = pointers.into_iter().find_map(|(key, text)| {
        let message = pointer_fault(text.as_deref()?)?;
        Some(Problem::error("bad-pointer", place(key), message))
    });
    wrong.or_else(|| {
        let has_more = entry.time.is_some() || entry.quality.is_some();
        (entry.field.is_none() && has_more).then(|| {
            let message = "a bare value carries no time and no quality";
            Problem::error("bad-topic", place("topic"), message)
                .help("give the `field` of the value")
        })
    })
}
