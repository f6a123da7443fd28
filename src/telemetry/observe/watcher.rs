//! Counts every message and looks into a bounded number of them.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::platform::collections::HashMap;

use super::pattern;
use super::payload::{Found, cut, walk};
use super::seen::{Matched, Seen, SeenField, SeenKind, SeenLevel, SeenTopic};
use crate::scene::{PayloadFormat, Scene};
use crate::telemetry::topic::TopicMatcher;

/// Topics, folded, that are kept.
const MOST_TOPICS: usize = 300;
/// Fields that are kept, over all topics.
const MOST_FIELDS: usize = 4_000;
/// Fields of a topic that are kept.
const MOST_FIELDS_A_TOPIC: usize = 512;
/// Turbines or topics of a row that are told apart.
const MOST_SOURCES: u32 = 1 << 20;
/// Ids of turbines that the scene lacks, by row.
const MOST_UNKNOWN: usize = 5;
/// How often what was seen is written up, and in which payloads are counted for sampling.
const WINDOW_MS: i64 = 250;
/// Payloads that are looked into in a window.
const MOST_LOOKED_INTO: u32 = 250;
/// Of a topic in any case, so that a rare one is not drowned by a busy one.
const LEAST_LOOKED_INTO: u32 = 4;
/// Numbers that are kept of a field.
const MOST_HISTORY: usize = 120;
/// Bytes of the sample that are kept.
const SAMPLE_BYTES: usize = 4_096;
/// A rate is taken over marks of a second each.
const MARKS: usize = 10;

/// What is known of topics and fields.
#[derive(Default)]
pub(super) struct Watcher {
    scene: Option<Arc<Scene>>,
    matchers: Vec<TopicMatcher>,
    turbines: HashMap<Arc<str>, (u32, usize)>,
    /// The row of each of the scene's topics: of its own turbines, and of others.
    of_mapping: Vec<[Option<usize>; 2]>,
    of_pattern: HashMap<Box<str>, usize>,
    rows: Vec<Row>,
    field_count: usize,
    left_out: u64,
    key: String,
    random: u64,
    published_ms: i64,
    has_news: bool,
    revision: u64,
}

/// Numbers, each once.
#[derive(Default)]
struct Bits(Vec<u64>, u32);

impl Bits {
    /// True if it was not there yet.
    fn insert(&mut self, n: u32) -> bool {
        let (word, bit) = (n as usize / 64, 1_u64 << (n % 64));
        if n >= MOST_SOURCES {
            return false;
        }
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let Some(held) = self.0.get_mut(word) else {
            return false;
        };
        let is_new = *held & bit == 0;
        *held |= bit;
        self.1 += u32::from(is_new);
        is_new
    }
}

struct Row {
    matched: Matched,
    filter: Arc<str>,
    levels: Vec<SeenLevel>,
    sample_topic: Arc<str>,
    sample: Arc<str>,
    is_sample_cut: bool,
    is_json: bool,
    messages: u64,
    marks: VecDeque<(i64, u64)>,
    last_ms: i64,
    is_retained: bool,
    sources: Bits,
    unknown_turbines: Vec<Box<str>>,
    fields: Vec<Field>,
    by_pointer: HashMap<Arc<str>, usize>,
    fields_left_out: bool,
    looked_into: u64,
    in_window: u32,
    looked_into_in_window: u32,
    /// One of so many messages is looked into.
    stride: u32,
    sampled_ms: i64,
}

struct Field {
    pointer: Arc<str>,
    kind: SeenKind,
    is_mixed: bool,
    value: String,
    times: u64,
    last_ms: i64,
    sources: Bits,
    models: Vec<(usize, u32)>,
    range: Option<[f64; 2]>,
    history: VecDeque<(i64, f64)>,
}

/// From where a message came.
#[derive(Clone, Copy)]
struct Origin {
    /// Row and model of the turbine, where it is one of the scene's.
    turbine: Option<(u32, usize)>,
    is_sample: bool,
    now_ms: i64,
}

