//! `[[nodes]]` of a scene file, and the file of topics beside a TwinMaker scene.

use serde_json::json;
use windvane::scene::{Component, LoadOptions, ModelRef, Problems, Scene, Target, load};

use super::{Files, bound, node, scene};

const HEAD: &str = r##"
[site]
latitude = 55.0
longitude = 8.0
[broker]
url = "mqtt://localhost"
[[topics]]
filter = "plant/{entity}/{component}"
payload = "json"
[components.Mixer.signals]
rpm = {}
state = { type = "text" }
[[entities]]
entity = "M1"
component = "Mixer"
[[rules]]
name = "Fast"
models = ["Mixer"]
when = "rpm > 60"
tag = "error"
[[rules]]
name = "Odd"
models = ["Mixer"]
language = "jexl"
when = "rpm ^ 2 > 100 && state == 'run'"
color = "#ff0000"
opacity = 0.5
"##;

fn load_with(nodes: &str) -> Result<(std::sync::Arc<Scene>, Problems), Problems> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("models")).unwrap();
    std::fs::write(folder.path().join("models/mixer.glb"), "x").unwrap();
    let path = folder.path().join("scene.toml");
    std::fs::write(&path, format!("{HEAD}{nodes}")).unwrap();
    let loaded = load(&path, &LoadOptions::default())?;
    Ok((loaded.scene, loaded.warnings))
}

#[test]
fn nodes_are_written_by_hand() {
    let (scene, warnings) = load_with(
        r##"
[[nodes]]
name = "Line"
position_m = [10, 0, 0]
rotation_deg = [0, 90, 0]
[[nodes.nodes]]
name = "Mixer"
position_m = [0, 2, 1]
model = { file = "models/mixer.glb", scale = [0.5, 0.5, 0.5], casts_shadow = true }
tag = { bound = { entity = "M1", component = "Mixer", property = "rpm", rules = ["Fast", "Odd"] } }
[[nodes]]
name = "Sun"
parent = "Line"
light = [{ kind = "directional" }, { kind = "ambient", intensity = 0.2 }]
"##,
    )
    .unwrap_or_else(|problems| panic!("{problems}"));
    assert!(warnings.is_empty(), "{warnings}");
    let composition = scene.composition.as_ref().unwrap();
    assert_eq!(
        (composition.roots.as_slice(), composition.nodes.len()),
        (&[0][..], 3)
    );
    assert_eq!(composition.nodes[0].children, [1, 2]);
    let Component::Model(ModelRef { file, scale, .. }) = &composition.nodes[1].components[0] else {
        panic!("a model");
    };
    assert!(file.as_ref().unwrap().ends_with("models/mixer.glb"));
    assert_eq!(scale.x, 0.5);
    let Component::Tag(tag) = &composition.nodes[1].components[1] else {
        panic!("a tag")
    };
    assert_eq!(
        &*composition.rule_maps[tag.binding.rules.unwrap()].id,
        "Fast, Odd"
    );
    let targets: Vec<&Target> = composition.rule_maps[0]
        .statements
        .iter()
        .map(|s| &s.target)
        .collect();
    assert_eq!(targets[1], &Target::Color([255, 0, 0, 128]));
    assert_eq!(composition.nodes[2].components.len(), 2);
    // The entity stands where its node does: 90° about y takes z to x.
    let row = &scene.turbines[0];
    assert_eq!(&*row.id, "M1/Mixer");
    assert!(
        (row.east_m - 11.0).abs() < 1e-9 && (row.up_m - 2.0).abs() < 1e-9,
        "{row:?}"
    );
}

