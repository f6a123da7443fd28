//! The wind as the turbines report it: a mark on the compass, the figures beside it, and faint
//! strokes on the ground.

use bevy::prelude::*;
use bevy_egui::egui::{
    FontId, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke, Vec2 as EguiVec2, pos2, vec2,
};
use bevy_egui::{EguiContexts, egui};

use super::overlay::{COMPASS, COMPASS_RADIUS, corners};
use crate::theme::{Theme, Variant};
use crate::view::farm::Farm;
use crate::view::project::{Frozen, Projector};
use crate::view::rows::Rows;
use crate::view::site_frame::direction_of_bearing;
use crate::view::wind::Wind;
use crate::view::{Overlay, Overlays};

/// Of the figures, from the compass to the left.
const FIGURES: EguiVec2 = vec2(92.0, 40.0);
/// Strokes on either side of what the camera looks at.
const STROKES: i32 = 7;
/// Nearer than this, metres, strokes would lie across the plant; the sea and the figures tell enough.
const LEAST_DISTANCE_M: f32 = 1_200.0;
/// Strokes keep clear of so many turbines at most: in larger farms each of them is a few pixels.
const MOST_CLEARED: usize = 500;
/// Wind of this speed makes strokes of full length, m/s.
const FULL_STROKE_M_S: f32 = 16.0;

/// The place of the figures, which labels keep clear of.
pub(super) fn corner(area: Rect) -> Option<Rect> {
    corners(area)?;
    let compass = area.right_top() + COMPASS;
    let right = compass.x - COMPASS_RADIUS - 12.0;
    Some(Rect::from_min_max(
        pos2(right - FIGURES.x, compass.y - FIGURES.y / 2.0),
        pos2(right, compass.y + FIGURES.y / 2.0),
    ))
}

/// Strokes on the ground, in the layer of the labels and before those.
pub(super) fn strokes_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    (theme, farm, wind, overlays): (Res<Theme>, Res<Farm>, Res<Wind>, Res<Overlays>),
    rows: Res<Rows>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let (Some(view), Some(viewpoint), Some(from_deg), Some(speed_m_s)) = (
        projector.freeze(Some(context.viewport_rect())),
        projector.viewpoint(),
        wind.from_deg,
        wind.speed_m_s,
    ) else {
        return Ok(());
    };
    if overlays.is_shown(Overlay::Wind) {
        let painter = painter(context, "view labels", &view);
        let of_wind = (from_deg, speed_m_s);
        let look = (&*theme, rows.head.extra.w > 0.3);
        strokes(&painter, &view, &farm, viewpoint.pose.focus, of_wind, look);
    }
    Ok(())
}

/// The mark on the compass and the figures, in the layer of the compass and after it.
pub(super) fn figures_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    (theme, wind, overlays): (Res<Theme>, Res<Wind>, Res<Overlays>),
) -> Result {
    let context = contexts.ctx_mut()?;
    if !overlays.is_shown(Overlay::Wind) || !crate::theme::is_dressed(context) {
        return Ok(());
    }
    let view = projector.freeze(Some(context.viewport_rect()));
    let Some((view, place)) = view.and_then(|view| Some((view, corner(view.area)?))) else {
        return Ok(());
    };
    let painter = painter(context, "view overlay", &view);
    if let Some(from_deg) = wind.from_deg {
        arrow(&painter, &view, from_deg, &theme);
    }
    figures(&painter, place, &wind, &theme);
    Ok(())
}

fn painter(context: &egui::Context, layer: &str, view: &Frozen) -> Painter {
    context
        .layer_painter(LayerId::new(Order::Background, egui::Id::new(layer)))
        .with_clip_rect(view.area)
}

