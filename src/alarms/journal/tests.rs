//! The file: written, read back, cut off, tampered with, full.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rusqlite::Connection;

use super::batch::{After, Batch};
use super::fault::FaultKind;
use super::writer::{Writer, set_aside, with};
use super::{FlawKind, Note, Query, open_to_read, verify};
use crate::access::Role;
use crate::alarms::{
    Actor, Alarm, AlarmChange, AlarmEvent, AlarmId, AlarmSource, LaidAside, Shelf,
};
use crate::fleet::TurbineRow;
use crate::scene::Priority;

fn by(user: &str) -> Actor {
    Actor {
        user: user.into(),
        station: "desk 1".into(),
        role: Role::Operator,
    }
}

fn note(text: &str, at_ms: i64) -> Note {
    Note {
        change: "edited".into(),
        object: "farm.toml".into(),
        name: "".into(),
        by: Some(by("anna")),
        comment: Some(text.into()),
        at_ms,
    }
}

fn alarm(key: u64, turbine: &str, name: &str, priority: Priority, at_ms: i64) -> Alarm {
    let id = AlarmId {
        object: turbine.into(),
        name: name.into(),
    };
    let mut alarm = Alarm::raised(AlarmSource::Rule(0), id, TurbineRow(0), priority, at_ms);
    alarm.key.0 = key;
    alarm.value_at_raise = "83.2 > 80 °C".to_owned();
    alarm
}

fn raised(alarm: &Alarm) -> AlarmEvent {
    let mut event = AlarmEvent::of(AlarmChange::Raised, alarm, alarm.raised_ms);
    event.value.clone_from(&alarm.value_at_raise);
    event
}

fn batch(events: Vec<AlarmEvent>, standing: Vec<Alarm>) -> Batch {
    Batch {
        events,
        after: After {
            standing,
            ..After::default()
        },
        ..Batch::default()
    }
}

fn write(writer: &mut Writer, batch: &Batch) {
    writer.take(batch);
    writer.commit().unwrap();
}

fn new(folder: &Path) -> (PathBuf, Writer) {
    let file = folder.join("desk.db");
    let writer = Writer::open(&file).unwrap();
    (file, writer)
}

/// A journal in which one alarm stands, one is over, and one is shelved.
fn filled(folder: &Path) -> PathBuf {
    let (file, mut writer) = new(folder);
    let first = alarm(1, "T01", "Oil hot", Priority::High, 1_000);
    let second = alarm(2, "T02", "Öl 100% heiß", Priority::Low, 2_000);
    write(
        &mut writer,
        &batch(vec![raised(&first)], vec![first.clone()]),
    );
    write(
        &mut writer,
        &batch(vec![raised(&second)], vec![second.clone()]),
    );
    let mut cleared = second;
    cleared.cleared_ms = Some(3_000);
    let event = AlarmEvent::of(AlarmChange::Cleared, &cleared, 3_000);
    write(&mut writer, &batch(vec![event], vec![cleared.clone()]));
    cleared.acknowledged = Some((4_000, by("anna")));
    let event = AlarmEvent::of(AlarmChange::Acknowledged, &cleared, 4_000).by(&by("anna"));
    write(&mut writer, &batch(vec![event], vec![]));
    let shelf = Shelf {
        until_ms: 9_000,
        is_one_shot: false,
        reason: "crew on site_1".into(),
        since_ms: 5_000,
        by: by("bert"),
    };
    let id = AlarmId {
        object: "T03".into(),
        name: "Oil hot".into(),
    };
    let change = AlarmChange::Shelved(shelf.clone().into());
    let event = AlarmEvent::new(change, id.clone(), None, 5_000).by(&by("bert"));
    let mut shelved = batch(vec![event], vec![]);
    let laid = LaidAside {
        shelf: Some(shelf.into()),
        ..LaidAside::default()
    };
    shelved.after.laid_aside = vec![(id, laid)];
    write(&mut writer, &shelved);
    writer.take_note(&note("limit 80 to 85", 6_000));
    writer.commit().unwrap();
    writer.close();
    file
}

fn flaw(file: &Path) -> Option<(u64, FlawKind)> {
    let verified = verify(&open_to_read(file).unwrap()).unwrap();
    verified.flaw.map(|flaw| (flaw.seq, flaw.kind))
}

/// Does what the triggers refuse.
fn tamper(file: &Path, sql: &str) {
    let connection = Connection::open(file).unwrap();
    connection
        .execute_batch(&format!(
            "DROP TRIGGER records_are_not_changed; DROP TRIGGER records_are_not_removed; {sql}"
        ))
        .unwrap();
}

