//! Empty states: what is missing, why, and what to do about it.

use bevy_egui::egui::{Label, RichText, Ui};

use crate::panels::frame::Look;
use crate::theme::DISPLAY;

/// What a panel without content says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Empty<'a> {
    /// A glyph of the icon set; none if empty.
    pub icon: &'a str,
    /// What is missing.
    pub words: &'a str,
    /// What to do; nothing if empty.
    pub hint: &'a str,
    /// A button that does it.
    pub button: Option<&'a str>,
}

/// Draws it in the middle of the panel. Returns whether its button was clicked.
pub fn empty_state_ui(ui: &mut Ui, look: &Look, empty: &Empty) -> bool {
    let room = ui.available_height();
    let mut is_clicked = false;
    ui.vertical_centered(|ui| {
        let is_roomy = room > 120.0;
        let height = if is_roomy { 96.0 } else { 48.0 };
        ui.add_space(((room - height) * 0.4).clamp(0.0, 120.0));
        if !empty.icon.is_empty() && is_roomy {
            let glyph = RichText::new(empty.icon).size(DISPLAY);
            ui.label(glyph.color(look.theme.quiet));
            ui.add_space(4.0);
        }
        ui.add(Label::new(RichText::new(empty.words).color(look.theme.text)).wrap());
        if !empty.hint.is_empty() {
            ui.add(Label::new(look.quiet(empty.hint)).wrap());
        }
        if let Some(words) = empty.button {
            ui.add_space(4.0);
            is_clicked = ui.button(words).clicked();
        }
    });
    is_clicked
}

/// An empty state of words alone.
pub fn empty_ui(ui: &mut Ui, look: &Look, words: &str) {
    let empty = Empty {
        words,
        ..Empty::default()
    };
    empty_state_ui(ui, look, &empty);
}
