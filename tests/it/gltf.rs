//! Turbine models from glTF files: what is drawn of them, and what bad files get.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use bevy::math::{Mat4, Quat, Vec3};
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use windvane::scene::{GltfModel, LoadOptions, Problem, Problems, Scene, Surface};

mod drawing;

/// A GLB under construction: a tree of boxes.
struct Glb {
    nodes: Vec<Value>,
    animations: Vec<Value>,
    accessors: Vec<Value>,
    views: Vec<Value>,
    data: Vec<u8>,
    extra: Value,
}

impl Glb {
    fn new() -> Self {
        let mut glb = Self {
            nodes: Vec::new(),
            animations: Vec::new(),
            accessors: Vec::new(),
            views: Vec::new(),
            data: Vec::new(),
            extra: json!({}),
        };
        let corners: Vec<f32> = (0..8)
            .flat_map(|i| [i & 1, (i >> 1) & 1, (i >> 2) & 1])
            .map(|bit| bit as f32 - 0.5)
            .collect();
        glb.floats(&corners, "VEC3");
        let faces: [u16; 36] = [
            0, 2, 3, 0, 3, 1, 4, 5, 7, 4, 7, 6, 0, 1, 5, 0, 5, 4, 2, 6, 7, 2, 7, 3, 0, 4, 6, 0, 6,
            2, 1, 3, 7, 1, 7, 5,
        ];
        let bytes: Vec<u8> = faces.iter().flat_map(|i| i.to_le_bytes()).collect();
        glb.accessor(&bytes, 36, 5123, "SCALAR");
        glb
    }

    fn accessor(&mut self, bytes: &[u8], count: usize, component: u32, kind: &str) -> usize {
        let (offset, length) = (self.data.len(), bytes.len());
        self.data.extend_from_slice(bytes);
        self.views
            .push(json!({"buffer": 0, "byteOffset": offset, "byteLength": length}));
        self.accessors.push(json!({
            "bufferView": self.views.len() - 1,
            "componentType": component,
            "count": count,
            "type": kind,
        }));
        self.accessors.len() - 1
    }

    fn floats(&mut self, values: &[f32], kind: &str) -> usize {
        let width = match kind {
            "SCALAR" => 1,
            "VEC3" => 3,
            _ => 4,
        };
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.accessor(&bytes, values.len() / width, 5126, kind)
    }

    /// A node without a shape; the first one is the root.
    fn node(&mut self, name: &str, parent: Option<usize>, place: Mat4) -> usize {
        let at = self.nodes.len();
        self.nodes
            .push(json!({"name": name, "matrix": place.to_cols_array()}));
        if let Some(parent) = parent {
            let above = self.nodes[parent].as_object_mut().unwrap();
            let children = above.entry("children").or_insert(json!([]));
            children.as_array_mut().unwrap().push(json!(at));
        }
        at
    }

    /// A box with its corners there.
    fn solid(&mut self, name: &str, parent: usize, low: [f32; 3], high: [f32; 3]) -> usize {
        let (low, high) = (Vec3::from(low), Vec3::from(high));
        let turn = Quat::IDENTITY;
        let place = Mat4::from_scale_rotation_translation(high - low, turn, (low + high) / 2.0);
        let at = self.node(name, Some(parent), place);
        self.nodes[at]["mesh"] = json!(0);
        at
    }

    /// Turns a node about an axis of its own frame, which its matrix must not be turned against.
    fn turn(&mut self, node: usize, rest: Quat, axis: Vec3) {
        let keys: Vec<f32> = (0..=8)
            .flat_map(|i| {
                let angle = std::f32::consts::TAU * i as f32 / 8.0;
                (rest * Quat::from_axis_angle(axis, angle)).to_array()
            })
            .collect();
        let times: Vec<f32> = (0..=8).map(|i| i as f32).collect();
        let (input, output) = (self.floats(&times, "SCALAR"), self.floats(&keys, "VEC4"));
        self.animations.push(json!({
            "name": "turn",
            "samplers": [{"input": input, "output": output}],
            "channels": [{"sampler": 0, "target": {"node": node, "path": "rotation"}}],
        }));
    }

