//! Topic filters with `{turbine}` and `{signal}` levels, compiled once. `{entity}/{component}` are two
//! levels that together name a row.

/// One level of a filter.
#[derive(Debug, PartialEq, Eq)]
enum Level {
    Literal(Box<str>),
    /// `+`
    Any,
    Turbine,
    Signal,
    Entity,
    Component,
    /// `#`
    Rest,
}

/// A filter of the scene, ready to match topics.
#[derive(Debug)]
pub(super) struct TopicMatcher {
    levels: Vec<Level>,
}

/// The levels of a topic that name something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Captures<'a> {
    pub turbine: Option<&'a str>,
    pub signal: Option<&'a str>,
}

impl TopicMatcher {
    /// Compiles a filter. The `$share/GROUP/` before a shared subscription is no part of its topics.
    pub fn new(filter: &str) -> Self {
        let shared = filter
            .strip_prefix("$share/")
            .and_then(|rest| rest.split_once('/'));
        let filter = shared.map_or(filter, |(_group, filter)| filter);
        let level = |level| match level {
            "+" => Level::Any,
            "#" => Level::Rest,
            "{turbine}" => Level::Turbine,
            "{signal}" => Level::Signal,
            "{entity}" => Level::Entity,
            "{component}" => Level::Component,
            literal => Level::Literal(literal.into()),
        };
        Self {
            levels: filter.split('/').map(level).collect(),
        }
    }

    /// What the topic names, if the filter matches it.
    pub fn captures<'a>(&self, topic: &'a str) -> Option<Captures<'a>> {
        let mut captures = Captures::default();
        let mut parts = topic.split('/');
        // Bytes of the topic before the present level, and before the entity's.
        let (mut start, mut entity) = (0, 0);
        for level in &self.levels {
            if *level == Level::Rest {
                return Some(captures);
            }
            let part = parts.next()?;
            match level {
                Level::Literal(literal) if **literal != *part => return None,
                Level::Turbine => captures.turbine = Some(part),
                Level::Signal => captures.signal = Some(part),
                Level::Entity => entity = start,
                Level::Component => captures.turbine = topic.get(entity..start + part.len()),
                Level::Literal(_) | Level::Any | Level::Rest => {}
            }
            start += part.len() + 1;
        }
        parts.next().is_none().then_some(captures)
    }
}

/// The filter as the broker is to understand it: `+` for the named levels.
pub(super) fn mqtt_filter(filter: &str) -> String {
    let level = |level| match level {
        "{turbine}" | "{signal}" | "{entity}" | "{component}" => "+",
        other => other,
    };
    filter.split('/').map(level).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(filter: &str, topic: &str) -> Option<(Option<String>, Option<String>)> {
        let matcher = TopicMatcher::new(filter);
        let captures = matcher.captures(topic)?;
        let owned = |level: Option<&str>| level.map(str::to_owned);
        Some((owned(captures.turbine), owned(captures.signal)))
    }

    fn names(turbine: &str, signal: &str) -> Option<(Option<String>, Option<String>)> {
        let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        Some((some(turbine), some(signal)))
    }

    #[test]
    fn named_levels_are_captured_and_the_rest_must_match() {
        let filter = "farm/{turbine}/telemetry";
        assert_eq!(captured(filter, "farm/T01/telemetry"), names("T01", ""));
        assert_eq!(captured(filter, "farm/T01/events"), None);
        assert_eq!(captured(filter, "farm/T01"), None);
        assert_eq!(captured(filter, "farm/T01/telemetry/more"), None);
        let both = "{turbine}/+/{signal}/#";
        assert_eq!(captured(both, "T1/x/rpm"), names("T1", "rpm"));
        assert_eq!(captured(both, "T1/x/rpm/y/z"), names("T1", "rpm"));
        assert_eq!(captured(both, "T1/x"), None);
    }

    #[test]
    fn an_entity_and_its_component_name_a_row_together() {
        let filter = "twinmaker/{entity}/{component}/{signal}";
        let topic = "twinmaker/Mixer_0/MixerComponent/RPM";
        assert_eq!(
            captured(filter, topic),
            names("Mixer_0/MixerComponent", "RPM")
        );
        assert_eq!(captured(filter, "twinmaker/Mixer_0/MixerComponent"), None);
        assert_eq!(mqtt_filter(filter), "twinmaker/+/+/+");
    }

    #[test]
    fn odd_topics_are_only_topics() {
        let filter = "farm/{turbine}/t";
        assert_eq!(
            captured(filter, "farm/Ø-风-\u{202e}x/t"),
            names("Ø-风-\u{202e}x", "")
        );
        assert_eq!(
            captured(filter, "farm//t"),
            Some((Some(String::new()), None))
        );
        assert_eq!(captured(filter, ""), None);
        assert_eq!(captured(filter, "////"), None);
    }

    #[test]
    fn brokers_get_plus_for_named_levels_and_shares_keep_their_group() {
        assert_eq!(mqtt_filter("a/{turbine}/{signal}/#"), "a/+/+/#");
        let shared = "$share/twins/a/{turbine}";
        assert_eq!(mqtt_filter(shared), "$share/twins/a/+");
        assert_eq!(captured(shared, "a/T1"), names("T1", ""));
    }
}
