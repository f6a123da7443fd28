//! The legend of a signal: the colour map with its ends, which can be changed, or the distinct values.

use bevy_egui::egui::{
    Align, Align2, Color32, DragValue, Layout, Mesh, Painter, Rect, Sense, Shape, Stroke,
    StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2,
};

use super::{line_ui, small, unknown_line_ui};
use crate::action::Action;
use crate::panels::format;
use crate::panels::frame::{Farm, Look};
use crate::panels::widgets::swatch_ui;
use crate::scene::ValueKind;
use crate::theme::SMALL;
use crate::view::ColourBy;
use crate::view::colour::{RangeOrigin, SignalScale, map_color, rounded_range, values_now};
use crate::wording;

const STRIPS: u32 = 48;
const BAR_HEIGHT: f32 = 12.0;

/// What the colours of a signal mean.
pub fn scale_ui(
    ui: &mut Ui,
    look: &Look,
    farm: &Farm,
    scale: &SignalScale,
    actions: &mut Vec<Action>,
) {
    if scale.kind == ValueKind::Number {
        bar_ui(ui, look, scale);
        ends_ui(ui, look, scale, actions);
        fit_ui(ui, farm, scale, actions);
    } else {
        distinct_ui(ui, look, farm, scale);
    }
    let Some(counts) = farm.view.counts else {
        return;
    };
    if counts.unknown > 0 {
        unknown_line_ui(ui, look, "No data", counts.unknown);
    }
    if counts.without_signal > 0 {
        let plant = look.theme.turbine;
        let plain = [plant.r(), plant.g(), plant.b()];
        line_ui(
            ui,
            look,
            "No such signal",
            Some(counts.without_signal),
            |ui| {
                swatch_ui(ui, look.theme, Some(plain), 14.0);
            },
        );
    }
}

/// Colours from left to right, with a rim.
pub(super) fn gradient(painter: &Painter, look: &Look, bar: Rect, color: impl Fn(f64) -> Color32) {
    let mut mesh = Mesh::default();
    for strip in 0..=STRIPS {
        let share = strip as f32 / STRIPS as f32;
        let x = bar.left() + bar.width() * share;
        let color = color(f64::from(share));
        mesh.colored_vertex(pos2(x, bar.top()), color);
        mesh.colored_vertex(pos2(x, bar.bottom()), color);
        if let Some(at) = (2 * strip).checked_sub(2) {
            mesh.add_triangle(at, at + 1, at + 2);
            mesh.add_triangle(at + 1, at + 2, at + 3);
        }
    }
    painter.add(Shape::mesh(mesh));
    let rim = Stroke::new(1.0, look.theme.line);
    painter.rect_stroke(bar, 0.0, rim, StrokeKind::Outside);
}

/// The map from end to end, with a tick at each quarter.
fn bar_ui(ui: &mut Ui, look: &Look, scale: &SignalScale) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, BAR_HEIGHT + 6.0), Sense::hover());
    let bar = Rect::from_min_size(rect.min, vec2(width, BAR_HEIGHT));
    gradient(ui.painter(), look, bar, map_color);
    let painter = ui.painter();
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = bar.left() + bar.width() * share;
        let tick = [pos2(x, bar.bottom()), pos2(x, bar.bottom() + 4.0)];
        painter.line_segment(tick, Stroke::new(1.0, look.theme.quiet));
    }
    let [low, high] = scale.range;
    let words = format!(
        "{}: {} to {}",
        format::label(&scale.name),
        wording::number(low, Some(scale.range)),
        with_unit(&wording::number(high, Some(scale.range)), scale)
    );
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &words));
}

fn with_unit(text: &str, scale: &SignalScale) -> String {
    match wording::unit(&scale.unit) {
        "" => text.to_owned(),
        unit => format!("{text} {unit}"),
    }
}

/// The ends, to be dragged or typed.
fn ends_ui(ui: &mut Ui, look: &Look, scale: &SignalScale, actions: &mut Vec<Action>) {
    let [mut low, mut high] = scale.range;
    let span = (high - low).max(f64::MIN_POSITIVE);
    let end = |ui: &mut Ui, value: &mut f64, name: &str| {
        let range = scale.range;
        let drag = DragValue::new(value)
            .speed(span / 200.0)
            .custom_formatter(move |v, _| wording::number(v, Some(range)))
            .custom_parser(|text| text.replace(',', "").replace('−', "-").trim().parse().ok());
        let response = ui.add(drag);
        response.widget_info(|| WidgetInfo {
            label: Some(name.to_owned()),
            ..WidgetInfo::drag_value(true, *value)
        });
        response
            .on_hover_text(format!("{name}: drag, or click and type"))
            .changed()
    };
    let mut is_changed = false;
    ui.horizontal(|ui| {
        is_changed |= end(ui, &mut low, "Lowest value of the colours");
        let middle = wording::number((scale.range[0] + scale.range[1]) / 2.0, Some(scale.range));
        let centre = pos2(ui.max_rect().center().x, ui.max_rect().center().y);
        let (font, tone) = (small(SMALL + 1.0), look.theme.text);
        ui.painter()
            .text(centre, Align2::CENTER_CENTER, middle, font, tone);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            ui.label(look.quiet(wording::unit(&scale.unit)));
            is_changed |= end(ui, &mut high, "Highest value of the colours");
        });
    });
    if is_changed && low < high && low.is_finite() && high.is_finite() {
        actions.push(asked(scale, Some([low, high])));
    }
}

fn fit_ui(ui: &mut Ui, farm: &Farm, scale: &SignalScale, actions: &mut Vec<Action>) {
    let now = farm.fleet.and_then(|f| values_now(f, scale.column));
    ui.horizontal(|ui| {
        let fit = ui
            .add_enabled(now.is_some(), small_button("Fit to values now"))
            .on_hover_text("From the lowest to the highest value that turbines report now");
        if let (true, Some(now)) = (fit.clicked(), now) {
            actions.push(asked(scale, Some(rounded_range(now))));
        }
        if scale.origin == RangeOrigin::Operator
            && ui
                .add(small_button("Reset"))
                .on_hover_text("The range that the scene gives, or that of the values")
                .clicked()
        {
            actions.push(asked(scale, None));
        }
    });
}

fn small_button(text: &str) -> bevy_egui::egui::Button<'_> {
    bevy_egui::egui::Button::new(bevy_egui::egui::RichText::new(text).size(SMALL))
}

fn asked(scale: &SignalScale, range: Option<[f64; 2]>) -> Action {
    Action::ColourBy(ColourBy::Signal {
        name: scale.name.clone(),
        range,
    })
}

/// A line for each distinct value.
fn distinct_ui(ui: &mut Ui, look: &Look, farm: &Farm, scale: &SignalScale) {
    let mut values = scale.distinct.clone();
    values.sort_by(f64::total_cmp);
    for value in values {
        let words = match scale.kind {
            ValueKind::Text => farm
                .scene
                .and_then(|s| s.texts.text(value as u32))
                .map_or_else(|| "–".to_owned(), |text| text.to_string()),
            _ if value == 0.0 => "no".to_owned(),
            _ => "yes".to_owned(),
        };
        let known = farm.fleet.map_or(&[][..], |f| f.known(scale.column));
        let count = known.iter().filter(|v| **v == value).count() as u32;
        let color: Color32 = scale.color(value);
        line_ui(ui, look, &words, Some(count), |ui| {
            let rgb = [color.r(), color.g(), color.b()];
            swatch_ui(ui, look.theme, Some(rgb), 14.0);
        });
    }
}
