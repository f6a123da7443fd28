//! From a topic and a payload to samples, or to the reason why not.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::platform::collections::HashMap;

use crate::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use crate::rules::Texts;
use crate::scene::{Model, PayloadFormat, Scene, TopicMapping, ValueKind};
use crate::units::Conversion;

use super::json::{Findings, JsonPlan, Said};
use super::pointer::{PointerTrie, Target};
use super::reading::{Fault, Reading, expected};
use super::topic::{Captures, TopicMatcher};
use super::{RejectReason, time};

/// A turbine's message is a few hundred bytes; one of more than a mebibyte is something else.
const LARGEST_PAYLOAD: usize = 1024 * 1024;
/// Deeper than any plant's data model.
const DEEPEST_NESTING: usize = 128;

/// Why a payload could not be used, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reject {
    pub reason: RejectReason,
    /// In words, with the field concerned.
    pub detail: String,
}

impl Reject {
    fn new(reason: RejectReason, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { reason, detail }
    }
}

/// Decodes the messages of one scene.
#[derive(Debug)]
pub(super) struct Decoder {
    mappings: Vec<Mapping>,
    /// By topic: values that come by topics of their own.
    bound: HashMap<Box<str>, Vec<Fields>>,
    /// By model: its values are taken as JavaScript would.
    lenient: Vec<bool>,
    turbines: HashMap<Arc<str>, (TurbineRow, usize)>,
    texts: Arc<Texts>,
    findings: Findings,
}

#[derive(Debug)]
struct Mapping {
    matcher: TopicMatcher,
    /// By model.
    fields: Vec<Fields>,
}

impl Mapping {
    /// Whether the topic's levels name what the model has.
    fn knows(&self, model: usize, captures: &Captures<'_>) -> bool {
        match self.fields.get(model) {
            Some(Fields::Value(by_level)) => {
                by_level.contains_key(captures.signal.unwrap_or_default())
            }
            _ => true,
        }
    }
}

/// A signal as it is heard.
#[derive(Debug)]
struct Heard {
    /// Whose; the topic's turbine without one.
    row: Option<TurbineRow>,
    column: SignalColumn,
    name: Arc<str>,
    /// From the unit in which it is sent.
    conversion: Option<Conversion>,
    carries_codes: bool,
}

impl Heard {
    fn of(signal: &crate::scene::Signal) -> Self {
        Self {
            row: None,
            column: signal.column,
            name: Arc::clone(&signal.name),
            conversion: signal.conversion,
            carries_codes: carries_codes(signal),
        }
    }
}

#[derive(Debug)]
enum Fields {
    Json {
        plan: JsonPlan,
        /// By signal index of the plan.
        signals: Vec<Heard>,
    },
    Value(HashMap<Box<str>, (Heard, ValueKind)>),
    /// The payload is this value.
    Bare(Heard, ValueKind),
}

impl Decoder {
    /// Compiles the scene's topics and models.
    pub fn new(scene: &Scene) -> Self {
        let mapping = |mapping: &TopicMapping| Mapping {
            matcher: TopicMatcher::new(&mapping.filter),
            fields: scene.models.iter().map(|m| fields(mapping, m)).collect(),
        };
        let turbine = |(row, turbine): (usize, &crate::scene::Turbine)| {
            let row = TurbineRow(row as u32);
            (Arc::clone(&turbine.id), (row, turbine.model))
        };
        Self {
            mappings: scene.topics.iter().map(mapping).collect(),
            bound: bound(scene),
            lenient: scene.models.iter().map(|m| m.is_entity).collect(),
            turbines: scene.turbines.iter().enumerate().map(turbine).collect(),
            texts: Arc::clone(&scene.texts),
            findings: Findings::default(),
        }
    }

