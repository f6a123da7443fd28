//! Several stations as processes of their own, on real brokers.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Mosquitto, Process, folder_with, free_port, wait_for};

const PREFIX: &str = "windvane/two-turbines";

/// Two turbines with an alarm above 80.
fn scene(extra: &str) -> String {
    format!(
        r##"
        title = "Two turbines"
        turbines = [
            {{ id = "T01", model = "v80", east_m = 0, north_m = 0 }},
            {{ id = "T02", model = "v80", east_m = 500, north_m = 0 }},
        ]
        [site]
        latitude = 55.0
        longitude = 8.0
        time_zone = "UTC"
        [broker]
        url = "mqtt://127.0.0.1:9"
        stale_after = "1h"
        {extra}
        [[topics]]
        filter = "farm/{{turbine}}/telemetry"
        payload = "json"
        [models.v80]
        hub_height_m = 70
        rotor_diameter_m = 80
        rated_power_kw = 2000
        signals.oil = {{ field = "/oil", unit = "degC" }}
        [[rules]]
        name = "Oil hot"
        part = "gearbox"
        when = "oil > 80"
        color = "#d13212"
        alarm = {{ priority = "high", response = "Derate the turbine" }}
        "##
    )
}

struct Farm {
    folder: tempfile::TempDir,
}

impl Farm {
    fn new() -> Self {
        Self::with("")
    }

    fn with(extra: &str) -> Self {
        let folder = folder_with(&[("scene.toml", &scene(extra))]);
        Self { folder }
    }

    fn scene(&self) -> PathBuf {
        self.folder.path().join("scene.toml")
    }

    /// A command on this farm, at this broker and as this station.
    fn command(&self, command: &[&str], broker: &str, station: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_windvane"));
        program
            .args(command)
            .arg(self.scene())
            .args(["--broker", broker, "--station", station])
            .env("XDG_DATA_HOME", self.folder.path().join("data"))
            .env_remove("WINDVANE_STATION_KEY");
        program
    }

    fn desk(&self, broker: &Mosquitto, station: &str) -> Desk {
        self.desk_with(broker, station, &[], &[])
    }

    fn desk_with(
        &self,
        broker: &Mosquitto,
        station: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Desk {
        let mut command = self.command(&["watch"], &broker.url(), station);
        command.args(arguments).envs(variables.iter().copied());
        let desk = Desk::start(&mut command);
        desk.wait_told("sharing alarms below");
        desk.wait_told("connected to");
        desk
    }

    /// A command of the shell, run to its end.
    fn shell(&self, broker: &Mosquitto, command: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(&["alarms", command], &broker.url(), "shell");
        command.args(arguments).output().expect("windvane alarms")
    }

    fn list(&self, broker: &Mosquitto) -> Vec<Value> {
        let output = self.shell(broker, "list", &["--json", "--all"]);
        serde_json::from_slice(&output.stdout).expect("a JSON array")
    }
}

/// `windvane watch`, and what it has printed.
struct Desk {
    process: Process,
    lines: Arc<Mutex<Vec<Value>>>,
    told: Arc<Mutex<String>>,
}

impl Desk {
    fn start(command: &mut Command) -> Self {
        let mut process = Process::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
        let (lines, told) = (
            Arc::<Mutex<Vec<Value>>>::default(),
            Arc::<Mutex<String>>::default(),
        );
        let out = process.0.stdout.take().expect("standard output");
        let err = process.0.stderr.take().expect("standard error");
        let desk = Self {
            process,
            lines: Arc::clone(&lines),
            told: Arc::clone(&told),
        };
        each_line(out, move |line| {
            let line = serde_json::from_str(&line).expect("a JSON line");
            lines.lock().unwrap().push(line);
        });
        each_line(err, move |line| {
            *told.lock().unwrap() += &format!("{line}\n");
        });
        desk
    }

    fn told(&self) -> String {
        self.told.lock().unwrap().clone()
    }

    fn wait_told(&self, words: &str) {
        wait_for(words, || self.told().contains(words).then_some(()));
    }

