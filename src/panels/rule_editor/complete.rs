//! What can stand where the cursor is: signals, limits, functions and words, found fuzzily.

use std::collections::BTreeSet;
use std::ops::Range;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::fleet::{Fleet, SignalColumn};
use crate::rules::functions;
use crate::scene::{Scene, ValueKind};
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
    Word,
}

impl CandidateKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Limit => "limit",
            Self::Function => "function",
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

/// What fits a word, the best first.
pub(super) fn candidates(
    scene: &Scene,
    fleet: Option<&Fleet>,
    applies: &[bool],
    word: &str,
) -> Vec<Candidate> {
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
    let limits: BTreeSet<&str> = models()
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
    for (name, usage) in functions() {
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