    /// Decodes one message that arrived at `arrival_ms`; gives each sample to `out`. What is good in
    /// a message is used even if something else in it is not; the first such thing is the error.
    ///
    /// # Errors
    /// Why the payload, or a part of it, cannot be used.
    pub fn decode(
        &mut self,
        topic: &str,
        payload: &[u8],
        arrival_ms: i64,
        out: &mut impl FnMut(Sample),
    ) -> Result<(), Reject> {
        let sample = Sample {
            source_time_ms: arrival_ms,
            arrival_ms,
            value: 0.0,
            turbine: TurbineRow(0),
            signal: SignalColumn(0),
            quality: Quality::Good,
            timed_by_source: false,
        };
        let too_large = || {
            let detail = format!("{} bytes; at most 1 MiB is read", payload.len());
            Reject::new(RejectReason::TooLarge, detail)
        };
        let is_too_large = payload.len() > LARGEST_PAYLOAD;
        if !self.bound.is_empty()
            && let Some(all) = self.bound.get(topic)
        {
            if is_too_large {
                return Err(too_large());
            }
            let mut outcome = Ok(());
            for fields in all {
                let read = fields.read(payload, sample, &self.texts, &mut self.findings, out);
                outcome = outcome.and(read);
            }
            return outcome;
        }
        let (mapping, turbine, model, captures) = self.route(topic)?;
        if is_too_large {
            return Err(too_large());
        }
        let sample = Sample { turbine, ..sample };
        let fields = self.mappings.get(mapping).and_then(|m| m.fields.get(model));
        match fields {
            Some(fields @ (Fields::Json { .. } | Fields::Bare(..))) => {
                fields.read(payload, sample, &self.texts, &mut self.findings, out)
            }
            Some(Fields::Value(by_level)) => {
                let level = captures.signal.unwrap_or_default();
                let Some((heard, kind)) = by_level.get(level) else {
                    let detail = format!("no signal of the model has the field {level:?}");
                    return Err(Reject::new(RejectReason::UnknownSignal, detail));
                };
                let is_lenient = self.lenient.get(model) == Some(&true);
                bare(
                    payload,
                    heard,
                    (*kind, is_lenient),
                    sample,
                    &self.texts,
                    out,
                )
            }
            None => Err(Reject::new(RejectReason::UnknownTurbine, "no such turbine")),
        }
    }

    /// The first mapping that matches the topic and knows its turbine.
    fn route<'t>(
        &self,
        topic: &'t str,
    ) -> Result<(usize, TurbineRow, usize, Captures<'t>), Reject> {
        let (mut unknown, mut unfit) = (None, None);
        for (at, mapping) in self.mappings.iter().enumerate() {
            let Some(captures) = mapping.matcher.captures(topic) else {
                continue;
            };
            let name = captures.turbine.unwrap_or_default();
            match self.turbines.get(name) {
                Some(&(row, model)) if mapping.knows(model, &captures) => {
                    return Ok((at, row, model, captures));
                }
                // A later filter may know what to do with this level; if none does, this one tells.
                Some(&(row, model)) => {
                    unfit.get_or_insert((at, row, model, captures));
                }
                None => unknown = unknown.or(Some(name)),
            }
        }
        if let Some(route) = unfit {
            return Ok(route);
        }
        let detail = unknown.map_or_else(
            || "the topic fits no filter of the scene".to_owned(),
            |name| format!("the scene has no turbine {name:?}"),
        );
        Err(Reject::new(RejectReason::UnknownTurbine, detail))
    }
}

/// A value in the unit in which it is shown.
#[inline]
fn in_unit(value: f64, conversion: Option<Conversion>) -> f64 {
    conversion.map_or(value, |c| c.apply(value))
}

impl Fields {
    /// Reads a payload for which the topic names no signal.
    fn read(
        &self,
        payload: &[u8],
        sample: Sample,
        texts: &Texts,
        findings: &mut Findings,
        out: &mut impl FnMut(Sample),
    ) -> Result<(), Reject> {
        match self {
            Self::Json { plan, signals } => {
                plan.read(payload, texts, findings)
                    .map_err(|error| not_json(payload, &error))?;
                give_findings(findings, signals, &plan.kinds, sample, payload, out)
            }
            Self::Bare(heard, kind) => bare(payload, heard, (*kind, true), sample, texts, out),
            Self::Value(_) => Ok(()),
        }
    }
}

/// Reads a payload that is one bare value; `sample` has all but the value.
fn bare(
    payload: &[u8],
    heard: &Heard,
    (kind, is_lenient): (ValueKind, bool),
    sample: Sample,
    texts: &Texts,
    out: &mut impl FnMut(Sample),
) -> Result<(), Reject> {
    let text = std::str::from_utf8(payload).map_err(|error| not_utf8(&error))?;
    let reading = match is_lenient {
        _ if heard.carries_codes => Reading::from_bare_codes(text, texts),
        true => Reading::from_bare_leniently(text, kind, texts),
        false => Reading::from_bare(text, kind, texts),
    };
    let (value, quality) = match reading {
        Reading::Value(value) => (in_unit(value, heard.conversion), Quality::Good),
        Reading::Null => (0.0, Quality::Bad),
        Reading::Fault(fault) => return Err(faulty(&heard.name, kind, fault)),
    };
    out(Sample {
        value,
        quality,
        signal: heard.column,
        turbine: heard.row.unwrap_or(sample.turbine),
        ..sample
    });
    Ok(())
}

