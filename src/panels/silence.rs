//! The button that stops the sound of alarms, and what is said of it.

use bevy_egui::egui::{Button, RichText, Slider, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use crate::action::Action;
use crate::panels::frame::Look;
use crate::sound::Sound;
use crate::theme::LARGE;

/// Stops the present sound; without one, turns sound off or on. Nothing where there is no output.
pub fn silence_ui(ui: &mut Ui, look: &Look, sound: &Sound) -> Option<Action> {
    if !sound.has_output {
        return None;
    }
    let is_heard = sound.is_on && sound.is_sounding;
    let (glyph, name, asked) = match (sound.is_on, is_heard) {
        (_, true) => (icon::SPEAKER_HIGH, "Silence (Q)", Action::Silence),
        (true, _) => (
            icon::SPEAKER_HIGH,
            "Turn the sound off",
            Action::SetSound(false),
        ),
        (false, _) => (
            icon::SPEAKER_SLASH,
            "Turn the sound on",
            Action::SetSound(true),
        ),
    };
    let ink = look.text_color(is_heard || !sound.is_on);
    let glyph = RichText::new(glyph).size(LARGE).color(ink);
    let button = Button::new(glyph)
        .selected(is_heard)
        .frame_when_inactive(is_heard);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
    let hint = match (&sound.trouble, is_heard) {
        (Some(trouble), _) => format!("{name}\n{trouble}"),
        (None, true) => format!("{name}\nAcknowledges nothing; a new alarm is heard again."),
        (None, false) => format!("{name}\nThe other mouse button: how loud."),
    };
    let response = response.on_hover_text(hint);
    let mut volume = sound.volume;
    let slider = Slider::new(&mut volume, 0.0..=1.0)
        .custom_formatter(|share, _| format!("{:.0} %", share * 100.0))
        .text("Volume");
    response.context_menu(|ui| {
        ui.add(slider);
    });
    if volume != sound.volume {
        return Some(Action::SetVolume(volume));
    }
    response.clicked().then_some(asked)
}
