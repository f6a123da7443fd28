//! A payload, field by field, within bounds.

use serde_json::Value;

use super::SeenKind;

/// Larger payloads are not looked into.
const LARGEST: usize = 64 * 1024;
/// Deeper than this, what is nested is one value.
const DEEPEST: usize = 8;
/// Elements of an array that are looked at.
const MOST_ELEMENTS: usize = 8;
/// Fields of a payload that are looked at.
const MOST_FIELDS: usize = 256;
/// Characters of a value that are kept.
const LONGEST_VALUE: usize = 80;

/// A value that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub kind: SeenKind,
    pub number: Option<f64>,
    pub text: String,
}

impl Found {
    fn of(kind: SeenKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            number: None,
            text: text.into(),
        }
    }
}

/// Calls `give` with the pointer of each field and what is there. True if the payload is a JSON object
/// or array.
pub(super) fn walk(payload: &[u8], give: &mut dyn FnMut(&str, Found)) -> bool {
    let Ok(text) = std::str::from_utf8(payload) else {
        let words = format!("{} bytes that are no text", payload.len());
        give("", Found::of(SeenKind::Binary, words));
        return false;
    };
    let trimmed = text.trim();
    let begins_as_json = trimmed.starts_with(['{', '[']);
    if payload.len() > LARGEST {
        let words = format!("{} KiB: too large to look into", payload.len() / 1024);
        give("", Found::of(SeenKind::Nested, words));
        return false;
    }
    match serde_json::from_str::<Value>(trimmed) {
        Ok(value) if begins_as_json => {
            let (mut pointer, mut left) = (String::new(), MOST_FIELDS);
            below(&value, &mut pointer, 0, &mut left, give);
            true
        }
        Ok(value) => {
            give("", scalar(&value));
            false
        }
        Err(_) => {
            let kind = match begins_as_json {
                true => SeenKind::Malformed,
                false => SeenKind::Text,
            };
            give("", Found::of(kind, cut(trimmed)));
            false
        }
    }
}

fn below(
    value: &Value,
    pointer: &mut String,
    depth: usize,
    left: &mut usize,
    give: &mut dyn FnMut(&str, Found),
) {
    if *left == 0 {
        return;
    }
    let end = pointer.len();
    match value {
        Value::Object(members) if depth < DEEPEST && !members.is_empty() => {
            for (name, member) in members {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                below(member, pointer, depth + 1, left, give);
                pointer.truncate(end);
            }
        }
        Value::Array(elements) if depth < DEEPEST && !elements.is_empty() => {
            for (index, element) in elements.iter().take(MOST_ELEMENTS).enumerate() {
                pointer.push_str(&format!("/{index}"));
                below(element, pointer, depth + 1, left, give);
                pointer.truncate(end);
            }
        }
        value => {
            *left -= 1;
            give(pointer, scalar(value));
        }
    }
}

fn scalar(value: &Value) -> Found {
    match value {
        Value::Null => Found::of(SeenKind::Null, "null"),
        Value::Bool(value) => Found::of(SeenKind::Boolean, value.to_string()),
        Value::Number(number) => Found {
            kind: SeenKind::Number,
            number: number.as_f64(),
            text: number.to_string(),
        },
        Value::String(text) => Found::of(SeenKind::Text, cut(text)),
        Value::Array(elements) if elements.is_empty() => Found::of(SeenKind::Nested, "[]"),
        Value::Object(members) if members.is_empty() => Found::of(SeenKind::Nested, "{}"),
        Value::Array(_) => Found::of(SeenKind::Nested, "[…]"),
        Value::Object(_) => Found::of(SeenKind::Nested, "{…}"),
    }
}

/// The start of a text, on one line, without what cannot be shown.
pub(super) fn cut(text: &str) -> String {
    let mut chars = text.chars();
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = chars.by_ref().take(LONGEST_VALUE).map(shown).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(payload: &[u8]) -> (bool, Vec<(String, SeenKind, String)>) {
        let mut fields = Vec::new();
        let is_json = walk(payload, &mut |pointer, found| {
            fields.push((pointer.to_owned(), found.kind, found.text));
        });
        (is_json, fields)
    }

    #[test]
    fn objects_and_arrays_are_walked_and_names_escaped() {
        let (is_json, found) = fields(br#"{"a":{"b/c":1.5,"d":[true,"x"]},"e":null}"#);
        assert!(is_json);
        let pointers: Vec<_> = found
            .iter()
            .map(|(p, kind, _)| (p.as_str(), *kind))
            .collect();
        assert_eq!(
            pointers,
            [
                ("/a/b~1c", SeenKind::Number),
                ("/a/d/0", SeenKind::Boolean),
                ("/a/d/1", SeenKind::Text),
                ("/e", SeenKind::Null),
            ]
        );
    }

    #[test]
    fn what_is_no_json_is_one_bare_value() {
        let bare = |payload: &[u8]| {
            let (is_json, mut found) = fields(payload);
            assert!(!is_json && found.len() == 1, "{found:?}");
            found.remove(0).1
        };
        assert_eq!(bare(b"81.4"), SeenKind::Number);
        assert_eq!(bare(b"true"), SeenKind::Boolean);
        assert_eq!(bare(b"running"), SeenKind::Text);
        assert_eq!(bare(b""), SeenKind::Text);
        assert_eq!(bare(b"{\"a\":"), SeenKind::Malformed);
        assert_eq!(bare(b"\xff\xfe"), SeenKind::Binary);
        assert_eq!(bare(&vec![b'1'; LARGEST + 1]), SeenKind::Nested);
    }

    #[test]
    fn depth_width_and_length_are_bounded() {
        let deep = "{\"a\":".repeat(100) + "1" + &"}".repeat(100);
        let (_, found) = fields(deep.as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, SeenKind::Nested);
        let wide: Vec<String> = (0..1_000).map(|n| format!("\"f{n}\":{n}")).collect();
        let (_, found) = fields(format!("{{{}}}", wide.join(",")).as_bytes());
        assert_eq!(found.len(), MOST_FIELDS);
        let (_, found) = fields(format!("[{}]", "\"x\",".repeat(99) + "1").as_bytes());
        assert_eq!(found.len(), MOST_ELEMENTS);
        let (_, found) = fields(format!("{{\"a\":\"{}\"}}", "é".repeat(500)).as_bytes());
        assert_eq!(found[0].2.chars().count(), LONGEST_VALUE + 1);
    }
}
