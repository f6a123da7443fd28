//! The trend drawn: `egui_plot` carries the lines, the bands and the crosshair.

use bevy_egui::egui::{
    Align2, FontFamily, FontId, Painter, Rect, Response, Sense, Stroke, Ui, UiBuilder, WidgetInfo,
    WidgetType, pos2, vec2,
};
use egui_plot::{
    Axis, FilledArea, HLine, HoverPosition, Line, LineStyle, Plot, PlotPoint, PlotPoints,
    PlotTransform, PlotUi, Span,
};

use super::moments::{self, Moment};
use super::scale::{secs, time_marks, value_marks, values};
use super::{Level, TrendLine, TrendView};
use crate::history::Bucket;
use crate::panels::format;
use crate::panels::frame::Look;
use crate::theme::SMALL;

/// Room for the values at the left, points.
const LEFT: f32 = 44.0;
/// Room for the times below, points.
const BELOW: f32 = 16.0;
/// Room for the marks of what happened, points.
const ABOVE: f32 = moments::SIZE + 4.0;
/// So near to a mark the pointer tells of it, points.
const REACH: f64 = 6.0;

/// Draws a trend of this height over the whole width.
pub fn trend_ui(ui: &mut Ui, look: &Look, view: &TrendView, height: f32) -> Response {
    let size = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let plot = Rect::from_min_max(
        pos2(rect.left() + LEFT, rect.top() + ABOVE),
        pos2(rect.right() - 1.0, rect.bottom() - BELOW),
    );
    if !plot.is_positive() {
        return response;
    }
    let covered = values(view);
    let value_lines = value_marks(covered, ((plot.height() / 26.0) as usize).clamp(1, 6));
    let time_lines = time_marks(view.span_ms, look.zone, (plot.width() / 48.0) as usize);
    let mut inner = ui.new_child(UiBuilder::new().max_rect(plot).id_salt(&view.title));
    let reach_secs = REACH * secs(view.span_ms[1] - view.span_ms[0]) / f64::from(plot.width());
    let shown = Plot::new(("trend", &view.title))
        .width(plot.width())
        .height(plot.height())
        .min_size(vec2(16.0, 16.0))
        .show_axes(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .sense(Sense::hover())
        .cursor_color(look.theme.quiet)
        .grid_color(look.theme.line)
        .x_grid_spacer(|_| time_lines.clone())
        .y_grid_spacer(|_| value_lines.clone())
        .label_formatter(|pointer| told_at(view, look, pointer, reach_secs))
        .show(&mut inner, |plot_ui| {
            let [from, until] = view.span_ms.map(secs);
            let [low, high] = covered;
            plot_ui.set_plot_bounds_x(from..=until);
            plot_ui.set_plot_bounds_y(low..=high);
            backgrounds(plot_ui, look, view);
            for (index, line) in view.lines.iter().enumerate() {
                line_of(plot_ui, look, line, index, view.span_ms[1]);
            }
        });
    let painter = ui.painter();
    let at = |time_ms: i64, value: f64| {
        let point = PlotPoint::new(secs(time_ms), value);
        shown.transform.position_from_point(&point)
    };
    for mark in &value_lines {
        let y = at(view.span_ms[0], mark.value).y;
        axis_text(
            painter,
            look,
            pos2(plot.left() - 6.0, y),
            Align2::RIGHT_CENTER,
            &view.axis_text(mark.value),
        );
    }
    for mark in &time_lines {
        let x = at((mark.value * 1_000.0) as i64, 0.0).x;
        // What would be cut off says nothing.
        if x > plot.left() + 12.0 && x < plot.right() - 14.0 {
            let text = format::minute((mark.value * 1_000.0) as i64, look.zone);
            axis_text(
                painter,
                look,
                pos2(x, plot.bottom() + 2.0),
                Align2::CENTER_TOP,
                &text,
            );
        }
    }
    unkept(painter, look, view, plot, &shown.transform);
    levels(painter, look, view, plot, &shown.transform);
    let mut moments: Vec<&Moment> = view.moments.iter().collect();
    moments.sort_by_key(|moment| moment.at_ms);
    // One beside the other where they would lie upon each other.
    let mut free = f32::NEG_INFINITY;
    for Moment { at_ms, kind } in moments {
        if (view.span_ms[0]..=view.span_ms[1]).contains(at_ms) {
            let x = at(*at_ms, 0.0).x;
            let mark_x = x.max(free);
            free = mark_x + moments::SIZE + 1.0;
            moments::paint(painter, look, *kind, [x, mark_x], plot);
        }
    }
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, view.told()));
    response
}

/// What lies behind the lines: when the alarm was active, the deadband, the limits.
fn backgrounds(plot_ui: &mut PlotUi<'_>, look: &Look, view: &TrendView) {
    let shade = look.theme.text.gamma_multiply(0.07);
    for [from, until] in &view.active_ms {
        plot_ui.span(Span::new("", secs(*from)..=secs(*until)).fill(shade));
    }
    let band = look.theme.text.gamma_multiply(0.06);
    for (limit, clear) in view.limits.iter().zip(&view.clears) {
        let (a, b) = (limit.value.min(clear.value), limit.value.max(clear.value));
        plot_ui.span(Span::new("", a..=b).axis(Axis::Y).fill(band));
    }
    for level in &view.clears {
        let line = HLine::new("", level.value)
            .color(look.theme.quiet)
            .width(1.0);
        plot_ui.hline(line.style(LineStyle::dotted_dense()).allow_hover(false));
    }
    for level in &view.limits {
        let line = HLine::new("", level.value)
            .color(look.theme.text)
            .width(1.0);
        plot_ui.hline(line.style(LineStyle::dashed_dense()).allow_hover(false));
    }
}

