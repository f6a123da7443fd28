//! Signals and topics that are added to a scene file, in the form of those around them.

use std::path::{Path, PathBuf};

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value, value};

use super::{Draft, EditError};
use crate::access::EditPermit;
use crate::scene::{Model, Origin, Part, PayloadFormat, ValueKind};

/// A signal to be added to a model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewSignal {
    /// Its name in rules.
    pub name: String,
    /// JSON pointer, or a level of the topic.
    pub field: String,
    /// Empty for none.
    pub unit: String,
    /// What its values are.
    pub kind: ValueKind,
    /// The lowest and the highest normal value.
    pub range: Option<[f64; 2]>,
    /// The part that it tells about.
    pub part: Option<Part>,
}

/// A `[[topics]]` entry to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTopic {
    /// With `{turbine}`, and `{signal}` for bare values.
    pub filter: String,
    /// How payloads are read.
    pub payload: PayloadFormat,
    /// JSON pointer to the time at the source.
    pub time: Option<String>,
}

/// Where a mapping from a field to a signal is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingTarget {
    /// Among the signals of a model in a TOML file.
    Signals(Origin),
    /// It has no place that can be written: why, in words.
    Nowhere(&'static str),
}

/// Where a signal of a model is written. For a model of entities (`Model::is_entity`) it is its file too:
/// a reader of other scene formats gives its models the file that maps properties to fields as origin.
pub fn mapping_target(model: &Model) -> MappingTarget {
    let origin = &model.origin;
    if origin.pointer.is_empty() {
        return MappingTarget::Nowhere("The model is not written in any file.");
    }
    let extension = origin.file.extension().unwrap_or_default();
    if !extension.eq_ignore_ascii_case("toml") {
        return MappingTarget::Nowhere(
            "The model is not written in TOML. Import the scene to map more of it.",
        );
    }
    MappingTarget::Signals(origin.clone())
}

/// Adds a signal to the model at this pointer, after its last one.
///
/// # Errors
/// There is no such model, or it has a signal of this name.
pub fn add_signal(draft: &mut Draft, model: &str, signal: &NewSignal) -> Result<(), EditError> {
    let path = draft.path().to_owned();
    let pointer = format!("{model}/signals");
    let missing = || EditError::Missing {
        path: path.clone(),
        pointer: pointer.clone(),
    };
    let item = draft.at(model)?;
    let table = item.as_table_like_mut().ok_or_else(missing)?;
    if table.get("signals").is_none() {
        let is_inline = table.as_any_inline();
        let empty = match is_inline {
            true => value(InlineTable::new()),
            false => Item::Table(Table::new()),
        };
        table.insert("signals", empty);
    }
    let signals = table.get_mut("signals").ok_or_else(missing)?;
    let signals = signals.as_table_like_mut().ok_or_else(missing)?;
    if signals.contains_key(&signal.name) {
        return Err(EditError::Exists {
            path,
            pointer: format!("{pointer}/{}", signal.name),
        });
    }
    let content = fields_of(signal);
    // Where each signal of the model has a table of its own, this one gets one too.
    let has_tables = signals.iter().any(|(_, item)| item.is_table());
    if has_tables {
        let mut table = Table::new();
        for (key, content) in content {
            table.insert(key, Item::Value(content));
        }
        signals.insert(&signal.name, Item::Table(table));
    } else {
        let mut table = InlineTable::new();
        for (key, content) in content {
            table.insert(key, content);
        }
        signals.insert(&signal.name, value(table));
        align(signals, &signal.name);
    }
    Ok(())
}

/// Whether a table is one in braces.
trait AnyInline {
    fn as_any_inline(&self) -> bool;
}

impl AnyInline for dyn TableLike + '_ {
    fn as_any_inline(&self) -> bool {
        // Only a table of its own can hold further tables.
        !self.iter().any(|(_, item)| item.is_table()) && self.is_empty()
    }
}

