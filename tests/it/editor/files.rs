//! Rules written back into TOML: what was not changed keeps its bytes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use windvane::access::{EditPermit, Session};
use windvane::scene::edit::{RuleFile, RuleText, SaveError, SaveRules, Wanted, save_rules};
use windvane::scene::{LoadOptions, load};

pub const SCENE: &str = r##"title = "Two turbines" # for tests
include = ["more.toml"]

[site]
latitude = 55.486
longitude = 7.840
time_zone = "UTC"

[broker]
url = "mqtt://127.0.0.1:1"

[[topics]]
filter = "farm/{turbine}/telemetry"
payload = "json"

[models.v80]
name = "Vestas V80-2.0 MW"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
active_power = { field = "/WTUR/W", unit = "kW", range = [0, 2000] }
gearbox_oil_temperature = { field = "/WTRM/GbxOilTmp", unit = "degC", range = [0, 100] }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[turbines]]
id = "T02"
model = "v80"
east_m = 560
north_m = 0

# Above 80 °C the oil loses its film.
[[rules]]
name = "Gearbox oil hot"
part = "gearbox"
when = "gearbox_oil_temperature > 80"   # as the maker says
color = "#d13212"

[rules.alarm]
priority = "high"
response = "Derate to 50 %"

[[rules]]
name = "No power"
when = "active_power < 1"
color = "#d9a800"
"##;

pub const MORE: &str = "# Of the other file.\r\n[[rules]]\r\nname = \"Full power\"\r\nwhen = \"active_power > 1900\"\r\nicon = \"power\"\r\n";

/// A scene of two files in a folder of its own.
pub fn scene_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("two.toml");
    std::fs::write(&path, SCENE).expect("written");
    std::fs::write(folder.path().join("more.toml"), MORE).expect("written");
    (folder, path)
}

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file is there")
}

fn all(file: &RuleFile) -> Vec<Wanted> {
    let rules = file.rules().iter().enumerate();
    rules
        .map(|(at, rule)| Wanted {
            from: Some(at),
            rule: Arc::clone(rule),
        })
        .collect()
}

fn request(path: &Path, change: impl FnOnce(&mut Vec<Wanted>)) -> SaveRules {
    let file = RuleFile::open(path).expect("a file of rules");
    let mut wanted = all(&file);
    change(&mut wanted);
    SaveRules {
        scene: path.to_owned(),
        files: vec![(file, wanted)],
    }
}

fn permit() -> EditPermit {
    Session::default().edit_permit().expect("an engineer")
}

fn set_when(wanted: &mut [Wanted], at: usize, when: &str) {
    Arc::make_mut(&mut wanted[at].rule).when = when.to_owned();
}

#[test]
fn a_saved_limit_is_the_only_thing_that_changes_in_the_file() {
    let (_folder, path) = scene_folder();
    let new = "gearbox_oil_temperature > 85";
    let request = request(&path, |wanted| set_when(wanted, 0, new));
    let files = save_rules(&request, &permit()).expect("saved");
    let expected = SCENE.replace("gearbox_oil_temperature > 80", new);
    assert_eq!(read(&path), expected);
    assert_eq!(files[0].rules()[0].when, new);
    let loaded = load(&path, &LoadOptions::default()).expect("it opens");
    assert_eq!(&*loaded.scene.rules[0].when.source, new);
}

#[test]
fn a_file_changed_in_the_meantime_is_not_written_over() {
    let (_folder, path) = scene_folder();
    let request = request(&path, |wanted| set_when(wanted, 0, "active_power > 1"));
    let theirs = SCENE.replace("No power", "Still");
    std::fs::write(&path, &theirs).expect("written");
    let error = save_rules(&request, &permit()).expect_err("it is another file by now");
    assert!(error.to_string().contains("changed on disk"), "{error}");
    assert_eq!(read(&path), theirs);
}

#[test]
fn a_rule_with_which_the_scene_would_not_open_is_not_saved() {
    for when in ["gearbox_oil_temperatur > 80", "1 +", "active_power"] {
        let (_folder, path) = scene_folder();
        let request = request(&path, |wanted| {
            set_when(wanted, 0, when);
            Arc::make_mut(&mut wanted[0].rule).enabled = false;
        });
        match save_rules(&request, &permit()) {
            Err(SaveError::Problems(problems)) => assert!(!problems.is_empty()),
            other => panic!("{when}: {other:?}"),
        }
        assert_eq!(read(&path), SCENE);
    }
}

#[test]
fn what_was_wrong_before_does_not_keep_a_rule_from_being_saved() {
    let (folder, path) = scene_folder();
    let more = folder.path().join("more.toml");
    std::fs::write(&more, MORE.replace("active_power", "gone")).expect("written");
    let new = "gearbox_oil_temperature > 85";
    save_rules(
        &request(&path, |wanted| set_when(wanted, 0, new)),
        &permit(),
    )
    .expect("saved");
    assert!(read(&path).contains(new));
}

#[test]
fn an_included_file_keeps_its_line_ends() {
    let (folder, path) = scene_folder();
    let more = folder.path().join("more.toml");
    let mut request = request(&more, |wanted| set_when(wanted, 0, "active_power > 1950"));
    request.scene = path;
    save_rules(&request, &permit()).expect("saved");
    assert_eq!(read(&more), MORE.replace("1900", "1950"));
}

