//! The real program against a real Mosquitto, from a published value to the printed change.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::{Mosquitto, Process, folder_with, wait_for};

/// One turbine with the rule `> 80`, which clears below 80 at once.
fn scene(url: &str) -> String {
    format!(
        r##"
        title = "One turbine"
        [site]
        latitude = 55.0
        longitude = 8.0
        [broker]
        url = "{url}"
        stale_after = "1s"
        [[topics]]
        filter = "farm/{{turbine}}/telemetry"
        payload = "json"
        [models.v80]
        hub_height_m = 70
        rotor_diameter_m = 80
        rated_power_kw = 2000
        [models.v80.signals]
        oil_temperature = {{ field = "/WTRM/GbxOilTmp", unit = "degC" }}
        [[turbines]]
        id = "T01"
        model = "v80"
        east_m = 0
        north_m = 0
        [[rules]]
        name = "Gearbox oil hot"
        part = "gearbox"
        when = "oil_temperature > 80"
        color = "#d13212"
        [rules.alarm]
        priority = "high"
        "##
    )
}

/// `windvane watch`, and what it has printed.
struct Watch {
    process: Process,
    lines: Arc<Mutex<Vec<Value>>>,
    told: Arc<Mutex<String>>,
}

impl Watch {
    fn start(scene: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = Process::start(
            Command::new(env!("CARGO_BIN_EXE_windvane"))
                .arg("watch")
                .arg(scene)
                .arg("--no-journal")
                .args(arguments)
                .envs(variables.iter().copied())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        );
        let (lines, told) = (Arc::default(), Arc::default());
        let watch = Self {
            lines: Arc::clone(&lines),
            told: Arc::clone(&told),
            process: {
                let out = process.0.stdout.take().expect("standard output");
                read_lines(out, move |line| {
                    let line = serde_json::from_str(&line).expect("a JSON line");
                    lines.lock().expect("the lines").push(line);
                });
                let err = process.0.stderr.take().expect("standard error");
                read_lines(err, move |line| {
                    *told.lock().expect("the words") += &format!("{line}\n");
                });
                process
            },
        };
        watch.wait_told("windvane: connected to");
        watch
    }

    fn wait_told(&self, words: &str) {
        wait_for(words, || {
            let told = self.told.lock().expect("the words");
            told.contains(words).then_some(())
        });
    }

    /// Waits for an event after the first `after` lines that has these members; gives the number of
    /// lines up to and with it.
    fn wait_event(&self, after: usize, members: &Value) -> usize {
        let members = members.as_object().expect("an object");
        wait_for(&format!("{members:?} after {after}"), || {
            let lines = self.lines.lock().expect("the lines");
            let has_all = |line: &Value| members.iter().all(|(name, v)| line.get(name) == Some(v));
            let at = lines.iter().skip(after).position(has_all)?;
            Some(after + at + 1)
        })
    }
}

fn read_lines(
    from: impl std::io::Read + Send + 'static,
    mut give: impl FnMut(String) + Send + 'static,
) {
    let read = move || {
        for line in BufReader::new(from).lines() {
            give(line.expect("UTF-8"));
        }
    };
    let thread = std::thread::Builder::new().name("reader".into());
    thread.spawn(read).expect("a thread");
}

fn color(color: Option<&str>, unknown: bool) -> Value {
    serde_json::json!({
        "event": "color", "turbine": "T01", "surfaces": ["nacelle", "gearbox"], "color": color, "unknown": unknown,
    })
}

