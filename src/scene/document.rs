//! TOML files as JSON values, with the place of every key and value: all that touches `toml`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, Problems, quoted};
use super::source::{Place, Source};

/// Deeper than any key of a scene; what is deeper is not followed.
const DEEPEST: usize = 16;

/// A parsed file.
#[derive(Debug)]
pub(crate) struct Document {
    pub source: Rc<Source>,
    pub value: Value,
    /// It has syntax errors: parts of it are missing.
    pub is_partial: bool,
    /// The lines that have them.
    broken_lines: HashSet<usize>,
    root: Node,
}

/// Where a value stands, and what it contains.
#[derive(Debug, Default)]
struct Node {
    key: Range<usize>,
    span: Range<usize>,
    inner: Inner,
}

#[derive(Debug, Default)]
enum Inner {
    #[default]
    Plain,
    Table(HashMap<String, Node>),
    List(Vec<Node>),
}

impl Node {
    fn extent(&self) -> Range<usize> {
        let join = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        let own = match self.key.is_empty() {
            true => self.span.clone(),
            false => join(self.key.clone(), self.span.clone()),
        };
        let inner: Box<dyn Iterator<Item = &Self>> = match &self.inner {
            Inner::Plain => return own,
            Inner::Table(table) => Box::new(table.values()),
            Inner::List(list) => Box::new(list.iter()),
        };
        inner.map(Self::extent).fold(own, join)
    }
}

impl Document {
    /// Parses a file; every syntax error goes to `problems`.
    pub fn parse(source: Rc<Source>, text: &str, problems: &mut Problems) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        let is_partial = !errors.is_empty();
        let mut broken_lines = HashSet::new();
        for error in errors {
            let span = error.span().unwrap_or_else(|| long_key(text));
            let place = source.place(span);
            broken_lines.insert(place.line);
            problems.push(syntax_problem(place, error.message(), &source));
        }
        let span = table.span();
        let mut reading = Reading {
            source: &source,
            problems,
        };
        let (inner, value) = reading.table(table.get_ref(), 0);
        let root = Node {
            key: 0..0,
            span,
            inner,
        };
        Self {
            source,
            value,
            is_partial,
            broken_lines,
            root,
        }
    }

    /// Whether this line has a syntax error.
    pub fn is_broken_at(&self, line: usize) -> bool {
        self.broken_lines.contains(&line)
    }

    /// The place of the value that this JSON pointer leads to, or of what is nearest around it.
    pub fn place(&self, pointer: &str) -> Place {
        self.source.place(self.node(pointer).span.clone())
    }

    /// The place of the key that this JSON pointer leads to; in a list, of the value.
    pub fn key_place(&self, pointer: &str) -> Place {
        let node = self.node(pointer);
        let span = if node.key.is_empty() {
            node.span.clone()
        } else {
            node.key.clone()
        };
        self.source.place(span)
    }

    /// The bytes of the value that this JSON pointer leads to.
    pub fn span(&self, pointer: &str) -> Range<usize> {
        self.node(pointer).span.clone()
    }

    /// The place of bytes of the text that this JSON pointer leads to.
    pub fn text_place(&self, pointer: &str, part: Range<usize>) -> Place {
        let span = self.span(pointer);
        let raw = self.source.bytes.get(span.clone()).unwrap_or_default();
        let part = raw_range(std::str::from_utf8(raw).unwrap_or_default(), part);
        self.source
            .place(span.start + part.start..span.start + part.end)
    }

    /// The bytes from the first to the last of what the table that this JSON pointer leads to contains.
    pub fn extent(&self, pointer: &str) -> Range<usize> {
        self.node(pointer).extent()
    }

    /// The keys of the table that this JSON pointer leads to, in the order of the file.
    pub fn keys(&self, pointer: &str) -> Vec<&str> {
        let (Inner::Table(table), true) = (&self.node(pointer).inner, self.has(pointer)) else {
            return Vec::new();
        };
        let mut keys: Vec<(&String, &Node)> = table.iter().collect();
        keys.sort_by_key(|(_, node)| node.key.start);
        keys.into_iter().map(|(key, _)| key.as_str()).collect()
    }

    /// Whether there is a value that this JSON pointer leads to.
    pub fn has(&self, pointer: &str) -> bool {
        self.value.pointer(pointer).is_some()
    }

    fn node(&self, pointer: &str) -> &Node {
        let mut node = &self.root;
        for step in pointer.split('/').skip(1) {
            let inner = match &node.inner {
                Inner::Plain => None,
                Inner::Table(table) => table.get(&unescaped(step)),
                Inner::List(list) => step.parse().ok().and_then(|i: usize| list.get(i)),
            };
            match inner {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node
    }
}

/// A key as a step of a JSON pointer.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

pub(super) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The parser does not say where a key of too many parts is.
fn long_key(text: &str) -> Range<usize> {
    const MOST_PARTS: usize = 80;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.bytes().filter(|&b| b == b'.').count() + 1 >= MOST_PARTS {
            return start..start + line.trim_end().len();
        }
        start += line.len();
    }
    0..0
}

