//! JSON payloads, read in one pass: no tree is built, and nothing is kept of what is not asked for.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::fleet::Quality;
use crate::rules::Texts;
use crate::scene::ValueKind;

use super::pointer::{Node, PointerTrie, Target};
use super::reading::Reading;
use super::{quality, time};

/// What a payload says about its source time or its quality.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Said<T> {
    /// Nothing, or `null`.
    #[default]
    Nothing,
    /// This.
    This(T),
    /// Something that cannot be understood.
    Nonsense,
}

/// What was found in one payload. Kept from payload to payload, so that none allocates.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// By signal index.
    readings: Vec<Option<Reading>>,
    /// The signals that were found, in the order in which they first appeared.
    found: Vec<u16>,
    /// The source time, milliseconds since 1970 UTC.
    pub time_ms: Said<i64>,
    /// The quality.
    pub quality: Said<Quality>,
}

impl Findings {
    fn clear(&mut self, signal_count: usize) {
        self.readings.clear();
        self.readings.resize(signal_count, None);
        self.found.clear();
        self.time_ms = Said::Nothing;
        self.quality = Said::Nothing;
    }

    /// Of two members with the same name the last one counts, as in most JSON readers.
    fn set(&mut self, signal: u16, reading: Reading) {
        if let Some(slot) = self.readings.get_mut(usize::from(signal))
            && slot.replace(reading).is_none()
        {
            self.found.push(signal);
        }
    }

    /// The signals that were found, and what was there.
    pub fn iter(&self) -> impl Iterator<Item = (u16, Reading)> {
        self.found.iter().filter_map(|&signal| {
            let reading = self.readings.get(usize::from(signal))?;
            Some((signal, (*reading)?))
        })
    }

    /// Whether no signal was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// What to look for: a model's pointers, and the kinds of its signals.
#[derive(Debug)]
pub(super) struct JsonPlan {
    pub trie: PointerTrie,
    pub kinds: Vec<ValueKind>,
    /// By signal index: its values are alarm codes.
    pub carries_codes: Vec<bool>,
    /// Values of another kind are taken as JavaScript would take them.
    pub is_lenient: bool,
}

impl JsonPlan {
    fn are_codes(&self, signal: u16) -> bool {
        self.carries_codes.get(usize::from(signal)) == Some(&true)
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// It is not JSON; what was found up to there must not be used.
    pub fn read(
        &self,
        payload: &[u8],
        texts: &Texts,
        findings: &mut Findings,
    ) -> Result<(), serde_json::Error> {
        findings.clear(self.kinds.len());
        let mut json = serde_json::Deserializer::from_slice(payload);
        let at = Place {
            plan: self,
            texts,
            node: self.trie.node(PointerTrie::ROOT),
            findings,
        };
        at.deserialize(&mut json)?;
        json.end()
    }
}

/// A place in the payload that the trie knows.
struct Place<'p, 'f> {
    plan: &'p JsonPlan,
    texts: &'p Texts,
    node: Option<&'p Node>,
    findings: &'f mut Findings,
}

/// Something that is not an object or an array.
#[derive(Clone, Copy)]
enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    /// An object or an array, where none should be.
    Compound(&'static str),
}

impl<'p> Place<'p, '_> {
    fn below(&mut self, node: u32) -> Place<'p, '_> {
        Place {
            plan: self.plan,
            texts: self.texts,
            node: self.plan.trie.node(node),
            findings: self.findings,
        }
    }

    /// The signal here that carries codes.
    fn code_signal(&self) -> Option<u16> {
        let mut targets = self.node?.targets.iter();
        targets.find_map(|target| match target {
            Target::Signal(signal) if self.plan.are_codes(*signal) => Some(*signal),
            _ => None,
        })
    }

