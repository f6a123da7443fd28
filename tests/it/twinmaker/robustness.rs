//! Documents that nobody wrote by hand: none may end the program, take long, or be read in silence.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use windvane::scene::twinmaker_verdict;

use super::{Files, bound, given, node, scene};

/// How many documents of each kind are tried: about two seconds of them in all.
const CASES: u32 = 300;

/// Reads a document from a file, and looks at what came of it as the view would.
fn read(text: &str) {
    let verdict = twinmaker_verdict(text);
    match Files::new(text).load() {
        Ok((scene, _)) => {
            let composition = scene.composition.as_ref().expect("a composition");
            let count = composition.nodes.len();
            let children = composition.nodes.iter().flat_map(|n| &n.children);
            let mut seen = vec![0; count];
            for &index in children.chain(&composition.roots) {
                seen[index] += 1;
            }
            assert!(seen.iter().all(|n| *n <= 1), "a node stands in one place");
            assert!(composition.depth() <= count);
            for map in &composition.rule_maps {
                assert!(
                    map.statements
                        .iter()
                        .all(|s| usize::from(s.rule) < scene.rules.len())
                );
            }
        }
        Err(problems) => {
            assert!(problems.errors() > 0);
            assert!(
                !verdict.loads() || text.trim().is_empty(),
                "{problems}\n{text}"
            );
        }
    }
}

fn run(strategy: impl Strategy<Value = String>) {
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    runner
        .run(&strategy, |text| {
            read(&text);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "Tag",
            "ModelRef",
            "GLB",
            "1.0",
            "MotionIndicator",
            "Camera"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let names = prop::sample::select(vec![
            "specVersion",
            "nodes",
            "rootNodeIndexes",
            "transform",
            "components",
            "children",
            "type",
            "rules",
            "statements",
            "expression",
            "target",
            "cameras",
            "properties",
            "valueDataBinding",
            "valueDataBindings",
            "config",
            "cameraIndex",
            "name",
            "other",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((names, inner), 0..8).prop_map(|members| {
                let members = members.into_iter().map(|(k, v)| (k.to_owned(), v));
                Value::Object(members.collect())
            }),
        ]
    })
}

/// A scene that has a bit of everything.
fn rich() -> String {
    let mut document = scene(&[
        node(
            "a",
            json!([
                {"type": "Tag", "ruleBasedMapId": "r", "valueDataBinding": bound("E", "C", "p"), "offset": [1, 2, 3]},
                {"type": "ModelRef", "uri": "s3://b/m/x.glb", "modelType": "GLB", "unitOfMeasure": "feet"},
                {"type": "Camera", "cameraIndex": 0},
            ]),
        ),
        node(
            "b",
            json!([
                {"type": "MotionIndicator", "shape": "LinearPlane", "valueDataBindings": {"speed": {"ruleBasedMapId": "r"}}, "config": {"numOfRepeatInY": 2}},
                {"type": "DataOverlay", "subType": "OverlayPanel", "dataRows": [{"rowType": "Markdown", "content": "${a}"}],
                 "valueDataBindings": [{"bindingName": "a", "valueDataBinding": bound("E", "C", "q")}]},
                {"type": "Light", "lightType": "Point", "lightSettings": {"color": 255}},
            ]),
        ),
    ]);
    document["nodes"][0]["children"] = json!([1]);
    document["rootNodeIndexes"] = json!([0]);
    document["cameras"] = json!([{"cameraType": "Perspective", "fov": 50}]);
    document["rules"]["r"] =
        json!({"statements": [{"expression": "p > 1", "target": "iottwinmaker.common.number"}]});
    document.to_string()
}

#[test]
fn random_documents_are_read_or_refused_with_problems() {
    let document = (any_json(), any_json(), any_json()).prop_map(|(nodes, rules, rest)| {
        let mut document = json!({"specVersion": "1.0", "nodes": [], "rootNodeIndexes": []});
        if let Value::Object(rest) = rest {
            document.as_object_mut().unwrap().extend(rest);
        }
        document["nodes"] = json!([{"transform": {}, "components": [nodes]}]);
        document["rules"] = json!({"r": rules});
        document.to_string()
    });
    run(document);
    run(any_json().prop_map(|v| v.to_string()));
}

#[test]
fn scenes_with_bytes_changed_are_read_or_refused_with_problems() {
    let mut texts = vec![rich()];
    if let Some(folder) = given() {
        let files = std::fs::read_dir(folder.join("scenes")).unwrap();
        let files = files.map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap());
        // The largest take too long for what they add.
        texts.extend(files.filter(|text| text.len() < 12_000));
    }
    let changes = prop::collection::vec((any::<prop::sample::Index>(), 0..5_u8, "[ -~]"), 1..4);
    let mutated = (prop::sample::select(texts), changes).prop_map(|(text, changes)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, what, with) in changes {
            let at = at.index(chars.len());
            let with = with.chars().next().unwrap();
            match what {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, with),
                2 => chars.truncate(at.max(1)),
                // Numbers into other ones: indexes, above all.
                _ => match chars[at..].iter().position(char::is_ascii_digit) {
                    Some(digit) => chars[at + digit] = char::from(b'0' + (with as u8 % 10)),
                    None => chars[at] = with,
                },
            }
        }
        chars.into_iter().collect()
    });
    run(mutated);
}

#[test]
fn depth_size_and_huge_indexes_are_bounded() {
    read(&"[".repeat(2_000_000));
    read(&format!(
        "{{\"specVersion\": \"1.0\", \"nodes\": {}",
        "{\"a\":".repeat(100_000)
    ));
    for index in [
        "-1",
        "1e308",
        "18446744073709551616",
        "0.5",
        "null",
        "\"0\"",
        "\"x\"",
        "[]",
    ] {
        let text = rich().replace("\"children\":[1]", &format!("\"children\":[{index}]"));
        assert_ne!(text, rich());
        read(&text);
        read(&rich().replace("\"cameraIndex\":0", &format!("\"cameraIndex\":{index}")));
    }
    // A chain of nodes as deep as there are nodes.
    let count = 50_000;
    let nodes: Vec<Value> = (0..count)
        .map(|i| json!({"transform": {}, "children": if i + 1 < count { vec![i + 1] } else { vec![] }}))
        .collect();
    let mut document = scene(&nodes);
    document["rootNodeIndexes"] = json!([0]);
    read(&document.to_string());
}
