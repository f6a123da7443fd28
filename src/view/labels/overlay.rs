//! What lies over the view beside labels: compass, scale bar, the frame that is drawn around turbines,
//! and what helps a person who walks.

use bevy::prelude::*;
use bevy_egui::egui::{
    Align2, FontId, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2,
    vec2,
};
use bevy_egui::{EguiContexts, egui};

use crate::scene::ActiveScene;
use crate::theme::Theme;
use crate::view::camera::{Hand, Manner, Pose};
use crate::view::project::{Frozen, Projector};

/// The compass's centre, from the right upper corner.
pub(super) const COMPASS: Vec2 = vec2(-34.0, 36.0);
pub(super) const COMPASS_RADIUS: f32 = 17.0;
/// The right end of the scale bar, from the right lower corner.
const SCALE_BAR: Vec2 = vec2(-20.0, -18.0);
const LONGEST_BAR: f32 = 120.0;

/// The places of the compass and the scale bar, which labels keep clear of. `None` where the view is
/// too small for either.
pub(super) fn corners(area: Rect) -> Option<[Rect; 2]> {
    if area.width() < 320.0 || area.height() < 200.0 {
        return None;
    }
    let compass = area.right_top() + COMPASS;
    let right = area.right_bottom() + SCALE_BAR;
    Some([
        Rect::from_center_size(compass, Vec2::splat(2.0 * (COMPASS_RADIUS + 5.0))),
        Rect::from_min_max(
            right - vec2(LONGEST_BAR + 4.0, 24.0),
            right + vec2(4.0, 6.0),
        ),
    ])
}

pub(super) fn overlay_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    theme: Res<Theme>,
    active: Option<Res<ActiveScene>>,
    hand: Res<Hand>,
) -> Result {
    let context = contexts.ctx_mut()?;
    if !crate::theme::is_dressed(context) {
        return Ok(());
    }
    let (Some(view), Some(viewpoint), Some(_)) = (
        projector.freeze(Some(context.viewport_rect())),
        projector.viewpoint(),
        active,
    ) else {
        return Ok(());
    };
    let painter = context
        .layer_painter(LayerId::new(
            Order::Background,
            egui::Id::new("view overlay"),
        ))
        .with_clip_rect(view.area);
    if let Some(frame) = hand.frame() {
        let edge = Stroke::new(1.5, theme.accent);
        let fill = theme.accent.gamma_multiply(0.12);
        painter.rect(frame, 0.0, fill, edge, StrokeKind::Inside);
    }
    // On foot, nothing is at a distance that one bar could be true for.
    let is_person = viewpoint.manner == Manner::Person;
    if is_person {
        on_foot(&painter, view.area, &theme);
    }
    overlay_on(
        context,
        &view,
        (!is_person).then_some(&viewpoint.pose),
        &theme,
    );
    Ok(())
}

/// The compass, and the scale bar of a view from a pose.
pub(in crate::view) fn overlay_on(
    context: &egui::Context,
    view: &Frozen,
    pose: Option<&Pose>,
    theme: &Theme,
) {
    if corners(view.area).is_none() {
        return;
    }
    let painter = context
        .layer_painter(LayerId::new(
            Order::Background,
            egui::Id::new("view overlay"),
        ))
        .with_clip_rect(view.area);
    compass(&painter, view.area.right_top() + COMPASS, view, theme);
    if let Some(pose) = pose {
        let at = view.area.right_bottom() + SCALE_BAR;
        scale_bar(&painter, at, view, pose, theme);
    }
}

/// A fine cross in the middle, and the keys.
fn on_foot(painter: &Painter, area: Rect, theme: &Theme) {
    let middle = area.center();
    for (width, color) in [(3.0, theme.panel.gamma_multiply(0.7)), (1.0, theme.text)] {
        for arm in [vec2(7.0, 0.0), vec2(0.0, 7.0)] {
            painter.line_segment([middle - arm, middle + arm], Stroke::new(width, color));
        }
    }
    let words = "On foot: W A S D, E Q up and down, Shift faster, mouse looks, Esc leaves";
    let galley = painter.layout_no_wrap(words.to_owned(), FontId::proportional(13.0), theme.text);
    let at = pos2(middle.x - galley.size().x / 2.0, area.bottom() - 56.0);
    let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(10.0, 5.0));
    painter.rect_filled(ground, 4.0, theme.panel.gamma_multiply(0.9));
    painter.galley(at, galley, theme.text);
}

/// A needle that points north on the screen.
fn compass(painter: &Painter, centre: Pos2, view: &Frozen, theme: &Theme) {
    let r = COMPASS_RADIUS;
    painter.circle(
        centre,
        r + 3.0,
        theme.panel.gamma_multiply(0.85),
        Stroke::new(1.0, theme.line),
    );
    let angle = -view.bearing_deg().to_radians();
    let towards = |a: f32, length: f32| centre + vec2(a.sin(), -a.cos()) * length;
    let side = std::f32::consts::FRAC_PI_2;
    painter.add(Shape::convex_polygon(
        vec![
            towards(angle, r - 7.0),
            towards(angle + side, 3.6),
            towards(angle - side, 3.6),
        ],
        theme.text,
        Stroke::NONE,
    ));
    painter.add(Shape::convex_polygon(
        vec![
            towards(angle + 2.0 * side, r - 7.0),
            towards(angle + side, 3.6),
            towards(angle - side, 3.6),
        ],
        theme.line,
        Stroke::new(1.0, theme.quiet),
    ));
    painter.text(
        towards(angle, r - 1.0),
        Align2::CENTER_CENTER,
        "N",
        FontId::proportional(12.0),
        theme.text,
    );
}

/// A round length, as it is at what the camera looks at.
fn scale_bar(painter: &Painter, right: Pos2, view: &Frozen, pose: &Pose, theme: &Theme) {
    let points_a_metre = view.points_a_metre(pose.distance_m());
    let length_m = round_length(LONGEST_BAR / points_a_metre.max(1e-6));
    let left = right - vec2(length_m * points_a_metre, 0.0);
    let tick = vec2(0.0, 4.0);
    let line = [left - tick, left, right, right - tick];
    for (width, color) in [(4.0, theme.panel.gamma_multiply(0.7)), (1.5, theme.text)] {
        painter.add(Shape::line(line.to_vec(), Stroke::new(width, color)));
    }
    let text = if length_m >= 1_000.0 {
        format!("{} km", length_m / 1_000.0)
    } else {
        format!("{length_m} m")
    };
    // On a chip of its own: the sea is dark at night in a light theme too.
    let galley = painter.layout_no_wrap(text, FontId::proportional(12.0), theme.text);
    let centre = pos2((left.x + right.x) / 2.0, right.y - 12.0);
    let at = Rect::from_center_size(centre, galley.size());
    painter.rect_filled(
        at.expand2(vec2(4.0, 1.0)),
        3.0,
        theme.panel.gamma_multiply(0.8),
    );
    painter.galley(at.min, galley, theme.text);
}

/// The largest of 1, 2, 5 times a power of ten that is not above this.
fn round_length(most_m: f32) -> f32 {
    let power = 10_f32.powf(most_m.max(0.1).log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|m| m * power)
        .find(|&l| l <= most_m)
        .unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_round() {
        assert!((round_length(730.0) - 500.0).abs() < 1e-3);
        assert!((round_length(230.0) - 200.0).abs() < 1e-3);
        assert!((round_length(1_999.0) - 1_000.0).abs() < 1e-2);
    }
}
