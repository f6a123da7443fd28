//! Dialogs with something to read: what this program is.

use bevy_egui::egui::{Context, Id, Modal, Ui};

use crate::panels::frame::Look;
use crate::theme::{LARGE, paint_logo, strong};

/// The dialog that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum OpenModal {
    /// None is.
    #[default]
    None,
    /// What this program is.
    About,
}

/// Draws the dialog; gives what is open after it.
pub(super) fn modal_ui(ctx: &Context, look: &Look, open: OpenModal) -> OpenModal {
    if open == OpenModal::None {
        return open;
    }
    let modal = Modal::new(Id::new("modal")).show(ctx, |ui| {
        ui.set_width(400.0_f32.min(ctx.content_rect().width() - 48.0));
        about_ui(ui, look);
        ui.add_space(16.0);
        ui.button("Close").clicked()
    });
    if modal.inner || modal.should_close() {
        OpenModal::None
    } else {
        open
    }
}

fn about_ui(ui: &mut Ui, look: &Look) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size([40.0; 2].into(), bevy_egui::egui::Sense::hover());
        paint_logo(ui.painter(), rect, look.theme);
        ui.vertical(|ui| {
            ui.label(strong("Windvane").size(LARGE));
            ui.label(look.quiet(format!("Version {}", env!("CARGO_PKG_VERSION"))));
        });
    });
    ui.add_space(12.0);
    ui.label(env!("CARGO_PKG_DESCRIPTION"));
    ui.add_space(4.0);
    ui.label(look.quiet(format!("Licence: {}", env!("CARGO_PKG_LICENSE"))));
}
