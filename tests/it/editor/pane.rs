//! The pane: what is found there, what a click and a key do, and what reaches the disk.

use std::path::PathBuf;
use std::sync::Arc;

use bevy_egui::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use jiff::tz::TimeZone;
use windvane::action::Action;
use windvane::fleet::{Fleet, FleetTime, Quality, Sample, SignalColumn, TurbineRow};
use windvane::panels::desk::{DeskOutput, DeskState, desk_ui};
use windvane::panels::frame::{Farm, Look};
use windvane::rules::{RuleEngine, RuleStates};
use windvane::scene::{LoadOptions, Scene, load};
use windvane::theme::{Theme, Variant, dress};

use super::files::{MORE, SCENE, read, scene_folder};
use crate::support::wait_for;

const NOW_MS: i64 = 1_763_821_927_000;

/// A desk with the editor open.
pub struct Desk {
    _folder: tempfile::TempDir,
    path: PathBuf,
    scene: Arc<Scene>,
    fleet: Fleet,
    rules: RuleStates,
    theme: Theme,
    state: DeskState,
    asked: Vec<Action>,
    output: DeskOutput,
}

impl Desk {
    fn new() -> Self {
        Self::of(SCENE)
    }

    /// On a scene file with this text.
    pub fn of(text: &str) -> Self {
        let (folder, path) = scene_folder();
        std::fs::write(&path, text).expect("the scene file");
        let scene = match load(&path, &LoadOptions::default()) {
            Ok(loaded) => loaded.scene,
            Err(problems) => panic!("{problems}"),
        };
        let fleet = Fleet::new(scene.turbines.len(), scene.column_count());
        let mut desk = Self {
            _folder: folder,
            path,
            scene,
            fleet,
            rules: RuleStates::default(),
            theme: Theme::new(Variant::Light),
            state: DeskState::default(),
            asked: Vec::new(),
            output: DeskOutput::default(),
        };
        desk.hear(0, "gearbox_oil_temperature", 83.2);
        desk.hear(1, "gearbox_oil_temperature", 61.0);
        desk.hear(0, "active_power", 1_500.0);
        desk.state.editor.ask(None);
        desk
    }

    fn hear(&mut self, turbine: u32, signal: &str, value: f64) {
        let at = self.scene.signals.iter().position(|s| &**s == signal);
        let sample = Sample {
            source_time_ms: NOW_MS,
            arrival_ms: NOW_MS,
            value,
            turbine: TurbineRow(turbine),
            signal: SignalColumn(at.expect("a signal of the scene") as u16),
            quality: Quality::Good,
            timed_by_source: false,
        };
        let now = FleetTime {
            wall_ms: NOW_MS,
            monotonic_ms: NOW_MS,
            stale_after_ms: 30_000,
        };
        self.fleet.apply(&sample, now);
        self.rules = RuleStates::default();
        RuleEngine::default().rebuild(&self.scene, &mut self.rules, &self.fleet);
    }

    fn ui(&mut self, ctx: &egui::Context) {
        let look = Look {
            theme: &self.theme,
            zone: &TimeZone::UTC,
            now_ms: NOW_MS,
        };
        let farm = Farm {
            scene: Some(&self.scene),
            fleet: Some(&self.fleet),
            rules: Some(&self.rules),
            ..Farm::default()
        };
        self.output = desk_ui(ctx, &look, &farm, &mut self.state, &mut self.asked);
    }

    /// With the rules read.
    pub fn open<'a>(self) -> Harness<'a, Self> {
        let mut is_dressed = false;
        let mut harness = Harness::builder()
            .with_size(egui::vec2(1280.0, 800.0))
            .build_ui_state(
                move |ui, desk: &mut Self| {
                    if std::mem::replace(&mut is_dressed, true) {
                        desk.ui(ui.ctx());
                    } else {
                        dress(ui.ctx(), &desk.theme);
                    }
                },
                self,
            );
        wait_for("the rules", || {
            harness.run_steps(1);
            let editor = &harness.state().state.editor;
            (!editor.draft.rules().is_empty()).then_some(())
        });
        harness.run_steps(3);
        harness
    }
}

