//! What rules read, and as what: the names in Jexl expressions beside what they are compared with.

use std::collections::HashSet;

use crate::scene::ValueKind;

/// A name in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use<'a> {
    pub name: &'a str,
    /// What it is compared with; nothing where that does not tell.
    pub kind: Option<ValueKind>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Name(&'a str),
    Text,
    Boolean,
    Symbol(&'a str),
}

/// The names that an expression reads. Those of `odd` are names although Jexl takes a hyphen for a
/// minus, and a dot for a member.
pub(super) fn uses<'a>(expression: &'a str, odd: &HashSet<&str>) -> Vec<Use<'a>> {
    let tokens = tokens(expression, odd);
    let at = |i: Option<usize>| i.and_then(|i| tokens.get(i)).copied();
    let mut uses = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let Token::Name(name) = token else { continue };
        let before = at(i.checked_sub(1));
        // Members of something, and keys of an object that is written out.
        let is_member = before == Some(Token::Symbol("."));
        let is_key = at(Some(i + 1)) == Some(Token::Symbol(":"))
            && matches!(before, Some(Token::Symbol("{" | ",")));
        if is_member || is_key || *name == "in" {
            continue;
        }
        let sides = [
            (before, i.checked_sub(2).and_then(|b| at(Some(b)))),
            (at(Some(i + 1)), at(Some(i + 2))),
        ];
        let compared = sides
            .iter()
            .find_map(|(operator, with)| match (operator, with) {
                (Some(Token::Symbol("==" | "!=" | "<" | ">" | "<=" | ">=")), Some(Token::Text)) => {
                    Some(ValueKind::Text)
                }
                (Some(Token::Symbol("==" | "!=")), Some(Token::Boolean)) => {
                    Some(ValueKind::Boolean)
                }
                (Some(Token::Name("in")), Some(Token::Symbol("[") | Token::Text)) => {
                    (at(Some(i + 3)) == Some(Token::Text)).then_some(ValueKind::Text)
                }
                _ => None,
            });
        uses.push(Use {
            name,
            kind: compared,
        });
    }
    uses
}

fn tokens<'a>(expression: &'a str, odd: &HashSet<&str>) -> Vec<Token<'a>> {
    const DOUBLE: [&str; 7] = ["==", "!=", "<=", ">=", "&&", "||", "//"];
    let mut tokens = Vec::new();
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        let length = if c == '"' || c == '\'' {
            tokens.push(Token::Text);
            quoted_length(rest, c)
        } else if is_start(c) {
            let name = name(rest, odd);
            tokens.push(match name {
                "true" | "false" => Token::Boolean,
                name => Token::Name(name),
            });
            name.len()
        } else if c.is_ascii_digit() {
            let digits = rest
                .bytes()
                .take_while(|b| b.is_ascii_digit() || *b == b'.');
            tokens.push(Token::Symbol("0"));
            digits.count()
        } else if c.is_whitespace() {
            c.len_utf8()
        } else {
            let double = rest.get(..2).filter(|two| DOUBLE.contains(two));
            let symbol = double
                .or_else(|| rest.get(..c.len_utf8()))
                .unwrap_or_default();
            tokens.push(Token::Symbol(symbol));
            symbol.len().max(1)
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// The length of a text with its quotes.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !is_escaped {
            return at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    text.len()
}

/// The name at the beginning, the longest that there is.
fn name<'a>(text: &'a str, odd: &HashSet<&str>) -> &'a str {
    const JOINTS: [char; 2] = ['-', '.'];
    let plain = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let run = text.find(|c| !is_part(c) && !JOINTS.contains(&c));
    let mut name = text.get(..run.unwrap_or(text.len())).unwrap_or(text);
    while name.len() > plain {
        if odd.contains(name) {
            return name;
        }
        let joint = name.rfind(JOINTS).unwrap_or(0);
        name = name.get(..joint).unwrap_or_default();
    }
    text.get(..plain).unwrap_or(text)
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

fn is_part(c: char) -> bool {
    is_start(c) || c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'a>(expression: &'a str, hyphenated: &[&str]) -> Vec<(&'a str, Option<ValueKind>)> {
        let uses = uses(expression, &hyphenated.iter().copied().collect());
        uses.iter().map(|u| (u.name, u.kind)).collect()
    }

    #[test]
    fn names_are_told_from_what_is_none() {
        let text = Some(ValueKind::Text);
        let truth = Some(ValueKind::Boolean);
        assert_eq!(
            names("alarm == 'on \\' x' && !(\"b\" != state) || n > 3e", &[]),
            [("alarm", text), ("state", text), ("n", None), ("e", None)]
        );
        assert_eq!(
            names("a.b[.c > 1] ? {d: e} : true", &[]),
            [("a", None), ("e", None)]
        );
        assert_eq!(
            names("on == true && s in ['a', 'b'] && t in [1]", &[]),
            [("on", truth), ("s", text), ("t", None)]
        );
        assert_eq!(names("1 == 1", &[]), []);
        assert_eq!(names("'open", &[]), []);
    }

    #[test]
    fn a_hyphen_belongs_to_names_that_are_known() {
        let hyphenated = ["my-temp", "a-b", "a-b-c"];
        assert_eq!(
            names("my-temp > 3 && a-b-c < a-b || x-y", &hyphenated),
            [
                ("my-temp", None),
                ("a-b-c", None),
                ("a-b", None),
                ("x", None),
                ("y", None)
            ]
        );
    }
}
