//! JSON with the place of every value, read without recursion and within limits.

use std::ops::Range;
use std::rc::Rc;

use crate::scene::source::{Place, Source};

/// Deeper than anything that means something in a scene.
const DEEPEST: usize = 256;
/// A node of a scene is about forty values.
const MOST_VALUES: usize = 4_000_000;

/// A parsed file.
#[derive(Debug)]
pub(super) struct Json {
    source: Rc<Source>,
    values: Vec<Stored>,
}

/// Why a file is not JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub at: usize,
    pub message: &'static str,
}

#[derive(Debug)]
struct Stored {
    span: Range<usize>,
    data: Data,
}

#[derive(Debug)]
enum Data {
    Null,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    List(Vec<u32>),
    Table(Vec<Member>),
}

#[derive(Debug)]
struct Member {
    name: Box<str>,
    key: Range<usize>,
    value: u32,
}

/// A value of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    json: &'a Json,
    stored: &'a Stored,
}

impl Json {
    /// Parses text as `JSON.parse` does.
    pub fn parse(source: &Rc<Source>) -> Result<Self, Fault> {
        let mut parser = Parser {
            bytes: &source.bytes,
            at: 0,
            values: Vec::new(),
        };
        parser.document()?;
        Ok(Self {
            source: Rc::clone(source),
            values: parser.values,
        })
    }

    /// The whole document.
    pub fn root(&self) -> Option<Value<'_>> {
        self.value(0)
    }

    fn value(&self, index: u32) -> Option<Value<'_>> {
        let stored = self.values.get(index as usize)?;
        Some(Value { json: self, stored })
    }
}

impl<'a> Value<'a> {
    /// The member of this name; of several with one name the last, as in JavaScript.
    pub fn get(self, name: &str) -> Option<Self> {
        let Data::Table(members) = &self.stored.data else {
            return None;
        };
        let member = members.iter().rev().find(|m| *m.name == *name)?;
        self.json.value(member.value)
    }

    /// The same, but nothing for `null`.
    pub fn some(self, name: &str) -> Option<Self> {
        self.get(name).filter(|v| !v.is_null())
    }

    /// Members in the order of the file, with the place of their names.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Place, Self)> {
        let members = match &self.stored.data {
            Data::Table(members) => members.as_slice(),
            _ => &[],
        };
        members.iter().filter_map(move |member| {
            let place = self.json.source.place(member.key.clone());
            Some((&*member.name, place, self.json.value(member.value)?))
        })
    }

    /// What is in the list; nothing of what is none.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let items = match &self.stored.data {
            Data::List(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter_map(move |&i| self.json.value(i))
    }

    pub fn is_list(self) -> bool {
        matches!(self.stored.data, Data::List(_))
    }

    pub fn is_table(self) -> bool {
        matches!(self.stored.data, Data::Table(_))
    }

    pub fn is_null(self) -> bool {
        matches!(self.stored.data, Data::Null)
    }

    pub fn text(self) -> Option<&'a str> {
        match &self.stored.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(self) -> Option<f64> {
        match self.stored.data {
            Data::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Whether JavaScript takes it for true.
    pub fn is_truthy(self) -> bool {
        match &self.stored.data {
            Data::Null => false,
            Data::Bool(truth) => *truth,
            Data::Number(number) => *number != 0.0 && !number.is_nan(),
            Data::Text(text) => !text.is_empty(),
            Data::List(_) | Data::Table(_) => true,
        }
    }

    /// `Number(…)` of JavaScript; NaN for what is no number.
    pub fn as_number(self) -> f64 {
        match &self.stored.data {
            Data::Null => 0.0,
            Data::Bool(truth) => f64::from(u8::from(*truth)),
            Data::Number(number) => *number,
            Data::Text(text) => number_of_text(text),
            Data::List(_) | Data::Table(_) => f64::NAN,
        }
    }

    /// The value as it is written.
    pub fn source(self) -> &'a str {
        let bytes = self.json.source.bytes.get(self.stored.span.clone());
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }

    pub fn place(self) -> Place {
        self.json.source.place(self.stored.span.clone())
    }

    /// The place of these bytes of the text that it means.
    pub fn place_within(self, part: Range<usize>) -> Place {
        let raw = crate::scene::document::raw_range(self.source(), part);
        let start = self.stored.span.start;
        self.json.source.place(start + raw.start..start + raw.end)
    }
}