fn fields_of(signal: &NewSignal) -> Vec<(&'static str, Value)> {
    let mut fields: Vec<(&'static str, Value)> = vec![("field", signal.field.as_str().into())];
    if !signal.unit.is_empty() {
        fields.push(("unit", signal.unit.as_str().into()));
    }
    match signal.kind {
        ValueKind::Number => {}
        ValueKind::Boolean => fields.push(("type", "boolean".into())),
        ValueKind::Text => fields.push(("type", "text".into())),
    }
    if let Some([low, high]) = signal.range {
        fields.push((
            "range",
            Value::Array(Array::from_iter([number(low), number(high)])),
        ));
    }
    if let Some(part) = signal.part {
        fields.push(("part", part.name().into()));
    }
    fields
}

/// A whole number without a point.
fn number(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < 1e15 {
        (n as i64).into()
    } else {
        n.into()
    }
}

/// Puts the equals sign under those above where the signals are written in columns.
fn align(signals: &mut dyn TableLike, name: &str) {
    let width = |key: &str, suffix: Option<&str>| key.len() + suffix.map_or(1, str::len);
    let mut widths = Vec::new();
    for (key, _) in signals.iter().filter(|(key, _)| *key != name) {
        if let Some(key_form) = signals.key(key) {
            let suffix = key_form.leaf_decor().suffix().and_then(|s| s.as_str());
            widths.push(width(key, suffix));
        }
    }
    let Some(first) = widths.first().copied() else {
        return;
    };
    let is_column = widths.len() > 1 && widths.iter().all(|w| *w == first);
    let room = first.saturating_sub(name.len());
    if is_column
        && room > 0
        && let Some(mut key) = signals.key_mut(name)
    {
        key.leaf_decor_mut().set_suffix(" ".repeat(room));
    }
}

/// Of a scene's files, the first that has topics; the first of all, which is the scene's own, where none
/// has. Reads them.
pub fn topics_file(files: &[PathBuf]) -> Option<PathBuf> {
    let is_toml = |path: &&PathBuf| {
        path.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("toml"))
    };
    let has_topics = |path: &&PathBuf| {
        Draft::open(path).is_ok_and(|draft| draft.document.contains_key("topics"))
    };
    let mut files = files.iter().filter(is_toml);
    let first = files.clone().next();
    files.find(has_topics).or(first).cloned()
}

/// Adds a topic after the last one.
///
/// # Errors
/// There is one with this filter, or `topics` is no list.
pub fn add_topic(draft: &mut Draft, topic: &NewTopic) -> Result<(), EditError> {
    let path = draft.path().to_owned();
    let mut fields: Vec<(&str, Value)> = vec![
        ("filter", topic.filter.as_str().into()),
        (
            "payload",
            match topic.payload {
                PayloadFormat::Json => "json".into(),
                PayloadFormat::Value => "value".into(),
            },
        ),
    ];
    if let Some(time) = &topic.time {
        fields.push(("time", time.as_str().into()));
    }
    let document = draft.document.as_table_mut();
    let item = document
        .entry("topics")
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let is_there = |filter: Option<&str>| filter == Some(topic.filter.as_str());
    let exists = || EditError::Exists {
        path: path.clone(),
        pointer: "/topics".to_owned(),
    };
    if let Some(tables) = item.as_array_of_tables_mut() {
        if tables
            .iter()
            .any(|t| is_there(t.get("filter").and_then(Item::as_str)))
        {
            return Err(exists());
        }
        let mut table = Table::new();
        for (key, content) in fields {
            table.insert(key, Item::Value(content));
        }
        // After the last topic, not at the end of the file.
        if let Some(last) = tables.iter().last() {
            table.set_position(last.position());
        }
        tables.push(table);
        return Ok(());
    }
    let Some(array) = item.as_array_mut() else {
        return Err(EditError::Missing {
            path,
            pointer: "/topics".to_owned(),
        });
    };
    let filters = array.iter().filter_map(Value::as_inline_table);
    if filters
        .filter_map(|t| t.get("filter"))
        .any(|f| is_there(f.as_str()))
    {
        return Err(exists());
    }
    let mut table = InlineTable::new();
    for (key, content) in fields {
        table.insert(key, content);
    }
    array.push(table);
    Ok(())
}

/// Writes a signal into the file of its model. Takes as long as the disk.
///
/// # Errors
/// As [`Draft::open`], [`add_signal`] and [`Draft::save`].
pub fn write_signal(
    origin: &Origin,
    signal: &NewSignal,
    permit: &EditPermit,
) -> Result<(), EditError> {
    let mut draft = Draft::open(&origin.file)?;
    add_signal(&mut draft, &origin.pointer, signal)?;
    draft.save(permit)
}

