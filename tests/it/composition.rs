//! Compositions in the view: where nodes stand, what rules make of them, what can be clicked.

mod marks;
mod models;
mod rules;

use std::time::{Duration, Instant};

use bevy::math::{UVec2, Vec3};
use bevy::prelude::{GlobalTransform, Name};
use image::RgbaImage;
use serde_json::{Value, json};
use windvane::fleet::Quality;
use windvane::view::app::ViewOptions;
use windvane::view::composition::NodeEntity;
use windvane::view::{OffScreen, StartView};

use crate::hearing::Hearing;

const SIZE: UVec2 = UVec2::new(480, 300);

/// A box of a glTF file: its name, the one that it hangs on, where it is in that.
type Solid<'a> = (&'a str, Option<usize>, [f32; 3]);

/// A GLB of boxes with sides of one metre.
fn glb(solids: &[Solid]) -> Vec<u8> {
    let corners = (0..8).flat_map(|i| [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
    let mut data: Vec<u8> = corners
        .flat_map(|bit| (bit as f32 - 0.5).to_le_bytes())
        .collect();
    let faces: [u16; 36] = [
        0, 2, 3, 0, 3, 1, 4, 5, 7, 4, 7, 6, 0, 1, 5, 0, 5, 4, 2, 6, 7, 2, 7, 3, 0, 4, 6, 0, 6, 2,
        1, 3, 7, 1, 7, 5,
    ];
    data.extend(faces.iter().flat_map(|i| i.to_le_bytes()));
    let children = |of: usize| -> Vec<usize> {
        let hangs = |(_, (_, above, _)): &(usize, &Solid)| *above == Some(of);
        let found = solids.iter().enumerate().filter(hangs);
        found.map(|(at, _)| at).collect()
    };
    let nodes: Vec<Value> = solids
        .iter()
        .enumerate()
        .map(|(at, (name, _, place))| {
            let mut node = json!({"name": name, "mesh": 0, "translation": place});
            if !children(at).is_empty() {
                node["children"] = json!(children(at));
            }
            node
        })
        .collect();
    let tops = solids.iter().enumerate().filter(|(_, s)| s.1.is_none());
    let tops: Vec<usize> = tops.map(|(at, _)| at).collect();
    let json = json!({
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": tops}],
        "nodes": nodes,
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 8, "type": "VEC3",
             "min": [-0.5, -0.5, -0.5], "max": [0.5, 0.5, 0.5]},
            {"bufferView": 1, "componentType": 5123, "count": 36, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": 96},
            {"buffer": 0, "byteOffset": 96, "byteLength": 72},
        ],
        "buffers": [{"byteLength": data.len()}],
    });
    let mut text = json.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let word = |n: usize| (n as u32).to_le_bytes();
    let mut bytes = b"glTF\x02\0\0\0".to_vec();
    bytes.extend(word(12 + 8 + text.len() + 8 + data.len()));
    for (kind, chunk) in [(b"JSON", &text), (b"BIN\0", &data)] {
        bytes.extend(word(chunk.len()));
        bytes.extend(kind);
        bytes.extend(chunk);
    }
    bytes
}

/// A node of a scene file.
fn node(name: &str, position: [f64; 3], children: &[usize], components: Value) -> Value {
    json!({
        "name": name,
        "transform": {"position": position, "rotation": [0, 0, 0], "scale": [1, 1, 1]},
        "children": children,
        "components": components,
    })
}

fn model(file: &str) -> Value {
    json!({"type": "ModelRef", "uri": format!("s3://bucket/{file}"), "modelType": "GLB"})
}

fn bound(property: &str) -> Value {
    json!({"dataBindingContext": {
        "entityId": "pump", "componentName": "motor", "propertyName": property,
    }})
}

fn scene(nodes: &[Value], roots: &[usize], rules: Value) -> Value {
    json!({
        "specVersion": "1.0", "version": "1", "nodes": nodes, "rootNodeIndexes": roots,
        "cameras": [{"cameraType": "Perspective", "fov": 30, "near": 0.1, "far": 1000, "zoom": 1}],
        "rules": rules,
    })
}

/// A viewer of a composition without panels.
struct Viewer {
    off_screen: OffScreen,
    hearing: Hearing,
    _folder: tempfile::TempDir,
}

impl Viewer {
    fn of(scene: &Value, files: &[(&str, Vec<u8>)], start: StartView) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene.json");
        std::fs::write(&path, scene.to_string()).unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let options = ViewOptions {
            scene: Some(path),
            off_screen: true,
            size: SIZE,
            start,
            panels: false,
            time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
            ..ViewOptions::default()
        };
        let (off_screen, hearing) = Hearing::of(&options);
        Self {
            off_screen,
            hearing,
            _folder: folder,
        }
    }

    /// One box at the origin, with these components beside its model.
    fn of_box(components: &[Value], rules: Value) -> Self {
        let mut all = vec![model("box.glb")];
        all.extend_from_slice(components);
        let nodes = [node("Pump", [0.0; 3], &[], json!(all))];
        let files = [("box.glb", glb(&[("Body", None, [0.0; 3])]))];
        Self::of(&scene(&nodes, &[0], rules), &files, StartView::Farm)
    }

    fn hear(&mut self, value: f64) {
        self.hearing.hear(0, 0, value, Quality::Good);
        self.off_screen.frame().unwrap();
        self.off_screen.frame().unwrap();
    }

    /// Where a node's entity is in the world.
    fn of_node(&mut self, index: usize) -> GlobalTransform {
        let world = self.off_screen.world_mut();
        let mut nodes = world.query::<(&NodeEntity, &GlobalTransform)>();
        let found = nodes.iter(world).find(|(node, _)| node.0 == index);
        *found.unwrap().1
    }

    /// Where everything of this name is in the world.
    fn named(&mut self, name: &str) -> Vec<Vec3> {
        let world = self.off_screen.world_mut();
        let mut all = world.query::<(&Name, &GlobalTransform)>();
        let found = all.iter(world).filter(|(n, _)| n.as_str() == name);
        found.map(|(_, at)| at.translation()).collect()
    }

    fn picture(&mut self) -> RgbaImage {
        self.off_screen.frame().unwrap();
        self.off_screen.picture().unwrap()
    }

    /// The colour in the middle.
    fn middle(&mut self) -> [u8; 3] {
        let [r, g, b, _] = self.picture().get_pixel(SIZE.x / 2, SIZE.y / 2).0;
        [r, g, b]
    }

    /// Frames until it is so.
    fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        let limit = Instant::now() + Duration::from_secs(30);
        while !is_so(self) {
            assert!(Instant::now() < limit, "gave up waiting for {what}");
            self.off_screen.frame().unwrap();
        }
    }
}
