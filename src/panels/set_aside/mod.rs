//! What is shelved, suppressed or out of service: three lists, one at a time, with their counts.

use std::collections::HashSet;
use std::sync::Arc;

use bevy_egui::egui::{Align, Button, Layout, RichText, Ui, WidgetInfo, WidgetType};

mod empty;
mod rows;
mod table;

use crate::access::Permission;
use crate::action::Action;
use crate::alarms::{Alarm, AlarmId, SetAside};
use crate::panels::alarm_deeds::{AlarmDialogs, AskFor};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::shortcuts::Shortcut;
use crate::panels::widgets::add_if;
pub use rows::{SetAsideLists, lists};

/// What the pane remembers between frames.
#[derive(Debug, Default)]
pub struct SetAsideState {
    /// The list that is shown.
    pub shows: Option<SetAside>,
    /// The alarms that are selected.
    pub selected: HashSet<AlarmId>,
    cached: Option<(u64, Arc<SetAsideLists>)>,
}

impl SetAsideState {
    /// The three lists. Made anew only when alarms have changed.
    pub fn lists(&mut self, farm: &Farm) -> Arc<SetAsideLists> {
        let fresh = self
            .cached
            .take()
            .filter(|(of, _)| *of == farm.alarms_revision);
        let make = || (farm.alarms_revision, Arc::new(lists(farm)));
        let (_, lists) = self.cached.insert(fresh.unwrap_or_else(make));
        Arc::clone(lists)
    }

    /// The list that is shown: the one that was chosen, else the first with anything in it.
    fn shown(&self, lists: &SetAsideLists) -> SetAside {
        let has_any = |of: &SetAside| !lists.of(*of).is_empty();
        let first = SHOWN.into_iter().find(has_any);
        self.shows.or(first).unwrap_or(SetAside::Shelved)
    }

    /// The selected alarms of the list that is shown.
    fn selected_ids(&mut self, farm: &Farm) -> (SetAside, Vec<AlarmId>) {
        let lists = self.lists(farm);
        let shown = self.shown(&lists);
        let rows = lists.of(shown).iter();
        let ids = rows.filter(|row| self.selected.contains(&row.id));
        (shown, ids.map(|row| row.id.clone()).collect())
    }
}

/// The lists in their order.
const SHOWN: [SetAside; 3] = [
    SetAside::Shelved,
    SetAside::Suppressed,
    SetAside::OutOfService,
];

/// The name of a list.
fn name(of: SetAside) -> &'static str {
    match of {
        SetAside::Shelved => "Shelved",
        SetAside::Suppressed => "Suppressed",
        SetAside::OutOfService => "Out of service",
    }
}

/// What is shelved, suppressed or out of service.
pub fn set_aside_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut SetAsideState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let lists = state.lists(farm);
    ui.horizontal(|ui| {
        let shown = state.shown(&lists);
        for of in SHOWN {
            let count = format::count(lists.of(of).len() as u64);
            let words = format!("{} {count}", name(of));
            let text = RichText::new(&words).color(look.text_color(of == shown));
            let response = ui.add(Button::new(text).selected(of == shown));
            response.widget_info(|| {
                WidgetInfo::selected(WidgetType::Button, true, of == shown, words.clone())
            });
            if response.clicked() {
                state.shows = Some(of);
                state.selected.clear();
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            deeds_ui(ui, look, farm, state, dialogs, actions);
        });
    });
    ui.add_space(4.0);
    let shown = state.shown(&lists);
    if lists.of(shown).is_empty() {
        empty::empty_list_ui(ui, look, shown);
    } else {
        table::table_ui(
            ui,
            look,
            farm,
            state,
            (shown, lists.of(shown)),
            dialogs,
            actions,
        );
    }
}

/// What can be done with all that is selected.
fn deeds_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    state: &mut SetAsideState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let (shown, ids) = state.selected_ids(farm);
    let button = |ui: &mut Ui, permission: Permission, words: &str| {
        let may = farm.desk.may(permission);
        let is_there = !ids.is_empty();
        let text = RichText::new(words).color(look.text_color(is_there && may.is_ok()));
        ui.add_enabled_ui(is_there, |ui| add_if(ui, may, Button::new(text)).clicked())
            .inner
    };
    let selected = match ids.len() {
        0 => "selected".to_owned(),
        n => format!("{} selected", format::count(n as u64)),
    };
    match shown {
        SetAside::Shelved => {
            if button(ui, Permission::Shelve, &format!("Unshelve {selected}")) {
                actions.push(Action::Unshelve(ids.clone()));
            }
            if button(ui, Permission::Shelve, "Shelve anew…") {
                dialogs.ask(AskFor::Shelve, ids.clone());
            }
        }
        SetAside::OutOfService => {
            let words = format!("Return {selected} to service");
            if button(ui, Permission::OutOfService, &words) {
                actions.push(Action::ReturnToService(ids.clone()));
            }
        }
        SetAside::Suppressed => {
            ui.label(look.quiet("They come back by themselves"));
        }
    }
}

/// How many alarms are set aside: those that stand, and those that are laid aside and normal.
pub fn set_aside_count(farm: &Farm) -> usize {
    let Some(alarms) = farm.desk.alarms else {
        return 0;
    };
    let is_laid = |alarm: &&Alarm| alarm.shelf.is_some() || alarm.out_of_service.is_some();
    let suppressed_only = alarms.set_aside().iter().filter(|alarm| !is_laid(alarm));
    alarms.laid_aside().count() + suppressed_only.count()
}

/// Does what a key asks while the pane is where the keyboard is.
pub fn follow_key(
    shortcut: Shortcut,
    farm: &Farm,
    state: &mut SetAsideState,
    dialogs: &mut AlarmDialogs,
    actions: &mut Vec<Action>,
) {
    let (shown, ids) = state.selected_ids(farm);
    if ids.is_empty() {
        return;
    }
    let may = |permission| farm.desk.may(permission).is_ok();
    match (shortcut, shown) {
        (Shortcut::Unshelve, SetAside::Shelved) if may(Permission::Shelve) => {
            actions.push(Action::Unshelve(ids));
        }
        (Shortcut::Unshelve, SetAside::OutOfService) if may(Permission::OutOfService) => {
            actions.push(Action::ReturnToService(ids));
        }
        (Shortcut::Shelve, SetAside::Shelved) if may(Permission::Shelve) => {
            dialogs.ask(AskFor::Shelve, ids);
        }
        (Shortcut::Comment, _) if may(Permission::Comment) => {
            dialogs.ask(AskFor::Comment, ids);
        }
        _ => {}
    }
}
