//! The strip at the top of a further window: what it shows, from where, and how the farm is.

use bevy_egui::egui::{
    Align, Button, ComboBox, Layout, PopupCloseBehavior, RichText, Ui, WidgetInfo, WidgetType,
};
use egui_phosphor::regular as icon;

use super::turbine_choice::turbine_choice_ui;
use super::{Shows, Vantage};
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::link::link_ui;
use crate::panels::top_bar::counts;
use crate::panels::widgets::{icon_button_ui, mark_ui, priority_word};
use crate::theme::{LARGE, strong};

/// The strip's height, points: the first window's.
pub(super) const HEIGHT: f32 = 40.0;

/// What the strip shows of its window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    pub shows: &'a Shows,
    pub follows: bool,
    pub fullscreen: bool,
}

/// What was asked for in the strip.
#[derive(Debug, Default, PartialEq)]
pub(super) struct HeaderRequest {
    pub shows: Option<Shows>,
    pub follows: Option<bool>,
    pub fit: bool,
    pub fullscreen: bool,
    pub close: bool,
}

/// The strip. `filter` is what is typed to find a turbine.
pub(super) fn header_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    shown: Shown,
    filter: &mut String,
) -> HeaderRequest {
    let mut request = HeaderRequest::default();
    let width = ui.available_width();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        // A window that fills its monitor has no frame to close it by.
        if shown.fullscreen {
            request.close = icon_button_ui(ui, icon::X, "Close this window (Ctrl+W)").clicked();
        }
        let (glyph, name) = if shown.fullscreen {
            (icon::CORNERS_IN, "Leave the full screen (F11)")
        } else {
            (icon::CORNERS_OUT, "Full screen (F11)")
        };
        request.fullscreen = icon_button_ui(ui, glyph, name).clicked();
        if width > 560.0 {
            ui.label(strong(format::clock(look.now_ms, look.zone)).size(LARGE))
                .on_hover_text(format::utc(look.now_ms));
            ui.add_space(4.0);
            counts_ui(ui, look, farm);
        }
        let room = ui.available_size();
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            shows_ui(ui, shown.shows, &mut request);
            match shown.shows {
                Shows::Farm(vantage) => {
                    vantage_ui(ui, look, farm, vantage, filter, &mut request);
                    camera_ui(ui, shown.follows, width > 760.0, &mut request);
                }
                Shows::Turbine(of) => {
                    turbine_ui(ui, look, farm, of.as_deref(), filter, &mut request);
                }
                Shows::Panel(_) => {}
            }
            if width > 980.0 {
                ui.add_space(8.0);
                link_ui(ui, look, farm.telemetry);
            }
        });
    });
    request
}

/// The marks of the priorities that stand, and how many of each.
fn counts_ui(ui: &mut Ui, look: &Look, farm: &Farm) {
    let standing = counts(farm.standing);
    let mut any = false;
    for (priority, counts) in standing.into_iter().rev() {
        if counts.active == 0 && counts.unacknowledged == 0 {
            continue;
        }
        any = true;
        let number = format::count(counts.active as u64);
        let words = format!(
            "{}: {} active, {} unacknowledged",
            priority_word(priority),
            counts.active,
            counts.unacknowledged
        );
        ui.label(strong(number).size(LARGE)).on_hover_text(words);
        let filled = counts.unacknowledged == 0 || look.flash_is_filled();
        mark_ui(ui, look.theme, priority, 20.0, filled);
    }
    if !any && farm.scene.is_some() {
        ui.label(look.quiet("No alarms"));
    }
}

fn shows_ui(ui: &mut Ui, shows: &Shows, request: &mut HeaderRequest) {
    let combo = ComboBox::from_id_salt("what it shows")
        .selected_text(shows.title())
        .width(132.0)
        .show_ui(ui, |ui| {
            for choice in Shows::choices() {
                let is_present = choice.is_alike(shows);
                if ui.selectable_label(is_present, choice.title()).clicked() && !is_present {
                    request.shows = Some(choice);
                }
            }
        });
    combo.response.widget_info(|| {
        let words = format!("This window shows: {}", shows.title());
        WidgetInfo::labeled(WidgetType::ComboBox, true, words)
    });
}

fn vantage_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    vantage: &Vantage,
    filter: &mut String,
    request: &mut HeaderRequest,
) {
    let mut chosen = None;
    let combo = ComboBox::from_id_salt("vantage")
        .selected_text(vantage.words())
        .width(168.0)
        .height(420.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            for (name, words) in Vantage::DIRECTIONS {
                if ui.selectable_label(vantage.0 == name, words).clicked() {
                    chosen = Some(name.to_owned());
                }
            }
            if let Some(scene) = farm.scene {
                ui.separator();
                let turbine = turbine_choice_ui(ui, look, scene, Some(&vantage.0), filter);
                chosen = chosen.take().or(turbine);
            }
            if chosen.is_some() {
                ui.close();
            }
        });
    combo.response.widget_info(|| {
        let words = format!("Seen: {}", vantage.words());
        WidgetInfo::labeled(WidgetType::ComboBox, true, words)
    });
    if let Some(name) = chosen {
        request.shows = Some(Shows::Farm(Vantage(name)));
    }
}

fn camera_ui(ui: &mut Ui, follows: bool, in_words: bool, request: &mut HeaderRequest) {
    let name = "Follow the selection";
    let text = if in_words {
        format!("{}  {name}", icon::CROSSHAIR_SIMPLE)
    } else {
        icon::CROSSHAIR_SIMPLE.to_owned()
    };
    let response = ui
        .add(Button::selectable(follows, RichText::new(text)))
        .on_hover_text("The camera of this window flies to every turbine that is selected");
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, follows, name));
    if response.clicked() {
        request.follows = Some(!follows);
    }
    request.fit = icon_button_ui(ui, icon::ARROWS_OUT, "The whole farm in view (F)").clicked();
}

fn turbine_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    of: Option<&str>,
    filter: &mut String,
    request: &mut HeaderRequest,
) {
    const SELECTED: &str = "The selected one";
    let mut chosen = None;
    let combo = ComboBox::from_id_salt("which turbine")
        .selected_text(of.unwrap_or(SELECTED))
        .width(168.0)
        .height(420.0)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            if ui.selectable_label(of.is_none(), SELECTED).clicked() {
                chosen = Some(None);
            }
            if let Some(scene) = farm.scene {
                ui.separator();
                let turbine = turbine_choice_ui(ui, look, scene, of, filter);
                chosen = chosen.take().or(turbine.map(Some));
            }
            if chosen.is_some() {
                ui.close();
            }
        });
    combo.response.widget_info(|| {
        let words = format!("Turbine: {}", of.unwrap_or(SELECTED));
        WidgetInfo::labeled(WidgetType::ComboBox, true, words)
    });
    request.shows = chosen.map(Shows::Turbine);
}
