//! JavaScript's values, as far as Jexl meets them, and how they turn into each other.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

/// A value. Arrays and objects are the same only if they are one and the same.
#[derive(Debug, Clone)]
pub enum JsValue {
    /// What does not exist.
    Undefined,
    /// `null`
    Null,
    /// True or false.
    Boolean(bool),
    /// A number, NaN and infinities included.
    Number(f64),
    /// A text.
    Text(Arc<str>),
    /// A list.
    Array(Arc<Vec<Self>>),
    /// A table, in the order in which it was written.
    Object(Arc<Vec<(Arc<str>, Self)>>),
    /// A method that JavaScript's values have: true, and nothing else.
    Method(&'static str),
}

impl JsValue {
    /// From JSON.
    pub fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(truth) => Self::Boolean(*truth),
            Json::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Self::Text(text.as_str().into()),
            Json::Array(all) => Self::Array(Arc::new(all.iter().map(Self::from_json).collect())),
            Json::Object(table) => {
                let entry = |(key, value): (&String, &Json)| {
                    (Arc::from(key.as_str()), Self::from_json(value))
                };
                Self::Object(Arc::new(table.iter().map(entry).collect()))
            }
        }
    }

    /// As `JSON.stringify` writes it; `None` for what it leaves out.
    pub fn to_json(&self) -> Option<Json> {
        Some(match self {
            Self::Undefined | Self::Method(_) => return None,
            Self::Null => Json::Null,
            Self::Boolean(truth) => Json::Bool(*truth),
            // Whole numbers without a point; NaN and infinities have no JSON.
            Self::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => json!(*n as i64),
            Self::Number(n) => json!(n),
            Self::Text(text) => Json::String((**text).to_owned()),
            Self::Array(all) => {
                let items = all.iter().map(|v| v.to_json().unwrap_or(Json::Null));
                Json::Array(items.collect())
            }
            Self::Object(table) => {
                let entries = table.iter();
                let entries =
                    entries.filter_map(|(key, value)| Some(((**key).to_owned(), value.to_json()?)));
                Json::Object(entries.collect::<Map<String, Json>>())
            }
        })
    }

    /// What it is: `number`, `nan`, `inf`, `-inf`, `boolean`, `string`, `null`, `undefined`, `json`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Number(n) if n.is_nan() => "nan",
            Self::Number(n) if *n == f64::INFINITY => "inf",
            Self::Number(n) if *n == f64::NEG_INFINITY => "-inf",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Array(_) | Self::Object(_) => "json",
            Self::Method(_) => "function",
        }
    }

    /// Whether a condition takes it for true.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Boolean(truth) => *truth,
            Self::Number(n) => *n != 0.0 && !n.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Array(_) | Self::Object(_) | Self::Method(_) => true,
        }
    }

    /// `Number(value)`
    pub fn to_number(&self) -> f64 {
        match self {
            Self::Undefined | Self::Object(_) | Self::Method(_) => f64::NAN,
            Self::Null => 0.0,
            Self::Boolean(truth) => f64::from(*truth),
            Self::Number(n) => *n,
            Self::Text(text) => text_to_number(text),
            Self::Array(_) => text_to_number(&self.to_text()),
        }
    }

    /// `String(value)`
    pub fn to_text(&self) -> Arc<str> {
        match self {
            Self::Undefined => "undefined".into(),
            Self::Null => "null".into(),
            Self::Boolean(true) => "true".into(),
            Self::Boolean(false) => "false".into(),
            Self::Number(n) => ryu_js::Buffer::new().format(*n).into(),
            Self::Text(text) => Arc::clone(text),
            Self::Array(all) => {
                let items = all.iter().map(|item| match item {
                    Self::Undefined | Self::Null => "".into(),
                    item => item.to_text(),
                });
                items.collect::<Vec<Arc<str>>>().join(",").into()
            }
            Self::Object(_) => "[object Object]".into(),
            Self::Method(name) => format!("function {name}() {{ [native code] }}").into(),
        }
    }

    /// Lists and tables as texts, which is what operators make of them.
    fn to_primitive(&self) -> Self {
        match self {
            Self::Array(_) | Self::Object(_) | Self::Method(_) => Self::Text(self.to_text()),
            other => other.clone(),
        }
    }

    /// `a + b`
    pub fn add(&self, other: &Self) -> Self {
        let (a, b) = (self.to_primitive(), other.to_primitive());
        if matches!(a, Self::Text(_)) || matches!(b, Self::Text(_)) {
            return Self::Text(format!("{}{}", a.to_text(), b.to_text()).into());
        }
        Self::Number(a.to_number() + b.to_number())
    }

    /// `a === b`
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => Arc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            (Self::Method(a), Self::Method(b)) => a == b,
            _ => false,
        }
    }

    /// `a == b`
    pub fn equals(&self, other: &Self) -> bool {
        use JsValue::{Array, Boolean, Method, Null, Number, Object, Text, Undefined};
        match (self, other) {
            (Undefined | Null, Undefined | Null) => true,
            (Undefined | Null, _) | (_, Undefined | Null) => false,
            (Array(_) | Object(_) | Method(_), Array(_) | Object(_) | Method(_)) => {
                self.is_same(other)
            }
            (Array(_) | Object(_) | Method(_), _) => self.to_primitive().equals(other),
            (_, Array(_) | Object(_) | Method(_)) => self.equals(&other.to_primitive()),
            (Boolean(a), Boolean(b)) => a == b,
            (Text(a), Text(b)) => a == b,
            (Number(_) | Boolean(_) | Text(_), _) => self.to_number() == other.to_number(),
        }
    }

    /// Which comes first; `None` where neither does, nor are they level.
    pub fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        let (a, b) = (self.to_primitive(), other.to_primitive());
        if let (Self::Text(a), Self::Text(b)) = (&a, &b) {
            return Some(a.encode_utf16().cmp(b.encode_utf16()));
        }
        a.to_number().partial_cmp(&b.to_number())
    }

    /// `value[key]`; `None` of undefined and null, which is an error.
    pub fn property(&self, key: &str) -> Option<Self> {
        let index = || key.parse::<usize>().ok().filter(|i| i.to_string() == key);
        let method = |names: &[&'static str]| {
            let all = names.iter().chain(&OBJECT_METHODS);
            all.copied()
                .find(|n| *n == key)
                .map_or(Self::Undefined, Self::Method)
        };
        Some(match self {
            Self::Undefined | Self::Null => return None,
            Self::Boolean(_) | Self::Method(_) => method(&[]),
            Self::Number(_) => method(&["toExponential", "toFixed", "toPrecision"]),
            Self::Text(text) => match index() {
                _ if key == "length" => Self::Number(text.encode_utf16().count() as f64),
                Some(index) => match text.encode_utf16().nth(index) {
                    Some(unit) => Self::Text(String::from_utf16_lossy(&[unit]).into()),
                    None => Self::Undefined,
                },
                None => method(&TEXT_METHODS),
            },
            Self::Array(all) => match index() {
                _ if key == "length" => Self::Number(all.len() as f64),
                Some(index) => all.get(index).cloned().unwrap_or(Self::Undefined),
                None => method(&ARRAY_METHODS),
            },
            Self::Object(table) => match table.iter().find(|(k, _)| &**k == key) {
                Some((_, value)) => value.clone(),
                None => method(&[]),
            },
        })
    }
}

