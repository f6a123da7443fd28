//! Parts and shapes of turbines: what is documented, and what a bad shape gets.

use std::path::Path;

use windvane::scene::{LoadOptions, Part, Problem, load};

/// A scene with one model of this shape.
fn problems(shape: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.toml");
    let scene = format!(
        r#"[site]
latitude = 55.486
longitude = 7.840
[broker]
url = "mqtt://127.0.0.1:1"
[[topics]]
filter = "farm/{{turbine}}"
payload = "json"
[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
signals.active_power = {{ unit = "kW", part = "generator" }}
[models.v80.shape]
{shape}
[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0
"#
    );
    std::fs::write(&path, scene).unwrap();
    let problems = match load(&path, &LoadOptions::default()) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    };
    let one = |p: &Problem| format!("{}:{}: {}", p.line, p.column, p.message);
    problems.list().iter().map(one).collect()
}

#[test]
fn a_shape_that_fits_together_has_no_problems() {
    let shape = "blade = \"iea_15mw\"\ntilt_deg = 6\ncone_deg = 4\nfoundation = \"jacket\"\n\
                 drivetrain = \"direct_drive\"\ntower_base_diameter_m = 4.2\noverhang_m = 3.5";
    assert_eq!(problems(shape), Vec::<String>::new());
}

#[test]
fn a_bad_shape_is_told_with_its_place() {
    for (shape, place, words) in [
        ("tilt_deg = 80", "15:12", "80"),
        ("tilt = 5", "15:1", "unknown key"),
        ("blade = \"nrel\"", "15:9", "nrel_5mw"),
        ("foundation = \"raft\"", "15:14", "monopile"),
        ("nacelle_length_m = \"long\"", "15:20", "number"),
        (
            "tower_base_diameter_m = 3\ntower_top_diameter_m = 5",
            "16:24",
            "wider at its top",
        ),
        (
            "overhang_m = 9\nnacelle_length_m = 8",
            "16:20",
            "does not reach the tower",
        ),
        ("hub_diameter_m = 18", "15:18", "little room"),
    ] {
        let told = problems(shape);
        assert_eq!(told.len(), 1, "{shape}: {told:?}");
        assert!(
            told[0].starts_with(&format!("{place}: ")) && told[0].contains(words),
            "{shape}: {told:?}"
        );
    }
}

#[test]
fn the_documented_parts_are_those_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/parts.md");
    let text = std::fs::read_to_string(path).unwrap();
    let documented: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let known: Vec<&str> = Part::ALL.iter().map(|&(_, name)| name).collect();
    assert_eq!(documented, known);
}
