//! The real program in a real window: Xvfb, Mosquitto, and a click by xdotool.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::support::{Mosquitto, Process, folder_with};

const SCENE: &str = r##"
title = "One turbine"

[site]
latitude = 55.486
longitude = 7.840
time_zone = "UTC"

[broker]
url = "BROKER"

[[topics]]
filter = "farm/{turbine}/telemetry"
payload = "json"

[models.v80]
name = "Vestas V80-2.0 MW"
hub_height_m = 70
rotor_diameter_m = 80
rated_power_kw = 2000

[models.v80.signals]
oil = { field = "/oil", unit = "degC", range = [0, 100] }

[[turbines]]
id = "T01"
model = "v80"
east_m = 0
north_m = 0

[[rules]]
name = "Gearbox oil hot"
part = "gearbox"
when = "oil > 80"
color = "#d13212"

[rules.alarm]
priority = "high"
"##;

/// Where the Acknowledge button of the first row is in a window of 1280 by 800, from its lower right
/// corner: the panels' layout is fixed by the window's size, and `panels.rs` holds it to this.
pub const BUTTON_FROM_CORNER: (i32, i32) = (84, 168);

/// Long enough for a software renderer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// A display of its own, on a number that Xvfb finds free.
fn start_display() -> (Process, String) {
    let mut display = Process::start(
        Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    );
    let mut number = String::new();
    let stdout = display.0.stdout.take().expect("its output");
    BufReader::new(stdout)
        .read_line(&mut number)
        .expect("a display number");
    (display, format!(":{}", number.trim()))
}

fn xdotool(display: &str, arguments: &[&str]) -> String {
    let output = Command::new("xdotool")
        .env("DISPLAY", display)
        .args(arguments)
        .output()
        .expect("xdotool runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Hands on each line as it comes; a program whose output nobody reads would stand still.
fn read_lines(source: impl Read + Send + 'static, lines: SyncSender<String>) {
    let read = move || {
        for line in BufReader::new(source).lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    };
    let reader = std::thread::Builder::new().name("log".to_owned());
    drop(reader.spawn(read).expect("a thread"));
}

/// Waits for a line with all of these words in it; calls `again` whenever none has come for a while.
fn wait_for_line(lines: &Receiver<String>, words: &[&str], mut again: impl FnMut()) {
    let began = Instant::now();
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(Duration::from_secs(3)) {
            Ok(line) if words.iter().all(|word| line.contains(word)) => return,
            Ok(line) => seen.push(line),
            Err(_) => again(),
        }
        let log = || seen.join("\n");
        assert!(
            began.elapsed() < PATIENCE,
            "no line with {words:?} in\n{}",
            log()
        );
    }
}

#[test]
fn a_real_click_on_acknowledge_acknowledges_the_alarm() {
    for program in ["Xvfb", "xdotool"] {
        if !is_installed(program) {
            println!("skipped: {program} is not installed");
            return;
        }
    }
    let (_display, display) = start_display();
    let broker = Mosquitto::start();
    let scene = SCENE.replace("BROKER", &broker.url());
    let folder = folder_with(&[("one.toml", &scene)]);
    let mut program = Process::start(
        Command::new(env!("CARGO_BIN_EXE_windvane"))
            .arg("view")
            .arg(folder.path().join("one.toml"))
            .args(["--size", "1280x800"])
            .env("DISPLAY", &display)
            .env_remove("WAYLAND_DISPLAY")
            .env("XDG_CONFIG_HOME", folder.path().join("config"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped()),
    );
    let (send, lines) = sync_channel(10_000);
    read_lines(program.0.stdout.take().expect("its output"), send.clone());
    read_lines(program.0.stderr.take().expect("its log"), send);
    wait_for_line(&lines, &["Raised: Gearbox oil hot, T01"], || {
        broker.publish("farm/T01/telemetry", "{\"oil\":81}");
    });
    let (right, bottom) = BUTTON_FROM_CORNER;
    let (x, y) = ((1280 - right).to_string(), (800 - bottom).to_string());
    let click = || {
        let window = xdotool(
            &display,
            &["search", "--onlyvisible", "--name", "^Windvane"],
        );
        let window = window.lines().next().unwrap_or_default();
        // The pointer rests on the button before it is pressed, as a hand's does.
        let at = [
            "mousemove",
            "--window",
            window,
            &x,
            &y,
            "sleep",
            "0.3",
            "click",
            "1",
        ];
        xdotool(&display, &at);
    };
    // The first frames may not have been laid out yet: it clicks again until something comes of it.
    let acknowledged = ["Acknowledged: Gearbox oil hot, T01"];
    wait_for_line(&lines, &acknowledged, click);
    assert!(
        program.0.try_wait().expect("its status").is_none(),
        "it went on running"
    );
}
