//! The simulator against a real Mosquitto.

use std::collections::HashSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rumqttc::{Client, Event, MqttOptions, Packet, QoS};
use windvane::demo::{self, Options, SimulationOptions};

/// A Mosquitto of the test's own.
struct Mosquitto {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

fn mosquitto_program() -> Option<PathBuf> {
    let places = [
        "/usr/sbin/mosquitto",
        "/usr/bin/mosquitto",
        "/usr/local/sbin/mosquitto",
    ];
    places.iter().map(PathBuf::from).find(|path| path.is_file())
}

impl Mosquitto {
    fn start() -> Option<Self> {
        let program = mosquitto_program();
        if program.is_none() {
            println!("skipped: mosquitto is not installed");
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = tempfile::tempdir().unwrap();
        let child = spawn(&program?, folder.path(), port);
        Some(Self {
            child,
            port,
            folder,
        })
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.child = spawn(&mosquitto_program().unwrap(), self.folder.path(), self.port);
    }

    fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(program: &Path, folder: &Path, port: u16) -> Child {
    let config = folder.join("mosquitto.conf");
    std::fs::write(
        &config,
        format!("listener {port} 127.0.0.1\nallow_anonymous true\n"),
    )
    .unwrap();
    let child = Command::new(program)
        .arg("-c")
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let limit = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < limit, "mosquitto does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

/// Listens until `enough` says so; false when that has not come within half a minute.
fn listen(port: u16, mut enough: impl FnMut(&str, &[u8]) -> bool) -> bool {
    let mut options = MqttOptions::new(format!("listener-{port}"), "127.0.0.1", port);
    options.set_max_packet_size(1 << 20, 1 << 20);
    let (client, mut connection) = Client::new(options, 64);
    let limit = Instant::now() + Duration::from_secs(30);
    while Instant::now() < limit {
        match connection.recv_timeout(Duration::from_secs(1)) {
            Ok(Ok(Event::Incoming(Packet::ConnAck(_)))) => {
                client
                    .subscribe("farm/+/telemetry", QoS::AtMostOnce)
                    .unwrap();
            }
            Ok(Ok(Event::Incoming(Packet::Publish(message)))) => {
                if enough(&message.topic, &message.payload) {
                    return true;
                }
            }
            Ok(Ok(_)) | Err(_) => {}
            Ok(Err(_)) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    false
}

fn options(faults: &[&str]) -> Options {
    Options {
        simulation: SimulationOptions {
            calm: true,
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
            ..SimulationOptions::default()
        },
        ..Options::default()
    }
}

#[test]
fn every_turbine_is_heard_through_mosquitto_and_a_silent_one_is_not() {
    let Some(broker) = Mosquitto::start() else {
        return;
    };
    let _simulator = demo::start(options(&["communication:T05@0s+1h"]), &broker.url()).unwrap();
    let mut heard = HashSet::new();
    let mut messages = 0;
    let all = listen(broker.port, |topic, payload| {
        let value: serde_json::Value = serde_json::from_slice(payload).unwrap();
        let oil = value.pointer("/WTRM/GbxOilTmp").unwrap().as_f64().unwrap();
        assert!((30.0..80.0).contains(&oil), "{topic}: {oil}");
        let age_ms = jiff::Timestamp::now().as_millisecond() - value["ts"].as_i64().unwrap();
        assert!(
            (-5_000..60_000).contains(&age_ms),
            "{topic}: {age_ms} ms old"
        );
        heard.insert(topic.to_owned());
        messages += 1;
        messages >= 240 && heard.len() >= 79
    });
    assert!(all, "{} turbines heard in {messages} messages", heard.len());
    assert!(heard.contains("farm/T80/telemetry") && !heard.contains("farm/T05/telemetry"));
}

#[test]
fn it_publishes_again_when_the_broker_is_back() {
    let Some(mut broker) = Mosquitto::start() else {
        return;
    };
    let _simulator = demo::start(options(&[]), &broker.url()).unwrap();
    assert!(listen(broker.port, |_, _| true), "before");
    broker.stop();
    broker.start_again();
    assert!(listen(broker.port, |_, _| true), "after");
}

#[test]
fn the_command_publishes_and_says_so() {
    let Some(broker) = Mosquitto::start() else {
        return;
    };
    let child = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args([
            "simulate",
            "--turbines",
            "2",
            "--interval",
            "200ms",
            "--for",
            "5s",
            "--calm",
        ])
        .args(["--broker", &broker.url()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut heard = HashSet::new();
    let both = listen(broker.port, |topic, _| {
        heard.insert(topic.to_owned());
        heard.len() == 2
    });
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(both, "{heard:?} {said}");
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("Publishing 2 turbines to mqtt://127.0.0.1:"),
        "{said}"
    );
    assert!(said.contains("every 200ms; Ctrl-C ends it"), "{said}");
}

#[test]
fn without_a_broker_the_command_says_what_to_look_at_and_ends_in_time() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let output = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args([
            "simulate",
            "--for",
            "2s",
            "--broker",
            &format!("mqtt://127.0.0.1:{free}"),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("is the broker running?") && said.contains("trying again in"),
        "{said}"
    );
    assert!(output.status.success());
}

#[test]
fn a_scene_s_own_turbines_topics_and_fields_are_published() {
    let Some(broker) = Mosquitto::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let scene = folder.path().join("scene.toml");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("scenes/first/first.toml")).unwrap();
    let text = text.replace("mqtt://localhost:1883", &broker.url());
    assert!(text.contains(&broker.url()));
    std::fs::write(&scene, text).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .args([
            "simulate",
            "--interval",
            "200ms",
            "--for",
            "20s",
            "--calm",
            "--scene",
        ])
        .arg(&scene)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let heard = listen(broker.port, |topic, payload| {
        let value: serde_json::Value = serde_json::from_slice(payload).unwrap();
        let fields = value.as_object().unwrap();
        assert_eq!(fields.len(), 1, "{value}");
        topic == "farm/T01/telemetry" && fields["gearbox_oil_temperature"].is_f64()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(heard);
}
