//! The cards over the view: legend, overlays, the turbine under the pointer; and the inspector's names.

use windvane::panels::inspector::inspector_ui;
use windvane::view::Overlay;
use windvane::view::colour::SignalScale;

use super::*;

/// The two turbines, coloured by power, as far as it is known.
fn by_power(values: &[(u32, f64)]) -> Desk {
    let mut desk = Desk::of_two_turbines();
    for &(turbine, value) in values {
        desk.hear(turbine, "active_power", value, 1_000);
    }
    let scene = desk.scene.clone().expect("a scene");
    let scale = SignalScale::new(&scene, &desk.fleet, "active_power", None);
    assert!(scale.is_some());
    desk.scale = ColourScale(scale);
    desk
}

#[test]
fn the_legend_lists_what_colours_something_and_a_click_selects_it() {
    let (mut desk, ..) = two_alarms();
    desk.hear(0, "active_power", 900.0, 1_000);
    let mut harness = desk.open();
    harness.get_by_label("Low alarm: No power, 1 turbine");
    harness.get_by_label("All well");
    harness
        .get_by_label("High alarm: Gearbox oil hot, 1 turbine")
        .click();
    harness.run_steps(2);
    let selects = Action::SelectSeveral(vec![TurbineRow(0)]);
    assert_eq!(asked(&mut harness), [selects]);
    harness
        .state_mut()
        .hear(0, "gearbox_oil_temperature", 60.0, 0);
    harness.run_steps(2);
    assert!(!has_label(&harness, "High alarm: Gearbox oil hot, 1"));
}

#[test]
fn the_legend_says_that_something_is_hatched_only_while_it_is() {
    let mut harness = Desk::of_two_turbines().open();
    harness.get_by_label("State not known");
    for turbine in [0, 1] {
        let desk = harness.state_mut();
        desk.hear(turbine, "active_power", 900.0, 0);
        desk.hear(turbine, "gearbox_oil_temperature", 60.0, 0);
    }
    harness.run_steps(2);
    assert!(!has_label(&harness, "State not known"));
}

#[test]
fn the_legend_of_a_signal_tells_its_range_and_what_has_no_data() {
    let harness = by_power(&[(0, 700.0)]).open();
    harness.get_by_label("Active power: 0 to 2,000 kW");
    harness.get_by_label("Colour by: Active power");
    harness.get_by_label("No data");
    let harness = by_power(&[(0, 700.0), (1, 900.0)]).open();
    assert!(harness.query_by_label("No data").is_none());
}

#[test]
fn the_range_can_be_fitted_to_the_values() {
    let mut harness = by_power(&[(0, 704.0), (1, 1_190.0)]).open();
    harness.get_by_label("Fit to values now").click();
    harness.run_steps(2);
    let fitted = Action::ColourBy(ColourBy::Signal {
        name: "active_power".into(),
        range: Some([700.0, 1_200.0]),
    });
    assert_eq!(asked(&mut harness), [fitted]);
}

#[test]
fn the_menu_of_the_legend_chooses_what_colours_tell() {
    let (desk, ..) = two_alarms();
    let mut harness = desk.open();
    harness.get_by_label("Colour by: Rules").click();
    harness.run_steps(3);
    harness.get_by_label("Nacelle direction").click();
    harness.run_steps(3);
    let by_signal = Action::ColourBy(ColourBy::Signal {
        name: "nacelle_direction".into(),
        range: None,
    });
    assert_eq!(asked(&mut harness), [by_signal]);
}

#[test]
fn a_folded_legend_keeps_its_heading() {
    let mut harness = Desk::of_two_turbines().open();
    harness.get_by_label("Fold the legend").click();
    harness.run_steps(3);
    assert!(!has_label(&harness, "All well"));
    harness.get_by_label("Colour by: Rules");
    harness.get_by_label("Show the legend");
}