    /// The changes of an alarm so far, in their order.
    fn changes(&self, turbine: &str) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        let of_it = lines
            .iter()
            .filter(|l| l["event"] == "alarm" && l["turbine"] == turbine);
        of_it
            .map(|line| line["change"].as_str().unwrap().to_owned())
            .collect()
    }

    fn wait_change(&self, turbine: &str, change: &str) -> Value {
        wait_for(&format!("{change} of {turbine}"), || {
            let lines = self.lines.lock().unwrap();
            let mut lines = lines.iter();
            lines
                .find(|l| l["event"] == "alarm" && l["turbine"] == turbine && l["change"] == change)
                .cloned()
        })
    }

    /// Ends it as someone who closes it does.
    fn end(mut self) {
        let id = self.process.0.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status();
        assert!(killed.expect("kill").success());
        self.process.0.wait().expect("its end");
    }
}

fn each_line(
    from: impl std::io::Read + Send + 'static,
    mut f: impl FnMut(String) + Send + 'static,
) {
    let read = move || {
        for line in BufReader::new(from).lines() {
            let Ok(line) = line else { return };
            f(line);
        }
    };
    let thread = std::thread::Builder::new().name("lines".into());
    thread.spawn(read).expect("a thread");
}

fn oil(broker: &Mosquitto, turbine: &str, celsius: f64) {
    let payload = json!({"oil": celsius}).to_string();
    broker.publish(&format!("farm/{turbine}/telemetry"), payload);
}

/// The retained document of a turbine's alarm, once the condition holds.
fn document(
    broker: &Mosquitto,
    turbine: &str,
    what: &str,
    holds: impl Fn(&Value) -> bool,
) -> Value {
    let topic = format!("{PREFIX}/alarms/{turbine}/Oil hot");
    wait_for(what, || {
        let port = broker.port.to_string();
        let output = Command::new("mosquitto_sub")
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-t",
                &topic,
                "-C",
                "1",
                "-W",
                "2",
            ])
            .output()
            .expect("mosquitto_sub");
        let document = serde_json::from_slice(&output.stdout).ok()?;
        holds(&document).then_some(document)
    })
}

fn words(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn what_is_acknowledged_from_a_shell_is_acknowledged_at_every_desk() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let desks = ["desk-1", "desk-2", "desk-3"].map(|name| farm.desk(&broker, name));
    desks[0].wait_told("station desk-2 is there");
    desks[0].wait_told("station desk-3 is there");
    oil(&broker, "T01", 95.0);
    for desk in &desks {
        desk.wait_change("T01", "raised");
    }
    document(&broker, "T01", "all three stands", |d| {
        d["shared"]["stations"]
            .as_object()
            .is_some_and(|s| s.len() == 3)
    });
    let listed = farm.shell(&broker, "list", &[]);
    assert!(listed.status.success(), "{}", words(&listed));
    let table = words(&listed);
    assert!(
        table.contains("Unacknowledged") && table.contains("2 high"),
        "{table}"
    );
    let arguments = [
        "--turbine",
        "T01",
        "--alarm",
        "Oil hot",
        "--comment",
        "seen",
    ];
    let done = farm.shell(&broker, "ack", &arguments);
    assert!(done.status.success(), "{}", words(&done));
    let said = words(&done);
    assert!(said.contains("Acknowledged: Oil hot at T01"), "{said}");
    assert!(
        said.contains("taken over by desk-1, desk-2, desk-3"),
        "{said}"
    );
    for desk in &desks {
        let line = desk.wait_change("T01", "acknowledged");
        assert_eq!(line["station"], "shell/cli");
        assert_eq!(line["comment"], "seen");
    }
    let again = farm.shell(&broker, "ack", &arguments);
    assert_eq!(again.status.code(), Some(1), "{}", words(&again));
    let kept = document(&broker, "T01", "the state", |d| {
        d["state"] == "acknowledged"
    });
    assert_eq!(kept["acknowledged_by"]["comment"], "seen");
    assert_eq!(kept["response"], "Derate the turbine");
    let schema: Value =
        serde_json::from_str(&windvane::alarms::share::schema_text()).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let faults: Vec<String> = validator
        .iter_errors(&kept)
        .map(|e| e.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    let listed = farm.list(&broker);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["stations"]["desk-3"]["state"], "acknowledged");
}