/// Writes a topic into a file. Takes as long as the disk.
///
/// # Errors
/// As [`Draft::open`], [`add_topic`] and [`Draft::save`].
pub fn write_topic(file: &Path, topic: &NewTopic, permit: &EditPermit) -> Result<(), EditError> {
    let mut draft = Draft::open(file)?;
    add_topic(&mut draft, topic)?;
    draft.save(permit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permit() -> EditPermit {
        crate::access::Session::default().edit_permit().unwrap()
    }

    fn with(before: &str, change: impl FnOnce(&mut Draft) -> Result<(), EditError>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, before).unwrap();
        let mut draft = Draft::open(&path).unwrap();
        change(&mut draft).unwrap();
        draft.save(&permit()).unwrap();
        std::fs::read_to_string(&path).unwrap()
    }

    fn oil() -> NewSignal {
        NewSignal {
            name: "oil".into(),
            field: "/WTRM/GbxOilTmp".into(),
            unit: "degC".into(),
            range: Some([30.0, 72.5]),
            part: Some(Part::Gearbox),
            ..NewSignal::default()
        }
    }

    #[test]
    fn a_signal_stands_after_the_last_one_and_nothing_else_changes() {
        let before = "# models\n[models.v80]\nname = 'V80' # old\n\n[models.v80.signals]\n\
                      # power\nactive_power  = { field = \"/W\" } # kW\nwind          = { field = \"/v\" }\n\n\
                      # rules\n[[rules]]\nname = \"x\"\n";
        let after = with(before, |d| add_signal(d, "/models/v80", &oil()));
        let line = "oil           = { field = \"/WTRM/GbxOilTmp\", unit = \"degC\", range = [30, 72.5], part = \"gearbox\" }\n";
        let expected = before.replace("\"/v\" }\n", &format!("\"/v\" }}\n{line}"));
        assert_eq!(after, expected);
    }

    #[test]
    fn the_form_of_the_other_signals_is_kept() {
        let dotted = "[models.m]\nhub_height_m = 70\nsignals.a = { field = \"/a\" }\n";
        let after = with(dotted, |d| add_signal(d, "/models/m", &oil()));
        assert!(
            after.starts_with(dotted) && after.contains("signals.oil = { field"),
            "{after}"
        );
        let tables = "[models.m.signals.a]\nfield = \"/a\"\n";
        let after = with(tables, |d| add_signal(d, "/models/m", &oil()));
        assert!(
            after.contains("[models.m.signals.oil]\nfield = "),
            "{after}"
        );
        let none = "[models.m]\nhub_height_m = 70\n\n[[rules]]\nname = \"x\"\n";
        let after = with(none, |d| add_signal(d, "/models/m", &oil()));
        assert!(
            after.contains("[models.m.signals]\noil = { field"),
            "{after}"
        );
        let at = |text: &str| after.find(text).unwrap();
        assert!(at("signals") < at("[[rules]]"), "{after}");
    }

    #[test]
    fn a_name_that_is_there_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "[models.m.signals]\noil = { field = \"/a\" }\n").unwrap();
        let mut draft = Draft::open(&path).unwrap();
        let error = add_signal(&mut draft, "/models/m", &oil()).unwrap_err();
        assert!(matches!(error, EditError::Exists { .. }), "{error}");
        let error = add_signal(&mut draft, "/models/x", &oil()).unwrap_err();
        assert!(matches!(error, EditError::Missing { .. }), "{error}");
    }

    #[test]
    fn a_topic_stands_after_the_others_in_their_form() {
        let topic = NewTopic {
            filter: "met/{turbine}/wind".into(),
            payload: PayloadFormat::Json,
            time: Some("/ts".into()),
        };
        let tables = "[[topics]]\nfilter = \"a/{turbine}\"\npayload = \"json\" # one\n\n[site]\nlatitude = 1\n";
        let after = with(tables, |d| add_topic(d, &topic));
        assert!(
            after.starts_with("[[topics]]\nfilter = \"a/{turbine}\""),
            "{after}"
        );
        assert!(
            after.contains(
                "[[topics]]\nfilter = \"met/{turbine}/wind\"\npayload = \"json\"\ntime = \"/ts\"\n"
            ),
            "{after}"
        );
        assert!(
            after.contains("# one") && after.contains("[site]\nlatitude = 1"),
            "{after}"
        );
        let inline = "topics = [{ filter = \"a/{turbine}\", payload = \"json\" }]\n";
        let after = with(inline, |d| add_topic(d, &topic));
        assert!(
            after.contains(", { filter = \"met/{turbine}/wind\""),
            "{after}"
        );
        let after = with("title = \"x\"\n", |d| add_topic(d, &topic));
        assert!(after.contains("[[topics]]\nfilter = \"met"), "{after}");
        let mut draft_of_same = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
        std::io::Write::write_all(&mut draft_of_same, after.as_bytes()).unwrap();
        assert!(matches!(
            write_topic(draft_of_same.path(), &topic, &permit()),
            Err(EditError::Exists { .. })
        ));
    }
}