    fn set(&mut self, scalar: Scalar<'_>) {
        let Some(node) = self.node else { return };
        for target in &node.targets {
            match *target {
                Target::Signal(signal) => {
                    let kind = self.plan.kinds.get(usize::from(signal));
                    let kind = kind.copied().unwrap_or_default();
                    let reading = match self.plan.is_lenient {
                        _ if self.plan.are_codes(signal) => codes(scalar, self.texts),
                        true => lenient(scalar, kind, self.texts),
                        false => reading(scalar, kind, self.texts),
                    };
                    self.findings.set(signal, reading);
                }
                Target::Time => {
                    self.findings.time_ms = match scalar {
                        Scalar::Null => Said::Nothing,
                        Scalar::Number(epoch) => said(time::from_number(epoch)),
                        Scalar::Text(text) => said(time::from_text(text)),
                        Scalar::Bool(_) | Scalar::Compound(_) => Said::Nonsense,
                    }
                }
                Target::Quality => {
                    self.findings.quality = match scalar {
                        Scalar::Null => Said::Nothing,
                        Scalar::Bool(trusted) => Said::This(quality::from_bool(trusted)),
                        Scalar::Number(code) => said(quality::from_number(code)),
                        Scalar::Text(text) => said(quality::from_text(text)),
                        Scalar::Compound(_) => Said::Nonsense,
                    }
                }
            }
        }
    }
}

/// One code, or a text with several.
fn codes(scalar: Scalar<'_>, texts: &Texts) -> Reading {
    match scalar {
        Scalar::Number(number) => Reading::from_codes(&number.to_string(), texts),
        Scalar::Text(text) => Reading::from_codes(text, texts),
        scalar => reading(scalar, ValueKind::Text, texts),
    }
}

fn said<T>(understood: Option<T>) -> Said<T> {
    understood.map_or(Said::Nonsense, Said::This)
}

fn reading(scalar: Scalar<'_>, kind: ValueKind, texts: &Texts) -> Reading {
    match scalar {
        Scalar::Null => Reading::Null,
        Scalar::Bool(value) => Reading::from_bool(value, kind),
        Scalar::Number(value) => Reading::from_number(value, kind),
        Scalar::Text(text) => Reading::from_text(text, kind, texts),
        Scalar::Compound(what) => Reading::wrong_type(what),
    }
}

/// Numbers as texts, texts as numbers, truth as 1 and 0.
fn lenient(scalar: Scalar<'_>, kind: ValueKind, texts: &Texts) -> Reading {
    match (scalar, kind) {
        (Scalar::Bool(truth), ValueKind::Number) => Reading::Value(f64::from(u8::from(truth))),
        (Scalar::Bool(truth), ValueKind::Text) => {
            Reading::from_text(if truth { "true" } else { "false" }, kind, texts)
        }
        (Scalar::Number(number), ValueKind::Text) => {
            Reading::from_text(ryu_js::Buffer::new().format(number), kind, texts)
        }
        (Scalar::Text(text), ValueKind::Number | ValueKind::Boolean) => {
            Reading::from_bare_leniently(text, kind, texts)
        }
        _ => reading(scalar, kind, texts),
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(mut self) -> Result<(), E> {
        self.set(Scalar::Null);
        Ok(())
    }

    fn visit_bool<E>(mut self, value: bool) -> Result<(), E> {
        self.set(Scalar::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(mut self, value: i64) -> Result<(), E> {
        self.set(Scalar::Number(value as f64));
        Ok(())
    }

    fn visit_u64<E>(mut self, value: u64) -> Result<(), E> {
        self.set(Scalar::Number(value as f64));
        Ok(())
    }

    fn visit_f64<E>(mut self, value: f64) -> Result<(), E> {
        self.set(Scalar::Number(value));
        Ok(())
    }

    fn visit_str<E>(mut self, value: &str) -> Result<(), E> {
        self.set(Scalar::Text(value));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.set(Scalar::Compound("an object"));
        let node = self.node.filter(|n| n.has_children());
        while let Some(below) = map.next_key_seed(Member(node))? {
            match below {
                Some(node) => map.next_value_seed(self.below(node))?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        if let Some(signal) = self.code_signal() {
            let mut list = Vec::new();
            while let Some(code) = seq.next_element::<serde_json::Value>()? {
                list.push(code);
            }
            let reading = Reading::from_code_list(&list, self.texts);
            self.findings.set(signal, reading);
            return Ok(());
        }
        self.set(Scalar::Compound("an array"));
        let node = self.node.filter(|n| n.has_children());
        for index in 0.. {
            let more = match node.and_then(|n| n.element(index)) {
                Some(node) => seq.next_element_seed(self.below(node))?.is_some(),
                None => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }
}

/// The name of a member, looked up without keeping it.
struct Member<'p>(Option<&'p Node>);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<u32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<u32>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Member<'_> {
    type Value = Option<u32>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<u32>, E> {
        Ok(self.0.and_then(|node| node.member(name)))
    }
}
