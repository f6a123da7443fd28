//! The JSON Schema of scene files, made from the format's types.

use std::sync::LazyLock;

use schemars::transform::transform_subschemas;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::Value;

use super::format::SceneFile;

/// The schema as JSON text, as it is checked in for editors.
pub fn schema_text() -> String {
    // A tree of maps, lists and texts always becomes JSON.
    serde_json::to_string_pretty(&*SCHEMA).unwrap_or_default() + "\n"
}

/// The schema.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let settings = SchemaSettings::draft07()
        .for_deserialize()
        .with_transform(without_null);
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<SceneFile>();
    schema.insert("title".to_owned(), "Windvane scene".into());
    schema.to_value()
});

/// TOML has no null: a key that need not be there is left out.
fn without_null(schema: &mut Schema) {
    transform_subschemas(&mut without_null, schema);
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&Value::from("null")));
        if let [only] = choices.as_slice() {
            // In draft 7 nothing may stand beside `$ref`, but it may beside `allOf`.
            let only = only.clone();
            object.remove("anyOf");
            object.insert("allOf".to_owned(), Value::Array(vec![only]));
        }
    }
}