    fn json(&self) -> Value {
        let mut root = json!({
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": self.nodes,
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{"byteLength": self.data.len()}],
        });
        if !self.animations.is_empty() {
            root["animations"] = json!(self.animations);
        }
        for (key, value) in self.extra.as_object().unwrap() {
            root[key] = value.clone();
        }
        root
    }

    fn bytes(&self) -> Vec<u8> {
        pack(&self.json(), &self.data)
    }
}

fn pack(json: &Value, data: &[u8]) -> Vec<u8> {
    let mut text = json.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let mut data = data.to_vec();
    data.resize(data.len().next_multiple_of(4), 0);
    let mut bytes = b"glTF\x02\0\0\0".to_vec();
    let word = |n: usize| (n as u32).to_le_bytes();
    bytes.extend(word(12 + 8 + text.len() + 8 + data.len()));
    for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &data)] {
        bytes.extend(word(chunk.len()));
        bytes.extend(kind);
        bytes.extend(chunk);
    }
    bytes
}

/// A turbine of 80 m rotor diameter on a hub at 70 m: in centimetres, its rotor looking east, tilted
/// by 5 degrees, with three blades, a gearbox in its nacelle, and an animation of the rotor.
fn turbine(clockwise: bool) -> Glb {
    let mut glb = Glb::new();
    let east = Quat::from_rotation_y(-std::f32::consts::FRAC_PI_2);
    let root = Mat4::from_scale_rotation_translation(Vec3::splat(100.0), east, Vec3::ZERO);
    let root = glb.node("Root", None, root);
    glb.solid("Tower", root, [-2.0, 0.0, -2.0], [2.0, 68.0, 2.0]);
    let nacelle = glb.solid("Nacelle_Cover", root, [-2.0, 67.0, -3.0], [2.0, 73.0, 9.0]);
    // Within the nacelle's own box, which is its unit.
    glb.solid("Gearbox_01", nacelle, [-0.2, -0.2, -0.2], [0.2, 0.2, 0.2]);
    let tilt = Quat::from_rotation_x(5_f32.to_radians());
    let place = Mat4::from_rotation_translation(tilt, Vec3::new(0.0, 70.0, -4.0));
    let rotor = glb.node("Rotor", Some(root), place);
    glb.solid("Hub", rotor, [-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]);
    for blade in 0..3 {
        let angle = std::f32::consts::TAU * blade as f32 / 3.0 + 0.3;
        let name = format!("Blade_{}", blade + 1);
        let pivot = glb.node(&name, Some(rotor), Mat4::from_rotation_z(angle));
        let name = format!("Skin_{}", blade + 1);
        glb.solid(&name, pivot, [-1.0, 1.0, -0.2], [1.0, 40.0, 0.2]);
    }
    // Clockwise from upwind is right-handed about +z, where the wind goes.
    glb.turn(rotor, tilt, if clockwise { Vec3::Z } else { Vec3::NEG_Z });
    glb
}

const PARTS: &str = r#"parts = { tower = "Tower", nacelle = "Nacelle*", rotor = "Hub", blades = "Blade_?", gearbox = "Gearbox_*" }"#;

/// A folder with a scene of one model.
struct Folder(tempfile::TempDir);

impl Folder {
    /// The scene's `gltf` table has the file `models/t.glb` and these keys.
    fn new(glb: &[u8], keys: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(folder.0.path().join("models")).unwrap();
        folder.write("models/t.glb", glb);
        folder.scene("models/t.glb", keys, 70.0, 80.0);
        folder
    }

