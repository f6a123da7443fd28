//! Jexl: the same as Jexl 2.3.0's own code, and the same as the native rules made of it.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use windvane::fleet::TurbineRow;
use windvane::rules::jexl::{JsValue, Script, to_native};
use windvane::rules::{Scope as _, Truth, compile, compile_jexl};
use windvane::scene::ValueKind;

use super::signals::{SIGNALS, Signals};
use crate::scene::shared_data;

fn evaluate(expression: &str, context: &Json) -> Result<JsValue, String> {
    let context: HashMap<&str, JsValue> = context.as_object().map_or_else(HashMap::new, |table| {
        let values = table.iter();
        let values = values.map(|(name, v)| (name.as_str(), JsValue::from_json(v)));
        values.collect()
    });
    let script = Script::parse(expression, context.keys().copied()).map_err(|e| e.message)?;
    script.evaluate(&|name| context.get(name).cloned().unwrap_or(JsValue::Undefined))
}

#[test]
fn every_expression_gives_what_jexl_gives() {
    let Some(data) = shared_data() else { return };
    let text = std::fs::read_to_string(data.join("twinmaker/jexl_expected.jsonl")).unwrap();
    let mut count = 0;
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let expression = case["expr"].as_str().unwrap();
        match evaluate(expression, &case["ctx"]) {
            Ok(value) => {
                assert_eq!(case["ok"], json!(true), "{line}");
                assert_eq!(case["result"]["t"], json!(value.kind()), "{line}");
                if let Some(expected) = case["result"].get("v") {
                    assert_eq!(value.to_json().as_ref(), Some(expected), "{line}");
                }
                assert_eq!(case["truthy"], json!(value.is_truthy()), "{line}");
                let number = value.to_number();
                let number = number.is_finite().then_some(JsValue::Number(number));
                let number = number.and_then(|n| n.to_json()).unwrap_or(Json::Null);
                assert_eq!(case["number"], number, "{line}");
            }
            Err(error) => {
                assert_eq!(case["ok"], json!(false), "{line}: {error}");
                // Long messages are cut there.
                let expected = case["error"].as_str().unwrap();
                assert!(error.starts_with(expected), "{line}: {error}");
            }
        }
        count += 1;
    }
    assert_eq!(count, 2_500);
}

/// What Jexl 2.3.0 gave for these, run beside it.
#[test]
fn jexls_peculiarities_are_its_own() {
    let context = json!({
        "a": 5, "txt": "abc", "list": [5, 6], "nul": null, "obj": {"k": 1},
        "objs": [{"x": 1}, {"x": 3}],
    });
    for (expression, expected) in [
        ("true || true && false", json!(false)),
        ("2 ^ 3 ^ 2", json!(64)),
        ("nul < 20", json!(true)),
        ("missing == nul", json!(true)),
        ("'10' == 10", json!(true)),
        ("'10' < '9'", json!(true)),
        ("list + 1", json!("5,61")),
        ("a - -3", json!(8)),
        ("a ?: 7", json!(5)),
        ("!a.b", json!(true)),
        ("list[1]", json!(6)),
        ("objs[.x > 1]", json!([{"x": 3}])),
        ("objs.x", json!(1)),
        ("txt.length + txt[0]", json!("3a")),
        ("'b' in txt && 5 in list", json!(true)),
        ("'5' in list", json!(false)),
        ("{k: a, x: [1, 'y']}", json!({"k": 5, "x": [1, "y"]})),
        ("-7 // 2", json!(-4)),
        ("(5", json!(5)),
        ("[()]", json!([])),
        ("'it\\'s' + \"\\\\\"", json!("it's\\")),
        ("1e21 + ''", json!("error")),
        ("5in [5]", json!(true)),
        ("not a", json!("error")),
        ("a = 5", json!("error")),
        ("a === 5", json!("error")),
        (".5", json!("error")),
        ("-a", json!("error")),
        ("[1,-2]", json!("error")),
        ("1 -", json!("error")),
        ("nul[0]", json!("error")),
        ("max(1)", json!("error")),
        ("a | upper", json!("error")),
        ("toString", json!("error")),
        ("", json!("error")),
        ("()", json!("error")),
    ] {
        let found = evaluate(expression, &context);
        let found = found.map_or(json!("error"), |v| v.to_json().unwrap());
        assert_eq!(found, expected, "{expression}");
    }
}

#[test]
fn a_name_with_a_hyphen_or_a_dot_is_a_name() {
    let context = json!({"my-temp": 5, "a-b": 1, "a-b-c": 2, "a": 9, "plant.power": 3});
    for (expression, expected) in [
        ("my-temp > 3 && my-temp < 10", json!(true)),
        ("my-temp < 3 || my-temp > 4", json!(true)),
        ("a-b-c == 2 && a-b == 1", json!(true)),
        ("a - b == a", json!(false)),
        ("x == 'a-b'", json!(false)),
        ("plant.power * 2", json!(6)),
        ("my-temp2 == 5", json!(false)),
    ] {
        let value = evaluate(expression, &context).unwrap();
        assert_eq!(value.to_json().unwrap(), expected, "{expression}");
    }
}

#[test]
fn hostile_expressions_are_refused_and_nothing_crashes() {
    let nothing = json!({});
    for expression in [
        "(".repeat(10_000),
        "[".repeat(10_000),
        "!".repeat(10_000),
        "a?".repeat(10_000),
        "a?b:".repeat(10_000),
        "a.".repeat(10_000) + "b",
        "{a:".repeat(10_000),
        "a[".repeat(10_000),
        "1+".repeat(20_000) + "1",
        "x".repeat(1 << 20),
        "'".repeat(60_000),
        "'a\\".repeat(20_000),
        "@".repeat(60_000),
        "(1) > ".repeat(9_000),
    ] {
        let short: String = expression.chars().take(20).collect();
        assert!(evaluate(&expression, &nothing).is_err(), "{short}");
    }
    let long = "a || ".repeat(500) + "a";
    assert!(!evaluate(&long, &nothing).unwrap().is_truthy());
}