impl Watcher {
    /// Takes over a scene. What was seen stays if topics and turbines are the same.
    pub fn follow(&mut self, scene: &Arc<Scene>) {
        let is_same = self.scene.as_ref().is_some_and(|old| {
            let same_turbines = old.turbines.len() == scene.turbines.len()
                && (old.turbines.iter().zip(&scene.turbines))
                    .all(|(a, b)| a.id == b.id && a.model == b.model);
            old.path == scene.path && old.topics == scene.topics && same_turbines
        });
        if !is_same {
            *self = Self {
                revision: self.revision,
                random: self.random,
                has_news: true,
                ..Self::default()
            };
            let filters = scene.topics.iter();
            self.matchers = filters.map(|t| TopicMatcher::new(&t.filter)).collect();
            self.of_mapping = vec![[None; 2]; scene.topics.len()];
        }
        self.scene = Some(Arc::clone(scene));
    }

    /// Goes on after a time in which nothing was seen: rates begin anew.
    pub fn resume(&mut self) {
        for row in &mut self.rows {
            row.marks.clear();
        }
        self.has_news = true;
    }

    /// Takes note of a message.
    pub fn see(&mut self, topic: &str, payload: &[u8], is_retained: bool, now_ms: i64) {
        let Some(scene) = self.scene.clone() else {
            return;
        };
        if self.turbines.is_empty() && !scene.turbines.is_empty() {
            let turbines = (0..).zip(&scene.turbines);
            let turbines = turbines.map(|(row, t)| (Arc::clone(&t.id), (row, t.model)));
            self.turbines = turbines.collect();
        }
        self.has_news = true;
        let Some((at, turbine, signal)) = self.route(&scene, topic) else {
            self.left_out += 1;
            return;
        };
        self.random = next_random(self.random);
        let (random, rows) = (self.random, self.rows.len().max(1) as u32);
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        row.messages += 1;
        row.in_window += 1;
        row.last_ms = now_ms;
        row.is_retained = is_retained;
        let source = turbine.map_or_else(|| hash(topic) % MOST_SOURCES, |(row, _)| row);
        row.sources.insert(source);
        let most = (MOST_LOOKED_INTO / rows).max(LEAST_LOOKED_INTO);
        let is_sample = *topic == *row.sample_topic && now_ms - row.sampled_ms >= WINDOW_MS;
        let is_chosen = row.looked_into_in_window < most && random % u64::from(row.stride) == 0;
        if !is_sample && !is_chosen && row.looked_into > 0 {
            return;
        }
        row.looked_into += 1;
        row.looked_into_in_window += 1;
        if is_sample || row.looked_into == 1 {
            row.sampled_ms = now_ms;
            let short = payload.get(..SAMPLE_BYTES);
            row.is_sample_cut = short.is_some_and(|short| short.len() < payload.len());
            row.sample = String::from_utf8_lossy(short.unwrap_or(payload)).into();
        }
        let origin = Origin {
            turbine,
            is_sample: *topic == *row.sample_topic,
            now_ms,
        };
        let (field_count, row_signal) = (&mut self.field_count, signal.as_deref());
        let mut is_json = false;
        let mut given: Vec<(String, Found)> = Vec::new();
        is_json |= walk(payload, &mut |pointer, found| {
            given.push((pointer.to_owned(), found));
        });
        row.is_json |= is_json;
        for (pointer, found) in given {
            // A topic of bare values has its signal's name in a level.
            let pointer = row_signal
                .filter(|_| pointer.is_empty())
                .unwrap_or(&pointer);
            row.note(pointer, found, origin, field_count);
        }
    }

