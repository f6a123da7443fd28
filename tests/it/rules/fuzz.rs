//! Any text compiles or is refused with reasons, and what compiles evaluates: nothing crashes.

use proptest::prelude::*;
use windvane::fleet::TurbineRow;
use windvane::rules::{Truth, compile_any, mixed_and_or};

use super::plant::Plant;

const PIECES: [&str; 66] = [
    "active_power",
    "grid_power",
    "oil",
    "oil_f",
    "state",
    "running",
    "bare",
    "odd",
    "nope",
    "limits.hot",
    "limits.own",
    "limits.",
    "limits",
    "rotor_diameter",
    "pi",
    "0",
    "1",
    "80",
    "2.5e3",
    "1e308",
    "9223372036854775807",
    "0x1F",
    "80 degC",
    "80°C",
    "1.5 MW",
    "10 min",
    "0 s",
    "30 s",
    "25 h",
    "50 %",
    "%",
    "12 in",
    "in",
    "[",
    "]",
    "(",
    ")",
    "(",
    ")",
    ",",
    ",",
    "+",
    "-",
    "*",
    "/",
    "!",
    "==",
    "!=",
    "<",
    ">=",
    "&&",
    "||",
    "?",
    ":",
    "\"run\"",
    "true",
    "avg(",
    "min(",
    "held(",
    "age(",
    "previous(",
    "farm.avg(",
    "farm.count(",
    "nearest(5).median(",
    "rate(",
    "clamp(",
];

/// Cases that were found to be wrong once.
const FOUND: [&str; 8] = [
    "80 °",
    "1/",
    "5 m/s/",
    "nearest(99999999999999999999).avg(oil)",
    "limits.é",
    "avg(oil,1e999 s)",
    "oil > 1 ·",
    "avg(oil, 1e300 d) > 1",
];

/// Compiles and evaluates; the reasons of a refusal must be within the source.
fn try_it(source: &str) {
    let plant = Plant::default();
    drop(mixed_and_or(source));
    match compile_any(source, &plant) {
        Ok(program) => {
            let values = [
                f64::NAN,
                0.0,
                -1.0,
                1e308,
                f64::INFINITY,
                f64::NEG_INFINITY,
                80.0,
            ];
            let columns = vec![values.to_vec(); 130];
            for row in 0..values.len() as u32 {
                drop(program.value(&columns, TurbineRow(row), &plant.texts));
                drop(program.explain(&columns, TurbineRow(row), &plant.texts));
            }
            let mut truths: Vec<Truth> = Vec::new();
            program.evaluate_all(&columns, values.len(), &mut truths);
            assert_eq!(truths.len(), values.len());
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "{source:?} is refused without a reason");
            for error in errors {
                assert!(
                    source.get(error.span.clone()).is_some(),
                    "{source:?}: {error:?}"
                );
            }
        }
    }
}

#[test]
fn what_was_found_once_stays_well() {
    FOUND.iter().for_each(|source| try_it(source));
}

#[test]
fn a_mebibyte_and_ten_thousand_brackets_are_refused() {
    for source in [
        "oil > 1 && ".repeat(100_000),
        "(".repeat(10_000),
        "avg(".repeat(10_000),
        "farm.avg(".repeat(900),
        "1 m/".repeat(2_000),
        "limits.".repeat(1_000),
        format!("oil > 1 {}", "m·".repeat(4_000)),
        format!("oil > 1 {}", "/".repeat(1 << 20)),
    ] {
        let plant = Plant::default();
        assert!(compile_any(&source, &plant).is_err(), "{source:.40}…");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_row_of_pieces_compiles_or_is_refused(
        pieces in prop::collection::vec((prop::sample::select(PIECES.to_vec()), any::<bool>()), 1..14)
    ) {
        let source: String = pieces
            .iter()
            .map(|(piece, blank)| format!("{piece}{}", if *blank { " " } else { "" }))
            .collect();
        try_it(&source);
    }

    #[test]
    fn any_text_compiles_or_is_refused(source in "[ -~°µ·²é€\u{200b}\u{1d11e}]{0,40}") {
        try_it(&source);
    }
}
