//! What is in a further window: its strip, its keys, and below the strip the farm or a panel.

use bevy_egui::egui::{CentralPanel, Context, Frame, Margin, Panel, Popup, ScrollArea, Ui};

use super::draw::{Outcome, Scenery};
use super::farm_pane::farm_ui;
use super::flights::{fit, fly_to, send};
use super::header::{HEIGHT, HeaderRequest, Shown, header_ui};
use super::{Shows, SideView};
use crate::action::Action;
use crate::fleet::TurbineRow;
use crate::panels::alarm_deeds::dialogs_ui;
use crate::panels::alarm_list;
use crate::panels::frame::{self, empty_ui};
use crate::panels::layout::{Pane, pane_ui};
use crate::panels::set_aside;
use crate::panels::shortcuts::{Shortcut, pressed, view_action};
use crate::view::Manner;

/// Least width of the alarm list, points.
const LIST_WIDTH: f32 = 960.0;

/// What a window is called in its title.
pub(super) fn window_title(shows: &Shows, scene: Option<&str>) -> String {
    let what = match shows {
        Shows::Farm(vantage) => format!("Farm, {}", lower_first(vantage.words())),
        Shows::Turbine(Some(name)) => name.clone(),
        shows => shows.title().to_owned(),
    };
    let scene = scene.map_or(String::new(), |s| format!(" – {s}"));
    format!("{what}{scene} – Windvane")
}

fn lower_first(words: &str) -> String {
    // A turbine's name stays as it is.
    words
        .strip_prefix("From")
        .map_or_else(|| words.to_owned(), |rest| format!("from{rest}"))
}

pub(super) fn window_ui(
    ui: &mut Ui,
    side: &mut SideView,
    scenery: &Scenery,
    is_full: bool,
    out: &mut Outcome,
) {
    let context = ui.ctx().clone();
    // The fonts hold from the second pass on; nothing else clears the window.
    if !crate::theme::is_dressed(&context) {
        let ground = scenery.look.theme.ground;
        ui.painter().rect_filled(ui.max_rect(), 0.0, ground);
        return;
    }
    follow_keys(&context, side, scenery, out);
    let strip = Frame::new()
        .fill(scenery.look.theme.panel)
        .inner_margin(Margin::symmetric(12, 0));
    let request = Panel::top("strip")
        .exact_size(HEIGHT)
        .show_separator_line(true)
        .frame(strip)
        .show(ui, |ui| {
            let shown = Shown {
                shows: &side.shows,
                follows: side.follows,
                fullscreen: is_full,
            };
            header_ui(
                ui,
                &scenery.look,
                &scenery.panels,
                shown,
                &mut side.panel.choice,
            )
        })
        .inner;
    follow_header(request, side, scenery, out);
    match side.shows.clone() {
        Shows::Farm(vantage) => {
            CentralPanel::no_frame().show(ui, |ui| farm_ui(ui, side, &vantage, scenery, out));
        }
        shows => {
            let ground = Frame::new()
                .fill(scenery.look.theme.panel)
                .inner_margin(Margin::symmetric(12, 8));
            CentralPanel::default()
                .frame(ground)
                .show(ui, |ui| panel_ui(ui, side, &shows, scenery, out));
        }
    }
    if side.shows != Shows::Panel(Pane::Alarms) {
        side.panel.list.leave_screen();
    }
    let (look, dialogs) = (&scenery.look, &mut side.panel.panes.dialogs);
    dialogs_ui(&context, look, &scenery.panels, dialogs, &mut out.actions);
    side.panel.is_typing = context.text_edit_focused();
}

fn panel_ui(ui: &mut Ui, side: &mut SideView, shows: &Shows, scenery: &Scenery, out: &mut Outcome) {
    let mut farm = scenery.panels;
    let pane = match shows {
        Shows::Turbine(Some(name)) => {
            let Some(row) = row_of(&farm, name) else {
                let words = format!("There is no turbine {name} in this scene.");
                empty_ui(ui, &scenery.look, &words);
                return;
            };
            farm.selected = Some(row);
            Pane::Turbine
        }
        Shows::Panel(pane) => *pane,
        _ => Pane::Turbine,
    };
    let look = &scenery.look;
    let (list, panes) = (&mut side.panel.list, &mut side.panel.panes);
    // The alarm list's columns need some room: a narrow window is moved over it.
    let least = if pane == Pane::Alarms {
        LIST_WIDTH
    } else {
        0.0
    };
    let width = ui.available_width().max(least);
    ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
        ui.set_width(width);
        pane_ui(ui, pane, look, &farm, list, panes, &mut out.actions);
    });
}

fn row_of(farm: &frame::Farm, name: &str) -> Option<TurbineRow> {
    let at = farm.scene?.turbines.iter().position(|t| &*t.id == name)?;
    Some(TurbineRow(at as u32))
}

fn follow_keys(context: &Context, side: &mut SideView, scenery: &Scenery, out: &mut Outcome) {
    let is_taken = Popup::is_any_open(context) || side.panel.panes.dialogs.is_open();
    if std::mem::take(&mut side.panel.is_typing) || is_taken {
        return;
    }
    let has_list = side.shows == Shows::Panel(Pane::Alarms);
    let farm = &scenery.panels;
    let is_farm = matches!(side.shows, Shows::Farm(_));
    for shortcut in pressed(context, Manner::Orbit) {
        let (list, panes) = (&mut side.panel.list, &mut side.panel.panes);
        let (look, actions) = (&scenery.look, &mut out.actions);
        if side.shows == Shows::Panel(Pane::SetAside) {
            let of_pane = &mut panes.set_aside;
            set_aside::follow_key(shortcut, farm, of_pane, &mut panes.dialogs, actions);
        }
        match (shortcut, farm.selected) {
            (Shortcut::Silence, _) => actions.push(Action::Silence),
            (of_list, _) if has_list && alarm_list::is_of_list(of_list) => {
                alarm_list::follow_key(of_list, look, farm, list, &mut panes.dialogs, actions);
            }
            (Shortcut::FlyTo, _) if has_list && alarm_list::show_selected(farm, list, actions) => {}
            (Shortcut::Filter, _) if has_list => list.focus_filter = true,
            (Shortcut::Frame | Shortcut::FlyTo, Some(selected)) if is_farm => {
                fly_to(side, selected, scenery);
            }
            (Shortcut::Frame | Shortcut::FitAll, _) if is_farm => fit(side, scenery),
            (Shortcut::Leave, _) => {
                list.selected.clear();
                out.actions.push(Action::Select(None));
            }
            (Shortcut::TourNext | Shortcut::TourPrevious | Shortcut::Grid, selected) => {
                out.actions
                    .extend(view_action(shortcut, selected, &farm.view));
            }
            _ => {}
        }
    }
}

fn follow_header(
    request: HeaderRequest,
    side: &mut SideView,
    scenery: &Scenery,
    out: &mut Outcome,
) {
    if let Some(shows) = request.shows {
        let was_farm = matches!(side.shows, Shows::Farm(_));
        if let (true, Shows::Farm(vantage)) = (was_farm, &shows) {
            send(side, vantage, scenery);
        } else {
            side.flight = None;
        }
        side.shows = shows;
    }
    if let Some(follows) = request.follows {
        side.follows = follows;
        if let Some(selected) = scenery.panels.selected.filter(|_| follows) {
            fly_to(side, selected, scenery);
        }
    }
    if request.fit {
        fit(side, scenery);
    }
    out.fullscreen |= request.fullscreen;
    out.close |= request.close;
}