    /// The row of a topic, its turbine, and the signal that a level names.
    #[expect(clippy::type_complexity, reason = "three things of one topic")]
    fn route(
        &mut self,
        scene: &Scene,
        topic: &str,
    ) -> Option<(usize, Option<(u32, usize)>, Option<String>)> {
        let mut unknown = None;
        for (at, matcher) in self.matchers.iter().enumerate() {
            let Some(captures) = matcher.captures(topic) else {
                continue;
            };
            let name = captures.turbine.unwrap_or_default();
            let is_value =
                (scene.topics.get(at)).is_some_and(|t| t.payload == PayloadFormat::Value);
            let signal = captures.signal.filter(|_| is_value).map(str::to_owned);
            if let Some(&turbine) = self.turbines.get(name) {
                let row = self.row_of_mapping(scene, at, true, topic)?;
                return Some((row, Some(turbine), signal));
            }
            unknown = unknown.or(Some((at, name.to_owned(), signal)));
        }
        if let Some((at, name, signal)) = unknown {
            let index = self.row_of_mapping(scene, at, false, topic)?;
            if let Some(row) = self.rows.get_mut(index)
                && row.unknown_turbines.len() < MOST_UNKNOWN
                && !row.unknown_turbines.iter().any(|known| **known == *name)
            {
                row.unknown_turbines.push(cut(&name).into());
            }
            return Some((index, None, signal));
        }
        self.row_of_pattern(topic)
            .map(|(row, turbine)| (row, turbine, None))
    }

    fn row_of_mapping(
        &mut self,
        scene: &Scene,
        at: usize,
        is_known: bool,
        topic: &str,
    ) -> Option<usize> {
        let which = usize::from(!is_known);
        let known = self.of_mapping.get(at).and_then(|rows| rows.get(which));
        if let Some(row) = known.copied().flatten() {
            return Some(row);
        }
        let filter = scene.topics.get(at)?.filter.as_str();
        let matched = match is_known {
            true => Matched::Mapping(at),
            false => Matched::UnknownTurbine(at),
        };
        let row = self.add(Row::new(matched, filter.into(), topic))?;
        if let Some(rows) = self.of_mapping.get_mut(at)
            && let Some(slot) = rows.get_mut(which)
        {
            *slot = Some(row);
        }
        Some(row)
    }

    fn row_of_pattern(&mut self, topic: &str) -> Option<(usize, Option<(u32, usize)>)> {
        let mut key = std::mem::take(&mut self.key);
        let turbines = &self.turbines;
        pattern::write_key(topic, |level| turbines.contains_key(level), &mut key);
        let turbine = topic
            .split('/')
            .find_map(|level| turbines.get(level).copied());
        let known = self.of_pattern.get(key.as_str()).copied();
        let at = match known {
            Some(at) => Some(at),
            None => {
                let mut row = Row::new(Matched::Not, topic.into(), topic);
                row.levels = topic
                    .split('/')
                    .map(|level| SeenLevel {
                        text: level.into(),
                        varies: false,
                        is_turbine: turbines.contains_key(level),
                    })
                    .collect();
                row.name();
                let at = self.add(row);
                if let Some(at) = at {
                    self.of_pattern.insert(key.as_str().into(), at);
                }
                at
            }
        };
        self.key = key;
        let at = at?;
        if let Some(row) = self.rows.get_mut(at) {
            let mut differs = false;
            for (level, text) in row.levels.iter_mut().zip(topic.split('/')) {
                if !level.varies && *level.text != *text {
                    level.varies = true;
                    differs = true;
                }
            }
            if differs {
                row.name();
            }
        }
        Some((at, turbine))
    }

    fn add(&mut self, row: Row) -> Option<usize> {
        let at = self.rows.len();
        (at < MOST_TOPICS).then(|| self.rows.push(row))?;
        Some(at)
    }