#[test]
fn what_was_written_verifies_and_stands_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = filled(folder.path());
    let verified = verify(&open_to_read(&file).unwrap()).unwrap();
    assert_eq!((verified.records, verified.flaw), (6, None));
    let writer = Writer::open(&file).unwrap();
    assert_eq!(writer.last_key(), 2);
    let stood = super::open::Stood::of(writer.states());
    let keys: Vec<u64> = stood.standing.iter().map(|a| a.key.0).collect();
    assert_eq!((keys, stood.lost), (vec![1], 0), "the second is over");
    assert_eq!(stood.standing[0].value_at_raise, "83.2 > 80 °C");
    let (id, laid) = &stood.laid_aside[0];
    assert_eq!(&*id.object, "T03");
    let shelf = laid.shelf.as_ref().unwrap();
    assert_eq!((shelf.until_ms, &*shelf.reason), (9_000, "crew on site_1"));
}

#[test]
fn records_are_found_by_time_turbine_priority_change_and_text() {
    let folder = tempfile::tempdir().unwrap();
    let reader = open_to_read(&filled(folder.path())).unwrap();
    let seqs = |query: Query| -> Vec<u64> {
        let records = reader.records(&query).unwrap();
        records.into_iter().map(|record| record.seq).collect()
    };
    let text = |text: &str| {
        seqs(Query {
            text: text.to_owned(),
            ..Query::default()
        })
    };
    assert_eq!(seqs(Query::default()), [6, 5, 4, 3, 2, 1]);
    let some = Query {
        from_ms: Some(2_000),
        until_ms: Some(5_000),
        ..Query::default()
    };
    assert_eq!(seqs(some), [4, 3, 2]);
    let some = Query {
        object: Some("T02".into()),
        before_seq: Some(4),
        limit: Some(1),
        ..Query::default()
    };
    assert_eq!(seqs(some), [3]);
    let some = Query {
        priorities: vec![Priority::High, Priority::Critical],
        ..Query::default()
    };
    assert_eq!(seqs(some), [1]);
    let some = Query {
        changes: vec!["raised".into(), "shelved".into()],
        name: Some("Oil hot".into()),
        ..Query::default()
    };
    assert_eq!(seqs(some), [5, 1]);
    assert_eq!(text("OIL t01"), [1], "every word, in any case");
    assert_eq!(text("ÖL"), [4, 3, 2], "also where a letter is not ASCII");
    assert_eq!(text("100%"), [4, 3, 2], "a sign of a pattern is itself");
    assert_eq!(text("site_1"), [5]);
    assert_eq!(text("site%1"), [] as [u64; 0]);
    assert_eq!(text("85 anna"), [6], "the comment and the user");
    let some = Query {
        text: "ö".to_owned(),
        limit: Some(2),
        ..Query::default()
    };
    assert_eq!(seqs(some), [4, 3]);
}

#[test]
fn after_a_gap_the_states_are_those_that_stand_whatever_was_missed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mut writer) = new(folder.path());
    let over = alarm(1, "T01", "Oil hot", Priority::High, 1_000);
    write(&mut writer, &batch(vec![raised(&over)], vec![over.clone()]));
    let missed = alarm(2, "T02", "Oil hot", Priority::High, 2_000);
    let told = alarm(3, "T03", "Oil hot", Priority::High, 3_000);
    let mut resumed = batch(vec![raised(&told)], vec![missed, told]);
    resumed.after.is_all = true;
    resumed.notes = vec![note("2 records are missing", 3_000)];
    write(&mut writer, &resumed);
    let keys: Vec<u64> = writer.states().standing.keys().copied().collect();
    assert_eq!(keys, [2, 3]);
    writer.close();
    assert_eq!(flaw(&file), None);
}

#[test]
fn a_record_is_neither_changed_nor_removed_by_chance() {
    let folder = tempfile::tempdir().unwrap();
    let file = filled(folder.path());
    let connection = Connection::open(&file).unwrap();
    for sql in [
        "UPDATE records SET user = 'bert' WHERE seq = 4",
        "DELETE FROM records WHERE seq = 4",
    ] {
        let refused = connection.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.contains("never"), "{refused}");
    }
}

#[test]
fn every_change_of_a_record_shows() {
    let changes = [
        "at_ms = at_ms + 1",
        "change = 'reset'",
        "object = 'T01'",
        "name = 'x'",
        "key = 9",
        "key = NULL",
        "priority = 'high'",
        "value = 'x'",
        "user = 'bert'",
        "station = 'desk 2'",
        "role = 'engineer'",
        "comment = 'x'",
        "until_ms = 1",
        "states = NULL",
    ];
    for change in changes {
        let folder = tempfile::tempdir().unwrap();
        let file = filled(folder.path());
        tamper(&file, &format!("UPDATE records SET {change} WHERE seq = 4"));
        assert_eq!(flaw(&file), Some((4, FlawKind::Changed)), "{change}");
    }
    for change in ["priority = 'urgent'", "role = NULL", "hash = x'00'"] {
        let folder = tempfile::tempdir().unwrap();
        let file = filled(folder.path());
        tamper(&file, &format!("UPDATE records SET {change} WHERE seq = 4"));
        let (seq, kind) = flaw(&file).unwrap();
        assert!(matches!(kind, FlawKind::Unreadable(_)), "{change}: {kind}");
        assert_eq!(seq, 4);
    }
}

