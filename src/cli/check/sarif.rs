//! Problems as a SARIF 2.1.0 log (OASIS), which editors and code scanning show.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::scene::finding::{Finding, finding};
use crate::scene::{Excerpt, Problem, Problems, Severity};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative paths begin from.
const ROOT: &str = "SRCROOT";

/// The results of all scenes, and the rules that they name.
#[derive(Default)]
pub(super) struct Log {
    results: Vec<Value>,
    /// By code, the places among the rules, which are in the order of the codes at the end.
    rules: BTreeMap<&'static str, Option<&'static Finding>>,
    folder: Option<PathBuf>,
}

impl Log {
    /// Adds the problems of a scene; those that are denied as errors.
    pub fn add(&mut self, problems: &Problems, is_denied: impl Fn(&Problem) -> bool) {
        if self.folder.is_none() {
            self.folder = std::env::current_dir().ok();
        }
        for problem in problems.list() {
            self.rules.insert(problem.code, finding(problem.code));
            let result = self.result(problem, is_denied(problem));
            self.results.push(result);
        }
    }

    fn result(&self, problem: &Problem, is_denied: bool) -> Value {
        let level = match problem.severity {
            Severity::Warning if !is_denied => "warning",
            Severity::Error | Severity::Warning => "error",
        };
        let text = match &problem.help {
            Some(help) => format!("{}\nHelp: {help}", problem.message),
            None => problem.message.clone(),
        };
        let place = (problem.line, problem.column, problem.excerpt.as_ref());
        let mut result = json!({
            "ruleId": problem.code,
            "level": level,
            "message": { "text": text },
            "locations": [self.location(&problem.file, place)],
            "partialFingerprints": { "windvane/v1": fingerprint(problem) },
        });
        if !problem.labels.is_empty() {
            let related = problem.labels.iter().zip(1..).map(|(label, id)| {
                let place = (label.line, label.column, label.excerpt.as_ref());
                let mut location = self.location(&label.file, place);
                set(&mut location, "id", json!(id));
                set(&mut location, "message", json!({ "text": label.message }));
                location
            });
            set(&mut result, "relatedLocations", related.collect());
        }
        result
    }

    fn location(&self, file: &Path, place: (usize, usize, Option<&Excerpt>)) -> Value {
        let (line, column, excerpt) = place;
        let mut location = json!({ "artifactLocation": self.artifact(file) });
        // Of a file as a whole there is no place to show.
        if let Some(excerpt) = excerpt {
            let marked = excerpt.text.get(excerpt.mark.clone()).unwrap_or_default();
            let region = json!({
                "startLine": line,
                "startColumn": column,
                "endLine": line,
                "endColumn": column + marked.chars().count(),
                "snippet": { "text": excerpt.text },
            });
            set(&mut location, "region", region);
        }
        json!({ "physicalLocation": location })
    }

    /// Relative to the working folder where it lies in it.
    fn artifact(&self, file: &Path) -> Value {
        let within = match &self.folder {
            Some(folder) if file.is_absolute() => file.strip_prefix(folder).unwrap_or(file),
            _ => file,
        };
        if within.is_absolute() {
            return json!({ "uri": file_uri(within) });
        }
        json!({ "uri": relative_uri(within), "uriBaseId": ROOT })
    }

    /// The log.
    pub fn into_json(self) -> Value {
        let order: BTreeMap<&str, usize> = self.rules.keys().copied().zip(0..).collect();
        let mut results = self.results;
        for result in &mut results {
            let code = result.get("ruleId").and_then(Value::as_str);
            if let Some(index) = code.and_then(|code| order.get(code)).copied() {
                set(result, "ruleIndex", json!(index));
            }
        }
        let rules: Vec<Value> = (self.rules.iter())
            .map(|(code, finding)| rule(code, *finding))
            .collect();
        let mut run = json!({
            "tool": { "driver": {
                "name": "Windvane",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        });
        if let Some(folder) = &self.folder {
            let mut uri = file_uri(folder);
            if !uri.ends_with('/') {
                uri.push('/');
            }
            set(
                &mut run,
                "originalUriBaseIds",
                json!({ ROOT: { "uri": uri } }),
            );
        }
        json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] })
    }
}

fn set(table: &mut Value, key: &str, value: Value) {
    if let Some(table) = table.as_object_mut() {
        table.insert(key.to_owned(), value);
    }
}

fn rule(code: &str, finding: Option<&Finding>) -> Value {
    let mut rule = Map::new();
    rule.insert("id".to_owned(), json!(code));
    rule.insert("name".to_owned(), json!(pascal_case(code)));
    let Some(finding) = finding else {
        return Value::Object(rule);
    };
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let text = plain(finding.text);
    let mut add = |key: &str, value| drop(rule.insert(key.to_owned(), value));
    add(
        "shortDescription",
        json!({ "text": plain(finding.summary) }),
    );
    add("fullDescription", json!({ "text": text }));
    add(
        "help",
        json!({ "text": text, "markdown": format!("# {code}\n\n{}", finding.text) }),
    );
    add("defaultConfiguration", json!({ "level": level }));
    // Where the page is on the web, if this program says where it lives.
    let repository = env!("CARGO_PKG_REPOSITORY");
    if !repository.is_empty() {
        let page = format!("{repository}/blob/main/docs/findings.md#{code}");
        add("helpUri", json!(page));
    }
    Value::Object(rule)
}

/// Without what only Markdown needs.
fn plain(text: &str) -> String {
    let body = text.split("\n```").next().unwrap_or(text);
    let body = body.replace("*Error.* ", "").replace("*Warning.* ", "");
    body.replace(['`', '*'], "").trim().to_owned()
}

/// `covered-rule` as `CoveredRule`.
fn pascal_case(code: &str) -> String {
    code.split('-')
        .map(|word| {
            let mut chars = word.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars).collect::<String>()
        })
        .collect()
}

/// The same for the same problem, whatever moves it to other lines.
fn fingerprint(problem: &Problem) -> String {
    let mut hasher = DefaultHasher::new();
    (problem.code, &problem.message).hash(&mut hasher);
    problem.file.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn relative_uri(path: &Path) -> String {
    let mut steps = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(step) => steps.push(encoded(&step.to_string_lossy())),
            Component::ParentDir => steps.push("..".to_owned()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    steps.join("/")
}

fn file_uri(path: &Path) -> String {
    format!("file:///{}", relative_uri(path))
}

/// Percent-encoded as a step of a path (RFC 3986).
fn encoded(step: &str) -> String {
    let mut uri = String::new();
    for byte in step.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(relative_uri(Path::new("./a b/ö.toml")), "a%20b/%C3%B6.toml");
        assert_eq!(file_uri(Path::new("/x/y#z.toml")), "file:///x/y%23z.toml");
        assert_eq!(pascal_case("never-holds"), "NeverHolds");
    }
}