fn syntax_problem(place: Place, message: &str, source: &Source) -> Problem {
    let text = source.bytes.get(place.span.clone()).unwrap_or_default();
    let help = match message {
        m if m.starts_with("string values must be quoted") && text.is_empty() => {
            let problem = Problem::error("syntax", place, "not TOML: there is no value");
            return problem;
        }
        m if m.contains("duplicate key") => {
            let key = String::from_utf8_lossy(text);
            Some(format!(
                "{} is given twice in this table",
                quoted(key.trim())
            ))
        }
        m if m.contains("recurs") => Some("nothing in a scene is nested this deeply".to_owned()),
        _ => None,
    };
    Problem::error("syntax", place, format!("not TOML: {message}")).maybe_help(help)
}

struct Reading<'a> {
    source: &'a Source,
    problems: &'a mut Problems,
}

impl Reading<'_> {
    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> (Inner, Value) {
        let mut nodes = HashMap::with_capacity(table.len());
        let mut values = serde_json::Map::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let (inner, json) = self.value(value.get_ref(), value.span(), depth + 1);
            let node = Node {
                key: key.span(),
                span: value.span(),
                inner,
            };
            nodes.insert(name.to_owned(), node);
            values.insert(name.to_owned(), json);
        }
        (Inner::Table(nodes), Value::Object(values))
    }

    fn value(&mut self, value: &DeValue<'_>, span: Range<usize>, depth: usize) -> (Inner, Value) {
        if depth > DEEPEST {
            let place = self.source.place(span);
            let problem = Problem::error("too-deep", place, "nested too deeply");
            let help = "nothing in a scene is nested this deeply";
            self.problems.push(problem.help(help));
            return (Inner::Plain, Value::Null);
        }
        match value {
            DeValue::Table(table) => self.table(table, depth),
            DeValue::Array(list) => {
                let mut nodes = Vec::with_capacity(list.len());
                let mut values = Vec::with_capacity(list.len());
                for item in list.iter() {
                    let (inner, json) = self.value(item.get_ref(), item.span(), depth + 1);
                    nodes.push(Node {
                        key: 0..0,
                        span: item.span(),
                        inner,
                    });
                    values.push(json);
                }
                (Inner::List(nodes), Value::Array(values))
            }
            DeValue::String(text) => (Inner::Plain, Value::String(text.clone().into_owned())),
            DeValue::Boolean(truth) => (Inner::Plain, Value::Bool(*truth)),
            DeValue::Integer(number) => {
                let (digits, radix) = (number.as_str(), number.radix());
                let json = i64::from_str_radix(digits, radix)
                    .map(Value::from)
                    .or_else(|_| u64::from_str_radix(digits, radix).map(Value::from))
                    .unwrap_or_else(|_| {
                        self.unusable(span, "a whole number of more than 64 bits");
                        Value::Null
                    });
                (Inner::Plain, json)
            }
            DeValue::Float(number) => {
                let parsed: Option<f64> = number.as_str().parse().ok();
                let json = parsed
                    .and_then(serde_json::Number::from_f64)
                    .map(Value::Number)
                    .unwrap_or_else(|| {
                        self.unusable(span, "not a finite number");
                        Value::Null
                    });
                (Inner::Plain, json)
            }
            DeValue::Datetime(_) => {
                self.unusable(span, "a date or time, which no key of a scene takes");
                (Inner::Plain, Value::Null)
            }
        }
    }

    /// Values that become `null`, of which nothing else is said.
    fn unusable(&mut self, span: Range<usize>, what: &str) {
        let place = self.source.place(span.clone());
        let text = self.source.bytes.get(span).unwrap_or_default();
        let text = quoted(&String::from_utf8_lossy(text));
        let problem = Problem::error("bad-value", place, format!("{text} is {what}"));
        self.problems.push(problem);
    }
}