#[test]
fn removed_moved_and_cut_off_records_show() {
    let cases = [
        (
            "DELETE FROM records WHERE seq IN (2, 3)",
            (4, FlawKind::Removed(2)),
        ),
        (
            "DELETE FROM records WHERE seq = 1",
            (2, FlawKind::Removed(1)),
        ),
        (
            "UPDATE records SET seq = -1 WHERE seq = 2; UPDATE records SET seq = 2 WHERE seq = 3; \
             UPDATE records SET seq = 3 WHERE seq = -1",
            (2, FlawKind::Moved(3)),
        ),
    ];
    for (sql, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = filled(folder.path());
        tamper(&file, sql);
        assert_eq!(flaw(&file), Some(expected), "{sql}");
    }
    for sql in [
        "DELETE FROM records WHERE seq > 4",
        "DELETE FROM standing",
        "UPDATE laid_aside SET state = '{}'",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = filled(folder.path());
        tamper(&file, sql);
        let (_, kind) = flaw(&file).unwrap();
        assert!(matches!(kind, FlawKind::States(_)), "{sql}: {kind}");
    }
}

#[test]
fn a_full_disk_loses_nothing_that_is_written_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mut writer) = new(folder.path());
    writer.take_note(&note("before", 0));
    writer.commit().unwrap();
    let pages = |writer: &Writer, pages: u32| {
        let set = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        let connection = writer.connection();
        let answer = connection.pragma_update_and_check(None, "max_page_count", pages, set);
        answer.unwrap();
    };
    pages(&writer, 1);
    for n in 0..500 {
        writer.take_note(&note(&"x".repeat(200), n));
    }
    let error = writer.commit().unwrap_err();
    let fault = super::fault::Fault::of(&error);
    assert_eq!(fault.kind, FaultKind::Passing);
    assert!(fault.what.contains("full"), "{}", fault.what);
    writer.take_note(&note("while it was full", 500));
    writer.commit().unwrap_err();
    pages(&writer, 1_000_000);
    writer.commit().unwrap();
    writer.close();
    let verified = verify(&open_to_read(&file).unwrap()).unwrap();
    assert_eq!((verified.records, verified.flaw), (502, None));
}

#[test]
fn what_a_power_cut_left_of_the_log_is_a_beginning_of_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mut writer) = new(folder.path());
    for n in 1..=40_u64 {
        let alarm = alarm(n, "T01", "Oil hot", Priority::High, 1_000);
        let standing = vec![alarm.clone()];
        write(&mut writer, &batch(vec![raised(&alarm)], standing));
    }
    let log = std::fs::read(with(&file, "-wal")).unwrap();
    let main = std::fs::read(&file).unwrap();
    drop(writer);
    let mut counts = Vec::new();
    // Cut within a frame, at its border and just behind it; and half overwritten.
    for part in 0..60 {
        let length = log.len() * part / 60 + part % 3;
        let folder = tempfile::tempdir().unwrap();
        let cut = folder.path().join("cut.db");
        std::fs::write(&cut, &main).unwrap();
        let mut left = log[..length.min(log.len())].to_vec();
        if part % 2 == 1 && left.len() > 200 {
            let at = left.len() - 100;
            left[at..].fill(0xa5);
        }
        std::fs::write(with(&cut, "-wal"), &left).unwrap();
        let Ok(writer) = Writer::open(&cut) else {
            panic!("cut at {length}");
        };
        drop(writer);
        let verified = verify(&open_to_read(&cut).unwrap()).unwrap();
        assert_eq!(verified.flaw, None, "cut at {length}");
        counts.push(verified.records);
    }
    assert!(
        counts.windows(2).all(|pair| pair[0] <= pair[1] + 2),
        "{counts:?}"
    );
    assert!(counts.last().unwrap() > &35, "{counts:?}");
}

