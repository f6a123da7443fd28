//! Tables of codes and of silence as scene files give them, and what is wrong with some.

use std::path::Path;

use windvane::scene::{LoadOptions, Priority, Problem, Scene, load};

use super::FARM;

fn write(folder: &Path, files: &[(&str, &str)]) -> std::path::PathBuf {
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder.join("scene.toml")
}

/// The farm with other tables of codes.
fn farm(tables: &str) -> String {
    let before = FARM.split("[[alarm_codes]]").next().unwrap();
    format!("{before}{tables}")
}

fn scene(tables: &str, file: &str) -> std::sync::Arc<Scene> {
    let folder = tempfile::tempdir().unwrap();
    let farm = farm(tables);
    let path = write(folder.path(), &[("scene.toml", &farm), ("codes.csv", file)]);
    let loaded = load(&path, &LoadOptions::default());
    loaded.unwrap_or_else(|p| panic!("{p:?}")).scene
}

fn problems(tables: &str, file: &str) -> Vec<Problem> {
    let folder = tempfile::tempdir().unwrap();
    let farm = farm(tables);
    let path = write(folder.path(), &[("scene.toml", &farm), ("codes.csv", file)]);
    let Err(problems) = load(&path, &LoadOptions::default()) else {
        panic!("the scene is opened");
    };
    problems.list().to_vec()
}

const FROM_FILE: &str = "[[alarm_codes]]\nsignal = \"codes\"\nfile = \"codes.csv\"\n";

#[test]
fn codes_come_from_a_csv_file_with_its_own_columns() {
    let table = "[[alarm_codes]]\nsignal = \"codes\"\nfile = \"codes.csv\"\ndelimiter = \";\"\n\
                 columns = { code = \"Nr\", text = \"Meldung\", latching = \"Hand\" }\n\
                 priority = \"low\"\nunknown = \"ignore\"\n";
    let file = "Nr;Meldung;priority;Hand\n0417;\"Oil; low\";high;yes\n12;Light;;\n13;Info;none;\n";
    let scene = scene(table, file);
    let alarms = &scene.other_alarms;
    let codes: Vec<_> = alarms.codes.iter().map(|c| (&*c.code, &*c.text)).collect();
    assert_eq!(codes, [("417", "Oil; low"), ("12", "Light")]);
    assert_eq!(alarms.codes[0].alarm.priority, Priority::High);
    assert!(alarms.codes[0].alarm.is_latching);
    assert_eq!(alarms.codes[1].alarm.priority, Priority::Low);
    assert_eq!(alarms.tables[0].unknown, None);
    assert_eq!(alarms.tables[0].by_code["13"], None, "no alarm");
}

#[test]
fn every_bad_row_is_told_with_its_line_and_column() {
    let file = "code,text,priority,latching\n\
                1,Fine,high,\n\
                2,,high,\n\
                3,Odd,urgent,\n\
                4,Odder,low,perhaps\n\
                ,Nothing,low,\n\
                01,Again,low,\n";
    let problems = problems(FROM_FILE, file);
    let told: Vec<_> = problems
        .iter()
        .map(|p| (p.code, p.line, p.column))
        .collect();
    let expected = [
        ("bad-value", 3, 3),
        ("bad-row", 4, 7),
        ("bad-row", 5, 13),
        ("bad-value", 6, 1),
        ("duplicate-code", 7, 1),
    ];
    assert_eq!(told, expected, "{problems:#?}");
    let duplicate = problems.last().unwrap();
    assert!(duplicate.file.ends_with("codes.csv"));
    assert_eq!(duplicate.labels[0].line, 2, "both lines are named");
    assert!(problems[1].message.contains("urgent"));
}

#[test]
fn a_file_without_the_columns_is_told_where_it_is_named() {
    let problems = problems(FROM_FILE, "Code;Text\n1;Fine\n");
    assert_eq!(problems[0].code, "missing-column");
    assert!(problems[0].file.ends_with("scene.toml"));
    assert!(problems[0].help.as_ref().unwrap().contains("delimiter"));
}

#[test]
fn duplicates_between_the_scene_and_its_file_are_told_with_both_places() {
    let table = format!("{FROM_FILE}codes = [{{ code = 417, text = \"Oil low\" }}]\n");
    let problems = problems(&table, "code,text\n417,Level low\n");
    let [problem] = problems.as_slice() else {
        panic!("{problems:#?}");
    };
    assert_eq!(problem.code, "duplicate-code");
    assert!(problem.file.ends_with("codes.csv"));
    assert!(problem.labels[0].file.ends_with("scene.toml"));
}

#[test]
fn a_signal_that_cannot_carry_codes_is_told() {
    let code = "codes = [{ code = 1, text = \"One\" }]\n";
    let table = |signal: &str| format!("[[alarm_codes]]\nsignal = \"{signal}\"\n{code}");
    for (signal, word) in [
        ("cods", "there is no signal"),
        ("nothing", "there is no signal"),
    ] {
        let problems = problems(&table(signal), "");
        assert_eq!(problems[0].code, "code-signal");
        assert!(problems[0].message.contains(word), "{problems:?}");
    }
    let bits = format!("{}bits = true\n", table("codes"));
    assert_eq!(problems(&bits, "")[0].code, "code-signal");
    let twice = format!("{}{}", table("codes"), table("codes"));
    assert_eq!(problems(&twice, "")[0].code, "duplicate-code");
}

#[test]
fn alarms_that_say_the_same_are_told_apart_by_their_codes() {
    let table = "[[alarm_codes]]\nsignal = \"codes\"\ncodes = [\n\
                 { code = 1, text = \"Pump failed\" },\n\
                 { code = 2, text = \"Pump failed\" },\n\
                 { code = 3, text = \"No communication\" },\n]\n";
    let scene = scene(table, "");
    let names: Vec<_> = scene.other_alarms.codes.iter().map(|c| &*c.text).collect();
    let expected = [
        "Unknown alarm code",
        "Pump failed (1)",
        "Pump failed (2)",
        "No communication (3)",
    ];
    assert_eq!(names, expected);
}

#[test]
fn the_bits_of_a_number_are_codes() {
    let table = "[[alarm_codes]]\nsignal = \"power\"\nbits = true\ncodes = [\n\
                 { code = 0, text = \"Bit 0\" },\n{ code = 3, text = \"Bit 3\" },\n]\n";
    let scene = scene(table, "");
    let table = &scene.other_alarms.tables[0];
    assert_eq!(table.of_number(9.0).known.len(), 2);
    assert_eq!(table.of_number(4.0).unknown, ["2".into()]);
    let bad = "[[alarm_codes]]\nsignal = \"power\"\nbits = true\n\
               codes = [{ code = 64, text = \"Too far\" }]\n";
    assert_eq!(problems(bad, "")[0].code, "bad-value");
}

#[test]
fn every_scene_has_alarms_of_silence_unless_it_says_otherwise() {
    let usual = scene("", "");
    let communication = usual.other_alarms.communication.as_ref().unwrap();
    assert_eq!(communication.priority, Priority::Medium);
    let stale = usual.other_alarms.stale_data.as_ref().unwrap();
    assert_eq!(stale.suppressed_by, ["No communication".into()]);
    let off = scene("[alarms.stale_data]\nenabled = false\n", "");
    assert!(off.other_alarms.stale_data.is_none());
    assert!(off.other_alarms.communication.is_some());
    let zero = scene("[alarms.communication]\non_delay = \"0s\"\n", "");
    assert!(
        zero.other_alarms.communication.is_some(),
        "a delay of 0 does not switch off"
    );
}
