//! Keys go to the window that has the keyboard; F11 fills the monitor in any of them.

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy::window::{MonitorSelection, WindowMode};

use super::SideView;

/// What is typed in a further window is read from its egui context: nothing of it is the first's.
pub(super) fn keep_from_others(
    sides: Query<&Window, With<SideView>>,
    mut codes: ResMut<ButtonInput<KeyCode>>,
    mut keys: ResMut<ButtonInput<Key>>,
) {
    if sides.iter().any(|window| window.focused) {
        codes.bypass_change_detection().reset_all();
        keys.bypass_change_detection().reset_all();
    }
}

/// F11 in any window.
pub(super) fn follow_keys(
    mut typed: MessageReader<KeyboardInput>,
    mut windows: Query<&mut Window>,
) {
    for key in typed.read() {
        let is_asked = key.key_code == KeyCode::F11 && key.state.is_pressed() && !key.repeat;
        if is_asked && let Ok(mut window) = windows.get_mut(key.window) {
            window.mode = toggled(window.mode);
        }
    }
}

/// The whole of its monitor, or back.
pub(super) fn toggled(mode: WindowMode) -> WindowMode {
    match mode {
        WindowMode::Windowed => WindowMode::BorderlessFullscreen(MonitorSelection::Current),
        _ => WindowMode::Windowed,
    }
}
