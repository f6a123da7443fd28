//! One value of a payload, read as what its signal is.

use crate::rules::Texts;
use crate::scene::ValueKind;

use super::RejectReason;

/// A text of a turbine's state is a word or two; a longer one is somebody's free text.
const LONGEST_TEXT: usize = 256;
/// A list of a turbine's active codes.
const LONGEST_CODES: usize = 4096;

/// What was found where a signal's value should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reading {
    /// A value as columns keep it.
    Value(f64),
    /// The source says that it has none.
    Null,
    /// Something that cannot be used.
    Fault(Fault),
}

/// Why a value cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    /// The reason to count.
    pub reason: RejectReason,
    /// What was found, for a person: "a text".
    pub found: &'static str,
}

impl Reading {
    fn fault(reason: RejectReason, found: &'static str) -> Self {
        Self::Fault(Fault { reason, found })
    }

    /// Something that no signal can be.
    pub fn wrong_type(found: &'static str) -> Self {
        Self::fault(RejectReason::WrongType, found)
    }

    /// Reads a number. Flags may be sent as 0 and 1.
    pub fn from_number(value: f64, kind: ValueKind) -> Self {
        match kind {
            ValueKind::Number if value.is_finite() => Self::Value(value),
            ValueKind::Number => {
                Self::fault(RejectReason::NotFinite, "a number that is not finite")
            }
            ValueKind::Boolean if value == 0.0 || value == 1.0 => Self::Value(value),
            ValueKind::Boolean | ValueKind::Text => Self::wrong_type("a number"),
        }
    }

    /// Reads `true` or `false`.
    pub fn from_bool(value: bool, kind: ValueKind) -> Self {
        match kind {
            ValueKind::Boolean => Self::Value(f64::from(u8::from(value))),
            ValueKind::Number | ValueKind::Text => Self::wrong_type("true or false"),
        }
    }

    /// Reads a text. A number written as a text is not a number: whoever sends one may as well send
    /// `1,234` next.
    pub fn from_text(text: &str, kind: ValueKind, texts: &Texts) -> Self {
        match kind {
            ValueKind::Text if text.len() > LONGEST_TEXT => {
                Self::fault(RejectReason::TooLarge, "a text of more than 256 bytes")
            }
            ValueKind::Text => texts.intern(text).map_or(
                Self::fault(
                    RejectReason::TooManyTexts,
                    "one more text than the 65,536 that are kept",
                ),
                |id| Self::Value(f64::from(id)),
            ),
            _ if text.parse().is_ok_and(|v: f64| !v.is_finite()) => {
                Self::fault(RejectReason::NotFinite, "a text for what is not finite")
            }
            _ => Self::wrong_type("a text"),
        }
    }

    /// Reads alarm codes: one, or several with something between them.
    pub fn from_codes(text: &str, texts: &Texts) -> Self {
        if text.len() > LONGEST_CODES {
            return Self::fault(RejectReason::TooLarge, "codes of more than 4,096 bytes");
        }
        texts.intern_passing(text.trim()).map_or(
            Self::fault(RejectReason::TooManyTexts, "more lists than have numbers"),
            |id| Self::Value(f64::from(id)),
        )
    }

    /// Reads a JSON array of alarm codes: numbers and texts.
    pub fn from_code_list(list: &[serde_json::Value], texts: &Texts) -> Self {
        use serde_json::Value;
        let mut codes = String::new();
        for code in list {
            let text = match code {
                Value::Null => continue,
                Value::Number(number) => number.to_string(),
                Value::String(text) => text.trim().to_owned(),
                Value::Bool(_) => return Self::wrong_type("an array with true or false"),
                Value::Array(_) | Value::Object(_) => {
                    return Self::wrong_type("an array of more than numbers and texts");
                }
            };
            if !codes.is_empty() {
                codes.push(',');
            }
            codes.push_str(&text);
        }
        Self::from_codes(&codes, texts)
    }

    /// Reads a payload that is alarm codes: `417`, `417, 12`, `"E12"` or `[417, "E12"]`.
    pub fn from_bare_codes(text: &str, texts: &Texts) -> Self {
        let text = text.trim();
        match text.chars().next() {
            Some('[') => match serde_json::from_str::<Vec<serde_json::Value>>(text) {
                Ok(list) => Self::from_code_list(&list, texts),
                Err(_) => Self::fault(RejectReason::MalformedJson, "a list that is not JSON"),
            },
            Some('"') => match serde_json::from_str::<String>(text) {
                Ok(unquoted) => Self::from_codes(&unquoted, texts),
                Err(_) => Self::fault(RejectReason::MalformedJson, "a text that is not closed"),
            },
            _ if text == "null" => Self::Null,
            _ => Self::from_codes(text, texts),
        }
    }

