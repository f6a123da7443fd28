//! Scene files: what is opened, and what bad input gets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests, and what helps them"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use windvane::scene::{
    Drive, Ground, LoadOptions, Part, PayloadFormat, Problems, Scene, ValueKind,
};

mod language;
mod mutated;
mod watching;

/// A scene without turbines and rules, of 19 lines.
const HEAD: &str = r#"[site]
latitude = 55.486
longitude = 7.840

[broker]
url = "mqtt://localhost:1883"

[[topics]]
filter = "farm/{turbine}/telemetry"
payload = "json"

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
oil = { field = "/oil", unit = "degC" }
state = { field = "/state", type = "text" }
"#;

const TURBINE: &str = "[[turbines]]\nid = \"T01\"\nmodel = \"v80\"\neast_m = 0\nnorth_m = 0\n";

/// A folder with files in it.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(name, content);
        self
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self) -> Result<(std::sync::Arc<Scene>, Problems), Problems> {
        let loaded = windvane::scene::load(&self.path("scene.toml"), &LoadOptions::default())?;
        Ok((loaded.scene, loaded.warnings))
    }

    /// `line:column: message` of every error, with the file unless it is the scene.
    fn errors(&self) -> Vec<String> {
        self.lines(&self.load().expect_err("the scene has errors"))
    }

    fn lines(&self, problems: &Problems) -> Vec<String> {
        let one = |p: &windvane::scene::Problem| {
            let file = p.file.strip_prefix(self.0.path()).unwrap_or(&p.file);
            let (line, column, message) = (p.line, p.column, &p.message);
            if file == Path::new("scene.toml") {
                format!("{line}:{column}: {message}")
            } else {
                format!("{}:{line}:{column}: {message}", file.display())
            }
        };
        problems.list().iter().map(one).collect()
    }
}

fn scene(content: impl AsRef<[u8]>) -> Files {
    Files::new().with("scene.toml", content)
}

/// A scene whose lines after [`HEAD`] are these.
fn after_head(rest: &str) -> Files {
    scene(format!("{HEAD}{rest}"))
}

fn windvane(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args(args)
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

/// The folder of data that is not part of the project, where it is there.
pub fn shared_data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = ["../shared/data", "../../shared/data"]
        .map(|p| root.join(p))
        .into_iter()
        .find(|p| p.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no ../shared/data");
    }
    found
}

mod opening {
    use super::*;

    #[test]
    fn every_key_of_the_format_reaches_the_scene() {
        let files = scene(
            r#"title = "Farm"
include = ["more.toml"]
[site]
latitude = 55.486
longitude = 7.840
ground = "land"
time_zone = "Europe/Copenhagen"
[broker]
url = "mqtts://broker:8883"
stale_after = "1min 30s"
username_env = "MQTT_USER"
password_env = "MQTT_PASSWORD"
[[topics]]
filter = "a/{turbine}/b"
payload = "json"
time = "/ts"
quality = "/q"
[[topics]]
filter = "c/{turbine}/{signal}"
payload = "value"
[[turbines]]
id = "T01"
model = "big"
east_m = 560
north_m = -3.5
[[turbines]]
id = "T02"
model = "big"
latitude = 55.486
longitude = 7.840
"#,
        )
        .with(
            "more.toml",
            r#"[models.big]
name = "Big One"
hub_height_m = 100
rotor_diameter_m = 120.5
rated_power_kw = 5000
geometry = "generated"
[models.big.signals]
w = { field = "/WTUR/W", unit = "kW", range = [0, 5000.5] }
n = { field = "/n", unit = "rpm", drives = "rotor", part = "main_bearing" }
on = { type = "boolean" }
"#,
        );
        let (scene, warnings) = files.load().unwrap();
        assert!(warnings.is_empty(), "{warnings}");
        assert_eq!(scene.title, "Farm");
        assert_eq!(
            scene.files,
            [files.path("scene.toml"), files.path("more.toml")]
        );
        assert_eq!(
            (scene.site.latitude_deg, scene.site.longitude_deg),
            (55.486, 7.84)
        );
        assert_eq!(scene.site.ground, Ground::Land);
        assert_eq!(scene.site.time_zone.as_deref(), Some("Europe/Copenhagen"));
        assert_eq!(scene.broker.url, "mqtts://broker:8883");
        assert_eq!(scene.broker.stale_after.as_secs(), 90);
        assert_eq!(scene.broker.username_env.as_deref(), Some("MQTT_USER"));
        assert_eq!(scene.broker.password_env.as_deref(), Some("MQTT_PASSWORD"));
        let [json, value] = scene.topics.as_slice() else {
            panic!()
        };
        assert_eq!(
            (json.filter.as_str(), json.payload),
            ("a/{turbine}/b", PayloadFormat::Json)
        );
        assert_eq!(
            (json.time.as_deref(), json.quality.as_deref()),
            (Some("/ts"), Some("/q"))
        );
        assert_eq!(
            (value.payload, value.time.as_deref()),
            (PayloadFormat::Value, None)
        );
        let [model] = scene.models.as_slice() else {
            panic!()
        };
        assert_eq!((&*model.id, model.name.as_str()), ("big", "Big One"));
        assert_eq!((model.hub_height_m, model.rotor_diameter_m), (100.0, 120.5));
        assert_eq!(model.rated_power_kw, 5000.0);
        let names: Vec<&str> = scene.signals.iter().map(|s| &**s).collect();
        assert_eq!(names, ["w", "n", "on"]);
        assert_eq!(
            scene.kinds,
            [ValueKind::Number, ValueKind::Number, ValueKind::Boolean]
        );
        let [w, n, on] = model.signals.as_slice() else {
            panic!()
        };
        assert_eq!(
            (w.field.as_str(), w.unit.as_str(), w.range),
            ("/WTUR/W", "kW", Some([0.0, 5000.5]))
        );
        assert_eq!(
            (n.drives, n.part),
            (Some(Drive::Rotor), Some(Part::MainBearing))
        );
        assert_eq!((on.field.as_str(), on.kind), ("/on", ValueKind::Boolean));
        let [first, second] = scene.turbines.as_slice() else {
            panic!()
        };
        assert_eq!(
            (&*first.id, first.model, first.east_m, first.north_m),
            ("T01", 0, 560.0, -3.5)
        );
        assert_eq!((second.east_m, second.north_m), (0.0, 0.0));
    }