    /// What was seen, if it is time to tell and there is something new, or a rate that must fall.
    pub fn publish(&mut self, now_ms: i64) -> Option<Seen> {
        let since_ms = now_ms - self.published_ms;
        let is_falling = || self.rows.iter().any(|row| row.marks.len() > 1);
        let is_due = !(0..WINDOW_MS).contains(&since_ms) && self.has_news
            || since_ms >= 1_000 && is_falling();
        if !is_due {
            return None;
        }
        self.published_ms = now_ms;
        self.has_news = false;
        self.revision += 1;
        let most = (MOST_LOOKED_INTO / self.rows.len().max(1) as u32).max(LEAST_LOOKED_INTO);
        Some(Seen {
            revision: self.revision,
            at_ms: now_ms,
            topics: self
                .rows
                .iter_mut()
                .map(|row| row.tell(now_ms, most))
                .collect(),
            messages_left_out: self.left_out,
        })
    }
}

impl Row {
    fn new(matched: Matched, filter: Arc<str>, topic: &str) -> Self {
        Self {
            matched,
            filter,
            levels: Vec::new(),
            sample_topic: topic.into(),
            sample: "".into(),
            is_sample_cut: false,
            is_json: false,
            messages: 0,
            marks: VecDeque::new(),
            last_ms: 0,
            is_retained: false,
            sources: Bits::default(),
            unknown_turbines: Vec::new(),
            fields: Vec::new(),
            by_pointer: HashMap::default(),
            fields_left_out: false,
            looked_into: 0,
            in_window: 0,
            looked_into_in_window: 0,
            stride: 1,
            sampled_ms: i64::MIN / 2,
        }
    }

    /// Its name, from its levels.
    fn name(&mut self) {
        let level = |level: &SeenLevel| match (level.is_turbine, level.varies) {
            (true, _) => "{turbine}".to_owned(),
            (false, true) => "+".to_owned(),
            (false, false) => level.text.to_string(),
        };
        let levels: Vec<String> = self.levels.iter().map(level).collect();
        self.filter = levels.join("/").into();
    }

    fn note(&mut self, pointer: &str, found: Found, origin: Origin, field_count: &mut usize) {
        let at = match self.by_pointer.get(pointer) {
            Some(at) => *at,
            None if self.fields.len() >= MOST_FIELDS_A_TOPIC || *field_count >= MOST_FIELDS => {
                self.fields_left_out = true;
                return;
            }
            None => {
                *field_count += 1;
                let pointer: Arc<str> = pointer.into();
                self.by_pointer
                    .insert(Arc::clone(&pointer), self.fields.len());
                self.fields.push(Field::new(pointer));
                self.fields.len() - 1
            }
        };
        if let Some(field) = self.fields.get_mut(at) {
            field.note(found, origin);
        }
    }

    fn tell(&mut self, now_ms: i64, most: u32) -> SeenTopic {
        self.stride = (self.in_window / most.max(1)).max(1);
        self.in_window = 0;
        self.looked_into_in_window = 0;
        let is_mark_due = self.marks.back().is_none_or(|(at, _)| now_ms - at >= 1_000);
        if is_mark_due {
            self.marks.push_back((now_ms, self.messages));
            if self.marks.len() > MARKS + 1 {
                self.marks.pop_front();
            }
        }
        let per_s = self.marks.front().map_or(0.0, |(at, messages)| {
            let elapsed_s = (now_ms - at) as f64 / 1e3;
            if elapsed_s < 0.5 {
                return 0.0;
            }
            self.messages.saturating_sub(*messages) as f64 / elapsed_s
        });
        if per_s == 0.0 && self.marks.len() > MARKS {
            // Nothing more to fall.
            self.marks.truncate(1);
        }
        let looked_into = self.looked_into.max(1) as f64;
        SeenTopic {
            filter: Arc::clone(&self.filter),
            matched: self.matched,
            levels: self.levels.clone(),
            sample_topic: Arc::clone(&self.sample_topic),
            sample: Arc::clone(&self.sample),
            is_sample_cut: self.is_sample_cut,
            is_json: self.is_json,
            messages: self.messages,
            per_s,
            last_ms: self.last_ms,
            is_retained: self.is_retained,
            sources: self.sources.1,
            unknown_turbines: self.unknown_turbines.clone(),
            fields: self
                .fields
                .iter()
                .map(|field| field.tell(per_s / looked_into))
                .collect(),
            fields_left_out: self.fields_left_out,
        }
    }
}

