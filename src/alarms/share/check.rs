//! Reading what others send, trusting none of it.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::AlarmId;
use super::document::{By, FORMAT, Heartbeat, Mark, Presence, Sent, Shared};
use super::limits::{
    LARGEST_COUNT, LARGEST_FIRST, LARGEST_JUMP, LARGEST_PAYLOAD, LONGEST_COMMENT, LONGEST_NAME,
    LONGEST_TEXT, LONGEST_VALUE, MOST_COMMENTS, MOST_STATIONS,
};
use super::sign::Key;
use super::topic::{Of, Topics};

/// A message that passed.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A document; `None` where the broker was made to forget it.
    Alarm(AlarmId, Option<Box<Received>>),
    /// A station is there or is not.
    Presence(Presence),
    /// A station is gone for good: a command of the shell.
    Gone(Arc<str>),
    /// A station lives.
    Heartbeat(Heartbeat),
}

/// What stations read of a document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Received {
    format: u32,
    turbine: Arc<str>,
    alarm: Arc<str>,
    /// How long its shelf lasts after it was sent, milliseconds.
    pub shelf_remaining_ms: Option<u64>,
    /// Who sent it.
    pub sent: Sent,
    /// What is joined.
    pub shared: Shared,
}

/// Why a message is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Larger than anything that stations send.
    #[error("{0} bytes; at most 65,536 are read")]
    TooLarge(usize),
    /// The stations share a key, and this was not signed with it.
    #[error("not signed with the stations' key (WINDVANE_STATION_KEY)")]
    Unsigned,
    /// Not JSON, or not what is told in the schema.
    #[error("not as the schema has it: {0}")]
    Malformed(String),
    /// Of a version of the program that this one does not know.
    #[error("format {0}; this version reads format 1")]
    Format(u32),
    /// The payload is of something else than the topic.
    #[error("its payload is of {0}, not what the topic names")]
    Misplaced(String),
    /// A topic that no station makes.
    #[error("no topic of an alarm or a station")]
    Topic,
    /// More, longer or larger than is shared.
    #[error("{0}")]
    Limit(String),
    /// It acknowledges or resets what was never announced.
    #[error("{what} {n} of {station}, which announced only {announced}")]
    Ahead {
        /// What it does.
        what: &'static str,
        /// Up to which.
        n: u64,
        /// Of which station.
        station: Arc<str>,
        /// What is known of the station.
        announced: u64,
    },
    /// A counter that is further ahead than can be.
    #[error("a counter of {0}, far ahead of all that is known here")]
    Jump(u64),
}

/// Reads a message. It is looked into only when it is signed, where there is a key.
///
/// # Errors
/// Why it cannot be used.
pub fn read(
    topics: &Topics,
    key: Option<&Key>,
    topic: &str,
    payload: &[u8],
) -> Result<Heard, Unusable> {
    let of = topics.read(topic).ok_or(Unusable::Topic)?;
    if payload.len() > LARGEST_PAYLOAD {
        return Err(Unusable::TooLarge(payload.len()));
    }
    match &of {
        Of::Alarm(id) if payload.is_empty() => return Ok(Heard::Alarm(id.clone(), None)),
        Of::Presence(station) if payload.is_empty() => return Ok(Heard::Gone(Arc::clone(station))),
        _ => {}
    }
    if key.is_some_and(|key| !key.has_signed(topic, payload)) {
        return Err(Unusable::Unsigned);
    }
    match of {
        Of::Alarm(id) => {
            let received: Received = parse(payload)?;
            is_format(received.format)?;
            if received.turbine != id.object || received.alarm != id.name {
                let of = format!("{} at {}", received.alarm, received.turbine);
                return Err(Unusable::Misplaced(of));
            }
            within_limits(&received)?;
            Ok(Heard::Alarm(id, Some(Box::new(received))))
        }
        Of::Presence(station) => {
            let presence: Presence = parse(payload)?;
            is_format(presence.format)?;
            is_of(&presence.station, &station)?;
            Ok(Heard::Presence(presence))
        }
        Of::Heartbeat(station) => {
            let heartbeat: Heartbeat = parse(payload)?;
            is_format(heartbeat.format)?;
            is_of(&heartbeat.station, &station)?;
            Ok(Heard::Heartbeat(heartbeat))
        }
    }
}