    fn scene(&self, file: &str, keys: &str, hub_m: f32, rotor_m: f32) {
        let text = format!(
            r#"site = {{ latitude = 55.0, longitude = 5.0 }}
broker = {{ url = "mqtt://127.0.0.1:1" }}
allow = ["empty"]
turbines = [{{ id = "T1", model = "m", east_m = 0, north_m = 0 }}]
[models.m]
hub_height_m = {hub_m}
rotor_diameter_m = {rotor_m}
rated_power_kw = 2000
[models.m.gltf]
file = "{file}"
{keys}
"#
        );
        self.write("scene.toml", text.as_bytes());
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("scene.toml")
    }

    fn load(&self) -> Result<(Arc<Scene>, Problems), Problems> {
        let loaded = windvane::scene::load(&self.path(), &LoadOptions::default())?;
        Ok((loaded.scene, loaded.warnings))
    }

    fn model(&self) -> (Arc<GltfModel>, Problems) {
        let (scene, warnings) = self.load().unwrap();
        (scene.models[0].gltf.clone().unwrap(), warnings)
    }

    /// The only problem of a scene that cannot be opened.
    fn problem(&self) -> Problem {
        let problems = self.load().expect_err("a problem");
        assert_eq!(problems.list().len(), 1, "{problems}");
        problems.list()[0].clone()
    }
}

fn near(a: f32, b: f32) -> bool {
    (a - b).abs() < 0.02 * b.abs().max(1.0)
}

/// How many vertices of the nearest level show this surface.
fn vertices(model: &GltfModel, surface: Surface) -> Vec<Vec3> {
    let level = &model.levels[0];
    let both = level.positions.iter().zip(&level.parts);
    both.filter(|(_, part)| **part & 0xff == surface as u32)
        .map(|(p, _)| Vec3::from(*p))
        .collect()
}

#[test]
fn a_file_in_any_unit_and_heading_stands_in_the_turbines_frames() {
    let (model, warnings) = Folder::new(&turbine(true).bytes(), PARTS).model();
    assert!(warnings.is_empty(), "{warnings}");
    assert!(near(model.hub_height_m, 70.0), "{}", model.hub_height_m);
    assert!(near(model.rotor_radius_m, 40.0), "{}", model.rotor_radius_m);
    assert!(near(model.overhang_m, 4.0), "{}", model.overhang_m);
    assert!(near(model.tilt_deg, 5.0), "{}", model.tilt_deg);
    assert!(model.blades_pitch && !model.turns_as_one);
    assert!(model.sense > 0.0);
    // The nacelle reaches back to the south, the tower stands on the ground.
    let nacelle = vertices(&model, Surface::Nacelle);
    assert!(nacelle.iter().any(|p| near(p.z, 9.0)), "{nacelle:?}");
    let tower = vertices(&model, Surface::Tower);
    assert!(
        tower
            .iter()
            .all(|p| p.y > -0.1 && p.x.abs() < 2.1 && p.z.abs() < 2.1)
    );
    // Every blade stands along +y in its own frame, whatever its place in the file.
    let blades = vertices(&model, Surface::Blades);
    assert_eq!(blades.len(), 3 * 36);
    assert!(
        blades
            .iter()
            .all(|p| p.y > 0.9 && p.y < 40.1 && p.x.abs() < 1.1),
        "{blades:?}"
    );
}

#[test]
fn a_rotor_that_turns_the_other_way_is_turned_so() {
    let (model, _) = Folder::new(&turbine(false).bytes(), PARTS).model();
    assert!(model.sense < 0.0);
    assert!(near(model.overhang_m, 4.0), "{}", model.overhang_m);
}

#[test]
fn a_part_is_its_node_with_all_below_but_for_what_is_named_itself() {
    let (model, _) = Folder::new(&turbine(true).bytes(), PARTS).model();
    for (surface, boxes) in [
        (Surface::Tower, 1),
        (Surface::Nacelle, 1),
        (Surface::Gearbox, 1),
        (Surface::Hub, 1),
        (Surface::Blades, 3),
        (Surface::Foundation, 0),
    ] {
        assert_eq!(vertices(&model, surface).len(), boxes * 36, "{surface:?}");
    }
}