#[test]
fn a_damaged_file_is_told_from_a_foreign_and_a_newer_one() {
    let folder = tempfile::tempdir().unwrap();
    let kind = |file: &Path| Writer::open(file).unwrap_err().kind;
    let garbage = folder.path().join("garbage.db");
    std::fs::write(
        &garbage,
        "SQLite format 3\0and then something else".repeat(100),
    )
    .unwrap();
    assert_eq!(kind(&garbage), FaultKind::Damaged);
    let aside = set_aside(&garbage, 0).unwrap();
    assert!(
        aside
            .to_str()
            .unwrap()
            .ends_with(".corrupt-19700101T000000000Z")
    );
    assert!(Writer::open(&garbage).is_ok() && aside.exists());

    let file = filled(folder.path());
    let connection = Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    drop(connection);
    let before = std::fs::read(&file).unwrap();
    assert_eq!(kind(&file), FaultKind::Unfit);
    let error = open_to_read(&file).unwrap_err().to_string();
    assert!(error.contains("later Windvane"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before, "left as it is");

    let foreign = folder.path().join("foreign.db");
    let connection = Connection::open(&foreign).unwrap();
    connection.execute_batch("CREATE TABLE x (y)").unwrap();
    assert_eq!(kind(&foreign), FaultKind::Unfit);
}

/// Prints what it measures: `cargo test --release -- --ignored --nocapture a_million`.
#[test]
#[ignore = "takes a minute; prints numbers"]
fn a_million_records_are_searched_in_less_than_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let (file, mut writer) = new(folder.path());
    let count = 1_000_000_u64;
    let names = [
        "Gearbox oil hot",
        "Generator bearing hot",
        "Pitch battery low",
        "Yaw error",
    ];
    let begun = Instant::now();
    let mut events = Vec::new();
    let mut standing = Vec::new();
    for n in 0..count / 2 {
        let turbine = format!("T{:04}", n * 7_919 % 5_000);
        let priority = Priority::ALL[[3, 3, 3, 2, 3, 2, 3, 1, 3, 2, 0][(n % 11) as usize]];
        let name = names[(n % 4) as usize];
        let mut alarm = alarm(n + 1, &turbine, name, priority, n as i64 * 60_000);
        alarm.value_at_raise = format!("{}.{} > 80 °C", 80 + n % 20, n % 10);
        events.push(raised(&alarm));
        alarm.acknowledged = Some((alarm.raised_ms + 9_000, by("anna")));
        alarm.cleared_ms = Some(alarm.raised_ms + 30_000);
        let mut event = AlarmEvent::of(AlarmChange::Acknowledged, &alarm, alarm.raised_ms + 9_000);
        event.comment = (n % 50 == 0).then(|| "seen, crew called".into());
        events.push(event.by(&by("anna")));
        standing.push(alarm);
        if events.len() == 1_000 {
            standing.clear();
            write(&mut writer, &batch(std::mem::take(&mut events), vec![]));
        }
    }
    let took = begun.elapsed();
    writer.close();
    let bytes = std::fs::metadata(&file).unwrap().len();
    println!(
        "{count} records in {took:?}: {:.1} µs each, {} bytes each",
        took.as_secs_f64() * 1e6 / count as f64,
        bytes / count
    );
    let reader = open_to_read(&file).unwrap();
    let text = |text: &str| Query {
        text: text.to_owned(),
        ..Query::default()
    };
    let middle = 250_000 * 60_000;
    let queries = [
        ("newest", Query::default()),
        (
            "a day of long ago",
            Query {
                from_ms: Some(middle),
                until_ms: Some(middle + 86_400_000),
                ..Query::default()
            },
        ),
        (
            "all since half of it",
            Query {
                from_ms: Some(middle),
                ..Query::default()
            },
        ),
        (
            "all before half of it",
            Query {
                until_ms: Some(middle),
                ..Query::default()
            },
        ),
        (
            "a turbine",
            Query {
                object: Some("T0042".into()),
                ..Query::default()
            },
        ),
        (
            "an alarm",
            Query {
                object: Some("T0042".into()),
                name: Some("Yaw error".into()),
                ..Query::default()
            },
        ),
        (
            "critical",
            Query {
                priorities: vec![Priority::Critical],
                ..Query::default()
            },
        ),
        ("text of many", text("gearbox anna")),
        ("text of none", text("nothing has this")),
        ("text of none, not ASCII", text("Überhitzung")),
        (
            "critical, comment, old",
            Query {
                until_ms: Some(middle),
                priorities: vec![Priority::Critical],
                ..text("crew")
            },
        ),
    ];
    for (name, query) in queries {
        let begun = Instant::now();
        let found = reader
            .records(&Query {
                limit: Some(200),
                ..query
            })
            .unwrap()
            .len();
        println!("{name}: {found} records in {:?}", begun.elapsed());
    }
    let begun = Instant::now();
    let verified = verify(&reader).unwrap();
    println!("verify: {:?}", begun.elapsed());
    assert_eq!((verified.records, verified.flaw), (count, None));
}