    /// Reads a payload that is one bare value: `81.4`, `true`, `running` or `"running"`.
    pub fn from_bare(text: &str, kind: ValueKind, texts: &Texts) -> Self {
        let text = text.trim();
        if text == "null" {
            return Self::Null;
        }
        match (kind, text) {
            (_, "") => Self::wrong_type("nothing"),
            (ValueKind::Boolean, "true" | "1") => Self::Value(1.0),
            (ValueKind::Boolean, "false" | "0") => Self::Value(0.0),
            (ValueKind::Number, "true" | "false") => Self::wrong_type("true or false"),
            (ValueKind::Text, quoted) if quoted.starts_with('"') => {
                match serde_json::from_str::<String>(quoted) {
                    Ok(unquoted) => Self::from_text(&unquoted, kind, texts),
                    Err(_) => Self::fault(RejectReason::MalformedJson, "a text that is not closed"),
                }
            }
            (ValueKind::Text, bare) => Self::from_text(bare, kind, texts),
            (_, bare) => match bare.parse::<f64>() {
                Ok(value) => Self::from_number(value, kind),
                Err(_) => Self::wrong_type("a text"),
            },
        }
    }

    /// The same, of a source that knows no kinds: truth may be a number, and quotes may be around one.
    pub fn from_bare_leniently(text: &str, kind: ValueKind, texts: &Texts) -> Self {
        let text = text.trim();
        let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        match (kind, bare.unwrap_or(text)) {
            (ValueKind::Number, "true") => Self::Value(1.0),
            (ValueKind::Number, "false") => Self::Value(0.0),
            (ValueKind::Number | ValueKind::Boolean, bare) => Self::from_bare(bare, kind, texts),
            (ValueKind::Text, _) => Self::from_bare(text, kind, texts),
        }
    }
}

/// The kind in words, for "expected …".
pub(super) fn expected(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Number => "a number",
        ValueKind::Boolean => "true or false",
        ValueKind::Text => "a text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(reading: Reading) -> Option<RejectReason> {
        match reading {
            Reading::Fault(fault) => Some(fault.reason),
            _ => None,
        }
    }

    #[test]
    fn bare_values_are_read_as_their_signals_kind() {
        let texts = Texts::default();
        let read = |text, kind| Reading::from_bare(text, kind, &texts);
        assert_eq!(read(" 81.4\n", ValueKind::Number), Reading::Value(81.4));
        assert_eq!(read("-1e-3", ValueKind::Number), Reading::Value(-0.001));
        assert_eq!(read("true", ValueKind::Boolean), Reading::Value(1.0));
        assert_eq!(read("0", ValueKind::Boolean), Reading::Value(0.0));
        assert_eq!(read("null", ValueKind::Number), Reading::Null);
        let bare = read("running", ValueKind::Text);
        assert_eq!(bare, read("\"running\"", ValueKind::Text));
        assert_ne!(bare, read("stopped", ValueKind::Text));
    }

    #[test]
    fn what_is_not_of_the_kind_is_told_apart() {
        let texts = Texts::default();
        let read = |text, kind| reason(Reading::from_bare(text, kind, &texts));
        for not_finite in ["NaN", "nan", "inf", "-Infinity", "1e999"] {
            assert_eq!(
                read(not_finite, ValueKind::Number),
                Some(RejectReason::NotFinite)
            );
        }
        for wrong in ["", "hot", "12 kW", "1,5", "0x10", "true", "{}"] {
            assert_eq!(
                read(wrong, ValueKind::Number),
                Some(RejectReason::WrongType),
                "{wrong}"
            );
        }
        assert_eq!(read("2", ValueKind::Boolean), Some(RejectReason::WrongType));
        assert_eq!(
            read("\"cut off", ValueKind::Text),
            Some(RejectReason::MalformedJson)
        );
        assert_eq!(
            read(&"x".repeat(257), ValueKind::Text),
            Some(RejectReason::TooLarge)
        );
    }

    #[test]
    fn codes_are_numbers_texts_and_lists() {
        let texts = Texts::default();
        let read = |text| match Reading::from_bare_codes(text, &texts) {
            Reading::Value(id) => texts.text(id as u32).unwrap().to_string(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(read(" 417\n"), "417");
        assert_eq!(read("[417, \"E12\", null, 3]"), "417,E12,3");
        assert_eq!(read("[]"), "");
        assert_eq!(read("\"417;12\""), "417;12");
        let fault = |text: &str| reason(Reading::from_bare_codes(text, &texts));
        assert_eq!(fault("[417, "), Some(RejectReason::MalformedJson));
        assert_eq!(fault("[{\"code\": 1}]"), Some(RejectReason::WrongType));
        assert_eq!(fault(&"1,".repeat(3_000)), Some(RejectReason::TooLarge));
        assert_eq!(Reading::from_bare_codes("null", &texts), Reading::Null);
    }

    #[test]
    fn a_number_as_a_text_is_not_a_number() {
        let texts = Texts::default();
        let read = |text| reason(Reading::from_text(text, ValueKind::Number, &texts));
        assert_eq!(read("12"), Some(RejectReason::WrongType));
        assert_eq!(read("NaN"), Some(RejectReason::NotFinite));
    }
}