#[test]
fn shelves_comments_and_service_follow_at_every_desk_and_end_there() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let desks = ["desk-1", "desk-2"].map(|name| farm.desk(&broker, name));
    let at = ["--turbine", "T02", "--alarm", "Oil hot"];
    let run = |command: &str, more: &[&str]| {
        let done = farm.shell(&broker, command, &[&at[..], more].concat());
        assert!(done.status.success(), "{command}: {}", words(&done));
    };
    let wait = |change: &str| {
        desks
            .iter()
            .for_each(|desk| drop(desk.wait_change("T02", change)));
    };
    run("shelve", &["--for", "10min", "--reason", "sensor"]);
    wait("shelved");
    run("unshelve", &[]);
    wait("unshelved");
    run("out-of-service", &["--reason", "maintenance"]);
    wait("out_of_service");
    run("return", &[]);
    wait("returned_to_service");
    run("comment", &["--text", "sensor changed"]);
    wait("commented");
    for (command, more, words_of_it) in [
        ("unshelve", &[][..], "no alarm of these to unshelve"),
        ("shelve", &["--for", "9h", "--reason", "x"], "at most 8h"),
        (
            "shelve",
            &["--for", "1h", "--reason", " "],
            "--reason is empty",
        ),
    ] {
        let refused = farm.shell(&broker, command, &[&at[..], more].concat());
        assert_eq!(refused.status.code(), Some(1));
        assert!(words(&refused).contains(words_of_it), "{}", words(&refused));
    }
    let unknown = farm.shell(&broker, "ack", &["--turbine", "T09", "--alarm", "Oil hot"]);
    assert!(
        words(&unknown).contains("no turbine \"T09\""),
        "{}",
        words(&unknown)
    );
    let list = farm.shell(&broker, "list", &[]);
    assert_eq!(list.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&list.stdout), "No alarms.\n");
}

#[test]
fn a_shell_without_a_station_leaves_it_with_the_broker_for_the_next_one() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let done = farm.shell(
        &broker,
        "shelve",
        &[
            "--turbine",
            "T01",
            "--alarm",
            "Oil hot",
            "--for",
            "1h",
            "--reason",
            "sensor",
        ],
    );
    assert!(done.status.success());
    assert!(words(&done).contains("no station runs"), "{}", words(&done));
    let desk = farm.desk(&broker, "desk-1");
    desk.wait_change("T01", "shelved");
    oil(&broker, "T01", 95.0);
    desk.wait_change("T01", "raised");
    let kept = document(&broker, "T01", "the alarm", |d| {
        d["state"] == "unacknowledged"
    });
    assert_eq!(kept["set_aside"], "shelved");
    let remaining = kept["shelf_remaining_ms"].as_u64().expect("a time");
    assert!((3_000_000..=3_600_000).contains(&remaining), "{remaining}");
}

#[test]
fn a_shell_without_a_broker_says_so() {
    let farm = Farm::new();
    let url = format!("mqtt://127.0.0.1:{}", free_port());
    let mut command = farm.command(&["alarms", "list"], &url, "shell");
    let output = command.output().expect("windvane alarms");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        words(&output).contains("Nothing listens at"),
        "{}",
        words(&output)
    );
}

#[test]
fn who_raises_what_another_desk_has_acknowledged_has_it_acknowledged_at_once() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let first = farm.desk(&broker, "desk-1");
    oil(&broker, "T01", 95.0);
    first.wait_change("T01", "raised");
    let done = farm.shell(&broker, "ack", &["--all-of", "T01"]);
    assert!(done.status.success(), "{}", words(&done));
    let second = farm.desk(&broker, "desk-2");
    second.wait_told("station desk-1 is there");
    oil(&broker, "T01", 95.0);
    second.wait_change("T01", "acknowledged");
    assert_eq!(second.changes("T01"), ["raised", "acknowledged"]);
}

