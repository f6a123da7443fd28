//! What rules show beside fixed colours: labels, icons, opacity, colours by a value.

use std::path::Path;
use std::sync::Arc;

use bevy::math::UVec2;
use image::RgbaImage;
use windvane::alarms::Alarms;
use windvane::fleet::{Quality, TurbineRow};
use windvane::rules::{RuleEngine, RuleStates};
use windvane::scene::{LoadOptions, Problem, RuleColor, Scene, Severity, Surface, load};
use windvane::theme::{RULE_SCALES, Variant, rule_scale};
use windvane::view::app::ViewOptions;
use windvane::view::colour::count_waiting;
use windvane::view::{OffScreen, Selection, StartView};

use crate::hearing::Hearing;
use crate::support::folder_with;

const FARM: &str = r#"
title = "Two turbines"

[site]
latitude = 55.486
longitude = 7.84
ground = "sea"

[broker]
url = "mqtt://127.0.0.1:1"

[[topics]]
filter = "farm/{turbine}"
payload = "json"

[models.v80]
name = "Vestas V80-2.0 MW"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
oil = { field = "/t", unit = "degC", part = "gearbox" }
power = { field = "/p", unit = "kW" }
state = { field = "/s", type = "text" }
tripped = { field = "/b", type = "boolean" }

[[turbines]]
id = "T01"
model = "v80"
east_m = -70
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 70
north_m = 0
"#;

const OIL: usize = 0;
const POWER: usize = 1;
const STATE: usize = 2;
const TRIPPED: usize = 3;

/// The scene, or its problems, of the farm with these rules.
fn loaded(rules: &str) -> Result<Arc<Scene>, Vec<Problem>> {
    let folder = folder_with(&[("scene.toml", &format!("{FARM}{rules}"))]);
    let path = folder.path().join("scene.toml");
    match load(&path, &LoadOptions::default()) {
        Ok(loaded) => Ok(loaded.scene),
        Err(problems) => Err(problems.list().to_vec()),
    }
}

/// The farm's rules, and columns that a test changes.
struct Farm {
    scene: Arc<Scene>,
    engine: RuleEngine,
    states: RuleStates,
    columns: Vec<Vec<f64>>,
}

impl Farm {
    fn new(rules: &str) -> Self {
        let scene = loaded(rules).unwrap_or_else(|problems| panic!("{problems:?}"));
        let mut farm = Self {
            columns: vec![vec![f64::NAN; scene.turbines.len()]; scene.column_count()],
            engine: RuleEngine::default(),
            states: RuleStates::default(),
            scene,
        };
        let Self {
            scene,
            engine,
            states,
            columns,
        } = &mut farm;
        engine.rebuild(scene, states, columns);
        farm
    }

    fn set(&mut self, turbine: u32, signal: usize, value: f64) {
        self.columns[signal][turbine as usize] = value;
        let dirty = [TurbineRow(turbine)];
        self.engine.run(&mut self.states, &self.columns, &dirty);
    }

    fn labels(&self, turbine: u32) -> Vec<String> {
        let row = TurbineRow(turbine);
        let labels = self.states.outputs(row).labels();
        labels
            .map(|rule| {
                let template = self.scene.rules[usize::from(rule)].label.clone().unwrap();
                template.text(&self.columns, row, &self.scene.texts)
            })
            .collect()
    }
}

#[test]
fn a_label_tells_values_as_they_are_now() {
    let mut farm = Farm::new(
        r#"
[[rules]]
name = "all"
when = "oil > 0"
label = "{{{oil:.0} °C}} {power / 1000:.2} MW {state} {tripped} {power > 900 ? 1 : 0} {state == \"run\" ? \"}\" : \"-\"}"
"#,
    );
    assert!(
        farm.labels(0).is_empty(),
        "unknown is no reason for a label"
    );
    let run = farm.scene.texts.intern("run").unwrap();
    farm.set(0, POWER, 1_234.5);
    farm.set(0, STATE, f64::from(run));
    farm.set(0, TRIPPED, 0.0);
    farm.set(0, OIL, 83.26);
    assert_eq!(farm.labels(0), ["{83 °C} 1.23 MW run no 1 }"]);
    farm.set(0, POWER, f64::NAN);
    assert_eq!(farm.labels(0), ["{83 °C} – MW run no – }"]);
    assert!(farm.labels(1).is_empty());
    farm.set(0, OIL, -1.0);
    assert!(farm.labels(0).is_empty());
}