pub fn has_label(harness: &Harness<Desk>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

pub fn when(harness: &Harness<Desk>) -> String {
    let draft = &harness.state().state.editor.draft;
    draft.selected().expect("a rule is shown").rule.when.clone()
}

fn click(harness: &mut Harness<Desk>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

/// Replaces the text of a field by typing.
pub fn retype(harness: &mut Harness<Desk>, label: &str, text: &str) {
    let mut all = harness.query_all_by_label(label);
    let is_field = |node: &egui_kittest::Node| {
        format!("{:?}", node.accesskit_node().role()).contains("TextInput")
    };
    all.find(is_field).expect("a field of this name").focus();
    drop(all);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(1);
    if text.is_empty() {
        harness.key_press(Key::Backspace);
    } else {
        harness.event(egui::Event::Text(text.to_owned()));
    }
    harness.run_steps(3);
}

pub fn expression(harness: &mut Harness<Desk>, text: &str) {
    retype(harness, "Expression", text);
}

fn wait_for_save(harness: &mut Harness<Desk>) {
    wait_for("the files to be written", || {
        harness.run_steps(1);
        (!harness.state().state.editor.is_dirty()).then_some(())
    });
}

#[test]
fn the_list_tells_what_each_rule_matches_now() {
    let harness = Desk::new().open();
    assert!(has_label(
        &harness,
        "Rule 1: Gearbox oil hot, matches 1 of 2"
    ));
    assert!(has_label(&harness, "Rule 2: No power, matches 0 of 2"));
    assert!(has_label(&harness, "Rule 3: Full power"));
    assert!(has_label(&harness, "Matches 1 of 2 now"));
    assert_eq!(harness.state().output.preview, [TurbineRow(0)]);
}

#[test]
fn form_and_expression_stay_in_step_both_ways() {
    let mut harness = Desk::new().open();
    retype(&mut harness, "Limit", "60");
    assert_eq!(when(&harness), "gearbox_oil_temperature > 60");
    assert!(
        has_label(&harness, "Matches 2 of 2 now"),
        "the draft, not what is saved"
    );
    assert_eq!(harness.state().output.preview.len(), 2);
    expression(&mut harness, "active_power <= 1600");
    assert!(has_label(&harness, "Signal: Active power"));
    assert!(has_label(&harness, "Operator: at or below"));
    assert!(has_label(&harness, "1 unknown: no data"));
    expression(
        &mut harness,
        "active_power > 1 && gearbox_oil_temperature > 1",
    );
    assert!(has_label(&harness, "More than one comparison"));
}

#[test]
fn mistakes_are_told_while_typing_and_keep_the_rule_from_being_saved() {
    let mut harness = Desk::new().open();
    expression(&mut harness, "gearbox_oil_temperatur > 80");
    assert!(
        has_label(&harness, "gearbox_oil_temperature"),
        "what was meant"
    );
    assert!(has_label(&harness, "Cannot be saved"));
    assert!(has_label(&harness, "No preview"));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(5);
    assert!(harness.state().state.editor.is_dirty());
    assert_eq!(read(&harness.state().path), SCENE);
}

#[test]
fn signals_and_functions_are_completed_by_the_keyboard() {
    let mut harness = Desk::new().open();
    expression(&mut harness, "");
    harness.event(egui::Event::Text("gbxoil".to_owned()));
    harness.run_steps(4);
    assert!(
        has_label(&harness, "gearbox_oil_temperature, signal"),
        "found by some of its letters"
    );
    expression(&mut harness, "");
    harness.event(egui::Event::Text("oil".to_owned()));
    harness.run_steps(4);
    assert!(has_label(
        &harness,
        "gearbox_oil_temperature, signal, 61.0 to 83.2 °C now"
    ));
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(when(&harness), "gearbox_oil_temperature");
    harness.event(egui::Event::Text(" > cla".to_owned()));
    harness.run_steps(4);
    harness.key_press(Key::Tab);
    harness.run_steps(4);
    assert_eq!(when(&harness), "gearbox_oil_temperature > clamp(");
    harness.event(egui::Event::Text("act".to_owned()));
    harness.run_steps(4);
    assert!(has_label(&harness, "active_power, signal"));
    harness.key_press(Key::Escape);
    harness.run_steps(4);
    assert!(!has_label(&harness, "active_power, signal"));
    assert_eq!(when(&harness), "gearbox_oil_temperature > clamp(act");
}

#[test]
fn undo_goes_back_to_the_very_bytes_and_redo_forth_again() {
    let mut harness = Desk::new().open();
    retype(&mut harness, "Limit", "85");
    retype(&mut harness, "Name", "Oil too hot");
    click(&mut harness, "Move the rule down (Alt ↓)");
    click(&mut harness, "Duplicate the rule");
    assert!(has_label(&harness, "unsaved"));
    let undo = |harness: &mut Harness<Desk>, with: Modifiers, key: Key| {
        for _ in 0..12 {
            harness.key_press_modifiers(with, key);
            harness.run_steps(2);
        }
    };
    undo(&mut harness, Modifiers::COMMAND, Key::Z);
    assert!(!harness.state().state.editor.is_dirty());
    assert_eq!(when(&harness), "gearbox_oil_temperature > 80");
    undo(&mut harness, Modifiers::COMMAND, Key::Y);
    click(&mut harness, "Save");
    wait_for_save(&mut harness);
    let saved = read(&harness.state().path);
    assert!(saved.contains("name = \"Oil too hot 2\""), "{saved}");
    assert!(
        saved.contains("# Above 80 °C the oil loses its film.\n[[rules]]\nname = \"Oil too hot\""),
        "{saved}"
    );
    // What was saved can be undone, and saved again.
    undo(&mut harness, Modifiers::COMMAND, Key::Z);
    click(&mut harness, "Save");
    wait_for_save(&mut harness);
    assert_eq!(read(&harness.state().path), SCENE);
}

#[test]
fn a_rule_of_an_included_file_is_saved_there() {
    let mut harness = Desk::new().open();
    harness.get_by_label_contains("Rule 3: Full power").click();
    harness.run_steps(3);
    retype(&mut harness, "Limit", "1950");
    click(&mut harness, "Save");
    wait_for_save(&mut harness);
    let desk = harness.state();
    assert_eq!(read(&desk.path), SCENE);
    let more = desk.path.with_file_name("more.toml");
    assert_eq!(read(&more), MORE.replace("1900", "1950"));
}

#[test]
fn a_file_changed_by_another_is_told_and_my_change_can_be_made_again() {
    let mut harness = Desk::new().open();
    retype(&mut harness, "Limit", "85");
    let path = harness.state().path.clone();
    let theirs = SCENE.replace("Derate to 50 %", "Derate to 40 %");
    std::fs::write(&path, &theirs).expect("written");
    click(&mut harness, "Save");
    wait_for("the conflict to be told", || {
        harness.run_steps(1);
        has_label(&harness, "changed on disk").then_some(())
    });
    assert_eq!(read(&path), theirs);
    click(&mut harness, "Reload and reapply my changes");
    click(&mut harness, "Save");
    wait_for_save(&mut harness);
    let expected = theirs.replace("temperature > 80", "temperature > 85");
    assert_eq!(read(&path), expected);
}

#[test]
fn leaving_with_unsaved_changes_asks_first() {
    let mut harness = Desk::new().open();
    click(&mut harness, "Close the rule editor");
    assert!(
        !has_label(&harness, "Close the rule editor"),
        "nothing to ask"
    );
    harness.state_mut().state.editor.ask(None);
    harness.run_steps(4);
    retype(&mut harness, "Limit", "85");
    click(&mut harness, "Close the rule editor");
    assert!(has_label(&harness, "1 change not saved"));
    click(&mut harness, "Keep editing");
    assert!(has_label(&harness, "Close the rule editor"));
    assert_eq!(when(&harness), "gearbox_oil_temperature > 85");
    click(&mut harness, "Close the rule editor");
    click(&mut harness, "Save and close");
    wait_for_save(&mut harness);
    harness.run_steps(3);
    assert!(!has_label(&harness, "Close the rule editor"));
    assert!(read(&harness.state().path).contains("> 85"));
}

#[test]
fn a_condition_can_be_tried_with_other_values() {
    let mut harness = Desk::new().open();
    assert!(has_label(&harness, "Values of T01"));
    assert!(has_label(&harness, "holds"));
    retype(&mut harness, "Try Gearbox oil temperature", "79");
    assert!(has_label(&harness, "does not hold"));
    retype(&mut harness, "Try Gearbox oil temperature", "?");
    assert!(has_label(&harness, "is unknown"));
}

#[test]
fn a_matching_turbine_is_a_button_that_flies_there() {
    let mut harness = Desk::new().open();
    click(&mut harness, "T01");
    let asked = std::mem::take(&mut harness.state_mut().asked);
    assert_eq!(asked, [Action::FlyTo(TurbineRow(0))]);
}

#[test]
fn everything_in_the_editor_that_acts_has_a_name() {
    let harness = Desk::new().open();
    let mut nameless = Vec::new();
    let mut open = vec![harness.root()];
    while let Some(node) = open.pop() {
        let inner = node.accesskit_node();
        let role = format!("{:?}", inner.role());
        let acts = [
            "Button",
            "TextInput",
            "MultilineTextInput",
            "ComboBox",
            "CheckBox",
            "ListBoxOption",
        ];
        if acts.contains(&role.as_str()) && inner.label().is_none_or(|l| l.trim().is_empty()) {
            nameless.push(format!("{role} {:?}", node.rect()));
        }
        open.extend(node.children());
    }
    assert_eq!(nameless, Vec::<String>::new());
}