/// A text as JavaScript turns it into a number.
pub(super) fn number_of_text(text: &str) -> f64 {
    let text = text.trim();
    let is_plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match text {
        "" => 0.0,
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if is_plain => text.parse().unwrap_or(f64::NAN),
        _ => {
            let digits = |radix: u32, rest: &str| u64::from_str_radix(rest, radix).ok();
            let whole = match text.get(..2) {
                Some("0x" | "0X") => digits(16, text.get(2..).unwrap_or_default()),
                Some("0o" | "0O") => digits(8, text.get(2..).unwrap_or_default()),
                Some("0b" | "0B") => digits(2, text.get(2..).unwrap_or_default()),
                _ => None,
            };
            whole.map_or(f64::NAN, |w| w as f64)
        }
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Stored>,
}

impl Parser<'_> {
    fn document(&mut self) -> Result<(), Fault> {
        // Lists and tables that are open.
        let mut open: Vec<u32> = Vec::new();
        let mut key: Option<(Box<str>, Range<usize>)> = None;
        loop {
            self.skip_blanks();
            let index = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
            if self.values.len() >= MOST_VALUES {
                return self.fault("more than 4,000,000 values");
            }
            let start = self.at;
            let data = match self.peek() {
                Some(b'{') => Data::Table(Vec::new()),
                Some(b'[') => Data::List(Vec::new()),
                Some(b'"') => Data::Text(self.text()?),
                Some(b'-' | b'0'..=b'9') => Data::Number(self.number()?),
                Some(b't') => self.word("true", Data::Bool(true))?,
                Some(b'f') => self.word("false", Data::Bool(false))?,
                Some(b'n') => self.word("null", Data::Null)?,
                Some(_) => return self.fault("expected a value"),
                None => return self.fault("the file ends where a value should be"),
            };
            self.attach(open.last().copied(), index, key.take());
            let is_container = matches!(data, Data::Table(_) | Data::List(_));
            let is_table = matches!(data, Data::Table(_));
            let span = start..self.at;
            self.values.push(Stored { span, data });
            if is_container {
                if open.len() >= DEEPEST {
                    return self.fault("nested more than 256 deep");
                }
                self.at += 1;
                self.skip_blanks();
                let close = if is_table { b'}' } else { b']' };
                open.push(index);
                if self.peek() != Some(close) {
                    key = if is_table { Some(self.key()?) } else { None };
                    continue;
                }
            }
            // After a value, or before the end of an empty list or table.
            loop {
                self.skip_blanks();
                let Some(&container) = open.last() else {
                    return match self.peek() {
                        None => Ok(()),
                        Some(_) => self.fault("something follows the end of the document"),
                    };
                };
                let is_table = self.is_table(container);
                match (self.peek(), is_table) {
                    (Some(b','), _) => {
                        self.at += 1;
                        self.skip_blanks();
                        key = if is_table { Some(self.key()?) } else { None };
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        if let Some(stored) = self.values.get_mut(container as usize) {
                            stored.span.end = self.at;
                        }
                        open.pop();
                    }
                    (None, _) => return self.fault("the file ends too early"),
                    (Some(_), true) => return self.fault("expected `,` or `}`"),
                    (Some(_), false) => return self.fault("expected `,` or `]`"),
                }
            }
        }
    }

    fn is_table(&self, index: u32) -> bool {
        let stored = self.values.get(index as usize);
        matches!(stored.map(|s| &s.data), Some(Data::Table(_)))
    }

    fn attach(&mut self, to: Option<u32>, value: u32, key: Option<(Box<str>, Range<usize>)>) {
        let Some(stored) = to.and_then(|at| self.values.get_mut(at as usize)) else {
            return;
        };
        match (&mut stored.data, key) {
            (Data::List(items), _) => items.push(value),
            (Data::Table(members), Some((name, key))) => members.push(Member { name, key, value }),
            _ => {}
        }
    }

    fn key(&mut self) -> Result<(Box<str>, Range<usize>), Fault> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.fault("expected a name in double quotes");
        }
        let name = self.text()?;
        let span = start..self.at;
        self.skip_blanks();
        if self.peek() != Some(b':') {
            return self.fault("expected `:`");
        }
        self.at += 1;
        Ok((name, span))
    }

    fn word(&mut self, word: &str, data: Data) -> Result<Data, Fault> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return self.fault("expected a value");
        }
        self.at += word.len();
        Ok(data)
    }

    fn number(&mut self) -> Result<f64, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return self.fault("a digit is missing"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        Ok(text.parse().unwrap_or(f64::NAN))
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return self.fault("a digit is missing");
        }
        Ok(())
    }

    /// The text that begins here, in double quotes.
    fn text(&mut self) -> Result<Box<str>, Fault> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let start = self.at;
            while self
                .peek()
                .is_some_and(|b| b != b'"' && b != b'\\' && b >= 0x20)
            {
                self.at += 1;
            }
            let plain = self.bytes.get(start..self.at).unwrap_or_default();
            text.push_str(&String::from_utf8_lossy(plain));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text.into());
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return self.fault("a text has a control character in it"),
                None => return self.fault("a text is not closed"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex()?;
                let has_second = (0xD800..0xDC00).contains(&first)
                    && self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
                if !has_second {
                    return Ok(char::from_u32(first).unwrap_or('\u{FFFD}'));
                }
                let before = self.at;
                self.at += 2;
                let second = self.hex()?;
                if (0xDC00..0xE000).contains(&second) {
                    let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                    return Ok(char::from_u32(code).unwrap_or('\u{FFFD}'));
                }
                // Half a pair, and then another character.
                self.at = before;
                '\u{FFFD}'
            }
            _ => {
                self.at -= 1;
                return self.fault("a backslash has no meaning here");
            }
        })
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let digits = self.bytes.get(self.at..self.at + 4).unwrap_or_default();
        let is_hex = digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
        let code = std::str::from_utf8(digits)
            .ok()
            .filter(|_| is_hex)
            .and_then(|d| u32::from_str_radix(d, 16).ok());
        let Some(code) = code else {
            return self.fault("`\\u` needs four hexadecimal digits");
        };
        self.at += 4;
        Ok(code)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault {
            at: self.at,
            message,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, Fault> {
        Json::parse(&Rc::new(Source::new("a.json".into(), text.into())))
    }

    /// As serde_json has it.
    fn plain(value: Value<'_>) -> serde_json::Value {
        match &value.stored.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(truth) => (*truth).into(),
            Data::Number(number) => (*number).into(),
            Data::Text(text) => text.as_ref().into(),
            Data::List(_) => value.items().map(plain).collect(),
            Data::Table(_) => value
                .members()
                .map(|(name, _, value)| (name.to_owned(), plain(value)))
                .collect(),
        }
    }

    #[test]
    fn what_is_json_is_read_as_others_read_it() {
        for text in [
            "null",
            " [ ] ",
            "{}",
            "[[],{},[{}]]",
            r#"{"a": [1.5, -2e3, 0.125E+1, true, false, null], "b": {"c": "d\n\"\\\/\u00e4\ud83d\ude00"}}"#,
            "\"ä\"",
        ] {
            let json = parse(text).unwrap_or_else(|f| panic!("{text}: {f:?}"));
            let other: serde_json::Value = serde_json::from_str(text).unwrap();
            let own = plain(json.root().unwrap());
            let same = serde_json::to_string(&own).unwrap();
            let as_floats = |v: &serde_json::Value| v.to_string().replace(".0", "");
            assert_eq!(as_floats(&own), as_floats(&other), "{same}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused_where_it_ceases_to_be() {
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("{\"a\":1,}", 7),
            ("01", 1),
            ("[1 2]", 3),
            ("'a'", 0),
            ("\"a", 2),
            ("\"\\x\"", 2),
            ("nul", 0),
            ("1 1", 2),
            ("-", 1),
            ("\"\\u12\"", 3),
            ("\"a\nb\"", 2),
        ] {
            let fault = parse(text).expect_err(text);
            assert_eq!(fault.at, at, "{text}: {}", fault.message);
        }
    }

    #[test]
    fn depth_is_bounded_and_costs_no_stack() {
        let deep = "[".repeat(1_000_000);
        assert_eq!(
            parse(&deep).unwrap_err().message,
            "nested more than 256 deep"
        );
        let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        assert!(parse(&nested).is_ok());
    }

    #[test]
    fn of_two_members_with_one_name_the_last_counts() {
        let json = parse(r#"{"a": 1, "a": 2}"#).unwrap();
        let value = json.root().unwrap().get("a").unwrap();
        assert_eq!(value.number(), Some(2.0));
        assert_eq!(value.place().column, 15);
    }

    #[test]
    fn texts_become_numbers_as_in_javascript() {
        assert_eq!(number_of_text(" 12 "), 12.0);
        assert_eq!(number_of_text(""), 0.0);
        assert_eq!(number_of_text("0x10"), 16.0);
        assert!(number_of_text("12px").is_nan());
        assert!(number_of_text("nan").is_nan());
    }
}
