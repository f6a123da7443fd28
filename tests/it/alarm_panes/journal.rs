//! What an operator finds in the journal.

use egui_kittest::kittest::Queryable as _;
use windvane::action::Action;
use windvane::fleet::TurbineRow;
use windvane::panels::records::Job;

use super::memory::{MemoryJournal, line};
use super::*;

/// A journal in which the alarm was raised and cleared in turn, once a second.
fn busy(count: u64) -> Room {
    let journal = MemoryJournal::default();
    let change = |n: u64| {
        if n.is_multiple_of(2) {
            "raised"
        } else {
            "cleared"
        }
    };
    let at_ms = |n: u64| NOW_MS - (count - n) as i64 * 1_000;
    journal.write((0..count).map(|n| line(change(n), n / 2, at_ms(n))));
    Room {
        journal: Some(journal),
        is_journal: true,
        ..Room::new()
    }
}

fn rows(harness: &Harness<Room>) -> usize {
    harness
        .query_all_by_label_contains(": T01, Gearbox oil hot")
        .count()
}

#[test]
fn the_newest_line_is_first_and_only_those_in_sight_are_laid_out() {
    let harness = busy(5_000).open_at(1280.0, 300.0);
    assert!((5..40).contains(&rows(&harness)), "{}", rows(&harness));
    assert!(has(&harness, "200 records, more below"));
    assert!(has(&harness, "14:32:06"));
    assert!(!has(&harness, "14:31:06"));
}

#[test]
fn older_lines_come_as_one_scrolls() {
    let mut harness = busy(1_000).open_at(1280.0, 300.0);
    harness.hover_at(egui::pos2(600.0, 200.0));
    for _ in 0..12 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -2_000.0),
            phase: egui::TouchPhase::Move,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run_steps(6);
    }
    assert!(has(&harness, "1,000 records"), "all of them");
    assert!(!has(&harness, "more below"));
    let asked = harness
        .state()
        .journal
        .as_ref()
        .expect("a journal")
        .asked
        .lock()
        .unwrap()
        .len();
    assert!((5..=7).contains(&asked), "{asked} questions, a page each");
}

#[test]
fn new_lines_come_by_themselves_and_do_not_move_what_is_read() {
    let mut harness = busy(400).open_at(1280.0, 300.0);
    harness.hover_at(egui::pos2(600.0, 200.0));
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, -480.0),
        phase: egui::TouchPhase::Move,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run_steps(30);
    let place = |harness: &Harness<Room>| {
        let line = harness
            .query_all_by_label_contains("14:31:4")
            .next()
            .expect("in sight");
        line.rect().top()
    };
    let before = place(&harness);
    let journal = harness.state().journal.as_ref().expect("a journal");
    journal.write((0..3).map(|n| line("raised", 900 + n, NOW_MS)));
    harness.run_steps(6);
    assert!(has(&harness, "Show 3 new records"));
    assert!((place(&harness) - before).abs() < 1.0);
    harness.get_by_label("Show 3 new records").click();
    harness.run_steps(6);
    assert!(has(&harness, "14:32:07"));
    assert!(!has(&harness, "Show 3 new records"));
}

#[test]
fn a_filter_asks_the_journal() {
    let mut harness = busy(20).open_at(1280.0, 400.0);
    harness.state_mut().lines.filter.kind = 2;
    harness.state_mut().now_ms += 1_000;
    harness.run_steps(2);
    harness.state_mut().now_ms += 1_000;
    harness.run_steps(4);
    assert!(has(&harness, "10 records"));
    assert!(!has(&harness, "Cleared: T01"));
    harness.get_by_label("Clear filter").click();
    harness.run_steps(2);
    harness.state_mut().now_ms += 1_000;
    harness.run_steps(4);
    assert!(has(&harness, "20 records"));
}

#[test]
fn a_click_on_a_line_leads_to_its_turbine_and_its_alarm() {
    let mut harness = busy(1).open_at(1280.0, 400.0);
    harness.get_by_label_contains("Raised: T01").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Select(Some(TurbineRow(0)))]);
    let (id, key) = harness.state_mut().lines.take_shown().expect("an alarm");
    assert_eq!((&*id.name, key), ("Gearbox oil hot", Some(AlarmKey(0))));
}

#[test]
fn a_time_that_cannot_be_read_is_said_and_the_lines_stay() {
    let mut harness = busy(3).open_at(1280.0, 400.0);
    harness.state_mut().lines.filter.range = windvane::panels::journal::filter::Range::Own;
    harness.state_mut().lines.filter.from = "yesterday".to_owned();
    harness.run_steps(2);
    harness.state_mut().now_ms += 1_000;
    harness.run_steps(3);
    assert!(has(
        &harness,
        "“yesterday” is no time: type 2026-11-23 06:00"
    ));
    assert_eq!(rows(&harness), 3);
}

#[test]
fn no_journal_an_empty_one_and_one_that_failed_are_said() {
    let none = Room {
        is_journal: true,
        ..Room::new()
    };
    assert!(has(&none.open_at(1280.0, 400.0), "No journal is kept."));
    let empty = busy(0).open_at(1280.0, 400.0);
    assert!(has(&empty, "Nothing was recorded in the last 24 h."));
    let failed = Room {
        is_journal: true,
        journal: Some(MemoryJournal::that_fails()),
        ..Room::new()
    };
    let mut failed = failed.open_at(1280.0, 400.0);
    assert!(
        has(&failed, "Reading the journal…"),
        "it may be being opened"
    );
    failed.state_mut().now_ms += 1_500;
    failed.run_steps(3);
    assert!(has(
        &failed,
        "The journal cannot be read: /data/desk.db: the disk is full"
    ));
}

#[test]
fn what_the_filter_passes_is_printed_and_what_came_of_it_is_said() {
    let mut harness = busy(20).open_at(1280.0, 400.0);
    harness.get_by_label("Verify").click();
    harness.run_steps(4);
    assert!(has(&harness, "20 records, none of them changed."));
    harness.state_mut().lines.filter.text = "gearbox".to_owned();
    harness.run_steps(2);
    harness.state_mut().now_ms += 1_000;
    harness.run_steps(4);
    harness.get_by_label("Print…").click();
    harness.run_steps(4);
    assert!(has(&harness, "The disk is full."));
    let journal = harness.state().journal.as_ref().expect("a journal");
    let jobs = journal.jobs.lock().unwrap();
    let [Job::Verify, Job::Print(lines)] = jobs.as_slice() else {
        panic!("{jobs:?}")
    };
    assert_eq!(
        (lines.query.text.as_str(), lines.query.limit),
        ("gearbox", None)
    );
    assert_eq!(
        (&*lines.title, &*lines.filters),
        ("Two turbines", "Last 24 h; “gearbox”")
    );
}

#[test]
fn export_asks_where_to() {
    let mut harness = busy(3).open_at(1280.0, 700.0);
    harness.get_by_label("Export CSV…").click();
    harness.run_steps(4);
    assert!(has(&harness, "Export the journal"));
}
