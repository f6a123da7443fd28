//! The alarm list: a row an occurrence; sorted, filtered, acknowledged.

use std::collections::HashSet;

use bevy_egui::egui::{
    self, Align, Button, ComboBox, Key, Label, Layout, Modifiers, Response, RichText, Sense,
    TextEdit, Ui, WidgetInfo, WidgetType, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};

use crate::action::Action;
use crate::alarms::{Alarm, AlarmKey, AlarmState};
use crate::panels::alarm_rows::{
    AlarmFilter, SortBy, StateFilter, acknowledgeable, acknowledgeable_selected, shown, stood_ms,
};
use crate::panels::explain::{as_text, live_condition};
use crate::panels::format;
use crate::panels::frame::{Farm, Look, empty_ui};
use crate::panels::waiting::waits_for;
use crate::panels::widgets::{mark_ui, priority_word};
use crate::scene::Priority;
use crate::theme::{BODY, SMALL, strong};

const ROW_HEIGHT: f32 = 28.0;

/// What the list remembers between frames.
#[derive(Debug, Default)]
pub struct AlarmListState {
    /// What it is filtered by.
    pub filter: AlarmFilter,
    /// What it is sorted by.
    pub sort: SortBy,
    /// The other way round.
    pub reversed: bool,
    /// The rows that are selected.
    pub selected: HashSet<AlarmKey>,
    /// Where a selection with Shift begins, and where the arrow keys stand.
    cursor: Option<AlarmKey>,
    /// The filter takes the keyboard in the next frame.
    pub focus_filter: bool,
    /// Scroll to the cursor in the next frame.
    follow_cursor: bool,
    cached: Option<Cached>,
    /// How many turbines are known, and the second in which they were counted.
    known: Option<(i64, usize)>,
}

/// The order that was last computed, and from what.
#[derive(Debug)]
struct Cached {
    revision: u64,
    filter: AlarmFilter,
    sort: SortBy,
    reversed: bool,
    order: Vec<u32>,
}

impl AlarmListState {
    /// The alarms that are shown, in order.
    pub fn rows<'a>(&mut self, farm: &Farm<'a>, now_ms: i64) -> Vec<&'a Alarm> {
        let fresh = self.cached.take().filter(|c| {
            c.revision == farm.alarms_revision
                && c.filter == self.filter
                && (c.sort, c.reversed) == (self.sort, self.reversed)
        });
        let cached = self.cached.insert(fresh.unwrap_or_else(|| Cached {
            revision: farm.alarms_revision,
            filter: self.filter.clone(),
            sort: self.sort,
            reversed: self.reversed,
            order: shown(
                farm.standing,
                farm.past,
                &self.filter,
                self.sort,
                self.reversed,
                now_ms,
            ),
        }));
        let at = |&index: &u32| {
            let index = index as usize;
            let in_past = || farm.past.get(index.checked_sub(farm.standing.len())?);
            farm.standing.get(index).or_else(in_past)
        };
        cached.order.iter().filter_map(at).collect()
    }

    fn select_only(&mut self, key: AlarmKey) {
        self.selected = HashSet::from([key]);
        self.cursor = Some(key);
    }

    fn select_to(&mut self, key: AlarmKey, rows: &[&Alarm]) {
        let place = |wanted| rows.iter().position(|a| Some(a.key) == wanted);
        match (place(self.cursor), place(Some(key))) {
            (Some(from), Some(to)) => {
                let between = rows.iter().skip(from.min(to)).take(from.abs_diff(to) + 1);
                self.selected = between.map(|a| a.key).collect();
            }
            _ => self.select_only(key),
        }
    }

    /// Moves the selection by `step` rows and flies to the turbine it comes to.
    pub fn step(&mut self, step: isize, farm: &Farm, rows: &[&Alarm], actions: &mut Vec<Action>) {
        let at = rows.iter().position(|a| Some(a.key) == self.cursor);
        let to = match at {
            Some(at) => at
                .saturating_add_signed(step)
                .min(rows.len().saturating_sub(1)),
            None => 0,
        };
        if let Some(alarm) = rows.get(to) {
            self.select_only(alarm.key);
            self.follow_cursor = true;
            actions.extend(fly_to(farm, alarm));
        }
    }

    /// Acknowledges the selected rows that are shown.
    pub fn acknowledge_selected(&self, rows: &[&Alarm], actions: &mut Vec<Action>) {
        let keys = acknowledgeable_selected(rows, &self.selected);
        if !keys.is_empty() {
            actions.push(Action::Acknowledge(keys));
        }
    }
}

