//! The program's own mark: a rotor on a rounded tile.

use bevy_egui::egui::{CornerRadius, Painter, Rect, Shape, Stroke, Vec2};

use crate::theme::Theme;

/// Paints the mark into a square, in the theme's ink: it is no state.
pub fn paint_logo(painter: &Painter, rect: Rect, theme: &Theme) {
    let side = rect.width().min(rect.height());
    let corner = CornerRadius::same((side * 0.22).round().clamp(2.0, 40.0) as u8);
    painter.rect_filled(
        Rect::from_center_size(rect.center(), Vec2::splat(side)),
        corner,
        theme.text,
    );
    let hub = rect.center() - Vec2::new(0.0, side * 0.06);
    let at = |angle_rad: f32, length: f32| {
        hub + Vec2::new(angle_rad.sin(), -angle_rad.cos()) * (length * side)
    };
    let tower = vec![
        hub + Vec2::new(-0.012, 0.08) * side,
        hub + Vec2::new(0.012, 0.08) * side,
        hub + Vec2::new(0.03, 0.46) * side,
        hub + Vec2::new(-0.03, 0.46) * side,
    ];
    painter.add(Shape::convex_polygon(tower, theme.panel, Stroke::NONE));
    // One blade a little off the upright, as on a wind vane.
    for third in 0_u8..3 {
        let angle = 0.42 + f32::from(third) * std::f32::consts::TAU / 3.0;
        let blade = vec![
            at(angle, 0.38),
            at(angle + 0.2, 0.14),
            at(angle + 0.95, 0.05),
            at(angle - 0.6, 0.04),
        ];
        painter.add(Shape::convex_polygon(blade, theme.panel, Stroke::NONE));
    }
    painter.circle_filled(hub, side * 0.045, theme.panel);
}
