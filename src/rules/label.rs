//! Labels with live values: `{gearbox_oil_temperature:.0} °C`.

use std::ops::Range;
use std::sync::Arc;

use super::machine::Columns;
use super::program::{ExpressionError, Program, Value};
use super::texts::Texts;
use crate::fleet::TurbineRow;
use crate::wording;

/// More decimals than a measurement carries are refused.
const MOST_DECIMALS: u8 = 6;
/// A label is a few words beside a turbine.
const LONGEST: usize = 200;
/// What stands for a value that is not known.
const UNKNOWN: &str = "–";

/// A label's text, in pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelTemplate {
    /// As written.
    pub source: Arc<str>,
    /// In order.
    pub pieces: Vec<LabelPiece>,
}

/// A piece of a label.
#[derive(Debug, Clone, PartialEq)]
pub enum LabelPiece {
    /// As it is.
    Text(Arc<str>),
    /// The value of an expression.
    Value {
        /// Which.
        program: Arc<Program>,
        /// Decimals: as many as are needed without.
        decimals: Option<u8>,
    },
}

/// A piece of a label that is not compiled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelPart {
    /// As it is, braces unescaped.
    Text(String),
    /// An expression, as bytes of the label, and its decimals.
    Value(Range<usize>, Option<u8>),
}

impl LabelTemplate {
    /// The text for one turbine, with its values now.
    pub fn text<C: Columns + ?Sized>(&self, columns: &C, row: TurbineRow, texts: &Texts) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                LabelPiece::Text(piece) => text.push_str(piece),
                LabelPiece::Value { program, decimals } => {
                    text.push_str(&words(&program.value(columns, row, texts), *decimals));
                }
            }
        }
        text
    }

    /// The expressions in it.
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.pieces.iter().filter_map(|piece| match piece {
            LabelPiece::Text(_) => None,
            LabelPiece::Value { program, .. } => Some(&**program),
        })
    }
}

/// A value as a label says it.
fn words(value: &Value, decimals: Option<u8>) -> String {
    match value {
        Value::Unknown => UNKNOWN.to_owned(),
        Value::Boolean(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        // What a broker sends stays on its line.
        Value::Text(text) => text.replace(char::is_control, " "),
        Value::Number(number) if number.is_infinite() => {
            if *number > 0.0 { "∞" } else { "−∞" }.to_owned()
        }
        Value::Number(number) => match decimals {
            None => wording::number(*number, None),
            Some(decimals) => {
                let text = format!("{number:.*}", usize::from(decimals));
                let is_zero = !text.contains(|c: char| matches!(c, '1'..='9'));
                wording::grouped(if is_zero {
                    text.trim_start_matches('-')
                } else {
                    &text
                })
            }
        },
    }
}

/// Takes a label apart.
///
/// # Errors
/// What is wrong with its braces and decimals, as bytes of the label.
pub fn parse_label(source: &str) -> Result<Vec<LabelPart>, ExpressionError> {
    if source.len() > LONGEST {
        let message = format!("A label has at most {LONGEST} bytes.");
        return Err(ExpressionError::new(message, LONGEST..source.len()).help("Shorten it."));
    }
    if let Some(at) = source.find(char::is_control) {
        let message = "A label is one line.";
        return Err(ExpressionError::new(message, at..at + 1).help("Write blanks instead."));
    }
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = source.get(at..).unwrap_or_default();
        let doubled = rest.starts_with("{{") || rest.starts_with("}}");
        match c {
            '{' | '}' if doubled => {
                text.push(c);
                at += 2;
            }
            '{' => {
                let end = closing(source, at).ok_or_else(|| {
                    let help = "Write } after the expression, or {{ for the brace itself.";
                    ExpressionError::new("This brace is never closed.", at..at + 1).help(help)
                })?;
                if !text.is_empty() {
                    parts.push(LabelPart::Text(std::mem::take(&mut text)));
                }
                parts.push(value(source, at + 1..end)?);
                at = end + 1;
            }
            '}' => {
                let error = ExpressionError::new("This brace closes nothing.", at..at + 1);
                return Err(error.help("Write }} for the brace itself."));
            }
            c => {
                text.push(c);
                at += c.len_utf8();
            }
        }
    }
    if !text.is_empty() {
        parts.push(LabelPart::Text(text));
    }
    Ok(parts)
}

