//! One of the three lists as a table.

use bevy_egui::egui::{
    Align, Button, Label, Layout, Response, RichText, Sense, Ui, WidgetInfo, WidgetType, vec2,
};
use egui_extras::{Column, TableBuilder, TableRow};

use super::SetAsideState;
use super::rows::{Held, SetAsideRow};
use crate::access::Permission;
use crate::action::Action;
use crate::alarms::{AlarmId, SetAside};
use crate::panels::alarm_deeds::{AlarmDialogs, DeedsOf, deeds_menu_ui};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::{add_if, mark_ui};
use crate::theme::{SMALL, strong};

const ROW_HEIGHT: f32 = 28.0;

pub(super) fn table_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut SetAsideState,
    (of, rows): (SetAside, &[SetAsideRow]),
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let is_narrow = ui.available_width() < 1500.0;
    ui.spacing_mut().item_spacing = vec2(9.0, 0.0);
    let time = if of == SetAside::Shelved {
        176.0
    } else {
        128.0
    };
    let table = TableBuilder::new(ui)
        .id_salt(("set aside", of as u8, is_narrow))
        .striped(true)
        .sense(Sense::CLICK)
        .auto_shrink(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(36.0))
        .column(Column::exact(80.0))
        .column(Column::exact(if is_narrow { 220.0 } else { 320.0 }))
        .column(Column::exact(if is_narrow { 160.0 } else { 260.0 }))
        .column(Column::remainder().at_least(120.0).clip(true))
        .column(Column::exact(if is_narrow { 128.0 } else { 200.0 }))
        .column(Column::exact(time))
        .column(Column::exact(128.0));
    let (why, who, when) = match of {
        SetAside::Shelved => ("Reason", "By", "Ends in"),
        SetAside::Suppressed => ("By", "", "Since"),
        SetAside::OutOfService => ("Reason", "By", "Since"),
    };
    table
        .header(24.0, |mut header| {
            for title in ["", "Turbine", "Alarm", "Process now", why, who, when, ""] {
                header.col(|ui| {
                    ui.add(Label::new(look.quiet(title)).truncate());
                });
            }
        })
        .body(|body| {
            body.rows(ROW_HEIGHT, rows.len(), |mut row| {
                let Some(of) = rows.get(row.index()) else {
                    return;
                };
                row.set_selected(state.selected.contains(&of.id));
                row_ui(&mut row, look, farm, of, actions);
                let response = row.response();
                follow_row(&response, look, farm, state, of, rows, dialogs, actions);
            });
        });
}

fn row_ui(
    row: &mut TableRow,
    look: &Look,
    farm: &Farm,
    of: &SetAsideRow,
    actions: &mut Vec<Action>,
) {
    let tone = look.text_color(of.is_active);
    let text = |words: &str| RichText::new(words).color(tone);
    row.col(|ui| {
        ui.add_space(8.0);
        if let Some(priority) = of.priority {
            mark_ui(ui, look.theme, priority, 20.0, of.is_active);
        }
    });
    row.col(|ui| {
        ui.add(Label::new(strong(&*of.id.object).color(tone)).truncate());
    });
    row.col(|ui| {
        ui.add(Label::new(text(&of.id.name)).truncate());
    });
    row.col(|ui| {
        let words = match (of.is_active, of.key) {
            (true, _) => "Active",
            (false, Some(_)) => "Normal, latched",
            (false, None) => "Normal",
        };
        ui.add(Label::new(text(words)).truncate());
        if of.is_active && !of.value.is_empty() {
            let hint = format!("When raised: {}", of.value);
            ui.add(Label::new(look.quiet(&of.value)).truncate())
                .on_hover_text(hint);
        }
    });
    let (why, who, since_ms) = match &of.held {
        Held::Shelf(shelf) => (&shelf.reason, Some(&shelf.by), shelf.since_ms),
        Held::Suppression(by) => (&by.by, None, by.since_ms),
        Held::OutOfService(out) => (&out.reason, Some(&out.by), out.since_ms),
    };
    row.col(|ui| {
        ui.add(Label::new(RichText::new(&**why).color(look.theme.text)).truncate())
            .on_hover_text(&**why);
    });
    row.col(|ui| {
        if let Some(by) = who {
            let hint = format!("{} at {}, {}", by.user, by.station, by.role.name());
            ui.add(Label::new(look.quiet(&*by.user)).truncate())
                .on_hover_text(hint);
        }
    });
    row.col(|ui| when_ui(ui, look, &of.held, since_ms));
    row.col(|ui| button_ui(ui, farm, of, actions));
}

