//! The strip at the top of a further window: what it shows, from where, and how the farm is.

use bevy_egui::egui::{
    Align, Button, ComboBox, Layout, PopupCloseBehavior, RichText, Ui, WidgetInfo, WidgetType,
};
use egui_phosphor::regular as icon;

use super::turbine_choice::turbine_choice_ui;
use super::{Shows, Vantage};
use crate::panels::banner::counts;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::link::link_ui;
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
    let standing = counts(farm);
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

#[cfg(test)]
mod tests {
    use bevy_egui::egui;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::theme::{Theme, dress};

    fn strip(shows: &Shows, follows: bool, width: f32) -> Harness<'static, HeaderRequest> {
        let (shows, theme) = (shows.clone(), Theme::default());
        let mut is_dressed = false;
        let mut harness = Harness::builder()
            .with_size(egui::vec2(width, 500.0))
            .build_ui_state(
                move |ui, asked: &mut HeaderRequest| {
                    if !std::mem::replace(&mut is_dressed, true) {
                        dress(ui.ctx(), &theme);
                        return;
                    }
                    let look = Look {
                        theme: &theme,
                        zone: &TimeZone::UTC,
                        now_ms: 0,
                    };
                    let shown = Shown {
                        shows: &shows,
                        follows,
                        fullscreen: true,
                    };
                    let request = header_ui(ui, &look, &Farm::default(), shown, &mut String::new());
                    if request != HeaderRequest::default() {
                        *asked = request;
                    }
                },
                HeaderRequest::default(),
            );
        harness.run_steps(3);
        harness
    }

    #[test]
    fn the_strip_chooses_what_the_window_shows() {
        let mut harness = strip(&Shows::default(), false, 1280.0);
        harness.get_by_label("This window shows: Farm").click();
        harness.run_steps(3);
        harness.get_by_label("Alarms").click();
        harness.run_steps(3);
        let alarms = Shows::choices().find(|s| s.title() == "Alarms");
        assert_eq!(harness.state().shows, alarms);
    }

    #[test]
    fn the_strip_chooses_from_where_the_farm_is_seen_and_whether_the_camera_follows() {
        let mut harness = strip(&Shows::default(), true, 1280.0);
        harness.get_by_label("Seen: From above").click();
        harness.run_steps(3);
        harness.get_by_label("From the north").click();
        harness.run_steps(3);
        let north = Shows::Farm(Vantage("north".to_owned()));
        assert_eq!(harness.state().shows, Some(north));
        harness.get_by_label("Follow the selection").click();
        harness.run_steps(3);
        assert_eq!(harness.state().follows, Some(false));
    }

    #[test]
    fn everything_in_the_strip_has_a_name_and_keeps_to_a_narrow_window() {
        for width in [400.0, 700.0, 1280.0] {
            let harness = strip(&Shows::default(), false, width);
            for name in [
                "This window shows: Farm",
                "Seen: From above",
                "Follow the selection",
                "The whole farm in view (F)",
                "Leave the full screen (F11)",
                "Close this window (Ctrl+W)",
            ] {
                let rect = harness.get_by_label(name).rect();
                assert!(
                    rect.right() <= width && rect.left() >= 0.0,
                    "{name}: {rect} of {width}"
                );
            }
        }
    }
}
