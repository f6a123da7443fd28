//! Turbines on the map, as symbols: the rotor as a line across the wind, the nacelle behind it.

use bevy::prelude::*;
use bevy_egui::egui::{Color32, LayerId, Order, Painter, Pos2, Shape, Stroke, vec2};
use bevy_egui::{EguiContexts, egui};

use crate::fleet::TurbineRow;
use crate::scene::{ActiveScene, Surface};
use crate::theme::Theme;
use crate::view::camera::MapSymbols;
use crate::view::farm::Farm;
use crate::view::project::Projector;
use crate::view::rows::{Row, Rows};

/// Flags of a packed surface: coloured by a rule, by one that is an alarm, or unknown.
const COLOURED: u32 = 1 << 24;
const ALARM: u32 = 2 << 24;
const UNKNOWN: u32 = 4 << 24;
/// A rotor that is larger than this on the screen, points, is seen as it is.
const LARGEST: f32 = 90.0;

pub(super) fn symbols_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    symbols: Res<MapSymbols>,
    (farm, rows, theme): (Res<Farm>, Res<Rows>, Res<Theme>),
    active: Option<Res<ActiveScene>>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let (Some(view), Some(active)) = (projector.freeze(Some(context.viewport_rect())), active)
    else {
        return Ok(());
    };
    if !view.is_map() || !symbols.are_painted {
        return Ok(());
    }
    let painter = context
        .layer_painter(LayerId::new(
            Order::Background,
            egui::Id::new("view labels"),
        ))
        .with_clip_rect(view.area);
    let points_a_metre = view.points_a_metre(1.0);
    let shown = view.area.expand(40.0);
    for (index, (turbine, &foot)) in active.scene.turbines.iter().zip(&farm.feet).enumerate() {
        let (Some(d), Some(row), Some((at, _))) = (
            farm.dimensions.get(turbine.model),
            rows.get(TurbineRow(index as u32)),
            view.point(foot),
        ) else {
            continue;
        };
        let radius = d.rotor_radius_m.max(symbols.radius_m) * points_a_metre;
        if radius < LARGEST && shown.contains(at) {
            symbol(&painter, at, radius, row, &theme);
        }
    }
    Ok(())
}

/// The colour of the surface that matters most, and whether it is an alarm's.
fn colour(row: &Row) -> (Color32, bool) {
    let nacelle = row.surfaces.get(Surface::Nacelle as usize).copied();
    let with = |flag: u32| row.surfaces.iter().copied().find(|s| s & flag != 0);
    let packed = with(ALARM)
        .or_else(|| with(COLOURED))
        .or(nacelle)
        .unwrap_or_default();
    let [r, g, b, _] = packed.to_le_bytes();
    (Color32::from_rgb(r, g, b), packed & ALARM != 0)
}

/// How solid a symbol is: as the most solid of what is seen from outside.
fn faintness(row: &Row, must_be_seen: bool) -> f32 {
    let outside = row.surfaces.iter().take(Surface::Blades as usize + 1);
    let opacity = outside.map(|s| s >> 28).max().unwrap_or(15);
    if must_be_seen {
        1.0
    } else {
        opacity as f32 / 15.0
    }
}

fn symbol(painter: &Painter, at: Pos2, radius: f32, row: &Row, theme: &Theme) {
    let (color, is_alarm) = colour(row);
    let is_unknown = !is_alarm && row.surfaces.iter().any(|s| s & UNKNOWN != 0);
    let color = if is_unknown { theme.unknown } else { color };
    let faint = faintness(row, is_alarm || is_unknown);
    let color = color.gamma_multiply(faint);
    let (sin, cos) = row.yaw_rad.sin_cos();
    let (ahead, across) = (vec2(sin, -cos), vec2(cos, sin));
    let hub = at + ahead * (0.22 * radius);
    let rotor = [hub - across * radius, hub + across * radius];
    let nacelle = [hub, hub - ahead * (0.75 * radius).max(5.0)];
    let body = (0.28 * radius).clamp(3.0, 9.0);
    let rim = if is_alarm {
        theme.mark_ink
    } else {
        theme.mark_ink.gamma_multiply(0.30 * faint)
    };
    for (line, width) in [(rotor, 2.0), (nacelle, body)] {
        painter.line_segment(line, Stroke::new(width + 2.0, rim));
    }
    for (line, width) in [(rotor, 2.0), (nacelle, body)] {
        painter.line_segment(line, Stroke::new(width, color));
    }
    if is_unknown {
        // Hatched, as it is wherever it is shown.
        let stroke = Stroke::new(1.2, theme.panel);
        let along = nacelle[1] - nacelle[0];
        for share in [0.3, 0.6, 0.9] {
            let middle = nacelle[0] + along * share;
            let half = across * (body / 2.0) + ahead * (body / 3.0);
            painter.add(Shape::line_segment([middle - half, middle + half], stroke));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Variant;
    use crate::view::rows::SurfaceStyle;

    #[test]
    fn a_symbol_has_the_colour_of_what_matters_most() {
        let theme = Theme::new(Variant::Light);
        let plain = SurfaceStyle::plain(theme.turbine);
        let mut row = Row {
            surfaces: [plain.packed(); crate::scene::SURFACES],
            ..Row::default()
        };
        assert_eq!(colour(&row), (theme.turbine, false));
        let red = Color32::from_rgb(200, 20, 30);
        let style = |color, alarm| SurfaceStyle {
            color,
            coloured: true,
            alarm,
            ..plain
        };
        row.surfaces[9] = style(Color32::from_rgb(1, 2, 3), false).packed();
        assert_eq!(colour(&row), (Color32::from_rgb(1, 2, 3), false));
        row.surfaces[12] = style(red, true).packed();
        assert_eq!(colour(&row), (red, true));
    }
}
