//! What is said of wrong expressions: the message, the place and what to do.

use windvane::fleet::{SignalColumn, TurbineRow};
use windvane::rules::{Comparison, ExpressionError, Value, compile, compile_any};

use super::signals::Signals;

/// The problems of a condition, as `place: message | help`.
fn problems(source: &str) -> Vec<String> {
    let errors = compile(source, &Signals::default()).expect_err(source);
    let written = |e: &ExpressionError| {
        let place = &source[e.span.clone()];
        format!(
            "{place}: {} | {}",
            e.message,
            e.help.as_deref().unwrap_or("-")
        )
    };
    errors.iter().map(written).collect()
}

macro_rules! says {
    ($($name:ident: $source:expr => $($expected:expr),+;)+) => {
        $(
            #[test]
            fn $name() {
                assert_eq!(problems($source), [$($expected),+]);
            }
        )+
    };
}

says! {
    a_misspelt_signal_is_answered_with_the_nearest: "gearbox_oil_temprature > 80" =>
        "gearbox_oil_temprature: There is no signal `gearbox_oil_temprature`. | \
         Did you mean `gearbox_oil_temperature`?";
    every_wrong_name_is_reported: "foo > 1 && (bar + 1 > 2 || n0 > 1)" =>
        "foo: There is no signal `foo`. | There are: n0, n1, n2, b0, b1, s0, s1, gearbox_oil_temperature.",
        "bar: There is no signal `bar`. | There are: n0, n1, n2, b0, b1, s0, s1, gearbox_oil_temperature.";
    a_number_alone_is_no_condition: "n0 + 1" =>
        "n0 + 1: A condition is true or false; this is a number. | Compare it, for example: … > 80";
    a_text_alone_is_no_condition: "s0" =>
        "s0: A condition is true or false; this is a text. | Compare it, for example: … == \"run\"";
    one_equals_sign_is_two: "n0 = 1" => "=: `=` is not an operator. | Write `==`.";
    and_is_a_symbol: "n0 > 1 and n1 > 1" => "and: `and` is not an operator. | Write `&&`.";
    not_is_a_symbol: "not b0" => "not: `not` is not an operator. | Write `!`, and brackets: !(…)";
    a_mathematical_sign_is_spelt_out: "n0 ≥ 1" => "≥: `≥` is not an operator. | Write `>=`.";
    an_unknown_unit_after_a_number: "n0 > 80 KWh" =>
        "80 KWh: Expected an operator between `80` and `KWh`. | `KWh` is no unit. Did you mean `kWh`?";
    an_unknown_unit_on_a_number: "n0 > 80furlongs" =>
        "80furlongs: `80furlongs` is not a number. | `furlongs` is no unit: docs/rules.md lists them.";
    a_decimal_comma: "n0 > 80,5" =>
        ",: A comma stands only in lists and between arguments. | Decimals are written with a dot: 80.5";
    a_text_without_quotes: "s0 == run" =>
        "run: There is no signal `run`. | A text stands in quotes: \"run\"";
    a_text_against_a_number: "s0 == 5" =>
        "s0 == 5: `==` compares values of one kind: `s0` is a text, `5` is a number. | -";
    a_truth_value_against_a_number: "b0 == 1" =>
        "b0 == 1: `==` compares values of one kind: `b0` is true or false, `1` is a number. | \
         `b0` is a condition by itself; `!` says the opposite.";
    texts_have_no_order: "s0 < \"run\"" =>
        "s0 < \"run\": `<` compares numbers; these are texts, which have no order. | \
         Texts and conditions have == and !=.";
    a_chained_comparison: "1 < n0 < 3" =>
        "1 < n0 < 3: Comparisons cannot be chained. | Say both: low < x && x < high";
    a_number_as_a_condition: "n0 && b0" =>
        "n0: `&&` needs conditions; `n0` is a number. | Compare it, for example: n0 > 0";
    an_exclamation_mark_before_a_comparison: "!n0 > 3" =>
        "n0: `!` needs conditions; `n0` is a number. | Put brackets around the whole condition: !(a > b)";
    arithmetic_on_a_text: "n0 + s0 > 1" => "s0: `+` needs numbers; `s0` is a text. | -";
    arithmetic_on_a_truth_value: "n0 + b0 > 1" =>
        "b0: `+` needs numbers; `b0` is true or false. | To count it: (b0 ? 1 : 0)";
    both_values_of_a_choice_are_of_one_kind: "(b0 ? 1 : \"x\") == 1" =>
        "\"x\": Both values of `?:` must be of one kind: `1` is a number, `\"x\"` is a text. | -";
    a_bracket_that_stays_open: "(n0 > 1" => "(: `(` is never closed. | -";
    a_bracket_that_closes_nothing: "n0 > 1)" => "): `)` closes nothing. | -";
    an_operator_without_its_second_value: "n0 >" => ">: Expected a value after `>`. | -";
    an_operator_without_its_first_value: "> 1" => ">: Expected a value before `>`. | -";
    nothing_at_all: " " => ": The expression is empty. | For example: gearbox_oil_temperature > 80";
    a_text_that_does_not_end: "s0 == \"run" => "\"run: The text does not end. | Close it with \".";
    division_by_nothing: "n0 / (1 - 1) > 2" => "(1 - 1): Division by zero. | -";
    limits_the_wrong_way_round: "clamp(n0, 5, 3) > 1" =>
        "clamp(n0, 5, 3): `clamp`: the low limit 5 is above the high limit 3. | -";
    too_few_arguments: "clamp(n0) > 1" =>
        "clamp(n0): `clamp` does not take 1 argument. | Write clamp(x, low, high).";
    a_misspelt_function: "abss(n0) > 1" => "abss: There is no function `abss`. | Did you mean `abs`?";
    a_function_of_cel: "size(s0) > 1" =>
        "size: Rules do not have CEL's function `size`. | \
         There are abs, min, max, clamp; avg, min, max, rate, delta and stddev over a time; held, age, \
         previous; farm.… and nearest(n).…";
    a_macro_of_cel: "has(n0)" =>
        "has: Rules do not have CEL's function `has`. | \
         There are abs, min, max, clamp; avg, min, max, rate, delta and stddev over a time; held, age, \
         previous; farm.… and nearest(n).…";
    a_method: "s0.startsWith(\"r\")" =>
        ".: Fields and methods are not part of the rule language. | Signals are plain names.";
    a_map: "{\"a\": 1}" => "{: Maps are not part of the rule language. | -";
    an_element: "n0[0] > 1" => "[: Signals have no elements to select with `[…]`. | -";
    a_list_by_itself: "[1, 2] == [1]" =>
        "[: A list stands only after `in`. | For example: state in [\"run\", \"start\"]";
    an_empty_list: "n0 in []" => "n0 in []: The list is empty: nothing is in it. | -";
    in_without_a_list: "n0 in n1" => "n1: `in` needs a list. | For example: state in [\"run\", \"start\"]";
    an_unsigned_number: "n0 > 5u" => "5u: `5u` is not a number. | Every number is the same kind here: write 5.";
    bytes: "s0 == b\"x\"" =>
        "b\"x\": Byte strings are not part of the rule language. | Write a text, without the `b`.";
    null: "n0 == null" =>
        "null: There is no null. | A value that is missing is unknown, and what rests on it is unknown too.";
    a_number_beyond_all: "n0 > 1e999" =>
        "1e999: The number is too large. | Large numbers can be written with an exponent: 2.5e9";
    a_place_after_other_alphabets: "\"é€\" == s0 && nope" =>
        "nope: There is no signal `nope`. | \
         There are: n0, n1, n2, b0, b1, s0, s1, gearbox_oil_temperature.";
}

