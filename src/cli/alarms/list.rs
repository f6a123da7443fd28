//! `windvane alarms list`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::open::{Farm, FarmArgs};
use crate::alarms::share::{Document, State};
use crate::scene::Priority;

/// List the alarms that stand, as the stations of a scene share them
///
/// The exit status is 1 when none does. With --json one array; its members have turbine, alarm,
/// priority, state, set_aside, since, value, acknowledged_by, shelved_until, suppressed_by,
/// consequence, response, and under stations the state and the key at each.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    farm: FarmArgs,
    /// Only of this turbine
    #[arg(long, value_name = "TURBINE")]
    turbine: Option<String>,
    /// Only the alarm of this name
    #[arg(long, value_name = "NAME")]
    alarm: Option<String>,
    /// Only what waits for an operator
    #[arg(long)]
    unacknowledged: bool,
    /// Also those that are shelved, suppressed or out of service
    #[arg(long)]
    set_aside: bool,
    /// Everything that was ever shared, normal or not
    #[arg(long)]
    all: bool,
    /// One JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 7] = [
    "Turbine",
    "Alarm",
    "Priority",
    "State",
    "Since",
    "Value",
    "Acknowledged by",
];

/// Runs the command.
///
/// # Errors
/// The broker cannot be reached, or the scene has errors.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let farm = args.farm.open()?;
    let mut documents = farm.shell.documents();
    documents.retain(|document| args.shows(document));
    documents.sort_by_key(|d| (d.priority, !d.state.is_unacknowledged()));
    let text = match args.json {
        true => json_of(&documents)?,
        false => table(&documents, &zone(&farm)),
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write to standard output")?,
    }
    let stations = farm.shell.stations();
    if stations.is_empty() {
        eprintln!("windvane: no station runs: this is what was last shared");
    }
    Ok(match documents.is_empty() {
        true => ExitCode::from(super::super::PROBLEM),
        false => ExitCode::SUCCESS,
    })
}

impl Args {
    fn shows(&self, document: &Document) -> bool {
        let is =
            |asked: &Option<String>, name: &str| asked.as_ref().is_none_or(|asked| asked == name);
        let is_asked = is(&self.turbine, &document.turbine) && is(&self.alarm, &document.alarm);
        let stands = document.state != State::Normal;
        let is_aside = document.set_aside.is_some();
        let is_shown = self.all || (stands && !is_aside) || (is_aside && self.set_aside);
        is_asked && is_shown && (!self.unacknowledged || document.state.is_unacknowledged())
    }
}

fn json_of(documents: &[Document]) -> anyhow::Result<String> {
    let all: Vec<Value> = documents.iter().map(one).collect();
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn one(document: &Document) -> Value {
    let station = |(name, stand): (&std::sync::Arc<str>, &crate::alarms::share::Stand)| {
        let stand = json!({"state": stand.state, "set_aside": stand.set_aside, "key": stand.key});
        (name.to_string(), stand)
    };
    let stations: Map<String, Value> = document.shared.stations.iter().map(station).collect();
    let by = document.acknowledged_by.as_ref().map(|done| {
        json!({
            "user": done.by.user,
            "station": done.by.station,
            "role": done.by.role,
            "at": done.at,
            "comment": done.comment,
        })
    });
    json!({
        "turbine": document.turbine,
        "alarm": document.alarm,
        "priority": document.priority,
        "state": document.state,
        "set_aside": document.set_aside,
        "since": document.since,
        "value": document.value,
        "acknowledged_by": by,
        "shelved_until": document.shelved_until,
        "suppressed_by": document.suppressed_by,
        "consequence": document.consequence,
        "response": document.response,
        "stations": stations,
    })
}

fn zone(farm: &Farm) -> TimeZone {
    let named = farm.scene.site.time_zone.as_deref();
    let named = named.and_then(|name| TimeZone::get(name).ok());
    named.unwrap_or_else(TimeZone::system)
}

/// A table, each column as wide as its longest cell.
fn table(documents: &[Document], zone: &TimeZone) -> String {
    if documents.is_empty() {
        return "No alarms.\n".to_owned();
    }
    let heads = COLUMNS.map(str::to_owned);
    let rows: Vec<[String; 7]> = std::iter::once(heads)
        .chain(documents.iter().map(|d| cells(d, zone)))
        .collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(&format!("{cell:width$}  "));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn cells(document: &Document, zone: &TimeZone) -> [String; 7] {
    let local = |text: &String| {
        let time = text.parse::<jiff::Timestamp>().ok()?.to_zoned(zone.clone());
        Some(time.strftime("%Y-%m-%d %H:%M:%S").to_string())
    };
    let mut state = document.state.words().to_owned();
    if let Some(aside) = document.set_aside {
        state = format!("{} ({})", aside.words(), state.to_lowercase());
    }
    let by = document.acknowledged_by.as_ref();
    let by = by.filter(|_| document.state != State::Normal);
    [
        document.turbine.to_string(),
        document.alarm.to_string(),
        priority(document.priority),
        state,
        document.since.as_ref().and_then(local).unwrap_or_default(),
        document.value.to_string(),
        by.map(|done| format!("{} at {}", done.by.user, done.by.station))
            .unwrap_or_default(),
    ]
    .map(|cell| cell.replace(char::is_control, " "))
}

fn priority(priority: Priority) -> String {
    format!("{} {}", priority.number(), priority.name())
}
