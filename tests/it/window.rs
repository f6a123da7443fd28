//! The real program in a real window: Xvfb, Mosquitto, and a click by xdotool.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

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
pub const BUTTON_FROM_CORNER: (i32, i32) = (74, 134);

/// Long enough for a software renderer on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.any(|folder| folder.join(program).is_file())
}

/// A display of its own, on a number that Xvfb finds free.
fn start_display() -> (Ends, String) {
    let mut child = Command::new("Xvfb")
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
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("its output");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("a display number");
    (Ends(child), format!(":{}", line.trim()))
}

fn start_broker(folder: &Path) -> (Ends, u16) {
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port();
    let config = folder.join("mosquitto.conf");
    let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n");
    std::fs::write(&config, text).expect("written");
    let program = if Path::new("/usr/sbin/mosquitto").exists() {
        "/usr/sbin/mosquitto"
    } else {
        "mosquitto"
    };
    let child = Command::new(program)
        .arg("-c")
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Mosquitto starts");
    let broker = Ends(child);
    wait_until("Mosquitto listens", || {
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    (broker, port)
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn publish(port: u16, oil: f64) {
    let status = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-r"])
        .args([
            "-t",
            "farm/T01/telemetry",
            "-m",
            &format!("{{\"oil\":{oil}}}"),
        ])
        .status()
        .expect("mosquitto_pub runs");
    assert!(status.success());
}

fn xdotool(display: &str, arguments: &[&str]) -> String {
    let output = Command::new("xdotool")
        .env("DISPLAY", display)
        .args(arguments)
        .output()
        .expect("xdotool runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The program's log, line by line.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let stderr = child.stderr.take().expect("its log");
    let stdout = child.stdout.take().expect("its output");
    let (send, lines) = sync_channel(10_000);
    for (name, source) in [
        ("log", Box::new(stderr) as Box<dyn std::io::Read + Send>),
        ("out", Box::new(stdout)),
    ] {
        let send = send.clone();
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                for line in BufReader::new(source).lines().map_while(Result::ok) {
                    if send.send(line).is_err() {
                        return;
                    }
                }
            })
            .expect("a thread");
    }
    lines
}

fn wait_for_line(lines: &Receiver<String>, words: &[&str], mut again: impl FnMut()) -> String {
    let began = Instant::now();
    let mut seen = Vec::new();
    loop {
        if let Ok(line) = lines.recv_timeout(Duration::from_secs(2)) {
            let lower = line.to_lowercase();
            if words.iter().all(|w| lower.contains(&w.to_lowercase())) {
                return line;
            }
            seen.push(line);
        } else {
            again();
        }
        assert!(
            began.elapsed() < PATIENCE,
            "no line with {words:?}; there was:\n{}",
            seen.join("\n")
        );
    }
}

#[test]
fn a_real_click_on_acknowledge_acknowledges_the_alarm() {
    for program in ["Xvfb", "xdotool", "mosquitto", "mosquitto_pub"] {
        if !is_installed(program) {
            println!("skipped: {program} is not installed");
            return;
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (_display, display) = start_display();
    let (_broker, port) = start_broker(folder.path());
    let scene = folder.path().join("one.toml");
    let text = SCENE.replace("BROKER", &format!("mqtt://127.0.0.1:{port}"));
    std::fs::write(&scene, text).expect("written");
    publish(port, 81.0);
    let child = Command::new(env!("CARGO_BIN_EXE_windvane"))
        .arg("view")
        .arg(&scene)
        .args(["--size", "1280x800"])
        .env("DISPLAY", &display)
        .env_remove("WAYLAND_DISPLAY")
        .env("XDG_CONFIG_HOME", folder.path().join("config"))
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut program = Ends(child);
    let lines = lines_of(&mut program.0);
    wait_for_line(&lines, &["raised", "Gearbox oil hot", "T01"], || {});
    let mut window = String::new();
    wait_until("the window is there", || {
        window = xdotool(
            &display,
            &["search", "--onlyvisible", "--name", "^Windvane$"],
        );
        !window.is_empty()
    });
    let (right, bottom) = BUTTON_FROM_CORNER;
    let (x, y) = ((1280 - right).to_string(), (800 - bottom).to_string());
    let click = || {
        // The pointer rests on the button before it is pressed, as a hand's does.
        let at = [
            "mousemove",
            "--window",
            &window,
            &x,
            &y,
            "sleep",
            "0.3",
            "click",
            "1",
        ];
        xdotool(&display, &at);
    };
    click();
    // The first click may come before the first frame was laid out.
    let line = wait_for_line(&lines, &["acknowledged", "Gearbox oil hot", "T01"], click);
    println!("{line}");
    assert!(
        program.0.try_wait().expect("its status").is_none(),
        "it went on running"
    );
}
