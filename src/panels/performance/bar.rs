//! The bar above the figures: the span, how much of it was watched, and writing it as CSV.

use bevy_egui::egui::{Align, Layout, TextEdit, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use super::choice::Choice;
use super::state::PerformanceState;
use crate::alarms::performance::span_words;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::icon_button_ui;

pub(super) fn bar_ui(ui: &mut Ui, look: &Look, _farm: &Farm, state: &mut PerformanceState) {
    ui.horizontal(|ui| {
        for (choice, words) in Choice::ALL {
            let is_chosen = state.chosen.choice == choice;
            if ui.selectable_label(is_chosen, words).clicked() && !is_chosen {
                begin(state, look, choice);
            }
        }
        ui.add_space(8.0);
        if state.chosen.choice == Choice::Own {
            time_ui(ui, &mut state.chosen.from, "From");
            ui.label("–");
            time_ui(ui, &mut state.chosen.until, "To");
        } else {
            if icon_button_ui(ui, icon::CARET_LEFT, "The one before").clicked() {
                state.chosen.back += 1;
            }
            ui.add_enabled_ui(state.chosen.back > 0, |ui| {
                if icon_button_ui(ui, icon::CARET_RIGHT, "The one after").clicked() {
                    state.chosen.back = state.chosen.back.saturating_sub(1);
                }
            });
        }
        match state.span(look) {
            Some(span) => ui.label(span_words(span, look.zone)),
            None => ui.label(look.quiet("Type times such as 2026-11-16 06:00")),
        };
        ui.label(look.quiet(watched(state)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let is_there = state.shown.is_some();
            let button = ui
                .add_enabled_ui(is_there, |ui| ui.button("Export CSV…"))
                .inner;
            if button.clicked() {
                state.dialog.open();
            }
            if icon_button_ui(ui, icon::ARROW_CLOCKWISE, "Work out anew").clicked() {
                state.is_asked = true;
            }
            if let Some((_, words)) = &state.told {
                ui.label(look.quiet(words));
            } else if let Some(trouble) = state.trouble.as_ref().filter(|_| is_there) {
                ui.label(look.quiet(format!("Not worked out anew: {trouble}")));
            }
        });
    });
    ui.add_space(4.0);
}

/// Shows another kind of span; one's own begins as the one that was shown.
fn begin(state: &mut PerformanceState, look: &Look, choice: Choice) {
    let span = state.span(look);
    state.chosen.choice = choice;
    state.chosen.back = 0;
    state.told = None;
    if let (Choice::Own, Some(span)) = (choice, span) {
        let at = |ms| {
            let time = jiff::Timestamp::from_millisecond(ms).ok()?;
            let zoned = time.to_zoned(look.zone.clone());
            Some(zoned.strftime("%Y-%m-%d %H:%M").to_string())
        };
        state.chosen.from = at(span.from_ms).unwrap_or_default();
        state.chosen.until = at(span.until_ms).unwrap_or_default();
    }
}

fn time_ui(ui: &mut Ui, text: &mut String, name: &str) {
    let edit = TextEdit::singleline(text)
        .hint_text("2026-11-16 06:00")
        .desired_width(128.0);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, name));
}

fn watched(state: &PerformanceState) -> String {
    let Some(shown) = &state.shown else {
        return String::new();
    };
    let covered = &shown.figures.covered;
    let length_ms = shown.figures.span.length_ms().max(1);
    if covered.ms == 0 {
        return "not watched".to_owned();
    }
    if covered.gaps.is_empty() {
        return "watched all the time".to_owned();
    }
    let percent = covered.ms as f64 / length_ms as f64 * 100.0;
    // What was missed is never rounded away.
    let percent = percent.min(99.9);
    format!(
        "watched {} of it ({percent:.1} %)",
        format::duration(covered.ms)
    )
}