const INDEPENDENT: &str = r##"
[[rules]]
name = "faint"
when = "power < 100"
opacity = 0.25
[[rules]]
name = "red gearbox"
part = "gearbox"
when = "oil > 80"
color = "#d13212"
label = "{oil:.0} °C"
[[rules]]
name = "warm gearbox"
part = "gearbox"
when = "oil > 70"
color = "darkorange"
label = "warm"
icon = "temperature"
[[rules]]
name = "solid blades"
part = "blades"
when = "oil > 90"
opacity = 0.75
label = "blades"
[[rules]]
name = "power"
when = "power > 0"
label = "{power:.0} kW"
"##;

#[test]
fn colour_label_icon_and_opacity_are_decided_each_by_itself() {
    let mut farm = Farm::new(INDEPENDENT);
    farm.set(0, POWER, 50.0);
    farm.set(0, OIL, 85.0);
    let row = TurbineRow(0);
    let outputs = farm.states.outputs(row);
    let surface = |s: Surface| farm.states.appearance(row).surfaces[s as usize].rule;
    // The colour of the gearbox shows on the shell that hides it; nothing else about it does.
    assert_eq!(surface(Surface::Nacelle), Some(1));
    assert_eq!(surface(Surface::Gearbox), Some(1));
    assert_eq!(surface(Surface::Tower), None, "an opacity hides no colour");
    for (surface, _) in Surface::ALL {
        assert_eq!(outputs.opacity(surface), Some(0));
    }
    assert_eq!(
        outputs.icons().collect::<Vec<_>>(),
        [2],
        "the first has no icon"
    );
    assert_eq!(
        farm.labels(0),
        ["85 °C", "50 kW"],
        "of the gearbox the first"
    );
    farm.set(0, OIL, 95.0);
    assert_eq!(farm.labels(0), ["95 °C", "blades", "50 kW"]);
    farm.set(0, POWER, 500.0);
    let outputs = farm.states.outputs(row);
    assert_eq!(farm.states.changed(), [row]);
    assert_eq!(outputs.opacity(Surface::Blades), Some(3));
    assert_eq!(outputs.opacity(Surface::Tower), None);
    assert!(outputs.shows(3) && outputs.shows(2) && !outputs.shows(0));
    assert_eq!(farm.states.outputs(TurbineRow(1)).labels().count(), 0);
    farm.set(0, POWER, 501.0);
    assert!(farm.states.changed().is_empty(), "the rules are the same");
}

const SCALED: &str = r#"
[[rules]]
name = "scaled"
when = "oil > 80"
color = { scale = "magma", of = "power / 2", range = [0, 1000] }
"#;

#[test]
fn the_value_of_a_scale_is_followed_where_its_rule_shows() {
    let mut farm = Farm::new(SCALED);
    let Some(RuleColor::Scale(scale)) = farm.scene.rules[0].color.clone() else {
        panic!("no scale");
    };
    assert!((scale.share(250.0) - 0.25).abs() < 1e-12);
    let row = TurbineRow(0);
    farm.set(0, POWER, 500.0);
    assert!(farm.states.revalued().is_empty(), "the rule does not show");
    farm.set(0, OIL, 70.0);
    farm.set(0, POWER, 501.0);
    assert!(farm.states.revalued().is_empty(), "nor does it now");
    farm.set(0, OIL, 81.0);
    assert_eq!(farm.states.revalued(), [row]);
    assert_eq!(farm.states.scale_value(0, row), Some(250.5));
    farm.set(0, POWER, 600.0);
    assert_eq!(farm.states.revalued(), [row]);
    assert_eq!(farm.states.scale_value(0, row), Some(300.0));
    assert!(farm.states.changed().is_empty());
    farm.set(0, OIL, 82.0);
    assert!(farm.states.revalued().is_empty(), "the value is the same");
    assert!(!farm.states.is_unknown(row));
    farm.set(0, POWER, f64::NAN);
    assert_eq!(farm.states.revalued(), [row]);
    assert_eq!(farm.states.scale_value(0, row), None);
    assert!(farm.states.is_unknown(row), "hatched, and counted so");
}

#[test]
fn rules_without_any_of_this_cost_no_memory_and_show_nothing() {
    let mut farm = Farm::new("[[rules]]\nname = \"r\"\nwhen = \"oil > 1\"\ncolor = \"red\"\n");
    farm.set(0, OIL, 2.0);
    assert_eq!(farm.states.outputs(TurbineRow(0)).icons().count(), 0);
    assert!(farm.states.revalued().is_empty());
    assert_eq!(
        farm.scene.rules[0].color,
        Some(RuleColor::Fixed([255, 0, 0]))
    );
}

/// The code, the marked piece and the message of each problem of one rule with these keys.
fn problems(keys: &str) -> Vec<(String, String, String)> {
    let rule = format!("[[rules]]\nname = \"r\"\nwhen = \"oil > 1\"\n{keys}\n");
    let text = format!("{FARM}{rule}");
    let problems = loaded(&rule).expect_err(keys);
    let marked = |problem: &Problem| text[problem.span.start..].to_owned();
    problems
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .map(|p| (p.code.to_string(), marked(p), p.message.clone()))
        .collect()
}

