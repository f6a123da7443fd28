//! The program around the farm: welcome, recent scenes, dropped files, toasts, names, the keyboard.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use windvane::panels::program::toasts::Subject;
use windvane::panels::program::{Toast, ToastTarget};

use super::*;

/// A folder with a scene file in it.
fn scene_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("two.toml");
    std::fs::write(&path, SCENE).expect("written");
    (folder, path)
}

/// Runs frames until a label is there: an answer of another thread is shown with it.
fn wait_for_label(harness: &mut Harness<Desk>, text: &str) {
    let began = Instant::now();
    while !has_label(harness, text) {
        assert!(began.elapsed() < Duration::from_secs(30), "no {text:?}");
        std::thread::sleep(Duration::from_millis(5));
        harness.run_steps(1);
    }
}

#[test]
fn without_a_scene_one_click_asks_for_the_demo() {
    let mut harness = Desk::empty().open();
    harness.get_by_label("Windvane");
    harness.get_by_label("Run the demo").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::RunDemo]);
    harness.get_by_label("Run the demo").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [], "it is being started already");
}

#[test]
fn a_recent_scene_is_opened_by_a_click_and_one_that_is_gone_says_so() {
    let (_folder, path) = scene_folder();
    let mut desk = Desk::empty();
    let recent = &mut desk.state.program.recent;
    recent.note(&path, "Two turbines", NOW_MS - 60_000);
    recent.note(Path::new("/nowhere/gone.toml"), "Gone farm", NOW_MS);
    let mut harness = desk.open();
    wait_for_label(&mut harness, "The file is gone");
    let gone = harness.get_by_label("Gone farm: the file is gone");
    assert!(gone.accesskit_node().is_disabled());
    harness.get_by_label("Open Two turbines").click();
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::OpenScene(path.clone())]);
    let folder = harness.state().state.program.folder.clone();
    assert_eq!(folder.as_deref(), path.parent(), "the folder is remembered");
}

#[test]
fn recent_scenes_are_pinned_and_removed() {
    let (_folder, path) = scene_folder();
    let mut desk = Desk::empty();
    let recent = &mut desk.state.program.recent;
    recent.note(&path, "Two turbines", 1);
    recent.note(&path.with_file_name("b.toml"), "Later", 2);
    let mut harness = desk.open();
    harness.get_by_label("Pin Two turbines").click();
    harness.run_steps(2);
    harness.get_by_label("Unpin Two turbines");
    let titles = |harness: &Harness<Desk>| {
        let list = harness.state().state.program.recent.list().iter();
        list.map(|s| s.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&harness), ["Two turbines", "Later"]);
    harness.get_by_label("Remove Later from the list").click();
    harness.run_steps(2);
    assert_eq!(titles(&harness), ["Two turbines"]);
}

#[test]
fn a_scene_with_errors_that_was_asked_for_first_leads_to_its_problems() {
    let mut desk = Desk::empty();
    desk.problems = vec![Problem {
        is_error: true,
        message: "unknown key `colour`".to_owned(),
        place: "farm.toml:3:1".to_owned(),
        ..Problem::default()
    }];
    let mut harness = desk.open();
    harness.get_by_label("The scene was not opened: it has 1 error.");
    harness.get_by_label("Show the problems").click();
    harness.run_steps(3);
    harness.get_by_label("unknown key `colour`");
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("never read".to_owned())
    }
}

fn drop_file(harness: &mut Harness<Desk>, path: &str) {
    let file = Arc::new(Dropped(PathBuf::from(path)));
    harness.input_mut().dropped_files.push(file);
    harness.run_steps(2);
    harness.input_mut().dropped_files.clear();
}

#[test]
fn a_scene_file_dropped_on_the_window_is_opened_and_another_file_is_refused_in_words() {
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    drop_file(&mut harness, "/farms/layout.csv");
    assert_eq!(asked(&mut harness), []);
    harness.get_by_label(
        "Error: layout.csv is no scene: scene files end in .toml, TwinMaker's in .json.",
    );
    harness.get_by_label("Dismiss").click();
    harness.run_steps(2);
    assert!(!has_label(&harness, "layout.csv is no scene"));
    drop_file(&mut harness, "/farms/farm.toml");
    let wanted = Action::OpenScene(PathBuf::from("/farms/farm.toml"));
    assert!(asked(&mut harness).contains(&wanted));
}

#[test]
fn an_error_stays_until_it_is_followed_to_the_problems() {
    let (mut desk, _, _) = two_alarms();
    desk.problems = vec![Problem {
        is_error: true,
        message: "unknown key `colour`".to_owned(),
        ..Problem::default()
    }];
    let toast = Toast::error(Subject::Scene, "two.toml has 1 error.");
    let toast = toast.leading_to(ToastTarget::Problems);
    let long_ago = NOW_MS - 3_600_000;
    desk.state.program.toasts.add(toast, long_ago);
    let view_saved = Toast::info(Subject::Saved, "View saved");
    desk.state.program.toasts.add(view_saved, long_ago);
    let mut harness = desk.open();
    assert!(!has_label(&harness, "View saved"), "it went after 5 s");
    harness.get_by_label("Show the problems").click();
    harness.run_steps(3);
    harness.get_by_label("unknown key `colour`");
    assert!(!has_label(&harness, "two.toml has 1 error."));
}

