//! Buttons on the view's edge: what is shown in it beside the plant.

use bevy_egui::egui::{
    Align2, Area, Button, Color32, Context, Id, Margin, Order, Popup, Rect, Response, RichText, Ui,
    WidgetInfo, WidgetType, vec2,
};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::panels::commands::{COMMANDS, Command, Does, is_shown};
use crate::panels::frame::{Farm, Look};
use crate::panels::legend::{card, colour_menu_ui};
use crate::theme::LARGE;
use crate::view::Overlay;

/// From the view's right upper corner: below the compass.
const CORNER: [f32; 2] = [-16.0, 68.0];
const BUTTON: f32 = 28.0;

/// The bar; returns where it lies. `None` without a scene, or where the view is too small.
pub fn overlay_bar_ui(
    ctx: &Context,
    look: &Look,
    farm: &Farm,
    area: Rect,
    actions: &mut Vec<Action>,
) -> Option<Rect> {
    farm.scene?;
    if area.width() < 420.0 || area.height() < 320.0 {
        return None;
    }
    let at = area.right_top() + vec2(CORNER[0], CORNER[1]);
    let response = Area::new(Id::new("overlay bar"))
        .order(Order::Middle)
        .pivot(Align2::RIGHT_TOP)
        .fixed_pos(at)
        .constrain(false)
        .fade_in(false)
        .show(ctx, |ui| {
            card(look).inner_margin(Margin::same(4)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                buttons_ui(ui, look, farm, actions);
            });
        });
    Some(response.response.rect)
}

fn buttons_ui(ui: &mut Ui, look: &Look, farm: &Farm, actions: &mut Vec<Action>) {
    let is_by_signal = farm.view.scale.is_some();
    let name = "What the colours tell";
    let colour = toggle_ui(ui, look, icon::PALETTE, is_by_signal, name, name);
    Popup::menu(&colour).show(|ui| colour_menu_ui(ui, look, farm, actions));
    for command in COMMANDS {
        let Does::Toggle(overlay) = command.does else {
            continue;
        };
        let shown = is_shown(farm, overlay);
        let hint = hint(command, overlay, shown);
        let name = format!("{} in the view", command.name);
        if toggle_ui(ui, look, command.icon, shown, &name, &hint).clicked() {
            actions.push(Action::Show(overlay, !shown));
        }
    }
}

/// `Hide numbers: the value that colours tell, at each turbine (N)`
fn hint(command: &Command, overlay: Overlay, shown: bool) -> String {
    let of = Overlay::ALL.iter().find(|(o, ..)| *o == overlay);
    let verb = if shown { "Hide" } else { "Show" };
    let what = of.map_or("", |(_, _, what)| what);
    let keys = match command.keys {
        "" => String::new(),
        keys => format!(" ({keys})"),
    };
    format!("{verb} {}{keys}\n{what}", command.name.to_lowercase())
}

fn toggle_ui(
    ui: &mut Ui,
    look: &Look,
    glyph: &str,
    is_on: bool,
    name: &str,
    hint: &str,
) -> Response {
    let tone = if is_on {
        look.theme.accent
    } else {
        look.theme.quiet
    };
    let fill = if is_on {
        ui.visuals().selection.bg_fill
    } else {
        Color32::TRANSPARENT
    };
    let text = RichText::new(glyph).size(LARGE).color(tone);
    let button = Button::new(text)
        .min_size(vec2(BUTTON, BUTTON))
        .fill(fill)
        .frame_when_inactive(is_on);
    let response = ui.add(button);
    let info = || WidgetInfo::selected(WidgetType::Button, true, is_on, name);
    response.widget_info(info);
    response.on_hover_text(hint)
}