    #[test]
    fn a_byte_order_mark_and_dos_line_ends_are_no_problem() {
        let text = format!("\u{feff}{HEAD}{TURBINE}").replace('\n', "\r\n");
        let (scene, warnings) = scene(text).load().unwrap();
        assert_eq!(scene.turbines.len(), 1);
        assert!(warnings.is_empty(), "{warnings}");
    }

    #[test]
    fn places_are_right_behind_a_byte_order_mark_and_dos_line_ends() {
        let text = format!("\u{feff}{HEAD}{TURBINE}x = 'ä' # ").replace('\n', "\r\n");
        assert_eq!(
            scene(text).errors(),
            ["25:1: unknown key `x` in `turbines`"]
        );
    }

    #[test]
    fn rules_of_the_scene_come_before_those_that_it_includes() {
        let rule = |name| {
            format!("[[rules]]\nname = \"{name}\"\nwhen = \"oil > 80\"\ncolor = \"#d13212\"\n")
        };
        let files = scene(format!(
            "include = [\"a.toml\", \"b/b.toml\"]\n{HEAD}{TURBINE}{}",
            rule("own")
        ))
        .with("a.toml", rule("a"))
        .with(
            "b/b.toml",
            format!("include = [\"../c.toml\", \"c.toml\"]\n{}", rule("b")),
        )
        .with("b/c.toml", rule("b c"))
        .with("c.toml", rule("c"));
        let (scene, _) = files.load().unwrap();
        let names: Vec<&str> = scene.rules.iter().map(|r| &*r.name).collect();
        assert_eq!(names, ["own", "a", "b", "c", "b c"]);
    }

    #[test]
    fn a_file_that_two_others_share_is_read_once() {
        let files = scene(format!("include = [\"a.toml\", \"b.toml\"]\n{HEAD}"))
            .with("a.toml", "include = [\"c.toml\"]")
            .with("b.toml", "include = [\"./x/../c.toml\"]")
            .with("c.toml", TURBINE);
        assert_eq!(files.load().unwrap().0.turbines.len(), 1);
    }

    #[test]
    fn a_deadband_becomes_the_condition_that_clears_the_alarm() {
        let files = after_head(&format!(
            "{TURBINE}[[rules]]\nname = \"hot\"\nwhen = \"oil > 80\"\n[rules.alarm]\npriority = \"low\"\n\
             deadband = 5\non_delay = \"10s\"\n"
        ));
        let (scene, _) = files.load().unwrap();
        let alarm = scene.rules[0].alarm.as_ref().unwrap();
        assert_eq!(&*alarm.clear_when.as_ref().unwrap().source, "oil <= 75");
        assert_eq!(
            (alarm.on_delay.as_secs(), alarm.off_delay.as_secs()),
            (10, 0)
        );
    }

    #[test]
    fn the_examples_of_the_documentation_are_scenes() {
        let text = include_str!("../../docs/scene-files.md");
        let mut blocks: Vec<(String, String)> = Vec::new();
        let mut parts = text.split("```");
        while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
            let (info, body) = block.split_once('\n').unwrap();
            blocks.push((info.to_owned(), body.to_owned()));
        }
        let scenes: Vec<&String> = blocks
            .iter()
            .filter(|(info, _)| info == "toml scene")
            .map(|(_, body)| body)
            .collect();
        assert_eq!(scenes.len(), 2);
        for (scene, (turbines, rules)) in scenes.iter().zip([(1, 1), (2, 2)]) {
            let mut files = Files::new().with("scene.toml", scene);
            for (info, body) in &blocks {
                if let Some((_, name)) = info.split_once("file=") {
                    files = files.with(name, body);
                }
            }
            let (scene, warnings) = files.load().unwrap_or_else(|e| panic!("{e}"));
            assert!(warnings.is_empty(), "{warnings}");
            assert_eq!((scene.turbines.len(), scene.rules.len()), (turbines, rules));
        }
    }

    #[test]
    fn the_broker_can_be_given_in_place_of_the_scenes() {
        let files = after_head(TURBINE);
        let load = |url: &str| {
            let options = LoadOptions {
                broker: Some(url.to_owned()),
                ..LoadOptions::default()
            };
            windvane::scene::load(&files.path("scene.toml"), &options)
        };
        assert_eq!(
            load("mqtt://other:1").unwrap().scene.broker.url,
            "mqtt://other:1"
        );
        let problems = load("other").unwrap_err();
        assert_eq!(
            files.lines(&problems),
            ["--broker:1:1: `other` is not the URL of a broker"]
        );
    }
}

