//! A file against the JSON Schema: unknown and missing keys, wrong types, values outside their range.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::types::JsonType;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::document::{Document, escaped, unescaped};
use super::problem::{Problem, Problems, nearest, quoted, suggestion};
use super::schema::SCHEMA;

static VALIDATOR: LazyLock<Option<Validator>> =
    LazyLock::new(|| jsonschema::validator_for(&SCHEMA).ok());

/// JSON pointers to the values that cannot be used.
#[derive(Debug, Default)]
pub(super) struct Unusable(BTreeSet<String>);

impl Unusable {
    /// Whether the value at this pointer, or anything in it, cannot be used.
    pub fn touches(&self, pointer: &str) -> bool {
        let is_inside = |p: &String| {
            p.strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.0
            .range(pointer.to_owned()..)
            .take_while(|p| p.starts_with(pointer))
            .any(is_inside)
    }
}

/// Reports what in a file does not fit the schema, and takes the unknown keys out of its value, so
/// that the rest can be read.
pub(super) fn validate(document: &mut Document, problems: &mut Problems) -> Unusable {
    let mut unusable = Unusable::default();
    let Some(validator) = VALIDATOR.as_ref() else {
        let place = document.place("");
        let message = "this program's own scene schema cannot be used";
        problems.push(Problem::error("internal", place, message));
        return unusable;
    };
    let mut unknown_keys: Vec<(String, String)> = Vec::new();
    // Keys that are missing because they are misspelt.
    let mut misspelt: BTreeSet<(String, String)> = BTreeSet::new();
    let errors: Vec<ValidationError<'_>> = validator.iter_errors(&document.value).collect();
    for error in &errors {
        let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() else {
            continue;
        };
        let table = error.instance_path().as_str();
        let known = known_keys(error);
        for key in unexpected {
            let pointer = format!("{table}/{}", escaped(key));
            let place = document.key_place(&pointer);
            unknown_keys.push((table.to_owned(), key.clone()));
            if document.is_broken_at(place.line) {
                continue;
            }
            let within = human(table);
            let message = if within.is_empty() {
                format!("unknown key {}", quoted(key))
            } else {
                format!("unknown key {} in `{within}`", quoted(key))
            };
            let problem = Problem::error("unknown-key", place, message);
            // A file of nothing but unknown keys must not take long.
            if problems.is_full() {
                problems.push(problem);
                continue;
            }
            let help = suggestion(key, known.iter().copied(), "the keys here are");
            problems.push(problem.maybe_help(help));
            if let Some(meant) = nearest(key, known.iter().copied()) {
                misspelt.insert((table.to_owned(), meant.to_owned()));
            }
        }
    }
    for error in &errors {
        let pointer = error.instance_path().as_str();
        let found = error.instance();
        if found.is_null() {
            // Told when it was read.
            unusable.0.insert(pointer.to_owned());
            continue;
        }
        if let ValidationErrorKind::Required { property } = error.kind() {
            unusable.0.insert(pointer.to_owned());
            let key = property.as_str().unwrap_or_default();
            let is_misspelt = misspelt.contains(&(pointer.to_owned(), key.to_owned()));
            if !is_misspelt && !document.is_partial {
                let message = missing(key, pointer);
                let place = document.key_place(pointer);
                problems.push(Problem::error("missing-key", place, message));
            }
            continue;
        }
        if let Some(problem) = value_problem(error, document) {
            unusable.0.insert(pointer.to_owned());
            // What is left of a line with a syntax error is not what was meant.
            if !document.is_broken_at(problem.line) {
                problems.push(problem);
            }
        }
    }
    drop(errors);
    for (table, key) in unknown_keys {
        if let Some(Value::Object(table)) = document.value.pointer_mut(&table) {
            table.remove(&key);
        }
    }
    unusable
}

/// `missing key `id` in `turbines``.
pub(super) fn missing(key: &str, table: &str) -> String {
    let within = human(table);
    if within.is_empty() {
        format!("missing key `{key}`")
    } else {
        format!("missing key `{key}` in `{within}`")
    }
}

/// The problem of a value, or nothing where a later check tells it better.
fn value_problem(error: &ValidationError<'_>, document: &Document) -> Option<Problem> {
    use ValidationErrorKind as Kind;
    let pointer = error.instance_path().as_str();
    let name = human(pointer);
    let found = error.instance();
    let mut code = "bad-value";
    let mut help = None;
    let message = match error.kind() {
        Kind::AdditionalProperties { .. } | Kind::Pattern { .. } => return None,
        Kind::Type { kind } => {
            code = "wrong-type";
            format!(
                "`{name}` must be {}, not {}",
                expected(kind),
                described(found)
            )
        }
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            choice(&name, found, options.iter().collect(), &mut help)
        }
        Kind::OneOfNotValid { context } => {
            let constants = context.iter().flatten().filter_map(|e| match e.kind() {
                Kind::Constant { expected_value } => Some(&**expected_value),
                _ => None,
            });
            choice(&name, found, constants.collect(), &mut help)
        }
        Kind::Minimum { limit } => format!("`{name}` must be {limit} or more, not {found}"),
        Kind::Maximum { limit } => format!("`{name}` must be {limit} or less, not {found}"),
        Kind::ExclusiveMinimum { limit } => format!("`{name}` must be over {limit}, not {found}"),
        Kind::MinItems { limit } | Kind::MaxItems { limit } => {
            let count = found.as_array().map_or(0, Vec::len);
            format!("`{name}` must be a list of {limit}, not of {count}")
        }
        _ => format!("`{name}`: {}", error.masked()),
    };
    Some(Problem::error(code, document.place(pointer), message).maybe_help(help))
}

