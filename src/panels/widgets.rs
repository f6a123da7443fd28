//! Small widgets that several panels share.

use bevy_egui::egui::{
    self, Align2, Button, CornerRadius, Rect, Response, RichText, Sense, Shape, Stroke, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::access::Denied;
use crate::scene::Priority;
use crate::theme::{LARGE, MarkFill, Theme, paint_mark, paint_unknown_mark};

/// The mark of a priority, `size` points across, named for screen readers.
pub fn mark_ui(
    ui: &mut Ui,
    theme: &Theme,
    priority: Priority,
    size: f32,
    filled: bool,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    paint_mark(
        ui.painter(),
        rect.center(),
        size * 0.9,
        priority,
        MarkFill::flash(filled),
        theme,
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, priority_word(priority)));
    response
}

/// The mark of what is not known, `size` points across, named for screen readers.
pub fn unknown_mark_ui(ui: &mut Ui, theme: &Theme, size: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    paint_unknown_mark(ui.painter(), rect.center(), size * 0.9, theme);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "Unknown"));
    response
}

/// The priority in one word, as a sentence begins.
pub fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "Critical",
        Priority::High => "High",
        Priority::Medium => "Medium",
        Priority::Low => "Low",
    }
}

/// A button that is an icon; `name` is its tooltip and what screen readers say.
pub fn icon_button_ui(ui: &mut Ui, icon: &str, name: &str) -> Response {
    let button = Button::new(RichText::new(icon).size(LARGE)).frame_when_inactive(false);
    let response = ui.add(button);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, ui.is_enabled(), name));
    response.on_hover_text(name)
}

/// A button for what takes a role: disabled where the user lacks it, with the reason to read under the
/// pointer and for screen readers.
pub fn button_if<'a>(
    ui: &mut Ui,
    may: Result<(), Denied>,
    text: impl egui::IntoAtoms<'a>,
) -> Response {
    add_if(ui, may, Button::new(text))
}

/// Any widget for what takes a role, as [`button_if`].
pub fn add_if(ui: &mut Ui, may: Result<(), Denied>, widget: impl egui::Widget) -> Response {
    let response = ui.add_enabled(may.is_ok(), widget);
    denied_ui(ui, &response, may);
    response
}

/// Says at a widget that is disabled for want of a role why it is.
pub fn denied_ui(ui: &Ui, response: &Response, may: Result<(), Denied>) {
    if let Err(denied) = may {
        let reason = denied.to_string();
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_description(reason.clone());
        });
        response.clone().on_disabled_hover_text(reason);
    }
}

/// A bar that shows where a value lies in its normal range; a wedge at the end when it is outside.
pub fn range_bar_ui(ui: &mut Ui, theme: &Theme, value: Option<f64>, range: [f64; 2], width: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 16.0), Sense::hover());
    let [low, high] = range;
    let track = Rect::from_center_size(rect.center(), vec2(rect.width(), 6.0));
    let corner = CornerRadius::same(2);
    ui.painter().rect_filled(track, corner, theme.line);
    let span = high - low;
    if let (Some(value), true) = (value, span.is_finite() && span > 0.0) {
        let share = ((value - low) / span) as f32;
        let x = track.left() + track.width() * share.clamp(0.0, 1.0);
        let filled = Rect::from_min_max(track.min, pos2(x, track.bottom()));
        ui.painter().rect_filled(filled, corner, theme.quiet);
        let ink = theme.text;
        if (0.0..=1.0).contains(&share) {
            let tick = [pos2(x, track.top() - 3.0), pos2(x, track.bottom() + 3.0)];
            ui.painter().line_segment(tick, Stroke::new(2.0, ink));
        } else {
            let (tip, back) = if share > 1.0 {
                (track.right(), track.right() - 6.0)
            } else {
                (track.left(), track.left() + 6.0)
            };
            let wedge = vec![
                pos2(tip, track.center().y),
                pos2(back, track.top() - 3.0),
                pos2(back, track.bottom() + 3.0),
            ];
            ui.painter()
                .add(Shape::convex_polygon(wedge, ink, Stroke::NONE));
        }
    }
    response.on_hover_text(format!(
        "Normal range {} to {}",
        crate::wording::number(low, None),
        crate::wording::number(high, None)
    ));
}

/// A section's heading: small, quiet, with a hairline above it unless it is the first.
pub fn section_ui(ui: &mut Ui, theme: &Theme, title: &str) {
    ui.add_space(12.0);
    ui.separator();
    ui.label(
        crate::theme::strong(title)
            .size(crate::theme::SMALL)
            .color(theme.quiet),
    );
    ui.add_space(4.0);
}

/// Text painted right-aligned in a box of its own width, so that columns of numbers line up.
pub fn right_aligned_ui(ui: &mut Ui, width: f32, text: RichText) -> Response {
    let size = vec2(width, ui.spacing().interact_size.y.min(20.0));
    ui.allocate_ui_with_layout(
        size,
        egui::Layout::right_to_left(egui::Align::Center),
        |ui| {
            ui.set_min_size(size);
            ui.add(egui::Label::new(text).truncate())
        },
    )
    .inner
}

/// Text painted left-aligned in a box of its own width, cut off with an ellipsis.
pub fn left_aligned_ui(ui: &mut Ui, width: f32, text: RichText) -> Response {
    let size = vec2(width, ui.spacing().interact_size.y.min(20.0));
    ui.allocate_ui_with_layout(
        size,
        egui::Layout::left_to_right(egui::Align::Center),
        |ui| {
            ui.set_min_size(size);
            ui.add(egui::Label::new(text).truncate())
        },
    )
    .inner
}

/// A filled, a hollow or a crossed disc: live, connecting, not connected.
pub fn link_shape_ui(ui: &mut Ui, theme: &Theme, live: Option<bool>) {
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    let (painter, center) = (ui.painter(), rect.center());
    let ink = Stroke::new(1.5, theme.text);
    match live {
        Some(true) => {
            painter.circle_filled(center, 5.0, theme.text);
        }
        None => {
            painter.circle_stroke(center, 4.5, ink);
        }
        Some(false) => {
            painter.circle_stroke(center, 5.0, ink);
            let arm = vec2(3.5, 3.5);
            painter.line_segment([center - arm, center + arm], ink);
        }
    }
}

/// Paints a small square of a colour with a rim, for a rule without an alarm.
pub fn swatch_ui(ui: &mut Ui, theme: &Theme, color: Option<[u8; 3]>, size: f32) {
    let (rect, _) = ui.allocate_exact_size(vec2(size, size), Sense::hover());
    let rect = Align2::CENTER_CENTER.anchor_size(rect.center(), vec2(size, size) * 0.7);
    // Of the scene, not of the theme.
    let fill = color.map_or(theme.panel, |[r, g, b]| egui::Color32::from_rgb(r, g, b));
    let rim = Stroke::new(1.0, theme.mark_ink);
    ui.painter()
        .rect(rect, 2.0, fill, rim, egui::StrokeKind::Inside);
}
