//! `windvane eval --jexl`.

use std::collections::HashMap;
use std::io::{self, Write};

use anyhow::{Context as _, anyhow};
use serde_json::{Value as Json, json};

use super::{Lines, print_errors};
use crate::rules::jexl::{JsValue, Script};
use crate::rules::{ExpressionError, Value};
use crate::units::Unit;

/// `--jsonl`: a case that Jexl refuses is an answer like any other.
pub(super) const LINES: Lines = Lines {
    case,
    fault: |error| json!({ "ok": false, "error": format!("{error:#}") }),
    is_well: |_| true,
};

/// Evaluates one expression. Whether it could be.
pub(super) fn one(
    expression: &str,
    values: &[(String, Value, Option<Unit>)],
    as_json: bool,
    out: &mut impl Write,
) -> io::Result<bool> {
    let value = |value: &Value| match value {
        Value::Number(number) => JsValue::Number(*number),
        Value::Boolean(truth) => JsValue::Boolean(*truth),
        Value::Text(text) => JsValue::Text(text.clone()),
        Value::Unknown => JsValue::Undefined,
    };
    let context = values.iter().map(|(name, v, _)| (name.clone(), value(v)));
    let context: HashMap<String, JsValue> = context.collect();
    if as_json {
        let outcome = evaluate(expression, &context);
        writeln!(out, "{}", told(&outcome))?;
        return Ok(outcome.is_ok());
    }
    match Script::parse(expression, context.keys().map(String::as_str)) {
        Err(error) => print_errors(
            expression,
            &[ExpressionError {
                message: error.message,
                span: error.span,
                help: None,
            }],
        )
        .map(|()| false),
        Ok(script) => match run(&script, &context) {
            Ok(value) => writeln!(out, "{}", value.to_text()).map(|()| true),
            Err(message) => {
                eprintln!("error: {message}");
                Ok(false)
            }
        },
    }
}

/// Evaluates a line of `--jsonl`.
fn case(line: &[u8]) -> anyhow::Result<Json> {
    let case: Json = serde_json::from_slice(line).context("The line is not JSON")?;
    let expression = case.get("expr").and_then(Json::as_str);
    let expression = expression.context("The line has no text \"expr\".")?;
    let context = match case.get("ctx") {
        None | Some(Json::Null) => HashMap::new(),
        Some(Json::Object(context)) => {
            let values = context.iter();
            let values = values.map(|(name, v)| (name.clone(), JsValue::from_json(v)));
            values.collect()
        }
        Some(_) => return Err(anyhow!("\"ctx\" is not an object of names and values.")),
    };
    Ok(told(&evaluate(expression, &context)))
}

fn evaluate(expression: &str, context: &HashMap<String, JsValue>) -> Result<JsValue, String> {
    let script = Script::parse(expression, context.keys().map(String::as_str));
    run(&script.map_err(|error| error.message)?, context)
}

fn run(script: &Script, context: &HashMap<String, JsValue>) -> Result<JsValue, String> {
    script.evaluate(&|name| context.get(name).cloned().unwrap_or(JsValue::Undefined))
}

/// JSON has no undefined, NaN or infinity: they are null, and `type` tells them apart.
fn told(outcome: &Result<JsValue, String>) -> Json {
    match outcome {
        Ok(value) => json!({
            "ok": true,
            "value": value.to_json().unwrap_or(Json::Null),
            "type": value.kind(),
        }),
        Err(message) => json!({ "ok": false, "error": message }),
    }
}
