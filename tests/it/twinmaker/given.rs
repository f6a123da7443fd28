//! Against the results of TwinMaker's own code.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use windvane::rules::jexl::JsValue;
use windvane::scene::{
    LoadOptions, Resource, ResourceType, Scene, Shows, TwinMakerFinding, load, twinmaker_rules,
    twinmaker_verdict,
};

use super::{given, given_json};

/// Every scene with what is expected of it, as far as there are any.
fn scenes() -> Vec<(std::path::PathBuf, Value)> {
    let Some(folder) = given() else {
        return Vec::new();
    };
    let expected = given_json(&folder, "load_expected.json");
    let scene = |expected: Value| {
        let name = expected["file"].as_str().unwrap().to_owned();
        (folder.join("scenes").join(name), expected)
    };
    expected.into_iter().map(scene).collect()
}

/// TwinMaker's name of a component by that of its table.
fn their_name(kind: &str) -> &'static str {
    match kind {
        "model" => "ModelRef",
        "sub_model" => "SubModelRef",
        "animation" => "Animation",
        "tag" => "Tag",
        "shader" => "ModelShader",
        "motion" => "MotionIndicator",
        "overlay" => "DataOverlay",
        "camera" => "Camera",
        "light" => "Light",
        "entity" => "EntityBinding",
        "plane" => "PlaneGeometry",
        other => panic!("a component {other}"),
    }
}

fn counts(
    scene: &Scene,
) -> (
    usize,
    usize,
    usize,
    BTreeMap<&str, u64>,
    BTreeMap<String, u64>,
) {
    let composition = scene.composition.as_ref().unwrap();
    let components = composition.counts().into_iter();
    let rules = composition.rule_maps.iter();
    (
        composition.nodes.len(),
        composition.roots.len(),
        composition.depth(),
        components.map(|(k, n)| (their_name(k), n as u64)).collect(),
        rules
            .map(|m| (m.id.to_string(), m.statements.len() as u64))
            .collect(),
    )
}

#[test]
fn every_scene_loads_or_is_refused_as_in_twinmaker_with_the_same_counts() {
    for (path, expected) in scenes() {
        let name = path.display();
        match load(&path, &LoadOptions::default()) {
            Ok(loaded) => {
                assert_eq!(expected["loads"], true, "{name} loads");
                let (nodes, roots, depth, components, rules) = counts(&loaded.scene);
                assert_eq!(nodes as u64, expected["nodes"], "nodes of {name}");
                assert_eq!(roots as u64, expected["roots"], "roots of {name}");
                assert_eq!(depth as u64, expected["maxDepth"], "depth of {name}");
                let number = |v: &Value| v.as_u64().unwrap();
                let table = |v: &Value| -> BTreeMap<String, u64> {
                    let members = v.as_object().unwrap().iter();
                    members.map(|(k, v)| (k.clone(), number(v))).collect()
                };
                let own: BTreeMap<String, u64> = components
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect();
                assert_eq!(own, table(&expected["components"]), "components of {name}");
                assert_eq!(rules, table(&expected["rules"]), "rules of {name}");
            }
            Err(problems) => assert_eq!(expected["loads"], false, "{name}: {problems}"),
        }
    }
}

#[test]
fn the_verdict_on_every_scene_is_twinmakers() {
    for (path, expected) in scenes() {
        let verdict = twinmaker_verdict(&std::fs::read_to_string(&path).unwrap());
        let theirs: Vec<TwinMakerFinding> = expected["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                let is_fatal = error["level"] == "FATAL";
                let context = &error["context"];
                let text = |v: &Value| v.as_str().unwrap().to_owned();
                let mut subject = ["componentType", "sourceMinorVersion"].iter();
                let subject = subject.find_map(|key| Some(text(context.get(key)?)));
                TwinMakerFinding {
                    is_fatal,
                    message: text(if is_fatal {
                        &context["cause"]
                    } else {
                        &error["message"]
                    }),
                    subject: subject.unwrap_or_default(),
                }
            })
            .collect();
        assert_eq!(verdict.findings, theirs, "{}", path.display());
        assert_eq!(verdict.loads(), expected["loads"], "{}", path.display());
    }
}

#[test]
fn every_target_is_taken_apart_as_in_twinmaker() {
    let Some(folder) = given() else { return };
    for case in given_json(&folder, "targets_expected.json") {
        let resource = Resource::parse(case["target"].as_str().unwrap_or_default());
        let kind = match resource.kind {
            ResourceType::Icon => "Icon",
            ResourceType::Color => "Color",
            ResourceType::Number => "Number",
            ResourceType::Opacity => "Opacity",
        };
        let info = &case["info"];
        assert_eq!(
            (kind, &*resource.value),
            (
                info["type"].as_str().unwrap(),
                info["value"].as_str().unwrap()
            ),
            "{case}"
        );
    }
}

#[test]
fn every_rule_shows_what_it_shows_in_twinmaker() {
    let Some(folder) = given() else { return };
    let text = std::fs::read_to_string(folder.join("rules_expected.jsonl")).unwrap();
    let mut scenes = HashMap::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["scene"].as_str().unwrap();
        let rules = scenes.entry(name.to_owned()).or_insert_with(|| {
            let scene = std::fs::read_to_string(folder.join("scenes").join(name)).unwrap();
            twinmaker_rules(&scene)
        });
        let rule = rules.iter().find(|rule| *rule.id == case["rule"]).unwrap();
        let values: HashMap<String, JsValue> = (case["context"].as_object().unwrap().iter())
            .map(|(name, value)| (name.clone(), JsValue::from_json(value)))
            .collect();
        let shows = match rule.shows(&values) {
            Shows::Default => case["default"].clone(),
            Shows::Target(target) => target.into(),
            Shows::Number(number) => serde_json::json!(number),
        };
        match (shows.as_f64(), case["target"].as_f64()) {
            (Some(own), Some(theirs)) => assert_eq!(own, theirs, "{line}"),
            _ => assert_eq!(shows, case["target"], "{line}"),
        }
        if let Some(resource) = case["resource"].as_object() {
            let own = Resource::parse(shows.as_str().unwrap_or_default());
            assert_eq!(own.value, resource["value"], "{line}");
        }
    }
}