/// To the turbine of an alarm, if the scene that is open still has it: a past alarm may be of one
/// that is gone.
fn fly_to(farm: &Farm, alarm: &Alarm) -> Option<Action> {
    let turbine = farm.scene?.turbine(alarm.turbine)?;
    (turbine.id == alarm.turbine_id).then_some(Action::FlyTo(alarm.turbine))
}

/// The list with its filters.
pub fn alarm_list_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    actions: &mut Vec<Action>,
) {
    filter_bar_ui(ui, look, farm, state, actions);
    let rows = state.rows(farm, look.now_ms);
    if rows.is_empty() {
        empty_ui(ui, look, &why_empty(look, farm, state));
        return;
    }
    table_ui(ui, look, farm, state, &rows, actions);
}

/// Says what no rows mean.
fn why_empty(look: &Look, farm: &Farm, state: &mut AlarmListState) -> String {
    let Some(scene) = farm.scene else {
        return "No scene is open.".to_owned();
    };
    if state.filter.state == StateFilter::Past && farm.past.is_empty() {
        return "No alarm has come and gone yet.".to_owned();
    }
    if state.filter.state == StateFilter::Past || !farm.standing.is_empty() {
        return "No alarm passes the filter.".to_owned();
    }
    let all = scene.turbines.len();
    // Counting 75,000 turbines in each frame would be felt.
    let second = look.now_ms.div_euclid(1000);
    let counted = state.known.filter(|(at, _)| *at == second);
    let (_, known) = *state
        .known
        .insert(counted.unwrap_or_else(|| (second, farm.turbines_known())));
    let turbines = format::counted(all, "turbine", "turbines");
    match known {
        0 => format!("No data yet: nothing heard of {turbines}."),
        known if known == all => format!("No alarms. {turbines}, all known."),
        known => format!(
            "No alarms. {turbines}, {} without data.",
            format::count((all - known) as u64)
        ),
    }
}

fn filter_bar_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    actions: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut state.filter.text)
            .id_salt("alarm filter")
            .hint_text("Filter: turbine or alarm  ( / )")
            .desired_width(220.0);
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
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let mut acknowledge = |keys: Vec<AlarmKey>, words: String| {
                let words = RichText::new(words).color(look.text_color(!keys.is_empty()));
                if ui
                    .add_enabled(!keys.is_empty(), Button::new(words))
                    .clicked()
                {
                    actions.push(Action::Acknowledge(keys));
                }
            };
            let all = acknowledgeable(&rows);
            let words = format!("Acknowledge {} shown", format::count(all.len() as u64));
            acknowledge(all, words);
            let selected = acknowledgeable_selected(&rows, &state.selected);
            let words = match selected.len() {
                0 => "Acknowledge selected".to_owned(),
                n => format!("Acknowledge {} selected", format::count(n as u64)),
            };
            acknowledge(selected, words);
        });
    });
    ui.add_space(4.0);
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

const COLUMNS: [(&str, Option<SortBy>, bool); 9] = [
    ("", Some(SortBy::Urgency), false),
    ("Raised", Some(SortBy::Raised), false),
    ("Turbine", Some(SortBy::Turbine), false),
    ("Alarm", Some(SortBy::Name), false),
    ("Value and limit", None, false),
    ("State", Some(SortBy::State), false),
    ("Duration", Some(SortBy::Duration), true),
    ("Acknowledged", Some(SortBy::Acknowledged), false),
    ("", None, false),
];