#[test]
fn the_menu_leads_to_everything_that_the_program_does() {
    let (mut desk, _, _) = two_alarms();
    let (_folder, path) = scene_folder();
    let recent = &mut desk.state.program.recent;
    recent.note(&path, "Another farm", NOW_MS);
    let mut harness = desk.open();
    let choose = |harness: &mut Harness<Desk>, item: &str| {
        harness.get_by_label("Windvane menu").click();
        harness.run_steps(3);
        harness.get_by_label(item).click();
        harness.run_steps(3);
    };
    choose(&mut harness, "Run the demo");
    assert_eq!(asked(&mut harness), [Action::RunDemo]);
    choose(&mut harness, "New window");
    assert_eq!(asked(&mut harness), [Action::NewWindow]);
    harness.get_by_label("Windvane menu").click();
    harness.run_steps(3);
    harness.get_by_label("Recent").click();
    harness.run_steps(3);
    harness.get_by_label("Another farm").click();
    harness.run_steps(3);
    assert_eq!(asked(&mut harness), [Action::OpenScene(path)]);
    choose(&mut harness, "About Windvane");
    assert!(has_label(&harness, "Version "));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(!has_label(&harness, "Version "));
}

#[test]
fn control_and_o_let_a_file_be_chosen_and_escape_lets_it_be() {
    let (_folder, path) = scene_folder();
    let mut desk = Desk::empty();
    desk.state.program.folder = path.parent().map(Path::to_owned);
    let mut harness = desk.open();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(4);
    wait_for_label(&mut harness, "two.toml");
    harness.key_press(Key::Escape);
    harness.run_steps(4);
    assert!(!has_label(&harness, "two.toml"));
    assert_eq!(asked(&mut harness), []);
}

/// What can be acted on and has no name.
fn nameless(harness: &Harness<Desk>) -> Vec<String> {
    let mut nameless = Vec::new();
    let mut open = vec![harness.root()];
    while let Some(node) = open.pop() {
        let inner = node.accesskit_node();
        let acts = [
            egui::accesskit::Action::Click,
            egui::accesskit::Action::Focus,
        ]
        .iter()
        .any(|action| inner.data().supports_action(*action));
        let is_word = |name: &str| name.chars().any(|c| c.is_alphanumeric() || c == '/');
        let named = inner.label().is_some_and(|l| is_word(&l))
            || inner.value().is_some_and(|v| is_word(&v));
        // Text fields of the file dialog's crate are named once they have the keyboard.
        // Its backdrop and splitter are nameless too; of a scroll bar the role says all.
        let role = format!("{:?}", inner.role());
        let is_foreign = harness.state().state.program.has_modal()
            && ["TextInput", "Unknown"].contains(&role.as_str());
        // So are the splitters between docked panes and the strip behind their tabs, which are the
        // pointer's alone.
        let is_dock = role == "Unknown"
            && inner.bounding_box().is_some_and(|rect| {
                let is_splitter = rect.width().min(rect.height()) < 8.0;
                is_splitter || (rect.width() > 300.0 && rect.height() < 30.0)
            });
        // A pop-up takes clicks so that they do not fall through it; what is in it has names.
        let is_popup = role == "Unknown" && node.children().next().is_some();
        if acts && !named && !is_foreign && !is_dock && !is_popup && role != "ScrollBar" {
            nameless.push(format!("{role} {:?}", inner.bounding_box()));
        }
        open.extend(node.children());
    }
    nameless
}

