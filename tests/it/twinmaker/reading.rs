//! What is read of small scenes, and what is told of those that are not well.

use serde_json::{Value, json};
use windvane::scene::{
    Component, LightKind, LoadOptions, Selector, TagIcon, Target, ValueKind, load,
    twinmaker_verdict,
};

use super::{Files, bound, node, scene, with_code};

/// The first component of the first node.
fn component(component: Value) -> Component {
    let (scene, warnings) = Files::of(&scene(&[node("a", json!([component]))]))
        .load()
        .unwrap();
    assert_eq!(warnings.list(), []);
    scene.composition.as_ref().unwrap().nodes[0].components[0].clone()
}

#[test]
fn components_are_read_with_their_defaults() {
    let light = component(json!({"type": "Light", "lightType": "Point"}));
    let Component::Light(light) = light else {
        panic!("{light:?}")
    };
    assert_eq!(
        (light.kind, light.color, light.decay),
        (LightKind::Point, [255; 3], 2.0)
    );
    let light = component(json!({
        "type": "Light", "lightType": "Hemisphere",
        "lightSettings": {"color": 16_711_680, "groundColor": "#00ff00", "intensity": 0.5},
    }));
    let Component::Light(light) = light else {
        panic!("{light:?}")
    };
    assert_eq!(
        (light.color, light.ground_color),
        ([255, 0, 0], [0, 255, 0])
    );
    let sub_model = component(json!({"type": "SubModelRef", "selector": 12}));
    assert_eq!(
        sub_model,
        Component::SubModel {
            selector: Selector::Number(12)
        }
    );
    let tag = component(json!({
        "type": "Tag", "icon": "iottwinmaker.common.icon:Custom", "chosenColor": "#102030",
        "customIcon": {"prefix": "fas", "iconName": "fan"}, "offset": [1, 2, 3],
        "navLink": {"destination": "https://example.org", "params": {"b": "2", "a": "1"}},
    }));
    let Component::Tag(tag) = tag else {
        panic!("{tag:?}")
    };
    let custom = TagIcon::Custom {
        prefix: "fas".into(),
        name: "fan".into(),
        color: Some([0x10, 0x20, 0x30]),
    };
    assert_eq!(tag.icon, custom);
    let link = tag.link.unwrap();
    assert_eq!(link.params[0], ("a".to_owned(), "1".to_owned()));
    let motion = component(json!({
        "type": "MotionIndicator", "shape": "LinearCylinder", "valueDataBindings": {},
        "config": {"numOfRepeatInY": 3, "backgroundColorOpacity": 0.5, "defaultSpeed": "0.25"},
    }));
    let Component::Motion(motion) = motion else {
        panic!("{motion:?}")
    };
    assert_eq!(
        (motion.repeats, motion.speed, motion.background),
        (3.0, 0.25, None)
    );
}

#[test]
fn an_entitys_component_becomes_a_row_with_what_its_rules_read() {
    let mut document = scene(&[
        node(
            "a",
            json!([{
                "type": "Tag", "ruleBasedMapId": "hot", "valueDataBinding": bound("${sel}", "Mixer", "temp"),
            }]),
        ),
        node(
            "b",
            json!([{"type": "EntityBinding", "valueDataBinding": bound("M1", "Mixer", "rpm")}]),
        ),
        node(
            "c",
            json!([{"type": "EntityBinding", "valueDataBinding": bound("M2", "Alarm", "status")}]),
        ),
    ]);
    document["nodes"][0]["transform"]["position"] = json!([3, 4, 5]);
    document["rules"]["hot"] = json!({"statements": [
        {"expression": "temp > 80", "target": "iottwinmaker.common.icon:Error"},
        {"expression": "state == 'warm'", "target": "iottwinmaker.common.color:rgba(255,0,0,0.5)"},
    ]});
    document["properties"] = json!({"dataBindingConfig": {"template": {"sel": "M1"}}});
    let (scene, warnings) = Files::of(&document).load().unwrap();
    assert_eq!(warnings.list(), []);
    let ids: Vec<&str> = scene.turbines.iter().map(|t| &*t.id).collect();
    assert_eq!(ids, ["M1/Mixer", "M2/Alarm"]);
    let first = &scene.turbines[0];
    assert_eq!((first.east_m, first.north_m, first.up_m), (3.0, -5.0, 4.0));
    let names: Vec<(&str, ValueKind)> = scene.models[0]
        .signals
        .iter()
        .map(|s| (&*s.name, s.kind))
        .collect();
    let number = ValueKind::Number;
    assert_eq!(
        names,
        [
            ("temp", number),
            ("rpm", number),
            ("state", ValueKind::Text)
        ]
    );
    assert!(scene.models.iter().all(|m| m.is_entity));
    let rules: Vec<&str> = scene.rules.iter().map(|r| &*r.name).collect();
    assert_eq!(rules, ["hot 1", "hot 2"]);
    assert_eq!(scene.rules[0].applies, [true, false]);
    let composition = scene.composition.as_ref().unwrap();
    let statements = &composition.rule_maps[0].statements;
    assert_eq!(statements[1].target, Target::Color([255, 0, 0, 128]));
    let Component::Tag(tag) = &composition.nodes[0].components[0] else {
        panic!("a tag")
    };
    assert_eq!(&*tag.binding.entity, "M1");
    assert_eq!(
        (tag.binding.row.unwrap().index(), tag.binding.rules),
        (0, Some(0))
    );
    assert_eq!(&*scene.signals[tag.binding.signal.unwrap().index()], "temp");
}