mod problems {
    use super::*;

    #[test]
    fn keys_types_and_values_are_all_told_at_once() {
        let files = scene(
            r#"titel = "Farm"
[site]
latitude = 95.5
longitude = "7.8"
ground = "see"
[broker]
url = "tcp://localhost"
stale_after = "30 parsecs"
[[topics]]
filter = "farm/+/x"
payload = "json"
time = "ts"
[models.v80]
hub_hight_m = 70
rotor_diameter_m = -80
rated_power_kw = 2000
[models.v80.signals]
a-b = { field = "/a" }
b = { field = "b", range = [2, 1], drives = "roter" }
c = { field = "/c", range = [1] }
"#,
        );
        assert_eq!(
            files.errors(),
            [
                "1:1: unknown key `titel`",
                "3:12: `site.latitude` must be 90 or less, not 95.5",
                "4:13: `site.longitude` must be a number, not the text \"7.8\"",
                "5:10: `site.ground` must be \"sea\" or \"land\", not the text \"see\"",
                "7:7: `tcp://localhost` is neither mqtt:// nor mqtts://",
                "8:15: `30 parsecs` is not a duration",
                "10:10: `farm/+/x` has no `{turbine}` level",
                "12:8: `ts` is not a JSON pointer: it must begin with `/`",
                "14:1: unknown key `hub_hight_m` in `models.v80`",
                "15:20: `models.v80.rotor_diameter_m` must be over 0, not -80",
                "18:1: `a-b` cannot be a signal's name",
                "19:45: `models.v80.signals.b.drives` must be \"rotor\", \"yaw\", \"pitch\", \"wind_speed\" or \"wind_direction\", \
                 not the text \"roter\"",
                "20:29: `models.v80.signals.c.range` must be a list of 2, not of 1",
            ]
        );
    }

    #[test]
    fn an_unknown_key_comes_with_the_nearest_known_one() {
        let files =
            after_head("[[turbines]]\nid = \"T\"\nmodle = \"v80\"\neast_m = 0\nnorth_m = 0\n");
        // That `model` is missing is the same mistake, and told once.
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            ["22:1: unknown key `modle` in `turbines`"]
        );
        assert_eq!(
            problems.list()[0].help.as_deref(),
            Some("did you mean `model`?")
        );
        assert_eq!(problems.list()[0].code, "unknown-key");
    }

    #[test]
    fn missing_keys_and_tables_are_told() {
        assert_eq!(
            scene("title = \"x\"\n[[turbines]]\nid = \"T\"\n").errors(),
            [
                "1:1: the scene has no `[site]`",
                "1:1: the scene has no `[broker]`",
                "2:1: missing key `model` in `turbines`",
            ]
        );
    }

    #[test]
    fn numbers_that_are_not_finite_and_dates_are_told() {
        let turbine = "[[turbines]]\nid = \"T\"\nmodel = \"v80\"\neast_m = nan\nnorth_m = -inf\n";
        assert_eq!(
            after_head(&format!(
                "{turbine}[[turbines]]\nid = 1979-05-27\nmodel = \"v80\"\n"
            ))
            .errors(),
            [
                "23:10: `nan` is not a finite number",
                "24:11: `-inf` is not a finite number",
                "26:6: `1979-05-27` is a date or time, which no key of a scene takes",
            ]
        );
    }

    #[test]
    fn a_position_is_given_in_one_way_and_whole() {
        let turbine = |id, keys| format!("[[turbines]]\nid = \"{id}\"\nmodel = \"v80\"\n{keys}\n");
        let files = after_head(
            &[
                turbine("A", ""),
                turbine("B", "east_m = 1"),
                turbine("C", "latitude = 55"),
                turbine("D", "east_m = 1\nnorth_m = 1\nlatitude = 55\nlongitude = 7"),
                turbine("E", "east_m = 1e308\nnorth_m = 1"),
                turbine("F", "latitude = 7.84\nlongitude = 55.486"),
            ]
            .concat(),
        );
        assert_eq!(
            files.errors(),
            [
                "20:1: the turbine `A` has no position",
                "24:1: the turbine `B` has no `north_m`",
                "28:1: the turbine `C` has no `longitude`",
                "32:1: the turbine `D` has its position in two ways",
                "42:10: the turbine `E` is more than a million km from the site's origin; 500 km is \
                 the limit",
                "47:12: the turbine `F` is 6426 km from the site's origin; 500 km is the limit",
            ]
        );
    }

    #[test]
    fn a_duplicate_turbine_names_the_other_place() {
        let files = after_head(&format!("{TURBINE}{TURBINE}"));
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            ["26:6: there are two turbines `T01`"]
        );
        let label = &problems.list()[0].labels[0];
        assert_eq!((label.line, label.column), (21, 6));
    }

    #[test]
    fn unknown_models_and_bad_ids_are_told() {
        let files = after_head(
            "[[turbines]]\nid = \"A\"\nmodel = \"V8O\"\neast_m = 0\nnorth_m = 0\n\
             [[turbines]]\nid = \"B/1\"\nmodel = \"v80\"\neast_m = 0\nnorth_m = 0\n\
             [[turbines]]\nid = \" \"\nmodel = \"v80\"\neast_m = 0\nnorth_m = 0\n",
        );
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            [
                "22:9: there is no model `V8O`",
                "26:6: the turbine's id `B/1` contains `/`, which no MQTT topic level can",
                "31:6: the turbine's id is empty",
            ]
        );
        assert_eq!(
            problems.list()[0].help.as_deref(),
            Some("did you mean `v80`?")
        );
    }

    #[test]
    fn a_signal_is_the_same_kind_of_value_in_all_models() {
        let files = after_head(
            "[models.b]\nhub_height_m = 70\nrotor_diameter_m = 80\nrated_power_kw = 1\n\
             signals.oil = { type = \"text\" }\nsignals.rpm = { drives = \"rotor\" }\n\
             signals.rpm2 = { drives = \"rotor\" }\nsignals.on = { type = \"boolean\", drives = \"yaw\" }\n",
        );
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            [
                "24:9: `oil` is a text here and a number in the model `v80`",
                "26:27: `rpm` and `rpm2` drive the same motion",
                "27:43: only a number can drive a motion",
            ]
        );
        assert_eq!(problems.list()[0].labels[0].line, 18);
    }

    #[test]
    fn what_is_probably_not_meant_is_a_warning() {
        let files = after_head(
            "[models.b]\nhub_height_m = 40\nrotor_diameter_m = 80\nrated_power_kw = 1\n\
             geometry = \"b.glb\"\nsignals.oil = { field = \"/x\", unit = \"K\" }\n\
             signals.t = { field = \"/x\" }\n[[topics]]\nfilter = \"farm/{turbine}/telemetry\"\n\
             payload = \"json\"\n",
        );
        let (_, warnings) = files.load().unwrap();
        assert_eq!(
            files.lines(&warnings),
            [
                "1:1: the scene has no turbines",
                "22:20: the blades reach the ground: a rotor of 80 m on a hub at 40 m",
                "24:12: `b.glb` is not read: turbines are drawn from their dimensions",
                "25:9: `oil` is in `K` here and in `degC` in the model `v80`",
                "26:23: two signals of `b` have the field `/x`",
                "28:10: the filter `farm/{turbine}/telemetry` is given twice",
            ]
        );
    }

    #[test]
    fn syntax_errors_are_all_told_and_hide_nothing_else() {
        let text = format!("{HEAD}{TURBINE}")
            .replace("latitude = 55.486", "latitude = ")
            .replace("payload = \"json\"", "payload = json")
            + "colour = 1\n";
        assert_eq!(
            scene(text).errors(),
            [
                "2:12: not TOML: there is no value",
                "10:11: not TOML: string values must be quoted, expected literal string",
                "25:1: unknown key `colour` in `turbines`",
            ]
        );
    }

    #[test]
    fn a_key_given_twice_is_told() {
        assert_eq!(
            after_head("[site]\nlatitude = 1\n").errors(),
            [
                "20:2: not TOML: duplicate key",
                "21:1: not TOML: duplicate key",
            ]
        );
    }
}