#[test]
fn everything_that_acts_has_a_name_in_every_state() {
    let (_folder, path) = scene_folder();
    let welcome = || {
        let mut desk = Desk::empty();
        let recent = &mut desk.state.program.recent;
        recent.note(&path, "Two turbines", NOW_MS);
        recent.note(Path::new("/nowhere/gone.toml"), "Gone farm", NOW_MS);
        desk
    };
    assert_eq!(nameless(&welcome().open()), Vec::<String>::new(), "welcome");
    let mut harness = welcome().open();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(4);
    assert_eq!(nameless(&harness), Vec::<String>::new(), "file dialog");

    let (mut desk, _, _) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    desk.state
        .program
        .recent
        .note(&path, "Two turbines", NOW_MS);
    let toast = Toast::error(Subject::Scene, "1 error");
    let toast = toast.leading_to(ToastTarget::Problems);
    desk.state.program.toasts.add(toast, NOW_MS);
    desk.telemetry = Some(TelemetryStatus {
        rejected: 1,
        recent_rejects: [Rejected {
            arrival_ms: NOW_MS,
            topic: "farm/T99/telemetry".to_owned(),
            excerpt: "{".to_owned(),
            reason: RejectReason::MalformedJson,
            detail: "cut off".to_owned(),
        }]
        .into(),
        ..TelemetryStatus::default()
    });
    let mut harness = desk.open();
    assert_eq!(nameless(&harness), Vec::<String>::new(), "alarms");
    for tab in [
        "Connection",
        "Scene problems",
        "Rejected payloads 1",
        "Mapping",
    ] {
        harness.get_by_label(tab).click();
        harness.run_steps(3);
        assert_eq!(nameless(&harness), Vec::<String>::new(), "{tab}");
    }
    harness.get_by_label("Alarms 2").click();
    harness.run_steps(3);
    for item in ["Keys", "About Windvane"] {
        harness.get_by_label("Windvane menu").click();
        harness.run_steps(3);
        assert_eq!(nameless(&harness), Vec::<String>::new(), "menu");
        let last = harness.get_all_by_label(item).last().expect("the item");
        last.click();
        harness.run_steps(3);
        assert_eq!(nameless(&harness), Vec::<String>::new(), "{item}");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
    }
    harness.get_by_label("State: Standing").click();
    harness.run_steps(3);
    assert_eq!(nameless(&harness), Vec::<String>::new(), "state filter");
}

/// The name of what has the keyboard.
fn focused(harness: &Harness<Desk>) -> Option<String> {
    let mut open = vec![harness.root()];
    while let Some(node) = open.pop() {
        let inner = node.accesskit_node();
        if inner.is_focused() && inner.label().is_some() {
            return inner.label();
        }
        open.extend(node.children());
    }
    None
}

#[test]
fn the_tab_key_goes_from_the_top_bar_by_the_inspector_to_the_list() {
    let (mut desk, _, _) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    let mut harness = desk.open();
    let mut way = Vec::new();
    for _ in 0..60 {
        harness.key_press(Key::Tab);
        harness.run_steps(2);
        way.extend(focused(&harness));
    }
    let at = |name: &str| {
        let at = way.iter().position(|w| w == name);
        at.unwrap_or_else(|| panic!("{name:?} is not on the way {way:?}"))
    };
    let stops = [
        "Windvane menu",
        "Critical: 0 active, 0 unacknowledged",
        "Low: 1 active, 1 unacknowledged",
        "Dark theme",
        "Farm view",
        "Fly to",
        "Alarms 2",
        "Filter by turbine or alarm",
        "Acknowledge 2 visible",
    ];
    let places = stops.map(at);
    assert!(places.is_sorted(), "{stops:?} at {places:?} in {way:?}");
}

#[test]
fn f6_goes_from_pane_to_pane_and_back() {
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    let mut step = |modifiers| {
        harness.key_press_modifiers(modifiers, Key::F6);
        harness.run_steps(2);
        focused(&harness)
    };
    let forward: Vec<_> = (0..5).filter_map(|_| step(Modifiers::NONE)).collect();
    let panes = ["Top bar", "Farm view", "Turbine pane", "Alarms pane"];
    assert_eq!(forward[..4], panes);
    assert_eq!(forward[4], "Top bar");
    assert_eq!(step(Modifiers::SHIFT).as_deref(), Some("Alarms pane"));
}

#[test]
fn a_button_that_has_the_keyboard_is_pressed_by_enter_and_by_space() {
    for key in [Key::Enter, Key::Space] {
        let (desk, _, _) = two_alarms();
        let mut harness = desk.open();
        harness.get_by_label("Dark theme").focus();
        harness.run_steps(2);
        harness.key_press(key);
        harness.run_steps(2);
        assert_eq!(harness.state().theme.variant, Variant::Dark, "{key:?}");
    }
}

#[test]
fn the_arrows_move_in_the_list_but_not_while_a_button_has_the_keyboard() {
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    harness.get_by_label("Dark theme").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), []);
    let (desk, _, _) = two_alarms();
    let mut harness = desk.open();
    for _ in 0..4 {
        harness.key_press(Key::F6);
        harness.run_steps(1);
    }
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    assert_eq!(asked(&mut harness), [Action::FlyTo(TurbineRow(0))]);
    assert_eq!(focused(&harness).as_deref(), Some("Alarms pane"));
}

#[test]
fn a_filter_that_hides_every_alarm_is_cleared_where_its_emptiness_is_told() {
    let (mut desk, _, _) = two_alarms();
    desk.state.list.filter.text = "nothing like it".to_owned();
    let mut harness = desk.open();
    harness.get_by_label("No alarm passes the filter: 2 hidden.");
    harness.get_by_label("Clear the filter").click();
    harness.run_steps(2);
    assert_eq!(harness.get_all_by_label("Acknowledge").count(), 2);
}
