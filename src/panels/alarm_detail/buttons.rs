//! What can be done to the alarm; what the role forbids is disabled, with the reason.

use bevy_egui::egui::{Response, Ui, WidgetInfo, WidgetType, vec2};

use super::head::is_over;
use super::state::{DetailState, Question};
use super::subject::Subject;
use crate::access::Permission;
use crate::action::Action;
use crate::panels::frame::Farm;
use crate::panels::widgets::button_if;
use crate::theme::strong;

/// From this width on every button has its place, points.
const ROOMY: f32 = 560.0;

/// Draws them; in a narrow pane what is done seldom is in a menu.
pub(super) fn buttons_ui(
    ui: &mut Ui,
    farm: &Farm,
    subject: &Subject,
    detail: &mut DetailState,
    actions: &mut Vec<Action>,
) {
    let alarm = subject.alarm.as_ref().filter(|alarm| !is_over(alarm));
    let laid = farm.desk.alarms.and_then(|a| a.laid_aside_of(&subject.id));
    let is_shelved =
        laid.is_some_and(|l| l.shelf.is_some()) || alarm.is_some_and(|a| a.shelf.is_some());
    let is_out = laid.is_some_and(|l| l.out_of_service.is_some())
        || alarm.is_some_and(|a| a.out_of_service.is_some());
    let id = || subject.id.clone();
    let may = |permission| farm.desk.may(permission);
    let asks = |ui: &mut Ui, permission, words: &str| -> Response {
        button_if(ui, may(permission), words)
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        if let Some(alarm) = alarm.filter(|a| a.is_unacknowledged())
            && button_if(ui, may(Permission::Acknowledge), strong("Acknowledge")).clicked()
        {
            actions.push(Action::Acknowledge(vec![alarm.key]));
        }
        if let Some(alarm) = alarm.filter(|a| a.is_latched())
            && asks(ui, Permission::Reset, "Reset").clicked()
        {
            actions.push(Action::Reset(vec![alarm.key]));
        }
        if is_shelved {
            if asks(ui, Permission::Shelve, "Unshelve").clicked() {
                actions.push(Action::Unshelve(vec![id()]));
            }
        } else if asks(ui, Permission::Shelve, "Shelve…").clicked() {
            detail.question = Some((Question::Shelve, id()));
        }
        // An occurrence that is over takes no comment any more; the alarm does.
        if asks(ui, Permission::Comment, "Comment").clicked() {
            detail.focus_comment = true;
        }
        let mut rest = |ui: &mut Ui| {
            rest_ui(ui, farm, subject, is_out, detail, actions);
        };
        if ui.max_rect().width() >= ROOMY {
            rest(ui);
        } else {
            let more = ui
                .menu_button(egui_phosphor::regular::DOTS_THREE, rest)
                .response;
            let name = "More";
            more.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
            more.on_hover_text(name);
        }
    });
}

/// What is done seldom.
fn rest_ui(
    ui: &mut Ui,
    farm: &Farm,
    subject: &Subject,
    is_out: bool,
    detail: &mut DetailState,
    actions: &mut Vec<Action>,
) {
    let may = |permission| farm.desk.may(permission);
    if is_out {
        if button_if(ui, may(Permission::OutOfService), "Return to service").clicked() {
            actions.push(Action::ReturnToService(vec![subject.id.clone()]));
        }
    } else if button_if(ui, may(Permission::OutOfService), "Take out of service…").clicked() {
        detail.question = Some((Question::TakeOutOfService, subject.id.clone()));
    }
    if let Some(row) = subject.row
        && ui.button("Show on farm").clicked()
    {
        actions.push(Action::FlyTo(row));
    }
    if let Some((rule, _)) = subject.rule
        && button_if(ui, may(Permission::EditScene), "Edit rule").clicked()
    {
        actions.push(Action::EditRule(Some(rule)));
    }
}