/// A broker whose alarms are passed to and from the one in the middle.
fn bridged_to(hub: &Mosquitto, name: &str) -> Mosquitto {
    Mosquitto::with_config(&format!(
        "allow_anonymous true\nconnection {name}\naddress 127.0.0.1:{}\n\
         topic windvane/# both 1\nrestart_timeout 1\nremote_clientid {name}\ncleansession true\n",
        hub.port
    ))
}

#[test]
fn desks_that_were_cut_off_from_each_other_agree_again() {
    let mut hub = Mosquitto::start();
    let (north, south) = (bridged_to(&hub, "north"), bridged_to(&hub, "south"));
    let farm = Farm::new();
    let (desk_1, desk_2) = (farm.desk(&north, "desk-1"), farm.desk(&south, "desk-2"));
    desk_1.wait_told("station desk-2 is there");
    desk_2.wait_told("station desk-1 is there");
    for broker in [&north, &south] {
        oil(broker, "T01", 95.0);
    }
    for desk in [&desk_1, &desk_2] {
        desk.wait_change("T01", "raised");
    }
    for broker in [&north, &south] {
        document(broker, "T01", "both stands", |d| {
            d["shared"]["stations"]
                .as_object()
                .is_some_and(|s| s.len() == 2)
        });
    }
    hub.kill();
    // Each side goes on alone: one acknowledges what both had seen, both raise what the other cannot see.
    let done = farm.shell(&north, "ack", &["--turbine", "T01", "--alarm", "Oil hot"]);
    assert!(done.status.success(), "{}", words(&done));
    desk_1.wait_change("T01", "acknowledged");
    for broker in [&north, &south] {
        oil(broker, "T02", 95.0);
    }
    desk_2.wait_change("T02", "raised");
    desk_1.wait_change("T02", "raised");
    let done = farm.shell(&south, "ack", &["--turbine", "T02", "--alarm", "Oil hot"]);
    assert!(done.status.success(), "{}", words(&done));
    desk_2.wait_change("T02", "acknowledged");
    assert_eq!(desk_2.changes("T01"), ["raised"], "cut off");
    hub.restart();
    desk_2.wait_change("T01", "acknowledged");
    // What desk 1 raised meanwhile nobody at desk 2 had seen.
    for (broker, turbine) in [
        (&north, "T01"),
        (&south, "T01"),
        (&north, "T02"),
        (&south, "T02"),
    ] {
        document(broker, turbine, "both stands again", |d| {
            d["shared"]["stations"]
                .as_object()
                .is_some_and(|s| s.len() == 2)
        });
    }
    assert_eq!(desk_1.changes("T02"), ["raised"]);
    let done = farm.shell(&north, "ack", &["--turbine", "T02", "--alarm", "Oil hot"]);
    assert!(done.status.success(), "{}", words(&done));
    desk_1.wait_change("T02", "acknowledged");
    let shared = |broker: &Mosquitto| {
        let agreed = document(broker, "T02", "agreement", |d| {
            let stations = d["shared"]["stations"].as_object().unwrap();
            stations.values().all(|s| s["state"] == "acknowledged")
        });
        agreed["shared"].clone()
    };
    assert_eq!(shared(&north), shared(&south));
}

#[test]
fn a_desk_outlives_its_broker_and_tells_it_again_what_it_lost() {
    let (mut broker, farm) = (Mosquitto::start(), Farm::new());
    let desk = farm.desk(&broker, "desk-1");
    oil(&broker, "T01", 95.0);
    desk.wait_change("T01", "raised");
    document(&broker, "T01", "the alarm", |d| {
        d["state"] == "unacknowledged"
    });
    // Without persistence it forgets what it kept.
    broker.restart();
    let again = document(&broker, "T01", "the alarm again", |d| {
        d["state"] == "unacknowledged"
    });
    assert_eq!(again["shared"]["stations"]["desk-1"]["n"], 1);
    assert_eq!(desk.changes("T01"), ["raised"]);
}