/// When it ends, counting down, or since when it is.
fn when_ui(ui: &mut Ui, look: &Look, held: &Held, since_ms: i64) {
    let since = format::time(since_ms, look.now_ms, look.zone);
    if let Held::Shelf(shelf) = held {
        let left = format::duration(shelf.until_ms - look.now_ms);
        let until = format::time(shelf.until_ms, look.now_ms, look.zone);
        let hint = format!("Shelved since {since}, until {until}");
        ui.label(RichText::new(left).color(look.theme.text))
            .on_hover_text(hint);
        if shelf.is_one_shot {
            ui.add(Label::new(look.quiet("or cleared")).truncate())
                .on_hover_text("Ends when the alarm clears, if that is sooner");
        }
    } else {
        ui.label(RichText::new(since).color(look.theme.text))
            .on_hover_text(format::utc(since_ms));
    }
}

fn button_ui(ui: &mut Ui, farm: &Farm, of: &SetAsideRow, actions: &mut Vec<Action>) {
    let ids = vec![of.id.clone()];
    let (words, permission, action) = match of.held {
        Held::Shelf(_) => ("Unshelve", Permission::Shelve, Action::Unshelve(ids)),
        Held::OutOfService(_) => {
            let action = Action::ReturnToService(ids);
            ("Return to service", Permission::OutOfService, action)
        }
        Held::Suppression(_) => return,
    };
    let button = Button::new(RichText::new(words).size(SMALL)).min_size(vec2(96.0, 22.0));
    if add_if(ui, farm.desk.may(permission), button).clicked() {
        actions.push(action);
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the row, the list it is in, and whom to tell"
)]
fn follow_row(
    response: &Response,
    look: &Look,
    farm: &Farm,
    state: &mut SetAsideState,
    of: &SetAsideRow,
    rows: &[SetAsideRow],
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    response.widget_info(|| {
        let process = if of.is_active { "active" } else { "normal" };
        let name = format!("Set aside: {}, {}, {process}", of.id.object, of.id.name);
        let is_selected = state.selected.contains(&of.id);
        WidgetInfo::selected(WidgetType::SelectableLabel, true, is_selected, name)
    });
    if response.secondary_clicked() && !state.selected.contains(&of.id) {
        state.selected = [of.id.clone()].into();
    }
    response.context_menu(|ui| {
        let is_selected = |row: &&SetAsideRow| state.selected.contains(&row.id);
        let ids: Vec<AlarmId> = rows
            .iter()
            .filter(is_selected)
            .map(|row| row.id.clone())
            .collect();
        let text = format!("{}\t{}", of.id.object, of.id.name);
        let alarm = of.key.and_then(|key| farm.desk.alarms?.get(key));
        let deeds = DeedsOf {
            on_screen: &[],
            ids: &ids,
            row: alarm,
            text: &text,
        };
        deeds_menu_ui(ui, look, farm, deeds, dialogs, actions);
    });
    if response.double_clicked() {
        actions.extend(of.key.map(Action::ShowAlarm));
    } else if response.clicked() {
        if response.ctx.input(|i| i.modifiers.command) {
            if !state.selected.remove(&of.id) {
                state.selected.insert(of.id.clone());
            }
        } else {
            state.selected = [of.id.clone()].into();
            let turbine = farm.scene.and_then(|scene| scene.turbine(of.turbine));
            actions.extend(turbine.map(|_| Action::Select(Some(of.turbine))));
        }
    }
}
