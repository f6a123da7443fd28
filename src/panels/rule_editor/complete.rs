//! What can stand where the cursor is: signals, limits, functions and words, found fuzzily.

use std::collections::BTreeSet;
use std::ops::Range;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::fleet::{Fleet, SignalColumn};
use crate::rules::{TokenKind, functions, scan};
use crate::scene::{Scene, ValueKind};
use crate::units::Unit;
use crate::wording;

/// Shown at most.
pub(super) const MOST: usize = 8;

/// Something that can stand here.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// What is written.
    pub text: String,
    /// What is told of it.
    pub detail: String,
    pub kind: CandidateKind,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CandidateKind {
    Signal,
    Limit,
    Function,
    Unit,
    Size,
    Word,
}

impl CandidateKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Limit => "limit",
            Self::Function => "function",
            Self::Unit => "unit",
            Self::Size => "number",
            Self::Word => "word",
        }
    }
}

/// The word that ends at the cursor, a byte of the source; empty within a text and after a number.
pub(super) fn word_before(source: &str, cursor: usize) -> Range<usize> {
    let before = source.get(..cursor).unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let length: usize = before
        .chars()
        .rev()
        .take_while(|c| is_part(*c))
        .map(char::len_utf8)
        .sum();
    let start = cursor - length;
    let word = source.get(start..cursor).unwrap_or_default();
    let is_quoted = before.matches('"').count() % 2 == 1 || before.matches('\'').count() % 2 == 1;
    if is_quoted || word.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return cursor..cursor;
    }
    start..cursor
}

/// Numbers that have a name, and what they are.
pub(super) const SIZES: [(&str, &str); 4] = [
    ("pi", "3.14159…"),
    ("rotor_diameter", "of the model, m"),
    ("hub_height", "of the model, m"),
    ("rated_power", "of the model, kW"),
];

/// What a word is to be completed from.
pub(super) struct Wanted<'a> {
    pub scene: &'a Scene,
    pub fleet: Option<&'a Fleet>,
    /// By model.
    pub applies: &'a [bool],
    /// It is in this program's own language.
    pub is_native: bool,
    /// What stands before the word.
    pub before: &'a str,
    pub word: &'a str,
}

/// What fits a word, the best first.
pub(super) fn candidates(wanted: &Wanted) -> Vec<Candidate> {
    let Wanted {
        scene,
        fleet,
        applies,
        is_native,
        before,
        word,
    } = *wanted;
    if is_native && ends_with_number(before) {
        return units_after(scene, before, word);
    }
    let pattern = Pattern::new(
        word,
        CaseMatching::Ignore,
        Normalization::Smart,
        AtomKind::Fuzzy,
    );
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, CandidateKind, String, String)> = Vec::new();
    let mut offer = |kind: CandidateKind, text: &str, detail: &str| {
        let score = pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
        if let Some(score) = score {
            let is_prefix = u32::from(text.starts_with(word)) * 100;
            found.push((score + is_prefix, kind, text.to_owned(), detail.to_owned()));
        }
    };
    let mut names = BTreeSet::new();
    let models = || {
        scene
            .models
            .iter()
            .zip(applies)
            .filter(|(_, a)| **a)
            .map(|(m, _)| m)
    };
    for signal in models().flat_map(|m| &m.signals) {
        if names.insert(&*signal.name) {
            offer(CandidateKind::Signal, &signal.name, "");
        }
    }
    // Jexl has signals alone.
    let native = || models().filter(|_| is_native);
    let limits: BTreeSet<&str> = native()
        .flat_map(|m| &m.limits)
        .map(|(name, _)| &**name)
        .collect();
    for name in limits {
        offer(
            CandidateKind::Limit,
            &format!("limits.{name}"),
            "of the model or the turbine",
        );
    }
    for (name, detail) in SIZES.iter().filter(|_| is_native) {
        offer(CandidateKind::Size, name, detail);
    }
    for (name, usage) in functions().filter(|_| is_native) {
        offer(CandidateKind::Function, &name, &usage);
    }
    for (word, detail) in [
        ("true", "holds"),
        ("false", "does not hold"),
        ("in", "one of a list: state in [\"run\", \"start\"]"),
    ] {
        offer(CandidateKind::Word, word, detail);
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
    let shown = found.into_iter().take(MOST);
    shown
        .map(|(_, kind, text, detail)| {
            let detail = match kind {
                CandidateKind::Signal => signal_detail(scene, fleet, &text),
                _ => detail,
            };
            Candidate { text, detail, kind }
        })
        .collect()
}