impl Field {
    fn new(pointer: Arc<str>) -> Self {
        Self {
            pointer,
            kind: SeenKind::Null,
            is_mixed: false,
            value: String::new(),
            times: 0,
            last_ms: 0,
            sources: Bits::default(),
            models: Vec::new(),
            range: None,
            history: VecDeque::new(),
        }
    }

    fn note(&mut self, found: Found, origin: Origin) {
        self.times += 1;
        self.last_ms = origin.now_ms;
        if found.kind != SeenKind::Null {
            self.is_mixed |= self.kind != SeenKind::Null && self.kind != found.kind;
            self.kind = found.kind;
        }
        if let Some(number) = found.number {
            let [low, high] = self.range.unwrap_or([number; 2]);
            self.range = Some([low.min(number), high.max(number)]);
            if origin.is_sample {
                if self.history.len() >= MOST_HISTORY {
                    self.history.pop_front();
                }
                self.history.push_back((origin.now_ms, number));
            }
        }
        // The value that is shown is one source's, so that it does not jump between turbines.
        if origin.is_sample || self.value.is_empty() {
            self.value = found.text;
        }
        if let Some((row, model)) = origin.turbine
            && self.sources.insert(row)
        {
            match self.models.iter_mut().find(|(known, _)| *known == model) {
                Some((_, count)) => *count += 1,
                None => self.models.push((model, 1)),
            }
        }
    }

    /// `share`: messages a second of the topic, by the messages that were looked into.
    fn tell(&self, share: f64) -> SeenField {
        SeenField {
            pointer: Arc::clone(&self.pointer),
            kind: self.kind,
            is_mixed: self.is_mixed,
            value: self.value.clone(),
            per_s: share * self.times as f64,
            last_ms: self.last_ms,
            sources: self.sources.1,
            models: self.models.clone(),
            range: self.range,
            history: self.history.iter().copied().collect(),
        }
    }
}

/// Xorshift: chooses without a pattern that a farm's own order could agree with.
fn next_random(state: u64) -> u64 {
    let mut x = state ^ 0x9E37_79B9_7F4A_7C15;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    x
}

