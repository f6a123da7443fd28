//! What several modules of tests need: a Mosquitto of one's own, files to work on, waiting.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bevy::ecs::message::Messages;
use bevy::input::ButtonState;
use bevy::input::mouse::MouseButtonInput;
use bevy::math::Vec2;
use bevy::prelude::{Entity, MouseButton};
use bevy::window::{CursorMoved, WindowEvent};
use windvane::view::OffScreen;

/// 11:30 on a midsummer's day, UTC, milliseconds since 1970: pictures are not to follow the hour at which
/// they are tested.
pub const MIDSUMMER_NOON_MS: i64 = 1_782_041_400_000;

/// Long enough for a busy machine; nothing is expected to take so long.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until the condition gives something.
///
/// # Panics
/// It does not within [`PATIENCE`].
pub fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "gave up waiting for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A port on the loopback address that nothing listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// A child process that does not outlive the test.
pub struct Process(pub Child);

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        Self(
            command
                .spawn()
                .unwrap_or_else(|e| panic!("{command:?}: {e}")),
        )
    }

    /// Ends it and waits until it has.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        self.0.wait().expect("the end of a child");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A Mosquitto on a free loopback port, with a configuration of its own.
pub struct Mosquitto {
    /// The port that it listens on.
    pub port: u16,
    folder: tempfile::TempDir,
    process: Option<Process>,
}

impl Mosquitto {
    /// Starts one that lets everybody in.
    pub fn start() -> Self {
        Self::with_config("allow_anonymous true\n")
    }

    /// Starts one with these lines after its listener's; `{folder}` stands for a folder that is its
    /// own ([`Mosquitto::folder`] after the start).
    pub fn with_config(lines: &str) -> Self {
        Self::with_files(lines, |_| {})
    }

    /// The same, after `write` has put files into its folder.
    pub fn with_files(lines: &str, write: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for Mosquitto");
        write(folder.path());
        let port = free_port();
        let lines = lines.replace("{folder}", &folder.path().display().to_string());
        let config = format!("listener {port} 127.0.0.1\npersistence false\n{lines}");
        std::fs::write(folder.path().join("mosquitto.conf"), config).expect("its configuration");
        let mut mosquitto = Self {
            port,
            folder,
            process: None,
        };
        mosquitto.restart();
        mosquitto
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `mqtt://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// Kills it at once, as a crash would.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again on the same port.
    pub fn restart(&mut self) {
        self.kill();
        let program = ["/usr/sbin/mosquitto", "mosquitto"];
        let program = program.iter().find(|p| Path::new(p).exists());
        let mut command = Command::new(program.unwrap_or(&"mosquitto"));
        command
            .args([
                "-c".as_ref(),
                self.folder.path().join("mosquitto.conf").as_os_str(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.process = Some(Process::start(&mut command));
        wait_for("Mosquitto to listen", || {
            TcpStream::connect(("127.0.0.1", self.port)).ok()
        });
    }

    /// Publishes one message (QoS 1: it has arrived at the broker when this returns).
    pub fn publish(&self, topic: &str, payload: impl AsRef<[u8]>) {
        self.publish_with(topic, payload, &[]);
    }

    /// Publishes one message that the broker keeps for later subscribers.
    pub fn publish_retained(&self, topic: &str, payload: impl AsRef<[u8]>) {
        self.publish_with(topic, payload, &["-r"]);
    }

    /// Publishes one message with further arguments for `mosquitto_pub`.
    pub fn publish_with(&self, topic: &str, payload: impl AsRef<[u8]>, arguments: &[&str]) {
        let payload = payload.as_ref();
        let port = self.port.to_string();
        let from = if payload.is_empty() { "-n" } else { "-s" };
        let mut child = Command::new("mosquitto_pub")
            .args(["-h", "127.0.0.1", "-p", &port, "-q", "1", "-t", topic, from])
            .args(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("mosquitto_pub (Debian: mosquitto-clients)");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(payload).expect("the payload");
        drop(stdin);
        let status = child.wait().expect("mosquitto_pub's end");
        assert!(status.success(), "mosquitto_pub {topic}: {status}");
    }
}

/// A folder with these files (path within it, content).
pub fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in files {
        let path = folder.path().join(path);
        let parent = path.parent().expect("a folder above");
        std::fs::create_dir_all(parent).expect("folders");
        std::fs::write(path, content).expect("a file");
    }
    folder
}

/// The pointer goes there and clicks, all of it between two frames.
pub fn click(viewer: &mut OffScreen, position: Vec2) {
    let window = Entity::PLACEHOLDER;
    let left = |state| {
        WindowEvent::MouseButtonInput(MouseButtonInput {
            button: MouseButton::Left,
            state,
            window,
        })
    };
    let moved = CursorMoved {
        window,
        position,
        delta: None,
    };
    let world = viewer.world_mut();
    world.resource_mut::<Messages<WindowEvent>>().write_batch([
        WindowEvent::CursorMoved(moved),
        left(ButtonState::Pressed),
        left(ButtonState::Released),
    ]);
    // The click is understood at the end of one frame and carried out in the next.
    viewer.frame().unwrap();
    viewer.frame().unwrap();
}