mod rules {
    use super::*;

    fn rule(keys: &str) -> Files {
        after_head(&format!("{TURBINE}[[rules]]\nname = \"r\"\n{keys}\n"))
    }

    #[test]
    fn an_error_in_an_expression_is_found_inside_its_text() {
        let files = rule("color = \"#d13212\"\nwhen = \"oil > 3 && oyl > 4\"");
        let problems = files.load().unwrap_err();
        assert_eq!(files.lines(&problems), ["28:20: there is no signal `oyl`"]);
        assert_eq!(
            problems.list()[0].help.as_deref(),
            Some("did you mean `oil`?")
        );
        // Escapes and line ends are wider where they are written than in the text that they mean.
        assert_eq!(
            rule("color = \"#d13212\"\nwhen = \"state == '\\u00e4' && oyl > 4\"").errors(),
            ["28:30: there is no signal `oyl`"]
        );
        assert_eq!(
            rule("color = \"#d13212\"\nwhen = '''\noil > 3 &&\n  oyl > 4'''").errors(),
            ["30:3: there is no signal `oyl`"]
        );
        assert_eq!(
            rule("color = \"#d13212\"\nwhen = '''\r\noil > 3 &&\r\n  oyl > 4'''").errors(),
            ["30:3: there is no signal `oyl`"]
        );
    }