/// A line: between the least and the greatest of each bucket a shade, through the last ones a line.
fn line_of(plot_ui: &mut PlotUi<'_>, look: &Look, line: &TrendLine, index: usize, until_ms: i64) {
    let color = if index == 0 {
        look.theme.text
    } else {
        look.theme.quiet
    };
    let bucket_ms = line.trend.bucket_ms;
    let end_of = |bucket: &Bucket| secs((bucket.from_ms + bucket_ms).min(until_ms));
    let newest = line.trend.buckets.last().map(|b| b.from_ms);
    for run in line.trend.runs() {
        let xs: Vec<f64> = run.iter().map(end_of).collect();
        let is_wide = run.iter().any(|b| b.max > b.min);
        if is_wide && run.len() > 1 {
            let low: Vec<f64> = run.iter().map(|b| b.min).collect();
            let high: Vec<f64> = run.iter().map(|b| b.max).collect();
            let area = FilledArea::new("", &xs, &low, &high);
            plot_ui.add(
                area.fill_color(color.gamma_multiply(0.22))
                    .allow_hover(false),
            );
        }
        let first = run
            .first()
            .map(|b| [secs(b.from_ms), b.last.unwrap_or(b.max)]);
        let points = run
            .iter()
            .zip(&xs)
            .map(|(b, x)| [*x, b.last.unwrap_or(b.max)]);
        let is_newest = run.last().map(|b| b.from_ms) == newest;
        let now = line.now.filter(|_| is_newest).map(|v| [secs(until_ms), v]);
        let points: PlotPoints<'_> = first.into_iter().chain(points).chain(now).collect();
        let mut drawn = Line::new("", points)
            .color(color)
            .width(1.5)
            .allow_hover(false);
        if index > 0 {
            drawn = drawn.style(LineStyle::dashed_loose());
        }
        plot_ui.line(drawn);
    }
}

/// The words at the limits, above or below their lines, where they do not meet.
fn levels(painter: &Painter, look: &Look, view: &TrendView, plot: Rect, to: &PlotTransform) {
    let mut last_y = f32::INFINITY;
    let mut all: Vec<&Level> = view.limits.iter().chain(&view.clears).collect();
    all.sort_by(|a, b| a.value.total_cmp(&b.value));
    for level in all {
        let y = to.position_from_point(&PlotPoint::new(0.0, level.value)).y;
        // From below upwards: the next one stands clear of the one before.
        let bottom = y.min(last_y - SMALL - 2.0);
        let place = pos2(plot.left() + 4.0, bottom - 1.0);
        let text = painter.layout_no_wrap(
            level.words.clone(),
            FontId::new(SMALL, FontFamily::Proportional),
            look.theme.text,
        );
        let rect = Align2::LEFT_BOTTOM.anchor_size(place, text.size());
        if rect.top() < plot.top() - 2.0 {
            continue;
        }
        painter.rect_filled(
            rect.expand2(vec2(2.0, 0.0)),
            2.0,
            look.theme.panel.gamma_multiply(0.8),
        );
        painter.galley(rect.min, text, look.theme.text);
        last_y = bottom;
    }
}

/// Says what of the span is before anything was kept.
fn unkept(painter: &Painter, look: &Look, view: &TrendView, plot: Rect, to: &PlotTransform) {
    let begins_ms = view.since_ms.unwrap_or(view.span_ms[1]);
    if begins_ms <= view.span_ms[0] + 60_000 {
        return;
    }
    let x = to
        .position_from_point(&PlotPoint::new(secs(begins_ms), 0.0))
        .x;
    let x = x.min(plot.right());
    let before = Rect::from_min_max(plot.min, pos2(x, plot.bottom()));
    painter.rect_filled(before, 0.0, look.theme.ground.gamma_multiply(0.4));
    painter.vline(x, plot.y_range(), Stroke::new(1.0, look.theme.line));
    let since = format::minute(begins_ms, look.zone);
    let words = match before.width() {
        // Beneath the words at the limits.
        wide if wide > 110.0 => format!("kept since {since}"),
        wide if wide > 64.0 => format!("kept since\n{since}"),
        _ => return,
    };
    let at = pos2(before.center().x, plot.bottom() - 4.0);
    axis_text(painter, look, at, Align2::CENTER_BOTTOM, &words);
}

fn axis_text(painter: &Painter, look: &Look, at: bevy_egui::egui::Pos2, align: Align2, text: &str) {
    let font = FontId::new(SMALL, FontFamily::Proportional);
    painter.text(at, align, text, font, look.theme.quiet);
}

/// What is said under the pointer: the time, what happened then, and each line's value.
fn told_at(
    view: &TrendView,
    look: &Look,
    pointer: &HoverPosition<'_>,
    reach_secs: f64,
) -> Option<String> {
    let (HoverPosition::NearDataPoint { position, .. } | HoverPosition::Elsewhere { position }) =
        pointer;
    let time_ms = (position.x * 1_000.0) as i64;
    let mut told = vec![format::time(time_ms, look.now_ms, look.zone)];
    for line in &view.lines {
        let value = line.trend.at(time_ms);
        let text = value.map_or_else(
            || "no data".to_owned(),
            |b| match (view.text(b.min), view.text(b.max)) {
                (low, high) if low == high => view.text_with_unit(b.max),
                (low, _) => format!("{low} to {}", view.text_with_unit(b.max)),
            },
        );
        told.push(match &*line.name {
            "" => text,
            name => format!("{name}: {text}"),
        });
    }
    for moment in &view.moments {
        if (secs(moment.at_ms) - position.x).abs() < reach_secs {
            let when = format::clock(moment.at_ms, look.zone);
            told.push(format!("{} {when}", moment.kind.words()));
        }
    }
    Some(told.join("\n"))
}
