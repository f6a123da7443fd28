//! `windvane eval`.

use std::io::{self, BufRead, IsTerminal as _, Read as _, Write};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term;
use codespan_reporting::term::termcolor::{ColorChoice, StandardStream};
use serde_json::{Value as Json, json};

use super::PROBLEM;
use crate::rules::{ExpressionError, Outcome, Trial, Value};
use crate::scene::ValueKind;
use crate::units::Unit;

mod jexl;

/// Try an expression
///
/// Prints what the expression gives for the values of the signals it names: a number, true, false,
/// a text or unknown. The language is that of the rules in scene files (docs/rules.md).
/// Functions of time and of the farm see the values as if they had always stood as they do, and the
/// farm as this one turbine.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  windvane eval 'oil_temperature > 80' oil_temperature=83.2
  windvane eval 'oil_temperature > 80 degC' oil_temperature='180 degF'
  windvane eval 'avg(power, 10 min) > limits.high' power=1800 limits.high=1500
  windvane eval 'state in [\"run\", \"start\"] && power < 0' state=run power=?
  echo '{\"expression\": \"a / b\", \"context\": {\"a\": 1, \"b\": 2}}' | windvane eval --jsonl
  windvane eval --jexl 'temp > 80 && alarm_status == \"ACTIVE\"' temp=83.2 alarm_status=ACTIVE")]
pub struct Args {
    /// The expression.
    #[arg(
        required_unless_present = "jsonl",
        conflicts_with = "jsonl",
        allow_hyphen_values = true
    )]
    expression: Option<String>,

    /// The value of a signal: a number, with its unit after a blank if it has one, true, false, a
    /// text, or ? for unknown. A text in double quotes is one whatever it looks like.
    #[arg(value_name = "NAME=VALUE", value_parser = binding)]
    values: Vec<(String, Value, Option<Unit>)>,

    /// Print JSON: {"kind", "value"}, where null is unknown, or {"errors"}.
    #[arg(long)]
    json: bool,

    /// Read lines of {"expression", "context"} from standard input and print a line of JSON for each.
    #[arg(long)]
    jsonl: bool,

    /// The expression is Jexl, TwinMaker's language. Lines are {"expr", "ctx"} then, and what is
    /// printed is {"ok": true, "value", "type"} or {"ok": false, "error"}.
    #[arg(long)]
    jexl: bool,
}

/// A longer line of `--jsonl` is not read.
const LONGEST_LINE_BYTES: u64 = 1 << 20;

/// Runs the command.
///
/// # Errors
/// What went wrong, and what to do about it.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let outcome = match &args.expression {
        None if args.jexl => each_line(io::stdin().lock(), &mut out, &jexl::LINES),
        None => each_line(io::stdin().lock(), &mut out, &NATIVE),
        Some(expression) if args.jexl => jexl::one(expression, &args.values, args.json, &mut out),
        Some(expression) => one(expression, args, &mut out),
    };
    match outcome.and_then(|all_well| out.flush().map(|()| all_well)) {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::from(PROBLEM)),
        // Whoever read the output has what they wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error).context("the result could not be written"),
    }
}

/// Evaluates one expression. Whether it could be.
fn one(expression: &str, args: &Args, out: &mut impl Write) -> io::Result<bool> {
    let mut trial = Trial::default();
    for (name, value, unit) in &args.values {
        trial.set_in(name, value, unit.clone());
    }
    let outcome = trial.evaluate(expression);
    match &outcome {
        _ if args.json => writeln!(out, "{}", as_json(&outcome))?,
        Ok(outcome) => match &outcome.unit {
            Some(unit) if unit.name() != "1" && matches!(outcome.value, Value::Number(_)) => {
                writeln!(out, "{} {}", as_text(&outcome.value), unit.name())?;
            }
            _ => writeln!(out, "{}", as_text(&outcome.value))?,
        },
        Err(errors) => print_errors(expression, errors)?,
    }
    Ok(outcome.is_ok())
}

/// How lines of `--jsonl` are evaluated, and how one that is none is told of.
struct Lines {
    case: fn(&[u8]) -> anyhow::Result<Json>,
    fault: fn(&anyhow::Error) -> Json,
    is_well: fn(&Json) -> bool,
}

const NATIVE: Lines = Lines {
    case,
    fault: |error| json!({ "errors": [{ "message": format!("{error:#}") }] }),
    is_well: |result| result.get("errors").is_none(),
};

/// Evaluates a line at a time. Whether all could be.
fn each_line(mut input: impl BufRead, out: &mut impl Write, lines: &Lines) -> io::Result<bool> {
    let mut all_well = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input
            .by_ref()
            .take(LONGEST_LINE_BYTES)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(all_well);
        }
        let is_cut = line.len() as u64 == LONGEST_LINE_BYTES && !line.ends_with(b"\n");
        if is_cut {
            input.skip_until(b'\n')?;
        } else if line.trim_ascii().is_empty() {
            continue;
        }
        let result = if is_cut {
            Err(anyhow!(
                "The line is longer than {LONGEST_LINE_BYTES} bytes."
            ))
        } else {
            (lines.case)(&line)
        };
        let result = result.unwrap_or_else(|error| (lines.fault)(&error));
        all_well &= (lines.is_well)(&result);
        writeln!(out, "{result}")?;
    }
}