fn choice(name: &str, found: &Value, options: Vec<&Value>, help: &mut Option<String>) -> String {
    let names: Vec<&str> = options.iter().filter_map(|o| o.as_str()).collect();
    let listed: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    let listed = match listed.as_slice() {
        [first, second] => format!("{first} or {second}"),
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        all => all.join(", "),
    };
    if let Some(text) = found.as_str()
        && let Some(meant) = nearest(text, names)
    {
        *help = Some(format!("did you mean \"{meant}\"?"));
    }
    format!("`{name}` must be {listed}, not {}", described(found))
}

fn expected(kind: &TypeKind) -> String {
    let word = |kind: JsonType| match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a table",
        JsonType::String => "a text",
    };
    match kind {
        TypeKind::Single(kind) => word(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

fn described(found: &Value) -> String {
    match found {
        Value::Null => "nothing".to_owned(),
        Value::Bool(truth) => format!("{truth}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => {
            let shown = quoted(text);
            format!("the text \"{}\"", shown.trim_matches('`'))
        }
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a table".to_owned(),
    }
}

/// The keys that the table of an unknown key may have.
fn known_keys(error: &ValidationError<'_>) -> Vec<&'static str> {
    let path = error.schema_path().as_str();
    let table = path.rsplit_once('/').map_or("", |(table, _)| table);
    let properties = SCHEMA.pointer(table).and_then(|t| t.get("properties"));
    let keys = properties.and_then(Value::as_object).map(|p| p.keys());
    keys.into_iter().flatten().map(String::as_str).collect()
}

/// A JSON pointer as people write it: `models.v80.signals`, without numbers in lists.
pub(super) fn human(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1);
    let names = steps.filter(|s| s.is_empty() || !s.bytes().all(|b| b.is_ascii_digit()));
    let names: Vec<String> = names
        .map(|s| unescaped(s).chars().take(60).collect())
        .collect();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_can_be_used() {
        assert!(VALIDATOR.is_some());
    }

    #[test]
    fn only_what_is_inside_touches() {
        let unusable = Unusable(["/rules/1/part".to_owned(), "/site".to_owned()].into());
        assert!(unusable.touches("/rules/1"));
        assert!(unusable.touches("/site"));
        assert!(!unusable.touches("/rules/10"));
        assert!(!unusable.touches("/rules/1/part/x"));
        assert!(!unusable.touches("/sit"));
    }
}
