//! `[[topics]]`.

use std::collections::HashMap;

use crate::scene::document::Document;
use crate::scene::format::TopicEntry;
use crate::scene::load::Page;
use crate::scene::model::{PayloadFormat, TopicMapping};
use crate::scene::problem::{Problem, Problems, nearest, quoted};

pub(in crate::scene) fn topics(pages: &[Page], problems: &mut Problems) -> Vec<TopicMapping> {
    let mut topics = Vec::new();
    let mut first_use: HashMap<String, (usize, String)> = HashMap::new();
    for (at, page) in pages.iter().enumerate() {
        for i in 0..page.count("/topics") {
            let pointer = format!("/topics/{i}");
            let Some(entry) = page.rest_of_piece::<TopicEntry>(&pointer, problems) else {
                continue;
            };
            check(&entry, &pointer, &page.document, problems);
            let filter_pointer = format!("{pointer}/filter");
            if let Some((other, there)) = first_use.get(&entry.filter)
                && let Some(other) = pages.get(*other)
            {
                let message = format!("the filter {} is given twice", quoted(&entry.filter));
                let place = page.document.place(&filter_pointer);
                let problem = Problem::warning("duplicate-topic", place, message);
                problems.push(problem.label(other.document.place(there), "first here"));
            } else {
                first_use.insert(entry.filter.clone(), (at, filter_pointer));
            }
            topics.push(TopicMapping {
                filter: entry.filter,
                payload: entry.payload,
                time: entry.time,
                quality: entry.quality,
            });
        }
    }
    topics
}

fn check(entry: &TopicEntry, pointer: &str, document: &Document, problems: &mut Problems) {
    let place = || document.place(&format!("{pointer}/filter"));
    match filter_fault(&entry.filter) {
        Some((message, help)) => {
            problems.push(Problem::error("bad-topic", place(), message).maybe_help(help));
        }
        None if entry.payload == PayloadFormat::Value
            && !entry.filter.split('/').any(|level| level == "{signal}") =>
        {
            let message =
                "a bare value needs a `{signal}` level in the filter, to say of what it is";
            let help = "such as \"farm/{turbine}/{signal}\"; or payload = \"json\"";
            problems.push(Problem::error("bad-topic", place(), message).help(help));
        }
        None => {}
    }
    for (key, value) in [("time", &entry.time), ("quality", &entry.quality)] {
        let Some(value) = value else { continue };
        let place = document.place(&format!("{pointer}/{key}"));
        if entry.payload == PayloadFormat::Value {
            let message = format!("a bare value carries no `{key}`");
            let help = "take it out, or say payload = \"json\"";
            problems.push(Problem::error("bad-topic", place, message).help(help));
        } else if let Some(message) = pointer_fault(value) {
            let help = format!("did you mean \"/{}\"?", value.trim_start_matches('/'));
            problems.push(Problem::error("bad-pointer", place, message).help(help));
        }
    }
}

/// What is wrong with a JSON pointer (RFC 6901).
pub(in crate::scene) fn pointer_fault(pointer: &str) -> Option<String> {
    if !pointer.starts_with('/') {
        return Some(format!(
            "{} is not a JSON pointer: it must begin with `/`",
            quoted(pointer)
        ));
    }
    let mut tildes = pointer.split('~').skip(1);
    tildes.any(|after| !after.starts_with(['0', '1'])).then(|| {
        format!(
            "{} is not a JSON pointer: `~` is written `~0`",
            quoted(pointer)
        )
    })
}

