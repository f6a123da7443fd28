//! What is said above the list in a flood, and the way out of its grouping.

use bevy_egui::egui::{Button, RichText, Ui};
use egui_phosphor::regular as icon;

use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_rows::GroupBy;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::theme::strong;

/// Says that there is a flood, how large it is and what it comes down to; nothing without one.
pub(super) fn flood_line_ui(ui: &mut Ui, look: &Look, farm: &Farm, state: &mut AlarmListState) {
    let Some(flood) = farm.desk.flood else {
        return;
    };
    let is_grouped = state.grouped_by(farm) == GroupBy::Cause;
    let shown = state.shown(farm, look.now_ms);
    ui.horizontal(|ui| {
        let recent = format::counted(flood.recent as usize, "alarm", "alarms");
        let mut words = format!("Flood: {recent} in 10 min");
        if is_grouped {
            let causes = format::counted(shown.causes(), "cause", "causes");
            words.push_str(&format!(", {causes}"));
        }
        ui.label(RichText::new(icon::WAVES).color(look.theme.text));
        ui.label(strong(words)).on_hover_text(
            "More alarms than one person can act on. Alarms of a turbine that follow each other \
             within a minute stand under the one that came first; so do those of other turbines \
             that began with the same.",
        );
        let since = format::time(flood.since_ms, look.now_ms, look.zone);
        ui.label(look.quiet(format!("since {since}; ends below 5 in 10 min")));
        let button = if is_grouped {
            "Leave the grouping"
        } else {
            "Group by cause"
        };
        if ui.add(Button::new(button).small()).clicked() {
            state.left_flood_ms = is_grouped.then_some(flood.since_ms);
            state.folded.clear();
        }
    });
    ui.add_space(4.0);
}
