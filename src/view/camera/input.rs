//! Whether the pointer and the keys are the view's or a panel's.

use bevy::input::ButtonState;
use bevy::input::mouse::MouseMotion;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, WindowEvent};
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};
use bevy_panorbit_camera::PanOrbitCamera;

use super::place::FarmCamera;
use crate::view::{ViewArea, ViewCovered};

/// The pointer, if it is the view's to act on.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct PointerInView {
    /// In egui points; `None` over a panel or outside the window.
    pub at: Option<egui::Pos2>,
    /// The keyboard is not being typed on in a panel, and no pop-up is open.
    pub keys: bool,
    dragging: bool,
}

/// Moves the camera by what the cursor moved: tablets, remote screens and scripts place the cursor
/// without a mouse that reports motion.
pub(super) fn move_by_cursor(
    mut events: MessageReader<WindowEvent>,
    mut motion: ResMut<Messages<MouseMotion>>,
    mut last: Local<Option<Vec2>>,
) {
    motion.clear();
    for event in events.read() {
        match event {
            WindowEvent::CursorMoved(moved) => {
                if let Some(last) = last.replace(moved.position) {
                    motion.write(MouseMotion {
                        delta: moved.position - last,
                    });
                }
            }
            // The way to where a drag begins is no part of it.
            WindowEvent::MouseButtonInput(button) if button.state == ButtonState::Pressed => {
                motion.clear();
            }
            _ => {}
        }
    }
}

/// Whether this place on the screen is the view's: no other pane, panel or pop-up is there.
pub(in crate::view) fn is_free(
    context: &egui::Context,
    area: ViewArea,
    covered: ViewCovered,
    at: egui::Pos2,
) -> bool {
    let in_area = !covered.0 && area.0.is_none_or(|rect| rect.contains(at));
    let under_another = context
        .layer_id_at(at)
        .is_some_and(|layer| layer.order > egui::Order::Background);
    let under_modal = context.memory(|m| m.top_modal_layer().is_some());
    in_area && !under_another && !under_modal && !context.egui_is_using_pointer()
}

/// Leaves the pointer to egui where a panel or a pop-up is under it; a drag that began in the view
/// stays the view's.
pub(in crate::view) fn follow_pointer(
    (area, covered): (Res<ViewArea>, Res<ViewCovered>),
    window: Query<&Window, With<PrimaryWindow>>,
    buttons: Res<ButtonInput<MouseButton>>,
    mut egui: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    mut pointer: ResMut<PointerInView>,
    mut camera: Query<&mut PanOrbitCamera, With<FarmCamera>>,
) {
    let Ok(mut context) = egui.single_mut() else {
        return;
    };
    let context = context.bypass_change_detection().get_mut();
    let zoom = context.zoom_factor();
    let cursor = window
        .single()
        .ok()
        .and_then(Window::cursor_position)
        .map(|p| egui::pos2(p.x / zoom, p.y / zoom));
    let free = cursor.filter(|&at| is_free(context, *area, *covered, at));
    let pressed = buttons.get_pressed().next().is_some();
    let dragging = pressed
        && (pointer.dragging || (free.is_some() && buttons.get_just_pressed().next().is_some()));
    let next = PointerInView {
        at: free,
        keys: !context.egui_wants_keyboard_input() && !egui::Popup::is_any_open(context),
        dragging,
    };
    pointer.set_if_neq(next);
    let enabled = dragging || (free.is_some() && !pressed);
    if let Ok(mut orbit) = camera.single_mut()
        && orbit.enabled != enabled
    {
        orbit.enabled = enabled;
    }
}