fn table_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    rows: &[&Alarm],
    actions: &mut Vec<Action>,
) {
    let scroll_to = std::mem::take(&mut state.follow_cursor)
        .then(|| rows.iter().position(|a| Some(a.key) == state.cursor))
        .flatten();
    let is_narrow = ui.available_width() < 1500.0;
    // A click between two columns is still within egui's reach of one of them.
    ui.spacing_mut().item_spacing = vec2(9.0, 0.0);
    let mut table = TableBuilder::new(ui)
        .id_salt("alarms")
        .striped(true)
        // Not focusable: the arrow keys move in the list, and each cell would be a stop for Tab.
        .sense(Sense::CLICK)
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(36.0))
        .column(Column::exact(112.0).clip(true))
        .column(Column::exact(72.0).clip(true))
        .column(Column::remainder().at_least(120.0).clip(true))
        .column(Column::exact(if is_narrow { 160.0 } else { 240.0 }).clip(true))
        .column(Column::exact(if is_narrow { 136.0 } else { 190.0 }).clip(true))
        .column(Column::exact(84.0).clip(true))
        .column(Column::exact(if is_narrow { 130.0 } else { 190.0 }).clip(true))
        .column(Column::exact(108.0));
    if let Some(row) = scroll_to {
        table = table.scroll_to_row(row, None);
    }
    table
        .header(24.0, |mut header| {
            for (title, sort, is_right) in COLUMNS {
                header.col(|ui| header_ui(ui, look, state, title, sort, is_right));
            }
        })
        .body(|body| {
            body.rows(ROW_HEIGHT, rows.len(), |mut row| {
                if let Some(alarm) = rows.get(row.index()) {
                    row.set_selected(state.selected.contains(&alarm.key));
                    row_ui(&mut row, look, farm, state, rows, alarm, actions);
                }
            });
        });
}

fn header_ui(
    ui: &mut Ui,
    look: &Look,
    state: &mut AlarmListState,
    title: &str,
    sort: Option<SortBy>,
    is_right: bool,
) {
    let layout = if is_right {
        Layout::right_to_left(Align::Center)
    } else {
        Layout::left_to_right(Align::Center)
    };
    ui.with_layout(layout, |ui| {
        let Some(sort) = sort else {
            ui.label(look.quiet(title));
            return;
        };
        let is_sorted = state.sort == sort;
        let arrow = match (is_sorted, state.reversed) {
            (false, _) if title.is_empty() => egui_phosphor::regular::CARET_UP_DOWN,
            (false, _) => "",
            (true, false) => egui_phosphor::regular::CARET_DOWN,
            (true, true) => egui_phosphor::regular::CARET_UP,
        };
        let words = if title.is_empty() { "Urgency" } else { title };
        let text = format!("{title}{}{arrow}", if title.is_empty() { "" } else { " " });
        let text = look.quiet(text).color(look.text_color(is_sorted));
        let response = ui.add(Label::new(text).sense(Sense::click()));
        let name = format!("Sort by {}", words.to_lowercase());
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::Button, true, is_sorted, name.clone())
        });
        if response.on_hover_text(name).clicked() {
            state.reversed = is_sorted && !state.reversed;
            state.sort = sort;
        }
    });
}

