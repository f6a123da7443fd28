//! Chords such as Ctrl+O in slow frames: `bevy_egui` gives every key of a frame the modifiers that are
//! held at its end, when Ctrl may be up again. And keys such as `?`, of which egui never sees the end
//! when Shift is let go of first: it would take each further press for a repetition.

use bevy::input::keyboard::{KeyCode, KeyboardFocusLost, KeyboardInput};
use bevy::prelude::*;
use bevy_egui::egui::{Event, Key, Modifiers};
use bevy_egui::helpers::bevy_to_egui_physical_key;
use bevy_egui::{EguiInput, EguiPreUpdateSet};

pub(super) fn plugin(app: &mut App) {
    app.add_message::<KeyboardInput>()
        .add_message::<KeyboardFocusLost>()
        .add_systems(
            PreUpdate,
            mend.after(EguiPreUpdateSet::ProcessInput)
                .before(EguiPreUpdateSet::BeginPass),
        );
}

/// A key that went down or up, and what was held then.
type Stroke = (Key, bool, Modifiers);

fn mend(
    mut keys: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut inputs: Query<&mut EguiInput>,
    (mut held, mut down): (Local<Modifiers>, Local<Vec<(Key, Key)>>),
) {
    for mut input in &mut inputs {
        end_as_begun(&mut input.events, &mut down);
    }
    let mut strokes: Vec<Stroke> = Vec::new();
    let mut has_changed = false;
    for input in keys.read() {
        let pressed = input.state.is_pressed();
        if hold(&mut held, input.key_code, pressed) {
            has_changed = true;
        } else if let Some(key) = bevy_to_egui_physical_key(&input.key_code) {
            strokes.push((key, pressed, *held));
        }
    }
    if lost.read().count() > 0 {
        *held = Modifiers::NONE;
        down.clear();
    }
    // Without a modifier that moved within the frame, what it holds at its end holds for all of it.
    if !has_changed || strokes.is_empty() {
        return;
    }
    for mut input in &mut inputs {
        let mut rest = strokes.as_slice();
        for event in &mut input.events {
            let Event::Key {
                physical_key: Some(of),
                pressed,
                modifiers,
                ..
            } = event
            else {
                continue;
            };
            let at = rest
                .iter()
                .position(|(key, is_down, _)| key == of && is_down == pressed);
            if let Some(((_, _, then), after)) = at.and_then(|at| rest.get(at..)?.split_first()) {
                *modifiers = *then;
                rest = after;
            }
        }
    }
}

/// A key that goes up is called what it was called when it went down; `down` holds where it is on the
/// keyboard and that name.
fn end_as_begun(events: &mut [Event], down: &mut Vec<(Key, Key)>) {
    for event in events {
        let Event::Key {
            key,
            physical_key: Some(place),
            pressed,
            ..
        } = event
        else {
            continue;
        };
        let known = down.iter().position(|(of, _)| of == place);
        match known {
            None if *pressed => down.push((*place, *key)),
            Some(at) if !*pressed => *key = down.swap_remove(at).1,
            _ => {}
        }
    }
}

/// Takes note of a modifier; whether the key is one.
fn hold(held: &mut Modifiers, key: KeyCode, pressed: bool) -> bool {
    let is_mac = cfg!(target_os = "macos");
    match key {
        KeyCode::ControlLeft | KeyCode::ControlRight => {
            held.ctrl = pressed;
            held.command = if is_mac { held.command } else { pressed };
        }
        KeyCode::ShiftLeft | KeyCode::ShiftRight => held.shift = pressed,
        KeyCode::AltLeft | KeyCode::AltRight => held.alt = pressed,
        KeyCode::SuperLeft | KeyCode::SuperRight if is_mac => {
            held.mac_cmd = pressed;
            held.command = pressed;
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::input::ButtonState;
    use bevy::input::keyboard::Key as LogicalKey;

    #[test]
    fn a_question_mark_ends_when_shift_is_let_go_of_first() {
        let event = |key, pressed| Event::Key {
            key,
            physical_key: Some(Key::Slash),
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let mut events = [event(Key::Questionmark, true), event(Key::Slash, false)];
        let mut down = Vec::new();
        end_as_begun(&mut events, &mut down);
        assert_eq!(events[1], event(Key::Questionmark, false));
        assert!(down.is_empty());
    }

    #[test]
    fn a_chord_that_begins_and_ends_within_a_frame_keeps_its_modifier() {
        let mut app = App::new();
        app.add_plugins(plugin);
        // What bevy_egui makes of it: Ctrl is up at the end.
        let key = |pressed| Event::Key {
            key: Key::O,
            physical_key: Some(Key::O),
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        let input = EguiInput(bevy_egui::egui::RawInput {
            events: vec![key(true), key(false), key(true)],
            ..default()
        });
        let context = app.world_mut().spawn(input).id();
        for (key_code, state) in [
            (KeyCode::ControlLeft, ButtonState::Pressed),
            (KeyCode::KeyO, ButtonState::Pressed),
            (KeyCode::KeyO, ButtonState::Released),
            (KeyCode::ControlLeft, ButtonState::Released),
            (KeyCode::KeyO, ButtonState::Pressed),
        ] {
            app.world_mut().write_message(KeyboardInput {
                key_code,
                logical_key: LogicalKey::Character("o".into()),
                state,
                text: None,
                repeat: false,
                window: Entity::PLACEHOLDER,
            });
        }
        app.update();
        let input = app.world().get::<EguiInput>(context).expect("it is there");
        let held: Vec<bool> = input
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Key { modifiers, .. } => Some(modifiers.command),
                _ => None,
            })
            .collect();
        assert_eq!(held, [true, true, false]);
    }
}
