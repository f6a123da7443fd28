//! What a list of the pane is for, where nothing is in it.

use bevy_egui::egui::Ui;
use egui_phosphor::regular as icon;

use crate::alarms::SetAside;
use crate::panels::empty::{Empty, empty_state_ui};
use crate::panels::frame::Look;

pub(super) fn empty_list_ui(ui: &mut Ui, look: &Look, of: SetAside) {
    let (glyph, words, hint) = match of {
        SetAside::Shelved => (
            icon::CLOCK_COUNTDOWN,
            "Nothing is shelved.",
            "Shelve an alarm (S) that is known and dealt with: it is laid aside for a time, with a \
             reason, and comes back by itself.",
        ),
        SetAside::Suppressed => (
            icon::FUNNEL,
            "Nothing is suppressed.",
            "Here stand alarms that the scene holds back: those that a lost connection would cause, \
             or that make no sense at a turbine that is stopped.",
        ),
        SetAside::OutOfService => (
            icon::WRENCH,
            "Nothing is out of service.",
            "An engineer takes an alarm out of service while its turbine is worked on; it stays so \
             until it is returned by hand.",
        ),
    };
    let empty = Empty {
        icon: glyph,
        words,
        hint,
        button: None,
    };
    empty_state_ui(ui, look, &empty);
}