/// Values that come by topics of their own. Those of one topic whose time and quality stand in the
/// same places are read together.
fn bound(scene: &Scene) -> HashMap<Box<str>, Vec<Fields>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for binding in &scene.bindings {
        let key = (&binding.topic, &binding.time, &binding.quality);
        groups.entry(key).or_default().push(binding);
    }
    let mut bound: HashMap<Box<str>, Vec<Fields>> = HashMap::new();
    for ((topic, time, quality), bindings) in groups {
        let (mut pointers, mut kinds, mut signals) = (Vec::new(), Vec::new(), Vec::new());
        let into = bound.entry(topic.as_str().into()).or_default();
        for binding in bindings {
            let kind = scene.kinds.get(binding.signal.index());
            let kind = kind.copied().unwrap_or_default();
            let name = scene.signals.get(binding.signal.index());
            let heard = Heard {
                row: Some(binding.row),
                column: binding.signal,
                name: name.cloned().unwrap_or_default(),
                conversion: None,
                carries_codes: false,
            };
            match (&binding.field, u16::try_from(signals.len())) {
                (Some(field), Ok(index)) => {
                    pointers.push((field.as_str(), Target::Signal(index)));
                    kinds.push(kind);
                    signals.push(heard);
                }
                (None, _) => into.push(Fields::Bare(heard, kind)),
                // More values in one payload than any has.
                (Some(_), Err(_)) => {}
            }
        }
        if signals.is_empty() {
            continue;
        }
        pointers.extend(time.as_deref().map(|p| (p, Target::Time)));
        pointers.extend(quality.as_deref().map(|p| (p, Target::Quality)));
        into.push(Fields::Json {
            plan: JsonPlan {
                trie: PointerTrie::new(pointers.into_iter()),
                kinds,
                carries_codes: Vec::new(),
                is_lenient: true,
            },
            signals,
        });
    }
    bound
}

/// Codes are read as texts; a number that carries one is read as any.
fn carries_codes(signal: &crate::scene::Signal) -> bool {
    signal.carries_codes && signal.kind == ValueKind::Text
}

fn fields(mapping: &TopicMapping, model: &Model) -> Fields {
    // What is worked out is not heard.
    let heard = || model.signals.iter().filter(|s| s.expression.is_none());
    match mapping.payload {
        PayloadFormat::Json => {
            let signals = heard().zip(0..);
            let pointers = signals.map(|(s, index)| (s.field.as_str(), Target::Signal(index)));
            let time = mapping.time.as_deref().map(|p| (p, Target::Time));
            let quality = mapping.quality.as_deref().map(|p| (p, Target::Quality));
            Fields::Json {
                plan: JsonPlan {
                    trie: PointerTrie::new(pointers.chain(time).chain(quality)),
                    kinds: heard().map(|s| s.kind).collect(),
                    carries_codes: heard().map(carries_codes).collect(),
                    is_lenient: model.is_entity,
                },
                signals: heard().map(Heard::of).collect(),
            }
        }
        PayloadFormat::Value => {
            // A level is the field, the field without the `/` of a JSON pointer, or the signal's
            // own name; where two signals claim the same, the earlier form counts.
            let mut by_level = HashMap::new();
            let forms: [fn(&crate::scene::Signal) -> &str; 3] = [
                |s| &s.field,
                |s| s.field.strip_prefix('/').unwrap_or(&s.field),
                |s| &s.name,
            ];
            for form in forms {
                for signal in heard() {
                    let level = form(signal).into();
                    let heard = Heard::of(signal);
                    by_level.entry(level).or_insert((heard, signal.kind));
                }
            }
            Fields::Value(by_level)
        }
    }
}