#[test]
fn a_button_on_the_views_edge_shows_and_hides() {
    let mut harness = Desk::of_two_turbines().open();
    for (name, overlay, shown) in [
        ("Numbers in the view", Overlay::Numbers, true),
        ("Labels in the view", Overlay::Labels, false),
    ] {
        harness.get_by_label(name).click();
        harness.run_steps(2);
        assert_eq!(asked(&mut harness), [Action::Show(overlay, shown)]);
    }
}

fn hovered(desk: &mut Desk, turbine: u32) {
    let at = egui::pos2(400.0, 300.0);
    desk.hover = HoverCard {
        shown: Some(TurbineRow(turbine)),
        due: None,
        turbine: Some(egui::Rect::from_center_size(at, egui::vec2(40.0, 80.0))),
        pointer: Some(at),
    };
}

#[test]
fn the_card_of_a_turbine_tells_what_is_wrong_and_its_key_values() {
    let (mut desk, ..) = two_alarms();
    desk.hear(0, "active_power", 1_420.4, 1_000);
    desk.hear(0, "nacelle_direction", 270.0, 1_000);
    hovered(&mut desk, 0);
    let harness = desk.open();
    let drawn = drawn_texts(&harness);
    let has = |text: &str| drawn.iter().any(|t| t == text);
    assert!(has("T01"), "{drawn:?}");
    assert!(has("Vestas V80-2.0 MW"));
    assert!(has("83.2 > 80 °C"), "{drawn:?}");
    assert!(has("Active power") && has("1,420"));
    assert!(has("Click to inspect · double click to fly"));
}

#[test]
fn the_card_of_a_silent_turbine_says_for_how_long() {
    let mut desk = Desk::of_two_turbines();
    for signal in [
        "active_power",
        "gearbox_oil_temperature",
        "nacelle_direction",
    ] {
        desk.hear(1, signal, 50.0, 42_000);
    }
    desk.fleet.sweep_stale(at(NOW_MS));
    desk.run_rules();
    hovered(&mut desk, 1);
    let harness = desk.open();
    let drawn = drawn_texts(&harness);
    assert!(drawn.iter().any(|t| t == "No data for 42 s"), "{drawn:?}");
}

#[test]
fn no_card_is_drawn_before_it_is_due() {
    let (mut desk, ..) = two_alarms();
    hovered(&mut desk, 0);
    desk.hover.shown = None;
    let harness = desk.open();
    let drawn = drawn_texts(&harness);
    assert!(!drawn.iter().any(|t| t.starts_with("Click to inspect")));
}

#[test]
fn the_inspector_writes_long_names_of_signals_out() {
    let (mut desk, ..) = two_alarms();
    desk.selected = Some(TurbineRow(0));
    let mut is_dressed = false;
    // As wide as the inspector is in a window of 1280 points, and high enough for all of it.
    let mut harness = Harness::builder()
        .with_size(egui::vec2(356.0, 1_600.0))
        .build_ui_state(
            move |ui, desk: &mut Desk| {
                if !std::mem::replace(&mut is_dressed, true) {
                    dress(ui.ctx(), &desk.theme);
                    return;
                }
                let look = Look {
                    theme: &desk.theme,
                    zone: &TimeZone::UTC,
                    now_ms: NOW_MS,
                };
                let farm = Farm {
                    scene: desk.scene.as_deref(),
                    fleet: Some(&desk.fleet),
                    rules: Some(&desk.rules),
                    standing: &desk.standing,
                    selected: desk.selected,
                    ..Farm::default()
                };
                inspector_ui(ui, &look, &farm, &mut desk.asked);
            },
            desk,
        );
    harness.run_steps(3);
    let shapes = harness.output().shapes.iter();
    let names: Vec<(String, bool)> = shapes
        .filter_map(|s| match &s.shape {
            egui::Shape::Text(text) => Some(&text.galley),
            _ => None,
        })
        .map(|galley| (galley.text().to_owned(), galley.elided))
        .collect();
    for name in ["Gearbox oil temperature", "Nacelle direction"] {
        assert!(names.contains(&(name.to_owned(), false)), "{names:?}");
    }
}
