//! `windvane import twinmaker`: the scene file means what the TwinMaker scene means.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use windvane::fleet::TurbineRow;
use windvane::rules::jexl::{JsValue, Script};
use windvane::rules::{Trial, Truth, Value};
use windvane::scene::{Language, LoadOptions, Scene, Target, ValueKind, import_twinmaker, load};

use super::{Files, bound, given, given_json, node, scene};

/// The scene as it is, and as it is once imported.
fn both(path: &Path, folder: &Path) -> (Arc<Scene>, Arc<Scene>) {
    let options = LoadOptions::default();
    let output = folder.join("imported.toml");
    let (text, _) = import_twinmaker(path, &options, Some(&output)).expect("a scene that opens");
    std::fs::write(&output, &text).unwrap();
    let original = load(path, &options).unwrap().scene;
    let imported = load(&output, &options).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    assert!(
        imported.warnings.is_empty(),
        "{}\n{text}",
        imported.warnings
    );
    (original, imported.scene)
}

fn assert_same(original: &Scene, imported: &Scene, name: &str) {
    let (a, b) = (
        original.composition.as_ref().unwrap(),
        imported.composition.as_ref().unwrap(),
    );
    assert_eq!(a.nodes.len(), b.nodes.len(), "{name}");
    for (a, b) in a.nodes.iter().zip(&b.nodes) {
        assert_eq!(a, b, "{name}");
    }
    assert_eq!(a.rule_maps, b.rule_maps, "{name}");
    assert_eq!(a, b, "{name}");
    assert_eq!(original.turbines, imported.turbines, "{name}");
    assert_eq!(original.kinds, imported.kinds, "{name}");
    assert_eq!(original.topics, imported.topics, "{name}");
    let names = |scene: &Scene| -> Vec<Arc<str>> {
        scene.rules.iter().map(|rule| rule.name.clone()).collect()
    };
    assert_eq!(names(original), names(imported), "{name}");
}

/// Every given scene that opens.
fn scenes() -> Vec<PathBuf> {
    let Some(folder) = given() else {
        return Vec::new();
    };
    let expected = given_json(&folder, "load_expected.json").into_iter();
    let good = expected.filter(|e| e["loads"] == true);
    good.map(|e| folder.join("scenes").join(e["file"].as_str().unwrap()))
        .collect()
}

#[test]
fn every_scene_is_the_same_once_imported() {
    for path in scenes() {
        let folder = tempfile::tempdir().unwrap();
        let (original, imported) = both(&path, folder.path());
        assert_same(&original, &imported, &path.display().to_string());
    }
}

/// What a rule of an imported scene shows; `None` where a value is not of its signal's kind.
fn shows(
    scene: &Scene,
    map: &str,
    context: &serde_json::Map<String, Json>,
) -> Option<Option<Target>> {
    let composition = scene.composition.as_ref().unwrap();
    let map = composition
        .rule_maps
        .iter()
        .find(|m| *m.id == *map)
        .unwrap();
    let mut trial = Trial::default();
    for (name, value) in context {
        let column = scene.signals.iter().position(|s| **s == **name);
        let kind = column.map(|c| scene.kinds[c]);
        let value = match (value, kind) {
            (_, None) => continue,
            (Json::Number(n), Some(ValueKind::Number)) => Value::Number(n.as_f64().unwrap()),
            (Json::String(t), Some(ValueKind::Text)) => Value::Text(t.as_str().into()),
            (Json::Bool(b), Some(ValueKind::Boolean)) => Value::Boolean(*b),
            _ => return None,
        };
        trial.set(name, &value);
    }
    for name in &scene.signals {
        if !context.contains_key(&**name) {
            trial.set(name, &Value::Unknown);
        }
    }
    for statement in &map.statements {
        let rule = &scene.rules[usize::from(statement.rule)];
        let source = &rule.when.source;
        let holds = match rule.language {
            Language::Native => trial.evaluate(source).unwrap().value == Value::Boolean(true),
            Language::Jexl => {
                let script = Script::parse(source, context.keys().map(String::as_str)).unwrap();
                let value = |name: &str| {
                    context
                        .get(name)
                        .map_or(JsValue::Undefined, JsValue::from_json)
                };
                let value = script.evaluate(&value).unwrap();
                match statement.target {
                    Target::Number => value.to_number().is_finite(),
                    _ => value.is_truthy(),
                }
            }
        };
        if holds {
            return Some(Some(statement.target.clone()));
        }
    }
    Some(None)
}

