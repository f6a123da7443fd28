//! Units: what is converted, and what is refused.

use windvane::fleet::TurbineRow;
use windvane::rules::{Value, compile, compile_any};

use super::plant::{LIMIT, Plant};

/// Columns with one row each, by column.
fn columns() -> Vec<Vec<f64>> {
    let mut columns = vec![vec![f64::NAN]; 51];
    // active_power, grid_power, oil, oil_f, wind, rotor_speed, state, running, bare, odd
    for (column, value) in [1500.0, 1.5, 85.0, 185.0, 12.0, 15.0, 0.0, 1.0, 3.0, 4.0]
        .into_iter()
        .enumerate()
    {
        columns[column] = vec![value];
    }
    columns[LIMIT.index()] = vec![84.0];
    columns
}

fn value(source: &str) -> Value {
    let plant = Plant::default();
    let program = compile_any(source, &plant).expect(source);
    program.value(&columns(), TurbineRow(0), &plant.texts)
}

fn refusal(source: &str) -> String {
    let errors = compile_any(source, &Plant::default()).expect_err(source);
    let error = &errors[0];
    let place = &source[error.span.clone()];
    let help = error.help.as_deref().unwrap_or("-");
    format!("{place}: {} | {help}", error.message)
}

#[test]
fn a_literal_is_converted_into_the_unit_of_what_it_is_compared_with() {
    for holds in [
        "oil > 84 degC",
        "oil > 183 degF",
        "oil > 84°C",
        "oil < 360 K",
        "183 °F < oil",
        "oil_f > 84 degC && oil_f < 86 degC",
        "active_power == 1.5 MW",
        "active_power > 1499kW",
        "grid_power == 1500 kW",
        "wind > 43 km/h && wind < 44 km/h",
        "rotor_speed > 1.57 rad/s && rotor_speed < 1.571 rad/s",
        "active_power in [1 MW, 1.5 MW]",
        "clamp(active_power, 0 MW, 1 MW) == 1000",
        "max(grid_power, 1600 kW) == 1.6",
        "(running ? active_power : 2 MW) == 1.5 MW",
        "-active_power < -1.4 MW",
        "oil > -5 degF",
        "bare < 80 degC",
        "odd < 80 degC",
    ] {
        assert_eq!(value(holds), Value::Boolean(true), "{holds}");
    }
}

#[test]
fn signals_of_other_units_are_compared_and_added_in_one() {
    for holds in [
        "active_power == grid_power",
        "abs(oil - oil_f) < 0.001",
        "active_power + grid_power == 3 MW",
        "grid_power + active_power == 3",
        "active_power / grid_power == 1",
        "active_power / grid_power == 100 %",
        "active_power > 0.7 * grid_power",
        "oil - oil_f < 5 degF && oil - oil_f > -0.1 K",
        "oil + 5 degC > 89 degC",
        "oil - 5 K > 79 degC",
        "oil - 80 degC > 4 K && oil - 80 degC < 6 K",
        "(oil + oil_f) / 2 > 84 degC",
        "rotor_speed * rotor_diameter / 2 > 62 m/s",
        "rotor_speed * rotor_diameter / 2 < 63 m/s",
        "oil > limits.hot && oil > limits.own",
        "active_power > limits.own * 1 kW",
    ] {
        assert_eq!(value(holds), Value::Boolean(true), "{holds}");
    }
}

#[test]
fn percent_and_inch_are_told_from_operators() {
    assert_eq!(value("17 % 5"), Value::Number(2.0));
    assert_eq!(value("17 %5"), Value::Number(2.0));
    assert_eq!(value("bare % 2 == 1"), Value::Boolean(true));
    assert_eq!(value("50 % == 0.5"), Value::Boolean(false), "0.5 %");
    assert_eq!(value("(50 %) * 2 == 100 %"), Value::Boolean(true));
    assert_eq!(value("3 in [1, 3]"), Value::Boolean(true));
    assert_eq!(value("rotor_diameter > 12 in"), Value::Boolean(true));
    assert_eq!(value("10 min/2 == 300 s // half"), Value::Boolean(true));
}

#[test]
fn what_does_not_convert_is_refused_with_both_named() {
    assert_eq!(
        refusal("active_power > 80 degC"),
        "active_power > 80 degC: `>` has a power and a temperature: `active_power` is in kW, \
         `80 degC` in degC. | Expected a power: W, kW, MW, GW, hp."
    );
    assert_eq!(
        refusal("active_power > oil"),
        "active_power > oil: `>` has a power and a temperature: `active_power` is in kW, `oil` in \
         degC. | -"
    );
    for refused in [
        "oil + active_power > 3",
        "oil in [1 kW]",
        "max(oil, 3 m/s) > 1",
        "(running ? oil : active_power) > 1",
        "rotor_speed > 2 Hz",
        "rotor_speed * rotor_diameter > 3 kW",
        "clamp(oil, 1 kW, 2 kW) > 3",
        "wind % 3 kW > 1",
    ] {
        let why = refusal(refused);
        assert!(why.contains(" in "), "{refused}: {why}");
    }
}

#[test]
fn a_limit_in_another_unit_is_the_limit_of_the_comparison() {
    let plant = Plant::default();
    let limit = |source: &str| compile(source, &plant).unwrap().compare_simple().unwrap().2;
    assert_eq!(limit("oil > 176 degF"), 80.0);
    assert_eq!(limit("grid_power > 1800 kW"), 1.8);
    assert_eq!(limit("oil > limits.hot"), 80.0);
}

#[test]
fn places_stay_right_behind_units_of_several_bytes() {
    assert_eq!(
        refusal("oil > 80 °C && nope > 1 µm"),
        "nope: There is no signal `nope`. | There are: active_power, grid_power, oil, oil_f, wind, \
         rotor_speed, state, running, bare, odd."
    );
}
