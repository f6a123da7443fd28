//! Rings about the turbines of a selection of several.

use bevy::prelude::*;
use bevy_egui::egui::{LayerId, Order, Shape, Stroke};
use bevy_egui::{EguiContexts, egui};

use super::paint::ring;
use crate::scene::ActiveScene;
use crate::theme::Theme;
use crate::view::Selection;
use crate::view::farm::Farm;
use crate::view::project::Projector;

/// Beyond this many in view, a dot each is what there is room for.
const MOST_RINGS: usize = 600;
/// Dots at most.
const MOST_DOTS: usize = 20_000;

pub(super) fn rings_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    (selection, farm, theme): (Res<Selection>, Res<Farm>, Res<Theme>),
    active: Option<Res<ActiveScene>>,
) -> Result {
    let context = contexts.ctx_mut()?;
    let (Some(view), Some(active)) = (projector.freeze(Some(context.viewport_rect())), active)
    else {
        return Ok(());
    };
    if selection.also.is_empty() {
        return Ok(());
    }
    let painter = context
        .layer_painter(LayerId::new(
            Order::Background,
            egui::Id::new("view labels"),
        ))
        .with_clip_rect(view.area);
    let shown: Vec<_> = selection
        .all()
        .filter_map(|turbine| {
            let foot = farm.foot(turbine)?;
            let d = farm.dimensions.get(active.scene.turbine(turbine)?.model)?;
            let (at, _) = view.point(foot)?;
            view.area
                .expand(30.0)
                .contains(at)
                .then_some((foot, d.rotor_radius_m, at))
        })
        .take(MOST_DOTS)
        .collect();
    let stroke = Stroke::new(2.0, theme.accent);
    let halo = Stroke::new(4.0, theme.panel.gamma_multiply(0.6));
    let is_crowded = shown.len() > MOST_RINGS;
    for (foot, rotor_radius_m, at) in shown {
        let points = ring(foot, 0.36 * rotor_radius_m, &view);
        let width = points
            .iter()
            .map(|p| (p.x - at.x).abs())
            .fold(0.0, f32::max);
        if is_crowded || width < 5.0 {
            painter.circle_stroke(at, 5.0, stroke);
        } else {
            painter.add(Shape::line(points.clone(), halo));
            painter.add(Shape::line(points, stroke));
        }
    }
    Ok(())
}