fn row_ui(
    row: &mut TableRow,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    rows: &[&Alarm],
    alarm: &Alarm,
    actions: &mut Vec<Action>,
) {
    let unacknowledged = alarm.acknowledged.is_none();
    let tone = look.text_color(alarm.is_active() || unacknowledged);
    let text = |text: String| RichText::new(text).color(tone);
    row.col(|ui| {
        ui.add_space(8.0);
        let filled = !unacknowledged || look.flash_is_filled();
        mark_ui(ui, look.theme, alarm.priority, 20.0, filled);
    });
    row.col(|ui| {
        let raised = format::time(alarm.raised_ms, look.now_ms, look.zone);
        ui.add(Label::new(text(raised)).truncate())
            .on_hover_text(format::utc(alarm.raised_ms));
    });
    row.col(|ui| {
        ui.add(Label::new(strong(&*alarm.turbine_id).color(tone)).truncate());
    });
    row.col(|ui| {
        ui.add(Label::new(text(alarm.name.to_string())).truncate());
    });
    row.col(|ui| value_ui(ui, look, farm, alarm));
    row.col(|ui| {
        let mut words = state_words(alarm.state()).to_owned();
        if alarm.unknown {
            words.push_str(", unknown now");
        }
        let words = if unacknowledged {
            strong(words)
        } else {
            RichText::new(words)
        };
        ui.add(Label::new(words.color(tone)).truncate());
    });
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text(format::duration(stood_ms(alarm, look.now_ms))));
        });
    });
    row.col(|ui| {
        if let Some((at, by)) = &alarm.acknowledged {
            let words = format!("{} {by}", format::time(*at, look.now_ms, look.zone));
            ui.add(Label::new(look.quiet(words).size(BODY)).truncate())
                .on_hover_text(format::utc(*at));
        }
    });
    row.col(|ui| {
        if unacknowledged {
            let button = Button::new(RichText::new("Acknowledge").size(SMALL + 1.0));
            if ui.add(button.min_size(vec2(96.0, 22.0))).clicked() {
                actions.push(Action::Acknowledge(vec![alarm.key]));
            }
        }
    });
    follow_row_clicks(&row.response(), farm, state, rows, alarm, actions);
}

/// The whole row takes clicks; what lies on it, such as its button, takes its own.
fn follow_row_clicks(
    response: &Response,
    farm: &Farm,
    state: &mut AlarmListState,
    rows: &[&Alarm],
    alarm: &Alarm,
    actions: &mut Vec<Action>,
) {
    response.widget_info(|| {
        let name = format!(
            "{} alarm: {}, {}, {}",
            priority_word(alarm.priority),
            alarm.turbine_id,
            alarm.name,
            state_words(alarm.state())
        );
        let selected = state.selected.contains(&alarm.key);
        WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, name)
    });
    if !response.clicked() {
        return;
    }
    let modifiers = response.ctx.input(|i| i.modifiers);
    if modifiers.shift {
        state.select_to(alarm.key, rows);
    } else if modifiers.command {
        if !state.selected.remove(&alarm.key) {
            state.selected.insert(alarm.key);
        }
        state.cursor = Some(alarm.key);
    } else {
        state.select_only(alarm.key);
        actions.extend(fly_to(farm, alarm));
    }
}

/// The condition with its live values while the alarm is active, or what it waits for; what they were when it is not.
fn value_ui(ui: &mut Ui, look: &Look, farm: &Farm, alarm: &Alarm) {
    let rule = farm
        .scene
        .and_then(|s| s.rules.get(usize::from(alarm.rule)));
    match rule {
        Some(rule) if alarm.is_active() => {
            let raised = format!("When raised: {}", alarm.value_at_raise);
            // The condition with values in it would claim what no longer is so.
            if let Some(words) = waits_for(farm, alarm, look.now_ms) {
                let shown = RichText::new(&words).size(BODY).color(look.theme.text);
                ui.add(Label::new(shown).truncate())
                    .on_hover_text(format!("{words}\n{}\n{raised}", rule.when.source));
                return;
            }
            let live = live_condition(farm, alarm.turbine, rule, look.now_ms);
            let words = as_text(&live);
            ui.add(Label::new(crate::panels::why::pieces_job(look, &live, BODY)).truncate())
                .on_hover_text(format!("{words}\n{}\n{raised}", rule.when.source));
        }
        _ => {
            ui.add(Label::new(look.quiet(&alarm.value_at_raise).size(BODY)).truncate());
        }
    }
}

fn state_words(state: AlarmState) -> &'static str {
    match state {
        AlarmState::Unacknowledged => "Unacknowledged",
        AlarmState::Acknowledged => "Acknowledged",
        AlarmState::ReturnedUnacknowledged => "Returned, unack.",
        AlarmState::Normal => "Over",
    }
}
