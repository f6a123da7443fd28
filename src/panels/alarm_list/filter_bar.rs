//! The bar above the list: filters, and acknowledging what is shown or selected.

use bevy_egui::egui::{
    self, Align, Button, ComboBox, Key, Layout, Modifiers, RichText, TextEdit, Ui, WidgetInfo,
    WidgetType, vec2,
};

use crate::access::Permission;
use crate::action::Action;
use crate::alarms::AlarmKey;
use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_rows::{
    AlarmFilter, StateFilter, acknowledgeable, acknowledgeable_selected,
};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::denied_ui;
use crate::scene::Priority;

/// In less than this, points, the buttons have a line of their own.
const NARROW: f32 = 840.0;

/// Filters at the left, what they leave at the right.
pub(super) fn filter_bar_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    actions: &mut Vec<Action>,
) {
    let is_narrow = ui.available_width() < NARROW;
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut state.filter.text)
            .id_salt("alarm filter")
            .hint_text("Filter: turbine or alarm  ( / )")
            .desired_width(if is_narrow { 180.0 } else { 220.0 });
        let response = ui.add(edit);
        response.widget_info(|| {
            WidgetInfo::labeled(WidgetType::TextEdit, true, "Filter by turbine or alarm")
        });
        if std::mem::take(&mut state.focus_filter) {
            response.request_focus();
        }
        // egui takes the focus away on Escape before anything is drawn.
        let escape = |i: &mut egui::InputState| i.consume_key(Modifiers::NONE, Key::Escape);
        if response.lost_focus() && ui.input_mut(escape) {
            state.filter.text.clear();
        }
        for priority in Priority::ALL {
            priority_toggle_ui(ui, look, state, priority);
        }
        let combo = ComboBox::from_id_salt("alarm state filter")
            .selected_text(state.filter.state.words())
            .width(150.0)
            .show_ui(ui, |ui| {
                for (filter, words) in StateFilter::ALL {
                    ui.selectable_value(&mut state.filter.state, filter, words);
                }
            });
        combo.response.widget_info(|| {
            let words = format!("State: {}", state.filter.state.words());
            WidgetInfo::labeled(WidgetType::ComboBox, true, words)
        });
        if state.filter != AlarmFilter::default() && ui.button("Clear filter").clicked() {
            state.filter = AlarmFilter::default();
        }
        let rows = state.rows(farm, look.now_ms);
        let count = format!("{} shown", format::count(rows.len() as u64));
        ui.label(look.quiet(count));
        if !is_narrow {
            acknowledge_ui(ui, look, farm, state, actions);
        }
    });
    if is_narrow {
        ui.horizontal(|ui| acknowledge_ui(ui, look, farm, state, actions));
    }
    ui.add_space(4.0);
}

/// The two buttons at the right end: what is selected, and all that is shown.
fn acknowledge_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    actions: &mut Vec<Action>,
) {
    let rows = state.rows(farm, look.now_ms);
    let mut acknowledge = |ui: &mut Ui, keys: Vec<AlarmKey>, words: String| {
        let words = RichText::new(words).color(look.text_color(!keys.is_empty()));
        let button = Button::new(words);
        let may = farm.desk.may(Permission::Acknowledge);
        let response = ui.add_enabled(!keys.is_empty() && may.is_ok(), button);
        denied_ui(ui, &response, may);
        if response.clicked() {
            actions.push(Action::Acknowledge(keys));
        }
    };
    let all = acknowledgeable(&rows);
    let all_words = format!("Acknowledge {} shown", format::count(all.len() as u64));
    let selected = acknowledgeable_selected(&rows, &state.selected);
    let selected_words = match selected.len() {
        0 => "Acknowledge selected".to_owned(),
        n => format!("Acknowledge {} selected", format::count(n as u64)),
    };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        acknowledge(ui, all, all_words);
        acknowledge(ui, selected, selected_words);
    });
}

fn priority_toggle_ui(ui: &mut Ui, look: &Look, state: &mut AlarmListState, priority: Priority) {
    let priorities = &mut state.filter.priorities;
    let is_on = priorities.contains(&priority);
    let size = vec2(28.0, ui.spacing().interact_size.y);
    let response = ui.add(Button::new("").min_size(size).selected(is_on));
    crate::theme::paint_mark(
        ui.painter(),
        response.rect.center(),
        14.0,
        priority,
        crate::theme::MarkFill::Solid,
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