#[test]
fn clocks_an_hour_apart_neither_prolong_a_shelf_nor_end_it_and_are_told() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let right = farm.desk(&broker, "desk-1");
    let ahead = farm.desk_with(&broker, "desk-2", &["--clock-offset", "1h"], &[]);
    let behind = farm.desk_with(&broker, "desk-3", &["--clock-offset", "-1h"], &[]);
    right.wait_told("The clock of desk-2 is 1h ahead of that of desk-1");
    ahead.wait_told("The clock of desk-1 is 1h behind that of desk-2");
    behind.wait_told("The clock of desk-2 is 2h ahead of that of desk-3");
    let at = [
        "--turbine",
        "T01",
        "--alarm",
        "Oil hot",
        "--reason",
        "sensor",
    ];
    let done = farm.shell(&broker, "shelve", &[&at[..], &["--for", "5s"]].concat());
    assert!(done.status.success(), "{}", words(&done));
    for desk in [&right, &ahead, &behind] {
        desk.wait_change("T01", "shelved");
        // Not by what is shared: five seconds are over at each desk.
        let ended = desk.wait_change("T01", "unshelved");
        let time = |line: &Value| {
            line["time"]
                .as_str()
                .unwrap()
                .parse::<jiff::Timestamp>()
                .unwrap()
        };
        let lasted = time(&ended).duration_since(time(&desk.wait_change("T01", "shelved")));
        assert!(lasted.as_secs() <= 6, "{lasted:?}");
    }
    // One that starts later takes the shelf from what the broker kept.
    let done = farm.shell(&broker, "shelve", &[&at[..], &["--for", "1h"]].concat());
    assert!(done.status.success(), "{}", words(&done));
    document(&broker, "T01", "the shelf as a desk tells it", |d| {
        d["shelf_remaining_ms"].is_u64() && d["sent"]["station"] != "shell/cli"
    });
    let late = farm.desk_with(&broker, "desk-4", &["--clock-offset", "1h"], &[]);
    late.wait_change("T01", "shelved");
    oil(&broker, "T01", 95.0);
    late.wait_change("T01", "raised");
    let kept = document(&broker, "T01", "its stand", |d| {
        !d["shared"]["stations"]["desk-4"].is_null()
    });
    assert_eq!(kept["shared"]["stations"]["desk-4"]["set_aside"], "shelved");
}

#[test]
fn bad_messages_are_refused_with_the_reason_and_silence_nothing() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let desk = farm.desk(&broker, "desk-1");
    oil(&broker, "T01", 95.0);
    desk.wait_change("T01", "raised");
    let topic = |turbine: &str| format!("{PREFIX}/alarms/{turbine}/Oil hot");
    let good = document(&broker, "T01", "the alarm", |d| {
        d["state"] == "unacknowledged"
    });
    let station = &good["shared"]["stations"]["desk-1"];
    let mark = |n: u64, role: &str| {
        json!({"n": n, "since_ms": station["since_ms"], "at_ms": 1, "comment": null,
            "by": {"user": "mallory", "station": "desk-9", "role": role}})
    };
    let with = |pointer: &str, value: Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).expect("the place") = value;
        changed.to_string()
    };
    broker.publish_retained(&topic("T01"), "{ no JSON");
    desk.wait_told("T01/Oil hot: not as the schema has it");
    broker.publish_retained(
        &topic("T01"),
        with(
            "/shared/acknowledged",
            json!({"desk-1": mark(9, "engineer")}),
        ),
    );
    desk.wait_told("acknowledges 9 of desk-1, which announced only 1");
    broker.publish_retained(
        &topic("T01"),
        with("/shared/stations/desk-1/n", json!(1_u64 << 52)),
    );
    desk.wait_told("a counter of 4503599627370496, far ahead");
    broker.publish_retained(&topic("T01"), with("/format", json!(2)));
    desk.wait_told("format 2; this version reads format 1");
    broker.publish_retained(
        &topic("T01"),
        with("/shared/acknowledged", json!({"desk-1": mark(1, "viewer")})),
    );
    desk.wait_told(
        "acknowledged by mallory at desk-9 (as viewer) has no effect here. To acknowledge",
    );
    let large = format!("{}{}", good, " ".repeat(70_000));
    std::fs::write(broker.folder().join("large"), large).expect("a file");
    let file = broker.folder().join("large").display().to_string();
    publish_file(&broker, &topic("T02"), &file);
    desk.wait_told("at most 65,536 are read");
    broker.publish_retained(
        &format!("{PREFIX}/alarms/T01/No such alarm"),
        with("/alarm", json!("No such alarm")),
    );
    broker.publish(&format!("{PREFIX}/stations/desk-9"), "[]");
    desk.wait_told("stations/desk-9: not as the schema has it");
    assert_eq!(desk.changes("T01"), ["raised"]);
    // All of it goes on, and who may acknowledges what a viewer could not.
    oil(&broker, "T02", 95.0);
    desk.wait_change("T02", "raised");
    let done = farm.shell(&broker, "ack", &["--turbine", "T01"]);
    assert!(
        words(&done).contains("taken over by desk-1"),
        "{}",
        words(&done)
    );
    desk.wait_change("T01", "acknowledged");
    document(
        &broker,
        "T02",
        "what took the place of the large one",
        |d| d["state"] == "unacknowledged",
    );
}

