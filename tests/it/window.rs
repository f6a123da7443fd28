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

/// The viewer in a window on a display of its own, and all that it says.
struct Running {
    display: String,
    broker: Mosquitto,
    lines: Receiver<String>,
    program: Process,
    _folder: tempfile::TempDir,
    _display: Process,
}

impl Running {
    /// Starts it; `None`, with the reason printed, where a program is missing.
    fn start() -> Option<Self> {
        for program in ["Xvfb", "xdotool"] {
            if !is_installed(program) {
                println!("skipped: {program} is not installed");
                return None;
            }
        }
        let (display_process, display) = start_display();
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
        Some(Self {
            display,
            broker,
            lines,
            program,
            _folder: folder,
            _display: display_process,
        })
    }

    fn wait_for_alarm(&self) {
        wait_for_line(&self.lines, &["Raised: Gearbox oil hot, T01"], || {
            self.broker.publish("farm/T01/telemetry", "{\"oil\":81}");
        });
    }

    /// The windows whose titles are like this.
    fn windows(&self, title: &str) -> Vec<String> {
        let found = xdotool(&self.display, &["search", "--onlyvisible", "--name", title]);
        found.lines().map(str::to_owned).collect()
    }

    /// Presses a key in a window until `is_done`.
    fn press(&self, window: &str, keys: &str, is_done: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_done() {
            assert!(began.elapsed() < PATIENCE, "nothing came of {keys}");
            let pressed = ["windowfocus", "--sync", window, "sleep", "0.3", "key", keys];
            xdotool(&self.display, &pressed);
            for _ in 0..50 {
                if is_done() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    fn assert_runs(&mut self) {
        let ended = self.program.0.try_wait().expect("its status");
        assert!(ended.is_none(), "it ended: {ended:?}");
    }
}

#[test]
fn a_real_click_on_acknowledge_acknowledges_the_alarm() {
    let Some(mut running) = Running::start() else {
        return;
    };
    running.wait_for_alarm();
    let (right, bottom) = BUTTON_FROM_CORNER;
    let (x, y) = ((1280 - right).to_string(), (800 - bottom).to_string());
    let click = || {
        let windows = running.windows("^Windvane");
        let window = windows.first().map_or("", String::as_str);
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
        xdotool(&running.display, &at);
    };
    // The first frames may not have been laid out yet: it clicks again until something comes of it.
    let acknowledged = ["Acknowledged: Gearbox oil hot, T01"];
    wait_for_line(&running.lines, &acknowledged, click);
    running.assert_runs();
}

#[test]
fn a_second_window_is_opened_by_its_key_and_closed_alone() {
    const SECOND: &str = "^Farm, from above";
    let Some(mut running) = Running::start() else {
        return;
    };
    running.wait_for_alarm();
    let first = running.windows("^Windvane").remove(0);
    let is_open = || !running.windows(SECOND).is_empty();
    running.press(&first, "ctrl+shift+n", is_open);
    let second = running.windows(SECOND).remove(0);
    assert_ne!(first, second);
    running.press(&second, "ctrl+w", || !is_open());
    running.broker.publish("farm/T01/telemetry", "{\"oil\":60}");
    wait_for_line(&running.lines, &["Cleared: Gearbox oil hot, T01"], || {});
    running.assert_runs();
    assert_eq!(running.windows("^Windvane"), [first]);
}
