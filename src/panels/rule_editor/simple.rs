//! Conditions that a form can show: one signal, one operator, one limit.

use std::ops::Range;

use crate::rules::{TokenKind, scan};

/// The operators of a comparison.
pub(super) const OPERATORS: [(&str, &str); 6] = [
    (">", "above"),
    (">=", "at or above"),
    ("<", "below"),
    ("<=", "at or below"),
    ("==", "is"),
    ("!=", "is not"),
];

/// Where the parts of a comparison stand in its source, as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Simple {
    pub signal: Range<usize>,
    pub operator: Range<usize>,
    /// Empty where nothing is written yet.
    pub limit: Range<usize>,
    /// What follows the limit: a unit, or nothing.
    pub unit: Range<usize>,
}

impl Simple {
    /// Reads a condition; nothing if it is more than a comparison of a signal with a limit.
    pub fn read(source: &str) -> Option<Self> {
        let (tokens, _) = scan(source);
        let [name, operator, ..] = tokens.as_slice() else {
            return None;
        };
        let is_signal = name.kind == TokenKind::Name;
        let is_operator = OPERATORS.iter().any(|(o, _)| operator.is(source, o));
        if !is_signal || !is_operator {
            return None;
        }
        let rest = source.get(operator.span.end..)?;
        let start = operator.span.end + (rest.len() - rest.trim_start().len());
        let rest = source.get(start..)?.trim_end();
        let end = start + limit_len(rest);
        let unit = source.get(end..)?;
        let unit_start = end + (unit.len() - unit.trim_start().len());
        let unit = unit.trim();
        let is_unit = unit
            .chars()
            .all(|c| c.is_alphanumeric() || "°%/²³_".contains(c));
        let is_unit = is_unit && !unit.starts_with(|c: char| c.is_ascii_digit());
        let is_word = matches!(unit, "in");
        let has_limit = end > start || unit.is_empty();
        (is_unit && !is_word && has_limit).then(|| Self {
            signal: name.span.clone(),
            operator: operator.span.clone(),
            limit: start..end,
            unit: unit_start..unit_start + unit.len(),
        })
    }
}

/// A condition with one of its parts replaced.
pub(super) fn replaced(source: &str, part: &Range<usize>, by: &str) -> String {
    let before = source.get(..part.start).unwrap_or_default();
    let after = source.get(part.end..).unwrap_or_default();
    let gap = if part.is_empty() && !before.ends_with(' ') && !by.is_empty() {
        " "
    } else {
        ""
    };
    format!("{before}{gap}{by}{after}")
}

/// Whether a character may stand in a limit that is a number.
pub(super) fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E')
}

/// The length of the limit that a text begins with: a number, a quoted text, true or false, or the
/// name of a limit.
fn limit_len(text: &str) -> usize {
    match text.chars().next() {
        Some('"' | '\'') => {
            let (tokens, errors) = scan(text);
            let whole = tokens
                .first()
                .filter(|t| errors.is_empty() && t.kind == TokenKind::Text);
            whole.map_or(0, |t| t.span.end)
        }
        Some('0'..='9' | '.' | '-' | '+') => {
            text.find(|c: char| !is_of_number(c)).unwrap_or(text.len())
        }
        _ => {
            let end = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
                .unwrap_or(text.len());
            let word = text.get(..end).unwrap_or_default();
            let is_limit = word
                .strip_prefix("limits.")
                .is_some_and(|name| !name.is_empty());
            if is_limit || matches!(word, "true" | "false") {
                end
            } else {
                0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(source: &str) -> Option<[&str; 4]> {
        let simple = Simple::read(source)?;
        Some([simple.signal, simple.operator, simple.limit, simple.unit].map(|r| &source[r]))
    }

    #[test]
    fn one_signal_and_one_limit_is_simple_and_nothing_else_is() {
        for (source, expected) in [
            ("oil > 80", ["oil", ">", "80", ""]),
            (" oil<=-1.5e3 ", ["oil", "<=", "-1.5e3", ""]),
            ("oil > 80 degC", ["oil", ">", "80", "degC"]),
            ("wind > 25 m/s", ["wind", ">", "25", "m/s"]),
            ("state == \"run\"", ["state", "==", "\"run\"", ""]),
            ("open == true", ["open", "==", "true", ""]),
            ("oil > limits.hot", ["oil", ">", "limits.hot", ""]),
            ("oil > ", ["oil", ">", "", ""]),
        ] {
            assert_eq!(parts(source), Some(expected), "{source}");
        }
        for source in [
            "oil",
            "",
            "80 < oil",
            "oil > 80 && a > 1",
            "oil > other",
            "a + 1 > 2",
            "oil > 80 + 1",
            "oil > (80)",
            "x in [1]",
        ] {
            assert_eq!(parts(source), None, "{source}");
        }
    }

    #[test]
    fn replacing_a_part_leaves_the_others() {
        let source = "oil >  80 degC";
        let simple = Simple::read(source).unwrap();
        assert_eq!(replaced(source, &simple.limit, "85"), "oil >  85 degC");
        assert_eq!(replaced(source, &simple.operator, "<="), "oil <=  80 degC");
        let source = "oil >";
        let simple = Simple::read(source).unwrap();
        assert_eq!(replaced(source, &simple.limit, "85"), "oil > 85");
    }
}
