//! The topics: one an alarm, and two a station.

use std::sync::Arc;

use super::super::AlarmId;

/// The longest topic that MQTT allows, bytes.
const LONGEST_TOPIC: usize = 65_535;

/// Where a scene's alarms are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topics {
    prefix: Arc<str>,
}

/// What a topic is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// An alarm: its document.
    Alarm(AlarmId),
    /// A station: whether it is there.
    Presence(Arc<str>),
    /// A station: that it lives.
    Heartbeat(Arc<str>),
}

impl Topics {
    /// Below this prefix; `windvane/<site>` where the scene gives none.
    pub fn new(prefix: Option<&str>, title: &str) -> Self {
        let prefix = prefix.map_or_else(|| format!("windvane/{}", slug(title)), str::to_owned);
        Self {
            prefix: prefix.trim_end_matches('/').into(),
        }
    }

    /// What all topics begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The topic of an alarm; `None` where the names are longer than MQTT allows.
    pub fn alarm(&self, id: &AlarmId) -> Option<String> {
        let (object, name) = (escape(&id.object), escape(&id.name));
        let topic = format!("{}/alarms/{object}/{name}", self.prefix);
        (topic.len() <= LONGEST_TOPIC).then_some(topic)
    }

    /// The topic on which a station says whether it is there.
    pub fn presence(&self, station: &str) -> String {
        format!("{}/stations/{}", self.prefix, escape(station))
    }

    /// The topic on which a station says that it lives.
    pub fn heartbeat(&self, station: &str) -> String {
        format!("{}/heartbeat", self.presence(station))
    }

    /// What a station subscribes to.
    pub fn filters(&self) -> [String; 3] {
        ["alarms/+/+", "stations/+", "stations/+/heartbeat"]
            .map(|below| format!("{}/{below}", self.prefix))
    }

    /// What a topic is of; `None` for one that is not written like this.
    pub fn read(&self, topic: &str) -> Option<Of> {
        let below = topic.strip_prefix(&*self.prefix)?.strip_prefix('/')?;
        let mut levels = below.split('/');
        let of = match (levels.next()?, levels.next()?, levels.next()) {
            ("alarms", object, Some(name)) => Of::Alarm(AlarmId {
                object: unescape(object)?.into(),
                name: unescape(name)?.into(),
            }),
            ("stations", station, None) => Of::Presence(unescape(station)?.into()),
            ("stations", station, Some("heartbeat")) => Of::Heartbeat(unescape(station)?.into()),
            _ => return None,
        };
        levels.next().is_none().then_some(of)
    }
}

/// `Horns Rev 1` as a level of a topic: `horns-rev-1`.
pub fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    match words.is_empty() {
        true => "site".to_owned(),
        false => words.join("-"),
    }
}

/// A name as one level of a topic: `/ + # %` and control characters as in URLs. An empty one is `%`.
fn escape(name: &str) -> String {
    if name.is_empty() {
        return "%".to_owned();
    }
    let mut level = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '/' | '+' | '#' | '%') || c.is_control() {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                level.push_str(&format!("%{byte:02X}"));
            }
        } else {
            level.push(c);
        }
    }
    level
}

/// The name of a level, only where it is written as [`escape`] writes it: one alarm has one topic.
fn unescape(level: &str) -> Option<String> {
    if level == "%" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(level.len());
    let mut rest = level.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |b: Option<u8>| char::from(b?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    (escape(&name) == level).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(object: &str, name: &str) -> AlarmId {
        AlarmId {
            object: object.into(),
            name: name.into(),
        }
    }

    #[test]
    fn every_name_is_one_level_and_is_read_back() {
        let topics = Topics::new(None, "Horns Rev 1");
        for (object, name) in [
            ("T37", "Gearbox hot"),
            ("A/B+C", "100 % #1"),
            ("", "tab\there\u{85}"),
            ("Ø1", "Öl heiß"),
            ("%2F", "%"),
        ] {
            let topic = topics.alarm(&id(object, name)).unwrap();
            assert_eq!(topic.split('/').count(), 5, "{topic}");
            assert!(!topic.contains(['+', '#']) && !topic.contains(char::is_control));
            assert_eq!(topics.read(&topic), Some(Of::Alarm(id(object, name))));
        }
        let topic = topics.alarm(&id("T37", "Gearbox hot"));
        assert_eq!(
            topic.as_deref(),
            Some("windvane/horns-rev-1/alarms/T37/Gearbox hot")
        );
        let station = topics.heartbeat("desk/1");
        assert_eq!(topics.read(&station), Some(Of::Heartbeat("desk/1".into())));
    }

    #[test]
    fn other_topics_and_other_spellings_of_a_name_are_nobodys() {
        let topics = Topics::new(Some("a/b/"), "any");
        for topic in [
            "a/b",
            "a/b/alarms/T1",
            "a/b/alarms/T1/x/y",
            "a/b/alarms/T%31/x",
            "a/c/alarms/T1/x",
            "a/b/alarms/%2f/x",
            "a/b/alarms/%F/x",
            "a/b/stations/x/y",
            "a/b/alarms/%FF/x",
        ] {
            assert_eq!(topics.read(topic), None, "{topic}");
        }
        assert!(topics.read("a/b/alarms/T1/x").is_some());
    }

    #[test]
    fn a_title_becomes_a_level() {
        assert_eq!(slug("Horns Rev 1"), "horns-rev-1");
        assert_eq!(slug(" Østerild / Test+ "), "østerild-test");
        assert_eq!(slug("#"), "site");
    }
}
