//! Marks about the turbines for which the rule holds that is being edited: dashed circles, which neither
//! an alarm nor a selection has.

use bevy::prelude::*;
use bevy_egui::egui::{LayerId, Order, Pos2, Shape, Stroke, vec2};
use bevy_egui::{EguiContexts, egui};

use crate::scene::ActiveScene;
use crate::theme::Theme;
use crate::view::RulePreview;
use crate::view::farm::Farm;
use crate::view::project::Projector;

/// Marks at most; the panel tells how many there are.
const MOST: usize = 4_000;
/// Radius on the screen, points.
const RADIUS: std::ops::RangeInclusive<f32> = 7.0..=90.0;

pub(super) fn preview_ui(
    mut contexts: EguiContexts,
    projector: Projector,
    (preview, farm, theme): (Res<RulePreview>, Res<Farm>, Res<Theme>),
    active: Option<Res<ActiveScene>>,
) -> Result {
    let context = contexts.ctx_mut()?;
    if preview.0.is_empty() {
        return Ok(());
    }
    let (Some(view), Some(active)) = (projector.freeze(Some(context.viewport_rect())), active)
    else {
        return Ok(());
    };
    let layer = LayerId::new(Order::Background, egui::Id::new("view labels"));
    let painter = context.layer_painter(layer).with_clip_rect(view.area);
    let halo = Stroke::new(4.5, theme.panel.gamma_multiply(0.75));
    let stroke = Stroke::new(2.0, theme.text);
    let shown = preview.0.iter().filter_map(|turbine| {
        let foot = farm.foot(*turbine)?;
        let model = active.scene.turbine(*turbine)?.model;
        let d = farm.dimensions.get(model)?;
        let (at, depth_m) = view.point(foot + Vec3::Y * d.hub_height_m)?;
        let radius = 1.15 * d.rotor_radius_m * view.points_a_metre(depth_m);
        let is_near = view.area.expand(40.0).contains(at);
        is_near.then(|| (at, radius.clamp(*RADIUS.start(), *RADIUS.end())))
    });
    for (at, radius) in shown.take(MOST) {
        let points = circle(at, radius);
        painter.add(Shape::line(points.clone(), halo));
        // Of a small circle, as many dashes as of a large one.
        let dash = (radius * 0.35).clamp(4.0, 9.0);
        painter.extend(Shape::dashed_line(&points, stroke, dash, dash * 0.7));
    }
    Ok(())
}

fn circle(at: Pos2, radius: f32) -> Vec<Pos2> {
    (0..=40)
        .map(|i| {
            let (sin, cos) = (std::f32::consts::TAU * i as f32 / 40.0).sin_cos();
            at + radius * vec2(cos, sin)
        })
        .collect()
}