/// Where the brace is that closes the one here; braces in quotes are text.
fn closing(source: &str, open: usize) -> Option<usize> {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in source.get(open..)?.char_indices().skip(1) {
        match (quote, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') => return Some(open + at),
            (None, '{') => return None,
            _ => {}
        }
    }
    None
}

/// An expression and its decimals: `active_power / 1000:.1`.
fn value(source: &str, inner: Range<usize>) -> Result<LabelPart, ExpressionError> {
    let text = source.get(inner.clone()).unwrap_or_default();
    let (expression, decimals) = match text.rfind(":.") {
        // `c ? x : .5` has a blank there, and other colons stand before something else.
        Some(colon) => {
            let digits = text.get(colon + 2..).unwrap_or_default().trim_end();
            let at = inner.start + colon..inner.end;
            let few = digits.parse().ok().filter(|d| *d <= MOST_DECIMALS);
            let is_number = digits.bytes().all(|b| b.is_ascii_digit());
            let decimals = few.filter(|_| is_number).ok_or_else(|| {
                let message =
                    format!("After `:.` stands the number of decimals, 0 to {MOST_DECIMALS}.");
                ExpressionError::new(message, at).help("For example: {active_power:.0}")
            })?;
            (inner.start..inner.start + colon, Some(decimals))
        }
        None => (inner.clone(), None),
    };
    let written = source.get(expression.clone()).unwrap_or_default();
    if written.trim().is_empty() {
        let error = ExpressionError::new("An expression is missing here.", inner);
        return Err(error.help("For example: {gearbox_oil_temperature:.0} °C"));
    }
    Ok(LabelPart::Value(expression, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> LabelPart {
        LabelPart::Text(text.to_owned())
    }

    #[test]
    fn expressions_stand_in_braces_and_doubled_braces_are_braces() {
        assert_eq!(
            parse_label("oil {t:.0} °C {{ok}} {a ? b : c}").unwrap(),
            [
                text("oil "),
                LabelPart::Value(5..6, Some(0)),
                text(" °C {ok} "),
                LabelPart::Value(23..32, None),
            ]
        );
        assert_eq!(parse_label("").unwrap(), []);
        let source = r#"{state == "}" ? 1 : .5}"#;
        assert_eq!(
            parse_label(source).unwrap(),
            [LabelPart::Value(1..source.len() - 1, None)]
        );
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        for (source, at) in [
            ("°C {t", 4..5),
            ("a } b", 2..3),
            ("{t:.}", 2..4),
            ("{t:.x}", 2..5),
            ("{t:.99}", 2..6),
            ("{ }", 1..2),
            ("{:.1}", 1..4),
            ("{a {b}}", 0..1),
            ("a\nb", 1..2),
        ] {
            assert_eq!(parse_label(source).unwrap_err().span, at, "{source}");
        }
        assert!(parse_label(&"x".repeat(100_000)).is_err());
        assert!(parse_label(&"{".repeat(199)).is_err());
    }

    #[test]
    fn values_are_said_as_people_write_them() {
        let number = |value, decimals| words(&Value::Number(value), decimals);
        assert_eq!(number(83.26, Some(0)), "83");
        assert_eq!(number(83.26, Some(1)), "83.3");
        assert_eq!(number(1_421.6, Some(0)), "1,422");
        assert_eq!(number(-0.04, Some(1)), "0.0");
        assert_eq!(number(-12.5, None), "−12.5");
        assert_eq!(number(f64::INFINITY, Some(0)), "∞");
        assert_eq!(words(&Value::Boolean(true), None), "yes");
        assert_eq!(words(&Value::Text("run\nfast".into()), None), "run fast");
        assert_eq!(words(&Value::Unknown, Some(2)), "–");
    }
}
