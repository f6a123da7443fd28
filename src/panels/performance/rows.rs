//! Each figure in a row beside its target; the priorities as bars.

use bevy_egui::egui::{
    Align2, CornerRadius, FontId, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2,
    vec2,
};
use egui_phosphor::regular as icon;

use super::worker::Shown;
use crate::alarms::performance::{Measure, Verdict};
use crate::panels::frame::Look;
use crate::scene::Priority;
use crate::theme::{BODY, LARGE, SMALL, strong};

const ROW: f32 = 22.0;
/// Where the figure ends and the target begins, points from the right.
const TARGET: f32 = 148.0;

/// Every figure, its target and how it does: a shape and a word, no colour.
pub(super) fn rows_ui(ui: &mut Ui, look: &Look, shown: &Shown) {
    let is_priority = |measure: &&Measure| measure.key.ends_with("_share");
    for measure in shown.measures.iter().filter(|m| !is_priority(m)) {
        row_ui(ui, look, measure);
    }
}

fn row_ui(ui: &mut Ui, look: &Look, measure: &Measure) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    if !ui.is_rect_visible(rect) {
        return;
    }
    let theme = look.theme;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let (glyph, is_loud) = shape(measure.verdict);
    let ink = if is_loud { theme.text } else { theme.quiet };
    let font = FontId::proportional;
    let y = rect.center().y;
    let left = pos2(rect.left(), y);
    painter.text(left, Align2::LEFT_CENTER, glyph, font(LARGE), ink);
    let name = pos2(rect.left() + 24.0, y);
    painter.text(
        name,
        Align2::LEFT_CENTER,
        measure.name,
        font(BODY),
        theme.text,
    );
    let value = match measure.target {
        // Its room is free.
        "" => pos2(rect.right() - 4.0, y),
        _ => pos2(rect.right() - TARGET, y),
    };
    let text = strong(measure.text.as_str()).size(BODY).color(theme.text);
    let text = if is_loud {
        text
    } else {
        RichText::new(measure.text.as_str()).color(theme.text)
    };
    let galley = bevy_egui::egui::WidgetText::from(text).into_galley(
        ui,
        None,
        f32::INFINITY,
        bevy_egui::egui::TextStyle::Body,
    );
    // A long figure stays clear of its name.
    let at = value - vec2(galley.size().x, galley.size().y / 2.0);
    painter.galley(at, galley, theme.text);
    let target = pos2(rect.right() - TARGET + 12.0, y);
    let short = measure.target.split(" (").next().unwrap_or_default();
    painter.text(target, Align2::LEFT_CENTER, short, font(SMALL), theme.quiet);
    let state = match measure.verdict {
        Verdict::NoTarget => "",
        _ if measure.target.is_empty() => "",
        verdict => verdict.words(),
    };
    let end = pos2(rect.right() - 4.0, y);
    painter.text(end, Align2::RIGHT_CENTER, state, font(SMALL), ink);
    let words = match (measure.target, measure.verdict) {
        ("", _) => format!("{}: {}", measure.name, measure.text),
        (target, verdict) => format!(
            "{}: {}, target {target}: {}",
            measure.name,
            measure.text,
            verdict.words()
        ),
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, words.clone()));
    let source = match measure.source {
        "" => String::new(),
        source => format!("\n{source}"),
    };
    response.on_hover_text(format!("{words}{source}"));
}

/// The shape of a verdict, and whether it asks to be looked at.
fn shape(verdict: Verdict) -> (&'static str, bool) {
    match verdict {
        Verdict::Met => (icon::CHECK_CIRCLE, false),
        Verdict::Manageable => (icon::MINUS_CIRCLE, true),
        Verdict::NotMet => (icon::X_CIRCLE, true),
        Verdict::NoData => (icon::CIRCLE_DASHED, false),
        Verdict::NoTarget => ("", false),
    }
}

/// How many of each priority, beside how many there should be.
pub(super) fn priorities_ui(ui: &mut Ui, look: &Look, shown: &Shown) {
    let theme = look.theme;
    ui.horizontal(|ui| {
        ui.label(strong("Priorities").size(SMALL).color(theme.quiet));
        ui.label(look.quiet("the tick is the target"));
    });
    let measures = shown.measures.iter().filter(|m| m.key.ends_with("_share"));
    let targets = [0.01, 0.05, 0.15, 0.80];
    for ((priority, measure), target) in Priority::ALL.iter().zip(measures).zip(targets) {
        let width = ui.available_width();
        let (rect, response) = ui.allocate_exact_size(vec2(width, 20.0), Sense::hover());
        let share = shown.figures.share(*priority).unwrap_or(0.0);
        let y = rect.center().y;
        let painter = ui.painter();
        let font = FontId::proportional;
        let word = crate::panels::widgets::priority_word(*priority);
        let name = pos2(rect.left(), y);
        painter.text(name, Align2::LEFT_CENTER, word, font(SMALL), theme.text);
        let track = Rect::from_min_max(
            pos2(rect.left() + 60.0, y - 5.0),
            pos2(rect.right() - 200.0, y + 5.0),
        );
        painter.rect_filled(track, CornerRadius::same(2), theme.line);
        let x = |share: f64| track.left() + track.width() * share.clamp(0.0, 1.0) as f32;
        let filled = Rect::from_min_max(track.min, pos2(x(share), track.bottom()));
        painter.rect_filled(filled, CornerRadius::same(2), theme.quiet);
        let tick = [
            pos2(x(target), track.top() - 3.0),
            pos2(x(target), track.bottom() + 3.0),
        ];
        painter.line_segment(tick, Stroke::new(2.0, theme.text));
        let value = pos2(rect.right() - 148.0, y);
        painter.text(
            value,
            Align2::RIGHT_CENTER,
            &measure.text,
            font(BODY),
            theme.text,
        );
        let target = pos2(rect.right() - 136.0, y);
        painter.text(
            target,
            Align2::LEFT_CENTER,
            measure.target,
            font(SMALL),
            theme.quiet,
        );
        let (glyph, is_loud) = shape(measure.verdict);
        let ink = if is_loud { theme.text } else { theme.quiet };
        let end = pos2(rect.right() - 4.0, y);
        let words = measure.verdict.words();
        painter.text(
            end,
            Align2::RIGHT_CENTER,
            format!("{glyph} {words}"),
            font(SMALL),
            ink,
        );
        let spoken = format!(
            "{word}: {}, target {}: {words}",
            measure.text, measure.target
        );
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, spoken.clone()));
        response.on_hover_text(spoken);
    }
}
