//! The bar above the rows: what is shown, how much is not mapped yet, and listening to everything.

use bevy_egui::egui::{Align, Button, Layout, RichText, TextEdit, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use super::MappingState;
use super::rows::{Filter, Status, field_status};
use crate::panels::format;
use crate::panels::frame::Look;
use crate::scene::Scene;
use crate::telemetry::{LISTENS_FOR, Listening, Matched, Seen};

/// Filters at the left, listening at the right, and below what is going on.
pub(super) fn bar_ui(
    ui: &mut Ui,
    look: &Look,
    scene: &Scene,
    seen: &Seen,
    state: &mut MappingState,
) {
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut state.filter.text)
            .id_salt("mapping filter")
            .hint_text("Filter: topic, field or signal")
            .desired_width(200.0);
        let response = ui.add(edit);
        response.widget_info(|| {
            WidgetInfo::labeled(
                WidgetType::TextEdit,
                true,
                "Filter by topic, field or signal",
            )
        });
        let only = Button::new("Not mapped yet").selected(state.filter.only_unmapped);
        let is_on = state.filter.only_unmapped;
        let response = ui
            .add(only)
            .on_hover_text("Show only what is not mapped yet");
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::Button, true, is_on, "Not mapped yet")
        });
        if response.clicked() {
            state.filter.only_unmapped = !is_on;
        }
        if state.filter != Filter::default() && ui.button("Clear filter").clicked() {
            state.filter = Filter::default();
        }
        ui.label(look.quiet(summary(seen, scene)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            listen_ui(ui, look, state);
        });
    });
    let failed = match &state.listening {
        Listening::Failed(words) => Some((false, words.clone())),
        _ => None,
    };
    let mut is_dismissed = false;
    if let Some((is_good, words)) = state.told.clone().or(failed) {
        ui.horizontal(|ui| {
            let glyph = if is_good {
                icon::CHECK_CIRCLE
            } else {
                icon::WARNING_CIRCLE
            };
            ui.label(glyph);
            ui.label(RichText::new(words).color(look.theme.text));
            is_dismissed = state.told.is_some()
                && crate::panels::widgets::icon_button_ui(ui, icon::X, "Dismiss").clicked();
        });
    }
    if is_dismissed {
        state.told = None;
    }
    ui.add_space(4.0);
}

/// `3 topics, 42 fields, 5 not mapped yet`.
fn summary(seen: &Seen, scene: &Scene) -> String {
    let (mut fields, mut unmapped, mut unmatched) = (0, 0, 0);
    for topic in &seen.topics {
        fields += topic.fields.len();
        unmatched += usize::from(topic.matched == Matched::Not);
        let status = |field| field_status(topic, field, scene);
        let mut statuses = topic.fields.iter().map(status);
        unmapped += statuses
            .by_ref()
            .filter(|s| matches!(s, Status::NotMapped(_)))
            .count();
    }
    let mut words = vec![
        format::counted(seen.topics.len(), "topic", "topics"),
        format::counted(fields, "field", "fields"),
    ];
    if unmapped > 0 {
        words.push(format!("{} not mapped yet", format::count(unmapped as u64)));
    }
    if unmatched > 0 {
        let (one, more) = ("topic fits no filter", "topics fit no filter");
        words.push(format::counted(unmatched, one, more));
    }
    if seen.messages_left_out > 0 {
        words.push(format!(
            "{} messages of further topics are not shown",
            format::count(seen.messages_left_out)
        ));
    }
    words.join(", ")
}

fn listen_ui(ui: &mut Ui, look: &Look, state: &mut MappingState) {
    if let Listening::Until(until_ms) = &state.listening {
        if ui
            .button("Stop")
            .on_hover_text("Stop listening to everything")
            .clicked()
        {
            state.listen_request = Some(false);
        }
        let left = format::duration(until_ms - look.now_ms);
        ui.label(look.quiet(format!("Listening to everything, {left} left")));
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_secs(1));
        return;
    }
    let words = format!("{}  Listen to everything (#)", icon::BROADCAST);
    let response = ui.add(Button::new(words));
    response
        .widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Listen to everything (#)"));
    let told = format!(
        "Subscribes to # over a connection of its own for {} s, to find topics that the scene does not \
         know. The broker sends everything that it has meanwhile; the farm itself is read as before. It \
         ends by itself, and when this pane is closed.",
        LISTENS_FOR.as_secs()
    );
    if response.on_hover_text(told).clicked() {
        state.listen_request = Some(true);
    }
}