/// Hands on what was found in a JSON payload; `sample` has the turbine and the arrival time.
fn give_findings(
    findings: &Findings,
    signals: &[Heard],
    kinds: &[ValueKind],
    sample: Sample,
    payload: &[u8],
    out: &mut impl FnMut(Sample),
) -> Result<(), Reject> {
    if findings.is_empty() {
        return Err(if nesting(payload) > DEEPEST_NESTING {
            too_deep()
        } else {
            let detail = "none of the model's fields is in it";
            Reject::new(RejectReason::NoKnownField, detail)
        });
    }
    let source_time_ms = match findings.time_ms {
        Said::Nothing => sample.arrival_ms,
        Said::This(ms) if time::is_plausible(ms, sample.arrival_ms) => ms,
        Said::This(ms) => {
            let when = jiff::Timestamp::from_millisecond(ms)
                .map_or_else(|_| format!("{ms} ms since 1970"), |t| t.to_string());
            let detail = format!("source time {when}: more than a day ahead or ten years behind");
            return Err(Reject::new(RejectReason::BadTime, detail));
        }
        Said::Nonsense => {
            let detail = "the source time is neither an RFC 3339 text nor an epoch number";
            return Err(Reject::new(RejectReason::BadTime, detail));
        }
    };
    let mut fault = None;
    let quality = match findings.quality {
        Said::Nothing => Quality::Good,
        Said::This(quality) => quality,
        Said::Nonsense => {
            let detail = "the quality is neither good, uncertain, bad, true, false nor an OPC UA \
                          status code; taken as bad";
            fault = Some(Reject::new(RejectReason::WrongType, detail));
            Quality::Bad
        }
    };
    for (index, reading) in findings.iter() {
        let Some(signal) = signals.get(usize::from(index)) else {
            continue;
        };
        let (value, quality) = match reading {
            Reading::Value(value) => (in_unit(value, signal.conversion), quality),
            Reading::Null => (0.0, Quality::Bad),
            Reading::Fault(found) => {
                let kind = kinds.get(usize::from(index)).copied().unwrap_or_default();
                fault.get_or_insert_with(|| faulty(&signal.name, kind, found));
                continue;
            }
        };
        out(Sample {
            source_time_ms,
            timed_by_source: matches!(findings.time_ms, Said::This(_)),
            value,
            quality,
            turbine: signal.row.unwrap_or(sample.turbine),
            signal: signal.column,
            ..sample
        });
    }
    fault.map_or(Ok(()), Err)
}

fn faulty(name: &str, kind: ValueKind, fault: Fault) -> Reject {
    let detail = format!("{name}: expected {}, found {}", expected(kind), fault.found);
    Reject::new(fault.reason, detail)
}

fn not_utf8(error: &std::str::Utf8Error) -> Reject {
    let detail = format!("not UTF-8 after {} bytes", error.valid_up_to());
    Reject::new(RejectReason::NotUtf8, detail)
}

fn too_deep() -> Reject {
    Reject::new(RejectReason::TooLarge, "nested more than 128 levels deep")
}

/// Tells why a payload is not JSON.
fn not_json(payload: &[u8], error: &serde_json::Error) -> Reject {
    if let Err(error) = std::str::from_utf8(payload) {
        return not_utf8(&error);
    }
    if payload.is_empty() {
        return Reject::new(RejectReason::MalformedJson, "empty");
    }
    let words = error.to_string();
    if words.starts_with("number out of range") {
        return Reject::new(RejectReason::NotFinite, words);
    }
    if words.starts_with("recursion limit") || nesting(payload) > DEEPEST_NESTING {
        return too_deep();
    }
    // Programs that know no better write these where JSON has no way to write them.
    let line = payload
        .split(|b| *b == b'\n')
        .nth(error.line().saturating_sub(1));
    let rest = line.and_then(|l| l.get(error.column().saturating_sub(1)..));
    let rest = rest.unwrap_or_default();
    let not_finite: [&[u8]; 4] = [b"NaN", b"Infinity", b"inf", b"an"];
    if not_finite.iter().any(|word| rest.starts_with(word)) {
        let detail = format!("{words}: JSON has no NaN or infinity; send null");
        return Reject::new(RejectReason::NotFinite, detail);
    }
    let cut_off = if error.is_eof() { "cut off: " } else { "" };
    Reject::new(RejectReason::MalformedJson, format!("{cut_off}{words}"))
}

