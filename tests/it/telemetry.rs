//! The connection to real brokers, and to what only looks like one.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use windvane::fleet::{Quality, Sample, SignalColumn, TurbineRow};
use windvane::rules::Texts;
use windvane::scene::{
    ActiveScene, Broker, Ground, Model, PayloadFormat, Scene, SceneReplaced, Signal, Site,
    TopicMapping, Turbine, ValueKind,
};
use windvane::telemetry::{
    Arrivals, Link, RejectReason, TelemetryConfig, TelemetryStatus, embedded,
};

use crate::support::{Mosquitto, free_port, wait_for};

/// A scene at this broker: turbines T01 and T02 with the number `oil_temperature` (`/oil`), the flag
/// `running` (`/on`) and the text `state` (`/state`).
fn scene(url: &str) -> Scene {
    let signals = [
        ("oil_temperature", "/oil", ValueKind::Number),
        ("running", "/on", ValueKind::Boolean),
        ("state", "/state", ValueKind::Text),
    ];
    let signal = |(column, (name, field, kind)): (u16, (&str, &str, ValueKind))| Signal {
        column: SignalColumn(column),
        name: name.into(),
        field: field.into(),
        unit: String::new(),
        range: None,
        kind,
        drives: None,
        part: None,
        ..Signal::default()
    };
    let topic = |filter: &str, payload| TopicMapping {
        filter: filter.into(),
        payload,
        time: Some("/ts".into()),
        quality: None,
    };
    Scene {
        path: "test.toml".into(),
        files: Vec::new(),
        title: "Test".into(),
        site: Site {
            latitude_deg: 55.0,
            longitude_deg: 8.0,
            ground: Ground::Sea,
            time_zone: None,
            ..Site::default()
        },
        broker: Broker {
            url: url.into(),
            stale_after: Duration::from_secs(30),
            username_env: None,
            password_env: None,
        },
        topics: vec![
            topic("farm/{turbine}/telemetry", PayloadFormat::Json),
            topic("value/{turbine}/{signal}", PayloadFormat::Value),
        ],
        signals: signals.iter().map(|(name, ..)| (*name).into()).collect(),
        kinds: signals.iter().map(|(.., kind)| *kind).collect(),
        models: vec![Model {
            id: "v80".into(),
            name: "V80".into(),
            hub_height_m: 70.0,
            rotor_diameter_m: 80.0,
            rated_power_kw: 2000.0,
            shape: windvane::scene::TurbineShape::default(),
            gltf: None,
            signals: (0..).zip(signals).map(signal).collect(),
            ..Model::default()
        }],
        turbines: ["T01", "T02"].map(turbine).into(),
        views: Vec::new(),
        rules: Vec::new(),
        texts: Arc::new(Texts::default()),
        ..Scene::default()
    }
}

fn turbine(id: &str) -> Turbine {
    Turbine {
        id: id.into(),
        model: 0,
        east_m: 0.0,
        north_m: 0.0,
        up_m: 0.0,
        ..Turbine::default()
    }
}

/// The program without a window, and every sample that arrived.
struct Twin {
    app: App,
    samples: Vec<Sample>,
}

impl Twin {
    fn new(scene: Scene) -> Self {
        Self::with_config(scene, TelemetryConfig::default())
    }

    fn with_config(scene: Scene, config: TelemetryConfig) -> Self {
        let mut app = App::new();
        app.insert_resource(config)
            .add_plugins((TaskPoolPlugin::default(), windvane::headless_plugin))
            .add_message::<SceneReplaced>();
        app.finish();
        app.cleanup();
        let mut twin = Self {
            app,
            samples: Vec::new(),
        };
        twin.open(scene);
        twin
    }

    fn open(&mut self, scene: Scene) {
        let world = self.app.world_mut();
        let previous = world.get_resource::<ActiveScene>().cloned();
        world.insert_resource(ActiveScene {
            scene: Arc::new(scene),
            generation: previous.as_ref().map_or(1, |p| p.generation + 1),
        });
        world.write_message(SceneReplaced {
            previous: previous.map(|p| p.scene),
        });
    }

