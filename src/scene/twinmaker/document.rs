//! A TwinMaker document as a whole: what it needs, in the order in which TwinMaker looks at it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::json::{Json, Value};
use super::nodes;
use super::report::{Report, Verdict};
use super::surroundings;
use super::target;
use crate::scene::problem::{Problem, Problems, quoted};
use crate::scene::source::Place;
use crate::scene::{CameraSpec, Composition, RuleMap, TagIcon};

/// The format that this program reads.
const MAJOR: u64 = 1;
const MINOR: u64 = 0;

/// A document that was read. Nothing is bound yet: rows, signals and rules are still to be found.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub composition: Composition,
    /// By index of the composition's rule maps.
    pub maps: Vec<Map<'a>>,
    pub verdict: Verdict,
    /// The document is of no use.
    pub is_refused: bool,
}

/// A rule as it is written.
#[derive(Debug, Clone)]
pub(super) struct Map<'a> {
    pub id: &'a str,
    pub statements: Vec<Statement<'a>>,
}

/// A statement as it is written.
#[derive(Debug, Clone)]
pub(super) struct Statement<'a> {
    pub expression: &'a str,
    /// Where it stands; `None` where there is none.
    pub at: Option<Value<'a>>,
    /// As written; empty for what is no text.
    pub target: &'a str,
    pub metadata: Option<Value<'a>>,
}

/// What the parts of a document are read with.
pub(super) struct Context<'a, 'f> {
    /// By id.
    pub maps: HashMap<&'a str, usize>,
    pub cameras: Vec<CameraSpec>,
    /// Values that stand for others in data bindings.
    pub template: Vec<(&'a str, &'a str)>,
    /// The file of a model or picture, if it is to be had; tells if not.
    pub file: &'f mut dyn FnMut(&str, Place, &mut Problems) -> Option<PathBuf>,
}

/// Reads a document.
pub(super) fn read<'a>(
    json: &'a Json,
    problems: &mut Problems,
    file: &mut dyn FnMut(&str, Place, &mut Problems) -> Option<PathBuf>,
) -> Reading<'a> {
    let mut report = Report::new(problems);
    let errors = report.problems.errors();
    let (mut composition, mut maps) = (Composition::default(), Vec::new());
    if let Some(root) = json.root()
        && has_known_version(root, &mut report)
    {
        let mut context = Context {
            maps: HashMap::new(),
            cameras: cameras(root, &mut report),
            template: template(root),
            file,
        };
        let told = rules(root, &mut maps);
        context.maps = maps.iter().enumerate().map(|(i, m)| (m.id, i)).collect();
        composition = Composition {
            rule_maps: maps.iter().map(|m| rule_map(m)).collect(),
            ..Composition::default()
        };
        nodes::read(root, &mut context, &mut composition, &mut report);
        for (problem, cause) in told {
            report.fatal_as(problem, cause);
        }
        nodes::roots(root, &mut composition, &mut report);
        surroundings::read(root, &mut context, &mut composition, &mut report);
    }
    Reading {
        composition,
        maps,
        is_refused: report.problems.errors() > errors,
        verdict: report.verdict,
    }
}

fn has_known_version(root: Value<'_>, report: &mut Report<'_>) -> bool {
    const CODE: &str = "twinmaker-spec-version";
    let Some(version) = root.get("specVersion").filter(|v| v.is_truthy()) else {
        let place = root.get("specVersion").unwrap_or(root).place();
        let place = Place {
            span: 0..0,
            ..place
        };
        report.fatal(CODE, place, "unable to find specVersion");
        return false;
    };
    let place = version.place();
    let Some(text) = version.text() else {
        report.fatal(CODE, place, "specVersion is not a string");
        return false;
    };
    if text == "1" {
        let cause = "the scene is created in private-beta and is no longer supported. Please reach \
                     out to your account manager for a solution";
        let message = "the scene is of TwinMaker's private beta, which nothing reads any more";
        report.fatal_as(Problem::error(CODE, place, message), cause);
        return false;
    }
    let parts: Vec<u64> = text.split('.').filter_map(leading_number).collect();
    let &[major, minor] = parts.as_slice() else {
        let help = "it should be \"1.0\"";
        let problem = Problem::error(CODE, place, "specVersion is not well-formatted").help(help);
        report.fatal_as(problem, "specVersion is not well-formatted");
        return false;
    };
    if major > MAJOR {
        let message = format!(
            "the scene's format is {}; {MAJOR}.{MINOR} is read",
            quoted(text)
        );
        let problem = Problem::error(CODE, place, message);
        report.fatal_as(problem, "specVersion is not supported");
        return false;
    }
    if minor > MINOR {
        let message = format!(
            "the scene's format is {}: what is newer in it than in {MAJOR}.{MINOR} is left out",
            quoted(text)
        );
        let problem = Problem::warning(CODE, place, message);
        let theirs = "The scene may contain features not supported by the renderer. Please \
                      consider upgrading the renderer.";
        report.warning(problem, theirs, minor.to_string());
    }
    true
}