/// The bytes of a TOML string as written (`raw`, quotes included) that stand for these bytes of the
/// text that it means.
pub(super) fn raw_range(raw: &str, meant: Range<usize>) -> Range<usize> {
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let Some(quote) = quotes.into_iter().find(|q| raw.starts_with(q)) else {
        return meant.start.min(raw.len())..meant.end.min(raw.len());
    };
    let has_escapes = quote.starts_with('"');
    let mut at = quote.len();
    if quote.len() == 3 {
        let body = raw.get(at..).unwrap_or_default();
        at += if body.starts_with("\r\n") {
            2
        } else {
            usize::from(body.starts_with('\n'))
        };
    }
    let end = raw.len().saturating_sub(quote.len()).max(at);
    let mut decoded = 0;
    let mut start = None;
    while at < end {
        if decoded >= meant.start && start.is_none() {
            start = Some(at);
        }
        if decoded >= meant.end && start.is_some_and(|s| at > s || meant.is_empty()) {
            break;
        }
        let (taken, stands_for) = unit(raw.get(at..end).unwrap_or_default(), has_escapes);
        at += taken;
        decoded += stands_for;
    }
    start.unwrap_or(at)..at
}

/// The length of the next character or escape, and of the text that it stands for.
fn unit(rest: &str, has_escapes: bool) -> (usize, usize) {
    let mut chars = rest.chars();
    let first = chars.next().map_or(1, char::len_utf8);
    if !has_escapes || !rest.starts_with('\\') {
        return (first, first);
    }
    let digits = match chars.next() {
        Some('u') => 4,
        Some('U') => 8,
        Some('x') => 2,
        Some(c) if c.is_whitespace() => {
            // A backslash at the end of a line takes the line end and what is blank after it.
            let blank = rest.get(1..).unwrap_or_default();
            return (rest.len() - blank.trim_start().len(), 0);
        }
        _ => return (2.min(rest.len()), 1),
    };
    let code = rest.get(2..2 + digits).unwrap_or_default();
    let meant = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
    (2 + digits, meant.map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(raw: &str) -> String {
        let table = format!("x = {raw}");
        let table: toml::Table = table.parse().unwrap();
        table["x"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_place_in_a_text_is_found_where_it_is_written() {
        for raw in [
            r#""a > BAD""#,
            r#""\"ö\u00e4\U0001F600\t\\ > BAD + 1""#,
            r"'a\n > BAD'",
            "'''\na\n > BAD'''",
            "\"\"\"\na \\\n   \n  > BAD\n\"\"\"",
            "\"\"\"a\n\\\"> BAD\n\"\"\"",
        ] {
            let text = meant(raw);
            let at = text.find("BAD").unwrap();
            let range = raw_range(raw, at..at + 3);
            assert_eq!(&raw[range], "BAD", "{raw}");
        }
    }

    #[test]
    fn the_end_of_a_text_is_before_the_quote() {
        assert_eq!(raw_range("\"abc\"", 3..3), 4..4);
        assert_eq!(raw_range("\"\"", 0..0), 1..1);
    }
}