const OBJECT_METHODS: [&str; 11] = [
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

const TEXT_METHODS: [&str; 34] = [
    "at",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "isWellFormed",
    "lastIndexOf",
    "localeCompare",
    "match",
    "matchAll",
    "normalize",
    "padEnd",
    "padStart",
    "repeat",
    "replace",
    "replaceAll",
    "search",
    "slice",
    "split",
    "startsWith",
    "substr",
    "substring",
    "toLocaleLowerCase",
    "toLocaleUpperCase",
    "toLowerCase",
    "toUpperCase",
    "toWellFormed",
    "trim",
    "trimEnd",
    "trimStart",
    "link",
];

const ARRAY_METHODS: [&str; 37] = [
    "at",
    "concat",
    "copyWithin",
    "entries",
    "every",
    "fill",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flat",
    "flatMap",
    "forEach",
    "includes",
    "indexOf",
    "join",
    "keys",
    "lastIndexOf",
    "map",
    "pop",
    "push",
    "reduce",
    "reduceRight",
    "reverse",
    "shift",
    "slice",
    "some",
    "sort",
    "splice",
    "toReversed",
    "toSorted",
    "toSpliced",
    "unshift",
    "values",
    "with",
    "toLocaleString",
];

/// White space as JavaScript has it.
pub(super) fn js_whitespace(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{feff}'
    )
}

fn text_to_number(text: &str) -> f64 {
    let text = text.trim_matches(js_whitespace);
    if text.is_empty() {
        return 0.0;
    }
    let bytes = text.as_bytes();
    if let [b'0', base, digits @ ..] = bytes {
        let radix = match base {
            b'x' | b'X' => 16,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => 0,
        };
        if radix != 0 {
            return whole_number(digits, radix);
        }
    }
    match text {
        "Infinity" | "+Infinity" => return f64::INFINITY,
        "-Infinity" => return f64::NEG_INFINITY,
        _ => {}
    }
    // Rust's numbers are JavaScript's but for the words.
    let is_number = bytes
        .iter()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(b));
    match text.parse() {
        Ok(number) if is_number => number,
        _ => f64::NAN,
    }
}

fn whole_number(digits: &[u8], radix: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    digits.iter().fold(0.0, |so_far, &digit| {
        match char::from(digit).to_digit(radix) {
            Some(digit) => so_far * f64::from(radix) + f64::from(digit),
            None => f64::NAN,
        }
    })
}
