//! `[broker]`.

use std::path::Path;
use std::time::Duration;

use super::expression::is_name;
use crate::scene::format::BrokerTable;
use crate::scene::load::{LoadOptions, Page};
use crate::scene::model::Broker;
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Place;

const STALE_AFTER_WITHOUT_ONE: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 3_600);

pub(in crate::scene) fn broker(
    root: &Page,
    options: &LoadOptions,
    problems: &mut Problems,
) -> Option<Broker> {
    let table: Option<BrokerTable> = root.rest_of_piece("/broker", problems);
    check_given(options, problems);
    let table = table?;
    if let Err((message, help)) = check_url(&table.url) {
        let place = root.document.place("/broker/url");
        problems.push(Problem::error("bad-url", place, message).help(help));
    }
    let stale_after = match &table.stale_after {
        None => STALE_AFTER_WITHOUT_ONE,
        Some(text) => {
            let pointer = "/broker/stale_after";
            let stale_after = duration(text, root, pointer, problems)?;
            check_stale_after(stale_after, root, pointer, problems);
            stale_after
        }
    };
    for (key, name) in [
        ("username_env", &table.username_env),
        ("password_env", &table.password_env),
    ] {
        let Some(name) = name else { continue };
        if !is_name(name) {
            let message = format!(
                "{} is not the name of an environment variable",
                quoted(name)
            );
            let place = root.document.place(&format!("/broker/{key}"));
            let help = "name the variable that holds it, such as FARM_MQTT_PASSWORD: a scene file \
                        holds no secrets";
            problems.push(Problem::error("bad-value", place, message).help(help));
        }
    }
    Some(Broker {
        url: options.broker.clone().unwrap_or(table.url),
        stale_after,
        username_env: table.username_env,
        password_env: table.password_env,
    })
}

/// Checks the URL that is given in place of the scene's.
pub(in crate::scene) fn check_given(options: &LoadOptions, problems: &mut Problems) {
    if let Some(url) = &options.broker
        && let Err((message, help)) = check_url(url)
    {
        let place = Place::of_file(Path::new("--broker"));
        problems.push(Problem::error("bad-url", place, message).help(help));
    }
}

fn check_stale_after(stale_after: Duration, page: &Page, pointer: &str, problems: &mut Problems) {
    if stale_after < Duration::from_millis(100) {
        let message = "`stale_after` must be at least 100ms";
        let place = page.document.place(pointer);
        problems.push(Problem::error("bad-duration", place, message));
    }
}

/// Reads the `stale_after` of a model or a signal: a duration, or `never`.
pub(super) fn own_stale_after(
    text: Option<&str>,
    page: &Page,
    pointer: &str,
    problems: &mut Problems,
) -> Option<Duration> {
    let text = text?;
    if text == "never" {
        return Some(Duration::MAX);
    }
    let stale_after = duration(text, page, pointer, problems)?;
    check_stale_after(stale_after, page, pointer, problems);
    Some(stale_after)
}

/// Reads `30s`, `1min 30s`, `500ms`; up to 30 days.
pub(super) fn duration(
    text: &str,
    page: &Page,
    pointer: &str,
    problems: &mut Problems,
) -> Option<Duration> {
    let message = match humantime::parse_duration(text) {
        Ok(duration) if duration <= LONGEST => return Some(duration),
        Ok(_) => format!("{} is longer than 30 days", quoted(text)),
        Err(_) => format!("{} is not a duration", quoted(text)),
    };
    let place = page.document.place(pointer);
    let help = "durations look like \"30s\", \"500ms\" or \"1min 30s\"";
    problems.push(Problem::error("bad-duration", place, message).help(help));
    None
}

const URL_HELP: &str = "brokers look like mqtt://host, mqtt://host:1883 or mqtts://host:8883";

/// What is wrong with the URL of a broker, and what to do.
fn check_url(text: &str) -> Result<(), (String, &'static str)> {
    if text == "embedded" {
        return Ok(());
    }
    let wrong =
        |what: &str, help| Err((format!("{} {what}", quoted(&without_secrets(text))), help));
    if let Some(port) = text.strip_prefix("embedded:") {
        return match port.parse::<u16>() {
            Ok(1..) => Ok(()),
            _ => wrong(
                "has no port from 1 to 65535",
                "write embedded:1884, or embedded alone",
            ),
        };
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return wrong("is not the URL of a broker", URL_HELP);
    };
    if !matches!(scheme, "mqtt" | "mqtts") {
        return wrong("is neither mqtt:// nor mqtts://", URL_HELP);
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return wrong(
            "holds a user name",
            "a scene file holds no secrets: use username_env and password_env",
        );
    }
    if !path.is_empty() || authority.contains(['?', '#']) {
        return wrong("has more than a host and a port", URL_HELP);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => match v6.split_once(']') {
            Some((host, rest)) if host.parse::<std::net::Ipv6Addr>().is_ok() => (
                host,
                rest.strip_prefix(':').or((!rest.is_empty()).then_some("")),
            ),
            _ => return wrong("has a bad IPv6 address", URL_HELP),
        },
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let is_host_char = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() {
        return wrong("names no host", URL_HELP);
    }
    if !host.chars().all(is_host_char) || (!authority.starts_with('[') && host.contains(':')) {
        return wrong("has a bad host name", URL_HELP);
    }
    if port.is_some_and(|p| p.parse::<u16>().map_or(true, |p| p == 0)) {
        return wrong("has a bad port", "ports go from 1 to 65535");
    }
    Ok(())
}

/// Messages are read over shoulders and end up in logs.
fn without_secrets(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            let (start, end) = (url.get(..scheme + 3), url.get(at..));
            format!("{}…{}", start.unwrap_or_default(), end.unwrap_or_default())
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_brokers_are_told_from_others() {
        for good in [
            "embedded",
            "mqtt://localhost",
            "mqtt://10.0.0.1:1883/",
            "mqtts://broker.example:8883",
            "mqtt://[::1]:1883",
            "mqtt://[::1]",
        ] {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        for (bad, what) in [
            ("", "is not the URL of a broker"),
            ("localhost:1883", "is not the URL of a broker"),
            ("tcp://localhost", "is neither mqtt:// nor mqtts://"),
            ("mqtt://", "names no host"),
            ("mqtt://:1883", "names no host"),
            ("mqtt://host:0", "has a bad port"),
            ("mqtt://host:65536", "has a bad port"),
            ("mqtt://host:", "has a bad port"),
            ("mqtt://ho st", "has a bad host name"),
            ("mqtt://::1:1883", "has a bad host name"),
            ("mqtt://[::1", "has a bad IPv6 address"),
            ("mqtt://[::1]x", "has a bad port"),
            ("mqtt://host/topic", "has more than a host and a port"),
        ] {
            let message = format!("{} {what}", quoted(bad));
            assert_eq!(check_url(bad).unwrap_err().0, message);
        }
    }

    #[test]
    fn a_password_in_a_url_is_not_repeated() {
        let (message, _) = check_url("mqtt://user:secret@host").unwrap_err();
        assert_eq!(message, "`mqtt://…@host` holds a user name");
    }
}