/// Whether a number stands last, which a unit may follow.
fn ends_with_number(before: &str) -> bool {
    let (tokens, _) = scan(before);
    let last = tokens.last();
    last.is_some_and(|t| t.kind == TokenKind::Number && before.trim_end().len() == t.span.end)
}

/// The units that a number may have: those into which the last signal before it converts, and those of
/// time within a function.
fn units_after(scene: &Scene, before: &str, word: &str) -> Vec<Candidate> {
    let (tokens, _) = scan(before);
    let within_call = tokens
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|t| t.is(before, ","));
    let mut names = tokens.iter().rev().filter(|t| t.kind == TokenKind::Name);
    let own = names.find_map(|t| {
        let name = t.text(before);
        let signals = || scene.models.iter().flat_map(|m| &m.signals);
        signals().find(|s| *s.name == *name).map(|s| &*s.unit)
    });
    let of = if within_call { Some("min") } else { own };
    let Some(unit) = of.and_then(Unit::named) else {
        return Vec::new();
    };
    let own = of.unwrap_or_default();
    let fits = |name: &&str| {
        name.to_lowercase().starts_with(&word.to_lowercase())
            && Unit::named(name).is_some_and(|other| other.to(&unit).is_some())
    };
    let mut found: Vec<&str> = Unit::names().filter(fits).collect();
    found.sort_unstable_by_key(|name| (*name != own, name.len(), *name));
    let found = found.into_iter().take(MOST);
    found
        .map(|name| Candidate {
            text: name.to_owned(),
            detail: match name == own && !within_call {
                true => "of the signal".to_owned(),
                false => String::new(),
            },
            kind: CandidateKind::Unit,
        })
        .collect()
}

/// A signal's unit or kind, and the range of its values now.
pub(super) fn signal_detail(scene: &Scene, fleet: Option<&Fleet>, name: &str) -> String {
    let Some(at) = scene.signals.iter().position(|s| &**s == name) else {
        return String::new();
    };
    let column = SignalColumn(u16::try_from(at).unwrap_or(u16::MAX));
    let signal = scene.models.iter().find_map(|m| m.signal(column));
    let unit = signal.map_or("", |s| wording::unit(&s.unit));
    let kind = match scene.kinds.get(at) {
        Some(ValueKind::Boolean) => return "true or false".to_owned(),
        Some(ValueKind::Text) => return "text".to_owned(),
        _ if unit.is_empty() => "number",
        _ => unit,
    };
    let values = fleet.map_or(&[][..], |f| f.known(column)).iter();
    let known = values.copied().filter(|v| !v.is_nan());
    let range = known.fold(None, |range: Option<(f64, f64)>, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((low.min(v), high.max(v))),
    });
    match range {
        None => format!("{kind} · no data"),
        Some((low, high)) => {
            let range = signal.and_then(|s| s.range);
            let number = |v| wording::number(v, range);
            format!("{} to {} {kind} now", number(low), number(high))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_cursor_is_a_name_outside_of_texts_and_numbers() {
        let of = |source: &str| {
            let range = word_before(source, source.len());
            source.get(range).unwrap_or_default().to_owned()
        };
        assert_eq!(of("a > 1 && gear"), "gear");
        assert_eq!(of("limits.ho"), "limits.ho");
        assert_eq!(of("max(po"), "po");
        assert_eq!(of("a > 80"), "");
        assert_eq!(of("state == \"ru"), "");
        assert_eq!(of("a > "), "");
    }
}
