//! Toasts on the screen: at the lower right of the view, above the scale bar.

use std::time::Duration;

use bevy_egui::egui::{
    Align2, Area, Context, Frame, Id, Label, Margin, Order, Rect, RichText, Ui, accesskit, vec2,
};
use egui_phosphor::regular as icon;

use crate::panels::frame::Look;
use crate::panels::program::toasts::{Toast, ToastKind, ToastTarget, Toasts};
use crate::panels::widgets::icon_button_ui;
use crate::theme::{BODY, LARGE};

/// From the view's lower right corner: clear of the scale bar.
const PLACE: [f32; 2] = [16.0, 56.0];
const WIDTH: f32 = 344.0;

/// Draws the toasts, lets them be dismissed and followed, and wakes the window when the next one goes.
pub(super) fn toasts_ui(
    ctx: &Context,
    look: &Look,
    toasts: &mut Toasts,
    view: Rect,
) -> Option<ToastTarget> {
    toasts.pass(look.now_ms);
    let shown: Vec<Toast> = toasts.shown().cloned().collect();
    if shown.is_empty() {
        return None;
    }
    let [right, bottom] = PLACE;
    let mut followed = None;
    Area::new(Id::new("toasts"))
        .order(Order::Foreground)
        .pivot(Align2::RIGHT_BOTTOM)
        .fixed_pos(view.right_bottom() - vec2(right, bottom))
        .show(ctx, |ui| {
            ui.set_width(WIDTH.min(view.width() - 2.0 * right).max(160.0));
            ui.spacing_mut().item_spacing.y = 8.0;
            for toast in &shown {
                let (is_seen, is_followed) = toast_ui(ui, look, toast);
                if is_seen {
                    toasts.dismiss(toast.subject);
                }
                if is_followed {
                    followed.clone_from(&toast.target);
                }
            }
        });
    if let Some(ends_ms) = toasts.next_ends_ms(look.now_ms) {
        let ends = Duration::from_millis(ends_ms.max(0).unsigned_abs() + 20);
        ctx.request_repaint_after(ends);
    }
    followed
}

/// One toast: whether it was dismissed, and whether it was followed.
fn toast_ui(ui: &mut Ui, look: &Look, toast: &Toast) -> (bool, bool) {
    let (glyph, kind) = match toast.kind {
        ToastKind::Info => (icon::CHECK_CIRCLE, "Done"),
        ToastKind::Warning => (icon::WARNING, "Warning"),
        ToastKind::Error => (icon::WARNING_CIRCLE, "Error"),
    };
    let frame = Frame::new()
        .fill(look.theme.panel)
        .stroke(ui.visuals().window_stroke)
        .corner_radius(4)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(12, 8));
    let (mut is_seen, mut is_followed) = (false, false);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(glyph).size(LARGE));
            let room = ui.available_width() - 32.0;
            ui.vertical(|ui| {
                ui.set_width(room);
                let words = ui.add(Label::new(RichText::new(&toast.words).size(BODY)).wrap());
                let spoken = format!("{kind}: {}", toast.words);
                ui.ctx().accesskit_node_builder(words.id, |node| {
                    node.set_role(accesskit::Role::Status);
                    node.set_live(accesskit::Live::Polite);
                    node.set_label(spoken);
                    node.clear_value();
                });
                let link = match &toast.target {
                    Some(ToastTarget::Problems) => "Show the problems",
                    Some(ToastTarget::Turbines(_)) => "Select these turbines",
                    None => return,
                };
                is_followed = ui.link(link).clicked();
            });
            is_seen = icon_button_ui(ui, icon::X, "Dismiss").clicked();
        });
    });
    (is_seen || is_followed, is_followed)
}
