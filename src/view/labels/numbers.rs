//! Numbers on request: at each turbine the value that colours tell, as many as there is room for.

use std::collections::HashSet;

use bevy::math::Vec3;
use bevy_egui::egui::{CornerRadius, FontId, Painter, Pos2, Rect, Vec2, vec2};

use super::layout::Layout;
use crate::fleet::{Fleet, SignalColumn, TurbineRow};
use crate::scene::{Scene, ValueKind};
use crate::theme::Theme;
use crate::view::colour::SignalScale;
use crate::view::farm::Farm;
use crate::view::project::Frozen;
use crate::wording;

/// Numbers on the screen, at most.
const MOST: usize = 300;
/// A turbine lower than this on the screen, in points, has none: the numbers would tell a carpet.
const LEAST_HEIGHT: f32 = 4.0;

/// The signal whose values are shown: the one that colours tell, else the power.
pub(super) fn shown_column(scene: &Scene, scale: Option<&SignalScale>) -> Option<SignalColumn> {
    let power = || {
        let at = scene.signals.iter().position(|s| &**s == "active_power")?;
        Some(SignalColumn(u16::try_from(at).ok()?))
    };
    scale.map(|s| s.column).or_else(power)
}

/// The value of a turbine in few digits, without a unit.
pub(super) fn number_of(
    scene: &Scene,
    fleet: &Fleet,
    turbine: TurbineRow,
    column: SignalColumn,
) -> Option<String> {
    let signal = scene.model_of(turbine)?.signal(column)?;
    let Some(value) = fleet.usable(turbine, column) else {
        return Some("?".to_owned());
    };
    Some(match signal.kind {
        ValueKind::Number => brief(value, signal.range),
        _ => wording::value(&scene.texts, signal, value),
    })
}

/// A hundredth of the range is the finest that is shown.
fn brief(value: f64, range: Option<[f64; 2]>) -> String {
    let span = range.map_or(value.abs(), |[low, high]| (high - low).abs());
    let decimals = (2.0 - span.max(1e-9).log10().ceil()).clamp(0.0, 3.0) as usize;
    let text = format!("{value:.decimals$}");
    let is_zero = !text.contains(|c: char| matches!(c, '1'..='9'));
    wording::grouped(if is_zero {
        text.trim_start_matches('-')
    } else {
        &text
    })
}

/// Paints the numbers of the turbines that have no label; those that had theirs in the last frame come
/// first, then the nearest. Returns whose were painted.
pub(super) fn numbers(
    painter: &Painter,
    (scene, fleet, farm): (&Scene, &Fleet, &Farm),
    theme: &Theme,
    view: &Frozen,
    column: SignalColumn,
    labelled: &HashSet<TurbineRow>,
    before: &HashSet<TurbineRow>,
    layout: &mut Layout,
) -> HashSet<TurbineRow> {
    let mut found: Vec<(bool, f32, TurbineRow, Pos2)> = Vec::new();
    for (row, (turbine, &foot)) in (0..)
        .map(TurbineRow)
        .zip(scene.turbines.iter().zip(&farm.feet))
    {
        let Some(d) = farm.dimensions.get(turbine.model) else {
            continue;
        };
        let top = foot + Vec3::Y * (d.hub_height_m + d.nacelle_half_height_m);
        let Some((anchor, depth_m)) = view.point(top) else {
            continue;
        };
        let height = view.points_a_metre(depth_m) * d.hub_height_m;
        if height < LEAST_HEIGHT || labelled.contains(&row) || !view.area.contains(anchor) {
            continue;
        }
        found.push((!before.contains(&row), depth_m, row, anchor));
    }
    found.sort_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(a.2.cmp(&b.2)));
    let mut painted = HashSet::new();
    for (_, _, row, anchor) in found {
        if painted.len() >= MOST {
            break;
        }
        let Some(text) = number_of(scene, fleet, row, column) else {
            continue;
        };
        let font = FontId::proportional(12.0);
        let galley = painter.layout_no_wrap(text, font, theme.text);
        let size = galley.size() + vec2(8.0, 2.0);
        let centre = anchor - vec2(0.0, 6.0 + size.y / 2.0);
        let rect = Rect::from_center_size(centre, Vec2::new(size.x.ceil(), size.y.ceil()));
        if !view.area.contains_rect(rect) || !layout.is_free(rect.expand(1.0)) {
            continue;
        }
        layout.take(rect);
        painter.rect_filled(rect, CornerRadius::same(3), theme.panel);
        painter.galley(rect.center() - galley.size() / 2.0, galley, theme.text);
        painted.insert(row);
    }
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_few_digits() {
        assert_eq!(brief(1_421.6, Some([0.0, 2_000.0])), "1,422");
        assert_eq!(brief(83.21, Some([0.0, 100.0])), "83");
        assert_eq!(brief(8.72, Some([0.0, 30.0])), "9");
        assert_eq!(brief(0.123, Some([0.0, 1.0])), "0.12");
        assert_eq!(brief(-0.2, Some([0.0, 100.0])), "0");
    }
}
