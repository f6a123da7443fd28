//! Keys go to the window that has the keyboard; some ask something of the window itself.

use bevy::input::keyboard::{Key, KeyboardFocusLost, KeyboardInput};
use bevy::prelude::*;
use bevy::window::{MonitorSelection, WindowMode};

use super::SideView;
use crate::action::Action;

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

/// Follows the keys of windows, event by event: in a slow frame egui would see the N of Ctrl+Shift+N
/// after Ctrl was let go.
pub(super) fn follow_keys(
    mut typed: MessageReader<KeyboardInput>,
    mut unfocused: MessageReader<KeyboardFocusLost>,
    mut windows: Query<(&mut Window, Has<SideView>)>,
    mut held: Local<Held>,
    mut actions: MessageWriter<Action>,
    mut commands: Commands,
) {
    if unfocused.read().count() > 0 && typed.is_empty() {
        *held = Held::default();
    }
    for key in typed.read() {
        let Ok((mut window, is_side)) = windows.get_mut(key.window) else {
            continue;
        };
        match held.follow(key) {
            Some(Wish::NewWindow) => {
                actions.write(Action::NewWindow);
            }
            Some(Wish::Close) if is_side => commands.entity(key.window).despawn(),
            Some(Wish::FullScreen) => window.mode = toggled(window.mode),
            _ => {}
        }
    }
}

/// The modifiers that are held.
#[derive(Debug, Default)]
pub(super) struct Held {
    control: bool,
    shift: bool,
}

/// What a key asks of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    NewWindow,
    Close,
    FullScreen,
}

impl Held {
    fn follow(&mut self, key: &KeyboardInput) -> Option<Wish> {
        let is_pressed = key.state.is_pressed();
        match &key.logical_key {
            Key::Control => self.control = is_pressed,
            Key::Shift => self.shift = is_pressed,
            _ if !is_pressed || key.repeat => {}
            Key::F11 => return Some(Wish::FullScreen),
            Key::Character(c) if self.control => {
                return match (c.to_lowercase().as_str(), self.shift) {
                    ("n", true) => Some(Wish::NewWindow),
                    ("w", false) => Some(Wish::Close),
                    _ => None,
                };
            }
            _ => {}
        }
        None
    }
}

/// The whole of its monitor, or back.
pub(super) fn toggled(mode: WindowMode) -> WindowMode {
    match mode {
        WindowMode::Windowed => WindowMode::BorderlessFullscreen(MonitorSelection::Current),
        _ => WindowMode::Windowed,
    }
}

#[cfg(test)]
mod tests {
    use bevy::input::ButtonState;

    use super::*;

    fn wishes(keys: &[(Key, bool)]) -> Vec<Wish> {
        let mut held = Held::default();
        let key = |(logical_key, is_pressed): &(Key, bool)| KeyboardInput {
            key_code: KeyCode::KeyA,
            logical_key: logical_key.clone(),
            state: if *is_pressed {
                ButtonState::Pressed
            } else {
                ButtonState::Released
            },
            text: None,
            repeat: false,
            window: Entity::PLACEHOLDER,
        };
        keys.iter().filter_map(|k| held.follow(&key(k))).collect()
    }

    #[test]
    fn a_chord_counts_though_its_modifiers_were_let_go_in_the_same_frame() {
        let n = Key::Character("N".into());
        let chord = [
            (Key::Control, true),
            (Key::Shift, true),
            (n.clone(), true),
            (n.clone(), false),
            (Key::Shift, false),
            (Key::Control, false),
            (n, true),
        ];
        assert_eq!(wishes(&chord), [Wish::NewWindow]);
    }

    #[test]
    fn a_window_is_closed_with_control_alone() {
        let w = Key::Character("w".into());
        let plain = [
            (w.clone(), true),
            (Key::Shift, true),
            (Key::Control, true),
            (w.clone(), true),
        ];
        assert_eq!(wishes(&plain), []);
        assert_eq!(wishes(&[(Key::Control, true), (w, true)]), [Wish::Close]);
    }
}