    fn scene(&self) -> &Scene {
        &self.app.world().resource::<ActiveScene>().scene
    }

    fn status(&self) -> &TelemetryStatus {
        self.app.world().resource()
    }

    fn update(&mut self) {
        self.app.update();
        let arrivals = self.app.world().resource::<Arrivals>();
        self.samples.extend_from_slice(&arrivals.0);
    }

    /// Runs frames until the condition holds.
    fn wait(&mut self, what: &str, condition: impl Fn(&Self) -> bool) {
        wait_for(what, || {
            self.update();
            condition(self).then_some(())
        });
    }

    fn connected(scene: Scene) -> Self {
        let mut twin = Self::new(scene);
        twin.wait_connected();
        twin
    }

    fn wait_connected(&mut self) {
        self.wait("the connection", |twin| {
            twin.status().link == Link::Connected
        });
    }

    /// Waits for the words that tell why there is no connection.
    fn wait_reason(&mut self) -> String {
        wait_for("a reason why there is no connection", || {
            self.update();
            match &self.status().link {
                Link::Disconnected { reason, .. } => Some(reason.clone()),
                _ => None,
            }
        })
    }

    fn values(&self) -> Vec<(u32, u16, f64)> {
        let values = self.samples.iter();
        values.map(|s| (s.turbine.0, s.signal.0, s.value)).collect()
    }
}

/// Something that accepts connections on the loopback address, and what it then does.
fn stand_in(behave: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let accept = move || {
        for stream in listener.incoming() {
            behave(stream.expect("a connection"));
        }
    };
    let thread = std::thread::Builder::new().name("stand-in".into());
    thread.spawn(accept).expect("a thread");
    format!("mqtt://127.0.0.1:{port}")
}

/// Reads what a client sends before it waits for an answer.
fn read_some(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    let _length = stream.read(&mut buffer).expect("a packet");
}

const CONNACK: [u8; 4] = [0x20, 2, 0, 0];
/// Success for both filters of [`scene`].
const SUBACK: [u8; 6] = [0x90, 4, 0, 1, 0, 0];

/// Short waits, for stand-ins that hang.
fn hasty() -> TelemetryConfig {
    TelemetryConfig {
        connect_timeout: Duration::from_secs(1),
        keep_alive: Duration::from_secs(1),
    }
}

#[test]
fn values_arrive_with_source_time_arrival_time_and_quality() {
    let broker = Mosquitto::start();
    let mut twin = Twin::connected(scene(&broker.url()));
    let payload = r#"{"oil": 81.5, "on": true, "state": "run", "ts": "2026-01-02T03:04:05.678Z"}"#;
    broker.publish("farm/T02/telemetry", payload);
    twin.wait("three values", |twin| twin.samples.len() >= 3);
    let [oil, on, state] = twin.samples.as_slice() else {
        panic!("three values: {:?}", twin.samples);
    };
    assert_eq!((oil.turbine, oil.signal), (TurbineRow(1), SignalColumn(0)));
    assert_eq!((oil.value, oil.quality), (81.5, Quality::Good));
    assert_eq!(oil.source_time_ms, 1_767_323_045_678);
    assert!(oil.arrival_ms >= oil.source_time_ms);
    assert_eq!(on.value, 1.0);
    let text = twin.scene().texts.text(state.value as u32);
    assert_eq!(text.as_deref(), Some("run"));

    broker.publish("value/T01/oil_temperature", "79.25");
    twin.wait("a bare value", |twin| twin.samples.len() >= 4);
    assert_eq!(twin.values()[3], (0, 0, 79.25));
    twin.wait("the counts", |twin| twin.status().messages == 2);
    assert_eq!(twin.status().values, 4);
    assert_eq!(twin.status().rejected, 0);
    assert_eq!(twin.status().broker, broker.url());
}

