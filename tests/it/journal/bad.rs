//! Journals that cannot be used: no alarm is lost or silenced by any of them.

use std::path::Path;

use rusqlite::Connection;
use windvane::alarms::journal::{JournalStore, open_to_read, verify};

use super::rig::Desk;
use crate::support::wait_for;

const TROUBLE: &str = "Journal not written";

/// The names of the alarms that are shown.
fn shown(desk: &Desk) -> Vec<String> {
    let standing = desk.alarms().standing().iter();
    standing.map(|alarm| alarm.name.to_string()).collect()
}

fn goes_on(desk: &mut Desk) {
    desk.oil(1, 90.0);
    desk.pass(1);
    assert!(
        shown(desk).contains(&"Oil hot".to_owned()),
        "{:?}",
        shown(desk)
    );
}

fn troubled(desk: &mut Desk, words: &str) {
    wait_for(words, || {
        desk.pass(1);
        let is_shown = shown(desk).contains(&TROUBLE.to_owned());
        let trouble = desk.handle().trouble();
        (is_shown && trouble.is_some_and(|trouble| trouble.contains(words))).then_some(())
    });
}

fn files(folder: &Path, part: &str) -> Vec<String> {
    let entries = folder.read_dir().unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(part)).collect()
}

#[test]
fn a_damaged_journal_is_kept_aside_and_a_new_one_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("desk.db");
    let garbage = "SQLite format 3\0and then something else".repeat(200);
    std::fs::write(&file, &garbage).unwrap();
    let mut desk = Desk::with_file(folder.path());
    goes_on(&mut desk);
    let kept = files(folder.path(), ".corrupt-");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(
        std::fs::read_to_string(folder.path().join(&kept[0])).unwrap(),
        garbage
    );
    assert!(desk.notices()[0].contains(&kept[0]), "{:?}", desk.notices());
    let begun = &desk.records()[0];
    assert_eq!(&*begun.change, "journal_begun");
    assert!(
        begun.comment.as_ref().unwrap().contains(&kept[0]),
        "{begun:?}"
    );
    assert_eq!(&*desk.records().last().unwrap().change, "raised");
}

#[test]
fn a_journal_of_a_later_version_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    drop(Desk::with_file(folder.path()));
    let file = folder.path().join("desk.db");
    let connection = Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 77).unwrap();
    drop(connection);
    let before = std::fs::read(&file).unwrap();
    let mut desk = Desk::with_file(folder.path());
    goes_on(&mut desk);
    troubled(&mut desk, "later Windvane");
    drop(desk);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert!(files(folder.path(), ".corrupt-").is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_leaves_the_alarms_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be stops even root.
    std::fs::write(folder.path().join("journals"), "").unwrap();
    let store = JournalStore::File(folder.path().join("journals/desk.db"));
    let mut desk = Desk::with_store(folder.path(), store);
    goes_on(&mut desk);
    troubled(&mut desk, "journals/desk.db");
    let key = desk.stands()[0].key;
    assert!(
        key > 1_000_000,
        "a key that an unread journal gave is not given again: {key}"
    );
    // What happened meanwhile is written once it can be.
    std::fs::remove_file(folder.path().join("journals")).unwrap();
    wait_for("the journal", || {
        desk.pass(1);
        desk.handle().trouble().is_none().then_some(())
    });
    desk.pass(2);
    let changes: Vec<_> = desk
        .records()
        .into_iter()
        .map(|r| (r.change, r.name))
        .collect();
    let has =
        |change: &str, name: &str| changes.iter().any(|(c, n)| **c == *change && **n == *name);
    assert!(
        has("raised", "Oil hot") && has("raised", TROUBLE),
        "{changes:?}"
    );
    assert!(
        has("cleared", TROUBLE) && has("journal_resumed", ""),
        "{changes:?}"
    );
    let stands = desk.stands();
    drop(desk);
    let file = folder.path().join("journals/desk.db");
    assert_eq!(verify(&open_to_read(&file).unwrap()).unwrap().flaw, None);
    let desk = Desk::with_store(folder.path(), JournalStore::File(file));
    let of_farm = |all: Vec<super::rig::Stands>| -> Vec<super::rig::Stands> {
        all.into_iter()
            .filter(|a| &*a.alarm.name != TROUBLE)
            .collect()
    };
    assert_eq!(of_farm(desk.stands()), of_farm(stands));
}

#[test]
fn a_journal_that_another_program_holds_is_written_when_that_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_file(folder.path());
    let other = Connection::open(&desk.file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    desk.oil(0, 90.0);
    troubled(&mut desk, "another program holds it");
    goes_on(&mut desk);
    other.execute_batch("ROLLBACK").unwrap();
    wait_for("the journal", || {
        desk.pass(1);
        let is_written = desk.handle().trouble().is_none() && desk.handle().waiting() == 0;
        is_written.then_some(())
    });
    let raised = desk
        .records()
        .into_iter()
        .filter(|r| &*r.change == "raised" && &*r.name == "Oil hot");
    assert_eq!(raised.count(), 2);
    assert_eq!(
        verify(&open_to_read(&desk.file).unwrap()).unwrap().flaw,
        None
    );
}

#[test]
fn the_second_program_of_a_desk_is_a_station_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = JournalStore::Folder(folder.path().join("journals"));
    let first = Desk::with_store(folder.path(), store.clone());
    let mut second = Desk::with_store(folder.path(), store.clone());
    assert_eq!(
        (&*first.station(), &*second.station()),
        ("desk 1", "desk 1-2")
    );
    assert!(
        second.notices()[0].contains("desk 1-2"),
        "{:?}",
        second.notices()
    );
    assert_ne!(first.handle().file(), second.handle().file());
    goes_on(&mut second);
    drop(first);
    let third = Desk::with_store(folder.path(), store);
    assert_eq!(&*third.station(), "desk 1");
}

#[test]
fn a_file_that_another_windvane_writes_is_not_written_by_two() {
    let folder = tempfile::tempdir().unwrap();
    let first = Desk::with_file(folder.path());
    let mut second = Desk::with_file(folder.path());
    goes_on(&mut second);
    troubled(&mut second, "another Windvane writes it");
    drop(first);
    wait_for("the journal", || {
        second.pass(1);
        second.handle().trouble().is_none().then_some(())
    });
    second.pass(2);
    assert_eq!(
        verify(&open_to_read(&second.file).unwrap()).unwrap().flaw,
        None
    );
}
