//! The JSON Schema of what is published.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use super::document::{Document, Heartbeat, Presence};

/// What is published, by topic.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is made")]
enum Published {
    /// Retained on `PREFIX/alarms/TURBINE/ALARM`.
    Alarm(Box<Document>),
    /// Not retained, on `PREFIX/stations/STATION/heartbeat`.
    Heartbeat(Heartbeat),
    /// Retained on `PREFIX/stations/STATION`.
    Presence(Presence),
}

/// The schema as JSON text, as it is checked in.
pub fn schema_text() -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<Published>();
    schema.insert("title".to_owned(), "Windvane alarms over MQTT".into());
    // A tree of maps, lists and texts always becomes JSON.
    serde_json::to_string_pretty(&schema.to_value()).unwrap_or_default() + "\n"
}
