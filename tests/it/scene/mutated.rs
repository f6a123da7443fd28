//! Scene files with damage in them: none may end the program, and every problem has a place in the
//! file. What was found by it is kept in `proptest-regressions`.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use windvane::scene::{LoadOptions, load};

use super::Files;

/// A scene that uses most of the format.
const WHOLE: &str = r##"title = "Farm" # a comment
[site]
latitude = 55.486
longitude = 7.840
ground = "sea"
time_zone = "Europe/Copenhagen"

[broker]
url = "mqtt://localhost:1883"
stale_after = "30s"

[[topics]]
filter = "farm/{turbine}/telemetry"
payload = "json"
time = "/ts"
quality = "/quality"

[models.v80]
name = "Vestas V80"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
limits = { hot = 80, calm = 3.5 }

[models.v80.signals]
active_power = { field = "/WTUR/W", unit = "kW", range = [0, 2000] }
rotor_speed = { field = "/WROT/RotSpd", unit = "rpm", drives = "rotor" }
oil = { field = "/oil", unit = "degC", sent_as = "degF", part = "gearbox" }
state = { field = "/state", type = "text" }
tip_speed = { expression = "rotor_speed * rotor_diameter / 2", unit = "m/s" }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0
limits = { hot = 85 }

[[turbines]]
id = "T02"
model = "v80"
latitude = 55.49
longitude = 7.85

[[views]]
name = "South"
camera_m = [-1200, -900, 350]
target_m = [800, 600, 50]

[[rules]]
name = "Hot"
part = "gearbox"
when = "avg(oil, 10 min) > limits.hot && state in [\"run\", 'start']"
color = "#d13212"
label = "{oil:.0} °C"
icon = "temperature"

[rules.alarm]
priority = "high"
clear_when = "oil < 75 degC"
on_delay = "10s"
consequence = "Damage"
response = "Derate"

[[rules]]
name = "Power"
when = "active_power > 0.5 * farm.median(active_power)"
color = { scale = "viridis", of = "active_power", range = [0, 2000] }
opacity = 0.5
enabled = false
"##;

/// A change that a slip of the hand, a bad merge or a bad disk could make.
#[derive(Debug, Clone)]
enum Damage {
    Remove(Index, usize),
    Repeat(Index, usize, Index),
    Insert(Index, String),
    Replace(Index, char),
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces = select(vec![
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        "\"",
        "'",
        "\"\"\"",
        "\\",
        "#",
        "\n",
        ",",
        ".",
        "..",
        "-",
        "1e999",
        "nan",
        "inf",
        "0x",
        "9223372036854775808",
        "\u{0}",
        "\u{202e}",
        "é",
        "true",
        "1979-05-27",
        "[rules]",
        "[[models]]",
        "when = \"",
        "((((((((((",
        "!!",
        "10 min",
        "farm.",
        "limits.",
        "{oil",
        "}}",
        "&&",
        "||",
        "? :",
        "held(",
        "nearest(0).avg(",
        "degF",
        "/ 0",
    ]);
    prop_oneof![
        (any::<Index>(), 0..60_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<Index>(), 0..200_usize, any::<Index>())
            .prop_map(|(at, length, to)| Damage::Repeat(at, length, to)),
        (any::<Index>(), pieces.prop_map(str::to_owned))
            .prop_map(|(at, piece)| Damage::Insert(at, piece)),
        (any::<Index>(), any::<char>()).prop_map(|(at, c)| Damage::Replace(at, c)),
    ]
}

fn damaged(all: &[Damage]) -> String {
    let mut text: Vec<char> = WHOLE.chars().collect();
    for damage in all {
        let place = |index: &Index, text: &[char]| index.index(text.len() + 1);
        match damage {
            Damage::Remove(at, length) => {
                let at = place(at, &text);
                text.drain(at..text.len().min(at + length));
            }
            Damage::Repeat(at, length, to) => {
                let (at, to) = (place(at, &text), place(to, &text));
                let piece = text[at..text.len().min(at + length)].to_vec();
                text.splice(to..to, piece);
            }
            Damage::Insert(at, piece) => {
                let at = place(at, &text);
                text.splice(at..at, piece.chars());
            }
            Damage::Replace(at, c) => {
                let at = place(at, &text);
                if let Some(place) = text.get_mut(at) {
                    *place = *c;
                }
            }
        }
    }
    text.into_iter().collect()
}

fn read(text: &str) {
    let files = Files::new().with("farm.toml", text);
    let problems = match load(&files.path("farm.toml"), &LoadOptions::default()) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => {
            assert!(problems.errors() > 0, "refused without an error:\n{text}");
            problems
        }
    };
    let lines = text.split('\n').count();
    for problem in problems.list() {
        assert!(
            problem.line >= 1 && problem.line <= lines && problem.column >= 1,
            "{problem:?} is nowhere in:\n{text}"
        );
        assert!(problem.span.end <= text.len(), "{problem:?}");
        assert!(!problem.message.is_empty());
    }
}

#[test]
fn the_whole_scene_is_read() {
    let files = Files::new().with("farm.toml", WHOLE);
    let loaded = load(&files.path("farm.toml"), &LoadOptions::default());
    assert_eq!(loaded.unwrap().scene.rules.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_scene_is_told_of_and_ends_nothing(
        all in prop::collection::vec(damage(), 1..6)
    ) {
        read(&damaged(&all));
    }

    #[test]
    fn whatever_the_text_is(text in "[\\[\\]{}=\"'#a-z0-9_., \n\\\\-]{0,300}") {
        read(&text);
    }
}
