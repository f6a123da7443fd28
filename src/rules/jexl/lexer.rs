//! Splits Jexl into tokens exactly as Jexl 2.3.0 does with its regular expression.

use super::value::js_whitespace;

/// What a token is, in Jexl's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Literal,
    Identifier,
    BinaryOp,
    UnaryOp,
    Dot,
    OpenBracket,
    CloseBracket,
    Pipe,
    OpenCurl,
    CloseCurl,
    Colon,
    Comma,
    OpenParen,
    CloseParen,
    Question,
    /// A name that every JavaScript object has, which Jexl takes for an operator without a type.
    Nothing,
}

impl Kind {
    /// As Jexl's messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::Identifier => "identifier",
            Self::BinaryOp => "binaryOp",
            Self::UnaryOp => "unaryOp",
            Self::Dot => "dot",
            Self::OpenBracket => "openBracket",
            Self::CloseBracket => "closeBracket",
            Self::Pipe => "pipe",
            Self::OpenCurl => "openCurl",
            Self::CloseCurl => "closeCurl",
            Self::Colon => "colon",
            Self::Comma => "comma",
            Self::OpenParen => "openParen",
            Self::CloseParen => "closeParen",
            Self::Question => "question",
            Self::Nothing => "undefined",
        }
    }
}

/// A literal's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Number(f64),
    Text(String),
    Boolean(bool),
}

/// A token, and where it is: from its first byte to where white space after it begins.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: Kind,
    pub literal: Option<Literal>,
    /// The operator or the name.
    pub text: String,
    /// With the white space after it: what Jexl's messages repeat.
    pub raw: String,
    pub start: usize,
    pub end: usize,
}

/// Grammar elements, longest first, as the regular expression tries them.
const ELEMENTS: [(&str, Kind); 27] = [
    ("//", Kind::BinaryOp),
    ("==", Kind::BinaryOp),
    ("!=", Kind::BinaryOp),
    (">=", Kind::BinaryOp),
    ("<=", Kind::BinaryOp),
    ("&&", Kind::BinaryOp),
    ("||", Kind::BinaryOp),
    ("in", Kind::BinaryOp),
    (".", Kind::Dot),
    ("[", Kind::OpenBracket),
    ("]", Kind::CloseBracket),
    ("|", Kind::Pipe),
    ("{", Kind::OpenCurl),
    ("}", Kind::CloseCurl),
    (":", Kind::Colon),
    (",", Kind::Comma),
    ("(", Kind::OpenParen),
    (")", Kind::CloseParen),
    ("?", Kind::Question),
    ("+", Kind::BinaryOp),
    ("-", Kind::BinaryOp),
    ("*", Kind::BinaryOp),
    ("/", Kind::BinaryOp),
    ("%", Kind::BinaryOp),
    ("^", Kind::BinaryOp),
    (">", Kind::BinaryOp),
    ("<", Kind::BinaryOp),
];

/// What every JavaScript object has, and with it the table of Jexl's operators.
const INHERITED: [&str; 12] = [
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "__proto__",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

/// A token that is none, as Jexl says it, and its bytes.
pub(super) type LexError = (String, std::ops::Range<usize>);

/// The tokens of a source. `odd` are names with characters that Jexl's have not, longest first: where
/// one stands as a word of its own, it is meant.
pub(super) fn tokens(source: &str, odd: &[&str]) -> Result<Vec<Token>, LexError> {
    let mut tokens: Vec<Token> = Vec::new();
    // Where a minus stands that belongs to what follows.
    let mut negates = None;
    let mut at = 0;
    while at < source.len() {
        let rest = source.get(at..).unwrap_or_default();
        if let (Some(name), None) = (odd_name(source, at, odd), negates) {
            tokens.push(Token {
                kind: Kind::Identifier,
                literal: None,
                text: name.to_owned(),
                raw: name.to_owned(),
                start: at,
                end: at + name.len(),
            });
            at += name.len();
            continue;
        }
        let length = element(source, at).unwrap_or_else(|| unmatched(source, at));
        let (text, start) = (rest.get(..length).unwrap_or_default(), at);
        at += length.max(1);
        if text.chars().all(js_whitespace) {
            if let Some(last) = tokens.last_mut() {
                last.raw.push_str(text);
            }
        } else if text == "-" && is_negative(&tokens) {
            negates = negates.or(Some(start));
        } else {
            let minus = negates.take();
            let text = match minus {
                Some(_) => format!("-{text}"),
                None => text.to_owned(),
            };
            tokens.push(token(text, minus.unwrap_or(start), at)?);
        }
    }
    if let Some(start) = negates {
        tokens.push(token("-".to_owned(), start, start + 1)?);
    }
    Ok(tokens)
}

/// The name of these that stands here as a word.
fn odd_name<'n>(source: &str, at: usize, odd: &[&'n str]) -> Option<&'n str> {
    if odd.is_empty() || source.get(..at)?.ends_with(is_name_char) {
        return None;
    }
    let rest = source.get(at..)?;
    let found = odd.iter().find(|name| {
        let after = rest.strip_prefix(**name);
        after.is_some_and(|after| !after.starts_with(is_name_char))
    });
    found.copied()
}

