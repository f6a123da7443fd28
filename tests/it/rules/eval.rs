//! `windvane eval`, as a process.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn eval(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .arg("eval")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || stdin.write_all(&input))
        .unwrap();
    let output = child.wait_with_output().unwrap();
    // A program that ends without reading its input closes the pipe; that is its right.
    let _ = writer.join().unwrap();
    output
}

fn printed(arguments: &[&str]) -> String {
    let output = eval(arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn it_prints_what_the_expression_gives() {
    assert_eq!(printed(&["t > 80", "t=83.2"]), "true\n");
    assert_eq!(printed(&["t > 80", "t=-1e3"]), "false\n");
    assert_eq!(printed(&["t > 80", "t=?"]), "unknown\n");
    assert_eq!(printed(&["t > 80 || on", "t=?", "on=true"]), "true\n");
    assert_eq!(printed(&["1 / 2"]), "0.5\n");
    assert_eq!(printed(&["x * 2", "x=2"]), "4\n");
    assert_eq!(printed(&["s == \"run\" ? s : \"other\"", "s=run"]), "run\n");
    assert_eq!(printed(&["s == \"5\"", "s=\"5\""]), "true\n");
    assert_eq!(printed(&["s in [\"nan\"]", "s=nan"]), "true\n");
}

#[test]
fn an_unknown_value_takes_the_kind_that_suits() {
    assert_eq!(
        printed(&["a && b == \"run\" && c > 1", "a=?", "b=?", "c=?"]),
        "unknown\n"
    );
    assert_eq!(printed(&["false && b == \"run\"", "b=?"]), "false\n");
}

#[test]
fn it_prints_json_when_asked() {
    let json = |arguments: &[&str]| printed(&[arguments, &["--json"]].concat());
    assert_eq!(
        json(&["t > 80", "t=83.2"]),
        "{\"kind\":\"boolean\",\"value\":true}\n"
    );
    assert_eq!(
        json(&["t > 80", "t=?"]),
        "{\"kind\":\"boolean\",\"value\":null}\n"
    );
    assert_eq!(
        json(&["t + 1", "t=1.5"]),
        "{\"kind\":\"number\",\"value\":2.5}\n"
    );
    assert_eq!(
        json(&["1 / t", "t=0"]),
        "{\"kind\":\"number\",\"value\":\"inf\"}\n"
    );
    assert_eq!(
        json(&["s", "s=run"]),
        "{\"kind\":\"text\",\"value\":\"run\"}\n"
    );
}

#[test]
fn a_wrong_expression_is_shown_with_its_place_and_status_1() {
    let output = eval(&["oil_temperture > 80", "oil_temperature=3"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let shown = String::from_utf8(output.stderr).unwrap();
    assert!(
        shown.contains("There is no signal `oil_temperture`."),
        "{shown}"
    );
    assert!(shown.contains("^^^^^^^^^^^^^^"), "{shown}");
    assert!(shown.contains("Did you mean `oil_temperature`?"), "{shown}");
}

#[test]
fn a_wrong_value_is_wrong_usage() {
    for wrong in ["5=3", "t", "a b=3", "=3"] {
        assert_eq!(
            eval(&["t > 80", wrong], b"").status.code(),
            Some(2),
            "{wrong}"
        );
    }
    assert_eq!(eval(&[], b"").status.code(), Some(2));
}

#[test]
fn lines_of_json_are_answered_line_by_line_whatever_they_hold() {
    let long = format!("{{\"expression\": \"{}\"}}", "1".repeat(2_000_000));
    let deep = "[".repeat(100_000);
    let lines = [
        r#"{"expression": "a > b && s == \"x\"", "context": {"a": 2, "b": 1, "s": "x"}}"#,
        "",
        r#"{"expression": "a > 1", "context": {"a": null}}"#,
        r#"{"expression": "a > 1", "context": {"a": [1]}}"#,
        r#"{"expression": "a >", "context": {"a": 1}}"#,
        r#"{"context": {}}"#,
        "not json",
        &long,
        &deep,
        r#"{"expression": "1 + 1"}"#,
    ];
    let mut input = lines.join("\n").into_bytes();
    input.extend(b"\n\xff\xfe\n{\"expression\": \"true\"}");
    let output = eval(&["--jsonl"], &input);
    assert_eq!(output.status.code(), Some(1), "some lines are wrong");
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> = answers
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let values: Vec<Option<&serde_json::Value>> = answers.iter().map(|a| a.get("value")).collect();
    let errors = answers.iter().filter(|a| a.get("errors").is_some()).count();
    assert_eq!(answers.len(), 11);
    assert_eq!(errors, 7);
    assert_eq!(values[0], Some(&serde_json::Value::Bool(true)));
    assert_eq!(values[1], Some(&serde_json::Value::Null));
    assert_eq!(answers[3]["errors"][0]["start"], 2);
    assert_eq!(values[8], Some(&serde_json::json!(2.0)));
    assert_eq!(values[10], Some(&serde_json::Value::Bool(true)));
}
