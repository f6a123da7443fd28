//! Whether the pointer and the keys are the view's or a panel's.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};
use bevy_panorbit_camera::PanOrbitCamera;

use super::place::FarmCamera;
use crate::view::ViewArea;

/// The pointer, if it is the view's to act on.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct PointerInView {
    /// In egui points; `None` over a panel or outside the window.
    pub at: Option<egui::Pos2>,
    /// The keyboard is not being typed on in a panel.
    pub keys: bool,
    dragging: bool,
}

/// Leaves the pointer to egui where a panel or a pop-up is under it; a drag that began in the view
/// stays the view's.
pub(super) fn follow_pointer(
    area: Res<ViewArea>,
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
    let free = cursor.filter(|&at| {
        let in_area = area.0.is_none_or(|rect| rect.contains(at));
        let covered = context
            .layer_id_at(at)
            .is_some_and(|layer| layer.order > egui::Order::Background);
        in_area && !covered && !context.egui_is_using_pointer()
    });
    let pressed = buttons.get_pressed().next().is_some();
    let dragging = pressed
        && (pointer.dragging || (free.is_some() && buttons.get_just_pressed().next().is_some()));
    let next = PointerInView {
        at: free,
        keys: !context.egui_wants_keyboard_input(),
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