    #[test]
    fn a_rule_on_a_signal_that_its_models_lack_is_an_error() {
        let model = "[models.dd]\nhub_height_m = 70\nrotor_diameter_m = 80\nrated_power_kw = 1\n\
                     signals.state = { type = \"text\" }\n";
        let rule = "[[rules]]\nname = \"r\"\ncolor = \"#d13212\"\nwhen = \"oil > 80\"\n";
        let files = after_head(&format!("{model}{TURBINE}{rule}"));
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            ["33:9: the model `dd` has no signal `oil`"]
        );
        let problem = &problems.list()[0];
        assert_eq!(problem.labels[0].line, 20);
        assert_eq!(
            problem.help.as_deref(),
            Some("say which models the rule is for: models = [\"v80\"]")
        );
        let files = after_head(&format!("{model}{TURBINE}{rule}models = [\"v80\"]\n"));
        assert_eq!(files.load().unwrap().0.rules[0].applies, [true, false]);
    }

    #[test]
    fn everything_else_that_is_wrong_with_a_rule_is_told() {
        assert_eq!(
            rule(
                "when = \"oil > 80\"\nmodels = [\"v8\", \"v80\"]\ncolor = \"rot\"\npart = \"gearbocks\"\n\
                 opacity = 2\n[rules.alarm]\npriority = \"urgent\"\non_delay = 10\n\
                 [[rules]]\nname = \"r\"\nwhen = \"oil > 1 && oil < 5\"\n[rules.alarm]\n\
                 priority = \"low\"\ndeadband = 4\n\
                 [[rules]]\nname = \"s\"\nwhen = \"oil > 1\"\n[rules.alarm]\n\
                 priority = \"low\"\ndeadband = 4\nclear_when = \"oil < 1\"\n\
                 [[rules]]\nname = \"t\"\nwhen = \"oil\"\n[rules.alarm]\npriority = \"low\"\non_delay = \"10\""
            )
            .errors(),
            [
                "28:11: there is no model `v8`",
                "29:9: `rot` is not a colour",
                "30:8: `rules.part` must be \"foundation\", \"tower\", \"nacelle\", \"rotor\", \"blades\", \
                 \"pitch\", \"main_bearing\", \"shaft\", \"gearbox\", \"brake\", \"generator\", \"converter\", \
                 \"transformer\", \"yaw\" or \"tower_base\", not the text \"gearbocks\"",
                "31:11: `rules.opacity` must be 1 or less, not 2",
                "33:12: `rules.alarm.priority` must be \"critical\", \"high\", \"medium\" or \"low\", \
                 not the text \"urgent\"",
                "34:12: `rules.alarm.on_delay` must be a text, not the number 10",
                "36:8: there are two rules `r`",
                "40:12: a `deadband` needs a rule that compares one signal with one number or limit",
                "46:12: an alarm has either `clear_when` or `deadband`",
                "50:9: a condition is true or false; this is a number",
                "53:12: `10` is not a duration",
            ]
        );
    }

    #[test]
    fn a_rule_that_does_nothing_is_a_warning() {
        let files = rule("when = \"oil > 80\"");
        let (_, warnings) = files.load().unwrap();
        assert_eq!(files.lines(&warnings), ["26:8: the rule `r` does nothing"]);
    }
}

mod files {
    use super::*;

    #[test]
    fn files_that_are_no_scenes_are_told_from_scenes() {
        assert_eq!(scene("").errors(), ["1:1: the scene file is empty"]);
        assert_eq!(
            scene("\u{feff}\r\n").errors(),
            ["1:1: the scene file is empty"]
        );
        assert_eq!(
            Files::new().errors(),
            ["1:1: cannot read `scene.toml`: there is no such file"]
        );
        let folder = Files::new().with("scene.toml/x", "");
        assert_eq!(
            folder.errors(),
            ["1:1: cannot read `scene.toml`: it is a folder, not a file"]
        );
        assert_eq!(
            scene(b"[site]\n# \xc3\xa4\xe9\n").errors(),
            ["2:4: not UTF-8: byte 0xE9 at offset 11"]
        );
    }