#[test]
fn a_tag_with_an_unknown_rule_is_told_and_the_scene_still_opens() {
    let document = scene(&[node(
        "a",
        json!([{"type": "Tag", "ruleBasedMapId": "nope"}]),
    )]);
    let (_, warnings) = Files::of(&document).load().unwrap();
    let told = with_code(&warnings, "twinmaker-unknown-rule");
    assert_eq!(told.len(), 1);
    assert!(told[0].line > 1);
    let verdict = twinmaker_verdict(&document.to_string());
    assert_eq!(verdict.findings[0].message, "Rule#[nope] not found");
    assert!(!verdict.loads(), "there the whole scene is refused");
}

#[test]
fn what_is_not_known_is_named_and_the_rest_opens() {
    let document = scene(&[
        node(
            "a",
            json!([{"type": "Hologram"}, {"type": "Camera"},
            {"type": "ModelRef", "uri": "x/tileset.json", "modelType": "Tiles3D"},
            {"type": "ModelRef", "uri": "x.obj", "modelType": "OBJ"}]),
        ),
        json!({"name": "m", "transform": {}, "properties": {"matterportId": "1"}}),
    ]);
    let (scene, warnings) = Files::of(&document).load().unwrap();
    assert_eq!(with_code(&warnings, "twinmaker-component").len(), 1);
    assert_eq!(with_code(&warnings, "twinmaker-model").len(), 1);
    let unsupported = with_code(&warnings, "twinmaker-unsupported");
    let words: Vec<&str> = unsupported.iter().map(|p| p.message.as_str()).collect();
    assert!(
        words[0].contains("3D Tiles") && words[1].contains("Matterport"),
        "{words:?}"
    );
    assert_eq!(scene.composition.as_ref().unwrap().counts()["model"], 1);
}

#[test]
fn cycles_are_cut_and_told() {
    let mut document = scene(&[node("a", json!([])), node("b", json!([]))]);
    document["rootNodeIndexes"] = json!([0]);
    document["nodes"][0]["children"] = json!([1]);
    document["nodes"][1]["children"] = json!([0]);
    let (scene, warnings) = Files::of(&document).load().unwrap();
    assert_eq!(with_code(&warnings, "twinmaker-cycle").len(), 1);
    assert_eq!(scene.composition.as_ref().unwrap().depth(), 2);
    assert!(twinmaker_verdict(&document.to_string()).loads());
}

