//! The dialogs about alarms: what they act on, what they need, and their keys.

use std::time::Duration;

use super::*;

const MINUTE: u64 = 60;

/// Two alarms, of which these rows are selected, and a key is pressed.
fn asking(which: &[usize], key: Key) -> (Harness<'static, Desk>, Vec<AlarmId>) {
    let (mut desk, ..) = two_alarms();
    let alarms: Vec<&Alarm> = which.iter().map(|at| &desk.standing[*at]).collect();
    let ids = alarms.iter().map(|alarm| alarm.id()).collect();
    desk.state.list.selected = alarms.iter().map(|alarm| alarm.key).collect();
    let mut harness = desk.open();
    assert_eq!(press(&mut harness, Modifiers::NONE, key), []);
    harness.run_steps(3);
    (harness, ids)
}

fn typed(harness: &mut Harness<Desk>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(2);
}

#[test]
fn shelving_needs_a_reason_and_enter_confirms() {
    let (mut harness, ids) = asking(&[0], Key::S);
    harness.get_by_label("Shelve Gearbox oil hot of T01");
    harness.get_by_label("A reason is needed.");
    assert_eq!(press(&mut harness, Modifiers::NONE, Key::Enter), []);
    typed(&mut harness, "Sensor faulty");
    let shelved = press(&mut harness, Modifiers::NONE, Key::Enter);
    let expected = Action::Shelve {
        alarms: ids,
        duration: Duration::from_secs(60 * MINUTE),
        is_one_shot: false,
        reason: "Sensor faulty".to_owned(),
    };
    assert_eq!(shelved, [expected]);
    harness.run_steps(2);
    assert!(!harness.state().state.alarm_panes.dialogs.is_open());
}

#[test]
fn the_duration_is_chosen_or_typed_and_a_shelf_can_end_with_the_alarm() {
    let (mut harness, _) = asking(&[0, 1], Key::S);
    harness.get_by_label("Shelve 2 alarms of 2 turbines");
    typed(&mut harness, "Work order 12");
    harness.get_by_label("For 15 min").click();
    harness
        .get_by_label("Only until it clears, if that is sooner")
        .click();
    harness.run_steps(2);
    harness.get_by_label("Own").click();
    harness.run_steps(2);
    typed(&mut harness, "1 h 30 min");
    let shelved = press(&mut harness, Modifiers::NONE, Key::Enter);
    let [
        Action::Shelve {
            alarms,
            duration,
            is_one_shot: true,
            ..
        },
    ] = shelved.as_slice()
    else {
        panic!("{shelved:?}");
    };
    assert_eq!((alarms.len(), duration.as_secs()), (2, 90 * MINUTE));
}

#[test]
fn longer_than_the_engineer_allows_is_disabled_and_refused() {
    let (mut desk, hot, _) = two_alarms();
    let scene = desk.scene.as_mut().and_then(Arc::get_mut).expect("alone");
    let definition = scene.rules[0].alarm.as_mut().expect("an alarm");
    definition.longest_shelf = Duration::from_secs(30 * MINUTE);
    desk.state.list.selected = [hot].into();
    let mut harness = desk.open();
    press(&mut harness, Modifiers::NONE, Key::S);
    harness.run_steps(3);
    typed(&mut harness, "Known");
    for (label, is_allowed) in [
        ("For 15 min", true),
        ("For 30 min", true),
        ("For 1 h", false),
    ] {
        let node = harness.get_by_label(label);
        assert_eq!(!node.accesskit_node().is_disabled(), is_allowed, "{label}");
    }
    harness.get_by_label("Own").click();
    harness.run_steps(2);
    typed(&mut harness, "2 h");
    assert!(has_label(&harness, "At most 30 min."));
    assert_eq!(press(&mut harness, Modifiers::NONE, Key::Enter), []);
}

#[test]
fn escape_leaves_and_changes_nothing() {
    let (mut harness, _) = asking(&[0], Key::S);
    typed(&mut harness, "Never mind");
    assert_eq!(press(&mut harness, Modifiers::NONE, Key::Escape), []);
    harness.run_steps(3);
    assert!(!harness.state().state.alarm_panes.dialogs.is_open());
    assert_eq!(harness.state().state.list.selected.len(), 1);
}

#[test]
fn keys_of_the_list_rest_while_a_dialog_is_open() {
    let (mut harness, _) = asking(&[0], Key::S);
    harness.get_by_label("For 15 min").click();
    harness.run_steps(2);
    asked(&mut harness);
    for key in [Key::A, Key::X, Key::F, Key::ArrowDown] {
        assert_eq!(press(&mut harness, Modifiers::NONE, key), [], "{key:?}");
    }
}

#[test]
fn a_reason_of_before_is_offered_and_taken_with_a_click() {
    let (mut desk, hot, _) = two_alarms();
    desk.state.list.selected = [hot].into();
    desk.state.alarm_panes.dialogs.reasons = vec!["Sensor faulty".to_owned()];
    let mut harness = desk.open();
    press(&mut harness, Modifiers::NONE, Key::O);
    harness.run_steps(3);
    harness.get_by_label("Take out of service Gearbox oil hot of T01");
    harness.get_by_label("Sensor faulty").click();
    harness.run_steps(3);
    let out = press(&mut harness, Modifiers::NONE, Key::Enter);
    let [Action::TakeOutOfService { reason, .. }] = out.as_slice() else {
        panic!("{out:?}");
    };
    assert_eq!(reason, "Sensor faulty");
}

#[test]
fn a_comment_is_written_about_each_selected_alarm() {
    let (mut harness, ids) = asking(&[0, 1], Key::C);
    typed(&mut harness, "Called the crew");
    let text = "Called the crew".to_owned();
    let comments: Vec<Action> = ids
        .into_iter()
        .map(|alarm| Action::Comment {
            alarm,
            text: text.clone(),
        })
        .collect();
    let written = press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(written, comments);
    assert!(harness.state().state.alarm_panes.dialogs.reasons.is_empty());
}