/// Evaluates a line of `--jsonl`.
fn case(line: &[u8]) -> anyhow::Result<Json> {
    let case: Json = serde_json::from_slice(line).context("The line is not JSON")?;
    let expression = case.get("expression").and_then(Json::as_str);
    let expression = expression.context("The line has no text \"expression\".")?;
    let mut trial = Trial::default();
    match case.get("context") {
        None | Some(Json::Null) => {}
        Some(Json::Object(context)) => {
            for (name, value) in context {
                trial.set(name, &from_json(name, value)?);
            }
        }
        Some(_) => return Err(anyhow!("\"context\" is not an object of names and values.")),
    }
    Ok(as_json(&trial.evaluate(expression)))
}

fn from_json(name: &str, value: &Json) -> anyhow::Result<Value> {
    Ok(match value {
        Json::Null => Value::Unknown,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => Value::Number(number.as_f64().context("Not a number")?),
        Json::String(text) => Value::Text(text.as_str().into()),
        Json::Array(_) | Json::Object(_) => {
            return Err(anyhow!(
                "`{name}` is no number, no text and neither true nor false."
            ));
        }
    })
}

/// Reads `NAME=VALUE`.
fn binding(written: &str) -> Result<(String, Value, Option<Unit>), String> {
    let (name, value) = written
        .split_once('=')
        .ok_or("write NAME=VALUE, or NAME=?")?;
    let name = name.trim();
    let word = name.strip_prefix("limits.").unwrap_or(name);
    let starts_well = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts_well || word.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        return Err(format!(
            "`{name}` is not a name: names have the letters a to z, digits and `_`"
        ));
    }
    let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    if let Some((number, unit)) = in_unit(value.trim()) {
        return Ok((name.to_owned(), Value::Number(number), Some(unit)));
    }
    let value = match value.trim() {
        "?" => Value::Unknown,
        "true" => Value::Boolean(true),
        "false" => Value::Boolean(false),
        // Rust reads `nan` and `inf` as numbers; here they are words like any other.
        plain => match (quoted, plain.parse::<f64>()) {
            (Some(text), _) => Value::Text(text.into()),
            (None, Ok(number)) if number.is_finite() => Value::Number(number),
            (None, _) => Value::Text(value.into()),
        },
    };
    Ok((name.to_owned(), value, None))
}

/// A number with its unit after a blank: `83.2 degC`.
fn in_unit(value: &str) -> Option<(f64, Unit)> {
    let (number, unit) = value.split_once(' ')?;
    let number = number.parse().ok().filter(|n: &f64| n.is_finite())?;
    Some((number, Unit::named(unit)?))
}

fn as_text(value: &Value) -> String {
    match value {
        // Hundreds of digits would tell nobody anything.
        Value::Number(number) if number.is_finite() && number.abs() >= 1e16 => {
            format!("{number:e}")
        }
        Value::Number(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Unknown => "unknown".to_owned(),
    }
}

fn as_json(outcome: &Result<Outcome, Vec<ExpressionError>>) -> Json {
    match outcome {
        Ok(Outcome { kind, value, .. }) => {
            let kind = match kind {
                ValueKind::Number => "number",
                ValueKind::Boolean => "boolean",
                ValueKind::Text => "text",
            };
            let value = match value {
                Value::Number(number) if number.is_finite() => json!(number),
                // JSON has no infinity, and null is unknown.
                Value::Number(number) => json!(number.to_string()),
                Value::Boolean(truth) => json!(truth),
                Value::Text(text) => json!(**text),
                Value::Unknown => Json::Null,
            };
            json!({ "kind": kind, "value": value })
        }
        Err(errors) => {
            let errors: Vec<Json> = errors
                .iter()
                .map(|e| {
                    json!({
                        "message": e.message,
                        "start": e.span.start,
                        "end": e.span.end,
                        "help": e.help,
                    })
                })
                .collect();
            json!({ "errors": errors })
        }
    }
}

fn print_errors(expression: &str, errors: &[ExpressionError]) -> io::Result<()> {
    let choice = match io::stderr().is_terminal() {
        true => ColorChoice::Auto,
        false => ColorChoice::Never,
    };
    let mut stream = StandardStream::stderr(choice);
    let file = SimpleFile::new("expression", expression);
    for error in errors {
        let diagnostic = Diagnostic::error()
            .with_message(&error.message)
            .with_labels(vec![Label::primary((), error.span.clone())])
            .with_notes(error.help.iter().map(|h| format!("help: {h}")).collect());
        term::emit_to_write_style(&mut stream, &term::Config::default(), &file, &diagnostic)
            .map_err(io::Error::other)?;
    }
    Ok(())
}
