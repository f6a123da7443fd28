//! The real program, killed at random instants in a storm of alarms.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rand::RngExt as _;
use rumqttc::{Client, MqttOptions, QoS};
use serde_json::Value;
use windvane::alarms::journal::{Query, Record, open_to_read, utc, verify};

use crate::support::{Mosquitto, Process, folder_with, wait_for};

const TURBINES: usize = 20;

fn scene(url: &str) -> String {
    let turbine = |n: usize| {
        let east_m = n * 500;
        format!("    {{ id = \"T{n:02}\", model = \"v80\", east_m = {east_m}, north_m = 0 }},\n")
    };
    let turbines: String = (1..=TURBINES).map(turbine).collect();
    format!(
        r##"
title = "Storm"
site = {{ latitude = 55.0, longitude = 8.0 }}
broker = {{ url = "{url}", stale_after = "1h" }}
topics = [{{ filter = "farm/{{turbine}}/telemetry", payload = "json" }}]
turbines = [
{turbines}]

[models.v80]
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000
signals.oil = {{ field = "/oil", unit = "degC" }}

[[rules]]
name = "Oil hot"
when = "oil > 80"
color = "#e0700c"
alarm = {{ priority = "high" }}
"##
    )
}

/// Publishes values that raise and clear alarms without end, until it is dropped.
struct Storm(Arc<AtomicBool>);

impl Storm {
    fn start(port: u16) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut options = MqttOptions::new("storm", "127.0.0.1", port);
        options.set_keep_alive(Duration::from_secs(30));
        let (client, mut connection) = Client::new(options, 100);
        let over = Arc::clone(&is_over);
        let turn = move || {
            // Its errors show as alarms that do not come.
            for event in connection.iter() {
                if over.load(Ordering::Relaxed) || event.is_err() {
                    return;
                }
            }
        };
        let thread = |name: &str| std::thread::Builder::new().name(name.to_owned());
        thread("storm-turn").spawn(turn).unwrap();
        let over = Arc::clone(&is_over);
        let publish = move || {
            let mut rng = rand::rng();
            while !over.load(Ordering::Relaxed) {
                for _ in 0..4 {
                    let turbine = rng.random_range(1..=TURBINES);
                    let oil = if rng.random() { 90 } else { 70 };
                    let topic = format!("farm/T{turbine:02}/telemetry");
                    let payload = format!("{{\"oil\": {oil}}}");
                    if client
                        .publish(topic, QoS::AtMostOnce, false, payload)
                        .is_err()
                    {
                        return;
                    }
                }
                std::thread::sleep(Duration::from_millis(4));
            }
        };
        thread("storm").spawn(publish).unwrap();
        Self(is_over)
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs the program until it has printed an alarm and some time more, and kills it; gives what it
/// printed of alarms.
fn run_and_kill(scene: &Path, journal: &Path, after: Duration) -> Vec<Value> {
    let mut process = Process::start(
        Command::new(env!("CARGO_BIN_EXE_windvane"))
            .arg("watch")
            .arg(scene)
            .arg("--journal")
            .arg(journal)
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let out = process.0.stdout.take().unwrap();
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let read = move || {
        let mut alarms = Vec::new();
        let mut out = BufReader::new(out);
        let mut line = String::new();
        // The last line may have been cut: it was not printed.
        while out.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == "alarm" {
                alarms.push(event);
                count.fetch_add(1, Ordering::Relaxed);
            }
            line.clear();
        }
        alarms
    };
    let reader = std::thread::Builder::new().name("reader".to_owned());
    let reader = reader.spawn(read).unwrap();
    wait_for("an alarm", || {
        (seen.load(Ordering::Relaxed) > 0).then_some(())
    });
    std::thread::sleep(after);
    // SIGKILL, wherever it is.
    process.kill();
    reader.join().unwrap()
}

fn records(journal: &Path) -> Vec<Record> {
    let reader = open_to_read(journal).unwrap();
    let verified = verify(&reader).unwrap();
    assert_eq!(verified.flaw, None);
    let mut records = reader.records(&Query::default()).unwrap();
    records.reverse();
    records
}

/// What tells one transition from another.
type Transition = (u64, String, String, String);

fn printed(event: &Value) -> Transition {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    (
        event["key"].as_u64().unwrap(),
        text("change"),
        text("turbine"),
        text("time"),
    )
}

fn kept(record: &Record) -> Option<Transition> {
    let key = record.key?.0;
    let (change, object) = (record.change.to_string(), record.object.to_string());
    Some((key, change, object, utc(record.at_ms)))
}

/// Across all kills: an alarm that stood is not raised anew, and no key is given twice.
fn goes_on_across_restarts(records: &[Record]) {
    let mut active: HashMap<&str, u64> = HashMap::new();
    let mut last_key = 0;
    for record in records {
        let Some(key) = record.key.map(|key| key.0) else {
            continue;
        };
        match &*record.change {
            "raised" => {
                assert!(
                    key > last_key,
                    "key {key} of record {} was given",
                    record.seq
                );
                last_key = key;
                let before = active.insert(&record.object, key);
                assert_eq!(before, None, "record {}: it stood already", record.seq);
            }
            "cleared" => {
                let before = active.remove(&*record.object);
                assert_eq!(before, Some(key), "record {}: another stood", record.seq);
            }
            _ => {}
        }
    }
}

#[test]
fn no_transition_that_was_printed_is_missing_or_doubled_after_any_kill() {
    let kills = std::env::var("WINDVANE_KILLS").map_or(20, |n| n.parse().unwrap());
    let broker = Mosquitto::start();
    let folder = folder_with(&[("scene.toml", &scene(&broker.url()))]);
    let (scene, journal) = (
        folder.path().join("scene.toml"),
        folder.path().join("desk.db"),
    );
    let _storm = Storm::start(broker.port);
    let mut shown: Vec<Transition> = Vec::new();
    for kill in 0..kills {
        let after = Duration::from_micros(rand::rng().random_range(0..250_000));
        let events = run_and_kill(&scene, &journal, after);
        shown.extend(events.iter().map(printed));
        let mut times: HashMap<Transition, usize> = HashMap::new();
        let records = records(&journal);
        for transition in records.iter().filter_map(kept) {
            *times.entry(transition).or_default() += 1;
        }
        for transition in &shown {
            let found = times.get(transition);
            assert_eq!(found, Some(&1), "kill {kill}, {after:?}: {transition:?}");
        }
        assert!(times.values().all(|times| *times == 1), "one is doubled");
        goes_on_across_restarts(&records);
    }
    let starts = records(&journal)
        .iter()
        .filter(|r| &*r.change == "started")
        .count();
    assert_eq!(starts, kills);
    println!(
        "{kills} kills: {} transitions printed, {} records",
        shown.len(),
        records(&journal).len()
    );
}
