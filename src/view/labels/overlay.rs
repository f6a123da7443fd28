//! A compass and a scale bar in the corners of the view.

use bevy::prelude::*;
use bevy_egui::egui::{
    Align2, FontId, LayerId, Order, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2,
};
use bevy_egui::{EguiContexts, egui};
use bevy_panorbit_camera::PanOrbitCamera;

use crate::scene::ActiveScene;
use crate::theme::Theme;
use crate::view::camera::FarmCamera;
use crate::view::project::{Frozen, Projector};

/// The compass's centre, from the right upper corner.
const COMPASS: Vec2 = vec2(-34.0, 36.0);
const COMPASS_RADIUS: f32 = 17.0;
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
    orbit: Query<&PanOrbitCamera, With<FarmCamera>>,
) -> Result {
    let context = contexts.ctx_mut()?;
    if !crate::theme::is_dressed(context) {
        return Ok(());
    }
    let (Some(view), Some(_), Ok(orbit)) = (
        projector.freeze(Some(context.viewport_rect())),
        active,
        orbit.single(),
    ) else {
        return Ok(());
    };
    overlay_on(context, &view, orbit.focus, &theme);
    Ok(())
}

/// The compass and the scale bar over a view that looks at this place.
pub(in crate::view) fn overlay_on(
    context: &egui::Context,
    view: &Frozen,
    focus: Vec3,
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
    let right = view.area.right_bottom() + SCALE_BAR;
    scale_bar(&painter, right, view, focus, theme);
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
fn scale_bar(painter: &Painter, right: Pos2, view: &Frozen, focus: Vec3, theme: &Theme) {
    let points_a_metre = view.points_a_metre(view.eye.distance(focus));
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
    painter.text(
        pos2((left.x + right.x) / 2.0, right.y - 5.0),
        Align2::CENTER_BOTTOM,
        text,
        FontId::proportional(12.0),
        theme.text,
    );
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