/// Pieces of TOML with all that can stand about a value.
fn table() -> impl Strategy<Value = String> {
    let comment = prop_oneof![Just(""), Just(" # why"), Just("\t#ü"), Just("   ")];
    let gap = prop_oneof![
        Just(""),
        Just("\n"),
        Just("# above\n"),
        Just("\n# a\n\n  # b\n")
    ];
    let indent = prop_oneof![Just(""), Just("  "), Just("\t")];
    let form = prop_oneof![
        Just("when = 'a > 1'"),
        Just("when   =\"a > 1\""),
        Just("\"when\" = \"\"\"a > 1\"\"\""),
    ];
    let alarm = prop_oneof![
        Just(""),
        Just("alarm = { priority = 'low' , response=\"x\" }\n"),
        Just("alarm.priority = 'low'\n"),
        Just("\n  [rules.alarm] # loud\n  priority = 'low'\n"),
    ];
    (gap, indent, form, comment, alarm).prop_map(|(gap, indent, form, comment, alarm)| {
        format!("{gap}{indent}[[ rules ]]{comment}\n{indent}name = 'n'{comment}\n{indent}{form}{comment}\nopacity = 0.50\n{alarm}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn editing_one_key_keeps_every_other_byte(
        tables in proptest::collection::vec(table(), 1..5),
        at in 0_usize..5,
        has_returns in any::<bool>(),
        has_mark in any::<bool>(),
        has_end in any::<bool>(),
    ) {
        let at = at % tables.len();
        // No other value has this text: what is replaced can be found.
        let mark = |text: &str, value: &str| text.replacen("a > 1", value, 1);
        let join = |value: &str| {
            let tables = tables.iter().enumerate();
            let mut text: String = tables
                .map(|(i, t)| mark(t, if i == at { value } else { "b > 2" }))
                .collect();
            if !has_end {
                text.truncate(text.trim_end().len());
            }
            if has_returns {
                text = text.replace('\n', "\r\n");
            }
            if has_mark {
                text.insert(0, '\u{feff}');
            }
            text
        };
        let before = join("a > 1");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.toml");
        std::fs::write(&path, &before).expect("written");
        let file = RuleFile::open(&path).expect("it is TOML");
        let mut wanted = all(&file);
        prop_assert_eq!(file.with(&wanted).text(), &*before);
        set_when(&mut wanted, at, "c > 3");
        let after = file.with(&wanted).text();
        // The quotes may be others; all else is as it was.
        let plain = |text: &str| text.replace(['"', '\''], "");
        prop_assert_eq!(plain(&after), plain(&join("c > 3")));
        set_when(&mut wanted, at, "a > 1");
        prop_assert_eq!(file.with(&wanted).text(), before);
    }

    #[test]
    fn any_order_keeps_every_rule_whole(
        tables in proptest::collection::vec(table(), 2..6),
        seed in any::<u64>(),
    ) {
        let named = tables.iter().enumerate();
        let text: String = named.map(|(i, t)| t.replacen("'n'", &format!("'n{i}'"), 1)).collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.toml");
        std::fs::write(&path, &text).expect("written");
        let file = RuleFile::open(&path).expect("it is TOML");
        let mut wanted = all(&file);
        let by = usize::try_from(seed % wanted.len() as u64).unwrap_or(0);
        wanted.rotate_left(by);
        let last = wanted.len() - 1;
        wanted.swap(0, last);
        std::fs::write(&path, file.with(&wanted).text()).expect("written");
        let again = RuleFile::open(&path).expect("it still is TOML");
        let rules: Vec<&RuleText> = wanted.iter().map(|w| &*w.rule).collect();
        prop_assert_eq!(again.rules().iter().map(|r| &**r).collect::<Vec<_>>(), rules);
        let count = |text: &str, what: &str| text.matches(what).count();
        let moved = read(&path);
        for comment in ["# why", "#ü", "# above", "# a\n", "# b\n", "# loud"] {
            prop_assert_eq!(count(&moved, comment), count(&text, comment), "{}", comment);
        }
    }
}

#[test]
fn what_the_editor_does_not_show_of_an_alarm_survives_an_edit_of_what_it_shows() {
    let kept = "latching = true # trips\nescalate = { after = \"10min\", to = \"critical\" }\nre_alarm = \"8h\"\nlongest_shelf = \"2h\"\nsuppress_when = \"active_power < 1\"\nsuppressed_by = [\"No communication\"]\ncause = \"Cooler\"\n";
    let (_folder, path) = scene_folder();
    let with = SCENE.replacen("[rules.alarm]\n", &format!("[rules.alarm]\n{kept}"), 1);
    assert_ne!(with, SCENE);
    std::fs::write(&path, &with).expect("written");
    let request = request(&path, |wanted| {
        let rule = Arc::make_mut(&mut wanted[0].rule);
        rule.alarm.as_mut().expect("an alarm").response = "Stop".to_owned();
    });
    save_rules(&request, &permit()).expect("saved");
    let text = read(&path);
    assert!(text.contains(kept), "{text}");
    assert!(text.contains("response = \"Stop\""), "{text}");
}
