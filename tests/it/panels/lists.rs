//! The alarm list: what of it is acknowledged, groups, floods, columns; and the banner above it.

use super::*;
use windvane::panels::alarm_list::Column;
use windvane::panels::alarm_rows::GroupBy;

/// Forty alarms at two turbines: more than a list below the view has room for.
fn forty() -> Desk {
    let mut desk = Desk::of_two_turbines();
    for n in 0..40 {
        desk.raise(n % 2, u32::from(n % 2), 1_000 * i64::from(n));
    }
    desk
}

fn keys_of(actions: &[Action]) -> Vec<AlarmKey> {
    match actions {
        [Action::Acknowledge(keys)] => keys.clone(),
        other => panic!("{other:?}"),
    }
}

/// The rows that lie wholly between the heading of the table and the lower end of the window.
fn rows_in_sight(harness: &Harness<Desk>) -> usize {
    let header = harness.get_by_label("Sort by turbine").rect();
    let rows = harness.query_all_by_label_contains(" alarm: T0");
    rows.filter(|row| row.rect().top() >= header.bottom() - 2.0)
        .filter(|row| row.rect().bottom() <= 800.0 - 24.0)
        .count()
}

#[test]
fn only_rows_that_are_on_the_screen_are_acknowledged() {
    let mut desk = forty();
    // All are selected, out of sight or not.
    desk.state.list.selected = desk.standing.iter().map(|alarm| alarm.key).collect();
    let mut harness = desk.open();
    let seen = rows_in_sight(&harness);
    assert!((3..12).contains(&seen), "{seen}");
    let by_key = keys_of(&press(&mut harness, Modifiers::NONE, Key::A));
    assert_eq!(by_key.len(), seen);
    harness
        .get_by_label(&format!("Acknowledge {seen} visible"))
        .click();
    harness.run_steps(2);
    let visible = keys_of(&asked(&mut harness));
    assert_eq!(visible, by_key);
    let by_shift = press(&mut harness, Modifiers::SHIFT, Key::A);
    assert_eq!(keys_of(&by_shift), visible);
}

#[test]
fn rows_that_were_scrolled_away_are_not_acknowledged() {
    let mut harness = forty().open();
    let before = keys_of(&press(&mut harness, Modifiers::SHIFT, Key::A));
    let row = harness.get_all_by_label_contains(" alarm: T0").next();
    let place = row.expect("a row").rect().center();
    harness.hover_at(place);
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, -400.0),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
    });
    harness.run_steps(30);
    let after = keys_of(&press(&mut harness, Modifiers::SHIFT, Key::A));
    assert!(after.iter().all(|key| !before.contains(key)), "{after:?}");
}

#[test]
fn what_is_in_a_folded_group_is_not_acknowledged() {
    let (mut desk, _, still) = two_alarms();
    desk.state.list.group_by = GroupBy::Turbine;
    let mut harness = desk.open();
    harness.get_by_label("Groups: By turbine");
    harness
        .get_by_label("Group T01: High, 1 alarm, 1 unacknowledged")
        .click();
    harness.run_steps(3);
    assert!(!has_label(&harness, "High alarm: T01"));
    harness.get_by_label("Acknowledge 1 visible");
    let asked_for = press(&mut harness, Modifiers::SHIFT, Key::A);
    assert_eq!(asked_for, [Action::Acknowledge(vec![still])]);
}

#[test]
fn the_arrows_bring_a_row_into_sight_before_it_can_be_acknowledged() {
    let mut harness = forty().open();
    for _ in 0..25 {
        harness.key_press(Key::ArrowDown);
        harness.run_steps(2);
    }
    let selected = harness.state().state.list.selected.clone();
    asked(&mut harness);
    let keys = keys_of(&press(&mut harness, Modifiers::NONE, Key::A));
    assert_eq!(keys, selected.into_iter().collect::<Vec<_>>());
}

