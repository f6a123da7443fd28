//! The named views: go to one, save the present one, forget one, copy one into a scene file.

use bevy_egui::egui::{
    Align, Button, Context, Id, Label, Layout, Rect, TextEdit, Ui, Window, vec2,
};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::panels::frame::Look;
use crate::panels::widgets::icon_button_ui;
use crate::scene::NamedView;
use crate::view::{BUILT_IN, NamedViews, as_toml};

const WIDTH: f32 = 320.0;

/// What the list remembers between frames.
#[derive(Debug, Default)]
pub struct ViewsState {
    /// It is shown.
    pub is_open: bool,
    /// The name that is being typed for the present view.
    name: String,
}

/// The list, at the left upper corner of the view, until it is closed.
pub fn views_window_ui(
    ctx: &Context,
    look: &Look,
    named: &NamedViews,
    at: Rect,
    state: &mut ViewsState,
    actions: &mut Vec<Action>,
) {
    let mut is_open = state.is_open;
    Window::new("Views")
        .id(Id::new("named views"))
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .default_pos(at.left_top() + vec2(12.0, 12.0))
        .show(ctx, |ui| {
            ui.set_width(WIDTH);
            views_ui(ui, look, named, state, actions);
        });
    state.is_open &= is_open;
}

/// What is in the list.
pub fn views_ui(
    ui: &mut Ui,
    look: &Look,
    named: &NamedViews,
    state: &mut ViewsState,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        for name in BUILT_IN {
            if ui.button(name).clicked() {
                actions.push(Action::GoToView(name.to_owned()));
            }
        }
    });
    ui.add_space(4.0);
    for (at, view) in named.all().enumerate() {
        let is_own = named.user.iter().any(|own| own.name == view.name);
        row_ui(ui, look, at, view, is_own, actions);
    }
    if named.all().next().is_none() {
        ui.label(look.quiet("No named views yet: save this one, or list [[views]] in the scene."));
    }
    ui.add_space(4.0);
    ui.separator();
    save_ui(ui, named, state, actions);
    ui.horizontal(|ui| {
        let has_any = named.all().next().is_some();
        let copy = Button::new("Copy all as TOML");
        let response = ui.add_enabled(has_any, copy);
        if response
            .on_hover_text("To paste into the scene file")
            .clicked()
        {
            ui.ctx().copy_text(as_toml(named.all()));
        }
    });
    if let Some(note) = &named.note {
        ui.add(Label::new(look.quiet(note).color(look.theme.text)).wrap());
    }
}

fn row_ui(
    ui: &mut Ui,
    look: &Look,
    at: usize,
    view: &NamedView,
    is_own: bool,
    actions: &mut Vec<Action>,
) {
    ui.horizontal(|ui| {
        let number = if at < 9 {
            (at + 1).to_string()
        } else {
            String::new()
        };
        ui.add_sized([14.0, 20.0], Label::new(look.quiet(number)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if is_own {
                let forget = icon_button_ui(ui, icon::TRASH, &format!("Forget {}", view.name));
                if forget.clicked() {
                    actions.push(Action::ForgetView(view.name.clone()));
                }
            } else {
                ui.label(look.quiet("scene"))
                    .on_hover_text("Listed in the scene file");
            }
            let copy = icon_button_ui(ui, icon::COPY, &format!("Copy {} as TOML", view.name));
            if copy.clicked() {
                ui.ctx().copy_text(as_toml([view]));
            }
            let go = Button::new(&view.name)
                .truncate()
                .frame_when_inactive(false);
            let room = vec2(ui.available_width(), ui.spacing().interact_size.y);
            let response = ui
                .allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
                    ui.add(go)
                })
                .inner;
            if response.clicked() {
                actions.push(Action::GoToView(view.name.clone()));
            }
        });
    });
}

fn save_ui(ui: &mut Ui, named: &NamedViews, state: &mut ViewsState, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let label = ui.label("This view as");
        let hint = named.free_name();
        let field = TextEdit::singleline(&mut state.name)
            .hint_text(&hint)
            .char_limit(80)
            .desired_width(140.0);
        let response = ui.add(field).labelled_by(label.id);
        let is_entered =
            response.lost_focus() && ui.input(|i| i.key_pressed(bevy_egui::egui::Key::Enter));
        if ui.button("Save").clicked() || is_entered {
            let typed = std::mem::take(&mut state.name);
            let name = if typed.trim().is_empty() { hint } else { typed };
            actions.push(Action::SaveView(name));
        }
    });
}
