//! The table: columns, their headings, and the order that a click on one asks for.

use bevy_egui::egui::{
    Align, Button, Id, Label, Layout, Popup, PopupCloseBehavior, Rect, ScrollArea, Sense, Stroke,
    Ui, WidgetInfo, WidgetType, vec2,
};
use egui_extras::{Column as TableColumn, TableBuilder};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::panels::alarm_deeds::AlarmDialogs;
use crate::panels::alarm_list::cells::BESIDE_NUMBERS;
use crate::panels::alarm_list::columns::WIDTHS;
use crate::panels::alarm_list::group_row::group_row_ui;
use crate::panels::alarm_list::row::{Rows, row_ui};
use crate::panels::alarm_list::state::line_of;
use crate::panels::alarm_list::{AlarmListState, Column};
use crate::panels::alarm_rows::{Line, Shown};
use crate::panels::frame::{Farm, Look};

const ROW_HEIGHT: f32 = 28.0;
const HEADER_HEIGHT: f32 = 24.0;
/// The last column, which has the button of each row.
const DEEDS_WIDTH: f32 = 108.0;
/// A click between two columns is still within egui's reach of one of them.
const BETWEEN: f32 = 9.0;
/// What the bar for scrolling takes, points.
const MARGIN: f32 = 12.0;
/// In a narrower list the columns are narrower, points.
const NARROW: f32 = 1500.0;

/// The rows that pass the filter.
pub(super) fn table_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut AlarmListState,
    shown: &Shown,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let is_narrow = ui.available_width() < NARROW;
    let columns = state.columns.fitting(
        ui.available_width() - DEEDS_WIDTH - MARGIN,
        BETWEEN,
        is_narrow,
    );
    let widths = columns.iter().map(|c| state.columns.width(*c, is_narrow));
    let needed: f32 = widths.map(|w| w + BETWEEN).sum::<f32>() + DEEDS_WIDTH + MARGIN;
    let rows = Rows {
        look,
        farm,
        state,
        shown,
        dialogs,
        actions,
    };
    if needed <= ui.available_width() {
        return fitting_table_ui(ui, rows, &columns, is_narrow);
    }
    // More columns than fit are moved over.
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        ui.set_width(needed);
        fitting_table_ui(ui, rows, &columns, is_narrow);
    });
}

fn fitting_table_ui(ui: &mut Ui, mut rows: Rows, columns: &[Column], is_narrow: bool) {
    let state = &mut *rows.state;
    let room = ui.available_width();
    let shares = columns
        .iter()
        .filter(|column| state.columns.takes_the_rest(**column, room))
        .count();
    let scroll_to = std::mem::take(&mut state.follow_cursor)
        .then(|| line_of(rows.farm, rows.shown, state.cursor?))
        .flatten();
    ui.spacing_mut().item_spacing = vec2(BETWEEN, 0.0);
    // The line at which a column is drawn wider shows under the pointer only.
    ui.visuals_mut().widgets.noninteractive.bg_stroke = Stroke::NONE;
    let mut table = TableBuilder::new(ui)
        // Widths belong to columns, not to their places.
        .id_salt(("alarms", columns, is_narrow, shares, state.columns.resets))
        .striped(true)
        // Not focusable: the arrow keys move in the list, and each cell would be a stop for Tab.
        .sense(Sense::CLICK)
        .auto_shrink(false)
        // What the arrow keys come to is on the screen at once: only that can be acknowledged.
        .animate_scrolling(false)
        .cell_layout(Layout::left_to_right(Align::Center));
    for column in columns {
        let width = state.columns.width(*column, is_narrow);
        table = table.column(if state.columns.takes_the_rest(*column, room) {
            TableColumn::remainder().at_least(width).clip(true)
        } else if *column == Column::Priority {
            TableColumn::exact(width)
        } else {
            let column = TableColumn::initial(width).clip(true);
            column.range(WIDTHS).resizable(true)
        });
    }
    table = table.column(TableColumn::exact(DEEDS_WIDTH));
    if let Some(row) = scroll_to {
        table = table.scroll_to_row(row, None);
    }
    let by = state.grouped_by(rows.farm);
    let mut on_screen = Vec::new();
    table
        .header(HEADER_HEIGHT, |mut header| {
            for column in columns {
                let mut cell = Rect::NOTHING;
                let (_, response) = header.col(|ui| {
                    // What is used of it may be less, or more.
                    cell = ui.max_rect();
                    header_ui(ui, rows.look, rows.state, *column);
                });
                response.context_menu(|ui| columns_menu_ui(ui, rows.state));
                if !rows.state.columns.takes_the_rest(*column, room) {
                    follow_width(rows.state, *column, cell, is_narrow);
                }
            }
            header.col(|ui| columns_button_ui(ui, rows.look, rows.state));
        })
        .body(|mut body| {
            let view = body.ui_mut().clip_rect();
            body.rows(ROW_HEIGHT, rows.shown.lines.len(), |mut row| {
                let line = row.index();
                let shown = rows.shown;
                match shown.lines.get(line) {
                    Some(Line::Group(at)) => {
                        let Some(group) = shown.groups.get(*at as usize) else {
                            return;
                        };
                        row.set_overline(true);
                        let response =
                            group_row_ui(&mut row, rows.look, group, by, columns.len(), view);
                        if response.clicked() && !rows.state.folded.remove(&group.name) {
                            rows.state.folded.insert(group.name.clone());
                        }
                    }
                    Some(Line::Alarm { is_first, .. }) => {
                        let alarm = shown.alarm(rows.farm.standing, rows.farm.past, line);
                        let Some(alarm) = alarm else { return };
                        row.set_selected(rows.state.selected.contains(&alarm.key));
                        let rect = row_ui(&mut row, &mut rows, columns, alarm, *is_first);
                        if is_seen(rect, view) {
                            on_screen.push(alarm.key);
                        }
                    }
                    None => {}
                }
            });
        });
    rows.state.set_on_screen(on_screen);
}

