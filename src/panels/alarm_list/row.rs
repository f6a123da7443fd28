//! One row: what stands where, since when, and its button.

use bevy_egui::egui::{Button, Rect, Response, RichText, Ui, WidgetInfo, WidgetType, vec2};
use egui_extras::TableRow;

use crate::access::Permission;
use crate::action::Action;
use crate::alarms::{Alarm, AlarmId};
use crate::panels::alarm_deeds::{AlarmDialogs, DeedsOf, deeds_menu_ui};
use crate::panels::alarm_list::cells::cell_ui;
use crate::panels::alarm_list::state::fly_to;
use crate::panels::alarm_list::words::{row_name, row_text};
use crate::panels::alarm_list::{AlarmListState, Column};
use crate::panels::alarm_rows::Shown;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::add_if;
use crate::theme::SMALL;

/// What the rows of a frame have in common.
pub(super) struct Rows<'a, 'f> {
    pub look: &'a Look<'f>,
    pub farm: &'a Farm<'f>,
    pub state: &'a mut AlarmListState,
    pub shown: &'a Shown,
    pub dialogs: &'a mut AlarmDialogs,
    pub actions: &'a mut Vec<Action>,
}

/// Fills a row of the table; gives where it is.
pub(super) fn row_ui(
    row: &mut TableRow,
    rows: &mut Rows,
    columns: &[Column],
    alarm: &Alarm,
    is_first: bool,
) -> Rect {
    let (look, farm) = (rows.look, rows.farm);
    for column in columns {
        row.col(|ui| cell_ui(ui, look, farm, alarm, is_first, *column));
    }
    row.col(|ui| button_ui(ui, farm, alarm, rows.actions));
    let response = row.response();
    let rect = response.rect;
    response.widget_info(|| {
        let name = row_name(farm, alarm, is_first);
        let selected = rows.state.selected.contains(&alarm.key);
        WidgetInfo::selected(WidgetType::SelectableLabel, true, selected, name)
    });
    follow_row(&response, rows, alarm);
    rect
}

/// What is to be done next: acknowledge, or reset what is latched.
fn button_ui(ui: &mut Ui, farm: &Farm, alarm: &Alarm, actions: &mut Vec<Action>) {
    let (words, permission, action) = if alarm.is_unacknowledged() {
        let action = Action::Acknowledge(vec![alarm.key]);
        ("Acknowledge", Permission::Acknowledge, action)
    } else if alarm.is_latched() {
        ("Reset", Permission::Reset, Action::Reset(vec![alarm.key]))
    } else {
        return;
    };
    let button = Button::new(RichText::new(words).size(SMALL)).min_size(vec2(96.0, 22.0));
    if add_if(ui, farm.desk.may(permission), button).clicked() {
        actions.push(action);
    }
}

/// The whole row takes clicks; what lies on it, such as its button, takes its own.
fn follow_row(response: &Response, rows: &mut Rows, alarm: &Alarm) {
    if response.secondary_clicked() && !rows.state.selected.contains(&alarm.key) {
        rows.state.select_only(alarm.key);
    }
    response.context_menu(|ui| menu_ui(ui, rows, alarm));
    if response.double_clicked() {
        rows.actions.push(Action::ShowAlarm(alarm.key));
        return;
    }
    if !response.clicked() {
        return;
    }
    let state = &mut rows.state;
    let modifiers = response.ctx.input(|i| i.modifiers);
    if modifiers.shift {
        state.select_to(alarm.key, rows.farm, rows.shown);
    } else if modifiers.command {
        if !state.selected.remove(&alarm.key) {
            state.selected.insert(alarm.key);
        }
        state.cursor = Some(alarm.key);
    } else {
        state.select_only(alarm.key);
        rows.actions.extend(fly_to(rows.farm, alarm));
    }
}

/// Acts on all that is selected where this row is, else on this row alone.
fn menu_ui(ui: &mut Ui, rows: &mut Rows, alarm: &Alarm) {
    let is_of_selected = rows.state.selected.contains(&alarm.key);
    let (on_screen, ids): (Vec<&Alarm>, Vec<AlarmId>) = if is_of_selected {
        let ids = rows.state.selected_ids(rows.farm, rows.look.now_ms);
        (rows.state.on_screen(rows.farm, true), ids)
    } else {
        (vec![alarm], vec![alarm.id()])
    };
    let text = row_text(rows.look, alarm);
    let of = DeedsOf {
        on_screen: &on_screen,
        ids: &ids,
        row: Some(alarm),
        text: &text,
    };
    deeds_menu_ui(ui, rows.look, rows.farm, of, rows.dialogs, rows.actions);
}