#[test]
fn what_is_wrong_with_a_label_is_told_where_it_stands() {
    for (label, code, at) in [
        ("{oli:.0} °C", "expression", "oli"),
        ("°C {power:.0} {oil >}", "expression", ""),
        ("°C {oil", "bad-label", "{oil"),
        ("oil} ", "bad-label", "} "),
        ("{oil:.x}", "bad-label", ":.x}"),
        ("{state:.1}", "bad-label", "state:"),
        ("{}", "bad-label", "}"),
        (" ", "bad-label", "' '"),
    ] {
        let told = problems(&format!("label = '{label}'"));
        assert_eq!(told.len(), 1, "{label}: {told:?}");
        assert_eq!(told[0].0, code, "{label}: {told:?}");
        assert!(told[0].1.starts_with(at), "{label}: {told:?}");
    }
}

#[test]
fn what_is_wrong_with_a_colour_is_told_where_it_stands() {
    let scale = |scale: &str, of: &str, range: &str| {
        format!("color = {{ scale = \"{scale}\", of = '{of}', range = {range} }}")
    };
    for (keys, code, at) in [
        (scale("turbo", "power", "[0, 1]"), "bad-value", "\"turbo\""),
        (scale("viridis", "pwer", "[0, 1]"), "expression", "pwer"),
        (scale("viridis", "state", "[0, 1]"), "expression", "'state'"),
        (scale("viridis", "oil > 1", "[0, 1]"), "expression", "'oil"),
        (scale("viridis", "power", "[5, 5]"), "bad-range", "[5, 5]"),
        (scale("viridis", "power", "[9, 1]"), "bad-range", "[9, 1]"),
        (scale("viridis", "power", "[1]"), "bad-value", "[1]"),
        (
            "color = { scale = \"viridis\" }".to_owned(),
            "missing-key",
            "color",
        ),
        ("color = \"reddish\"".to_owned(), "bad-color", "\"reddish\""),
        ("color = \"#12345\"".to_owned(), "bad-color", "\"#12345\""),
        ("color = \"facade\"".to_owned(), "bad-color", "\"facade\""),
        ("color = 7".to_owned(), "wrong-type", "7"),
        (
            "color = { scla = \"viridis\" }".to_owned(),
            "unknown-key",
            "scla",
        ),
    ] {
        let told = problems(&keys);
        let is_told =
            |(c, marked, _): &(String, String, String)| c == code && marked.starts_with(at);
        assert!(told.iter().any(is_told), "{keys}: {told:?}");
    }
}

#[test]
fn a_rule_with_a_label_alone_has_an_effect() {
    for keys in ["label = \"{oil}\"", "icon = \"fire\"", "opacity = 0.5"] {
        let rule = format!("[[rules]]\nname = \"r\"\nwhen = \"oil > 1\"\n{keys}\n");
        let folder = folder_with(&[("scene.toml", &format!("{FARM}{rule}"))]);
        let path = folder.path().join("scene.toml");
        let loaded = load(&path, &LoadOptions::default()).unwrap();
        let codes: Vec<_> = loaded
            .warnings
            .list()
            .iter()
            .map(|w| w.code.to_string())
            .collect();
        assert!(!codes.iter().any(|c| c == "no-effect"), "{keys}: {codes:?}");
    }
}

#[test]
fn every_scale_of_the_program_can_be_used() {
    for scale in RULE_SCALES {
        let rules = SCALED.replace("magma", scale.name);
        assert!(loaded(&rules).is_ok(), "{}", scale.name);
    }
}

#[test]
fn what_waits_out_its_delay_is_counted_until_its_alarm_is_raised() {
    let mut farm = Farm::new(
        r#"
[[rules]]
name = "hot"
when = "oil > 80"
color = "red"
[rules.alarm]
priority = "high"
on_delay = "10s"
response = "act"
[[rules]]
name = "at once"
when = "oil > 80"
[rules.alarm]
priority = "low"
response = "act"
"#,
    );
    farm.set(0, OIL, 81.0);
    let waiting = count_waiting(&farm.scene, &farm.states, &Alarms::default());
    assert_eq!(waiting, [1, 0]);
    farm.set(0, OIL, 79.0);
    let waiting = count_waiting(&farm.scene, &farm.states, &Alarms::default());
    assert_eq!(waiting, [0, 0]);
}

