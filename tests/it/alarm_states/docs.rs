//! The examples of the page for engineers load, and without a warning.

use windvane::scene::{LoadOptions, load};

use crate::support::folder_with;

const PAGE: &str = include_str!("../../../docs/alarms-engineers.md");

const AROUND: &str = r#"
title = "Examples"
site = { latitude = 55.0, longitude = 8.0 }
broker = { url = "mqtt://127.0.0.1:9" }
topics = [{ filter = "farm/{turbine}/telemetry", payload = "json" }]
turbines = [{ id = "T01", model = "v80", east_m = 0, north_m = 0 }]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
[models.v80.signals]
gearbox_oil_temperature = { field = "/oil", unit = "degC", range = [35, 70] }
rotor_speed = { field = "/rotor", unit = "rpm", range = [9, 17.5] }
active_power = { field = "/power", unit = "kW", range = [0, 2000] }
wind_speed = { field = "/wind", unit = "m/s", range = [4, 25] }
brake_applied = { field = "/brake", type = "boolean", part = "brake" }

"#;

#[test]
fn the_examples_of_the_page_for_engineers_load_as_one_scene() {
    let blocks = PAGE.split("```toml\n").skip(1);
    // A ladder begins with the most severe.
    let mut rules: Vec<&str> = blocks.map(|b| b.split("```").next().unwrap()).collect();
    rules.reverse();
    let text = format!("{AROUND}{}", rules.join("\n"));
    let folder = folder_with(&[("scene.toml", &text)]);
    match load(&folder.path().join("scene.toml"), &LoadOptions::default()) {
        Ok(loaded) => {
            assert_eq!(loaded.warnings.list().len(), 0, "{:?}", loaded.warnings);
            assert_eq!(loaded.scene.rules.len(), rules.len());
        }
        Err(problems) => panic!("{problems:?}"),
    }
}
