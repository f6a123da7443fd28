//! Splits an expression into tokens, and explains what CEL's own lexer would only refuse.

use std::ops::Range;

use super::ExpressionError;
use crate::units::Unit;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Number,
    /// A quoted text, quotes included.
    Text,
    /// A name or a word such as `true` and `in`.
    Name,
    /// An operator, bracket or comma.
    Symbol,
}

/// A token and where it is, as bytes of the source.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    /// With the unit of a number.
    pub span: Range<usize>,
    /// The unit behind a number, and where the number ends.
    pub unit: Option<(Unit, usize)>,
}

impl Token {
    /// The token as written.
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        source.get(self.span.clone()).unwrap_or_default()
    }

    /// Whether it is this operator, bracket or word.
    pub fn is(&self, source: &str, text: &str) -> bool {
        matches!(self.kind, TokenKind::Symbol | TokenKind::Name) && self.text(source) == text
    }
}

/// More problems than this are one problem: the source is not an expression.
pub(super) const MOST_ERRORS: usize = 10;

/// What people write for an operator, and what CEL has for it. Longer spellings come first.
const MISSPELT: [(&str, &str); 21] = [
    ("===", "=="),
    ("!==", "!="),
    ("<>", "!="),
    ("=<", "<="),
    ("=>", ">="),
    (":=", "=="),
    ("**", "*"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("×", "*"),
    ("·", "*"),
    ("÷", "/"),
    ("−", "-"),
    ("–", "-"),
    ("∧", "&&"),
    ("∨", "||"),
    ("¬", "!"),
    ("=", "=="),
    ("&", "&&"),
    ("|", "||"),
];

const SYMBOLS: [&str; 23] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", "(", ")",
    "[", "]", "{", "}", ",",
];

/// The tokens of a source, without white space and comments.
///
/// # Errors
/// Every problem, up to [`MOST_ERRORS`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Vec<ExpressionError>> {
    let (tokens, errors) = scan(source);
    if errors.is_empty() {
        Ok(tokens)
    } else {
        Err(errors)
    }
}

/// The tokens of a source as far as they can be told, and every problem, up to [`MOST_ERRORS`].
pub(crate) fn scan(source: &str) -> (Vec<Token>, Vec<ExpressionError>) {
    let mut tokens = Vec::new();
    let mut errors = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let (kind, length) = match first {
            ' ' | '\t' | '\r' | '\n' | '\u{c}' => {
                at += 1;
                continue;
            }
            '/' if rest.starts_with("//") => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '0'..='9' => number(rest, at),
            '.' if rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => number(rest, at),
            '"' | '\'' => text(rest, 0, at),
            _ if first.is_alphabetic() || first == '_' => name_or_prefixed_text(rest, at),
            _ => symbol(rest, at),
        }
        .unwrap_or_else(|(length, error)| {
            errors.push(error);
            (TokenKind::Symbol, length)
        });
        let number_end = at + length;
        let mut span = at..number_end;
        let mut unit = None;
        if kind == TokenKind::Number
            && let Some((found, end)) = unit_behind(source, number_end)
        {
            unit = Some((found, number_end));
            span.end = end;
        }
        at = span.end;
        tokens.push(Token { kind, span, unit });
        if errors.len() >= MOST_ERRORS {
            break;
        }
    }
    (tokens, errors)
}

/// A token's kind and length, or how much to step over and what is wrong.
type Scanned = Result<(TokenKind, usize), (usize, ExpressionError)>;

