//! The top of the pane, which never scrolls away: which alarm, where, in which state, and the buttons.

use bevy_egui::egui::{Frame, Label, Link, Margin, RichText, Stroke, Ui, WidgetInfo, WidgetType};

use super::state::{DetailState, of_id};
use super::subject::Subject;
use super::words::{set_aside, state};
use crate::action::Action;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::{icon_button_ui, mark_ui, priority_word, unknown_mark_ui};
use crate::theme::{LARGE, strong};

/// Draws it.
pub(super) fn head_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    detail: &mut DetailState,
    actions: &mut Vec<Action>,
) {
    let alarm = subject.alarm.as_ref();
    ui.horizontal(|ui| {
        let back = egui_phosphor::regular::ARROW_LEFT;
        detail.goes_back |= icon_button_ui(ui, back, "Back (Esc)").clicked();
        match (alarm, subject.definition) {
            (Some(alarm), _) => {
                let flashes = alarm.is_unacknowledged() && !is_over(alarm);
                let filled = !flashes || look.flash_is_filled();
                mark_ui(ui, look.theme, alarm.priority, 24.0, filled);
            }
            (None, Some(definition)) => {
                mark_ui(ui, look.theme, definition.priority, 24.0, true);
            }
            (None, None) => {
                unknown_mark_ui(ui, look.theme, 24.0);
            }
        }
        let name = strong(&*subject.id.name).size(LARGE);
        ui.add(Label::new(name).truncate())
            .on_hover_text(&*subject.id.name);
    });
    place_ui(ui, look, subject, actions);
    match alarm {
        Some(alarm) => {
            let (words, since) = state(look, alarm);
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                ui.label(strong(words));
                ui.label(RichText::new(since).color(look.theme.text));
            });
            if alarm.unknown {
                ui.label(look.quiet("Its data is missing: whether it still stands is not known."));
            }
            aside_ui(ui, look, alarm);
            newer_ui(ui, look, farm, subject, alarm, actions);
        }
        None => {
            ui.label(strong("Does not stand"));
        }
    }
    ui.add_space(4.0);
    super::buttons::buttons_ui(ui, farm, subject, detail, actions);
}

/// Of the past, however it ended.
pub(super) fn is_over(alarm: &crate::alarms::Alarm) -> bool {
    use crate::alarms::AlarmState::{Normal, Withdrawn};
    matches!(alarm.state(), Normal | Withdrawn)
}

/// The turbine, which is flown to, and the priority.
fn place_ui(ui: &mut Ui, look: &Look, subject: &Subject, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let object = &*subject.id.object;
        match subject.row {
            Some(row) => {
                let response = ui.add(Link::new(strong(object)));
                let name = format!("Fly to {object}");
                response.widget_info(|| WidgetInfo::labeled(WidgetType::Link, true, &name));
                if response.on_hover_text(name).clicked() {
                    actions.push(Action::FlyTo(row));
                }
            }
            None => {
                ui.label(strong(object));
            }
        }
        let usual = subject.definition.map(|d| d.priority);
        let words = match (&subject.alarm, usual) {
            (Some(alarm), Some(from)) if alarm.escalated_ms.is_some() && from != alarm.priority => {
                format!(
                    "· {} priority, escalated from {}",
                    priority_word(alarm.priority),
                    from.name()
                )
            }
            (Some(alarm), _) => format!("· {} priority", priority_word(alarm.priority)),
            (None, Some(usual)) => format!("· {} priority", priority_word(usual)),
            (None, None) => String::new(),
        };
        ui.label(RichText::new(words).color(look.theme.quiet));
    });
}

/// Why it is not among the others.
fn aside_ui(ui: &mut Ui, look: &Look, alarm: &crate::alarms::Alarm) {
    for (_, words) in set_aside(look, alarm) {
        let frame = Frame::new()
            .fill(look.theme.ground)
            .stroke(Stroke::new(1.0, look.theme.line))
            .corner_radius(4)
            .inner_margin(Margin::symmetric(8, 4));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.add(Label::new(RichText::new(words).color(look.theme.text)).wrap());
        });
    }
}

/// The alarm has come back since: what is shown is an earlier occurrence.
fn newer_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    subject: &Subject,
    alarm: &crate::alarms::Alarm,
    actions: &mut Vec<Action>,
) {
    let Some(newer) = of_id(farm, &subject.id).filter(|n| n.key > alarm.key) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let when = crate::panels::format::time(newer.raised_ms, look.now_ms, look.zone);
        ui.label(format!("Raised again {when}."));
        if ui.link("Show that").clicked() {
            actions.push(Action::ShowAlarm(newer.key));
        }
    });
}