#[test]
fn what_no_part_names_is_told_and_drawn_with_the_tower_or_the_rotor() {
    let keys = r#"parts = { tower = "Tower", blades = "Blade_?" }"#;
    let (model, warnings) = Folder::new(&turbine(true).bytes(), keys).model();
    let told = &warnings.list()[0].message;
    assert!(
        told.contains("`Nacelle_Cover`") && told.contains("`Gearbox_01`"),
        "{told}"
    );
    assert!(!told.contains("Hub"), "{told}");
    assert_eq!(vertices(&model, Surface::Hub).len(), 36);
    assert!(model.turns_as_one, "it has no nacelle of its own");
}

#[test]
fn a_pattern_that_matches_nothing_is_told_with_its_place_and_the_nodes() {
    let keys = r#"parts = { tower = "Tower", gearbox = ["Gearbox_*", "Gerbox_02"] }"#;
    let problem = Folder::new(&turbine(true).bytes(), keys).problem();
    assert_eq!(
        (problem.code, problem.line, problem.column),
        ("gltf-node", 11, 52)
    );
    assert!(
        problem.message.contains("`Gerbox_02`"),
        "{}",
        problem.message
    );
    assert_eq!(problem.help.as_deref(), Some("did you mean `Gearbox_01`?"));
    let keys = r#"parts = { tower = "Zzz*" }"#;
    let problem = Folder::new(&turbine(true).bytes(), keys).problem();
    let help = problem.help.unwrap();
    assert!(
        help.contains("`Nacelle_Cover`") && help.contains("`Tower`"),
        "{help}"
    );
}

#[test]
fn an_axis_that_no_animation_tells_is_asked_for_and_taken() {
    let mut glb = turbine(true);
    glb.animations.clear();
    let folder = Folder::new(&glb.bytes(), PARTS);
    let problem = folder.problem();
    assert_eq!(problem.code, "gltf-rotor");
    assert!(problem.help.unwrap().contains("rotor_axis"));
    // East and up by the tilt, as the file looks.
    let keys = format!("{PARTS}\nrotor_axis = [-0.9962, -0.0872, 0]");
    folder.scene("models/t.glb", &keys, 70.0, 80.0);
    let (model, warnings) = folder.model();
    assert!(warnings.is_empty(), "{warnings}");
    assert!(near(model.tilt_deg, 5.0), "{}", model.tilt_deg);
    assert!(near(model.overhang_m, 4.0), "{}", model.overhang_m);
}

#[test]
fn a_scale_that_contradicts_the_scene_is_told() {
    let keys = format!("{PARTS}\nscale = 0.02");
    let (model, warnings) = Folder::new(&turbine(true).bytes(), &keys).model();
    assert!(near(model.rotor_radius_m, 80.0));
    let told: Vec<_> = warnings.list().iter().map(|p| (p.code, p.line)).collect();
    assert_eq!(told, [("gltf-scale", 12), ("gltf-scale", 12)], "{warnings}");
}

#[test]
fn animations_that_are_not_played_are_told() {
    let mut glb = turbine(true);
    let door = glb.solid("Door", 0, [1.9, 0.0, -0.5], [2.1, 2.0, 0.5]);
    glb.turn(door, Quat::IDENTITY, Vec3::Y);
    let keys = PARTS.replace("\"Tower\"", "[\"Tower\", \"Door\"]");
    let (_, warnings) = Folder::new(&glb.bytes(), &keys).model();
    assert_eq!(warnings.list().len(), 1, "{warnings}");
    assert!(warnings.list()[0].message.contains("`Door`"), "{warnings}");
}