fn number(rest: &str, at: usize) -> Scanned {
    let digits = |from: usize| length_while(rest, from, |c| c.is_ascii_digit());
    let mut end = digits(0);
    if rest.starts_with("0x") {
        end = 2 + length_while(rest, 2, |c| c.is_ascii_hexdigit());
    } else {
        if rest.get(end..).is_some_and(|r| r.starts_with('.')) {
            let decimals = digits(end + 1);
            if decimals == 0 {
                let written = rest.get(..end).unwrap_or_default();
                return Err((
                    end + 1,
                    ExpressionError {
                        message: "A number does not end in a dot.".to_owned(),
                        span: at..at + end + 1,
                        help: Some(format!("Write {written} or {written}.0.")),
                    },
                ));
            }
            end += 1 + decimals;
        }
        if rest.get(end..).is_some_and(|r| r.starts_with(['e', 'E'])) {
            let sign = length_while(rest, end + 1, |c| matches!(c, '+' | '-')).min(1);
            let exponent = digits(end + 1 + sign);
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
    }
    let tail = length_while(rest, end, |c| c.is_alphanumeric() || c == '_');
    let has_unit = unit_behind(rest, end).is_some_and(|(_, to)| to >= end + tail);
    if (tail == 0 || has_unit) && end > 0 && rest.get(..end).is_none_or(|n| n != "0x") {
        return Ok((TokenKind::Number, end));
    }
    let written = rest.get(..end).unwrap_or_default();
    let letters = rest.get(end..end + tail).unwrap_or_default();
    let help = match letters {
        "u" | "U" => format!("Every number is the same kind here: write {written}."),
        _ => unknown_unit(letters),
    };
    Err((
        end + tail,
        ExpressionError {
            message: format!("`{written}{letters}` is not a number."),
            span: at..at + end + tail,
            help: Some(help),
        },
    ))
}

fn name_or_prefixed_text(rest: &str, at: usize) -> Scanned {
    let length = length_while(rest, 0, |c| c.is_alphanumeric() || c == '_');
    let name = rest.get(..length).unwrap_or_default();
    if rest
        .get(length..)
        .is_some_and(|r| r.starts_with(['"', '\'']))
    {
        match name {
            "r" | "R" => return text(rest, length, at),
            "b" | "B" | "br" | "bR" | "Br" | "BR" => {
                let end = text(rest, length, at).map_or_else(|(end, _)| end, |(_, end)| end);
                return Err((
                    end,
                    ExpressionError {
                        message: "Byte strings are not part of the rule language.".to_owned(),
                        span: at..at + end,
                        help: Some(format!("Write a text, without the `{name}`.")),
                    },
                ));
            }
            _ => {}
        }
    }
    if name.is_ascii() {
        return dotted(rest, name, at);
    }
    Err((
        length,
        ExpressionError {
            message: format!("`{name}` is not a name."),
            span: at..at + length,
            help: Some("Names have the letters a to z, digits and `_`.".to_owned()),
        },
    ))
}

/// A name with what belongs to it: `limits.x`, `farm.avg`, `nearest(5).median`.
fn dotted(rest: &str, name: &str, at: usize) -> Scanned {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let blanks = |from: usize| from + length_while(rest, from, |c| matches!(c, ' ' | '\t'));
    let is_at = |at: usize, c: char| rest.get(at..).is_some_and(|r| r.starts_with(c));
    let dot = match name {
        "limits" | "farm" => name.len(),
        "nearest" if is_at(blanks(name.len()), '(') => {
            let digits = blanks(blanks(name.len()) + 1);
            let close = blanks(digits + length_while(rest, digits, |c| c.is_ascii_digit()));
            let dot = blanks(close + 1);
            if close == digits || !is_at(close, ')') || !is_at(dot, '.') {
                let error = ExpressionError {
                    message: "`nearest` takes a number of turbines, then what of them.".to_owned(),
                    span: at..at + name.len(),
                    help: Some("For example: nearest(5).median(active_power)".to_owned()),
                };
                return Err((name.len(), error));
            }
            dot
        }
        _ => return Ok((TokenKind::Name, name.len())),
    };
    let word = blanks(dot + 1);
    let length = length_while(rest, word, is_word);
    let is_name = is_at(dot, '.') && length > 0 && !rest.get(word..).is_some_and(starts_digit);
    Ok((
        TokenKind::Name,
        if is_name { word + length } else { name.len() },
    ))
}

fn starts_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The unit that follows a number which ends there, and where the unit ends.
fn unit_behind(source: &str, number_end: usize) -> Option<(Unit, usize)> {
    let start = number_end + length_while(source, number_end, |c| matches!(c, ' ' | '\t'));
    let rest = source.get(start..)?;
    let first = rest.chars().next()?;
    if !first.is_alphabetic() && !matches!(first, '°' | '℃' | '℉' | '%' | '‰') {
        return None;
    }
    let is_unit = |c: char| {
        c.is_alphanumeric() || matches!(c, '°' | '℃' | '℉' | '%' | '‰' | '·' | '/' | '^' | '⁻')
    };
    let run = rest.get(..length_while(rest, 0, is_unit).min(40))?;
    let ends = run
        .char_indices()
        .rev()
        .filter(|(_, c)| matches!(c, '/' | '·'));
    let ends = std::iter::once(run.len()).chain(ends.map(|(end, _)| end));
    for end in ends {
        let (Some(name), Some(after)) = (run.get(..end), rest.get(end..)) else {
            continue;
        };
        if after.starts_with('_') {
            continue;
        }
        if let Some(unit) = Unit::named(name)
            && !(matches!(name, "%" | "in") && begins_value(after))
        {
            return Some((unit, start + end));
        }
    }
    // `80 %x` is a remainder.
    None
}

/// Whether what follows `%` or `in` is their second value, which makes an operator of them.
fn begins_value(after: &str) -> bool {
    let next = after.trim_start().chars().next();
    next.is_some_and(|c| {
        c.is_alphanumeric() || matches!(c, '_' | '(' | '[' | '"' | '\'' | '-' | '.')
    })
}

/// What to say of a word behind a number that is no unit.
pub(super) fn unknown_unit(word: &str) -> String {
    match Unit::nearest(word) {
        Some(near) => format!("`{word}` is no unit. Did you mean `{near}`?"),
        None => format!("`{word}` is no unit: docs/rules.md lists them."),
    }
}

/// The source as CEL's parser can read it, every token at its place: without units, and names with
/// dots as names without.
pub(super) fn for_cel(source: &str, tokens: &[Token]) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for token in tokens {
        if let Some((_, number_end)) = token.unit {
            let unit = bytes.get_mut(number_end..token.span.end);
            unit.unwrap_or_default().fill(b' ');
        } else if token.kind == TokenKind::Name {
            for byte in bytes.get_mut(token.span.clone()).unwrap_or_default() {
                if !byte.is_ascii_alphanumeric() {
                    *byte = b'_';
                }
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Where `&&` and `||` stand side by side without brackets: the operators that come second.
pub(super) fn mixed(source: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut levels: Vec<Option<&str>> = vec![None];
    let mut found = Vec::new();
    for token in tokens.iter().filter(|t| t.kind == TokenKind::Symbol) {
        match token.text(source) {
            "(" | "[" => levels.push(None),
            ")" | "]" => drop(levels.pop()),
            "," | "?" | ":" => {
                if let Some(level) = levels.last_mut() {
                    *level = None;
                }
            }
            symbol @ ("&&" | "||") => match levels.last_mut() {
                Some(Some(other)) if *other != symbol => {
                    if *other != "mixed" {
                        found.push(token.span.clone());
                    }
                    *other = "mixed";
                }
                Some(level @ None) => *level = Some(symbol),
                _ => {}
            },
            _ => {}
        }
    }
    found
}

/// A quoted text whose quote follows a prefix of this length.
fn text(rest: &str, prefix: usize, at: usize) -> Scanned {
    let body = rest.get(prefix..).unwrap_or_default();
    let quote = if body.starts_with('"') { "\"" } else { "'" };
    let triple = quote.repeat(3);
    let quote = if body.starts_with(&triple) {
        triple.as_str()
    } else {
        quote
    };
    let mut end = prefix + quote.len();
    let mut bad_escape = None;
    while let Some(tail) = rest.get(end..)
        && let Some(c) = tail.chars().next()
    {
        if tail.starts_with(quote) {
            end += quote.len();
            return match bad_escape {
                None => Ok((TokenKind::Text, end)),
                Some(error) => Err((end, error)),
            };
        }
        if c == '\n' && quote.len() == 1 {
            break;
        }
        end += c.len_utf8();
        if c == '\\' && prefix == 0 {
            let Some(escaped) = tail.chars().nth(1) else {
                break;
            };
            if !matches!(
                escaped,
                'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '"' | '\'' | '\\'
            ) && !matches!(escaped, '?' | '`' | 'x' | 'X' | 'u' | 'U' | '0'..='3')
            {
                bad_escape = Some(ExpressionError {
                    message: format!("`\\{escaped}` means nothing in a text."),
                    span: at + end - 1..at + end + escaped.len_utf8(),
                    help: Some("Write \\\\ for a backslash.".to_owned()),
                });
            }
            end += escaped.len_utf8();
        }
    }
    let error = ExpressionError {
        message: "The text does not end.".to_owned(),
        span: at..at + end,
        help: Some(format!("Close it with {quote}.")),
    };
    Err((end, error))
}

fn symbol(rest: &str, at: usize) -> Scanned {
    let starts = |text: &&str| rest.starts_with(*text);
    let misspelt = MISSPELT.iter().find(|(wrong, _)| rest.starts_with(wrong));
    let right = SYMBOLS.iter().copied().find(starts);
    // `==` starts with `=` too: the longer one is meant.
    if let Some(&(wrong, right)) = misspelt.filter(|(w, _)| w.len() > right.map_or(0, str::len)) {
        return Err((
            wrong.len(),
            ExpressionError {
                message: format!("`{wrong}` is not an operator."),
                span: at..at + wrong.len(),
                help: Some(format!("Write `{right}`.")),
            },
        ));
    }
    if let Some(right) = right {
        return Ok((TokenKind::Symbol, right.len()));
    }
    let first = rest.chars().next().unwrap_or_default();
    let help = match first {
        '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '`' => {
            "Texts stand in straight quotes: \"text\"."
        }
        '.' => "Signals are plain names.",
        '°' => "Units stand behind numbers: 80 degC",
        '^' => "There is no power: multiply.",
        '$' | '#' | '@' => "Names have the letters a to z, digits and `_`.",
        ';' => "A rule is a single expression.",
        _ => "docs/rules.md lists what expressions are made of.",
    };
    let message = match first {
        '.' => "Fields and methods are not part of the rule language.".to_owned(),
        _ => format!("`{}` has no meaning here.", first.escape_debug()),
    };
    Err((
        first.len_utf8(),
        ExpressionError {
            message,
            span: at..at + first.len_utf8(),
            help: Some(help.to_owned()),
        },
    ))
}

/// How many bytes from `from` on hold only such characters.
fn length_while(rest: &str, from: usize, such: impl Fn(char) -> bool) -> usize {
    let tail = rest.get(from..).unwrap_or_default();
    tail.find(|c| !such(c)).unwrap_or(tail.len())
}
