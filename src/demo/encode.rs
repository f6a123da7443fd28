//! Messages: topics and payloads of a turbine, from templates that are worked out once.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::farm::{Farm, Field, Payload};
use super::quantity::Quantity;
use super::turbine::Turbine;

/// A pointer of more levels than this is nobody's.
const DEEPEST: usize = 16;

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Literal(String),
    Measured {
        quantity: Quantity,
        factor: f64,
        offset: f64,
    },
    Time,
}

/// One message of a turbine.
#[derive(Debug, Clone, PartialEq)]
struct Message {
    topic: String,
    payload: Template,
}

/// A payload, as indexes into those of the farm.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Template {
    whole: usize,
    /// Without what a broken sensor does not tell: not sent at all where there is none.
    lacking: Option<usize>,
}

/// What a broken sensor does not tell.
const BREAKS: Quantity = Quantity::TransformerTemperature;

fn can_break(field: &&Field) -> bool {
    field.quantity == BREAKS
}

/// What every turbine of a farm sends.
#[derive(Debug, Clone, Default)]
pub struct Encoder {
    /// Distinct payloads: those of a model are shared by its turbines.
    payloads: Vec<Vec<Piece>>,
    messages: Vec<Vec<Message>>,
}

impl Encoder {
    /// The templates of a farm.
    pub fn new(farm: &Farm) -> Self {
        let mut payloads = Vec::new();
        // For each model the levels of `{signal}` and the payloads, for each topic.
        let by_model: Vec<Vec<(&str, Option<&str>, Template)>> = farm
            .models
            .iter()
            .map(|model| {
                let mut sent = Vec::new();
                for topic in &farm.topics {
                    match &topic.payload {
                        Payload::Json { time, quality } => {
                            let (time, quality) = (time.as_deref(), quality.as_deref());
                            let all = |_: &&Field| true;
                            payloads.push(json_template(model, time, quality, all));
                            payloads.push(json_template(model, time, quality, |f| !can_break(f)));
                            let template = Template {
                                whole: payloads.len() - 2,
                                lacking: Some(payloads.len() - 1),
                            };
                            sent.push((topic.pattern.as_str(), None, template));
                        }
                        Payload::Value => {
                            for field in &model.fields {
                                payloads.push(vec![measured(field)]);
                                let whole = payloads.len() - 1;
                                let template = Template {
                                    whole,
                                    lacking: (!can_break(&field)).then_some(whole),
                                };
                                let level = Some(field.pointer.trim_matches('/'));
                                sent.push((topic.pattern.as_str(), level, template));
                            }
                        }
                    }
                }
                sent
            })
            .collect();
        let messages = farm
            .machines
            .iter()
            .map(|machine| {
                let sent = by_model.get(machine.model).into_iter().flatten();
                sent.map(|&(pattern, signal, payload)| Message {
                    topic: topic(pattern, &machine.id, signal),
                    payload,
                })
                .collect()
            })
            .collect();
        Self { payloads, messages }
    }

    /// The messages of a turbine as topics and payloads, `time_ms` in milliseconds since 1970 UTC.
    pub fn messages<'a>(
        &'a self,
        machine: usize,
        turbine: &'a Turbine,
        time_ms: i64,
    ) -> impl Iterator<Item = (&'a str, String)> {
        self.messages
            .get(machine)
            .into_iter()
            .flatten()
            .filter_map(move |message| {
                let payload = match turbine.lacks(BREAKS) {
                    true => message.payload.lacking?,
                    false => message.payload.whole,
                };
                let mut text = String::with_capacity(512);
                for piece in self.payloads.get(payload).into_iter().flatten() {
                    write_piece(&mut text, piece, turbine, time_ms);
                }
                Some((message.topic.as_str(), text))
            })
    }
}

fn write_piece(text: &mut String, piece: &Piece, turbine: &Turbine, time_ms: i64) {
    // Writing into a String cannot fail.
    let _ = match piece {
        Piece::Literal(literal) => text.write_str(literal),
        Piece::Time => write!(text, "{time_ms}"),
        Piece::Measured {
            quantity,
            factor,
            offset,
        } => {
            if *quantity == Quantity::AlarmCodes {
                let codes = turbine.alarm_codes();
                let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
                write!(text, "[{}]", codes.join(","))
            } else if let Some(word) = turbine.text(*quantity) {
                write!(text, "\"{word}\"")
            } else {
                let value = turbine.number(*quantity).unwrap_or(0.0);
                if *quantity == Quantity::Brake {
                    write!(text, "{}", value > 0.5)
                } else {
                    // What is published in a unit 1,000 times larger needs three digits more.
                    let more = (-factor.log10()).round().max(0.0) as usize;
                    let digits = (quantity.decimals() + more).min(9);
                    write!(text, "{:.digits$}", value * factor + offset)
                }
            }
        }
    };
}

fn measured(field: &Field) -> Piece {
    let quantity = field.quantity;
    let (factor, offset) = quantity.conversion(&field.unit);
    // Of several instruments, each has a number at its end and an error of its own.
    let instrument = field
        .pointer
        .chars()
        .next_back()
        .and_then(|c| c.to_digit(10));
    let error = match instrument {
        None | Some(0) => 0.0,
        Some(number) => quantity.spread() * (f64::from(number) * 2.4).sin(),
    };
    let (factor, offset) = (factor, offset + error * factor);
    let published = field.conversion;
    Piece::Measured {
        quantity,
        factor: published.map_or(factor, |c| factor / c.factor),
        offset: published.map_or(offset, |c| c.undo(offset)),
    }
}

