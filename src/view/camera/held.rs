//! Keys that move the camera for as long as they are held.

use bevy::prelude::*;

/// A way in which a held key moves the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Move {
    /// About what is looked at: to the right, down.
    Turn(f32, f32),
    /// Over the ground: to the right, ahead.
    Pan(f32, f32),
    /// Nearer.
    Zoom(f32),
    /// Up.
    Rise(f32),
}

/// What is held with the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum With {
    /// Nothing.
    Alone,
    /// Shift.
    Shift,
    /// Ctrl.
    Ctrl,
}

/// The keys that are held, while the camera turns about something or shows the map.
pub const HELD: [(KeyCode, With, Move); 18] = [
    (KeyCode::ArrowLeft, With::Alone, Move::Turn(-1.0, 0.0)),
    (KeyCode::ArrowRight, With::Alone, Move::Turn(1.0, 0.0)),
    (KeyCode::ArrowLeft, With::Ctrl, Move::Turn(-1.0, 0.0)),
    (KeyCode::ArrowRight, With::Ctrl, Move::Turn(1.0, 0.0)),
    (KeyCode::ArrowUp, With::Ctrl, Move::Turn(0.0, -1.0)),
    (KeyCode::ArrowDown, With::Ctrl, Move::Turn(0.0, 1.0)),
    (KeyCode::ArrowLeft, With::Shift, Move::Pan(-1.0, 0.0)),
    (KeyCode::ArrowRight, With::Shift, Move::Pan(1.0, 0.0)),
    (KeyCode::ArrowUp, With::Shift, Move::Pan(0.0, 1.0)),
    (KeyCode::ArrowDown, With::Shift, Move::Pan(0.0, -1.0)),
    (KeyCode::Equal, With::Alone, Move::Zoom(1.0)),
    (KeyCode::Equal, With::Shift, Move::Zoom(1.0)),
    (KeyCode::NumpadAdd, With::Alone, Move::Zoom(1.0)),
    (KeyCode::BracketRight, With::Alone, Move::Zoom(1.0)),
    (KeyCode::Minus, With::Alone, Move::Zoom(-1.0)),
    (KeyCode::NumpadSubtract, With::Alone, Move::Zoom(-1.0)),
    (KeyCode::PageUp, With::Alone, Move::Rise(1.0)),
    (KeyCode::PageDown, With::Alone, Move::Rise(-1.0)),
];

/// The keys of a person: to the right, up, ahead.
pub const STEPS: [(KeyCode, [f32; 3]); 12] = [
    (KeyCode::KeyW, [0.0, 0.0, 1.0]),
    (KeyCode::ArrowUp, [0.0, 0.0, 1.0]),
    (KeyCode::KeyS, [0.0, 0.0, -1.0]),
    (KeyCode::ArrowDown, [0.0, 0.0, -1.0]),
    (KeyCode::KeyA, [-1.0, 0.0, 0.0]),
    (KeyCode::ArrowLeft, [-1.0, 0.0, 0.0]),
    (KeyCode::KeyD, [1.0, 0.0, 0.0]),
    (KeyCode::ArrowRight, [1.0, 0.0, 0.0]),
    (KeyCode::KeyE, [0.0, 1.0, 0.0]),
    (KeyCode::PageUp, [0.0, 1.0, 0.0]),
    (KeyCode::KeyQ, [0.0, -1.0, 0.0]),
    (KeyCode::PageDown, [0.0, -1.0, 0.0]),
];

/// A key that was pressed and let go within one slow frame counts too.
fn is_down(keys: &ButtonInput<KeyCode>, key: KeyCode) -> bool {
    keys.pressed(key) || keys.just_pressed(key)
}

fn modifier(keys: &ButtonInput<KeyCode>) -> Option<With> {
    use KeyCode::{AltLeft, AltRight, ControlLeft, ControlRight, ShiftLeft, ShiftRight};
    let shift = keys.any_pressed([ShiftLeft, ShiftRight]);
    let ctrl = keys.any_pressed([ControlLeft, ControlRight]);
    if keys.any_pressed([AltLeft, AltRight]) {
        return None;
    }
    match (shift, ctrl) {
        (false, false) => Some(With::Alone),
        (true, false) => Some(With::Shift),
        (false, true) => Some(With::Ctrl),
        (true, true) => None,
    }
}

/// How the keys that are held move a camera that is not a person's.
pub fn moves(keys: &ButtonInput<KeyCode>) -> impl Iterator<Item = Move> + '_ {
    let with = modifier(keys);
    HELD.into_iter()
        .filter(move |&(key, needed, _)| Some(needed) == with && is_down(keys, key))
        .map(|(_, _, moves)| moves)
}

/// Which way a person goes: to the right, up, ahead; and whether faster.
pub fn steps(keys: &ButtonInput<KeyCode>) -> ([f32; 3], bool) {
    let sum = STEPS
        .into_iter()
        .filter(|&(key, _)| is_down(keys, key))
        .fold([0.0; 3], |[x, y, z], (_, [dx, dy, dz])| {
            [x + dx, y + dy, z + dz]
        });
    let is_fast = keys.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    (sum.map(|v: f32| v.clamp(-1.0, 1.0)), is_fast)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(pressed: &[KeyCode]) -> Vec<Move> {
        let mut keys = ButtonInput::default();
        for key in pressed {
            keys.press(*key);
        }
        moves(&keys).collect()
    }

    #[test]
    fn arrows_mean_what_is_held_with_them() {
        use KeyCode::{AltLeft, ArrowLeft, ArrowUp, ControlLeft, ShiftLeft};
        assert_eq!(held(&[ArrowLeft]), [Move::Turn(-1.0, 0.0)]);
        assert_eq!(held(&[ShiftLeft, ArrowUp]), [Move::Pan(0.0, 1.0)]);
        assert_eq!(held(&[ControlLeft, ArrowUp]), [Move::Turn(0.0, -1.0)]);
        // The alarm list has it alone, and going back has it with Alt.
        assert_eq!(held(&[ArrowUp]), []);
        assert_eq!(held(&[AltLeft, ArrowLeft]), []);
    }

    #[test]
    fn a_tap_within_a_slow_frame_is_a_step() {
        let mut keys = ButtonInput::default();
        keys.press(KeyCode::KeyW);
        keys.release(KeyCode::KeyW);
        assert_eq!(steps(&keys), ([0.0, 0.0, 1.0], false));
        keys.clear();
        assert_eq!(steps(&keys), ([0.0; 3], false));
    }
}
