//! The search: what it finds, and what its keys ask for.

use windvane::panels::palette::{Search, Target};
use windvane::view::Overlay;

use super::*;

fn opened() -> Harness<'static, Desk> {
    let (desk, ..) = two_alarms();
    let mut harness = desk.open();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    harness
}

fn type_in(harness: &mut Harness<Desk>, text: &str) {
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(3);
}

fn press(harness: &mut Harness<Desk>, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

fn is_open(harness: &Harness<Desk>) -> bool {
    harness.state().state.palette.is_open()
}

#[test]
fn a_turbine_is_found_by_its_name_and_enter_flies_to_it() {
    let mut harness = opened();
    type_in(&mut harness, "t02");
    harness.get_by_label("T02, turbine");
    press(&mut harness, Key::Enter);
    assert_eq!(asked(&mut harness), [Action::FlyTo(TurbineRow(1))]);
    assert!(!is_open(&harness));
}

#[test]
fn a_signal_is_found_in_spite_of_a_slip_and_colours_the_farm() {
    let mut harness = opened();
    type_in(&mut harness, "gaerbox temp");
    press(&mut harness, Key::Enter);
    let by_signal = Action::ColourBy(ColourBy::Signal {
        name: "gearbox_oil_temperature".into(),
        range: None,
    });
    assert_eq!(asked(&mut harness), [by_signal]);
}

#[test]
fn arrows_move_enter_chooses_and_escape_asks_for_nothing() {
    let mut harness = opened();
    // Nothing is typed: the whole farm stands first, then the tour.
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::Enter);
    assert_eq!(asked(&mut harness), [Action::TourNext]);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    assert!(is_open(&harness));
    press(&mut harness, Key::Escape);
    assert!(!is_open(&harness));
    assert_eq!(asked(&mut harness), []);
}

#[test]
fn commands_are_carried_out_whoever_they_are_of() {
    let mut harness = opened();
    type_in(&mut harness, "grid");
    press(&mut harness, Key::Enter);
    assert_eq!(asked(&mut harness), [Action::Show(Overlay::Grid, true)]);
    for (query, label) in [
        ("dark theme", "Light theme"),
        ("fold panels", "2 unacknowledged"),
    ] {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
        harness.run_steps(3);
        type_in(&mut harness, query);
        press(&mut harness, Key::Enter);
        harness.get_by_label(label);
    }
    assert_eq!(harness.state().theme.variant, Variant::Dark);
    assert!(harness.state().state.folded);
}

#[test]
fn a_view_and_an_alarm_are_flown_to_and_a_view_is_saved_under_a_name() {
    for (query, action) in [
        ("from the north", Action::GoToView("north".to_owned())),
        ("no power", Action::FlyTo(TurbineRow(1))),
        (
            "save view West row",
            Action::SaveView("West row".to_owned()),
        ),
    ] {
        let mut harness = opened();
        type_in(&mut harness, query);
        press(&mut harness, Key::Enter);
        assert_eq!(asked(&mut harness), [action], "{query}");
    }
}

#[test]
fn what_was_chosen_last_stands_first_the_next_time() {
    let mut harness = opened();
    type_in(&mut harness, "T02");
    press(&mut harness, Key::Enter);
    asked(&mut harness);
    harness.get_by_label("Search (Ctrl K)").click();
    harness.run_steps(3);
    press(&mut harness, Key::Enter);
    assert_eq!(asked(&mut harness), [Action::FlyTo(TurbineRow(1))]);
}

#[test]
fn a_click_outside_closes_it_and_one_on_a_row_chooses() {
    let mut harness = opened();
    let outside = egui::pos2(40.0, 700.0);
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: outside,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        harness.run_steps(2);
    }
    assert!(!is_open(&harness));
    assert_eq!(asked(&mut harness), []);
    let mut harness = opened();
    harness.get_by_label("Show the whole farm, command").click();
    harness.run_steps(3);
    assert_eq!(asked(&mut harness), [Action::FitAll]);
}

#[test]
fn letters_typed_in_it_are_no_shortcuts() {
    let mut harness = opened();
    type_in(&mut harness, "fa");
    harness.key_press(Key::F);
    harness.key_press(Key::A);
    harness.run_steps(3);
    assert_eq!(asked(&mut harness), []);
}

/// A farm with this many turbines, T0 to T(n-1).
fn large(count: usize) -> Desk {
    let mut text = SCENE.split("[[turbines]]").next().unwrap().to_owned();
    for i in 0..count {
        text += &format!(
            "[[turbines]]\nid = \"T{i}\"\nmodel = \"v80\"\neast_m = {}\nnorth_m = {}\n",
            500 * (i % 300),
            500 * (i / 300)
        );
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("large.toml");
    std::fs::write(&path, text).expect("written");
    let scene = match load(&path, &LoadOptions::default()) {
        Ok(loaded) => loaded.scene,
        Err(problems) => panic!("{problems}"),
    };
    Desk {
        scene: Some(scene),
        ..Desk::empty()
    }
}

fn first_turbines(search: &mut Search, desk: &Desk, query: &str) -> Vec<String> {
    let look = Look {
        theme: &desk.theme,
        zone: &TimeZone::UTC,
        now_ms: NOW_MS,
    };
    let scene = desk.scene.as_deref().unwrap();
    let farm = Farm {
        scene: Some(scene),
        ..Farm::default()
    };
    while search.follow(query, &[], &look, &farm) {}
    let id = |target: &Target| match target {
        Target::Turbine(row) => scene.turbine(*row).map(|t| t.id.to_string()),
        _ => None,
    };
    let found = search.results().iter();
    found.filter_map(|f| id(&f.target)).collect()
}

#[test]
fn among_many_the_exact_name_is_first_and_typing_on_narrows_as_a_new_search_would() {
    let desk = large(6_000);
    let mut typed = Search::default();
    for query in ["t", "t4", "t42", "t420"] {
        let found = first_turbines(&mut typed, &desk, query);
        let anew = first_turbines(&mut Search::default(), &desk, query);
        assert_eq!(found, anew, "{query}");
    }
    let found = first_turbines(&mut typed, &desk, "t420");
    assert_eq!(found.first().map(String::as_str), Some("T420"));
    assert!(found.contains(&"T4200".to_owned()), "{found:?}");
    let shorter = first_turbines(&mut typed, &desk, "t42");
    assert_eq!(shorter.first().map(String::as_str), Some("T42"));
}

#[test]
fn what_the_role_forbids_is_found_disabled_with_the_reason_and_cannot_be_chosen() {
    let (mut desk, hot, _) = two_alarms();
    desk.session = Some(Session {
        role: Role::Viewer,
        ..Session::default()
    });
    desk.state.list.selected = [hot].into();
    let mut harness = desk.open();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    type_in(&mut harness, "shelve the selected alarms");
    let row = harness.get_by_label("Shelve the selected alarms, command");
    let node = row.accesskit_node();
    assert!(node.is_disabled());
    let why = node.data().description().unwrap_or_default();
    assert!(
        why.contains("takes the role operator; yours is viewer"),
        "{why}"
    );
    press(&mut harness, Key::Enter);
    assert_eq!(asked(&mut harness), []);
    assert!(is_open(&harness));
    assert!(!harness.state().state.alarm_panes.dialogs.is_open());
}
