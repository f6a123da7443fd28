//! What a rule shows: its colour and its label.

use std::sync::Arc;

use super::expression::{Context, clause};
use crate::rules::{LabelPart, LabelPiece, LabelTemplate, parse_label};
use crate::scene::format::{ColorEntry, ScaleTable};
use crate::scene::model::{RuleColor, RuleScale, ValueKind};
use crate::scene::problem::{Problem, Problems, quoted};
use crate::theme::rule_scale;

/// The colour of the rule at this pointer.
pub(super) fn color(
    entry: &ColorEntry,
    rule: &str,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<RuleColor> {
    match entry {
        ColorEntry::Fixed(text) => {
            let color = parse_color(text);
            if color.is_none() {
                let place = context.document.place(&format!("{rule}/color"));
                let message = format!("{} is not a colour", quoted(text));
                let help = "write it as \"#d13212\", or by its name in CSS: \"darkorange\"";
                problems.push(Problem::error("bad-color", place, message).help(help));
            }
            color.map(RuleColor::Fixed)
        }
        ColorEntry::Scale(table) => scale(table, rule, context, problems).map(RuleColor::Scale),
    }
}

fn scale(
    table: &ScaleTable,
    rule: &str,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<RuleScale> {
    let at = |key: &str| format!("{rule}/color/{key}");
    let before = problems.errors();
    let [low, high] = table.range;
    if low >= high {
        let place = context.document.place(&at("range"));
        let message = format!("the range goes from {low} to {high}");
        let help = "the value at the first colour comes first and is the lower one";
        problems.push(Problem::error("bad-range", place, message).help(help));
    }
    if rule_scale(&table.scale).is_none() {
        let place = context.document.place(&at("scale"));
        let message = format!("there is no scale {}", quoted(&table.scale));
        problems.push(Problem::error("bad-value", place, message));
    }
    let of = context.compile_any(&table.of, &at("of"), 0, problems)?;
    let what = match of.program.kind() {
        ValueKind::Number => None,
        ValueKind::Boolean => Some("true or false"),
        ValueKind::Text => Some("a text"),
    };
    if let Some(what) = what {
        let place = context.document.place(&at("of"));
        let message = format!("a scale shows a number; this is {what}");
        let help = "give a colour of its own to each value, in a rule for each";
        problems.push(Problem::error("expression", place, message).help(help));
    }
    (problems.errors() == before).then(|| RuleScale {
        name: table.scale.as_str().into(),
        of,
        range: table.range,
    })
}

/// A colour by a value, from the text of its table: scale, expression and range.
///
/// # Errors
/// What is wrong with it, as a sentence.
pub(crate) fn written_scale(text: &str) -> Result<(String, String, [f64; 2]), String> {
    #[derive(serde::Deserialize)]
    struct Written {
        color: ScaleTable,
    }
    let written: Written = toml::from_str(&format!("color = {text}"))
        .map_err(|error| format!("This is no scale: {}.", error.message()))?;
    let table = written.color;
    Ok((table.scale, table.of, table.range))
}

/// The label of the rule at this pointer.
pub(super) fn label(
    source: &str,
    rule: &str,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<Arc<LabelTemplate>> {
    let pointer = format!("{rule}/label");
    let parts = match parse_label(source) {
        Ok(parts) => parts,
        Err(error) => {
            let place = context.place(&pointer, error.span);
            let problem = Problem::error("bad-label", place, clause(&error.message));
            problems.push(problem.maybe_help(error.help.as_deref().map(clause)));
            return None;
        }
    };
    if source.trim().is_empty() {
        let place = context.document.place(&pointer);
        let message = "the label is empty";
        let help = "leave `label` out for none";
        problems.push(Problem::error("bad-label", place, message).help(help));
        return None;
    }
    let mut is_whole = true;
    let mut pieces = Vec::new();
    for part in parts {
        match part {
            LabelPart::Text(text) => pieces.push(LabelPiece::Text(text.into())),
            LabelPart::Value(span, decimals) => {
                let expression = source.get(span.clone()).unwrap_or_default();
                match context.compile_any(expression, &pointer, span.start, problems) {
                    Some(compiled)
                        if decimals.is_some() && compiled.program.kind() != ValueKind::Number =>
                    {
                        let place = context.place(&pointer, span);
                        let message = "decimals are for numbers, and this is none";
                        let help = "leave `:.` and what follows it out";
                        problems.push(Problem::error("bad-label", place, message).help(help));
                        is_whole = false;
                    }
                    Some(compiled) => pieces.push(LabelPiece::Value {
                        program: compiled.program,
                        decimals,
                    }),
                    None => is_whole = false,
                }
            }
        }
    }
    is_whole.then(|| {
        Arc::new(LabelTemplate {
            source: source.into(),
            pieces,
        })
    })
}

/// sRGB from `#rrggbb` or a name of CSS.
pub(crate) fn parse_color(text: &str) -> Option<[u8; 3]> {
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    let is_number = text
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && is_hex(digits));
    // `face` is a colour without its `#` to the parser, and no name.
    let is_name = text.bytes().all(|b| b.is_ascii_alphabetic()) && !is_hex(text);
    let color = csscolorparser::parse(text).ok()?;
    let [r, g, b, a] = color.to_rgba8();
    ((is_number || is_name) && a == u8::MAX).then_some([r, g, b])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_hexadecimal_digits_or_a_name() {
        assert_eq!(parse_color("#D13212"), Some([0xD1, 0x32, 0x12]));
        assert_eq!(parse_color("darkorange"), Some([0xFF, 0x8C, 0x00]));
        assert_eq!(parse_color("SteelBlue"), Some([0x46, 0x82, 0xB4]));
        for bad in [
            "",
            "#",
            "d13212",
            "#d1321",
            "#d132122",
            "#d1321g",
            "face",
            "#+13212",
            "#ä321",
            "#d13212ff",
            "transparent",
            "none",
            "rgb(1,2,3)",
            "hsl(1 2% 3%)",
            "darkish",
        ] {
            assert_eq!(parse_color(bad), None, "{bad}");
        }
    }
}
