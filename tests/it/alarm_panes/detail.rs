//! What an operator finds at one alarm.

use egui_kittest::kittest::{NodeT as _, Queryable as _};
use windvane::access::Role;
use windvane::action::Action;
use windvane::alarms::{AlarmKey, Comment, Shelf};
use windvane::fleet::TurbineRow;
use windvane::panels::alarm_detail::Question;

use super::memory::{MemoryJournal, line};
use super::*;

const HOUR_MS: i64 = 60 * MINUTE_MS;

/// The hot gearbox, shown.
fn hot() -> (Room, AlarmKey) {
    let (mut room, key) = Room::with_hot_oil();
    room.detail.ask(key);
    (room, key)
}

#[test]
fn it_says_which_alarm_where_since_when_and_what_to_do() {
    let harness = hot().0.open();
    for text in [
        "Gearbox oil hot",
        "Fly to T01",
        "· High priority",
        "Unacknowledged",
        "for 9 min 0 s, since 14:23:07",
        "84.0 °C > 80",
        "80.4 > 80 °C",
        "Derate to 50 %",
        "The gearbox is damaged within a day",
        "gearbox_oil_temperature > 80",
        "Clears when gearbox_oil_temperature < 74",
        "Raised when it has held for 10 s.",
    ] {
        assert!(has(&harness, text), "{text}");
    }
}

#[test]
fn the_trend_tells_the_range_of_the_last_hour_and_the_limit() {
    let harness = hot().0.open();
    let told = "Trend of Gearbox oil temperature: 60.0 to 84.0 °C in the last hour; limit > 80 °C";
    assert!(has(&harness, told));
}

#[test]
fn a_rule_over_several_signals_has_a_trend_for_each_comparison() {
    let mut room = Room::new();
    for minutes_ago in (0..=60).rev() {
        let age_ms = i64::from(minutes_ago) * MINUTE_MS;
        room.hear(0, "possible_power", 1_600.0, age_ms);
        room.hear(0, "active_power", 900.0 - f64::from(minutes_ago), age_ms);
    }
    let key = room.raise(1, 0, MINUTE_MS);
    room.run_rules();
    room.detail.ask(key);
    let harness = room.open();
    assert!(has(&harness, "Trend of Possible power: 1,600 to 1,600 kW"));
    // Its moving limit stands beside it.
    assert!(has(&harness, "Trend of Active power: 840 to 1,120 kW"));
    assert!(has(&harness, "0.7 * possible_power"));
}

#[test]
fn without_a_past_the_trend_says_that_there_is_no_data() {
    let mut room = Room::new();
    let key = room.raise(0, 1, MINUTE_MS);
    room.detail.ask(key);
    let harness = room.open();
    assert!(has(
        &harness,
        "Trend of Gearbox oil temperature: no data in the last hour"
    ));
    assert!(has(&harness, "no data now"));
}

#[test]
fn each_button_asks_for_this_alarm_alone() {
    let (mut room, key) = hot();
    room.raise(1, 0, MINUTE_MS);
    let mut harness = room.open_at(640.0, 1400.0);
    assert_eq!(
        click(&mut harness, "Acknowledge"),
        [Action::Acknowledge(vec![key])]
    );
    assert_eq!(
        click(&mut harness, "Show on farm"),
        [Action::FlyTo(TurbineRow(0))]
    );
    assert_eq!(
        click(&mut harness, "Edit rule"),
        [Action::EditRule(Some(0))]
    );
    click(&mut harness, "Shelve…");
    let question = harness.state_mut().detail.take_question();
    let (what, id) = question.expect("a question");
    assert_eq!(
        (what, &*id.object, &*id.name),
        (Question::Shelve, "T01", "Gearbox oil hot")
    );
}