#[test]
fn what_is_not_supported_is_said_by_name_with_a_way_out() {
    for (extension, words) in [
        ("KHR_draco_mesh_compression", "Draco"),
        ("EXT_meshopt_compression", "meshopt"),
        ("KHR_texture_basisu", "KTX2"),
        ("EXT_texture_webp", "WebP"),
        ("ACME_secret", "`ACME_secret`"),
    ] {
        let mut glb = turbine(true);
        glb.extra = json!({"extensionsUsed": [extension], "extensionsRequired": [extension]});
        let problem = Folder::new(&glb.bytes(), PARTS).problem();
        assert_eq!((problem.code, problem.line), ("gltf-unsupported", 10));
        assert!(problem.message.contains(words), "{}", problem.message);
        assert!(problem.help.is_some());
    }
}

#[test]
fn a_texture_that_cannot_be_read_is_told_and_the_model_drawn_without_it() {
    let mut glb = turbine(true);
    glb.extra = json!({
        "materials": [{"name": "Paint", "pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        "textures": [{"extensions": {"KHR_texture_basisu": {"source": 0}}}],
        "images": [{"uri": "data:image/ktx2;base64,AAAA"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
    });
    let (model, warnings) = Folder::new(&glb.bytes(), PARTS).model();
    assert!(model.paint.is_none());
    assert_eq!(warnings.list().len(), 1, "{warnings}");
    let told = &warnings.list()[0].message;
    assert!(told.contains("`Paint`") && told.contains("KTX2"), "{told}");
}

#[test]
fn broken_files_are_told_with_their_own_reason() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 7] = [
        ("names vertex", |root| {
            root["accessors"][0]["count"] = json!(3);
        }),
        ("two parents, or is its own ancestor", |root| {
            root["nodes"][1]["children"] = json!([0]);
        }),
        ("there is no node 99", |root| {
            root["scenes"][0]["nodes"] = json!([99]);
        }),
        ("beyond its buffer", |root| {
            root["bufferViews"][0]["byteLength"] = json!(1_000_000);
        }),
        ("beyond buffer view", |root| {
            root["accessors"][0]["byteOffset"] = json!(u64::MAX);
        }),
        ("there is no mesh 7", |root| {
            root["nodes"][1]["mesh"] = json!(7);
        }),
        ("glTF `1.0`", |root| root["asset"]["version"] = json!("1.0")),
    ];
    let glb = turbine(true);
    for (words, change) in changes {
        let mut root = glb.json();
        change(&mut root);
        let problem = Folder::new(&pack(&root, &glb.data), PARTS).problem();
        assert!(
            problem.message.contains(words),
            "{words}: {}",
            problem.message
        );
        assert_eq!((problem.line, problem.column), (10, 8));
    }
    let mut not_a_number = glb.data.clone();
    not_a_number[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let problem = Folder::new(&pack(&glb.json(), &not_a_number), PARTS).problem();
    assert!(
        problem.message.contains("not finite"),
        "{}",
        problem.message
    );
}

#[test]
fn a_file_cut_off_anywhere_is_a_problem_and_nothing_worse() {
    let bytes = turbine(true).bytes();
    let folder = Folder::new(&bytes, PARTS);
    for length in (0..bytes.len()).step_by(37) {
        folder.write("models/t.glb", &bytes[..length]);
        assert!(folder.load().is_err(), "{length} bytes");
    }
}

#[test]
fn a_file_with_any_byte_changed_is_read_or_refused() {
    let bytes = turbine(true).bytes();
    let folder = Folder::new(&bytes, PARTS);
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    for _ in 0..300 {
        let mut changed = bytes.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(12..changed.len());
            changed[at] = random.random();
        }
        folder.write("models/t.glb", &changed);
        // What comes of it is open; that something comes is not.
        drop(folder.load());
    }
}

#[test]
fn a_gltf_file_takes_its_buffer_from_beside_it_or_from_itself() {
    let glb = turbine(true);
    let folder = Folder::new(&[], PARTS);
    let mut root = glb.json();
    root["buffers"][0]["uri"] = json!("the%20data.bin");
    folder.write("models/t.gltf", root.to_string().as_bytes());
    folder.scene("models/t.gltf", PARTS, 70.0, 80.0);
    let problem = folder.problem();
    assert!(
        problem.message.contains("`the data.bin`"),
        "{}",
        problem.message
    );
    folder.write("models/the data.bin", &glb.data);
    let (scene, _) = folder.load().unwrap();
    // Both are watched.
    for name in ["t.gltf", "the data.bin"] {
        assert!(
            scene.files.iter().any(|f| f.ends_with(name)),
            "{:?}",
            scene.files
        );
    }
    let outside = "../../elsewhere.bin";
    root["buffers"][0]["uri"] = json!(outside);
    folder.write("models/t.gltf", root.to_string().as_bytes());
    let problem = folder.problem();
    assert!(
        problem.message.contains("leaves the scene's folder"),
        "{}",
        problem.message
    );
}

#[test]
fn a_file_that_is_not_there_is_told_at_its_name() {
    let folder = Folder::new(&turbine(true).bytes(), PARTS);
    folder.scene("models/other.glb", PARTS, 70.0, 80.0);
    let problem = folder.problem();
    assert_eq!(
        (problem.code, problem.line, problem.column),
        ("unreadable", 10, 8)
    );
}

#[test]
fn each_level_of_detail_keeps_the_turbines_extent_with_fewer_triangles() {
    let Some(shared) = crate::scene::shared_data() else {
        return;
    };
    let glb = std::fs::read(shared.join("twinmaker/models/animated_wind_turbine.glb")).unwrap();
    let folder = Folder::new(&glb, "");
    let keys = r#"parts = { tower = "Main Unit", blades = "Blades" }"#;
    folder.scene("models/t.glb", keys, 53.1, 54.0);
    let (model, warnings) = folder.model();
    assert!(warnings.is_empty(), "{warnings}");
    assert_eq!(model.triangles_in_file, 3_104);
    let counts: Vec<usize> = model.levels.iter().map(|l| l.triangles()).collect();
    assert_eq!(counts[0], 3_104);
    assert!(
        counts[1] < 1_000 && counts[2] < 300 && counts[3] < 100,
        "{counts:?}"
    );
    assert!(counts[3] >= 12, "{counts:?}");
    for level in &model.levels {
        let of = |surface: Surface| {
            let both = level.positions.iter().zip(&level.parts);
            both.filter(move |(_, part)| **part & 0xff == surface as u32)
                .map(|(p, _)| Vec3::from(*p))
        };
        let tip = of(Surface::Blades)
            .map(|p| p.xy_length())
            .fold(0.0, f32::max);
        assert!((tip - 27.0).abs() < 2.0, "blades of {tip} m");
        let top = of(Surface::Tower).map(|p| p.y).fold(0.0, f32::max);
        assert!(top > 48.0, "a tower of {top} m");
    }
}

trait Across {
    fn xy_length(self) -> f32;
}

impl Across for Vec3 {
    fn xy_length(self) -> f32 {
        self.x.hypot(self.y)
    }
}

#[test]
fn the_model_command_lists_nodes_animations_and_sizes() {
    let folder = Folder::new(&turbine(true).bytes(), PARTS);
    let run = |file: &str| {
        Command::new(env!("CARGO_BIN_EXE_windvane"))
            .arg("model")
            .arg(folder.0.path().join(file))
            .output()
            .unwrap()
    };
    let output = run("models/t.glb");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.contains("84 triangles"), "{text}");
    assert!(text.contains("\"Gearbox_01\"  12 triangles"), "{text}");
    assert!(text.contains("\"Rotor\"  [animated: rotation]"), "{text}");
    folder.write("models/bad.glb", b"glTF\x02\0\0\0\xff\0\0\0");
    let output = run("models/bad.glb");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cut off"));
}
