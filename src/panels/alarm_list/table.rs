//! The table: columns, their headings, and the order that a click on one asks for.

use bevy_egui::egui::{Align, Label, Layout, Sense, Ui, WidgetInfo, WidgetType, vec2};
use egui_extras::{Column, TableBuilder};

use crate::action::Action;
use crate::alarms::Alarm;
use crate::panels::alarm_list::AlarmListState;
use crate::panels::alarm_list::row::row_ui;
use crate::panels::alarm_rows::SortBy;
use crate::panels::frame::{Farm, Look};

const ROW_HEIGHT: f32 = 28.0;

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

/// The rows that pass the filter.
pub(super) fn table_ui(
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
    let cell = ui.max_rect();
    let hairline = ui.visuals().window_stroke;
    let width = cell.left() - 5.0..=cell.right() + 5.0;
    let everywhere = ui.painter().with_clip_rect(cell.expand(6.0));
    everywhere.hline(width, cell.bottom(), hairline);
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
