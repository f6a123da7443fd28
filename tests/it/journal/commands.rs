//! What a shell asks the journal.

use std::path::Path;
use std::process::{Command, Output};

use rusqlite::Connection;

use super::rig::Desk;

fn windvane(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_windvane"));
    command.args(arguments).current_dir(folder);
    command.env("XDG_DATA_HOME", folder.join("data"));
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A folder with a scene and a journal of it, `desk.db`.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_file(folder.path());
    desk.oil(1, 83.2);
    desk.oil(0, 97.0);
    desk.acknowledge_all();
    desk.comment("T02", "=1+1");
    folder
}

#[test]
fn history_prints_what_is_asked_for_the_newest_last() {
    let folder = desk();
    let history = |arguments: &[&str]| {
        let all = ["alarms", "history", "scene.toml", "--journal", "desk.db"];
        windvane(folder.path(), &[&all[..], arguments].concat())
    };
    let json = text(&history(&["--json", "--turbine", "T02"]));
    let lines: Vec<serde_json::Value> = json
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let changes: Vec<_> = lines
        .iter()
        .map(|line| line["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["raised", "acknowledged", "commented"]);
    assert_eq!(lines[0]["value"], "83.2 > 80 °C");
    assert_eq!(lines[1]["user"], "anna");

    let table = text(&history(&["--priority", "critical"]));
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(
        table.contains("1 critical") && table.contains("T01 Oil very hot"),
        "{table}"
    );
    let csv = text(&history(&["--csv", "--text", "=1+1"]));
    assert!(csv.contains("'=1+1"), "{csv}");
    assert_eq!(text(&history(&["--from", "-1s", "--until", "-1h"])), "");
    assert_eq!(history(&["--from", "soon"]).status.code(), Some(2));
}

#[test]
fn verify_names_the_first_bad_record_and_finds_what_was_noted() {
    let folder = desk();
    let verify = |arguments: &[&str]| {
        windvane(
            folder.path(),
            &[&["journal", "verify", "desk.db"], arguments].concat(),
        )
    };
    let good = verify(&[]);
    assert_eq!(good.status.code(), Some(0));
    let said = text(&good);
    assert!(said.contains("as they were written"), "{said}");
    let last = said
        .lines()
        .find_map(|line| line.strip_prefix("last: "))
        .unwrap();
    let noted = last.split(' ').next().unwrap().to_owned();
    assert_eq!(verify(&["--noted", &noted]).status.code(), Some(0));
    let other = format!("{}:{}", noted.split(':').next().unwrap(), "0".repeat(64));
    assert_eq!(verify(&["--noted", &other]).status.code(), Some(1));

    let connection = Connection::open(folder.path().join("desk.db")).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER records_are_not_changed;
             UPDATE records SET user = 'bert' WHERE change = 'acknowledged';",
        )
        .unwrap();
    drop(connection);
    let bad = verify(&[]);
    assert_eq!(bad.status.code(), Some(1));
    let said = text(&bad);
    assert!(said.contains("does not go with its hash"), "{said}");
    let json: serde_json::Value = serde_json::from_str(&text(&verify(&["--json"]))).unwrap();
    assert_eq!(json["is_good"], false);
    assert!(
        said.contains(&format!("record {} (", json["flaw"]["seq"])),
        "{said}"
    );
}

#[test]
fn export_and_print_write_files() {
    let folder = desk();
    let journal = ["scene.toml", "--journal", "desk.db"];
    let export = windvane(
        folder.path(),
        &[&["journal", "export"], &journal[..], &["--csv", "all.csv"]].concat(),
    );
    assert_eq!(export.status.code(), Some(0), "{export:?}");
    let csv = std::fs::read_to_string(folder.path().join("all.csv")).unwrap();
    assert!(csv.starts_with("\u{feff}seq,time_utc,time_local,"), "{csv}");
    assert!(csv.contains(",Oil very hot,"), "{csv}");
    let print = windvane(
        folder.path(),
        &[
            &["journal", "print"],
            &journal[..],
            &["--html", "page.html"],
        ]
        .concat(),
    );
    assert_eq!(print.status.code(), Some(0), "{print:?}");
    let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.contains("<h1>Alarm journal of Test</h1>") && page.contains("■ 1 critical"));
}

#[test]
fn a_scene_without_a_journal_is_told_of() {
    let folder = desk();
    let output = windvane(folder.path(), &["journal", "verify", "scene.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("has no journal of the station"), "{told}");
}
