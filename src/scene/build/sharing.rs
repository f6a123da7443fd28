//! `[sharing]`.

use crate::scene::format::SharingTable;
use crate::scene::load::Page;
use crate::scene::model::Sharing;
use crate::scene::problem::{Problem, Problems, quoted};

/// The longest beginning of a topic, bytes: names of turbines and alarms follow it.
const LONGEST: usize = 1_000;

pub(super) fn sharing(root: &Page, problems: &mut Problems) -> Sharing {
    let without = Sharing::default();
    let Some(table) = root.rest_of_piece::<SharingTable>("/sharing", problems) else {
        return without;
    };
    let topic = table
        .topic
        .map(|topic| topic.trim_end_matches('/').to_owned());
    if let Some(topic) = &topic
        && let Some(fault) = fault(topic)
    {
        let place = root.document.place("/sharing/topic");
        let message = format!("{} {fault}", quoted(topic));
        let help = "topics of alarms begin like \"windvane/horns-rev-1\"";
        problems.push(Problem::error("bad-topic", place, message).help(help));
    }
    Sharing {
        is_enabled: table.enabled.unwrap_or(without.is_enabled),
        topic,
    }
}

fn fault(topic: &str) -> Option<&'static str> {
    match topic {
        "" => Some("is no topic"),
        _ if topic.contains(['+', '#']) => Some("has a wildcard: one alarm has one topic"),
        _ if topic.contains(char::is_control) => Some("has a control character"),
        _ if topic.starts_with('$') => Some("begins with $, as topics of brokers do"),
        _ if topic.len() > LONGEST => Some("is longer than 1,000 bytes"),
        _ => None,
    }
}
