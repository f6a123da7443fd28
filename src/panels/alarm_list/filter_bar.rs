//! The bar above the list: filters, groups, and acknowledging what is on the screen or selected.

use bevy_egui::egui::{
    self, Align, Button, ComboBox, Key, Layout, Modifiers, RichText, TextEdit, Ui, WidgetInfo,
    WidgetType, vec2,
};

use crate::access::Permission;
use crate::action::Action;
use crate::alarms::Alarm;
use crate::panels::alarm_deeds::{AlarmDialogs, AskFor};
use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_list::keys::{latched, unacknowledged};
use crate::panels::alarm_rows::{AlarmFilter, GroupBy, StateFilter};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::add_if;
use crate::scene::Priority;

/// In less than this, points, the buttons have a line of their own.
const NARROW: f32 = 1180.0;

/// Filters at the left, what they leave at the right.
pub(super) fn filter_bar_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let width = ui.available_width();
    let is_narrow = width < NARROW;
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut state.filter.text)
            .id_salt("alarm filter")
            .hint_text("Filter: turbine or alarm  ( / )")
            .desired_width(if width < 1500.0 { 188.0 } else { 240.0 });
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
        state_choice_ui(ui, state);
        group_choice_ui(ui, farm, state);
        if state.filter != AlarmFilter::default() && ui.button("Clear filter").clicked() {
            state.filter = AlarmFilter::default();
        }
        let count = state.shown(farm, look.now_ms).count;
        ui.label(look.quiet(format::counted(count, "alarm", "alarms")));
        if !is_narrow {
            deeds_ui(ui, look, farm, state, dialogs, actions);
        }
    });
    if is_narrow {
        ui.horizontal(|ui| deeds_ui(ui, look, farm, state, dialogs, actions));
    }
    ui.add_space(4.0);
}

fn state_choice_ui(ui: &mut Ui, state: &mut AlarmListState) {
    let combo = ComboBox::from_id_salt("alarm state filter")
        .selected_text(state.filter.state.words())
        .width(128.0)
        .show_ui(ui, |ui| {
            for (filter, words) in StateFilter::ALL {
                ui.selectable_value(&mut state.filter.state, filter, words);
            }
        });
    combo.response.widget_info(|| {
        let words = format!("State: {}", state.filter.state.words());
        WidgetInfo::labeled(WidgetType::ComboBox, true, words)
    });
}

fn group_choice_ui(ui: &mut Ui, farm: &Farm, state: &mut AlarmListState) {
    let words = |group_by: GroupBy| {
        let mut choices = GroupBy::CHOICES.iter();
        let choice = choices.find(|(of, ..)| *of == group_by);
        choice.map_or("By cause", |(.., words)| *words)
    };
    let now = words(state.grouped_by(farm));
    let before = state.group_by;
    let combo = ComboBox::from_id_salt("alarm groups")
        .selected_text(now)
        .width(104.0)
        .show_ui(ui, |ui| {
            let mut chosen = false;
            for (group_by, _, words) in GroupBy::CHOICES {
                let response = ui.selectable_value(&mut state.group_by, group_by, words);
                chosen |= response.clicked();
            }
            chosen
        });
    combo
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, format!("Groups: {now}")));
    let is_chosen = combo.inner == Some(true);
    if is_chosen || state.group_by != before {
        // Whoever chooses in a flood wants that, and not its causes.
        state.left_flood_ms = farm.desk.flood.map(|flood| flood.since_ms);
        state.folded.clear();
    }
}

/// At the right end: what can be done with what is selected, and with all that is on the screen.
fn deeds_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let visible = unacknowledged(&state.on_screen(farm, false));
    let selected: Vec<&Alarm> = state.on_screen(farm, true);
    let (waiting, kept) = (unacknowledged(&selected), latched(&selected));
    let has_selected = !state.selected.is_empty();
    let count = |n: usize| format::count(n as u64);
    let button =
        |ui: &mut Ui, permission: Permission, is_there: bool, words: String, hint: &str| {
            let may = farm.desk.may(permission);
            let text = RichText::new(words).color(look.text_color(is_there && may.is_ok()));
            let add = |ui: &mut Ui| add_if(ui, may, Button::new(text));
            let response = ui.add_enabled_ui(is_there, add).inner;
            response.on_hover_text(hint).clicked()
        };
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let words = format!("Acknowledge {} visible", count(visible.len()));
        let hint = "The rows that are on the screen now (Shift A). Rows out of sight and in \
                    folded groups are not acknowledged.";
        if button(
            ui,
            Permission::Acknowledge,
            !visible.is_empty(),
            words,
            hint,
        ) {
            actions.push(Action::Acknowledge(visible));
        }
        let words = match waiting.len() {
            0 => "Acknowledge selected".to_owned(),
            n => format!("Acknowledge {} selected", count(n)),
        };
        let hint = "The selected rows that are on the screen (A)";
        if button(
            ui,
            Permission::Acknowledge,
            !waiting.is_empty(),
            words,
            hint,
        ) {
            actions.push(Action::Acknowledge(waiting));
        }
        if has_selected && button(ui, Permission::Shelve, true, "Shelve…".to_owned(), "S") {
            dialogs.ask(AskFor::Shelve, state.selected_ids(farm, look.now_ms));
        }
        if !kept.is_empty() {
            let words = format!("Reset {}", count(kept.len()));
            if button(
                ui,
                Permission::Reset,
                true,
                words,
                "Let go of what is latched (X)",
            ) {
                actions.push(Action::Reset(kept));
            }
        }
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