/// How deeply a payload nests objects and arrays; brackets inside texts do not count.
fn nesting(payload: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for byte in payload {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::super::test_scene::scene;
    use super::*;

    const NOW_MS: i64 = 1_766_400_000_000;

    fn decoded(topic: &str, payload: &[u8]) -> (Vec<Sample>, Option<Reject>) {
        let mut decoder = Decoder::new(&scene(&["T1", "T2"]));
        let mut samples = Vec::new();
        let outcome = decoder.decode(topic, payload, NOW_MS, &mut |s| samples.push(s));
        (samples, outcome.err())
    }

    fn json(payload: &str) -> (Vec<Sample>, Option<RejectReason>) {
        let (samples, reject) = decoded("farm/T2/telemetry", payload.as_bytes());
        (samples, reject.map(|r| r.reason))
    }

    #[test]
    fn each_field_becomes_a_sample_with_the_messages_time_and_quality() {
        let (samples, reject) = json(
            r#"{"other": [1, {"x": 2}], "WTRM": {"x": {}, "OilTmp": 81.5}, "on": true,
                "st": "run", "q": "Uncertain", "ts": 1766399999.5}"#,
        );
        assert_eq!(reject, None);
        let [oil, on, state] = samples.as_slice() else {
            panic!("three samples: {samples:?}");
        };
        assert_eq!(
            (oil.value, oil.signal, oil.turbine),
            (81.5, SignalColumn(0), TurbineRow(1))
        );
        assert_eq!((oil.source_time_ms, oil.arrival_ms), (NOW_MS - 500, NOW_MS));
        assert_eq!(oil.quality, Quality::Uncertain);
        assert_eq!((on.value, on.signal), (1.0, SignalColumn(1)));
        assert_eq!(state.signal, SignalColumn(2));
    }

    #[test]
    fn a_value_may_come_by_a_topic_of_its_own_and_in_another_kind() {
        let mut scene = scene(&["T1", "T2"]);
        let binding = |topic: &str, field: Option<&str>, row, signal| crate::scene::TopicBinding {
            topic: topic.into(),
            field: field.map(str::to_owned),
            time: None,
            quality: None,
            row: TurbineRow(row),
            signal: SignalColumn(signal),
        };
        scene.bindings = vec![
            binding("plc", Some("/v/0"), 0, 0),
            binding("plc", Some("/v/1"), 1, 0),
            binding("plc", Some("/state"), 1, 2),
            binding("bare", None, 1, 0),
        ];
        let mut decoder = Decoder::new(&scene);
        let mut decode = |topic: &str, payload: &str| {
            let mut found = Vec::new();
            let outcome = decoder.decode(topic, payload.as_bytes(), NOW_MS, &mut |s| {
                found.push((s.turbine.0, s.signal.0, s.value));
            });
            (found, outcome.err().map(|r| r.reason))
        };
        let (found, reject) = decode("plc", r#"{"v": ["1.5", true], "state": 7}"#);
        assert_eq!(reject, None);
        assert_eq!(found.get(..2), Some(&[(0, 0, 1.5), (1, 0, 1.0)][..]));
        assert_eq!(found.get(2).map(|f| (f.0, f.1)), Some((1, 2)));
        assert_eq!(decode("bare", "8.25"), (vec![(1, 0, 8.25)], None));
        assert_eq!(decode("bare", "hot").1, Some(RejectReason::WrongType));
    }

    #[test]
    fn the_good_in_a_message_is_used_although_something_in_it_is_bad() {
        let (samples, reject) = json(r#"{"WTRM": {"OilTmp": "hot"}, "on": false}"#);
        assert_eq!(reject, Some(RejectReason::WrongType));
        assert_eq!(samples.len(), 1);
        assert_eq!(samples[0].signal, SignalColumn(1));
    }

    #[test]
    fn null_is_a_bad_value_and_no_reject() {
        let (samples, reject) = json(r#"{"WTRM": {"OilTmp": null}, "ts": null}"#);
        assert_eq!(reject, None);
        assert_eq!(samples[0].quality, Quality::Bad);
        assert_eq!(samples[0].source_time_ms, NOW_MS);
    }

    #[test]
    fn of_duplicate_keys_the_last_counts() {
        let (samples, reject) =
            json(r#"{"on": "x", "WTRM": {"OilTmp": 1, "OilTmp": 2}, "on": true}"#);
        assert_eq!(reject, None);
        let mut values: Vec<_> = samples.iter().map(|s| (s.signal.0, s.value)).collect();
        values.sort_by_key(|(signal, _)| *signal);
        assert_eq!(values, [(0, 2.0), (1, 1.0)]);
    }

    #[test]
    fn unusable_payloads_are_told_apart_and_give_no_sample() {
        use RejectReason::{
            BadTime, MalformedJson, NoKnownField, NotFinite, NotUtf8, TooLarge, WrongType,
        };
        let deep = |inner: &str| format!("{}{inner}", r#"{"a":"#.repeat(100_000));
        let cases: Vec<(Vec<u8>, RejectReason)> = vec![
            (b"".into(), MalformedJson),
            (br#"{"WTRM": {"OilTmp": 8"#.into(), MalformedJson),
            (br#"{"on": true} {"on": true}"#.into(), MalformedJson),
            (br#"{"on": true,}"#.into(), MalformedJson),
            (b"on: true".into(), MalformedJson),
            (br#"{"WTRM": {"OilTmp": NaN}}"#.into(), NotFinite),
            (br#"{"WTRM": {"OilTmp": nan}}"#.into(), NotFinite),
            (br#"{"WTRM": {"OilTmp": -Infinity}}"#.into(), NotFinite),
            (br#"{"WTRM": {"OilTmp": "NaN"}}"#.into(), NotFinite),
            (br#"{"WTRM": {"OilTmp": 1e999}}"#.into(), NotFinite),
            (br#"{"WTRM": {"OilTmp": "12"}}"#.into(), WrongType),
            (br#"{"WTRM": {"OilTmp": [12]}}"#.into(), WrongType),
            (br#"{"WTRM": {"OilTmp": {"v": 12}}}"#.into(), WrongType),
            (br#"{"st": 3}"#.into(), WrongType),
            (br#"{"WTRM": 3, "x": 1}"#.into(), NoKnownField),
            (b"[]".into(), NoKnownField),
            (b"3".into(), NoKnownField),
            (b"null".into(), NoKnownField),
            (b"{\"st\": \"\xff\"}".into(), NotUtf8),
            (br#"{"on": true, "ts": "tomorrow"}"#.into(), BadTime),
            (br#"{"on": true, "ts": true}"#.into(), BadTime),
            (br#"{"on": true, "ts": -62135596800}"#.into(), BadTime),
            (
                br#"{"on": true, "ts": "2999-01-01T00:00:00Z"}"#.into(),
                BadTime,
            ),
            (br#"{"on": true, "ts": 1e300}"#.into(), BadTime),
            (deep("1").into(), TooLarge),
            (
                format!("{}{}", deep("1"), "}".repeat(100_000)).into(),
                TooLarge,
            ),
            ("[".repeat(100_000).into(), TooLarge),
            (vec![b' '; LARGEST_PAYLOAD + 1], TooLarge),
        ];
        for (payload, reason) in cases {
            let (samples, reject) = decoded("farm/T1/telemetry", &payload);
            let start = String::from_utf8_lossy(&payload[..payload.len().min(60)]).into_owned();
            assert_eq!(samples, [], "{start}");
            let reject = reject.unwrap_or_else(|| panic!("{start}: {reason:?}"));
            assert_eq!(reject.reason, reason, "{start}: {}", reject.detail);
        }
    }

    #[test]
    fn a_detail_names_the_field_and_what_was_found() {
        let (_, reject) = decoded("farm/T1/telemetry", br#"{"on": "yes"}"#);
        let detail = reject.expect("a reject").detail;
        assert_eq!(detail, "running: expected true or false, found a text");
    }

    #[test]
    fn turbines_and_signals_that_the_scene_lacks_are_told_apart() {
        let reason = |topic| decoded(topic, b"1").1.map(|r| r.reason);
        assert_eq!(
            reason("farm/T9/telemetry"),
            Some(RejectReason::UnknownTurbine)
        );
        assert_eq!(reason("other"), Some(RejectReason::UnknownTurbine));
        assert_eq!(reason("v/T1/rpm"), Some(RejectReason::UnknownSignal));
        assert_eq!(reason("v/T1/on"), None);
        assert_eq!(reason("v/T1/running"), None);
    }

    #[test]
    fn a_quality_that_is_nonsense_makes_values_bad_and_is_counted() {
        let (samples, reject) = json(r#"{"on": true, "q": "so-so"}"#);
        assert_eq!(reject, Some(RejectReason::WrongType));
        assert_eq!(samples[0].quality, Quality::Bad);
    }
}