#[test]
fn a_broker_that_was_killed_and_came_back_is_subscribed_to_again() {
    let mut broker = Mosquitto::start();
    let mut twin = Twin::connected(scene(&broker.url()));
    broker.kill();
    let reason = twin.wait_reason();
    assert!(reason.contains(&broker.url()), "{reason}");
    broker.restart();
    twin.wait_connected();
    broker.publish("farm/T01/telemetry", r#"{"oil": 1}"#);
    twin.wait("a value", |twin| !twin.samples.is_empty());
}

#[test]
fn payloads_that_cannot_be_used_are_counted_by_reason_and_stop_nothing() {
    use RejectReason::{
        BadTime, MalformedJson, NoKnownField, NotFinite, NotUtf8, TooLarge, UnknownSignal,
        UnknownTurbine, WrongType,
    };
    let deep = r#"{"a":"#.repeat(100_000);
    let ten_megabytes = format!(r#"{{"oil": 1, "x": "{}"}}"#, "x".repeat(10_000_000));
    let json = "farm/T01/telemetry";
    let cases: Vec<(&str, Vec<u8>, RejectReason)> = vec![
        (json, br#"{"oil": 8"#.into(), MalformedJson),
        (json, b"".into(), MalformedJson),
        (json, deep.into(), TooLarge),
        (json, ten_megabytes.into(), TooLarge),
        (json, br#"{"oil": NaN}"#.into(), NotFinite),
        (json, br#"{"oil": "NaN"}"#.into(), NotFinite),
        (json, br#"{"oil": "12"}"#.into(), WrongType),
        (json, br#"{"other": 12}"#.into(), NoKnownField),
        (json, b"{\"state\": \"\xff\"}".into(), NotUtf8),
        (json, br#"{"oil": 1, "ts": 0}"#.into(), BadTime),
        (
            json,
            br#"{"oil": 1, "ts": "2999-01-01T00:00:00Z"}"#.into(),
            BadTime,
        ),
        (
            "farm/T99/telemetry",
            br#"{"oil": 1}"#.into(),
            UnknownTurbine,
        ),
        (
            "farm/Ø-风-\u{202e}x/telemetry",
            br#"{"oil": 1}"#.into(),
            UnknownTurbine,
        ),
        ("value/T01/no-such", b"1".into(), UnknownSignal),
        ("value/T01/oil", b"NaN".into(), NotFinite),
        ("value/T01/oil", b"hot".into(), WrongType),
    ];
    let broker = Mosquitto::start();
    let mut twin = Twin::connected(scene(&broker.url()));
    for (topic, payload, _) in &cases {
        broker.publish(topic, payload);
    }
    broker.publish(json, r#"{"oil": 5, "on": true, "oil": 6}"#);
    twin.wait("the good message", |twin| twin.samples.len() >= 2);
    assert_eq!(twin.values(), [(0, 0, 6.0), (0, 1, 1.0)]);
    twin.wait("the counts", |twin| {
        twin.status().messages == cases.len() as u64 + 1
    });

    let status = twin.status();
    assert_eq!(status.link, Link::Connected);
    assert_eq!(status.rejected, cases.len() as u64);
    let told: Vec<_> = status.recent_rejects.iter().collect();
    assert_eq!(told.len(), cases.len());
    for ((topic, payload, reason), rejected) in cases.iter().zip(&told) {
        assert_eq!(rejected.reason, *reason, "{topic}: {}", rejected.detail);
        assert!(rejected.excerpt.chars().count() <= 4 * 200, "{topic}");
        assert!(!rejected.excerpt.contains(char::is_control), "{topic}");
        assert!(!rejected.topic.contains('\u{202e}'), "{topic}");
        assert!(rejected.excerpt.is_empty() == payload.is_empty(), "{topic}");
    }
    let by_reason: u64 = status.rejected_by_reason.iter().map(|(_, n)| n).sum();
    assert_eq!(by_reason, status.rejected);
}

#[test]
fn retained_values_of_a_turbine_that_a_reload_adds_arrive_over_the_same_connection() {
    let broker = Mosquitto::start();
    broker.publish_retained("farm/T03/telemetry", r#"{"oil": 3}"#);
    let first = scene(&broker.url());
    let texts = Arc::clone(&first.texts);
    let mut twin = Twin::connected(first);
    twin.wait("the unknown turbine", |twin| twin.status().rejected == 1);
    let since_ms = twin.status().since_ms;

    let mut second = scene(&broker.url());
    second.texts = texts;
    second.turbines.insert(0, turbine("T03"));
    twin.open(second);
    twin.wait("its value", |twin| !twin.samples.is_empty());
    assert_eq!(twin.values(), [(0, 0, 3.0)]);
    assert_eq!(twin.status().since_ms, since_ms);
}

#[test]
fn a_scene_at_another_broker_connects_there() {
    let (first, second) = (Mosquitto::start(), Mosquitto::start());
    let mut twin = Twin::connected(scene(&first.url()));
    twin.open(scene(&second.url()));
    twin.wait("the second broker", |twin| {
        twin.status().broker == second.url() && twin.status().link == Link::Connected
    });
    second.publish("farm/T01/telemetry", r#"{"oil": 2}"#);
    twin.wait("a value", |twin| !twin.samples.is_empty());
}

#[test]
fn a_port_where_nothing_listens_is_told() {
    let mut twin = Twin::new(scene(&format!("mqtt://127.0.0.1:{}", free_port())));
    let reason = twin.wait_reason();
    assert!(
        reason.starts_with("Nothing listens at mqtt://127.0.0.1:"),
        "{reason}"
    );
}

#[test]
fn a_name_that_is_not_found_is_told() {
    let mut twin = Twin::new(scene("mqtt://no-such-host.invalid"));
    let reason = twin.wait_reason();
    assert!(
        reason.contains("mqtt://no-such-host.invalid:1883 was not found"),
        "{reason}"
    );
}

#[test]
fn an_address_that_makes_no_sense_is_told_without_its_password() {
    let mut twin = Twin::new(scene("mqtt://me:secret@localhost"));
    let reason = twin.wait_reason();
    assert!(reason.contains("password_env"), "{reason}");
    assert!(!reason.contains("secret") && !twin.status().broker.contains("secret"));
}

#[test]
fn a_broker_that_hangs_before_it_answers_is_told() {
    let held = std::sync::Mutex::new(Vec::new());
    let url = stand_in(move |stream| held.lock().expect("the list").push(stream));
    let mut twin = Twin::with_config(scene(&url), hasty());
    let reason = twin.wait_reason();
    assert!(reason.contains("did not answer in time"), "{reason}");
}

#[test]
fn a_broker_that_hangs_after_it_accepted_is_told() {
    let held = std::sync::Mutex::new(Vec::new());
    let url = stand_in(move |mut stream| {
        read_some(&mut stream);
        stream.write_all(&CONNACK).expect("the answer");
        held.lock().expect("the list").push(stream);
    });
    let mut twin = Twin::with_config(scene(&url), hasty());
    let reason = twin.wait_reason();
    assert!(
        reason.contains("does not answer the subscription"),
        "{reason}"
    );
}

/// Accepts and subscribes, then sends the first half of a message.
fn half_a_message(stream: &mut TcpStream) {
    read_some(stream);
    stream.write_all(&CONNACK).expect("the answer");
    read_some(stream);
    stream.write_all(&SUBACK).expect("the answer");
    stream
        .write_all(b"\x30\x40\0\x12farm/T01")
        .expect("half a message");
}

#[test]
fn a_broker_that_drops_the_connection_in_mid_packet_is_told() {
    let url = stand_in(|mut stream| half_a_message(&mut stream));
    let mut twin = Twin::with_config(scene(&url), hasty());
    let reason = twin.wait_reason();
    assert!(reason.contains("in the middle of a packet"), "{reason}");
    assert!(twin.samples.is_empty());
}

#[test]
fn a_broker_that_hangs_in_mid_packet_is_told() {
    let held = std::sync::Mutex::new(Vec::new());
    let url = stand_in(move |mut stream| {
        half_a_message(&mut stream);
        held.lock().expect("the list").push(stream);
    });
    let mut twin = Twin::with_config(scene(&url), hasty());
    let reason = twin.wait_reason();
    assert!(reason.contains("no sign of life"), "{reason}");
}

#[test]
fn what_is_not_a_broker_is_told() {
    let answers: [&[u8]; 5] = [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
        &[0; 64],
        &[0xff; 64],
    ];
    for answer in answers {
        let url = stand_in(move |mut stream| {
            read_some(&mut stream);
            // The client may have hung up at the first bytes.
            drop(stream.write_all(answer));
        });
        let mut twin = Twin::with_config(scene(&url), hasty());
        let reason = twin.wait_reason();
        assert!(reason.contains("not an MQTT"), "{answer:?}: {reason}");
    }
}

#[test]
fn what_closes_every_connection_is_told() {
    let url = stand_in(|mut stream| read_some(&mut stream));
    let mut twin = Twin::with_config(scene(&url), hasty());
    let reason = twin.wait_reason();
    assert!(
        reason.contains("closed the connection before it answered"),
        "{reason}"
    );
}

#[test]
fn a_refused_filter_is_told_while_the_other_works() {
    let held = std::sync::Mutex::new(Vec::new());
    let url = stand_in(move |mut stream| {
        read_some(&mut stream);
        stream.write_all(&CONNACK).expect("the answer");
        read_some(&mut stream);
        stream
            .write_all(&[0x90, 4, 0, 1, 0x80, 0])
            .expect("the answer");
        held.lock().expect("the list").push(stream);
    });
    let mut twin = Twin::connected(scene(&url));
    twin.wait("the notice", |twin| twin.status().notices.len() == 1);
    let notice = &twin.status().notices[0];
    assert!(notice.contains(r#""farm/+/telemetry""#), "{notice}");
}

#[test]
fn user_name_and_password_come_from_the_variables_that_the_scene_names() {
    let passwords = |folder: &std::path::Path| {
        let status = Command::new("mosquitto_passwd")
            .args(["-c", "-b"])
            .arg(folder.join("passwords"))
            // The values of the variables below, which cargo sets.
            .args([env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")])
            .status();
        assert!(status.expect("mosquitto_passwd").success());
        // Mosquitto may run as a user of its own.
        open_to_all(folder);
    };
    let config = "allow_anonymous false\npassword_file {folder}/passwords\n";
    let broker = Mosquitto::with_files(config, passwords);
    let with = |username: Option<&str>, password: Option<&str>| {
        let mut scene = scene(&broker.url());
        scene.broker.username_env = username.map(Into::into);
        scene.broker.password_env = password.map(Into::into);
        Twin::new(scene)
    };
    with(Some("CARGO_PKG_NAME"), Some("CARGO_PKG_VERSION")).wait_connected();

    let reason = with(Some("CARGO_PKG_NAME"), Some("CARGO_PKG_NAME")).wait_reason();
    assert!(reason.contains("password_env"), "{reason}");
    let reason = with(None, None).wait_reason();
    assert!(reason.contains("username_env"), "{reason}");
    let reason = with(Some("WINDVANE_NEVER_SET"), None).wait_reason();
    assert!(reason.contains("WINDVANE_NEVER_SET"), "{reason}");
}

#[cfg(unix)]
fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for path in [folder.to_owned(), folder.join("passwords")] {
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("permissions");
    }
}

#[cfg(not(unix))]
fn open_to_all(_: &std::path::Path) {}

#[test]
fn the_embedded_broker_carries_messages_and_is_kept_over_a_reload() {
    let mut twin = Twin::connected(scene(&format!("embedded:{}", free_port())));
    let shown = twin.status().broker.clone();
    let url = shown.strip_suffix(" (embedded)").expect("the embedded one");
    let mut other = Twin::connected(scene(url));
    let port = url.rsplit(':').next().expect("a port");
    let publish = |topic: &str, payload: &str| {
        let arguments = [
            "-h",
            "127.0.0.1",
            "-p",
            port,
            "-q",
            "1",
            "-t",
            topic,
            "-m",
            payload,
        ];
        let status = Command::new("mosquitto_pub").args(arguments).status();
        assert!(status.expect("mosquitto_pub").success());
    };
    publish("nobody/listens/here", "1");
    publish("farm/T01/telemetry", r#"{"oil": 4}"#);
    twin.wait("a value", |twin| twin.values() == [(0, 0, 4.0)]);
    other.wait("a value at the other", |twin| {
        twin.values() == [(0, 0, 4.0)]
    });

    let mut reloaded = scene(&format!("embedded:{port}"));
    reloaded.turbines.reverse();
    twin.open(reloaded);
    twin.update();
    twin.wait_connected();
    publish("farm/T01/telemetry", r#"{"oil": 5}"#);
    twin.wait("a value after the reload", |twin| {
        twin.values().contains(&(1, 0, 5.0))
    });
}

#[test]
fn a_port_in_use_is_told_by_the_embedded_broker() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("its address").port();
    let error = embedded::start(Some(port)).expect_err("the port is in use");
    assert!(
        error
            .to_string()
            .contains(&format!("port {port} on 127.0.0.1 is in use"))
    );

    let mut twin = Twin::new(scene(&format!("embedded:{port}")));
    let reason = twin.wait_reason();
    assert!(reason.contains("is in use"), "{reason}");

    let free = embedded::start(None).expect("a free port");
    assert_eq!(free.url, format!("mqtt://127.0.0.1:{}", free.port));
}

#[test]
fn an_app_that_falls_behind_gets_the_newest_values_and_a_true_count() {
    // Over twice what may wait: some are still on their way when the publisher has ended.
    const MESSAGES: u32 = 1_200_000;
    let broker = Mosquitto::with_config("allow_anonymous true\nmax_queued_messages 0\n");
    let mut twin = Twin::connected(scene(&broker.url()));
    let port = broker.port.to_string();
    let mut publisher = Command::new("mosquitto_pub")
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-t",
            "farm/T01/telemetry",
            "-l",
        ])
        .stdin(Stdio::piped())
        .spawn()
        .expect("mosquitto_pub");
    let mut lines = std::io::BufWriter::new(publisher.stdin.take().expect("its input"));
    for n in 1..=MESSAGES {
        let on = n % 2 == 0;
        writeln!(lines, r#"{{"oil": {n}, "on": {on}}}"#).expect("a line");
    }
    drop(lines);
    // The app has not run a frame meanwhile, and more has arrived than may wait for it.
    assert!(publisher.wait().expect("the publisher's end").success());
    twin.wait("the last value", |twin| {
        twin.samples.iter().any(|s| s.value == f64::from(MESSAGES))
    });
    twin.wait("the counts", |twin| {
        twin.status().messages == u64::from(MESSAGES)
    });
    let status = twin.status();
    assert!(status.coalesced > 0);
    assert_eq!(status.coalesced + twin.samples.len() as u64, status.values);
    assert_eq!(status.values, 2 * u64::from(MESSAGES));
    let newest = |signal| {
        let of_signal = twin
            .samples
            .iter()
            .rfind(|s| s.signal == SignalColumn(signal));
        of_signal.map(|s| s.value)
    };
    assert_eq!(newest(0), Some(f64::from(MESSAGES)));
    assert_eq!(newest(1), Some(1.0));
}