/// Whether a name needs help to be one in Jexl, and can be given it.
pub(super) fn is_odd(name: &str) -> bool {
    let odd = |c| matches!(c, '-' | '.');
    name.chars().next().is_some_and(is_name_start)
        && name.chars().all(|c| is_name_char(c) || odd(c))
        && name.contains(odd)
}

fn is_negative(tokens: &[Token]) -> bool {
    tokens.last().is_none_or(|last| {
        matches!(
            last.kind,
            Kind::BinaryOp
                | Kind::UnaryOp
                | Kind::OpenParen
                | Kind::OpenBracket
                | Kind::Question
                | Kind::Colon
        )
    })
}

fn token(text: String, start: usize, end: usize) -> Result<Token, LexError> {
    let (kind, literal) = if text.starts_with(['"', '\'']) {
        (Kind::Literal, Some(Literal::Text(unquoted(&text))))
    } else if is_numeric(&text) {
        // The regular expression let nothing else through.
        let number = text.parse().unwrap_or(f64::NAN);
        (Kind::Literal, Some(Literal::Number(number)))
    } else if text == "true" || text == "false" {
        (Kind::Literal, Some(Literal::Boolean(text == "true")))
    } else if text == "!" {
        (Kind::UnaryOp, None)
    } else if let Some((_, kind)) = ELEMENTS.iter().find(|(e, _)| *e == text) {
        (*kind, None)
    } else if INHERITED.contains(&text.as_str()) {
        (Kind::Nothing, None)
    } else if is_identifier(&text) {
        (Kind::Identifier, None)
    } else {
        return Err((format!("Invalid expression token: {text}"), start..end));
    };
    Ok(Token {
        kind,
        literal,
        raw: text.clone(),
        text,
        start,
        end,
    })
}

/// The length of what the regular expression matches here, if it matches.
fn element(source: &str, at: usize) -> Option<usize> {
    let rest = source.get(at..)?;
    let first = rest.chars().next()?;
    if matches!(first, '"' | '\'') {
        return text(rest, first);
    }
    if js_whitespace(first) {
        let end = rest.find(|c| !js_whitespace(c));
        return Some(end.unwrap_or(rest.len()));
    }
    let before = source.get(..at).and_then(|s| s.chars().next_back());
    let is_word = |word: &str| {
        rest.strip_prefix(word).is_some_and(|after| {
            !before.is_some_and(is_word_char) && !after.chars().next().is_some_and(is_word_char)
        })
    };
    if let Some(word) = ["true", "false"].into_iter().find(|w| is_word(w)) {
        return Some(word.len());
    }
    let elements = ELEMENTS.iter().map(|(e, _)| *e);
    let found = elements.chain(["!"]).find(|e| match *e {
        "in" => is_word("in"),
        e => rest.starts_with(e),
    });
    if let Some(found) = found {
        return Some(found.len());
    }
    if is_name_start(first) {
        let end = rest.find(|c| !is_name_char(c));
        return Some(end.unwrap_or(rest.len()));
    }
    let digits = |from: usize| {
        let tail = rest.get(from..).unwrap_or_default();
        tail.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(tail.len())
    };
    let whole = digits(0);
    if whole == 0 {
        return None;
    }
    if rest.get(whole..).is_some_and(|r| r.starts_with('.')) && digits(whole + 1) > 0 {
        return Some(whole + 1 + digits(whole + 1));
    }
    Some(whole)
}

/// The length of what stands before the next match.
fn unmatched(source: &str, at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    let starts = rest.char_indices().skip(1).map(|(i, _)| i);
    // A quote without its end is looked at once: what follows it is matched by itself.
    let mut starts = starts.filter(|&i| element(source, at + i).is_some());
    starts.next().unwrap_or(rest.len())
}

/// A quoted text, as `'(?:(?:\\')|[^'])*'` matches it, with its backtracking.
fn text(rest: &str, quote: char) -> Option<usize> {
    let bytes = rest.as_bytes();
    let quote = quote as u8;
    let mut last_escape = None;
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && bytes.get(at + 1) == Some(&quote) {
            last_escape = Some(at + 2);
            at += 2;
        } else if byte == quote {
            return Some(at + 1);
        } else {
            at += 1;
        }
    }
    last_escape
}

fn unquoted(text: &str) -> String {
    let quote = text.chars().next().unwrap_or('"');
    // A quote alone is an empty text.
    let inner = text.get(1..text.len().max(2) - 1).unwrap_or_default();
    let escaped: String = ['\\', quote].iter().collect();
    let quote = quote.to_string();
    inner.replace(&escaped, &quote).replace("\\\\", "\\")
}

fn is_numeric(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, decimals)) => digits(whole) && !decimals.is_empty() && digits(decimals),
        None => !text.is_empty() && digits(text),
    }
}

fn is_identifier(text: &str) -> bool {
    text.chars().next().is_some_and(is_name_start) && text.chars().all(is_name_char)
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '_' | '$' | 'а'..='я' | 'А'..='Я')
        || matches!(c, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{FF}')
}

fn is_name_char(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit()
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
