//! Topic filters that never get a message to read.

use super::Lints;
use crate::scene::model::{PayloadFormat, TopicMapping};
use crate::scene::problem::{Problem, quoted};
use crate::scene::source::Place;

/// Each filter is compared with so many before it.
const MOST_BEFORE: usize = 256;

pub(super) fn lint(lints: &mut Lints<'_>) {
    let places = places(lints);
    let mut found = Vec::new();
    let all = lints.scene.topics.iter().zip(&places).enumerate();
    for (at, (topic, place)) in all {
        let before = lints
            .scene
            .topics
            .iter()
            .zip(&places)
            .take(at.min(MOST_BEFORE));
        let shadowing = before
            .into_iter()
            // Given twice, which is told already.
            .filter(|(other, _)| other.filter != topic.filter)
            .find(|(other, _)| shadows(other, topic));
        if let Some((other, there)) = shadowing {
            let message = format!(
                "no message comes to {}: {} takes all of its topics before",
                quoted(&topic.filter),
                quoted(&other.filter)
            );
            let help = "put the narrower filter before the wider one";
            let problem = Problem::warning("shadowed-topic", place.clone(), message).help(help);
            found.push(problem.label(there.clone(), "the first that fits is taken"));
        }
    }
    let scene = lints.scene;
    let has_signals = |model: usize| {
        scene
            .models
            .get(model)
            .is_some_and(|m| !m.signals.is_empty())
    };
    let is_deaf =
        !scene.turbines.is_empty() && !scene.turbines.iter().any(|t| has_signals(t.model));
    if is_deaf && let (Some(topic), Some(place)) = (scene.topics.first(), places.first()) {
        let message = format!(
            "no turbine can match {}: none of their models has a signal",
            quoted(&topic.filter)
        );
        let help = "name what the turbines send in [models.NAME.signals]";
        found.push(Problem::warning("unmatched-topic", place.clone(), message).help(help));
    }
    found.into_iter().for_each(|problem| lints.tell(problem));
}

/// Where each filter is written, in the order in which they are read.
fn places(lints: &Lints<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    for page in lints.pages {
        for i in 0..page.count("/topics") {
            places.push(page.document.place(&format!("/topics/{i}/filter")));
        }
    }
    places
}

/// Whether the earlier of two filters takes every message of the later one.
fn shadows(earlier: &TopicMapping, later: &TopicMapping) -> bool {
    // Bare values are taken only if their signal is known: what is not goes on to the later one.
    let takes_all = earlier.payload == PayloadFormat::Json || later.payload == earlier.payload;
    let (a, b) = (levels(&earlier.filter), levels(&later.filter));
    let is_same_turbine = at(&a, "{turbine}") == at(&b, "{turbine}");
    let is_same_signal =
        earlier.payload == PayloadFormat::Json || at(&a, "{signal}") == at(&b, "{signal}");
    takes_all && is_same_turbine && is_same_signal && covers(&a, &b)
}

fn covers(a: &[&str], b: &[&str]) -> bool {
    let mut b = b.iter();
    for first in a {
        if *first == "#" {
            return true;
        }
        let Some(second) = b.next() else {
            return false;
        };
        let is_any = first.starts_with('{') || *first == "+";
        if first != second && (!is_any || *second == "#") {
            return false;
        }
    }
    b.next().is_none()
}

fn at(levels: &[&str], name: &str) -> Option<usize> {
    levels.iter().position(|level| *level == name)
}

fn levels(filter: &str) -> Vec<&str> {
    let shared = filter
        .strip_prefix("$share/")
        .and_then(|rest| rest.split_once('/'));
    let filter = shared.map_or(filter, |(_group, filter)| filter);
    filter.split('/').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(filter: &str, payload: PayloadFormat) -> TopicMapping {
        TopicMapping {
            filter: filter.to_owned(),
            payload,
            time: None,
            quality: None,
        }
    }

    #[test]
    fn a_filter_shadows_what_it_matches_wholly() {
        use PayloadFormat::{Json, Value};
        for (first, second, is_shadowed) in [
            (
                ("farm/{turbine}/#", Json),
                ("farm/{turbine}/status", Json),
                true,
            ),
            (("+/{turbine}/x", Json), ("farm/{turbine}/x", Json), true),
            (
                ("{turbine}/{signal}", Value),
                ("{turbine}/{signal}/x", Value),
                false,
            ),
            (
                ("farm/{turbine}/x", Json),
                ("farm/{turbine}/+", Json),
                false,
            ),
            (
                ("farm/{turbine}/+", Json),
                ("farm/{turbine}/#", Json),
                false,
            ),
            (
                ("farm/{turbine}/#", Json),
                ("farm/+/{turbine}", Json),
                false,
            ),
            (
                ("a/{turbine}/{signal}", Value),
                ("a/{turbine}/status", Json),
                false,
            ),
            (
                ("a/{turbine}/{signal}", Value),
                ("a/{turbine}/+", Json),
                false,
            ),
            (
                ("$share/g/a/{turbine}/#", Json),
                ("a/{turbine}/b", Json),
                true,
            ),
        ] {
            let (a, b) = (topic(first.0, first.1), topic(second.0, second.1));
            assert_eq!(shadows(&a, &b), is_shadowed, "{first:?} {second:?}");
        }
    }
}