#[test]
fn what_cannot_be_used_is_told_with_its_place() {
    let cases: [(&str, &str, usize); 8] = [
        (
            "{\"specVersion\": \"1.0\",\n \"nodes\": [}",
            "twinmaker-json",
            2,
        ),
        ("{\n\"specVersion\": 1}", "twinmaker-spec-version", 2),
        ("{\"nodes\": []}", "twinmaker-spec-version", 1),
        ("{\"specVersion\": \"1.0\"}", "twinmaker-node", 1),
        (
            "{\"specVersion\": \"1.0\", \"nodes\": []}",
            "twinmaker-root",
            1,
        ),
        (
            "{\"specVersion\": \"1.0\", \"rootNodeIndexes\": [0],\n \"nodes\": [{}]}",
            "twinmaker-node",
            2,
        ),
        (
            "{\"specVersion\": \"1.0\", \"rootNodeIndexes\": [],\n \"nodes\": [{\"transform\": {},\n\"children\": [1e300]}]}",
            "twinmaker-child",
            3,
        ),
        (
            "{\"specVersion\": \"1.0\", \"rootNodeIndexes\": [],\n \"nodes\": [{\"transform\": {},\n\"components\": [{\"type\": \"Camera\", \"cameraIndex\": 0}]}]}",
            "twinmaker-camera",
            3,
        ),
    ];
    for (text, code, line) in cases {
        let problems = Files::new(text).load().expect_err(text);
        let told = with_code(&problems, code);
        assert_eq!(
            told.first().map(|p| p.line),
            Some(line),
            "{text}: {problems}"
        );
        assert!(!twinmaker_verdict(text).loads(), "{text}");
    }
}

#[test]
fn a_statement_that_does_not_parse_is_told_and_passed_over() {
    let mut document = scene(&[node("a", json!([]))]);
    document["rules"]["r"] = json!({"statements": [
        {"expression": "a >", "target": "iottwinmaker.common.icon:Error"},
        {"expression": "a > 1", "target": "iottwinmaker.common.icon:Warning"},
    ]});
    document["nodes"][0]["components"] = json!([{
        "type": "Tag", "ruleBasedMapId": "r", "valueDataBinding": bound("E", "C", "a"),
    }]);
    let (scene, warnings) = Files::of(&document).load().unwrap();
    let told = with_code(&warnings, "twinmaker-expression");
    assert_eq!(told.len(), 1);
    assert!(
        told[0].message.starts_with("statement 1 of the rule `r`"),
        "{}",
        told[0].message
    );
    let map = &scene.composition.as_ref().unwrap().rule_maps[0];
    assert_eq!(map.statements.len(), 1);
    assert_eq!(
        &*scene.rules[usize::from(map.statements[0].rule)].name,
        "r 2"
    );
}

#[test]
fn a_model_that_cannot_be_read_is_told_with_the_cause() {
    let files = Files::of(&scene(&[node(
        "A",
        json!([{"type": "ModelRef", "modelType": "GLTF", "uri": "a.gltf"}]),
    )]));
    let model = json!({"asset": {"version": "2.0"},
        "extensionsRequired": ["KHR_draco_mesh_compression"]});
    files.write("a.gltf", model.to_string());
    let (_, problems) = files.load().unwrap();
    let told = with_code(&problems, "twinmaker-model-file");
    assert_eq!(told.len(), 1, "{problems:?}");
    assert!(told[0].message.contains("Draco"), "{}", told[0].message);
}

#[test]
fn models_are_found_by_the_end_of_their_path() {
    let model = |uri: &str| json!([{"type": "ModelRef", "uri": uri, "modelType": "GLB"}]);
    let files = Files::of(&scene(&[
        node("a", model("s3://bucket/models/a.glb")),
        node("b", model("b.glb")),
        node("c", model("s3://bucket/c.glb")),
    ]));
    files.write("elsewhere/models/a.glb", "x");
    files.write("b.glb", "x");
    let options = LoadOptions {
        models: Some(files.path("elsewhere")),
        ..LoadOptions::default()
    };
    let loaded = load(&files.path("scene.json"), &options).unwrap();
    let composition = loaded.scene.composition.as_ref().unwrap();
    let file = |node: usize| match &composition.nodes[node].components[0] {
        Component::Model(model) => model.file.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(file(0), Some(files.path("elsewhere/models/a.glb")));
    assert_eq!(file(1), Some(files.path("b.glb")));
    assert_eq!(file(2), None);
    let told = with_code(&loaded.warnings, "twinmaker-model-file");
    assert_eq!(told.len(), 1);
    assert!(told[0].message.contains("c.glb"));
    // A reload follows them, and the one that is not there.
    for name in ["elsewhere/models/a.glb", "b.glb", "elsewhere/c.glb"] {
        assert!(loaded.scene.files.contains(&files.path(name)), "{name}");
    }
}