#[test]
fn imported_rules_show_what_twinmaker_shows() {
    let Some(folder) = given() else { return };
    let text = std::fs::read_to_string(folder.join("rules_expected.jsonl")).unwrap();
    let mut scenes = HashMap::new();
    let (mut compared, mut native) = (0, 0);
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let context = case["context"].as_object().unwrap();
        if context.is_empty() {
            // Nothing was heard: there is no row of a fleet for that.
            continue;
        }
        let name = case["scene"].as_str().unwrap();
        let scene = scenes.entry(name.to_owned()).or_insert_with(|| {
            let folder_of = tempfile::tempdir().unwrap();
            both(&folder.join("scenes").join(name), folder_of.path()).1
        });
        let map = case["rule"].as_str().unwrap();
        let Some(shown) = shows(scene, map, context) else {
            continue;
        };
        compared += 1;
        native += usize::from(scene.rules.iter().any(|r| r.language == Language::Native));
        let is_default = case["target"] == case["default"];
        assert_eq!(shown.is_none(), is_default, "{line}");
        if let (Some(target), Some(resource)) = (shown, case["resource"].as_object()) {
            let kind = match target {
                Target::Icon(_) => "Icon",
                Target::Color(_) => "Color",
                Target::Opacity(_) => "Opacity",
                Target::Number => "Number",
            };
            assert_eq!(kind, resource["type"], "{line}");
        }
    }
    assert!(
        compared > 50 && native > 0,
        "{compared} cases, {native} with native rules"
    );
}

#[test]
fn odd_names_are_made_words_and_still_read_the_same_values() {
    let mut document = scene(&[
        node(
            "a",
            json!([{"type": "Tag", "ruleBasedMapId": "r", "valueDataBinding": bound("E", "C", "my-temp")}]),
        ),
        node(
            "a",
            json!([{"type": "Tag", "ruleBasedMapId": "r", "valueDataBinding": bound("E", "C", "in")}]),
        ),
    ]);
    document["nodes"][0]["transform"]["rotation"] =
        json!([0.1, -1.423_817_361_871, 3.089_110_906_735_097_5]);
    document["nodes"][0]["children"] = json!([1]);
    document["rootNodeIndexes"] = json!([0]);
    document["rules"]["r"] = json!({"statements": [
        {"expression": "my-temp > 3 && my-temp < 10", "target": "iottwinmaker.common.icon:Error"},
        {"expression": "my-temp ^ 2", "target": "iottwinmaker.common.number"},
    ]});
    let files = Files::of(&document);
    let (original, imported) = both(&files.path("scene.json"), files.path("").as_path());
    assert_same(&original, &imported, "odd names");
    assert_eq!(
        imported.signals.iter().map(|s| &**s).collect::<Vec<_>>(),
        ["my_temp", "_in"]
    );
    let program = &imported.rules[0].when.program;
    assert_eq!(program.signals().len(), 1, "the hyphenated name is one");
}

#[test]
fn what_always_holds_does_not_hold_of_what_was_never_heard() {
    let mut document = scene(&[node("a", json!([]))]);
    document["rules"]["r"] = json!({"statements": [
        {"expression": "1 == 1", "target": "iottwinmaker.common.icon:Error"},
    ]});
    document["nodes"][0]["components"] = json!([{
        "type": "Tag", "ruleBasedMapId": "r", "valueDataBinding": bound("E", "C", "a"),
    }]);
    let files = Files::of(&document);
    let (of_json, _) = files.load().unwrap();
    let options = LoadOptions::default();
    let (text, _) = import_twinmaker(&files.path("scene.json"), &options, None).unwrap();
    files.write("scene.toml", text);
    let of_toml = load(&files.path("scene.toml"), &options).unwrap().scene;
    for scene in [of_json, of_toml] {
        for (value, expected) in [(f64::NAN, Truth::Unknown), (0.0, Truth::True)] {
            let columns = vec![vec![value]; scene.column_count()];
            let mut out = Vec::new();
            let program = &scene.rules[0].when.program;
            program.evaluate(&columns, &[TurbineRow(0)], &mut out);
            assert_eq!(out, [expected], "{value}");
        }
    }
}

#[test]
fn the_command_writes_a_file_that_check_passes_and_overwrites_none() {
    let mut document = scene(&[node(
        "Mixer",
        json!([
            {"type": "ModelRef", "uri": "s3://b/models/mixer.glb", "modelType": "GLB"},
            {"type": "Tag", "ruleBasedMapId": "hot", "valueDataBinding": bound("M", "C", "temp")},
        ]),
    )]);
    document["rules"]["hot"] = json!({"statements": [
        {"expression": "temp > 80", "target": "iottwinmaker.common.icon:Error"},
    ]});
    let files = Files::of(&document);
    let windvane = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_windvane"));
        command
            .current_dir(files.path(""))
            .args(arguments)
            .output()
            .unwrap()
    };
    let import = ["import", "twinmaker", "scene.json", "-o", "scene.toml"];
    let output = windvane(&import);
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(files.path("scene.toml")).unwrap();
    assert!(text.contains("when = \"temp > 80\""), "{text}");
    let check = windvane(&["check", "scene.toml"]);
    let told = String::from_utf8(check.stdout).unwrap();
    assert!(
        check.status.success() && told.contains("no problems"),
        "{told}"
    );
    assert!(told.contains("1 node, 1 entity, 1 rule"), "{told}");
    assert!(!windvane(&import).status.success(), "it is there already");
    let json = windvane(&["check", "--format", "json", "scene.json"]);
    let report: Json = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        report["composition"]["components"],
        json!({"model": 1, "tag": 1})
    );
    assert_eq!(report["composition"]["rules"], json!({"hot": 1}));
}