#[test]
fn what_the_role_forbids_is_disabled_and_says_why() {
    let (room, _) = hot();
    let harness = room.with_role(Role::Viewer).open_at(640.0, 1400.0);
    for name in ["Acknowledge", "Shelve…", "Comment", "Take out of service…"] {
        let buttons = harness.get_all_by_label(name);
        for node in buttons {
            let node = node.accesskit_node();
            assert!(node.is_disabled(), "{name}");
        }
    }
    let acknowledge = harness.get_by_label("Acknowledge");
    let why = acknowledge
        .accesskit_node()
        .description()
        .expect("a reason");
    assert_eq!(
        why,
        "To acknowledge alarms takes the role operator; yours is viewer."
    );
}

#[test]
fn what_the_engineer_did_not_write_is_said_and_can_be_written() {
    let mut room = Room::new();
    let key = room.raise(1, 0, MINUTE_MS);
    room.detail.ask(key);
    let mut harness = room.open();
    assert!(has(&harness, "Nothing is written for the operator"));
    assert_eq!(click(&mut harness, "Write it"), [Action::EditRule(Some(1))]);
}

#[test]
fn an_alarm_that_is_over_stays_shown_as_over() {
    let (mut room, key) = hot();
    let mut over = room.standing[0].clone();
    over.cleared_ms = Some(NOW_MS - MINUTE_MS);
    over.acknowledged = Some((NOW_MS - 2 * MINUTE_MS, actor("ada")));
    let mut harness = {
        room.detail.ask(key);
        room.open()
    };
    harness.state_mut().standing.clear();
    harness.state_mut().past.push(over);
    harness.run_steps(2);
    assert!(has(&harness, "Over"));
    assert!(has(&harness, "stood for 8 min 0 s, until 14:31:07"));
    assert_eq!(harness.query_all_by_label("Acknowledge").count(), 0);
    // Also when the register has forgotten it.
    harness.state_mut().past.clear();
    harness.run_steps(2);
    assert!(has(&harness, "Gearbox oil hot"));
}

#[test]
fn an_earlier_occurrence_leads_to_the_one_that_stands() {
    let (mut room, key) = hot();
    let mut earlier = room.occurrence(3, 0, 0, 50 * MINUTE_MS);
    earlier.cleared_ms = Some(NOW_MS - 40 * MINUTE_MS);
    earlier.acknowledged = Some((NOW_MS - 45 * MINUTE_MS, actor("ada")));
    room.past.push(earlier);
    room.detail.ask(AlarmKey(3));
    let mut harness = room.open();
    assert!(has(&harness, "Raised again 14:23:07."));
    assert_eq!(click(&mut harness, "Show that"), [Action::ShowAlarm(key)]);
}

#[test]
fn without_a_journal_the_history_is_what_the_program_remembers() {
    let (mut room, _) = hot();
    let mut earlier = room.occurrence(3, 0, 0, 50 * MINUTE_MS);
    earlier.cleared_ms = Some(NOW_MS - 40 * MINUTE_MS);
    room.past.push(earlier);
    let harness = room.open();
    assert!(has(
        &harness,
        "There is no journal. Since the program started:"
    ));
    assert!(has(&harness, "2 times in 24 h, 2 in 7 days"));
    assert!(has(&harness, "Raised 13:42:07"));
}

#[test]
fn the_history_comes_from_the_journal_with_who_acknowledged() {
    let (mut room, key) = hot();
    let journal = MemoryJournal::default();
    journal.write([
        line("raised", 1, NOW_MS - 30 * HOUR_MS),
        line("acknowledged", 1, NOW_MS - 30 * HOUR_MS + 40_000),
        line("commented", 1, NOW_MS - 29 * HOUR_MS),
        line("cleared", 1, NOW_MS - 29 * HOUR_MS),
        line("raised", key.0, NOW_MS - 9 * MINUTE_MS),
    ]);
    room.journal = Some(journal);
    let mut harness = room.open();
    assert!(has(&harness, "1 time in 24 h, 2 in 7 days"));
    assert!(has(&harness, "bert after 40 s"));
    assert!(has(&harness, "1 h 0 min"));
    assert!(
        has(&harness, "Fan replaced"),
        "the comment of an earlier occurrence"
    );
    let shown = click(&mut harness, "Raised 21 Nov 08:32:07");
    assert_eq!(shown, [Action::ShowAlarm(AlarmKey(1))]);
}