/// What is wrong with a topic filter (MQTT 3.1.1, 4.7), and what to do.
fn filter_fault(filter: &str) -> Option<(String, Option<String>)> {
    let whole = quoted(filter);
    if filter.is_empty() {
        return Some(("the filter is empty".to_owned(), None));
    }
    if filter.len() > usize::from(u16::MAX) {
        return Some(("the filter is longer than 65,535 bytes".to_owned(), None));
    }
    if filter.contains('\0') {
        return Some((format!("{whole} contains a NUL character"), None));
    }
    let mut turbines = 0;
    let mut signals = 0;
    let levels: Vec<&str> = filter.split('/').collect();
    for (i, level) in levels.iter().enumerate() {
        match *level {
            "{turbine}" => turbines += 1,
            "{entity}" if levels.get(i + 1) == Some(&"{component}") => turbines += 1,
            "{component}" if i > 0 && levels.get(i - 1) == Some(&"{entity}") => {}
            "{entity}" | "{component}" => {
                let message = format!("{whole}: an entity and its component name a row together");
                let help = "write {entity}/{component}, one level after the other";
                return Some((message, Some(help.to_owned())));
            }
            "{signal}" => signals += 1,
            "+" => {}
            "#" if i + 1 == levels.len() => {}
            "#" => {
                return Some((format!("{whole}: `#` may only be the last level"), None));
            }
            level if level.contains(['+', '#']) => {
                let message = format!("{whole}: `+` and `#` stand for whole levels");
                let help = format!("{} is not one of them", quoted(level));
                return Some((message, Some(help)));
            }
            level if level.contains("{turbine}") || level.contains("{signal}") => {
                let message = format!("{whole}: a placeholder stands for a whole level");
                let help = format!("{} is more than a placeholder", quoted(level));
                return Some((message, Some(help)));
            }
            level if level.contains(['{', '}']) => {
                let help = nearest(level, ["{turbine}", "{signal}"]).map_or_else(
                    || "the placeholders are `{turbine}` and `{signal}`".to_owned(),
                    |meant| format!("did you mean `{meant}`?"),
                );
                let message = format!("{whole}: unknown placeholder {}", quoted(level));
                return Some((message, Some(help)));
            }
            _ => {}
        }
    }
    if turbines != 1 {
        let message = if turbines == 0 {
            format!("{whole} has no `{{turbine}}` level")
        } else {
            format!("{whole} has more than one `{{turbine}}` level")
        };
        let help = "one level must say which turbine it is: \"farm/{turbine}/telemetry\"";
        return Some((message, Some(help.to_owned())));
    }
    (signals > 1).then(|| {
        (
            format!("{whole} has more than one `{{signal}}` level"),
            None,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_follow_mqtt_and_name_the_turbine() {
        for good in [
            "farm/{turbine}/telemetry",
            "{turbine}/{signal}",
            "+/{turbine}/x/#",
            "/{turbine}",
            "ö 漢/{turbine}//x",
            "twinmaker/{entity}/{component}/{signal}",
        ] {
            assert_eq!(filter_fault(good), None, "{good}");
        }
        for (bad, what) in [
            (
                "farm/+/telemetry",
                "`farm/+/telemetry` has no `{turbine}` level",
            ),
            (
                "#/{turbine}",
                "`#/{turbine}`: `#` may only be the last level",
            ),
            (
                "a+/{turbine}",
                "`a+/{turbine}`: `+` and `#` stand for whole levels",
            ),
            (
                "wt-{turbine}/x",
                "`wt-{turbine}/x`: a placeholder stands for a whole level",
            ),
            ("{turbin}/x", "`{turbin}/x`: unknown placeholder `{turbin}`"),
            (
                "{turbine}/{turbine}",
                "`{turbine}/{turbine}` has more than one `{turbine}` level",
            ),
            (
                "{entity}/x/{component}",
                "`{entity}/x/{component}`: an entity and its component name a row together",
            ),
            ("", "the filter is empty"),
        ] {
            assert_eq!(filter_fault(bad).unwrap().0, what);
        }
    }

    #[test]
    fn json_pointers_are_told_from_other_texts() {
        for good in ["/ts", "/a/b/0", "/a~0b~1c", "/"] {
            assert_eq!(pointer_fault(good), None);
        }
        for bad in ["", "ts", "a/b", "/a~b", "/a~"] {
            assert!(pointer_fault(bad).is_some(), "{bad}");
        }
    }
}