/// The topic of a turbine; wildcards become a level of ours, because nobody can publish to one.
fn topic(pattern: &str, turbine: &str, signal: Option<&str>) -> String {
    let levels = pattern.split('/').map(|level| match level {
        "+" | "#" => "windvane".to_owned(),
        _ => level
            .replace("{turbine}", turbine)
            .replace("{entity}/{component}", turbine)
            .replace("{signal}", signal.unwrap_or("telemetry")),
    });
    levels.collect::<Vec<_>>().join("/")
}

/// A leaf of the tree of a payload, as an index into the pieces.
fn json_template(
    model: &super::farm::MachineModel,
    time: Option<&str>,
    quality: Option<&str>,
    is_sent: impl Fn(&&Field) -> bool,
) -> Vec<Piece> {
    let mut leaves: Vec<Piece> = Vec::new();
    let mut root = Map::new();
    let mut add = |root: &mut Map<String, Value>, pointer: &str, piece: Piece| {
        if insert(root, pointer, leaves.len()) {
            leaves.push(piece);
        }
    };
    if let Some(time) = time {
        add(&mut root, time, Piece::Time);
    }
    if let Some(quality) = quality {
        add(&mut root, quality, Piece::Literal("\"good\"".to_owned()));
    }
    for field in model.fields.iter().filter(is_sent) {
        add(&mut root, &field.pointer, measured(field));
    }
    let mut pieces = Vec::new();
    flatten(&Value::Object(root), &leaves, &mut pieces);
    pieces
}

/// Puts a leaf where the pointer says; false where another field is in the way.
fn insert(root: &mut Map<String, Value>, pointer: &str, leaf: usize) -> bool {
    let levels: Vec<String> = pointer
        .trim_start_matches('/')
        .split('/')
        .map(|level| level.replace("~1", "/").replace("~0", "~"))
        .collect();
    let Some((last, path)) = levels.split_last() else {
        return false;
    };
    if levels.len() > DEEPEST || last.is_empty() {
        return false;
    }
    let mut at = root;
    for level in path {
        let below = at
            .entry(level.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        match below {
            Value::Object(map) => at = map,
            _ => return false,
        }
    }
    if at.contains_key(last) {
        return false;
    }
    at.insert(last.clone(), Value::from(leaf));
    true
}

/// The tree as literals and leaves; its depth is bounded by [`DEEPEST`].
fn flatten(value: &Value, leaves: &[Piece], pieces: &mut Vec<Piece>) {
    match value {
        Value::Object(map) => {
            literal(pieces, "{");
            for (index, (key, below)) in map.iter().enumerate() {
                literal(pieces, if index == 0 { "" } else { "," });
                literal(pieces, &Value::from(key.as_str()).to_string());
                literal(pieces, ":");
                flatten(below, leaves, pieces);
            }
            literal(pieces, "}");
        }
        leaf => {
            let index = leaf.as_u64().and_then(|leaf| usize::try_from(leaf).ok());
            pieces.extend(index.and_then(|index| leaves.get(index)).cloned());
        }
    }
}

fn literal(pieces: &mut Vec<Piece>, text: &str) {
    if let Some(Piece::Literal(last)) = pieces.last_mut() {
        last.push_str(text);
    } else {
        pieces.push(Piece::Literal(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::farm::Topic;
    use super::super::{Simulation, SimulationOptions};
    use super::*;
    use std::sync::Arc;

    fn sent(farm: Farm) -> Vec<(String, String)> {
        let farm = Arc::new(farm);
        let options = SimulationOptions {
            calm: true,
            ..SimulationOptions::default()
        };
        let simulation = Simulation::new(Arc::clone(&farm), &options).unwrap();
        let encoder = Encoder::new(&farm);
        encoder
            .messages(0, &simulation.turbines()[0], 1_700_000_000_123)
            .map(|(topic, payload)| (topic.to_owned(), payload))
            .collect()
    }

    #[test]
    fn horns_rev_sends_one_object_a_turbine_with_every_field() {
        let farm = Farm::horns_rev_1();
        let fields = farm.models[0].fields.clone();
        let sent = sent(farm);
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].0, "farm/T01/telemetry");
        let value: Value = serde_json::from_str(&sent[0].1).unwrap();
        assert_eq!(
            value.pointer("/ts"),
            Some(&Value::from(1_700_000_000_123_i64))
        );
        assert_eq!(value.pointer("/WTUR/TurSt"), Some(&Value::from("running")));
        assert_eq!(value.pointer("/WTRM/BrkOpSt"), Some(&Value::from(false)));
        for field in fields {
            assert!(value.pointer(&field.pointer).is_some(), "{}", field.pointer);
        }
    }

    #[test]
    fn bare_values_go_to_a_topic_each_in_the_scene_s_unit() {
        let mut farm = Farm::horns_rev_1();
        farm.topics = vec![Topic {
            pattern: "site/+/{turbine}/{signal}".to_owned(),
            payload: Payload::Value,
        }];
        farm.models[0].fields = vec![Field {
            pointer: "power".to_owned(),
            quantity: Quantity::ActivePower,
            unit: "MW".to_owned(),
            conversion: None,
        }];
        let sent = sent(farm);
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].0, "site/windvane/T01/power");
        let megawatts: f64 = sent[0].1.parse().unwrap();
        assert!(megawatts > 0.05 && megawatts < 2.1, "{megawatts}");
    }

    #[test]
    fn pointers_in_each_other_s_way_are_left_out_not_fatal() {
        let mut root = Map::new();
        assert!(insert(&mut root, "/a/b", 0));
        assert!(!insert(&mut root, "/a/b/c", 1));
        assert!(!insert(&mut root, "/a", 2));
        assert!(insert(&mut root, "/x~1y", 3));
        assert!(root.contains_key("x/y"));
        assert!(!insert(&mut root, &"/deep".repeat(100), 4));
    }
}
