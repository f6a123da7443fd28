//! One alarm among the other panes: who leads to it, and how one comes back.

use super::*;
use windvane::panels::layout::{Pane, bring_forward};

fn shows_alarm(harness: &Harness<Desk>) -> bool {
    has_label(harness, "What to do")
}

#[test]
fn an_alarm_that_is_asked_for_comes_to_the_front_and_esc_leads_back() {
    let (mut desk, hot, _) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    let mut harness = desk.open();
    assert!(!shows_alarm(&harness));
    harness.state_mut().state.alarm_panes.detail.ask(hot);
    harness.run_steps(3);
    assert!(shows_alarm(&harness));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!shows_alarm(&harness));
    assert_eq!(asked(&mut harness), [], "the turbine stays selected");
    assert!(has_label(&harness, "Signals"));
}

#[test]
fn the_arrow_leads_back_too() {
    let (desk, hot, _) = two_alarms();
    let mut harness = desk.open();
    harness.state_mut().state.alarm_panes.detail.ask(hot);
    harness.run_steps(3);
    harness.get_by_label("Back (Esc)").click();
    harness.run_steps(3);
    assert!(!shows_alarm(&harness));
}

#[test]
fn the_pane_follows_the_row_that_is_selected_in_the_list() {
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    let tree = harness.state_mut().state.tree.as_mut().expect("a layout");
    bring_forward(tree, Pane::Alarm);
    harness.run_steps(2);
    assert!(has_label(&harness, "No alarm selected."));
    harness.get_by_label_contains("Low alarm: T02").click();
    harness.run_steps(3);
    assert!(has_label(&harness, "Fly to T02"));
    harness.get_by_label_contains("High alarm: T01").click();
    harness.run_steps(3);
    assert!(has_label(&harness, "Fly to T01"));
}

#[test]
fn an_alarm_at_the_turbine_leads_to_its_detail() {
    let (mut desk, hot, _) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    let mut harness = desk.open();
    let links = harness.get_all_by_role(egui::accesskit::Role::Link);
    let link = links.last().expect("the alarm's name");
    link.click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::ShowAlarm(hot)]);
}

#[test]
fn a_pane_asked_for_on_the_command_line_shows_the_first_alarm() {
    let (mut desk, _, _) = two_alarms();
    desk.state.asked_pane = Some(Pane::Alarm);
    let harness = desk.open();
    assert!(has_label(&harness, "Fly to T01"), "the most urgent one");
}