/// Whether what was received can follow what is known here.
///
/// # Errors
/// It is too far ahead, or both together are too many stations.
pub fn follows(known: &Shared, received: &Shared) -> Result<(), Unusable> {
    let further = |known: Option<u64>, received: u64| {
        let most = known.map_or(LARGEST_FIRST, |known| known.saturating_add(LARGEST_JUMP));
        match received <= most {
            true => Ok(()),
            false => Err(Unusable::Jump(received)),
        }
    };
    for (station, stand) in &received.stations {
        let known = known.stations.get(station);
        further(known.map(|k| k.n), stand.n)?;
        let same = known.filter(|known| known.n == stand.n);
        further(same.map(|k| k.v), stand.v)?;
    }
    let counter = |shared: &Shared| {
        let shelf = shared.shelf.as_ref().map(|s| s.counter);
        let service = shared.out_of_service.as_ref().map(|s| s.counter);
        let comments = shared.comments.iter().map(|c| c.counter);
        comments.chain(shelf).chain(service).max()
    };
    if let Some(received) = counter(received) {
        further(counter(known), received)?;
    }
    let new = received
        .stations
        .keys()
        .filter(|s| !known.stations.contains_key(*s));
    if known.stations.len() + new.count() > MOST_STATIONS {
        return Err(too_many_stations());
    }
    Ok(())
}

fn too_many_stations() -> Unusable {
    Unusable::Limit(format!("more than {MOST_STATIONS} stations"))
}

fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Unusable> {
    serde_json::from_slice(payload).map_err(|error| Unusable::Malformed(error.to_string()))
}

fn is_format(format: u32) -> Result<(), Unusable> {
    match format == FORMAT {
        true => Ok(()),
        false => Err(Unusable::Format(format)),
    }
}

fn is_of(station: &Arc<str>, topic: &Arc<str>) -> Result<(), Unusable> {
    short("the name of a station", station, LONGEST_NAME)?;
    match station == topic {
        true => Ok(()),
        false => Err(Unusable::Misplaced(station.to_string())),
    }
}

fn within_limits(received: &Received) -> Result<(), Unusable> {
    let shared = &received.shared;
    if shared.stations.len() > MOST_STATIONS {
        return Err(too_many_stations());
    }
    if shared.comments.len() > MOST_COMMENTS {
        let words = format!("more than {MOST_COMMENTS} comments");
        return Err(Unusable::Limit(words));
    }
    if !shared.comments.is_sorted_by(|a, b| a < b) {
        return Err(Unusable::Limit("comments out of order".to_owned()));
    }
    short(
        "the name of a station",
        &received.sent.station,
        LONGEST_NAME,
    )?;
    for (station, stand) in &shared.stations {
        short("the name of a station", station, LONGEST_NAME)?;
        short("a value", &stand.value, LONGEST_VALUE)?;
        if let Some(by) = &stand.suppressed_by {
            short("a name", by, LONGEST_VALUE)?;
        }
        counts(stand.n)?;
        counts(stand.v)?;
        if stand.n == 0 {
            return Err(Unusable::Limit("an announcement 0".to_owned()));
        }
    }
    for (what, marks) in [
        ("acknowledges", &shared.acknowledged),
        ("resets", &shared.reset),
    ] {
        for (station, mark) in marks {
            let Mark { n, by, comment, .. } = mark;
            person(by)?;
            if let Some(comment) = comment {
                short("a comment", comment, LONGEST_COMMENT)?;
            }
            // What was never announced cannot have been seen: it would silence what is to come.
            let announced = shared.stations.get(station).map_or(0, |stand| stand.n);
            if *n > announced {
                let (n, station) = (*n, Arc::clone(station));
                return Err(Unusable::Ahead {
                    what,
                    n,
                    station,
                    announced,
                });
            }
        }
    }
    if let Some(shelf) = &shared.shelf {
        person(&shelf.by)?;
        short("a reason", &shelf.reason, LONGEST_TEXT)?;
        counts(shelf.counter)?;
        counts(shelf.duration_ms)?;
    }
    if let Some(service) = &shared.out_of_service {
        person(&service.by)?;
        short("a reason", &service.reason, LONGEST_TEXT)?;
        counts(service.counter)?;
    }
    for remark in &shared.comments {
        person(&remark.by)?;
        short("a comment", &remark.text, LONGEST_TEXT)?;
        counts(remark.counter)?;
    }
    Ok(())
}

fn person(by: &By) -> Result<(), Unusable> {
    short("the name of a user", &by.user, LONGEST_NAME)?;
    short("the name of a station", &by.station, LONGEST_NAME)
}

fn short(what: &str, text: &str, most: usize) -> Result<(), Unusable> {
    match text.len() <= most {
        true => Ok(()),
        false => Err(Unusable::Limit(format!(
            "{what} of {} bytes; at most {most}",
            text.len()
        ))),
    }
}

fn counts(count: u64) -> Result<(), Unusable> {
    match count <= LARGEST_COUNT {
        true => Ok(()),
        false => Err(Unusable::Jump(count)),
    }
}
