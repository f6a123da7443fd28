//! The bar above the journal: what is shown of it.

use bevy_egui::egui::{Button, ComboBox, TextEdit, Ui, WidgetInfo, WidgetType, vec2};

use super::filter::{JournalFilter, KINDS, Range};
use super::jobs::buttons_ui;
use super::state::JournalState;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::records::Records;
use crate::scene::Priority;
use crate::theme::{MarkFill, paint_mark};

/// Draws it.
pub(super) fn filter_bar_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    journal: &dyn Records,
    state: &mut JournalState,
) {
    let width = ui.available_width();
    ui.horizontal_wrapped(|ui| {
        field_ui(ui, &mut state.filter.text, "Search", "Search", 160.0);
        range_ui(ui, &mut state.filter);
        field_ui(ui, &mut state.filter.object, "Turbine", "Turbine", 72.0);
        if let Some(turbine) = farm.selected.and_then(|row| farm.scene?.turbine(row))
            && *turbine.id != *state.filter.object
            && ui.button(format!("Only {}", turbine.id)).clicked()
        {
            state.filter.object = turbine.id.to_string();
        }
        for priority in Priority::ALL {
            priority_ui(ui, look, &mut state.filter.priorities, priority);
        }
        kind_ui(ui, &mut state.filter.kind);
        if state.filter != JournalFilter::default() && ui.button("Clear filter").clicked() {
            state.filter = JournalFilter::default();
        }
        count_ui(ui, look, state);
        buttons_ui(ui, look, farm, journal, state, width);
    });
    if let Some(wrong) = &state.wrong {
        ui.label(wrong);
    }
}

fn count_ui(ui: &mut Ui, look: &Look, state: &mut JournalState) {
    let count = format::counted(state.lines.len(), "record", "records");
    let more = if state.is_whole { "" } else { ", more below" };
    if !state.is_first() {
        ui.label(look.quiet(format!("{count}{more}")));
    }
    if state.above > 0 {
        let words = format!(
            "{} {} new",
            egui_phosphor::regular::ARROW_UP,
            format::count(state.above as u64)
        );
        let response = ui.button(words);
        let name = format!("Show {} new records", state.above);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
        if response.clicked() {
            (state.above, state.to_top) = (0, true);
        }
    }
}

fn field_ui(ui: &mut Ui, text: &mut String, hint: &str, name: &str, width: f32) {
    let edit = TextEdit::singleline(text)
        .id_salt(("journal", name))
        .hint_text(hint)
        .char_limit(200)
        .desired_width(width);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, name));
}

fn range_ui(ui: &mut Ui, filter: &mut JournalFilter) {
    let combo = ComboBox::from_id_salt("journal range")
        .selected_text(filter.range.words())
        .width(104.0)
        .show_ui(ui, |ui| {
            for (range, words) in Range::ALL {
                ui.selectable_value(&mut filter.range, range, words);
            }
        });
    let words = format!("Time: {}", filter.range.words());
    combo
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, &words));
    if filter.range == Range::Own {
        let hint = "2026-11-23 06:00";
        field_ui(ui, &mut filter.from, hint, "From", 128.0);
        ui.label("to");
        field_ui(ui, &mut filter.until, "now", "Until", 128.0);
    }
}

fn kind_ui(ui: &mut Ui, kind: &mut usize) {
    let shown = KINDS.get(*kind).map_or("", |(words, _)| *words);
    let combo = ComboBox::from_id_salt("journal kind")
        .selected_text(shown)
        .width(150.0)
        .show_ui(ui, |ui| {
            for (index, (words, _)) in KINDS.iter().enumerate() {
                ui.selectable_value(kind, index, *words);
            }
        });
    let words = format!("Change: {shown}");
    combo
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, &words));
}

fn priority_ui(ui: &mut Ui, look: &Look, priorities: &mut Vec<Priority>, priority: Priority) {
    let is_on = priorities.contains(&priority);
    let size = vec2(28.0, ui.spacing().interact_size.y);
    let response = ui.add(Button::new("").min_size(size).selected(is_on));
    let center = response.rect.center();
    paint_mark(
        ui.painter(),
        center,
        14.0,
        priority,
        MarkFill::Solid,
        look.theme,
    );
    let words = format!("Only {}", priority.name());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, is_on, words.clone()));
    if response.on_hover_text(words).clicked() {
        if is_on {
            priorities.retain(|p| *p != priority);
        } else {
            priorities.push(priority);
        }
    }
}
