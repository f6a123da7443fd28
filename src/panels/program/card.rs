//! A wide button with an icon, a title and a line that says what it does.

use bevy_egui::egui::{
    Align2, FontId, Response, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::panels::frame::Look;
use crate::theme::{BODY, SMALL, TITLE, semibold};

const HEIGHT: f32 = 64.0;

/// What stands on a card.
pub(super) struct Card<'a> {
    pub icon: &'a str,
    pub title: &'a str,
    pub words: &'a str,
    /// The key that does the same.
    pub key: &'a str,
}

/// The button, as wide as there is room.
pub(super) fn card_ui(ui: &mut Ui, look: &Look, card: &Card) -> Response {
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let visuals = ui.style().interact(&response);
    let is_lifted = response.hovered() || response.is_pointer_button_down_on();
    let fill = if is_lifted {
        visuals.bg_fill
    } else {
        look.theme.panel
    };
    let rim = if is_lifted {
        visuals.bg_stroke
    } else {
        ui.visuals().window_stroke
    };
    let painter = ui.painter();
    painter.rect(rect, 4.0, fill, rim, StrokeKind::Inside);
    let middle = rect.center().y;
    painter.text(
        pos2(rect.left() + 32.0, middle),
        Align2::CENTER_CENTER,
        card.icon,
        FontId::proportional(TITLE),
        look.theme.text,
    );
    let key_width = if card.key.is_empty() { 0.0 } else { 64.0 };
    let x = rect.left() + 64.0;
    let room = (rect.right() - 16.0 - key_width - x).max(40.0);
    let line = |text: &str, font: FontId, ink| {
        let mut job =
            bevy_egui::egui::text::LayoutJob::simple_singleline(text.to_owned(), font, ink);
        job.wrap = bevy_egui::egui::text::TextWrapping::truncate_at_width(room);
        painter.layout_job(job)
    };
    let title = line(card.title, FontId::new(BODY, semibold()), look.theme.text);
    let words = line(card.words, FontId::proportional(SMALL), look.theme.quiet);
    painter.galley(pos2(x, middle - 20.0), title, look.theme.text);
    painter.galley(pos2(x, middle + 2.0), words, look.theme.quiet);
    painter.text(
        pos2(rect.right() - 16.0, middle),
        Align2::RIGHT_CENTER,
        card.key,
        FontId::proportional(SMALL),
        look.theme.quiet,
    );
    let name = card.title.to_owned();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    response
}