/// FNV-1a.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::test_scene::scene;

    fn watcher() -> Watcher {
        let mut watcher = Watcher::default();
        watcher.follow(&Arc::new(scene(&["T1", "T2"])));
        watcher
    }

    #[test]
    fn topics_fold_by_the_scenes_filters_and_others_by_what_varies() {
        let mut watcher = watcher();
        let json = br#"{"on":true,"new":{"Tmp":3}}"#;
        for (topic, at) in [
            ("farm/T1/telemetry", 0),
            ("farm/T2/telemetry", 1),
            ("farm/T9/telemetry", 2),
            ("met/mast01/wind", 3),
            ("met/mast02/wind", 4),
            ("x/T1/y", 5),
        ] {
            watcher.see(topic, json, at == 3, at);
        }
        watcher.see("v/T1/oil", b"81.5", false, 6);
        let seen = watcher.publish(1_000).expect("there is something new");
        let rows: Vec<_> = (seen.topics.iter())
            .map(|t| (&*t.filter, t.matched, t.messages, t.sources))
            .collect();
        assert_eq!(
            rows,
            [
                ("farm/{turbine}/telemetry", Matched::Mapping(0), 2, 2),
                ("farm/{turbine}/telemetry", Matched::UnknownTurbine(0), 1, 1),
                ("met/+/wind", Matched::Not, 2, 2),
                ("x/{turbine}/y", Matched::Not, 1, 1),
                ("v/{turbine}/{signal}", Matched::Mapping(1), 1, 1),
            ]
        );
        let fields = &seen.topics[0].fields;
        let pointers: Vec<_> = fields.iter().map(|f| (&*f.pointer, f.sources)).collect();
        assert_eq!(pointers, [("/new/Tmp", 2), ("/on", 2)]);
        assert_eq!(fields[0].models, [(0, 2)]);
        assert_eq!(&*seen.topics[1].unknown_turbines[0], "T9");
        assert_eq!(&*seen.topics[4].fields[0].pointer, "oil");
        assert!(watcher.publish(1_200).is_none(), "nothing is new");
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_rest_is_told() {
        let mut watcher = watcher();
        let letters = |n: usize| -> String {
            let digits = format!("{n:04}");
            digits
                .bytes()
                .map(|b| char::from(b - b'0' + b'a'))
                .collect()
        };
        for n in 0..1_000 {
            watcher.see(&format!("other/{}", letters(n)), b"1", false, 0);
        }
        let members: Vec<_> = (0..200).map(|n| format!("\"{}\":1", letters(n))).collect();
        let payload = format!("{{{}}}", members.join(","));
        watcher.see("other/aaaa", payload.as_bytes(), false, 1);
        let seen = watcher.publish(1_000).expect("news");
        assert_eq!(seen.topics.len(), MOST_TOPICS);
        assert_eq!(seen.messages_left_out, 700);
        let fields: usize = seen.topics.iter().map(|t| t.fields.len()).sum();
        assert!(fields <= MOST_FIELDS);
    }

    #[test]
    fn under_load_every_message_counts_and_few_are_looked_into() {
        let mut watcher = watcher();
        for n in 0..50_000_i64 {
            let topic = ["farm/T1/telemetry", "farm/T2/telemetry"][(n % 2) as usize];
            let payload = format!("{{\"oil\":{n}}}");
            watcher.see(topic, payload.as_bytes(), false, n / 50);
            if n % 12_500 == 12_499 {
                watcher.publish(n / 50);
            }
        }
        watcher.has_news = true;
        let seen = watcher.publish(10_000).expect("news");
        let topic = &seen.topics[0];
        assert_eq!((topic.messages, topic.sources), (50_000, 2));
        assert_eq!(topic.fields[0].sources, 2, "both turbines came by");
        assert!(
            watcher.rows[0].looked_into < 2_000,
            "{}",
            watcher.rows[0].looked_into
        );
        let numbers: Vec<f64> = topic.fields[0].history.iter().map(|h| h.1).collect();
        assert!(
            numbers.iter().all(|n| n % 2.0 == 0.0),
            "of one turbine only"
        );
    }

    #[test]
    fn the_same_topics_and_turbines_keep_what_was_seen_over_a_reload() {
        let mut watcher = watcher();
        watcher.see("farm/T1/telemetry", b"{\"on\":true}", false, 0);
        watcher.follow(&Arc::new(scene(&["T1", "T2"])));
        assert_eq!(watcher.publish(300).expect("news").topics.len(), 1);
        watcher.follow(&Arc::new(scene(&["T1"])));
        assert_eq!(watcher.publish(600).expect("news").topics.len(), 0);
    }

    #[test]
    fn a_rate_falls_when_nothing_comes_any_more() {
        let mut watcher = watcher();
        for second in 0..20 {
            watcher.see("farm/T1/telemetry", b"{\"on\":true}", false, second * 1_000);
            watcher.publish(second * 1_000);
        }
        let rate = |seen: Seen| seen.topics[0].per_s;
        let before = rate(watcher.publish(20_000).expect("falling"));
        assert!((before - 1.0).abs() < 0.2, "{before}");
        let mut last = before;
        for second in 21..40 {
            last = watcher.publish(second * 1_000).map_or(last, rate);
        }
        assert_eq!(last, 0.0);
        assert!(
            watcher.publish(60_000).is_none(),
            "a window at rest is not woken"
        );
    }
}