#[test]
fn a_journal_that_cannot_be_read_is_said_and_the_rest_goes_on() {
    let (mut room, _) = hot();
    room.journal = Some(MemoryJournal::that_fails());
    let harness = room.open();
    assert!(has(
        &harness,
        "The journal cannot be read (/data/desk.db: the disk is full)"
    ));
    assert!(has(&harness, "1 time in 24 h"));
    assert!(has(&harness, "Derate to 50 %"));
}

#[test]
fn a_comment_is_written_and_sent() {
    let (mut room, _) = hot();
    room.standing[0].comments.push(Comment {
        text: "Pump is loud".into(),
        at_ms: NOW_MS - MINUTE_MS,
        by: actor("bert"),
    });
    let mut harness = room.open();
    assert!(has(&harness, "Pump is loud"));
    let fields = harness.get_all_by_role(egui::accesskit::Role::TextInput);
    let [field] = fields.collect::<Vec<_>>().try_into().expect("one field");
    field.focus();
    harness.run_steps(2);
    let fields = harness.get_all_by_role(egui::accesskit::Role::TextInput);
    fields.last().expect("a field").type_text("Crew on the way");
    harness.run_steps(2);
    let sent = click(&mut harness, "Add comment");
    let [Action::Comment { alarm, text }] = sent.as_slice() else {
        panic!("{sent:?}")
    };
    assert_eq!((&*alarm.object, text.as_str()), ("T01", "Crew on the way"));
}

#[test]
fn why_it_is_set_aside_is_told_with_who_and_until_when() {
    let (mut room, _) = hot();
    room.standing[0].shelf = Some(Arc::new(Shelf {
        until_ms: NOW_MS + 30 * MINUTE_MS,
        is_one_shot: false,
        reason: "Fan is being replaced".into(),
        since_ms: NOW_MS - MINUTE_MS,
        by: actor("bert"),
    }));
    let mut harness = room.open();
    assert!(has(
        &harness,
        "Shelved until 15:02:07 (30 min 0 s left), by bert at desk 1: Fan is being replaced"
    ));
    let sent = click(&mut harness, "Unshelve");
    assert!(matches!(sent.as_slice(), [Action::Unshelve(ids)] if ids.len() == 1));
}

#[test]
fn other_alarms_of_the_turbine_are_a_click_away() {
    let (mut room, _) = hot();
    let other = room.raise(1, 0, MINUTE_MS);
    room.raise(1, 1, MINUTE_MS);
    let mut harness = room.open();
    assert!(has(&harness, "Other alarms at T01"));
    assert_eq!(
        click(&mut harness, "Show Power below the curve"),
        [Action::ShowAlarm(other)]
    );
}

#[test]
fn a_wide_pane_has_everything_too() {
    let harness = hot().0.open_at(1200.0, 800.0);
    for text in [
        "What to do",
        "Comments",
        "History of this alarm",
        "Trend of Gearbox",
    ] {
        assert!(has(&harness, text), "{text}");
    }
}

#[test]
fn before_an_alarm_is_chosen_it_says_how() {
    let harness = Room::with_hot_oil().0.open();
    assert!(has(&harness, "No alarm selected."));
}

#[test]
fn asked_for_the_first_alarm_it_shows_it_once_there_is_one() {
    let mut room = Room::new();
    room.detail.ask_first();
    let mut harness = room.open();
    assert!(has(&harness, "No alarm selected."));
    harness.state_mut().raise(1, 1, 0);
    harness.run_steps(2);
    assert!(has(&harness, "Power below the curve"));
}