#[test]
fn what_is_not_known_is_not_false() {
    let signals = Signals::default();
    let columns: Vec<Vec<f64>> = (0..SIGNALS.len())
        .map(|column| vec![if column == 0 { f64::NAN } else { 1.0 }])
        .collect();
    for (expression, expected) in [
        ("n0 < 20", Truth::Unknown),
        ("!(n0 > 5)", Truth::Unknown),
        ("n1 == 1 || n0 < 20", Truth::True),
        ("n1 == 2 && n0 < 20", Truth::False),
        ("b0 == 1", Truth::True),
        ("no_such_signal < 20", Truth::False),
        ("n1 > 0 && no_function(n1)", Truth::False),
    ] {
        let program = compile_jexl(expression, &signals).unwrap();
        let mut out = Vec::new();
        program.evaluate(&columns, &[TurbineRow(0)], &mut out);
        assert_eq!(out, [expected], "{expression}");
    }
    let program = compile_jexl("n0 < 20 && no_such_signal", &signals).unwrap();
    assert_eq!(program.unknown_names(), ["no_such_signal"]);
    let error = compile_jexl("n0 > 3 and n1 > 3", &signals).unwrap_err();
    assert_eq!(error[0].span, 7..10);
}

fn native(expression: &str) -> Option<String> {
    let signals = Signals::default();
    let kind = |name: &str| {
        let (_, kind) = signals.signal(name)?;
        Some((name.to_owned(), kind))
    };
    to_native(expression, &kind)
}

#[test]
fn what_is_the_same_natively_is_written_natively() {
    for (jexl, expected) in [
        ("n0>80", Some("n0 > 80")),
        ("n0 > 80 && s0 == 'run'", Some("n0 > 80 && s0 == \"run\"")),
        ("b0 || b1 && n0", Some("(b0 || b1) && n0 != 0")),
        ("n0 && !s0", Some("n0 != 0 && !(s0 != \"\")")),
        ("n0 > 1 ? true : false", Some("n0 > 1 ? true : false")),
        ("s0 in ['run', 'stop']", Some("s0 in [\"run\", \"stop\"]")),
        (
            "(n0 + 1) * 2 - -3 > n1 / 4",
            Some("(n0 + 1) * 2 - -3 > n1 / 4"),
        ),
        ("n0 - (n1 - 2) == 0", Some("n0 - (n1 - 2) == 0")),
        ("n0 == '5'", None),
        ("n0 / n1 > 2", None),
        ("s0 < 'run'", None),
        ("n0 // 2 == 1", None),
        ("missing > 5", None),
        ("1 < n0 < 3", None),
        ("b0 == 1", None),
    ] {
        assert_eq!(native(jexl).as_deref(), expected, "{jexl}");
    }
}

/// Expressions over the test's signals, most of which have a native form.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("n0".to_owned()),
        Just("n1".to_owned()),
        Just("b0".to_owned()),
        Just("s0".to_owned()),
        Just("'run'".to_owned()),
        Just("''".to_owned()),
        Just("true".to_owned()),
        (-3..9_i32).prop_map(|n| n.to_string()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let op = prop::sample::select(vec![
            "+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||",
        ]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("!{a}")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("{a} in [{b}, {c}]")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_translation_gives_the_same(
        source in expression(),
        numbers in prop::collection::vec(prop::sample::select(vec![0.0, 1.0, -2.5, 5.0, 8.0]), 3),
        truths in prop::collection::vec(any::<bool>(), 2),
        texts in prop::collection::vec(prop::sample::select(vec!["", "run", "stop"]), 2),
    ) {
        if let Some(translation) = native(&source) {
            let signals = Signals::default();
            let text = |text: &str| vec![f64::from(signals.texts.intern(text).unwrap())];
            let columns: Vec<Vec<f64>> = numbers.iter().map(|n| vec![*n])
                .chain(truths.iter().map(|t| vec![f64::from(*t)]))
                .chain(texts.iter().map(|t| text(t)))
                .collect();
            // One that is constant is refused natively where it divides by zero and the like.
            if let Ok(program) = compile(&translation, &signals) {
                let (mut natively, mut in_jexl) = (Vec::new(), Vec::new());
                program.evaluate(&columns, &[TurbineRow(0)], &mut natively);
                let jexl = compile_jexl(&source, &signals).unwrap();
                jexl.evaluate(&columns, &[TurbineRow(0)], &mut in_jexl);
                prop_assert_eq!(natively, in_jexl, "{} is not {}", source, translation);
            }
        }
    }

    #[test]
    fn no_text_crashes_the_parser(source in "[ab0-9.'\"\\\\ ()\\[\\]{}?:,|&!<>=+*/%^$é-]{0,40}") {
        let context = json!({"a": [1, {"b": 2}], "b": "text"});
        if let Ok(value) = evaluate(&source, &context) {
            let _ = (value.to_text(), value.to_number(), value.to_json());
        }
    }
}

#[test]
fn every_kind_is_among_the_signals() {
    // What the strategies above rely on.
    let kinds: Vec<ValueKind> = SIGNALS.iter().map(|(_, kind)| *kind).take(7).collect();
    use ValueKind::{Boolean, Number, Text};
    assert_eq!(
        kinds,
        [Number, Number, Number, Boolean, Boolean, Text, Text]
    );
}
