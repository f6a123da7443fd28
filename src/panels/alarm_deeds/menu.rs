//! The menu of a row, or of all rows that are selected: every deed, and where else to look.

use bevy_egui::egui::{Button, RichText, Ui};

use super::{AlarmDialogs, AskFor, subject};
use crate::access::Permission;
use crate::action::Action;
use crate::alarms::{Alarm, AlarmId, AlarmKey};
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::add_if;

/// What a menu acts on.
#[derive(Debug, Clone, Copy)]
pub struct DeedsOf<'a> {
    /// The occurrences, all of them on screen: what is acknowledged and reset.
    pub on_screen: &'a [&'a Alarm],
    /// The alarms: what is shelved, taken out of service and commented on.
    pub ids: &'a [AlarmId],
    /// The row that was clicked.
    pub row: Option<&'a Alarm>,
    /// What is copied: the row as text.
    pub text: &'a str,
}

/// Fills the menu.
pub fn deeds_menu_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    of: DeedsOf,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    if of.ids.len() > 1 {
        ui.label(look.quiet(subject(of.ids)));
    }
    let keys = |wanted: fn(&&&Alarm) -> bool| -> Vec<AlarmKey> {
        of.on_screen.iter().filter(wanted).map(|a| a.key).collect()
    };
    let unacknowledged = keys(|a| a.is_unacknowledged());
    let latched = keys(|a| a.is_latched());
    let item = |ui: &mut Ui, permission: Option<Permission>, is_there: bool, words: &str| {
        let may = permission.map_or(Ok(()), |permission| farm.desk.may(permission));
        let text = RichText::new(words).color(look.text_color(is_there && may.is_ok()));
        ui.add_enabled_ui(is_there, |ui| add_if(ui, may, Button::new(text)).clicked())
            .inner
    };
    let laid = |id: &&AlarmId| farm.desk.alarms.and_then(|a| a.laid_aside_of(id));
    let shelved: Vec<AlarmId> = of
        .ids
        .iter()
        .filter(|id| laid(id).is_some_and(|l| l.shelf.is_some()))
        .cloned()
        .collect();
    let (out, in_service): (Vec<AlarmId>, Vec<AlarmId>) = of
        .ids
        .iter()
        .cloned()
        .partition(|id| laid(&id).is_some_and(|l| l.out_of_service.is_some()));
    if item(
        ui,
        Some(Permission::Acknowledge),
        !unacknowledged.is_empty(),
        "Acknowledge",
    ) {
        actions.push(Action::Acknowledge(unacknowledged));
    }
    if item(ui, Some(Permission::Reset), !latched.is_empty(), "Reset") {
        actions.push(Action::Reset(latched));
    }
    if item(ui, Some(Permission::Shelve), !of.ids.is_empty(), "Shelve…") {
        dialogs.ask(AskFor::Shelve, of.ids.to_vec());
    }
    if !shelved.is_empty() && item(ui, Some(Permission::Shelve), true, "Unshelve") {
        actions.push(Action::Unshelve(shelved));
    }
    if !in_service.is_empty()
        && item(
            ui,
            Some(Permission::OutOfService),
            true,
            "Take out of service…",
        )
    {
        dialogs.ask(AskFor::TakeOutOfService, in_service);
    }
    if !out.is_empty()
        && item(
            ui,
            Some(Permission::OutOfService),
            true,
            "Return to service",
        )
    {
        actions.push(Action::ReturnToService(out));
    }
    if item(
        ui,
        Some(Permission::Comment),
        !of.ids.is_empty(),
        "Comment…",
    ) {
        dialogs.ask(AskFor::Comment, of.ids.to_vec());
    }
    ui.separator();
    if let Some(alarm) = of.row {
        elsewhere_ui(ui, farm, alarm, actions);
    }
    if ui.button("Copy").clicked() {
        ui.ctx().copy_text(of.text.to_owned());
    }
}

fn elsewhere_ui(ui: &mut Ui, farm: &Farm, alarm: &Alarm, actions: &mut Vec<Action>) {
    if ui.button("Show detail").clicked() {
        actions.push(Action::ShowAlarm(alarm.key));
    }
    let turbine = farm.scene.and_then(|scene| scene.turbine(alarm.turbine));
    let is_there = turbine.is_some_and(|turbine| turbine.id == alarm.turbine_id);
    if is_there && ui.button("Show on farm").clicked() {
        actions.push(Action::FlyTo(alarm.turbine));
    }
    if let Some(rule) = alarm.source.rule()
        && ui.button("Edit rule").clicked()
    {
        actions.push(Action::EditRule(Some(rule)));
    }
}