#[test]
fn groups_by_alarm_say_how_many_and_how_urgent() {
    let mut desk = forty();
    desk.state.list.group_by = GroupBy::Alarm;
    let harness = desk.open();
    harness.get_by_label("Group Gearbox oil hot: High, 20 alarms, 20 unacknowledged");
}

#[test]
fn what_is_special_about_an_alarm_is_on_its_row() {
    let (mut desk, ..) = two_alarms();
    let alarm = &mut desk.standing[0];
    alarm.times_raised = 3;
    alarm.re_alarmed_ms = Some(NOW_MS);
    alarm.escalated_ms = Some(NOW_MS);
    alarm.priority = Priority::Critical;
    let still = &mut desk.standing[1];
    still.is_latching = true;
    still.cleared_ms = Some(NOW_MS - 1_000);
    let harness = desk.open();
    harness.get_by_label("×3 · again · escalated from high");
    harness.get_by_label(
        "Critical alarm: T01, Gearbox oil hot, Unacknowledged, ×3, again, escalated from high",
    );
    harness.get_by_label("Latched, unack.");
}

#[test]
fn a_latched_alarm_that_is_acknowledged_is_reset_by_its_button_and_by_a_key() {
    let (mut desk, _, still) = two_alarms();
    let alarm = &mut desk.standing[1];
    alarm.is_latching = true;
    alarm.cleared_ms = Some(NOW_MS - 1_000);
    alarm.acknowledged = Some((NOW_MS - 500, actor("ada")));
    let mut harness = desk.open();
    harness.get_by_label("Reset").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::Reset(vec![still])]);
    harness.state_mut().state.list.selected = [still].into();
    harness.run_steps(2);
    harness.get_by_label("Reset 1");
    let by_key = press(&mut harness, Modifiers::NONE, Key::X);
    assert_eq!(by_key, [Action::Reset(vec![still])]);
}

#[test]
fn a_viewer_sees_what_he_may_not_do_disabled_and_no_key_does_it() {
    let (mut desk, hot, _) = two_alarms();
    desk.session = Some(Session {
        role: Role::Viewer,
        ..Session::default()
    });
    desk.state.list.selected = [hot].into();
    let mut harness = desk.open();
    for label in ["Acknowledge", "Acknowledge 2 visible", "Shelve…"] {
        let all: Vec<_> = harness.get_all_by_label(label).collect();
        assert!(
            all.iter().all(|node| node.accesskit_node().is_disabled()),
            "{label}"
        );
    }
    for key in [Key::A, Key::X, Key::S, Key::C, Key::O] {
        assert_eq!(press(&mut harness, Modifiers::NONE, key), [], "{key:?}");
        assert!(!harness.state().state.alarm_panes.dialogs.is_open());
    }
    assert_eq!(press(&mut harness, Modifiers::SHIFT, Key::A), []);
}

#[test]
fn enter_shows_the_selected_alarm_in_full_and_without_one_flies() {
    let (mut desk, hot, _) = two_alarms();
    desk.selected = Some(TurbineRow(1));
    let mut harness = desk.open();
    let none = Modifiers::NONE;
    let flies = [Action::FlyTo(TurbineRow(1))];
    assert_eq!(press(&mut harness, none, Key::Enter), flies);
    press(&mut harness, none, Key::ArrowDown);
    assert_eq!(
        press(&mut harness, none, Key::Enter),
        [Action::ShowAlarm(hot)]
    );
}

#[test]
fn columns_are_chosen_in_a_menu_and_remembered() {
    let (mut desk, ..) = two_alarms();
    desk.state.list.columns.toggle(Column::Response);
    let mut harness = desk.open();
    harness.get_by_label("Derate to 50 %");
    harness.get_by_label("Columns").click();
    harness.run_steps(3);
    harness.get_by_label("Times raised").click();
    harness.run_steps(3);
    // The menu stays for the next choice.
    harness.get_by_label("Cleared").click();
    harness.run_steps(3);
    let kept = harness.state().state.list.settings(&[]);
    for id in ["response", "times", "cleared"] {
        assert!(kept.columns.iter().any(|column| column == id), "{id}");
    }
    let (mut again, ..) = two_alarms();
    again.state.list.remember(&kept);
    let harness = again.open();
    harness.get_by_label("Sort by times");
    harness.get_by_label("Derate to 50 %");
}