/// Whether all of a row's height is on the screen: half a row can be misread.
fn is_seen(row: Rect, view: Rect) -> bool {
    row.top() >= view.top() - 1.0 && row.bottom() <= view.bottom() + 1.0
}

/// Keeps what somebody has drawn a column to.
fn follow_width(state: &mut AlarmListState, column: Column, drawn: Rect, is_narrow: bool) {
    let is_moved = (drawn.width() - state.columns.width(column, is_narrow)).abs() > 0.5;
    if is_moved && column != Column::Priority {
        state.columns.set_width(column, drawn.width());
    }
}

fn header_ui(ui: &mut Ui, look: &Look, state: &mut AlarmListState, column: Column) {
    let (title, is_right) = (column.title(), column.is_right());
    let layout = if is_right {
        Layout::right_to_left(Align::Center)
    } else {
        Layout::left_to_right(Align::Center)
    };
    hairline(ui);
    ui.with_layout(layout, |ui| {
        if is_right {
            ui.add_space(BESIDE_NUMBERS);
        }
        let Some(sort) = column.sort() else {
            ui.add(Label::new(look.quiet(title)).truncate());
            return;
        };
        let is_sorted = state.sort == sort;
        let arrow = match (is_sorted, state.reversed) {
            (false, _) if title.is_empty() => icon::CARET_UP_DOWN,
            (false, _) => "",
            (true, false) => icon::CARET_DOWN,
            (true, true) => icon::CARET_UP,
        };
        let words = if title.is_empty() { "Urgency" } else { title };
        let text = format!("{title}{}{arrow}", if title.is_empty() { "" } else { " " });
        let text = look.quiet(text).color(look.text_color(is_sorted));
        let response = ui.add(Label::new(text).truncate().sense(Sense::click()));
        let name = format!("Sort by {}", words.to_lowercase());
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::Button, true, is_sorted, name.clone())
        });
        let response = response.on_hover_text(name);
        response.context_menu(|ui| columns_menu_ui(ui, state));
        if response.clicked() {
            state.reversed = is_sorted && !state.reversed;
            state.sort = sort;
        }
    });
}

/// The line below the headings.
fn hairline(ui: &Ui) {
    let cell = ui.max_rect();
    let width = cell.left() - 5.0..=cell.right() + 5.0;
    let mut everywhere = ui.painter().clone();
    everywhere.set_clip_rect(cell.expand(6.0));
    everywhere.hline(width, cell.bottom(), ui.visuals().window_stroke);
}

fn columns_button_ui(ui: &mut Ui, look: &Look, state: &mut AlarmListState) {
    hairline(ui);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let words = look.quiet(format!("{} Columns", icon::COLUMNS));
        let response = ui.add(Button::new(words).frame_when_inactive(false));
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Columns"));
        // With other columns it is another table: the menu stays open over that for the next choice.
        Popup::menu(&response)
            .id(Id::new("columns of the alarm list"))
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| columns_menu_ui(ui, state));
    });
}

/// Which columns there are.
fn columns_menu_ui(ui: &mut Ui, state: &mut AlarmListState) {
    for column in Column::ALL.into_iter().filter(|c| !c.is_fixed()) {
        let mut is_shown = state.columns.shown().contains(&column);
        if ui.checkbox(&mut is_shown, column.words()).changed() {
            state.columns.toggle(column);
        }
    }
    ui.separator();
    if ui.button("As usual").clicked() {
        state.columns.reset();
    }
}
