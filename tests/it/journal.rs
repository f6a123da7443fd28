//! The journal through the rooms and through the real program: kept, restored, searched, broken.

use windvane::alarms::journal::{Record, open_to_read, verify};

mod bad;
mod commands;
mod kills;
mod replay;
mod rig;

use rig::Desk;

fn names(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| &*record.change).collect()
}

#[test]
fn what_happens_is_in_the_journal_in_the_frame_in_which_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_file(folder.path());
    desk.oil(1, 83.2);
    desk.acknowledge_all();
    let records = desk.records();
    assert_eq!(
        names(&records),
        [
            "journal_begun",
            "started",
            "scene_opened",
            "raised",
            "acknowledged"
        ]
    );
    let raised = &records[3];
    assert_eq!((&*raised.object, &*raised.name), ("T02", "Oil hot"));
    assert_eq!(raised.value, "83.2 > 80 °C");
    let by = records[4].by.as_ref().unwrap();
    assert_eq!((&*by.user, &*by.station), ("anna", "desk 1"));
    assert_eq!(records[4].key, raised.key);
}

#[test]
fn a_restart_brings_back_what_stood_and_what_was_laid_aside() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_file(folder.path());
    desk.oil(0, 90.0);
    desk.oil(1, 83.2);
    desk.acknowledge_all();
    desk.oil(0, 70.0);
    desk.oil(0, 91.0);
    desk.shelve("T01", 3_600);
    desk.comment("T02", "crew called");
    let (before, laid) = (desk.stands(), desk.laid_aside());
    assert_eq!((before.len(), laid.len()), (2, 1));
    drop(desk);

    let mut desk = Desk::with_file(folder.path());
    assert_eq!((desk.stands(), desk.laid_aside()), (before.clone(), laid));
    desk.oil(0, 90.0);
    desk.oil(1, 90.0);
    desk.pass(1);
    let keys = |alarms: &[rig::Stands]| -> Vec<u64> { alarms.iter().map(|a| a.key).collect() };
    assert_eq!(
        keys(&desk.stands()),
        keys(&before),
        "they are raised no second time"
    );
    let verified = verify(&open_to_read(&desk.file).unwrap()).unwrap();
    assert_eq!(verified.flaw, None);
    let records = desk.records();
    let end = names(&records)
        .iter()
        .rposition(|name| *name == "stopped")
        .unwrap();
    assert_eq!(
        names(&records)[end..],
        ["stopped", "started", "scene_opened"]
    );
    for record in &records[end..] {
        let by = record.by.as_ref().unwrap();
        assert_eq!(
            (&*by.user, &*by.station),
            ("anna", "desk 1"),
            "{}",
            record.change
        );
    }
}

#[test]
fn a_question_is_answered_without_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_file(folder.path());
    desk.oil(1, 83.2);
    let handle = desk.handle();
    let query = windvane::alarms::journal::Query {
        changes: vec!["raised".into()],
        ..Default::default()
    };
    let mut asked = handle.ask(query);
    let answer = crate::support::wait_for("the answer", || asked.answer());
    assert_eq!(names(&answer.unwrap()), ["raised"]);
    assert!(asked.answer().is_none(), "it is given once");
    let mut nobody = windvane::alarms::journal::JournalHandle::default().ask(Default::default());
    assert!(nobody.answer().unwrap().is_err());
}

#[test]
fn what_people_do_beside_alarms_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::with_file(folder.path());
    desk.note("edited", "farm.toml");
    let records = desk.records();
    let last = records.last().unwrap();
    assert_eq!((&*last.change, &*last.object), ("edited", "farm.toml"));
}
