//! Whether there is a display to open a window on.

use std::path::PathBuf;

/// Whether a window can be opened: asked before winit, which ends the process where it cannot.
#[cfg(target_os = "linux")]
pub fn has_display() -> bool {
    wayland() || x11()
}

/// Whether a window can be opened.
#[cfg(not(target_os = "linux"))]
pub fn has_display() -> bool {
    true
}

#[cfg(target_os = "linux")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

#[cfg(target_os = "linux")]
fn wayland() -> bool {
    if variable("WAYLAND_SOCKET").is_some() {
        return true;
    }
    let Some(name) = variable("WAYLAND_DISPLAY") else {
        return false;
    };
    let folder = variable("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    std::os::unix::net::UnixStream::connect(folder.join(name)).is_ok()
}

#[cfg(target_os = "linux")]
fn x11() -> bool {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixStream};

    let Some(display) = variable("DISPLAY") else {
        return false;
    };
    // `host:0` is another machine's, which Xlib reaches by TCP: left to it.
    let Some(number) = display.strip_prefix(':').or(display.strip_prefix("unix:")) else {
        return true;
    };
    let number = number.split('.').next().unwrap_or(number);
    let path = format!("/tmp/.X11-unix/X{number}");
    UnixStream::connect(&path).is_ok()
        || SocketAddr::from_abstract_name(&path)
            .and_then(|address| UnixStream::connect_addr(&address))
            .is_ok()
}