#[test]
fn what_is_wrong_with_nodes_is_told_with_its_place() {
    for (nodes, code) in [
        ("[[nodes]]\nname = \"a\"\nparent = \"b\"", "unknown-node"),
        ("[[nodes]]\nname = \"a\"\nparent = \"a\"", "bad-parent"),
        (
            "[[nodes]]\nname = \"a\"\nparent = \"b\"\n[[nodes]]\nname = \"b\"\nparent = \"a\"",
            "bad-parent",
        ),
        ("[[nodes]]\nname = \"a\"\nmodel = {}", "missing-key"),
        (
            "[[nodes]]\nname = \"a\"\nmodel = { file = \"none.glb\" }",
            "unreadable",
        ),
        (
            "[[nodes]]\nname = \"a\"\nmodel = { file = \"../x.glb\" }",
            "leaves-folder",
        ),
        (
            "[[nodes]]\nname = \"a\"\nshader = { rules = [\"Slow\"] }",
            "unknown-rule",
        ),
        (
            "[[nodes]]\nname = \"a\"\nentity = { entity = \"M2\", component = \"Mixer\" }",
            "unknown-entity",
        ),
        (
            "[[nodes]]\nname = \"a\"\nentity = { entity = \"M1\", component = \"Mixer\", property = \"x\" }",
            "missing-signal",
        ),
        (
            "[[entities]]\nentity = \"M2\"\ncomponent = \"Oven\"",
            "unknown-component",
        ),
        (
            "[[entities]]\nentity = \"M1\"\ncomponent = \"Mixer\"",
            "duplicate-entity",
        ),
        ("[[nodes]]\nname = \"a\"\ncolour = 1", "unknown-key"),
        (
            "[[rules]]\nname = \"x\"\nlanguage = \"jexl\"\nwhen = \"1 +\"\ncolor = \"#ff0000\"",
            "expression",
        ),
    ] {
        let problems = load_with(nodes).expect_err(nodes);
        let told: Vec<&str> = problems.list().iter().map(|p| p.code).collect();
        assert!(told.contains(&code), "{nodes}: {problems}");
        assert!(
            problems.list().iter().all(|p| p.line > 1),
            "{nodes}: {problems}"
        );
    }
}

#[test]
fn a_file_beside_the_scene_says_where_values_come_from() {
    let document = scene(&[node(
        "a",
        json!([
            {"type": "Tag", "valueDataBinding": bound("E", "C", "temp")},
            {"type": "EntityBinding", "valueDataBinding": bound("E", "C", "state")},
        ]),
    )]);
    let files = Files::of(&document);
    let (plain, _) = files.load().unwrap();
    assert_eq!(plain.topics.len(), 2);
    assert!(
        plain.files.contains(&files.path("scene.bindings.toml")),
        "so that it is read once it is there"
    );
    files.write(
        "scene.bindings.toml",
        r#"
[broker]
url = "mqtt://plant:1884"
[[topics]]
filter = "twin/{entity}/{component}/{signal}"
payload = "value"
[[bindings]]
entity = "E"
component = "C"
property = "temp"
topic = "plc/17"
field = "/values/3"
time = "/ts"
[[bindings]]
entity = "E"
component = "C"
property = "state"
type = "text"
[[bindings]]
entity = "X"
component = "C"
property = "temp"
topic = "x"
"#,
    );
    let (bound, warnings) = files.load().unwrap();
    assert_eq!(bound.broker.url, "mqtt://plant:1884");
    assert_eq!(bound.topics.len(), 1);
    assert_eq!(bound.bindings.len(), 1);
    assert_eq!(
        (&*bound.bindings[0].topic, bound.bindings[0].row.index()),
        ("plc/17", 0)
    );
    assert_eq!(bound.kinds[1], windvane::scene::ValueKind::Text);
    let told: Vec<(&str, usize)> = warnings.list().iter().map(|p| (p.code, p.line)).collect();
    assert_eq!(told, [("unknown-binding", 20)]);
    files.write(
        "scene.bindings.toml",
        "[[bindings]]\nentity = \"E\"\ncomponent = \"C\"\nproperty = \"temp\"\ntopic = \"a/+\"\n",
    );
    let problems = files.load().expect_err("a wildcard");
    assert_eq!(problems.list()[0].code, "bad-topic");
}
