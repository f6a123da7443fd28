//! Every key of the panels, in one list, with what the view takes; none of them acts while a text is being typed.

use bevy_egui::egui::{Context, Grid, Key, Modifiers, Ui};

use crate::panels::frame::Look;
use crate::theme::strong;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Acknowledge the selected alarms.
    Acknowledge,
    /// The next alarm in the list.
    NextAlarm,
    /// The previous alarm in the list.
    PreviousAlarm,
    /// The whole farm in view.
    FitAll,
    /// Type into the filter of the alarm list.
    Filter,
    /// Fold the panels, or unfold them.
    Fold,
    /// Nothing selected.
    Deselect,
}

/// Every key, what it asks for, and what is said of it.
pub const KEYS: [(Key, Shortcut, &str, &str); 7] = [
    (
        Key::A,
        Shortcut::Acknowledge,
        "A",
        "Acknowledge the selected alarms",
    ),
    (
        Key::ArrowDown,
        Shortcut::NextAlarm,
        "↓",
        "Next alarm in the list",
    ),
    (
        Key::ArrowUp,
        Shortcut::PreviousAlarm,
        "↑",
        "Previous alarm in the list",
    ),
    (Key::F, Shortcut::FitAll, "F", "The whole farm in view"),
    (Key::Slash, Shortcut::Filter, "/", "Filter the alarms"),
    (
        Key::F10,
        Shortcut::Fold,
        "F10",
        "Fold the panels, or show them",
    ),
    (Key::Escape, Shortcut::Deselect, "Esc", "Nothing selected"),
];

/// The shortcuts pressed in this frame; they are taken, so that nothing else acts on them.
pub fn pressed(ctx: &Context) -> Vec<Shortcut> {
    if ctx.text_edit_focused() {
        return Vec::new();
    }
    let is_pressed = |key| ctx.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    KEYS.iter()
        .filter(|(key, ..)| is_pressed(*key))
        .map(|(_, shortcut, ..)| *shortcut)
        .collect()
}

/// The keys in words; those in the quiet tone are the view's and the pointer's.
pub fn list_ui(ui: &mut Ui, look: &Look) {
    Grid::new("keys")
        .num_columns(2)
        .spacing([16.0, 4.0])
        .show(ui, |ui| {
            for (_, _, key, words) in KEYS {
                ui.label(strong(key));
                ui.label(words);
                ui.end_row();
            }
            for (key, words) in [
                ("Home", "The whole farm in view"),
                ("Enter", "Fly to the selected turbine"),
                ("Ctrl click", "Select another alarm as well"),
                ("Shift click", "Select every alarm up to here"),
                ("Ctrl+Shift+N", "One more window, for another monitor"),
                ("Ctrl+W", "Close a further window"),
                ("F11", "This window on its whole monitor"),
            ] {
                ui.label(look.quiet(key));
                ui.label(look.quiet(words));
                ui.end_row();
            }
        });
}
