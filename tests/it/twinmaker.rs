//! TwinMaker scenes: opened as they are, and judged as TwinMaker's own code judges them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use windvane::scene::{LoadOptions, Problem, Problems, Scene, load};

mod given;
mod import;
mod native;
mod reading;
mod robustness;

/// The folder of TwinMaker scenes and of what TwinMaker's own code makes of them. `None`, with a line
/// that says so, where it is not there.
fn given() -> Option<PathBuf> {
    let found = ["../shared/data/twinmaker", "../../shared/data/twinmaker"]
        .into_iter()
        .map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no ../shared/data/twinmaker");
    }
    found
}

/// A JSON file of that folder.
fn given_json(folder: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A scene in a folder of its own.
struct Files(tempfile::TempDir);

impl Files {
    fn new(scene: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scene.json"), scene).unwrap();
        Self(folder)
    }

    fn of(scene: &Value) -> Self {
        Self::new(&serde_json::to_string_pretty(scene).unwrap())
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self) -> Result<(std::sync::Arc<Scene>, Problems), Problems> {
        let loaded = load(&self.path("scene.json"), &LoadOptions::default())?;
        Ok((loaded.scene, loaded.warnings))
    }
}

/// The least that a scene needs, with these nodes, all of them roots.
fn scene(nodes: &[Value]) -> Value {
    json!({
        "specVersion": "1.0",
        "version": "1",
        "unit": "meters",
        "nodes": nodes,
        "rootNodeIndexes": (0..nodes.len()).collect::<Vec<_>>(),
        "cameras": [],
        "rules": {},
    })
}

/// A node with these components.
fn node(name: &str, components: Value) -> Value {
    json!({ "name": name, "transform": { "position": [0, 0, 0] }, "components": components })
}

/// A binding of a component.
fn bound(entity: &str, component: &str, property: &str) -> Value {
    json!({ "dataBindingContext": {
        "entityId": entity, "componentName": component, "propertyName": property,
    } })
}

/// The problems with this code.
fn with_code<'a>(problems: &'a Problems, code: &str) -> Vec<&'a Problem> {
    problems.list().iter().filter(|p| p.code == code).collect()
}