/// A view of both turbines from the south: T01 is in the left half.
fn viewer(rules: &str, theme: Variant) -> (OffScreen, Hearing, tempfile::TempDir) {
    let folder = folder_with(&[("scene.toml", &format!("{FARM}{rules}"))]);
    let options = ViewOptions {
        scene: Some(folder.path().join("scene.toml")),
        off_screen: true,
        size: UVec2::new(480, 300),
        theme: Some(theme),
        start: StartView::From {
            camera_m: [0.0, -260.0, 70.0],
            target_m: Some([0.0, 0.0, 62.0]),
        },
        panels: false,
        time_ms: Some(crate::support::MIDSUMMER_NOON_MS),
        ..ViewOptions::default()
    };
    let (off_screen, hearing) = Hearing::of(&options);
    (off_screen, hearing, folder)
}

fn drawn(viewer: &mut OffScreen, name: &str) -> RgbaImage {
    for _ in 0..4 {
        viewer.frame().unwrap();
    }
    let picture = viewer.picture().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outputs");
    std::fs::create_dir_all(&folder).unwrap();
    picture.save(folder.join(format!("{name}.png"))).unwrap();
    picture
}

/// How many pixels of a half of the picture are near this colour.
fn near(picture: &RgbaImage, is_left: bool, color: [u8; 3]) -> usize {
    let half = picture.width() / 2;
    let is_near = |p: &image::Rgba<u8>| (0..3).all(|i| p.0[i].abs_diff(color[i]) <= 34);
    let of_half = picture
        .enumerate_pixels()
        .filter(|(x, ..)| (*x < half) == is_left);
    of_half.filter(|(.., p)| is_near(p)).count()
}

#[test]
fn a_turbine_takes_the_colour_of_its_value_and_follows_it() {
    let rules = SCALED.replace("oil > 80", "oil > 0");
    let (mut viewer, hearing, _folder) = viewer(&rules, Variant::Dark);
    for turbine in [0, 1] {
        hearing.hear(turbine, OIL as u16, 50.0, Quality::Good);
    }
    hearing.hear(0, POWER as u16, 2_000.0, Quality::Good);
    let magma = rule_scale("magma").unwrap();
    let rgb = |share| {
        let color = magma.at(share);
        [color.r(), color.g(), color.b()]
    };
    let (low, high) = (rgb(0.0), rgb(1.0));
    let picture = drawn(&mut viewer, "scale-high");
    assert!(near(&picture, true, high) > 300);
    assert!(near(&picture, false, high) < 20, "its value is not known");
    hearing.hear(0, POWER as u16, 0.0, Quality::Good);
    hearing.hear(1, POWER as u16, 1_900.0, Quality::Good);
    let picture = drawn(&mut viewer, "scale-low");
    assert!(near(&picture, true, low) > 300);
    assert!(near(&picture, true, high) < 20);
    assert!(near(&picture, false, high) > 300);
}

#[test]
fn a_faint_turbine_lets_the_sea_through_and_one_of_opacity_0_is_seen_when_it_is_selected() {
    let rules = r##"
[[rules]]
name = "gone"
when = "power < 1"
opacity = 0
[[rules]]
name = "faint"
when = "power < 100"
opacity = 0.4
[[rules]]
name = "paint"
when = "true"
color = "#20c0ff"
"##;
    let paint = [0x20, 0xC0, 0xFF];
    let (mut viewer, hearing, _folder) = viewer(rules, Variant::Dark);
    for turbine in [0, 1] {
        hearing.hear(turbine, POWER as u16, 1_000.0, Quality::Good);
    }
    let solid = drawn(&mut viewer, "solid");
    let before = near(&solid, true, paint);
    assert!(before > 300, "{before}");
    hearing.hear(0, POWER as u16, 50.0, Quality::Good);
    let faint = drawn(&mut viewer, "faint");
    assert!(near(&faint, true, paint) < before / 4);
    assert!(near(&faint, false, paint) > 300, "the other one is solid");
    hearing.hear(0, POWER as u16, 0.0, Quality::Good);
    let gone = drawn(&mut viewer, "gone");
    let differ = |a: &RgbaImage, b: &RgbaImage| {
        let half = a.width() / 2;
        let pairs = a.enumerate_pixels().zip(b.pixels());
        let differs =
            |p: &image::Rgba<u8>, q: &image::Rgba<u8>| (0..3).any(|i| p.0[i].abs_diff(q.0[i]) > 24);
        pairs
            .filter(|((x, _, p), q)| *x < half && differs(p, q))
            .count()
    };
    assert!(differ(&gone, &faint) > 300, "the faint one was still seen");
    let mut selection = viewer.world_mut().resource_mut::<Selection>();
    selection.turbine = Some(TurbineRow(0));
    let selected = drawn(&mut viewer, "gone-selected");
    assert!(differ(&gone, &selected) > 600, "selected it is seen");
}