    #[test]
    fn a_scene_of_50_mb_is_sent_to_csv() {
        let files = scene(vec![b'#'; 50 << 20]);
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            ["1:1: cannot read `scene.toml`: it is larger than 16 MiB"]
        );
        assert_eq!(
            problems.list()[0].help.as_deref(),
            Some("put the turbines into a CSV file and name it in [[turbines_from]]")
        );
    }

    #[test]
    fn of_10_000_errors_1_000_are_told_and_all_are_counted() {
        let many: String = (0..10_000).map(|i| format!("k{i} = 1\n")).collect();
        let files = scene(format!("{many}{HEAD}{TURBINE}"));
        let problems = files.load().unwrap_err();
        assert_eq!(problems.list().len(), 1_000);
        assert_eq!((problems.errors(), problems.omitted()), (10_000, 9_000));
        let shown = windvane(&["check", files.path("scene.toml").to_str().unwrap()]);
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(shown.contains("… and 9000 more problems"), "{shown}");
        assert!(shown.contains("10000 errors in "), "{shown}");
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_overflow() {
        let lists = format!("{HEAD}x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(!scene(lists).errors().is_empty());
        let tables = format!(
            "x = {}1{}\n{HEAD}",
            "{a=".repeat(100_000),
            "}".repeat(100_000)
        );
        assert!(!scene(tables).errors().is_empty());
        let key = format!("{HEAD}{}b = 1\n", "a.".repeat(100_000));
        assert_eq!(scene(key).errors(), ["20:1: not TOML: recursion limit"]);
        // The parser follows 80 levels of each kind; together they are deep.
        let both = format!(
            "x = {}1{}\n{HEAD}",
            format!("{{{}b=", "a.".repeat(70)).repeat(70),
            "}".repeat(70)
        );
        assert!(!scene(both).errors().is_empty());
    }

    #[test]
    fn an_include_loop_is_told_at_the_include_that_closes_it() {
        let files = scene(format!("include = [\"a/a.toml\"]\n{HEAD}{TURBINE}"))
            .with("a/a.toml", "include = [\"b.toml\"]\n")
            .with(
                "a/b.toml",
                "# b\ninclude = [\"b.toml\", \"../scene.toml\"]\n",
            );
        assert_eq!(
            files.errors(),
            [
                "a/b.toml:2:12: include loop: b.toml → b.toml",
                "a/b.toml:2:22: include loop: scene.toml → a.toml → b.toml → scene.toml",
            ]
        );
    }

    #[test]
    fn includes_that_go_too_deep_are_stopped() {
        let mut files = scene(format!("include = [\"0.toml\"]\n{HEAD}{TURBINE}"));
        for i in 0..100 {
            files = files.with(
                &format!("{i}.toml"),
                format!("include = [\"{}.toml\"]", i + 1),
            );
        }
        assert_eq!(
            files.errors(),
            ["30.toml:1:12: too many includes: at most 32 deep and 500 files"]
        );
    }

    #[test]
    fn a_path_that_leaves_the_scenes_folder_is_not_followed() {
        let outside = Files::new()
            .with("secret.toml", TURBINE)
            .with("in/secret.toml", TURBINE);
        let path = outside.path("secret.toml");
        let rest = "[[turbines_from]]\nfile = \"../x.csv\"\nid = \"a\"\neast_m = \"b\"\nnorth_m = \"c\"\nmodel = \"v80\"\n";
        let files = scene(format!(
            "include = [\"../secret.toml\", \"a/../../secret.toml\", {path:?}, \"a/up.toml\"]\n{HEAD}{rest}"
        ))
        .with("a/up.toml", "include = [\"../../secret.toml\"]");
        let shown = path.display();
        let expected = vec![
            "1:12: `../secret.toml` leaves the scene's folder".to_owned(),
            "1:30: `a/../../secret.toml` leaves the scene's folder".to_owned(),
            format!("1:53: `{shown}` is an absolute path"),
            "22:8: `../x.csv` leaves the scene's folder".to_owned(),
            "a/up.toml:1:12: `../../secret.toml` leaves the scene's folder".to_owned(),
        ];
        assert_eq!(files.errors(), expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_scenes_folder_is_not_followed() {
        let outside = Files::new().with("secret.toml", TURBINE);
        let files = scene(format!(
            "include = [\"in.toml\", \"link.toml\", \"dir/secret.toml\"]\n{HEAD}"
        ))
        .with("real.toml", TURBINE);
        std::os::unix::fs::symlink(files.path("real.toml"), files.path("in.toml")).unwrap();
        std::os::unix::fs::symlink(outside.path("secret.toml"), files.path("link.toml")).unwrap();
        std::os::unix::fs::symlink(outside.0.path(), files.path("dir")).unwrap();
        assert_eq!(
            files.errors(),
            [
                "1:23: `link.toml` leaves the scene's folder by a link",
                "1:36: `dir/secret.toml` leaves the scene's folder by a link",
            ]
        );
    }

    #[test]
    fn problems_of_an_included_file_name_that_file() {
        let files = scene(format!("include = [\"gone.toml\", \"a\", \"b.toml\", \"e.toml\"]\n{HEAD}{TURBINE}"))
            .with("a/x", "")
            .with("e.toml", "")
            .with("b.toml", format!("title = \"b\"\n[site]\nlatitude = 1\nlongitude = 1\n[models.v80]\nhub_height_m = 1\nrotor_diameter_m = 1\nrated_power_kw = 1\n{TURBINE}"));
        assert_eq!(
            files.errors(),
            [
                "1:12: cannot read `gone.toml`: there is no such file",
                "1:25: cannot read `a`: it is a folder, not a file",
                "b.toml:1:1: `title` belongs in the scene itself, not in an included file",
                "b.toml:2:2: `site` belongs in the scene itself, not in an included file",
                "b.toml:5:9: the model `v80` is defined twice",
                "b.toml:10:6: there are two turbines `T01`",
                "e.toml:1:1: the included file is empty",
            ]
        );
    }

    #[test]
    fn what_may_be_in_a_file_that_could_not_be_read_is_not_missed() {
        let files = scene(format!(
            "include = [\"gone.toml\"]\n{HEAD}[[turbines]]\nid = \"A\"\nmodel = \"other\"\neast_m = 0\n\
             north_m = 0\n[[rules]]\nname = \"r\"\ncolor = \"#d13212\"\nwhen = \"other_signal > 1\"\n"
        ));
        assert_eq!(
            files.errors(),
            ["1:12: cannot read `gone.toml`: there is no such file"]
        );
    }
}

mod layouts {
    use super::*;

    const EAST_NORTH: &str = "[[turbines_from]]\nfile = \"l.csv\"\nid = \"name\"\neast_m = \"x\"\n\
                              north_m = \"y\"\nmodel = \"v80\"\n";
    const WGS_84: &str = "[[turbines_from]]\nfile = \"l.csv\"\nid = \"name\"\nlatitude = \"lat\"\n\
                          longitude = \"lon\"\nmodel_column = \"type\"\n";

    fn layout(table: &str, csv: impl AsRef<[u8]>) -> Files {
        after_head(table).with("l.csv", csv)
    }

    #[test]
    fn columns_are_found_by_the_names_that_the_scene_gives() {
        let csv = "\u{feff}other,y,\"name\",x\r\n\"a, \"\"b\"\"\nc\", -2.5 ,\"T 1\",10\r\n\r\nz,0,T2,1e3\r\n";
        let (scene, _) = layout(EAST_NORTH, csv).load().unwrap();
        let turbines: Vec<_> = scene
            .turbines
            .iter()
            .map(|t| (&*t.id, t.model, t.east_m, t.north_m))
            .collect();
        assert_eq!(turbines, [("T 1", 0, 10.0, -2.5), ("T2", 0, 1000.0, 0.0)]);
        assert_eq!(scene.files.len(), 2);
    }

    #[test]
    fn latitudes_and_models_come_from_their_columns() {
        let csv = "name;lat;lon;type\nA;55.486;7.840;v80\nB;55.5;7.840;v80\n";
        let (scene, _) = layout(&format!("{WGS_84}delimiter = \";\"\n"), csv)
            .load()
            .unwrap();
        let [a, b] = scene.turbines.as_slice() else {
            panic!()
        };
        assert_eq!((a.east_m, a.north_m), (0.0, 0.0));
        // 0.014 degrees of a meridian at 55.49 degrees north: 111.33 km a degree.
        assert!(
            b.east_m.abs() < 1e-6 && (b.north_m - 1558.7).abs() < 0.5,
            "{b:?}"
        );
    }

    #[test]
    fn every_bad_row_is_told_with_its_line_and_column() {
        let csv = "name,lat,lon,type\r\n\
                   A,55.4,7.8,v80\r\n\
                   B,NaN,inf,v80\r\n\
                   C,1e308,\"7,8\",v80\r\n\
                   ,55.4,7.8,v80\r\n\
                   E,,7.8,v90\r\n\
                   A,55.4,7.8,v80\r\n\
                   G,55.4\r\n\
                   \"Ö\",55.4,200,v80\r\n\
                   I/1,55.4,7.8,v80\r\n\
                   J,-20,7.8,v80\r\n";
        let files = layout(WGS_84, csv);
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            [
                "l.csv:3:3: column `lat`: `NaN` is not a finite number",
                "l.csv:3:7: column `lon`: `inf` is not a finite number",
                "l.csv:4:3: column `lat`: `1e308` is not between -90 and 90",
                "l.csv:4:10: column `lon`: `7,8` is not a number",
                "l.csv:5:1: the turbine's id is empty",
                "l.csv:6:3: column `lat`: there is no number",
                "l.csv:6:8: there is no model `v90`",
                "l.csv:7:1: there are two turbines `A`",
                "l.csv:8:7: column `lon`: the row ends before it: 2 of 4 columns",
                "l.csv:8:7: column `type`: the row ends before it: 2 of 4 columns",
                "l.csv:9:10: column `lon`: `200` is not between -180 and 180",
                "l.csv:10:1: the turbine's id `I/1` contains `/`, which no MQTT topic level can",
                "l.csv:11:3: the turbine `J` is 7771 km from the site's origin; 500 km is the limit",
            ]
        );
        let duplicate = problems
            .list()
            .iter()
            .find(|p| p.code == "duplicate-turbine")
            .unwrap();
        assert_eq!(
            (duplicate.labels[0].line, duplicate.labels[0].column),
            (2, 1)
        );
    }

    #[test]
    fn metres_out_of_all_proportion_are_told() {
        assert_eq!(
            layout(EAST_NORTH, "name,x,y\nA,1e308,1e308\nB,600000,0\n").errors(),
            [
                "l.csv:2:3: the turbine `A` is more than a million km from the site's origin; 500 km \
                 is the limit",
                "l.csv:3:3: the turbine `B` is 600 km from the site's origin; 500 km is the limit",
            ]
        );
    }

    #[test]
    fn missing_columns_are_told_with_the_nearest_ones() {
        let files = layout(WGS_84, "Name,latitude,lon,lon,type\nA,1,2,3,v80\n");
        let problems = files.load().unwrap_err();
        assert_eq!(
            files.lines(&problems),
            [
                "22:6: the CSV file has no column `name`",
                "23:12: the CSV file has no column `lat`",
                "l.csv:1:19: the CSV file has two columns `lon`",
            ]
        );
        assert_eq!(
            problems.list()[0].help.as_deref(),
            Some("did you mean `Name`?")
        );
        assert_eq!(problems.list()[0].labels[0].line, 1);
        let files = layout(EAST_NORTH, "name;x;y\nA;1;2\n");
        assert_eq!(
            files.load().unwrap_err().list()[0].help.as_deref(),
            Some("its columns are separated by \";\": say so in `delimiter`")
        );
    }

    #[test]
    fn files_that_are_no_layouts_are_told() {
        assert_eq!(
            layout(EAST_NORTH, "").errors(),
            ["l.csv:1:1: the CSV file is empty"]
        );
        assert_eq!(
            after_head(EAST_NORTH).errors(),
            ["21:8: cannot read `l.csv`: there is no such file"]
        );
        assert_eq!(
            layout(EAST_NORTH, b"name,x,y\nA\xff,1,2\n").errors(),
            ["l.csv:2:1: column `name`: not UTF-8"]
        );
        // What is not read need not be UTF-8.
        let (scene, _) = layout(EAST_NORTH, b"name,x,y,\xe9\nA,1,2,\xff\n")
            .load()
            .unwrap();
        assert_eq!(scene.turbines.len(), 1);
    }

    #[test]
    fn a_layout_says_where_and_what_its_turbines_are() {
        let table = "[[turbines_from]]\nfile = \"l.csv\"\nid = \"name\"\neast_m = \"x\"\n";
        assert_eq!(
            layout(table, "name,x\nA,1\n").errors(),
            [
                "20:1: `turbines_from` has no `north_m`",
                "20:1: `turbines_from` has neither `model` nor `model_column`",
            ]
        );
    }

    #[test]
    fn a_scene_of_75_000_turbines_is_loaded_whole() {
        let mut csv = String::from("name,x,y\n");
        for i in 0..75_000 {
            csv += &format!("T{i:05},{},{}\n", i % 300 * 500, i / 300 * 500);
        }
        let (scene, _) = layout(EAST_NORTH, csv).load().unwrap();
        assert_eq!(scene.turbines.len(), 75_000);
        assert_eq!(
            (
                scene.turbines[74_999].east_m,
                scene.turbines[74_999].north_m
            ),
            (149_500.0, 124_500.0)
        );
    }

    #[test]
    fn the_turbines_of_canada_stand_where_they_are() {
        let Some(data) = shared_data() else { return };
        let csv = fs::read(data.join("wind/canadian_wind_turbines.csv")).unwrap();
        let head = HEAD.replace("latitude = 55.486", "latitude = 50\nextent_km = 3500");
        let head = head.replace("longitude = 7.840", "longitude = -95");
        let table = |id: &str| {
            format!(
                "[[turbines_from]]\nfile = \"l.csv\"\nid = \"{id}\"\nlatitude = \"Latitude\"\n\
                 longitude = \"Longitude\"\nmodel = \"v80\"\n"
            )
        };
        let files = scene(format!("{head}{}", table("OBJECTID"))).with("l.csv", &csv);
        let (scene_, warnings) = files.load().unwrap_or_else(|e| panic!("{e}"));
        assert!(warnings.is_empty(), "{warnings}");
        assert_eq!(scene_.turbines.len(), 6_698);
        // Castle River, Alberta, 19.0357 degrees west: N cos(latitude) sin(19.0357 degrees).
        let t = &scene_.turbines[1];
        assert!((-1_353.5e3..-1_353.1e3).contains(&t.east_m), "{t:?}");
        // The register's own identifiers are not unique.
        let files = scene(format!("{head}{}", table("Turbine.identifier"))).with("l.csv", &csv);
        let problems = files.load().unwrap_err();
        assert_eq!(problems.errors(), 15);
        assert!(
            problems
                .list()
                .iter()
                .all(|p| p.code == "duplicate-turbine")
        );
    }
}

mod command_line {
    use super::*;

    #[test]
    fn check_tells_what_is_in_a_good_scene() {
        let files = after_head(TURBINE);
        let path = files.path("scene.toml");
        let output = windvane(&["check", path.to_str().unwrap()]);
        let expected = format!(
            "{}: 1 turbine, 1 model, 0 rules, no problems\n",
            path.display()
        );
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        assert_eq!(output.status.code(), Some(0));
    }

    #[test]
    fn check_shows_each_problem_with_its_line() {
        let files = after_head(&TURBINE.replace("model =", "modle ="));
        let path = files.path("scene.toml");
        let output = windvane(&["check", path.to_str().unwrap()]);
        let path = path.display();
        let expected = format!(
            "error[unknown-key]: unknown key `modle` in `turbines`
   ┌─ {path}:22:1
   │
22 │ modle = \"v80\"
   │ ^^^^^
   │
   = help: did you mean `model`?

1 error in {path}
"
        );
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        assert_eq!(output.status.code(), Some(1));
    }

    #[test]
    fn check_of_several_scenes_fails_if_one_does() {
        let good = after_head(TURBINE);
        let bad = scene("");
        let paths = [good.path("scene.toml"), bad.path("scene.toml")];
        let [good, bad] = paths.each_ref().map(|p| p.to_str().unwrap());
        let output = windvane(&["check", "--format", "json", bad, good]);
        assert_eq!(output.status.code(), Some(1));
        let lines: Vec<Value> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["errors"], 1);
        assert_eq!(lines[0]["problems"][0]["code"], "empty");
        assert_eq!(lines[0]["problems"][0]["line"], 1);
        assert_eq!(lines[1]["errors"], 0);
        assert_eq!(lines[1]["turbines"], 1);
    }

    #[test]
    fn the_schema_that_is_checked_in_is_that_of_the_program() {
        let output = windvane(&["schema"]);
        let schema = String::from_utf8(output.stdout).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schema/scene.schema.json");
        let checked_in = fs::read_to_string(path).unwrap();
        assert!(
            schema == checked_in,
            "run: windvane schema > assets/schema/scene.schema.json"
        );
    }

    #[test]
    fn the_schema_accepts_the_scenes_that_the_program_accepts() {
        let schema: Value = serde_json::from_str(&windvane::scene::schema_text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let good: toml::Table = format!("{HEAD}{TURBINE}").parse().unwrap();
        let good = serde_json::to_value(good).unwrap();
        assert!(validator.is_valid(&good));
        let mut bad = good;
        bad["site"]["latitude"] = Value::from("north");
        assert!(!validator.is_valid(&bad));
    }
}