fn publish_file(broker: &Mosquitto, topic: &str, file: &str) {
    let port = broker.port.to_string();
    let status = Command::new("mosquitto_pub")
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-q",
            "1",
            "-r",
            "-t",
            topic,
            "-f",
            file,
        ])
        .status();
    assert!(status.expect("mosquitto_pub").success());
}

#[test]
fn with_a_key_only_what_is_signed_counts() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let key = [("WINDVANE_STATION_KEY", "a long secret")];
    let desk_1 = farm.desk_with(&broker, "desk-1", &[], &key);
    let desk_2 = farm.desk_with(&broker, "desk-2", &[], &key);
    desk_1.wait_told("station desk-2 is there");
    oil(&broker, "T01", 95.0);
    desk_1.wait_change("T01", "raised");
    desk_2.wait_change("T01", "raised");
    document(&broker, "T01", "both stands", |d| {
        d["shared"]["stations"]
            .as_object()
            .is_some_and(|s| s.len() == 2)
    });
    let without = farm.shell(&broker, "ack", &["--turbine", "T01", "--patience", "2s"]);
    assert!(
        !words(&without).contains("taken over by"),
        "{}",
        words(&without)
    );
    desk_1.wait_told("not signed with the stations' key");
    assert_eq!(desk_2.changes("T01"), ["raised"]);
    // What was refused does not stay with the broker.
    document(&broker, "T01", "what takes its place", |d| {
        d["signature"].is_string()
    });
    let mut with = farm.command(&["alarms", "ack"], &broker.url(), "shell");
    let done = with
        .args(["--turbine", "T01"])
        .envs(key)
        .output()
        .expect("windvane alarms");
    assert!(
        words(&done).contains("taken over by desk-1, desk-2"),
        "{}",
        words(&done)
    );
    desk_2.wait_change("T01", "acknowledged");
}

#[test]
fn a_brokers_access_rules_keep_readers_from_writing() {
    let passwords = |folder: &Path| {
        for (user, password) in [("desk", "d"), ("reader", "r"), ("farm", "f")] {
            let file = folder.join("passwords");
            let create: &[&str] = if file.exists() {
                &["-b"]
            } else {
                &["-c", "-b"]
            };
            let status = Command::new("mosquitto_passwd")
                .args(create)
                .arg(&file)
                .args([user, password])
                .status()
                .expect("mosquitto_passwd");
            assert!(status.success());
        }
        // As in docs/stations.md.
        let rules = "user farm\ntopic write farm/#\n\nuser desk\ntopic read farm/#\n\
                     topic readwrite windvane/#\n\nuser reader\ntopic read windvane/#\n";
        std::fs::write(folder.join("acl"), rules).expect("the access rules");
    };
    let lines = "allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/acl\n";
    let broker = Mosquitto::with_files(lines, passwords);
    let farm = Farm::with("username_env = \"TEST_USER\"\npassword_env = \"TEST_PASSWORD\"");
    let as_desk = [("TEST_USER", "desk"), ("TEST_PASSWORD", "d")];
    let desk = farm.desk_with(&broker, "desk-1", &[], &as_desk);
    let payload = json!({"oil": 95}).to_string();
    broker.publish_with("farm/T01/telemetry", payload, &["-u", "farm", "-P", "f"]);
    desk.wait_change("T01", "raised");
    let run = |user: &str, password: &str| {
        let mut command = farm.command(&["alarms", "ack"], &broker.url(), "shell");
        command
            .args(["--turbine", "T01", "--patience", "2s"])
            .env("TEST_USER", user)
            .env("TEST_PASSWORD", password);
        command.output().expect("windvane alarms")
    };
    let refused = run("reader", "r");
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        words(&refused).contains("may not write there"),
        "{}",
        words(&refused)
    );
    assert_eq!(desk.changes("T01"), ["raised"]);
    let done = run("desk", "d");
    assert!(
        words(&done).contains("taken over by desk-1"),
        "{}",
        words(&done)
    );
}