#[test]
fn integers_divide_as_numbers_do() {
    let signals = Signals::default();
    let program = compile_any("1 / 2", &signals).unwrap();
    let value = program.value(&Vec::<Vec<f64>>::new(), TurbineRow(0), &signals.texts);
    assert_eq!(value, Value::Number(0.5));
}

#[test]
fn a_single_comparison_is_told_apart_from_others() {
    let signals = Signals::default();
    let simple = |source: &str| compile(source, &signals).unwrap().compare_simple();
    let limit = |op| Some((SignalColumn(1), op, 80.0));
    assert_eq!(simple("n1 > 80"), limit(Comparison::Greater));
    assert_eq!(simple("(n1) <= 40 * 2"), limit(Comparison::LessOrEqual));
    assert_eq!(simple("80 < n1"), limit(Comparison::Greater));
    assert_eq!(simple("80 >= n1"), limit(Comparison::LessOrEqual));
    let negative = Some((SignalColumn(1), Comparison::Less, -3.0));
    assert_eq!(simple("n1 < -3"), negative);
    for source in [
        "n1 > n2",
        "n1 + 1 > 80",
        "s0 == \"run\"",
        "b0",
        "!(n1 > 80)",
        "n1 > 80 && b0",
    ] {
        assert_eq!(simple(source), None, "{source}");
    }
}

#[test]
fn signals_are_listed_once_in_the_order_in_which_they_appear() {
    let program = compile("n2 > n0 && n0 < 3 || s0 == \"run\"", &Signals::default()).unwrap();
    assert_eq!(program.signals(), [2, 0, 5].map(SignalColumn));
}

#[test]
fn an_explanation_names_signals_and_comparisons_with_their_values() {
    let signals = Signals::default();
    let run = f64::from(signals.texts.intern("run").unwrap());
    let mut columns = vec![vec![f64::NAN]; 8];
    columns[7] = vec![83.2];
    columns[5] = vec![run];
    let source = "gearbox_oil_temperature > 80 && (n0 < 1 || s0 in [\"run\"])";
    let program = compile(source, &signals).unwrap();
    let explained: Vec<(&str, Value)> = program
        .explain(&columns, TurbineRow(0), &signals.texts)
        .into_iter()
        .map(|live| (&source[live.span], live.value))
        .collect();
    assert_eq!(
        explained,
        [
            ("gearbox_oil_temperature > 80", Value::Boolean(true)),
            ("gearbox_oil_temperature", Value::Number(83.2)),
            ("n0 < 1", Value::Unknown),
            ("n0", Value::Unknown),
            ("s0 in [\"run\"]", Value::Boolean(true)),
            ("s0", Value::Text("run".into())),
        ]
    );
}
