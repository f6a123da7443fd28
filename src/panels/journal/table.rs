//! The lines: only those in sight are laid out, and new ones do not move what is being read.

use bevy_egui::egui::{
    Align, Label, Layout, Response, RichText, Sense, Ui, WidgetInfo, WidgetType, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};

use super::state::JournalState;
use super::words::{change, said, who};
use crate::action::Action;
use crate::alarms::AlarmId;
use crate::alarms::journal::Record;
use crate::fleet::TurbineRow;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::mark_ui;
use crate::theme::{BODY, LARGE, strong};

const ROW_HEIGHT: f32 = 24.0;
/// In less than this, points, values and comments share a column.
const NARROW: f32 = 1_000.0;

/// Draws the lines. Returns whether the reader comes to the last of them.
pub(super) fn table_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut JournalState,
    actions: &mut Vec<Action>,
) -> bool {
    let is_narrow = ui.available_width() < NARROW;
    ui.spacing_mut().item_spacing = vec2(9.0, 0.0);
    let mut table = TableBuilder::new(ui)
        .id_salt("journal")
        .striped(true)
        .sense(Sense::CLICK)
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(136.0).clip(true))
        .column(Column::exact(164.0).clip(true))
        .column(Column::exact(64.0).clip(true))
        .column(Column::remainder().at_least(120.0).clip(true));
    if !is_narrow {
        table = table.column(Column::exact(170.0).clip(true));
    }
    table = table
        .column(Column::exact(if is_narrow { 130.0 } else { 170.0 }).clip(true))
        .column(Column::remainder().at_least(120.0).clip(true));
    if std::mem::take(&mut state.to_top) {
        table = table.vertical_scroll_offset(0.0);
        state.shift = 0;
    }
    let shift = std::mem::take(&mut state.shift);
    if shift > 0 {
        table = table.vertical_scroll_offset(state.offset + shift as f32 * ROW_HEIGHT);
    }
    let mut last_drawn = 0;
    let count = state.lines.len();
    let mut clicked = None;
    let lines = std::mem::take(&mut state.lines);
    let selected = state.selected;
    let output = table
        .header(24.0, |mut header| {
            let titles = [
                "Time",
                "Change",
                "Turbine",
                "Alarm",
                "Value and limit",
                "Who",
                "Comment",
            ];
            for title in titles
                .iter()
                .filter(|t| !is_narrow || **t != "Value and limit")
            {
                header.col(|ui| {
                    let cell = ui.max_rect();
                    let hairline = ui.visuals().window_stroke;
                    let everywhere = ui.painter().with_clip_rect(cell.expand(6.0));
                    let width = cell.left() - 5.0..=cell.right() + 5.0;
                    everywhere.hline(width, cell.bottom(), hairline);
                    ui.label(look.quiet(*title));
                });
            }
        })
        .body(|body| {
            body.rows(ROW_HEIGHT, count, |mut row| {
                last_drawn = last_drawn.max(row.index());
                if let Some(record) = lines.get(row.index()) {
                    row.set_selected(selected == Some(record.seq));
                    row_ui(&mut row, look, record, is_narrow);
                    if response_of(&row, record).clicked() {
                        clicked = Some(row.index());
                    }
                }
            });
        });
    state.offset = output.state.offset.y;
    if state.offset <= 0.0 {
        state.above = 0;
    }
    if let Some(record) = clicked.and_then(|at| lines.get(at)) {
        show(farm, state, record, actions);
    }
    state.lines = lines;
    last_drawn + 50 >= count
}

fn row_ui(row: &mut TableRow, look: &Look, record: &Record, is_narrow: bool) {
    let text = |text: &str| RichText::new(text).color(look.theme.text);
    row.col(|ui| {
        let time = format::time(record.at_ms, look.now_ms, look.zone);
        ui.add(Label::new(text(&time)).truncate())
            .on_hover_text(format!(
                "{}\nRecord {}",
                format::utc(record.at_ms),
                record.seq
            ));
    });
    row.col(|ui| change_ui(ui, look, record));
    row.col(|ui| {
        ui.add(Label::new(strong(&*record.object).color(look.theme.text)).truncate());
    });
    row.col(|ui| {
        ui.add(Label::new(text(&record.name)).truncate());
    });
    if !is_narrow {
        row.col(|ui| {
            ui.add(Label::new(look.quiet(&record.value).size(BODY)).truncate())
                .on_hover_text(&record.value);
        });
    }
    row.col(|ui| {
        let who = who(record);
        let response = ui.add(Label::new(text(&who)).truncate());
        if let Some(by) = &record.by {
            response.on_hover_text(format!("{who}, as {}", by.role.name()));
        }
    });
    row.col(|ui| {
        let said = match said(look, record) {
            said if said.is_empty() && is_narrow => record.value.clone(),
            said => said,
        };
        if !said.is_empty() {
            ui.add(Label::new(text(&said)).truncate())
                .on_hover_text(said);
        }
    });
}

fn change_ui(ui: &mut Ui, look: &Look, record: &Record) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let (words, glyph) = change(&record.change);
    match record.priority.filter(|_| &*record.change == "raised") {
        Some(priority) => {
            mark_ui(ui, look.theme, priority, 18.0, true);
        }
        None => {
            let place = vec2(18.0, 18.0);
            let centered = Layout::centered_and_justified(bevy_egui::egui::Direction::LeftToRight);
            ui.allocate_ui_with_layout(place, centered, |ui| {
                ui.label(RichText::new(glyph).size(LARGE).color(look.theme.quiet));
            });
        }
    }
    ui.add(Label::new(RichText::new(words).color(look.theme.text)).truncate());
}

fn response_of(row: &TableRow, record: &Record) -> Response {
    let response = row.response();
    response.widget_info(|| {
        let name = format!(
            "{}: {}, {}",
            change(&record.change).0,
            record.object,
            record.name
        );
        WidgetInfo::labeled(WidgetType::SelectableLabel, true, name)
    });
    response
}

/// A click: the alarm in full, and its turbine.
fn show(farm: &Farm, state: &mut JournalState, record: &Record, actions: &mut Vec<Action>) {
    state.selected = Some(record.seq);
    let turbines = farm.scene.map_or(&[][..], |s| &s.turbines);
    if let Some(at) = turbines.iter().position(|t| t.id == record.object) {
        actions.push(Action::Select(Some(TurbineRow(at as u32))));
    }
    if record.name.is_empty() {
        return;
    }
    let id = AlarmId {
        object: record.object.clone(),
        name: record.name.clone(),
    };
    state.shows = Some((id, record.key));
}
