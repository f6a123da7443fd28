//! The editor and the language: what it knows of units, limits, windows, the farm, Jexl, scales and labels.

use bevy_egui::egui::{self, Key};
use egui_kittest::kittest::Queryable as _;

use super::files::SCENE;
use super::pane::{Desk, expression, has_label, retype, when};

/// The scene with limits and a window, and a rule in Jexl.
fn desk() -> Desk {
    let limits = "[models.v80.limits]\noil_hot = 82\n\n[[turbines]]";
    let rules = r##"
[[rules]]
name = "Oil warm for long"
when = "avg(gearbox_oil_temperature, 10 min) > 70 degC"
color = "#e0700c"

[[rules]]
name = "In Jexl"
language = "jexl"
when = "gearbox_oil_temperature > 70"
color = "#e0700c"
"##;
    Desk::of(&format!(
        "{}{rules}",
        SCENE.replacen("[[turbines]]", limits, 1)
    ))
}

#[test]
fn units_limits_and_functions_are_no_mistakes() {
    let mut harness = desk().open();
    for (text, told) in [
        (
            "gearbox_oil_temperature > limits.oil_hot",
            "Matches 1 of 2 now",
        ),
        ("gearbox_oil_temperature > 176 degF", "Matches 1 of 2 now"),
        ("active_power > rated_power - 600 kW", "Matches 1 of 2 now"),
        ("gearbox_oil_temperature > 80 kW", "No preview"),
        (
            "gearbox_oil_temperature > limits.oil_warm",
            "There is no limit `oil_warm`.",
        ),
        (
            "farm.meridian(gearbox_oil_temperature) > 1",
            "Did you mean `farm.median`?",
        ),
    ] {
        expression(&mut harness, text);
        assert!(has_label(&harness, told), "{text}: {told}");
    }
}

#[test]
fn what_the_scene_does_not_work_out_yet_is_known_once_saved() {
    let mut harness = desk().open();
    for text in [
        "avg(gearbox_oil_temperature, 20 min) > 70",
        "held(gearbox_oil_temperature > 80, 30 s)",
        "gearbox_oil_temperature > farm.median(gearbox_oil_temperature) + 5",
        "rate(gearbox_oil_temperature, 5 min) > 1 degC/min",
    ] {
        expression(&mut harness, text);
        assert!(
            has_label(&harness, "Matches are known once saved"),
            "{text}"
        );
        assert!(!has_label(&harness, "unknown: no data"), "{text}");
        assert!(has_label(
            &harness,
            "Rule 1: Gearbox oil hot, known once saved"
        ));
    }
    // What is decided without it is told.
    expression(
        &mut harness,
        "gearbox_oil_temperature > 80 || avg(gearbox_oil_temperature, 20 min) > 70",
    );
    assert!(has_label(&harness, "Matches 1 of 2 now"));
    assert!(has_label(&harness, "1 known once saved"));
    // A window that the scene has already: its column is there, and nothing was heard for it yet.
    expression(&mut harness, "avg(gearbox_oil_temperature, 10 min) > 60");
    assert!(!has_label(&harness, "known once saved"));
}

#[test]
fn a_rule_in_jexl_is_checked_and_tried_as_it_is_edited() {
    let mut harness = desk().open();
    harness
        .get_by_label_contains("In Jexl, matches 1 of 2")
        .click();
    harness.run_steps(3);
    expression(&mut harness, "gearbox_oil_temperature > 60 && true");
    assert!(has_label(&harness, "Matches 2 of 2 now"));
    expression(&mut harness, "gearbox_oil_temperature > (");
    assert!(has_label(&harness, "No preview"));
    assert!(has_label(&harness, "Cannot be saved"));
}

#[test]
fn labels_and_scales_are_checked_in_the_form() {
    let mut harness = desk().open();
    retype(&mut harness, "Label", "{gearbox_oil_temperatur:.1} °C");
    assert!(has_label(
        &harness,
        "There is no signal `gearbox_oil_temperatur`"
    ));
    assert!(has_label(&harness, "Cannot be saved"));
    retype(&mut harness, "Label", "{gearbox_oil_temperature:.1} °C");
    assert!(!has_label(&harness, "Cannot be saved"));
    for (text, told) in [
        (
            "{ scale = \"viridis\", of = \"active_powr\", range = [0, 1] }",
            "There is no signal",
        ),
        (
            "{ scale = \"rainbow\", of = \"active_power\", range = [0, 1] }",
            "no scale “rainbow”",
        ),
        (
            "{ scale = \"viridis\", of = \"active_power\", range = [9, 1] }",
            "from 9 to 1",
        ),
        (
            "{ scale = \"viridis\", of = \"active_power > 1\", range = [0, 1] }",
            "shows a number",
        ),
        ("{ scale = \"viridis\", of = ", "This is no scale"),
        ("reddish", "A colour looks like"),
    ] {
        retype(&mut harness, "Colour", text);
        assert!(has_label(&harness, told), "{text}: {told}");
    }
    for text in [
        "darkorange",
        "{ scale = \"viridis\", of = \"active_power\", range = [0, 9] }",
    ] {
        retype(&mut harness, "Colour", text);
        assert!(!has_label(&harness, "Cannot be saved"), "{text}");
    }
}

#[test]
fn units_and_limits_are_completed() {
    let mut harness = desk().open();
    for (before, typed, offered, written) in [
        (
            "gearbox_oil_temperature > 176 ",
            "degf",
            "degF, unit",
            "gearbox_oil_temperature > 176 degF",
        ),
        (
            "avg(gearbox_oil_temperature, 10 ",
            "mi",
            "min, unit",
            "avg(gearbox_oil_temperature, 10 min",
        ),
        (
            "gearbox_oil_temperature > ",
            "oilhot",
            "limits.oil_hot, limit",
            "gearbox_oil_temperature > limits.oil_hot",
        ),
        (
            "active_power > ",
            "farm.me",
            "farm.median, function",
            "active_power > farm.median(",
        ),
        (
            "active_power > ",
            "rated",
            "rated_power, number",
            "active_power > rated_power",
        ),
    ] {
        expression(&mut harness, before);
        harness.event(egui::Event::Text(typed.to_owned()));
        harness.run_steps(4);
        assert!(has_label(&harness, offered), "{before}{typed}");
        harness.key_press(Key::Enter);
        harness.run_steps(4);
        assert_eq!(when(&harness), written);
    }
}