/// Twelve alarms within a minute: at T01 no power after the gearbox; at T02 no power alone.
fn flooded() -> Desk {
    let mut desk = Desk::of_two_turbines();
    desk.raise(0, 0, 50_000);
    desk.raise(1, 0, 40_000);
    desk.raise(1, 1, 30_000);
    desk.flood = Some(Flood {
        since_ms: NOW_MS - 60_000,
        recent: 12,
    });
    desk
}

#[test]
fn in_a_flood_the_list_groups_by_cause_and_says_so() {
    let mut harness = flooded().open();
    harness.get_by_label("Flood: 12 alarms in 10 min, 2 causes");
    harness.get_by_label("Group Gearbox oil hot: High, 2 alarms, 2 unacknowledged");
    harness.get_by_label("High alarm: T01, Gearbox oil hot, Unacknowledged, first");
    harness.get_by_label("Leave the grouping").click();
    harness.run_steps(3);
    // In the banner, and above the list.
    let told = harness.get_all_by_label("Flood: 12 alarms in 10 min");
    assert_eq!(told.count(), 2);
    assert!(!has_label(&harness, "Group Gearbox"));
    harness.get_by_label("Group by cause").click();
    harness.run_steps(3);
    assert!(has_label(&harness, "Group Gearbox"));
    // It ends by itself.
    harness.state_mut().flood = None;
    harness.run_steps(3);
    assert!(!has_label(&harness, "Group Gearbox"));
    harness.get_by_label("Groups: Not grouped");
}

#[test]
fn another_flood_is_grouped_although_the_last_one_was_left() {
    let mut harness = flooded().open();
    harness.get_by_label("Leave the grouping").click();
    harness.run_steps(3);
    harness.state_mut().flood = Some(Flood {
        since_ms: NOW_MS - 55_000,
        recent: 11,
    });
    harness.run_steps(3);
    assert!(has_label(&harness, "Group Gearbox"));
}

#[test]
fn the_banner_tells_the_newest_of_the_most_urgent_and_a_click_shows_it() {
    let (mut desk, hot, _) = two_alarms();
    // Filtered out, and still found.
    desk.state.list.filter.text = "nothing like it".to_owned();
    let mut harness = desk.open_at(1920.0);
    harness
        .get_by_label("Newest high: T01, Gearbox oil hot, 1 min")
        .click();
    harness.run_steps(3);
    assert_eq!(
        asked(&mut harness),
        [Action::FlyTo(TurbineRow(0)), Action::ShowAlarm(hot)]
    );
    assert!(harness.state().state.list.selected.contains(&hot));
    assert!(has_label(&harness, "High alarm: T01"));
}

#[test]
fn nothing_of_the_banner_lies_over_anything_else() {
    for width in [1280.0, 1920.0, 3840.0] {
        let mut desk = flooded();
        desk.telemetry = Some(TelemetryStatus {
            link: Link::Connected,
            messages_per_s: 1_240.0,
            ..TelemetryStatus::default()
        });
        let harness = desk.open_at(width);
        let mut all = Vec::new();
        let mut open = vec![harness.root()];
        while let Some(node) = open.pop() {
            open.extend(node.children());
            // Groups have no place of their own.
            if node.accesskit_node().bounding_box().is_none() {
                continue;
            }
            let role = format!("{:?}", node.accesskit_node().role());
            let rect = node.rect();
            if rect.top() < 38.0 && rect.bottom() <= 40.0 && role == "Button" {
                let label = node.accesskit_node().label().unwrap_or_default();
                all.push((label, rect));
            }
        }
        assert!(all.len() > 10, "{all:?}");
        let has_newest = all.iter().any(|(label, _)| label.starts_with("Newest"));
        assert!(has_newest || width < 1900.0, "{width}");
        for (at, (label, rect)) in all.iter().enumerate() {
            assert!(rect.right() <= width, "{label} at {width}: {rect}");
            for (other, of) in &all[at + 1..] {
                let over = rect.intersect(*of);
                let is_over = over.width() > 1.0 && over.height() > 1.0;
                assert!(!is_over, "{label} and {other} at {width}: {rect} {of}");
            }
        }
    }
}