/// "9.4 m/s" over "from 243°".
fn figures(painter: &Painter, place: Rect, wind: &Wind, theme: &Theme) {
    let lines: Vec<(String, f32, egui::Color32)> = [
        wind.speed_m_s
            .map(|v| (format!("{v:.1} m/s"), 14.0, theme.text)),
        wind.from_deg.map(|deg| {
            // A direction of 359.6° is north, not 360°.
            let whole = (deg.round() as i32).rem_euclid(360);
            (format!("from {whole:03}°"), 12.0, theme.quiet)
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if lines.is_empty() {
        return;
    }
    let galleys: Vec<_> = lines
        .into_iter()
        .map(|(text, size, color)| {
            (
                painter.layout_no_wrap(text, FontId::proportional(size), color),
                color,
            )
        })
        .collect();
    let width = galleys.iter().map(|(g, _)| g.size().x).fold(0.0, f32::max);
    let height: f32 = galleys.iter().map(|(g, _)| g.size().y).sum();
    let ground = Rect::from_min_max(
        pos2(
            place.right() - width - 16.0,
            place.center().y - height / 2.0 - 3.0,
        ),
        pos2(place.right(), place.center().y + height / 2.0 + 3.0),
    );
    painter.rect(
        ground,
        4.0,
        theme.panel.gamma_multiply(0.85),
        Stroke::new(1.0, theme.line),
        egui::StrokeKind::Inside,
    );
    let mut y = place.center().y - height / 2.0;
    for (galley, color) in galleys {
        let size = galley.size();
        painter.galley(pos2(place.right() - 8.0 - size.x, y), galley, color);
        y += size.y;
    }
}

/// On the compass's rim, on the side that the wind comes from, pointing the way it blows.
fn arrow(painter: &Painter, view: &Frozen, from_deg: f32, theme: &Theme) {
    let centre = view.area.right_top() + COMPASS;
    let angle = (from_deg - view.bearing_deg()).to_radians();
    let at = |a: f32, length: f32| centre + vec2(a.sin(), -a.cos()) * length;
    let rim = COMPASS_RADIUS + 3.0;
    let shape = vec![
        at(angle, rim - 6.0),
        at(angle + 0.26, rim + 5.0),
        at(angle, rim + 2.0),
        at(angle - 0.26, rim + 5.0),
    ];
    let halo = Stroke::new(2.0, theme.panel);
    painter.add(Shape::closed_line(shape.clone(), halo));
    painter.add(Shape::convex_polygon(shape, theme.text, Stroke::NONE));
}

/// What the turbines cover of the screen, roughly.
fn plant_on_screen(farm: &Farm, view: &Frozen) -> Vec<Rect> {
    if farm.feet.len() > MOST_CLEARED {
        return Vec::new();
    }
    let covers = |foot: &Vec3| {
        let (base, _) = view.point(*foot)?;
        let (top, depth_m) = view.point(*foot + Vec3::Y * farm.top_m)?;
        let half = 0.3 * farm.top_m * view.points_a_metre(depth_m);
        let rect = Rect::from_two_pos(base, top).expand2(vec2(half, 1.0));
        rect.intersects(view.area).then_some(rect)
    };
    farm.feet.iter().filter_map(covers).collect()
}

/// Short strokes that stand still on the ground, along the wind; longer in a stronger one.
fn strokes(
    painter: &Painter,
    view: &Frozen,
    farm: &Farm,
    focus: Vec3,
    (from_deg, speed_m_s): (f32, f32),
    (theme, is_night): (&Theme, bool),
) {
    let strength = (speed_m_s / FULL_STROKE_M_S).clamp(0.0, 1.0);
    let is_near = view.sight.eye.distance(focus) < LEAST_DISTANCE_M;
    if strength < 0.03 || is_near {
        return;
    }
    let plant = plant_on_screen(farm, view);
    // Spaced by a power of two, so that they stay where they are while one zooms a little.
    let distance_m = view.sight.eye.distance(focus).max(50.0);
    let spacing_m = 2_f32.powf((distance_m * 0.16).log2().round());
    let downwind = direction_of_bearing(from_deg + 180.0);
    let across = Vec3::new(-downwind.z, 0.0, downwind.x);
    let length_m = spacing_m * (0.10 + 0.30 * strength);
    // Darker than the ground by day, lighter than it at night and in a dim room.
    let color = if theme.variant == Variant::Light && !is_night {
        theme.text.gamma_multiply(0.30)
    } else {
        theme.quiet.gamma_multiply(0.45)
    };
    let (column, row) = (
        (focus.x / spacing_m).round() as i32,
        (focus.z / spacing_m).round() as i32,
    );
    let on_screen = |place: Vec3| -> Option<Pos2> {
        let ground = place.with_y(farm.ground_at(place) + 1.0);
        view.point(ground).map(|(at, _)| at)
    };
    for c in column - STROKES..=column + STROKES {
        for r in row - STROKES..=row + STROKES {
            let shifted = if r.rem_euclid(2) == 0 { 0.0 } else { 0.5 };
            let middle = Vec3::new((c as f32 + shifted) * spacing_m, 0.0, r as f32 * spacing_m);
            let off = middle.with_y(0.0).distance(focus.with_y(0.0)) / (spacing_m * STROKES as f32);
            let fade = 1.0 - off;
            if fade <= 0.0 {
                continue;
            }
            let head = middle + downwind * (0.5 * length_m);
            let barb = head - downwind * (0.22 * length_m);
            let points = [
                middle - downwind * (0.5 * length_m),
                head,
                barb + across * (0.12 * length_m),
                barb - across * (0.12 * length_m),
            ]
            .map(on_screen);
            let [Some(tail), Some(head), Some(left), Some(right)] = points else {
                continue;
            };
            let covers = Rect::from_two_pos(tail, head).expand(3.0);
            if plant.iter().any(|rect| rect.intersects(covers)) {
                continue;
            }
            let stroke = Stroke::new(1.0, color.gamma_multiply(fade.min(0.6) / 0.6));
            painter.line_segment([tail, head], stroke);
            painter.add(Shape::line(vec![left, head, right], stroke));
        }
    }
}