/// `parseInt` of JavaScript, for what can be a version.
fn leading_number(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text.get(..end)?.parse().ok()?;
    (number < 1 << 53).then_some(number)
}

fn cameras(root: Value<'_>, report: &mut Report<'_>) -> Vec<CameraSpec> {
    let Some(list) = root.get("cameras").filter(|c| c.is_truthy()) else {
        return Vec::new();
    };
    if !list.is_list() {
        report.fatal("twinmaker-camera", list.place(), "`cameras` is not a list");
    }
    list.items()
        .map(|camera| {
            let number = |name: &str, default: f32, is_well: fn(f64) -> bool| {
                let given = camera.get(name).map(Value::as_number);
                given
                    .filter(|v| v.is_finite() && is_well(*v))
                    .map_or(default, |v| v as f32)
            };
            let near = number("near", 0.1, |v| v > 0.0);
            let far = number("far", 1_000.0, |v| v > 0.0);
            CameraSpec {
                is_orthographic: camera.get("cameraType").and_then(Value::text)
                    == Some("Orthographic"),
                fov_deg: number("fov", 53.13, |v| v > 0.0 && v < 180.0),
                near,
                far: if far > near { far } else { near + 1_000.0 },
                zoom: number("zoom", 1.0, |v| v > 0.0),
            }
        })
        .collect()
}

fn template<'a>(root: Value<'a>) -> Vec<(&'a str, &'a str)> {
    let config = root
        .get("properties")
        .and_then(|p| p.get("dataBindingConfig"));
    let template = config.and_then(|c| c.get("template"));
    let members = template.into_iter().flat_map(Value::members);
    members
        .filter_map(|(key, _, value)| Some((key, value.text()?)))
        .collect()
}

/// Reads the rules; what is fatal about them is told after what is of the nodes.
fn rules<'a>(root: Value<'a>, maps: &mut Vec<Map<'a>>) -> Vec<(Problem, String)> {
    let mut told = Vec::new();
    let Some(rules) = root.get("rules").filter(|r| r.is_truthy()) else {
        return told;
    };
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (id, place, rule) in rules.members() {
        let statements = rule.get("statements");
        let mut map = Map {
            id,
            statements: Vec::new(),
        };
        match statements {
            Some(list) if list.is_list() => {
                for statement in list.items() {
                    if statement.is_null() {
                        let message = format!("a statement of the rule {} is null", quoted(id));
                        let problem =
                            Problem::error("twinmaker-rule", statement.place(), message.clone());
                        told.push((problem, message));
                        continue;
                    }
                    let at = statement.get("expression");
                    map.statements.push(Statement {
                        expression: at.and_then(Value::text).unwrap_or_default(),
                        at,
                        target: statement
                            .get("target")
                            .and_then(Value::text)
                            .unwrap_or_default(),
                        metadata: statement.some("targetMetadata"),
                    });
                }
            }
            _ => {
                let message = format!("the rule {} has no statements", quoted(id));
                let problem = Problem::error("twinmaker-rule", place, message.clone());
                told.push((problem, message));
            }
        }
        match seen.get(id).and_then(|&at| maps.get_mut(at)) {
            // Of two with one name the last counts, in the place of the first.
            Some(other) => *other = map,
            None => {
                seen.insert(id, maps.len());
                maps.push(map);
            }
        }
    }
    told
}

/// The map with targets; which rules its statements are is found when they are compiled.
fn rule_map(map: &Map<'_>) -> RuleMap {
    RuleMap {
        id: Arc::from(map.id),
        statements: map.statements.iter().map(statement).collect(),
    }
}

fn statement(statement: &Statement<'_>) -> crate::scene::Statement {
    crate::scene::Statement {
        rule: 0,
        target: target::target(statement.target, || custom_icon(statement.metadata)),
    }
}

/// The icon of a statement's metadata, or of a tag.
pub(super) fn custom_icon(metadata: Option<Value<'_>>) -> TagIcon {
    let text = |names: [&str; 2]| {
        let found = names.iter().find_map(|n| metadata?.get(n)?.text());
        found.unwrap_or_default().to_owned()
    };
    let color = metadata.and_then(|m| m.get("color")?.text());
    TagIcon::Custom {
        prefix: text(["iconPrefix", "prefix"]),
        name: text(["iconName", "name"]),
        color: color.filter(|c| !c.is_empty()).map(super::color::rgb),
    }
}