#[test]
fn a_temperature_of_81_turns_the_turbine_red_and_raises_the_alarm_and_79_clears_it() {
    let broker = Mosquitto::start();
    let folder = folder_with(&[("scene.toml", &scene(&broker.url()))]);
    let watch = Watch::start(&folder.path().join("scene.toml"), &[], &[]);
    let unknown = watch.wait_event(0, &color(None, true));

    broker.publish("farm/T01/telemetry", r#"{"WTRM": {"GbxOilTmp": 81}}"#);
    let red = watch.wait_event(unknown, &color(Some("#d13212"), false));
    let raised = serde_json::json!({
        "event": "alarm", "change": "raised", "alarm": "Gearbox oil hot", "turbine": "T01",
        "priority": "high",
    });
    let raised = watch.wait_event(unknown, &raised);

    broker.publish("farm/T01/telemetry", r#"{"WTRM": {"GbxOilTmp": 79}}"#);
    watch.wait_event(red, &color(None, false));
    let cleared = serde_json::json!({"event": "alarm", "change": "cleared", "turbine": "T01"});
    watch.wait_event(raised, &cleared);
}

#[test]
fn a_killed_broker_makes_what_rests_on_its_signals_unknown_until_it_is_back() {
    let mut broker = Mosquitto::start();
    let folder = folder_with(&[("scene.toml", &scene(&broker.url()))]);
    let watch = Watch::start(&folder.path().join("scene.toml"), &[], &[]);
    let publish = |broker: &Mosquitto| {
        broker.publish("farm/T01/telemetry", r#"{"WTRM": {"GbxOilTmp": 70}}"#);
    };
    publish(&broker);
    let well = watch.wait_event(0, &color(None, false));
    broker.kill();
    let stale = watch.wait_event(well, &color(None, true));
    broker.restart();
    wait_for("the second connection", || {
        let told = watch.told.lock().expect("the words");
        (told.matches("windvane: connected to").count() == 2).then_some(())
    });
    publish(&broker);
    watch.wait_event(stale, &color(None, false));
}

#[test]
#[cfg(unix)]
fn sigterm_ends_it_with_the_counts_of_what_it_received() {
    let broker = Mosquitto::start();
    let folder = folder_with(&[("scene.toml", &scene(&broker.url()))]);
    let mut watch = Watch::start(&folder.path().join("scene.toml"), &["--stats"], &[]);
    broker.publish("farm/T01/telemetry", r#"{"WTRM": {"GbxOilTmp": 81}}"#);
    broker.publish("farm/T01/telemetry", r#"{"WTRM": "#);
    watch.wait_event(0, &color(Some("#d13212"), false));
    let pid = watch.process.0.id().to_string();
    assert!(
        Command::new("kill")
            .arg(&pid)
            .status()
            .expect("kill")
            .success()
    );
    let status = watch.process.0.wait().expect("its end");
    assert!(status.success(), "{status}");
    let last = wait_for("the counts", || {
        let lines = watch.lines.lock().expect("the lines");
        lines
            .last()
            .filter(|line| line.get("cpu_ms").is_some())
            .cloned()
    });
    assert_eq!(last["messages"], 2);
    assert_eq!(last["values"], 1);
    assert_eq!(
        last["rejected_by_reason"],
        serde_json::json!({"malformed_json": 1})
    );
    assert_eq!(last["coalesced"], 0);
    assert_eq!(last["connected"], true);
}

#[test]
fn a_scene_with_an_error_is_told_with_its_line_and_exit_status_1() {
    let text = scene("mqtt://localhost").replace("oil_temperature > 80", "oil_temprature > 80");
    let folder = folder_with(&[("scene.toml", &text)]);
    let output = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .arg("watch")
        .arg(folder.path().join("scene.toml"))
        .output()
        .expect("windvane");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).expect("UTF-8");
    let line = text
        .lines()
        .position(|l| l.contains("oil_temprature"))
        .expect("the line")
        + 1;
    assert!(told.contains(&format!("scene.toml:{line}:")), "{told}");
    assert!(told.contains("oil_temperature"), "the nearest name: {told}");
}

#[test]
fn a_broker_with_tls_is_trusted_by_the_authority_that_this_machine_names() {
    let certificate = |folder: &Path| {
        let status = Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .args([
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
            ])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(folder.join("key.pem"))
            .arg("-out")
            .arg(folder.join("cert.pem"))
            .stderr(Stdio::null())
            .status();
        assert!(status.expect("openssl").success());
        readable_by_all(folder);
    };
    let config = "allow_anonymous true\ncertfile {folder}/cert.pem\nkeyfile {folder}/key.pem\n";
    let broker = Mosquitto::with_files(config, certificate);
    let url = format!("mqtts://localhost:{}", broker.port);
    let folder = folder_with(&[("scene.toml", &scene(&url))]);
    let authority = broker.folder().join("cert.pem");
    let authority = authority.to_str().expect("UTF-8");
    let trusting = [("SSL_CERT_FILE", authority)];
    drop(Watch::start(
        &folder.path().join("scene.toml"),
        &[],
        &trusting,
    ));

    let mut distrustful = Process::start(
        Command::new(env!("CARGO_BIN_EXE_windvane"))
            .arg("watch")
            .arg(folder.path().join("scene.toml"))
            .args(["--no-journal", "--for", "2s"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped()),
    );
    let mut told = String::new();
    let mut err = distrustful.0.stderr.take().expect("standard error");
    err.read_to_string(&mut told).expect("UTF-8");
    assert!(
        told.contains("TLS") && told.contains("SSL_CERT_FILE"),
        "{told}"
    );
    assert!(!told.contains("connected to"), "{told}");
}

#[cfg(unix)]
fn readable_by_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for path in [
        folder.to_owned(),
        folder.join("key.pem"),
        folder.join("cert.pem"),
    ] {
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(path, mode).expect("permissions");
    }
}

#[cfg(not(unix))]
fn readable_by_all(_: &Path) {}