#[test]
fn the_tabs_of_all_lists_are_in_sight_in_a_small_window() {
    let (mut desk, ..) = two_alarms();
    desk.telemetry = Some(TelemetryStatus {
        rejected: 1_204,
        ..TelemetryStatus::default()
    });
    let harness = desk.open();
    for title in [
        "Alarms 2",
        "Set aside",
        "Journal",
        "Performance",
        "Connection",
        "Scene problems",
        "Rejected payloads 1,204",
        "Mapping",
    ] {
        let rect = harness.get_by_label(title).rect();
        assert!(rect.right() < 1_270.0, "{title}: {rect}");
    }
}

/// `cargo nextest run --release --run-ignored only -E 'test(a_hundred_thousand)' --no-capture`
#[test]
#[ignore = "a measurement"]
fn a_hundred_thousand_records_are_sorted_and_scrolled() {
    use std::time::Instant;
    use windvane::panels::alarm_rows::{Asked, SortBy, shown};

    let mut desk = Desk::of_two_turbines();
    let turbines: Vec<Arc<str>> = (0..5_000).map(|n| format!("T{n}").into()).collect();
    let names: Vec<Arc<str>> = (0..20).map(|n| format!("Alarm {n}").into()).collect();
    let priorities = Priority::ALL;
    let record = |n: usize| {
        let id = AlarmId {
            object: Arc::clone(&turbines[n * 7 % 5_000]),
            name: Arc::clone(&names[n % 20]),
        };
        let raised_ms = NOW_MS - (n as i64 * 7_919) % 86_400_000;
        let row = TurbineRow((n * 7 % 5_000) as u32);
        let source = AlarmSource::Rule((n % 2) as u16);
        let mut alarm = Alarm::raised(source, id, row, priorities[n % 4], raised_ms);
        alarm.key = AlarmKey(n as u64 + 1);
        if n.is_multiple_of(3) {
            alarm.acknowledged = Some((NOW_MS, actor("ada")));
        }
        alarm
    };
    desk.standing = (0..100_000).map(record).collect();
    let everything = Asked::everything(None);
    let filtered = |text: &str| {
        let mut asked = everything.clone();
        asked.filter.text = text.to_owned();
        asked
    };
    let sorted = |sort| Asked {
        sort,
        ..everything.clone()
    };
    let grouped = |group_by| Asked {
        group_by,
        flood_since_ms: Some(NOW_MS - 600_000),
        ..everything.clone()
    };
    for (what, asked) in [
        ("by urgency", everything.clone()),
        ("by turbine", sorted(SortBy::Turbine)),
        ("by name", sorted(SortBy::Name)),
        ("by duration", sorted(SortBy::Duration)),
        ("filter 'alarm 7'", filtered("alarm 7")),
        ("filter 't'", filtered("t")),
        ("grouped by turbine", grouped(GroupBy::Turbine)),
        ("grouped by cause", grouped(GroupBy::Cause)),
    ] {
        let mut times: Vec<f64> = (0..15)
            .map(|_| {
                let begun = Instant::now();
                std::hint::black_box(shown(&desk.standing, &[], &asked, NOW_MS));
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{what}: median {:.2} ms, worst {:.2} ms",
            times[7], times[14]
        );
    }
    let mut harness = desk.open_at(1920.0);
    let place = egui::pos2(600.0, 700.0);
    harness.hover_at(place);
    let mut times = Vec::new();
    for _ in 0..60 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -4_000.0),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
        });
        let begun = Instant::now();
        harness.run_steps(1);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "a frame of the whole desk while scrolling: median {:.2} ms, worst {:.2} ms",
        times[30], times[59]
    );
}
