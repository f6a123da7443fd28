//! The mouse of a person who walks: taken by the window, and given back when the walk ends.

use bevy::prelude::*;
use bevy::window::{CursorGrabMode, CursorOptions, PrimaryWindow, WindowFocused};

use super::place::FarmCamera;
use super::viewpoint::{Manner, Viewpoint};
use crate::action::Action;

/// Hides the cursor and keeps it while somebody walks; a window that loses the keyboard gives it up.
pub(super) fn hold_cursor(
    camera: Query<&Viewpoint, With<FarmCamera>>,
    mut window: Query<&mut CursorOptions, With<PrimaryWindow>>,
    mut focus: MessageReader<WindowFocused>,
    mut actions: MessageWriter<Action>,
    mut is_held: Local<bool>,
) {
    let is_person = camera.single().is_ok_and(|v| v.manner == Manner::Person);
    let is_left = focus.read().any(|event| !event.focused);
    if is_person && is_left {
        actions.write(Action::ToggleFirstPerson);
    }
    if *is_held == is_person {
        return;
    }
    *is_held = is_person;
    let Ok(mut cursor) = window.single_mut() else {
        return;
    };
    cursor.visible = !is_person;
    // X11 keeps the cursor within the window where it cannot keep it in its place.
    cursor.grab_mode = if is_person {
        CursorGrabMode::Locked
    } else {
        CursorGrabMode::None
    };
}
