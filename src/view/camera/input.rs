//! Whether the pointer and the keys are the view's or a panel's.

use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy_egui::{EguiContext, PrimaryEguiContext, egui};

use crate::view::{ViewArea, ViewCovered};

/// The pointer, if it is the view's to act on.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq)]
pub struct PointerInView {
    /// In egui points; `None` over a panel or outside the window.
    pub at: Option<egui::Pos2>,
    /// The keyboard is not being typed on in a panel, and no pop-up is open.
    pub keys: bool,
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

/// Leaves the pointer to egui where a panel or a pop-up is under it.
pub(in crate::view) fn follow_pointer(
    (area, covered): (Res<ViewArea>, Res<ViewCovered>),
    window: Query<&Window, With<PrimaryWindow>>,
    mut egui: Query<&mut EguiContext, With<PrimaryEguiContext>>,
    mut pointer: ResMut<PointerInView>,
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
    pointer.set_if_neq(PointerInView {
        at: cursor.filter(|&at| is_free(context, *area, *covered, at)),
        keys: crate::panels::focus::is_view_free(context) && !egui::Popup::is_any_open(context),
    });
}