#[test]
fn of_two_programs_of_one_name_the_younger_takes_another() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    // On two machines: neither journal knows of the other.
    let older = farm.desk_with(&broker, "desk-1", &["--no-journal"], &[]);
    let younger = farm.desk_with(&broker, "desk-1", &["--no-journal"], &[]);
    younger.wait_told("this one goes by desk-1 ~2");
    oil(&broker, "T01", 95.0);
    older.wait_change("T01", "raised");
    younger.wait_change("T01", "raised");
    document(&broker, "T01", "both", |d| {
        let stations = d["shared"]["stations"].as_object().unwrap();
        stations.contains_key("desk-1") && stations.contains_key("desk-1 ~2")
    });
    assert!(!older.told().contains("goes by"), "{}", older.told());
}

#[test]
fn of_two_programs_of_one_name_and_journal_the_younger_is_shared_as_its_journal_has_it() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let older = farm.desk(&broker, "desk-1");
    let younger = farm.desk(&broker, "desk-1");
    older.wait_told("station desk-1-2 is there");
    oil(&broker, "T01", 95.0);
    older.wait_change("T01", "raised");
    younger.wait_change("T01", "raised");
    document(&broker, "T01", "both", |d| {
        let stations = d["shared"]["stations"].as_object().unwrap();
        stations.contains_key("desk-1") && stations.contains_key("desk-1-2")
    });
    assert!(!younger.told().contains("goes by"), "{}", younger.told());
    assert!(!older.told().contains("goes by"), "{}", older.told());
}

#[test]
fn a_desk_that_ends_or_is_killed_is_seen_to_be_gone() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let watches = farm.desk(&broker, "desk-1");
    let ends = farm.desk(&broker, "desk-2");
    let mut killed = farm.desk(&broker, "desk-3");
    watches.wait_told("station desk-2 is there");
    watches.wait_told("station desk-3 is there");
    ends.end();
    watches.wait_told("station desk-2 is not heard any more");
    killed.process.kill();
    watches.wait_told("station desk-3 is not heard any more");
}

#[test]
fn nothing_is_shared_where_that_is_said() {
    let (broker, farm) = (Mosquitto::start(), Farm::new());
    let mut command = farm.command(&["watch"], &broker.url(), "desk-1");
    let desk = Desk::start(command.arg("--no-sharing"));
    desk.wait_told("connected to");
    oil(&broker, "T01", 95.0);
    desk.wait_change("T01", "raised");
    assert!(farm.list(&broker).is_empty());
    let forbidden = Farm::with("[sharing]\nenabled = false");
    let refused = forbidden.shell(&broker, "list", &[]);
    assert!(
        words(&refused).contains("enabled = false"),
        "{}",
        words(&refused)
    );
}

#[test]
fn the_schema_of_alarms_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/schema/alarm.schema.json");
    let mut kept = String::new();
    std::fs::File::open(path)
        .expect("the file")
        .read_to_string(&mut kept)
        .expect("text");
    assert_eq!(
        kept,
        windvane::alarms::share::schema_text(),
        "run: windvane schema --alarms > assets/schema/alarm.schema.json"
    );
}
